/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What drivers in lanes share (solve/batch.h): a trajectory to each lane, which takes the
 * next when it is done. A driver adds what it does in a lane besides. */
#ifndef OSW_SIMULATE_DRIVER_LANES_H
#define OSW_SIMULATE_DRIVER_LANES_H

#include "simulate/driver.h"

struct osw_lane_extra { /* of one lane */
    enum osw_status (*create)(const struct osw_driver_setup *setup, void **extra);
    /* A trajectory begins: set the cursor's horizon. */
    void (*begin)(void *extra, struct osw_cursor *cursor);
    /* The lane is at the horizon: it and the cursor are moved to where they go on. With
     * segment->show: after an output there was given. */
    void (*at_horizon)(void *extra, struct osw_cursor *cursor,
                       struct osw_batch_lane *lane, struct osw_batch_segment *segment);
    /* The segment begins: ask for what has to be known of it. */
    void (*watch)(void *extra, struct osw_batch_segment *segment);
    /* The lane failed. True: it has been put to where it can go on. */
    bool (*failed)(void *extra, struct osw_cursor *cursor, struct osw_batch_lane *lane);
    void (*ended)(const void *extra, struct osw_trajectory *trajectory);
    void (*destroy)(void *extra);
};

/* Entries of struct osw_driver; extra may be NULL, and is kept. */
enum osw_status osw_driver_lanes_create(const struct osw_driver_setup *setup,
                                        const struct osw_lane_extra *extra,
                                        void **work) OSW_MUST_CHECK;
enum osw_status osw_driver_lanes_run(void *work,
                                     const struct osw_trajectory_source *source);
enum osw_status osw_driver_lanes_find_steady(void *work,
                                             struct osw_batch_search *searches, int n);
struct osw_batch_stats osw_driver_lanes_stats(const void *work);
void osw_driver_lanes_destroy(void *work);

#endif
