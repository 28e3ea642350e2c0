/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Physical at random parameters: each set is drawn from the priors of the parameter
 * tables within their bounds, and lived by every shipped subject of the model. No state
 * and no fraction leaves its range, mineral stays under its ceiling and falls no faster
 * than resorption takes it, and a run that fails says so. test_physical [SETS] [SEED]. */
#include "human.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST_PARAMS = 1024, MOST_LIVES = 16 };

static int n_sets = 40;
static uint64_t first_seed = 1;
static const double rounding =
    1e-5; /* in units of scale; the absolute tolerance is 1e-7 */

static const char human_lives[] =
    "title: people\nmodel: human\nsubject: healthy\nduration: 10 year\nevery: 1 year\n"
    "arms:\n"
    "  healthy: []\n"
    "  young: {subject: young_adult}\n"
    "  old: {subject: older_adult}\n"
    "  woman: {subject: postmenopausal}\n"
    "  low_vitamin_k: {subject: low_vitamin_k}\n"
    "  ckd3: {subject: ckd3}\n"
    "  ckd4: {subject: ckd4}\n"
    "  ckd5: {subject: ckd5}\n"
    "  dialysis: {subject: haemodialysis}\n"
    "  diabetes: {subject: type2_diabetes}\n";
static const char mouse_lives[] =
    "title: mice\nmodel: mouse\nsubject: mouse\nduration: 12 week\nevery: 1 week\n"
    "arms:\n"
    "  birth: []\n"
    "  high_pi: [{at: 21 day, set: {plasma_phosphate: 3.8 mmol/L}}]\n"
    "  young: {subject: mouse_young}\n"
    "  old: {subject: mouse_old, interventions: "
    "[{navitoclax: {dose: 50 mg/kg, on: 7 day, off: 14 day}}]}\n"
    "  kl: {subject: mouse_kl_null, interventions: "
    "[{at: 21 day, set: {plasma_phosphate: 3.8 mmol/L}}]}\n"
    "  mgp: {subject: mouse_mgp_null}\n"
    "  enpp1: {subject: mouse_enpp1_null}\n"
    "  opn: {subject: mouse_opn_null}\n"
    "  opn_mgp: {subject: mouse_opn_mgp_null}\n"
    "  tnap: {subject: mouse_tnap}\n";
static const char culture_lives[] =
    "title: dishes\nmodel: culture\nsubject: monolayer\nduration: 14 day\nevery: 1 day\n"
    "arms:\n"
    "  normal: [medium_change]\n"
    "  high: [medium_change, {at: 0 day, set: {medium_phosphate: 3 mmol/L}}]\n"
    "  unchanged: [{at: 0 day, set: {medium_phosphate: 5 mmol/L}}]\n"
    "  bgp: [medium_change, {at: 0 day, set: {medium_bgp: 10 mmol/L}}]\n"
    "  nothing: [medium_change, {at: 0 day, set: {medium_phosphate: 0.001 mmol/L}}]\n"
    "  ring: {subject: vessel_ring, interventions: "
    "[medium_change, {at: 0 day, set: {medium_phosphate: 3.8 mmol/L}}]}\n";

/* Amounts since the last change of medium and their books: differences, of either sign.
 */
static const char *const differences[] = {"P_taken", "Ca_taken", "PPi_given", "P_source",
                                          "Ca_source"};

struct population {
    struct human h;
    struct osw_plan *plan, lived;
    struct osw_life lives[MOST_LIVES];
    double p[MOST_LIVES][MOST_PARAMS];
    unsigned char signed_state[MOST_PARAMS];
    int n_run, n_failed;
    double lowest; /* of all states, in units of scale */
    char lowest_at[200];
};

/* SplitMix64, and a standard normal by Box and Muller. */
static double uniform(uint64_t *seed)
{
    uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double normal(uint64_t *seed)
{
    double radius = sqrt(-2 * log(1 - uniform(seed)));
    return radius * cos(6.283185307179586 * uniform(seed));
}

/* A draw of the prior within the bounds. */
static double draw(const struct osw_parameter *p, uint64_t *seed)
{
    double x;
    if (!p->estimate)
        return p->nominal;
    do {
        double z = p->prior_parameter[0] + p->prior_parameter[1] * normal(seed);
        if (!strcmp(p->prior, "uniform"))
            x = p->lower + (p->upper - p->lower) * uniform(seed);
        else
            x = !strcmp(p->prior, "log-normal") ? exp(z) : z;
    } while (!(x >= p->lower && x <= p->upper));
    return x;
}

static void population_open(struct population *g, const char *model, const char *yaml)
{
    memset(g, 0, sizeof *g);
    human_open_model(&g->h, model);
    g->plan = human_plan(g->h.diag, yaml);
    g->lived = *g->plan;
    g->lived.lives = g->lives;
    assert_true(g->h.model->kernel->n_params <= MOST_PARAMS);
    assert_true(g->plan->n_lives <= MOST_LIVES);
    for (size_t i = 0; i < sizeof differences / sizeof *differences; i++) {
        int state = osw_model_state(g->h.model, differences[i]);
        if (state >= 0)
            g->signed_state[state] = 1;
    }
}

static void population_close(struct population *g)
{
    osw_plan_destroy(g->plan);
    human_close(&g->h);
}

/* One set for all subjects: what a subject itself sets (its inputs) is not drawn. */
static void population_draw(struct population *g, uint64_t seed)
{
    const struct osw_model *m = g->h.model;
    for (int j = 0; j < m->kernel->n_params; j++) {
        double x = draw(&m->params[j], &seed);
        for (int i = 0; i < g->plan->n_lives; i++)
            g->p[i][j] = m->params[j].estimate ? x : g->plan->lives[i].params[j];
    }
    for (int i = 0; i < g->plan->n_lives; i++) {
        g->lives[i] = g->plan->lives[i];
        g->lives[i].params = g->p[i];
    }
}

static const double *states_at(const struct osw_result *r, int a, int k, int n)
{
    return r->states + ((size_t)a * (size_t)r->n_times + (size_t)k) * (size_t)n;
}

static void check_states(struct population *g, const struct osw_result *r, int a, int k,
                         uint64_t seed)
{
    const struct osw_model *m = g->h.model;
    const double *y = states_at(r, a, k, m->kernel->n_states);
    for (int i = 0; i < m->kernel->n_states; i++) {
        double low = y[i] / g->h.scale[i];
        if (!isfinite(y[i]))
            fail_msg("set %d, arm %s, day %g: state %s is %g", (int)seed, r->arms[a].name,
                     r->times[k], m->states[i].id, y[i]);
        if (g->signed_state[i] || low >= g->lowest)
            continue;
        g->lowest = low;
        snprintf(g->lowest_at, sizeof g->lowest_at, "%s, set %d, arm %s, day %g",
                 m->states[i].id, (int)seed, r->arms[a].name, r->times[k]);
    }
}

static void in_range(const struct osw_result *r, int a, int k, const char *id,
                     double high, uint64_t seed)
{
    double x = human_value(r, a, k, id);
    if (!(x >= -rounding && x <= high))
        fail_msg("set %d, arm %s, day %g: %s is %g", (int)seed, r->arms[a].name,
                 r->times[k], id, x);
}

static void check_ranges(const struct osw_result *r, int a, int k, const double *p,
                         uint64_t seed)
{
    static const char *const fractions[] = {
        "contractile_fraction", "osteogenic_fraction",       "senescent_fraction",
        "cell_borne_share",     "mgp_carboxylated_fraction", "intimal_share_of_cac",
        "chd_risk_10y"};
    static const char *const amounts[] = {"pi_medium", "calcium_medium", "ppi_medium"};
    const struct osw_model *m = r->plan->model;
    double cells = 0;
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++) {
        if (osw_model_output(m, fractions[i]) < 0)
            continue;
        in_range(r, a, k, fractions[i], 1 + rounding, seed);
        cells += i < 3 ? human_value(r, a, k, fractions[i]) : 0;
    }
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        if (osw_model_output(m, amounts[i]) >= 0)
            in_range(r, a, k, amounts[i], INFINITY, seed);
    if (cells > 1 + rounding)
        fail_msg("set %d, arm %s, day %g: fractions sum to %g", (int)seed,
                 r->arms[a].name, r->times[k], cells);
    in_range(r, a, k, "ha", p[osw_model_param(m, "H_max")], seed);
}

/* Hydroxyapatite leaves by resorption only. */
static void check_locked(const struct osw_result *r, int a, int k, const double *p,
                         uint64_t seed)
{
    double k_res = p[osw_model_param(r->plan->model, "k_res")];
    double before = human_value(r, a, k - 1, "ha"), now = human_value(r, a, k, "ha");
    double least = before * exp(-k_res * (r->times[k] - r->times[k - 1]));
    if (!(now >= least * (1 - 1e-5) - rounding))
        fail_msg("set %d, arm %s, day %g: HA falls from %.9g to %.9g, resorption leaves "
                 "%.9g",
                 (int)seed, r->arms[a].name, r->times[k], before, now, least);
}

/* A failed arm has a code, a place and a reason; its values are NAN from then on. */
static void check_failure(struct population *g, const struct osw_arm_result *arm,
                          uint64_t seed)
{
    g->n_failed++;
    printf("set %d, arm %s fails on day %g: %s\n", (int)seed, arm->name, arm->failure.t,
           arm->failure.reason ? arm->failure.reason : "no reason");
    assert_int_equal(arm->status, OSW_ERR_INTEGRATION);
    assert_non_null(arm->failure.reason);
    assert_true(isfinite(arm->failure.t));
}

static void population_live(struct population *g, uint64_t seed)
{
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS, .states = true};
    struct osw_result *r = NULL;
    struct osw_diag *diag = osw_diag_create();
    population_draw(g, seed);
    enum osw_status status = osw_simulate(&g->lived, &options, diag, &r);
    osw_diag_destroy(diag);
    assert_true(status == OSW_OK || status == OSW_ERR_INTEGRATION);
    assert_non_null(r);
    for (int a = 0; a < g->lived.n_arms; a++, g->n_run++) {
        const double *p = g->p[g->lived.arms[a].life];
        if (r->arms[a].status) {
            check_failure(g, &r->arms[a], seed);
            continue;
        }
        for (int k = 0; k < r->n_times; k++) {
            check_states(g, r, a, k, seed);
            check_ranges(r, a, k, p, seed);
            if (k > 0)
                check_locked(r, a, k, p, seed);
        }
    }
    osw_result_destroy(r);
}

static void check_model(const char *model, const char *yaml)
{
    static struct population g;
    population_open(&g, model, yaml);
    for (int n = 0; n < n_sets; n++)
        population_live(&g, first_seed + (uint64_t)n);
    printf("%s: %d sets, %d runs, %d failed and coded; lowest state %.1e of scale (%s)\n",
           model, n_sets, g.n_run, g.n_failed, g.lowest,
           g.lowest < 0 ? g.lowest_at : "none negative");
    assert_true(g.lowest >= -rounding);
    /* Sets whose fast states oscillate have no steady start: rare, and coded. */
    assert_true(g.n_failed <= 0.02 * g.n_run);
    population_close(&g);
}

static void test_human(void **state)
{
    (void)state;
    check_model("human", human_lives);
}

static void test_mouse(void **state)
{
    (void)state;
    check_model("mouse", mouse_lives);
}

static void test_culture(void **state)
{
    (void)state;
    check_model("culture", culture_lives);
}

int main(int argc, char **argv)
{
    n_sets = argc > 1 ? atoi(argv[1]) : n_sets;
    first_seed = argc > 2 ? strtoull(argv[2], NULL, 10) : first_seed;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_human),
                                       cmocka_unit_test(test_mouse),
                                       cmocka_unit_test(test_culture)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
