/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Memory and content hashes: zeroed, aligned, overflow refused, failure injected. */
#include "base/hash.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void test_arena(void **state)
{
    (void)state;
    struct osw_arena *arena = osw_arena_create();
    assert_non_null(arena);
    for (size_t n = 1; n < 100000; n = n * 3 + 1) {
        unsigned char *object = osw_arena_alloc(arena, n, 1);
        assert_non_null(object);
        assert_int_equal((uintptr_t)object % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(object[i], 0);
        memset(object, 0xff, n);
    }
    assert_string_equal(osw_arena_format(arena, "%s-%d", "x", 7), "x-7");
    assert_null(osw_arena_alloc(arena, SIZE_MAX / 2, 8));
    osw_arena_destroy(arena);
}

static void test_failure_is_injected(void **state)
{
    (void)state;
    osw_memory_fail_after(1);
    void *first = osw_alloc(1, 1), *second = osw_alloc(1, 1);
    osw_memory_fail_after(-1);
    assert_non_null(first);
    assert_null(second);
    osw_free(first);
}

static void test_sha256(void **state)
{
    (void)state; /* FIPS 180-4 example: "abc" */
    struct osw_hash hash;
    char hex[65];
    osw_hash_init(&hash);
    osw_hash_add(&hash, "a", 1);
    osw_hash_add(&hash, "bc", 2);
    osw_hash_hex(&hash, hex);
    assert_string_equal(
        hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_arena),
                                       cmocka_unit_test(test_failure_is_injected),
                                       cmocka_unit_test(test_sha256)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
