/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What happens in an arm, in any order, merged into the flat list of events.
 * A switch sets a parameter's base value; the effects active at that time act on it (see
 * enum osw_combine) and lift when they end, leaving the base as it then is. */
#ifndef OSW_SCENARIO_MERGE_H
#define OSW_SCENARIO_MERGE_H

#include "scenario/intervention.h"
#include "scenario/plan.h"

enum osw_happening_kind {
    OSW_HAPPENS_BASE,  /* a switch: index is a parameter */
    OSW_HAPPENS_STATE, /* a switch: index is a state */
    OSW_HAPPENS_ON,    /* index is an effect */
    OSW_HAPPENS_OFF,   /* index is an effect */
    OSW_HAPPENS_DOSE,  /* index is a state */
};

struct osw_happening {
    double t; /* day */
    enum osw_happening_kind kind;
    int index;
    double value;
    double by_weight; /* of a dose: d value / d ln weight */
    size_t sequence;  /* of being added: the file's order; osw_happenings_add sets it */
};

struct osw_effect { /* of one entry of the arm on one parameter */
    int param;
    enum osw_combine combine;
    double value, by_weight; /* d value / d ln weight */
    const char *name;
    struct osw_loc at;
};

struct osw_happenings { /* growing arrays, osw_happenings_fini frees them */
    struct osw_happening *items;
    size_t n, room;
    struct osw_effect *effects;
    size_t n_effects, effects_room;
};

enum osw_status osw_happenings_add(struct osw_happenings *h,
                                   struct osw_happening item) OSW_MUST_CHECK;
/* *index: the effect's number, for ON and OFF. */
enum osw_status osw_happenings_effect(struct osw_happenings *h, struct osw_effect effect,
                                      int *index) OSW_MUST_CHECK;
void osw_happenings_fini(struct osw_happenings *h);

/* Sort and resolve. Times within 1e-9 of each other (relative, or day below 1 day) are
 * made equal, and equal to an output time nearby. At one time: parameter switches and
 * effects, then states set, then doses, each in file order. What happens at or after
 * `end` is dropped. A parameter's event is listed only where its value (or its gain)
 * changes; values out of the parameter's bounds are OSW_ERR_INPUT. params [n_params] is
 * the life's; arm->events, gains and by_weight go to the arena. Sorts h->items in place.
 */
enum osw_status osw_merge(struct osw_reader *r, struct osw_happenings *h,
                          const double *params, const double *times, int n_times,
                          struct osw_arm *arm) OSW_MUST_CHECK;

#endif
