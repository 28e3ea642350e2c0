/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of a result's HDF5 file, each written by one function of this layer. */
#ifndef OSW_OUTPUT_HDF5_WRITE_H
#define OSW_OUTPUT_HDF5_WRITE_H

#include "output/h5.h"
#include "output/output.h"

#define OSW_HDF5_FORMAT "osteoswitch-result"
enum { OSW_HDF5_VERSION = 1 };

struct osw_hdf5_writer {
    struct osw_h5 h5;
    const struct osw_result *result;
    int64_t time, arm; /* the dimension scales */
};

/* Root attributes: what made this file. */
void osw_hdf5_about(struct osw_hdf5_writer *writer, const struct osw_provenance *from);
/* /parameters: value [A, P], id [P], units [P]. */
void osw_hdf5_parameters(struct osw_hdf5_writer *writer);
/* /events: one row per event of every arm; /interventions: names and windows per arm. */
void osw_hdf5_events(struct osw_hdf5_writer *writer);
void osw_hdf5_interventions(struct osw_hdf5_writer *writer);
/* /solver: status and counters per arm. */
void osw_hdf5_solver(struct osw_hdf5_writer *writer);

/* A dataset [A] on the arm axis; units "" writes none. */
void osw_hdf5_per_arm(struct osw_hdf5_writer *writer, int64_t group, const char *name,
                      enum osw_h5_type type, const void *data, const char *units);
/* Texts of each arm, of variable length. */
void osw_hdf5_arm_texts(struct osw_hdf5_writer *writer, int64_t group, const char *name,
                        const char *const *texts);

#endif
