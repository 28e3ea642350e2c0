/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What osteoswitch bench found, and the forms in which it is shown. */
#ifndef OSW_CLI_BENCH_H
#define OSW_CLI_BENCH_H

#include "bench/measure.h"
#include "bench/record.h"

struct osw_bench_result { /* of a case */
    const struct osw_bench_case *of;
    int n_states, n_params, n_events, members, drawn;
    double published_error;         /* of the reference, NAN where nothing is published */
    struct osw_bench_point *points; /* method by method, loosest tolerance first */
    int n_points, runs;
};

struct osw_bench_report {
    const char *processor, *isa, *program;
    bool flushes;
    struct osw_bench_result *results;
    int n_results;
    struct osw_bench_record record; /* empty unless it was asked for */
};

/* The points of a method within a result, and what it costs at the case's target. */
struct osw_bench_curve {
    const struct osw_bench_point *points;
    int n;
    double cost_ms; /* NAN: does not reach the target error */
    bool bound;     /* even the cheapest point is more accurate than the target */
};
struct osw_bench_curve osw_bench_curve(const struct osw_bench_result *result,
                                       const struct osw_bench_method *method);

void osw_bench_write_text(const struct osw_bench_result *result, FILE *out);
void osw_bench_write_json(const struct osw_bench_report *report, FILE *out);
/* A figure with a panel a case. */
enum osw_status osw_bench_draw(const struct osw_bench_report *report, const char *path,
                               bool force, struct osw_arena *arena,
                               struct osw_diag *diag) OSW_MUST_CHECK;
/* The README's table: costs at equal error, and ratios. */
void osw_bench_write_markdown(const struct osw_bench_report *report, FILE *out);

#endif
