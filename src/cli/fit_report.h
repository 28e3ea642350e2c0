/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a fit found, for people and for programs. */
#ifndef OSW_CLI_FIT_REPORT_H
#define OSW_CLI_FIT_REPORT_H

#include "cli/command.h"
#include "fit/profile.h"

struct osw_fit_report {
    const struct osw_fit *fit;
    const struct osw_fit_profile *profiles; /* [n_profiles] */
    int n_profiles;
};

void osw_fit_report_text(const struct osw_fit_report *report, FILE *out);
void osw_fit_report_json(const struct osw_fit_report *report, FILE *out);

#endif
