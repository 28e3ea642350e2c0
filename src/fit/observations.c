/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From rows to residuals. The interval of a row is taken as its centre and one standard
 * deviation either way: linear, or on the logarithm for what is positive by nature (a
 * ratio, a half-life, a value whose lower bound is above zero). A bound that is missing,
 * or stands for none, does not pull; nor does one that equals what was published (nothing
 * below zero): then deviation to the other side counts, from the published value. */
#include "evidence/rows.h"
#include "evidence/statistic.h"
#include "fit/read.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

static const double stands_for_none = 500; /* times what was published */

static bool is_positive(const struct osw_evidence_row *row)
{
    static const char *const positive[] = {"value", "ratio", "growth_ratio",
                                           "remaining_fraction", "half_life"};
    for (size_t i = 0; i < sizeof positive / sizeof *positive; i++)
        if (!strcmp(row->statistic->name, positive[i]))
            return row->lower > 0;
    return false;
}

static double on_scale(bool log_scale, double x)
{
    return log_scale ? log(x) : x;
}

/* What is wrong with the row for a fit, or NULL. */
static const char *interval_of(const struct osw_evidence_row *row,
                               struct osw_fit_datum *d)
{
    double size = fmax(fabs(row->published), fabs(row->lower));
    bool no_lower = !isfinite(row->lower);
    bool no_upper =
        !isfinite(row->upper) || (size > 0 && row->upper >= stands_for_none * size);
    bool at_lower = row->published == row->lower, at_upper = row->published == row->upper;
    d->log = is_positive(row);
    double low = on_scale(d->log, row->lower), high = on_scale(d->log, row->upper);
    double published = on_scale(d->log, row->published);
    if (row->lower == row->upper)
        return "its interval has no width: no noise is stated";
    if (no_lower || no_upper) {
        d->side = no_lower ? 1 : -1;
        d->centre = published;
        d->width = no_lower ? high - published : published - low;
        if (!isfinite(d->width) || d->width <= 0)
            return "with one bound it needs a published value inside it";
    } else if (at_lower || at_upper) {
        d->side = at_lower ? 1 : -1;
        d->centre = published;
        d->width = high - low;
    } else {
        d->centre = 0.5 * (low + high);
        d->width = 0.5 * (high - low);
    }
    return NULL;
}

static enum osw_status add_row(struct osw_fit_reader *r, struct osw_fit_datum *data,
                               int source, int i, const bool *log_noise)
{
    struct osw_fit_problem *p = r->problem;
    const struct osw_evidence *e = p->sources[source];
    const struct osw_evidence_row *row = &e->rows[i];
    struct osw_fit_datum datum = {.source = source, .row = i};
    if (!row->statistic->of)
        return OSW_OK;
    const char *fault = NULL;
    if (log_noise) {
        datum.log = log_noise[i];
        datum.centre = on_scale(datum.log, row->published);
        datum.width = row->upper - row->published;
    } else {
        fault = interval_of(row, &datum);
    }
    if (fault)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, row->arm.at,
                             "row '%s' cannot be fitted: %s", row->id, fault);
    datum.width *= sqrt(e->measures[i].n_times);
    for (datum.time = 0; datum.time < e->measures[i].n_times; datum.time++)
        data[p->n_data++] = datum;
    return OSW_OK;
}

static enum osw_status collect(struct osw_fit_reader *r, const bool *log_noise,
                               int measured)
{
    struct osw_fit_problem *p = r->problem;
    size_t most = 0;
    for (int s = 0; s < p->n_sources; s++)
        for (int i = 0; i < p->sources[s]->n_rows; i++)
            most += (size_t)p->sources[s]->measures[i].n_times;
    struct osw_fit_datum *data = osw_arena_alloc(p->arena, most, sizeof *data);
    enum osw_status status = data ? OSW_OK : OSW_ERR_MEMORY;
    for (int s = 0; s < p->n_sources; s++)
        for (int i = 0; i < p->sources[s]->n_rows && status != OSW_ERR_MEMORY; i++) {
            enum osw_status one =
                add_row(r, data, s, i, s == measured ? log_noise : NULL);
            status = status ? status : one;
        }
    p->data = data;
    if (!status && !p->n_data)
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, r->root->at,
                               "the problem has no observation with a slope");
    return status;
}

/* Each id is a calibrate row of the table; wrong ones are told at their place. */
static enum osw_status check_ids(const struct osw_fit_reader *r, const char *table,
                                 const struct osw_yaml *list, const char **ids)
{
    const struct osw_evidence_selection all = {0};
    const struct osw_evidence_row *rows;
    int n_rows, k = 0;
    enum osw_status status =
        osw_rows_read(table, &all, r->problem->arena, r->diag, &rows, &n_rows);
    const char **names =
        osw_arena_alloc(r->problem->arena, status ? 0 : (size_t)n_rows, sizeof *names);
    if (status || !names)
        return status ? status : OSW_ERR_MEMORY;
    for (int i = 0; i < n_rows; i++)
        names[i] = rows[i].id;
    for (const struct osw_yaml *node = list->first; node; node = node->next, k++) {
        const char *id = ids[k] = node->text ? node->text : "";
        int i = 0;
        while (i < n_rows && strcmp(names[i], id) != 0)
            i++;
        if (i == n_rows)
            status = osw_fit_unknown(r, node->at, "row of evidence", id, names,
                                     (size_t)n_rows);
        else if (rows[i].use != OSW_USE_CALIBRATE)
            status = osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                                   "row '%s' is for '%s': only calibrate rows are fitted",
                                   id, osw_evidence_use_names[rows[i].use]);
    }
    return status;
}

static enum osw_status load_rows(struct osw_fit_reader *r, const char *table,
                                 const struct osw_yaml *list)
{
    struct osw_fit_problem *p = r->problem;
    struct osw_evidence_selection selection = {.uses = 1u << OSW_USE_CALIBRATE};
    enum osw_status status = OSW_OK;
    if (list && (list->kind != OSW_YAML_SEQUENCE || !list->n))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, list->at,
                             "rows: expected a list of ids, as in [fgf23_hd]; without "
                             "the key, all calibrate rows");
    if (list) {
        const char **ids = osw_arena_alloc(p->arena, list->n, sizeof *ids);
        status = ids ? check_ids(r, table, list, ids) : OSW_ERR_MEMORY;
        selection.ids = ids;
        selection.n_ids = list->n;
    }
    if (!status)
        status = osw_evidence_load(table, &selection, r->diag, &p->sources[p->n_sources]);
    p->n_sources += !status;
    return status;
}

/* The file that a key names. */
static enum osw_status find(const struct osw_fit_reader *r, const char *key,
                            const char *dir, const char **path)
{
    const struct osw_yaml *node = osw_yaml_find(r->root, key);
    *path = NULL;
    if (!node)
        return OSW_OK;
    if (node->kind != OSW_YAML_SCALAR || !*node->text)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "%s: expected the name of a table", key);
    const char *slash = strrchr(r->problem->path, '/');
    const char *beside = osw_arena_format(r->problem->arena, "%.*s%s",
                                          slash ? (int)(slash - r->problem->path) + 1 : 0,
                                          r->problem->path, node->text);
    if (!beside)
        return OSW_ERR_MEMORY;
    *path = beside;
    if (node->text[0] != '/' && access(beside, F_OK) == 0)
        return OSW_OK;
    enum osw_status status = osw_file_find(dir, node->text, ".tsv", r->problem->path,
                                           node->at, r->problem->arena, r->diag, path);
    return status == OSW_ERR_NOINPUT ? OSW_ERR_INPUT : status;
}

enum osw_status osw_fit_observations(struct osw_fit_reader *r)
{
    struct osw_fit_problem *p = r->problem;
    const struct osw_yaml *list = osw_yaml_find(r->root, "rows");
    const char *table, *measurements;
    const bool *log_noise = NULL;
    int measured = -1;
    enum osw_status status = find(r, "evidence", "evidence", &table);
    if (!status)
        status = find(r, "measurements", "fit", &measurements);
    if (!status && !table && (list || !measurements))
        status = osw_file_find("evidence", "evidence", ".tsv", NULL, r->root->at,
                               p->arena, r->diag, &table);
    if (!status && table)
        status = load_rows(r, table, list);
    if (!status && measurements) {
        measured = p->n_sources;
        status = osw_fit_measurements(measurements, r->diag, &p->sources[measured],
                                      &log_noise);
        p->n_sources += !status;
    }
    return status ? status : collect(r, log_noise, measured);
}
