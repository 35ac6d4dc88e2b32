// random.h: inputs that nobody can foresee who does not know the seed, and everybody can repeat who does.
//
// ChaCha20 (RFC 8439) with a key made of seed and case, and the number of the call as its nonce: from the
// inputs of one call nothing follows about the next, so there is nothing to prepare. libsodium does the
// arithmetic.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    unsigned char key[32], nonce[8], buffer[4096];
    size_t used;     // of buffer
    uint64_t blocks; // of 64 bytes, so far
} grade_random;

// The numbers of call `call` of the case called `function` and `name`.
void random_start(grade_random *r, uint64_t seed, const char *function, const char *name, uint64_t call);

uint64_t random_next(grade_random *r);
