/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What happened to each arm: /events, one row per dose or switch with its arm, and
 * /interventions, which names were given and when any of them was active. */
#include "output/hdf5_write.h"

#include <string.h>

static const char *const kinds[] = {"set parameter", "set state", "add to state"};

struct columns {
    int32_t *index, *arm;
    double *t, *value;
    const char **kind, **target, **units;
};

static bool allocate(struct columns *c, size_t n)
{
    *c = (struct columns){.index = osw_alloc(n, sizeof *c->index),
                          .arm = osw_alloc(n, sizeof *c->arm),
                          .t = osw_alloc(n, sizeof *c->t),
                          .value = osw_alloc(n, sizeof *c->value),
                          .kind = osw_alloc(n, sizeof *c->kind),
                          .target = osw_alloc(n, sizeof *c->target),
                          .units = osw_alloc(n, sizeof *c->units)};
    return c->index && c->arm && c->t && c->value && c->kind && c->target && c->units;
}

static void release(struct columns *c)
{
    osw_free(c->index);
    osw_free(c->arm);
    osw_free(c->t);
    osw_free(c->value);
    osw_free(c->kind);
    osw_free(c->target);
    osw_free(c->units);
}

static void fill(struct columns *c, const struct osw_plan *plan)
{
    const struct osw_model *model = plan->model;
    size_t row = 0;
    for (int a = 0; a < plan->n_arms; a++) {
        for (int i = 0; i < plan->arms[a].n_events; i++, row++) {
            const struct osw_event *event = &plan->arms[a].events[i];
            bool parameter = event->kind == OSW_EVENT_SET_PARAM;
            c->index[row] = (int32_t)row;
            c->arm[row] = a;
            c->t[row] = event->t;
            c->value[row] = event->value;
            c->kind[row] = kinds[event->kind];
            c->target[row] = parameter ? model->params[event->index].id
                                       : model->states[event->index].id;
            c->units[row] = parameter ? model->params[event->index].unit_text
                                      : model->states[event->index].unit_text;
        }
    }
}

static void write_columns(struct osw_h5 *h5, const struct columns *c, size_t n)
{
    int64_t group = osw_h5_group(h5, "events");
    struct osw_h5_shape shape = {1, {n}, {0}};
    int64_t axis = osw_h5_dataset(h5, group, "event", OSW_H5_INT32, c->index, &shape);
    osw_h5_make_scale(h5, axis, "event");
    shape.scale[0] = axis;
    int64_t made = osw_h5_dataset(h5, group, "arm_index", OSW_H5_INT32, c->arm, &shape);
    osw_h5_text(h5, made, "long_name", "which entry of /arm, from 0");
    osw_h5_close(h5, made);
    made = osw_h5_dataset(h5, group, "t", OSW_H5_REAL64, c->t, &shape);
    osw_h5_text(h5, made, "units", "day");
    osw_h5_close(h5, made);
    osw_h5_words(h5, group, "kind", c->kind, &shape);
    osw_h5_words(h5, group, "target", c->target, &shape);
    osw_h5_words(h5, group, "units", c->units, &shape);
    osw_h5_close(h5, osw_h5_dataset(h5, group, "value", OSW_H5_REAL64, c->value, &shape));
    osw_h5_close(h5, axis);
    osw_h5_close(h5, group);
}

void osw_hdf5_events(struct osw_hdf5_writer *writer)
{
    const struct osw_plan *plan = writer->result->plan;
    size_t n = 0;
    for (int a = 0; a < plan->n_arms; a++)
        n += (size_t)plan->arms[a].n_events;
    struct columns columns;
    if (allocate(&columns, n)) {
        fill(&columns, plan);
        write_columns(&writer->h5, &columns, n);
    } else {
        writer->h5.failed = OSW_ERR_MEMORY;
    }
    release(&columns);
}

/* "mk7, exercise" */
static const char *join(struct osw_arena *arena, const struct osw_arm *arm)
{
    size_t n = 1;
    for (int i = 0; i < arm->n_interventions; i++)
        n += strlen(arm->interventions[i]) + 2;
    char *text = osw_arena_alloc(arena, n, 1);
    for (int i = 0; i < arm->n_interventions && text; i++) {
        strcat(text, i ? ", " : "");
        strcat(text, arm->interventions[i]);
    }
    return text;
}

void osw_hdf5_interventions(struct osw_hdf5_writer *writer)
{
    struct osw_h5 *h5 = &writer->h5;
    const struct osw_plan *plan = writer->result->plan;
    size_t n = (size_t)plan->n_arms;
    struct osw_arena *arena = osw_arena_create();
    const char **texts = arena ? osw_arena_alloc(arena, n, sizeof *texts) : NULL;
    double *on = texts ? osw_arena_alloc(arena, 2 * n, sizeof *on) : NULL;
    bool whole = on;
    for (size_t a = 0; a < n && whole; a++) {
        on[a] = plan->arms[a].first_on;
        on[n + a] = plan->arms[a].last_on;
        whole = (texts[a] = join(arena, &plan->arms[a]));
    }
    if (whole) {
        int64_t group = osw_h5_group(h5, "interventions");
        osw_hdf5_arm_texts(writer, group, "names", texts);
        osw_hdf5_per_arm(writer, group, "first_on", OSW_H5_REAL64, on, "day");
        osw_hdf5_per_arm(writer, group, "last_on", OSW_H5_REAL64, on + n, "day");
        for (size_t a = 0; a < n; a++)
            texts[a] = plan->arms[a].title ? plan->arms[a].title : "";
        osw_hdf5_arm_texts(writer, group, "title", texts);
        osw_h5_close(h5, group);
    } else {
        h5->failed = OSW_ERR_MEMORY;
    }
    osw_arena_destroy(arena);
}
