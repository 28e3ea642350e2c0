/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"

void osw_hash_init(struct osw_hash *hash)
{
    sha256_init(&hash->context);
}

void osw_hash_add(struct osw_hash *hash, const void *bytes, size_t n)
{
    sha256_update(&hash->context, n, bytes);
}

void osw_hash_hex(struct osw_hash *hash, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[SHA256_DIGEST_SIZE];
    sha256_digest(&hash->context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[2 * sizeof digest] = '\0';
}
