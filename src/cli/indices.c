/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/indices.h"

#include <math.h>

struct line {
    FILE *out;
    const char *output, *arm;
    double t_d;
    int digits;
    int64_t n, n_failed;
};

void osw_indices_header(FILE *out, const struct osw_analysis *a)
{
    fputs("output\tarm\tt_d\tfactor", out);
    if (a->pair)
        fputs("\twith", out);
    fputs(a->morris ? "\tmu\tmu_star\tsigma\tmu_star_conf" : "\tS1\tS1_conf\tST\tST_conf",
          out);
    if (a->pair)
        fputs("\tS2\tS2_conf", out);
    fputs("\tn\tn_failed\n", out);
}

static void number(const struct line *l, double x)
{
    if (isfinite(x))
        fprintf(l->out, "\t%.*g", l->digits, x);
    else
        fputs("\tnan", l->out);
}

static void begin(const struct line *l, const char *factor)
{
    fprintf(l->out, "%s\t%s\t", l->output, l->arm);
    if (isfinite(l->t_d))
        fprintf(l->out, "%.9g", l->t_d);
    fprintf(l->out, "\t%s", factor);
}

static void end(const struct line *l)
{
    fprintf(l->out, "\t%lld\t%lld\n", (long long)(l->n - l->n_failed),
            (long long)l->n_failed);
}

static void write_morris(const struct line *l, const struct osw_analysis *a, int g)
{
    const struct osw_morris_index *index = &a->morris[g];
    begin(l, a->design->groups[g]);
    number(l, index->mu);
    number(l, index->mu_star);
    number(l, index->sigma);
    number(l, index->mu_star_conf);
    end(l);
}

static void write_sobol(const struct line *l, const struct osw_analysis *a, int g)
{
    const struct osw_sobol_index *index = &a->sobol[g];
    begin(l, a->design->groups[g]);
    fputs(a->pair ? "\t" : "", l->out);
    number(l, index->S1);
    number(l, index->S1_conf);
    number(l, index->ST);
    number(l, index->ST_conf);
    fputs(a->pair ? "\t\t" : "", l->out);
    end(l);
}

static void write_pair(const struct line *l, const struct osw_analysis *a, int g, int h)
{
    const struct osw_sobol_pair *pair = &a->pair[g * a->design->n_groups + h];
    begin(l, a->design->groups[g]);
    fprintf(l->out, "\t%s\t\t\t\t", a->design->groups[h]);
    number(l, pair->S2);
    number(l, pair->S2_conf);
    end(l);
}

void osw_indices_write(FILE *out, const struct osw_analysis *a, const char *output,
                       const char *arm, double t_d, int digits)
{
    const int n = a->design->n_groups;
    const struct line l = {out,        output, arm, t_d, digits, a->design->samples,
                           a->n_failed};
    for (int g = 0; g < n; g++) {
        if (a->morris)
            write_morris(&l, a, g);
        else
            write_sobol(&l, a, g);
    }
    for (int g = 0; a->pair && g < n; g++)
        for (int h = g + 1; h < n; h++)
            write_pair(&l, a, g, h);
}
