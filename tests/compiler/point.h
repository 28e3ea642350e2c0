/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model's text and its kernel at random points, for tests. */
#ifndef TESTS_COMPILER_POINT_H
#define TESTS_COMPILER_POINT_H

#include "compiler/eval.h"
#include "model/kernel.h"

#include <stdint.h>

struct subject {
    const struct osw_kernel *kernel;
    struct osw_source *source;
    struct osw_layout layout;
    double *p, *y; /* nominal parameters and states; a start of (nearly) 0 gives
                      scale/100 */
    double t_end;
};

struct point {
    double t;
    double *p, *y, *c, *f, *J;
};

/* SplitMix64: uniform in [0, 1), and a standard normal by Box and Muller. */
double uniform(uint64_t *seed);
double normal(uint64_t *seed);

/* From models/<kernel's name>.ant and its tables, or a text with all values in it. */
void subject_shipped(struct subject *s, const struct osw_kernel *kernel);
void subject_text(struct subject *s, const struct osw_kernel *kernel, const char *path);
void subject_destroy(struct subject *s);

void point_create(struct point *at, const struct subject *s);
void point_destroy(struct point *at);
/* Log-normal around the nominal values; a parameter of 0 becomes uniform in [0, 1). */
void point_draw(struct point *at, const struct subject *s, uint64_t *seed);
/* c, f and J at t, y, p. */
void point_evaluate(struct point *at, const struct subject *s);

#endif
