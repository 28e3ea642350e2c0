/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * HDF5: what was written is read back, twice the same bytes, nothing partial on a full
 * disk, and damaged or foreign files are refused with a reason. */
#include "output/made.h"
#include "output/h5.h"
#include "output/output.h"

#include <hdf5.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

/* a line that looks like a checksum */
#define LINE                                                                             \
    "osteoswitch run 'a b.yaml' "                                                        \
    "sha256:0000000000000000000000000000000000000000000000000000000000000000"
static const struct osw_provenance provenance = {"0.1.0", "abc123", LINE};

static enum osw_status write_to(const struct made *made, const char *path, bool force,
                                struct osw_diag *diag)
{
    return osw_hdf5_write(&made->result, &provenance, path, force, diag);
}

static void write_good(int n_arms, const char *path)
{
    struct made made;
    struct osw_diag *diag = osw_diag_create();
    made_init(&made, n_arms);
    assert_int_equal(write_to(&made, path, true, diag), OSW_OK);
    made_fini(&made);
    osw_diag_destroy(diag);
}

static char *bytes_of(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *n = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*n);
    assert_int_equal(fread(bytes, 1, *n, file), *n);
    fclose(file);
    return bytes;
}

static void put_bytes(const char *path, const char *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static void reads_back(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    struct osw_stored *s = NULL;
    write_good(4, "back.h5");
    assert_int_equal(osw_hdf5_read("back.h5", diag, &s), OSW_OK);
    assert_int_equal(s->n_arms, 4);
    assert_int_equal(s->n_times, MADE_TIMES);
    assert_int_equal(s->n_outputs, MADE_OUTPUTS);
    assert_string_equal(s->arms[1], "mk7, daily");
    assert_string_equal(s->title, "a result made by hand: α");
    assert_string_equal(s->model, "made");
    assert_string_equal(s->command_line, provenance.command_line);
    assert_string_equal(s->outputs[0],
                        "age_y"); /* the table's order, not the alphabet's */
    assert_string_equal(s->outputs[2], "cfpwv");
    assert_string_equal(s->units[1], "ug/mg");
    assert_string_equal(s->long_names[1], "hydroxyapatite");
    assert_string_equal(s->groups[2], "wall");
    assert_true(isnan(s->first_on[0]) && s->first_on[1] == 0 && s->last_on[1] == 60.875);
    const double *v = s->values;
    for (int a = 0; a < 4; a++)
        for (int t = 0; t < MADE_TIMES; t++)
            for (int k = 0; k < MADE_OUTPUTS; k++, v++)
                assert_memory_equal(v, &(double){made_value(a, t, k)}, sizeof *v);
    osw_stored_destroy(s);
    osw_diag_destroy(diag);
}

static void identical_bytes(void **state)
{
    (void)state;
    size_t n, m;
    write_good(4, "one.h5");
    char *a = bytes_of("one.h5", &n);
    sleep(1); /* object times have whole seconds */
    write_good(4, "two.h5");
    char *b = bytes_of("two.h5", &m);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    free(a);
    free(b);
}

static void does_not_overwrite(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, 2);
    struct osw_diag *diag = osw_diag_create();
    write_good(1, "there.h5");
    assert_int_equal(write_to(&made, "there.h5", false, diag), OSW_ERR_CANTCREAT);
    assert_int_equal(write_to(&made, ".", true, diag), OSW_ERR_CANTCREAT);
    assert_int_equal(write_to(&made, "no/such/folder/r.h5", true, diag),
                     OSW_ERR_CANTCREAT);
    osw_diag_destroy(diag);
    made_fini(&made);
}

static void full_disk_leaves_nothing(void **state)
{
    (void)state;
    struct made made;
    struct rlimit old;
    made_init(&made, 2);
    struct osw_diag *diag = osw_diag_create();
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    static const rlim_t limits[] = {0, 1000, 8192};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const struct rlimit tight = {limits[i], old.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
        enum osw_status status = write_to(&made, "full.h5", false, diag);
        setrlimit(RLIMIT_FSIZE, &old);
        assert_int_equal(status, OSW_ERR_IO);
        assert_int_not_equal(access("full.h5", F_OK), 0);
        assert_int_equal(system("ls full.h5.tmp.* >/dev/null 2>&1") == 0, 0);
    }
    osw_diag_destroy(diag);
    made_fini(&made);
}

static enum osw_status outcome_of(const char *path, const char *reason)
{
    struct osw_diag *diag = osw_diag_create();
    struct osw_stored *s = NULL;
    enum osw_status status = osw_hdf5_read(path, diag, &s);
    if (status) {
        assert_int_equal(osw_diag_count(diag, OSW_ERROR), 1);
        if (reason)
            assert_non_null(strstr(osw_diag_text(diag, 0), reason));
    } else {
        osw_stored_destroy(s);
    }
    osw_diag_destroy(diag);
    return status;
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    size_t n;
    assert_int_equal(outcome_of("absent.h5", "No such file"), OSW_ERR_NOINPUT);
    assert_int_equal(outcome_of(".", "no regular file"), OSW_ERR_INPUT);
    put_bytes("text.h5", "arm,t_d\n", 8);
    assert_int_equal(outcome_of("text.h5", "is not HDF5"), OSW_ERR_INPUT);
    put_bytes("empty.h5", "", 0);
    assert_int_equal(outcome_of("empty.h5", "is not HDF5"), OSW_ERR_INPUT);
    write_good(4, "whole.h5");
    char *bytes = bytes_of("whole.h5", &n);
    for (size_t i = 1; i < 16; i++) {
        put_bytes("cut.h5", bytes, n * i / 16);
        assert_int_equal(outcome_of("cut.h5", NULL), OSW_ERR_INPUT);
    }
    for (size_t i = 8; i < n; i += n / 101) { /* any byte */
        bytes[i] ^= 0x10;
        put_bytes("flipped.h5", bytes, n);
        assert_int_equal(outcome_of("flipped.h5", NULL), OSW_ERR_INPUT);
        bytes[i] ^= 0x10;
    }
    bytes[n / 2] ^= 1;
    put_bytes("flipped.h5", bytes, n);
    assert_int_equal(outcome_of("flipped.h5", "checksum does not agree"), OSW_ERR_INPUT);
    for (char *sum; (sum = memmem(bytes, n, "sha256:", 7));)
        sum[0] = 'x';
    put_bytes("foreign.h5", bytes, n);
    assert_int_equal(outcome_of("foreign.h5", "another program's"), OSW_ERR_INPUT);
    free(bytes);
}

static void memory_runs_out_cleanly(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, 3);
    struct osw_diag *diag = osw_diag_create();
    enum osw_status status = OSW_ERR_MEMORY;
    for (long i = 0; status == OSW_ERR_MEMORY && i < 1000; i++) {
        osw_memory_fail_after(i);
        status = write_to(&made, "memory.h5", true, diag);
        osw_memory_fail_after(-1);
        assert_true(status == OSW_OK || status == OSW_ERR_MEMORY);
    }
    assert_int_equal(status, OSW_OK);
    status = OSW_ERR_MEMORY;
    for (long i = 0; status == OSW_ERR_MEMORY && i < 1000; i++) {
        struct osw_stored *s = NULL;
        osw_memory_fail_after(i);
        status = osw_hdf5_read("memory.h5", diag, &s);
        osw_memory_fail_after(-1);
        assert_true(status == OSW_OK || status == OSW_ERR_MEMORY);
        osw_stored_destroy(s);
    }
    assert_int_equal(status, OSW_OK);
    osw_diag_destroy(diag);
    made_fini(&made);
}

/* Options of the solver are stored, each where the solver has it. */
static void options_are_stored(void **state)
{
    (void)state;
    for (int d = 0; osw_drivers[d]; d++) {
        struct made made;
        struct osw_diag *diag = osw_diag_create();
        made_init(&made, 2);
        made.result.driver = osw_drivers[d];
        assert_int_equal(write_to(&made, "options.h5", true, diag), OSW_OK);
        const hid_t file = H5Fopen("options.h5", H5F_ACC_RDONLY, H5P_DEFAULT);
        for (size_t i = 0; i < osw_solver_options_n_rows; i++) {
            const struct osw_option *o = &osw_solver_options_rows[i];
            const bool has = !o->needs || osw_drivers[d]->linear_solver;
            assert_int_equal(H5Aexists(file, o->attribute) > 0, has);
        }
        H5Fclose(file);
        made_fini(&made);
        osw_diag_destroy(diag);
    }
}

int main(void)
{
    char folder[] = "/tmp/osw_hdf5.XXXXXX";
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_back),         cmocka_unit_test(identical_bytes),
        cmocka_unit_test(does_not_overwrite), cmocka_unit_test(full_disk_leaves_nothing),
        cmocka_unit_test(says_what_is_wrong), cmocka_unit_test(memory_runs_out_cleanly),
        cmocka_unit_test(options_are_stored),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return failed | (system(command) != 0);
}
