/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fuzz target: any bytes as a scenario for the fake model of tests/scenario (or, when
 * they begin with TIME, as a dosing table); the events' order and range are checked and
 * the diagnostics rendered. */
#include "fake_model.h"
#include "scenario/build.h"
#include "scenario/dosing_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

static void require(bool good)
{
    if (!good)
        abort();
}

static void check_events(const struct osw_plan *plan, const struct osw_arm *arm)
{
    const int limit[] = {plan->model->kernel->n_params, plan->model->kernel->n_states,
                         plan->model->kernel->n_states};
    for (int i = 0; i < arm->n_events; i++) {
        const struct osw_event *e = &arm->events[i];
        require(e->t >= 0 && e->t < plan->duration && isfinite(e->value));
        require(e->index >= 0 && e->index < limit[e->kind]);
        require(!i || e[-1].t <= e->t);
        require(!i || e[-1].t < e->t || e[-1].kind <= e->kind);
    }
}

static void check_plan(const struct osw_plan *plan)
{
    require(plan->n_arms > 0 && plan->n_lives > 0 && plan->n_times > 0);
    for (int i = 1; i < plan->n_times; i++)
        require(plan->times[i - 1] < plan->times[i]);
    for (int i = 0; i < plan->n_lives; i++) {
        require(plan->lives[i].t_start <= 0);
        for (int j = 0; j < plan->model->kernel->n_params; j++)
            require(isfinite(plan->lives[i].params[j]));
    }
    for (int i = 0; i < plan->n_arms; i++) {
        require(plan->arms[i].life < plan->n_lives);
        check_events(plan, &plan->arms[i]);
    }
}

static void read_table(const char *text, size_t n, struct osw_arena *arena,
                       struct osw_diag *diag)
{
    struct osw_model *model = osw_fake_model(false);
    struct osw_reader r;
    const struct osw_dosing_row *rows;
    size_t n_rows = 0;
    if (!osw_reader_init(&r, model, arena, diag) &&
        !osw_dosing_table_parse("fuzz.csv", text, n, &r, &rows, &n_rows))
        for (size_t i = 0; i < n_rows; i++)
            require(rows[i].time >= 0 && isfinite(rows[i].amt) && rows[i].addl >= 0);
    osw_model_destroy(model);
}

/* True when the plan has taken the arena. */
static bool read_scenario(const char *text, size_t n, struct osw_arena *arena,
                          struct osw_diag *diag)
{
    const struct osw_yaml *root;
    struct osw_plan *plan = NULL;
    if (osw_yaml_parse("fuzz.yaml", text, n, arena, diag, &root))
        return false;
    struct osw_model *model = osw_fake_model(n % 8 == 7);
    if (osw_plan_build(root, "fuzz.yaml", model, true, arena, NULL, diag, &plan)) {
        osw_model_destroy(model);
        return false;
    }
    check_plan(plan);
    osw_plan_destroy(plan);
    return true;
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_diag *diag = osw_diag_create();
    char *text = arena ? osw_arena_copy(arena, (const char *)bytes, n) : NULL;
    if (text && diag && !strncmp(text, "TIME", 4))
        read_table(text, n, arena, diag);
    else if (text && diag && read_scenario(text, n, arena, diag))
        arena = NULL;
    FILE *out = fopen("/dev/null", "w");
    if (out && diag)
        osw_diag_render(diag, out, false);
    if (out)
        fclose(out);
    osw_diag_destroy(diag);
    osw_arena_destroy(arena);
    return 0;
}
