/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One name given one value: an input of params/inputs.tsv (which may set several
 * parameters), a parameter or a state. Units are converted and bounds checked here, for
 * subjects, `parameters:`, `set:` and --set alike. */
#ifndef OSW_SCENARIO_SETTING_H
#define OSW_SCENARIO_SETTING_H

#include "scenario/reader.h"

enum osw_setting_kind {
    OSW_SETTING_PARAM,
    OSW_SETTING_STATE,
    OSW_SETTING_WEIGHT,
    OSW_SETTING_TIE /* a parameter by a formula of others */
};

struct osw_assignment {
    struct osw_assignment *next;
    enum osw_setting_kind kind;
    int index;    /* parameter or state; 0 for WEIGHT */
    double value; /* in the model's unit; kg for WEIGHT (models without that parameter);
                   * of a TIE the input's, in its unit */
    const struct osw_input_target *target; /* of a TIE */
    const char *name;                      /* as the user wrote it */
    struct osw_loc at;
};

/* Resolve name among `kinds` (osw_name_kind flags; inputs before parameters before
 * states) and append to *last (the end of a list; moved on). The value's text is parsed
 * in the target's unit. Unknown names return `unknown`, bad values `bad`. `noun` is what
 * the message calls the name: "input", "parameter". */
struct osw_setting_request {
    const char *name, *text;
    struct osw_loc name_at, text_at;
    int kinds;
    const char *noun;
    enum osw_status unknown, bad;
};
enum osw_status osw_setting_resolve(struct osw_reader *r,
                                    const struct osw_setting_request *request,
                                    struct osw_assignment ***last) OSW_MUST_CHECK;

/* OSW_ERR_INPUT with bound and table when value is out of parameter j's bounds. */
enum osw_status osw_setting_check(struct osw_reader *r, int j, double value,
                                  struct osw_loc at, const char *what) OSW_MUST_CHECK;

/* Write the parameter assignments of a list to params (and 1 to given, when it is not
 * NULL), weights to *weight_kg; ties last, at the values of the whole list. */
void osw_setting_apply(const struct osw_assignment *list, double *params,
                       unsigned char *given, double *weight_kg);

#endif
