/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/derivatives.h"
#include "cli/log.h"
#include "cli/scatter.h"
#include "compiler/eval.h"

#include <complex.h>
#include <math.h>
#include <string.h>

struct work {
    const struct osw_model *model;
    const struct osw_source *source;
    struct osw_layout layout;
    int *state, *param;                    /* kernel's index of the layout's entries */
    double *y, *p, *c, *f, *J, *P;         /* of the kernel */
    double *exact;                         /* [n_states]: one column by complex step */
    double *column, *row_size;             /* [n_states] */
    double complex *zy, *zp, *zf, *values; /* of the interpreter */
    struct osw_derivative_report *report;
};

static void *array(struct osw_arena *arena, int n, size_t size)
{
    return osw_arena_alloc(arena, (size_t)n, size);
}

static enum osw_status work_init(struct work *w, struct osw_arena *arena)
{
    const struct osw_kernel *k = w->model->kernel;
    enum osw_status status = osw_layout_init(&w->layout, w->source);
    if (status)
        return status;
    w->state = array(arena, k->n_states, sizeof(int));
    w->param = array(arena, k->n_params, sizeof(int));
    w->y = array(arena, k->n_states, sizeof(double));
    w->p = array(arena, k->n_params, sizeof(double));
    w->c = array(arena, k->n_constants, sizeof(double));
    w->f = array(arena, k->n_states, sizeof(double));
    w->J = array(arena, k->jac_nnz, sizeof(double));
    w->P = array(arena, k->dfdp_nnz, sizeof(double));
    w->exact = array(arena, k->n_states, sizeof(double));
    w->column = array(arena, k->n_states, sizeof(double));
    w->row_size = array(arena, k->n_states, sizeof(double));
    w->zy = array(arena, k->n_states, sizeof(double complex));
    w->zp = array(arena, k->n_params, sizeof(double complex));
    w->zf = array(arena, k->n_states, sizeof(double complex));
    w->values = array(arena, w->source->n_symbols, sizeof(double complex));
    return w->state && w->param && w->y && w->p && w->c && w->f && w->J && w->P &&
                   w->exact && w->column && w->row_size && w->zy && w->zp && w->zf &&
                   w->values
               ? OSW_OK
               : OSW_ERR_MEMORY;
}

/* The text as it stands now may not be the kernel's. */
static bool match_names(struct work *w)
{
    const struct osw_kernel *k = w->model->kernel;
    bool same = w->layout.n_states == k->n_states && w->layout.n_params == k->n_params;
    for (int i = 0; same && i < k->n_states; i++) {
        w->state[i] =
            osw_model_state(w->model, w->source->symbols[w->layout.states[i]].name);
        same = w->state[i] >= 0;
    }
    for (int j = 0; same && j < k->n_params; j++) {
        w->param[j] =
            osw_model_param(w->model, w->source->symbols[w->layout.params[j]].name);
        same = w->param[j] >= 0;
    }
    return same;
}

/* f of the interpreter at the point moved by `step` i along one state or parameter. */
static void interpret(struct work *w, int state, int param, double step)
{
    for (int i = 0; i < w->layout.n_states; i++)
        w->zy[i] = w->y[w->state[i]] + (i == state ? step * I : 0);
    for (int j = 0; j < w->layout.n_params; j++)
        w->zp[j] = w->p[w->param[j]] + (j == param ? step * I : 0);
    osw_eval_symbols(w->source, &w->layout, 0.0, w->zy, w->zp, w->values);
    osw_eval_rates(w->source, &w->layout, 0.0, w->values, w->zf);
}

static void take(double difference, const char *of, const char *by, double *worst,
                 const char **worst_of, const char **worst_by)
{
    if (!(difference > *worst) && !isnan(difference))
        return;
    *worst = isnan(difference) ? INFINITY : difference;
    *worst_of = of;
    *worst_by = by;
}

static double relative(double a, double b, double floor)
{
    double size = fmax(fmax(fabs(a), fabs(b)), floor);
    return a == b ? 0.0 : fabs(a - b) / size;
}

/* Largest entry of each row of J, in units of the states' scales. */
static void measure_rows(struct work *w, const double *scale)
{
    const struct osw_kernel *k = w->model->kernel;
    memset(w->row_size, 0, (size_t)k->n_states * sizeof *w->row_size);
    for (int col = 0; col < k->n_states; col++)
        for (int e = k->jac_colptr[col]; e < k->jac_colptr[col + 1]; e++)
            w->row_size[k->jac_row[e]] =
                fmax(w->row_size[k->jac_row[e]], fabs(w->J[e]) * scale[col]);
}

static void compare_column(struct work *w, double unit, const char *by, double *worst,
                           const char **worst_of, const char **worst_by)
{
    for (int i = 0; i < w->model->kernel->n_states; i++)
        take(relative(w->column[i], w->exact[i], 1e-3 * w->row_size[i] / unit),
             w->model->states[i].id, by, worst, worst_of, worst_by);
}

static void compare_states(struct work *w, const double *scale)
{
    const struct osw_kernel *k = w->model->kernel;
    struct osw_derivative_report *r = w->report;
    for (int i = 0; i < k->n_states; i++) {
        int col = w->state[i];
        double step = 1e-30 * scale[col];
        interpret(w, i, -1, step);
        memset(w->column, 0, (size_t)k->n_states * sizeof *w->column);
        for (int e = k->jac_colptr[col]; e < k->jac_colptr[col + 1]; e++)
            w->column[k->jac_row[e]] = w->J[e];
        for (int q = 0; q < k->n_states; q++)
            w->exact[w->state[q]] = cimag(w->zf[q]) / step;
        compare_column(w, scale[col], w->model->states[col].id, &r->jacobian,
                       &r->jacobian_of, &r->jacobian_by);
    }
}

static void compare_params(struct work *w)
{
    const struct osw_kernel *k = w->model->kernel;
    struct osw_derivative_report *r = w->report;
    for (int j = 0; j < k->n_params; j++) {
        int param = w->param[j];
        double unit = w->p[param] != 0 ? fabs(w->p[param]) : 1.0;
        double step = 1e-30 * unit;
        interpret(w, -1, j, step);
        memset(w->column, 0, (size_t)k->n_states * sizeof *w->column);
        for (int e = 0; e < k->dfdp_nnz; e++)
            if (k->dfdp_param[e] == param)
                w->column[k->dfdp_state[e]] = w->P[e];
        for (int q = 0; q < k->n_states; q++)
            w->exact[w->state[q]] = cimag(w->zf[q]) / step;
        compare_column(w, unit, w->model->params[param].id, &r->dfdp, &r->dfdp_of,
                       &r->dfdp_by);
    }
}

static void compare_rates(struct work *w, const double *scale)
{
    const char *of, *by;
    interpret(w, -1, -1, 0.0);
    for (int q = 0; q < w->model->kernel->n_states; q++) {
        int i = w->state[q];
        take(relative(w->f[i], creal(w->zf[q]), 1e-3 * w->row_size[i] + 1e-30 * scale[i]),
             w->model->states[i].id, "", &w->report->rhs, &of, &by);
    }
}

static void compare(struct work *w, const struct osw_point *point, int number)
{
    const struct osw_kernel *k = w->model->kernel;
    for (int i = 0; i < k->n_states; i++) {
        double u = osw_scatter((uint64_t)number * (uint64_t)k->n_states + (uint64_t)i);
        w->y[i] = point->y[i] != 0 ? point->y[i] * pow(10.0, 0.6 * u - 0.3)
                                   : 0.1 * u * point->scale[i];
    }
    k->prepare(w->p, w->c);
    k->segment(w->p, w->c);
    k->rhs_jac(0.0, w->y, w->p, w->c, w->f, w->J);
    k->dfdp(0.0, w->y, w->p, w->c, w->P);
    measure_rows(w, point->scale);
    compare_rates(w, point->scale);
    compare_states(w, point->scale);
    compare_params(w);
}

enum osw_status osw_derivatives_check(struct osw_session *session,
                                      const struct osw_model *model,
                                      const struct osw_source *source,
                                      const struct osw_point *point, int n,
                                      struct osw_derivative_report *report)
{
    struct osw_progress progress;
    struct work w = {.model = model, .source = source, .report = report};
    *report = (struct osw_derivative_report){
        .jacobian_of = "", .jacobian_by = "", .dfdp_of = "", .dfdp_by = ""};
    enum osw_status status = work_init(&w, session->arena);
    if (!status && !match_names(&w))
        status = osw_diag_fail(
            session->diag, OSW_ERR_INPUT,
            (struct osw_loc){.file = osw_diag_file(session->diag, model->source_path)},
            "is not the text that the program was built from: build "
            "it again");
    if (!status)
        memcpy(w.p, point->params, (size_t)model->kernel->n_params * sizeof *w.p);
    osw_progress_begin(&progress, session);
    for (int i = 0; i < n && !status; i++) {
        compare(&w, point, i);
        report->n_states_tried++;
        if (osw_progress_show(&progress, (i + 1.0) / n, "derivatives"))
            status = OSW_INTERRUPTED;
    }
    osw_progress_end(&progress);
    osw_layout_fini(&w.layout);
    return status;
}
