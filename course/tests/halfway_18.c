// halfway_18.c: a student's file in the middle of the work: one function is written, others refuse what is right, write
// outside their arrays, never end, or are not there at all.
#include "caching.h"

int helper(int x) { return x + 1; }

tt_status decode_matvec(float *out, const float *x, const float *w, const float *bias, int n, int k)
{
    for (int j = 0; j < n; j++) out[j] = bias ? bias[j] : 0;
    for (int p = 0; p < k; p = helper(p))
        for (int j = 0; j < n; j++) out[j] += x[p] * w[(size_t)p * n + j];
    return TT_OK;
}

tt_status kv_cache_init(kv_cache *cache, int layers, int heads, int head, int capacity)
{
    (void)cache, (void)layers, (void)heads, (void)head, (void)capacity;
    return TT_BAD_SHAPE;
}

tt_status attention_decode(float *out, const float *q, const float *k, const float *v, attention_shape s)
{
    (void)q, (void)k, (void)v, (void)s;
    for (long far = 1L << 40;; far++) out[far] = 0;
}

tt_status kv_cache_reset(kv_cache *cache, int keep)
{
    for (volatile int steps = keep;; steps++) (void)cache;
}

tt_status attention_prefill(float *out, const float *q, const float *k, const float *v, attention_shape s)
{
    (void)out, (void)q, (void)k, (void)v, (void)s;
    return TT_TODO;
}
