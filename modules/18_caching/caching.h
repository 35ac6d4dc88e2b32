// caching.h: a cache of keys and values, and the decoding that uses it.
//
// Letters  T tokens, C width = heads * head, V vocab. "Past" is what the cache holds when a call begins.
// Layout   a layer's keys, and its values, are rows: (capacity, C), row t is token t's, with the heads side
//          by side. So an append is one copy of C floats in a row, a view is two pointers and no copy, and
//          the attention loop reads whole cache lines front to back; it is also the layout of struct past_kv
//          (nn/gpt.h). All layers are one array (layers, capacity, C), allocated once, by kv_cache_init.
// The end  positions are learned and absolute: there are m->context of them. Dropping the oldest token would
//          move every other token to another position, and all that the cache holds would be wrong. So a text
//          ends where the context ends: transformer_generate stops, says how many tokens it made, and returns
//          TT_OK; transformer_forward refuses what does not fit.
// Errors   TT_BAD_SHAPE: sizes below 1, or tokens that do not fit cache or context. TT_BAD_VALUE: a pointer
//          that is needed is NULL, no such layer or id. TT_NO_MEMORY. A refused call leaves outputs and cache
//          as they were.
// Overlap  outputs must not overlap inputs.
// Threads  one, unless a parameter says otherwise. One cache belongs to one text.
// Sources  Shazeer: "Fast Transformer Decoding: One Write-Head is All You Need" (2019), section 2.4, for what
//          incremental decoding reads. Pope et al.: "Efficiently Scaling Transformer Inference" (2022),
//          section 2, for prefill and decode and what bounds each.
#pragma once

#include "nn/gpt.h" // struct past_kv, the interface of a cache

// --- The cache ---

typedef struct {
    int layers, heads, head, capacity;
    int length;   // tokens that are complete: every layer holds them
    int *rows;    // (layers) rows that each layer holds: length, or more between append and advance
    float *k, *v; // (layers, capacity, heads * head)
} kv_cache;

// 1. An empty cache for `capacity` tokens. All memory is allocated here, none later. *cache is overwritten;
//    sizes whose bytes do not fit in a size_t are TT_BAD_SHAPE.
tt_status kv_cache_init(kv_cache *cache, int layers, int heads, int head, int capacity);

// Free and zero. NULL and a zeroed cache are fine. It cannot fail and is not graded by itself.
void kv_cache_finish(kv_cache *cache);

// 2. Append `tokens` >= 0 rows to those that the layer holds. k, v (tokens, C). length stays as it is.
tt_status kv_cache_append(kv_cache *cache, int layer, const float *k, const float *v, int tokens);

// A layer's first `tokens` rows, without a copy: 0 .. rows[layer] of them. The pointers stay valid, and the
// rows that they point to unchanged, until kv_cache_reset or kv_cache_finish. -> *k, *v (tokens, C)
tt_status kv_cache_view(const kv_cache *cache, int layer, int tokens, const float **k, const float **v);

// 3. Add `tokens` to length; every layer must hold exactly length + tokens rows, or it is TT_BAD_SHAPE.
tt_status kv_cache_advance(kv_cache *cache, int tokens);

// Keep the first `keep` tokens, 0 .. length, and forget all other rows of every layer, also those that length
// does not count yet. TT_BAD_SHAPE for any other keep.
tt_status kv_cache_reset(kv_cache *cache, int keep);

// 4. Fill in common's interface (nn/gpt.h) for this cache: append goes to the layer; view gives all rows that
//    a layer holds; an append to the last layer ends a forward pass and advances the cache.
tt_status kv_cache_past(struct past_kv *past, kv_cache *cache);

// --- Attention ---

// Attention of the last `queries` of `keys` tokens, 1 <= queries <= keys.
// Query i sees keys 0 .. keys - queries + i.
typedef struct {
    int queries, keys;
    int heads, head;   // C = heads * head
    int q_row, kv_row; // floats from one token to the next: in q; in k and v. Each >= C
} attention_shape;

// 5. softmax(q k^T / sqrt(head)) v for one new token, for each head. s.queries must be 1.
//    q (1, q_row), k, v (keys, kv_row), of each row the first C floats -> out (1, C)
tt_status attention_decode(float *out, const float *q, const float *k, const float *v, attention_shape s);

// 6. The same for a block of new tokens, causal: each row is what attention_decode gives for it.
//    q (queries, q_row), k, v (keys, kv_row) -> out (queries, C)
tt_status attention_prefill(float *out, const float *q, const float *k, const float *v, attention_shape s);

// --- One row times a matrix ---

// 7. x w + bias, reading w once, front to back; bias may be NULL. Sizes may be 0: n = 0 does nothing, k = 0
//    gives the bias, or zeros. Negative sizes are TT_BAD_SHAPE.
//    x (k), w (k, n), bias (n) -> out (n)
tt_status decode_matvec(float *out, const float *x, const float *w, const float *bias, int n, int k);

// The same on `threads` >= 1 threads (OpenMP). TT_BAD_VALUE for threads < 1, TT_NO_MEMORY.
tt_status decode_matvec_threaded(float *out, const float *x, const float *w, const float *bias, int n, int k,
                                 int threads);

// --- The model ---

// One block's weights, in the order in which they are used.
typedef struct {
    const float *norm1_gain, *norm1_bias; // (C), (C)
    const float *qkv, *qkv_bias;          // (C, 3 C), (3 C): query, key, value side by side
    const float *project, *project_bias;  // (C, C), (C)
    const float *norm2_gain, *norm2_bias; // (C), (C)
    const float *widen, *widen_bias;      // (C, 4 C), (4 C)
    const float *narrow, *narrow_bias;    // (4 C, C), (C)
} transformer_block;

// The model of common's gpt (nn/gpt.h), as pointers; it owns nothing. x = token + position; per block
// x += attention(norm(x)), then x += narrow(gelu(widen(norm(x)))); logits = head(norm(x)).
typedef struct {
    int vocab, context, layers, heads, width;
    const float *tokens, *positions;    // (V, C), (context, C)
    const transformer_block *blocks;    // (layers)
    const float *norm_gain, *norm_bias; // (C), (C)
    const float *head, *head_bias;      // (C, V), (V)
} transformer;

static const float TRANSFORMER_EPS = 1e-5f; // added to the variance in every layer norm

// 8. Logits of the last `rows` of `count` new tokens, 1 <= rows <= count. Without a cache (NULL) the new
//    tokens are the whole text. With one they follow those that it holds, and are in every layer of it
//    afterwards. One token is a decode step: decode_matvec (decode_matvec_threaded if threads > 1) and
//    attention_decode; more are a prefill: backend->matmul and attention_prefill. The cache must have the
//    model's sizes; its capacity may be less than the context.
//    ids (count) -> logits (rows, V)
tt_status transformer_forward(float *logits, int rows, const transformer *m, const int *ids, int count,
                              kv_cache *cache, int threads);

// Chooses the next token from its logits (V): an id, 0 .. vocab - 1. It may keep a state, such as a seed.
typedef struct {
    int (*pick)(void *state, const float *logits, int vocab);
    void *state;
} token_sampler;

// 9. Generate `want` >= 0 tokens after a prompt of `prompt` >= 1, fewer if the context ends. Without a cache
//    every token computes the whole text again. With one, whatever it held before is dropped, the prompt is
//    prefilled into it, and then each token is computed once. pick is called once per new token, in order.
//    The last token is never computed, because no token follows it. TT_BAD_SHAPE if the prompt is longer
//    than the context, or the cache too small: its capacity must be at least prompt + *made.
//    ids (prompt + want), the first `prompt` given -> the next *made of them, and *made
tt_status transformer_generate(int *ids, int *made, const transformer *m, int prompt, int want,
                               token_sampler sampler, kv_cache *cache, int threads);
