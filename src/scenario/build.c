/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/build.h"
#include "scenario/arm.h"
#include "scenario/outputs.h"
#include "scenario/pulse.h"
#include "scenario/quantity.h"
#include "scenario/times.h"

#include <math.h>
#include <string.h>

struct plan_owner { /* what osw_plan_destroy frees */
    struct osw_plan plan;
    struct osw_model *model; /* NULL: not the plan's own */
};

struct builder {
    struct osw_reader r;
    const struct osw_yaml *root;
    const struct osw_plan_options *options;
    struct osw_plan *plan;
    struct osw_life *lives;
    struct osw_arm *arms;
    struct osw_arm_setting setting;
};

static enum osw_status read_duration(struct builder *b)
{
    const struct osw_yaml *node = osw_yaml_find(b->root, "duration");
    if (!node)
        return osw_diag_fail(b->r.diag, OSW_ERR_INPUT, b->root->at,
                             "missing key 'duration', as in duration: 3 year");
    double days;
    enum osw_status status = osw_quantity_time(&b->r, node, "duration", &days);
    if (status)
        return status;
    if (days <= 0)
        return osw_diag_fail(b->r.diag, OSW_ERR_INPUT, node->at,
                             "duration: expected a time above 0, found '%.80s'",
                             node->text);
    b->r.duration = b->plan->duration = days;
    return OSW_OK;
}

/* --set NAME=VALUE: the message's place is the option itself. */
static enum osw_status read_settings(struct builder *b)
{
    struct osw_assignment *list = NULL, **last = &list;
    enum osw_status status = OSW_OK;
    for (int i = 0; i < b->options->n_settings; i++) {
        const struct osw_setting *s = &b->options->settings[i];
        const char *place =
            osw_arena_format(b->r.arena, "--set %s=%s", s->name, s->value);
        const char *file = place ? osw_diag_file(b->r.diag, place) : NULL;
        if (!file)
            return OSW_ERR_MEMORY;
        struct osw_setting_request request = {.name = s->name,
                                              .text = s->value,
                                              .name_at = {.file = file},
                                              .text_at = {.file = file},
                                              .kinds = OSW_NAME_INPUT | OSW_NAME_PARAM,
                                              .noun = "input or parameter",
                                              .unknown = OSW_ERR_NOINPUT,
                                              .bad = OSW_ERR_USAGE};
        osw_reader_keep(&status, osw_setting_resolve(&b->r, &request, &last));
    }
    b->setting.settings = list;
    return status;
}

static bool is_wanted(const struct osw_plan_options *options, const char *arm)
{
    for (int i = 0; i < options->n_arms; i++)
        if (!strcmp(options->arms[i], arm))
            return true;
    return options->n_arms == 0;
}

static enum osw_status check_wanted(struct builder *b, const struct osw_yaml *arms)
{
    enum osw_status status = OSW_OK;
    size_t n = 0;
    const char **names = osw_alloc(arms->n, sizeof *names);
    if (!names)
        return OSW_ERR_MEMORY;
    for (const struct osw_yaml *c = arms->first; c; c = c->next)
        names[n++] = c->key;
    for (int i = 0; i < b->options->n_arms; i++) {
        const char *arm = b->options->arms[i];
        if (!osw_yaml_find(arms, arm))
            osw_reader_keep(&status, osw_reader_unknown(&b->r, OSW_ERR_NOINPUT,
                                                        (struct osw_loc){0}, "arm", arm,
                                                        0, names, n));
    }
    osw_free(names);
    return status;
}

/* Arms are named on command lines (SCENARIO:ARM, lists) and in CSV cells. */
static enum osw_status check_name(struct builder *b, const struct osw_yaml *arm)
{
    bool good = *arm->key && strlen(arm->key) <= 64;
    for (const unsigned char *c = (const unsigned char *)arm->key; *c; c++)
        good = good && *c > ' ' && *c != 127 && !strchr(",:;/\\\"'", *c);
    if (good)
        return OSW_OK;
    return osw_diag_fail(b->r.diag, OSW_ERR_INPUT, arm->key_at,
                         "arm '%.80s': expected a name of 1 to 64 characters without "
                         "blanks, quotes and , : ; / \\",
                         arm->key);
}

static int place_life(struct builder *b, const struct osw_life *life)
{
    for (int i = 0; i < b->plan->n_lives; i++)
        if (osw_subject_same_life(b->r.model, &b->lives[i], life))
            return i;
    b->lives[b->plan->n_lives] = *life;
    return b->plan->n_lives++;
}

static enum osw_status read_arm(struct builder *b, const struct osw_yaml *node)
{
    struct osw_subject subject;
    struct osw_arm *arm = &b->arms[b->plan->n_arms];
    enum osw_status status = check_name(b, node);
    if (!status)
        status = osw_arm_load(&b->r, node, &b->setting, &subject, arm);
    if (status)
        return status;
    arm->life = place_life(b, &subject.life);
    b->plan->n_arms++;
    return OSW_OK;
}

static enum osw_status read_arms(struct builder *b)
{
    const struct osw_yaml *arms = osw_yaml_find(b->root, "arms");
    if (!arms || (arms->kind == OSW_YAML_MAPPING && !arms->n))
        return osw_diag_fail(b->r.diag, OSW_ERR_INPUT, arms ? arms->at : b->root->at,
                             "no arms: expected at least one, as in arms: {placebo: []}");
    enum osw_status status = osw_reader_mapping(&b->r, arms, "arms");
    if (!status)
        status = check_wanted(b, arms);
    if (status)
        return status;
    b->lives = osw_arena_alloc(b->r.arena, arms->n, sizeof *b->lives);
    b->arms = osw_arena_alloc(b->r.arena, arms->n, sizeof *b->arms);
    if (!b->lives || !b->arms)
        return OSW_ERR_MEMORY;
    b->plan->lives = b->lives;
    b->plan->arms = b->arms;
    for (const struct osw_yaml *c = arms->first; c && status != OSW_ERR_MEMORY;
         c = c->next)
        if (is_wanted(b->options, c->key))
            osw_reader_keep(&status, read_arm(b, c));
    return status;
}

static enum osw_status read_history(struct builder *b)
{
    double earliest = 0;
    for (int i = 0; i < b->plan->n_lives; i++)
        earliest = fmin(earliest, b->lives[i].t_start);
    return osw_times_history(&b->r, earliest, &b->plan->history_times,
                             &b->plan->n_history_times);
}

static enum osw_status read_texts(struct builder *b)
{
    static const char *const keys[] = {"note", "source", "evidence"};
    const char *unused = NULL;
    enum osw_status status = osw_reader_text(&b->r, b->root, "title", &b->plan->title);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        osw_reader_keep(&status, osw_reader_text(&b->r, b->root, keys[i], &unused));
    return status;
}

static enum osw_status read_root(struct builder *b)
{
    static const char *const known[] = {"title", "model",  "subject", "duration",
                                        "every", "at",     "outputs", "arms",
                                        "note",  "source", "evidence"};
    enum osw_status status = osw_reader_mapping(&b->r, b->root, "scenario");
    if (status)
        return status;
    status = osw_yaml_keys(b->root, known, sizeof known / sizeof known[0], b->r.diag);
    osw_reader_keep(&status, read_texts(b));
    osw_reader_keep(&status, read_settings(b));
    osw_reader_keep(&status, osw_outputs_load(&b->r, b->root, &b->plan->outputs,
                                              &b->plan->n_outputs));
    enum osw_status times = read_duration(b);
    if (!times)
        times = osw_times_load(&b->r, b->root, &b->plan->times, &b->plan->n_times);
    osw_reader_keep(&status, times);
    b->setting.subject = osw_yaml_find(b->root, "subject");
    b->setting.times = b->plan->times;
    b->setting.n_times = b->plan->n_times;
    osw_reader_keep(&status, read_arms(b));
    return status ? status : read_history(b);
}

enum osw_status osw_plan_build(const struct osw_yaml *root, const char *path,
                               struct osw_model *model, bool own_model,
                               struct osw_arena *arena,
                               const struct osw_plan_options *options,
                               struct osw_diag *diag, struct osw_plan **plan)
{
    static const struct osw_plan_options none;
    struct plan_owner *owner = osw_arena_alloc(arena, 1, sizeof *owner);
    if (!owner)
        return OSW_ERR_MEMORY;
    owner->model = own_model ? model : NULL;
    owner->plan =
        (struct osw_plan){.model = model, .title = path, .path = path, .arena = arena};
    struct builder b = {.root = root,
                        .options = options ? options : &none,
                        .plan = &owner->plan,
                        .setting = {.path = path}};
    enum osw_status status = osw_reader_init(&b.r, model, arena, diag);
    if (!status)
        status = read_root(&b);
    if (!status)
        status = osw_plan_pulses(&owner->plan, diag);
    if (!status)
        *plan = &owner->plan;
    return status;
}

void osw_plan_destroy(struct osw_plan *plan)
{
    if (!plan)
        return;
    struct plan_owner *owner = (struct plan_owner *)plan; /* its first member */
    osw_model_destroy(owner->model);
    osw_arena_destroy(plan->arena);
}
