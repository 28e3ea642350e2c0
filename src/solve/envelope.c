/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With S = sum of J dt over a period, P'(Y) is near (I - S)^-1 (exact for what is slow,
 * and 0 for what is fast), so that the matrix of dG/dY for G(n, Y) = P(n, Y) - Y is
 * A = (I - S)^-1 S, and for the systems of a step of h periods
 *   (I - h gamma A)^-1 b = (I - (1 + h gamma) S)^-1 (I - S) b.
 * G is what g amounts to from n to n + 1: g = G - G' / 2 + …, with G' its change from a
 * period to the next. Where the step begins, G' is known, for the period before was run,
 * too. At the other stages it is what a model says, A G + dG/dn, plus what this lacks at
 * the first. The model takes A of slow modes alone, by the low-pass filter (I - F S)^-1:
 * of fast ones A is not well known, and its error would be multiplied by h. */
#include "solve/envelope.h"
#include "base/memory.h"
#include "model/kernel.h"
#include "solve/rosw.h"

#include <math.h>
#include <string.h>

static const double tighter = 0.1;    /* tolerance of steps to that of periods */
static const double filter = 20;      /* F: periods */
static const double negligible = 100; /* tolerances of a state at 0 */
static const double safety = 0.8, slowest = 0.2, fastest = 3; /* a step to the last */
enum {
    LEAST = 5,    /* periods of a step: shorter ones spare nothing */
    SETTLING = 2, /* … run where it led, for what is fast to find into the rhythm again */
    FEWEST_WAITS = 4, /* periods from a step that failed to the next one tried, … */
    MOST_WAITS = 64,  /* … doubled when that fails, too */
    NONE = -2         /* no period */
};

struct point { /* two neighbouring values of the envelope */
    int n;
    double *y, *y_end;
};

struct osw_envelope {
    const struct osw_kernel *kernel;
    double rtol, *tolerance; /* [n_states] */
    struct point old, now;   /* where the last step began, and where the next does */
    double length;           /* of a period */
    int h, next;             /* periods of the step, and of the next to try */
    int stage;               /* whose period is asked for; those that settle follow */
    int wait, waits;         /* periods before the next try; how many the last time */
    double *sum, *sum_slope; /* of the period being run: J dt, df/dt dt */
    double *S, *T;           /* … and of that from `now` */
    double *lu, *lu_filter;
    double *last_G; /* of the period before `now`, when has_last */
    bool has_last;
    double *lack; /* of the model of G' / 2, at `now` */
    double *u[OSW_ROSW_STAGES], *at, *g, *work;
    void *memory;
};

static void exchange(double **a, double **b)
{
    double *c = *a;
    *a = *b;
    *b = c;
}

static enum osw_status make_rows(struct osw_envelope *e)
{
    const struct osw_kernel *k = e->kernel;
    const size_t n = (size_t)k->n_states, nj = (size_t)k->jac_nnz;
    const size_t nt = (size_t)k->dfdt_nnz, nl = (size_t)k->lu_size;
    const struct {
        double **place;
        size_t n;
    } rows[] = {
        {&e->tolerance, n},  {&e->old.y, n},  {&e->old.y_end, n}, {&e->now.y, n},
        {&e->now.y_end, n},  {&e->u[0], n},   {&e->u[1], n},      {&e->u[2], n},
        {&e->u[3], n},       {&e->at, n},     {&e->g, n},         {&e->work, n},
        {&e->sum, nj},       {&e->S, nj},     {&e->T, nt},        {&e->lu, nl},
        {&e->lu_filter, nl}, {&e->last_G, n}, {&e->lack, n},      {&e->sum_slope, nt}};
    size_t total = 0;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        total += rows[r].n;
    double *next = e->memory = osw_alloc(total, sizeof *next);
    if (!next)
        return OSW_ERR_MEMORY;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        *rows[r].place = next;
        next += rows[r].n;
    }
    return OSW_OK;
}

enum osw_status osw_envelope_create(const struct osw_kernel *kernel, double rtol,
                                    struct osw_envelope **envelope)
{
    struct osw_envelope *e = osw_alloc(1, sizeof *e);
    if (!e)
        return OSW_ERR_MEMORY;
    e->kernel = kernel;
    e->rtol = tighter * rtol;
    if (make_rows(e)) {
        osw_envelope_destroy(e);
        return OSW_ERR_MEMORY;
    }
    osw_envelope_begin(e);
    *envelope = e;
    return OSW_OK;
}

void osw_envelope_destroy(struct osw_envelope *e)
{
    if (!e)
        return;
    osw_free(e->memory);
    osw_free(e);
}

static void clear_sums(struct osw_envelope *e)
{
    memset(e->sum, 0, (size_t)e->kernel->jac_nnz * sizeof *e->sum);
    memset(e->sum_slope, 0, (size_t)e->kernel->dfdt_nnz * sizeof *e->sum_slope);
}

void osw_envelope_begin(struct osw_envelope *e)
{
    e->next = LEAST;
    e->wait = e->waits = e->stage = 0;
    e->has_last = false;
    e->now.n = NONE;
    clear_sums(e);
}

double *osw_envelope_jacobian(struct osw_envelope *e)
{
    return e->sum;
}

double *osw_envelope_slope(struct osw_envelope *e)
{
    return e->sum_slope;
}

/* A period that the next one follows. */
static void keep_change(struct osw_envelope *e, const double *y, const double *y_end)
{
    for (int i = 0; i < e->kernel->n_states; i++)
        e->last_G[i] = y_end[i] - y[i];
    e->has_last = true;
}

void osw_envelope_ran(struct osw_envelope *e, int n, double length, const double *y,
                      const double *y_end, const double *tolerance, int stride)
{
    const size_t size = (size_t)e->kernel->n_states * sizeof *y;
    for (int i = 0; i < e->kernel->n_states; i++)
        e->tolerance[i] = tighter * tolerance[i * stride];
    if (n == e->now.n + 1)
        keep_change(e, e->now.y, e->now.y_end);
    e->now.n = n;
    e->length = length;
    memcpy(e->now.y, y, size);
    memcpy(e->now.y_end, y_end, size);
    exchange(&e->sum, &e->S);
    exchange(&e->sum_slope, &e->T);
    clear_sums(e);
}

/* g from what a period changed. */
static void find_drift(struct osw_envelope *e, const double *y, const double *y_end)
{
    const struct osw_kernel *k = e->kernel;
    double *slow = e->work, *g = e->g;
    for (int i = 0; i < k->n_states; i++)
        slow[i] = g[i] = y_end[i] - y[i];
    for (int i = 0; i < k->dfdt_nnz; i++)
        slow[k->dfdt_state[i]] += filter * e->length * e->T[i];
    k->lu_solve(e->lu_filter, slow);
    for (int i = 0; i < k->n_states; i++) {
        const double G = g[i], half = 0.5 / filter * (slow[i] - G);
        if (!e->stage)
            e->lack[i] = e->has_last ? 0.5 * (G - e->last_G[i]) - half : 0;
        g[i] = G - half - e->lack[i];
    }
}

static double combine(const double *weight, int n_terms, double *const *u, int i)
{
    double sum = 0;
    for (int j = 0; j < n_terms; j++)
        sum += weight[j] * u[j][i];
    return sum;
}

/* U of the stage from g. */
static void solve_stage(struct osw_envelope *e)
{
    const struct osw_rosw *m = &osw_ros34pw2;
    const struct osw_kernel *k = e->kernel;
    const int s = e->stage;
    const double hg = e->h * m->gamma;
    double *u = e->u[s], *b = e->work;
    for (int i = 0; i < k->n_states; i++)
        b[i] = u[i] = hg * e->g[i] + m->gamma * combine(m->c[s], s, e->u, i);
    for (int j = 0; j < k->n_states; j++)
        for (int i = k->jac_colptr[j]; i < k->jac_colptr[j + 1]; i++)
            u[k->jac_row[i]] -= e->S[i] * b[j];
    for (int i = 0; i < k->dfdt_nnz; i++)
        u[k->dfdt_state[i]] += hg * (e->h * m->slope[s]) * e->length * e->T[i];
    k->lu_solve(e->lu, u);
}

/* Is `at` a state to run a period from? What was not negative may not become so by more
 * than what is negligible. */
static bool is_fit(const struct osw_envelope *e)
{
    for (int i = 0; i < e->kernel->n_states; i++)
        if (!isfinite(e->at[i]) ||
            (e->now.y[i] >= 0 && e->at[i] < -negligible * e->tolerance[i]))
            return false;
    return true;
}

/* Ask for the period of stage s. False: not from there. */
static bool aim(struct osw_envelope *e, int s)
{
    e->stage = s;
    for (int i = 0; i < e->kernel->n_states; i++)
        e->at[i] = e->now.y[i] + combine(osw_ros34pw2.a[s], s, e->u, i);
    return is_fit(e);
}

/* Of h periods, or as many fewer as it takes. False: too few. */
static bool begin_step(struct osw_envelope *e, int h)
{
    for (; h >= LEAST; h /= 2) {
        e->h = h;
        e->kernel->lu_factor(e->S, 1 + h * osw_ros34pw2.gamma, e->lu);
        e->stage = 0;
        find_drift(e, e->now.y, e->now.y_end);
        solve_stage(e);
        if (aim(e, 1))
            return true;
    }
    return false;
}

/* No step from here, nor from the next few periods. */
static void leave(struct osw_envelope *e)
{
    e->waits = e->waits ? 2 * e->waits : FEWEST_WAITS;
    if (e->waits > MOST_WAITS)
        e->waits = MOST_WAITS;
    e->wait = e->waits;
    e->next = LEAST;
    e->stage = 0;
}

bool osw_envelope_try(struct osw_envelope *e, int last)
{
    const int room = last - e->now.n - SETTLING;
    e->stage = 0;
    if (e->wait > 0) {
        e->wait--;
        return false;
    }
    if (room < LEAST)
        return false;
    e->kernel->lu_factor(e->S, filter, e->lu_filter);
    if (begin_step(e, e->next < room ? e->next : room))
        return true;
    leave(e);
    return false;
}

double osw_envelope_place(const struct osw_envelope *e)
{
    return e->now.n + (e->stage < OSW_ROSW_STAGES ? e->h * osw_ros34pw2.node[e->stage]
                                                  : e->h + e->stage - OSW_ROSW_STAGES);
}

const double *osw_envelope_state(const struct osw_envelope *e)
{
    return e->at;
}

/* Weighted rms norm of the error estimate; the state at the step's end to `at`. */
static double finish(struct osw_envelope *e)
{
    const struct osw_rosw *m = &osw_ros34pw2;
    const int n = e->kernel->n_states;
    double sum = 0;
    for (int i = 0; i < n; i++) {
        e->at[i] = e->now.y[i] + combine(m->m, OSW_ROSW_STAGES, e->u, i);
        const double size = fmax(fabs(e->now.y[i]), fabs(e->at[i]));
        const double r =
            combine(m->e, OSW_ROSW_STAGES, e->u, i) / (e->tolerance[i] + e->rtol * size);
        sum += r * r;
    }
    return sqrt(sum / n);
}

/* The step failed: a shorter one, or none from here. */
static enum osw_envelope_answer shorten(struct osw_envelope *e, double factor)
{
    if (begin_step(e, (int)(e->h * factor)))
        return OSW_ENVELOPE_PERIOD;
    leave(e);
    return OSW_ENVELOPE_LEFT;
}

static enum osw_envelope_answer settle(struct osw_envelope *e)
{
    if (e->stage < OSW_ROSW_STAGES + SETTLING)
        return OSW_ENVELOPE_PERIOD;
    const int n = (int)osw_envelope_place(e);
    const struct point old = e->old;
    e->old = e->now;
    e->now = old;
    e->now.n = n;
    e->stage = e->waits = 0;
    return OSW_ENVELOPE_STEPPED;
}

enum osw_envelope_answer osw_envelope_take(struct osw_envelope *e, const double *y_end)
{
    if (!y_end)
        return shorten(e, slowest);
    if (e->stage >= OSW_ROSW_STAGES) {
        keep_change(e, e->at, y_end);
        memcpy(e->at, y_end, (size_t)e->kernel->n_states * sizeof *e->at);
        e->stage++;
        return settle(e);
    }
    find_drift(e, e->at, y_end);
    solve_stage(e);
    if (e->stage + 1 < OSW_ROSW_STAGES)
        return aim(e, e->stage + 1) ? OSW_ENVELOPE_PERIOD : shorten(e, slowest);
    const double error = finish(e);
    const double factor = fmin(fastest, fmax(slowest, safety / cbrt(error)));
    if (!(error <= 1) || !is_fit(e))
        return shorten(e, fmin(factor, safety));
    e->next = (int)fmax(LEAST, e->h * factor);
    e->stage = OSW_ROSW_STAGES;
    return settle(e);
}

/* The cubic through the step's four values: Newton's divided differences. */
void osw_envelope_between(const struct osw_envelope *e, int n, double *y)
{
    const double h = e->now.n - e->old.n, x = n - e->old.n;
    for (int i = 0; i < e->kernel->n_states; i++) {
        const double d1 = e->old.y_end[i] - e->old.y[i];
        const double d2 = (e->now.y[i] - e->old.y_end[i]) / (h - 1);
        const double d3 = e->now.y_end[i] - e->now.y[i];
        const double d12 = (d2 - d1) / h, d23 = (d3 - d2) / h;
        y[i] = e->old.y[i] + x * (d1 + (x - 1) * (d12 + (x - h) * (d23 - d12) / (h + 1)));
    }
}
