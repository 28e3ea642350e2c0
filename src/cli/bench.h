/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What osteoswitch bench found, and the forms in which it is shown. */
#ifndef OSW_CLI_BENCH_H
#define OSW_CLI_BENCH_H

#include "bench/measure.h"
#include "bench/record.h"
#include "bench/throughput.h"

struct osw_bench_rate_row {
    const struct osw_bench_method *method;
    enum osw_isa isa;
    double rtol;
    struct osw_bench_rate rate;
    struct osw_bench_rate_row *next;
};

struct osw_bench_result { /* of a case */
    const struct osw_bench_case *of;
    int n_states, n_params, n_events, members, drawn;
    double reference_error, reference_worst; /* between its two makers */
    double published_error;         /* of the reference, NAN where nothing is published */
    struct osw_bench_point *points; /* method by method, loosest tolerance first */
    int n_points, runs;
    struct osw_bench_rate_row *rates; /* the last measured first; NULL: not asked for */
};

struct osw_bench_report {
    const char *processor, *isa, *program, *sundials;
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

/* Fill result->rates, on the isas up to `most`. */
enum osw_status osw_bench_rates(const struct osw_bench_problem *problem,
                                enum osw_isa most, struct osw_arena *arena,
                                struct osw_bench_result *result) OSW_MUST_CHECK;
void osw_bench_write_rates(const struct osw_bench_result *result, FILE *out);
/* A field of the case's object. */
void osw_bench_write_json_rates(const struct osw_bench_result *result, FILE *out);

void osw_bench_write_text(const struct osw_bench_result *result, FILE *out);
void osw_bench_write_json(const struct osw_bench_report *report, FILE *out);
/* A figure with a panel a case. */
enum osw_status osw_bench_draw(const struct osw_bench_report *report, const char *path,
                               bool force, struct osw_arena *arena,
                               struct osw_diag *diag) OSW_MUST_CHECK;
/* The README's table: costs at equal error, and ratios. */
void osw_bench_write_markdown(const struct osw_bench_report *report, FILE *out);

#endif
