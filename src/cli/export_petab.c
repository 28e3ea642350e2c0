/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/export_petab.h"
#include "cli/log.h"
#include "cli/point.h"
#include "export/sbml.h"
#include "fit/petab.h"
#include "fit/petab_names.h"
#include "text/outfile.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct writing {
    const struct osw_model *model;
    struct osw_point point;
    struct osw_diag *diag;
};

static enum osw_status put_model(void *context, FILE *out)
{
    const struct writing *w = context;
    return osw_sbml_write(w->model, w->point.params, w->point.y, osw_petab_names_id,
                          false, out, w->diag);
}

static enum osw_status write_model(struct osw_session *session,
                                   const struct osw_model *model, const char *dir,
                                   bool force)
{
    static const struct osw_words none;
    struct writing w = {.model = model, .diag = session->diag};
    const char *path =
        osw_arena_format(session->arena, "%s/%s", dir, osw_fit_petab_model_file);
    enum osw_status status =
        path ? osw_point_init(session, model, &none, &w.point) : OSW_ERR_MEMORY;
    return status ? status : osw_outfile_write(path, force, put_model, &w, w.diag);
}

enum osw_status osw_export_petab(struct osw_session *session, const char *problem,
                                 const char *dir, bool force)
{
    struct osw_fit_problem *p;
    const struct osw_model *model;
    enum osw_status status = osw_fit_problem_load(problem, session->diag, &p);
    if (status)
        return status;
    if (mkdir(dir, 0777) && errno != EEXIST)
        status = osw_diag_fail(session->diag, OSW_ERR_CANTCREAT, (struct osw_loc){0},
                               "cannot make the folder %s: %s", dir, strerror(errno));
    if (!status)
        status = osw_fit_petab_write(p, dir, force, session->diag, &model);
    if (!status)
        status = write_model(session, model, dir, force);
    if (!status)
        osw_log_info(session, "wrote %s/problem.yaml", dir);
    osw_fit_problem_destroy(p);
    return status;
}
