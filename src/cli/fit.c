/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch fit: parameters from observations. */
#include "cli/fit_report.h"
#include "cli/log.h"
#include "fit/tables.h"
#include "text/outfile.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct options {
    struct osw_common_options common;
    const char *output;
    struct osw_words profile;
    int jobs, starts, seed;
    bool json, update, force;
};

#define S struct options
static const struct osw_option option_table[] = {
    OSW_ROW_OUTPUT(S, "DIR",
                   "write fit.json, and the fitted rows of each table of parameters"),
    OSW_FLAG(S, update, "update", FILES,
             "put the fitted values into the tables of parameters that were read"),
    OSW_LIST(S, profile, "profile", "NAME", SCIENCE,
             "the profile likelihood of this parameter, too; `all`: of every one"),
    OSW_ROW_STARTS(S, "0", 0,
                   "starting points, the first being the tables' values; 0: the "
                   "problem's"),
    OSW_ROW_SEED(S, "-1", -1, "of the other starting points; -1: the problem's"),
    OSW_ROW_JOBS(S, ". The result is the same for any"),
    OSW_ROW_JSON(S, "a JSON object on standard output instead of tables"),
    OSW_ROW_FORCE(S),
};
#undef S

static int threads_of(const struct options *o)
{
    int n = o->jobs ? o->jobs : (int)sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n;
}

static enum osw_status unknown_param(struct osw_session *session,
                                     const struct osw_fit_problem *p, const char *name)
{
    const char **names =
        osw_arena_alloc(session->arena, (size_t)p->n_params, sizeof *names);
    if (!names)
        return OSW_ERR_MEMORY;
    for (int k = 0; k < p->n_params; k++)
        names[k] = p->params[k].row->id;
    const char *closest = osw_diag_closest(name, names, (size_t)p->n_params);
    return osw_diag_fail(session->diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                         "--profile: the problem does not estimate '%s'%s%s%s", name,
                         closest ? " (did you mean '" : "", closest ? closest : "",
                         closest ? "'?)" : "");
}

/* Numbers of the parameters whose profile is asked for, each once. */
static enum osw_status read_profile(struct osw_session *session, const struct options *o,
                                    const struct osw_fit_problem *p, int **params, int *n)
{
    *params = osw_arena_alloc(session->arena, (size_t)p->n_params, sizeof **params);
    bool *wanted = osw_arena_alloc(session->arena, (size_t)p->n_params, sizeof *wanted);
    if (!*params || !wanted)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < o->profile.n; i++) {
        const char *name = o->profile.items[i];
        bool all = !strcmp(name, "all"), found = all;
        for (int k = 0; k < p->n_params; k++) {
            bool match = all || !strcmp(name, p->params[k].row->id);
            wanted[k] = wanted[k] || match;
            found = found || match;
        }
        if (!found)
            return unknown_param(session, p, name);
    }
    *n = 0;
    for (int k = 0; k < p->n_params; k++)
        if (wanted[k])
            (*params)[(*n)++] = k;
    return OSW_OK;
}

static enum osw_status make_folder(struct osw_session *session, const char *path)
{
    if (!mkdir(path, 0777) || errno == EEXIST)
        return OSW_OK;
    return osw_diag_fail(session->diag, OSW_ERR_CANTCREAT, (struct osw_loc){0},
                         "cannot make the folder %s: %s", path, strerror(errno));
}

static enum osw_status put_report(void *context, FILE *out)
{
    osw_fit_report_json(context, out);
    return OSW_OK;
}

static enum osw_status write_folder(struct osw_session *session, const struct options *o,
                                    struct osw_fit_report *report)
{
    const char *path = osw_arena_format(session->arena, "%s/fit.json", o->output);
    enum osw_status status = path ? make_folder(session, o->output) : OSW_ERR_MEMORY;
    if (!status)
        status = osw_fit_tables_write(report->fit, o->output, o->force, session->diag);
    if (!status)
        status = osw_outfile_write(path, o->force, put_report, report, session->diag);
    return status;
}

static enum osw_status tell(struct osw_session *session, const struct options *o,
                            struct osw_fit_report *report)
{
    enum osw_status status = OSW_OK;
    if (o->json)
        osw_fit_report_json(report, stdout);
    else
        osw_fit_report_text(report, stdout);
    if (o->output)
        status = write_folder(session, o, report);
    if (!status && o->update)
        status = osw_fit_tables_update(report->fit, session->diag);
    if (!status && o->update)
        osw_log_info(session, "the tables of parameters hold the fitted values");
    return status;
}

static enum osw_status compute(struct osw_session *session, const struct options *o,
                               const struct osw_fit_problem *p)
{
    struct osw_progress progress;
    const struct osw_fit_threads threads = {threads_of(o), osw_progress_show, &progress};
    struct osw_fit *fit = NULL;
    struct osw_fit_report report = {0};
    int *params;
    enum osw_status status = read_profile(session, o, p, &params, &report.n_profiles);
    if (status)
        return status;
    struct osw_fit_profile *profiles =
        osw_arena_alloc(session->arena, (size_t)report.n_profiles, sizeof *profiles);
    if (!profiles)
        return OSW_ERR_MEMORY;
    osw_progress_begin(&progress, session);
    status = osw_fit_run(p, &threads, session->diag, &fit);
    if (!status)
        status = osw_fit_profiles(fit, params, report.n_profiles, &threads, profiles);
    osw_progress_end(&progress);
    report.fit = fit;
    report.profiles = profiles;
    if (!status)
        status = tell(session, o, &report);
    osw_fit_destroy(fit);
    return status;
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    struct osw_fit_problem *problem;
    enum osw_status status =
        osw_fit_problem_load(o->common.operands.items[0], session->diag, &problem);
    if (status)
        return status;
    if (o->starts)
        problem->starts = o->starts;
    if (o->seed >= 0)
        problem->seed = (uint64_t)o->seed;
    status = o->update ? osw_fit_tables_check(problem, session->diag) : OSW_OK;
    if (!status)
        status = compute(session, o, problem);
    osw_fit_problem_destroy(problem);
    return status;
}

const struct osw_command osw_command_fit = {
    .name = "fit",
    .operands = "PROBLEM",
    .summary = "Estimate parameters from observations, and say which they determine",
    .details = "PROBLEM is a name from `osteoswitch list fits` or the path of a file. "
               "The shipped tables\n"
               "are recalibrated with\n"
               "\n"
               "  osteoswitch fit human --update\n"
               "\n"
               "Only calibrate rows of a table of evidence are fitted; a problem that "
               "names another\n"
               "row is refused.\n",
    .least = 1,
    .most = 1,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
