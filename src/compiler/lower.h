/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model as a DAG: every rule and rate is a node. */
#ifndef OSW_COMPILER_LOWER_H
#define OSW_COMPILER_LOWER_H

#include "compiler/dag.h"
#include "compiler/layout.h"

struct osw_program {
    const struct osw_source *source;
    struct osw_layout layout;
    struct osw_dag dag;
    unsigned char *switchable; /* [n_params] */
    int *symbol;               /* [n_symbols]: node of its value */
    int *rate;                 /* [n_states] */
    int *init;                 /* [n_states]: of parameters only */
};

/* switchable [n_symbols] or NULL for all. OSW_ERR_INPUT as osw_generate_c. */
enum osw_status osw_program_init(struct osw_program *program,
                                 const struct osw_source *source,
                                 const unsigned char *switchable,
                                 struct osw_diag *diag) OSW_MUST_CHECK;
void osw_program_fini(struct osw_program *program);

/* The status of a DAG that failed, with a diagnostic when it is the model's fault. */
enum osw_status osw_program_verdict(const struct osw_program *program,
                                    struct osw_diag *diag);

#endif
