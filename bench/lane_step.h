/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BENCH_LANE_STEP_H
#define BENCH_LANE_STEP_H

#include "base/cpu.h"
#include "model/model.h"

struct bench_lane_step {
    double seconds; /* of a step of one lane, all lanes busy */
    double flops;   /* of the kernels and of the method's sums */
};

/* kernel_flops: those of rhs, rhs_jac, lu_factor and lu_solve. False when memory runs out
 * or a lane fails. */
bool bench_lane_step(const struct osw_model *model, const struct osw_kernel *kernel,
                     enum osw_isa isa, const double kernel_flops[4],
                     struct bench_lane_step *result);

#endif
