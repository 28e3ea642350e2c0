/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sparse derivatives of rates, outputs and initial values. Each rule and root is
 * differentiated once in reverse mode with respect to what it names (states, parameters,
 * other rules); the chain rule then runs forward over the rules (statement-level
 * preaccumulation: Griewank & Walther, Evaluating Derivatives, 2nd ed., section 10.2).
 * Entries that are 0 for all arguments are absent. */
#ifndef OSW_COMPILER_GRADIENT_H
#define OSW_COMPILER_GRADIENT_H

#include "compiler/lower.h"

struct osw_gradient { /* of one root: entries with ascending index */
    int n;
    int *index, *node;
};

enum { OSW_GRADIENT_ENTRIES_MAX = 4 * OSW_NODES_MAX };

enum osw_variables { OSW_BY_STATE, OSW_BY_PARAM, OSW_BY_TIME };

/* Of the nodes roots [n] to rows [n] in the arena. Out of memory: status; DAG failure:
 * see dag.failed. */
enum osw_status osw_gradients(struct osw_program *program, enum osw_variables variables,
                              const int *roots, int n, struct osw_arena *arena,
                              struct osw_gradient *rows) OSW_MUST_CHECK;

#endif
