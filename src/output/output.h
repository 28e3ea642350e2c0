/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results to files and to the terminal. Files appear whole or not at all. */
#ifndef OSW_OUTPUT_OUTPUT_H
#define OSW_OUTPUT_OUTPUT_H

#include "simulate/simulate.h"

/* Provenance that the library cannot know. */
struct osw_provenance {
    const char *version, *revision, *command_line;
};

/* HDF5 as specified in LANGUAGE/README: /time, /arm, /outputs/<id> [A,T] with dimension
 * scales and units, /states with --states, /parameters, /events, /solver. Identical runs
 * give identical bytes. */
enum osw_status osw_hdf5_write(const struct osw_result *result,
                               const struct osw_provenance *provenance, const char *path,
                               bool force, struct osw_diag *diag) OSW_MUST_CHECK;

struct osw_csv_options {
    int digits; /* 1..17, default 9 */
    bool units; /* a second header row */
};
enum osw_status osw_csv_write(const struct osw_result *result,
                              const struct osw_csv_options *options, FILE *out,
                              struct osw_diag *diag) OSW_MUST_CHECK;

/* End points per arm with units; width in columns (0: unlimited). */
enum osw_status osw_table_write(const struct osw_result *result, int width,
                                FILE *out) OSW_MUST_CHECK;

/* A result read back from HDF5, as `plot` and --replay need it. */
struct osw_stored {
    int n_arms, n_times, n_outputs;
    const char *title, *model, *command_line;
    const char *const *arms;
    const double *times;              /* day */
    const double *first_on, *last_on; /* [n_arms], NAN if never */
    const char *const *outputs, *const *units, *const *long_names, *const *groups;
    const double *values; /* [n_arms][n_times][n_outputs] */
    struct osw_arena *arena;
};
enum osw_status osw_hdf5_read(const char *path, struct osw_diag *diag,
                              struct osw_stored **stored) OSW_MUST_CHECK;
void osw_stored_destroy(struct osw_stored *stored);

#endif
