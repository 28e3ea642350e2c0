/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which wide kernel a model offers under each mask; a user's model, compiled on demand,
 * computes what the same text computes that was compiled with the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../compiler/wide_calls.h"
#include "model/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

wide_evaluate evaluate_scalar, evaluate_baseline;
#ifdef OSW_FLAGS_AVX2
wide_evaluate evaluate_avx2;
#endif
#ifdef OSW_FLAGS_AVX512
wide_evaluate evaluate_avx512;
#endif

static wide_evaluate *const evaluates[OSW_ISAS] = {
    [OSW_ISA_BASELINE] = evaluate_baseline,
#ifdef OSW_FLAGS_AVX2
    [OSW_ISA_AVX2] = evaluate_avx2,
#endif
#ifdef OSW_FLAGS_AVX512
    [OSW_ISA_AVX512] = evaluate_avx512,
#endif
};

static char own[64]; /* path of features.ant with all initial values */

static struct osw_model *open_model(const char *name)
{
    struct osw_model *model = NULL;
    struct osw_diag *diag = osw_diag_create();
    enum osw_status status = osw_model_open(name, diag, &model);
    osw_diag_render(diag, stderr, false);
    osw_diag_destroy(diag);
    assert_int_equal(status, OSW_OK);
    return model;
}

static struct osw_wide_kernel wide_of(struct osw_model *model, enum osw_isa most)
{
    struct osw_diag *diag = osw_diag_create();
    struct osw_wide_kernel wide = {OSW_ISA_BASELINE, NULL};
    assert_int_equal(osw_model_kernel_wide(model, most, diag, &wide), OSW_OK);
    osw_diag_destroy(diag);
    return wide;
}

/* The best that the machine runs, up to the mask; narrower masks, fewer lanes. */
static void masks(struct osw_model *model)
{
    int lanes = 0;
    for (int most = 0; most < OSW_ISAS; most++) {
        struct osw_wide_kernel wide = wide_of(model, (enum osw_isa)most);
        assert_true(wide.isa <= (enum osw_isa)most && osw_cpu_has(wide.isa));
        if (osw_cpu_has((enum osw_isa)most) && evaluates[most])
            assert_int_equal(wide.isa, most);
        assert_true(wide.kernel->lanes >= lanes && wide.kernel->lanes > 1);
        assert_int_equal(wide.kernel->n_states, model->kernel->n_states);
        assert_string_equal(wide.kernel->hash, model->kernel->hash);
        assert_ptr_equal(wide_of(model, (enum osw_isa)most).kernel, wide.kernel);
        lanes = wide.kernel->lanes;
    }
    assert_int_equal(wide_of(model, OSW_ISA_BASELINE).kernel->lanes, 2);
}

static void shipped(void **state)
{
    (void)state;
    for (const char *const *name = osw_model_names(); *name; name++) {
        struct osw_model *model = open_model(*name);
        masks(model);
        osw_model_destroy(model);
    }
}

enum { ROWS = 256 };

/* Every lane at the model's own values; f of lane 0 to the result. */
static void rates(const struct osw_model *model, const struct osw_kernel *k,
                  wide_evaluate *evaluate, double *f)
{
    double *array[13];
    size_t lanes = (size_t)k->lanes;
    for (int i = 0; i < 13; i++) {
        array[i] = aligned_alloc(64, ROWS * lanes * 64);
        assert_non_null(array[i]);
        for (size_t j = 0; j < ROWS * lanes; j++)
            array[i][j] = 0.7;
    }
    for (size_t l = 0; l < lanes; l++) {
        for (size_t j = 0; j < (size_t)k->n_params; j++)
            array[3][j * lanes + l] = model->params[j].nominal;
        for (size_t i = 0; i < (size_t)k->n_states; i++)
            array[2][i * lanes + l] = 1 + 0.1 * (double)i;
    }
    const struct wide_point at = {array[0],  array[1],  array[2],  array[3], array[4],
                                  array[5],  array[6],  array[7],  array[8], array[9],
                                  array[10], array[11], array[12], array[4]};
    evaluate(k, &at);
    for (size_t i = 0; i < (size_t)k->n_states; i++)
        f[i] = array[6][i * lanes];
    for (int i = 0; i < 13; i++)
        free(array[i]);
}

static void own_model(void **state)
{
    (void)state;
    double scalar[ROWS], lane[ROWS];
    struct osw_model *model = open_model(own);
    masks(model);
    assert_true(model->kernel->n_constants < ROWS && model->kernel->dfdp_nnz < ROWS);
    rates(model, model->kernel, evaluate_scalar, scalar);
    for (int isa = 0; isa < OSW_ISAS; isa++) {
        struct osw_wide_kernel wide = wide_of(model, (enum osw_isa)isa);
        if (wide.isa != (enum osw_isa)isa)
            continue;
        rates(model, wide.kernel, evaluates[isa], lane);
        for (int i = 0; i < wide.kernel->n_states; i++)
            assert_true(fabs(lane[i] - scalar[i]) <= 1e-13 * (1 + fabs(scalar[i])));
    }
    osw_model_destroy(model);
}

/* Compiled once: a second program finds the objects. */
static void cached(void **state)
{
    (void)state;
    setenv("CC", "/nonexistent/cc", 1);
    struct osw_diag *diag = osw_diag_create();
    struct osw_model *model = NULL;
    assert_int_equal(osw_model_open(own, diag, &model), OSW_ERR_UNAVAILABLE);
    unsetenv("CC");
    model = open_model(own);
    setenv("PATH", "/nonexistent", 1);
    masks(model);
    osw_model_destroy(model);
    osw_diag_destroy(diag);
}

int main(void)
{
    char folder[] = "/tmp/osw-wide-XXXXXX", command[512];
    if (!mkdtemp(folder))
        return 1;
    snprintf(own, sizeof own, "%s/own.ant", folder);
    snprintf(command, sizeof command, "{ cat '%s'; echo 'Z = 1; E = 0; H = 0;'; } > %s",
             FEATURES, own);
    if (system(command) != 0)
        return 1;
    setenv("XDG_CACHE_HOME", folder, 1);
    unsetenv("CC");
    const char *path = getenv("PATH");
    char *kept = strdup(path ? path : "");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped),
        cmocka_unit_test(own_model),
        cmocka_unit_test(cached),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    setenv("PATH", kept, 1);
    free(kept);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) != 0 || failed;
}
