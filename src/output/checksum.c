/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/checksum.h"
#include "base/hash.h"

#include <ctype.h>
#include <string.h>

enum { PREFIX = 7, DIGITS = OSW_CHECKSUM_BYTES - PREFIX };

static void digest(const char *bytes, size_t n, char hex[DIGITS + 1])
{
    struct osw_hash hash;
    osw_hash_init(&hash);
    osw_hash_add(&hash, bytes, n);
    osw_hash_hex(&hash, hex);
}

bool osw_checksum_fill(char *bytes, size_t n)
{
    char hex[DIGITS + 1];
    char *blank = memmem(bytes, n, OSW_CHECKSUM_BLANK, OSW_CHECKSUM_BYTES);
    if (!blank)
        return false;
    digest(bytes, n, hex);
    memcpy(blank + PREFIX, hex, DIGITS);
    return true;
}

static bool is_checksum(const char *at)
{
    for (int i = 0; i < DIGITS; i++)
        if (!isxdigit((unsigned char)at[PREFIX + i]))
            return false;
    return true;
}

static bool agrees(char *bytes, size_t n, char *at)
{
    char hex[DIGITS + 1], kept[DIGITS];
    memcpy(kept, at + PREFIX, DIGITS);
    memcpy(at, OSW_CHECKSUM_BLANK, OSW_CHECKSUM_BYTES);
    digest(bytes, n, hex);
    memcpy(at + PREFIX, kept, DIGITS);
    return !memcmp(hex, kept, DIGITS);
}

enum osw_checksum osw_checksum_check(char *bytes, size_t n)
{
    enum { MOST_TRIED = 8 }; /* a text in the file may look like a checksum */
    enum osw_checksum found = OSW_CHECKSUM_NONE;
    char *at = bytes, *end = bytes + n;
    for (int tried = 0; tried < MOST_TRIED; at += PREFIX) {
        at = memmem(at, (size_t)(end - at), OSW_CHECKSUM_BLANK, PREFIX);
        if (!at || end - at < OSW_CHECKSUM_BYTES)
            break;
        if (!is_checksum(at))
            continue;
        if (agrees(bytes, n, at))
            return OSW_CHECKSUM_GOOD;
        found = OSW_CHECKSUM_BROKEN;
        tried++;
    }
    return found;
}
