/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a sweep costs beside the integrator: CPU time of a sweep on one thread (design,
 * scheduling, blocks written and synced) less that of a bare run on the same members,
 * points known beforehand and values thrown away. Taken in turn, the least of each, since
 * machines are shared. Exit 3 when the rest is 5 % of a member of 1 ms or more.
 *   overhead DESIGN FOLDER RUNS */
#include "base/memory.h"
#include "sweep/member_runner.h"

#include <stdlib.h>
#include <time.h>

struct bare {
    const struct osw_design *design;
    const double *points; /* [n_members][n_factors] */
    int64_t next;
    double sum;
};

static int64_t next(void *context)
{
    struct bare *b = context;
    return b->next < b->design->n_members ? b->next++ : -1;
}

static void draw(void *context, int64_t member, int life, double *p)
{
    const struct bare *b = context;
    (void)life;
    osw_design_apply(b->design, b->points + member * b->design->n_factors, p);
}

static void done(void *context, const struct osw_member_arm *arm)
{
    struct bare *b = context;
    b->sum += arm->outputs[0];
}

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static enum osw_status integrate(const struct osw_sweep *sweep, const double *points,
                                 struct osw_diag *diag)
{
    const struct osw_simulate_options options = {.solver = sweep->settings.solver,
                                                 .driver = &osw_driver_rosenbrock};
    struct bare bare = {.design = sweep->design, .points = points};
    const struct osw_members_source source = {
        .context = &bare, .next = next, .draw = draw, .done = done};
    struct osw_wide_kernel kernel;
    struct osw_members *members = NULL;
    enum osw_status status = osw_member_runner_kernel(sweep, diag, &kernel);
    if (!status)
        status = osw_members_create(sweep->design->plan, &kernel, &options, &members);
    if (!status)
        status = osw_members_pilot(members, diag);
    if (!status)
        status = osw_members_run(members, &source, diag);
    osw_members_destroy(members);
    return status;
}

/* CPU seconds of one sweep into DIR (new), and of the bare run after it. */
static enum osw_status measure(const struct osw_design *design, const char *dir,
                               const double *points, struct osw_diag *diag, double *whole,
                               double *bare)
{
    const struct osw_solver_options solver = OSW_SOLVER_DEFAULTS;
    const struct osw_sweep_settings settings = {.solver = solver,
                                                .isa = OSW_SWEEP_ANY_ISA};
    const struct osw_sweep_run_options run = {.threads = 1, .shards = 1};
    struct osw_sweep *sweep;
    struct osw_sweep_progress progress;
    double began = cpu_s();
    enum osw_status status =
        osw_sweep_open(dir, design, &settings, "", "", NULL, NULL, diag, &sweep);
    if (status)
        return status;
    status = osw_sweep_run(sweep, &run, diag, &progress);
    double turned = cpu_s();
    if (!status)
        status = integrate(sweep, points, diag);
    *whole = turned - began;
    *bare = cpu_s() - turned;
    osw_sweep_destroy(sweep);
    return status;
}

static int report(double whole, double bare, int64_t members)
{
    double each = bare / (double)members, rest = (whole - bare) / (double)members;
    printf("overhead: %lld members, integrator %.4f ms a member, all else %.4f ms "
           "(%.1f %%); of a member of 1 ms: %.2f %% (goal: below 5 %%)\n",
           (long long)members, 1e3 * each, 1e3 * rest, 100 * rest / each, 1e5 * rest);
    return 1e5 * rest < 5 ? 0 : 3;
}

int main(int argc, char **argv)
{
    struct osw_diag *diag = osw_diag_create();
    struct osw_design *design = NULL;
    double whole = 1e99, bare = 1e99, *points = NULL;
    if (argc != 4) {
        fprintf(stderr, "usage: overhead DESIGN FOLDER RUNS\n");
        return 64;
    }
    enum osw_status status = osw_design_load(argv[1], diag, &design);
    if (!status)
        points =
            osw_alloc((size_t)(design->n_members * design->n_factors), sizeof *points);
    for (int64_t i = 0; points && i < design->n_members; i++)
        osw_design_point(design, i, points + i * design->n_factors);
    for (int i = 0; points && i < atoi(argv[3]) && !status; i++) {
        char dir[4096];
        double w = 1e99, b = 1e99;
        snprintf(dir, sizeof dir, "%s/overhead%d", argv[2], i);
        status = measure(design, dir, points, diag, &w, &b);
        whole = w < whole ? w : whole;
        bare = b < bare ? b : bare;
    }
    osw_diag_render(diag, stderr, false);
    int code = status || !points ? 1 : report(whole, bare, design->n_members);
    osw_free(points);
    osw_design_destroy(design);
    osw_diag_destroy(diag);
    return code;
}
