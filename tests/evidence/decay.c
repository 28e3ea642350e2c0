/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

const char decay_header[] = "id\tuse\tscenario\tarm\tcontrol\toutput\tat\treference\t"
                            "statistic\tvalue\tlower\tupper\tunit\tsource\tnote\n";

static const char model[] = "unit u_per_day = 1/(86400 second);\n"
                            "unit u_conc = 1e-3 mole/litre;\n"
                            "unit u_rate = 1e-3 mole/litre/(86400 second);\n"
                            "k = 0.1; k has u_per_day;\n"
                            "b = 1; b has u_per_day;\n"
                            "g = 2; g has u_rate;\n"
                            "base = 5; base has u_conc;\n"
                            "X' = -k*X; X = 8; X has u_conc;\n"
                            "Y' = g; Y = 1; Y has u_conc;\n"
                            "B' = b*B^2; B = 0; B has dimensionless;\n"
                            "W := X + base; W has u_conc;\n";

static const char scenario[] =
    "model: ./decay.ant\nduration: 10 day\nevery: 10 day\noutputs: [Y]\narms:\n"
    "  slow: []\n"
    "  fast: [{at: 0 day, set: {k: 0.2 1/d}}]\n"
    "  faster: [{at: 0 day, set: {k: 0.4 1/d}}]\n"
    "  empty: [{at: 0 day, set: {X: 0 mmol/L}}]\n"
    "  refilled: [{at: 5 day, set: {X: 8 mmol/L}}]\n"
    "  blown_up: [{at: 0 day, set: {B: 1}}]\n";

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

void decay_begin(char *folder)
{
    strcpy(folder, "/tmp/osw_evidence.XXXXXX");
    if (!mkdtemp(folder) || chdir(folder) || mkdir("sub", 0700))
        exit(1);
    setenv("XDG_CACHE_HOME", folder, 1);
    put("decay.ant", model);
    put("decay.yaml", scenario);
    put("sub/other.yaml", "model: ../decay.ant\nduration: 20 day\n"
                          "arms: {late: [{at: 10 day, set: {k: 0.4 1/d}}]}\n");
}

void decay_end(const char *folder)
{
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    if (system(command))
        exit(1);
}

void decay_table(const char *rows)
{
    char *text;
    size_t n;
    FILE *file = open_memstream(&text, &n);
    fprintf(file, "%s%s", decay_header, rows);
    fclose(file);
    put("table.tsv", text);
    free(text);
}

struct osw_evidence *decay_run(struct osw_evidence_result *results,
                               const struct osw_evidence_factor *factors, int n_factors,
                               struct osw_diag *diag)
{
    const struct osw_evidence_selection all = {0};
    struct osw_evidence_options options = {
        .solver = OSW_SOLVER_DEFAULTS, .factors = factors, .n_factors = n_factors};
    struct osw_evidence *e = NULL;
    options.solver.rtol = options.solver.atol = 1e-10;
    enum osw_status status = osw_evidence_load("table.tsv", &all, diag, &e);
    if (!status)
        status = osw_evidence_run(e, results, &options, diag);
    if (status)
        osw_diag_render(diag, stderr, false);
    assert_int_equal(status, OSW_OK);
    return e;
}
