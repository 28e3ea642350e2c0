/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep/identity.h"
#include "base/hash.h"
#include "sweep/folder.h"
#include "text/json.h"
#include "text/outfile.h"
#include "text/yaml.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Fields that a run may differ in: they are no part of the id. */
enum field {
    FORMAT,
    MODEL,
    MODEL_HASH,
    PARAMETER_HASH,
    SCENARIO_HASH,
    FACTORS,
    METHOD,
    SEED,
    OPTIONS,
    OUTPUTS,
    TIMES_HASH,
    SETTINGS, /* one for each row of osw_settings_rows */
    N_ID_FIELDS = SETTINGS + OSW_SWEEP_N_SETTINGS,
    MEMBERS = N_ID_FIELDS,
    DESIGN,
    N_FIELDS
};
static const char format[] = "osteoswitch-sweep 4";

static const char *field_name(int field)
{
    static const char *const names[] = {
        "format", "model", "model_hash",     "parameter_hash", "scenario_hash", "factors",
        "method", "seed",  "method_options", "outputs",        "times_hash"};
    if (field >= SETTINGS && field < N_ID_FIELDS)
        return osw_settings_rows[field - SETTINGS].name;
    return field == MEMBERS ? "members" : field == DESIGN ? "design" : names[field];
}

struct identity {
    const char *value[N_FIELDS];
};

static void add_number(struct osw_hash *hash, double x)
{
    char text[40];
    int n = snprintf(text, sizeof text, "%.17g ", x);
    osw_hash_add(hash, text, (size_t)n);
}

static void add_text(struct osw_hash *hash, const char *text)
{
    osw_hash_add(hash, text, strlen(text) + 1);
}

static void add_life(struct osw_hash *hash, const struct osw_life *life, int n_params)
{
    add_number(hash, life->t_start);
    add_number(hash, life->settle_frozen);
    add_number(hash, life->match_output);
    add_number(hash, life->match_param);
    add_number(hash, life->match_value);
    for (int j = 0; j < n_params; j++)
        add_number(hash, life->params[j]);
}

static void add_arm(struct osw_hash *hash, const struct osw_arm *arm)
{
    add_text(hash, arm->name);
    add_number(hash, arm->life);
    for (int i = 0; i < arm->n_events; i++) {
        const struct osw_event *e = &arm->events[i];
        add_number(hash, e->t);
        add_number(hash, e->kind);
        add_number(hash, e->index);
        add_number(hash, e->value);
    }
}

/* The scenario by its meaning: a comment or another spelling changes nothing. */
static const char *scenario_hash(const struct osw_plan *plan, struct osw_arena *arena)
{
    struct osw_hash hash;
    char hex[65];
    osw_hash_init(&hash);
    add_number(&hash, plan->duration);
    for (int i = 0; i < plan->n_lives; i++)
        add_life(&hash, &plan->lives[i], plan->model->kernel->n_params);
    for (int a = 0; a < plan->n_arms; a++)
        add_arm(&hash, &plan->arms[a]);
    osw_hash_hex(&hash, hex);
    return osw_arena_string(arena, hex);
}

static const char *times_hash(const struct osw_plan *plan, struct osw_arena *arena)
{
    struct osw_hash hash;
    char hex[65];
    osw_hash_init(&hash);
    for (int k = 0; k < plan->n_times; k++)
        add_number(&hash, plan->times[k]);
    osw_hash_hex(&hash, hex);
    return osw_arena_string(arena, hex);
}

static const char *join(struct osw_arena *arena, const char *before, const char *word)
{
    return before ? osw_arena_format(arena, "%s%s%s", before, *before ? " " : "", word)
                  : NULL;
}

static const char *factors_text(const struct osw_design *d, struct osw_arena *arena)
{
    const char *text = "";
    for (int j = 0; j < d->n_factors && text; j++) {
        const struct osw_factor *f = &d->factors[j];
        const struct osw_distribution *q = &f->distribution;
        const char *one = osw_arena_format(arena, "%s=%s(%.17g,%.17g)[%.17g,%.17g]g%d",
                                           f->name, osw_distribution_names[q->kind], q->a,
                                           q->b, q->lower, q->upper, f->group);
        if (f->from_start && one)
            one = osw_arena_format(arena, "%s/start", one);
        text = one ? join(arena, text, one) : NULL;
    }
    return text;
}

static const char *outputs_text(const struct osw_plan *plan, struct osw_arena *arena)
{
    const char *text = "";
    for (int k = 0; k < plan->n_outputs && text; k++)
        text = join(arena, text, plan->model->outputs[plan->outputs[k]].id);
    return text;
}

static const char *options_text(const struct osw_design *d, struct osw_arena *arena)
{
    struct osw_hash hash;
    char hex[65] = "";
    if (d->cholesky) {
        osw_hash_init(&hash);
        for (int k = 0; k < d->n_factors * d->n_factors; k++)
            add_number(&hash, d->cholesky[k]);
        osw_hash_hex(&hash, hex);
    }
    const char *own = d->method->identity ? d->method->identity(d, arena) : "";
    return own ? osw_arena_format(arena, "%s%scorrelation %s", own, *own ? ", " : "", hex)
               : NULL;
}

/* The design is found again from any working folder. */
static const char *whole_path(const char *path, struct osw_arena *arena)
{
    char *whole = realpath(path, NULL);
    const char *kept = osw_arena_string(arena, whole ? whole : path);
    free(whole);
    return kept;
}

static enum osw_status describe(const struct osw_sweep *sweep, struct identity *id)
{
    const struct osw_design *d = sweep->design;
    const struct osw_plan *plan = d->plan;
    struct osw_arena *arena = sweep->arena;
    *id = (struct identity){
        {[FORMAT] = format,
         [MODEL] = plan->model->name,
         [MODEL_HASH] = plan->model->kernel->hash,
         [PARAMETER_HASH] = plan->model->parameter_hash,
         [SCENARIO_HASH] = scenario_hash(plan, arena),
         [FACTORS] = factors_text(d, arena),
         [METHOD] = d->method->name,
         [SEED] = osw_arena_format(arena, "%llu", (unsigned long long)d->seed),
         [OPTIONS] = options_text(d, arena),
         [OUTPUTS] = outputs_text(plan, arena),
         [TIMES_HASH] = times_hash(plan, arena),
         [MEMBERS] = osw_arena_format(arena, "%lld", (long long)sweep->n_members),
         [DESIGN] = whole_path(d->path, arena)}};
    for (int k = 0; k < OSW_SWEEP_N_SETTINGS; k++)
        id->value[SETTINGS + k] =
            osw_option_text(&osw_settings_rows[k], &sweep->settings, 0, arena);
    for (int i = 0; i < N_FIELDS; i++)
        if (!id->value[i])
            return OSW_ERR_MEMORY;
    return OSW_OK;
}

static const char *digest(const struct identity *id, struct osw_arena *arena)
{
    struct osw_hash hash;
    char hex[65];
    osw_hash_init(&hash);
    for (int i = 0; i < N_ID_FIELDS; i++)
        add_text(&hash, id->value[i]);
    osw_hash_hex(&hash, hex);
    return osw_arena_string(arena, hex);
}

/* A whole number above 0, or 0. */
static int64_t positive(const char *text)
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    return errno || end == text || *end || n < 0 ? 0 : n;
}

struct identity_file {
    const char *sweep; /* its id */
    const struct identity *id;
};

static enum osw_status put_json(void *context, FILE *out)
{
    const struct identity_file *file = context;
    fprintf(out, "{\"id\": \"%s\"", file->sweep);
    for (int i = 0; i < N_FIELDS; i++) {
        fprintf(out, ",\n \"%s\": ", field_name(i));
        osw_json_string(out, file->id->value[i]);
    }
    fputs("}\n", out);
    return OSW_OK;
}

/* The fields are those that the id was made of, and the number of members is one. */
static enum osw_status check_fields(const struct osw_yaml *root, struct osw_arena *arena,
                                    struct osw_diag *diag, const struct identity *id)
{
    const struct osw_yaml *stated = osw_yaml_find(root, "id");
    const char *made = digest(id, arena);
    if (!made)
        return OSW_ERR_MEMORY;
    if (!stated || stated->kind != OSW_YAML_SCALAR || strcmp(stated->text, made) != 0)
        return osw_diag_fail(diag, OSW_ERR_INPUT, (stated ? stated : root)->at,
                             "the sweep.json was damaged or changed: its \"id\" is not "
                             "that of its fields, %s",
                             made);
    if (positive(id->value[MEMBERS]))
        return OSW_OK;
    return osw_diag_fail(diag, OSW_ERR_INPUT, osw_yaml_find(root, "members")->at,
                         "\"members\": expected a number above 0, found '%s'",
                         id->value[MEMBERS]);
}

static enum osw_status read_json(const char *dir, struct osw_arena *arena,
                                 struct osw_diag *diag, struct identity *id)
{
    const struct osw_yaml *root;
    const char *path = osw_folder_path(arena, dir, "sweep.json");
    enum osw_status status =
        path ? osw_yaml_read(path, arena, diag, &root) : OSW_ERR_MEMORY;
    for (int i = 0; i < N_FIELDS && !status; i++) {
        const struct osw_yaml *field =
            root->kind == OSW_YAML_MAPPING ? osw_yaml_find(root, field_name(i)) : NULL;
        if (!field || field->kind != OSW_YAML_SCALAR)
            status =
                osw_diag_fail(diag, OSW_ERR_INPUT, root->at,
                              "not the sweep.json of a sweep: no \"%s\"", field_name(i));
        else
            id->value[i] = field->text;
        if (!status && i == FORMAT && strcmp(field->text, format) != 0)
            status = osw_diag_fail(diag, OSW_ERR_IDENTITY, field->at,
                                   "the sweep was begun by another version of the "
                                   "program: its format is '%s', this one's '%s'",
                                   field->text, format);
    }
    return status ? status : check_fields(root, arena, diag, id);
}

/* Both texts, cut to their first difference where they are long. */
static enum osw_status differs(const struct osw_sweep *sweep, enum field field,
                               const char *there, const char *here, struct osw_diag *diag)
{
    size_t same = 0;
    while (there[same] && there[same] == here[same])
        same++;
    while (same > 0 && there[same - 1] != ' ')
        same--;
    return osw_diag_fail(diag, OSW_ERR_IDENTITY, (struct osw_loc){0},
                         "'%s' holds another sweep: its %s is '%.120s', this one's "
                         "'%.120s'",
                         sweep->dir, field_name((int)field), there + same, here + same);
}

static enum osw_status compare(const struct osw_sweep *sweep,
                               const struct identity *there, const struct identity *here,
                               struct osw_diag *diag)
{
    for (int i = 0; i < N_ID_FIELDS; i++) {
        if (!strcmp(there->value[i], here->value[i]))
            continue;
        if (i == OPTIONS && sweep->design->method->whole)
            return osw_diag_fail(diag, OSW_ERR_INPUT, (struct osw_loc){0},
                                 "'%s': a Latin hypercube cannot be extended: its points "
                                 "depend on how many there are",
                                 sweep->dir);
        return differs(sweep, (enum field)i, there->value[i], here->value[i], diag);
    }
    return OSW_OK;
}

enum osw_status osw_identity_resolve(struct osw_sweep *sweep, struct osw_diag *diag)
{
    struct identity here, there;
    const char *path = osw_folder_path(sweep->arena, sweep->dir, "sweep.json");
    enum osw_status status = path ? describe(sweep, &here) : OSW_ERR_MEMORY;
    if (status)
        return status;
    sweep->id = digest(&here, sweep->arena);
    if (!sweep->id)
        return OSW_ERR_MEMORY;
    struct identity_file file = {sweep->id, &here};
    /* One that another run of the same sweep writes first is read like any other. */
    if (!osw_folder_has(path) && !osw_outfile_write(path, false, put_json, &file, NULL))
        return OSW_OK;
    if (!osw_folder_has(path))
        return osw_outfile_write(path, false, put_json, &file, diag);
    status = read_json(sweep->dir, sweep->arena, diag, &there);
    if (!status)
        status = compare(sweep, &there, &here, diag);
    if (status)
        return status;
    const int64_t members = positive(there.value[MEMBERS]);
    if (members < sweep->n_members && sweep->reading)
        return osw_diag_fail(diag, OSW_INCOMPLETE, (struct osw_loc){0},
                             "'%s' holds %lld members, the design has %lld now: run the "
                             "sweep again first",
                             sweep->dir, (long long)members, (long long)sweep->n_members);
    if (members < sweep->n_members) {
        osw_folder_drop_short(sweep, members);
        return osw_outfile_update(path, put_json, &file, diag);
    }
    if (members == sweep->n_members)
        return OSW_OK;
    return osw_diag_fail(diag, OSW_ERR_INPUT, (struct osw_loc){0},
                         "'%s' holds %lld members, more than the %lld asked for: a sweep "
                         "only grows",
                         sweep->dir, (long long)members, (long long)sweep->n_members);
}

enum osw_status osw_identity_read(const char *dir, struct osw_arena *arena,
                                  struct osw_diag *diag, const char **design,
                                  struct osw_sweep_settings *settings)
{
    struct identity there;
    enum osw_status status = read_json(dir, arena, diag, &there);
    if (status)
        return status;
    *design = there.value[DESIGN];
    *settings = (struct osw_sweep_settings){.solver = OSW_SOLVER_DEFAULTS};
    for (int k = 0; k < OSW_SWEEP_N_SETTINGS && !status; k++)
        status = osw_option_store(&osw_settings_rows[k], there.value[SETTINGS + k],
                                  settings, arena, diag);
    const int block = settings->block;
    if (!status && block > 0 && !(block & (block - 1)))
        return OSW_OK;
    return status == OSW_ERR_MEMORY
               ? status
               : osw_diag_fail(diag, OSW_ERR_INPUT, (struct osw_loc){0},
                               "'%s/sweep.json' is damaged: its settings cannot be read",
                               dir);
}
