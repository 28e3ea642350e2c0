/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libyaml's event stream, folded into a tree by a stack of open containers. The keys of
 * all mappings stand in one hash table by mapping and text, so that a repeated key is
 * found in constant time. */
#include "text/yaml.h"
#include "base/memory.h"

#include <stdint.h>
#include <string.h>
#include <yaml.h>

enum { DEEPEST = 32, MOST_NODES = 1000000, MOST_SUGGESTED = 20 };

struct open_node {
    struct osw_yaml *node, *last;
    const char *key; /* a mapping's key that waits for its value */
    struct osw_loc key_at;
};

struct known_key {
    const struct osw_yaml *mapping; /* NULL: free */
    const char *text;
    struct osw_loc at;
};

struct builder {
    const char *file;
    struct osw_arena *arena;
    struct osw_diag *diag;
    struct open_node stack[DEEPEST];
    int depth, n_nodes;
    struct known_key *keys; /* [room], a power of two; open addressing */
    size_t n_keys, room;
    struct osw_yaml *root;
};

static struct osw_loc place(const struct builder *b, const yaml_event_t *e)
{
    int len = e->end_mark.line == e->start_mark.line
                  ? (int)(e->end_mark.column - e->start_mark.column)
                  : 1;
    return (struct osw_loc){b->file, (int)e->start_mark.line + 1,
                            (int)e->start_mark.column + 1, len};
}

/* Hang a new node below the innermost open one (or make it the root). */
static enum osw_status attach(struct builder *b, struct osw_yaml *node)
{
    if (!b->depth) {
        if (b->root)
            return osw_diag_fail(b->diag, OSW_ERR_INPUT, node->at,
                                 "a second document: expected one per file");
        b->root = node;
        return OSW_OK;
    }
    struct open_node *parent = &b->stack[b->depth - 1];
    node->key = parent->key;
    node->key_at = parent->key_at;
    parent->key = NULL;
    if (parent->last)
        parent->last->next = node;
    else
        parent->node->first = node;
    parent->last = node;
    parent->node->n++;
    return OSW_OK;
}

/* The place of a mapping's key, or the free one where it belongs. */
static struct known_key *slot(struct known_key *keys, size_t room,
                              const struct osw_yaml *mapping, const char *text)
{
    uint64_t hash = (uint64_t)(uintptr_t)mapping * 0x9e3779b97f4a7c15u; /* FNV-1a on */
    for (const char *p = text; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 0x100000001b3u;
    size_t i = (size_t)(hash ^ hash >> 32) & (room - 1);
    while (keys[i].mapping && (keys[i].mapping != mapping || strcmp(keys[i].text, text)))
        i = (i + 1) & (room - 1);
    return &keys[i];
}

/* At most half of the table is in use. */
static enum osw_status grow_keys(struct builder *b)
{
    if (2 * (b->n_keys + 1) <= b->room)
        return OSW_OK;
    size_t room = b->room ? 2 * b->room : 64;
    struct known_key *keys = osw_alloc(room, sizeof *keys);
    if (!keys)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < b->room; i++)
        if (b->keys[i].mapping)
            *slot(keys, room, b->keys[i].mapping, b->keys[i].text) = b->keys[i];
    osw_free(b->keys);
    b->keys = keys;
    b->room = room;
    return OSW_OK;
}

static enum osw_status take_key(struct builder *b, const char *text, struct osw_loc at)
{
    struct open_node *map = &b->stack[b->depth - 1];
    if (grow_keys(b))
        return OSW_ERR_MEMORY;
    struct known_key *twin = slot(b->keys, b->room, map->node, text);
    if (twin->mapping)
        return osw_diag_fail(b->diag, OSW_ERR_INPUT, at,
                             "key '%s' appears twice (first at line %d)", text,
                             twin->at.line);
    *twin = (struct known_key){map->node, text, at};
    b->n_keys++;
    map->key = text;
    map->key_at = at;
    return OSW_OK;
}

static bool expects_key(const struct builder *b)
{
    const struct open_node *top = b->depth ? &b->stack[b->depth - 1] : NULL;
    return top && top->node->kind == OSW_YAML_MAPPING && !top->key;
}

static struct osw_yaml *new_node(struct builder *b, enum osw_yaml_kind kind,
                                 const yaml_event_t *e)
{
    struct osw_yaml *node = osw_arena_alloc(b->arena, 1, sizeof *node);
    if (node) {
        node->kind = kind;
        node->at = place(b, e);
    }
    return node;
}

static enum osw_status on_scalar(struct builder *b, const yaml_event_t *e)
{
    if (memchr(e->data.scalar.value, '\0', e->data.scalar.length))
        return osw_diag_fail(b->diag, OSW_ERR_INPUT, place(b, e),
                             "a NUL character in text");
    char *text = osw_arena_copy(b->arena, (const char *)e->data.scalar.value,
                                e->data.scalar.length);
    if (!text)
        return OSW_ERR_MEMORY;
    if (expects_key(b))
        return take_key(b, text, place(b, e));
    struct osw_yaml *node = new_node(b, OSW_YAML_SCALAR, e);
    if (!node)
        return OSW_ERR_MEMORY;
    node->text = text;
    return attach(b, node);
}

static enum osw_status on_open(struct builder *b, const yaml_event_t *e,
                               enum osw_yaml_kind kind)
{
    if (expects_key(b))
        return osw_diag_fail(b->diag, OSW_ERR_INPUT, place(b, e),
                             "expected a key, found a %s",
                             kind == OSW_YAML_MAPPING ? "mapping" : "sequence");
    if (b->depth == DEEPEST)
        return osw_diag_fail(b->diag, OSW_ERR_INPUT, place(b, e),
                             "nested more than %d deep", DEEPEST);
    struct osw_yaml *node = new_node(b, kind, e);
    if (!node)
        return OSW_ERR_MEMORY;
    enum osw_status status = attach(b, node);
    if (status)
        return status;
    b->stack[b->depth++] = (struct open_node){.node = node};
    return OSW_OK;
}

static enum osw_status on_event(struct builder *b, const yaml_event_t *e, bool *done)
{
    if (++b->n_nodes > MOST_NODES)
        return osw_diag_fail(b->diag, OSW_ERR_INPUT, place(b, e),
                             "more than %d YAML nodes", MOST_NODES);
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        if (e->data.scalar.anchor)
            break;
        return on_scalar(b, e);
    case YAML_SEQUENCE_START_EVENT:
        if (e->data.sequence_start.anchor)
            break;
        return on_open(b, e, OSW_YAML_SEQUENCE);
    case YAML_MAPPING_START_EVENT:
        if (e->data.mapping_start.anchor)
            break;
        return on_open(b, e, OSW_YAML_MAPPING);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        return OSW_OK;
    case YAML_STREAM_END_EVENT:
        *done = true;
        return OSW_OK;
    case YAML_ALIAS_EVENT:
        break;
    default:
        return OSW_OK;
    }
    return osw_diag_fail(b->diag, OSW_ERR_INPUT, place(b, e),
                         "YAML anchors and aliases are not allowed here");
}

static enum osw_status syntax_error(struct builder *b, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return OSW_ERR_MEMORY;
    struct osw_loc at = {b->file, (int)parser->problem_mark.line + 1,
                         (int)parser->problem_mark.column + 1, 1};
    return osw_diag_fail(b->diag, OSW_ERR_INPUT, at, "not valid YAML: %s",
                         parser->problem ? parser->problem : "unreadable");
}

enum osw_status osw_yaml_parse(const char *file, const char *text, size_t len,
                               struct osw_arena *arena, struct osw_diag *diag,
                               const struct osw_yaml **root)
{
    struct builder b = {.file = file, .arena = arena, .diag = diag};
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return OSW_ERR_MEMORY;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
    enum osw_status status = OSW_OK;
    for (bool done = false; !done && !status;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            status = syntax_error(&b, &parser);
            break;
        }
        status = on_event(&b, &event, &done);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    osw_free(b.keys);
    if (status)
        return status;
    if (!b.root)
        return osw_diag_fail(diag, OSW_ERR_INPUT, (struct osw_loc){file, 0, 0, 0},
                             "empty file: expected a YAML mapping");
    *root = b.root;
    return OSW_OK;
}

enum osw_status osw_yaml_read(const char *path, struct osw_arena *arena,
                              struct osw_diag *diag, const struct osw_yaml **root)
{
    const char *file, *text;
    size_t len;
    enum osw_status status = osw_file_read(path, arena, diag, &file, &text, &len);
    return status ? status : osw_yaml_parse(file, text, len, arena, diag, root);
}

const struct osw_yaml *osw_yaml_find(const struct osw_yaml *mapping, const char *key)
{
    for (const struct osw_yaml *n = mapping->first; n; n = n->next)
        if (n->key && !strcmp(n->key, key))
            return n;
    return NULL;
}

enum osw_status osw_yaml_keys(const struct osw_yaml *mapping, const char *const *known,
                              size_t n, struct osw_diag *diag)
{
    enum osw_status status = OSW_OK;
    for (const struct osw_yaml *child = mapping->first; child; child = child->next) {
        size_t i = 0;
        while (i < n && strcmp(child->key, known[i]))
            i++;
        if (i < n)
            continue;
        bool shown = osw_diag_count(diag, OSW_ERROR) < MOST_SUGGESTED;
        const char *closest = shown ? osw_diag_closest(child->key, known, n) : NULL;
        status = closest ? osw_diag_fail(diag, OSW_ERR_INPUT, child->key_at,
                                         "unknown key '%s' (did you mean '%s'?)",
                                         child->key, closest)
                         : osw_diag_fail(diag, OSW_ERR_INPUT, child->key_at,
                                         "unknown key '%s'", child->key);
    }
    return status;
}
