// random.c: the stream of ChaCha20, cut into numbers.
#include "random.h"

#include <string.h>

#include <sodium.h>

#include "grade.h"

void random_start(grade_random *r, uint64_t seed, const char *function, const char *name, uint64_t call)
{
    crypto_generichash_state hash;
    crypto_generichash_init(&hash, (unsigned char *)&seed, sizeof seed, sizeof r->key);
    crypto_generichash_update(&hash, (const unsigned char *)function, strlen(function) + 1);
    crypto_generichash_update(&hash, (const unsigned char *)name, strlen(name) + 1);
    crypto_generichash_final(&hash, r->key, sizeof r->key);
    memcpy(r->nonce, &call, sizeof r->nonce);
    r->used = sizeof r->buffer;
    r->blocks = 0;
}

uint64_t random_next(grade_random *r)
{
    uint64_t x;
    if (r->used + sizeof x > sizeof r->buffer) {
        memset(r->buffer, 0, sizeof r->buffer);
        crypto_stream_chacha20_xor_ic(r->buffer, r->buffer, sizeof r->buffer, r->nonce, r->blocks, r->key);
        r->blocks += sizeof r->buffer / 64;
        r->used = 0;
    }
    memcpy(&x, r->buffer + r->used, sizeof x);
    r->used += sizeof x;
    return x;
}

// Two numbers of 24 bits from each 64.
void grade_random_fill(grade_run *run, float *x, size_t count, float low, float high)
{
    const float step = (high - low) * 0x1p-24f;
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = random_next(&run->random);
        x[i] = low + step * (float)(bits & 0xffffff);
        if (++i < count) x[i] = low + step * (float)(bits >> 32 & 0xffffff);
    }
}

// The remainder's bias is below 2^-32 for every bound used here.
int grade_random_below(grade_run *run, int bound)
{
    return (int)(random_next(&run->random) % (uint64_t)bound);
}
int grade_random_sign(grade_run *run) { return random_next(&run->random) & 1 ? 1 : -1; }

void grade_random_integers(grade_run *run, float *x, size_t count, int low, int high)
{
    for (size_t i = 0; i < count; i++) x[i] = (float)(low + grade_random_below(run, high - low + 1));
}
