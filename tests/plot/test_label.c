/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text for gnuplot, tried on gnuplot itself: texts drawn at random from what a shell, a
 * quoted string or a format might take for its own come back as they were. */
#include "plot/gnuplot.h"
#include "plot/label.h"
#include "text/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { TEXTS = 3000 };

static const char *const pieces[] = {"'",
                                     "''",
                                     "\"",
                                     "`touch ran`",
                                     "\\",
                                     "\\n",
                                     "$(touch ran)",
                                     "@a",
                                     "@GPVAL_VERSION",
                                     "%d",
                                     "%%",
                                     "{/*9",
                                     "}",
                                     "^_",
                                     ";",
                                     "#",
                                     "\n",
                                     "!touch ran",
                                     "\t",
                                     " ",
                                     "a",
                                     "\u00b5",
                                     "\xe9",
                                     "\x01",
                                     "-",
                                     ".",
                                     "(",
                                     ")",
                                     "\\'",
                                     "\\\"",
                                     "sprintf(",
                                     ",",
                                     "<",
                                     "|touch ran",
                                     "~",
                                     "?",
                                     "\r\n",
                                     "$",
                                     "&",
                                     "[",
                                     "*",
                                     "0",
                                     "system('touch ran')"};

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void make(uint32_t *seed, char *text, size_t size)
{
    size_t n = next(seed) % 8 + 1, used = 0;
    *text = '\0';
    for (size_t i = 0; i < n; i++) {
        const char *piece = pieces[next(seed) % (sizeof pieces / sizeof *pieces)];
        if (used + strlen(piece) < size)
            used = (size_t)(stpcpy(text + used, piece) - text);
    }
}

/* What is to come back: the text, with '?' for what is no character of a line. */
static void put_expected(FILE *out, const char *text)
{
    char clean[200];
    for (char *p = osw_utf8_clean(clean, text); *p; p++)
        putc((unsigned char)*p < ' ' ? '?' : *p, out);
    putc('\n', out);
}

static void test_any_text(void **state)
{
    char *script = NULL, *expected = NULL, *found = NULL;
    size_t n_script, n_expected, n_found;
    FILE *out = open_memstream(&script, &n_script);
    FILE *right = open_memstream(&expected, &n_expected);
    FILE *back = open_memstream(&found, &n_found);
    uint32_t seed = 1;
    (void)state;
    fputs("set print '-'\n", out);
    for (int i = 0; i < TEXTS; i++) {
        char text[200];
        make(&seed, text, sizeof text);
        fputs("print ", out);
        osw_label_quote(out, text, strlen(text));
        putc('\n', out);
        put_expected(right, text);
    }
    fclose(out);
    fclose(right);
    struct osw_diag *diag = osw_diag_create();
    enum osw_status status =
        osw_gnuplot_run(script, n_script, back, (struct osw_loc){0}, diag);
    fclose(back);
    if (status != OSW_ERR_UNAVAILABLE) {
        assert_int_equal(status, OSW_OK);
        assert_string_equal(found, expected);
        assert_int_equal(access("ran", F_OK), -1);
    }
    osw_diag_destroy(diag);
    free(script);
    free(expected);
    free(found);
    if (status == OSW_ERR_UNAVAILABLE)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
