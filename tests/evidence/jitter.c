/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much of the score rests on the exact values: every calibrated and assumed parameter
 * of the models is multiplied by a log-normal factor of 10 %, all together, within its
 * bounds, and the rows are judged again. Passes when no draw fails to integrate and the
 * median number of counted rows inside is at least 0.9 of the number without jitter.
 *
 *     jitter [DRAWS [TABLE]]                                  (200, the shipped table) */
#include "base/memory.h"
#include "evidence/evidence.h"
#include "evidence/study.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DRAWS = 200, SEED = 20150501, MOST_PARAMS = 2048 };
static const double sigma = 0.1, loose = 1e-5, share = 0.9;

struct knob { /* a parameter, with the factors that its bounds allow in every model */
    const char *id;
    double least, most;
};

struct jitter {
    struct osw_evidence *evidence;
    struct osw_diag *diag;
    struct knob knobs[MOST_PARAMS];
    struct osw_evidence_factor factors[MOST_PARAMS];
    int n_knobs;
    struct osw_evidence_result *results;
    int unmade; /* scenarios whose subject could not be made */
    int *lost;  /* [n_rows] draws in which the row is not inside */
};

static bool may_move(const struct osw_parameter *p)
{
    bool guessed = !strcmp(p->status, "calibrated") || !strcmp(p->status, "assumed");
    return guessed && p->nominal != 0 && p->lower < p->upper;
}

static void add_parameter(struct jitter *j, const struct osw_parameter *p)
{
    double a = p->lower / p->nominal, b = p->upper / p->nominal;
    int i = 0;
    while (i < j->n_knobs && strcmp(j->knobs[i].id, p->id) != 0)
        i++;
    if (i == MOST_PARAMS) {
        fputs("too many parameters\n", stderr);
        exit(1);
    }
    if (i == j->n_knobs)
        j->knobs[j->n_knobs++] = (struct knob){p->id, 0, INFINITY};
    j->knobs[i].least = fmax(j->knobs[i].least, fmin(a, b));
    j->knobs[i].most = fmin(j->knobs[i].most, fmax(a, b));
}

static void list_parameters(struct jitter *j)
{
    for (int s = 0; s < j->evidence->n_studies; s++) {
        const struct osw_model *model = j->evidence->studies[s].plan->model;
        for (int i = 0; i < model->kernel->n_params; i++)
            if (may_move(&model->params[i]))
                add_parameter(j, &model->params[i]);
    }
}

static void draw_factors(struct jitter *j, gsl_rng *rng)
{
    for (int i = 0; i < j->n_knobs; i++) {
        double factor = exp(gsl_ran_gaussian(rng, sigma));
        j->factors[i].param = j->knobs[i].id;
        j->factors[i].factor = fmin(fmax(factor, j->knobs[i].least), j->knobs[i].most);
    }
}

/* Which arms failed to integrate; their number. */
static int print_failures(const struct osw_study *s)
{
    int failed = 0;
    for (int a = 0; s->result && a < s->wanted.n_arms; a++) {
        const struct osw_arm_result *arm = &s->result->arms[a];
        if (!arm->status)
            continue;
        printf("%s, arm %s: failed at day %g: %s\n", s->path, arm->name, arm->failure.t,
               arm->failure.reason ? arm->failure.reason : "");
        failed++;
    }
    return failed;
}

/* Counted rows inside. A subject that cannot be made (no plaque gives this coronary
 * calcium) costs its rows; *failed counts arms whose integration failed. */
static int score(struct jitter *j, double rtol, int n_factors, int *failed)
{
    struct osw_diag *diag = osw_diag_create();
    struct osw_evidence_options options = {
        .solver = OSW_SOLVER_DEFAULTS, .factors = j->factors, .n_factors = n_factors};
    int inside = 0;
    options.solver.rtol = rtol;
    *failed = 0;
    if (!diag || osw_evidence_run(j->evidence, j->results, &options, diag)) {
        osw_diag_render(diag, stderr, false);
        exit(1);
    }
    osw_diag_destroy(diag);
    for (int i = 0; i < j->evidence->n_studies; i++) {
        *failed += print_failures(&j->evidence->studies[i]);
        j->unmade += j->evidence->studies[i].status == OSW_ERR_INPUT;
    }
    for (int i = 0; i < j->evidence->n_rows; i++) {
        bool is_inside = j->results[i].verdict == OSW_VERDICT_INSIDE;
        inside += is_inside && osw_evidence_is_counted(j->evidence->rows[i].use);
        j->lost[i] += n_factors && !is_inside;
    }
    return inside;
}

/* The looser tolerance of the draws changes no verdict. */
static bool tolerances_agree(struct jitter *j, int *inside)
{
    int n = j->evidence->n_rows, failed;
    bool agree = true;
    enum osw_verdict *verdicts = osw_alloc((size_t)n, sizeof *verdicts);
    if (!verdicts)
        exit(1);
    *inside = score(j, 1e-6, 0, &failed);
    for (int i = 0; i < n; i++)
        verdicts[i] = j->results[i].verdict;
    (void)score(j, loose, 0, &failed);
    for (int i = 0; i < n; i++) {
        if (verdicts[i] == j->results[i].verdict)
            continue;
        printf("%s: verdict differs between rtol 1e-6 and %g\n", j->evidence->rows[i].id,
               loose);
        agree = false;
    }
    osw_free(verdicts);
    return agree;
}

static int by_value(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void print_lost(const struct jitter *j, int draws)
{
    puts("rows most often not inside:");
    for (int share_of = draws; share_of > draws / 10; share_of--)
        for (int i = 0; i < j->evidence->n_rows; i++)
            if (j->lost[i] == share_of)
                printf("  %.2f  %s (%s)\n", (double)share_of / draws,
                       j->evidence->rows[i].id,
                       osw_evidence_use_names[j->evidence->rows[i].use]);
}

/* True when the score stands. */
static bool run_draws(struct jitter *j, int draws, int unjittered)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int *inside = osw_alloc((size_t)draws, sizeof *inside), n_failed = 0, failed;
    if (!rng || !inside)
        exit(1);
    gsl_rng_set(rng, SEED);
    for (int d = 0; d < draws; d++) {
        draw_factors(j, rng);
        inside[d] = score(j, loose, j->n_knobs, &failed);
        n_failed += failed > 0;
        if (failed)
            printf("(draw %d)\n", d);
    }
    qsort(inside, (size_t)draws, sizeof *inside, by_value);
    double median = 0.5 * (inside[(draws - 1) / 2] + inside[draws / 2]);
    printf("%d draws of %d parameters: counted rows inside without jitter %d, median %g, "
           "minimum %d, maximum %d; draws that failed to integrate %d\n",
           draws, j->n_knobs, unjittered, median, inside[0], inside[draws - 1], n_failed);
    printf("scenarios left out because no person of theirs exists then (coronary calcium "
           "at the start): %d in all draws\n",
           j->unmade);
    print_lost(j, draws);
    gsl_rng_free(rng);
    osw_free(inside);
    return n_failed == 0 && median >= share * unjittered;
}

static enum osw_status open_table(struct jitter *j, struct osw_arena *arena,
                                  const char *path)
{
    const struct osw_evidence_selection all = {0};
    enum osw_status status = OSW_OK;
    if (!path)
        status = osw_file_find("evidence", "evidence", ".tsv", NULL, (struct osw_loc){0},
                               arena, j->diag, &path);
    if (!status)
        status = osw_evidence_load(path, &all, j->diag, &j->evidence);
    if (status)
        osw_diag_render(j->diag, stderr, false);
    return status;
}

int main(int argc, char **argv)
{
    static struct jitter j;
    struct osw_arena *arena = osw_arena_create();
    int draws = argc > 1 ? atoi(argv[1]) : DRAWS, unjittered;
    j.diag = osw_diag_create();
    if (!arena || !j.diag || draws < 1 ||
        open_table(&j, arena, argc > 2 ? argv[2] : NULL))
        return 1;
    size_t n = (size_t)j.evidence->n_rows;
    j.results = osw_arena_alloc(arena, n, sizeof *j.results);
    j.lost = osw_arena_alloc(arena, n, sizeof *j.lost);
    if (!j.results || !j.lost)
        return 1;
    list_parameters(&j);
    bool good = tolerances_agree(&j, &unjittered);
    good = run_draws(&j, draws, unjittered) && good;
    printf("%.0f s of CPU time\n", (double)clock() / CLOCKS_PER_SEC);
    osw_evidence_destroy(j.evidence);
    osw_diag_destroy(j.diag);
    osw_arena_destroy(arena);
    return !good;
}
