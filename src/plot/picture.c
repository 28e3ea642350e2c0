/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/picture.h"
#include "plot/gnuplot.h"
#include "text/file.h"

#include <stdlib.h>

enum osw_status osw_picture_draw(const void *figure, osw_picture_writer *write,
                                 const char *path, bool force, struct osw_diag *diag)
{
    const struct osw_loc at = {.file = osw_diag_file(diag, path)};
    enum osw_plot_format format;
    struct osw_outfile *out = NULL;
    char *script = NULL;
    size_t n = 0;
    enum osw_status status = osw_page_format(path, diag, &format);
    if (!status)
        status = osw_outfile_create(path, force, diag, &out);
    if (status)
        return status;
    FILE *picture = osw_outfile_stream(out);
    status = picture ? write(figure, format, &script, &n) : OSW_ERR_MEMORY;
    if (!status)
        status = osw_gnuplot_run(script, n, picture, at, diag);
    free(script);
    if (!status)
        return osw_outfile_commit(out, diag);
    osw_outfile_abort(out);
    return status;
}
