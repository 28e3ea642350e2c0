/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * End points on a terminal: a line per output, a column per arm, grouped as the outputs
 * are. Arms that do not fit the width go to a further block. Where all arms begin alike,
 * a column shows that beginning. */
#include "output/number.h"
#include "output/output.h"

#include <math.h>
#include <string.h>

#define DAYS_PER_YEAR 365.25
enum { NUMBER_WIDTH = 10, MOST_NAME = 20, INDENT = 2, GAP = 2 };

struct layout {
    const struct osw_result *result;
    FILE *out;
    int id_width, unit_width;
    int begin; /* the row of time 0, shown in a column of its own; -1: none */
};

static const struct osw_output *output_of(const struct osw_plan *plan, int k)
{
    return &plan->model->outputs[plan->outputs[k]];
}

static const double *row_of(const struct osw_result *result, int arm, int t)
{
    size_t row = (size_t)arm * (size_t)result->n_times + (size_t)t;
    return result->outputs + row * (size_t)result->plan->n_outputs;
}

static void pad(FILE *out, int n)
{
    for (int i = 0; i < n; i++)
        putc(' ', out);
}

static void put_left(FILE *out, const char *text, int width)
{
    fputs(text, out);
    pad(out, width - osw_number_width(text));
}

/* Right-aligned; a text that is too long loses its end to an ellipsis. */
static void put_right(FILE *out, const char *text, int width)
{
    int excess = osw_number_width(text) - width;
    pad(out, GAP - (excess > 0 ? 0 : excess));
    if (excess <= 0) {
        fputs(text, out);
        return;
    }
    int left = width - 1;
    for (const char *p = text; *p; p++) {
        left -= ((unsigned char)*p & 0xc0) != 0x80;
        if (left < 0)
            break;
        putc(*p, out);
    }
    fputs("\u2026", out);
}

static int column_width(const struct layout *layout, int arm)
{
    int width = osw_number_width(layout->result->plan->arms[arm].name);
    width = width < MOST_NAME ? width : MOST_NAME;
    return width > NUMBER_WIDTH ? width : NUMBER_WIDTH;
}

/* All arms have the same values at time 0, and time goes on from there. */
static int common_beginning(const struct osw_result *result)
{
    int t = 0, last = result->n_times - 1;
    while (t < last && result->times[t] < 0)
        t++;
    if (t >= last || result->times[t] != 0)
        return -1;
    for (int a = 1; a < result->plan->n_arms; a++)
        if (memcmp(row_of(result, 0, t), row_of(result, a, t),
                   (size_t)result->plan->n_outputs * sizeof *result->outputs))
            return -1;
    return t;
}

static void put_value(const struct layout *layout, int arm, int t, int k, int width)
{
    char buf[32];
    double value = row_of(layout->result, arm, t)[k];
    bool failed = isnan(value) && layout->result->arms[arm].status;
    put_right(layout->out, failed ? "failed" : osw_number_format(value, buf, sizeof buf),
              width);
}

static void put_names(const struct layout *layout, int first, int end)
{
    pad(layout->out, INDENT + layout->id_width + 1 + layout->unit_width);
    if (layout->begin >= 0)
        put_right(layout->out, "start", NUMBER_WIDTH);
    for (int a = first; a < end; a++)
        put_right(layout->out, layout->result->plan->arms[a].name,
                  column_width(layout, a));
    putc('\n', layout->out);
}

static void put_line(const struct layout *layout, int k, int first, int end)
{
    const struct osw_output *output = output_of(layout->result->plan, k);
    pad(layout->out, INDENT);
    put_left(layout->out, output->id, layout->id_width + 1);
    put_left(layout->out, output->unit_text, layout->unit_width);
    if (layout->begin >= 0)
        put_value(layout, 0, layout->begin, k, NUMBER_WIDTH);
    for (int a = first; a < end; a++)
        put_value(layout, a, layout->result->n_times - 1, k, column_width(layout, a));
    putc('\n', layout->out);
}

static bool first_of_group(const struct osw_plan *plan, int k)
{
    for (int i = 0; i < k; i++)
        if (!strcmp(output_of(plan, i)->group, output_of(plan, k)->group))
            return false;
    return true;
}

static void put_block(const struct layout *layout, int first, int end)
{
    const struct osw_plan *plan = layout->result->plan;
    putc('\n', layout->out);
    put_names(layout, first, end);
    for (int g = 0; g < plan->n_outputs; g++) {
        if (!first_of_group(plan, g))
            continue;
        const char *group = output_of(plan, g)->group;
        fprintf(layout->out, "%s\n", *group ? group : "outputs");
        for (int k = g; k < plan->n_outputs; k++)
            if (!strcmp(output_of(plan, k)->group, group))
                put_line(layout, k, first, end);
    }
}

static void put_title(const struct osw_result *result, FILE *out)
{
    const struct osw_plan *plan = result->plan;
    double t = result->times[result->n_times - 1];
    bool years = fabs(t) >= 2 * DAYS_PER_YEAR;
    if (plan->title && *plan->title)
        fprintf(out, "%s\n", plan->title);
    fprintf(out, "End points after %g %s\n", years ? t / DAYS_PER_YEAR : t,
            years ? "years" : "days");
}

static void put_failures(const struct osw_result *result, FILE *out)
{
    for (int a = 0; a < result->plan->n_arms; a++)
        if (result->arms[a].status)
            fprintf(out, "\narm %s failed at %g days: %s\n", result->plan->arms[a].name,
                    result->arms[a].failure.t,
                    result->arms[a].failure.reason ? result->arms[a].failure.reason
                                                   : "no reason given");
}

enum osw_status osw_table_write(const struct osw_result *result, int width, FILE *out)
{
    const struct osw_plan *plan = result->plan;
    struct layout layout = {.result = result, .out = out};
    layout.begin = common_beginning(result);
    for (int k = 0; k < plan->n_outputs; k++) {
        int id = osw_number_width(output_of(plan, k)->id);
        int unit = osw_number_width(output_of(plan, k)->unit_text);
        layout.id_width = id > layout.id_width ? id : layout.id_width;
        layout.unit_width = unit > layout.unit_width ? unit : layout.unit_width;
    }
    put_title(result, out);
    int fixed = INDENT + layout.id_width + 1 + layout.unit_width;
    fixed += layout.begin >= 0 ? GAP + NUMBER_WIDTH : 0;
    for (int first = 0, end; first < plan->n_arms; first = end) {
        int used = fixed;
        for (end = first; end < plan->n_arms; end++) {
            used += GAP + column_width(&layout, end);
            if (width > 0 && used > width && end > first)
                break;
        }
        put_block(&layout, first, end);
    }
    put_failures(result, out);
    return OSW_OK;
}
