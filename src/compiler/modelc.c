/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch-modelc: a model text and its tables to C, at build time.
 *   osteoswitch-modelc MODEL.ant [--params F]… [--states F] [--outputs F] [--inputs F]
 *                      [--depfile F] -o OUT.c
 * Without a parameter table units may be missing and every parameter may switch. */
#include "compiler/declared.h"
#include "compiler/generate.h"
#include "text/outfile.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

struct job {
    const char *model, *out, *depfile;
    struct osw_diag *diag;
    struct osw_arena *arena;
    struct osw_units *units;
    struct osw_declared declared;
    struct osw_source *source;
    struct osw_generate_options options;
};

static enum osw_status usage(const struct job *job, const char *what)
{
    return osw_diag_fail(job->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                         "%s; usage: osteoswitch-modelc MODEL.ant [--params F]... "
                         "[--states F] [--outputs F] [--inputs F] [--depfile F] -o OUT.c",
                         what);
}

static enum osw_status read_option(struct job *job, int option, const char *value)
{
    switch (option) {
    case 'p':
        return osw_declared_read(&job->declared, value, OSW_DECLARED_PARAM, job->diag);
    case 's':
        return osw_declared_read(&job->declared, value, OSW_DECLARED_STATE, job->diag);
    case 'u':
        return osw_declared_read(&job->declared, value, OSW_DECLARED_OUTPUT, job->diag);
    case 'i':
        return OSW_OK; /* in the second pass, when all parameters are known */
    case 'd':
        job->depfile = value;
        return OSW_OK;
    case 'o':
        job->out = value;
        return OSW_OK;
    default:
        return usage(job, "unknown option or missing value");
    }
}

static enum osw_status read_options(struct job *job, int argc, char **argv)
{
    static const struct option options[] = {
        {"params", required_argument, NULL, 'p'},
        {"states", required_argument, NULL, 's'},
        {"outputs", required_argument, NULL, 'u'},
        {"inputs", required_argument, NULL, 'i'},
        {"depfile", required_argument, NULL, 'd'},
        {NULL, 0, NULL, 0},
    };
    enum osw_status status = OSW_OK;
    opterr = 0;
    for (int o; !status && (o = getopt_long(argc, argv, "o:", options, NULL)) != -1;)
        status = read_option(job, o, optarg);
    if (status)
        return status;
    if (optind != argc - 1 || !job->out)
        return usage(job, !job->out ? "-o is missing" : "one model is expected");
    job->model = argv[optind];
    optind = 1;
    for (int o; !status && (o = getopt_long(argc, argv, "o:", options, NULL)) != -1;)
        if (o == 'i')
            status = osw_declared_read_inputs(&job->declared, optarg, job->diag);
    return status;
}

static enum osw_status load(struct job *job)
{
    struct osw_unit_declaration *units;
    int n;
    enum osw_status status = osw_declared_units(&job->declared, &units, &n);
    if (!status)
        status = osw_source_load(job->model, job->units, units, n, n > 0, job->diag,
                                 &job->source);
    return status ? status : osw_declared_check(&job->declared, job->source, job->diag);
}

/* What osw_generate_c needs of the tables; without any table, its defaults. */
static enum osw_status choose_options(struct job *job,
                                      struct osw_generate_options *options)
{
    const struct osw_declared *declared = &job->declared;
    size_t n = (size_t)declared->n_rows;
    unsigned char *switchable =
        osw_arena_alloc(job->arena, (size_t)job->source->n_symbols, 1);
    const char **outputs = osw_arena_alloc(job->arena, n, sizeof *outputs);
    if (!switchable || !outputs)
        return OSW_ERR_MEMORY;
    bool has_params = false;
    for (int i = 0; i < declared->n_rows; i++) {
        const struct osw_declared_row *row = &declared->rows[i];
        if (row->kind == OSW_DECLARED_OUTPUT)
            outputs[options->n_outputs++] = row->id;
        if (row->kind != OSW_DECLARED_PARAM)
            continue;
        has_params = true;
        int symbol = osw_source_find(job->source, row->id);
        if (symbol >= 0)
            switchable[symbol] = row->switchable;
    }
    options->switchable = has_params ? switchable : NULL;
    options->outputs = options->n_outputs ? outputs : NULL;
    return OSW_OK;
}

static enum osw_status put_c(void *context, FILE *out)
{
    const struct job *job = context;
    return osw_generate_c(job->source, &job->options, out, job->diag);
}

static enum osw_status generate(struct job *job)
{
    enum osw_status status = choose_options(job, &job->options);
    return status ? status : osw_outfile_write(job->out, true, put_c, job, job->diag);
}

/* What the C was made from, for make and ninja. */
static enum osw_status write_depfile(const struct job *job)
{
    FILE *out = job->depfile ? fopen(job->depfile, "w") : NULL;
    if (!job->depfile)
        return OSW_OK;
    if (!out)
        return osw_diag_fail(job->diag, OSW_ERR_CANTCREAT,
                             (struct osw_loc){.file = job->depfile}, "cannot create");
    fprintf(out, "%s:", job->out);
    for (int i = 0; i < job->source->n_files; i++)
        fprintf(out, " %s", job->source->files[i]);
    fputc('\n', out);
    return fclose(out) ? OSW_ERR_IO : OSW_OK;
}

static enum osw_status run(struct job *job, int argc, char **argv)
{
    job->diag = osw_diag_create();
    job->arena = osw_arena_create();
    job->units = osw_units_create();
    if (!job->diag || !job->arena || !job->units)
        return OSW_ERR_MEMORY;
    job->declared.arena = job->arena;
    enum osw_status status = read_options(job, argc, argv);
    if (!status)
        status = load(job);
    if (!status)
        status = generate(job);
    return status ? status : write_depfile(job);
}

int main(int argc, char **argv)
{
    struct job job = {0};
    enum osw_status status = run(&job, argc, argv);
    if (job.diag)
        osw_diag_render(job.diag, stderr, isatty(STDERR_FILENO));
    if (status && (!job.diag || !osw_diag_count(job.diag, OSW_ERROR)))
        fprintf(stderr, "osteoswitch-modelc: %s\n", osw_status_text(status));
    osw_source_destroy(job.source);
    osw_units_destroy(job.units);
    osw_arena_destroy(job.arena);
    osw_diag_destroy(job.diag);
    return osw_status_exit_code(status);
}
