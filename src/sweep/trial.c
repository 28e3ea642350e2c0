/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether members are run in steps of many periods: the plan's own member is run both
 * ways. */
#include "sweep/trial.h"
#include "scenario/rhythm.h"
#include "simulate/simulate.h"

#include <math.h>

static const double worth = 0.5; /* of the steps of every period */

static enum osw_status run(const struct osw_sweep *sweep, const struct osw_driver *driver,
                           osw_simulate_progress *progress, void *context,
                           struct osw_result **result)
{
    const struct osw_simulate_options options = {.solver = sweep->settings.solver,
                                                 .driver = driver,
                                                 .isa = (enum osw_isa)sweep->settings.isa,
                                                 .progress = progress,
                                                 .context = context};
    return osw_simulate(sweep->design->plan, &options, NULL, result);
}

/* Root mean square over times and outputs of an arm, each relative to its value or to a
 * thousandth of its largest. */
static double difference(const struct osw_result *a, const struct osw_result *b, int arm)
{
    const int n = a->plan->n_outputs, rows = a->n_times;
    const double *x = a->outputs + (size_t)arm * (size_t)rows * (size_t)n;
    const double *y = b->outputs + (size_t)arm * (size_t)rows * (size_t)n;
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double largest = 0;
        for (int t = 0; t < rows; t++)
            largest = fmax(largest, fabs(y[t * n + i]));
        for (int t = 0; t < rows && largest > 0; t++) {
            double e =
                (x[t * n + i] - y[t * n + i]) / (fabs(y[t * n + i]) + 1e-3 * largest);
            sum += e * e;
        }
    }
    return sqrt(sum / ((double)n * rows));
}

static bool is_good(const struct osw_result *few, const struct osw_result *every,
                    double rtol)
{
    int64_t steps = 0, all = 0;
    if (few->n_times != every->n_times)
        return false;
    for (int a = 0; a < few->plan->n_arms; a++) {
        steps += few->arms[a].stats.steps;
        all += every->arms[a].stats.steps;
        if (few->arms[a].fallback || every->arms[a].fallback ||
            !(difference(few, every, a) <= rtol))
            return false;
    }
    return (double)steps <= worth * (double)all;
}

static enum osw_status find_rhythm(const struct osw_plan *plan, bool *found)
{
    enum osw_status status = OSW_OK;
    *found = false;
    for (int a = 0; a < plan->n_arms && !status && !*found; a++) {
        struct osw_rhythm rhythm;
        status = osw_rhythm_init(&rhythm, plan->arms[a].events, plan->arms[a].n_events);
        if (status)
            break;
        *found = rhythm.n_stretches > 0;
        osw_rhythm_fini(&rhythm);
    }
    return status;
}

enum osw_status osw_sweep_try_envelope(const struct osw_sweep *sweep,
                                       osw_simulate_progress *progress, void *context,
                                       bool *good)
{
    struct osw_result *few = NULL, *every = NULL;
    enum osw_status status = find_rhythm(sweep->design->plan, good);
    if (status || !*good)
        return status;
    *good = false;
    status = run(sweep, &osw_driver_envelope, progress, context, &few);
    if (!status)
        status = run(sweep, &osw_driver_rosenbrock, progress, context, &every);
    if (!status)
        *good = is_good(few, every, sweep->settings.solver.rtol);
    osw_result_destroy(few);
    osw_result_destroy(every);
    return status == OSW_ERR_MEMORY || status == OSW_INTERRUPTED ? status : OSW_OK;
}
