/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generated derivatives against the model text: df/dy and df/dp of the kernel against
 * complex step (Squire & Trapp 1998) of the reference interpreter at random states. */
#ifndef OSW_CLI_DERIVATIVES_H
#define OSW_CLI_DERIVATIVES_H

#include "cli/point.h"
#include "compiler/model.h"

struct osw_derivative_report {
    int n_states_tried;
    double rhs, jacobian, dfdp; /* largest relative differences */
    const char *jacobian_of, *jacobian_by, *dfdp_of, *dfdp_by; /* where */
};

/* At `n` states around the point: each state times 10^u, u in [-1/2, 1/2]. Differences
 * are relative to the largest of the entry, the row's largest entry times 1e-6, and what
 * rounding of f allows. OSW_INTERRUPTED after a signal. */
enum osw_status
osw_derivatives_check(struct osw_session *session, const struct osw_model *model,
                      const struct osw_source *source, const struct osw_point *point,
                      int n, struct osw_derivative_report *report) OSW_MUST_CHECK;

#endif
