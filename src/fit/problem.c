/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/read.h"
#include "scenario/quantity.h"

#include <math.h>
#include <string.h>

enum { MOST_STARTS = 1000, MOST_ITERATIONS = 10000 };

enum osw_status osw_fit_unknown(const struct osw_fit_reader *r, struct osw_loc at,
                                const char *kind, const char *name,
                                const char *const *names, size_t n)
{
    const char *closest = osw_diag_closest(name, names, n);
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, at, "unknown %s '%s'%s%s%s", kind, name,
                         closest ? " (did you mean '" : "", closest ? closest : "",
                         closest ? "'?)" : "");
}

enum osw_status osw_fit_positive(const struct osw_fit_reader *r,
                                 const struct osw_yaml *mapping, const char *key,
                                 double *value)
{
    const struct osw_yaml *node = osw_yaml_find(mapping, key);
    if (!node)
        return OSW_OK;
    const char *end =
        node->kind == OSW_YAML_SCALAR ? osw_quantity_number(node->text, value) : NULL;
    if (end && !*end && *value > 0 && isfinite(*value))
        return OSW_OK;
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                         "%s: expected a number above 0, found '%.80s'", key,
                         node->text ? node->text : "a list or mapping");
}

/* A whole number from low to high. */
static enum osw_status read_whole(const struct osw_fit_reader *r, const char *key,
                                  double low, double high, double *value)
{
    const struct osw_yaml *node = osw_yaml_find(r->root, key);
    if (!node)
        return OSW_OK;
    const char *end =
        node->kind == OSW_YAML_SCALAR ? osw_quantity_number(node->text, value) : NULL;
    if (end && !*end && *value == floor(*value) && *value >= low && *value <= high)
        return OSW_OK;
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                         "%s: expected a whole number from %.0f to %.0f, found '%.80s'",
                         key, low, high, node->text ? node->text : "a list or mapping");
}

static enum osw_status read_title(const struct osw_fit_reader *r)
{
    const struct osw_yaml *node = osw_yaml_find(r->root, "title");
    if (node && node->kind != OSW_YAML_SCALAR)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "title: expected one line of text");
    if (node)
        r->problem->title = node->text;
    return OSW_OK;
}

static enum osw_status read_settings(const struct osw_fit_reader *r)
{
    struct osw_fit_problem *p = r->problem;
    double starts = 1, seed = 1, iterations = 50, tolerance = 1e-4, rtol = 1e-6;
    enum osw_status status = read_title(r);
    if (!status)
        status = read_whole(r, "starts", 1, MOST_STARTS, &starts);
    if (!status)
        status = read_whole(r, "seed", 0, 9007199254740992.0, &seed);
    if (!status)
        status = read_whole(r, "iterations", 1, MOST_ITERATIONS, &iterations);
    if (!status)
        status = osw_fit_positive(r, r->root, "tolerance", &tolerance);
    if (!status)
        status = osw_fit_positive(r, r->root, "rtol", &rtol);
    if (!status && (rtol < 1e-12 || rtol > 1e-2))
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, osw_yaml_find(r->root, "rtol")->at,
                               "rtol: expected 1e-12 to 1e-2, found %g", rtol);
    p->starts = (int)starts;
    p->seed = (uint64_t)seed;
    p->iterations = (int)iterations;
    p->tolerance = tolerance;
    p->rtol = rtol;
    return status;
}

static enum osw_status read_root(struct osw_fit_reader *r)
{
    static const char *const known[] = {
        "title", "note", "evidence",   "rows",      "measurements", "parameters",
        "seed",  "rtol", "iterations", "tolerance", "prior_sd",     "starts"};
    if (r->root->kind != OSW_YAML_MAPPING)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, r->root->at,
                             "a problem: expected keys such as rows, measurements, "
                             "parameters");
    enum osw_status status =
        osw_yaml_keys(r->root, known, sizeof known / sizeof *known, r->diag);
    if (!status)
        status = read_settings(r);
    if (!status)
        status = osw_fit_observations(r);
    return status ? status : osw_fit_parameters(r);
}

static enum osw_status load(const char *name, struct osw_fit_problem *problem,
                            struct osw_diag *diag)
{
    struct osw_fit_reader r = {.problem = problem, .diag = diag};
    enum osw_status status =
        osw_file_find("fit", name, ".yaml", NULL, (struct osw_loc){0}, problem->arena,
                      diag, &problem->path);
    if (!status)
        status = osw_yaml_read(problem->path, problem->arena, diag, &r.root);
    return status ? status : read_root(&r);
}

enum osw_status osw_fit_problem_load(const char *name_or_path, struct osw_diag *diag,
                                     struct osw_fit_problem **problem)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_fit_problem *made = arena ? osw_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        osw_arena_destroy(arena);
        return OSW_ERR_MEMORY;
    }
    *made = (struct osw_fit_problem){.arena = arena, .title = ""};
    enum osw_status status = load(name_or_path, made, diag);
    if (status)
        osw_fit_problem_destroy(made);
    else
        *problem = made;
    return status;
}

void osw_fit_problem_destroy(struct osw_fit_problem *problem)
{
    if (!problem)
        return;
    for (int s = 0; s < problem->n_sources; s++)
        osw_evidence_destroy(problem->sources[s]);
    osw_arena_destroy(problem->arena);
}

bool osw_fit_left_out(const struct osw_fit_problem *problem, int source, int row)
{
    for (int i = 0; i < problem->n_data; i++)
        if (problem->data[i].source == source && problem->data[i].row == row)
            return false;
    return true;
}
