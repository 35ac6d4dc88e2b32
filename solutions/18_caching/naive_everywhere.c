// naive_everywhere.c: the commonest false solution: everything is right and nothing is kept. The cache moves
// with every append, products walk down columns, a token costs the whole text.
#include "caching.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "nn/layers.h"
#include "ops/ops.h"

tt_status kv_cache_init(kv_cache *cache, int layers, int heads, int head, int capacity)
{
    if (!cache) return TT_BAD_VALUE;
    if (layers < 1 || heads < 1 || head < 1 || capacity < 1 || layers > 1000 || capacity > 100000)
        return TT_BAD_SHAPE;
    size_t bytes = (size_t)layers * capacity * heads * head * sizeof(float);
    *cache = (kv_cache){layers,        heads,        head, capacity, 0, calloc(layers, sizeof(int)),
                        malloc(bytes), malloc(bytes)};
    return TT_OK;
}

void kv_cache_finish(kv_cache *cache)
{
    if (!cache) return;
    free(cache->rows), free(cache->k), free(cache->v);
    *cache = (kv_cache){0};
}

static float *copy_of(float *old, size_t bytes)
{
    float *fresh = malloc(bytes);
    memcpy(fresh, old, bytes);
    free(old);
    return fresh;
}

tt_status kv_cache_append(kv_cache *c, int layer, const float *k, const float *v, int tokens)
{
    if (!c || !c->rows || layer < 0 || layer >= c->layers || (tokens > 0 && (!k || !v))) return TT_BAD_VALUE;
    if (tokens < 0 || tokens > c->capacity - c->rows[layer]) return TT_BAD_SHAPE;
    size_t C = (size_t)c->heads * c->head, at = ((size_t)layer * c->capacity + c->rows[layer]) * C;
    c->k = copy_of(c->k, c->layers * c->capacity * C * sizeof *k);
    c->v = copy_of(c->v, c->layers * c->capacity * C * sizeof *v);
    memcpy(c->k + at, k, tokens * C * sizeof *k);
    memcpy(c->v + at, v, tokens * C * sizeof *v);
    c->rows[layer] += tokens;
    return TT_OK;
}

tt_status kv_cache_view(const kv_cache *c, int layer, int tokens, const float **k, const float **v)
{
    if (!c || !c->rows || layer < 0 || layer >= c->layers || !k || !v) return TT_BAD_VALUE;
    if (tokens < 0 || tokens > c->rows[layer]) return TT_BAD_SHAPE;
    *k = c->k + (size_t)layer * c->capacity * c->heads * c->head;
    *v = c->v + (size_t)layer * c->capacity * c->heads * c->head;
    return TT_OK;
}

tt_status kv_cache_advance(kv_cache *c, int tokens)
{
    if (tokens < 0) return TT_BAD_SHAPE;
    for (int l = 0; l < c->layers; l++)
        if (c->rows[l] != c->length + tokens) return TT_BAD_SHAPE;
    c->length += tokens;
    return TT_OK;
}

tt_status kv_cache_reset(kv_cache *c, int keep)
{
    if (keep < 0 || keep > c->length) return TT_BAD_SHAPE;
    for (int l = 0; l < c->layers; l++) c->rows[l] = keep;
    c->length = keep;
    return TT_OK;
}

static tt_status append(void *state, int layer, const float *k, const float *v, int tokens)
{
    kv_cache *c = state;
    tt_status status = kv_cache_append(c, layer, k, v, tokens);
    return status == TT_OK && layer == c->layers - 1 ? kv_cache_advance(c, tokens) : status;
}

static tt_status view(void *state, int layer, const float **k, const float **v, int *tokens)
{
    kv_cache *c = state;
    *tokens = c->rows[layer];
    return kv_cache_view(c, layer, *tokens, k, v);
}

tt_status kv_cache_past(struct past_kv *past, kv_cache *cache)
{
    *past = (struct past_kv){cache, append, view};
    return TT_OK;
}

// The softmax is computed again for every number of out, and its columns are walked down.
tt_status attention_prefill(float *out, const float *q, const float *k, const float *v, attention_shape s)
{
    if (s.queries < 1 || s.keys < s.queries || s.heads < 1 || s.head < 1 || s.q_row < s.heads * s.head ||
        s.kv_row < s.heads * s.head)
        return TT_BAD_SHAPE;
    if (!out || !q || !k || !v) return TT_BAD_VALUE;
    float *w = malloc(s.keys * sizeof *w);
    for (int i = 0; i < s.queries; i++)
        for (int h = 0; h < s.heads; h++)
            for (int d = 0; d < s.head; d++) {
                int seen = s.keys - s.queries + i + 1;
                for (int t = 0; t < seen; t++) {
                    double dot = 0;
                    for (int e = 0; e < s.head; e++)
                        dot += (double)q[(size_t)i * s.q_row + h * s.head + e] *
                               k[(size_t)t * s.kv_row + h * s.head + e];
                    w[t] = (float)(dot / sqrt(s.head));
                }
                ops_softmax(w, w, 1, seen);
                float sum = 0;
                for (int t = 0; t < seen; t++) sum += w[t] * v[(size_t)t * s.kv_row + h * s.head + d];
                out[((size_t)i * s.heads + h) * s.head + d] = sum;
            }
    free(w);
    return TT_OK;
}

tt_status attention_decode(float *out, const float *q, const float *k, const float *v, attention_shape s)
{
    return s.queries == 1 ? attention_prefill(out, q, k, v, s) : TT_BAD_SHAPE;
}

tt_status decode_matvec(float *out, const float *x, const float *w, const float *bias, int n, int k)
{
    tt_status status = matmul_naive(out, x, w, 1, n, k);
    for (int j = 0; bias && status == TT_OK && j < n; j++) out[j] += bias[j];
    return status;
}

tt_status decode_matvec_threaded(float *out, const float *x, const float *w, const float *bias, int n, int k,
                                 int threads)
{
    return threads < 1 ? TT_BAD_VALUE : decode_matvec(out, x, w, bias, n, k);
}

static void linear(float *y, const float *x, const float *w, const float *bias, int rows, int k, int n)
{
    matmul_naive(y, x, w, rows, n, k);
    ops_add_bias(y, y, bias, rows, n);
}

tt_status transformer_forward(float *logits, int rows, const transformer *m, const int *ids, int T,
                              kv_cache *cache, int threads)
{
    if (!logits || !m || !ids || threads < 1) return TT_BAD_VALUE;
    int past = cache ? cache->length : 0, C = m->width;
    if (T < 1 || rows < 1 || rows > T || T > m->context - past ||
        (cache && (T > cache->capacity - past || cache->heads != m->heads)))
        return TT_BAD_SHAPE;
    for (int t = 0; t < T; t++)
        if (ids[t] < 0 || ids[t] >= m->vocab) return TT_BAD_VALUE;
    float *x = calloc((size_t)T * C, 13 * sizeof *x), *norm = x + T * C, *qkv = norm + T * C,
          *y = qkv + 3 * T * C;
    float *wide = y + T * C;
    for (int t = 0; t < T; t++)
        for (int j = 0; j < C; j++)
            x[t * C + j] = m->tokens[ids[t] * C + j] + m->positions[(past + t) * C + j];
    for (int l = 0; l < m->layers; l++) {
        const transformer_block *b = &m->blocks[l];
        attention_shape s = {T, T, m->heads, C / m->heads, 3 * C, 3 * C};
        const float *k = qkv + C, *v = qkv + 2 * C;
        ops_layer_norm(norm, x, b->norm1_gain, b->norm1_bias, TRANSFORMER_EPS, T, C);
        linear(qkv, norm, b->qkv, b->qkv_bias, T, C, 3 * C);
        for (int t = 0; cache && t < T; t++) kv_cache_append(cache, l, k + t * 3 * C, v + t * 3 * C, 1);
        if (cache) kv_cache_view(cache, l, past + T, &k, &v), s.keys = past + T, s.kv_row = C;
        attention_prefill(norm, qkv, k, v, s);
        linear(y, norm, b->project, b->project_bias, T, C, C);
        for (int i = 0; i < T * C; i++) x[i] += y[i];
        ops_layer_norm(norm, x, b->norm2_gain, b->norm2_bias, TRANSFORMER_EPS, T, C);
        linear(wide, norm, b->widen, b->widen_bias, T, C, 4 * C);
        ops_gelu(wide, wide, (size_t)T * 4 * C);
        linear(y, wide, b->narrow, b->narrow_bias, T, 4 * C, C);
        for (int i = 0; i < T * C; i++) x[i] += y[i];
    }
    ops_layer_norm(norm, x + (T - rows) * C, m->norm_gain, m->norm_bias, TRANSFORMER_EPS, rows, C);
    linear(logits, norm, m->head, m->head_bias, rows, C, m->vocab);
    free(x);
    return cache ? kv_cache_advance(cache, T) : TT_OK;
}

tt_status transformer_generate(int *ids, int *made, const transformer *m, int prompt, int want,
                               token_sampler sampler, kv_cache *cache, int threads)
{
    if (prompt < 1 || want < 0 || prompt > m->context) return TT_BAD_SHAPE;
    float *logits = malloc(m->vocab * sizeof *logits);
    int known = prompt;
    for (; known < prompt + want && known < m->context; known++) {
        if (cache) kv_cache_reset(cache, 0);
        transformer_forward(logits, 1, m, ids, known, cache, threads);
        ids[known] = sampler.pick(sampler.state, logits, m->vocab);
    }
    *made = known - prompt;
    free(logits);
    return TT_OK;
}
