/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/bench.h"
#include "text/json.h"

#include <math.h>

struct osw_bench_curve osw_bench_curve(const struct osw_bench_result *result,
                                       const struct osw_bench_method *method)
{
    struct osw_bench_curve curve = {result->points, 0, NAN, false};
    const struct osw_bench_point *end = result->points + result->n_points;
    while (curve.points < end && curve.points->method != method)
        curve.points++;
    while (curve.points + curve.n < end && curve.points[curve.n].method == method)
        curve.n++;
    if (curve.n)
        curve.cost_ms =
            osw_bench_cost(curve.points, curve.n, result->of->target, &curve.bound);
    return curve;
}

static double per_member(int64_t count, const struct osw_bench_point *p)
{
    return (double)count / p->members;
}

static void write_point(const struct osw_bench_point *p, FILE *out)
{
    fprintf(
        out,
        "  %-16s %5.0e %7d %9.1e %9.1e %9.1e %9.1e %10.4g %9.0f %9.0f %8.1f %8.1f %8.1f",
        p->method->name, p->rtol, p->members, p->error, p->median, p->p95, p->worst,
        p->cpu_ms, per_member(p->counts.steps, p), per_member(p->counts.rhs, p),
        per_member(p->counts.jacobians, p), per_member(p->counts.factorizations, p),
        per_member(p->counts.rejections, p));
    if (p->counts.failures)
        fprintf(out, "  %lld failed", (long long)p->counts.failures);
    fputc('\n', out);
}

static void write_costs(const struct osw_bench_result *r, FILE *out)
{
    double dense = osw_bench_curve(r, osw_bench_method_find("cvode-dense")).cost_ms;
    double klu = osw_bench_curve(r, osw_bench_method_find("cvode-klu")).cost_ms;
    fprintf(out, "  at error %.0e (against CVODE dense, KLU):\n", r->of->target);
    for (const struct osw_bench_method *m = osw_bench_methods; m->name; m++) {
        struct osw_bench_curve curve = osw_bench_curve(r, m);
        if (!curve.n)
            continue;
        if (isnan(curve.cost_ms))
            fprintf(out, "  %-16s not reached\n", m->name);
        else
            fprintf(out, "  %-16s %s%.4g ms (%.3g×, %.3g×)\n", m->name,
                    curve.bound ? "at most " : "", curve.cost_ms, dense / curve.cost_ms,
                    klu / curve.cost_ms);
    }
}

void osw_bench_write_text(const struct osw_bench_result *r, FILE *out)
{
    fprintf(out, "\n%s: %s; %d states, %d parameters, %d events, %d members\n",
            r->of->name, r->of->title, r->n_states, r->n_params, r->n_events, r->members);
    if (r->drawn > r->members)
        fprintf(out, "  %d more have no steady start and are left out\n",
                r->drawn - r->members);
    fprintf(out,
            "  reference: CVODE KLU at rtol 1e-10 and Rodas5P at 1e-9 differ by %.1e, at "
            "most "
            "%.1e\n",
            r->reference_error, r->reference_worst);
    if (!isnan(r->published_error))
        fprintf(out, "  reference against the published end values: %.1e\n",
                r->published_error);
    fprintf(out, "  %-16s %5s %7s %9s %9s %9s %9s %10s %9s %9s %8s %8s %8s\n", "method",
            "rtol", "members", "error", "median", "p95", "largest", "CPU ms", "steps",
            "rhs", "jac", "lu", "rejected");
    for (int i = 0; i < r->n_points; i++)
        write_point(&r->points[i], out);
    write_costs(r, out);
    osw_bench_write_rates(r, out);
}

static void put(FILE *out, const char *name, double x)
{
    fprintf(out, isfinite(x) ? ", \"%s\": %.6g" : ", \"%s\": null", name, x);
}

static void write_json_point(const struct osw_bench_point *p, FILE *out)
{
    fprintf(out, "    {\"method\": \"%s\", \"rtol\": %g, \"members\": %d",
            p->method->name, p->rtol, p->members);
    put(out, "error", p->error);
    put(out, "median", p->median);
    put(out, "p95", p->p95);
    put(out, "largest", p->worst);
    put(out, "cpu_ms", p->cpu_ms);
#define PUT(name) fprintf(out, ", \"" #name "\": %lld", (long long)p->counts.name);
    OSW_BENCH_COUNTS(PUT)
#undef PUT
    fputc('}', out);
}

static void write_json_case(const struct osw_bench_result *r, FILE *out)
{
    fprintf(out, "  {\"case\": \"%s\", \"title\": ", r->of->name);
    osw_json_string(out, r->of->title);
    fprintf(out,
            ", \"states\": %d, \"parameters\": %d, \"events\": %d, \"members\": %d, "
            "\"drawn\": %d, \"runs\": %d",
            r->n_states, r->n_params, r->n_events, r->members, r->drawn, r->runs);
    put(out, "target", r->of->target);
    put(out, "reference_error", r->reference_error);
    put(out, "reference_largest", r->reference_worst);
    put(out, "published_error", r->published_error);
    fputs(",\n   \"cost_ms\": {", out);
    const char *comma = "";
    for (const struct osw_bench_method *m = osw_bench_methods; m->name; m++) {
        struct osw_bench_curve curve = osw_bench_curve(r, m);
        if (!curve.n)
            continue;
        fprintf(out, isfinite(curve.cost_ms) ? "%s\"%s\": %.6g" : "%s\"%s\": null", comma,
                m->name, curve.cost_ms);
        comma = ", ";
    }
    fputs("},\n   \"points\": [\n", out);
    for (int i = 0; i < r->n_points; i++) {
        write_json_point(&r->points[i], out);
        fputs(i + 1 < r->n_points ? ",\n" : "\n", out);
    }
    fputs("  ]", out);
    osw_bench_write_json_rates(r, out);
    fputs("}", out);
}

void osw_bench_write_json(const struct osw_bench_report *report, FILE *out)
{
    fprintf(out, "{\"format\": \"%s\"", osw_bench_format);
    if (report->n_results) {
        fputs(",\n \"program\": ", out);
        osw_json_string(out, report->program);
        fputs(", \"processor\": ", out);
        osw_json_string(out, report->processor);
        fputs(", \"sundials\": ", out);
        osw_json_string(out, report->sundials);
        fprintf(out, ", \"isa\": \"%s\",\n \"cases\": [\n", report->isa);
        for (int i = 0; i < report->n_results; i++) {
            write_json_case(&report->results[i], out);
            fputs(i + 1 < report->n_results ? ",\n" : "\n", out);
        }
        fputs(" ]", out);
    }
    fputs(",\n\"record\": ", out);
    osw_bench_record_write(&report->record, out);
    fputs("}\n", out);
}

static void write_cell(const struct osw_bench_curve *c, double dense, double klu,
                       FILE *out)
{
    if (!c->n)
        fputs(" |", out);
    else if (isnan(c->cost_ms))
        fputs(" not reached |", out);
    else
        fprintf(out, " %s%.4g (%.3g, %.3g) |", c->bound ? "≤ " : "", c->cost_ms,
                dense / c->cost_ms, klu / c->cost_ms);
}

/* How errors spread over members: CVODE dense, lanes, envelopes. */
static void write_spread(const struct osw_bench_result *r, FILE *out)
{
    static const char *const names[] = {"cvode-dense", "rodas-lanes", "envelope"};
    for (int i = 0; i < 3; i++) {
        struct osw_bench_curve c = osw_bench_curve(r, osw_bench_method_find(names[i]));
        const struct osw_bench_point *p =
            osw_bench_reaching(c.points, c.n, r->of->target);
        if (p)
            fprintf(out, " %.0e: %.1e, %.1e, %.1e, %.1e (%d) |", p->rtol, p->error,
                    p->median, p->p95, p->worst, p->members);
        else
            fputs(" |", out);
    }
}

void osw_bench_write_markdown(const struct osw_bench_report *report, FILE *out)
{
    fprintf(
        out,
        "CPU milliseconds per member on one core of %s at the same achieved error, with "
        "%s; in "
        "brackets how many times less than CVODE dense and CVODE KLU. Widest "
        "vectors: %s; subnormal numbers flushed for every method. Errors: at the loosest "
        "tolerance that reaches the error, geometric mean, median, 95th percentile and "
        "largest over (so many) members.\n\n| case | error |",
        report->processor, report->sundials, report->isa);
    for (const struct osw_bench_method *m = osw_bench_methods; m->name; m++)
        fprintf(out, " %s |", m->title);
    fputs(" errors of CVODE dense | of lanes | of envelopes |\n|---|---|", out);
    for (const struct osw_bench_method *m = osw_bench_methods; m->name; m++)
        fputs("---|", out);
    fputs("---|---|---|", out);
    for (int i = 0; i < report->n_results; i++) {
        const struct osw_bench_result *r = &report->results[i];
        double dense = osw_bench_curve(r, osw_bench_method_find("cvode-dense")).cost_ms;
        double klu = osw_bench_curve(r, osw_bench_method_find("cvode-klu")).cost_ms;
        fprintf(out, "\n| %s | %.0e |", r->of->title, r->of->target);
        for (const struct osw_bench_method *m = osw_bench_methods; m->name; m++) {
            struct osw_bench_curve curve = osw_bench_curve(r, m);
            write_cell(&curve, dense, klu, out);
        }
        write_spread(r, out);
    }
    fputc('\n', out);
}
