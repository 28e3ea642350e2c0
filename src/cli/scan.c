/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/scan.h"
#include "cli/listing.h"
#include "cli/signals.h"
#include "scenario/quantity.h"
#include "solve/continuation.h"
#include "solve/steady.h"

#include <string.h>

enum { MOST_SHOWN = 12, DEFAULT_SHOWN = 5, MOST_POINTS = 5000 };

struct scan {
    struct osw_session *session;
    const struct osw_model *model;
    const struct osw_point *point;
    struct osw_branch_options branch;
    int shown[MOST_SHOWN]; /* output, or -1 - state */
    int n_shown, n_folds;
    double folds[64];
    struct osw_listing listing;
    double *c, *out, *y, *p;
    enum osw_status status;
};

static enum osw_status bad_scan(struct osw_session *session, const char *what)
{
    return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                         "--scan: expected NAME=LO:HI, found '%s'", what);
}

/* LO takes the unit of HI when it has none of its own. */
static const char *with_unit(struct osw_arena *arena, const char *low, const char *high)
{
    double value;
    const char *low_unit = osw_quantity_number(low, &value);
    const char *high_unit = osw_quantity_number(high, &value);
    return low_unit && !*low_unit && high_unit && *high_unit
               ? osw_arena_format(arena, "%s %s", low, high_unit)
               : low;
}

/* NAME=LO:HI. NAME is a parameter, or an input that sets one parameter. */
static enum osw_status parse_range(struct scan *s, const char *what)
{
    struct osw_arena *arena = s->session->arena;
    const char *equals = strchr(what, '='), *colon = equals ? strchr(equals, ':') : NULL;
    if (!equals || !colon || equals == what)
        return bad_scan(s->session, what);
    const char *name = osw_arena_copy(arena, what, (size_t)(equals - what));
    const char *low = osw_arena_copy(arena, equals + 1, (size_t)(colon - equals - 1));
    if (!name || !low || !(low = with_unit(arena, low, colon + 1)))
        return OSW_ERR_MEMORY;
    struct osw_reader r;
    enum osw_status status = osw_reader_init(&r, s->model, arena, s->session->diag);
    if (status)
        return status;
    const struct osw_loc nowhere = {0};
    const struct osw_input *input = osw_model_input(s->model, name);
    int j = osw_model_param(s->model, name);
    if (j < 0 && input && input->n_targets == 1 && !input->targets[0].words)
        j = input->targets[0].param;
    if (j < 0)
        return osw_reader_unknown(&r, OSW_ERR_NOINPUT, nowhere, "parameter", name,
                                  OSW_NAME_PARAM, NULL, 0);
    const struct osw_parameter *p = &s->model->params[j];
    const struct osw_unit *unit = input ? input->targets[0].unit : p->unit;
    const char *unit_text = input ? input->unit_text : p->unit_text;
    if (osw_quantity_in(&r, low, nowhere, "--scan", unit, unit_text, &s->branch.low) ||
        osw_quantity_in(&r, colon + 1, nowhere, "--scan", unit, unit_text,
                        &s->branch.high))
        return OSW_ERR_USAGE;
    s->branch.param = j;
    s->branch.low = osw_unit_convert(s->branch.low, unit, p->unit);
    s->branch.high = osw_unit_convert(s->branch.high, unit, p->unit);
    return s->branch.low < s->branch.high ? OSW_OK : bad_scan(s->session, what);
}

static enum osw_status parse_outputs(struct scan *s, const char *text)
{
    int most = s->model->kernel->n_outputs;
    for (int i = 0; !text && i < most && i < DEFAULT_SHOWN; i++)
        s->shown[s->n_shown++] = i;
    while (text && *text) {
        size_t len = strcspn(text, ",");
        const char *name = osw_arena_copy(s->session->arena, text, len);
        if (!name)
            return OSW_ERR_MEMORY;
        int output = osw_model_output(s->model, name);
        int state = osw_model_state(s->model, name);
        if (output < 0 && state < 0)
            return osw_diag_fail(s->session->diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                                 "model %s has no output or state '%s'", s->model->name,
                                 name);
        if (s->n_shown == MOST_SHOWN)
            return osw_diag_fail(s->session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                                 "--outputs: at most %d", MOST_SHOWN);
        s->shown[s->n_shown++] = output >= 0 ? output : -1 - state;
        text += len + (text[len] == ',');
    }
    return OSW_OK;
}

static double shown_value(const struct scan *s, int i, const double *y)
{
    return s->shown[i] >= 0 ? s->out[s->shown[i]] : y[-1 - s->shown[i]];
}

/* Stability of a point: Newton has nothing left to do there, eigenvalues are wanted. */
static const char *stability(struct scan *s, const double *y, bool is_fold)
{
    const struct osw_kernel *k = s->model->kernel;
    struct osw_steady_result r;
    if (is_fold)
        return "fold";
    memcpy(s->y, y, (size_t)k->n_states * sizeof *y);
    if (osw_steady_find(k, s->point->scale, s->point->held, s->branch.t, s->p, s->y, true,
                        &r))
        return "";
    return r.n_positive > 0 ? "unstable" : r.n_positive == 0 ? "stable" : "";
}

static bool visit(void *context, double value, const double *y, bool is_fold)
{
    struct scan *s = context;
    const struct osw_kernel *k = s->model->kernel;
    struct osw_arena *arena = s->session->arena;
    const char *row[MOST_SHOWN + 2];
    s->p[s->branch.param] = value;
    k->prepare(s->p, s->c);
    k->segment(s->p, s->c);
    k->observe(s->branch.t, y, s->p, s->c, s->out);
    row[0] = osw_arena_format(arena, "%.9g", value);
    row[1] = stability(s, y, is_fold);
    for (int i = 0; i < s->n_shown; i++)
        row[i + 2] = osw_arena_format(arena, "%.9g", shown_value(s, i, y));
    if (is_fold && s->n_folds < (int)(sizeof s->folds / sizeof *s->folds))
        s->folds[s->n_folds++] = value;
    s->status = osw_listing_add(&s->listing, row);
    if (!s->status && osw_signals_caught())
        s->status = OSW_INTERRUPTED;
    return s->status != OSW_OK;
}

static enum osw_status columns(struct scan *s, struct osw_listing_column *columns)
{
    columns[0] = (struct osw_listing_column){s->model->params[s->branch.param].id, true};
    columns[1] = (struct osw_listing_column){"stability", false};
    for (int i = 0; i < s->n_shown; i++) {
        int id = s->shown[i];
        const char *name =
            id >= 0 ? s->model->outputs[id].id : s->model->states[-1 - id].id;
        columns[i + 2] = (struct osw_listing_column){name, true};
    }
    s->listing = (struct osw_listing){
        .columns = columns, .n_columns = s->n_shown + 2, .arena = s->session->arena};
    return OSW_OK;
}

static const char *unit_of(const struct scan *s, int column)
{
    if (column < 2)
        return column ? "" : s->model->params[s->branch.param].unit_text;
    int id = s->shown[column - 2];
    return id >= 0 ? s->model->outputs[id].unit_text
                   : s->model->states[-1 - id].unit_text;
}

static void print_csv(const struct scan *s, bool units)
{
    const struct osw_listing *l = &s->listing;
    enum { NAMES = -2, UNITS = -1 };
    for (int r = NAMES; r < l->n_rows; r += r == NAMES && !units ? 2 : 1)
        for (int c = 0; c < l->n_columns; c++)
            printf("%s%c",
                   r == NAMES   ? l->columns[c].name
                   : r == UNITS ? unit_of(s, c)
                                : l->cells[r * l->n_columns + c],
                   c == l->n_columns - 1 ? '\n' : ',');
}

static void print(const struct scan *s)
{
    const struct osw_listing *l = &s->listing;
    const char *unit = unit_of(s, 0);
    osw_listing_write(l, false, stdout);
    printf("units: %s %s", l->columns[0].name, unit);
    for (int c = 2; c < l->n_columns; c++)
        printf(", %s %s", l->columns[c].name, unit_of(s, c));
    putchar('\n');
    for (int i = 0; i < s->n_folds; i++)
        printf("fold at %s = %.6g %s\n", l->columns[0].name, s->folds[i], unit);
    if (!s->n_folds)
        printf("no fold between %g and %g %s\n", s->branch.low, s->branch.high, unit);
}

/* Steady at the low end, then along the branch. */
static enum osw_status follow(struct scan *s)
{
    const struct osw_kernel *k = s->model->kernel;
    struct osw_steady_result r;
    int points;
    s->p[s->branch.param] = s->branch.low;
    memcpy(s->y, s->point->y, (size_t)k->n_states * sizeof *s->y);
    enum osw_status status = osw_steady_find(k, s->point->scale, s->point->held,
                                             s->branch.t, s->p, s->y, false, &r);
    if (status)
        return osw_diag_fail(s->session->diag, status, (struct osw_loc){0},
                             "no steady state at %s = %g",
                             s->model->params[s->branch.param].id, s->branch.low);
    status = osw_branch_follow(k, s->point->scale, s->point->held, s->p, s->y, &s->branch,
                               visit, s, &points);
    if (s->status)
        return s->status;
    if (status == OSW_ERR_INTEGRATION)
        return osw_diag_fail(s->session->diag, status, (struct osw_loc){0},
                             "the branch of steady states could not be followed further "
                             "than %d points",
                             points);
    return status;
}

enum osw_status osw_scan(struct osw_session *session, const struct osw_model *model,
                         const struct osw_point *point, const char *what,
                         const char *outputs, bool csv, bool units)
{
    const struct osw_kernel *k = model->kernel;
    struct osw_arena *arena = session->arena;
    struct osw_listing_column heads[MOST_SHOWN + 2];
    struct scan s = {.session = session, .model = model, .point = point};
    s.branch.largest_step = 0.2;
    s.branch.most_points = MOST_POINTS;
    s.c = osw_arena_alloc(arena, (size_t)k->n_constants, sizeof(double));
    s.out = osw_arena_alloc(arena, (size_t)k->n_outputs, sizeof(double));
    s.y = osw_arena_alloc(arena, (size_t)k->n_states, sizeof(double));
    s.p = osw_arena_alloc(arena, (size_t)k->n_params, sizeof(double));
    if (!s.c || !s.out || !s.y || !s.p)
        return OSW_ERR_MEMORY;
    memcpy(s.p, point->params, (size_t)k->n_params * sizeof(double));
    enum osw_status status = parse_range(&s, what);
    if (!status)
        status = parse_outputs(&s, outputs);
    if (!status)
        status = columns(&s, heads);
    if (!status)
        status = follow(&s);
    if (s.listing.n_rows && csv)
        print_csv(&s, units);
    else if (s.listing.n_rows)
        print(&s);
    return status;
}
