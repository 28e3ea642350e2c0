/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads a design file: the scenario, the method and its size; factors and correlation
 * have files of their own. */
#include "design/correlation.h"
#include "design/factor.h"
#include "scenario/outputs.h"
#include "scenario/quantity.h"
#include "scenario/times.h"

#include <math.h>
#include <string.h>

enum { MOST_MORRIS_LEVELS = 1000, DEFAULT_MORRIS_LEVELS = 4 };

struct loader {
    struct osw_reader r;
    const struct osw_yaml *root;
    struct osw_design *design;
};

/* A whole number from low to high at `key`; *value stays when there is none. */
static enum osw_status read_whole(struct loader *l, const char *key, double low,
                                  double high, double *value)
{
    const struct osw_yaml *node = osw_yaml_find(l->root, key);
    if (!node)
        return OSW_OK;
    const char *end =
        node->kind == OSW_YAML_SCALAR ? osw_quantity_number(node->text, value) : NULL;
    if (end && !*end && *value == floor(*value) && *value >= low && *value <= high)
        return OSW_OK;
    return osw_diag_fail(l->r.diag, OSW_ERR_INPUT, node->at,
                         "%s: expected a whole number from %.0f to %.0f, found '%.80s'",
                         key, low, high, node->text ? node->text : "a list or mapping");
}

static enum osw_status read_flag(struct loader *l, const char *key, bool *value)
{
    const struct osw_yaml *node = osw_yaml_find(l->root, key);
    if (!node)
        return OSW_OK;
    bool scalar = node->kind == OSW_YAML_SCALAR;
    *value = scalar && !strcmp(node->text, "true");
    if (*value || (scalar && !strcmp(node->text, "false")))
        return OSW_OK;
    return osw_diag_fail(l->r.diag, OSW_ERR_INPUT, node->at, "%s: expected true or false",
                         key);
}

static enum osw_status read_method(struct loader *l)
{
    const struct osw_yaml *node = osw_yaml_find(l->root, "method");
    if (!node)
        return osw_diag_fail(l->r.diag, OSW_ERR_INPUT, l->root->at,
                             "missing key 'method', as in method: sobol");
    enum osw_status status = osw_reader_scalar(&l->r, node, "method");
    if (status)
        return status;
    const char *names[32];
    size_t n = 0;
    for (; osw_methods[n] && n < sizeof names / sizeof *names; n++) {
        names[n] = osw_methods[n]->name;
        if (!strcmp(names[n], node->text)) {
            l->design->method = osw_methods[n];
            return OSW_OK;
        }
    }
    return osw_reader_unknown(&l->r, OSW_ERR_INPUT, node->at, "method", node->text, 0,
                              names, n);
}

static enum osw_status grid_size(struct loader *l, double *members)
{
    const struct osw_yaml *samples = osw_yaml_find(l->root, "samples");
    *members = 1;
    for (int j = 0; j < l->design->n_factors; j++)
        *members *= l->design->factors[j].levels;
    if (!samples)
        return OSW_OK;
    return osw_diag_fail(l->r.diag, OSW_ERR_INPUT, samples->at,
                         "samples: a grid has as many as its levels make (%.0f): leave "
                         "the key out",
                         *members);
}

static enum osw_status read_samples(struct loader *l, double *samples)
{
    struct osw_design *d = l->design;
    const struct osw_yaml *node = osw_yaml_find(l->root, "samples");
    if (!node)
        return osw_diag_fail(l->r.diag, OSW_ERR_INPUT, l->root->at,
                             "missing key 'samples', as in samples: 1024");
    enum osw_status status =
        read_whole(l, "samples", 1, (double)OSW_DESIGN_MEMBERS, samples);
    if (status)
        return status;
    int64_t n = (int64_t)*samples;
    if (!d->method->power_of_two || !(n & (n - 1)))
        return OSW_OK;
    int64_t below = 1;
    while (2 * below < n)
        below *= 2;
    return osw_diag_fail(l->r.diag, OSW_ERR_INPUT, node->at,
                         "samples: %s needs a power of two, found %lld: the nearest are "
                         "%lld and %lld",
                         d->method->name, (long long)n, (long long)below,
                         (long long)(2 * below));
}

static enum osw_status read_size(struct loader *l)
{
    struct osw_design *d = l->design;
    double samples = 1, members;
    enum osw_status status;
    if (d->method->by_levels) {
        status = grid_size(l, &members);
    } else {
        status = read_samples(l, &samples);
        members = samples * osw_design_rows_per_sample(d);
    }
    if (status)
        return status;
    if (members > (double)OSW_DESIGN_MEMBERS)
        return osw_diag_fail(l->r.diag, OSW_ERR_INPUT, l->root->at,
                             "the design has %.0f members, the most is %d", members,
                             OSW_DESIGN_MEMBERS);
    d->samples = (int64_t)samples;
    d->n_members = (int64_t)members;
    return OSW_OK;
}

static enum osw_status read_sobol(struct loader *l)
{
    struct osw_design *d = l->design;
    const int n = d->method->nets * d->n_factors;
    if (!n)
        return OSW_OK;
    if (n > OSW_SOBOL_DIMENSIONS)
        return osw_diag_fail(l->r.diag, OSW_ERR_INPUT, l->root->at,
                             "%s: %d dimensions, the most is %d", d->method->name, n,
                             OSW_SOBOL_DIMENSIONS);
    return osw_sobol_init(&d->sobol, n, d->seed, d->arena);
}

static enum osw_status read_numbers(struct loader *l)
{
    struct osw_design *d = l->design;
    double seed = 0, levels = DEFAULT_MORRIS_LEVELS;
    enum osw_status status = read_whole(l, "seed", 0, 9007199254740992.0, &seed);
    osw_reader_keep(&status, read_whole(l, "levels", 2, MOST_MORRIS_LEVELS, &levels));
    osw_reader_keep(&status, read_flag(l, "second_order", &d->second_order));
    d->seed = (uint64_t)seed;
    d->morris_levels = (int)levels;
    if (!status && d->morris_levels % 2)
        status =
            osw_diag_fail(l->r.diag, OSW_ERR_INPUT, osw_yaml_find(l->root, "levels")->at,
                          "levels: expected an even number, found %d", d->morris_levels);
    return status;
}

/* Keys that this method would not look at are refused, not passed over. */
static enum osw_status check_keys(struct loader *l)
{
    static const char *const limited[] = {"levels", "second_order", "correlation",
                                          "groups"};
    enum osw_status status = OSW_OK;
    for (size_t i = 0; i < sizeof limited / sizeof *limited; i++) {
        const struct osw_yaml *node = osw_yaml_find(l->root, limited[i]);
        if (node && !osw_method_has_key(l->design->method, limited[i]))
            status = osw_diag_fail(l->r.diag, OSW_ERR_INPUT, node->key_at,
                                   "%s: has no meaning for method %s", limited[i],
                                   l->design->method->name);
    }
    return status;
}

/* What of the scenario the members keep. */
static enum osw_status read_selection(struct loader *l)
{
    struct osw_plan *plan = l->design->plan;
    enum osw_status status = OSW_OK;
    if (osw_yaml_find(l->root, "outputs"))
        status = osw_outputs_load(&l->r, l->root, &plan->outputs, &plan->n_outputs);
    l->r.duration = plan->duration;
    if (osw_yaml_find(l->root, "at") || osw_yaml_find(l->root, "every"))
        osw_reader_keep(&status,
                        osw_times_load(&l->r, l->root, &plan->times, &plan->n_times));
    return status;
}

static enum osw_status read_root(struct loader *l)
{
    static const char *const known[] = {
        "title",   "note",  "source",      "scenario",    "parameters", "all",
        "groups",  "seed",  "correlation", "method",      "samples",    "levels",
        "outputs", "every", "at",          "second_order"};
    const struct osw_yaml *correlation = osw_yaml_find(l->root, "correlation");
    const char *unused = NULL;
    enum osw_status status =
        osw_yaml_keys(l->root, known, sizeof known / sizeof *known, l->r.diag);
    osw_reader_keep(&status, osw_reader_text(&l->r, l->root, "title", &l->design->title));
    osw_reader_keep(&status, osw_reader_text(&l->r, l->root, "note", &unused));
    osw_reader_keep(&status, osw_reader_text(&l->r, l->root, "source", &unused));
    osw_reader_keep(&status, read_selection(l));
    osw_reader_keep(&status, read_method(l));
    osw_reader_keep(&status, read_numbers(l));
    osw_reader_keep(&status, osw_factors_load(&l->r, l->root, l->design));
    if (!status)
        status = check_keys(l);
    if (!status && correlation)
        status = osw_correlation_load(&l->r, correlation, l->design);
    if (!status)
        status = read_size(l);
    return status ? status : read_sobol(l);
}

/* The scenario stands beside the design, or has a name. */
static enum osw_status load_plan(const struct osw_yaml *root, struct osw_design *design,
                                 struct osw_diag *diag)
{
    const struct osw_yaml *node =
        root->kind == OSW_YAML_MAPPING ? osw_yaml_find(root, "scenario") : NULL;
    if (!node || node->kind != OSW_YAML_SCALAR)
        return osw_diag_fail(diag, OSW_ERR_INPUT, root->at,
                             "design: missing key 'scenario', as in scenario: "
                             "natural-history");
    const char *path;
    enum osw_status status = osw_file_find("scenarios", node->text, ".yaml", design->path,
                                           node->at, design->arena, diag, &path);
    if (status)
        return status == OSW_ERR_NOINPUT ? OSW_ERR_INPUT : status;
    return osw_plan_load(path, NULL, diag, &design->plan);
}

static enum osw_status load(const char *name, struct osw_design *design,
                            struct osw_diag *diag)
{
    struct loader l = {.design = design};
    enum osw_status status =
        osw_file_find("designs", name, ".yaml", NULL, (struct osw_loc){0}, design->arena,
                      diag, &design->path);
    if (!status)
        status = osw_yaml_read(design->path, design->arena, diag, &l.root);
    if (!status)
        status = load_plan(l.root, design, diag);
    if (!status)
        status = osw_reader_init(&l.r, design->plan->model, design->arena, diag);
    return status ? status : read_root(&l);
}

enum osw_status osw_design_load(const char *name_or_path, struct osw_diag *diag,
                                struct osw_design **design)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_design *made = arena ? osw_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        osw_arena_destroy(arena);
        return OSW_ERR_MEMORY;
    }
    *made = (struct osw_design){.arena = arena,
                                .title = osw_arena_string(arena, name_or_path)};
    enum osw_status status =
        made->title ? load(name_or_path, made, diag) : OSW_ERR_MEMORY;
    if (status)
        osw_design_destroy(made);
    else
        *design = made;
    return status;
}

void osw_design_destroy(struct osw_design *design)
{
    if (!design)
        return;
    osw_plan_destroy(design->plan);
    osw_arena_destroy(design->arena);
}
