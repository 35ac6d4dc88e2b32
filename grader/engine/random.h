// random.h: random inputs that nobody can predict without the seed and everybody can repeat with it.
//
// ChaCha20 (RFC 8439) with a key made from seed and case, and the number of the call as its nonce. The
// inputs of one call tell nothing about those of the next, so a submission cannot prepare for them.
// libsodium does the arithmetic.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    unsigned char key[32], nonce[8], buffer[4096];
    size_t used;     // of buffer
    uint64_t blocks; // of 64 bytes, so far
} grade_random;

// Start the numbers for call number `call` of the case with this `function` and `name`.
void random_start(grade_random *r, uint64_t seed, const char *function, const char *name, uint64_t call);

uint64_t random_next(grade_random *r);
