/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/scan.h"
#include "cli/listing.h"
#include "cli/signals.h"
#include "scenario/quantity.h"
#include "solve/continuation.h"
#include "solve/steady.h"

#include <math.h>
#include <string.h>

enum { MOST_SHOWN = 12, DEFAULT_SHOWN = 5, MOST_POINTS = 5000 };
enum { LEAST_STARTS = 6, MOST_KNOWN = 64 };
static const double unbounded =
    1e6; /* a state of so many times its scale goes on growing */

/* Steady states at one value of the parameter that branches led through. */
struct anchor {
    double value;
    double *y; /* [MOST_KNOWN][n_states] */
    int n;
};
enum { FROM, TO, MIDDLE, N_ANCHORS };

struct scan {
    struct osw_session *session;
    const struct osw_model *model;
    const struct osw_point *point;
    struct osw_branch_options branch;
    int shown[MOST_SHOWN]; /* output, or -1 - state */
    int n_shown, n_folds;
    double folds[64];
    double from, to; /* as asked for */
    struct anchor anchors[N_ANCHORS];
    int branches;
    bool begins;          /* the next point is a branch's first */
    double last, *y_last; /* the point before */
    double *scale;        /* [n_states], of the branch */
    int grown;            /* the state that goes to infinity, or -1 */
    double largest;       /* of states, in units of their scales, as a branch begins */
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
    return s->branch.low != s->branch.high ? OSW_OK : bad_scan(s->session, what);
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
    if (osw_steady_find(k, s->point->declared, s->point->held, s->branch.t, s->p, s->y,
                        true, &r))
        return "";
    return r.n_positive > 0 ? "unstable" : r.n_positive == 0 ? "stable" : "";
}

static void keep(const struct scan *s, struct anchor *a, const double *y)
{
    const size_t n = (size_t)s->model->kernel->n_states;
    if (a->n < MOST_KNOWN)
        memcpy(a->y + n * (size_t)a->n++, y, n * sizeof *y);
}

/* Keep the steady states at the anchors' values between the last point and this one. */
static enum osw_status pass_anchors(struct scan *s, double value, const double *y)
{
    const struct osw_kernel *k = s->model->kernel;
    enum osw_status status = OSW_OK;
    for (int a = 0; a < N_ANCHORS && !status; a++) {
        const double at = s->anchors[a].value, part = (at - s->last) / (value - s->last);
        struct osw_steady_result r;
        if (value == at) {
            keep(s, &s->anchors[a], y);
        } else if (!s->begins && part > 0 && part < 1) {
            for (int i = 0; i < k->n_states; i++)
                s->y[i] = s->y_last[i] + part * (y[i] - s->y_last[i]);
            s->p[s->branch.param] = at;
            status = osw_steady_find(k, s->point->declared, s->point->held, s->branch.t,
                                     s->p, s->y, false, &r);
            if (!status)
                keep(s, &s->anchors[a], s->y);
            status = status == OSW_ERR_INTEGRATION ? OSW_OK : status;
        }
    }
    s->begins = false;
    s->last = value;
    memcpy(s->y_last, y, (size_t)k->n_states * sizeof *y);
    return status;
}

/* Does a state go to infinity? */
static void watch_size(struct scan *s, const double *y)
{
    for (int i = 0; i < s->model->kernel->n_states; i++) {
        const double size = fabs(y[i]) / s->scale[i];
        if (!s->point->held[i] && size > unbounded * (1 + s->largest))
            s->grown = i;
    }
}

static bool visit(void *context, double value, const double *y, bool is_fold)
{
    struct scan *s = context;
    const struct osw_kernel *k = s->model->kernel;
    struct osw_arena *arena = s->session->arena;
    const char *row[MOST_SHOWN + 3];
    s->p[s->branch.param] = value;
    k->prepare(s->p, s->c);
    k->segment(s->p, s->c);
    k->observe(s->branch.t, y, s->p, s->c, s->out);
    row[0] = osw_arena_format(arena, "%.9g", value);
    row[1] = stability(s, y, is_fold);
    for (int i = 0; i < s->n_shown; i++)
        row[i + 2] = osw_arena_format(arena, "%.9g", shown_value(s, i, y));
    row[s->n_shown + 2] = osw_arena_format(arena, "%d", s->branches);
    if (is_fold && s->n_folds < (int)(sizeof s->folds / sizeof *s->folds))
        s->folds[s->n_folds++] = value;
    s->status = osw_listing_add(&s->listing, row);
    if (!s->status && osw_signals_caught())
        s->status = OSW_INTERRUPTED;
    if (!s->status)
        s->status = pass_anchors(s, value, y);
    watch_size(s, y);
    return s->status != OSW_OK || s->grown >= 0;
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
    columns[s->n_shown + 2] = (struct osw_listing_column){"branch", true};
    s->listing = (struct osw_listing){
        .columns = columns, .n_columns = s->n_shown + 3, .arena = s->session->arena};
    return OSW_OK;
}

static const char *unit_of(const struct scan *s, int column)
{
    if (column == s->n_shown + 2)
        return "1";
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
    for (int c = 2; c < l->n_columns - 1; c++)
        printf(", %s %s", l->columns[c].name, unit_of(s, c));
    putchar('\n');
    for (int i = 0; i < s->n_folds; i++)
        printf("fold at %s = %.6g %s\n", l->columns[0].name, s->folds[i], unit);
    if (!s->n_folds)
        printf("no fold between %g and %g %s\n", s->from, s->to, unit);
}

/* Along one branch, from y at `from` until it leaves the range between there and `to`. */
static enum osw_status follow(struct scan *s, double from, double to, const double *y)
{
    const struct osw_kernel *k = s->model->kernel;
    const char *id = s->model->params[s->branch.param].id;
    int points;
    s->branch.low = from;
    s->branch.high = to;
    s->branches++;
    s->begins = true;
    s->grown = -1;
    s->largest = 0;
    if (osw_tolerance_scales(k, s->point->declared, y, s->scale))
        return OSW_ERR_MEMORY;
    for (int i = 0; i < k->n_states; i++)
        s->largest = fmax(s->largest, fabs(y[i]) / s->scale[i]);
    s->p[s->branch.param] = from;
    enum osw_status status = osw_branch_follow(k, s->scale, s->point->held, s->p, y,
                                               &s->branch, visit, s, &points);
    if (s->status)
        return s->status;
    if (s->grown >= 0)
        osw_diag_add(s->session->diag, OSW_NOTE, (struct osw_loc){0},
                     "branch %d: state %s goes to infinity as %s nears %.6g", s->branches,
                     s->model->states[s->grown].id, id, s->last);
    else if (status == OSW_ERR_INTEGRATION)
        osw_diag_add(s->session->diag, OSW_WARNING, (struct osw_loc){0},
                     "branch %d of steady states could not be followed beyond %s = %.6g "
                     "(%d points)",
                     s->branches, id, points ? s->last : from, points);
    return status == OSW_ERR_INTEGRATION && points ? OSW_OK : status;
}

/* Steady states at an anchor that no branch led through yet, each followed. */
static enum osw_status follow_from(struct scan *s, int anchor, int starts)
{
    const struct osw_kernel *k = s->model->kernel;
    struct anchor *a = &s->anchors[anchor];
    double *y = osw_arena_alloc(s->session->arena, (size_t)k->n_states, sizeof *y);
    enum osw_status status = y ? OSW_OK : OSW_ERR_MEMORY;
    for (int start = 0; start < starts && !status; start++) {
        struct osw_steady_result r;
        osw_point_scatter(s->model, s->point, start, y);
        s->p[s->branch.param] = a->value;
        status = osw_steady_find(k, s->point->declared, s->point->held, s->branch.t, s->p,
                                 y, false, &r);
        if (osw_signals_caught())
            return OSW_INTERRUPTED;
        if (status == OSW_ERR_INTEGRATION ||
            osw_point_among(s->model, s->point, a->y, a->n, y)) {
            status = status == OSW_ERR_INTEGRATION ? OSW_OK : status;
            continue;
        }
        if (!status && anchor != FROM)
            status = follow(s, a->value, s->from, y);
        if (!status && anchor != TO)
            status = follow(s, a->value, s->to, y);
    }
    return status;
}

/* All branches that starts at both ends and in the middle find. */
static enum osw_status follow_all(struct scan *s, int starts)
{
    const size_t n = (size_t)s->model->kernel->n_states;
    const double values[N_ANCHORS] = {[FROM] = s->branch.low,
                                      [TO] = s->branch.high,
                                      [MIDDLE] = 0.5 * (s->branch.low + s->branch.high)};
    s->from = s->branch.low;
    s->to = s->branch.high;
    enum osw_status status = OSW_OK;
    for (int a = 0; a < N_ANCHORS; a++) {
        s->anchors[a].value = values[a];
        s->anchors[a].y =
            osw_arena_alloc(s->session->arena, MOST_KNOWN * n, sizeof(double));
        if (!s->anchors[a].y)
            return OSW_ERR_MEMORY;
    }
    for (int a = 0; a < N_ANCHORS && !status; a++)
        status = follow_from(s, a, starts < LEAST_STARTS ? LEAST_STARTS : starts);
    if (!status && !s->branches)
        status = osw_diag_fail(s->session->diag, OSW_ERR_INTEGRATION, (struct osw_loc){0},
                               "no steady state at %s = %g, %g or %g",
                               s->model->params[s->branch.param].id, s->from,
                               s->anchors[MIDDLE].value, s->to);
    return status;
}

enum osw_status osw_scan(struct osw_session *session, const struct osw_model *model,
                         const struct osw_point *point, const char *what,
                         const char *outputs, int starts, bool csv, bool units)
{
    const struct osw_kernel *k = model->kernel;
    struct osw_arena *arena = session->arena;
    struct osw_listing_column heads[MOST_SHOWN + 3];
    struct scan s = {.session = session, .model = model, .point = point};
    s.branch.largest_step = 0.2;
    s.branch.most_points = MOST_POINTS;
    s.c = osw_arena_alloc(arena, (size_t)k->n_constants, sizeof(double));
    s.out = osw_arena_alloc(arena, (size_t)k->n_outputs, sizeof(double));
    s.y = osw_arena_alloc(arena, (size_t)k->n_states, sizeof(double));
    s.p = osw_arena_alloc(arena, (size_t)k->n_params, sizeof(double));
    s.scale = osw_arena_alloc(arena, (size_t)k->n_states, sizeof(double));
    s.y_last = osw_arena_alloc(arena, (size_t)k->n_states, sizeof(double));
    if (!s.c || !s.out || !s.y || !s.p || !s.y_last || !s.scale)
        return OSW_ERR_MEMORY;
    memcpy(s.p, point->params, (size_t)k->n_params * sizeof(double));
    enum osw_status status = parse_range(&s, what);
    if (!status)
        status = parse_outputs(&s, outputs);
    if (!status)
        status = columns(&s, heads);
    if (!status)
        status = follow_all(&s, starts);
    if (s.listing.n_rows && csv)
        print_csv(&s, units);
    else if (s.listing.n_rows)
        print(&s);
    return status;
}
