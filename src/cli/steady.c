/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch steady: steady states of the states that are not held, their stability, and
 * with --scan the branch along one parameter with its fold points. */
#include "cli/listing.h"
#include "cli/log.h"
#include "cli/point.h"
#include "cli/scan.h"
#include "solve/steady.h"

#include <math.h>

struct options {
    struct osw_common_options common;
    struct osw_words set;
    const char *scan, *outputs;
    int starts;
    bool csv, units;
};

#define S struct options
static const struct osw_option option_table[] = {
    OSW_ROW_SET(S, "an input, a parameter, or a state's guess (a held state: its value)"),
    OSW_TEXT(S, scan, "scan", "NAME=LO:HI", SCIENCE,
             "follow the steady state along a parameter, round fold points; with its "
             "unit after HI"),
    OSW_ROW_OUTPUTS(S, "with --scan: the outputs or states to show (default: the first "
                       "outputs)"),
    OSW_ROW_STARTS(S, "1", 1,
                   "look for several steady states: from the start values, then from N - "
                   "1 scattered ones; a scan looks so at both ends and in the middle, "
                   "from 6 or more"),
    OSW_FLAG(S, csv, "csv", FILES, "as CSV, full precision"),
    OSW_ROW_CSV_UNITS(S, "with --scan and --csv: a second header row with units"),
};
#undef S

struct found {
    double *y; /* [n][n_states] */
    struct osw_steady_result *results;
    int n, room;
};

static enum osw_status look(struct osw_session *session, const struct osw_model *model,
                            const struct osw_point *point, int starts,
                            struct found *found)
{
    const struct osw_kernel *k = model->kernel;
    size_t n = (size_t)k->n_states;
    struct osw_progress progress;
    found->y = osw_arena_alloc(session->arena, ((size_t)starts + 1) * n, sizeof(double));
    found->results =
        osw_arena_alloc(session->arena, (size_t)starts, sizeof *found->results);
    if (!found->y || !found->results)
        return OSW_ERR_MEMORY;
    osw_progress_begin(&progress, session);
    enum osw_status status = OSW_OK;
    for (int start = 0; start < starts && !status; start++) {
        double *y = found->y + (size_t)found->n * n;
        osw_point_scatter(model, point, start, y);
        enum osw_status one =
            osw_steady_find(k, point->declared, point->held, 0.0, point->params, y, true,
                            &found->results[found->n]);
        if (!one && !osw_point_among(model, point, found->y, found->n, y))
            found->n++;
        if (one && one != OSW_ERR_INTEGRATION)
            status = one;
        if (osw_progress_show(&progress, (start + 1.0) / starts, "steady states"))
            status = OSW_INTERRUPTED;
    }
    osw_progress_end(&progress);
    if (!status && !found->n)
        status = osw_diag_fail(session->diag, OSW_ERR_INTEGRATION, (struct osw_loc){0},
                               "no steady state of model %s found from %d start%s",
                               model->name, starts, starts > 1 ? "s" : "");
    return status;
}

static const char *stability(const struct osw_steady_result *r)
{
    return r->n_positive < 0 ? "" : r->n_positive ? "unstable" : "stable";
}

static void print_csv(const struct osw_model *model, const struct found *found)
{
    int n = model->kernel->n_states;
    fputs("steady_state,stability,largest_real", stdout);
    for (int i = 0; i < n; i++)
        printf(",%s", model->states[i].id);
    for (int k = 0; k < found->n; k++) {
        const struct osw_steady_result *r = &found->results[k];
        printf("\n%d,%s,%.17g", k + 1, stability(r), r->largest_real);
        for (int i = 0; i < n; i++)
            printf(",%.17g", found->y[k * n + i]);
    }
    putchar('\n');
}

static enum osw_status print_table(struct osw_session *session,
                                   const struct osw_model *model,
                                   const struct osw_point *point,
                                   const struct found *found)
{
    enum { MOST_SHOWN = 8 };
    static const char *const heads[MOST_SHOWN] = {
        "steady state 1", "steady state 2", "steady state 3", "steady state 4",
        "steady state 5", "steady state 6", "steady state 7", "steady state 8"};
    int shown = found->n < MOST_SHOWN ? found->n : MOST_SHOWN;
    struct osw_listing_column columns[MOST_SHOWN + 3] = {{"state", false}};
    for (int k = 0; k < shown; k++)
        columns[k + 1] = (struct osw_listing_column){heads[k], true};
    columns[shown + 1] = (struct osw_listing_column){"unit", false};
    columns[shown + 2] = (struct osw_listing_column){"", false};
    struct osw_listing l = {
        .columns = columns, .n_columns = shown + 3, .arena = session->arena};
    enum osw_status status = OSW_OK;
    for (int i = 0; i < model->kernel->n_states && !status; i++) {
        const char *row[MOST_SHOWN + 3] = {model->states[i].id};
        for (int k = 0; k < shown; k++)
            row[k + 1] = osw_arena_format(session->arena, "%.6g",
                                          found->y[k * model->kernel->n_states + i]);
        row[shown + 1] = model->states[i].unit_text;
        row[shown + 2] = point->held[i] ? "held" : "";
        status = osw_listing_add(&l, row);
    }
    if (status)
        return status;
    osw_listing_write(&l, false, stdout);
    for (int k = 0; k < found->n; k++)
        printf("steady state %d: %s, largest real part of an eigenvalue %.4g 1/d, "
               "residual %.2g 1/d\n",
               k + 1, stability(&found->results[k]), found->results[k].largest_real,
               found->results[k].residual);
    return OSW_OK;
}

/* Nothing is steady where rates depend on time: it is held at 0. */
static void say_time(struct osw_session *session, const struct osw_model *model)
{
    const struct osw_kernel *k = model->kernel;
    if (k->dfdt_nnz)
        osw_diag_add(
            session->diag, OSW_NOTE, (struct osw_loc){0},
            "rates depend on time (that of %s%s): steady states are those of day "
            "0, at which time is held",
            model->states[k->dfdt_state[0]].id, k->dfdt_nnz > 1 ? " and others" : "");
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    struct osw_model *model = NULL;
    struct osw_point point;
    struct found found = {0};
    enum osw_status status =
        osw_model_open(o->common.operands.items[0], session->diag, &model);
    if (!status)
        status = osw_point_init(session, model, &o->set, &point);
    if (!status)
        say_time(session, model);
    if (!status && o->scan) {
        status = osw_scan(session, model, &point, o->scan, o->outputs, o->starts, o->csv,
                          o->units);
    } else if (!status) {
        status = look(session, model, &point, o->starts, &found);
        if (!status && o->csv)
            print_csv(model, &found);
        else if (!status)
            status = print_table(session, model, &point, &found);
    }
    osw_model_destroy(model);
    return status;
}

const struct osw_command osw_command_steady = {
    .name = "steady",
    .operands = "MODEL",
    .summary = "Find steady states, their stability and fold points",
    .details =
        "Held states (ageing clocks, long-lived matrix, mineral) stay as they are.",
    .least = 1,
    .most = 1,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
