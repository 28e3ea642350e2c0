/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Throughput: members per second over threads and over lanes, each method at the loosest
 * of its tolerances that reaches the case's target error. */
#include "bench/throughput.h"
#include "cli/bench.h"

#include <math.h>
#include <unistd.h>

enum { MOST_THREADS = 256 };

static int cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : (int)n;
}

/* NAN when no point reaches the target. */
static double fitting_rtol(const struct osw_bench_result *r,
                           const struct osw_bench_method *method)
{
    struct osw_bench_curve curve = osw_bench_curve(r, method);
    const struct osw_bench_point *point =
        osw_bench_reaching(curve.points, curve.n, r->of->target);
    return point ? point->rtol : NAN;
}

static enum osw_status add_rates(const struct osw_bench_problem *b,
                                 const struct osw_bench_method *method, double rtol,
                                 enum osw_isa isa, struct osw_arena *arena,
                                 struct osw_bench_result *r)
{
    const struct osw_bench_setting setting = {rtol, isa};
    enum osw_status status = OSW_OK;
    for (int threads = 1; threads <= cores() && !status; threads *= 2) {
        struct osw_bench_rate_row *row = osw_arena_alloc(arena, 1, sizeof *row);
        if (!row)
            return OSW_ERR_MEMORY;
        *row = (struct osw_bench_rate_row){
            .method = method, .isa = isa, .rtol = rtol, .rate.threads = threads};
        status = osw_bench_throughput(b, method, &setting, &row->rate);
        row->next = r->rates;
        r->rates = row;
    }
    return status;
}

enum osw_status osw_bench_rates(const struct osw_bench_problem *b, enum osw_isa most,
                                struct osw_arena *arena, struct osw_bench_result *r)
{
    enum osw_status status = OSW_OK;
    for (const struct osw_bench_method *m = osw_bench_methods; m->name && !status; m++) {
        double rtol = fitting_rtol(r, m);
        enum osw_isa isa = m->wide ? OSW_ISA_BASELINE : most;
        for (; !isnan(rtol) && isa <= most && !status; isa++)
            status = add_rates(b, m, rtol, isa, arena, r);
    }
    return status;
}

static const char *lanes_of(const struct osw_bench_rate_row *row)
{
    return !row->method->wide ? "one lane" : osw_isa_name(row->isa);
}

void osw_bench_write_rates(const struct osw_bench_result *r, FILE *out)
{
    if (r->rates)
        fprintf(out, "  %-16s %5s %-9s %7s %18s %11s\n", "throughput", "rtol", "lanes",
                "threads", "members/s per core", "members/s");
    for (const struct osw_bench_rate_row *row = r->rates; row; row = row->next)
        fprintf(out, "  %-16s %5.0e %-9s %7d %18.4g %11.4g\n", row->method->name,
                row->rtol, lanes_of(row), row->rate.threads, row->rate.per_core_s,
                row->rate.per_wall_s);
}

void osw_bench_write_json_rates(const struct osw_bench_result *r, FILE *out)
{
    fputs(",\n   \"throughput\": [", out);
    for (const struct osw_bench_rate_row *row = r->rates; row; row = row->next)
        fprintf(
            out,
            "%s\n    {\"method\": \"%s\", \"lanes\": \"%s\", \"rtol\": %g, \"threads\": "
            "%d, \"members_per_core_s\": %.6g, \"members_per_s\": %.6g}",
            row == r->rates ? "" : ",", row->method->name, lanes_of(row), row->rtol,
            row->rate.threads, row->rate.per_core_s, row->rate.per_wall_s);
    fputs("]", out);
}
