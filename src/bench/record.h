/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What repeats exactly and can be judged against an earlier record: answers, counters of
 * the solvers, and numbers of instructions. Wall and CPU times never are. */
#ifndef OSW_BENCH_RECORD_H
#define OSW_BENCH_RECORD_H

#include "bench/method.h"

enum osw_bench_kind {
    OSW_BENCH_ANSWER,      /* final states of the nominal member at a tight tolerance */
    OSW_BENCH_COUNTERS,    /* of the first members at the case's record tolerance */
    OSW_BENCH_INSTRUCTIONS /* of the nominal member at that tolerance */
};
/* "answer", "counters", "instructions"; NULL-terminated. */
extern const char osw_bench_format[]; /* the "format" of a file of benchmarks */
extern const char *const osw_bench_kind_names[];

struct osw_bench_entry {
    enum osw_bench_kind kind;
    const char *subject, *method, *key; /* key: the machine or build it holds for */
    const char *inputs;                 /* hash: of the problem's values */
    const char *const *names;           /* [n] */
    const double *values;               /* [n] */
    int n;
};

struct osw_bench_record {
    struct osw_bench_entry *entries;
    size_t n;
    const char *uncounted; /* why there are no instruction counts, or NULL */
    struct osw_arena *arena;
};

/* Run what is recorded. program: the path of a program that takes the arguments
 * "bench CASE --method M --rtol X --isa I --once", for counting instructions; NULL: do
 * not count. subjects [n]: the cases, 0 of them: all. isa: the widest. */
struct osw_bench_record_options {
    const char *program;
    const char *const *subjects;
    int n_subjects;
    enum osw_isa isa;
};
enum osw_status osw_bench_record_make(const struct osw_bench_record_options *options,
                                      struct osw_diag *diag,
                                      struct osw_bench_record *record) OSW_MUST_CHECK;

/* Entries of one problem that is already made: for tests with kernels of their own. */
enum osw_status osw_bench_record_problem(const struct osw_bench_problem *problem,
                                         const struct osw_bench_case *c, enum osw_isa isa,
                                         struct osw_bench_record *record) OSW_MUST_CHECK;
enum osw_status osw_bench_record_add(struct osw_bench_record *record,
                                     const struct osw_bench_entry *entry) OSW_MUST_CHECK;

enum osw_status osw_bench_record_init(struct osw_bench_record *record) OSW_MUST_CHECK;
void osw_bench_record_fini(struct osw_bench_record *record);

/* The JSON that write gives. OSW_ERR_INPUT with the place of what is wrong. */
enum osw_status osw_bench_record_read(const char *path, struct osw_diag *diag,
                                      struct osw_bench_record *record) OSW_MUST_CHECK;
/* A JSON list. */
void osw_bench_record_write(const struct osw_bench_record *record, FILE *out);

/* Called for each finding; text is one line. */
enum osw_bench_verdict {
    OSW_BENCH_SAME,
    OSW_BENCH_REGRESSED,
    OSW_BENCH_BETTER,
    OSW_BENCH_SKIPPED
};
typedef void osw_bench_finding(void *context, enum osw_bench_verdict verdict,
                               const char *text);

/* Judge `now` against `was`, entry by entry of `was`: answers within 1e-7, counters
 * exactly (fewer is better, and said), instructions below 3 % more. An entry of another
 * key, of other inputs or not made now is skipped. OSW_NEGATIVE when any regressed. */
enum osw_status osw_bench_record_compare(const struct osw_bench_record *was,
                                         const struct osw_bench_record *now,
                                         osw_bench_finding *finding,
                                         void *context) OSW_MUST_CHECK;

/* Append to `now` the entries of `was` that it has under other keys only: those of other
 * machines and builds, which stay as they are. They borrow from `was`. */
enum osw_status osw_bench_record_keep(struct osw_bench_record *now,
                                      const struct osw_bench_record *was) OSW_MUST_CHECK;

#endif
