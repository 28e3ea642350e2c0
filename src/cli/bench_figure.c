/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/bench.h"
#include "plot/precision.h"

static enum osw_status take_panel(const struct osw_bench_result *r, int n_methods,
                                  struct osw_arena *arena,
                                  struct osw_precision_panel *panel)
{
    const struct osw_precision_point **curves =
        osw_arena_alloc(arena, (size_t)n_methods, sizeof(*curves));
    int *n = osw_arena_alloc(arena, (size_t)n_methods, sizeof *n);
    if (!curves || !n)
        return OSW_ERR_MEMORY;
    for (int m = 0; m < n_methods; m++) {
        struct osw_bench_curve curve = osw_bench_curve(r, &osw_bench_methods[m]);
        struct osw_precision_point *points =
            osw_arena_alloc(arena, (size_t)curve.n, sizeof *points);
        if (!points)
            return OSW_ERR_MEMORY;
        for (int k = 0; k < curve.n; k++)
            points[k] = (struct osw_precision_point){curve.points[k].error,
                                                     curve.points[k].cpu_ms};
        curves[m] = points;
        n[m] = curve.n;
    }
    *panel = (struct osw_precision_panel){r->of->title, r->of->target, curves, n};
    return OSW_OK;
}

enum osw_status osw_bench_draw(const struct osw_bench_report *report, const char *path,
                               bool force, struct osw_arena *arena, struct osw_diag *diag)
{
    int n_methods = 0;
    while (osw_bench_methods[n_methods].name)
        n_methods++;
    const char **names = osw_arena_alloc(arena, (size_t)n_methods, sizeof *names);
    struct osw_precision_panel *panels =
        osw_arena_alloc(arena, (size_t)report->n_results, sizeof *panels);
    const char *title = osw_arena_format(
        arena,
        "CPU time per member on one core of %s (vectors: %s) against the achieved "
        "error: rms over times, states and outputs, geometric mean over members",
        report->processor, report->isa);
    enum osw_status status = names && panels && title ? OSW_OK : OSW_ERR_MEMORY;
    for (int m = 0; m < n_methods && !status; m++)
        names[m] = osw_bench_methods[m].title;
    for (int i = 0; i < report->n_results && !status; i++)
        status = take_panel(&report->results[i], n_methods, arena, &panels[i]);
    if (status)
        return status;
    const struct osw_precision figure = {
        title, names, n_methods, "CPU ms / member", panels, report->n_results};
    return osw_precision_draw(&figure, path, force, diag);
}
