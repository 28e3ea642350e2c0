/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Quantities as a person writes them: "180 ug", "60 year", "0.8 1/d", "50 mg/kg", "0.3".
 * Every message names the key (`what`) and the text that was found. */
#ifndef OSW_SCENARIO_QUANTITY_H
#define OSW_SCENARIO_QUANTITY_H

#include "scenario/reader.h"

struct osw_quantity {
    double value;
    const struct osw_unit *unit; /* `one` for a bare number; without the "/kg" */
    const char *unit_text;       /* likewise */
    bool per_weight;             /* "mg/kg": an amount for each kg of body weight */
};

/* A finite number, then a unit or nothing. With `dose`, "/kg" means body weight. */
enum osw_status osw_quantity_parse(struct osw_reader *r, const char *text,
                                   struct osw_loc at, const char *what, bool dose,
                                   struct osw_quantity *q) OSW_MUST_CHECK;

/* The value in `unit`, whose text is for messages; NULL stands for dimensionless. */
enum osw_status osw_quantity_in(struct osw_reader *r, const char *text, struct osw_loc at,
                                const char *what, const struct osw_unit *unit,
                                const char *unit_text, double *value) OSW_MUST_CHECK;

/* q expressed in `unit`, or OSW_ERR_INPUT naming both units; text is what was written. */
enum osw_status osw_quantity_convert(struct osw_reader *r, const struct osw_quantity *q,
                                     const char *text, struct osw_loc at,
                                     const char *what, const struct osw_unit *unit,
                                     const char *unit_text, double *value) OSW_MUST_CHECK;

/* A scalar node holding a time, in day. */
enum osw_status osw_quantity_time(struct osw_reader *r, const struct osw_yaml *node,
                                  const char *what, double *days) OSW_MUST_CHECK;

/* A unit by its text (at most 64 characters), with "did you mean". */
enum osw_status osw_quantity_unit(struct osw_reader *r, const char *text,
                                  struct osw_loc at, const char *what,
                                  const struct osw_unit **unit) OSW_MUST_CHECK;

/* The decimal number at the start of text: its end, or NULL when there is none
 * (hexadecimal, "nan" and "inf" are none; overflow gives an infinite value). */
const char *osw_quantity_number(const char *text, double *value);

#endif
