/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Memory. Every allocation of the program goes through these, so that tests can make the
 * n-th one fail. Memory is zeroed. NULL means out of memory: return OSW_ERR_MEMORY.
 * An arena owns many small objects with one lifetime (a parsed file, a scenario). */
#ifndef OSW_BASE_MEMORY_H
#define OSW_BASE_MEMORY_H

#include "base/status.h"
#include <stddef.h>

/* n * size zeroed bytes; NULL when memory is out or the product overflows. n 0 gives a
 * valid pointer to nothing. */
void *osw_alloc(size_t n, size_t size) OSW_MUST_CHECK;

/* Grow an array in place: *array is replaced only on success; new bytes are zeroed. */
enum osw_status osw_grow(void **array, size_t n_old, size_t n_new,
                         size_t size) OSW_MUST_CHECK;

void osw_free(void *memory);

struct osw_arena;
struct osw_arena *osw_arena_create(void) OSW_MUST_CHECK;
void osw_arena_destroy(struct osw_arena *arena);

/* Zeroed, aligned for any type, lives as long as the arena. */
void *osw_arena_alloc(struct osw_arena *arena, size_t n, size_t size) OSW_MUST_CHECK;
char *osw_arena_copy(struct osw_arena *arena, const char *text,
                     size_t len) OSW_MUST_CHECK;
char *osw_arena_string(struct osw_arena *arena, const char *text) OSW_MUST_CHECK;
char *osw_arena_format(struct osw_arena *arena, const char *format, ...) OSW_MUST_CHECK
    OSW_PRINTF(2, 3);

/* Tests only: the (n+1)-th allocation from now fails, and all after it; -1 turns it off.
 * Returns how many allocations have been made since the last call. */
long osw_memory_fail_after(long n);

#endif
