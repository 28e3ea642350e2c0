/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fuzz target: any bytes as a YAML document; the tree is walked and the diagnostics
 * rendered. */
#include "text/yaml.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

static size_t walk(const struct osw_yaml *node)
{
    size_t nodes = 1;
    for (const struct osw_yaml *child = node->first; child; child = child->next)
        nodes += walk(child);
    return nodes;
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_diag *diag = osw_diag_create();
    const struct osw_yaml *root;
    char *text = arena ? osw_arena_copy(arena, (const char *)bytes, n) : NULL;
    if (text && diag) {
        const char *file = osw_diag_file(diag, "fuzz.yaml");
        osw_diag_source(diag, file, text, n);
        if (osw_yaml_parse(file, text, n, arena, diag, &root) == OSW_OK)
            osw_diag_add(diag, OSW_NOTE, root->at, "%zu nodes", walk(root));
        FILE *out = fopen("/dev/null", "w");
        if (out) {
            osw_diag_render(diag, out, true);
            fclose(out);
        }
    }
    osw_diag_destroy(diag);
    osw_arena_destroy(arena);
    return 0;
}
