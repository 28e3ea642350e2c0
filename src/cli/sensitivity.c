/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch sensitivity: how much each factor of a design matters. */
#include "cli/indices.h"
#include "cli/local.h"
#include "cli/log.h"
#include "sweep/sweep.h"
#include "text/numbers.h"
#include "text/outfile.h"

#include <math.h>

enum method { METHOD_NONE, METHOD_MORRIS, METHOD_SOBOL };

struct options {
    struct osw_common_options common;
    const char *design, *values, *points, *output, *local, *against, *figure, *outputs;
    struct osw_words parameters;
    int analyze, resamples, seed, digits;
    struct osw_solver_options solver;
    bool force, all_times;
};

#define S struct options
static const struct osw_option option_table[] = {
    OSW_CHOICE(S, analyze, "analyze", "METHOD", "none", "none|morris|sobol", SCIENCE,
               "indices of values computed elsewhere, with --design and --values"),
    OSW_TEXT(S, design, "design", "DESIGN", SCIENCE,
             "the design whose rows the values belong to, in the order of `sweep sample`",
             .needs = "analyze"),
    OSW_TEXT(S, values, "values", "FILE", SCIENCE,
             "numbers, one row a member, one column an output; nan for a failed member",
             .needs = "analyze"),
    OSW_TEXT(S, points, "points", "FILE", SCIENCE,
             "Morris: the trajectories themselves, when made elsewhere (SALib's rows)",
             .needs = "analyze=morris"),
    OSW_TEXT(S, against, "against", "ARM", SCIENCE,
             "of a sweep: indices of how far the other arms are from this one"),
    OSW_TEXT(
        S, local, "local", "SCENARIO", SCIENCE,
        "derivatives and elasticities of the scenario's outputs at its last time, by "
        "CVODES' forward sensitivities"),
    OSW_LIST(S, parameters, "parameter", "NAME", SCIENCE,
             "of --local: by this parameter (default: all calibrated ones)",
             .letter = 'p', .needs = "local"),
    OSW_FLAG(S, all_times, "all-times", SCIENCE,
             "of --local: at each time of the scenario from 0 on", .needs = "local"),
    OSW_SOLVER_ROWS(S, solver., "1e-8",
                    "of --local: relative tolerance, of the derivatives, too"),
    OSW_TEXT(S, figure, "figure", "FIGURE", FILES,
             "draw the last time, too: bars for up to 9 outputs and arms, else a map; a "
             "name ending in .png, .svg or .pdf"),
    OSW_TEXT(S, outputs, "outputs", "A,B,…", FILES, "of the figure: only these outputs",
             .needs = "figure"),
    OSW_INTEGER(S, resamples, "resamples", "100", 2, 100000, SCIENCE,
                "bootstrap resamples for the confidence intervals"),
    OSW_ROW_SEED(S, "0", 0, "of the bootstrap"),
    OSW_ROW_DIGITS(S, "9", "significant digits"),
    OSW_ROW_OUTPUT(S, "FILE", "write the table here instead of to standard output"),
    OSW_ROW_FORCE(S),
};
#undef S

static enum osw_status usage(struct osw_session *session, const char *text)
{
    return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0}, "%s", text);
}

static enum osw_status check_rows(struct osw_session *session, const char *path,
                                  const struct osw_numbers *numbers,
                                  const struct osw_design *design)
{
    if (numbers->n_rows == design->n_members)
        return OSW_OK;
    return osw_diag_fail(session->diag, OSW_ERR_INPUT, (struct osw_loc){.file = path},
                         "%lld rows, but the design %s has %lld",
                         (long long)numbers->n_rows, design->path,
                         (long long)design->n_members);
}

static enum osw_status read_points(struct osw_session *session, const struct options *o,
                                   const struct osw_design *design,
                                   struct osw_numbers *points)
{
    if (!o->points)
        return OSW_OK;
    enum osw_status status =
        osw_numbers_read(o->points, session->arena, session->diag, points);
    if (!status)
        status = check_rows(session, o->points, points, design);
    if (status || points->n_columns == design->n_factors)
        return status;
    return osw_diag_fail(session->diag, OSW_ERR_INPUT,
                         (struct osw_loc){.file = o->points},
                         "%lld columns, but the design %s has %d factors",
                         (long long)points->n_columns, design->path, design->n_factors);
}

/* Each column in turn; an output has no name here but its column's number. */
static enum osw_status write_columns(struct osw_session *session, const struct options *o,
                                     const struct osw_numbers *values,
                                     struct osw_analysis *analysis, FILE *out,
                                     struct osw_indices_figure *figure)
{
    const struct osw_bootstrap bootstrap = {o->resamples, (uint64_t)o->seed};
    double *y = osw_arena_alloc(session->arena, (size_t)values->n_rows, sizeof *y);
    enum osw_status status = y ? OSW_OK : OSW_ERR_MEMORY;
    osw_indices_header(out, analysis);
    for (int64_t k = 0; k < values->n_columns && !status; k++) {
        char name[24];
        snprintf(name, sizeof name, "%lld", (long long)k + 1);
        for (int64_t i = 0; i < values->n_rows; i++)
            y[i] = values->values[i * values->n_columns + k];
        status = osw_analysis_run(analysis, y, -1, &bootstrap);
        if (!status)
            osw_indices_write(out, analysis, name, "", NAN, o->digits);
        if (!status)
            status = osw_indices_figure_keep(figure, analysis, name, "");
    }
    return status;
}

/* What fills the table: columns of a file, a sweep, or a scenario. */
struct source {
    const struct osw_numbers *values;
    const struct osw_sweep *sweep;
    struct osw_analysis *analysis; /* NULL: of a scenario */
};

static enum osw_status write_local(struct osw_session *session, const struct options *o,
                                   FILE *out, struct osw_indices_figure *figure)
{
    const struct osw_local_request request = {.scenario = o->local,
                                              .parameters = o->parameters.items,
                                              .n_parameters = o->parameters.n,
                                              .solver = o->solver,
                                              .digits = o->digits,
                                              .all_times = o->all_times};
    return osw_local_write(session, &request, out, figure);
}

static enum osw_status write_rows(struct osw_session *session, const struct options *o,
                                  const struct source *from, FILE *out,
                                  struct osw_indices_figure *figure)
{
    const struct osw_analysis *a = from->analysis;
    if (!a)
        return write_local(session, o, out, figure);
    const struct osw_indices_request request = {
        .bootstrap = {o->resamples, (uint64_t)o->seed},
        .digits = o->digits,
        .against = o->against};
    osw_indices_figure_name(figure, a->design->title, a->morris ? "mu_star" : "ST",
                            a->morris ? "|mu|" : "S1",
                            (const char *const *)a->design->groups, a->design->n_groups);
    if (from->sweep)
        return osw_indices_sweep(session, from->sweep, from->analysis, &request, out,
                                 figure);
    return write_columns(session, o, from->values, from->analysis, out, figure);
}

static enum osw_status draw(struct osw_session *session, const struct options *o,
                            const struct osw_indices_figure *figure)
{
    if (!o->figure)
        return OSW_OK;
    if (!figure->bars.n_panels)
        return osw_diag_fail(session->diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                             "--outputs: none of '%s' is there to draw", o->outputs);
    return osw_bars_draw(&figure->bars, o->figure, o->force, session->diag);
}

struct writing {
    struct osw_session *session;
    const struct options *options;
    const struct source *from;
};

static enum osw_status put_table(void *context, FILE *out)
{
    const struct writing *w = context;
    struct osw_indices_figure figure = {.outputs = w->options->outputs,
                                        .arena = w->session->arena};
    enum osw_status status = write_rows(w->session, w->options, w->from, out, &figure);
    return status ? status : draw(w->session, w->options, &figure);
}

static enum osw_status write_table(struct osw_session *session, const struct options *o,
                                   const struct source *from)
{
    struct writing w = {session, o, from};
    return osw_outfile_write(o->output ? o->output : "-", o->force, put_table, &w,
                             session->diag);
}

static enum osw_status check_method(struct osw_session *session, const struct options *o,
                                    const struct osw_design *design)
{
    bool morris = design->method == &osw_method_morris;
    if (o->analyze == (morris ? METHOD_MORRIS : METHOD_SOBOL))
        return OSW_OK;
    return osw_diag_fail(
        session->diag, OSW_ERR_INPUT,
        (struct osw_loc){.file = osw_diag_file(session->diag, design->path)},
        "method: a %s design; --analyze %s needs %s", design->method->name,
        o->analyze == METHOD_MORRIS ? "morris" : "sobol",
        o->analyze == METHOD_MORRIS ? "morris" : "saltelli");
}

static enum osw_status analyze(struct osw_session *session, const struct options *o,
                               const struct osw_design *design)
{
    struct osw_numbers values = {0}, points = {0};
    struct osw_analysis *analysis = NULL;
    enum osw_status status = check_method(session, o, design);
    if (!status)
        status = osw_numbers_read(o->values, session->arena, session->diag, &values);
    if (!status)
        status = check_rows(session, o->values, &values, design);
    if (!status)
        status = read_points(session, o, design, &points);
    if (!status)
        status = osw_analysis_create(design, points.values, session->diag, &analysis);
    if (!status)
        status = write_table(session, o,
                             &(struct source){.values = &values, .analysis = analysis});
    osw_analysis_destroy(analysis);
    return status;
}

static enum osw_status of_sweep(struct osw_session *session, const struct options *o,
                                const char *dir)
{
    struct osw_design *design;
    struct osw_sweep *sweep;
    struct osw_analysis *analysis = NULL;
    enum osw_status status = osw_sweep_reopen(dir, session->diag, &design, &sweep);
    if (status)
        return status;
    osw_diag_input(session->diag, dir);
    status = osw_analysis_create(design, NULL, session->diag, &analysis);
    if (!status)
        status = write_table(session, o,
                             &(struct source){.sweep = sweep, .analysis = analysis});
    osw_analysis_destroy(analysis);
    osw_sweep_destroy(sweep);
    osw_design_destroy(design);
    return status;
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    struct osw_design *design;
    bool elsewhere = o->analyze != METHOD_NONE;
    if (elsewhere + (o->common.operands.n == 1) + (o->local != NULL) != 1)
        return usage(session, "expected one of the DIR of a sweep, --local SCENARIO, or "
                              "--analyze METHOD --design DESIGN --values FILE");
    if (o->against && o->common.operands.n != 1)
        return usage(session, "--against belongs to the DIR of a sweep");
    if (o->local)
        return write_table(session, o, &(struct source){0});
    if (!elsewhere)
        return of_sweep(session, o, o->common.operands.items[0]);
    if (!o->design || !o->values)
        return usage(session, "--analyze needs --design DESIGN and --values FILE");
    enum osw_status status = osw_design_load(o->design, session->diag, &design);
    if (status)
        return status;
    status = analyze(session, o, design);
    osw_design_destroy(design);
    return status;
}

const struct osw_command osw_command_sensitivity = {
    .name = "sensitivity",
    .operands = "[DIR]",
    .summary = "Morris and Sobol' indices of a sweep or of values; local sensitivities",
    .details =
        "The table has a row for each factor (or group) and each column of "
        "values, under\n"
        "the names that SALib uses: mu, mu_star, sigma, mu_star_conf for Morris; "
        "S1, ST,\n"
        "S2 and their _conf for Sobol'. A trajectory or block with a failed "
        "member (nan)\n"
        "is left out whole and counted in n_failed. Where members differ by no "
        "more than\n"
        "the tolerance of the sweep, indices would be shares of noise and are nan.\n"
        "\n"
        "  osteoswitch sweep sample morris-ha > points.tsv\n"
        "  … compute a value for each row, in values.txt …\n"
        "  osteoswitch sensitivity --analyze morris --design morris-ha --values "
        "values.txt\n",
    .least = 0,
    .most = 1,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
