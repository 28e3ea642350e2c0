/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading an intervention file. Expressions are evaluated once here with the file's own
 * dose and a body weight of 1 kg, so that wrong units are found before any arm uses it.
 */
#include "scenario/intervention.h"

#include <math.h>
#include <string.h>

static const char *const combine_names[] = {
    [OSW_COMBINE_SET] = "set",
    [OSW_COMBINE_MULTIPLY] = "multiply",
    [OSW_COMBINE_ADD] = "add",
    [OSW_COMBINE_SURVIVE] = "survive",
};
enum { N_COMBINE = sizeof combine_names / sizeof combine_names[0] };

struct value_unit {
    const struct osw_unit *unit;
    const char *text;
};

/* The unit of a target's value: the target's own, or a factor or fraction. */
static struct value_unit unit_of(const struct osw_reader *r, const struct osw_target *t)
{
    const struct osw_model *m = r->model;
    if (t->is_state)
        return (struct value_unit){m->states[t->index].unit,
                                   m->states[t->index].unit_text};
    if (t->combine == OSW_COMBINE_MULTIPLY || t->combine == OSW_COMBINE_SURVIVE)
        return (struct value_unit){NULL, "1"};
    return (struct value_unit){m->params[t->index].unit, m->params[t->index].unit_text};
}

enum osw_status osw_intervention_dose(struct osw_reader *r, const struct osw_yaml *node,
                                      const struct osw_dose *like, struct osw_dose *dose)
{
    struct osw_quantity q;
    double value = 0;
    enum osw_status status = osw_reader_scalar(r, node, "dose");
    if (!status)
        status = osw_quantity_parse(r, node->text, node->at, "dose", true, &q);
    if (!status && q.value < 0)
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                               "dose: '%.80s' is negative", node->text);
    if (!status)
        status = osw_quantity_convert(r, &q, node->text, node->at, "dose",
                                      like ? like->unit : q.unit,
                                      like ? like->unit_text : q.unit_text, &value);
    if (status)
        return status;
    *dose = (struct osw_dose){value, like ? like->unit : q.unit,
                              like ? like->unit_text : q.unit_text, q.per_weight};
    return OSW_OK;
}

enum osw_status osw_intervention_period(struct osw_reader *r, const struct osw_yaml *node,
                                        const char *what, double *days)
{
    double value;
    if (!node)
        return OSW_OK;
    enum osw_status status = osw_quantity_time(r, node, what, &value);
    if (status)
        return status;
    if (value <= 0)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "%s: expected a time above 0, found '%.80s'", what,
                             node->text);
    *days = value;
    return OSW_OK;
}

static double dose_amount(const struct osw_dose *dose, double weight_kg)
{
    return dose->per_weight ? dose->value * weight_kg : dose->value;
}

static enum osw_status fraction(struct osw_reader *r, const struct osw_target *t,
                                struct osw_loc at, double value)
{
    if (t->combine != OSW_COMBINE_SURVIVE || (value >= 0 && value <= 1))
        return OSW_OK;
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                         "combine survive: parameter '%s' would be inhibited by %.6g: "
                         "expected a fraction from 0 to 1",
                         r->model->params[t->index].id, value);
}

static struct osw_terms terms_of(const struct osw_reader *r, bool has_dose,
                                 const struct osw_dose *dose, double weight_kg,
                                 double every_d)
{
    struct osw_terms terms = {{0}, {NULL}};
    if (has_dose) {
        terms.value[OSW_TERM_DOSE] = dose_amount(dose, weight_kg);
        terms.unit[OSW_TERM_DOSE] = dose->unit;
    }
    if (!isnan(weight_kg)) {
        terms.value[OSW_TERM_WEIGHT] = weight_kg;
        terms.unit[OSW_TERM_WEIGHT] = r->kg;
    }
    if (!isnan(every_d)) {
        terms.value[OSW_TERM_EVERY] = every_d;
        terms.unit[OSW_TERM_EVERY] = r->day;
    }
    return terms;
}

bool osw_intervention_weighs(const struct osw_intervention *v, const struct osw_target *t,
                             const struct osw_dose *dose)
{
    return t->used[OSW_TERM_WEIGHT] || (v->has_dose && dose->per_weight);
}

static enum osw_status value_of(struct osw_reader *r, const struct osw_intervention *v,
                                const struct osw_target *t, const struct osw_dose *dose,
                                double weight_kg, double every_d, double *value)
{
    if (t->expression) {
        struct osw_terms terms = terms_of(r, v->has_dose, dose, weight_kg, every_d);
        struct value_unit unit = unit_of(r, t);
        return osw_expression_eval(r, t->expression, t->at, "value", &terms, unit.unit,
                                   unit.text, NULL, value);
    }
    double d = dose_amount(dose, weight_kg);
    *value = d > 0 ? t->emax * (d / (t->ed50 + d)) : 0;
    return OSW_OK;
}

enum osw_status osw_intervention_value(struct osw_reader *r,
                                       const struct osw_intervention *v,
                                       const struct osw_target *t,
                                       const struct osw_dose *dose, double weight_kg,
                                       double every_d, struct osw_loc at, double *value)
{
    if (osw_intervention_weighs(v, t, dose) && isnan(weight_kg))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "'%s' is dosed by body weight: give the subject a weight, "
                             "as in weight: 70 kg",
                             v->name);
    if (t->used[OSW_TERM_EVERY] && isnan(every_d))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "'%s' acts by its dose over time: give it an 'every'",
                             v->name);
    double x;
    enum osw_status status = value_of(r, v, t, dose, weight_kg, every_d, &x);
    if (!status)
        status = fraction(r, t, at, x);
    if (!status)
        *value = x;
    return status;
}

/* Five points, of error h^4/30 of the fifth derivative. */
enum osw_status osw_intervention_by_weight(struct osw_reader *r,
                                           const struct osw_intervention *v,
                                           const struct osw_target *t,
                                           const struct osw_dose *dose, double weight_kg,
                                           double every_d, double *slope)
{
    static const double at[] = {-2, -1, 1, 2}, factor[] = {1, -8, 8, -1};
    const double h = 1e-3;
    enum osw_status status = OSW_OK;
    *slope = 0;
    for (int i = 0; i < 4 && !status && osw_intervention_weighs(v, t, dose); i++) {
        double value = 0;
        status = value_of(r, v, t, dose, weight_kg * exp(at[i] * h), every_d, &value);
        *slope += factor[i] * value / (12 * h);
    }
    return status;
}

/* The expression of a target, checked with the file's own dose. */
static enum osw_status read_expression(struct osw_reader *r, struct osw_intervention *v,
                                       const struct osw_yaml *node, struct osw_target *t)
{
    enum osw_status status = osw_reader_scalar(r, node, node->key);
    if (status)
        return status;
    struct osw_terms terms =
        terms_of(r, v->has_dose, &v->dose, 1, isnan(v->every) ? 1 : v->every);
    struct value_unit unit = unit_of(r, t);
    double value;
    t->expression = node->text;
    t->at = node->at;
    return osw_expression_eval(r, node->text, node->at, node->key, &terms, unit.unit,
                               unit.text, t->used, &value);
}

/* emax and ed50: a saturating dose-effect. */
static enum osw_status read_emax(struct osw_reader *r, struct osw_intervention *v,
                                 const struct osw_yaml *emax, const struct osw_yaml *ed50,
                                 struct osw_target *t)
{
    if (!v->has_dose)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, emax->key_at,
                             "emax and ed50 need a dose, and the file gives none");
    struct value_unit unit = unit_of(r, t);
    enum osw_status status = osw_reader_scalar(r, emax, "emax");
    if (!status)
        status = osw_quantity_in(r, emax->text, emax->at, "emax", unit.unit, unit.text,
                                 &t->emax);
    if (!status)
        status = osw_reader_scalar(r, ed50, "ed50");
    if (!status)
        status = osw_quantity_in(r, ed50->text, ed50->at, "ed50", v->dose.unit,
                                 v->dose.unit_text, &t->ed50);
    if (!status && t->ed50 <= 0)
        status =
            osw_diag_fail(r->diag, OSW_ERR_INPUT, ed50->at,
                          "ed50: expected a dose above 0, found '%.80s'", ed50->text);
    return status;
}

static enum osw_status read_combine(struct osw_reader *r, const struct osw_yaml *node,
                                    struct osw_target *t)
{
    const struct osw_yaml *combine = osw_yaml_find(node, "combine");
    if (!combine)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "target: missing key 'combine': add, multiply, survive or "
                             "set");
    enum osw_status status = osw_reader_scalar(r, combine, "combine");
    if (status)
        return status;
    for (int i = 0; i < N_COMBINE; i++) {
        if (!strcmp(combine->text, combine_names[i])) {
            t->combine = (enum osw_combine)i;
            return OSW_OK;
        }
    }
    const char *closest = osw_diag_closest(combine->text, combine_names, N_COMBINE);
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, combine->at,
                         "combine: unknown rule '%.40s'%s%s%s; expected add, multiply, "
                         "survive or set",
                         combine->text, closest ? " (did you mean '" : "",
                         closest ? closest : "", closest ? "'?)" : "");
}

static enum osw_status read_param_target(struct osw_reader *r, struct osw_intervention *v,
                                         const struct osw_yaml *node,
                                         const struct osw_yaml *name,
                                         struct osw_target *t)
{
    static const char *const known[] = {"parameter", "combine", "value", "emax", "ed50"};
    enum osw_status status = osw_yaml_keys(node, known, 5, r->diag);
    if (status)
        return status;
    t->index = osw_model_param(r->model, name->text);
    if (t->index < 0)
        return osw_reader_unknown(r, OSW_ERR_INPUT, name->at, "parameter", name->text,
                                  OSW_NAME_PARAM, NULL, 0);
    status = read_combine(r, node, t);
    if (status)
        return status;
    const struct osw_yaml *value = osw_yaml_find(node, "value");
    const struct osw_yaml *emax = osw_yaml_find(node, "emax");
    const struct osw_yaml *ed50 = osw_yaml_find(node, "ed50");
    if (value && !emax && !ed50)
        return read_expression(r, v, value, t);
    if (!value && emax && ed50)
        return read_emax(r, v, emax, ed50, t);
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                         "target: expected either 'value' or both 'emax' and 'ed50'");
}

static enum osw_status read_state_target(struct osw_reader *r, struct osw_intervention *v,
                                         const struct osw_yaml *node,
                                         const struct osw_yaml *name,
                                         struct osw_target *t)
{
    static const char *const known[] = {"state", "add"};
    enum osw_status status = osw_yaml_keys(node, known, 2, r->diag);
    if (status)
        return status;
    t->is_state = true;
    t->combine = OSW_COMBINE_ADD;
    t->index = osw_model_state(r->model, name->text);
    if (t->index < 0)
        return osw_reader_unknown(r, OSW_ERR_INPUT, name->at, "state", name->text,
                                  OSW_NAME_STATE, NULL, 0);
    const struct osw_yaml *add = osw_yaml_find(node, "add");
    if (!add)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "target: missing key 'add': what a dose adds to the state");
    return read_expression(r, v, add, t);
}

static enum osw_status read_target(struct osw_reader *r, struct osw_intervention *v,
                                   const struct osw_yaml *node, struct osw_target *t)
{
    enum osw_status status = osw_reader_mapping(r, node, "target");
    if (status)
        return status;
    t->at = node->at;
    const struct osw_yaml *state = osw_yaml_find(node, "state");
    const struct osw_yaml *parameter = osw_yaml_find(node, "parameter");
    if (!state == !parameter)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "target: expected one of 'state' and 'parameter'");
    const struct osw_yaml *name = state ? state : parameter;
    status = osw_reader_scalar(r, name, name->key);
    if (status)
        return status;
    return state ? read_state_target(r, v, node, name, t)
                 : read_param_target(r, v, node, name, t);
}

static enum osw_status read_targets(struct osw_reader *r, struct osw_intervention *v,
                                    const struct osw_yaml *root)
{
    const struct osw_yaml *list = osw_yaml_find(root, "targets");
    if (!list || (list->kind == OSW_YAML_SEQUENCE && !list->n))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, list ? list->at : root->at,
                             "intervention '%s' has no targets", v->name);
    enum osw_status status = osw_reader_sequence(r, list, "targets");
    if (status)
        return status;
    struct osw_target *targets = osw_arena_alloc(r->arena, list->n, sizeof *targets);
    if (!targets)
        return OSW_ERR_MEMORY;
    for (const struct osw_yaml *t = list->first; t; t = t->next)
        osw_reader_keep(&status, read_target(r, v, t, &targets[v->n_targets++]));
    v->targets = targets;
    return status;
}

static enum osw_status read_root(struct osw_reader *r, struct osw_intervention *v,
                                 const struct osw_yaml *root)
{
    static const char *const known[] = {"title", "model",  "evidence", "source",
                                        "note",  "dose",   "every",    "on",
                                        "off",   "targets"};
    static const char *const texts[] = {"evidence", "source", "note"};
    enum osw_status status = osw_reader_mapping(r, root, "intervention");
    if (status)
        return status;
    const char *unused = NULL;
    status = osw_yaml_keys(root, known, sizeof known / sizeof known[0], r->diag);
    osw_reader_keep(&status, osw_reader_text(r, root, "title", &v->title));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        osw_reader_keep(&status, osw_reader_text(r, root, texts[i], &unused));
    const struct osw_yaml *dose = osw_yaml_find(root, "dose");
    if (dose)
        osw_reader_keep(&status, osw_intervention_dose(r, dose, NULL, &v->dose));
    v->has_dose = dose != NULL;
    const struct osw_yaml *on = osw_yaml_find(root, "on"),
                          *off = osw_yaml_find(root, "off");
    osw_reader_keep(&status, osw_intervention_period(r, osw_yaml_find(root, "every"),
                                                     "every", &v->every));
    osw_reader_keep(&status, osw_intervention_period(r, on, "on", &v->on));
    osw_reader_keep(&status, osw_intervention_period(r, off, "off", &v->off));
    if (!on != !off)
        osw_reader_keep(&status,
                        osw_diag_fail(r->diag, OSW_ERR_INPUT, (on ? on : off)->key_at,
                                      "'on' and 'off' go together"));
    return status ? status : read_targets(r, v, root);
}

static const struct osw_intervention *find(const struct osw_reader *r, const char *path)
{
    const struct osw_intervention *v = r->interventions;
    while (v && strcmp(v->path, path))
        v = v->next;
    return v;
}

enum osw_status osw_intervention_load(struct osw_reader *r, const char *name,
                                      const char *beside, struct osw_loc at,
                                      const struct osw_intervention **result)
{
    const char *path;
    const struct osw_yaml *root;
    enum osw_status status =
        osw_reader_file(r, "interventions", name, beside, at, &path, &root);
    if (status)
        return status;
    const struct osw_intervention *known = find(r, path);
    if (!known) {
        struct osw_intervention *v = osw_arena_alloc(r->arena, 1, sizeof *v);
        if (!v)
            return OSW_ERR_MEMORY;
        *v = (struct osw_intervention){.next = r->interventions,
                                       .name = name,
                                       .path = path,
                                       .title = name,
                                       .every = NAN,
                                       .on = NAN,
                                       .off = NAN};
        v->status = read_root(r, v, root);
        r->interventions = v;
        known = v;
    }
    *result = known;
    return known->status;
}
