/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A figure to a file: the format by the file's ending, the script by the figure's own
 * writer, the drawing by gnuplot. The file appears whole or not at all. */
#ifndef OSW_PLOT_PICTURE_H
#define OSW_PLOT_PICTURE_H

#include "plot/page.h"

/* The figure's script in memory of malloc, as osw_page_finish gives it. */
typedef enum osw_status osw_picture_writer(const void *figure,
                                           enum osw_plot_format format, char **script,
                                           size_t *n);

/* OSW_ERR_USAGE: an ending without a format; errors of osw_outfile_create and of
 * osw_gnuplot_run. */
enum osw_status osw_picture_draw(const void *figure, osw_picture_writer *write,
                                 const char *path, bool force,
                                 struct osw_diag *diag) OSW_MUST_CHECK;

#endif
