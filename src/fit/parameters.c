/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which parameters are estimated: those named, or all that the tables of the models call
 * calibrated. A parameter is a row of a table: models that share the row (common.tsv)
 * move together, a model with a row of its own does not. */
#include "design/distribution.h"
#include "fit/read.h"
#include "scenario/quantity.h"

#include <math.h>
#include <string.h>

enum { MOST_PARAMETERS = 500 };

/* Each model that the observations need, once a study; stops at NULL. */
static const struct osw_model *model_of(const struct osw_fit_problem *p, int i)
{
    for (int s = 0; s < p->n_sources; s++) {
        if (i < p->sources[s]->n_studies)
            return p->sources[s]->studies[i].plan->model;
        i -= p->sources[s]->n_studies;
    }
    return NULL;
}

static bool is_taken(const struct osw_fit_problem *p, const struct osw_parameter *row)
{
    for (int k = 0; k < p->n_params; k++) {
        const struct osw_parameter *other = p->params[k].row;
        if (!strcmp(other->id, row->id) && !strcmp(other->at.file, row->at.file))
            return true;
    }
    return false;
}

static void prior_of(const struct osw_parameter *row, struct osw_fit_parameter *q)
{
    q->prior_mean = log(row->nominal);
    q->prior_sd = INFINITY;
    if (!strcmp(row->prior, "log-normal") && row->prior_parameter[1] > 0) {
        q->prior_mean = row->prior_parameter[0];
        q->prior_sd = row->prior_parameter[1];
    }
}

/* A study some of whose doses are made from the body weight? */
static bool weighs(const struct osw_fit_problem *p)
{
    for (int s = 0; s < p->n_sources; s++)
        for (int i = 0; i < p->sources[s]->n_studies; i++) {
            const struct osw_plan *plan = p->sources[s]->studies[i].plan;
            for (int a = 0; a < plan->n_arms; a++)
                if (plan->arms[a].weighs)
                    return true;
        }
    return false;
}

/* Bounds that cut the prior are said. */
static void tell_cut(const struct osw_fit_reader *r, struct osw_loc at,
                     const struct osw_fit_parameter *q)
{
    const struct osw_distribution prior = {OSW_LOG_NORMAL, q->prior_mean, q->prior_sd,
                                           q->lower, q->upper};
    if (!isfinite(q->prior_sd) || osw_distribution_fault(&prior) ||
        !osw_distribution_is_cut(&prior))
        return;
    osw_diag_add(
        r->diag, OSW_WARNING, at,
        "parameter '%s': its bounds, %g to %g, cut its prior: standard deviation "
        "of the logarithm %.4g asked, %.4g left",
        q->row->id, q->lower, q->upper, q->prior_sd,
        osw_distribution_spread(&prior).left);
}

/* A table's bound of 0 lets a mechanism be taken out; on the logarithm it lies infinitely
 * far, and six standard deviations below the prior's mean stand for it. */
static void bound_below(struct osw_fit_parameter *q)
{
    const double far = 6;
    if (q->lower == 0 && isfinite(q->prior_sd))
        q->lower = fmin(exp(q->prior_mean - far * q->prior_sd), q->row->nominal);
}

/* `at` is where the parameter was asked for; {0}: by its status. */
static enum osw_status check(const struct osw_fit_reader *r, struct osw_loc at,
                             struct osw_fit_parameter *q)
{
    const struct osw_parameter *row = q->row;
    bound_below(q);
    if (!at.file)
        at = row->at;
    if (!(q->lower > 0 && q->lower < q->upper && isfinite(q->upper)))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "parameter '%s': a fit works on the logarithm, within "
                             "bounds 0 < min < max; found %g to %g",
                             row->id, q->lower, q->upper);
    if (!strcmp(row->id, "weight") && weighs(r->problem))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "parameter 'weight' cannot be fitted: a scenario doses by "
                             "the body weight");
    if (row->nominal >= q->lower && row->nominal <= q->upper) {
        tell_cut(r, at, q);
        return OSW_OK;
    }
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                         "parameter '%s': its value %g is outside its bounds %g to %g",
                         row->id, row->nominal, q->lower, q->upper);
}

static enum osw_status add(struct osw_fit_reader *r, const struct osw_parameter *row,
                           struct osw_loc at)
{
    struct osw_fit_problem *p = r->problem;
    struct osw_fit_parameter *q = &p->params[p->n_params];
    if (p->n_params == MOST_PARAMETERS)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at, "more than %d parameters",
                             MOST_PARAMETERS);
    *q = (struct osw_fit_parameter){.row = row, .lower = row->lower, .upper = row->upper};
    prior_of(row, q);
    enum osw_status status = osw_fit_positive(r, r->root, "prior_sd", &q->prior_sd);
    p->n_params += !status;
    return status;
}

static enum osw_status add_calibrated(struct osw_fit_reader *r)
{
    const struct osw_model *model;
    const struct osw_loc nowhere = {0};
    enum osw_status status = OSW_OK;
    for (int i = 0; (model = model_of(r->problem, i)); i++)
        for (int j = 0; j < model->kernel->n_params && !status; j++) {
            const struct osw_parameter *row = &model->params[j];
            if (strcmp(row->status, "calibrated") != 0 || is_taken(r->problem, row))
                continue;
            status = add(r, row, nowhere);
            if (!status)
                status = check(r, nowhere, &r->problem->params[r->problem->n_params - 1]);
        }
    return status;
}

static enum osw_status no_such_parameter(const struct osw_fit_reader *r, const char *name,
                                         struct osw_loc at)
{
    const struct osw_model *model = model_of(r->problem, 0);
    int n = model->kernel->n_params;
    const char **names = osw_arena_alloc(r->problem->arena, (size_t)n, sizeof *names);
    if (!names)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < n; j++)
        names[j] = model->params[j].id;
    return osw_fit_unknown(r, at, "parameter", name, names, (size_t)n);
}

/* The first model that has it says which row is meant. */
static enum osw_status add_named(struct osw_fit_reader *r, const char *name,
                                 struct osw_loc at)
{
    const struct osw_model *model;
    int j = -1;
    for (int i = 0; j < 0 && (model = model_of(r->problem, i)); i++)
        j = osw_model_param(model, name);
    if (j < 0)
        return no_such_parameter(r, name, at);
    if (is_taken(r->problem, &model->params[j]))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at, "parameter '%s' stands twice",
                             name);
    return add(r, &model->params[j], at);
}

static enum osw_status read_settings(struct osw_fit_reader *r,
                                     const struct osw_yaml *node,
                                     struct osw_fit_parameter *q)
{
    static const char *const known[] = {"min", "max", "prior_sd", "prior"};
    bool empty = node->kind == OSW_YAML_SCALAR && !*node->text;
    if (!empty && node->kind != OSW_YAML_MAPPING)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "%s: expected settings such as {min: 0.1, max: 10, "
                             "prior_sd: 0.3}, or nothing",
                             node->key);
    if (empty)
        return OSW_OK;
    const struct osw_yaml *prior = osw_yaml_find(node, "prior");
    enum osw_status status =
        osw_yaml_keys(node, known, sizeof known / sizeof *known, r->diag);
    if (!status)
        status = osw_fit_positive(r, node, "min", &q->lower);
    if (!status)
        status = osw_fit_positive(r, node, "max", &q->upper);
    if (!status)
        status = osw_fit_positive(r, node, "prior_sd", &q->prior_sd);
    if (status || !prior)
        return status;
    if (!prior->text || strcmp(prior->text, "none") != 0)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, prior->at,
                             "prior: expected none; without the key it is the table's");
    q->prior_sd = INFINITY;
    return OSW_OK;
}

static enum osw_status add_listed(struct osw_fit_reader *r, const struct osw_yaml *list)
{
    enum osw_status status = OSW_OK;
    if (list->kind == OSW_YAML_SCALAR || !list->n)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, list->at,
                             "parameters: expected names, as in {K_M: {min: 0.2, max: "
                             "1}} or [K_M]; without the key, all calibrated ones");
    for (const struct osw_yaml *node = list->first; node; node = node->next) {
        bool keyed = node->key != NULL;
        struct osw_loc at = keyed ? node->key_at : node->at;
        const char *name = keyed ? node->key : node->text ? node->text : "";
        enum osw_status one = add_named(r, name, at);
        struct osw_fit_parameter *q = r->problem->params;
        q += one ? 0 : r->problem->n_params - 1;
        if (!one && keyed)
            one = read_settings(r, node, q);
        if (!one)
            one = check(r, at, q);
        status = status ? status : one;
    }
    return status;
}

enum osw_status osw_fit_parameters(struct osw_fit_reader *r)
{
    struct osw_fit_problem *p = r->problem;
    const struct osw_yaml *list = osw_yaml_find(r->root, "parameters");
    p->params = osw_arena_alloc(p->arena, MOST_PARAMETERS, sizeof *p->params);
    if (!p->params)
        return OSW_ERR_MEMORY;
    enum osw_status status = list ? add_listed(r, list) : add_calibrated(r);
    if (!status && !p->n_params)
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, r->root->at,
                               "no parameter of these models is called calibrated: "
                               "name some under 'parameters'");
    return status;
}
