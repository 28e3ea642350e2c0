/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

void pool_begin(const char *data, char *folder)
{
    char command[512];
    strcpy(folder, "/tmp/osw_fit.XXXXXX");
    if (!mkdtemp(folder))
        exit(1);
    snprintf(command, sizeof command, "cp %s/pool.ant %s/pool.yaml %s", data, data,
             folder);
    if (system(command) || chdir(folder))
        exit(1);
    setenv("XDG_CACHE_HOME", folder, 1);
}

void pool_end(const char *folder)
{
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    if (system(command))
        exit(1);
}

void pool_put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

double pool_x(double ka, double k, double V, double dose, double t)
{
    return dose / V * ka / (ka - k) * (exp(-k * t) - exp(-ka * t));
}

struct osw_fit_problem *pool_problem(const char *yaml, struct osw_diag *diag)
{
    struct osw_fit_problem *problem = NULL;
    pool_put("problem.yaml", yaml);
    if (osw_fit_problem_load("./problem.yaml", diag, &problem)) {
        osw_diag_render(diag, stderr, false);
        fail_msg("%s", "the problem was not read");
    }
    return problem;
}

struct osw_fit *pool_fit(const struct osw_fit_problem *problem, int threads,
                         struct osw_diag *diag)
{
    const struct osw_fit_threads crew = {.n = threads};
    struct osw_fit *fit = NULL;
    if (osw_fit_run(problem, &crew, diag, &fit)) {
        osw_diag_render(diag, stderr, false);
        fail_msg("%s", "the fit failed");
    }
    return fit;
}
