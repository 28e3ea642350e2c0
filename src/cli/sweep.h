/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of `osteoswitch sweep`: what each word after it does. */
#ifndef OSW_CLI_SWEEP_H
#define OSW_CLI_SWEEP_H

#include "cli/command.h"
#include "sweep/sweep.h"

struct osw_sweep_options {
    struct osw_common_options common;
    const char *output, *shard;
    struct osw_sweep_settings settings;
    int jobs, max_fail, digits, recompute;
    double time_limit;
    bool force, sbatch, failed, json;
};

/* Say how many members have no values, and why, if any. */
void osw_sweep_parts_warn(struct osw_session *session, const struct osw_sweep *sweep,
                          const struct osw_sweep_tally *tally);

/* sample DESIGN: the points on stdout. */
enum osw_status osw_sweep_parts_sample(struct osw_session *session, const char *design,
                                       const struct osw_sweep_options *o) OSW_MUST_CHECK;
/* status DIR, verify DIR, merge DIR: of a sweep that was begun. */
enum osw_status osw_sweep_parts_status(struct osw_session *session, const char *dir,
                                       const struct osw_sweep_options *o) OSW_MUST_CHECK;
enum osw_status osw_sweep_parts_verify(struct osw_session *session, const char *dir,
                                       const struct osw_sweep_options *o) OSW_MUST_CHECK;
enum osw_status osw_sweep_parts_merge(struct osw_session *session, const char *dir,
                                      const struct osw_sweep_options *o) OSW_MUST_CHECK;
/* A job script for Slurm on stdout. */
enum osw_status osw_sweep_script(struct osw_session *session, const char *design,
                                 const struct osw_sweep_options *o) OSW_MUST_CHECK;

#endif
