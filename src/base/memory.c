/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Allocation counting is the one piece of process-wide state: a test hook. */
static atomic_long countdown = -1;
static atomic_long count;

static int may_allocate(void)
{
    atomic_fetch_add(&count, 1);
    long left = atomic_load(&countdown);
    if (left < 0)
        return 1;
    if (left == 0)
        return 0;
    atomic_store(&countdown, left - 1);
    return 1;
}

long osw_memory_fail_after(long n)
{
    atomic_store(&countdown, n);
    return atomic_exchange(&count, 0);
}

void *osw_alloc(size_t n, size_t size)
{
    if (!may_allocate())
        return NULL;
    return calloc(n ? n : 1, size ? size : 1);
}

enum osw_status osw_grow(void **array, size_t n_old, size_t n_new, size_t size)
{
    if (n_new > SIZE_MAX / size || !may_allocate())
        return OSW_ERR_MEMORY;
    char *grown = realloc(*array, n_new * size);
    if (!grown)
        return OSW_ERR_MEMORY;
    if (n_new > n_old)
        memset(grown + n_old * size, 0, (n_new - n_old) * size);
    *array = grown;
    return OSW_OK;
}

void osw_free(void *memory)
{
    free(memory);
}

/* Arena: a list of chunks, newest first; an object larger than a chunk gets its own. */
enum { CHUNK_BYTES = 1 << 15 };

struct chunk {
    struct chunk *next;
    size_t used, room;
    alignas(max_align_t) char bytes[];
};

struct osw_arena {
    struct chunk *chunks;
};

struct osw_arena *osw_arena_create(void)
{
    return osw_alloc(1, sizeof(struct osw_arena));
}

void osw_arena_destroy(struct osw_arena *arena)
{
    if (!arena)
        return;
    for (struct chunk *c = arena->chunks, *next; c; c = next) {
        next = c->next;
        osw_free(c);
    }
    osw_free(arena);
}

static struct chunk *chunk_add(struct osw_arena *arena, size_t bytes)
{
    size_t room = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    struct chunk *c = osw_alloc(1, sizeof *c + room);
    if (!c)
        return NULL;
    c->room = room;
    c->next = arena->chunks;
    arena->chunks = c;
    return c;
}

void *osw_arena_alloc(struct osw_arena *arena, size_t n, size_t size)
{
    size_t align = alignof(max_align_t);
    if (size && n > (SIZE_MAX - CHUNK_BYTES) / size)
        return NULL;
    size_t bytes = (n * size + align - 1) / align * align;
    struct chunk *c = arena->chunks;
    if (!c || c->room - c->used < bytes)
        c = chunk_add(arena, bytes);
    if (!c)
        return NULL;
    void *object = c->bytes + c->used;
    c->used += bytes;
    return object;
}

char *osw_arena_copy(struct osw_arena *arena, const char *text, size_t len)
{
    char *copy = osw_arena_alloc(arena, len + 1, 1);
    if (copy)
        memcpy(copy, text, len);
    return copy;
}

char *osw_arena_string(struct osw_arena *arena, const char *text)
{
    return osw_arena_copy(arena, text, strlen(text));
}

char *osw_arena_format(struct osw_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len < 0 ? NULL : osw_arena_alloc(arena, (size_t)len + 1, 1);
    if (!text)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}
