/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gnuplot as a child: the fence. */
#ifndef OSW_PLOT_GNUPLOT_H
#define OSW_PLOT_GNUPLOT_H

#include "text/diag.h"

/* Run `script` (n bytes) and write what gnuplot draws to `picture`. `at` names the
 * picture in messages. OSW_ERR_UNAVAILABLE: there is no gnuplot, or it lacks the
 * terminal; OSW_ERR_INTERNAL: it refused the script (its own words are in diag);
 * OSW_ERR_IO: the picture cannot be written. */
enum osw_status osw_gnuplot_run(const char *script, size_t n, FILE *picture,
                                struct osw_loc at, struct osw_diag *diag) OSW_MUST_CHECK;

/* gnuplot's exit status when a script finds no terminal for the format. */
enum { OSW_GNUPLOT_NO_TERMINAL = 9 };

#endif
