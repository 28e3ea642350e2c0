/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Kernels of several lanes: those of the shipped models are part of the program, a user's
 * are compiled when they are first asked for. OSW_FLAGS_<ISA>, of the build, says that a
 * variant exists, and with which flags (src/numerics/meson.build). */
#include "model/shipped.h"
#include "model/user_model.h"

#include <string.h>

struct variant {
    const char *model;
    enum osw_isa isa;
    osw_kernel_entry *entry;
};

#define DECLARE_BASELINE(name)                                                           \
    const struct osw_kernel *osw_kernel_##name##_baseline(void);
#define ROW_BASELINE(name) {#name, OSW_ISA_BASELINE, osw_kernel_##name##_baseline},
OSW_SHIPPED_LIST(DECLARE_BASELINE)
#ifdef OSW_FLAGS_AVX2
#define DECLARE_AVX2(name) const struct osw_kernel *osw_kernel_##name##_avx2(void);
#define ROW_AVX2(name) {#name, OSW_ISA_AVX2, osw_kernel_##name##_avx2},
OSW_SHIPPED_LIST(DECLARE_AVX2)
#else
#define ROW_AVX2(name)
#endif
#ifdef OSW_FLAGS_AVX512
#define DECLARE_AVX512(name) const struct osw_kernel *osw_kernel_##name##_avx512(void);
#define ROW_AVX512(name) {#name, OSW_ISA_AVX512, osw_kernel_##name##_avx512},
OSW_SHIPPED_LIST(DECLARE_AVX512)
#else
#define ROW_AVX512(name)
#endif

static const struct variant variants[] = {
    /* clang-format off */
    OSW_SHIPPED_LIST(ROW_BASELINE)
    OSW_SHIPPED_LIST(ROW_AVX2)
    OSW_SHIPPED_LIST(ROW_AVX512)
    {NULL, OSW_ISA_BASELINE, NULL},
    /* clang-format on */
};

/* NULL: not built. */
static const char *const flags_of[OSW_ISAS] = {
    [OSW_ISA_BASELINE] = OSW_FLAGS_BASELINE,
#ifdef OSW_FLAGS_AVX2
    [OSW_ISA_AVX2] = OSW_FLAGS_AVX2,
#endif
#ifdef OSW_FLAGS_AVX512
    [OSW_ISA_AVX512] = OSW_FLAGS_AVX512,
#endif
};

static const struct osw_kernel *shipped(const char *name, enum osw_isa isa)
{
    const struct variant *v = variants;
    while (v->isa != isa || strcmp(v->model, name) != 0)
        v++;
    return v->entry();
}

enum osw_status osw_model_kernel_wide(struct osw_model *model, enum osw_isa most,
                                      struct osw_diag *diag, struct osw_wide_kernel *wide)
{
    enum osw_isa isa = most;
    while (isa > OSW_ISA_BASELINE && (!flags_of[isa] || !osw_cpu_has(isa)))
        isa--;
    struct osw_wide_kernel *kept = &model->wide[isa];
    enum osw_status status = OSW_OK;
    if (!kept->kernel && model->code)
        status = osw_user_model_kernel(model, flags_of[isa], diag,
                                       &model->wide_library[isa], &kept->kernel);
    else if (!kept->kernel)
        kept->kernel = shipped(model->name, isa);
    kept->isa = isa;
    if (!status)
        *wide = *kept;
    return status;
}
