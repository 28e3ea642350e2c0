/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch bench: work and precision of every solver on this machine, and the
 * judgement of what repeats exactly against an earlier record. */
#include "cli/bench.h"
#include "bench/machine.h"
#include "cli/build.h"
#include "cli/log.h"
#include "cli/signals.h"
#include "solve/solver_options.h"
#include "text/outfile.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

struct options {
    struct osw_common_options common;
    const char *json, *compare, *method, *output;
    int members, runs, isa;
    double rtol;
    bool record, throughput, markdown, once, force;
};

/* "widest", the default, is no name: -1. */
#define S struct options
static const struct osw_option option_table[] = {
    OSW_INTEGER(S, members, "members", "8", 1, 100000, SCIENCE,
                "the nominal member and N - 1 random ones; long cases take fewer, CVODE "
                "fewer still (200 for a report)"),
    OSW_INTEGER(S, runs, "runs", "3", 1, 1000, TALK,
                "time each point so often and take the least"),
    OSW_TEXT(S, method, "method", "NAME", SCIENCE, "only this method"),
    OSW_NAMED(S, isa, "isa", "ISA", "widest", osw_isa_word, SCIENCE,
              "widest vectors to use (records: avx2 at most)"),
    OSW_ROW_FIGURE(S, "draw work against precision"),
    OSW_TEXT(S, json, "json", "FILE", FILES, "write everything as JSON, too"),
    OSW_FLAG(S, markdown, "markdown", FILES,
             "print the table of costs at equal error as Markdown"),
    OSW_FLAG(S, throughput, "throughput", FILES,
             "members per second, too, over threads and lanes"),
    OSW_FLAG(S, record, "record", FILES,
             "only what repeats exactly: answers, counters, instructions (for --json)"),
    OSW_TEXT(S, compare, "compare", "FILE", FILES,
             "make a record and judge it against that in FILE; exit 3 on a regression"),
    OSW_ROW_RTOL(S, , "1e-6", "relative tolerance of --once"),
    OSW_FLAG(S, once, "once", FILES,
             "only integrate, the nominal member of one case by one --method: for a "
             "profiler"),
    OSW_ROW_FORCE(S),
};
#undef S

static enum osw_isa widest(const struct options *o, enum osw_isa most)
{
    int isa = o->isa >= 0 && o->isa < (int)most ? o->isa : (int)most;
    while (isa > 0 && !osw_cpu_has((enum osw_isa)isa))
        isa--;
    return (enum osw_isa)isa;
}

static enum osw_status unknown(struct osw_session *session, const char *what,
                               const char *name, const char *const *known, size_t n)
{
    const char *closest = osw_diag_closest(name, known, n);
    return osw_diag_fail(session->diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                         "no %s '%s'%s%s%s", what, name,
                         closest ? " (did you mean '" : "", closest ? closest : "",
                         closest ? "'?)" : "");
}

static enum osw_status check_names(struct osw_session *session, const struct options *o)
{
    enum { MOST = 32 };
    const char *names[MOST];
    size_t n = 0;
    for (const struct osw_bench_case *c = osw_bench_cases; c->name && n < MOST; c++)
        names[n++] = c->name;
    for (size_t i = 0; i < o->common.operands.n; i++)
        if (!osw_bench_case_find(o->common.operands.items[i]))
            return unknown(session, "case", o->common.operands.items[i], names, n);
    n = 0;
    for (const struct osw_bench_method *m = osw_bench_methods; m->name && n < MOST; m++)
        names[n++] = m->name;
    if (o->method && !osw_bench_method_find(o->method))
        return unknown(session, "method", o->method, names, n);
    if (o->once && (o->common.operands.n != 1 || !o->method))
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "--once needs one case and --method");
    return OSW_OK;
}

static enum osw_status run_once(struct osw_session *session, const struct options *o)
{
    const struct osw_bench_case *c = osw_bench_case_find(o->common.operands.items[0]);
    const struct osw_bench_method *m = osw_bench_method_find(o->method);
    const struct osw_bench_setting setting = {o->rtol, widest(o, OSW_ISA_AVX512)};
    struct osw_bench_problem *b = NULL;
    struct osw_bench_counts counts = {0};
    struct osw_bench_run *work = NULL;
    enum osw_status status = osw_bench_problem_create(c, 1, session->diag, &b);
    if (status)
        return status;
    double *states = osw_arena_alloc(
        session->arena, (size_t)b->n_times * (size_t)b->kernel->n_states, sizeof *states);
    status = states ? osw_bench_method_create(m, b, &setting, &work) : OSW_ERR_MEMORY;
    if (!status)
        status = osw_bench_work(work, 0, 1, states, &counts);
    osw_bench_method_destroy(work);
    osw_bench_problem_destroy(b);
    if (!status)
        printf("%lld steps, %lld right-hand sides\n", (long long)counts.steps,
               (long long)counts.rhs);
    return status;
}

static enum osw_status measure_points(struct osw_session *session,
                                      const struct options *o,
                                      const struct osw_bench_problem *b,
                                      const double *reference, enum osw_isa isa,
                                      struct osw_bench_result *r)
{
    const struct osw_bench_case *c = r->of;
    enum osw_status status = OSW_OK;
    for (const struct osw_bench_method *m = osw_bench_methods; m->name && !status; m++) {
        if ((o->method && strcmp(o->method, m->name) != 0) ||
            !osw_bench_method_suits(m, b))
            continue;
        bool fewer = !m->wide && c->most_singles < b->n_members;
        double rtol = c->loosest;
        for (int i = 0; i < c->decades && !status; i++, rtol /= 10) {
            struct osw_bench_point *p = &r->points[r->n_points++];
            *p = (struct osw_bench_point){.method = m,
                                          .rtol = rtol,
                                          .members =
                                              fewer ? c->most_singles : b->n_members};
            const char *what = osw_arena_format(session->arena, "%s: %s at %.0e", c->name,
                                                m->name, p->rtol);
            (void)osw_diag_progress(session->diag, -1, what ? what : c->name);
            osw_log_detail(session, "%s", what ? what : c->name);
            status = osw_bench_measure(b, reference, r->runs, isa, p);
        }
    }
    return status;
}

static enum osw_status measure(struct osw_session *session, const struct options *o,
                               const struct osw_bench_case *c, enum osw_isa isa,
                               struct osw_bench_result *r)
{
    struct osw_bench_problem *b = NULL;
    struct osw_bench_reference reference = {0};
    int n_methods = 0, n = o->members < c->most_members ? o->members : c->most_members;
    while (osw_bench_methods[n_methods].name)
        n_methods++;
    (void)osw_diag_progress(session->diag, -1, c->name);
    *r = (struct osw_bench_result){.of = c, .runs = o->runs};
    r->points = osw_arena_alloc(session->arena, (size_t)(n_methods * c->decades),
                                sizeof *r->points);
    enum osw_status status =
        r->points ? osw_bench_problem_create(c, n, session->diag, &b) : OSW_ERR_MEMORY;
    if (!status)
        status = osw_bench_reference_init(b, c->most_singles, &reference);
    if (!status) {
        r->n_states = b->kernel->n_states;
        r->n_params = b->kernel->n_params;
        r->n_events = b->n_events;
        r->members = b->n_members;
        r->drawn = b->n_drawn;
        r->reference_error = reference.error;
        r->reference_worst = reference.worst;
        r->published_error = osw_bench_published_error(b, reference.values);
        status = measure_points(session, o, b, reference.values, isa, r);
        if (!status && o->throughput)
            status = osw_bench_rates(b, isa, session->arena, r);
    }
    osw_bench_reference_fini(&reference);
    osw_bench_problem_destroy(b);
    return status;
}

static bool is_wanted(const struct options *o, const char *name)
{
    for (size_t i = 0; i < o->common.operands.n; i++)
        if (!strcmp(o->common.operands.items[i], name))
            return true;
    return !o->common.operands.n;
}

static enum osw_status measure_all(struct osw_session *session, const struct options *o,
                                   struct osw_bench_report *report)
{
    int n = 0;
    while (osw_bench_cases[n].name)
        n++;
    report->results = osw_arena_alloc(session->arena, (size_t)n, sizeof *report->results);
    enum osw_status status = report->results ? OSW_OK : OSW_ERR_MEMORY;
    for (const struct osw_bench_case *c = osw_bench_cases; c->name && !status; c++) {
        if (!is_wanted(o, c->name))
            continue;
        struct osw_bench_result *r = &report->results[report->n_results];
        status = measure(session, o, c, widest(o, OSW_ISA_AVX512), r);
        (void)osw_diag_progress(session->diag, 1, c->name);
        report->n_results += !status;
        if (!status && !o->markdown)
            osw_bench_write_text(r, stdout);
    }
    if (!status && o->markdown)
        osw_bench_write_markdown(report, stdout);
    return status;
}

static enum osw_status put_json(void *context, FILE *out)
{
    osw_bench_write_json(context, out);
    return OSW_OK;
}

struct findings {
    int n[OSW_BENCH_SKIPPED + 1];
};

static void tell(void *context, enum osw_bench_verdict verdict, const char *text)
{
    static const char *const shown[] = {"same", "REGRESSED", "better", "skipped"};
    struct findings *findings = context;
    findings->n[verdict]++;
    if (verdict != OSW_BENCH_SAME)
        printf("%s: %s\n", shown[verdict], text);
}

static enum osw_status compare(const struct osw_bench_record *was,
                               const struct osw_bench_record *now)
{
    struct findings findings = {{0}};
    enum osw_status status = osw_bench_record_compare(was, now, tell, &findings);
    printf("%d entries as recorded, %d values regressed, %d better, %d entries not "
           "judged\n",
           findings.n[OSW_BENCH_SAME], findings.n[OSW_BENCH_REGRESSED],
           findings.n[OSW_BENCH_BETTER], findings.n[OSW_BENCH_SKIPPED]);
    return status;
}

static enum osw_status make_record(struct osw_session *session, const struct options *o,
                                   struct osw_bench_record *record)
{
    char program[4096];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    program[len > 0 ? len : 0] = '\0';
    const struct osw_bench_record_options options = {
        len > 0 ? program : NULL, o->common.operands.items, (int)o->common.operands.n,
        widest(o, OSW_ISA_AVX2)};
    osw_signals_at_once(true);
    enum osw_status status = osw_bench_record_make(&options, session->diag, record);
    osw_signals_at_once(false);
    if (!status && record->uncounted)
        osw_log_info(session, "instructions are not counted: %s", record->uncounted);
    return status;
}

/* The record that --json replaces: none when it is not readable as one. */
static enum osw_status read_replaced(const struct options *o,
                                     struct osw_bench_record *was)
{
    enum osw_status status = osw_bench_record_read(o->json, NULL, was);
    return status == OSW_ERR_MEMORY ? status : OSW_OK;
}

/* Make, judge, write: what is written keeps the entries of other builds. */
static enum osw_status record_and_judge(struct osw_session *session,
                                        const struct options *o,
                                        struct osw_bench_report *report)
{
    struct osw_bench_record was;
    enum osw_status status = osw_bench_record_init(&was), verdict = OSW_OK;
    if (!status && o->compare)
        status = osw_bench_record_read(o->compare, session->diag, &was);
    else if (!status && o->json && o->force)
        status = read_replaced(o, &was);
    if (!status)
        status = make_record(session, o, &report->record);
    if (!status && o->compare)
        verdict = compare(&was, &report->record);
    if (!status)
        status = osw_bench_record_keep(&report->record, &was);
    if (!status && o->json)
        status = osw_outfile_write(o->json, o->force, put_json, report, session->diag);
    report->record.n = 0; /* some of it belongs to `was` */
    osw_bench_record_fini(&was);
    return status ? status : verdict;
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    struct osw_bench_report report = {.processor = osw_machine_processor(session->arena),
                                      .sundials = osw_machine_sundials(session->arena),
                                      .isa = osw_isa_name(widest(o, OSW_ISA_AVX512)),
                                      .program = "osteoswitch " OSW_VERSION
                                                 " (" OSW_REVISION ")"};
    enum osw_status status = check_names(session, o);
    if (!status && o->once)
        return run_once(session, o);
    if (!status)
        status = report.processor && report.sundials
                     ? osw_bench_record_init(&report.record)
                     : OSW_ERR_MEMORY;
    if (!status && (o->record || o->compare)) {
        status = record_and_judge(session, o, &report);
    } else if (!status) {
        osw_signals_at_once(true); /* nothing is written while it measures */
        status = measure_all(session, o, &report);
        osw_signals_at_once(false);
    }
    if (!status && o->json && report.n_results)
        status = osw_outfile_write(o->json, o->force, put_json, &report, session->diag);
    if (!status && o->output && report.n_results)
        status =
            osw_bench_draw(&report, o->output, o->force, session->arena, session->diag);
    osw_bench_record_fini(&report.record);
    return status;
}

const struct osw_command osw_command_bench = {
    .name = "bench",
    .operands = "[CASE]…",
    .summary = "Measure the solvers on this machine, or judge them against a record",
    .details =
        "Cases: natural-history, mk7-daily, senolytic-weekly, mk7-lifelong (minutes), "
        "robertson, hires, oregonator, e5, pollu; default: all. CPU time is compared at "
        "equal achieved error. --compare judges answers, counters and instructions "
        "(where valgrind is installed), never time.",
    .least = 0,
    .most = -1,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
