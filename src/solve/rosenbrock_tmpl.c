/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The loop of a batch, built once per ISA (OSW_LANE_ISA) and once for kernels of one
 * lane. All lanes take every step; a lane whose step was rejected keeps its state, one
 * that reached its segment's end asks the source what follows. Step control: Hairer &
 * Wanner, Solving ODEs II, section IV.8, with the first step after a discontinuity tried
 * again after the next of its kind. */
#include "solve/rosenbrock_step.h"

#include <float.h>
#include <math.h>

#ifdef OSW_LANE_ISA
#define LOOP OSW_KERNEL_NAME(osw_rosenbrock_loop)
#else
#define LOOP osw_rosenbrock_loop_scalar
#endif

static const double slowest = 0.15, fastest = 6; /* of a step to the one before it */
/* From a guessed step on, as long as errors stay tiny, steps grow faster than the error
 * says: near a slow manifold it hardly grows with the step. */
static const double startup = 30, tiny = 0.01;
static const double stretch = 1.1; /* of a step, to save the one after it */
static const double calmest = 2.2; /* factor that counts of the step before */
enum { most_rejections = 40 };     /* in a row */

/* What the lanes of one turn asked for. */
struct asked {
    bool switched, changed, show;
};

/* A lane without a member does as its neighbour does, so that its numbers are harmless.
 */
static void idle(struct osw_batch *b, int l)
{
    int from = 0;
    while (from < b->n_lanes && !b->lanes[from].busy)
        from++;
    b->lanes[l].busy = false;
    b->h[l] = 0;
    if (from == b->n_lanes)
        return;
    const int n = b->n_lanes;
    for (int i = 0; i < b->kernel->n_states; i++)
        b->y[i * n + l] = b->y[i * n + from];
    for (int j = 0; j < b->kernel->n_params; j++)
        b->p[j * n + l] = b->p[j * n + from];
    b->t[l] = b->lanes[from].seen.t;
    b->keep[l] = b->keep[from];
    b->pace[l] = b->pace[from];
}

static void answered(struct osw_batch *b, enum osw_batch_answer answer)
{
    b->stopped = b->stopped || answer == OSW_BATCH_STOP;
}

static void begin_member(struct osw_batch_one *o)
{
    o->seen.steps = o->seen.rejected = 0;
    o->segment = (struct osw_batch_segment){.kind = 0};
    o->h = 0;
    for (int k = 0; k < OSW_BATCH_KINDS; k++)
        o->first_step[k] = 0;
}

static void begin_segment(struct osw_batch *b, int l, bool new, struct asked *asked)
{
    struct osw_batch_one *o = &b->lanes[l];
    const struct osw_batch_segment *s = &o->segment;
    o->busy = true;
    o->next_output = 0;
    o->again = 0;
    o->first = s->kind >= 0;
    if (s->kind >= 0)
        o->h = o->first_step[s->kind];
    o->fresh = !(o->h > 0);
    o->starting = false;
    o->last_h = 0;
    if (new)
        osw_tolerance_begin(b->policy, b->y + l, b->n_lanes, b->largest + l,
                            b->tolerance + l);
    else
        osw_tolerance_resume(b->policy, b->y + l, b->n_lanes, b->largest + l,
                             b->tolerance + l);
    b->t[l] = o->seen.t;
    b->keep[l] = s->hold ? 0 : 1;
    b->pace[l] = s->freeze ? 0 : 1;
    asked->changed = asked->changed || new || s->changed;
    asked->switched = asked->switched || s->switched;
    asked->show = asked->show || s->show;
}

/* The lane's member is at the end of its segment (or there is none): the next one. */
static void turn(struct osw_batch *b, int l, struct asked *asked)
{
    const struct osw_batch_source *source = b->source;
    struct osw_batch_one *o = &b->lanes[l];
    enum osw_batch_answer answer = OSW_BATCH_END;
    bool new = !o->busy;
    if (!new)
        answer = source->turn(source->context, &o->seen, &o->segment);
    while (answer == OSW_BATCH_END) {
        new = true;
        o->seen.most_steps = b->options.max_steps;
        answer = source->next(source->context, &o->seen);
        if (answer != OSW_BATCH_GO)
            break;
        begin_member(o);
        answer = source->turn(source->context, &o->seen, &o->segment);
    }
    answered(b, answer);
    if (answer == OSW_BATCH_GO)
        begin_segment(b, l, new, asked);
    else
        idle(b, l);
}

static void give(struct osw_batch *b, int l, double t, double *y, int index)
{
    struct osw_batch_lane seen = b->lanes[l].seen;
    seen.t = t;
    seen.y = y + l;
    seen.outputs = b->outputs + l;
    b->source->output(b->source->context, &seen, index);
}

static void observe(const struct osw_batch *b, const double *when, const double *y)
{
    if (b->options.observe)
        b->kernel->observe(*OSW_ROWS(when), OSW_ROWS(y), OSW_ROWS(b->p), OSW_ROWS(b->c),
                           OSW_ROWS(b->outputs));
}

/* After lanes have turned: constants of new parameters, and states to be shown. */
static void settle(struct osw_batch *b, const struct asked *asked)
{
    const struct osw_kernel *k = b->kernel;
    b->holds = b->freezes = false;
    for (int l = 0; l < b->n_lanes; l++) {
        const struct osw_batch_one *o = &b->lanes[l];
        b->holds = b->holds || (o->busy && o->segment.hold);
        b->freezes = b->freezes || (o->busy && o->segment.freeze);
    }
    if (asked->changed)
        k->prepare(OSW_ROWS(b->p), OSW_ROWS(b->c));
    if (asked->changed || asked->switched)
        k->segment(OSW_ROWS(b->p), OSW_ROWS(b->c));
    if (!asked->show)
        return;
    observe(b, b->t, b->y);
    for (int l = 0; l < b->n_lanes; l++) {
        struct osw_batch_one *o = &b->lanes[l];
        if (o->busy && o->segment.show)
            give(b, l, o->seen.t, b->y, -1);
        o->segment.show = false;
    }
}

/* First steps of lanes that have none to try. */
static void guess(struct osw_batch *b)
{
    bool fresh = false;
    for (int l = 0; l < b->n_lanes; l++)
        fresh = fresh || (b->lanes[l].busy && b->lanes[l].fresh);
    if (!fresh)
        return;
    osw_step_guess(b);
    for (int l = 0; l < b->n_lanes; l++) {
        struct osw_batch_one *o = &b->lanes[l];
        if (!o->busy || !o->fresh)
            continue;
        double span = o->segment.t_end - o->seen.t, h = b->factor[l];
        o->h = h > 1e-6 * span ? fmin(h, span) : fmax(1e-12 * span, fmin(h, 1e-6 * span));
        if (isnan(h))
            o->h = 1e-6 * span;
        o->fresh = false;
        o->starting = true;
    }
}

/* The step to try: cut to meet the segment's end, halved when it is within two. */
static void cut(struct osw_batch *b, int l)
{
    struct osw_batch_one *o = &b->lanes[l];
    double rest = o->segment.t_end - o->seen.t;
    if (b->options.max_step > 0)
        o->h = fmin(o->h, b->options.max_step);
    o->limit = o->h;
    const double reach = o->again ? o->h : stretch * o->h;
    o->ends = reach >= rest;
    b->h[l] = o->ends ? rest : 2 * reach > rest ? 0.5 * rest : o->h;
}

static int worst_state(const struct osw_batch *b, int l)
{
    int worst = -1;
    double most = 0;
    for (int i = 0; i < b->kernel->n_states; i++) {
        double e = b->u[OSW_RODAS_STAGES - 1][i * b->n_lanes + l],
               f = b->f[i * b->n_lanes + l];
        double y = b->y[i * b->n_lanes + l];
        e = fabs(e) / (b->tolerance[i * b->n_lanes + l] + b->options.rtol * fabs(y));
        if (!isfinite(f) || !isfinite(y))
            return i;
        if (e > most || worst < 0) {
            most = e;
            worst = i;
        }
    }
    return worst;
}

static void eject(struct osw_batch *b, int l, enum osw_batch_code code)
{
    struct osw_batch_one *o = &b->lanes[l];
    struct osw_batch_failure failure = {code, o->seen.t, worst_state(b, l)};
    o->busy = b->source->failed(b->source->context, &o->seen, &failure) == OSW_BATCH_GO;
    o->segment.t_end = o->seen.t;
    b->accept[l] = 0;
}

/* Of a step about to be accepted: J and df/dt where it began, for as long as they stand.
 */
static void add_to_sums(const struct osw_batch *b, int l)
{
    const struct osw_batch_one *o = &b->lanes[l];
    const struct osw_kernel *k = b->kernel;
    const double weight = 0.5 * o->last_h + (o->ends ? 1 : 0.5) * b->h[l];
    for (int e = 0; e < k->jac_nnz; e++)
        o->segment.sum_jac[e] += weight * b->jac[e * b->n_lanes + l];
    for (int e = 0; e < k->dfdt_nnz; e++)
        o->segment.sum_slope[e] += weight * b->slope[e * b->n_lanes + l];
}

static void reject(struct osw_batch *b, int l)
{
    struct osw_batch_one *o = &b->lanes[l];
    double factor = b->factor[l];
    o->seen.rejected++;
    b->stats.rejected++;
    o->again++;
    o->h = b->h[l] * (factor > slowest && factor < 1 ? factor : slowest);
    double least = 4 * DBL_EPSILON * fabs(o->seen.t);
    if ((o->h <= least && !o->ends) || o->again > most_rejections)
        eject(b, l,
              isfinite(b->error[l]) ? OSW_BATCH_STEP_TOO_SMALL : OSW_BATCH_NOT_FINITE);
}

/* How much longer the next step may be: where errors of equal steps grow, as before a
 * switch, less than this error alone says (Gustafsson 1994, ACM TOMS 20:496; Hairer &
 * Wanner, equation IV.8.25, with factors for the roots of errors). */
static double growth(struct osw_batch *b, int l)
{
    struct osw_batch_one *o = &b->lanes[l];
    double factor = fmin(fmax(b->factor[l], slowest), o->again ? 1 : fastest);
    if (o->last_h > 0)
        factor = fmin(factor, b->h[l] / o->last_h * factor * factor /
                                  fmin(o->last_factor, calmest));
    o->last_h = b->h[l];
    o->last_factor = b->factor[l];
    o->starting = o->starting && b->error[l] < tiny && !o->again;
    if (o->starting)
        factor = fmax(factor, startup);
    return factor;
}

static void accept(struct osw_batch *b, int l)
{
    struct osw_batch_one *o = &b->lanes[l];
    if (o->segment.sum_jac)
        add_to_sums(b, l);
    o->h = b->h[l] * growth(b, l);
    o->seen.steps++;
    b->stats.steps++;
    if (b->h[l] < o->limit)
        o->h = fmax(o->h, o->limit);
    if (o->first)
        o->first_step[o->segment.kind] = o->h;
    o->first = false;
    o->again = 0;
}

static void judge(struct osw_batch *b)
{
    for (int l = 0; l < b->n_lanes; l++) {
        struct osw_batch_one *o = &b->lanes[l];
        b->accept[l] = o->busy && b->error[l] <= 1;
        if (!o->busy)
            continue;
        if (b->accept[l] > 0)
            accept(b, l);
        else
            reject(b, l);
        if (o->busy && o->seen.steps + o->seen.rejected >= o->seen.most_steps)
            eject(b, l, OSW_BATCH_TOO_MANY_STEPS);
    }
}

static double reached(const struct osw_batch *b, int l)
{
    const struct osw_batch_one *o = &b->lanes[l];
    return o->ends ? o->segment.t_end : o->seen.t + b->h[l];
}

/* An output time of the lane lies within the accepted step. */
static bool passes(const struct osw_batch *b, int l)
{
    const struct osw_batch_one *o = &b->lanes[l];
    return o->busy && b->accept[l] > 0 && o->next_output < o->segment.n_times &&
           o->segment.times[o->next_output] <= reached(b, l);
}

/* Outputs within the step: each round gives the next one of every lane that has one. */
static void give_outputs(struct osw_batch *b)
{
    bool again = false;
    for (int l = 0; l < b->n_lanes; l++)
        again = again || passes(b, l);
    if (again)
        osw_step_dense(b);
    while (again) {
        again = false;
        for (int l = 0; l < b->n_lanes; l++) {
            const struct osw_batch_one *o = &b->lanes[l];
            b->when[l] = passes(b, l) ? o->segment.times[o->next_output] : o->seen.t;
            b->fraction[l] =
                passes(b, l) ? fmin((b->when[l] - o->seen.t) / b->h[l], 1) : 0;
        }
        osw_step_interpolate(b);
        observe(b, b->when, b->at);
        for (int l = 0; l < b->n_lanes; l++) {
            if (!passes(b, l))
                continue;
            give(b, l, b->when[l], b->at, b->lanes[l].next_output++);
            again = again || passes(b, l);
        }
    }
}

static void advance(struct osw_batch *b)
{
    osw_step_linearize(b);
    guess(b);
    for (int l = 0; l < b->n_lanes; l++)
        if (b->lanes[l].busy)
            cut(b, l);
    osw_step_take(b);
    judge(b);
    give_outputs(b);
    osw_step_accept(b);
    b->stats.sweeps++;
}

/* Lanes whose segment is over, or whose member is gone, turn; then those without one ask
 * again, for what other lanes' turns may have brought. */
static bool turn_all(struct osw_batch *b)
{
    struct asked asked = {0};
    bool turned = false;
    for (int l = 0; l < b->n_lanes; l++) {
        struct osw_batch_one *o = &b->lanes[l];
        if (o->busy ? o->seen.t >= o->segment.t_end : b->h[l] > 0) {
            turn(b, l, &asked);
            turned = true;
        }
    }
    for (int l = 0; l < b->n_lanes && turned; l++)
        if (!b->lanes[l].busy && !b->stopped)
            turn(b, l, &asked);
    if (turned)
        settle(b, &asked);
    return turned && !b->stopped;
}

static bool follow(struct osw_batch *b)
{
    bool busy = false;
    for (int l = 0; l < b->n_lanes; l++) {
        struct osw_batch_one *o = &b->lanes[l];
        if (!o->busy || b->accept[l] <= 0)
            continue;
        o->seen.t = reached(b, l);
        if (!o->segment.freeze)
            b->t[l] = o->seen.t;
    }
    while (turn_all(b))
        ;
    for (int l = 0; l < b->n_lanes; l++)
        busy = busy || b->lanes[l].busy;
    return busy && !b->stopped;
}

void LOOP(struct osw_batch *b)
{
    for (int l = 0; l < b->n_lanes; l++) {
        struct osw_batch_one *o = &b->lanes[l];
        o->busy = false;
        o->seen = (struct osw_batch_lane){.index = l,
                                          .stride = b->n_lanes,
                                          .y = b->y + l,
                                          .p = b->p + l,
                                          .tolerance = b->tolerance + l};
        b->h[l] = 1;
        b->accept[l] = 0;
    }
    while (follow(b))
        advance(b);
}
