/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fit_report.h"
#include "text/json.h"

#include <math.h>
#include <string.h>

static const double hardly = 0.9;   /* of the prior's spread is left: not determined */
static const double together = 0.8; /* a correlation worth a line */

static const struct osw_evidence_row *row_of(const struct osw_fit_problem *p, int datum)
{
    const struct osw_fit_datum *d = &p->data[datum];
    return &p->sources[d->source]->rows[d->row];
}

/* Spread left, as a share of the prior's; NAN where there is no prior. */
static double share_left(const struct osw_fit *fit, int k)
{
    double sd = fit->problem->params[k].prior_sd;
    return isfinite(sd) ? fit->sd[k] / sd : NAN;
}

static bool is_determined(const struct osw_fit *fit, int k)
{
    const struct osw_fit_parameter *q = &fit->problem->params[k];
    double prior = isfinite(q->prior_sd) ? q->prior_sd : log(q->upper / q->lower) / 4;
    return fit->sd[k] < hardly * prior;
}

static double correlation(const struct osw_fit *fit, int i, int k)
{
    size_t n = (size_t)fit->problem->n_params;
    return fit->covariance[(size_t)i * n + (size_t)k] / (fit->sd[i] * fit->sd[k]);
}

/* A measurement has noise, not an interval that it must be in. */
static bool has_interval(const struct osw_evidence_row *row)
{
    return row->unit_cell.text != NULL;
}

static bool is_inside(const struct osw_evidence_row *row, double s)
{
    return s >= row->lower && s <= row->upper;
}

static void write_starts(const struct osw_fit *fit, FILE *out)
{
    fprintf(out, "  %5s %12s %12s %10s  %s\n", "start", "from", "to", "iterations",
            "end");
    for (int i = 0; i < fit->problem->starts; i++) {
        const struct osw_fit_search *s = &fit->starts[i].search;
        fprintf(out, "  %5d %12.6g %12.6g %10d  %s%s\n", i, s->first, s->sum,
                s->iterations, osw_fit_ends[s->end], i == fit->best ? ", best" : "");
    }
}

static void write_params(const struct osw_fit *fit, FILE *out)
{
    const struct osw_fit_problem *p = fit->problem;
    fprintf(out, "\n  %-16s %12s %12s %8s %8s %8s  %s\n", "parameter", "table", "fitted",
            "sd", "prior sd", "left", "unit");
    for (int k = 0; k < p->n_params; k++) {
        const struct osw_fit_parameter *q = &p->params[k];
        char prior[16] = "none", left[16] = "";
        if (isfinite(q->prior_sd)) {
            snprintf(prior, sizeof prior, "%.3g", q->prior_sd);
            snprintf(left, sizeof left, "%.2f", share_left(fit, k));
        }
        fprintf(out, "  %-16s %12.6g %12.6g %8.3g %8s %8s  %s\n", q->row->id,
                q->row->nominal, exp(fit->x[k]), fit->sd[k], prior, left,
                q->row->unit_text);
    }
    fputs("  (sd: of the natural logarithm; left: sd as a share of the prior's)\n", out);
}

static void write_data(const struct osw_fit *fit, FILE *out)
{
    const struct osw_fit_problem *p = fit->problem;
    int width = 11;
    for (int i = 0; i < p->n_data; i++)
        if ((int)strlen(row_of(p, i)->id) > width)
            width = (int)strlen(row_of(p, i)->id);
    fprintf(out, "\n  %-*s %11s %11s %11s %11s %9s\n", width, "observation", "before",
            "fitted", "lower", "upper", "residual");
    for (int i = 0; i < p->n_data; i++) {
        const struct osw_evidence_row *row = row_of(p, i);
        fprintf(out, "  %-*s %11.5g %11.5g %11.5g %11.5g %9.3f%s\n", width, row->id,
                fit->before[i], fit->simulated[i], row->lower, row->upper, fit->r[i],
                !has_interval(row) || is_inside(row, fit->simulated[i]) ? ""
                                                                        : "  OUTSIDE");
    }
}

static void write_left_out(const struct osw_fit_problem *p, FILE *out)
{
    for (int s = 0; s < p->n_sources; s++)
        for (int i = 0; i < p->sources[s]->n_rows; i++)
            if (osw_fit_left_out(p, s, i))
                fprintf(out, "Left out: %s (yes or no has no slope)\n",
                        p->sources[s]->rows[i].id);
}

static void write_identifiability(const struct osw_fit *fit, FILE *out)
{
    const struct osw_fit_problem *p = fit->problem;
    int n = 0;
    for (int k = 0; k < p->n_params; k++)
        if (!is_determined(fit, k))
            fprintf(out, "%s%s", n++ ? ", " : "\nNot determined by the observations: ",
                    p->params[k].row->id);
    fputs(n ? "\n" : "\nThe observations determine every parameter.\n", out);
    for (int i = 0; i < p->n_params; i++)
        for (int k = i + 1; k < p->n_params; k++)
            if (fabs(correlation(fit, i, k)) > together)
                fprintf(out, "Determined together: %s and %s (correlation %.2f)\n",
                        p->params[i].row->id, p->params[k].row->id,
                        correlation(fit, i, k));
}

static void write_moved(const struct osw_fit *fit, FILE *out)
{
    const struct osw_fit_problem *p = fit->problem;
    fputs("\nWhat moves:\n", out);
    for (int k = 0; k < p->n_params; k++) {
        int n = 0;
        fprintf(out, "  %-16s", p->params[k].row->id);
        for (int i = 0; i < p->n_data; i++)
            if (osw_fit_moves(fit, k, i))
                fprintf(out, "%s%s", n++ ? ", " : " ", row_of(p, i)->id);
        fputs(n ? "\n" : " nothing\n", out);
    }
}

static void write_profiles(const struct osw_fit_report *report, FILE *out)
{
    const struct osw_fit_problem *p = report->fit->problem;
    if (!report->n_profiles)
        return;
    fprintf(out, "\n  %-16s %12s %12s %12s   95 %% by profile, own prior aside\n",
            "parameter", "lower", "fitted", "upper");
    for (int i = 0; i < report->n_profiles; i++) {
        const struct osw_fit_profile *f = &report->profiles[i];
        const struct osw_fit_parameter *q = &p->params[f->param];
        char low[32] = "open", high[32] = "open";
        if (isfinite(f->lower))
            snprintf(low, sizeof low, "%.5g", exp(f->lower));
        if (isfinite(f->upper))
            snprintf(high, sizeof high, "%.5g", exp(f->upper));
        fprintf(out, "  %-16s %12s %12.5g %12s\n", q->row->id, low,
                exp(report->fit->x[f->param]), high);
    }
}

void osw_fit_report_text(const struct osw_fit_report *report, FILE *out)
{
    const struct osw_fit *fit = report->fit;
    const struct osw_fit_problem *p = fit->problem;
    fprintf(out, "%s\n%d parameters, %d observations\n\n", *p->title ? p->title : p->path,
            p->n_params, p->n_data);
    write_starts(fit, out);
    write_params(fit, out);
    write_data(fit, out);
    fprintf(out,
            "\nSum of squares: %.5g with the tables' values, %.5g fitted (%.5g of the "
            "data, %.5g of the priors)\n",
            fit->sum_before, fit->sum, osw_fit_sum(fit->r, p->n_data),
            osw_fit_sum(fit->r + p->n_data, p->n_params));
    write_left_out(p, out);
    write_moved(fit, out);
    write_identifiability(fit, out);
    write_profiles(report, out);
}

/* JSON has no infinity and no NaN: null. */
static void number(FILE *out, const char *name, double x)
{
    fprintf(out, isfinite(x) ? ", \"%s\": %.12g" : ", \"%s\": null", name, x);
}

static void text(FILE *out, const char *name, const char *value)
{
    fprintf(out, ", \"%s\": ", name);
    osw_json_string(out, value);
}

static void json_params(const struct osw_fit *fit, FILE *out)
{
    const struct osw_fit_problem *p = fit->problem;
    fputs(",\n \"parameters\": [", out);
    for (int k = 0; k < p->n_params; k++) {
        const struct osw_fit_parameter *q = &p->params[k];
        const char *slash = strrchr(q->row->at.file, '/');
        int n = 0;
        fputs(k ? ",\n  {\"id\": " : "\n  {\"id\": ", out);
        osw_json_string(out, q->row->id);
        text(out, "table", slash ? slash + 1 : q->row->at.file);
        text(out, "unit", q->row->unit_text);
        number(out, "before", q->row->nominal);
        number(out, "fitted", exp(fit->x[k]));
        number(out, "lower", q->lower);
        number(out, "upper", q->upper);
        number(out, "sd_log", fit->sd[k]);
        number(out, "prior_sd_log", q->prior_sd);
        number(out, "left", share_left(fit, k));
        fprintf(out, ", \"determined\": %s, \"moves\": [",
                is_determined(fit, k) ? "true" : "false");
        for (int i = 0; i < p->n_data; i++)
            if (osw_fit_moves(fit, k, i)) {
                fputs(n++ ? ", " : "", out);
                osw_json_string(out, row_of(p, i)->id);
            }
        fputs("]}", out);
    }
    fputs("\n ]", out);
}

static void json_data(const struct osw_fit *fit, FILE *out)
{
    const struct osw_fit_problem *p = fit->problem;
    fputs(",\n \"observations\": [", out);
    for (int i = 0; i < p->n_data; i++) {
        const struct osw_evidence_row *row = row_of(p, i);
        fputs(i ? ",\n  {\"id\": " : "\n  {\"id\": ", out);
        osw_json_string(out, row->id);
        text(out, "use", osw_evidence_use_names[row->use]);
        number(out, "before", fit->before[i]);
        number(out, "fitted", fit->simulated[i]);
        number(out, "lower", row->lower);
        number(out, "upper", row->upper);
        number(out, "residual", fit->r[i]);
        fprintf(out, ", \"inside\": %s}",
                !has_interval(row)                  ? "null"
                : is_inside(row, fit->simulated[i]) ? "true"
                                                    : "false");
    }
    fputs("\n ]", out);
}

static void json_starts(const struct osw_fit *fit, FILE *out)
{
    fputs(",\n \"starts\": [", out);
    for (int i = 0; i < fit->problem->starts; i++) {
        const struct osw_fit_search *s = &fit->starts[i].search;
        fprintf(out, "%s{\"iterations\": %d", i ? ",\n  " : "\n  ", s->iterations);
        text(out, "end", osw_fit_ends[s->end]);
        fprintf(out, ", \"unreachable\": %d", s->unreachable);
        number(out, "first", s->first);
        number(out, "sum", s->sum);
        putc('}', out);
    }
    fputs("\n ]", out);
}

static void json_correlation(const struct osw_fit *fit, FILE *out)
{
    int n = fit->problem->n_params;
    fputs(",\n \"correlation\": [", out);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            fprintf(out, "%s%.6g%s",
                    k   ? ", "
                    : i ? ",\n  ["
                        : "\n  [",
                    correlation(fit, i, k), k == n - 1 ? "]" : "");
    fputs("\n ]", out);
}

static void json_profiles(const struct osw_fit_report *report, FILE *out)
{
    const struct osw_fit_problem *p = report->fit->problem;
    fputs(",\n \"profiles\": [", out);
    for (int i = 0; i < report->n_profiles; i++) {
        const struct osw_fit_profile *f = &report->profiles[i];
        fputs(i ? ",\n  {\"id\": " : "\n  {\"id\": ", out);
        osw_json_string(out, p->params[f->param].row->id);
        number(out, "lower", exp(f->lower) > 0 ? exp(f->lower) : NAN);
        number(out, "upper", exp(f->upper));
        fputs(", \"values\": [", out);
        for (int k = 0; k < f->n; k++)
            fprintf(out, "%s%.9g", k ? ", " : "", exp(f->x[k]));
        fputs("], \"rise\": [", out);
        for (int k = 0; k < f->n; k++)
            fprintf(out, isfinite(f->rise[k]) ? "%s%.6g" : "%snull", k ? ", " : "",
                    f->rise[k]);
        fputs("]}", out);
    }
    fputs("\n ]", out);
}

void osw_fit_report_json(const struct osw_fit_report *report, FILE *out)
{
    const struct osw_fit *fit = report->fit;
    fputs("{\"problem\": ", out);
    osw_json_string(out, fit->problem->path);
    text(out, "title", fit->problem->title);
    number(out, "sum_before", fit->sum_before);
    number(out, "sum", fit->sum);
    fprintf(out, ", \"best\": %d", fit->best);
    json_starts(fit, out);
    json_params(fit, out);
    json_data(fit, out);
    json_correlation(fit, out);
    json_profiles(report, out);
    fputs("}\n", out);
}
