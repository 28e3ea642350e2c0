/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Output files: whole or not there, and what a name that is not a regular file's comes
 * to: it is written into or refused, never replaced. */
#include "text/file.h"
#include "text/outfile.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char folder[32];
    struct osw_arena *arena;
    struct osw_diag *diag;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->folder, "/tmp/osw-test-XXXXXX");
    f->arena = osw_arena_create();
    f->diag = osw_diag_create();
    *state = f;
    return f->arena && f->diag && mkdtemp(f->folder) && !chdir(f->folder) ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    int left = chdir("/") != 0 || rmdir(f->folder) != 0; /* no temporary is left */
    osw_arena_destroy(f->arena);
    osw_diag_destroy(f->diag);
    free(f);
    return left;
}

static enum osw_status put(void *context, FILE *out)
{
    fputs(context, out);
    return OSW_OK;
}

static enum osw_status put_and_fail(void *context, FILE *out)
{
    fputs(context, out);
    return OSW_ERR_INTERNAL;
}

static enum osw_status write_to(const struct fixture *f, const char *path, bool force,
                                const char *text)
{
    char copy[64];
    snprintf(copy, sizeof copy, "%s", text);
    return osw_outfile_write(path, force, put, copy, f->diag);
}

static void make(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static void assert_holds(const char *path, const char *text)
{
    char found[64] = "";
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    assert_int_equal(fread(found, 1, sizeof found - 1, in), strlen(text));
    assert_string_equal(found, text);
    fclose(in);
}

static void test_whole_or_not(void **state)
{
    struct fixture *f = *state;
    struct osw_outfile *out;
    assert_int_equal(osw_outfile_check("a", false, f->diag), OSW_OK);
    assert_int_equal(osw_outfile_create("a", false, f->diag, &out), OSW_OK);
    fputs("whole\n", osw_outfile_stream(out));
    assert_int_equal(access("a", F_OK), -1); /* not before commit */
    assert_non_null(osw_outfile_temporary(out));
    assert_int_equal(osw_outfile_commit(out, f->diag), OSW_OK);
    assert_holds("a", "whole\n");

    char text[] = "part";
    assert_int_equal(osw_outfile_write("a", true, put_and_fail, text, f->diag),
                     OSW_ERR_INTERNAL);
    assert_int_equal(write_to(f, "a", false, "b"), OSW_ERR_CANTCREAT);
    assert_int_equal(osw_outfile_check("a", false, f->diag), OSW_ERR_CANTCREAT);
    assert_int_equal(write_to(f, f->folder, true, "b"), OSW_ERR_CANTCREAT);
    assert_int_equal(write_to(f, "", true, "b"), OSW_ERR_CANTCREAT);
    assert_int_equal(write_to(f, "no/where", true, "b"), OSW_ERR_CANTCREAT);
    assert_holds("a", "whole\n");
    unlink("a");
}

/* Two writers of one name: the second is told, and the first one's file stays. */
static void test_race(void **state)
{
    struct fixture *f = *state;
    struct osw_outfile *first, *second;
    assert_int_equal(osw_outfile_create("a", false, f->diag, &first), OSW_OK);
    assert_int_equal(osw_outfile_create("a", false, f->diag, &second), OSW_OK);
    fputs("first", osw_outfile_stream(first));
    fputs("second", osw_outfile_stream(second));
    assert_int_equal(osw_outfile_commit(first, f->diag), OSW_OK);
    assert_int_equal(osw_outfile_commit(second, f->diag), OSW_ERR_CANTCREAT);
    assert_holds("a", "first");

    /* what became a link or a folder meanwhile is not replaced either */
    assert_int_equal(osw_outfile_create("a", true, f->diag, &second), OSW_OK);
    assert_int_equal(rename("a", "b"), 0);
    assert_int_equal(symlink("b", "a"), 0);
    assert_int_equal(osw_outfile_commit(second, f->diag), OSW_ERR_CANTCREAT);
    assert_holds("b", "first");
    unlink("a");
    unlink("b");
}

static void test_mode(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    mode_t mask = umask(027);
    assert_int_equal(write_to(f, "new", false, "1"), OSW_OK);
    assert_int_equal(stat("new", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(chmod("new", 0604), 0);
    assert_int_equal(write_to(f, "new", true, "2"), OSW_OK);
    assert_int_equal(stat("new", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0604);
    assert_holds("new", "2");
    umask(mask);
    unlink("new");
}

static void test_links(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    make("precious", "kept");
    assert_int_equal(symlink("precious", "link"), 0);
    assert_int_equal(symlink("nothing", "dangling"), 0);
    assert_int_equal(write_to(f, "link", true, "x"), OSW_ERR_CANTCREAT);
    assert_int_equal(write_to(f, "dangling", true, "x"), OSW_ERR_CANTCREAT);
    assert_holds("precious", "kept");
    assert_int_equal(access("nothing", F_OK), -1);
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    unlink("precious");
    unlink("link");
    unlink("dangling");
}

static void test_special(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    char got[16] = "";
    assert_int_equal(write_to(f, "/dev/null", false, "x"), OSW_ERR_CANTCREAT);
    assert_int_equal(write_to(f, "/dev/null", true, "x"), OSW_OK);
    assert_int_equal(stat("/dev/null", &st), 0);
    assert_true(S_ISCHR(st.st_mode));

    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_int_equal(symlink("fifo", "link"), 0);
    int reader = open("fifo", O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_int_equal(osw_outfile_check("fifo", true, f->diag), OSW_OK);
    assert_int_equal(write_to(f, "link", true, "through"), OSW_OK);
    assert_int_equal(read(reader, got, sizeof got - 1), 7);
    assert_string_equal(got, "through");
    assert_int_equal(lstat("fifo", &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    close(reader);
    unlink("link");
    unlink("fifo");
}

/* As /dev/stdout is: a link that leads to whatever standard output is. */
static void test_standard_output(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(symlink("/proc/self/fd/1", "out"), 0);
    fflush(stdout);
    int was = dup(STDOUT_FILENO);
    int file = open("got", O_WRONLY | O_CREAT | O_APPEND, 0600);
    assert_true(was >= 0 && file >= 0);
    dup2(file, STDOUT_FILENO);
    enum osw_status first = write_to(f, "out", true, "one ");
    enum osw_status second = write_to(f, "out", true, "two");
    dup2(was, STDOUT_FILENO);
    close(was);
    close(file);
    assert_int_equal(first, OSW_OK);
    assert_int_equal(second, OSW_OK);
    assert_holds("got", "one two");
    unlink("out");
    unlink("got");
}

/* Neither onto a file that was read, under any name, nor into a folder that is. */
static void test_inputs(void **state)
{
    struct fixture *f = *state;
    const char *file, *text;
    size_t len;
    make("a", "read");
    assert_int_equal(link("a", "same"), 0);
    assert_int_equal(osw_file_read("a", f->arena, f->diag, &file, &text, &len), OSW_OK);
    assert_int_equal(write_to(f, "a", true, "x"), OSW_ERR_CANTCREAT);
    assert_int_equal(write_to(f, "same", true, "x"), OSW_ERR_CANTCREAT);
    assert_holds("a", "read");
    char other[] = "other";
    assert_int_equal(osw_outfile_write("a", true, put, other, NULL), OSW_OK);
    assert_holds("a", "other");
    assert_int_equal(osw_file_read("a", f->arena, f->diag, &file, &text, &len), OSW_OK);
    char updated[] = "updated";
    assert_int_equal(osw_outfile_update("a", put, updated, f->diag), OSW_OK);
    assert_holds("a", "updated");

    assert_int_equal(mkdir("sweep", 0700), 0);
    assert_int_equal(mkdir("sweep/in", 0700), 0);
    assert_int_equal(symlink("sweep/in", "way"), 0);
    osw_diag_input(f->diag, "sweep");
    assert_int_equal(write_to(f, "sweep/x", false, "x"), OSW_ERR_CANTCREAT);
    assert_int_equal(write_to(f, "sweep/in/x", false, "x"), OSW_ERR_CANTCREAT);
    assert_int_equal(write_to(f, "way/x", false, "x"), OSW_ERR_CANTCREAT);
    assert_int_equal(write_to(f, "sweep/../x", false, "x"), OSW_OK);
    unlink("way");
    unlink("x");
    rmdir("sweep/in");
    rmdir("sweep");
    unlink("a");
    unlink("same");
}

static void test_full_disk(void **state)
{
    struct fixture *f = *state;
    struct osw_outfile *out;
    struct rlimit old, small;
    getrlimit(RLIMIT_FSIZE, &old);
    small = (struct rlimit){4096, old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    assert_int_equal(osw_outfile_create("a", false, f->diag, &out), OSW_OK);
    for (int i = 0; i < 10000; i++)
        fputs("more than fits\n", osw_outfile_stream(out));
    assert_int_equal(osw_outfile_commit(out, f->diag), OSW_ERR_IO);
    setrlimit(RLIMIT_FSIZE, &old);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_whole_or_not), TEST(test_race),      TEST(test_mode),
        TEST(test_links),        TEST(test_special),   TEST(test_standard_output),
        TEST(test_inputs),       TEST(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
