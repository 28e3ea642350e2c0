/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The solver on SUNDIALS CVODES (BDF, Newton, exact sparse Jacobian): Hindmarsh et al.
 * 2005, ACM TOMS 31:363. Steps are taken one by one up to the segment's end and outputs
 * read from the step's interpolant, so that asking for outputs changes no step. The first
 * step of a segment comes from the local rates (Hairer, Norsett & Wanner I, II.4), not
 * from the distance to the first output. */
#include "base/memory.h"
#include "solve/solver.h"
#include "solve/sundials.h"

#include <float.h>
#include <math.h>
#include <string.h>

struct osw_solver {
    const struct osw_kernel *kernel;
    struct osw_solver_options options;
    struct osw_solver_stats stats, before; /* before: the counters at the last start */
    bool started;                          /* a first step has been chosen since start */
    struct osw_solver_failure failure;
    double t;
    double *p, *c, *scale, *f, *jac;
    unsigned char *held; /* NULL: none */
    SUNContext context;
    void *cvode;
    N_Vector y, atol, error, weight;
    SUNMatrix matrix;
    SUNLinearSolver linear;
};

const struct osw_solver_method osw_solver_methods[] = {
    {"cvode", "CVODES BDF, variable order 1-5, exact sparse Jacobian (reference)"},
    {NULL, NULL},
};

static void hold(const struct osw_solver *s, double *f)
{
    for (int i = 0; s->held && i < s->kernel->n_states; i++)
        if (s->held[i])
            f[i] = 0;
}

static int rhs(double t, N_Vector y, N_Vector f, void *data)
{
    struct osw_solver *s = data;
    double *out = N_VGetArrayPointer(f), sum = 0;
    s->kernel->rhs(t, N_VGetArrayPointer(y), s->p, s->c, out);
    hold(s, out);
    for (int i = 0; i < s->kernel->n_states; i++)
        sum += out[i] * 0; /* NaN or infinite when any rate is */
    return sum == 0 ? 0 : 1;
}

/* J for a sparse or a dense matrix, rows of held states zero. */
static int jacobian(double t, N_Vector y, N_Vector fy, SUNMatrix matrix, void *data,
                    N_Vector a, N_Vector b, N_Vector c)
{
    (void)fy, (void)a, (void)b, (void)c;
    struct osw_solver *s = data;
    const struct osw_kernel *k = s->kernel;
    bool dense = SUNMatGetID(matrix) == SUNMATRIX_DENSE;
    double *values = dense ? s->jac : SM_DATA_S(matrix);
    k->rhs_jac(t, N_VGetArrayPointer(y), s->p, s->c, s->f, values);
    for (int e = 0; s->held && e < k->jac_nnz; e++)
        if (s->held[k->jac_row[e]])
            values[e] = 0;
    if (!dense) { /* CVODE may have exchanged the structure for its own */
        for (int j = 0; j <= k->n_states; j++)
            SM_INDEXPTRS_S(matrix)[j] = k->jac_colptr[j];
        for (int e = 0; e < k->jac_nnz; e++)
            SM_INDEXVALS_S(matrix)[e] = k->jac_row[e];
        return 0;
    }
    SUNMatZero(matrix);
    for (int j = 0; j < k->n_states; j++)
        for (int e = k->jac_colptr[j]; e < k->jac_colptr[j + 1]; e++)
            SM_ELEMENT_D(matrix, k->jac_row[e], j) = values[e];
    return 0;
}

static enum osw_status make_linear_solver(struct osw_solver *s)
{
    const struct osw_kernel *k = s->kernel;
    if (s->options.linear_solver == OSW_LINEAR_DENSE)
        s->matrix = SUNDenseMatrix(k->n_states, k->n_states, s->context);
    else
        s->matrix = osw_sundials_matrix(k, s->context);
    if (!s->matrix)
        return OSW_ERR_MEMORY;
    switch (s->options.linear_solver) {
    case OSW_LINEAR_DENSE:
        s->linear = SUNLinSol_Dense(s->y, s->matrix, s->context);
        break;
    case OSW_LINEAR_KLU:
        s->linear = SUNLinSol_KLU(s->y, s->matrix, s->context);
        break;
    case OSW_LINEAR_GENERATED:
        s->linear = osw_sundials_lu_generated(k, s->context);
        break;
    }
    return s->linear ? OSW_OK : OSW_ERR_MEMORY;
}

static enum osw_status make_integrator(struct osw_solver *s)
{
    s->cvode = CVodeCreate(CV_BDF, s->context);
    if (!s->cvode)
        return OSW_ERR_MEMORY;
    osw_sundials_quiet(s->cvode);
    int bad = CVodeInit(s->cvode, rhs, 0, s->y) ||
              CVodeSVtolerances(s->cvode, s->options.rtol, s->atol) ||
              CVodeSetUserData(s->cvode, s) ||
              CVodeSetLinearSolver(s->cvode, s->linear, s->matrix) ||
              CVodeSetJacFn(s->cvode, jacobian) || CVodeSetMaxHnilWarns(s->cvode, -1) ||
              CVodeSetMaxConvFails(s->cvode, 20) ||
              CVodeSetMaxErrTestFails(s->cvode, 20) ||
              (s->options.max_step > 0 && CVodeSetMaxStep(s->cvode, s->options.max_step));
    return bad ? OSW_ERR_MEMORY : OSW_OK;
}

enum osw_status osw_solver_create(const struct osw_kernel *kernel, const double *scale,
                                  const unsigned char *held,
                                  const struct osw_solver_options *options,
                                  struct osw_solver **solver)
{
    size_t n = (size_t)kernel->n_states;
    struct osw_solver *s = osw_alloc(1, sizeof *s);
    enum osw_status status = OSW_ERR_MEMORY;
    if (!s)
        return status;
    s->kernel = kernel;
    s->options = *options;
    s->p = osw_alloc((size_t)kernel->n_params, sizeof *s->p);
    s->c = osw_alloc((size_t)kernel->n_constants, sizeof *s->c);
    s->scale = osw_alloc(n, sizeof *s->scale);
    s->f = osw_alloc(n, sizeof *s->f);
    s->jac = osw_alloc((size_t)kernel->jac_nnz, sizeof *s->jac);
    s->held = held ? osw_alloc(n, 1) : NULL;
    if (!s->p || !s->c || !s->scale || !s->f || !s->jac || (held && !s->held) ||
        osw_sundials_context(&s->context))
        goto fail;
    memcpy(s->scale, scale, n * sizeof *scale);
    if (held)
        memcpy(s->held, held, n);
    s->y = N_VNew_Serial(kernel->n_states, s->context);
    s->atol = N_VNew_Serial(kernel->n_states, s->context);
    s->error = N_VNew_Serial(kernel->n_states, s->context);
    s->weight = N_VNew_Serial(kernel->n_states, s->context);
    if (!s->y || !s->atol || !s->error || !s->weight)
        goto fail;
    N_VConst(0, s->y);
    for (size_t i = 0; i < n; i++)
        N_VGetArrayPointer(s->atol)[i] = options->atol * scale[i];
    if ((status = make_linear_solver(s)) || (status = make_integrator(s)))
        goto fail;
    *solver = s;
    return OSW_OK;
fail:
    osw_solver_destroy(s);
    return status;
}

void osw_solver_destroy(struct osw_solver *s)
{
    if (!s)
        return;
    if (s->cvode)
        CVodeFree(&s->cvode);
    if (s->linear)
        SUNLinSolFree(s->linear);
    if (s->matrix)
        SUNMatDestroy(s->matrix);
    N_Vector vectors[] = {s->y, s->atol, s->error, s->weight};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        if (vectors[i])
            N_VDestroy(vectors[i]);
    if (s->context)
        SUNContext_Free(&s->context);
    osw_free(s->p);
    osw_free(s->c);
    osw_free(s->scale);
    osw_free(s->f);
    osw_free(s->jac);
    osw_free(s->held);
    osw_free(s);
}

/* Rms norm of x weighted by the error test's weights at y. */
static double norm(const struct osw_solver *s, const double *x, const double *y)
{
    double sum = 0;
    int n = s->kernel->n_states;
    for (int i = 0; i < n; i++) {
        double e = x[i] / (s->options.rtol * fabs(y[i]) + s->options.atol * s->scale[i]);
        sum += e * e;
    }
    return sqrt(sum / n);
}

/* First step for an order-1 start: the change over it stays a fraction of the tolerance
 * of the second-order term, estimated from f and one explicit Euler trial. */
static double first_step(struct osw_solver *s, double span)
{
    const double *y = N_VGetArrayPointer(s->y);
    double *f = s->f, *trial = N_VGetArrayPointer(s->error);
    double *g = N_VGetArrayPointer(s->weight);
    int n = s->kernel->n_states;
    s->kernel->rhs(s->t, y, s->p, s->c, f);
    hold(s, f);
    double d1 = norm(s, f, y);
    double h = d1 > 0 ? fmin(1e-2 / d1, span) : span;
    for (int i = 0; i < n; i++)
        trial[i] = y[i] + h * f[i];
    s->kernel->rhs(s->t + h, trial, s->p, s->c, g);
    hold(s, g);
    for (int i = 0; i < n; i++)
        g[i] = (g[i] - f[i]) / h;
    double d2 = norm(s, g, y);
    double second = d2 > 0 && isfinite(d2) ? sqrt(2 / d2) : span;
    s->before.rhs += 2;
    return fmin(fmin(100 * h, second), span);
}

enum osw_status osw_solver_start(struct osw_solver *s, double t, const double *y,
                                 const double *p)
{
    const struct osw_kernel *k = s->kernel;
    memcpy(s->p, p, (size_t)k->n_params * sizeof *p);
    memmove(N_VGetArrayPointer(s->y), y, (size_t)k->n_states * sizeof *y);
    k->prepare(s->p, s->c);
    k->segment(s->p, s->c);
    s->t = t;
    s->stats.segments++;
    s->before = s->stats;
    s->started = false;
    s->failure = (struct osw_solver_failure){.t = t, .state = -1, .reason = ""};
    return CVodeReInit(s->cvode, t, s->y) ? OSW_ERR_INTERNAL : OSW_OK;
}

/* CVODE counts from the last start. */
static void update_statistics(struct osw_solver *s)
{
    long steps = 0, evaluations = 0, setups = 0, error_fails = 0, iterations = 0,
         convergence_fails = 0, jacobians = 0;
    int order_used = 0, order_next = 0;
    double first = 0, last = 0, next = 0, reached = 0;
    CVodeGetIntegratorStats(s->cvode, &steps, &evaluations, &setups, &error_fails,
                            &order_used, &order_next, &first, &last, &next, &reached);
    CVodeGetNonlinSolvStats(s->cvode, &iterations, &convergence_fails);
    CVodeGetNumJacEvals(s->cvode, &jacobians);
    s->stats.steps = s->before.steps + steps;
    s->stats.rhs = s->before.rhs + evaluations;
    s->stats.jacobians = s->before.jacobians + jacobians;
    s->stats.factorizations = s->before.factorizations + setups;
    s->stats.nonlinear_iterations = s->before.nonlinear_iterations + iterations;
    s->stats.nonlinear_failures = s->before.nonlinear_failures + convergence_fails;
    s->stats.error_failures = s->before.error_failures + error_fails;
    s->stats.last_step = last;
}

static const char *reason(int code)
{
    switch (code) {
    case CV_TOO_MUCH_WORK:
        return "more steps than allowed";
    case CV_ERR_FAILURE:
        return "the error test failed again and again or at the smallest step";
    case CV_CONV_FAILURE:
        return "Newton's iteration did not converge";
    case CV_LSETUP_FAIL:
    case CV_LSOLVE_FAIL:
        return "the linear system is singular";
    case CV_RHSFUNC_FAIL:
    case CV_FIRST_RHSFUNC_ERR:
    case CV_REPTD_RHSFUNC_ERR:
    case CV_UNREC_RHSFUNC_ERR:
        return "a rate is not finite";
    case CV_TOO_CLOSE:
        return "the interval is too short";
    default:
        return "the integrator stopped";
    }
}

static enum osw_status record_failure(struct osw_solver *s, int code)
{
    s->failure = (struct osw_solver_failure){s->t, -1, code, reason(code)};
    if (!CVodeGetEstLocalErrors(s->cvode, s->error) &&
        !CVodeGetErrWeights(s->cvode, s->weight)) {
        double worst = 0;
        for (int i = 0; i < s->kernel->n_states; i++) {
            double e =
                fabs(N_VGetArrayPointer(s->error)[i] * N_VGetArrayPointer(s->weight)[i]);
            if (e > worst) {
                worst = e;
                s->failure.state = i;
            }
        }
    }
    return OSW_ERR_INTEGRATION;
}

enum osw_status osw_solver_advance(struct osw_solver *s, double t_end,
                                   const double *times, int n_times,
                                   osw_solver_output *output, void *context)
{
    int next = 0, code = CV_SUCCESS;
    CVodeSetStopTime(s->cvode, t_end);
    if (!s->started)
        CVodeSetInitStep(s->cvode, first_step(s, t_end - s->t));
    s->started = true;
    for (int64_t step = 0; code == CV_SUCCESS; step++) {
        if (step == s->options.max_steps)
            code = CV_TOO_MUCH_WORK;
        else
            code = CVode(s->cvode, t_end, s->y, &s->t, CV_ONE_STEP);
        if (code < 0)
            break;
        while (next < n_times && times[next] <= s->t) {
            N_Vector at = s->y;
            if (times[next] < s->t) {
                at = s->error;
                if (CVodeGetDky(s->cvode, times[next], 0, at))
                    return OSW_ERR_INTERNAL;
            }
            output(context, next, times[next], N_VGetArrayPointer(at));
            next++;
        }
    }
    update_statistics(s);
    return code == CV_TSTOP_RETURN ? OSW_OK : record_failure(s, code);
}

const double *osw_solver_state(const struct osw_solver *s, double *t)
{
    if (t)
        *t = s->t;
    return N_VGetArrayPointer(s->y);
}

const double *osw_solver_constants(const struct osw_solver *s)
{
    return s->c;
}

const struct osw_solver_stats *osw_solver_stats(const struct osw_solver *s)
{
    return &s->stats;
}

void osw_solver_reset_stats(struct osw_solver *s)
{
    s->stats = (struct osw_solver_stats){0};
}

const struct osw_solver_failure *osw_solver_last_failure(const struct osw_solver *s)
{
    return &s->failure;
}
