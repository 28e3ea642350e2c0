/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of methods, and the random numbers that several of them draw. */
#include "design/method.h"
#include "base/random.h"
#include "design/design.h"

#include <string.h>

const struct osw_design_method *const osw_methods[] = {
#define MEMBER(name) &osw_method_##name,
    OSW_METHODS(MEMBER)
#undef MEMBER
        NULL};

const char *osw_method_word(int i)
{
    return osw_methods[i] ? osw_methods[i]->name : NULL;
}

bool osw_method_has_key(const struct osw_design_method *method, const char *key)
{
    const char *const *k = method->keys;
    while (*k && strcmp(*k, key) != 0)
        k++;
    return *k;
}

uint64_t osw_method_stream(enum osw_method_purpose purpose, int64_t j)
{
    return (uint64_t)purpose << 48 | (uint64_t)j;
}

double osw_method_uniform(const struct osw_design *d, int j, int64_t i)
{
    return osw_random_uniform(d->seed, osw_method_stream(OSW_PURPOSE_VALUE, j),
                              (uint64_t)i);
}
