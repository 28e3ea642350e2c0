/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * YAML documents as a tree with places: the fence around libyaml. One document a file;
 * anchors and aliases are refused, a repeated key is an error, nesting is at most 32
 * deep. */
#ifndef OSW_TEXT_YAML_H
#define OSW_TEXT_YAML_H

#include "text/file.h"

enum osw_yaml_kind { OSW_YAML_SCALAR, OSW_YAML_SEQUENCE, OSW_YAML_MAPPING };

struct osw_yaml {
    enum osw_yaml_kind kind;
    struct osw_loc at;
    const char *text; /* scalar: its text; else NULL */
    const char *key;  /* in a mapping: its key; else NULL */
    struct osw_loc key_at;
    const struct osw_yaml *first; /* first child of a sequence or mapping */
    const struct osw_yaml *next;  /* next sibling */
    size_t n;                     /* number of children */
};

enum osw_status osw_yaml_parse(const char *file, const char *text, size_t len,
                               struct osw_arena *arena, struct osw_diag *diag,
                               const struct osw_yaml **root) OSW_MUST_CHECK;
enum osw_status osw_yaml_read(const char *path, struct osw_arena *arena,
                              struct osw_diag *diag,
                              const struct osw_yaml **root) OSW_MUST_CHECK;

/* Child of a mapping by key, or NULL. */
const struct osw_yaml *osw_yaml_find(const struct osw_yaml *mapping, const char *key);

/* Every key of the mapping is one of `known`, else OSW_ERR_INPUT with "did you mean". */
enum osw_status osw_yaml_keys(const struct osw_yaml *mapping, const char *const *known,
                              size_t n, struct osw_diag *diag) OSW_MUST_CHECK;

#endif
