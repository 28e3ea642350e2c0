/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/picture.h"
#include "plot/gnuplot.h"
#include "text/outfile.h"

#include <stdlib.h>

struct picture {
    const void *figure;
    osw_picture_writer *write;
    enum osw_plot_format format;
    struct osw_loc at;
    struct osw_diag *diag;
};

static enum osw_status put_picture(void *context, FILE *out)
{
    const struct picture *p = context;
    char *script = NULL;
    size_t n = 0;
    enum osw_status status = p->write(p->figure, p->format, &script, &n);
    if (!status)
        status = osw_gnuplot_run(script, n, out, p->at, p->diag);
    free(script);
    return status;
}

enum osw_status osw_picture_draw(const void *figure, osw_picture_writer *write,
                                 const char *path, bool force, struct osw_diag *diag)
{
    struct picture p = {
        figure, write, OSW_PLOT_PNG, {.file = osw_diag_file(diag, path)}, diag};
    enum osw_status status = osw_page_format(path, diag, &p.format);
    return status ? status : osw_outfile_write(path, force, put_picture, &p, diag);
}
