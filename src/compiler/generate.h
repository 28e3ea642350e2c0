/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a checked model to C: expression DAG, derivatives, static LU, text. The text
 * includes model/kernel.h only and defines one external function, the kernel's accessor.
 * The same source and options give the same bytes. */
#ifndef OSW_COMPILER_GENERATE_H
#define OSW_COMPILER_GENERATE_H

#include "compiler/model.h"

struct osw_generate_options {
    const char *entry; /* accessor's name; NULL: osw_kernel_<name of the model> */
    /* [n_symbols], nonzero: the parameter may switch during a run; NULL: all may. */
    const unsigned char *switchable;
    const char *const *outputs; /* ids of symbols; NULL: all states, then all rules */
    int n_outputs;
};

/* Write the kernel of `source`. options NULL means all defaults. OSW_ERR_INPUT: an output
 * that is no symbol, a model without states, or one whose derivatives or factors are
 * beyond any use (millions of operations). OSW_ERR_IO: the stream failed; how far it was
 * written is then undefined. */
enum osw_status osw_generate_c(const struct osw_source *source,
                               const struct osw_generate_options *options, FILE *out,
                               struct osw_diag *diag) OSW_MUST_CHECK;

#endif
