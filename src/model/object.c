/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/object.h"
#include "base/hash.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGITS = 64, PIECE = 1 << 14 };

/* The hash of the first n bytes of a file; false when it has fewer. */
static bool digest(FILE *in, long n, char hex[DIGITS + 1])
{
    char piece[PIECE];
    struct osw_hash hash;
    osw_hash_init(&hash);
    while (n > 0) {
        size_t wanted = n < PIECE ? (size_t)n : PIECE;
        if (fread(piece, 1, wanted, in) != wanted)
            return false;
        osw_hash_add(&hash, piece, wanted);
        n -= (long)wanted;
    }
    osw_hash_hex(&hash, hex);
    return true;
}

bool osw_object_seal(const char *path)
{
    struct stat st;
    char hex[DIGITS + 1];
    FILE *file = fopen(path, "r+");
    if (!file)
        return false;
    bool good = fstat(fileno(file), &st) == 0 && digest(file, (long)st.st_size, hex) &&
                fseek(file, 0, SEEK_END) == 0 && fwrite(hex, 1, DIGITS, file) == DIGITS;
    return (fclose(file) == 0) && good;
}

static bool is_own(const struct stat *st)
{
    return S_ISREG(st->st_mode) && st->st_uid == geteuid() &&
           !(st->st_mode & (S_IWGRP | S_IWOTH));
}

bool osw_object_is_sound(const char *path)
{
    struct stat st;
    char hex[DIGITS + 1], kept[DIGITS];
    if (stat(path, &st) != 0 || !is_own(&st) || st.st_size <= DIGITS)
        return false;
    FILE *in = fopen(path, "r");
    if (!in)
        return false;
    bool sound = digest(in, (long)st.st_size - DIGITS, hex) &&
                 fread(kept, 1, DIGITS, in) == DIGITS && !memcmp(hex, kept, DIGITS);
    fclose(in);
    return sound;
}
