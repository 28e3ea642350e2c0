/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * WIDE_EVALUATE names the function that this build makes. */
#include "wide_calls.h"
#include "model/kernel.h"

#include <string.h>

wide_evaluate WIDE_EVALUATE;

void WIDE_EVALUATE(const struct osw_kernel *k, const struct wide_point *at)
{
    const osw_lane *y = at->y, *p = at->p, t = *(osw_lane *)at->t;
    k->prepare(p, at->c);
    k->segment(p, at->c);
    k->rhs(t, y, p, at->c, at->f);
    k->rhs_jac(t, y, p, at->c, at->g, at->J);
    k->dfdp(t, y, p, at->c, at->P);
    k->dfdt(t, y, p, at->c, at->T);
    k->observe(t, y, p, at->c, at->out);
    k->lu_factor(at->J, *(osw_lane *)at->gamma, at->lu);
    memcpy(at->x, at->b, (size_t)k->n_states * sizeof(osw_lane));
    k->lu_solve(at->lu, at->x);
}
