/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Records as JSON, and one judged against another. JSON is YAML's flow style, so that the
 * YAML reader serves. */
#include "bench/record.h"
#include "text/json.h"
#include "text/yaml.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char osw_bench_format[] = "osteoswitch-bench 1";

static const double answer_tolerance = 1e-7, instruction_growth = 1.03;

void osw_bench_record_write(const struct osw_bench_record *r, FILE *out)
{
    fputc('[', out);
    for (size_t i = 0; i < r->n; i++) {
        const struct osw_bench_entry *e = &r->entries[i];
        fprintf(out, "%s\n {\"kind\": \"%s\", \"case\": ", i ? "," : "",
                osw_bench_kind_names[e->kind]);
        osw_json_string(out, e->subject);
        fputs(", \"method\": ", out);
        osw_json_string(out, e->method);
        fputs(", \"key\": ", out);
        osw_json_string(out, e->key);
        fputs(", \"inputs\": ", out);
        osw_json_string(out, e->inputs);
        fputs(",\n  \"values\": {", out);
        for (int k = 0; k < e->n; k++) {
            fputs(k ? ", " : "", out);
            osw_json_string(out, e->names[k]);
            fprintf(out, isfinite(e->values[k]) ? ": %.12g" : ": null", e->values[k]);
        }
        fputs("}}", out);
    }
    fputs("\n]", out);
}

struct reading {
    struct osw_bench_record *record;
    struct osw_diag *diag;
};

static enum osw_status take_text(struct reading *r, const struct osw_yaml *entry,
                                 const char *key, const char **text)
{
    const struct osw_yaml *node = osw_yaml_find(entry, key);
    if (!node || node->kind != OSW_YAML_SCALAR)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node ? node->at : entry->at,
                             "an entry of a benchmark record needs a text '%s'", key);
    *text = node->text;
    return OSW_OK;
}

static enum osw_status take_values(struct reading *r, const struct osw_yaml *entry,
                                   struct osw_bench_entry *to)
{
    const struct osw_yaml *values = osw_yaml_find(entry, "values");
    if (!values || values->kind != OSW_YAML_MAPPING || !values->n)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, entry->at,
                             "an entry of a benchmark record needs a mapping 'values'");
    const char **names = osw_arena_alloc(r->record->arena, values->n, sizeof *names);
    double *numbers = osw_arena_alloc(r->record->arena, values->n, sizeof *numbers);
    if (!names || !numbers)
        return OSW_ERR_MEMORY;
    for (const struct osw_yaml *v = values->first; v; v = v->next, to->n++) {
        char *end = NULL;
        const char *text = v->kind == OSW_YAML_SCALAR ? v->text : "";
        bool null = to->kind == OSW_BENCH_ANSWER && !strcmp(text, "null");
        names[to->n] = v->key;
        numbers[to->n] = null ? NAN : strtod(text, &end);
        if (!null && (end == text || *end || !isfinite(numbers[to->n])))
            return osw_diag_fail(r->diag, OSW_ERR_INPUT, v->at,
                                 "'%s': expected a finite number, found '%s'", v->key,
                                 text);
    }
    to->names = names;
    to->values = numbers;
    return OSW_OK;
}

static enum osw_status take_entry(struct reading *r, const struct osw_yaml *node)
{
    struct osw_bench_entry e = {0};
    const char *kind = NULL;
    if (node->kind != OSW_YAML_MAPPING)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "expected an entry of a benchmark record: {kind: …}");
    enum osw_status status = take_text(r, node, "kind", &kind);
    int k = 0;
    while (!status && osw_bench_kind_names[k] && strcmp(osw_bench_kind_names[k], kind))
        k++;
    if (!status && !osw_bench_kind_names[k])
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                               "unknown kind of entry '%s'", kind);
    e.kind = (enum osw_bench_kind)k;
    if (!status)
        status = take_text(r, node, "case", &e.subject);
    if (!status)
        status = take_text(r, node, "method", &e.method);
    if (!status)
        status = take_text(r, node, "key", &e.key);
    if (!status)
        status = take_text(r, node, "inputs", &e.inputs);
    if (!status)
        status = take_values(r, node, &e);
    return status ? status : osw_bench_record_add(r->record, &e);
}

enum osw_status osw_bench_record_read(const char *path, struct osw_diag *diag,
                                      struct osw_bench_record *record)
{
    struct reading r = {record, diag};
    const struct osw_yaml *root, *list, *format;
    enum osw_status status = osw_yaml_read(path, record->arena, diag, &root);
    if (status)
        return status;
    list = root->kind == OSW_YAML_MAPPING ? osw_yaml_find(root, "record") : NULL;
    if (!list || list->kind != OSW_YAML_SEQUENCE || !list->n)
        return osw_diag_fail(diag, OSW_ERR_INPUT, root->at,
                             "not written by osteoswitch bench --json: no list 'record'");
    format = osw_yaml_find(root, "format");
    if (!format || format->kind != OSW_YAML_SCALAR ||
        strcmp(format->text, osw_bench_format) != 0)
        return osw_diag_fail(diag, OSW_ERR_INPUT, (format ? format : root)->at,
                             "a benchmark record: expected the format '%s'",
                             osw_bench_format);
    for (const struct osw_yaml *e = list->first; e && !status; e = e->next)
        status = take_entry(&r, e);
    return status;
}

struct judging {
    osw_bench_finding *finding;
    void *context;
    bool regressed;
};

static void say(struct judging *j, enum osw_bench_verdict verdict,
                const struct osw_bench_entry *e, const char *name, double was, double now)
{
    char text[512];
    snprintf(text, sizeof text, "%s, %s: %s %s was %.12g, is %.12g", e->subject,
             e->method, e->kind == OSW_BENCH_ANSWER ? "answer" : "number of", name, was,
             now);
    j->regressed = j->regressed || verdict == OSW_BENCH_REGRESSED;
    j->finding(j->context, verdict, text);
}

static void skip(struct judging *j, const struct osw_bench_entry *e, const char *why)
{
    char text[512];
    snprintf(text, sizeof text, "%s, %s: %s not judged: %s", e->subject, e->method,
             osw_bench_kind_names[e->kind], why);
    j->finding(j->context, OSW_BENCH_SKIPPED, text);
}

/* The answers' own size: the largest value does not count, each state has its own. */
static enum osw_bench_verdict judge_value(enum osw_bench_kind kind, double was,
                                          double now)
{
    switch (kind) {
    case OSW_BENCH_ANSWER:
        if (fabs(now - was) <= answer_tolerance * fabs(was) + 1e-30 ||
            (isnan(was) && isnan(now)))
            return OSW_BENCH_SAME;
        return OSW_BENCH_REGRESSED;
    case OSW_BENCH_COUNTERS:
        return now > was   ? OSW_BENCH_REGRESSED
               : now < was ? OSW_BENCH_BETTER
                           : OSW_BENCH_SAME;
    case OSW_BENCH_INSTRUCTIONS:
        return now >= was * instruction_growth   ? OSW_BENCH_REGRESSED
               : now <= was / instruction_growth ? OSW_BENCH_BETTER
                                                 : OSW_BENCH_SAME;
    }
    return OSW_BENCH_SAME;
}

static void judge(struct judging *j, const struct osw_bench_entry *was,
                  const struct osw_bench_entry *now)
{
    int same = 0;
    for (int i = 0; i < was->n; i++) {
        int k = 0;
        while (k < now->n && strcmp(now->names[k], was->names[i]) != 0)
            k++;
        if (k == now->n) {
            say(j, OSW_BENCH_REGRESSED, was, was->names[i], was->values[i], NAN);
            continue;
        }
        enum osw_bench_verdict verdict =
            judge_value(was->kind, was->values[i], now->values[k]);
        if (verdict == OSW_BENCH_SAME)
            same++;
        else
            say(j, verdict, was, was->names[i], was->values[i], now->values[k]);
    }
    if (same == was->n)
        j->finding(j->context, OSW_BENCH_SAME, was->subject);
}

/* The entry of `record` for the same thing, by preference under the same key; NULL: none.
 */
static const struct osw_bench_entry *find_twin(const struct osw_bench_record *record,
                                               const struct osw_bench_entry *entry,
                                               bool *same_key)
{
    const struct osw_bench_entry *twin = NULL;
    *same_key = false;
    for (size_t k = 0; k < record->n && !*same_key; k++) {
        const struct osw_bench_entry *e = &record->entries[k];
        if (e->kind != entry->kind || strcmp(e->subject, entry->subject) != 0 ||
            strcmp(e->method, entry->method) != 0)
            continue;
        twin = e;
        *same_key = !strcmp(e->key, entry->key);
    }
    return twin;
}

enum osw_status osw_bench_record_compare(const struct osw_bench_record *was,
                                         const struct osw_bench_record *now,
                                         osw_bench_finding *finding, void *context)
{
    struct judging j = {finding, context, false};
    for (size_t i = 0; i < was->n; i++) {
        const struct osw_bench_entry *old = &was->entries[i];
        bool same_key;
        const struct osw_bench_entry *twin = find_twin(now, old, &same_key);
        if (!twin)
            skip(&j, old, "it was not made now");
        else if (!same_key)
            skip(&j, old, "it was recorded on another machine or build");
        else if (strcmp(twin->inputs, old->inputs) != 0)
            skip(&j, old, "the model or its parameters changed since");
        else
            judge(&j, old, twin);
    }
    return j.regressed ? OSW_NEGATIVE : OSW_OK;
}

enum osw_status osw_bench_record_keep(struct osw_bench_record *now,
                                      const struct osw_bench_record *was)
{
    const size_t made = now->n;
    enum osw_status status = OSW_OK;
    for (size_t i = 0; i < was->n && !status; i++) {
        const struct osw_bench_record own = {now->entries, made, NULL, NULL};
        bool same_key;
        if (find_twin(&own, &was->entries[i], &same_key) && !same_key)
            status = osw_bench_record_add(now, &was->entries[i]);
    }
    return status;
}
