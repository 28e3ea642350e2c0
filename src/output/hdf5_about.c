/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What made a result: root attributes, parameters and the solver's work. Nothing here
 * depends on when or where the run was made: no wall time, host or date. */
#include "output/hdf5_write.h"
#include "output/checksummed.h"

#include <math.h>
#include <string.h>

/* Options of the solver, where it has them: linear_solver is cvode's alone. */
static void solver_options(struct osw_h5 *h5, const struct osw_result *result)
{
    struct osw_arena *arena = osw_arena_create();
    const char *needs =
        arena ? osw_arena_format(arena, "solver=%s", result->driver->name) : NULL;
    for (size_t i = 0; i < osw_solver_options_n_rows && needs; i++) {
        const struct osw_option *o = &osw_solver_options_rows[i];
        const char *value = (const char *)&result->options + o->offset;
        if (o->needs && strcmp(o->needs, needs) != 0)
            continue;
        if (o->type == OSW_OPTION_REAL)
            osw_h5_real(h5, h5->file, o->attribute, *(const double *)(const void *)value);
        else if (o->type == OSW_OPTION_COUNT)
            osw_h5_count(h5, h5->file, o->attribute,
                         *(const int64_t *)(const void *)value);
        else
            osw_h5_text(h5, h5->file, o->attribute,
                        osw_option_text(o, &result->options, 0, arena));
    }
    if (!needs)
        h5->failed = OSW_ERR_MEMORY;
    osw_arena_destroy(arena);
}

void osw_hdf5_about(struct osw_hdf5_writer *writer, const struct osw_provenance *from)
{
    struct osw_h5 *h5 = &writer->h5;
    const struct osw_plan *plan = writer->result->plan;
    osw_h5_text(h5, h5->file, "format", OSW_HDF5_FORMAT);
    osw_h5_count(h5, h5->file, "format_version", OSW_HDF5_VERSION);
    osw_checksummed_mark(h5, h5->file);
    osw_h5_text(h5, h5->file, "program", "osteoswitch");
    osw_h5_text(h5, h5->file, "program_version", from->version);
    osw_h5_text(h5, h5->file, "program_revision", from->revision);
    osw_h5_text(h5, h5->file, "libraries", OSW_LIBRARY_VERSIONS);
    osw_h5_text(h5, h5->file, "command_line", from->command_line);
    osw_h5_text(h5, h5->file, "title", plan->title);
    osw_h5_text(h5, h5->file, "model", plan->model->name);
    osw_h5_text(h5, h5->file, "model_hash", plan->model->kernel->hash);
    osw_h5_text(h5, h5->file, "parameter_hash", plan->model->parameter_hash);
    osw_h5_text(h5, h5->file, "solver", writer->result->driver->name);
    if (writer->result->driver->in_lanes)
        osw_h5_text(h5, h5->file, "isa", osw_isa_name(writer->result->isa));
    solver_options(h5, writer->result);
    osw_h5_count(h5, h5->file, "seed", 0); /* nothing in a run is random */
}

static void parameter_names(struct osw_hdf5_writer *writer, int64_t group,
                            const char **words, int64_t *ids)
{
    struct osw_h5 *h5 = &writer->h5;
    const struct osw_model *model = writer->result->plan->model;
    int n = model->kernel->n_params;
    struct osw_h5_shape shape = {1, {(uint64_t)n}, {0}};
    for (int j = 0; j < n; j++)
        words[j] = model->params[j].id;
    *ids = osw_h5_dataset(h5, group, "id", OSW_H5_TEXT, words, &shape);
    osw_h5_make_scale(h5, *ids, "id");
    shape.scale[0] = *ids;
    for (int j = 0; j < n; j++)
        words[j] = model->params[j].unit_text;
    osw_h5_close(h5, osw_h5_dataset(h5, group, "units", OSW_H5_TEXT, words, &shape));
}

void osw_hdf5_parameters(struct osw_hdf5_writer *writer)
{
    struct osw_h5 *h5 = &writer->h5;
    const struct osw_result *result = writer->result;
    size_t n = (size_t)result->plan->model->kernel->n_params;
    size_t n_arms = (size_t)result->plan->n_arms;
    double *values = osw_alloc(n_arms * n, sizeof *values);
    const char **words = osw_alloc(n, sizeof *words);
    if (values && words) {
        int64_t group = osw_h5_group(h5, "parameters"), ids = -1;
        for (size_t a = 0; a < n_arms; a++)
            for (size_t j = 0; j < n; j++)
                values[a * n + j] = result->arms[a].params[j];
        parameter_names(writer, group, words, &ids);
        const struct osw_h5_shape shape = {2, {n_arms, n}, {writer->arm, ids}};
        int64_t made = osw_h5_dataset(h5, group, "value", OSW_H5_REAL64, values, &shape);
        osw_h5_text(h5, made, "long_name", "at time 0, before the arm's events");
        osw_h5_close(h5, made);
        osw_h5_close(h5, ids);
        osw_h5_close(h5, group);
    } else {
        h5->failed = OSW_ERR_MEMORY;
    }
    osw_free(words);
    osw_free(values);
}

#define COUNTERS(X)                                                                      \
    X(steps)                                                                             \
    X(rhs)                                                                               \
    X(jacobians)                                                                         \
    X(factorizations)                                                                    \
    X(nonlinear_iterations)                                                              \
    X(nonlinear_failures)                                                                \
    X(error_failures)                                                                    \
    X(segments)

static const struct counter {
    const char *name, *life_name;
    size_t offset;
} counters[] = {
#define COUNTER(field) {#field, "life_" #field, offsetof(struct osw_solver_stats, field)},
    COUNTERS(COUNTER)
#undef COUNTER
};

static int64_t count_of(const struct osw_solver_stats *stats, size_t offset)
{
    return *(const int64_t *)((const char *)stats + offset);
}

static void write_counters(struct osw_hdf5_writer *writer, int64_t group, int64_t *column)
{
    const struct osw_result *result = writer->result;
    int n = result->plan->n_arms;
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        for (int a = 0; a < n; a++)
            column[a] = count_of(&result->arms[a].stats, counters[i].offset);
        osw_hdf5_per_arm(writer, group, counters[i].name, OSW_H5_INT64, column, "");
        for (int a = 0; a < n; a++)
            column[a] = count_of(&result->arms[a].life_stats, counters[i].offset);
        osw_hdf5_per_arm(writer, group, counters[i].life_name, OSW_H5_INT64, column, "");
    }
}

static void write_periods(struct osw_hdf5_writer *writer, int64_t group, int64_t *column)
{
    const struct osw_result *result = writer->result;
    int n = result->plan->n_arms;
    for (int a = 0; a < n; a++)
        column[a] = result->arms[a].periods;
    osw_hdf5_per_arm(writer, group, "periods", OSW_H5_INT64, column, "");
    for (int a = 0; a < n; a++)
        column[a] = result->arms[a].periods_run;
    osw_hdf5_per_arm(writer, group, "periods_run", OSW_H5_INT64, column, "");
}

static void write_outcomes(struct osw_hdf5_writer *writer, int64_t group,
                           const char **texts, double *column)
{
    const struct osw_result *result = writer->result;
    int n = result->plan->n_arms;
    for (int a = 0; a < n; a++)
        texts[a] = osw_status_text(result->arms[a].status);
    osw_hdf5_arm_texts(writer, group, "status", texts);
    for (int a = 0; a < n; a++)
        texts[a] = result->arms[a].status && result->arms[a].failure.reason
                       ? result->arms[a].failure.reason
                       : "";
    osw_hdf5_arm_texts(writer, group, "failure", texts);
    for (int a = 0; a < n; a++)
        texts[a] = result->arms[a].fallback ? result->arms[a].fallback : "";
    if (result->driver->in_lanes)
        osw_hdf5_arm_texts(writer, group, "run_by_cvode", texts);
    for (int a = 0; a < n; a++)
        column[a] = result->arms[a].status ? result->arms[a].failure.t : NAN;
    osw_hdf5_per_arm(writer, group, "failure_time", OSW_H5_REAL64, column, "day");
    for (int a = 0; a < n; a++)
        column[a] = result->arms[a].stats.last_step;
    osw_hdf5_per_arm(writer, group, "last_step", OSW_H5_REAL64, column, "day");
    for (int a = 0; a < n; a++)
        column[a] = result->arms[a].matched_value;
    osw_hdf5_per_arm(writer, group, "matched_value", OSW_H5_REAL64, column, "");
}

void osw_hdf5_solver(struct osw_hdf5_writer *writer)
{
    size_t n = (size_t)writer->result->plan->n_arms;
    int64_t *counts = osw_alloc(n, sizeof *counts);
    double *reals = osw_alloc(n, sizeof *reals);
    const char **texts = osw_alloc(n, sizeof *texts);
    if (counts && reals && texts) {
        int64_t group = osw_h5_group(&writer->h5, "solver");
        write_counters(writer, group, counts);
        if (writer->result->driver->counts_periods)
            write_periods(writer, group, counts);
        write_outcomes(writer, group, texts, reals);
        osw_h5_close(&writer->h5, group);
    } else {
        writer->h5.failed = OSW_ERR_MEMORY;
    }
    osw_free(texts);
    osw_free(reals);
    osw_free(counts);
}
