/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The policy of tolerances. A state without a declared scale keeps the largest |y| of its
 * trajectory, so that its absolute tolerance only grows, and the same steps give the same
 * tolerances whatever lane or thread they are taken in. */
#include "solve/tolerance.h"
#include "base/memory.h"
#include "model/kernel.h"

#include <float.h>
#include <math.h>
#include <string.h>

double osw_tolerance_absolute(double rtol, double atol)
{
    return atol > 0 ? atol : 0.1 * rtol;
}

/* Number the unit texts of the states in the order of their first use. */
static bool number_units(struct osw_tolerance *t, const struct osw_kernel *kernel)
{
    int *first = osw_alloc((size_t)t->n, sizeof *first);
    for (int i = 0; first && i < t->n; i++) {
        int u = 0;
        while (u < t->n_units &&
               strcmp(kernel->states[first[u]].unit, kernel->states[i].unit) != 0)
            u++;
        if (u == t->n_units)
            first[t->n_units++] = i;
        t->unit[i] = u;
    }
    osw_free(first);
    return first != NULL;
}

enum osw_status osw_tolerance_create(const struct osw_kernel *kernel, const double *scale,
                                     double rtol, double atol,
                                     struct osw_tolerance **tolerance)
{
    const size_t n = (size_t)kernel->n_states;
    struct osw_tolerance *t = osw_alloc(1, sizeof *t);
    if (!t)
        return OSW_ERR_MEMORY;
    t->rtol = rtol;
    t->atol = osw_tolerance_absolute(rtol, atol);
    /* Below rounding no error can be told from noise. */
    t->part = fmax(OSW_TOLERANCE_DEPTH * t->atol, 0.5 * DBL_EPSILON);
    t->n = kernel->n_states;
    t->scale = osw_alloc(n, sizeof *t->scale);
    t->following = osw_alloc(n, sizeof *t->following);
    t->unit = osw_alloc(n, sizeof *t->unit);
    t->of_unit = osw_alloc(n, sizeof *t->of_unit);
    bool good = t->scale && t->following && t->unit && t->of_unit;
    for (int i = 0; good && i < t->n; i++) {
        t->scale[i] = scale[i];
        if (!(scale[i] > 0))
            t->following[t->n_following++] = i;
    }
    if (!good || (t->n_following && !number_units(t, kernel))) {
        osw_tolerance_destroy(t);
        return OSW_ERR_MEMORY;
    }
    *tolerance = t;
    return OSW_OK;
}

void osw_tolerance_destroy(struct osw_tolerance *t)
{
    if (!t)
        return;
    osw_free(t->scale);
    osw_free(t->following);
    osw_free(t->unit);
    osw_free(t->of_unit);
    osw_free(t);
}

/* The largest scale known of each unit; 0: none. */
static void survey(struct osw_tolerance *t, int stride, const double *largest)
{
    for (int u = 0; u < t->n_units; u++)
        t->of_unit[u] = 0;
    for (int i = 0; i < t->n; i++) {
        double *most = &t->of_unit[t->unit[i]];
        *most = fmax(*most, t->scale[i] > 0 ? t->scale[i] : largest[i * stride]);
    }
}

void osw_tolerance_begin(struct osw_tolerance *t, const double *y, int stride,
                         double *largest, double *a)
{
    for (int i = 0; i < t->n; i++) {
        largest[i * stride] = 0;
        a[i * stride] = t->atol * t->scale[i];
    }
    osw_tolerance_resume(t, y, stride, largest, a);
}

void osw_tolerance_resume(struct osw_tolerance *t, const double *y, int stride,
                          double *largest, double *a)
{
    bool zeros = false;
    for (int k = 0; k < t->n_following; k++) {
        const int i = t->following[k] * stride;
        const double size = fabs(y[i]);
        zeros = zeros || (largest[i] == 0 && size == 0);
        if (largest[i] == 0)
            a[i] = 0; /* what it was held to while it was 0 */
        largest[i] = fmax(largest[i], size);
        a[i] = fmax(a[i], t->part * largest[i]);
    }
    if (!zeros)
        return;
    survey(t, stride, largest);
    for (int k = 0; k < t->n_following; k++) {
        const int i = t->following[k];
        const double like = t->of_unit[t->unit[i]];
        if (largest[i * stride] == 0)
            a[i * stride] = t->part * (like > 0 ? like : 1);
    }
}

void osw_tolerance_follow(const struct osw_tolerance *t, const double *y, int stride,
                          double *largest, double *a)
{
    for (int k = 0; k < t->n_following; k++) {
        const int i = t->following[k] * stride;
        largest[i] = fmax(largest[i], fabs(y[i]));
        a[i] = fmax(a[i], t->part * largest[i]);
    }
}

double osw_tolerance_scale(const struct osw_tolerance *t, int i, double a)
{
    return t->scale[i] > 0 ? t->scale[i] : a / t->part;
}

bool osw_tolerance_unsure(const struct osw_tolerance *t, int i, double largest, double a)
{
    return !(t->scale[i] > 0) && largest > 0 && largest < OSW_TOLERANCE_SURE * a;
}

enum osw_status osw_tolerance_scales(const struct osw_kernel *kernel,
                                     const double *declared, const double *y,
                                     double *scales)
{
    struct osw_tolerance *t = NULL;
    double *largest = osw_alloc((size_t)kernel->n_states, sizeof *largest);
    enum osw_status status = OSW_ERR_MEMORY;
    if (largest)
        status = osw_tolerance_create(kernel, declared, 1, 1, &t);
    if (!status) {
        osw_tolerance_begin(t, y, 1, largest, scales);
        for (int i = 0; i < t->n; i++)
            scales[i] = osw_tolerance_scale(t, i, scales[i]);
    }
    osw_tolerance_destroy(t);
    osw_free(largest);
    return status;
}
