/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch version: which program, made from what. Touches no model and no file. */
#include "cli/build.h"
#include "cli/log.h"
#include "model/kernel.h"

struct options {
    struct osw_common_options common;
    bool json;
};

#define S struct options
static const struct osw_option option_table[] = {
    OSW_ROW_JSON(S, "as a JSON object"),
};
#undef S

static const struct library {
    const char *name, *version;
} libraries[] = {
#define LIBRARY(name, version) {name, version},
    OSW_LIBRARIES(LIBRARY)
#undef LIBRARY
};
enum { N_LIBRARIES = sizeof libraries / sizeof *libraries };

static enum osw_status run(struct osw_session *session, const void *options)
{
    (void)session;
    const struct options *o = options;
    if (!o->json) {
        printf("osteoswitch %s (%s)\ncompiler: %s\nkernel interface: %d\n", OSW_VERSION,
               OSW_REVISION, __VERSION__, OSW_KERNEL_ABI);
        for (int i = 0; i < N_LIBRARIES; i++)
            printf("%s: %s\n", libraries[i].name, libraries[i].version);
        return OSW_OK;
    }
    printf("{\"program\": \"osteoswitch\", \"version\": \"%s\", \"revision\": \"%s\",\n"
           " \"compiler\": ",
           OSW_VERSION, OSW_REVISION);
    osw_json_string(stdout, __VERSION__);
    printf(", \"kernel_abi\": %d,\n \"libraries\": {", OSW_KERNEL_ABI);
    for (int i = 0; i < N_LIBRARIES; i++)
        printf("%s\"%s\": \"%s\"", i ? ", " : "", libraries[i].name,
               libraries[i].version);
    puts("}}");
    return OSW_OK;
}

const struct osw_command osw_command_version = {
    .name = "version",
    .operands = "",
    .summary = "Say which program this is",
    .least = 0,
    .most = 0,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
