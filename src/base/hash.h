/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SHA-256 (FIPS 180-4), for content hashes of models and parameter sets. */
#ifndef OSW_BASE_HASH_H
#define OSW_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct osw_hash {
    uint32_t h[8];
    uint64_t n_bytes;
    unsigned char block[64];
};

void osw_hash_init(struct osw_hash *hash);
void osw_hash_add(struct osw_hash *hash, const void *bytes, size_t n);
void osw_hash_hex(struct osw_hash *hash, char hex[65]); /* ends the hash */

#endif
