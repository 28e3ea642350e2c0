/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "design/factor.h"
#include "scenario/quantity.h"

#include <math.h>
#include <string.h>

enum { DEFAULT_LEVELS = 5, MOST_LEVELS = 1000000 };

int osw_factor_find(const struct osw_design *design, const char *name)
{
    for (int j = 0; j < design->n_factors; j++)
        if (!strcmp(design->factors[j].name, name))
            return j;
    return -1;
}

enum osw_status osw_factor_named(struct osw_reader *r, const struct osw_design *design,
                                 const struct osw_yaml *node, int *factor)
{
    enum osw_status status = osw_reader_scalar(r, node, "factor");
    if (status)
        return status;
    *factor = osw_factor_find(design, node->text);
    if (*factor >= 0)
        return OSW_OK;
    const char **names =
        osw_arena_alloc(r->arena, (size_t)design->n_factors, sizeof *names);
    if (!names)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < design->n_factors; j++)
        names[j] = design->factors[j].name;
    return osw_reader_unknown(r, OSW_ERR_INPUT, node->at, "factor", node->text, 0, names,
                              (size_t)design->n_factors);
}

/* Parameter j takes the value times `scaling`; the factor keeps within its bounds. */
static void add_target(const struct osw_model *model, struct osw_factor *f, int *target,
                       double *scaling, int j, double scale)
{
    const struct osw_parameter *p = &model->params[j];
    target[f->n_targets] = j;
    scaling[f->n_targets++] = scale;
    f->distribution.lower = fmax(f->distribution.lower, p->lower / scale);
    f->distribution.upper = fmin(f->distribution.upper, p->upper / scale);
}

static enum osw_status bind_input(struct osw_reader *r, const struct osw_input *input,
                                  struct osw_loc at, struct osw_factor *f, int *target,
                                  double *scaling)
{
    for (int k = 0; k < input->n_targets; k++) {
        const struct osw_input_target *t = &input->targets[k];
        const struct osw_parameter *p = &r->model->params[t->param];
        if (t->terms)
            return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                                 "input '%s' counts back from the age: vary '%s' instead",
                                 input->id, p->id);
        if (t->words)
            return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                                 "input '%s' takes a word or also switches '%s' on: vary "
                                 "the parameters behind it instead",
                                 input->id, p->id);
        add_target(r->model, f, target, scaling, t->param,
                   osw_unit_convert(1, t->unit, p->unit));
    }
    f->unit_text = input->unit_text;
    return OSW_OK;
}

/* Find what the name means: an input or a parameter. */
static enum osw_status bind(struct osw_reader *r, const char *name, struct osw_loc at,
                            struct osw_factor *f)
{
    const struct osw_input *input = osw_model_input(r->model, name);
    int j = osw_model_param(r->model, name);
    if (!input && j < 0)
        return osw_reader_unknown(r, OSW_ERR_INPUT, at, "input or parameter", name,
                                  OSW_NAME_INPUT | OSW_NAME_PARAM, NULL, 0);
    size_t n = input ? (size_t)input->n_targets : 1;
    int *target = osw_arena_alloc(r->arena, n, sizeof *target);
    double *scaling = osw_arena_alloc(r->arena, n, sizeof *scaling);
    if (!target || !scaling)
        return OSW_ERR_MEMORY;
    *f = (struct osw_factor){.name = name,
                             .target = target,
                             .scaling = scaling,
                             .levels = DEFAULT_LEVELS,
                             .distribution = {.lower = -INFINITY, .upper = INFINITY}};
    if (input)
        return bind_input(r, input, at, f, target, scaling);
    add_target(r->model, f, target, scaling, j, 1);
    f->unit_text = r->model->params[j].unit_text;
    return OSW_OK;
}

/* A bare number is in the factor's unit; else a quantity. */
static enum osw_status read_value(struct osw_reader *r, const struct osw_yaml *node,
                                  const char *what, const struct osw_factor *f,
                                  double *value)
{
    enum osw_status status = osw_reader_scalar(r, node, what);
    if (status)
        return status;
    const char *end = osw_quantity_number(node->text, value);
    if (end && !*end && isfinite(*value))
        return OSW_OK;
    const struct osw_unit *unit = osw_units_parse(r->model->units, f->unit_text);
    return unit
               ? osw_quantity_in(r, node->text, node->at, what, unit, f->unit_text, value)
               : OSW_ERR_MEMORY;
}

static enum osw_status read_kind(struct osw_reader *r, const struct osw_yaml *node,
                                 enum osw_distribution_kind *kind)
{
    enum osw_status status = osw_reader_scalar(r, node, "distribution");
    if (status)
        return status;
    size_t n = 0;
    for (; osw_distribution_names[n]; n++) {
        if (!strcmp(osw_distribution_names[n], node->text)) {
            *kind = (enum osw_distribution_kind)n;
            return OSW_OK;
        }
    }
    return osw_reader_unknown(r, OSW_ERR_INPUT, node->at, "distribution", node->text, 0,
                              osw_distribution_names, n);
}

/* Means and spreads of logarithms are plain numbers, all else is in the factor's unit. */
static enum osw_status read_parameters(struct osw_reader *r, const struct osw_yaml *node,
                                       struct osw_factor *f)
{
    struct osw_distribution *d = &f->distribution;
    enum osw_status status = osw_reader_sequence(r, node, "parameters");
    if (status)
        return status;
    if (node->n != 2)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "parameters: %s takes 2, found %zu",
                             osw_distribution_names[d->kind], node->n);
    const struct osw_factor plain = {.unit_text = "1"};
    const struct osw_factor *unit = d->kind == OSW_LOG_NORMAL ? &plain : f;
    status = read_value(r, node->first, "parameters", unit, &d->a);
    return status ? status : read_value(r, node->first->next, "parameters", unit, &d->b);
}

/* `min` and `max`: the ends of a uniform distribution, the truncation of another. */
static enum osw_status read_ends(struct osw_reader *r, const struct osw_yaml *node,
                                 struct osw_factor *f, bool ends)
{
    const struct osw_yaml *min = osw_yaml_find(node, "min"),
                          *max = osw_yaml_find(node, "max");
    double low = f->distribution.lower, high = f->distribution.upper;
    enum osw_status status = OSW_OK;
    if (min)
        status = read_value(r, min, "min", f, &low);
    if (!status && max)
        status = read_value(r, max, "max", f, &high);
    if (status)
        return status;
    if (low < f->distribution.lower || high > f->distribution.upper)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, (min ? min : max)->at,
                             "%s: expected ends within the bounds of the parameter "
                             "table, %.6g to %.6g %s",
                             f->name, f->distribution.lower, f->distribution.upper,
                             f->unit_text);
    if (ends) {
        f->distribution.a = low;
        f->distribution.b = high;
    }
    f->distribution.lower = low;
    f->distribution.upper = high;
    return OSW_OK;
}

/* No distribution given: the table's prior, or uniform between the table's bounds. */
static enum osw_status by_table(struct osw_reader *r, const struct osw_yaml *node,
                                struct osw_factor *f)
{
    struct osw_distribution *d = &f->distribution;
    const struct osw_parameter *p = &r->model->params[f->target[0]];
    bool one = f->n_targets == 1 && f->scaling[0] == 1 && *p->prior;
    for (int k = 0; one && osw_distribution_names[k]; k++) {
        if (strcmp(osw_distribution_names[k], p->prior))
            continue;
        d->kind = (enum osw_distribution_kind)k;
        d->a = p->prior_parameter[0];
        d->b = p->prior_parameter[1];
        return OSW_OK;
    }
    d->kind = OSW_UNIFORM;
    d->a = d->lower;
    d->b = d->upper;
    if (isfinite(d->a) && isfinite(d->b))
        return OSW_OK;
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->key_at,
                         "'%s' has neither a prior that can be drawn from nor two bounds "
                         "in its table: expected {min: …, max: …} or {distribution: …, "
                         "parameters: […]}",
                         f->name);
}

static enum osw_status read_levels(struct osw_reader *r, const struct osw_yaml *node,
                                   struct osw_factor *f)
{
    double value;
    const char *end =
        node->kind == OSW_YAML_SCALAR ? osw_quantity_number(node->text, &value) : NULL;
    if (!end || *end || value != floor(value) || value < 1 || value > MOST_LEVELS)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "levels: expected a whole number from 1 to %d", MOST_LEVELS);
    f->levels = (int)value;
    return OSW_OK;
}

/* from: start. What a subject is from birth on cannot begin then. */
static enum osw_status read_from(struct osw_reader *r, const struct osw_yaml *node,
                                 struct osw_factor *f)
{
    enum osw_status status = osw_reader_scalar(r, node, "from");
    if (status)
        return status;
    if (strcmp(node->text, "start") != 0)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "from: expected start, when the scenario begins (without "
                             "the key: the whole life), found '%.80s'",
                             node->text);
    const int whole_life[] = {osw_model_param(r->model, "age0"),
                              osw_model_param(r->model, "weight")};
    for (int k = 0; k < f->n_targets; k++)
        if (f->target[k] == whole_life[0] || f->target[k] == whole_life[1])
            return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                                 "from: '%s' belongs to the subject and cannot change "
                                 "at the start",
                                 f->name);
    f->from_start = true;
    return OSW_OK;
}

static enum osw_status
read_distribution(struct osw_reader *r, const struct osw_yaml *node, struct osw_factor *f)
{
    const struct osw_yaml *kind = osw_yaml_find(node, "distribution"),
                          *parameters = osw_yaml_find(node, "parameters");
    bool ends = osw_yaml_find(node, "min") || osw_yaml_find(node, "max");
    enum osw_status status = OSW_OK;
    if (kind)
        status = read_kind(r, kind, &f->distribution.kind);
    if (!status && parameters && !kind)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, parameters->at,
                             "parameters: of which distribution?");
    if (!status && parameters)
        status = read_parameters(r, parameters, f);
    if (!status && ends)
        status = read_ends(r, node, f, !parameters);
    if (!status && kind && !parameters && !ends)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, kind->at,
                             "%s: expected parameters: [a, b]", f->name);
    return status || ends || kind ? status : by_table(r, node, f);
}

static enum osw_status check(struct osw_reader *r, struct osw_loc at,
                             const struct osw_factor *f)
{
    const char *fault = osw_distribution_fault(&f->distribution);
    if (!fault)
        return OSW_OK;
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                         "%s: %s distribution (%.6g, %.6g) between %.6g and %.6g %s: %s",
                         f->name, osw_distribution_names[f->distribution.kind],
                         f->distribution.a, f->distribution.b, f->distribution.lower,
                         f->distribution.upper, f->unit_text, fault);
}

static const char *spread_of(enum osw_distribution_kind kind)
{
    static const char *const names[] = {[OSW_UNIFORM] = "length",
                                        [OSW_LOG_UNIFORM] = "length of the logarithm",
                                        [OSW_NORMAL] = "standard deviation",
                                        [OSW_LOG_NORMAL] =
                                            "standard deviation of the logarithm"};
    return names[kind];
}

/* The table's bounds cut what was asked for: said; the design's own ends are meant. */
static void tell_cut(struct osw_reader *r, struct osw_loc at, const struct osw_factor *f)
{
    const struct osw_distribution *d = &f->distribution;
    const struct osw_spread s = osw_distribution_spread(d);
    if (osw_distribution_is_cut(d))
        osw_diag_add(r->diag, OSW_WARNING, at,
                     "%s: the bounds of the parameter table, %.6g to %.6g %s, cut the "
                     "distribution: %s %.4g asked, %.4g left",
                     f->name, d->lower, d->upper, f->unit_text, spread_of(d->kind),
                     s.asked, s.left);
}

static enum osw_status read_factor(struct osw_reader *r, const struct osw_yaml *node,
                                   struct osw_factor *f)
{
    static const char *const known[] = {"distribution", "parameters", "min",
                                        "max",          "levels",     "from"};
    const struct osw_yaml *levels = NULL, *from = NULL;
    enum osw_status status = bind(r, node->key, node->key_at, f);
    bool empty = node->kind == OSW_YAML_SCALAR && !*node->text;
    if (!status && empty)
        status = by_table(r, node, f);
    else if (!status) {
        status = osw_reader_mapping(r, node, node->key);
        if (!status)
            status = osw_yaml_keys(node, known, sizeof known / sizeof *known, r->diag);
        if (!status)
            status = read_distribution(r, node, f);
        levels = status ? NULL : osw_yaml_find(node, "levels");
        from = status ? NULL : osw_yaml_find(node, "from");
    }
    if (from)
        status = read_from(r, from, f);
    if (!status && levels)
        status = read_levels(r, levels, f);
    if (!status)
        status = check(r, node->key_at, f);
    bool ends = !empty && (osw_yaml_find(node, "min") || osw_yaml_find(node, "max"));
    if (!status && !ends)
        tell_cut(r, node->key_at, f);
    return status;
}

struct all { /* every parameter of these statuses, log-normal around its value */
    const struct osw_yaml *statuses;
    double cv; /* coefficient of variation */
};

static enum osw_status read_all(struct osw_reader *r, const struct osw_yaml *node,
                                struct all *all)
{
    static const char *const known[] = {"status", "cv"};
    const char *end = NULL;
    enum osw_status status = osw_reader_mapping(r, node, "all");
    if (!status)
        status = osw_yaml_keys(node, known, 2, r->diag);
    if (status)
        return status;
    const struct osw_yaml *cv = osw_yaml_find(node, "cv");
    if (cv && cv->kind == OSW_YAML_SCALAR)
        end = osw_quantity_number(cv->text, &all->cv);
    if (!end || *end || !(all->cv > 0) || all->cv > 10)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, cv ? cv->at : node->at,
                             "all: expected a coefficient of variation above 0, as in "
                             "{status: [calibrated, assumed], cv: 0.3}");
    all->statuses = osw_yaml_find(node, "status");
    if (!all->statuses)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "all: missing key 'status', as in {status: [calibrated, "
                             "assumed], cv: 0.3}");
    return osw_reader_sequence(r, all->statuses, "status");
}

/* A value of 0 has no log-normal neighbourhood, an input belongs to the subject. */
static bool belongs(const struct all *all, const struct osw_parameter *p)
{
    for (const struct osw_yaml *c = all->statuses->first; c; c = c->next)
        if (c->kind == OSW_YAML_SCALAR && !strcmp(c->text, p->status))
            return p->nominal > 0 && p->lower < p->upper;
    return false;
}

/* Lives that find the parameter by a match. */
static int matches(const struct osw_design *design, int param)
{
    int n = 0;
    for (int i = 0; i < design->plan->n_lives; i++) {
        const struct osw_life *life = &design->plan->lives[i];
        n += life->match_output >= 0 && life->match_param == param;
    }
    return n;
}

/* The median is the table's value: log-normal with sigma^2 = ln(1 + CV^2). */
static enum osw_status add_all(struct osw_reader *r, const struct osw_yaml *node,
                               struct osw_design *design, struct osw_factor *factors)
{
    struct all all = {0};
    enum osw_status status = read_all(r, node, &all);
    double sigma = sqrt(log1p(all.cv * all.cv)), least = INFINITY;
    const struct osw_factor *worst = NULL;
    int n = 0, n_cut = 0;
    for (int j = 0; !status && j < r->model->kernel->n_params; j++) {
        const struct osw_parameter *p = &r->model->params[j];
        if (!belongs(&all, p) || osw_factor_find(design, p->id) >= 0 ||
            matches(design, j) == design->plan->n_lives)
            continue;
        struct osw_factor *f = &factors[design->n_factors];
        status = bind(r, p->id, node->at, f);
        f->distribution.kind = OSW_LOG_NORMAL;
        f->distribution.a = log(p->nominal);
        f->distribution.b = sigma;
        if (!status)
            status = check(r, node->at, f);
        design->n_factors++;
        n++;
        if (!status && osw_distribution_is_cut(&f->distribution)) {
            double left = osw_distribution_spread(&f->distribution).left;
            n_cut++;
            worst = left < least ? f : worst;
            least = fmin(least, left);
        }
    }
    if (!status && n_cut)
        osw_diag_add(r->diag, OSW_WARNING, node->at,
                     "all: the bounds of the parameter table cut the spread of %d of %d "
                     "parameters: cv %.4g asks for a standard deviation of the logarithm "
                     "of %.4g; %.4g is left to '%s', the least",
                     n_cut, n, all.cv, sigma, least, worst->name);
    return status;
}

static enum osw_status read_groups(struct osw_reader *r, const struct osw_yaml *node,
                                   struct osw_design *design, struct osw_factor *factors,
                                   const char **names)
{
    enum osw_status status = node ? osw_reader_mapping(r, node, "groups") : OSW_OK;
    for (int j = 0; j < design->n_factors; j++)
        factors[j].group = -1;
    const struct osw_yaml *first = node && !status ? node->first : NULL;
    for (const struct osw_yaml *g = first; g && !status; g = g->next) {
        status = osw_reader_sequence(r, g, g->key);
        const struct osw_yaml *member = status ? NULL : g->first;
        for (int j; member && !status; member = member->next) {
            status = osw_factor_named(r, design, member, &j);
            if (!status && factors[j].group >= 0)
                status = osw_diag_fail(r->diag, OSW_ERR_INPUT, member->at,
                                       "factor '%s' is in a group already", member->text);
            if (!status)
                factors[j].group = design->n_groups;
        }
        if (!status && !g->n)
            status = osw_diag_fail(r->diag, OSW_ERR_INPUT, g->at,
                                   "group '%s' has no factors", g->key);
        names[design->n_groups++] = g->key;
    }
    for (int j = 0; j < design->n_factors; j++) {
        if (factors[j].group >= 0)
            continue;
        names[design->n_groups] = factors[j].name;
        factors[j].group = design->n_groups++;
    }
    return status;
}

static bool weighs(const struct osw_design *design)
{
    for (int a = 0; a < design->plan->n_arms; a++)
        if (design->plan->arms[a].weighs)
            return true;
    return false;
}

/* A value that a match finds is not the design's; doses by weight are made before members
 * are. */
static enum osw_status check_scenario(struct osw_reader *r, struct osw_loc at,
                                      const struct osw_design *design,
                                      const struct osw_factor *f)
{
    const int weight = osw_model_param(r->model, "weight");
    for (int k = 0; k < f->n_targets; k++) {
        int n = matches(design, f->target[k]);
        if (n && (f->from_start || n == design->plan->n_lives))
            return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                                 "'%s' is found by the subject's match and cannot vary",
                                 f->name);
        if (f->target[k] == weight && weighs(design))
            return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                                 "'%s' cannot vary: the scenario doses by it", f->name);
    }
    return OSW_OK;
}

/* Two factors must not set one parameter: the later would win silently. */
static enum osw_status check_targets(struct osw_reader *r, struct osw_loc at,
                                     const struct osw_design *design)
{
    int n = r->model->kernel->n_params;
    int *owner = osw_arena_alloc(r->arena, (size_t)n, sizeof *owner); /* 1 + factor */
    if (!owner)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < design->n_factors; j++) {
        const struct osw_factor *f = &design->factors[j];
        enum osw_status status = check_scenario(r, at, design, f);
        if (status)
            return status;
        for (int k = 0; k < f->n_targets; k++) {
            int *mine = &owner[f->target[k]];
            if (*mine)
                return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                                     "'%s' and '%s' both set parameter '%s'",
                                     design->factors[*mine - 1].name, f->name,
                                     r->model->params[f->target[k]].id);
            *mine = 1 + j;
        }
    }
    return OSW_OK;
}

enum osw_status osw_factors_load(struct osw_reader *r, const struct osw_yaml *root,
                                 struct osw_design *design)
{
    const struct osw_yaml *list = osw_yaml_find(root, "parameters"),
                          *all = osw_yaml_find(root, "all"),
                          *groups = osw_yaml_find(root, "groups");
    if (!list && !all)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, root->at,
                             "nothing varies: expected parameters: {NAME: {min: …, max: "
                             "…}} or all: {status: […], cv: …}");
    enum osw_status status = list ? osw_reader_mapping(r, list, "parameters") : OSW_OK;
    size_t most = (size_t)r->model->kernel->n_params + (list ? list->n : 0);
    size_t most_groups = most + (groups ? groups->n : 0);
    struct osw_factor *factors = osw_arena_alloc(r->arena, most, sizeof *factors);
    const char **names = osw_arena_alloc(r->arena, most_groups, sizeof *names);
    if (!factors || !names)
        return OSW_ERR_MEMORY;
    design->factors = factors;
    design->groups = names;
    const struct osw_yaml *first = list && !status ? list->first : NULL;
    for (const struct osw_yaml *c = first; c; c = c->next)
        osw_reader_keep(&status, read_factor(r, c, &factors[design->n_factors++]));
    if (!status && all)
        status = add_all(r, all, design, factors);
    if (!status && !design->n_factors)
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, root->at, "nothing varies");
    if (!status)
        status = read_groups(r, groups, design, factors, names);
    return status ? status : check_targets(r, (list ? list : all)->at, design);
}
