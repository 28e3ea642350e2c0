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

/* One HDF5 file, axes as dimension scales (each group is an xarray dataset):
 *   /time [T] day, /arm [A]; with both sides of events /side [T]: before, after
 *   /outputs/<id> [A,T]      attributes units, long_name, group; `order` on the group
 *   /states/<name> [A,T]     when they were kept
 *   /parameters/value [A,P]  with id [P] and units [P]: at time 0, before events
 *   /events                  a row each: arm_index, t, kind, target, value, units
 *   /interventions           per arm: names, first_on, last_on (day, NaN: never), title
 *   /solver                  per arm: status, failure and counters; life_…: of its life
 * Root attributes: format and version, program, revision, libraries, command line, title,
 * model, hashes of model and parameters, solver and tolerances, seed (0: nothing is
 * random) and a checksum of the file. A failed arm's values are NaN from its failure on.
 * Identical runs give identical bytes: no date, host or wall time. */
enum osw_status osw_hdf5_write(const struct osw_result *result,
                               const struct osw_provenance *provenance, const char *path,
                               bool force, struct osw_diag *diag) OSW_MUST_CHECK;

struct osw_csv_options {
    int digits; /* 1..17, default 9 */
    bool units; /* a second header row */
};
/* A write error stays in the stream (ferror), for whoever closes it. OSW_ERR_USAGE:
 * digits. */
enum osw_status osw_csv_write(const struct osw_result *result,
                              const struct osw_csv_options *options, FILE *out,
                              struct osw_diag *diag) OSW_MUST_CHECK;

/* End points per arm with units; width in columns (0: unlimited). Write errors as above.
 */
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
/* OSW_ERR_NOINPUT: no such file; OSW_ERR_INPUT: not ours, or changed since we wrote it
 * (its checksum is verified before HDF5 parses anything). */
enum osw_status osw_hdf5_read(const char *path, struct osw_diag *diag,
                              struct osw_stored **stored) OSW_MUST_CHECK;
void osw_stored_destroy(struct osw_stored *stored);

#endif
