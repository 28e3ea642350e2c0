/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/status.h"

static const struct {
    int exit_code;
    const char *text;
} statuses[] = {
#define ROW(name, code, words) [OSW_##name] = {code, words},
    OSW_STATUS_LIST(ROW)
#undef ROW
};

const char *osw_status_text(enum osw_status status)
{
    return statuses[status].text;
}

int osw_status_exit_code(enum osw_status status)
{
    return statuses[status].exit_code;
}
