/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of signs: reads it, and for each row runs its arm as it is and with one thing
 * changed. Rows with one scenario and arm share the run without the change. */
#include "evidence/signs.h"
#include "evidence/study.h"
#include "scenario/quantity.h"

#include <math.h>
#include <string.h>

enum { ID, CONTEXT, ARM, CHANGE, OUTPUT, AT, DIRECTION, LEAST, MOST, SOURCE, NOTE, N };
static const char *const columns[N] = {"id",     "context", "arm",       "change",
                                       "output", "at",      "direction", "least",
                                       "most",   "source",  "note"};

struct osw_sign_test {
    struct osw_plan *plan;    /* with the change; NULL while not loaded */
    struct osw_plan *without; /* of the first row with this context and arm */
    int first;                /* that row */
    int output;
    double times[2]; /* day: from, to; from -1: the value at `to` */
};

struct loading {
    struct osw_signs *s;
    struct osw_diag *diag;
    struct osw_table table;
    int column[N];
    const struct osw_sign *row; /* at hand */
    struct osw_sign_test *test; /* likewise */
};

static enum osw_status find_columns(struct loading *l)
{
    enum osw_status status = OSW_OK;
    for (int c = 0; c < N; c++) {
        l->column[c] = osw_tsv_column(&l->table, columns[c]);
        if (l->column[c] < 0)
            status = osw_diag_fail(l->diag, OSW_ERR_INPUT,
                                   (struct osw_loc){.file = l->table.file, .line = 1},
                                   "a table of signs needs the column '%s'", columns[c]);
    }
    return status;
}

static const struct osw_cell *cell(const struct loading *l, size_t row, int c)
{
    return osw_tsv_cell(&l->table, row, l->column[c]);
}

/* A size of at least 0, or `otherwise` where the cell is empty. */
static enum osw_status read_size(struct loading *l, size_t row, int c, double otherwise,
                                 double *size)
{
    const struct osw_cell *text = cell(l, row, c);
    *size = otherwise;
    enum osw_status status =
        *text->text ? osw_tsv_number(text, columns[c], l->diag, size) : OSW_OK;
    if (!status && *size < 0)
        status = osw_diag_fail(l->diag, OSW_ERR_INPUT, text->at,
                               "%s: expected a size of at least 0, found '%s'",
                               columns[c], text->text);
    return status;
}

static enum osw_status read_interval(struct loading *l, size_t row, struct osw_sign *sign)
{
    const struct osw_cell *text = cell(l, row, DIRECTION);
    double least, most;
    enum osw_status status = read_size(l, row, LEAST, 0, &least);
    if (!status)
        status = read_size(l, row, MOST, INFINITY, &most);
    if (status)
        return status;
    bool up = !strcmp(text->text, "up"), down = !strcmp(text->text, "down");
    if (!up && !down && strcmp(text->text, "none") != 0)
        return osw_diag_fail(l->diag, OSW_ERR_INPUT, text->at,
                             "direction: expected up, down or none, found '%s'",
                             text->text);
    if ((up || down) && !(least > 0 && least <= most))
        return osw_diag_fail(l->diag, OSW_ERR_INPUT, cell(l, row, LEAST)->at,
                             "least: expected a size above 0 and not above most");
    if (!up && !down && (least > 0 || isinf(most)))
        return osw_diag_fail(l->diag, OSW_ERR_INPUT, cell(l, row, MOST)->at,
                             "direction none takes the size 'most' and no 'least'");
    sign->lower = up ? least : -most;
    sign->upper = down ? -least : most;
    return OSW_OK;
}

static enum osw_status read_row(struct loading *l, size_t row, struct osw_sign *sign)
{
    static const int needed[] = {ID, CONTEXT, ARM, CHANGE, OUTPUT, AT, SOURCE};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!*cell(l, row, needed[i])->text)
            return osw_diag_fail(l->diag, OSW_ERR_INPUT, cell(l, row, needed[i])->at,
                                 "%s: expected one, found nothing", columns[needed[i]]);
    *sign = (struct osw_sign){.id = cell(l, row, ID)->text,
                              .context = cell(l, row, CONTEXT)->text,
                              .arm = cell(l, row, ARM)->text,
                              .change = cell(l, row, CHANGE)->text,
                              .output = cell(l, row, OUTPUT)->text,
                              .source = cell(l, row, SOURCE)->text,
                              .note = cell(l, row, NOTE)->text,
                              .context_cell = *cell(l, row, CONTEXT),
                              .arm_cell = *cell(l, row, ARM),
                              .change_cell = *cell(l, row, CHANGE),
                              .output_cell = *cell(l, row, OUTPUT),
                              .at_cell = *cell(l, row, AT)};
    for (size_t k = 0; k < row; k++)
        if (!strcmp(cell(l, k, ID)->text, sign->id))
            return osw_diag_fail(l->diag, OSW_ERR_INPUT, cell(l, row, ID)->at,
                                 "id '%s' stands on line %d too", sign->id,
                                 cell(l, k, ID)->at.line);
    return read_interval(l, row, sign);
}

static bool is_asked(const char *id, const char *const *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(ids[i], id))
            return true;
    return n == 0;
}

static enum osw_status check_ids(struct loading *l, const char *const *ids, size_t n)
{
    enum osw_status status = OSW_OK;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < l->table.n_rows && strcmp(cell(l, k, ID)->text, ids[i]) != 0)
            k++;
        if (k == l->table.n_rows)
            status = osw_diag_fail(l->diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                                   "%s has no row '%s'", l->table.file, ids[i]);
    }
    return status;
}

static enum osw_status read_rows(struct loading *l, const char *const *ids, size_t n_ids)
{
    struct osw_arena *arena = l->s->arena;
    enum osw_status status = osw_tsv_read(l->s->path, arena, l->diag, &l->table);
    if (!status)
        status = find_columns(l);
    if (!status)
        status = check_ids(l, ids, n_ids);
    if (status)
        return status;
    struct osw_sign *rows = osw_arena_alloc(arena, l->table.n_rows, sizeof *rows);
    l->s->tests = osw_arena_alloc(arena, l->table.n_rows, sizeof *l->s->tests);
    if (!rows || !l->s->tests)
        return OSW_ERR_MEMORY;
    l->s->rows = rows;
    for (size_t k = 0; k < l->table.n_rows; k++) {
        enum osw_status one = read_row(l, k, &rows[l->s->n_rows]);
        status = status ? status : one;
        l->s->n_rows += !one && is_asked(rows[l->s->n_rows].id, ids, n_ids);
    }
    return status;
}

/* The parameter that NAME means: its own name, or an input that sets it alone. */
static int param_of(const struct osw_model *model, const char *name)
{
    const struct osw_input *input = osw_model_input(model, name);
    if (!input)
        return osw_model_param(model, name);
    return input->n_targets == 1 && !input->targets[0].words ? input->targets[0].param
                                                             : -1;
}

static enum osw_status bad_change(const struct loading *l, const char *what)
{
    return osw_diag_fail(l->diag, OSW_ERR_INPUT, l->row->change_cell.at,
                         "change: %s in '%s': expected NAME=VALUE, or NAME*FACTOR of a "
                         "number, several with ; between",
                         what, l->row->change);
}

/* "NAME*FACTOR" as the setting NAME=VALUE, in the parameter's own unit. */
static enum osw_status scaled(struct loading *l, const char *name, const char *factor,
                              struct osw_setting *setting)
{
    const struct osw_plan *plan = l->test->without;
    double f = 0;
    const char *end = osw_quantity_number(factor, &f);
    int j = param_of(plan->model, name);
    if (!end || *end || !isfinite(f) || j < 0)
        return bad_change(l, j < 0 ? "no such parameter or input" : "no factor");
    const char *unit = plan->model->params[j].unit_text;
    double value = f * plan->lives[plan->arms[0].life].params[j];
    *setting = (struct osw_setting){
        plan->model->params[j].id,
        osw_arena_format(l->s->arena, "%.17g %s", value,
                         unit && strcmp(unit, "1") != 0 ? unit : "")};
    return setting->value ? OSW_OK : OSW_ERR_MEMORY;
}

static enum osw_status read_change(struct loading *l, struct osw_setting *settings,
                                   int most, int *n)
{
    char *text = osw_arena_string(l->s->arena, l->row->change);
    enum osw_status status = text ? OSW_OK : OSW_ERR_MEMORY;
    for (*n = 0; !status && *text; ++*n) {
        size_t len = strcspn(text, ";"), mark = strcspn(text, "=*");
        char *next = text + len + (text[len] == ';');
        if (*n == most)
            return bad_change(l, "too many changes");
        if (mark >= len)
            return bad_change(l, "no = and no *");
        bool factor = text[mark] == '*';
        text[len] = text[mark] = '\0';
        if (factor)
            status = scaled(l, text, text + mark + 1, &settings[*n]);
        else
            settings[*n] = (struct osw_setting){text, text + mark + 1};
        text = next;
    }
    return status;
}

static enum osw_status load_plan(struct loading *l, const struct osw_setting *settings,
                                 int n_settings, struct osw_plan **plan)
{
    const char *path;
    const struct osw_plan_options options = {.arms = &l->row->arm,
                                             .n_arms = 1,
                                             .settings = settings,
                                             .n_settings = n_settings};
    enum osw_status status =
        osw_study_find(l->s->path, l->row->context, l->row->context_cell.at, l->s->arena,
                       l->diag, &path);
    if (!status)
        status = osw_plan_load(path, &options, l->diag, plan);
    if (status && status != OSW_ERR_MEMORY) {
        osw_diag_add(l->diag, OSW_NOTE, l->row->change_cell.at,
                     "row '%s' runs arm '%s' of '%s'%s%s", l->row->id, l->row->arm,
                     l->row->context, n_settings ? " with " : "",
                     n_settings ? l->row->change : "");
        status = OSW_ERR_INPUT;
    }
    return status;
}

static enum osw_status read_time(struct loading *l, const char *text, double *t)
{
    struct osw_reader reader;
    const struct osw_plan *plan = l->test->without;
    const struct osw_loc at = l->row->at_cell.at;
    enum osw_status status = osw_reader_init(&reader, plan->model, l->s->arena, l->diag);
    if (!status)
        status = osw_quantity_in(&reader, text, at, "at", reader.day, "day", t);
    if (!status && (*t < 0 || *t > plan->duration * (1 + 1e-9)))
        status = osw_diag_fail(l->diag, OSW_ERR_INPUT, at,
                               "at: '%s' is outside of scenario %s (0 to %.6g day)", text,
                               plan->path, plan->duration);
    *t = status ? 0 : fmin(*t, plan->duration);
    return status;
}

/* "T", or "T..T" for what the output gains between. */
static enum osw_status read_times(struct loading *l)
{
    double *times = l->test->times;
    char *text = osw_arena_string(l->s->arena, l->row->at_cell.text);
    char *dots = text ? strstr(text, "..") : NULL;
    if (!text)
        return OSW_ERR_MEMORY;
    times[0] = -1;
    if (!dots)
        return read_time(l, text, &times[1]);
    *dots = '\0';
    enum osw_status status = read_time(l, text, &times[0]);
    if (!status)
        status = read_time(l, dots + 2, &times[1]);
    if (!status && times[0] >= times[1])
        status = osw_diag_fail(l->diag, OSW_ERR_INPUT, l->row->at_cell.at,
                               "at: expected an earlier time before '..' than after it, "
                               "found '%s'",
                               l->row->at_cell.text);
    return status;
}

static enum osw_status find_output(struct loading *l)
{
    const struct osw_model *model = l->test->without->model;
    l->test->output = osw_model_output(model, l->row->output);
    if (l->test->output >= 0)
        return OSW_OK;
    return osw_diag_fail(l->diag, OSW_ERR_INPUT, l->row->output_cell.at,
                         "model %s has no output '%s'", model->name, l->row->output);
}

static enum osw_status prepare(struct loading *l, int row)
{
    enum { MOST_CHANGES = 8 };
    struct osw_setting settings[MOST_CHANGES];
    struct osw_sign_test *t = l->test = &l->s->tests[row];
    const struct osw_sign *rows = l->s->rows;
    l->row = &rows[row];
    while (t->first < row && (strcmp(rows[t->first].context, l->row->context) != 0 ||
                              strcmp(rows[t->first].arm, l->row->arm) != 0))
        t->first++;
    struct osw_sign_test *owner = &l->s->tests[t->first];
    int n = 0;
    enum osw_status status =
        owner->without ? OSW_OK : load_plan(l, NULL, 0, &owner->without);
    t->without = owner->without;
    if (!status)
        status = find_output(l);
    if (!status)
        status = read_times(l);
    if (!status)
        status = read_change(l, settings, MOST_CHANGES, &n);
    return status ? status : load_plan(l, settings, n, &t->plan);
}

enum osw_status osw_signs_load(const char *path, const char *const *ids, size_t n_ids,
                               struct osw_diag *diag, struct osw_signs **signs)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_signs *s = arena ? osw_arena_alloc(arena, 1, sizeof *s) : NULL;
    if (!s) {
        if (arena)
            osw_arena_destroy(arena);
        return OSW_ERR_MEMORY;
    }
    s->arena = arena;
    s->path = osw_arena_string(arena, path);
    struct loading l = {.s = s, .diag = diag};
    enum osw_status status = s->path ? read_rows(&l, ids, n_ids) : OSW_ERR_MEMORY;
    for (int i = 0; i < s->n_rows && !status; i++)
        status = prepare(&l, i);
    if (status)
        osw_signs_destroy(s);
    else
        *signs = s;
    return status;
}

void osw_signs_destroy(struct osw_signs *signs)
{
    if (!signs)
        return;
    for (int i = 0; signs->tests && i < signs->n_rows; i++) {
        osw_plan_destroy(signs->tests[i].plan);
        if (signs->tests[i].first == i)
            osw_plan_destroy(signs->tests[i].without);
    }
    osw_arena_destroy(signs->arena);
}

struct running {
    const struct osw_signs *s;
    const struct osw_evidence_options *options;
    struct osw_diag *diag;
    struct osw_arena *arena;
    int row;
};

static bool tell(void *context, double fraction, const char *what)
{
    const struct running *r = context;
    double all = (r->row + fraction) / r->s->n_rows;
    return r->options->progress && r->options->progress(r->options->context, all, what);
}

/* The plan's one arm at a row's times: NAN when it did not get there. */
static enum osw_status measure(struct running *r, const struct osw_plan *plan,
                               double *value)
{
    const struct osw_sign_test *t = &r->s->tests[r->row];
    struct osw_simulate_options options = {
        .solver = r->options->solver, .progress = tell, .context = r};
    struct osw_plan wanted = *plan;
    struct osw_result *result = NULL;
    bool gain = t->times[0] >= 0;
    *value = NAN;
    wanted.times = gain ? t->times : t->times + 1;
    wanted.n_times = gain ? 2 : 1;
    wanted.outputs = &t->output;
    wanted.n_outputs = 1;
    wanted.duration = t->times[1];
    enum osw_status status = osw_simulate(&wanted, &options, r->diag, &result);
    if (!status)
        *value = result->outputs[gain ? result->n_times - 1 : 0] -
                 (gain ? result->outputs[0] : 0);
    osw_result_destroy(result);
    return status == OSW_ERR_INTEGRATION || status == OSW_ERR_INPUT ? OSW_OK : status;
}

static bool same_measure(const struct osw_sign_test *a, const struct osw_sign_test *b)
{
    return a->first == b->first && a->output == b->output && a->times[0] == b->times[0] &&
           a->times[1] == b->times[1];
}

static enum osw_status run_row(struct running *r, struct osw_sign_result *results)
{
    const struct osw_sign_test *t = &r->s->tests[r->row];
    const struct osw_sign *sign = &r->s->rows[r->row];
    struct osw_sign_result *result = &results[r->row];
    int known = 0;
    while (known < r->row && !same_measure(&r->s->tests[known], t))
        known++;
    enum osw_status status = OSW_OK;
    if (known < r->row)
        result->before = results[known].before;
    else
        status = measure(r, t->without, &result->before);
    if (!status)
        status = measure(r, t->plan, &result->after);
    double e = (result->after - result->before) / fabs(result->before);
    result->effect = e;
    result->verdict = !isfinite(e)                           ? OSW_VERDICT_FAILED
                      : e >= sign->lower && e <= sign->upper ? OSW_VERDICT_INSIDE
                                                             : OSW_VERDICT_OUTSIDE;
    return status;
}

enum osw_status osw_signs_run(struct osw_signs *signs,
                              const struct osw_evidence_options *options,
                              struct osw_diag *diag, struct osw_sign_result *results)
{
    struct running r = {.s = signs, .options = options, .diag = diag};
    enum osw_status status = OSW_OK;
    for (; r.row < signs->n_rows && !status; r.row++)
        status = run_row(&r, results);
    return status;
}
