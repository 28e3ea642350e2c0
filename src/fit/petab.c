/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * PEtab forbids a parameter to be both estimated and set by a condition. One that some
 * subject or switch sets is therefore estimated as est_NAME, and the conditions of the
 * other arms set NAME to it. A measurement at the time of an event is made before it here
 * and after it there: such an event is written a moment later. The state at the start is
 * a number after a life, the model's own formula of parameters without one. */
#include "fit/petab.h"
#include "evidence/statistic.h"
#include "fit/petab_names.h"
#include "fit/petab_start.h"
#include "text/outfile.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char osw_fit_petab_model_file[] = "model.xml";

static const double moment = 1e-6; /* day */

struct experiment {         /* an arm with observations */
    int source, study, arm; /* arm of the study's wanted plan */
    const char *id;
    const struct osw_arm *plan_arm;
    const struct osw_life *life;
    const double *p, *y; /* at time 0, before events */
    double last;         /* time of its last observation */
    bool stated;         /* no life before: it starts from the stated values */
};

struct petab {
    const struct osw_fit_problem *problem;
    const struct osw_model *model;
    struct osw_source *source; /* of the model */
    const char *dir;
    bool force;
    struct osw_arena *arena;
    struct osw_diag *diag;
    struct experiment *experiments;
    int n_experiments;
    int *estimated;   /* [model's n_params] parameter of the problem, or -1 */
    bool *renamed;    /* [problem's n_params] estimated as est_NAME */
    const char **ids; /* [source's n_symbols] */
};

static const char *id_of(const struct petab *w, const char *name)
{
    return w->ids[osw_source_find(w->source, name)];
}

static const struct osw_arm_ref *ref_of(const struct petab *w, int datum)
{
    const struct osw_fit_datum *d = &w->problem->data[datum];
    return &w->problem->sources[d->source]->measures[d->row].arms[0];
}

static double time_of(const struct petab *w, int datum)
{
    const struct osw_fit_datum *d = &w->problem->data[datum];
    return w->problem->sources[d->source]->measures[d->row].times[d->time];
}

static const struct osw_study *study_of(const struct petab *w, int datum)
{
    const struct osw_fit_datum *d = &w->problem->data[datum];
    return &w->problem->sources[d->source]->studies[ref_of(w, datum)->study];
}

static bool can_be_said(const struct petab *w, int datum)
{
    const struct osw_fit_datum *d = &w->problem->data[datum];
    const struct osw_evidence *e = w->problem->sources[d->source];
    const struct osw_measure *m = &e->measures[d->row];
    bool plain = d->side == 0 && m->n_arms == 1 && !m->mean24h &&
                 !strcmp(e->rows[d->row].statistic->name, "value");
    const struct osw_model *model = study_of(w, datum)->plan->model;
    return plain && (!w->model || !strcmp(model->name, w->model->name));
}

/* Letters, digits and underscores of SCENARIO (without folder and suffix) and ARM. */
static const char *experiment_id(struct petab *w, const struct osw_study *s,
                                 const struct osw_arm *arm)
{
    const char *slash = strrchr(s->path, '/'), *base = slash ? slash + 1 : s->path;
    char *id = osw_arena_format(w->arena, "e_%.*s__%s", (int)strcspn(base, "."), base,
                                arm->name);
    for (char *c = id; c && *c; c++)
        if (!isalnum((unsigned char)*c))
            *c = '_';
    return id;
}

static int experiment_of(const struct petab *w, int datum)
{
    const struct osw_fit_datum *d = &w->problem->data[datum];
    const struct osw_arm_ref *ref = ref_of(w, datum);
    int arm = study_of(w, datum)->place[ref->arm];
    for (int i = 0; i < w->n_experiments; i++) {
        const struct experiment *x = &w->experiments[i];
        if (x->source == d->source && x->study == ref->study && x->arm == arm)
            return i;
    }
    return -1;
}

/* Steady states of held states, as of a life's, are a past too. */
static bool has_past(const struct osw_model *model, const struct osw_life *life)
{
    bool settles = false;
    for (int i = 0; i < model->kernel->n_states; i++)
        settles = settles || model->states[i].held;
    return life->t_start < 0 || (settles && !life->settle_frozen);
}

/* The arm's parameters and state at time 0. */
static enum osw_status look(struct petab *w, const struct osw_study *s,
                            struct experiment *x)
{
    static const double zero = 0;
    struct osw_plan plan = s->wanted;
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS, .states = true};
    struct osw_result *result = NULL;
    size_t n = (size_t)plan.model->kernel->n_states, n_times;
    size_t n_params = (size_t)plan.model->kernel->n_params;
    double *y = osw_arena_alloc(w->arena, n, sizeof *y);
    double *p = osw_arena_alloc(w->arena, n_params, sizeof *p);
    if (!y || !p)
        return OSW_ERR_MEMORY;
    plan.times = &zero;
    plan.n_times = 1;
    plan.duration = 0;
    options.solver.rtol = w->problem->rtol;
    enum osw_status status = osw_simulate(&plan, &options, w->diag, &result);
    if (!status) {
        n_times = (size_t)result->n_times;
        memcpy(y, result->states + (size_t)x->arm * n_times * n, n * sizeof *y);
        memcpy(p, result->arms[x->arm].params, n_params * sizeof *p);
    }
    osw_result_destroy(result);
    x->y = y;
    x->p = p;
    return status;
}

static enum osw_status add_experiment(struct petab *w, int datum)
{
    const struct osw_fit_datum *d = &w->problem->data[datum];
    const struct osw_study *s = study_of(w, datum);
    struct experiment *x = &w->experiments[w->n_experiments];
    *x = (struct experiment){.source = d->source, .study = ref_of(w, datum)->study};
    x->arm = s->place[ref_of(w, datum)->arm];
    x->plan_arm = &s->wanted.arms[x->arm];
    x->life = &s->wanted.lives[x->plan_arm->life];
    x->stated = !has_past(s->plan->model, x->life);
    x->id = experiment_id(w, s, x->plan_arm);
    for (int i = 0; i < w->n_experiments && x->id; i++)
        if (!strcmp(w->experiments[i].id, x->id)) /* from two sources */
            x->id = osw_arena_format(w->arena, "%s_%d", x->id, w->n_experiments);
    w->n_experiments++;
    return x->id ? look(w, s, x) : OSW_ERR_MEMORY;
}

static enum osw_status collect(struct petab *w)
{
    const struct osw_fit_problem *p = w->problem;
    enum osw_status status = OSW_OK;
    int said = 0;
    w->experiments = osw_arena_alloc(w->arena, (size_t)p->n_data, sizeof *w->experiments);
    if (!w->experiments)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < p->n_data && !status; i++) {
        if (!can_be_said(w, i))
            continue;
        said++;
        w->model = study_of(w, i)->plan->model;
        if (experiment_of(w, i) < 0)
            status = add_experiment(w, i);
        struct experiment *x = &w->experiments[w->n_experiments - 1];
        if (!status) {
            x = &w->experiments[experiment_of(w, i)];
            x->last = fmax(x->last, time_of(w, i));
        }
    }
    const struct osw_loc at = {.file = osw_diag_file(w->diag, p->path)};
    if (!status && !said)
        return osw_diag_fail(
            w->diag, OSW_ERR_INPUT, at,
            "PEtab can say none of the observations: no measurement, and "
            "no `value` row with two bounds");
    if (!status && said < p->n_data)
        osw_diag_add(w->diag, OSW_WARNING, at,
                     "%d of %d observations are left out: PEtab knows values of one "
                     "model, not other statistics",
                     p->n_data - said, p->n_data);
    return status;
}

static bool is_given(const struct experiment *x, int j)
{
    return (x->life->given && x->life->given[j]) ||
           (x->life->match_output >= 0 && x->life->match_param == j);
}

/* An event in the time of the experiment's observations. */
static bool counts(const struct experiment *x, int event)
{
    return x->plan_arm->events[event].t <= x->last;
}

static enum osw_status name_parameters(struct petab *w)
{
    const struct osw_fit_problem *p = w->problem;
    int n = w->model->kernel->n_params;
    w->estimated = osw_arena_alloc(w->arena, (size_t)n, sizeof *w->estimated);
    w->renamed = osw_arena_alloc(w->arena, (size_t)p->n_params, sizeof *w->renamed);
    if (!w->estimated || !w->renamed)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < n; j++) {
        const struct osw_parameter *row = &w->model->params[j];
        w->estimated[j] = -1;
        for (int k = 0; k < p->n_params; k++)
            if (!strcmp(p->params[k].row->id, row->id) &&
                !strcmp(p->params[k].row->at.file, row->at.file))
                w->estimated[j] = k;
    }
    for (int i = 0; i < w->n_experiments; i++) {
        const struct experiment *x = &w->experiments[i];
        for (int j = 0; j < n; j++)
            if (w->estimated[j] >= 0 && is_given(x, j))
                w->renamed[w->estimated[j]] = true;
        for (int e = 0; e < x->plan_arm->n_events; e++) {
            const struct osw_event *event = &x->plan_arm->events[e];
            if (event->kind == OSW_EVENT_SET_PARAM && w->estimated[event->index] >= 0 &&
                counts(x, e))
                w->renamed[w->estimated[event->index]] = true;
        }
    }
    return OSW_OK;
}

/* When an event is written: a moment later where something is observed at its time. */
static double moved_time(const struct petab *w, const struct experiment *x, double t)
{
    for (int i = 0; i < w->problem->n_data; i++)
        if (can_be_said(w, i) && &w->experiments[experiment_of(w, i)] == x &&
            fabs(time_of(w, i) - t) < OSW_SAME_TIME)
            return t + moment;
    return t;
}

/* A condition: the events [from, to) of an experiment, all at one time; `start`: with
 * everything that its subject brings. */
struct period {
    const struct experiment *x;
    const char *id;
    int from, to;
    double t;
    bool start;
};

static bool is_target(const struct osw_event *event, bool param, int index)
{
    return (event->kind == OSW_EVENT_SET_PARAM) == param && event->index == index;
}

/* The parameter's value before all events, in a formula. */
struct leaf {
    const struct petab *w;
    const struct experiment *x;
};

static bool put_leaf(void *context, const char *parameter, FILE *out)
{
    const struct leaf *leaf = context;
    const struct petab *w = leaf->w;
    int j = osw_model_param(w->model, parameter), k = w->estimated[j];
    bool named = k >= 0 && !is_given(leaf->x, j);
    if (out && named)
        fprintf(out, "%s%s", w->renamed[k] ? "est_" : "",
                w->renamed[k] ? parameter : id_of(w, parameter));
    else if (out)
        fprintf(out, "(%.17g)", leaf->x->p[j]);
    return named;
}

/* The state at the start where an estimated parameter enters it; else nothing, NULL. */
static enum osw_status start_formula(const struct petab *w, const struct experiment *x,
                                     int state, const char **formula)
{
    struct leaf leaf = {w, x};
    const char *name = w->model->kernel->states[state].name;
    const struct osw_symbol *symbol =
        &w->source->symbols[osw_source_find(w->source, name)];
    const struct osw_expr *e = symbol->initial;
    char *text = NULL;
    size_t len;
    *formula = NULL;
    if (!x->stated || w->model->states[state].has_start ||
        !osw_petab_start_depends(w->source, e, put_leaf, &leaf))
        return OSW_OK;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return OSW_ERR_MEMORY;
    osw_petab_start_write(w->source, e, put_leaf, &leaf, out);
    bool whole = fclose(out) == 0;
    *formula = whole ? osw_arena_string(w->arena, text) : NULL;
    free(text);
    return *formula ? OSW_OK : OSW_ERR_MEMORY;
}

/* What a period makes of a parameter or state; nothing when it leaves it alone. `before`
 * is the value before its events, NAN: as it is; `formula`: that value, or NULL. */
static void put_target(const struct petab *w, const struct period *d, bool param,
                       int index, double before, const char *formula, FILE *out)
{
    const struct osw_arm *arm = d->x->plan_arm;
    const char *own =
        param ? w->model->params[index].id : w->model->kernel->states[index].name;
    const char *name = id_of(w, own), *base = isnan(before) ? name : formula;
    double value = base ? 0 : before, gain = 0;
    bool any = false;
    bool free_param = param && w->estimated[index] >= 0 && !is_given(d->x, index);
    for (int e = d->from; e < d->to; e++) {
        if (!is_target(&arm->events[e], param, index))
            continue;
        bool adds = arm->events[e].kind == OSW_EVENT_ADD_STATE;
        value = adds ? value + arm->events[e].value : arm->events[e].value;
        base = adds ? base : NULL;
        gain = free_param && arm->gains ? arm->gains[e] : 0;
        any = true;
    }
    if (!any && isnan(before))
        return;
    fprintf(out, "%s\t%s\t", d->id, name);
    if (!any && free_param)
        fprintf(out, "est_%s\n", own);
    else if (gain != 0)
        fprintf(out, "%.15g + %.15g*(est_%s - %.15g)\n", value, gain, own,
                d->x->p[index]);
    else if (base && value == 0)
        fprintf(out, "%s\n", base);
    else if (base)
        fprintf(out, "%s + %.15g\n", base, value);
    else
        fprintf(out, "%.15g\n", value);
}

typedef enum osw_status put(const struct petab *w, const struct period *period,
                            FILE *out);

static enum osw_status put_changes(const struct petab *w, const struct period *d,
                                   FILE *out)
{
    const struct osw_kernel *kernel = w->model->kernel;
    for (int j = 0; j < kernel->n_params; j++) {
        int k = w->estimated[j];
        bool brings = d->start && (k >= 0 ? w->renamed[k]
                                          : d->x->p[j] != w->model->params[j].nominal);
        put_target(w, d, true, j, brings ? d->x->p[j] : NAN, NULL, out);
    }
    for (int i = 0; i < kernel->n_states; i++) {
        const char *formula = NULL;
        if (d->start && start_formula(w, d->x, i, &formula))
            return OSW_ERR_MEMORY;
        put_target(w, d, false, i, d->start ? d->x->y[i] : NAN, formula, out);
    }
    return OSW_OK;
}

static enum osw_status put_period(const struct petab *w, const struct period *d,
                                  FILE *out)
{
    (void)w;
    fprintf(out, "%s\t%.15g\t%s\n", d->x->id, d->t, d->id);
    return OSW_OK;
}

/* The condition at the start (with the events of time 0, unless they come a moment
 * later), then one for each time that has events. */
static enum osw_status put_experiment(const struct petab *w, const struct experiment *x,
                                      put *put_one, FILE *out)
{
    const struct osw_event *events = x->plan_arm->events;
    int n = x->plan_arm->n_events;
    struct period d = {.x = x, .start = true};
    while (d.to < n && events[d.to].t <= 0 && moved_time(w, x, 0) == 0)
        d.to++;
    for (int number = 0; d.start || (d.to < n && counts(x, d.to)); number++) {
        if (!d.start) {
            d.from = d.to;
            while (d.to < n && events[d.to].t - events[d.from].t < OSW_SAME_TIME)
                d.to++;
            d.t = moved_time(w, x, events[d.from].t);
        }
        d.id = osw_arena_format(w->arena, "%s__%d", x->id, number);
        if (!d.id || put_one(w, &d, out))
            return OSW_ERR_MEMORY;
        d.start = false;
    }
    return OSW_OK;
}

static enum osw_status put_experiments(const struct petab *w, put *put_one, FILE *out)
{
    enum osw_status status = OSW_OK;
    for (int i = 0; i < w->n_experiments && !status; i++)
        status = put_experiment(w, &w->experiments[i], put_one, out);
    return status;
}

static enum osw_status put_conditions(void *context, FILE *out)
{
    const struct petab *w = context;
    fputs("conditionId\ttargetId\ttargetValue\n", out);
    return put_experiments(w, put_changes, out);
}

static enum osw_status put_periods(void *context, FILE *out)
{
    const struct petab *w = context;
    fputs("experimentId\ttime\tconditionId\n", out);
    return put_experiments(w, put_period, out);
}

static const char *output_of(const struct petab *w, int datum)
{
    return w->model->outputs[ref_of(w, datum)->output].id;
}

static const char *suffix_of(const struct petab *w, int datum)
{
    return w->problem->data[datum].log ? "_log" : "";
}

static enum osw_status put_observables(void *context, FILE *out)
{
    const struct petab *w = context;
    fputs("observableId\tobservableFormula\tnoiseFormula\tnoisePlaceholders\t"
          "noiseDistribution\n",
          out);
    for (int i = 0; i < w->problem->n_data; i++) {
        bool first = can_be_said(w, i);
        for (int k = 0; k < i && first; k++)
            first = !can_be_said(w, k) || strcmp(output_of(w, i), output_of(w, k)) != 0 ||
                    w->problem->data[i].log != w->problem->data[k].log;
        if (first)
            fprintf(out, "obs_%s%s\t%s\tsd_%s%s\tsd_%s%s\t%s\n", output_of(w, i),
                    suffix_of(w, i), id_of(w, output_of(w, i)), output_of(w, i),
                    suffix_of(w, i), output_of(w, i), suffix_of(w, i),
                    w->problem->data[i].log ? "log-normal" : "normal");
    }
    return OSW_OK;
}

/* In the model's unit. */
static enum osw_status put_measurements(void *context, FILE *out)
{
    const struct petab *w = context;
    fputs("observableId\texperimentId\ttime\tmeasurement\tnoiseParameters\n", out);
    for (int i = 0; i < w->problem->n_data; i++) {
        const struct osw_fit_datum *d = &w->problem->data[i];
        if (!can_be_said(w, i))
            continue;
        const struct osw_measure *m = &w->problem->sources[d->source]->measures[d->row];
        double unit = osw_unit_convert(1, m->to, m->from);
        fprintf(out, "obs_%s%s\t%s\t%.15g\t%.15g\t%.15g\n", output_of(w, i),
                suffix_of(w, i), w->experiments[experiment_of(w, i)].id, time_of(w, i),
                unit * (d->log ? exp(d->centre) : d->centre),
                d->log ? d->width : unit * d->width);
    }
    return OSW_OK;
}

static enum osw_status put_parameters(void *context, FILE *out)
{
    const struct petab *w = context;
    const struct osw_fit_problem *p = w->problem;
    fputs("parameterId\tlowerBound\tupperBound\tnominalValue\testimate\t"
          "priorDistribution\tpriorParameters\n",
          out);
    for (int j = 0; j < w->model->kernel->n_params; j++) {
        int k = w->estimated[j];
        if (k < 0)
            continue;
        const struct osw_fit_parameter *q = &p->params[k];
        fprintf(out, "%s%s\t%.15g\t%.15g\t%.15g\ttrue\t", w->renamed[k] ? "est_" : "",
                w->renamed[k] ? q->row->id : id_of(w, q->row->id), q->lower, q->upper,
                q->row->nominal);
        if (isfinite(q->prior_sd))
            fprintf(out, "log-normal\t%.15g;%.15g\n", q->prior_mean, q->prior_sd);
        else
            fputs("\t\n", out);
    }
    return OSW_OK;
}

static enum osw_status put_yaml(void *context, FILE *out)
{
    (void)context;
    fprintf(out,
            "format_version: 2.0.0\nparameter_files: [parameters.tsv]\n"
            "model_files:\n  model:\n    location: %s\n    language: sbml\n"
            "measurement_files: [measurements.tsv]\nobservable_files: "
            "[observables.tsv]\ncondition_files: [conditions.tsv]\n"
            "experiment_files: [experiments.tsv]\n",
            osw_fit_petab_model_file);
    return OSW_OK;
}

static enum osw_status write_file(struct petab *w, const char *name,
                                  osw_outfile_writer *put_all)
{
    const char *path = osw_arena_format(w->arena, "%s/%s", w->dir, name);
    return path ? osw_outfile_write(path, w->force, put_all, w, w->diag) : OSW_ERR_MEMORY;
}

static void warn_of_start(const struct petab *w)
{
    bool depends = false;
    for (int i = 0; i < w->n_experiments; i++)
        depends = depends || !w->experiments[i].stated;
    if (depends)
        osw_diag_add(
            w->diag, OSW_WARNING, (struct osw_loc){0},
            "the states at the start are written as numbers, made with the "
            "tables' values: PEtab cannot say how they follow from a life before");
}

static enum osw_status name_symbols(struct petab *w)
{
    enum osw_status status = osw_model_source(w->model, w->diag, &w->source);
    if (status)
        return status;
    w->ids = osw_arena_alloc(w->arena, (size_t)w->source->n_symbols, sizeof *w->ids);
    for (int i = 0; w->ids && i < w->source->n_symbols; i++) {
        const char *name = w->source->symbols[i].name;
        w->ids[i] = osw_petab_names_id(w->source, name, w->arena);
        if (!w->ids[i])
            return OSW_ERR_MEMORY;
        if (w->ids[i] != name)
            osw_diag_add(w->diag, OSW_WARNING, (struct osw_loc){0},
                         "'%s' is called '%s' in PEtab: AMICI's code uses its name", name,
                         w->ids[i]);
    }
    return w->ids ? OSW_OK : OSW_ERR_MEMORY;
}

enum osw_status osw_fit_petab_write(const struct osw_fit_problem *problem,
                                    const char *dir, bool force, struct osw_diag *diag,
                                    const struct osw_model **model)
{
    static const struct {
        const char *name;
        osw_outfile_writer *put;
    } files[] = {
        {"parameters.tsv", put_parameters},     {"conditions.tsv", put_conditions},
        {"experiments.tsv", put_periods},       {"observables.tsv", put_observables},
        {"measurements.tsv", put_measurements}, {"problem.yaml", put_yaml}};
    struct petab w = {.problem = problem,
                      .dir = dir,
                      .force = force,
                      .arena = osw_arena_create(),
                      .diag = diag};
    enum osw_status status = w.arena ? collect(&w) : OSW_ERR_MEMORY;
    if (!status)
        status = name_symbols(&w);
    if (!status)
        status = name_parameters(&w);
    for (size_t i = 0; i < sizeof files / sizeof *files && !status; i++)
        status = write_file(&w, files[i].name, files[i].put);
    if (!status) {
        warn_of_start(&w);
        *model = w.model;
    }
    osw_source_destroy(w.source);
    osw_arena_destroy(w.arena);
    return status;
}
