/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SHA-256 content hashes of models and parameter sets: the fence around Nettle. */
#ifndef OSW_BASE_HASH_H
#define OSW_BASE_HASH_H

#include <nettle/sha2.h>
#include <stddef.h>

struct osw_hash {
    struct sha256_ctx context;
};

void osw_hash_init(struct osw_hash *hash);
void osw_hash_add(struct osw_hash *hash, const void *bytes, size_t n);
void osw_hash_hex(struct osw_hash *hash, char hex[65]); /* ends the hash */

#endif
