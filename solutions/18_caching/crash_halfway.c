// crash_halfway.c: a student's file in the middle of the work: the cache's memory is there, an append reaches
// far outside it, the rest is as shipped. Lesson, benchmark and grader must go on round it.
#include "caching.h"

#include <stdlib.h>

tt_status kv_cache_init(kv_cache *cache, int layers, int heads, int head, int capacity)
{
    if (!cache) return TT_BAD_VALUE;
    if (layers < 1 || heads < 1 || head < 1 || capacity < 1 || layers > 1000) return TT_BAD_SHAPE;
    size_t floats = (size_t)layers * capacity * heads * head;
    *cache = (kv_cache){layers,
                        heads,
                        head,
                        capacity,
                        0,
                        calloc((size_t)layers, sizeof(int)),
                        calloc(floats, sizeof(float)),
                        calloc(floats, sizeof(float))};
    return TT_OK;
}

void kv_cache_finish(kv_cache *cache)
{
    if (!cache) return;
    free(cache->rows), free(cache->k), free(cache->v);
    *cache = (kv_cache){0};
}

tt_status kv_cache_append(kv_cache *cache, int layer, const float *k, const float *v, int tokens)
{
    (void)layer, (void)v, (void)tokens;
    for (long far = 1L << 40;; far++) cache->k[far] = k[far];
}

tt_status kv_cache_view(const kv_cache *cache, int layer, int tokens, const float **k, const float **v)
{
    (void)cache, (void)layer, (void)tokens, (void)k, (void)v;
    return TT_TODO;
}

tt_status kv_cache_advance(kv_cache *cache, int tokens) { return (void)cache, (void)tokens, TT_TODO; }
tt_status kv_cache_reset(kv_cache *cache, int keep) { return (void)cache, (void)keep, TT_TODO; }
tt_status kv_cache_past(struct past_kv *past, kv_cache *cache) { return (void)past, (void)cache, TT_TODO; }

tt_status attention_decode(float *out, const float *q, const float *k, const float *v, attention_shape s)
{
    (void)out, (void)q, (void)k, (void)v, (void)s;
    return TT_TODO;
}

tt_status attention_prefill(float *out, const float *q, const float *k, const float *v, attention_shape s)
{
    (void)out, (void)q, (void)k, (void)v, (void)s;
    return TT_TODO;
}

tt_status decode_matvec(float *out, const float *x, const float *w, const float *bias, int n, int k)
{
    (void)out, (void)x, (void)w, (void)bias, (void)n, (void)k;
    return TT_TODO;
}

tt_status decode_matvec_threaded(float *out, const float *x, const float *w, const float *bias, int n, int k,
                                 int threads)
{
    (void)out, (void)x, (void)w, (void)bias, (void)n, (void)k, (void)threads;
    return TT_TODO;
}

tt_status transformer_forward(float *logits, int rows, const transformer *m, const int *ids, int count,
                              kv_cache *cache, int threads)
{
    (void)logits, (void)rows, (void)m, (void)ids, (void)count, (void)threads;
    return cache ? kv_cache_append(cache, 0, logits, logits, 1) : TT_TODO;
}

tt_status transformer_generate(int *ids, int *made, const transformer *m, int prompt, int want,
                               token_sampler sampler, kv_cache *cache, int threads)
{
    (void)made, (void)prompt, (void)want, (void)sampler;
    return transformer_forward((float *)ids, 1, m, ids, 1, cache, threads);
}
