/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/study.h"
#include "evidence/statistic.h"
#include "scenario/quantity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double nearly = 1e-9; /* of a duration: counts as its end */

struct loading {
    struct osw_evidence *e;
    struct osw_diag *diag;
    struct osw_measure *measures;
    const struct osw_evidence_row *row; /* at hand */
    struct osw_measure *m;              /* likewise */
};

static enum osw_status fail(const struct loading *l, const struct osw_cell *at,
                            const char *format, const char *what)
{
    return osw_diag_fail(l->diag, OSW_ERR_INPUT, at->at, format, what);
}

enum osw_status osw_study_find(const char *table, const char *name, struct osw_loc at,
                               struct osw_arena *arena, struct osw_diag *diag,
                               const char **path)
{
    const char *slash = strrchr(table, '/');
    size_t n = strlen(name);
    bool is_path = strchr(name, '/') || (n > 5 && !strcmp(name + n - 5, ".yaml"));
    if (is_path && name[0] != '/') {
        int folder = slash ? (int)(slash - table) + 1 : 0;
        *path =
            osw_arena_format(arena, "%s%.*s%s", slash ? "" : "./", folder, table, name);
        if (!*path || access(*path, F_OK) == 0)
            return *path ? OSW_OK : OSW_ERR_MEMORY;
    }
    enum osw_status status =
        osw_file_find("scenarios", name, ".yaml", table, at, arena, diag, path);
    return status == OSW_ERR_NOINPUT ? OSW_ERR_INPUT : status;
}

static enum osw_status prepare(struct osw_study *s, struct osw_arena *arena)
{
    int n_arms = s->plan->n_arms, n_outputs = s->plan->model->kernel->n_outputs;
    int *outputs = osw_arena_alloc(arena, (size_t)n_outputs, sizeof *outputs);
    s->place = osw_arena_alloc(arena, (size_t)n_arms, sizeof *s->place);
    if (!outputs || !s->place)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < n_outputs; i++)
        outputs[i] = i;
    for (int a = 0; a < n_arms; a++)
        s->place[a] = -1;
    s->outputs = outputs;
    return OSW_OK;
}

static enum osw_status open_study(struct loading *l, const char *name, struct osw_loc at,
                                  int *index)
{
    struct osw_evidence *e = l->e;
    const char *path;
    enum osw_status status = osw_study_find(e->path, name, at, e->arena, l->diag, &path);
    if (status)
        return status;
    for (int i = 0; i < e->n_studies; i++) {
        if (strcmp(e->studies[i].path, path) != 0)
            continue;
        *index = i;
        if (e->studies[i].plan)
            return OSW_OK;
        return OSW_ERR_INPUT; /* its faults are told already */
    }
    struct osw_study *s = &e->studies[e->n_studies];
    s->path = path;
    *index = e->n_studies++;
    status = osw_plan_load(path, NULL, l->diag, &s->plan);
    if (status == OSW_ERR_INPUT)
        osw_diag_add(l->diag, OSW_NOTE, at, "row '%s' needs scenario '%s'", l->row->id,
                     name);
    return status ? status : prepare(s, e->arena);
}

static enum osw_status find_arm(const struct loading *l, const struct osw_study *s,
                                const char *name, struct osw_loc at, int *arm)
{
    const struct osw_plan *plan = s->plan;
    for (*arm = 0; *arm < plan->n_arms; ++*arm)
        if (!strcmp(plan->arms[*arm].name, name))
            return OSW_OK;
    const char **names =
        osw_arena_alloc(l->e->arena, (size_t)plan->n_arms, sizeof *names);
    if (!names)
        return OSW_ERR_MEMORY;
    for (int a = 0; a < plan->n_arms; a++)
        names[a] = plan->arms[a].name;
    const char *closest = osw_diag_closest(name, names, (size_t)plan->n_arms);
    return osw_diag_fail(l->diag, OSW_ERR_INPUT, at, "scenario %s has no arm '%s'%s%s%s",
                         s->path, name, closest ? " (did you mean '" : "",
                         closest ? closest : "", closest ? "'?)" : "");
}

/* The bare name in x or mean24h(x). */
static enum osw_status read_output(const struct loading *l, const char **name)
{
    static const char mean[] = "mean24h(";
    const char *text = l->row->output.text;
    size_t n = strlen(text), head = sizeof mean - 1;
    l->m->mean24h = !strncmp(text, mean, head) && text[n - 1] == ')';
    if (!l->m->mean24h)
        head = n = 0;
    *name = n ? osw_arena_copy(l->e->arena, text + head, n - head - 1) : text;
    return *name ? OSW_OK : OSW_ERR_MEMORY;
}

static enum osw_status find_output(const struct loading *l, const struct osw_model *model,
                                   int *output)
{
    const char *name;
    enum osw_status status = read_output(l, &name);
    if (status)
        return status;
    *output = osw_model_output(model, name);
    if (*output >= 0)
        return OSW_OK;
    size_t n = (size_t)model->kernel->n_outputs;
    const char **names = osw_arena_alloc(l->e->arena, n, sizeof *names);
    if (!names)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < n; i++)
        names[i] = model->outputs[i].id;
    const char *closest = osw_diag_closest(name, names, n);
    return osw_diag_fail(l->diag, OSW_ERR_INPUT, l->row->output.at,
                         "model %s has no output '%s'%s%s%s", model->name, name,
                         closest ? " (did you mean '" : "", closest ? closest : "",
                         closest ? "'?)" : "");
}

static char *copy_trimmed(struct osw_arena *arena, const char *text, size_t len)
{
    while (len && *text == ' ')
        text++, len--;
    while (len && text[len - 1] == ' ')
        len--;
    return osw_arena_copy(arena, text, len);
}

/* ARM or SCENARIO:ARM. */
static enum osw_status read_arm(struct loading *l, const char *text,
                                const struct osw_cell *cell, struct osw_arm_ref *ref)
{
    const char *colon = strrchr(text, ':'), *scenario = l->row->scenario.text;
    struct osw_loc at = l->row->scenario.at;
    if (colon) {
        scenario = copy_trimmed(l->e->arena, text, (size_t)(colon - text));
        at = cell->at;
        text = colon + 1;
        if (!scenario)
            return OSW_ERR_MEMORY;
    }
    if (!*scenario)
        return fail(l, &l->row->scenario,
                    "scenario: expected one, found nothing, and arm '%s' names none",
                    text);
    enum osw_status status = open_study(l, scenario, at, &ref->study);
    if (status)
        return status;
    struct osw_study *s = &l->e->studies[ref->study];
    status = find_arm(l, s, text, cell->at, &ref->arm);
    if (!status)
        status = find_output(l, s->plan->model, &ref->output);
    if (!status)
        s->place[ref->arm] = 0;
    return status;
}

static size_t count_items(const char *list)
{
    size_t n = 1;
    for (; *list; list++)
        n += *list == ',';
    return n;
}

static enum osw_status read_arms(struct loading *l, const struct osw_cell *cell,
                                 struct osw_arm_ref **refs, int *n)
{
    size_t most = count_items(cell->text);
    *refs = osw_arena_alloc(l->e->arena, most, sizeof **refs);
    enum osw_status status = *refs ? OSW_OK : OSW_ERR_MEMORY;
    const char *text = cell->text;
    for (size_t i = 0; i < most && !status; i++) {
        size_t len = strcspn(text, ",");
        const char *arm = copy_trimmed(l->e->arena, text, len);
        if (!arm)
            return OSW_ERR_MEMORY;
        if (!*arm)
            return fail(l, cell, "an arm is missing in the list '%s'", cell->text);
        status = read_arm(l, arm, cell, &(*refs)[i]);
        *n = (int)i + 1;
        text += len + 1;
    }
    return status;
}

/* A time of the row, within what all its arms simulate. */
static enum osw_status read_time(struct loading *l, const char *text,
                                 const struct osw_cell *cell, const char *what, double *t)
{
    struct osw_reader reader;
    const struct osw_measure *m = l->m;
    const struct osw_study *first = &l->e->studies[m->arms[0].study];
    enum osw_status status =
        osw_reader_init(&reader, first->plan->model, l->e->arena, l->diag);
    if (!status)
        status = osw_quantity_in(&reader, text, cell->at, what, reader.day, "day", t);
    if (status)
        return status;
    if (*t < 0)
        return osw_diag_fail(l->diag, OSW_ERR_INPUT, cell->at,
                             "%s: '%s' is before the start of the scenario", what, text);
    if (m->mean24h && *t < 1)
        return osw_diag_fail(l->diag, OSW_ERR_INPUT, cell->at,
                             "%s: '%s' has no 24 h of the scenario before it", what,
                             text);
    for (int i = 0; i < m->n_arms + m->n_controls; i++) {
        const struct osw_arm_ref *ref =
            i < m->n_arms ? &m->arms[i] : &m->controls[i - m->n_arms];
        const struct osw_plan *plan = l->e->studies[ref->study].plan;
        if (*t > plan->duration * (1 + nearly))
            return osw_diag_fail(l->diag, OSW_ERR_INPUT, cell->at,
                                 "%s: '%s' is after the end of scenario %s (%.6g day)",
                                 what, text, plan->path, plan->duration);
        *t = fmin(*t, plan->duration);
    }
    return OSW_OK;
}

static enum osw_status read_range(struct loading *l, const char *text, size_t len,
                                  const char *dots)
{
    const struct osw_cell *cell = &l->row->at;
    size_t head = (size_t)(dots - text);
    const char *from = copy_trimmed(l->e->arena, text, head);
    const char *to = copy_trimmed(l->e->arena, dots + 2, len - head - 2);
    double *times = osw_arena_alloc(l->e->arena, OSW_RANGE_STEPS + 1, sizeof *times);
    double a, b;
    if (!from || !to || !times)
        return OSW_ERR_MEMORY;
    enum osw_status status = read_time(l, from, cell, "at", &a);
    if (!status)
        status = read_time(l, to, cell, "at", &b);
    if (status)
        return status;
    if (a >= b)
        return fail(l, cell,
                    "at: expected an earlier time before '..' than after it, "
                    "found '%s'",
                    cell->text);
    for (int i = 0; i <= OSW_RANGE_STEPS; i++)
        times[i] = a + (b - a) * i / OSW_RANGE_STEPS;
    times[OSW_RANGE_STEPS] = b;
    l->m->times = times;
    l->m->n_times = OSW_RANGE_STEPS + 1;
    return OSW_OK;
}

static enum osw_status read_times(struct loading *l, const struct osw_cell *cell,
                                  const char *what, double *times, int n)
{
    const char *text = cell->text;
    enum osw_status status = OSW_OK;
    for (int i = 0; i < n && !status; i++) {
        size_t len = strcspn(text, ",");
        const char *one = copy_trimmed(l->e->arena, text, len);
        status = one ? read_time(l, one, cell, what, &times[i]) : OSW_ERR_MEMORY;
        text += len + 1;
    }
    return status;
}

static enum osw_status read_at(struct loading *l)
{
    const struct osw_cell *cell = &l->row->at;
    const char *dots = strstr(cell->text, "..");
    if (dots)
        return read_range(l, cell->text, strlen(cell->text), dots);
    size_t n = count_items(cell->text);
    double *times = osw_arena_alloc(l->e->arena, n, sizeof *times);
    l->m->times = times;
    l->m->n_times = (int)n;
    return times ? read_times(l, cell, "at", times, (int)n) : OSW_ERR_MEMORY;
}

static enum osw_status read_reference(struct loading *l)
{
    const struct osw_cell *cell = &l->row->reference;
    int n = l->row->statistic->n_references;
    if (!n)
        return OSW_OK;
    if (count_items(cell->text) != (size_t)n)
        return fail(l, cell,
                    n == 1 ? "reference: expected one time, found '%s'"
                           : "reference: expected two times a,b, found '%s'",
                    cell->text);
    return read_times(l, cell, "reference", l->m->reference, n);
}

/* "boolean" is what tables call the unit of yes and no. */
static enum osw_status read_units(struct loading *l)
{
    const struct osw_cell *cell = &l->row->unit_cell;
    const struct osw_study *s = &l->e->studies[l->m->arms[0].study];
    const struct osw_model *model = s->plan->model;
    const struct osw_output *output = &model->outputs[l->m->arms[0].output];
    const char *from = "1", *text = cell->text;
    struct osw_reader reader;
    if (!text)
        text = output->unit_text;
    else if (!strcmp(text, "boolean"))
        text = "1";
    enum osw_status status = osw_reader_init(&reader, model, l->e->arena, l->diag);
    if (!status)
        status = osw_quantity_unit(&reader, text, cell->at, "unit", &l->m->to);
    if (status)
        return status;
    l->m->from = reader.one;
    switch (l->row->statistic->unit) {
    case OSW_STATISTIC_OF_OUTPUT:
        l->m->from = output->unit;
        from = output->unit_text;
        break;
    case OSW_STATISTIC_OF_TIME:
        l->m->from = reader.day;
        from = "day";
        break;
    case OSW_STATISTIC_OF_ONE:
        break;
    }
    if (osw_unit_convertible(l->m->from, l->m->to))
        return OSW_OK;
    return osw_diag_fail(l->diag, OSW_ERR_INPUT, cell->at,
                         "unit: statistic '%s' of '%s' is in '%s', which cannot be "
                         "converted to '%s'",
                         l->row->statistic->name, l->row->output.text, from, text);
}

/* All arms of a row must give one quantity. */
static enum osw_status check_alike(const struct loading *l)
{
    const struct osw_measure *m = l->m;
    const struct osw_plan *one = l->e->studies[m->arms[0].study].plan;
    const char *unit = one->model->outputs[m->arms[0].output].unit_text;
    for (int i = 0; i < m->n_arms + m->n_controls; i++) {
        const struct osw_arm_ref *ref =
            i < m->n_arms ? &m->arms[i] : &m->controls[i - m->n_arms];
        const struct osw_model *model = l->e->studies[ref->study].plan->model;
        if (strcmp(model->outputs[ref->output].unit_text, unit) != 0)
            return fail(l, &l->row->output,
                        "output '%s' has another unit in the models of the row's arms",
                        l->row->output.text);
    }
    return OSW_OK;
}

static enum osw_status add_time(struct osw_study *s, double t)
{
    if (s->n_times == s->room) {
        int room = s->room ? 2 * s->room : 64;
        void *times = s->times;
        enum osw_status status =
            osw_grow(&times, (size_t)s->room, (size_t)room, sizeof *s->times);
        s->times = times;
        if (status)
            return status;
        s->room = room;
    }
    s->times[s->n_times++] = t;
    return OSW_OK;
}

static enum osw_status need_time(struct osw_study *s, bool mean24h, double t)
{
    enum osw_status status = OSW_OK;
    for (int k = mean24h ? OSW_DAY_SAMPLES : 0; k >= 0 && !status; k--)
        status = add_time(s, t - (double)k / OSW_DAY_SAMPLES);
    return status;
}

static enum osw_status need_times(struct loading *l, const struct osw_arm_ref *ref)
{
    struct osw_study *s = &l->e->studies[ref->study];
    const struct osw_measure *m = l->m;
    enum osw_status status = OSW_OK;
    for (int i = 0; i < m->n_times && !status; i++)
        status = need_time(s, m->mean24h, m->times[i]);
    for (int i = 0; i < l->row->statistic->n_references && !status; i++)
        status = need_time(s, m->mean24h, m->reference[i]);
    return status;
}

static enum osw_status resolve(struct loading *l)
{
    struct osw_measure *m = l->m;
    const struct osw_statistic *statistic = l->row->statistic;
    enum osw_status status = read_arms(l, &l->row->arm, &m->arms, &m->n_arms);
    if (!status && *l->row->control.text)
        status = read_arms(l, &l->row->control, &m->controls, &m->n_controls);
    if (!status && !statistic->of && m->n_arms < 2)
        status = fail(l, &l->row->arm,
                      "statistic 'increasing' compares arms: expected a list, found '%s'",
                      l->row->arm.text);
    if (!status)
        status = check_alike(l);
    if (!status)
        status = read_at(l);
    if (!status)
        status = read_reference(l);
    if (!status)
        status = read_units(l);
    for (int i = 0; i < m->n_arms && !status; i++)
        status = need_times(l, &m->arms[i]);
    for (int i = 0; i < m->n_controls && !status; i++)
        status = need_times(l, &m->controls[i]);
    return status;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sort_times(struct osw_study *s)
{
    int n = 0;
    if (s->n_times)
        qsort(s->times, (size_t)s->n_times, sizeof *s->times, by_value);
    for (int i = 0; i < s->n_times; i++)
        if (!n || s->times[i] > s->times[n - 1] + OSW_SAME_TIME)
            s->times[n++] = s->times[i];
    s->n_times = n;
}

/* The scenario cut to what is needed: arms and their lives, times, the last as its end.
 */
static enum osw_status cut(struct osw_study *s, struct osw_arena *arena)
{
    const struct osw_plan *plan = s->plan;
    struct osw_arm *arms = osw_arena_alloc(arena, (size_t)plan->n_arms, sizeof *arms);
    struct osw_life *lives = osw_arena_alloc(arena, (size_t)plan->n_lives, sizeof *lives);
    int *place = osw_arena_alloc(arena, (size_t)plan->n_lives, sizeof *place);
    if (!arms || !lives || !place)
        return OSW_ERR_MEMORY;
    sort_times(s);
    s->wanted = *plan;
    s->wanted.arms = arms;
    s->wanted.lives = lives;
    s->wanted.n_arms = s->wanted.n_lives = 0;
    for (int i = 0; i < plan->n_lives; i++)
        place[i] = -1;
    for (int a = 0; a < plan->n_arms; a++) {
        if (s->place[a] < 0)
            continue;
        int life = plan->arms[a].life;
        if (place[life] < 0) {
            place[life] = s->wanted.n_lives++;
            lives[place[life]] = plan->lives[life];
        }
        s->place[a] = s->wanted.n_arms++;
        arms[s->place[a]] = plan->arms[a];
        arms[s->place[a]].life = place[life];
    }
    s->wanted.times = s->times;
    s->wanted.n_times = s->n_times;
    s->wanted.outputs = s->outputs;
    s->wanted.n_outputs = plan->model->kernel->n_outputs;
    s->wanted.duration = s->n_times ? s->times[s->n_times - 1] : 0;
    return OSW_OK;
}

static enum osw_status allocate(struct loading *l)
{
    struct osw_evidence *e = l->e;
    size_t most = 0;
    for (int i = 0; i < e->n_rows; i++)
        most += count_items(e->rows[i].arm.text) + count_items(e->rows[i].control.text);
    e->studies = osw_arena_alloc(e->arena, most, sizeof *e->studies);
    l->measures = osw_arena_alloc(e->arena, (size_t)e->n_rows, sizeof *l->measures);
    e->measures = l->measures;
    return e->studies && l->measures ? OSW_OK : OSW_ERR_MEMORY;
}

enum osw_status osw_studies_load(struct osw_evidence *evidence, struct osw_diag *diag)
{
    struct loading l = {.e = evidence, .diag = diag};
    enum osw_status status = allocate(&l), one;
    for (int i = 0; i < evidence->n_rows && status != OSW_ERR_MEMORY; i++) {
        l.row = &evidence->rows[i];
        l.m = &l.measures[i];
        one = resolve(&l);
        status = one && (!status || one == OSW_ERR_MEMORY) ? one : status;
    }
    for (int i = 0; i < evidence->n_studies && !status; i++)
        status = cut(&evidence->studies[i], evidence->arena);
    return status;
}

void osw_studies_fini(struct osw_evidence *evidence)
{
    for (int i = 0; i < evidence->n_studies; i++) {
        struct osw_study *s = &evidence->studies[i];
        osw_result_destroy(s->result);
        osw_free(s->moved);
        osw_plan_destroy(s->plan);
        osw_free(s->times);
    }
}
