/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The SUNDIALS that is linked in. Distributions' builds differ by factors in speed, so
 * figures about CVODE name the library they are of. */
#ifndef OSW_SOLVE_CVODE_LIBRARY_H
#define OSW_SOLVE_CVODE_LIBRARY_H

#include "base/status.h"

#include <stdbool.h>

struct osw_cvode_library {
    char version[32];
    double slowdown; /* time of its vector sum over that of the same loop compiled here */
    bool optimised;  /* slowdown below 3: without optimisation it is 5 and more */
};

/* Measured anew at each call (a few milliseconds). OSW_ERR_MEMORY. */
enum osw_status
osw_cvode_library_measure(struct osw_cvode_library *library) OSW_MUST_CHECK;

#endif
