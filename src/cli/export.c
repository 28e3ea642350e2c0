/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch export: a model in another program's language, or for readers. */
#include "cli/export_petab.h"
#include "cli/log.h"
#include "cli/point.h"
#include "export/sbml.h"
#include "export/sheet.h"
#include "text/outfile.h"

#include <string.h>

struct options {
    struct osw_common_options common;
    const char *output;
    struct osw_words set;
    bool check, force;
};

#define S struct options
static const struct osw_option option_table[] = {
    OSW_ROW_OUTPUT(S, "FILE",
                   "where to write (default: standard output); petab: a folder"),
    OSW_ROW_SET(S, "an input, a parameter or a state's start"),
    OSW_FLAG(S, check, "check", TALK,
             "sbml: also check the units' consistency with the SBML library"),
    OSW_ROW_FORCE(S),
};
#undef S

static const char *const formats[] = {"sbml", "latex", "markdown", "petab"};
enum { SBML, LATEX, MARKDOWN, PETAB, N_FORMATS };

static enum osw_status find_format(struct osw_session *session, const char *name, int *f)
{
    for (*f = 0; *f < N_FORMATS; (*f)++)
        if (!strcmp(name, formats[*f]))
            return OSW_OK;
    return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                         "cannot export '%s': expected sbml, latex, markdown or petab",
                         name);
}

struct writing {
    int format;
    bool check;
    const struct osw_model *model;
    struct osw_point point;
    struct osw_diag *diag;
};

static enum osw_status put_model(void *context, FILE *out)
{
    const struct writing *w = context;
    const struct osw_point *point = &w->point;
    if (w->format == SBML)
        return osw_sbml_write(w->model, point->params, point->y, NULL, w->check, out,
                              w->diag);
    return osw_sheet_write(w->model, point->params, point->y,
                           w->format == LATEX ? OSW_SHEET_LATEX : OSW_SHEET_MARKDOWN, out,
                           w->diag);
}

static enum osw_status write_file(struct osw_session *session, const struct options *o,
                                  struct writing *w)
{
    const char *path = o->output ? o->output : "-";
    enum osw_status status =
        osw_outfile_write(path, o->force, put_model, w, session->diag);
    if (!status && strcmp(path, "-") != 0)
        osw_log_info(session, "wrote %s", path);
    return status;
}

static enum osw_status export_petab(struct osw_session *session, const struct options *o)
{
    if (!o->output || o->set.n || o->check)
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "export petab: expected -o DIR, and neither --set nor "
                             "--check");
    return osw_export_petab(session, o->common.operands.items[1], o->output, o->force);
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    struct osw_model *model = NULL;
    struct writing w = {.check = o->check, .diag = session->diag};
    enum osw_status status = find_format(session, o->common.operands.items[0], &w.format);
    if (!status && w.format == PETAB)
        return export_petab(session, o);
    if (!status)
        status = osw_model_open(o->common.operands.items[1], session->diag, &model);
    if (!status)
        status = osw_point_init(session, model, &o->set, &w.point);
    w.model = model;
    if (!status)
        status = write_file(session, o, &w);
    osw_model_destroy(model);
    return status;
}

const struct osw_command osw_command_export = {
    .name = "export",
    .operands = "sbml|latex|markdown MODEL | petab PROBLEM",
    .summary = "Write a model as SBML or a sheet of equations, or a fit for PEtab",
    .details =
        "A sheet has the equations of the model text, states, parameters with "
        "value, unit, status and source, and outputs.\n"
        "petab PROBLEM -o DIR: a problem of `osteoswitch fit` in PEtab's tables "
        "(version 2) with its model;\nwhat PEtab cannot say is left out with a warning.",
    .least = 2,
    .most = 2,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
