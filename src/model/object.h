/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A compiled model in the cache carries a SHA-256 of its name and bytes behind them,
 * where a loader does not look: one that is cut short, damaged or under another's name is
 * compiled again, not loaded. All work is on open files, so that what was looked at is
 * what is loaded. */
#ifndef OSW_MODEL_OBJECT_H
#define OSW_MODEL_OBJECT_H

#include <stdbool.h>

/* Append the seal for `name` to an object open for reading and writing; false: errno. */
bool osw_object_seal(int fd, const char *name);

/* Open the object `name` of the folder: a regular file of one's own (no link), which
 * nobody else can write, with an agreeing seal. -1 when there is none. */
int osw_object_open(int folder, const char *name);

#endif
