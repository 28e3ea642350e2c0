/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch evidence: simulated against published, row by row. */
#include "evidence/evidence.h"
#include "evidence/signs.h"
#include "cli/log.h"
#include "plot/forest.h"

#include <math.h>
#include <string.h>

struct options {
    struct osw_common_options common;
    const char *table, *output;
    struct osw_words use;
    struct osw_solver_options solver;
    bool signs, json, force;
};

static const char *use_name(int i)
{
    return i < OSW_N_USES ? osw_evidence_use_names[i] : NULL;
}

#define S struct options
static const struct osw_option option_table[] = {
    OSW_TEXT(S, table, "table", "FILE.tsv", SCIENCE,
             "rows of your own (default: the shipped params/evidence/evidence.tsv)"),
    OSW_FLAG(
        S, signs, "signs", SCIENCE,
        "the table of signs (params/evidence/signs.tsv, or --table) instead of the rows"),
    OSW_LIST(S, use, "use", "USE", FILES, "only rows of this use", .word = use_name),
    OSW_ROW_FIGURE(S, "draw a forest plot, too"),
    OSW_ROW_FORCE(S),
    OSW_ROW_JSON(S, "a JSON list of rows"),
    OSW_SOLVER_ROWS(S, solver., "1e-6", OSW_RTOL_HELP),
};
#undef S

static unsigned uses(const struct osw_words *words)
{
    unsigned mask = 0;
    for (size_t i = 0; i < words->n; i++)
        for (int use = 0; use < OSW_N_USES; use++)
            if (!strcmp(osw_evidence_use_names[use], words->items[i]))
                mask |= 1u << use;
    return mask;
}

static enum osw_status find_table(struct osw_session *session, const struct options *o,
                                  const char **path)
{
    *path = o->table;
    if (o->table)
        return OSW_OK;
    return osw_file_find("evidence", "evidence", ".tsv", NULL, (struct osw_loc){0},
                         session->arena, session->diag, path);
}

/* JSON has no infinity and no NaN: null. */
static void put_number(const char *name, double x)
{
    if (isfinite(x))
        printf(", \"%s\": %.9g", name, x);
    else
        printf(", \"%s\": null", name);
}

static void put_text(const char *name, const char *text)
{
    printf(", \"%s\": ", name);
    osw_json_string(stdout, text);
}

static void write_json(const struct osw_evidence *e,
                       const struct osw_evidence_result *results)
{
    putchar('[');
    for (int i = 0; i < e->n_rows; i++) {
        const struct osw_evidence_row *row = &e->rows[i];
        fputs(i ? ",\n {\"id\": " : "\n {\"id\": ", stdout);
        osw_json_string(stdout, row->id);
        put_text("use", osw_evidence_use_names[row->use]);
        put_number("simulated", results[i].simulated);
        put_number("published", row->published);
        put_number("lower", row->lower);
        put_number("upper", row->upper);
        put_text("unit", row->unit);
        put_text("verdict", osw_verdict_names[results[i].verdict]);
        put_text("note", row->note);
        putchar('}');
    }
    puts("\n]");
}

/* "5.5 to 6.9", or one bound: "at least 10". A bound a thousand times beyond what was
 * published stands for none. */
static void format_interval(const struct osw_evidence_row *row, char *text, size_t size)
{
    double size_of = fmax(fabs(row->published), fabs(row->lower));
    bool open = !isfinite(row->upper) || (size_of > 0 && row->upper >= 500 * size_of);
    if (!isfinite(row->lower))
        snprintf(text, size, "at most %.4g", row->upper);
    else if (open)
        snprintf(text, size, "at least %.4g", row->lower);
    else if (row->lower == row->upper)
        snprintf(text, size, "%.4g", row->lower);
    else
        snprintf(text, size, "%.4g to %.4g", row->lower, row->upper);
}

static void write_row(const struct osw_evidence_row *row,
                      const struct osw_evidence_result *result, int id_width)
{
    static const char *const shown[] = {"inside", "OUTSIDE", "FAILED"};
    char interval[64], published[32] = "";
    format_interval(row, interval, sizeof interval);
    if (isfinite(row->published))
        snprintf(published, sizeof published, "%.4g", row->published);
    printf("  %-*s  %-13s  %10.4g  %10s  %-16s %-9s %s\n", id_width, row->id,
           osw_evidence_use_names[row->use], result->simulated, published, interval,
           row->unit, shown[result->verdict]);
}

static bool first_of_section(const struct osw_evidence *e, int row)
{
    for (int i = 0; i < row; i++)
        if (!strcmp(e->rows[i].section, e->rows[row].section))
            return false;
    return true;
}

static void write_sections(const struct osw_evidence *e,
                           const struct osw_evidence_result *results)
{
    int width = 2;
    for (int i = 0; i < e->n_rows; i++)
        if ((int)strlen(e->rows[i].id) > width)
            width = (int)strlen(e->rows[i].id);
    printf("  %-*s  %-13s  %10s  %10s  %-16s %-9s %s\n", width, "id", "use", "simulated",
           "published", "expected", "unit", "verdict");
    for (int i = 0; i < e->n_rows; i++) {
        if (!first_of_section(e, i))
            continue;
        if (*e->rows[i].section)
            puts(e->rows[i].section);
        for (int k = i; k < e->n_rows; k++)
            if (!strcmp(e->rows[k].section, e->rows[i].section))
                write_row(&e->rows[k], &results[k], width);
    }
}

static void write_misses(const struct osw_evidence *e,
                         const struct osw_evidence_result *results)
{
    bool any = false;
    for (int i = 0; i < e->n_rows; i++) {
        if (results[i].verdict == OSW_VERDICT_INSIDE)
            continue;
        puts(any ? "" : "\nNot inside:");
        any = true;
        printf("  %s (%s): %s", e->rows[i].id, osw_evidence_use_names[e->rows[i].use],
               *e->rows[i].note ? e->rows[i].note : "no note in the table");
    }
    if (any)
        putchar('\n');
}

static void write_counts(const struct osw_evidence *e,
                         const struct osw_evidence_result *results)
{
    putchar('\n');
    for (int use = 0; use < OSW_N_USES; use++) {
        int n = 0, inside = 0;
        for (int i = 0; i < e->n_rows; i++) {
            bool of_use = (int)e->rows[i].use == use;
            n += of_use;
            inside += of_use && results[i].verdict == OSW_VERDICT_INSIDE;
        }
        if (n)
            printf("%s: %d of %d inside%s\n", osw_evidence_use_names[use], inside, n,
                   osw_evidence_is_counted((enum osw_evidence_use)use)
                       ? ""
                       : " (not counted)");
    }
}

static bool all_counted_inside(const struct osw_evidence *e,
                               const struct osw_evidence_result *results)
{
    for (int i = 0; i < e->n_rows; i++)
        if (osw_evidence_is_counted(e->rows[i].use) &&
            results[i].verdict != OSW_VERDICT_INSIDE)
            return false;
    return true;
}

static enum osw_status simulate(struct osw_session *session, const struct options *o,
                                struct osw_evidence *e,
                                struct osw_evidence_result *results)
{
    struct osw_progress progress;
    struct osw_evidence_options options = {
        .solver = o->solver, .progress = osw_progress_show, .context = &progress};
    osw_progress_begin(&progress, session);
    enum osw_status status = osw_evidence_run(e, results, &options, session->diag);
    osw_progress_end(&progress);
    return status;
}

static enum osw_status draw(struct osw_session *session, const struct options *o,
                            const struct osw_evidence *e,
                            const struct osw_evidence_result *results)
{
    struct osw_forest_row *rows =
        osw_arena_alloc(session->arena, (size_t)e->n_rows, sizeof *rows);
    if (!rows)
        return OSW_ERR_MEMORY;
    int n = 0, inside = 0;
    for (int i = 0; i < e->n_rows; i++) {
        const struct osw_evidence_row *row = &e->rows[i];
        bool counted = osw_evidence_is_counted(row->use);
        bool is_inside = results[i].verdict == OSW_VERDICT_INSIDE;
        rows[i] = (struct osw_forest_row){
            row->id,        row->section, row->unit,  results[i].simulated,
            row->published, row->lower,   row->upper, is_inside,
            counted};
        n += counted;
        inside += counted && is_inside;
    }
    const char *title = osw_arena_format(
        session->arena, "simulated against published: %d of %d counted rows inside",
        inside, n);
    enum osw_status status = title ? osw_forest_draw(rows, e->n_rows, title, o->output,
                                                     o->force, session->diag)
                                   : OSW_ERR_MEMORY;
    if (!status)
        osw_log_info(session, "drew %s", o->output);
    return status;
}

static enum osw_status show(struct osw_session *session, const struct options *o,
                            struct osw_evidence *e)
{
    struct osw_evidence_result *results =
        osw_arena_alloc(session->arena, (size_t)e->n_rows, sizeof *results);
    enum osw_status status = results ? simulate(session, o, e, results) : OSW_ERR_MEMORY;
    if (status)
        return status;
    if (o->json) {
        write_json(e, results);
    } else {
        write_sections(e, results);
        write_misses(e, results);
        write_counts(e, results);
    }
    status = o->output ? draw(session, o, e, results) : OSW_OK;
    if (status)
        return status;
    return all_counted_inside(e, results) ? OSW_OK : OSW_NEGATIVE;
}

static void write_signs_json(const struct osw_signs *signs,
                             const struct osw_sign_result *results)
{
    putchar('[');
    for (int i = 0; i < signs->n_rows; i++) {
        const struct osw_sign *row = &signs->rows[i];
        fputs(i ? ",\n {\"id\": " : "\n {\"id\": ", stdout);
        osw_json_string(stdout, row->id);
        put_text("change", row->change);
        put_text("output", row->output);
        put_number("before", results[i].before);
        put_number("after", results[i].after);
        put_number("effect", results[i].effect);
        put_number("lower", row->lower);
        put_number("upper", row->upper);
        put_text("verdict", osw_verdict_names[results[i].verdict]);
        put_text("note", row->note);
        putchar('}');
    }
    puts("\n]");
}

static void write_sign(const struct osw_sign *row, const struct osw_sign_result *result)
{
    static const char *const shown[] = {"holds", "FALSE", "FAILED"};
    char change[160];
    snprintf(change, sizeof change, "%s -> %s", row->change, row->output);
    printf("  %-26s %-44s %10.4g %10.4g %+9.1f %%  %+6.1f to %+-7.1f %s\n", row->id,
           change, result->before, result->after, 100 * result->effect, 100 * row->lower,
           100 * row->upper, shown[result->verdict]);
}

static void write_signs(const struct osw_signs *signs,
                        const struct osw_sign_result *results, int hold)
{
    printf("  %-26s %-44s %10s %10s %11s  %s\n", "id", "change -> output", "before",
           "after", "effect", "expected (%)");
    for (int i = 0; i < signs->n_rows; i++)
        write_sign(&signs->rows[i], &results[i]);
    printf("\nsigns: %d of %d hold\n", hold, signs->n_rows);
}

/* OSW_NEGATIVE when one does not hold. */
static enum osw_status show_signs(struct osw_session *session, const struct options *o,
                                  struct osw_signs *signs)
{
    struct osw_progress progress;
    struct osw_evidence_options options = {
        .solver = o->solver, .progress = osw_progress_show, .context = &progress};
    struct osw_sign_result *results =
        osw_arena_alloc(session->arena, (size_t)signs->n_rows + 1, sizeof *results);
    if (!results)
        return OSW_ERR_MEMORY;
    osw_progress_begin(&progress, session);
    enum osw_status status = osw_signs_run(signs, &options, session->diag, results);
    osw_progress_end(&progress);
    if (status)
        return status;
    int hold = 0;
    for (int i = 0; i < signs->n_rows; i++)
        hold += results[i].verdict == OSW_VERDICT_INSIDE;
    if (o->json)
        write_signs_json(signs, results);
    else
        write_signs(signs, results, hold);
    return hold == signs->n_rows ? OSW_OK : OSW_NEGATIVE;
}

static enum osw_status run_signs(struct osw_session *session, const struct options *o)
{
    struct osw_signs *signs = NULL;
    const char *path = o->signs ? o->table : NULL;
    enum osw_status status = OSW_OK;
    if (!path)
        status = osw_file_find("evidence", "signs", ".tsv", NULL, (struct osw_loc){0},
                               session->arena, session->diag, &path);
    if (!status)
        status = osw_signs_load(path, o->common.operands.items, o->common.operands.n,
                                session->diag, &signs);
    if (!status)
        status = show_signs(session, o, signs);
    osw_signs_destroy(signs);
    return status;
}

static enum osw_status run_rows(struct osw_session *session, const struct options *o)
{
    const struct osw_evidence_selection selection = {o->common.operands.items,
                                                     o->common.operands.n, uses(&o->use)};
    struct osw_evidence *e = NULL;
    const char *path;
    enum osw_status status = find_table(session, o, &path);
    if (!status)
        status = osw_evidence_load(path, &selection, session->diag, &e);
    if (!status && !e->n_rows)
        status = osw_diag_fail(session->diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                               "%s: none of these rows has the use asked for", path);
    if (!status)
        status = show(session, o, e);
    osw_evidence_destroy(e);
    return status;
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    if (o->signs && (o->use.n || o->output))
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "--signs does not go together with --%s",
                             o->use.n ? "use" : "output");
    if (o->signs)
        return run_signs(session, o);
    enum osw_status status = run_rows(session, o);
    bool whole = !o->table && !o->use.n && !o->common.operands.n && !o->json;
    if (!whole || (status && status != OSW_NEGATIVE))
        return status;
    puts("");
    enum osw_status signs = run_signs(session, o);
    return signs ? signs : status;
}

const struct osw_command osw_command_evidence = {
    .name = "evidence",
    .operands = "[ID]…",
    .summary = "Compare the models with published findings, row by row",
    .details =
        "The whole table is followed by the table of signs. Exit 3 when a calibrate "
        "or validate row is not inside its interval, or a sign does not hold.",
    .least = 0,
    .most = -1,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
