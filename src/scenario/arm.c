/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/arm.h"
#include "scenario/quantity.h"

#include <math.h>
#include <string.h>

static const char *const override_keys[] = {"dose", "every", "on", "off",
                                            "from", "until", "at"};
enum { N_OVERRIDES = sizeof override_keys / sizeof override_keys[0] };

static enum osw_status time_from_start(struct osw_reader *r, const struct osw_yaml *node,
                                       const char *what, double *t)
{
    double value;
    if (!node)
        return OSW_OK;
    enum osw_status status = osw_quantity_time(r, node, what, &value);
    if (status)
        return status;
    if (value < 0)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "%s: '%.80s' is before the start of the scenario", what,
                             node->text);
    *t = value;
    return OSW_OK;
}

static void warn_after_end(struct osw_reader *r, const struct osw_yaml *node, double t)
{
    if (node && r->duration > 0 && t >= r->duration)
        osw_diag_add(r->diag, OSW_WARNING, node->at,
                     "'%.80s' is not before the end of the scenario: nothing will happen",
                     node->text);
}

static enum osw_status read_window(struct osw_reader *r, const struct osw_yaml *node,
                                   struct osw_schedule *s)
{
    const struct osw_yaml *from = osw_yaml_find(node, "from");
    const struct osw_yaml *until = osw_yaml_find(node, "until");
    enum osw_status status = time_from_start(r, from, "from", &s->from);
    osw_reader_keep(&status, time_from_start(r, until, "until", &s->until));
    if (status)
        return status;
    if (s->until <= s->from)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, until->at,
                             "until: %.6g day is not after from: %.6g day", s->until,
                             s->from);
    warn_after_end(r, from, s->from);
    return OSW_OK;
}

static enum osw_status read_rhythm(struct osw_reader *r, const struct osw_yaml *node,
                                   struct osw_schedule *s)
{
    const struct osw_yaml *on = osw_yaml_find(node, "on"),
                          *off = osw_yaml_find(node, "off");
    enum osw_status status =
        osw_intervention_period(r, osw_yaml_find(node, "every"), "every", &s->every);
    osw_reader_keep(&status, osw_intervention_period(r, on, "on", &s->on));
    osw_reader_keep(&status, osw_intervention_period(r, off, "off", &s->off));
    if (!status && isnan(s->on) != isnan(s->off))
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, (on ? on : off)->key_at,
                               "'on' and 'off' go together");
    return status;
}

/* `at`: one time or an ascending list of them. */
static enum osw_status read_single_doses(struct osw_reader *r,
                                         const struct osw_yaml *node,
                                         const struct osw_yaml *at, struct osw_regimen *g)
{
    static const char *const rhythm[] = {"every", "on", "off", "from", "until"};
    for (size_t i = 0; i < sizeof rhythm / sizeof rhythm[0]; i++)
        if (osw_yaml_find(node, rhythm[i]))
            return osw_diag_fail(r->diag, OSW_ERR_INPUT, at->key_at,
                                 "both 'at' and '%s': single doses have no rhythm",
                                 rhythm[i]);
    bool list = at->kind == OSW_YAML_SEQUENCE;
    if (list && !at->n)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at->at, "at: no times in the list");
    double *times = osw_arena_alloc(r->arena, list ? at->n : 1, sizeof *times);
    enum osw_status status = times ? OSW_OK : OSW_ERR_MEMORY;
    for (const struct osw_yaml *t = list ? at->first : at; !status && t;
         t = list ? t->next : NULL) {
        status = time_from_start(r, t, "at", &times[g->n_at]);
        if (!status && g->n_at && times[g->n_at] <= times[g->n_at - 1])
            status =
                osw_diag_fail(r->diag, OSW_ERR_INPUT, t->at,
                              "at: '%.80s' is not after the time before it", t->text);
        g->n_at++;
    }
    g->at = times;
    return status;
}

static void warn_rhythm_unused(struct osw_reader *r, const struct osw_yaml *every,
                               const struct osw_regimen *g)
{
    for (int i = 0; every && i < g->v->n_targets; i++) {
        const struct osw_target *t = &g->v->targets[i];
        if (t->is_state || t->used[OSW_TERM_EVERY] || g->schedule.every == g->v->every)
            continue;
        osw_diag_add(r->diag, OSW_WARNING, every->key_at,
                     "'every' does not change what '%s' does to parameter '%s', which "
                     "depends on the dose alone: change the dose instead",
                     g->v->name, r->model->params[t->index].id);
    }
}

/* A rate "dose / every" spread over a course would thin the dose out. */
static void warn_course_thinned(struct osw_reader *r, const struct osw_yaml *every,
                                const struct osw_regimen *g)
{
    const struct osw_schedule *s = &g->schedule;
    for (int i = 0; every && s->every > s->on && i < g->v->n_targets; i++) {
        const struct osw_target *t = &g->v->targets[i];
        if (t->is_state || !t->used[OSW_TERM_EVERY])
            continue;
        osw_diag_add(r->diag, OSW_WARNING, every->key_at,
                     "'every' is the time between the doses of one course of '%s' and "
                     "longer than the course ('on', %.6g day), so each course gives less "
                     "than one dose: the time between courses is 'off'",
                     g->v->name, s->on);
        return;
    }
}

static enum osw_status read_overrides(struct osw_reader *r, const struct osw_yaml *node,
                                      struct osw_regimen *g)
{
    enum osw_status status = osw_reader_mapping(r, node, g->v->name);
    if (!status)
        status = osw_yaml_keys(node, override_keys, N_OVERRIDES, r->diag);
    if (status)
        return status;
    const struct osw_yaml *dose = osw_yaml_find(node, "dose");
    const struct osw_yaml *at = osw_yaml_find(node, "at");
    if (dose && !g->v->has_dose)
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, dose->key_at,
                               "intervention '%s' has no dose", g->v->name);
    else if (dose)
        status = osw_intervention_dose(r, dose, &g->v->dose, &g->dose);
    if (at) {
        osw_reader_keep(&status, read_single_doses(r, node, at, g));
        return status;
    }
    osw_reader_keep(&status, read_window(r, node, &g->schedule));
    osw_reader_keep(&status, read_rhythm(r, node, &g->schedule));
    if (!status)
        warn_rhythm_unused(r, osw_yaml_find(node, "every"), g);
    if (!status)
        warn_course_thinned(r, osw_yaml_find(node, "every"), g);
    return status;
}

static enum osw_status read_intervention(struct osw_arm_builder *b, const char *name,
                                         struct osw_loc at,
                                         const struct osw_yaml *overrides)
{
    struct osw_regimen g = {.loc = at};
    enum osw_status status = osw_intervention_load(b->r, name, b->path, at, &g.v);
    if (status)
        return status;
    g.dose = g.v->dose;
    g.schedule = (struct osw_schedule){0, INFINITY, g.v->every, g.v->on, g.v->off};
    if (overrides)
        status = read_overrides(b->r, overrides, &g);
    return status ? status : osw_regimen_add(b, &g);
}

static enum osw_status add_switch(struct osw_arm_builder *b, double t,
                                  const struct osw_assignment *list)
{
    const struct osw_model *m = b->r->model;
    enum osw_status status = OSW_OK;
    for (const struct osw_assignment *a = list; a && !status; a = a->next) {
        if (a->kind == OSW_SETTING_WEIGHT || a->kind == OSW_SETTING_TIE ||
            (a->kind == OSW_SETTING_PARAM && a->index == osw_model_param(m, "age0")))
            return osw_diag_fail(
                b->r->diag, OSW_ERR_INPUT, a->at,
                "set: '%s' belongs to the subject and cannot be switched", a->name);
        bool param = a->kind == OSW_SETTING_PARAM;
        if (param)
            status = osw_regimen_spare_match(b, a->index, a->at, a->name);
        if (!status)
            status = osw_happenings_add(
                &b->h, (struct osw_happening){.t = t,
                                              .kind = param ? OSW_HAPPENS_BASE
                                                            : OSW_HAPPENS_STATE,
                                              .index = a->index,
                                              .value = a->value});
    }
    return status;
}

static enum osw_status read_set(struct osw_arm_builder *b, const struct osw_yaml *set,
                                struct osw_assignment **list)
{
    struct osw_assignment **last = list;
    enum osw_status status = osw_reader_mapping(b->r, set, "set");
    if (!status && !set->n)
        status = osw_diag_fail(b->r->diag, OSW_ERR_INPUT, set->at, "set: sets nothing");
    if (status)
        return status;
    for (const struct osw_yaml *c = set->first; c; c = c->next) {
        enum osw_status one = osw_reader_scalar(b->r, c, c->key);
        struct osw_setting_request request = {.name = c->key,
                                              .text = c->text,
                                              .name_at = c->key_at,
                                              .text_at = c->at,
                                              .kinds = OSW_NAME_INPUT | OSW_NAME_PARAM |
                                                       OSW_NAME_STATE,
                                              .noun = "input, parameter or state",
                                              .unknown = OSW_ERR_INPUT,
                                              .bad = OSW_ERR_INPUT};
        if (!one)
            one = osw_setting_resolve(b->r, &request, &last);
        osw_reader_keep(&status, one);
    }
    return status;
}

static enum osw_status read_switch(struct osw_arm_builder *b,
                                   const struct osw_yaml *entry)
{
    static const char *const known[] = {"at", "set"};
    struct osw_assignment *list = NULL;
    double t = 0;
    enum osw_status status = osw_yaml_keys(entry, known, 2, b->r->diag);
    if (status)
        return status;
    const struct osw_yaml *at = osw_yaml_find(entry, "at");
    const struct osw_yaml *set = osw_yaml_find(entry, "set");
    if (!at || !set)
        return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, entry->at,
                             "a switch needs both: {at: TIME, set: {NAME: VALUE}}");
    status = time_from_start(b->r, at, "at", &t);
    if (!status)
        warn_after_end(b->r, at, t);
    osw_reader_keep(&status, read_set(b, set, &list));
    if (!status)
        status = osw_reader_count(b->r, set->n, entry->at, "set");
    return status ? status : add_switch(b, t, list);
}

static enum osw_status read_entry(struct osw_arm_builder *b, const struct osw_yaml *entry)
{
    if (entry->kind == OSW_YAML_SCALAR && *entry->text)
        return read_intervention(b, entry->text, entry->at, NULL);
    if (entry->kind == OSW_YAML_MAPPING && osw_yaml_find(entry, "table"))
        return osw_regimen_table(b, entry);
    if (entry->kind == OSW_YAML_MAPPING &&
        (osw_yaml_find(entry, "set") || osw_yaml_find(entry, "at")))
        return read_switch(b, entry);
    if (entry->kind == OSW_YAML_MAPPING && entry->n == 1)
        return read_intervention(b, entry->first->key, entry->first->key_at,
                                 entry->first);
    return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, entry->at,
                         "expected NAME, {NAME: {dose: ..., from: ...}}, {at: TIME, set: "
                         "{...}} or {table: FILE}");
}

static enum osw_status read_entries(struct osw_arm_builder *b,
                                    const struct osw_yaml *list)
{
    enum osw_status status = osw_reader_sequence(b->r, list, "interventions");
    if (status)
        return status;
    for (const struct osw_yaml *e = list->first; e; e = e->next) {
        osw_reader_keep(&status, read_entry(b, e));
        if (status == OSW_ERR_MEMORY)
            break;
    }
    return status;
}

/* An arm is a list of entries, or a mapping with its own subject. */
static enum osw_status arm_parts(struct osw_reader *r, const struct osw_yaml *node,
                                 const struct osw_yaml **subject,
                                 const struct osw_yaml **entries, const char **title)
{
    static const char *const known[] = {"subject", "interventions", "title", "note"};
    const char *unused = NULL;
    if (node->kind == OSW_YAML_SEQUENCE) {
        *entries = node;
        return OSW_OK;
    }
    if (node->kind == OSW_YAML_SCALAR)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "arm '%s': expected a list of interventions ([] for none), "
                             "or {subject: ..., interventions: [...]}",
                             node->key);
    enum osw_status status = osw_yaml_keys(node, known, 4, r->diag);
    osw_reader_keep(&status, osw_reader_text(r, node, "title", title));
    osw_reader_keep(&status, osw_reader_text(r, node, "note", &unused));
    *entries = osw_yaml_find(node, "interventions");
    if (osw_yaml_find(node, "subject"))
        *subject = osw_yaml_find(node, "subject");
    return status;
}

static enum osw_status finish(struct osw_arm_builder *b,
                              const struct osw_arm_setting *setting, struct osw_arm *arm)
{
    struct osw_reader *r = b->r;
    enum osw_status status = osw_merge(r, &b->h, b->subject->life.params, setting->times,
                                       setting->n_times, arm);
    const char **names = osw_arena_alloc(r->arena, b->n_interventions, sizeof *names);
    if (!names)
        return OSW_ERR_MEMORY;
    if (b->n_interventions)
        memcpy(names, b->interventions, b->n_interventions * sizeof *names);
    arm->interventions = names;
    arm->n_interventions = (int)b->n_interventions;
    arm->weighs = b->weighs;
    arm->first_on = b->first_on;
    arm->last_on = b->last_on;
    return status;
}

enum osw_status osw_arm_load(struct osw_reader *r, const struct osw_yaml *node,
                             const struct osw_arm_setting *setting,
                             struct osw_subject *subject, struct osw_arm *arm)
{
    struct osw_arm_builder b = {.r = r,
                                .path = setting->path,
                                .subject = subject,
                                .first_on = NAN,
                                .last_on = NAN};
    const struct osw_yaml *who = setting->subject, *entries = NULL;
    *arm = (struct osw_arm){.name = node->key, .title = node->key};
    enum osw_status status = arm_parts(r, node, &who, &entries, &arm->title);
    enum osw_status known =
        osw_subject_load(r, who, setting->path, setting->settings, subject);
    osw_reader_keep(&status, known);
    if (known != OSW_ERR_MEMORY && entries) /* a faulty subject hides no other fault */
        osw_reader_keep(&status, read_entries(&b, entries));
    if (!status)
        status = finish(&b, setting, arm);
    osw_happenings_fini(&b.h);
    osw_free(b.interventions);
    return status;
}
