/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sensitivity indices from the values of one output at one time over the rows of a
 * design, in SALib's words. Rows that failed are NAN; a sample (trajectory, block) with
 * one is left out whole. Confidence: 1.96 times the standard deviation over bootstrap
 * resamples of whole samples, as SALib has it. */
#ifndef OSW_SENSITIVITY_INDICES_H
#define OSW_SENSITIVITY_INDICES_H

#include "base/memory.h"
#include <stdbool.h>
#include <stdint.h>

struct osw_bootstrap {
    int resamples; /* >= 2; default 100 */
    uint64_t seed;
};

/* Elementary effects (Morris 1991, Technometrics 33:161; mu_star: Campolongo 2007,
 * doi:10.1016/j.envsoft.2006.10.004). NAN where fewer than two trajectories are left;
 * mu and sigma also where the group has several factors, which have no common sign. */
struct osw_morris_index {
    double mu, mu_star, sigma, mu_star_conf;
};

/* First and total order (Saltelli 2010, doi:10.1016/j.cpc.2009.09.018, table 2: (b) and
 * Jansen's (f)). */
struct osw_sobol_index {
    double S1, S1_conf, ST, ST_conf;
};
struct osw_sobol_pair { /* closed second order minus S1 of both */
    double S2, S2_conf;
};

/* y [n_samples][n_groups + 1]. step [n_samples][n_groups] tells which group step k of a
 * trajectory moved, by delta: +(g + 1) up, -(g + 1) down. signless [n_groups]: the group
 * has several factors. index [n_groups]; *n_failed trajectories left out. */
enum osw_status osw_morris_indices(int n_groups, int64_t n_samples, const double *y,
                                   const int *step, const bool *signless, double delta,
                                   const struct osw_bootstrap *bootstrap,
                                   struct osw_morris_index *index,
                                   int64_t *n_failed) OSW_MUST_CHECK;

/* y [n_samples][rows], rows A, AB_1 … AB_g, [BA_1 … BA_g,] B. index [n_groups]; pair
 * [n_groups][n_groups], its upper triangle filled, or NULL where there are no BA rows. */
enum osw_status osw_sobol_indices(int n_groups, int64_t n_samples, const double *y,
                                  const struct osw_bootstrap *bootstrap,
                                  struct osw_sobol_index *index,
                                  struct osw_sobol_pair *pair,
                                  int64_t *n_failed) OSW_MUST_CHECK;

#endif
