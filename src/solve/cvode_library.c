/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Part of the SUNDIALS fence: version and speed of the linked library. The probe is
 * z = a x + b y on a vector that fits the first cache: a library compiled without
 * optimisation keeps every variable of that loop in memory, which shows whatever the
 * machine. The least of several times counts, so that other work does not. */
#include "solve/cvode_library.h"

#include <math.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_version.h>
#include <time.h>

enum { LENGTH = 512, REPEATS = 200, TRIALS = 25 };

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

__attribute__((noinline)) static void linear_sum(double a, const double *x, double b,
                                                 const double *y, double *z)
{
    for (int i = 0; i < LENGTH; i++)
        z[i] = a * x[i] + b * y[i];
}

static double least_ratio(N_Vector x, N_Vector y, N_Vector z)
{
    double theirs = HUGE_VAL, ours = HUGE_VAL;
    for (int trial = 0; trial < TRIALS; trial++) {
        double start = cpu_seconds();
        for (int i = 0; i < REPEATS; i++)
            N_VLinearSum(0.75, x, 0.5, y, z);
        double middle = cpu_seconds();
        for (int i = 0; i < REPEATS; i++)
            linear_sum(0.75, N_VGetArrayPointer(x), 0.5, N_VGetArrayPointer(y),
                       N_VGetArrayPointer(z));
        theirs = fmin(theirs, middle - start);
        ours = fmin(ours, cpu_seconds() - middle);
    }
    return theirs / ours;
}

enum osw_status osw_cvode_library_measure(struct osw_cvode_library *library)
{
    const double most_slowdown = 3;
    SUNContext context = NULL;
#if SUNDIALS_VERSION_MAJOR >= 7
    int failed = SUNContext_Create(SUN_COMM_NULL, &context);
#else
    int failed = SUNContext_Create(NULL, &context);
#endif
    if (failed)
        return OSW_ERR_MEMORY;
    N_Vector x = N_VNew_Serial(LENGTH, context), y = N_VNew_Serial(LENGTH, context);
    N_Vector z = N_VNew_Serial(LENGTH, context);
    enum osw_status status = x && y && z ? OSW_OK : OSW_ERR_MEMORY;
    if (!status) {
        N_VConst(1, x);
        N_VConst(2, y);
        library->slowdown = least_ratio(x, y, z);
        library->optimised = library->slowdown < most_slowdown;
        if (SUNDIALSGetVersion(library->version, sizeof library->version))
            library->version[0] = 0;
    }
    N_VDestroy(x);
    N_VDestroy(y);
    N_VDestroy(z);
    SUNContext_Free(&context);
    return status;
}
