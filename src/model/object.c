/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The seal is 64 hexadecimal digits at the end of the file, over the name, a NUL and all
 * bytes before it. */
#include "model/object.h"
#include "base/hash.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGITS = 64, PIECE = 1 << 14 };

/* The hash of the name and the first n bytes; false when there are fewer. */
static bool digest(int fd, const char *name, off_t n, char hex[DIGITS + 1])
{
    char piece[PIECE];
    struct osw_hash hash;
    osw_hash_init(&hash);
    osw_hash_add(&hash, name, strlen(name) + 1);
    for (off_t at = 0; at < n;) {
        size_t wanted = n - at < PIECE ? (size_t)(n - at) : PIECE;
        ssize_t got = pread(fd, piece, wanted, at);
        if (got <= 0)
            return false;
        osw_hash_add(&hash, piece, (size_t)got);
        at += got;
    }
    osw_hash_hex(&hash, hex);
    return true;
}

bool osw_object_seal(int fd, const char *name)
{
    struct stat st;
    char hex[DIGITS + 1];
    return fstat(fd, &st) == 0 && digest(fd, name, st.st_size, hex) &&
           pwrite(fd, hex, DIGITS, st.st_size) == DIGITS;
}

static bool is_sound(int fd, const char *name)
{
    struct stat st;
    char hex[DIGITS + 1], kept[DIGITS];
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
        (st.st_mode & (S_IWGRP | S_IWOTH)) || st.st_size <= DIGITS)
        return false;
    off_t n = st.st_size - DIGITS;
    return digest(fd, name, n, hex) && pread(fd, kept, DIGITS, n) == DIGITS &&
           !memcmp(hex, kept, DIGITS);
}

int osw_object_open(int folder, const char *name)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || is_sound(fd, name))
        return fd;
    close(fd);
    return -1;
}
