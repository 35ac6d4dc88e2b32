// functions_18.c: the functions of module 18 that a transformer with a cache needs. What is nobody's computes the whole
// text anew for each token.
#include <stdlib.h>

#include "caching.h"

#include "seam.h"

static const float rows[] = {1, 2, 3, 4}; // two tokens of one head of two numbers
static const attention_shape two_keys = {
    .queries = 1, .keys = 2, .heads = 1, .head = 2, .q_row = 2, .kv_row = 2};

COURSE_FUNCTION(18, kv_cache_init, (kv_cache * cache, int layers, int heads, int head, int capacity),
                (cache, layers, heads, head, capacity), NULL, {
                    kv_cache made = {0};
                    return f(&made, 1, 1, 2, 2);
                })

// A module gives this one; it frees what its own init allocated.
void mine_kv_cache_finish(kv_cache *cache) __attribute__((weak));
void reference_kv_cache_finish(kv_cache *cache) __attribute__((weak));

void kv_cache_finish(kv_cache *cache)
{
    const course_side whose = row_kv_cache_init.whose;
    if (whose == COURSE_MINE && mine_kv_cache_finish) mine_kv_cache_finish(cache);
    if (whose == COURSE_REFERENCE && reference_kv_cache_finish) reference_kv_cache_finish(cache);
}

// The interface, with what it calls: a token in, a token out.
COURSE_FUNCTION(18, kv_cache_past, (struct past_kv * past, kv_cache *cache), (past, cache), NULL, {
    int held[] = {0};
    float k[4], v[4];
    kv_cache cache = {.layers = 1, .heads = 1, .head = 2, .capacity = 2, .rows = held, .k = k, .v = v};
    struct past_kv past;
    const float *all_k, *all_v;
    int tokens;
    tt_status status = f(&past, &cache);
    if (status == TT_OK) status = past.append(past.state, 0, rows, rows, 1);
    return status == TT_OK ? past.view(past.state, 0, &all_k, &all_v, &tokens) : status;
})

COURSE_FUNCTION(18, kv_cache_reset, (kv_cache * cache, int keep), (cache, keep), NULL, {
    int held[] = {1};
    float k[4], v[4];
    kv_cache cache = {
        .layers = 1, .heads = 1, .head = 2, .capacity = 2, .length = 1, .rows = held, .k = k, .v = v};
    return f(&cache, 0);
})

#define ATTENTION(function)                                                                                  \
    COURSE_FUNCTION(18, function,                                                                            \
                    (float *out, const float *q, const float *k, const float *v, attention_shape s),         \
                    (out, q, k, v, s), NULL, {                                                               \
                        float out[2];                                                                        \
                        return f(out, rows, rows, rows, two_keys);                                           \
                    })

ATTENTION(attention_decode)
ATTENTION(attention_prefill)

COURSE_FUNCTION(18, decode_matvec,
                (float *out, const float *x, const float *w, const float *bias, int n, int k),
                (out, x, w, bias, n, k), NULL, {
                    float out[2];
                    return f(out, rows, rows, NULL, 2, 2);
                })
