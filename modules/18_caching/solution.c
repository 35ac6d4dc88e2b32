// solution.c: the reference. What a token costs is what it reads; every choice here is about reading once.
#include "caching.h"

#include <limits.h>
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

static int min(int a, int b) { return a < b ? a : b; }

// --- 1. The cache's memory ---
// Allocated once, for all tokens that there will ever be. The system maps a page when it is first written, so
// unused capacity costs addresses and no memory.

static float *floats_of(size_t floats)
{
    return aligned_alloc(TT_ALIGN, (floats * sizeof(float) + TT_ALIGN - 1) / TT_ALIGN * TT_ALIGN);
}

tt_status kv_cache_init(kv_cache *cache, int layers, int heads, int head, int capacity)
{
    size_t floats;
    if (!cache) return TT_BAD_VALUE;
    if (layers < 1 || heads < 1 || head < 1 || capacity < 1 || heads > INT_MAX / head) return TT_BAD_SHAPE;
    if (__builtin_mul_overflow((size_t)layers * (size_t)capacity, (size_t)heads * head, &floats) ||
        floats > SIZE_MAX / 16)
        return TT_BAD_SHAPE;
    kv_cache made = {.layers = layers, .heads = heads, .head = head, .capacity = capacity};
    made.rows = calloc((size_t)layers, sizeof *made.rows);
    made.k = floats_of(floats);
    made.v = floats_of(floats);
    if (!made.rows || !made.k || !made.v) return kv_cache_finish(&made), TT_NO_MEMORY;
    *cache = made;
    return TT_OK;
}

void kv_cache_finish(kv_cache *cache)
{
    if (!cache) return;
    free(cache->rows), free(cache->k), free(cache->v);
    *cache = (kv_cache){0};
}

// --- 2. Rows in, rows out ---

static size_t row_at(const kv_cache *c, int layer, int row)
{
    return ((size_t)layer * c->capacity + row) * c->heads * c->head;
}

static bool has_layer(const kv_cache *c, int layer)
{
    return c && c->rows && layer >= 0 && layer < c->layers;
}

tt_status kv_cache_append(kv_cache *cache, int layer, const float *k, const float *v, int tokens)
{
    if (!has_layer(cache, layer) || (tokens > 0 && (!k || !v))) return TT_BAD_VALUE;
    int held = cache->rows[layer];
    if (tokens < 0 || tokens > cache->capacity - held) return TT_BAD_SHAPE;
    if (tokens == 0) return TT_OK;
    size_t at = row_at(cache, layer, held), bytes = (size_t)tokens * cache->heads * cache->head * sizeof *k;
    memcpy(cache->k + at, k, bytes);
    memcpy(cache->v + at, v, bytes);
    cache->rows[layer] = held + tokens;
    return TT_OK;
}

tt_status kv_cache_view(const kv_cache *cache, int layer, int tokens, const float **k, const float **v)
{
    if (!has_layer(cache, layer) || !k || !v) return TT_BAD_VALUE;
    if (tokens < 0 || tokens > cache->rows[layer]) return TT_BAD_SHAPE;
    *k = cache->k + row_at(cache, layer, 0);
    *v = cache->v + row_at(cache, layer, 0);
    return TT_OK;
}

// --- 3. Complete tokens ---
// Between the appends of the first and the last layer some layers hold a token and others do not. Only
// advance adds it to length, so a pass that fails half-way is undone by a reset to the length before.

tt_status kv_cache_advance(kv_cache *cache, int tokens)
{
    if (!cache || !cache->rows) return TT_BAD_VALUE;
    if (tokens < 0 || tokens > cache->capacity - cache->length) return TT_BAD_SHAPE;
    for (int layer = 0; layer < cache->layers; layer++)
        if (cache->rows[layer] != cache->length + tokens) return TT_BAD_SHAPE;
    cache->length += tokens;
    return TT_OK;
}

// Nothing is cleared: rows that no view gives are never read.
tt_status kv_cache_reset(kv_cache *cache, int keep)
{
    if (!cache || !cache->rows) return TT_BAD_VALUE;
    if (keep < 0 || keep > cache->length) return TT_BAD_SHAPE;
    for (int layer = 0; layer < cache->layers; layer++) cache->rows[layer] = keep;
    cache->length = keep;
    return TT_OK;
}

// --- 4. The interface past_kv ---

static tt_status past_append(void *state, int layer, const float *k, const float *v, int tokens)
{
    kv_cache *cache = state;
    tt_status status = kv_cache_append(cache, layer, k, v, tokens);
    if (status != TT_OK || layer + 1 < cache->layers) return status;
    return kv_cache_advance(cache, tokens);
}

static tt_status past_view(void *state, int layer, const float **k, const float **v, int *tokens)
{
    kv_cache *cache = state;
    if (!has_layer(cache, layer) || !tokens) return TT_BAD_VALUE;
    tt_status status = kv_cache_view(cache, layer, cache->rows[layer], k, v);
    if (status == TT_OK) *tokens = cache->rows[layer];
    return status;
}

tt_status kv_cache_past(struct past_kv *past, kv_cache *cache)
{
    if (!past || !cache || !cache->rows) return TT_BAD_VALUE;
    *past = (struct past_kv){.state = cache, .append = past_append, .view = past_view};
    return TT_OK;
}

// --- The common part of 5 and 7: a weighted sum of rows ---
// Every weight is used once: arithmetic is cheap, the time goes into reading. Eight rows at a time: each
// number of out is loaded and stored once per eight weights and not once per weight, and rows that lie next
// to each other in memory suit the prefetcher better than narrow strips of columns.

enum { ROWS = 8 };

// out (n) += the sum of x[p] times row p of w, for p < k; rows lie `row` floats apart.
static void add_rows(float *restrict out, const float *x, const float *w, int n, int k, int row)
{
    int p = 0;
    for (; p + ROWS <= k; p += ROWS, w += (size_t)ROWS * row)
        for (int j = 0; j < n; j++) {
            float sum = out[j];
#pragma GCC unroll 8
            for (int r = 0; r < ROWS; r++) sum += x[p + r] * w[(size_t)r * row + j];
            out[j] = sum;
        }
    for (; p < k; p++, w += row)
        for (int j = 0; j < n; j++) out[j] += x[p] * w[j];
}

// --- 5. Attention for one token ---
// All heads of one position before the next position: keys and values are read once, in order.

enum { LANES = 16 };

static inline float sum_of(vec x)
{
    typedef float quad __attribute__((vector_size(16)));
    quad part[VEC_FLOATS / 4], sum;
    memcpy(part, &x, sizeof part);
    sum = part[0];
    for (int i = 1; i < VEC_FLOATS / 4; i++) sum += part[i];
    sum += __builtin_shufflevector(sum, sum, 2, 3, 0, 1);
    return sum[0] + sum[1];
}

// Two independent sums, so that an addition need not wait for the one before.
static float dot(const float *x, const float *y, int count)
{
    vec sum[2] = {0};
    int d = 0;
    for (; d + 2 * VEC_FLOATS <= count; d += 2 * VEC_FLOATS) {
        sum[0] += vec_load(x + d) * vec_load(y + d);
        sum[1] += vec_load(x + d + VEC_FLOATS) * vec_load(y + d + VEC_FLOATS);
    }
    float rest = 0;
    for (; d < count; d++) rest += x[d] * y[d];
    return sum_of(sum[0] + sum[1]) + rest;
}

// The largest of x (count) and max. With several maxima side by side a step need not wait for the one before.
static float largest(const float *x, int count, float max)
{
    float most[LANES];
    int j = 0;
    for (int lane = 0; lane < LANES; lane++) most[lane] = max;
    for (; j + LANES <= count; j += LANES)
        for (int lane = 0; lane < LANES; lane++)
            most[lane] = x[j + lane] > most[lane] ? x[j + lane] : most[lane];
    for (; j < count; j++) most[0] = x[j] > most[0] ? x[j] : most[0];
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int lane = 0; lane < half; lane++)
            most[lane] = most[lane + half] > most[lane] ? most[lane + half] : most[lane];
    return most[0];
}

// x = exp(x - max); returns their sum.
static float exponentials(float *x, int count, float max)
{
    vec sum = {0};
    float rest = 0;
    int j = 0;
    for (int i = 0; i < count; i++) x[i] = fast_exp(x[i] - max);
    for (; j + VEC_FLOATS <= count; j += VEC_FLOATS) sum += vec_load(x + j);
    for (; j < count; j++) rest += x[j];
    return sum_of(sum) + rest;
}

// One query over the first `keys` keys. scores (heads, keys)
static void attend(float *out, const float *q, const float *k, const float *v, const attention_shape *s,
                   int keys, float *scores)
{
    const float scale = 1 / sqrtf((float)s->head);
    const int heads = s->heads, head = s->head, row = s->kv_row;
    for (int t = 0; t < keys; t++)
        for (int h = 0; h < heads; h++)
            scores[(size_t)h * keys + t] = scale * dot(q + h * head, k + (size_t)t * row + h * head, head);
    for (int h = 0; h < heads; h++) {
        float *weights = scores + (size_t)h * keys;
        float sum = exponentials(weights, keys, largest(weights, keys, weights[0]));
        for (int t = 0; t < keys; t++) weights[t] /= sum;
    }
    memset(out, 0, (size_t)heads * head * sizeof *out);
    for (int t = 0; t < keys; t += ROWS)
        for (int h = 0; h < heads; h++)
            add_rows(out + h * head, scores + (size_t)h * keys + t, v + (size_t)t * row + h * head, head,
                     min(ROWS, keys - t), row);
}

static tt_status attention_check(const float *out, const float *q, const float *k, const float *v,
                                 const attention_shape *s)
{
    int width;
    if (s->queries < 1 || s->keys < s->queries || s->heads < 1 || s->head < 1) return TT_BAD_SHAPE;
    if (__builtin_mul_overflow(s->heads, s->head, &width) || s->q_row < width || s->kv_row < width)
        return TT_BAD_SHAPE;
    return out && q && k && v ? TT_OK : TT_BAD_VALUE;
}

// Query by query, each over the keys that it sees.
static tt_status attend_each(float *out, const float *q, const float *k, const float *v,
                             const attention_shape *s)
{
    float *scores = tt_scratch(TT_SCRATCH_KERNEL, (size_t)s->heads * s->keys * sizeof *scores);
    if (!scores) return TT_NO_MEMORY;
    for (int i = 0; i < s->queries; i++)
        attend(out + (size_t)i * s->heads * s->head, q + (size_t)i * s->q_row, k, v, s,
               s->keys - s->queries + i + 1, scores);
    return TT_OK;
}

tt_status attention_decode(float *out, const float *q, const float *k, const float *v, attention_shape s)
{
    tt_status status = s.queries == 1 ? attention_check(out, q, k, v, &s) : TT_BAD_SHAPE;
    return status == TT_OK ? attend_each(out, q, k, v, &s) : status;
}

// --- 6. Attention for a block ---
// Many queries share every key: these are products of matrices again, and module 15's register tile computes
// them, in the form of flash attention (Dao and others, 2022): keys and values come in blocks, packed once
// for all queries into panels, in the order in which the tile reads them; only the scores of one tile are
// ever stored. The softmax is computed online (Milakov and Gimelshein, 2018): each query keeps its largest
// score so far and the sum of its weights; a larger one multiplies its sums so far by exp(old - new).

enum {
    TILE_ROWS = VEC_FLOATS == 16 ? 14 : 6, // queries: as many as have their sums in registers
    TILE_COLUMNS = 2 * VEC_FLOATS,
    KEYS = 256, // in a block: its panels stay in the cache for all queries
};

static size_t round_up(size_t x, size_t unit) { return (x + unit - 1) / unit * unit; }

// One head's arrays. rows and wide are queries and head, rounded up to whole tiles and padded with zeros.
typedef struct {
    size_t rows, wide;
    float *q, *out;     // (rows, head), (rows, wide)
    float *most, *sums; // (rows): each query's softmax so far
    float *keys;        // a block's panels: (KEYS / TILE_COLUMNS, head, TILE_COLUMNS)
    float *values;      // (wide / TILE_COLUMNS, KEYS, TILE_COLUMNS)
    float *scores;      // (TILE_ROWS, KEYS)
} prefill;

// out += a panel: a (TILE_ROWS, k), panel (k, TILE_COLUMNS).
static void add_tile(float *out, size_t out_row, const float *a, size_t a_row, const float *panel, int k)
{
    vec sum[TILE_ROWS][2];
#pragma GCC unroll 14
    for (int i = 0; i < TILE_ROWS; i++) {
        sum[i][0] = vec_load(out + i * out_row);
        sum[i][1] = vec_load(out + i * out_row + VEC_FLOATS);
    }
    for (int p = 0; p < k; p++, panel += TILE_COLUMNS) {
        const vec left = vec_load(panel), right = vec_load(panel + VEC_FLOATS);
#pragma GCC unroll 14
        for (int i = 0; i < TILE_ROWS; i++) {
            const float x = a[i * a_row + p];
            sum[i][0] += x * left;
            sum[i][1] += x * right;
        }
    }
#pragma GCC unroll 14
    for (int i = 0; i < TILE_ROWS; i++) {
        vec_store(out + i * out_row, sum[i][0]);
        vec_store(out + i * out_row + VEC_FLOATS, sum[i][1]);
    }
}

// Packs n keys and values of one head. A panel of keys is TILE_COLUMNS of them, transposed: (head,
// TILE_COLUMNS). A panel of values is TILE_COLUMNS numbers of every row.
static void pack_block(prefill *p, const float *k, const float *v, int n, int head, int row)
{
    for (int t = 0; t < n; t++, k += row, v += row) {
        float *column = p->keys + (size_t)(t / TILE_COLUMNS * TILE_COLUMNS) * head + t % TILE_COLUMNS;
        for (int d = 0; d < head; d++) column[(size_t)d * TILE_COLUMNS] = k[d];
        for (int d = 0; d < head; d += TILE_COLUMNS)
            memcpy(p->values + (size_t)d * KEYS + t * TILE_COLUMNS, v + d,
                   min(TILE_COLUMNS, head - d) * sizeof *v);
    }
}

// TILE_ROWS queries from i on: the first sees `seen` of the block's n keys, each next one sees one more.
static void attend_tile(prefill *p, size_t i, int seen, int n, int head)
{
    const int some = min(n, seen + TILE_ROWS - 1); // keys that at least one query sees
    float *out = p->out + i * p->wide;
    memset(p->scores, 0, TILE_ROWS * KEYS * sizeof *p->scores);
    for (int t = 0; t < some; t += TILE_COLUMNS)
        add_tile(p->scores + t, KEYS, p->q + i * head, head, p->keys + (size_t)t * head, head);
    for (int r = 0; r < TILE_ROWS; r++) {
        float *x = p->scores + r * KEYS, *sum = &p->sums[i + r], *most = &p->most[i + r];
        const int mine = seen + r < 0 ? 0 : min(n, seen + r);
        const float max = largest(x, mine, *most), shrink = fast_exp(*most - max);
        *sum = *sum * shrink + exponentials(x, mine, max);
        *most = max;
        memset(x + mine, 0, (some - mine) * sizeof *x); // the mask
        for (size_t d = 0; d < p->wide; d++) out[r * p->wide + d] *= shrink;
    }
    for (size_t d = 0; d < p->wide; d += TILE_COLUMNS)
        add_tile(out + d, p->wide, p->scores, KEYS, p->values + d * KEYS, some);
}

static void attend_head(prefill *p, float *out, const float *q, const float *k, const float *v,
                        const attention_shape *s)
{
    const int head = s->head, past = s->keys - s->queries;
    const float scale = 1 / sqrtf((float)head);
    for (int i = 0; i < s->queries; i++)
        for (int d = 0; d < head; d++) p->q[(size_t)i * head + d] = scale * q[(size_t)i * s->q_row + d];
    memset(p->out, 0, p->rows * p->wide * sizeof *p->out);
    memset(p->sums, 0, p->rows * sizeof *p->sums);
    for (size_t i = 0; i < p->rows; i++) p->most[i] = -INFINITY;
    for (long t = 0; t < s->keys; t += KEYS) {
        const int n = (int)(s->keys - t < KEYS ? s->keys - t : KEYS);
        pack_block(p, k + t * s->kv_row, v + t * s->kv_row, n, head, s->kv_row);
        for (size_t i = 0; i < p->rows; i += TILE_ROWS) {
            const long seen = past + (long)i + 1 - t; // keys of the block that the tile's first query sees
            if (seen + TILE_ROWS > 1) attend_tile(p, i, (int)(seen < n ? seen : n), n, head);
        }
    }
    for (int i = 0; i < s->queries; i++)
        for (int d = 0; d < head; d++)
            out[(size_t)i * s->heads * head + d] = p->out[(size_t)i * p->wide + d] / p->sums[i];
}

tt_status attention_prefill(float *out, const float *q, const float *k, const float *v, attention_shape s)
{
    tt_status status = attention_check(out, q, k, v, &s);
    if (status != TT_OK) return status;
    if (s.queries < TILE_ROWS) return attend_each(out, q, k, v, &s); // too few to pay for packing
    const size_t head = (size_t)s.head, rows = round_up((size_t)s.queries, TILE_ROWS),
                 wide = round_up(head, TILE_COLUMNS),
                 all = rows * (head + wide + 2) + KEYS * (head + wide) + TILE_ROWS * KEYS;
    float *room = tt_scratch(TT_SCRATCH_KERNEL, all * sizeof *room);
    if (!room) return TT_NO_MEMORY;
    memset(room, 0, all * sizeof *room);
    prefill p = {.rows = rows, .wide = wide, .out = room};
    p.values = p.out + rows * wide, p.keys = p.values + KEYS * wide, p.scores = p.keys + KEYS * head;
    p.q = p.scores + TILE_ROWS * KEYS, p.most = p.q + rows * head, p.sums = p.most + rows;
    for (int h = 0; h < s.heads; h++)
        attend_head(&p, out + h * s.head, q + h * s.head, k + h * s.head, v + h * s.head, &s);
    return TT_OK;
}

// --- 7. One row times a matrix ---

static void matvec_rows(float *out, const float *x, const float *w, const float *bias, int n, int k)
{
    if (bias) memcpy(out, bias, (size_t)n * sizeof *out);
    else memset(out, 0, (size_t)n * sizeof *out);
    add_rows(out, x, w, n, k, n);
}

static tt_status matvec_check(const float *out, const float *x, const float *w, int n, int k)
{
    if (n < 0 || k < 0) return TT_BAD_SHAPE;
    return n > 0 && (!out || (k > 0 && (!x || !w))) ? TT_BAD_VALUE : TT_OK;
}

tt_status decode_matvec(float *out, const float *x, const float *w, const float *bias, int n, int k)
{
    tt_status status = matvec_check(out, x, w, n, k);
    if (status == TT_OK && n > 0) matvec_rows(out, x, w, bias, n, k);
    return status;
}

static void add_into(float *x, const float *y, size_t count)
{
    for (size_t i = 0; i < count; i++) x[i] += y[i];
}

// Each thread has its own rows of w, one contiguous part, and its own sums, added up at the end. With columns
// for each thread there would be nothing to add, but each would read a part of every row, and what the
// prefetcher fetches after that part belongs to another thread.
tt_status decode_matvec_threaded(float *out, const float *x, const float *w, const float *bias, int n, int k,
                                 int threads)
{
    enum { LINE = 16 }; // floats in a cache line: no two threads write to the same one
    tt_status status = matvec_check(out, x, w, n, k);
    if (status == TT_OK && threads < 1) status = TT_BAD_VALUE;
    if (status != TT_OK || n == 0) return status;
    const size_t apart = ((size_t)n + LINE - 1) / LINE * LINE;
    float *sums = tt_scratch(TT_SCRATCH_KERNEL, (size_t)threads * apart * sizeof *sums);
    if (!sums) return TT_NO_MEMORY;
    int team = 1; // may be fewer than were asked for
#pragma omp parallel num_threads(threads)
    {
        int all = omp_get_num_threads(), t = omp_get_thread_num();
        long first = (long)k * t / all / ROWS * ROWS,
             last = t + 1 < all ? (long)k * (t + 1) / all / ROWS * ROWS : k;
        if (t == 0) team = all;
        matvec_rows(t ? sums + t * apart : out, x ? x + first : x, w ? w + (size_t)first * n : w,
                    t ? NULL : bias, n, (int)(last - first));
    }
    for (int t = 1; t < team; t++) add_into(out, sums + t * apart, (size_t)n);
    return TT_OK;
}

// --- 8. The model ---

typedef struct {
    float *x, *norm, *qkv, *attention, *added; // (count, C), (count, C), (count, 3 C), (count, C), (count, C)
    float *wide;                               // (count, 4 C)
} activations;

// One token: a row times the matrix. Several: a product, which reads the matrix once for all of them.
static tt_status linear(float *out, const float *x, const float *w, const float *bias, int rows, int k, int n,
                        int threads)
{
    if (rows == 1 && threads > 1) return decode_matvec_threaded(out, x, w, bias, n, k, threads);
    if (rows == 1) return decode_matvec(out, x, w, bias, n, k);
    tt_status status = backend->matmul(out, x, w, rows, n, k);
    return status == TT_OK ? ops_add_bias(out, out, bias, rows, n) : status;
}

// Keys and values of the new tokens are in qkv. Without a cache these are all.
static tt_status attend_to_text(const transformer *m, int layer, activations a, int count, kv_cache *cache)
{
    const int C = m->width;
    attention_shape s = {.queries = count,
                         .keys = count,
                         .heads = m->heads,
                         .head = C / m->heads,
                         .q_row = 3 * C,
                         .kv_row = 3 * C};
    const float *k = a.qkv + C, *v = a.qkv + 2 * C;
    for (int t = 0; cache && t < count; t++) {
        tt_status status = kv_cache_append(cache, layer, k + (size_t)t * 3 * C, v + (size_t)t * 3 * C, 1);
        if (status != TT_OK) return status;
    }
    if (cache) {
        s.keys = cache->length + count, s.kv_row = C;
        tt_status status = kv_cache_view(cache, layer, s.keys, &k, &v);
        if (status != TT_OK) return status;
    }
    return (count == 1 ? attention_decode : attention_prefill)(a.attention, a.qkv, k, v, s);
}

static tt_status block_forward(const transformer *m, int layer, activations a, int count, kv_cache *cache,
                               int threads)
{
    const transformer_block *b = &m->blocks[layer];
    const int C = m->width;
    tt_status status = nn_layer_norm(a.norm, a.x, b->norm1_gain, b->norm1_bias, TRANSFORMER_EPS, count, C);
    if (status == TT_OK) status = linear(a.qkv, a.norm, b->qkv, b->qkv_bias, count, C, 3 * C, threads);
    if (status == TT_OK) status = attend_to_text(m, layer, a, count, cache);
    if (status == TT_OK)
        status = linear(a.added, a.attention, b->project, b->project_bias, count, C, C, threads);
    if (status != TT_OK) return status;
    add_into(a.x, a.added, (size_t)count * C);
    status = nn_layer_norm(a.norm, a.x, b->norm2_gain, b->norm2_bias, TRANSFORMER_EPS, count, C);
    if (status == TT_OK) status = linear(a.wide, a.norm, b->widen, b->widen_bias, count, C, 4 * C, threads);
    if (status == TT_OK) status = nn_gelu(a.wide, a.wide, (size_t)count * 4 * C);
    if (status == TT_OK)
        status = linear(a.added, a.wide, b->narrow, b->narrow_bias, count, 4 * C, C, threads);
    if (status == TT_OK) add_into(a.x, a.added, (size_t)count * C);
    return status;
}

static tt_status forward_check(const float *logits, int rows, const transformer *m, const int *ids, int count,
                               const kv_cache *cache, int threads)
{
    if (!logits || !m || !m->blocks || !ids || threads < 1) return TT_BAD_VALUE;
    if (count < 1 || rows < 1 || rows > count || count > m->context) return TT_BAD_SHAPE;
    if (cache &&
        (cache->layers != m->layers || cache->heads != m->heads || cache->head != m->width / m->heads ||
         count > m->context - cache->length || count > cache->capacity - cache->length))
        return TT_BAD_SHAPE;
    for (int i = 0; i < count; i++)
        if (ids[i] < 0 || ids[i] >= m->vocab) return TT_BAD_VALUE;
    return TT_OK;
}

tt_status transformer_forward(float *logits, int rows, const transformer *m, const int *ids, int count,
                              kv_cache *cache, int threads)
{
    tt_status status = forward_check(logits, rows, m, ids, count, cache, threads);
    if (status != TT_OK) return status;
    const int C = m->width, past = cache ? cache->length : 0;
    const size_t each = (size_t)count * C;
    float *room = tt_scratch(TT_SCRATCH_LAYER, 11 * each * sizeof *room);
    if (!room) return TT_NO_MEMORY;
    activations a = {room, room + each, room + 2 * each, room + 5 * each, room + 6 * each, room + 7 * each};
    // A token's position is its place in the text, not in this call.
    for (int t = 0; t < count; t++)
        for (int j = 0; j < C; j++)
            a.x[(size_t)t * C + j] =
                m->tokens[(size_t)ids[t] * C + j] + m->positions[(size_t)(past + t) * C + j];
    for (int layer = 0; layer < m->layers && status == TT_OK; layer++)
        status = block_forward(m, layer, a, count, cache, threads);
    const float *last = a.x + (size_t)(count - rows) * C;
    if (status == TT_OK)
        status = nn_layer_norm(a.norm, last, m->norm_gain, m->norm_bias, TRANSFORMER_EPS, rows, C);
    if (status == TT_OK) status = linear(logits, a.norm, m->head, m->head_bias, rows, C, m->vocab, threads);
    if (cache && status == TT_OK) status = kv_cache_advance(cache, count);
    if (cache && status != TT_OK) kv_cache_reset(cache, past);
    return status;
}

// --- 9. Generation ---

tt_status transformer_generate(int *ids, int *made, const transformer *m, int prompt, int want,
                               token_sampler sampler, kv_cache *cache, int threads)
{
    if (!ids || !made || !m || !sampler.pick) return TT_BAD_VALUE;
    if (prompt < 1 || want < 0 || prompt > m->context) return TT_BAD_SHAPE;
    const int end = prompt + min(want, m->context - prompt);
    if (cache && cache->capacity < end) return TT_BAD_SHAPE;
    float *logits = malloc((size_t)m->vocab * sizeof *logits);
    tt_status status = logits ? forward_check(logits, 1, m, ids, prompt, NULL, threads) : TT_NO_MEMORY;
    if (status == TT_OK && cache) status = kv_cache_reset(cache, 0);
    int known = prompt;
    for (int fed = 0; known < end && status == TT_OK; known++) {
        status = transformer_forward(logits, 1, m, ids + fed, known - fed, cache, threads);
        if (status != TT_OK) break;
        ids[known] = sampler.pick(sampler.state, logits, m->vocab);
        if (cache) fed = known;
    }
    if (status == TT_OK) *made = known - prompt;
    free(logits);
    return status;
}
