/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A compiled model in the cache carries the SHA-256 of its bytes behind them, where a
 * loader does not look: one that is cut short or damaged is compiled again, not loaded.
 */
#ifndef OSW_MODEL_OBJECT_H
#define OSW_MODEL_OBJECT_H

#include <stdbool.h>

bool osw_object_seal(const char *path); /* false: errno tells why it cannot be written */

/* A regular file of one's own, which nobody else can write, with an agreeing seal. */
bool osw_object_is_sound(const char *path);

#endif
