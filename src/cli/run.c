/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch run: a scenario to a table, HDF5 and CSV. */
#include "cli/build.h"
#include "cli/log.h"
#include "cli/point.h"
#include "cli/signals.h"
#include "options/science.h"
#include "output/output.h"
#include "text/outfile.h"

#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct options {
    struct osw_common_options common;
    const char *output, *csv, *model, *replay;
    struct osw_words arms, set;
    const struct osw_driver *driver;
    int isa, digits;
    struct osw_solver_options solver;
    bool states, history, both_sides, units, force;
};

#define S struct options
static const struct osw_option option_table[] = {
    OSW_ROW_OUTPUT(S, "FILE.h5", "write the result as HDF5"),
    OSW_TEXT(S, csv, "csv", "FILE", FILES,
             "write the result as CSV; - is standard output, in place of the table"),
    OSW_ROW_ARM(S),
    OSW_ROW_SET(S, "an input or a parameter, with its unit, for the whole life"),
    OSW_ROW_MODEL(S, NULL,
                  "another model than the scenario's: a name, or the path of a model's "
                  "text"),
    OSW_MEMBER(S, driver, "solver", "NAME", "cvode", osw_drivers, osw_driver_word,
               SCIENCE, "the integrator: osteoswitch list solvers"),
    OSW_NAMED(S, isa, "isa", "NAME", "avx512", osw_isa_word, SCIENCE,
              "the widest vector instructions that rosenbrock and envelope may use"),
    OSW_SOLVER_ROWS(S, solver., "1e-6", OSW_RTOL_HELP),
    OSW_FLAG(S, states, "states", SCIENCE, "keep the states too"),
    OSW_FLAG(S, history, "history", SCIENCE,
             "keep the life before the scenario too, at negative times"),
    OSW_FLAG(S, both_sides, "both-sides", SCIENCE,
             "at the time of an event give values before and after it, told apart by the "
             "column 'side'; else those just before it"),
    OSW_TEXT(
        S, replay, "replay", "FILE.h5", FILES,
        "repeat the run that made this file, from the files it was made from; exit 3 "
        "when its values differ now"),
    OSW_ROW_DIGITS(S, "9", "digits in CSV"),
    OSW_ROW_CSV_UNITS(S, "a second header row in CSV, with units"),
    OSW_ROW_FORCE(S),
};
#undef S

static int terminal_width(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

static enum osw_status check_writable(struct osw_session *session, const char *path,
                                      bool force)
{
    return path ? osw_outfile_check(path, force, session->diag) : OSW_OK;
}

/* Do two names of files to write mean one file? Neither need be there yet. */
static bool is_same_file(const char *a, const char *b)
{
    struct stat in_a, in_b;
    char folder_a[PATH_MAX], folder_b[PATH_MAX];
    const char *slash_a = strrchr(a, '/'), *slash_b = strrchr(b, '/');
    if (strcmp(slash_a ? slash_a + 1 : a, slash_b ? slash_b + 1 : b) != 0)
        return false;
    snprintf(folder_a, sizeof folder_a, "%.*s/.", slash_a ? (int)(slash_a - a) : 1,
             slash_a ? a : ".");
    snprintf(folder_b, sizeof folder_b, "%.*s/.", slash_b ? (int)(slash_b - b) : 1,
             slash_b ? b : ".");
    return stat(folder_a, &in_a) == 0 && stat(folder_b, &in_b) == 0 &&
           in_a.st_dev == in_b.st_dev && in_a.st_ino == in_b.st_ino;
}

static enum osw_status check_names(struct osw_session *session, const struct options *o)
{
    const struct osw_loc nowhere = {0};
    if (o->output && !strcmp(o->output, "-"))
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, nowhere,
                             "--output: HDF5 goes to a file, not to standard output "
                             "(./- is a file named -); --csv - does");
    if (o->output && o->csv && is_same_file(o->output, o->csv))
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, nowhere,
                             "--output and --csv name the same file '%s'", o->csv);
    return OSW_OK;
}

struct csv {
    const struct osw_result *result;
    struct osw_csv_options options;
    struct osw_diag *diag;
};

static enum osw_status put_csv(void *context, FILE *out)
{
    const struct csv *csv = context;
    return osw_csv_write(csv->result, &csv->options, out, csv->diag);
}

static enum osw_status write_csv(struct osw_session *session, const struct options *o,
                                 const struct osw_result *result)
{
    struct csv csv = {result, {o->digits, o->units}, session->diag};
    enum osw_status status =
        osw_outfile_write(o->csv, o->force, put_csv, &csv, session->diag);
    if (!status && strcmp(o->csv, "-") != 0)
        osw_log_info(session, "wrote %s", o->csv);
    return status;
}

static enum osw_status write_all(struct osw_session *session, const struct options *o,
                                 const struct osw_result *result, const char *line)
{
    const struct osw_provenance provenance = {OSW_VERSION, OSW_REVISION, line};
    enum osw_status status = OSW_OK;
    if (o->output) {
        status = osw_hdf5_write(result, &provenance, o->output, o->force, session->diag);
        if (!status)
            osw_log_info(session, "wrote %s", o->output);
    }
    if (!status && o->csv)
        status = write_csv(session, o, result);
    if (!status && !(o->csv && !strcmp(o->csv, "-")))
        status = osw_table_write(result, terminal_width(), stdout);
    return status;
}

static void log_work(const struct osw_session *session, const struct osw_result *result)
{
    for (int a = 0; a < result->plan->n_arms; a++) {
        const struct osw_solver_stats *s = &result->arms[a].stats;
        osw_log_detail(
            session,
            "arm %s: %lld steps, %lld right-hand sides, %lld Jacobians in %lld "
            "segments (life: %lld steps)",
            result->arms[a].name, (long long)s->steps, (long long)s->rhs,
            (long long)s->jacobians, (long long)s->segments,
            (long long)result->arms[a].life_stats.steps);
        if (result->arms[a].periods)
            osw_log_detail(session, "arm %s: %lld of %lld regular periods run",
                           result->arms[a].name, (long long)result->arms[a].periods_run,
                           (long long)result->arms[a].periods);
    }
    osw_log_detail(session, "integration: %.1f ms of CPU time",
                   1e3 * result->integrate_cpu_s);
}

static enum osw_status simulate(struct osw_session *session, const struct options *o,
                                const struct osw_plan *plan, struct osw_result **result)
{
    struct osw_progress progress;
    const struct osw_simulate_options options = {.solver = o->solver,
                                                 .driver = o->driver,
                                                 .isa = (enum osw_isa)o->isa,
                                                 .states = o->states,
                                                 .history = o->history,
                                                 .both_sides = o->both_sides,
                                                 .progress = osw_progress_show,
                                                 .context = &progress};
    osw_progress_begin(&progress, session);
    enum osw_status status = osw_simulate(plan, &options, session->diag, result);
    osw_progress_end(&progress);
    return status;
}

static bool same_values(const struct osw_result *now, const struct osw_stored *then)
{
    const struct osw_plan *plan = now->plan;
    if (plan->n_arms != then->n_arms || now->n_times != then->n_times ||
        plan->n_outputs != then->n_outputs)
        return false;
    for (int a = 0; a < then->n_arms; a++)
        if (strcmp(now->arms[a].name, then->arms[a]) != 0)
            return false;
    for (int i = 0; i < then->n_outputs; i++)
        if (strcmp(plan->model->outputs[plan->outputs[i]].id, then->outputs[i]) != 0)
            return false;
    size_t n = (size_t)then->n_times;
    size_t all = (size_t)then->n_arms * n * (size_t)then->n_outputs;
    return !memcmp(now->times, then->times, n * sizeof *now->times) &&
           !memcmp(now->outputs, then->values, all * sizeof *now->outputs);
}

/* A repeated run reads scenario, tables and model anew: they may have changed. */
static enum osw_status check_same(struct osw_session *session, const char *file,
                                  const struct osw_result *now,
                                  const struct osw_stored *then)
{
    if (same_values(now, then))
        return OSW_OK;
    osw_diag_add(
        session->diag, OSW_WARNING, (struct osw_loc){.file = file},
        "the repeated run has other values: its scenario, a parameter, the model "
        "or the program has changed since");
    return OSW_NEGATIVE;
}

/* `then`: the result that this run repeats, or NULL. */
static enum osw_status run_scenario(struct osw_session *session, const struct options *o,
                                    const struct osw_stored *then)
{
    struct osw_setting *set = NULL;
    struct osw_plan *plan = NULL;
    struct osw_result *result = NULL;
    const char *line = osw_science_line(&osw_command_run, o, session->arena);
    enum osw_status status =
        line ? osw_point_settings(session, &o->set, &set) : OSW_ERR_MEMORY;
    if (status)
        return status;
    const struct osw_plan_options options = {.model = o->model,
                                             .arms = o->arms.items,
                                             .n_arms = (int)o->arms.n,
                                             .settings = set,
                                             .n_settings = (int)o->set.n};
    status = osw_plan_load(o->common.operands.items[0], &options, session->diag, &plan);
    if (!status)
        status = check_writable(session, o->output, o->force);
    if (!status)
        status = check_writable(session, o->csv, o->force);
    enum osw_status integrated = status ? status : simulate(session, o, plan, &result);
    if (result && !osw_signals_caught()) { /* also when an arm failed: it is coded */
        log_work(session, result);
        status = write_all(session, o, result, line);
        if (!status && then)
            status = check_same(session, o->replay, result, then);
    }
    osw_result_destroy(result);
    osw_plan_destroy(plan);
    return integrated && (!status || status == OSW_NEGATIVE) ? integrated : status;
}

/* The stored command line decides on the science, this one on files and talk. */
static enum osw_status replay(struct osw_session *session, const struct options *o)
{
    struct osw_stored *stored;
    enum osw_status status = osw_hdf5_read(o->replay, session->diag, &stored);
    if (status)
        return status;
    struct options now = *o;
    status = osw_science_take(&osw_command_run, stored->command_line, session->arena,
                              session->diag, &now);
    if (!status && now.common.operands.n != 1)
        status = OSW_ERR_INPUT;
    if (status == OSW_ERR_INPUT)
        status = osw_diag_fail(
            session->diag, OSW_ERR_INPUT, (struct osw_loc){.file = o->replay},
            "holds no run that can be repeated: '%s'", stored->command_line);
    if (!status) {
        osw_log_info(session, "repeating: %s", stored->command_line);
        status = run_scenario(session, &now, stored);
    }
    osw_stored_destroy(stored);
    return status;
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    size_t n = o->common.operands.n;
    if (!o->replay && n == 0)
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "run needs a SCENARIO: osteoswitch run [OPTION]… SCENARIO "
                             "(osteoswitch list scenarios)");
    if (o->replay && n)
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "run: --replay takes the scenario from its file, not '%s'",
                             o->common.operands.items[0]);
    if (o->replay && osw_science_given(&osw_command_run, o))
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "run: --replay takes %s from its file",
                             osw_science_names(&osw_command_run, session->arena));
    enum osw_status status = check_names(session, o);
    if (status)
        return status;
    return o->replay ? replay(session, o) : run_scenario(session, o, NULL);
}

const struct osw_command osw_command_run = {
    .name = "run",
    .operands = "SCENARIO",
    .summary = "Simulate a scenario; print end points, write HDF5 and CSV",
    .details =
        "SCENARIO is a name (osteoswitch list scenarios) or the path of a YAML file.",
    .least = 0,
    .most = 1,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
