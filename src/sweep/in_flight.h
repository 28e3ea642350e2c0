/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The journal of members in flight: a file that names the members a thread works at, so
 * that they are known when its process dies. Mapped memory: noting one is a store. */
#ifndef OSW_SWEEP_IN_FLIGHT_H
#define OSW_SWEEP_IN_FLIGHT_H

#include "sweep/sweep.h"

enum { OSW_IN_FLIGHT_PLACES = 64 };
struct osw_in_flight;
enum osw_status osw_in_flight_create(const struct osw_sweep *sweep, int thread,
                                     struct osw_diag *diag,
                                     struct osw_in_flight **journal) OSW_MUST_CHECK;
/* place 0 … OSW_IN_FLIGHT_PLACES - 1; member -1: none */
void osw_in_flight_note(struct osw_in_flight *journal, int place, int64_t member);
/* From now on nobody shall suspect its members. NULL is fine. */
void osw_in_flight_retire(struct osw_in_flight *journal);
void osw_in_flight_destroy(struct osw_in_flight *journal);

/* Journals of processes of this host that are no more: their members are added to
 * DIR/suspects.txt, and they are removed. */
void osw_in_flight_collect(const struct osw_sweep *sweep);

#endif
