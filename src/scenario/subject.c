/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values come from the model's nominal ones, then from each subject of the chain, oldest
 * ancestor first (inputs in file order, then `parameters:`), then from --set. `history`
 * and `match` are replaced as a whole by a descendant's. */
#include "scenario/subject.h"
#include "scenario/onset.h"
#include "scenario/quantity.h"

#include <math.h>
#include <string.h>

enum { LONGEST_CHAIN = 16 };

static const char *const reserved[] = {"extends",    "title",    "note",
                                       "source",     "evidence", "history",
                                       "parameters", "match",    "model"};
enum { N_RESERVED = sizeof reserved / sizeof reserved[0] };

struct builder {
    struct osw_reader *r;
    struct osw_subject *subject;
    double *params;
    unsigned char *given;
    struct osw_onsets onsets;
    bool named; /* the subject at hand is one that another extends */
    const struct osw_yaml *history, *match; /* the last ones of the chain */
};

struct chain {
    const struct osw_yaml *node[LONGEST_CHAIN]; /* descendant first */
    const char *path[LONGEST_CHAIN];
    int n;
};

static bool is_reserved(const char *key)
{
    for (size_t i = 0; i < N_RESERVED; i++)
        if (!strcmp(key, reserved[i]))
            return true;
    return false;
}

static enum osw_status push(struct osw_reader *r, struct chain *chain,
                            const struct osw_yaml *node, const char *path,
                            struct osw_loc at)
{
    for (int i = 0; i < chain->n; i++)
        if (chain->node[i] == node)
            return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                                 "extends: subjects extend one another in a circle (%s)",
                                 path);
    if (chain->n == LONGEST_CHAIN)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "extends: a chain of more than %d subjects", LONGEST_CHAIN);
    if (osw_reader_failed_before(r, node))
        return OSW_ERR_INPUT;
    enum osw_status status = osw_reader_mapping(r, node, "subject");
    if (status)
        return status;
    chain->node[chain->n] = node;
    chain->path[chain->n++] = path;
    return OSW_OK;
}

static enum osw_status push_named(struct osw_reader *r, struct chain *chain,
                                  const struct osw_yaml *name, const char *beside)
{
    const char *path;
    const struct osw_yaml *root;
    enum osw_status status =
        osw_reader_scalar(r, name, name->key ? name->key : "subject");
    if (!status)
        status =
            osw_reader_file(r, "subjects", name->text, beside, name->at, &path, &root);
    return status ? status : push(r, chain, root, path, name->at);
}

static enum osw_status collect(struct osw_reader *r, const struct osw_yaml *node,
                               const char *beside, struct chain *chain)
{
    enum osw_status status = node->kind == OSW_YAML_MAPPING
                                 ? push(r, chain, node, beside, node->at)
                                 : push_named(r, chain, node, beside);
    while (!status) {
        const struct osw_yaml *parent =
            osw_yaml_find(chain->node[chain->n - 1], "extends");
        if (!parent)
            break;
        status = push_named(r, chain, parent, chain->path[chain->n - 1]);
    }
    return status;
}

static enum osw_status assign(struct builder *b, const struct osw_yaml *value, int kinds,
                              const char *noun)
{
    enum osw_status status = osw_reader_scalar(b->r, value, value->key);
    if (status)
        return status;
    struct osw_assignment *list = NULL, **last = &list;
    struct osw_setting_request request = {.name = value->key,
                                          .text = value->text,
                                          .name_at = value->key_at,
                                          .text_at = value->at,
                                          .kinds = kinds,
                                          .noun = noun,
                                          .unknown = OSW_ERR_INPUT,
                                          .bad = OSW_ERR_INPUT};
    status = osw_setting_resolve(b->r, &request, &last);
    if (status)
        return status;
    osw_setting_apply(list, b->params, b->given, &b->subject->weight_kg);
    osw_onsets_note(&b->onsets, b->r, list, b->named);
    return OSW_OK;
}

/* An unknown key may be a misspelt input, or one of the reserved keys, or a parameter
 * that belongs below `parameters:`. */
static enum osw_status unknown_key(struct builder *b, const struct osw_yaml *child)
{
    if (osw_model_param(b->r->model, child->key) >= 0)
        return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, child->key_at,
                             "'%s' is a parameter: write parameters: {%s: ...}",
                             child->key, child->key);
    return osw_reader_unknown(b->r, OSW_ERR_INPUT, child->key_at, "input", child->key,
                              OSW_NAME_INPUT, reserved, N_RESERVED);
}

static enum osw_status apply_parameters(struct builder *b, const struct osw_yaml *node)
{
    const struct osw_yaml *parameters = osw_yaml_find(node, "parameters");
    if (!parameters)
        return OSW_OK;
    enum osw_status status = osw_reader_mapping(b->r, parameters, "parameters");
    if (status)
        return status;
    for (const struct osw_yaml *p = parameters->first; p; p = p->next)
        osw_reader_keep(&status, assign(b, p, OSW_NAME_PARAM, "parameter"));
    return status;
}

static bool is_input(const struct osw_model *model, const char *key)
{
    return osw_model_input(model, key) || !strcmp(key, "age") || !strcmp(key, "weight");
}

static bool is_shipped(const char *name)
{
    const char *const *known = osw_model_names();
    while (*known && strcmp(*known, name))
        known++;
    return *known;
}

/* A subject of one shipped model is no subject of another. */
static enum osw_status apply_model(struct builder *b, const struct osw_yaml *node)
{
    const char *stated = NULL, *name = b->r->model->name;
    enum osw_status status = osw_reader_text(b->r, node, "model", &stated);
    if (status || !stated || !strcmp(stated, name) || !is_shipped(name))
        return status;
    return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, osw_yaml_find(node, "model")->at,
                         "this subject is of the model %s, and the scenario's is %s",
                         stated, name);
}

static enum osw_status apply(struct builder *b, const struct osw_yaml *node)
{
    enum osw_status status = apply_model(b, node);
    for (const struct osw_yaml *c = node->first; c; c = c->next) {
        if (is_reserved(c->key))
            continue;
        osw_reader_keep(&status, is_input(b->r->model, c->key)
                                     ? assign(b, c, OSW_NAME_INPUT, "input")
                                     : unknown_key(b, c));
    }
    osw_reader_keep(&status, apply_parameters(b, node));
    const char *unused = NULL;
    osw_reader_keep(&status, osw_reader_text(b->r, node, "title", &unused));
    const struct osw_yaml *history = osw_yaml_find(node, "history");
    const struct osw_yaml *match = osw_yaml_find(node, "match");
    b->history = history ? history : b->history;
    b->match = match ? match : b->match;
    return status;
}

static enum osw_status history_from(struct builder *b, const struct osw_yaml *from)
{
    struct osw_life *life = &b->subject->life;
    double days;
    enum osw_status status = osw_quantity_time(b->r, from, "history from", &days);
    if (status)
        return status;
    if (isnan(life->age_y))
        return days == 0 ? OSW_OK
                         : osw_diag_fail(b->r->diag, OSW_ERR_INPUT, from->at,
                                         "history from: is an age, and model '%s' knows "
                                         "none (it has no parameter 'age0')",
                                         b->r->model->name);
    double from_y = osw_unit_convert(days, b->r->day, b->r->year);
    if (from_y < 0)
        return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, from->at,
                             "history from: '%s' is negative: expected an age",
                             from->text);
    if (from_y > life->age_y)
        return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, from->at,
                             "history from: %.6g year is after the age of %.6g year at "
                             "time 0",
                             from_y, life->age_y);
    life->t_start = osw_unit_convert(from_y - life->age_y, b->r->year, b->r->day);
    return OSW_OK;
}

static enum osw_status history_settle(struct builder *b, const struct osw_yaml *settle)
{
    double days;
    enum osw_status status = osw_quantity_time(b->r, settle, "history settle", &days);
    if (status)
        return status;
    if (days < 0)
        return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, settle->at,
                             "history settle: '%s' is negative", settle->text);
    b->subject->life.t_start = -days;
    b->subject->life.settle_frozen = true;
    return OSW_OK;
}

static double nominal_of(const struct osw_model *m, const char *id, double or_else)
{
    int j = osw_model_param(m, id);
    return j < 0 ? or_else : m->params[j].nominal;
}

static const double life_begins_y = 20;

/* A model of people: its nominal age is an adult's, and its clock runs. */
static bool lives_from_20(const struct builder *b)
{
    const struct osw_model *m = b->r->model;
    int age0 = osw_model_param(m, "age0");
    if (age0 < 0 || nominal_of(m, "clock_", 1) == 0)
        return false;
    double nominal = m->params[age0].nominal;
    if (m->params[age0].unit)
        nominal = osw_unit_convert(nominal, m->params[age0].unit, b->r->year);
    return nominal >= life_begins_y;
}

/* People live from 20 years (or from their age, when younger). A model of nominal age
 * below that lives from birth; one whose ageing clock stands still (a dish) begins
 * settled, at time 0. */
static void default_history(struct builder *b)
{
    const struct osw_model *m = b->r->model;
    struct osw_life *life = &b->subject->life;
    if (osw_model_param(m, "age0") < 0 || nominal_of(m, "clock_", 1) == 0)
        return;
    double from_y = lives_from_20(b) ? life_begins_y : 0;
    if (life->age_y > from_y)
        life->t_start = osw_unit_convert(from_y - life->age_y, b->r->year, b->r->day);
}

static enum osw_status apply_history(struct builder *b)
{
    static const char *const known[] = {"from", "settle"};
    if (!b->history) {
        default_history(b);
        return OSW_OK;
    }
    enum osw_status status = osw_reader_mapping(b->r, b->history, "history");
    if (!status)
        status = osw_yaml_keys(b->history, known, 2, b->r->diag);
    if (status)
        return status;
    const struct osw_yaml *from = osw_yaml_find(b->history, "from");
    const struct osw_yaml *settle = osw_yaml_find(b->history, "settle");
    if (!from == !settle)
        return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, b->history->at,
                             "history: expected one of {from: AGE} and {settle: TIME}");
    return from ? history_from(b, from) : history_settle(b, settle);
}

/* The parameter that `by` names, directly or through an input of one quantity; or -1. */
static int match_parameter(const struct osw_model *model, const char *name)
{
    int j = osw_model_param(model, name);
    const struct osw_input *input = j < 0 ? osw_model_input(model, name) : NULL;
    if (input && input->n_targets == 1 && !input->targets[0].words &&
        !input->targets[0].terms)
        j = input->targets[0].param;
    return j;
}

static enum osw_status match_by(struct builder *b, const struct osw_yaml *by)
{
    enum osw_status status = osw_reader_scalar(b->r, by, "match by");
    if (status)
        return status;
    int j = match_parameter(b->r->model, by->text);
    if (j < 0)
        return osw_reader_unknown(b->r, OSW_ERR_INPUT, by->at, "parameter", by->text,
                                  OSW_NAME_PARAM, NULL, 0);
    b->subject->life.match_param = j;
    return OSW_OK;
}

static enum osw_status match_output(struct builder *b, const struct osw_yaml *value)
{
    const struct osw_model *m = b->r->model;
    struct osw_life *life = &b->subject->life;
    int i = osw_model_output(m, value->key);
    if (i < 0)
        return osw_reader_unknown(b->r, OSW_ERR_INPUT, value->key_at, "output",
                                  value->key, OSW_NAME_OUTPUT, NULL, 0);
    enum osw_status status = osw_reader_scalar(b->r, value, value->key);
    if (!status)
        status =
            osw_quantity_in(b->r, value->text, value->at, value->key, m->outputs[i].unit,
                            m->outputs[i].unit_text, &life->match_value);
    if (status)
        return status;
    life->match_output = i;
    life->match_at = value->at;
    return OSW_OK;
}

static enum osw_status apply_match(struct builder *b)
{
    if (!b->match)
        return OSW_OK;
    enum osw_status status = osw_reader_mapping(b->r, b->match, "match");
    if (status)
        return status;
    const struct osw_yaml *by = osw_yaml_find(b->match, "by");
    if (!by || b->match->n != 2)
        return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, b->match->at,
                             "match: expected {OUTPUT: VALUE, by: PARAMETER}");
    osw_reader_keep(&status, match_by(b, by));
    osw_reader_keep(&status,
                    match_output(b, by == b->match->first ? by->next : b->match->first));
    return status;
}

static enum osw_status settings_spare_match(struct builder *b,
                                            const struct osw_assignment *settings)
{
    const struct osw_life *life = &b->subject->life;
    for (const struct osw_assignment *a = settings; a && life->match_output >= 0;
         a = a->next)
        if (a->kind == OSW_SETTING_PARAM && a->index == life->match_param)
            return osw_diag_fail(b->r->diag, OSW_ERR_USAGE, a->at,
                                 "parameter '%s' is found by match and cannot be set",
                                 b->r->model->params[a->index].id);
    return OSW_OK;
}

static enum osw_status subject_init(struct builder *b)
{
    const struct osw_model *m = b->r->model;
    int n = m->kernel->n_params;
    b->params = osw_arena_alloc(b->r->arena, (size_t)n, sizeof *b->params);
    b->given = osw_arena_alloc(b->r->arena, (size_t)n, 1);
    if (!b->params || !b->given)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < n; j++)
        b->params[j] = m->params[j].nominal;
    *b->subject = (struct osw_subject){.life = {.name = "nominal",
                                                .age_y = NAN,
                                                .params = b->params,
                                                .given = b->given,
                                                .match_output = -1,
                                                .match_param = -1,
                                                .match_value = NAN},
                                       .weight_kg = NAN};
    return osw_onsets_init(&b->onsets, b->r);
}

/* What the finished parameters say about age and weight. */
static void derive(struct builder *b)
{
    const struct osw_model *m = b->r->model;
    int age0 = osw_model_param(m, "age0"), weight = osw_model_param(m, "weight");
    if (age0 >= 0)
        b->subject->life.age_y =
            m->params[age0].unit && osw_unit_convertible(m->params[age0].unit, b->r->year)
                ? osw_unit_convert(b->params[age0], m->params[age0].unit, b->r->year)
                : b->params[age0];
    if (weight >= 0)
        b->subject->weight_kg =
            m->params[weight].unit &&
                    osw_unit_convertible(m->params[weight].unit, b->r->kg)
                ? osw_unit_convert(b->params[weight], m->params[weight].unit, b->r->kg)
                : b->params[weight];
}

/* Where people live from 20 years on, the model was made for adults. */
static void warn_of_age(struct builder *b)
{
    const double adult_y = 18, oldest_y = 100;
    const struct osw_life *life = &b->subject->life;
    if (!lives_from_20(b) || (life->age_y >= adult_y && life->age_y <= oldest_y))
        return;
    osw_diag_add(b->r->diag, OSW_WARNING,
                 b->onsets.age ? b->onsets.age->at : (struct osw_loc){0},
                 "an age of %.6g year is outside of what the model was made for (%.0f to "
                 "%.0f years)",
                 life->age_y, adult_y, oldest_y);
}

static const char *subject_name(const struct osw_yaml *node)
{
    if (node->kind == OSW_YAML_SCALAR)
        return node->text;
    const struct osw_yaml *parent = osw_yaml_find(node, "extends");
    return parent && parent->kind == OSW_YAML_SCALAR ? parent->text : "inline";
}

static enum osw_status resolve(struct builder *b, const struct chain *chain,
                               const struct osw_assignment *settings)
{
    enum osw_status status = OSW_OK;
    for (int i = chain->n; i-- > 0;) {
        b->named = i > 0;
        osw_reader_keep(&status, apply(b, chain->node[i]));
    }
    osw_onsets_expect(&b->onsets, b->r, b->params);
    osw_setting_apply(settings, b->params, b->given, &b->subject->weight_kg);
    osw_onsets_note(&b->onsets, b->r, settings, false);
    derive(b);
    if (!status)
        status = osw_onsets_settle(&b->onsets, b->r, b->params, &b->subject->life);
    if (!status) {
        warn_of_age(b);
        osw_reader_keep(&status, apply_history(b));
        osw_reader_keep(&status, apply_match(b));
    }
    return status ? status : settings_spare_match(b, settings);
}

/* A chain that failed is marked as a whole: arms that share a part of it stay quiet. */
enum osw_status osw_subject_load(struct osw_reader *r, const struct osw_yaml *node,
                                 const char *beside,
                                 const struct osw_assignment *settings,
                                 struct osw_subject *subject)
{
    struct builder b = {.r = r, .subject = subject};
    struct chain chain = {.n = 0};
    if (node && osw_reader_failed_before(r, node))
        return OSW_ERR_INPUT;
    enum osw_status status = subject_init(&b);
    if (!status && node) {
        subject->life.name = subject_name(node);
        status = collect(r, node, beside, &chain);
    }
    if (!status)
        status = resolve(&b, &chain, settings);
    if (status && node)
        osw_reader_mark_failed(r, node);
    for (int i = 0; status && i < chain.n; i++)
        osw_reader_mark_failed(r, chain.node[i]);
    return status;
}

static bool same_ties(const struct osw_life *a, const struct osw_life *b)
{
    bool same = a->n_ties == b->n_ties;
    for (int i = 0; same && i < a->n_ties; i++)
        same = a->ties[i].param == b->ties[i].param &&
               a->ties[i].target == b->ties[i].target;
    return same;
}

bool osw_subject_same_life(const struct osw_model *model, const struct osw_life *a,
                           const struct osw_life *b)
{
    size_t n = (size_t)model->kernel->n_params;
    return a->t_start == b->t_start && a->settle_frozen == b->settle_frozen &&
           a->match_output == b->match_output && a->match_param == b->match_param &&
           (a->match_output < 0 || a->match_value == b->match_value) && same_ties(a, b) &&
           !memcmp(a->params, b->params, n * sizeof *a->params) &&
           !memcmp(a->given, b->given, n);
}
