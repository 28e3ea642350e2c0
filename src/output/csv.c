/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comma-separated values: one row per arm and time (and side of the time,
 * before or after its events, where both were asked for), names quoted as RFC 4180 asks,
 * lines ended by LF. A value that is not there (an arm that failed) is NaN, so that every
 * row has as many fields as the header. */
#include "output/output.h"

#include <math.h>
#include <string.h>

enum { MOST_DIGITS = 17 };

static void put_text(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            putc('"', out);
        putc(*p, out);
    }
    putc('"', out);
}

static void put_number(FILE *out, double value, int digits)
{
    if (isnan(value))
        fputs("NaN", out);
    else
        fprintf(out, "%.*g", digits, value);
}

static void put_header(const struct osw_plan *plan, bool sides, bool units, FILE *out)
{
    fputs(sides ? "arm,t_d,side" : "arm,t_d", out);
    for (int k = 0; k < plan->n_outputs; k++) {
        putc(',', out);
        put_text(out, plan->model->outputs[plan->outputs[k]].id);
    }
    putc('\n', out);
    if (!units)
        return;
    fputs(sides ? ",day," : ",day", out);
    for (int k = 0; k < plan->n_outputs; k++) {
        putc(',', out);
        put_text(out, plan->model->outputs[plan->outputs[k]].unit_text);
    }
    putc('\n', out);
}

enum osw_status osw_csv_write(const struct osw_result *result,
                              const struct osw_csv_options *options, FILE *out,
                              struct osw_diag *diag)
{
    const struct osw_plan *plan = result->plan;
    const double *value = result->outputs;
    if (options->digits < 1 || options->digits > MOST_DIGITS)
        return osw_diag_fail(diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "%d digits in CSV: expected 1 to %d", options->digits,
                             MOST_DIGITS);
    put_header(plan, result->after, options->units, out);
    for (int a = 0; a < plan->n_arms; a++) {
        for (int t = 0; t < result->n_times; t++) {
            put_text(out, plan->arms[a].name);
            putc(',', out);
            put_number(out, result->times[t], options->digits);
            if (result->after)
                fputs(result->after[t] ? ",after" : ",before", out);
            for (int k = 0; k < plan->n_outputs; k++) {
                putc(',', out);
                put_number(out, *value++, options->digits);
            }
            putc('\n', out);
        }
    }
    return OSW_OK;
}
