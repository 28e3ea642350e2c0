/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch run: a scenario to a table, HDF5 and CSV. */
#include "cli/build.h"
#include "cli/command_line.h"
#include "cli/log.h"
#include "cli/point.h"
#include "cli/signals.h"
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
    int solver, linear_solver, isa, digits;
    double rtol, max_step;
    bool states, history, units, force;
};

#define FIELD(name) offsetof(struct options, name)
static const struct osw_option option_table[] = {
    {.name = "output",
     .letter = 'o',
     .type = OSW_OPTION_TEXT,
     .offset = FIELD(output),
     .argument = "FILE.h5",
     .help = "write the result as HDF5"},
    {.name = "csv",
     .type = OSW_OPTION_TEXT,
     .offset = FIELD(csv),
     .argument = "FILE",
     .help = "write the result as CSV; - is standard output, in place of the table"},
    {.name = "arm",
     .type = OSW_OPTION_LIST,
     .offset = FIELD(arms),
     .argument = "ARM",
     .help = "run only this arm"},
    {.name = "set",
     .type = OSW_OPTION_LIST,
     .offset = FIELD(set),
     .argument = "NAME=VALUE",
     .help = "an input or a parameter, with its unit, for the whole life"},
    {.name = "model",
     .type = OSW_OPTION_TEXT,
     .offset = FIELD(model),
     .argument = "MODEL",
     .help = "another model than the scenario's: a name, or the path of a model's text"},
    {.name = "solver",
     .type = OSW_OPTION_CHOICE,
     .offset = FIELD(solver),
     .argument = "NAME",
     .initial = "cvode",
     .choices = "cvode|rosenbrock|envelope",
     .help = "the integrator: osteoswitch list solvers"},
    {.name = "isa",
     .type = OSW_OPTION_CHOICE,
     .offset = FIELD(isa),
     .argument = "NAME",
     .initial = "avx512",
     .choices = "baseline|avx2|avx512",
     .help = "the widest vector instructions that rosenbrock and envelope may use"},
    {.name = "linear-solver",
     .type = OSW_OPTION_CHOICE,
     .offset = FIELD(linear_solver),
     .argument = "NAME",
     .initial = "klu",
     .choices = "klu|dense|generated",
     .help = "how cvode solves its linear systems"},
    {.name = "rtol",
     .type = OSW_OPTION_REAL,
     .offset = FIELD(rtol),
     .argument = "X",
     .initial = "1e-6",
     .lower = 1e-12,
     .upper = 1e-1,
     .help = "relative tolerance of the integration"},
    {.name = "max-step",
     .type = OSW_OPTION_REAL,
     .offset = FIELD(max_step),
     .argument = "DAY",
     .initial = "0",
     .lower = 0,
     .upper = 1e6,
     .help = "longest step; 0: none. For a model of one's own with short pulses in time"},
    {.name = "states",
     .type = OSW_OPTION_FLAG,
     .offset = FIELD(states),
     .help = "keep the states too"},
    {.name = "history",
     .type = OSW_OPTION_FLAG,
     .offset = FIELD(history),
     .help = "keep the life before the scenario too, at negative times"},
    {.name = "replay",
     .type = OSW_OPTION_TEXT,
     .offset = FIELD(replay),
     .argument = "FILE.h5",
     .help = "repeat the run that made this file, from the files it was made from; exit "
             "3 when its values differ now"},
    {.name = "digits",
     .type = OSW_OPTION_INTEGER,
     .offset = FIELD(digits),
     .argument = "N",
     .initial = "9",
     .lower = 1,
     .upper = 17,
     .help = "digits in CSV; 17 is exact"},
    {.name = "units",
     .type = OSW_OPTION_FLAG,
     .offset = FIELD(units),
     .help = "a second header row in CSV, with units"},
    {.name = "force",
     .letter = 'f',
     .type = OSW_OPTION_FLAG,
     .offset = FIELD(force),
     .help = "overwrite existing files"},
};
#undef FIELD
static const char *const linear_solvers[] = {"klu", "dense", "generated"};
static const char *const solvers[] = {"cvode", "rosenbrock", "envelope"};

/* What determines the result, and nothing else: the same run under another file name has
 * the same provenance. */
static const char *science(struct osw_arena *arena, const struct options *o)
{
    enum { MOST_WORDS = 16 };
    const char *words[MOST_WORDS] = {"osteoswitch", "run", o->common.operands.items[0]};
    int n = 3;
    if (o->model)
        words[n++] = osw_arena_format(arena, "--model=%s", o->model);
    if (o->solver)
        words[n++] = osw_arena_format(arena, "--solver=%s", solvers[o->solver]);
    if (o->isa != OSW_ISAS - 1)
        words[n++] =
            osw_arena_format(arena, "--isa=%s", osw_isa_name((enum osw_isa)o->isa));
    if (o->linear_solver)
        words[n++] = osw_arena_format(arena, "--linear-solver=%s",
                                      linear_solvers[o->linear_solver]);
    if (o->rtol != 1e-6)
        words[n++] = osw_arena_format(arena, "--rtol=%.17g", o->rtol);
    if (o->max_step > 0)
        words[n++] = osw_arena_format(arena, "--max-step=%.17g", o->max_step);
    if (o->states)
        words[n++] = "--states";
    if (o->history)
        words[n++] = "--history";
    const char *line = "";
    for (int i = 0; i < n && line; i++)
        line = words[i] ? osw_command_line_add(arena, line, words[i]) : NULL;
    for (size_t i = 0; i < o->arms.n && line; i++) {
        const char *word = osw_arena_format(arena, "--arm=%s", o->arms.items[i]);
        line = word ? osw_command_line_add(arena, line, word) : NULL;
    }
    for (size_t i = 0; i < o->set.n && line; i++) {
        const char *word = osw_arena_format(arena, "--set=%s", o->set.items[i]);
        line = word ? osw_command_line_add(arena, line, word) : NULL;
    }
    return line;
}

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
    if (o->linear_solver && !osw_drivers[o->solver]->linear_solver)
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, nowhere,
                             "--linear-solver is of cvode: %s has its own",
                             osw_drivers[o->solver]->name);
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
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS,
                                           .states = o->states,
                                           .history = o->history,
                                           .progress = osw_progress_show,
                                           .context = &progress};
    options.driver = osw_drivers[o->solver];
    options.isa = (enum osw_isa)o->isa;
    options.solver.rtol = o->rtol;
    options.solver.max_step = o->max_step;
    options.solver.linear_solver = (enum osw_linear_solver)o->linear_solver;
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
    const char *line = science(session->arena, o);
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
    char **words;
    int n = 0;
    struct options *old = osw_arena_alloc(session->arena, 1, sizeof *old);
    status =
        old ? osw_command_line_split(session->arena, stored->command_line, &words, &n)
            : OSW_ERR_MEMORY;
    if (!status && (n < 3 || strcmp(words[1], "run")))
        status = OSW_ERR_INPUT;
    if (!status)
        status = osw_options_parse(&osw_command_run, n - 2, words + 2, session->arena,
                                   session->diag, old);
    if (!status && old->common.operands.n != 1)
        status = OSW_ERR_INPUT;
    if (status == OSW_ERR_INPUT || status == OSW_ERR_USAGE)
        status = osw_diag_fail(
            session->diag, OSW_ERR_INPUT, (struct osw_loc){.file = o->replay},
            "holds no run that can be repeated: '%s'", stored->command_line);
    if (status) {
        osw_stored_destroy(stored);
        return status;
    }
    struct options now = *o;
    now.common.operands = old->common.operands;
    now.model = old->model;
    now.arms = old->arms;
    now.set = old->set;
    now.solver = old->solver;
    now.isa = old->isa;
    now.linear_solver = old->linear_solver;
    now.rtol = old->rtol;
    now.max_step = old->max_step;
    now.states = old->states;
    now.history = old->history;
    osw_log_info(session, "repeating: %s", science(session->arena, &now));
    status = run_scenario(session, &now, stored);
    osw_stored_destroy(stored);
    return status;
}

static bool says_what_to_run(const struct options *o)
{
    return o->model || o->arms.n || o->set.n || o->solver || o->isa != OSW_ISAS - 1 ||
           o->linear_solver || o->rtol != 1e-6 || o->max_step > 0 || o->states ||
           o->history;
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
    if (o->replay && says_what_to_run(o))
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "run: --replay takes --arm, --set, --model, --solver, "
                             "--isa, --linear-solver, "
                             "--rtol, --max-step, --states and --history from its file");
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
