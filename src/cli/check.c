/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch check: is a model what its text says, and does it rest where it should;
 * does a scenario or table mean something. One line per check on stdout; exit 3 when one
 * is negative. */
#include "cli/derivatives.h"
#include "cli/point.h"
#include "scenario/build.h"
#include "solve/steady.h"
#include "text/tsv.h"
#include "text/yaml.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

struct options {
    struct osw_common_options common;
    struct osw_words set;
    const char *model;
    int states;
};

#define S struct options
static const struct osw_option option_table[] = {
    OSW_ROW_SET(S, "check a model with this input or parameter"),
    OSW_ROW_MODEL(S, "human",
                  "whose parameters a subject's or an intervention's file sets"),
    OSW_INTEGER(S, states, "states", "10", 1, 100000, SCIENCE,
                "random states at which derivatives are compared"),
};
#undef S

struct check {
    struct osw_session *session;
    const struct options *options;
    bool negative;
};

static void tell(struct check *c, bool good, const char *format, ...) OSW_PRINTF(3, 4);
static void tell(struct check *c, bool good, const char *format, ...)
{
    va_list args;
    fputs(good ? "ok        " : "NEGATIVE  ", stdout);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    c->negative |= !good;
}

static enum osw_status check_derivatives(struct check *c, const struct osw_model *model,
                                         const struct osw_source *source,
                                         const struct osw_point *point)
{
    const double allowed = 1e-10;
    struct osw_derivative_report r;
    enum osw_status status =
        osw_derivatives_check(c->session, model, source, point, c->options->states, &r);
    if (status)
        return status;
    tell(c, r.rhs <= allowed,
         "right-hand side: the compiled kernel differs from the text by %.1e at most",
         r.rhs);
    tell(c, r.jacobian <= allowed,
         "Jacobian: complex step at %d states differs by %.1e at most (d%s/d%s)",
         r.n_states_tried, r.jacobian, r.jacobian_of, r.jacobian_by);
    tell(c, r.dfdp <= allowed,
         "parameter derivatives: complex step differs by %.1e at most (d%s/d%s)", r.dfdp,
         r.dfdp_of, r.dfdp_by);
    return OSW_OK;
}

/* The outputs at time t (day) and y; NULL: out of memory. */
static const double *observe(struct check *c, const struct osw_kernel *k, double t,
                             const double *y, const double *p)
{
    struct osw_arena *arena = c->session->arena;
    double *constants = osw_arena_alloc(arena, (size_t)k->n_constants, sizeof(double));
    double *out = osw_arena_alloc(arena, (size_t)k->n_outputs, sizeof(double));
    if (!constants || !out)
        return NULL;
    k->prepare(p, constants);
    k->segment(p, constants);
    k->observe(t, y, p, constants, out);
    return out;
}

/* Outputs at y, finite? Returns the index of one that is not, or -1. */
static int bad_output(struct check *c, const struct osw_model *model, const double *p,
                      const double *y)
{
    const struct osw_kernel *k = model->kernel;
    const double *out = observe(c, k, 0, y, p);
    if (!out)
        return 0;
    for (int i = 0; i < k->n_outputs; i++)
        if (!isfinite(out[i]))
            return i;
    return -1;
}

static void check_steady(struct check *c, const struct osw_model *model,
                         struct osw_point *point)
{
    struct osw_steady_result r;
    const struct osw_kernel *k = model->kernel;
    enum osw_status status = osw_steady_find(k, point->declared, point->held, 0.0,
                                             point->params, point->y, true, &r);
    tell(c, !status,
         status ? "steady state: none found from the start values"
                : "steady state: found (%s)",
         r.n_positive ? "unstable" : "stable");
    if (status)
        return;
    int bad = bad_output(c, model, point->params, point->y);
    tell(c, bad < 0, "outputs at the steady state: %s%s",
         bad < 0 ? "all finite" : "not finite: ", bad < 0 ? "" : model->outputs[bad].id);
}

/* f stays finite when each parameter in turn goes to its bounds. */
static void check_bounds(struct check *c, const struct osw_model *model,
                         const struct osw_point *point)
{
    const struct osw_kernel *k = model->kernel;
    struct osw_arena *arena = c->session->arena;
    double *constants = osw_arena_alloc(arena, (size_t)k->n_constants, sizeof(double));
    double *f = osw_arena_alloc(arena, (size_t)k->n_states, sizeof(double));
    const char *bad = NULL;
    int tried = 0;
    if (!constants || !f)
        return;
    for (int j = 0; j < k->n_params && !bad; j++) {
        const double value = point->params[j];
        const double bounds[] = {model->params[j].lower, model->params[j].upper};
        for (int b = 0; b < 2; b++) {
            if (!isfinite(bounds[b]))
                continue;
            point->params[j] = bounds[b];
            tried++;
            k->prepare(point->params, constants);
            k->segment(point->params, constants);
            k->rhs(0.0, point->y, point->params, constants, f);
            for (int i = 0; i < k->n_states; i++)
                if (!isfinite(f[i]))
                    bad = model->params[j].id;
        }
        point->params[j] = value;
    }
    tell(c, !bad, "bounds: rates at %d bounds of parameters %s%s", tried,
         bad ? "are not finite, first for " : "are finite", bad ? bad : "");
}

static enum osw_status check_model(struct check *c, const char *name)
{
    struct osw_model *model = NULL;
    struct osw_source *source = NULL;
    struct osw_point point;
    enum osw_status status = osw_model_open(name, c->session->diag, &model);
    if (!status)
        status = osw_model_source(model, c->session->diag, &source);
    if (!status)
        status = osw_point_init(c->session, model, &c->options->set, &point);
    if (status)
        goto done;
    printf("model %s\n", name);
    const struct osw_kernel *k = model->kernel;
    tell(c, true, "names and units: %d states, %d parameters, %d outputs, %d rules",
         k->n_states, k->n_params, k->n_outputs, source->n_rules);
    tell(c, true, "tables: one row in bounds for every parameter, state and output");
    status = check_derivatives(c, model, source, &point);
    if (!status) {
        check_bounds(c, model, &point);
        check_steady(c, model, &point);
    }
done:
    osw_source_destroy(source);
    osw_model_destroy(model);
    return status;
}

/* A subject or an intervention may say whose it is; else --model does. */
static const char *model_of(const struct check *c, const struct osw_yaml *root)
{
    bool mapping = root->kind == OSW_YAML_MAPPING;
    const struct osw_yaml *model = mapping ? osw_yaml_find(root, "model") : NULL;
    return model && model->kind == OSW_YAML_SCALAR ? model->text : c->options->model;
}

/* A subject's or an intervention's file means something in a scenario: make the least
 * one that names it. */
static const char *least_scenario(struct check *c, const struct osw_yaml *root,
                                  const char *path, const char *model)
{
    bool intervention = root->kind == OSW_YAML_MAPPING && osw_yaml_find(root, "targets");
    return osw_arena_format(c->session->arena,
                            intervention ? "model: %s\nduration: 1 year\n"
                                           "arms: {alone: ['%s']}\n"
                                         : "model: %s\nsubject: '%s'\nduration: 1 year\n"
                                           "arms: {alone: []}\n",
                            model, path);
}

static enum osw_status check_part(struct check *c, const struct osw_yaml *root,
                                  const char *path, struct osw_plan **plan)
{
    struct osw_session *session = c->session;
    const struct osw_plan_options options = {0};
    const struct osw_yaml *scenario;
    struct osw_model *model = NULL;
    struct osw_arena *arena = osw_arena_create(); /* the plan's, once it is there */
    const char *name = model_of(c, root);
    const char *text = least_scenario(c, root, path, name);
    enum osw_status status = OSW_ERR_MEMORY;
    if (arena && text)
        status = osw_yaml_parse(path, text, strlen(text), session->arena, session->diag,
                                &scenario);
    if (!status)
        status = osw_model_open(name, session->diag, &model);
    if (!status)
        status = osw_plan_build(scenario, path, model, true, arena, &options,
                                session->diag, plan);
    if (!status)
        return OSW_OK;
    osw_model_destroy(model);
    osw_arena_destroy(arena);
    return status;
}

static bool is_scenario(const struct osw_yaml *root)
{
    static const char *const keys[] = {"arms", "duration", "subject"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (root->kind == OSW_YAML_MAPPING && osw_yaml_find(root, keys[i]))
            return true;
    return false;
}

static bool is_given(const struct osw_plan *plan, const struct osw_life *life,
                     const char *param)
{
    int j = osw_model_param(plan->model, param);
    return j >= 0 && life->given && life->given[j];
}

/* How the kidneys of a life came to what they are, before anything is simulated: with the
 * states at their starts, so without what wears off on dialysis. */
static void tell_kidney(struct check *c, const struct osw_plan *plan,
                        const struct osw_life *life)
{
    const double year = 365.25;
    const struct osw_kernel *k = plan->model->kernel;
    const int gfr = osw_model_output(plan->model, "gfr");
    double *y = osw_arena_alloc(c->session->arena, (size_t)k->n_states, sizeof *y);
    const int dialysis = osw_model_param(plan->model, "dial");
    if (gfr < 0 || !y)
        return;
    k->init(life->params, y);
    for (int i = 0; i < k->n_states; i++)
        if (plan->model->states[i].has_start)
            y[i] = plan->model->states[i].start;
    printf("; GFR");
    for (int i = life->t_start < 0 ? 0 : 4; i <= 4; i++) {
        const double t = life->t_start * (4 - i) / 4;
        const double *out = observe(c, k, t, y, life->params);
        if (out)
            printf(" %.3g at %.3g%s", out[gfr], life->age_y + t / year,
                   i < 4 ? "," : " years");
    }
    if (dialysis >= 0 && life->params[dialysis] > 0)
        printf(" (less what wears off on dialysis)");
    if (is_given(plan, life, "egfr") && !is_given(plan, life, "egfr_known"))
        printf(" (egfr without egfr_slope: it fell as in kidney disease and stays from "
               "time 0 on)");
}

static void tell_lives(struct check *c, const struct osw_plan *plan)
{
    for (int l = 0; l < plan->n_lives; l++) {
        const struct osw_life *life = &plan->lives[l];
        const char *between = "";
        if (isnan(life->age_y))
            continue;
        printf("life      ");
        for (int a = 0; a < plan->n_arms; a++)
            if (plan->arms[a].life == l) {
                printf("%s%s", between, plan->arms[a].name);
                between = ", ";
            }
        printf(": %s, %.4g years at time 0", life->name, life->age_y);
        tell_kidney(c, plan, life);
        putchar('\n');
    }
}

static enum osw_status check_yaml(struct check *c, const char *name)
{
    struct osw_session *session = c->session;
    struct osw_plan *plan = NULL;
    const struct osw_plan_options options = {0};
    const struct osw_yaml *root;
    const char *path;
    enum osw_status status =
        osw_file_find("scenarios", name, ".yaml", NULL, (struct osw_loc){0},
                      session->arena, session->diag, &path);
    if (!status)
        status = osw_yaml_read(path, session->arena, session->diag, &root);
    if (status)
        return status;
    status = is_scenario(root) ? osw_plan_load(path, &options, session->diag, &plan)
                               : check_part(c, root, path, &plan);
    if (status)
        return status;
    printf("%s\n", path);
    int events = 0;
    for (int a = 0; a < plan->n_arms; a++)
        events += plan->arms[a].n_events;
    tell(c, true,
         "names, units, schedules: model %s, %d arms, %d lives, %d events, %d output "
         "times, %d outputs",
         plan->model->name, plan->n_arms, plan->n_lives, events, plan->n_times,
         plan->n_outputs);
    tell_lives(c, plan);
    osw_plan_destroy(plan);
    return OSW_OK;
}

static enum osw_status check_table(struct check *c, const char *path)
{
    struct osw_table table;
    enum osw_status status =
        osw_tsv_read(path, c->session->arena, c->session->diag, &table);
    if (status)
        return status;
    printf("table %s\n", path);
    int nominal = osw_tsv_column(&table, "nominalValue");
    for (size_t row = 0; row < table.n_rows && nominal >= 0; row++) {
        double value;
        if (osw_tsv_number(osw_tsv_cell(&table, row, nominal), "nominalValue",
                           c->session->diag, &value))
            status = OSW_ERR_INPUT;
    }
    if (!status)
        tell(c, true, "%zu rows of %zu columns (a model's tables are checked with it)",
             table.n_rows, table.n_columns);
    return status;
}

static bool ends_in(const char *text, const char *suffix)
{
    size_t n = strlen(text), m = strlen(suffix);
    return n > m && !strcmp(text + n - m, suffix);
}

static bool is_model(const char *name)
{
    for (const char *const *m = osw_model_names(); *m; m++)
        if (!strcmp(*m, name))
            return true;
    return ends_in(name, ".ant");
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    struct check c = {session, o, false};
    enum osw_status worst = OSW_OK;
    for (size_t i = 0; i < o->common.operands.n; i++) {
        const char *name = o->common.operands.items[i];
        enum osw_status status = is_model(name)          ? check_model(&c, name)
                                 : ends_in(name, ".tsv") ? check_table(&c, name)
                                                         : check_yaml(&c, name);
        if (status == OSW_INTERRUPTED)
            return status;
        worst = status ? status : worst;
    }
    return worst ? worst : c.negative ? OSW_NEGATIVE : OSW_OK;
}

const struct osw_command osw_command_check = {
    .name = "check",
    .operands = "MODEL|SCENARIO|FILE…",
    .summary = "Check models, scenarios and tables",
    .details = "A model: names, units, tables, derivatives against complex step of its "
               "text,\nrates at the bounds of parameters, the steady state. A scenario: "
               "everything that it\nnames. Exit 3 when a check is negative.",
    .least = 1,
    .most = -1,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
