/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/reader.h"

#include <sys/stat.h>

struct osw_named_file {
    struct osw_named_file *next;
    const char *path; /* as it was first found */
    dev_t device;     /* the file's identity: its path may be spelt in many ways */
    ino_t inode;
    const struct osw_yaml *root; /* NULL when it could not be read */
    enum osw_status status;
};

struct osw_failed_node {
    struct osw_failed_node *next;
    const struct osw_yaml *node;
};

enum osw_status osw_reader_init(struct osw_reader *r, const struct osw_model *model,
                                struct osw_arena *arena, struct osw_diag *diag)
{
    *r = (struct osw_reader){.arena = arena, .diag = diag, .model = model};
    r->one = osw_units_one(model->units);
    r->day = osw_units_parse(model->units, "day");
    r->year = osw_units_parse(model->units, "year");
    r->kg = osw_units_parse(model->units, "kg");
    return r->one && r->day && r->year && r->kg ? OSW_OK : OSW_ERR_MEMORY;
}

void osw_reader_keep(enum osw_status *first, enum osw_status status)
{
    if (!*first)
        *first = status;
}

static enum osw_status expect(struct osw_reader *r, const struct osw_yaml *node,
                              enum osw_yaml_kind kind, const char *what)
{
    static const char *const names[] = {[OSW_YAML_SCALAR] = "a single value",
                                        [OSW_YAML_SEQUENCE] = "a list [...]",
                                        [OSW_YAML_MAPPING] = "a mapping {key: value}"};
    if (node->kind == kind)
        return OSW_OK;
    if (node->kind == OSW_YAML_SCALAR && !*node->text)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "%s: expected %s, found nothing", what, names[kind]);
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at, "%s: expected %s, found %s",
                         what, names[kind], names[node->kind]);
}

enum osw_status osw_reader_mapping(struct osw_reader *r, const struct osw_yaml *node,
                                   const char *what)
{
    return expect(r, node, OSW_YAML_MAPPING, what);
}

enum osw_status osw_reader_sequence(struct osw_reader *r, const struct osw_yaml *node,
                                    const char *what)
{
    return expect(r, node, OSW_YAML_SEQUENCE, what);
}

enum osw_status osw_reader_scalar(struct osw_reader *r, const struct osw_yaml *node,
                                  const char *what)
{
    return expect(r, node, OSW_YAML_SCALAR, what);
}

enum osw_status osw_reader_text(struct osw_reader *r, const struct osw_yaml *mapping,
                                const char *key, const char **text)
{
    const struct osw_yaml *node = osw_yaml_find(mapping, key);
    if (!node)
        return OSW_OK;
    enum osw_status status = osw_reader_scalar(r, node, key);
    if (!status)
        *text = node->text;
    return status;
}

static size_t collect(const struct osw_model *m, int kinds, const char **names)
{
    const struct osw_kernel *k = m->kernel;
    size_t n = 0;
    for (int i = 0; (kinds & OSW_NAME_INPUT) && i < m->n_inputs; i++)
        names[n++] = m->inputs[i].id;
    for (int i = 0; (kinds & OSW_NAME_PARAM) && i < k->n_params; i++)
        names[n++] = k->params[i].name;
    for (int i = 0; (kinds & OSW_NAME_STATE) && i < k->n_states; i++)
        names[n++] = k->states[i].name;
    for (int i = 0; (kinds & OSW_NAME_OUTPUT) && i < k->n_outputs; i++)
        names[n++] = k->outputs[i].name;
    return n;
}

enum osw_status osw_reader_unknown(struct osw_reader *r, enum osw_status status,
                                   struct osw_loc at, const char *kind, const char *name,
                                   int kinds, const char *const *extra, size_t n_extra)
{
    const struct osw_model *m = r->model;
    const struct osw_kernel *k = m->kernel;
    size_t most = (size_t)m->n_inputs + (size_t)k->n_params + (size_t)k->n_states +
                  (size_t)k->n_outputs + n_extra;
    const char **names = osw_alloc(most, sizeof *names);
    if (!names)
        return OSW_ERR_MEMORY;
    size_t n = collect(m, kinds, names);
    for (size_t i = 0; i < n_extra; i++)
        names[n++] = extra[i];
    enum {
        FEW = 12,
        MOST_SUGGESTED = 20
    }; /* errors after the first 20 are counted only */
    bool shown = osw_diag_count(r->diag, OSW_ERROR) < MOST_SUGGESTED;
    const char *closest = shown ? osw_diag_closest(name, names, n) : NULL;
    char list[400] = "";
    size_t used = 0;
    for (size_t i = 0; !closest && n <= FEW && i < n && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.30s",
                                 i ? ", " : ": expected one of ", names[i]);
    osw_free(names);
    if (closest)
        return osw_diag_fail(r->diag, status, at, "unknown %s '%s' (did you mean '%s'?)",
                             kind, name, closest);
    return osw_diag_fail(r->diag, status, at, "unknown %s '%s'%s", kind, name, list);
}

/* The file at `path`, read now unless it was before; NULL when memory is out. */
static const struct osw_named_file *known_file(struct osw_reader *r, const char *path)
{
    struct stat st = {0};
    struct osw_named_file *f = r->files;
    if (stat(path, &st) != 0)
        f = NULL;
    while (f && (f->device != st.st_dev || f->inode != st.st_ino))
        f = f->next;
    if (f || !(f = osw_arena_alloc(r->arena, 1, sizeof *f)))
        return f;
    *f = (struct osw_named_file){
        .next = r->files, .path = path, .device = st.st_dev, .inode = st.st_ino};
    f->status = osw_yaml_read(path, r->arena, r->diag, &f->root);
    r->files = f;
    return f;
}

enum osw_status osw_reader_file(struct osw_reader *r, const char *dir, const char *name,
                                const char *beside, struct osw_loc at, const char **path,
                                const struct osw_yaml **root)
{
    enum osw_status status =
        osw_file_find(dir, name, ".yaml", beside, at, r->arena, r->diag, path);
    if (status)
        return status == OSW_ERR_NOINPUT && at.file ? OSW_ERR_INPUT : status;
    const struct osw_named_file *f = known_file(r, *path);
    if (!f)
        return OSW_ERR_MEMORY;
    *path = f->path;
    *root = f->root;
    return f->status;
}

bool osw_reader_failed_before(const struct osw_reader *r, const struct osw_yaml *node)
{
    const struct osw_failed_node *f = r->failed;
    while (f && f->node != node)
        f = f->next;
    return f != NULL;
}

/* Out of memory only costs a repeated message. */
void osw_reader_mark_failed(struct osw_reader *r, const struct osw_yaml *node)
{
    struct osw_failed_node *f = osw_arena_alloc(r->arena, 1, sizeof *f);
    if (!f)
        return;
    *f = (struct osw_failed_node){r->failed, node};
    r->failed = f;
}

enum osw_status osw_reader_count(struct osw_reader *r, size_t n, struct osw_loc at,
                                 const char *name)
{
    if (n > OSW_MOST_EVENTS - r->n_events)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "'%s' brings the scenario to more than %d events: lengthen "
                             "'every' or shorten the treatment",
                             name, OSW_MOST_EVENTS);
    r->n_events += n;
    return OSW_OK;
}
