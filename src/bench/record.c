/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/record.h"
#include "base/memory.h"
#include "bench/instructions.h"
#include "bench/machine.h"

#include <math.h>
#include <string.h>

static const double answer_rtol = 1e-10;

const char *const osw_bench_kind_names[] = {"answer", "counters", "instructions", NULL};

enum osw_status osw_bench_record_init(struct osw_bench_record *record)
{
    *record = (struct osw_bench_record){.arena = osw_arena_create()};
    return record->arena ? OSW_OK : OSW_ERR_MEMORY;
}

void osw_bench_record_fini(struct osw_bench_record *record)
{
    osw_free(record->entries);
    osw_arena_destroy(record->arena);
    *record = (struct osw_bench_record){0};
}

enum osw_status osw_bench_record_add(struct osw_bench_record *r,
                                     const struct osw_bench_entry *entry)
{
    void *entries = r->entries;
    enum osw_status status = osw_grow(&entries, r->n, r->n + 1, sizeof *r->entries);
    r->entries = entries;
    if (!status)
        r->entries[r->n++] = *entry;
    return status;
}

/* An entry of n values; names and values are copied. */
static enum osw_status add(struct osw_bench_record *r, struct osw_bench_entry entry,
                           const char *inputs, const char *const *names,
                           const double *values, int n)
{
    const char **kept = osw_arena_alloc(r->arena, (size_t)n, sizeof *kept);
    double *copy = osw_arena_alloc(r->arena, (size_t)n, sizeof *copy);
    entry.inputs = osw_arena_string(r->arena, inputs);
    if (!kept || !copy || !entry.inputs || !entry.key)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < n; i++) {
        kept[i] = osw_arena_string(r->arena, names[i]);
        if (!kept[i])
            return OSW_ERR_MEMORY;
        copy[i] = values[i];
    }
    entry.names = kept;
    entry.values = copy;
    entry.n = n;
    return osw_bench_record_add(r, &entry);
}

/* states [n][n_times][n_states] of the first n members. */
static enum osw_status run(const struct osw_bench_problem *b,
                           const struct osw_bench_method *method, double rtol,
                           enum osw_isa isa, int n, double *states,
                           struct osw_bench_counts *counts)
{
    const struct osw_bench_setting setting = {rtol, isa};
    struct osw_bench_run *work = NULL;
    *counts = (struct osw_bench_counts){0};
    enum osw_status status = osw_bench_method_create(method, b, &setting, &work);
    if (!status)
        status = osw_bench_work(work, 0, n, states, counts);
    osw_bench_method_destroy(work);
    return status;
}

static enum osw_status add_answer(const struct osw_bench_problem *b,
                                  const struct osw_bench_method *method,
                                  const double *states, struct osw_bench_record *r)
{
    const struct osw_kernel *k = b->kernel;
    const double *y = states + (size_t)(b->n_times - 1) * (size_t)k->n_states;
    const char **names = osw_arena_alloc(r->arena, (size_t)k->n_states, sizeof *names);
    double *values = osw_arena_alloc(r->arena, (size_t)k->n_states, sizeof *values);
    int n = 0;
    if (!names || !values)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < k->n_states; i++)
        if (fabs(y[i]) >= 1e-3 * b->scale[i]) { /* far above the absolute tolerance */
            names[n] = k->states[i].name;
            values[n++] = y[i];
        }
    const struct osw_bench_entry entry = {
        OSW_BENCH_ANSWER, b->name, method->name, "any", NULL, NULL, NULL, 0};
    return add(r, entry, b->inputs, names, values, n);
}

static const char *isa_of(const struct osw_bench_method *method, enum osw_isa isa)
{
    return method->wide ? osw_isa_name(isa) : NULL;
}

static enum osw_status add_counters(const struct osw_bench_problem *b,
                                    const struct osw_bench_method *method,
                                    enum osw_isa isa,
                                    const struct osw_bench_counts *counts,
                                    struct osw_bench_record *r)
{
#define NAME(name) #name,
#define VALUE(name) (double)counts->name,
    static const char *const names[] = {OSW_BENCH_COUNTS(NAME)};
    const double values[] = {OSW_BENCH_COUNTS(VALUE)};
#undef NAME
#undef VALUE
    const struct osw_bench_entry entry = {
        OSW_BENCH_COUNTERS,
        b->name,
        method->name,
        osw_machine_counter_key(r->arena, isa_of(method, isa)),
        NULL,
        NULL,
        NULL,
        0};
    return add(r, entry, b->inputs, names, values, sizeof values / sizeof *values);
}

enum osw_status osw_bench_record_problem(const struct osw_bench_problem *b,
                                         const struct osw_bench_case *c, enum osw_isa isa,
                                         struct osw_bench_record *r)
{
    enum osw_status status = OSW_OK;
    struct osw_bench_counts counts;
    size_t size = (size_t)b->n_times * (size_t)b->kernel->n_states;
    double *states = osw_alloc((size_t)b->n_members * size, sizeof *states);
    if (!states)
        return OSW_ERR_MEMORY;
    for (const struct osw_bench_method *m = osw_bench_methods; m->name && !status; m++) {
        if (!osw_bench_method_suits(m, b))
            continue;
        status = run(b, m, answer_rtol, isa, 1, states, &counts);
        if (!status)
            status = add_answer(b, m, states, r);
        if (!status)
            status = run(b, m, c->record_rtol, isa, b->n_members, states, &counts);
        if (!status)
            status = add_counters(b, m, isa, &counts, r);
    }
    osw_free(states);
    return status;
}

/* Without a means to count there is a reason and no entry. */
static enum osw_status count(const struct osw_bench_record_options *o,
                             const struct osw_bench_case *c,
                             const struct osw_bench_method *method, const char *inputs,
                             struct osw_diag *diag, struct osw_bench_record *r)
{
    static const char *const name = "instructions";
    char rtol[32];
    double value;
    struct osw_diag *unheard = osw_diag_create();
    const char *const arguments[] = {o->program,           "bench",  c->name, "--method",
                                     method->name,         "--rtol", rtol,    "--isa",
                                     osw_isa_name(o->isa), "--once", NULL};
    snprintf(rtol, sizeof rtol, "%g", c->record_rtol);
    enum osw_status status =
        unheard ? osw_instructions_count(arguments, unheard, &value) : OSW_ERR_MEMORY;
    if (status == OSW_ERR_UNAVAILABLE) {
        r->uncounted = osw_arena_string(r->arena, osw_diag_text(unheard, 0));
        status = OSW_OK;
    } else if (status && unheard) {
        osw_diag_fail(diag, status, (struct osw_loc){0}, "%s", osw_diag_text(unheard, 0));
    } else if (!status) {
        const struct osw_bench_entry entry = {
            OSW_BENCH_INSTRUCTIONS,
            c->name,
            method->name,
            osw_machine_build_key(r->arena, isa_of(method, o->isa)),
            NULL,
            NULL,
            NULL,
            0};
        status = add(r, entry, inputs, &name, &value, 1);
    }
    osw_diag_destroy(unheard);
    return status;
}

static bool is_wanted(const struct osw_bench_record_options *o, const char *name)
{
    for (int i = 0; i < o->n_subjects; i++)
        if (!strcmp(o->subjects[i], name))
            return true;
    return !o->n_subjects;
}

enum osw_status osw_bench_record_make(const struct osw_bench_record_options *o,
                                      struct osw_diag *diag, struct osw_bench_record *r)
{
    enum osw_status status = OSW_OK;
    for (const struct osw_bench_case *c = osw_bench_cases; c->name && !status; c++) {
        struct osw_bench_problem *b = NULL;
        if (!c->record_members || !is_wanted(o, c->name))
            continue;
        status = osw_bench_problem_create(c, c->record_members, diag, &b);
        if (!status)
            status = osw_bench_record_problem(b, c, o->isa, r);
        const struct osw_bench_method *m = osw_bench_methods;
        for (; o->program && c->instructions && m->name && !status && !r->uncounted; m++)
            if (osw_bench_method_suits(m, b))
                status = count(o, c, m, b->inputs, diag, r);
        osw_bench_problem_destroy(b);
    }
    return status;
}
