/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The solver on SUNDIALS CVODES (BDF, modified Newton, exact sparse Jacobian): Hindmarsh
 * et al. 2005, ACM TOMS 31:363; the fence around its headers and versions (6.4 and 7.x).
 * Steps are taken one by one up to the segment's end and outputs read from the step's
 * interpolant, so that asking for outputs changes no step. I - gamma J is formed and
 * factored by solve/linear.h: the matrix that CVODES insists on stays empty. */
#include "solve/cvode.h"
#include "base/memory.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>
#include <sundials/sundials_version.h>

#if SUNDIALS_VERSION_MAJOR < 7
static void silent(int code, const char *module, const char *function, char *message,
                   void *context)
{
    (void)code, (void)module, (void)function, (void)message, (void)context;
}

static int make_context(SUNContext *context)
{
    return SUNContext_Create(NULL, context);
}

static int be_quiet(void *cvode)
{
    return CVodeSetErrHandlerFn(cvode, silent, NULL);
}
#else
static int make_context(SUNContext *context)
{
    SUNLogger logger = NULL;
    int bad = SUNContext_Create(SUN_COMM_NULL, context) ||
              SUNContext_ClearErrHandlers(*context) ||
              SUNContext_GetLogger(*context, &logger);
    return bad || (logger && (SUNLogger_SetErrorFilename(logger, "") ||
                              SUNLogger_SetWarningFilename(logger, "")));
}

static int be_quiet(void *cvode)
{
    (void)cvode; /* the context's handlers and log are off */
    return 0;
}
#endif

static void hold(const struct osw_solver *s, double *f)
{
    for (int i = 0; s->held && i < s->kernel->n_states; i++)
        if (s->held[i])
            f[i] = 0;
}

double osw_cvode_time(const struct osw_solver *s, double t)
{
    return s->options.freeze_time ? s->t_start : t;
}

bool osw_cvode_finite(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i] * 0; /* NaN when any entry is not finite */
    return sum == 0;
}

static int rhs(double t, N_Vector y, N_Vector f, void *data)
{
    struct osw_solver *s = data;
    double *out = N_VGetArrayPointer(f);
    s->kernel->rhs(osw_cvode_time(s, t), N_VGetArrayPointer(y), s->p, s->c, out);
    hold(s, out);
    if (osw_cvode_finite(out, s->kernel->n_states))
        return 0;
    for (s->not_finite = 0; isfinite(out[s->not_finite]);)
        s->not_finite++;
    return 1;
}

bool osw_cvode_jacobian(const struct osw_solver *s, double t, const double *y, double *f,
                        double *J)
{
    const struct osw_kernel *k = s->kernel;
    k->rhs_jac(osw_cvode_time(s, t), y, s->p, s->c, f, J);
    hold(s, f);
    for (int e = 0; s->held && e < k->jac_nnz; e++)
        if (s->held[k->jac_row[e]])
            J[e] = 0;
    return osw_cvode_finite(J, k->jac_nnz);
}

static bool jacobian(struct osw_solver *s, double t, const double *y)
{
    return osw_cvode_jacobian(s, t, y, s->f, s->jac);
}

static int linear_system(double t, N_Vector y, N_Vector fy, SUNMatrix matrix, int keep,
                         int *renewed, double gamma, void *data, N_Vector a, N_Vector b,
                         N_Vector c)
{
    (void)fy, (void)matrix, (void)a, (void)b, (void)c;
    struct osw_solver *s = data;
    *renewed = !keep;
    s->stats.factorizations++;
    if (!keep) {
        s->stats.jacobians++;
        if (!jacobian(s, t, N_VGetArrayPointer(y)))
            return 1;
    }
    return osw_linear_factor(s->linear, s->jac, gamma) ? 0 : 1;
}

static int linear_solve(SUNLinearSolver shim, SUNMatrix matrix, N_Vector x, N_Vector b,
                        double tolerance)
{
    (void)matrix, (void)tolerance;
    struct osw_linear *linear = shim->content;
    double *solution = N_VGetArrayPointer(x);
    memcpy(solution, N_VGetArrayPointer(b),
           (size_t)linear->kernel->n_states * sizeof *solution);
    osw_linear_solve(linear, solution);
    return 0;
}

static SUNLinearSolver_Type linear_type(SUNLinearSolver shim)
{
    (void)shim;
    return SUNLINEARSOLVER_DIRECT;
}

/* Of the error test; of sensitivities, too, which CVODES scales as the states. */
static int weights(N_Vector y, N_Vector weight, void *data)
{
    const struct osw_solver *s = data;
    const double *a = N_VGetArrayPointer(s->atol), *at = N_VGetArrayPointer(y);
    double *w = N_VGetArrayPointer(weight);
    for (int i = 0; i < s->kernel->n_states; i++)
        w[i] = 1 / (s->policy->rtol * fabs(at[i]) + a[i]);
    return 0;
}

static enum osw_status make_integrator(struct osw_solver *s)
{
    enum osw_status status =
        osw_linear_create(s->kernel, s->options.linear_solver, &s->linear);
    if (status)
        return status;
    s->matrix = SUNMatNewEmpty(s->context);
    s->shim = SUNLinSolNewEmpty(s->context);
    s->cvode = CVodeCreate(CV_BDF, s->context);
    if (!s->matrix || !s->shim || !s->cvode)
        return OSW_ERR_MEMORY;
    s->shim->content = s->linear;
    s->shim->ops->gettype = linear_type;
    s->shim->ops->solve = linear_solve;
    /* Steps grow from 1.1-fold on (CVODES: 1.5) and Newton goes on to a fifth of the
     * usual distance: on the human model a third fewer steps over a life and a quarter
     * fewer between daily doses, at a smaller error (osteoswitch bench). */
    int bad = CVodeSetEtaFixedStepBounds(s->cvode, 0, 1.1) ||
              CVodeSetNonlinConvCoef(s->cvode, 0.02) || be_quiet(s->cvode) ||
              CVodeInit(s->cvode, rhs, 0, s->y) || CVodeWFtolerances(s->cvode, weights) ||
              CVodeSetUserData(s->cvode, s) ||
              CVodeSetLinearSolver(s->cvode, s->shim, s->matrix) ||
              CVodeSetLinSysFn(s->cvode, linear_system) ||
              CVodeSetMaxHnilWarns(s->cvode, -1) || CVodeSetMaxConvFails(s->cvode, 20) ||
              CVodeSetMaxErrTestFails(s->cvode, 20) ||
              (s->options.max_step > 0 && CVodeSetMaxStep(s->cvode, s->options.max_step));
    return bad ? OSW_ERR_MEMORY : OSW_OK;
}

static bool make_vectors(struct osw_solver *s)
{
    N_Vector *vectors[] = {&s->y, &s->atol, &s->error, &s->weight};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        *vectors[i] = N_VNew_Serial(s->kernel->n_states, s->context);
        if (!*vectors[i])
            return false;
        N_VConst(0, *vectors[i]);
    }
    return true;
}

enum osw_status osw_solver_create(const struct osw_kernel *kernel, const double *scale,
                                  const unsigned char *held,
                                  const struct osw_solver_options *options,
                                  struct osw_solver **solver)
{
    assert(kernel->lanes == 1);
    size_t n = (size_t)kernel->n_states;
    struct osw_solver *s = osw_alloc(1, sizeof *s);
    enum osw_status status = OSW_ERR_MEMORY;
    if (!s)
        return status;
    s->kernel = kernel;
    s->options = *options;
    s->p = osw_alloc((size_t)kernel->n_params, sizeof *s->p);
    s->c = osw_alloc((size_t)kernel->n_constants, sizeof *s->c);
    s->largest = osw_alloc(n, sizeof *s->largest);
    s->f = osw_alloc(n, sizeof *s->f);
    s->jac = osw_alloc((size_t)kernel->jac_nnz, sizeof *s->jac);
    s->held = held ? osw_alloc(n, 1) : NULL;
    if (!s->p || !s->c || !s->largest || !s->f || !s->jac || (held && !s->held))
        goto fail;
    if (held)
        memcpy(s->held, held, n);
    if (make_context(&s->context) || !make_vectors(s))
        goto fail;
    s->begins = true;
    status =
        osw_tolerance_create(kernel, scale, options->rtol, options->atol, &s->policy);
    if (!status)
        status = make_integrator(s);
    if (status)
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
    if (s->shim)
        SUNLinSolFreeEmpty(s->shim);
    if (s->matrix)
        SUNMatFreeEmpty(s->matrix);
    N_Vector vectors[] = {s->y, s->atol, s->error, s->weight};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        if (vectors[i])
            N_VDestroy(vectors[i]);
    if (s->context)
        SUNContext_Free(&s->context);
    osw_cvode_sens_destroy(s->sens);
    osw_linear_destroy(s->linear);
    osw_free(s->p);
    osw_free(s->c);
    osw_tolerance_destroy(s->policy);
    osw_free(s->largest);
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
    const double *a = N_VGetArrayPointer(s->atol);
    for (int i = 0; i < n; i++) {
        double e = x[i] / (s->policy->rtol * fabs(y[i]) + a[i]);
        sum += e * e;
    }
    return sqrt(sum / n);
}

/* First step for an order-1 start: its error h^2/2 |y''| is an eighth of the tolerance,
 * with y'' = J f (as CVODES' own estimate, which takes J f by differences and is bounded
 * by the first output). No state changes by more than a tenth of itself or its scale. */
static double first_step(struct osw_solver *s, double span)
{
    const struct osw_kernel *k = s->kernel;
    const double *y = N_VGetArrayPointer(s->y), *a = N_VGetArrayPointer(s->atol);
    double *second = N_VGetArrayPointer(s->error), longest = 1e-3 * span;
    s->stats.jacobians++;
    if (!jacobian(s, s->t, y))
        return 1e-6 * span;
    memset(second, 0, (size_t)k->n_states * sizeof *second);
    for (int j = 0; j < k->n_states; j++)
        for (int e = k->jac_colptr[j]; e < k->jac_colptr[j + 1]; e++)
            second[k->jac_row[e]] += s->jac[e] * s->f[j];
    for (int i = 0; i < k->n_states; i++) {
        double size = osw_tolerance_scale(s->policy, i, a[i]);
        double room = 0.1 * fmax(fabs(y[i]), size);
        if (longest * fabs(s->f[i]) > room)
            longest = room / fabs(s->f[i]);
    }
    double curvature = norm(s, second, y), h = 0.5 * sqrt(2 / curvature);
    h = h < longest ? h : longest; /* NaN and infinity: longest */
    return fmax(h, fmin(32 * DBL_EPSILON * fabs(s->t), span)); /* t must move */
}

/* c from p: all of it, or only what a switch touches. */
static void prepare(struct osw_solver *s, const double *p)
{
    const struct osw_kernel *k = s->kernel;
    bool any = !s->prepared, base = !s->prepared;
    for (int j = 0; j < k->n_params; j++) {
        bool differs = memcmp(&s->p[j], &p[j], sizeof *p);
        any = any || differs;
        base = base || (differs && !(k->param_switchable && k->param_switchable[j]));
    }
    memmove(s->p, p, (size_t)k->n_params * sizeof *p);
    if (base)
        k->prepare(s->p, s->c);
    if (any)
        k->segment(s->p, s->c);
    s->prepared = true;
}

void osw_solver_begin(struct osw_solver *s)
{
    s->begins = true;
}

bool osw_solver_unsure(const struct osw_solver *s, int i)
{
    return osw_tolerance_unsure(s->policy, i, s->largest[i],
                                N_VGetArrayPointer(s->atol)[i]);
}

enum osw_status osw_solver_start(struct osw_solver *s, double t, const double *y,
                                 const double *p)
{
    memmove(N_VGetArrayPointer(s->y), y, (size_t)s->kernel->n_states * sizeof *y);
    prepare(s, p);
    (s->begins ? osw_tolerance_begin : osw_tolerance_resume)(
        s->policy, N_VGetArrayPointer(s->y), 1, s->largest, N_VGetArrayPointer(s->atol));
    s->begins = false;
    s->t = s->t_start = t;
    s->stats.segments++;
    s->before = s->stats;
    s->fresh = true;
    s->not_finite = -1;
    s->failure = (struct osw_solver_failure){.t = t, .state = -1, .reason = ""};
    bool bad = CVodeReInit(s->cvode, t, s->y) || (s->sens && !osw_cvode_sens_restart(s));
    return bad ? OSW_ERR_INTERNAL : OSW_OK;
}

/* CVODES counts from the last start. */
static void update_statistics(struct osw_solver *s)
{
    long steps = 0, evaluations = 0, setups = 0, error_fails = 0, iterations = 0,
         convergence_fails = 0;
    int order_used = 0, order_next = 0;
    double first = 0, last = 0, next = 0, reached = 0;
    CVodeGetIntegratorStats(s->cvode, &steps, &evaluations, &setups, &error_fails,
                            &order_used, &order_next, &first, &last, &next, &reached);
    CVodeGetNonlinSolvStats(s->cvode, &iterations, &convergence_fails);
    s->stats.steps = s->before.steps + steps;
    s->stats.rhs = s->before.rhs + evaluations;
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

/* The state with the largest estimated error in units of its tolerance, or -1. */
static int worst_state(const struct osw_solver *s)
{
    int worst = -1;
    if (CVodeGetEstLocalErrors(s->cvode, s->error) ||
        CVodeGetErrWeights(s->cvode, s->weight))
        return worst;
    const double *error = N_VGetArrayPointer(s->error);
    const double *weight = N_VGetArrayPointer(s->weight);
    for (int i = 0; i < s->kernel->n_states; i++)
        if (error[i] != 0 && (worst < 0 || fabs(error[i] * weight[i]) >
                                               fabs(error[worst] * weight[worst])))
            worst = i;
    return worst;
}

static enum osw_status record_failure(struct osw_solver *s, int code)
{
    bool rates = code <= CV_RHSFUNC_FAIL && code >= CV_UNREC_RHSFUNC_ERR;
    s->failure = (struct osw_solver_failure){s->t, s->not_finite, code, reason(code)};
    if (!rates || s->not_finite < 0)
        s->failure.state = worst_state(s);
    return OSW_ERR_INTEGRATION;
}

struct outputs {
    const double *times;
    int n, next;
    osw_solver_output *call;
    void *context;
};

/* Give the outputs up to the time reached. */
static enum osw_status give_outputs(struct osw_solver *s, struct outputs *o)
{
    for (; o->next < o->n && o->times[o->next] <= s->t; o->next++) {
        N_Vector at = s->y;
        if (o->times[o->next] < s->t) {
            at = s->error;
            if (CVodeGetDky(s->cvode, o->times[o->next], 0, at))
                return OSW_ERR_INTERNAL;
        }
        if (s->sens && !s->fresh && !osw_cvode_sens_read(s, o->times[o->next]))
            return OSW_ERR_INTERNAL;
        o->call(o->context, o->next, o->times[o->next], N_VGetArrayPointer(at));
    }
    return OSW_OK;
}

/* CVODES refuses spans of a few rounding errors of t: one explicit step is exact there.
 */
static bool too_short(double t, double t_end)
{
    return t_end - t <= 200 * DBL_EPSILON * fmax(fabs(t), fabs(t_end));
}

static enum osw_status step_over(struct osw_solver *s, double t_end,
                                 struct outputs *outputs)
{
    double *y = N_VGetArrayPointer(s->y), *f = N_VGetArrayPointer(s->error);
    if (rhs(s->t, s->y, s->error, s))
        return record_failure(s, CV_RHSFUNC_FAIL);
    if (s->sens && !osw_cvode_sens_euler(s, t_end - s->t))
        return record_failure(s, CV_RHSFUNC_FAIL);
    for (int i = 0; i < s->kernel->n_states; i++)
        y[i] += (t_end - s->t) * f[i];
    s->t = t_end;
    s->before.rhs++;
    s->stats.rhs++;
    return give_outputs(s, outputs);
}

static enum osw_status set_segment(struct osw_solver *s, double t_end)
{
    if (CVodeSetStopTime(s->cvode, t_end))
        return OSW_ERR_INTERNAL;
    if (s->fresh && CVodeSetInitStep(s->cvode, first_step(s, t_end - s->t)))
        return OSW_ERR_INTERNAL;
    s->fresh = false;
    return OSW_OK;
}

enum osw_status osw_solver_advance(struct osw_solver *s, double t_end,
                                   const double *times, int n_times,
                                   osw_solver_output *output, void *context)
{
    struct outputs outputs = {times, n_times, 0, output, context};
    if (s->fresh && too_short(s->t, t_end))
        return step_over(s, t_end, &outputs);
    enum osw_status status = set_segment(s, t_end);
    int code = CV_SUCCESS;
    for (int64_t step = 0; !status && code == CV_SUCCESS; step++) {
        code = step == s->options.max_steps
                   ? CV_TOO_MUCH_WORK
                   : CVode(s->cvode, t_end, s->y, &s->t, CV_ONE_STEP);
        if (code >= 0) {
            osw_tolerance_follow(s->policy, N_VGetArrayPointer(s->y), 1, s->largest,
                                 N_VGetArrayPointer(s->atol));
            status = give_outputs(s, &outputs);
        }
    }
    update_statistics(s);
    if (!status && s->sens && code == CV_TSTOP_RETURN && !osw_cvode_sens_read(s, s->t))
        status = OSW_ERR_INTERNAL;
    if (status)
        return status;
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
