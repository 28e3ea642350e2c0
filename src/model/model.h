/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model ready to run: its compiled kernel and the tables that belong to it
 * (params/common.tsv, <model>.tsv, <model>.states.tsv, <model>.outputs.tsv, inputs.tsv).
 * Read-only after osw_model_open, shared by any number of runs. */
#ifndef OSW_MODEL_MODEL_H
#define OSW_MODEL_MODEL_H

#include "base/cpu.h"
#include "base/units.h"
#include "model/kernel.h"
#include "text/diag.h"
#include "text/file.h"

struct osw_parameter { /* one row of the parameter table, in the kernel's order */
    const char *id, *name, *unit_text, *status, *source, *note;
    const struct osw_unit *unit;
    double nominal, lower, upper; /* in `unit`, which is the kernel's */
    bool estimate;
    const char *prior;         /* PEtab's name of the distribution, "" for none */
    double prior_parameter[2]; /* in `unit` (mean and sd of the logarithm for log-…) */
    struct osw_loc at;
};

struct osw_state {
    const char *id, *unit_text, *note;
    const struct osw_unit *unit;
    double scale;   /* nominal, for tolerances; 0: not declared, it follows the values */
    double start;   /* value or guess */
    bool has_start; /* false: the kernel's init gives it */
    bool held;      /* the baseline holds it: ageing clocks, long-lived matrix, mineral */
};

struct osw_output {
    const char *id, *unit_text, *long_name, *group;
    const struct osw_unit *unit;
};

/* A user-facing input acts on one or more parameters. */
struct osw_input_term { /* of a formula: factor times a parameter, or the value given */
    int param;          /* -1: the value given */
    double factor;      /* into the unit of the target's parameter */
};
struct osw_input_target {
    int param;
    const struct osw_unit *unit; /* the unit in which the input is given */
    /* "=age0 - value": the parameter is a sum of others; NULL: it is the value. */
    const struct osw_input_term *terms;
    int n_terms;
    const char *const *words; /* "female", "male", …; NULL for a quantity */
    const double *word_values;
    int n_words; /* the word "*" means: any value given sets word_values[i] */
};
struct osw_input {
    const char *id, *unit_text, *description;
    const struct osw_input_target *targets;
    int n_targets;
};

struct osw_wide_kernel { /* several members at once, in lanes */
    enum osw_isa isa;
    const struct osw_kernel *kernel; /* for callers built for that ISA: model/kernel.h */
};

struct osw_model {
    const char *name;
    const struct osw_kernel *kernel; /* one lane, elementary functions of libm */
    const struct osw_parameter *params;
    const struct osw_state *states;
    const struct osw_output *outputs;
    const struct osw_input *inputs;
    int n_inputs;
    const char *source_path; /* of the model text, NULL when not installed */
    char parameter_hash[65]; /* SHA-256 of ids, units and nominal values */
    struct osw_units *units; /* owned by the model */
    struct osw_arena *arena;
    bool tabled;                 /* parameters come from tables, not the text alone */
    struct osw_library *library; /* of a user's model, or NULL */
    const char *code;            /* of a user's model: the generated C; else NULL */
    struct osw_wide_kernel wide[OSW_ISAS]; /* those loaded so far */
    struct osw_library *wide_library[OSW_ISAS];
    const int *param_order, *state_order, *output_order; /* kernel indices by name */
};

/* Open a shipped model by name, or a user's model by path (".ant": compiled once with cc,
 * cached by content hash; OSW_ERR_UNAVAILABLE says what is missing when there is none).
 */
enum osw_status osw_model_open(const char *name_or_path, struct osw_diag *diag,
                               struct osw_model **model) OSW_MUST_CHECK;
void osw_model_destroy(struct osw_model *model);

/* The widest kernel that was built, that this machine runs, and that is not above `most`.
 * That of a user's model is compiled and cached at the first call for its ISA, with the
 * errors of osw_model_open; call this before threads share the model. */
enum osw_status osw_model_kernel_wide(struct osw_model *model, enum osw_isa most,
                                      struct osw_diag *diag,
                                      struct osw_wide_kernel *wide) OSW_MUST_CHECK;

/* Index by id, or -1. */
int osw_model_param(const struct osw_model *model, const char *id);
int osw_model_state(const struct osw_model *model, const char *id);
int osw_model_output(const struct osw_model *model, const char *id);
const struct osw_input *osw_model_input(const struct osw_model *model, const char *id);

/* The checked text behind an open model, units of its tables declared: for `check` and
 * the exports. OSW_ERR_NOINPUT when it is not installed; a warning when it is no longer
 * the text that the kernel was made from. */
struct osw_source;
enum osw_status osw_model_source(const struct osw_model *model, struct osw_diag *diag,
                                 struct osw_source **source) OSW_MUST_CHECK;

/* Names of the shipped models, NULL-terminated. */
const char *const *osw_model_names(void);

#endif
