/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch sensitivity: how much each factor of a design matters. */
#include "cli/indices.h"
#include "cli/log.h"
#include "sweep/sweep.h"
#include "text/numbers.h"

#include <math.h>

enum method { METHOD_NONE, METHOD_MORRIS, METHOD_SOBOL };

struct options {
    struct osw_common_options common;
    const char *design, *values, *points, *out;
    int analyze, resamples, seed, digits;
    bool force;
};

#define FIELD(name) offsetof(struct options, name)
static const struct osw_option option_table[] = {
    {.name = "analyze",
     .type = OSW_OPTION_CHOICE,
     .offset = FIELD(analyze),
     .argument = "METHOD",
     .initial = "none",
     .choices = "none|morris|sobol",
     .help = "indices of values computed elsewhere, with --design and --values"},
    {.name = "design",
     .type = OSW_OPTION_TEXT,
     .offset = FIELD(design),
     .argument = "DESIGN",
     .help =
         "the design whose rows the values belong to, in the order of `sweep sample`"},
    {.name = "values",
     .type = OSW_OPTION_TEXT,
     .offset = FIELD(values),
     .argument = "FILE",
     .help = "numbers, one row a member, one column an output; nan for a failed member"},
    {.name = "points",
     .type = OSW_OPTION_TEXT,
     .offset = FIELD(points),
     .argument = "FILE",
     .help = "Morris: the trajectories themselves, when made elsewhere (SALib's rows)"},
    {.name = "resamples",
     .type = OSW_OPTION_INTEGER,
     .offset = FIELD(resamples),
     .argument = "N",
     .initial = "100",
     .lower = 2,
     .upper = 100000,
     .help = "bootstrap resamples for the confidence intervals"},
    {.name = "seed",
     .type = OSW_OPTION_INTEGER,
     .offset = FIELD(seed),
     .argument = "N",
     .initial = "0",
     .lower = 0,
     .upper = 1e9,
     .help = "of the bootstrap"},
    {.name = "digits",
     .type = OSW_OPTION_INTEGER,
     .offset = FIELD(digits),
     .argument = "N",
     .initial = "9",
     .lower = 1,
     .upper = 17,
     .help = "significant digits; 17 is exact"},
    {.name = "output",
     .letter = 'o',
     .type = OSW_OPTION_TEXT,
     .offset = FIELD(out),
     .argument = "FILE",
     .help = "write the table here instead of to standard output"},
    {.name = "force",
     .type = OSW_OPTION_FLAG,
     .offset = FIELD(force),
     .help = "overwrite the output"},
};
#undef FIELD

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
                                     struct osw_analysis *analysis, FILE *out)
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
        status = osw_analysis_run(analysis, y, &bootstrap);
        if (!status)
            osw_indices_write(out, analysis, name, "", NAN, o->digits);
    }
    return status;
}

/* What fills the table: columns of a file, or a sweep. */
struct source {
    const struct osw_numbers *values;
    const struct osw_sweep *sweep;
    struct osw_analysis *analysis;
};

static enum osw_status write_rows(struct osw_session *session, const struct options *o,
                                  const struct source *from, FILE *out)
{
    const struct osw_bootstrap bootstrap = {o->resamples, (uint64_t)o->seed};
    if (from->sweep)
        return osw_indices_sweep(session, from->sweep, from->analysis, &bootstrap,
                                 o->digits, out);
    return write_columns(session, o, from->values, from->analysis, out);
}

static enum osw_status write_table(struct osw_session *session, const struct options *o,
                                   const struct source *from)
{
    struct osw_outfile *file = NULL;
    if (!o->out)
        return write_rows(session, o, from, stdout);
    enum osw_status status = osw_outfile_create(o->out, o->force, session->diag, &file);
    if (status)
        return status;
    FILE *stream = osw_outfile_stream(file);
    status = stream ? write_rows(session, o, from, stream) : OSW_ERR_IO;
    if (!status)
        return osw_outfile_commit(file, session->diag);
    osw_outfile_abort(file);
    return status;
}

static enum osw_status check_method(struct osw_session *session, const struct options *o,
                                    const struct osw_design *design)
{
    bool morris = design->method == OSW_MORRIS;
    if (o->analyze == (morris ? METHOD_MORRIS : METHOD_SOBOL))
        return OSW_OK;
    return osw_diag_fail(
        session->diag, OSW_ERR_INPUT,
        (struct osw_loc){.file = osw_diag_file(session->diag, design->path)},
        "method: a %s design; --analyze %s needs %s", osw_design_methods[design->method],
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
    if (elsewhere == (o->common.operands.n == 1))
        return usage(session, "expected the DIR of a sweep, or --analyze METHOD --design "
                              "DESIGN --values FILE");
    if (!elsewhere && (o->design || o->values || o->points))
        return usage(session, "--design, --values and --points belong to --analyze");
    if (!elsewhere)
        return of_sweep(session, o, o->common.operands.items[0]);
    if (!o->design || !o->values)
        return usage(session, "--analyze needs --design DESIGN and --values FILE");
    if (o->points && o->analyze != METHOD_MORRIS)
        return usage(session, "--points belongs to --analyze morris");
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
    .summary = "Morris and Sobol' indices of a sweep, or of values made elsewhere",
    .details = "The table has a row for each factor (or group) and each column of "
               "values, under\n"
               "the names that SALib uses: mu, mu_star, sigma, mu_star_conf for Morris; "
               "S1, ST,\n"
               "S2 and their _conf for Sobol'. A trajectory or block with a failed "
               "member (nan)\n"
               "is left out whole and counted in n_failed.\n"
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
