/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Linked into a test, its malloc, calloc and realloc count every call of the process,
 * also those of libraries (GNU libc). */
#ifndef OSW_TESTS_BASE_COUNTING_H
#define OSW_TESTS_BASE_COUNTING_H

/* Calls since the program began. */
long counting_calls(void);

#endif
