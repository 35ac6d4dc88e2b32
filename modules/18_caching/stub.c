// Module 18: caching. Nine exercises: a cache of keys and values, the kernels that use it, the model and the
// text that it generates. Begin with 1 to 4, with 5 and 6, or with 7, as you like; 8 and 9 need all of them.
//
// The contract of every function is in caching.h. In short: C = heads * head is the width, rows are dense,
// and a layer's row t is token t's. If a call fails, return its status. Given, and out may be x:
//   nn_layer_norm(out, x, gain, bias, eps, rows, cols)    by rows (nn/layers.h)
//   ops_add_bias(out, x, bias, rows, cols)                to every row (ops/ops.h)
//   nn_gelu(out, x, count)                                (nn/layers.h)
//   backend->matmul(out, a, b, m, n, k)                   for several rows; out is another array (ops/backend.h)
//   fast_exp(x)                                           an exp that the compiler can vectorise (nn/fast_exp.h)
//   tt_scratch(slot, bytes)                               working memory (core/scratch.h)
//
// `return TT_TODO;` says that an exercise is not written yet. Delete it where you begin.
#include "caching.h"

#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "nn/fast_exp.h"
#include "nn/layers.h"
#include "ops/ops.h"
#include "core/scratch.h"
#include "core/vec.h"

// 1. The cache's memory
//
// Approach: refuse sizes below 1, and a product layers * capacity * heads * head whose bytes do not fit in a
// size_t (__builtin_mul_overflow tells you). Allocate k, v and rows, all of them here: a reallocation later
// would move the rows that an earlier view points to. Set *cache only when every allocation succeeded.
// Example: 2 layers, 4 heads of 8, capacity 10: k and v have 2 * 10 * 32 floats each, rows is 0 0, length 0.
tt_status kv_cache_init(kv_cache *cache, int layers, int heads, int head, int capacity)
{
    // TODO
    (void)cache, (void)layers, (void)heads, (void)head, (void)capacity;
    return TT_TODO;
}

// Given: frees what init allocates with malloc, calloc or aligned_alloc.
void kv_cache_finish(kv_cache *cache)
{
    if (!cache) return;
    free(cache->rows), free(cache->k), free(cache->v);
    *cache = (kv_cache){0};
}

// 2. Rows in, rows out
//
// Approach: layer l's row t begins at float (l * capacity + t) * heads * head of k, and of v. Append copies
// after the rows[layer] rows that are there, or refuses: an unknown layer, or more than fits. View gives two
// pointers and copies nothing. Compute offsets in size_t: those of long caches overflow an int.
// Example: capacity 3, two rows held. Append of one: fine, rows[layer] is 3. One more: TT_BAD_SHAPE, still 3.
tt_status kv_cache_append(kv_cache *cache, int layer, const float *k, const float *v, int tokens)
{
    // TODO
    (void)cache, (void)layer, (void)k, (void)v, (void)tokens;
    return TT_TODO;
}

tt_status kv_cache_view(const kv_cache *cache, int layer, int tokens, const float **k, const float **v)
{
    // TODO
    (void)cache, (void)layer, (void)tokens, (void)k, (void)v;
    return TT_TODO;
}

// 3. Complete tokens
//
// Approach: during a forward pass the first layers hold a token that the last do not. Advance adds it to
// length once all layers have it; reset forgets all rows from `keep` on, in every layer, complete or not.
// Example: length 5, all layers hold 7 rows: advance(2) gives length 7, advance(1) and (3) are refused.
// After reset(4) all hold 4.
tt_status kv_cache_advance(kv_cache *cache, int tokens)
{
    // TODO
    (void)cache, (void)tokens;
    return TT_TODO;
}

tt_status kv_cache_reset(kv_cache *cache, int keep)
{
    // TODO
    (void)cache, (void)keep;
    return TT_TODO;
}

// 4. The interface past_kv
//
// Approach: two static functions with the types in struct past_kv (nn/gpt.h) that take your cache as `state`.
// A forward pass appends to layer 0, 1, 2, ... in order; after the last layer's append, advance the cache.
// Example: gpt_forward on a prompt of 5 calls view(0), then append(0, 5 rows), view(0),
// append(1, 5 rows), view(1), ...
tt_status kv_cache_past(struct past_kv *past, kv_cache *cache)
{
    // TODO
    (void)past, (void)cache;
    return TT_TODO;
}

// 5. Attention for one token
//
// Approach: scores[h][t] = q_h . k_t,h / sqrt(head); from each head's scores subtract their largest, take
// fast_exp, divide by their sum; out_h = sum of weight * v_t,h. Let t be the outer loop and heads the inner
// one, so that rows are read in order. In a dot product each addition waits for the one before: keep several
// sums (`vec`), and add several rows of v at a time.
// Example: two keys with scores 0 and ln 3: weights 1/4 and 3/4, out = v_0 / 4 + 3 v_1 / 4.
tt_status attention_decode(float *out, const float *q, const float *k, const float *v, attention_shape s)
{
    // TODO
    (void)out, (void)q, (void)k, (void)v, (void)s;
    return TT_TODO;
}

// 6. Attention for a block
//
// Approach: query i sees keys - queries + i + 1 keys, itself included. Simplest: exercise 5's loop for each
// query. That is right and passes the pace; the points for speed need two products of matrices. So: keys in
// blocks of 256, copied transposed, so that a tile of sums in registers (module 15) computes the scores of a
// few queries; an online softmax: when a larger score comes, multiply sum and out so far by exp(old - new);
// then the tile again, weights times v. The lesson's section 7 explains why.
// Example: 5 keys, 2 queries: the first sees 4, the second 5.
tt_status attention_prefill(float *out, const float *q, const float *k, const float *v, attention_shape s)
{
    // TODO
    (void)out, (void)q, (void)k, (void)v, (void)s;
    return TT_TODO;
}

// 7. One row times a matrix
//
// Approach: start out with the bias; then for every p add x[p] times row p of w to it: that reads w once
// and in order. Take 4 or 8 rows of w at a time, so that out is loaded and stored once for all of them
// (`restrict` lets the compiler use vectors). With threads (`#pragma omp parallel
// num_threads(threads)`), give each its own columns of out, or, faster, its own rows of w and its own
// sums, which are added up at the end.
// Example: x = (2 3), w = (1 0 / 4 5), bias = (10 20): 10 + 2*1 + 3*4 = 24, 20 + 2*0 + 3*5 = 35.
tt_status decode_matvec(float *out, const float *x, const float *w, const float *bias, int n, int k)
{
    // TODO
    (void)out, (void)x, (void)w, (void)bias, (void)n, (void)k;
    return TT_TODO;
}

tt_status decode_matvec_threaded(float *out, const float *x, const float *w, const float *bias, int n, int k,
                                 int threads)
{
    // TODO
    (void)out, (void)x, (void)w, (void)bias, (void)n, (void)k, (void)threads;
    return TT_TODO;
}

// 8. The model
//
// Approach: check everything first (ids too). x[t] = tokens[ids[t]] + positions[past + t]. Per block:
// norm1; qkv; append the new keys and values to the cache's layer and view all of them (without a cache
// they are in qkv, 3 C floats apart); attention; project, add to x; norm2; widen, gelu, narrow, add to x.
// Last norm and head for the last `rows` tokens. Write one helper for "x w + bias" that uses exercise 7 for
// one row, backend->matmul and ops_add_bias for several. At the end advance; if anything failed, reset to
// the length before.
// Example: a cache of 5 tokens and count = 1: position 5, keys 0 .. 5; afterwards the cache's length is 6.
tt_status transformer_forward(float *logits, int rows, const transformer *m, const int *ids, int count,
                              kv_cache *cache, int threads)
{
    // TODO
    (void)logits, (void)rows, (void)m, (void)ids, (void)count, (void)cache, (void)threads;
    return TT_TODO;
}

// 9. Text
//
// Approach: a loop: compute the logits of the last token (rows = 1), call pick, store the id. Without a cache
// each pass computes the whole text; with one the first pass computes the prompt, every other the token that
// was picked last. Stop when prompt and new tokens fill the context.
// Example: context 8, prompt 5, want 10: 3 tokens, *made = 3, TT_OK. The cache then holds 7, not the last.
tt_status transformer_generate(int *ids, int *made, const transformer *m, int prompt, int want,
                               token_sampler sampler, kv_cache *cache, int threads)
{
    // TODO
    (void)ids, (void)made, (void)m, (void)prompt, (void)want, (void)sampler, (void)cache, (void)threads;
    return TT_TODO;
}
