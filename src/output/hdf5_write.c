/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A result as HDF5: /time, /arm, /outputs/<id> [A,T], /states/<name> [A,T], and what
 * hdf5_about.c and hdf5_events.c add. Axes are dimension scales, so that the groups are
 * xarray datasets. The image is made in memory and then written whole. */
#include "output/hdf5_write.h"
#include "output/checksummed.h"

void osw_hdf5_per_arm(struct osw_hdf5_writer *writer, int64_t group, const char *name,
                      enum osw_h5_type type, const void *data, const char *units)
{
    struct osw_h5 *h5 = &writer->h5;
    const struct osw_h5_shape shape = {
        1, {(uint64_t)writer->result->plan->n_arms}, {writer->arm}};
    int64_t made = osw_h5_dataset(h5, group, name, type, data, &shape);
    if (*units)
        osw_h5_text(h5, made, "units", units);
    osw_h5_close(h5, made);
}

void osw_hdf5_arm_texts(struct osw_hdf5_writer *writer, int64_t group, const char *name,
                        const char *const *texts)
{
    osw_hdf5_per_arm(writer, group, name, OSW_H5_TEXT, texts, "");
}

/* Which side of its time's events a row is: a coordinate beside time. */
static void write_sides(struct osw_hdf5_writer *writer)
{
    struct osw_h5 *h5 = &writer->h5;
    const struct osw_result *result = writer->result;
    const struct osw_h5_shape shape = {1, {(uint64_t)result->n_times}, {writer->time}};
    const char **words = osw_alloc((size_t)result->n_times, sizeof *words);
    if (!words) {
        h5->failed = OSW_ERR_MEMORY;
        return;
    }
    for (int k = 0; k < result->n_times; k++)
        words[k] = result->after[k] ? "after" : "before";
    int64_t made = osw_h5_dataset(h5, h5->file, "side", OSW_H5_TEXT, words, &shape);
    osw_h5_text(h5, made, "long_name", "before or after the events of its time");
    osw_h5_close(h5, made);
    osw_free(words);
}

static void write_axes(struct osw_hdf5_writer *writer)
{
    struct osw_h5 *h5 = &writer->h5;
    const struct osw_result *result = writer->result;
    const struct osw_plan *plan = result->plan;
    const struct osw_h5_shape times = {1, {(uint64_t)result->n_times}, {0}};
    const struct osw_h5_shape arms = {1, {(uint64_t)plan->n_arms}, {0}};
    writer->time =
        osw_h5_dataset(h5, h5->file, "time", OSW_H5_REAL64, result->times, &times);
    osw_h5_make_scale(h5, writer->time, "time");
    osw_h5_text(h5, writer->time, "units", "day");
    osw_h5_text(h5, writer->time, "long_name", "time from the scenario's start");
    if (result->after)
        write_sides(writer);
    const char **names = osw_alloc((size_t)plan->n_arms, sizeof *names);
    if (!names) {
        h5->failed = OSW_ERR_MEMORY;
        return;
    }
    for (int a = 0; a < plan->n_arms; a++)
        names[a] = plan->arms[a].name;
    writer->arm = osw_h5_dataset(h5, h5->file, "arm", OSW_H5_TEXT, names, &arms);
    osw_h5_make_scale(h5, writer->arm, "arm");
    osw_h5_text(h5, writer->arm, "long_name", "arm of the scenario");
    osw_free(names);
}

/* Column k of source [A][T][n] as one dataset [A,T]; scratch [A * T]. */
static int64_t write_series(struct osw_hdf5_writer *writer, int64_t group,
                            const char *name, const double *source, int k, int n,
                            double *scratch)
{
    const struct osw_result *result = writer->result;
    const struct osw_h5_shape shape = {
        2,
        {(uint64_t)result->plan->n_arms, (uint64_t)result->n_times},
        {writer->arm, writer->time}};
    size_t rows = (size_t)result->plan->n_arms * (size_t)result->n_times;
    for (size_t i = 0; i < rows; i++)
        scratch[i] = source[i * (size_t)n + (size_t)k];
    return osw_h5_dataset(&writer->h5, group, name, OSW_H5_REAL64, scratch, &shape);
}

static void write_outputs(struct osw_hdf5_writer *writer, double *scratch,
                          const char **ids)
{
    struct osw_h5 *h5 = &writer->h5;
    const struct osw_plan *plan = writer->result->plan;
    int64_t group = osw_h5_group(h5, "outputs");
    for (int k = 0; k < plan->n_outputs; k++) {
        const struct osw_output *output = &plan->model->outputs[plan->outputs[k]];
        int64_t made = write_series(writer, group, output->id, writer->result->outputs, k,
                                    plan->n_outputs, scratch);
        osw_h5_text(h5, made, "units", output->unit_text);
        osw_h5_text(h5, made, "long_name", output->long_name);
        osw_h5_text(h5, made, "group", output->group);
        osw_h5_close(h5, made);
        ids[k] = output->id;
    }
    /* HDF5 lists a group by name; the table's order is kept here. */
    osw_h5_texts(h5, group, "order", ids, (size_t)plan->n_outputs);
    osw_h5_close(h5, group);
}

static void write_states(struct osw_hdf5_writer *writer, double *scratch)
{
    struct osw_h5 *h5 = &writer->h5;
    const struct osw_model *model = writer->result->plan->model;
    int64_t group = osw_h5_group(h5, "states");
    for (int i = 0; i < model->kernel->n_states; i++) {
        const struct osw_state *state = &model->states[i];
        int64_t made = write_series(writer, group, state->id, writer->result->states, i,
                                    model->kernel->n_states, scratch);
        osw_h5_text(h5, made, "units", state->unit_text);
        osw_h5_text(h5, made, "long_name", model->kernel->states[i].label);
        osw_h5_close(h5, made);
    }
    osw_h5_close(h5, group);
}

static void write_all(struct osw_hdf5_writer *writer, const struct osw_provenance *from)
{
    const struct osw_result *result = writer->result;
    size_t rows = (size_t)result->plan->n_arms * (size_t)result->n_times;
    double *scratch = osw_alloc(rows, sizeof *scratch);
    const char **ids = osw_alloc((size_t)result->plan->n_outputs, sizeof *ids);
    if (scratch && ids) {
        osw_hdf5_about(writer, from);
        write_axes(writer);
        write_outputs(writer, scratch, ids);
        if (result->states)
            write_states(writer, scratch);
        osw_hdf5_parameters(writer);
        osw_hdf5_events(writer);
        osw_hdf5_interventions(writer);
        osw_hdf5_solver(writer);
        osw_h5_close(&writer->h5, writer->time);
        osw_h5_close(&writer->h5, writer->arm);
    } else {
        writer->h5.failed = OSW_ERR_MEMORY;
    }
    osw_free(ids);
    osw_free(scratch);
}

enum osw_status osw_hdf5_write(const struct osw_result *result,
                               const struct osw_provenance *provenance, const char *path,
                               bool force, struct osw_diag *diag)
{
    struct osw_hdf5_writer writer = {.result = result, .time = -1, .arm = -1};
    osw_h5_begin(&writer.h5);
    write_all(&writer, provenance);
    enum osw_status status = osw_checksummed_write(&writer.h5, path, force, diag);
    osw_h5_end(&writer.h5);
    return status;
}
