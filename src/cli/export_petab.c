/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/export_petab.h"
#include "cli/log.h"
#include "cli/point.h"
#include "export/sbml.h"
#include "fit/petab.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static enum osw_status write_model(struct osw_session *session,
                                   const struct osw_model *model, const char *dir,
                                   bool force)
{
    static const struct osw_words none;
    struct osw_point point;
    struct osw_outfile *file = NULL;
    const char *path =
        osw_arena_format(session->arena, "%s/%s", dir, osw_fit_petab_model_file);
    enum osw_status status =
        path ? osw_point_init(session, model, &none, &point) : OSW_ERR_MEMORY;
    if (!status)
        status = osw_outfile_create(path, force, session->diag, &file);
    if (status)
        return status;
    FILE *out = osw_outfile_stream(file);
    status = out ? osw_sbml_write(model, point.params, point.y, false, out, session->diag)
                 : OSW_ERR_IO;
    if (!status)
        return osw_outfile_commit(file, session->diag);
    osw_outfile_abort(file);
    return status;
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
