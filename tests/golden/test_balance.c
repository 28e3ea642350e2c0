/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Matter is conserved: what is eaten leaves in faeces, urine and dialysate, stays in gut
 * and fluids, or goes to bone and arteries, for phosphate and for calcium; hydroxyapatite
 * is lost by resorption alone. Identities of the right-hand side, at scattered states of
 * seven kinds of people. */
#include "human.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { MOST = 1024, N_SCATTERED = 300 };
static const double closes = 1e-9; /* of the fluxes' sum */
static const double phosphate_per_calcium = 0.6;

static struct human h;

static int setup(void **state)
{
    (void)state;
    human_open(&h);
    const struct osw_kernel *k = h.model->kernel;
    assert_true(k->n_states <= MOST && k->n_outputs <= MOST && k->n_constants <= MOST);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    human_close(&h);
    return 0;
}

struct person {
    const char *name, *input[3];
    double value[3];
};
static const struct person people[] = {
    {"healthy", {0}, {0}},
    {"stage 5", {"egfr"}, {10}},
    {"dialysis", {"egfr", "dial", "binder"}, {4, 1, 0.4}},
    {"no kidney", {"egfr", "ckd_onset"}, {0, 20}},
    {"fasting", {"diet_org", "diet_add", "diet_ca"}, {0, 0, 0}},
    {"gorged", {"diet_org", "diet_add", "ca_load"}, {380, 100, 60}},
    {"heavy", {"weight", "diur"}, {140, 0.8}},
};

/* What one right-hand side gives at y. */
struct point {
    double y[MOST], f[MOST], out[MOST];
};

static void evaluate(struct point *at)
{
    const struct osw_kernel *k = h.model->kernel;
    double c[MOST];
    k->prepare(h.p, c);
    k->segment(h.p, c);
    k->rhs(0.3, at->y, h.p, c, at->f);
    k->observe(0.3, at->y, h.p, c, at->out);
}

static double rate(const struct point *at, const char *state)
{
    return at->f[osw_model_state(h.model, state)];
}

static double value(const struct point *at, const char *output)
{
    return at->out[osw_model_output(h.model, output)];
}

static double param(const char *id)
{
    return h.p[osw_model_param(h.model, id)];
}

static double ecf(void)
{
    return param("V_ecf70") * param("weight") / param("weight_ref");
}

/* Largest part of the fluxes that a balance leaves over. */
static double phosphate_left(const struct point *at)
{
    double stored =
        rate(at, "Pgut") + ecf() * rate(at, "Ps") +
        param("V_ex") * param("weight") / param("weight_ref") * rate(at, "Pex");
    double in = value(at, "phosphate_intake") - value(at, "phosphate_faeces") +
                value(at, "bone_phosphate");
    double out = value(at, "phosphate_excretion") +
                 phosphate_per_calcium * value(at, "mineral_flux");
    return fabs(stored - in + out) / (fabs(stored) + fabs(in) + fabs(out) + 1e-3);
}

static double calcium_left(const struct point *at)
{
    double stored = rate(at, "Ca_pool");
    double in = value(at, "calcium_absorption") + value(at, "bone_calcium");
    double out = value(at, "calcium_excretion") + value(at, "mineral_flux");
    return fabs(stored - in + out) / (fabs(stored) + fabs(in) + fabs(out) + 1e-3);
}

/* What hydroxyapatite loses beyond resorption (negative: it gains). */
static double lost_otherwise(const struct point *at)
{
    double bound = at->y[osw_model_state(h.model, "BPs")];
    double resorbed = param("k_res") / (1 + param("a_BPr") * bound) *
                      at->y[osw_model_state(h.model, "HA")];
    return -resorbed - rate(at, "HA");
}

static double scattered(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return exp(1.2 * (2 * (double)(*seed >> 11) / 9007199254740992.0 - 1));
}

static void scatter(struct point *at, uint64_t *seed, bool first)
{
    for (int i = 0; i < h.model->kernel->n_states; i++) {
        double factor = first ? 1 : scattered(seed);
        at->y[i] = h.model->states[i].start * factor;
    }
    at->y[osw_model_state(h.model, "BPs")] = first ? 0 : scattered(seed);
    at->y[osw_model_state(h.model, "El")] = first ? 1 : 1 / (1 + scattered(seed));
}

static void test_matter_is_conserved(void **state)
{
    (void)state;
    double phosphate = 0, calcium = 0, apatite = -INFINITY;
    uint64_t seed = 1;
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        for (int j = 0; j < 3 && people[i].input[j]; j++)
            h.p[osw_model_param(h.model, people[i].input[j])] = people[i].value[j];
        for (int k = 0; k < N_SCATTERED; k++) {
            struct point at;
            scatter(&at, &seed, k == 0);
            evaluate(&at);
            phosphate = fmax(phosphate, phosphate_left(&at));
            calcium = fmax(calcium, calcium_left(&at));
            apatite = fmax(apatite, lost_otherwise(&at));
        }
        for (int j = 0; j < 3 && people[i].input[j]; j++) {
            int p = osw_model_param(h.model, people[i].input[j]);
            h.p[p] = h.model->params[p].nominal;
        }
    }
    printf("left over, of the fluxes: phosphate %.1e, calcium %.1e; to reach < 1e-9\n",
           phosphate, calcium);
    assert_true(phosphate < closes);
    assert_true(calcium < closes);
    assert_true(apatite < 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_matter_is_conserved)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
