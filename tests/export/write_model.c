/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * write_model MODEL FILE.xml [FILE.csv YEARS [NAME=VALUE]…]: a model as SBML, checked by
 * libSBML, its parameters and states as its tables state them; and what our solver makes
 * of exactly that, every output at every year, for comparison with other programs. */
#include "export/sbml.h"
#include "solve/solver.h"

#include <stdlib.h>
#include <string.h>

#define DAYS_PER_YEAR 365.25

struct point {
    const struct osw_model *model;
    double *p, *y, *scale, *out;
    FILE *table;
    const struct osw_solver *solver;
};

static bool point_init(struct point *point, const struct osw_model *model, int n_settings,
                       char **settings)
{
    const struct osw_kernel *k = model->kernel;
    size_t n = (size_t)k->n_states;
    *point = (struct point){.model = model,
                            .p = osw_alloc((size_t)k->n_params, sizeof(double)),
                            .y = osw_alloc(n, sizeof(double)),
                            .scale = osw_alloc(n, sizeof(double)),
                            .out = osw_alloc((size_t)k->n_outputs, sizeof(double))};
    if (!point->p || !point->y || !point->scale || !point->out)
        return false;
    for (int j = 0; j < k->n_params; j++)
        point->p[j] = model->params[j].nominal;
    for (int i = 0; i < n_settings; i++) {
        char *equals = strchr(settings[i], '=');
        if (equals)
            *equals = '\0';
        int j = osw_model_param(model, settings[i]);
        if (!equals || j < 0)
            return false;
        point->p[j] = atof(equals + 1);
    }
    k->init((const osw_lane *)point->p, (osw_lane *)point->y);
    for (int i = 0; i < k->n_states; i++) {
        point->scale[i] = model->states[i].scale;
        if (model->states[i].has_start)
            point->y[i] = model->states[i].start;
    }
    return true;
}

static void point_fini(struct point *point)
{
    osw_free(point->p);
    osw_free(point->y);
    osw_free(point->scale);
    osw_free(point->out);
}

static enum osw_status write_sbml(const struct point *point, const char *path,
                                  struct osw_diag *diag)
{
    FILE *out = fopen(path, "w");
    if (!out)
        return OSW_ERR_CANTCREAT;
    enum osw_status status =
        osw_sbml_write(point->model, point->p, point->y, NULL, true, out, diag);
    return fclose(out) && !status ? OSW_ERR_IO : status;
}

static void put_row(void *context, int index, double t, const double *y)
{
    (void)index;
    struct point *point = context;
    const struct osw_kernel *k = point->model->kernel;
    const double *c = osw_solver_constants(point->solver);
    k->observe(t, (const osw_lane *)y, (const osw_lane *)point->p, (const osw_lane *)c,
               (osw_lane *)point->out);
    fprintf(point->table, "%.17g", t);
    for (int i = 0; i < k->n_outputs; i++)
        fprintf(point->table, ",%.17g", point->out[i]);
    putc('\n', point->table);
}

static enum osw_status integrate(struct point *point, int years)
{
    const struct osw_solver_options options = {.rtol = 1e-10,
                                               .atol = 1e-11,
                                               .linear_solver = OSW_LINEAR_KLU,
                                               .max_steps = 1000000};
    struct osw_solver *solver = NULL;
    double *times = osw_alloc((size_t)years, sizeof *times);
    enum osw_status status = times ? osw_solver_create(point->model->kernel, point->scale,
                                                       NULL, &options, &solver)
                                   : OSW_ERR_MEMORY;
    point->solver = solver;
    for (int i = 0; i < years && times; i++)
        times[i] = (i + 1) * DAYS_PER_YEAR;
    if (!status)
        status = osw_solver_start(solver, 0, point->y, point->p);
    if (!status)
        status =
            osw_solver_advance(solver, times[years - 1], times, years, put_row, point);
    osw_solver_destroy(solver);
    osw_free(times);
    return status;
}

static enum osw_status write_table(struct point *point, const char *path, int years)
{
    point->table = years > 0 ? fopen(path, "w") : NULL;
    if (!point->table)
        return OSW_ERR_CANTCREAT;
    fputs("t", point->table);
    for (int i = 0; i < point->model->kernel->n_outputs; i++)
        fprintf(point->table, ",%s", point->model->outputs[i].id);
    putc('\n', point->table);
    enum osw_status status = integrate(point, years);
    return fclose(point->table) && !status ? OSW_ERR_IO : status;
}

int main(int argc, char **argv)
{
    struct osw_model *model = NULL;
    struct point point = {0};
    struct osw_diag *diag = osw_diag_create();
    enum osw_status status =
        argc > 2 ? osw_model_open(argv[1], diag, &model) : OSW_ERR_USAGE;
    if (!status && !point_init(&point, model, argc > 5 ? argc - 5 : 0, argv + 5))
        status = OSW_ERR_USAGE;
    if (!status)
        status = write_sbml(&point, argv[2], diag);
    if (!status && argc > 4)
        status = write_table(&point, argv[3], atoi(argv[4]));
    osw_diag_render(diag, stderr, false);
    point_fini(&point);
    osw_model_destroy(model);
    osw_diag_destroy(diag);
    return osw_status_exit_code(status);
}
