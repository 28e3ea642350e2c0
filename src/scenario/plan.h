/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a scenario file means: subjects' lives and, per arm, one flat list of events in
 * order of execution. Interventions (doses, on/off, from/until, combination rules) are
 * resolved here, so that simulation knows only: at time t set this, add that.
 * Times in days, 0 = start of the scenario; history runs at negative times. */
#ifndef OSW_SCENARIO_PLAN_H
#define OSW_SCENARIO_PLAN_H

#include "model/model.h"

/* Times closer than this are one time: 0.1 ms, far below any schedule's resolution. */
#define OSW_SAME_TIME 1e-9

enum osw_event_kind { OSW_EVENT_SET_PARAM, OSW_EVENT_SET_STATE, OSW_EVENT_ADD_STATE };

struct osw_event {
    double t;
    enum osw_event_kind kind;
    int index;    /* parameter or state */
    double value; /* in the model's unit */
};

/* A parameter that a formula of an input gives: an onset so long before the age. */
struct osw_tie {
    int param;
    double value; /* of the input, in its own unit, >= 0 */
    const struct osw_input_target *target;
    const char *name; /* of the input */
    struct osw_loc at;
};

/* One subject's life up to time 0, shared by the arms that name the same subject. */
struct osw_life {
    const char *name;
    double age_y;         /* at time 0; NAN for models without age */
    double t_start;       /* <= 0, day: where the history starts */
    bool settle_frozen;   /* culture: cells and medium frozen while settling */
    const double *params; /* [n_params] */
    /* [n_params] or NULL: 1 where subject or settings give the value, not the table. */
    const unsigned char *given;
    const struct osw_tie *ties; /* [n_ties], of different parameters */
    int n_ties;
    int match_output; /* match: this output at time 0 … or -1 */
    int match_param;  /* … is brought to match_value by this parameter */
    double match_value;
    struct osw_loc match_at;
};

struct osw_arm {
    const char *name, *title;
    int life;
    const struct osw_event *events; /* ordered: time, then switches before doses */
    int n_events;
    /* [n_events] or NULL: of a parameter's event, by how much its value moves with the
     * value that the parameter has at time 0 (0 for a switch, 0.5 for half of it). */
    const double *gains;
    /* [n_events] or NULL: d value / d ln weight, of doses and effects by body weight. */
    const double *by_weight;
    const char *const *interventions; /* names, for reports */
    int n_interventions;
    double first_on, last_on; /* when any intervention is active (day); NAN if never */
    bool weighs;              /* some event's value was made from the subject's weight */
};

struct osw_plan {
    struct osw_model *model; /* owned by the plan */
    const char *title, *path;
    double duration;     /* day */
    const double *times; /* output times, ascending, day; `at` need not begin at 0 */
    int n_times;
    const double *history_times; /* from the earliest life's start to 0, both
                                  * included: monthly, or yearly beyond 5 years */
    int n_history_times;
    const int *outputs; /* indices of the model's outputs to keep */
    int n_outputs;
    const struct osw_life *lives;
    int n_lives;
    const struct osw_arm *arms;
    int n_arms;
    double longest_step; /* day, bound for the sake of pulses (pulse.h); 0: none */
    struct osw_arena *arena;
};

struct osw_setting { /* --set NAME=VALUE: an input or a parameter, value with unit */
    const char *name, *value;
};

struct osw_plan_options {
    const char *model;       /* --model: overrides the scenario's; NULL: as written */
    const char *const *arms; /* --arm: keep only these; n_arms 0: all */
    int n_arms;
    const struct osw_setting *settings;
    int n_settings;
};

/* The tied parameter's value at p, and the input's that would make it what p has. */
double osw_tie_value(const struct osw_tie *tie, const double *p);
double osw_tie_given(const struct osw_tie *tie, const double *p);

/* Tied parameters take their values at p; one that p moved away from the life's own by
 * itself stays. Call this whenever a life gets other parameters, before
 * osw_life_starts. */
void osw_life_follow(const struct osw_life *life, double *p);

/* The day on which a life starts when its parameters are p instead of its own: who is
 * older at time 0 has a longer one. */
double osw_life_starts(const struct osw_model *model, const struct osw_life *life,
                       const double *p);
/* Its derivative by age0, day per unit of the parameter: 0 or negative. */
double osw_life_starts_by_age(const struct osw_model *model, const struct osw_life *life);

/* The value of a parameter's event for a life of parameters p: interventions act on the
 * value that p has, switches stay. */
double osw_arm_value(const struct osw_arm *arm, int event, const struct osw_life *life,
                     const double *p);

/* Load a scenario by name or path. Everything wrong with it is in diag. */
enum osw_status osw_plan_load(const char *name_or_path,
                              const struct osw_plan_options *options,
                              struct osw_diag *diag,
                              struct osw_plan **plan) OSW_MUST_CHECK;
void osw_plan_destroy(struct osw_plan *plan);

/* The plan as it would be with each parameter's value times factors [n_params], for whole
 * lives; own_only: only where the value is the table's own. What was made from the body
 * weight goes as a power of it, exact for doses per kg. *scaled borrows from the plan
 * and the arena, and is not to be destroyed. */
enum osw_status osw_plan_scale(const struct osw_plan *plan, const double *factors,
                               bool own_only, struct osw_arena *arena,
                               struct osw_plan *scaled) OSW_MUST_CHECK;

#endif
