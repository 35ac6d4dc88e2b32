// ways_attention.c: attention by itself: blocks of queries behind a past, and their roofs; see ways.h.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "given/attention_roof.h"
#include "grade/oracle.h"
#include "core/rng.h"
#include "ways.h"
#include "core/tensor.h"

// --- Whether it is right ---

// One head of one query: the sums of a score and of an output in another order move them by their rounding;
// what it does to a score it does to a weight, relatively.
static bool query_right(const float *out, const float *q, const double *k, const double *v, int keys,
                        int head, double *room, char *why, size_t why_bytes)
{
    double *want = room, *wide = want + head, *work = wide + head, scores = 0, values = 0;
    for (int d = 0; d < head; d++) wide[d] = (double)q[d], scores += fabs(wide[d]);
    for (size_t i = 0; i < (size_t)keys * (size_t)head; i++) values = fmax(values, fabs(v[i]));
    double largest = 0;
    for (size_t i = 0; i < (size_t)keys * (size_t)head; i++) largest = fmax(largest, fabs(k[i]));
    const double allowed = 0x1p-24 * (8 * scores * largest + 4 * sqrt(keys) + 32) * values;
    cache_oracle_attention(want, work, wide, k, v, keys, head, head);
    for (int d = 0; d < head; d++) {
        if (fabs((double)out[d] - want[d]) <= allowed) continue; // false for NaN
        snprintf(why, why_bytes, "wrong: %d keys, number %d is %.6g, not %.6g", keys, d, (double)out[d],
                 want[d]);
        return false;
    }
    return true;
}

bool cache_attention_right(const float *out, const float *q, const float *k, const float *v,
                           attention_shape s, char *why, size_t why_bytes)
{
    enum { SAMPLED = 8 }; // queries of a block, the first and the last among them
    const size_t head = (size_t)s.head, floats = (size_t)s.keys * head;
    double *room = malloc((2 * floats + 2 * head + (size_t)s.keys) * sizeof *room);
    bool good = room != NULL;
    for (int h = 0; h < s.heads && good; h++) {
        for (int t = 0; t < s.keys; t++)
            for (int d = 0; d < s.head; d++) {
                const size_t from = (size_t)t * (size_t)s.kv_row + (size_t)(h * s.head + d);
                room[(size_t)t * head + (size_t)d] = (double)k[from];
                room[floats + (size_t)t * head + (size_t)d] = (double)v[from];
            }
        for (int n = 0; n < SAMPLED && good; n++) {
            const int i = (s.queries - 1) * n / (SAMPLED - 1);
            good = query_right(out + ((size_t)i * (size_t)s.heads + (size_t)h) * head,
                               q + (size_t)i * (size_t)s.q_row + (size_t)h * head, room, room + floats,
                               s.keys - s.queries + i + 1, s.head, room + 2 * floats, why, why_bytes);
        }
    }
    free(room);
    return good;
}

// --- A block ---

void *cache_block_prepare(const bench_case *c)
{
    enum { BLOCK_HEADS = 4, BLOCK_HEAD = 64, C = BLOCK_HEADS * BLOCK_HEAD };
    const int queries = c->size[CACHE_QUERIES], keys = queries + c->size[CACHE_PAST];
    attention_block *b = calloc(1, sizeof *b);
    if (!b) return NULL;
    b->s = (attention_shape){queries, keys, BLOCK_HEADS, BLOCK_HEAD, C, C};
    const size_t asked = (size_t)queries * C, seen = (size_t)keys * C;
    b->q = tensor_alloc(asked), b->out = tensor_alloc(asked);
    b->k = tensor_alloc(seen), b->v = tensor_alloc(seen);
    if (!b->q || !b->out || !b->k || !b->v) return cache_block_finish(b), NULL;
    tt_rng rng = {18};
    rng_fill(&rng, b->q, asked, -2, 2), rng_fill(&rng, b->k, seen, -1, 1), rng_fill(&rng, b->v, seen, -1, 1);
    return b;
}

void cache_block_finish(void *job)
{
    attention_block *b = job;
    if (!b) return;
    free(b->q), free(b->k), free(b->v), free(b->out);
    free(b);
}

tt_status cache_block_run(void *job, const bench_variant *v) { return ((block_way *)v->function)(job); }

bool cache_block_check(void *job, char *why, size_t why_bytes)
{
    attention_block *b = job;
    bool good = cache_attention_right(b->out, b->q, b->k, b->v, b->s, why, why_bytes);
    memset(b->out, 0xff, (size_t)b->s.queries * (size_t)b->s.q_row * sizeof *b->out);
    return good;
}

double cache_block_work(const bench_case *c)
{
    return attention_flops(c->size[CACHE_QUERIES], c->size[CACHE_QUERIES] + c->size[CACHE_PAST], 256);
}

tt_status cache_block_prefill(attention_block *b)
{
    return attention_prefill(b->out, b->q, b->k, b->v, b->s);
}

tt_status cache_block_each(attention_block *b)
{
    tt_status status = TT_OK;
    for (int i = 0; i < b->s.queries && status == TT_OK; i++) {
        attention_shape one = b->s;
        one.queries = 1, one.keys = b->s.keys - b->s.queries + i + 1;
        const size_t at = (size_t)i * (size_t)b->s.q_row;
        status = attention_decode(b->out + at, b->q + at, b->k, b->v, one);
    }
    return status;
}

static double flops_of(const attention_block *b)
{
    return attention_flops(b->s.queries, b->s.keys, b->s.heads * b->s.head);
}

tt_status cache_block_roof(attention_block *b)
{
    attention_roof(b->s.queries, b->s.keys, b->s.heads, b->s.head);
    return TT_OK;
}

tt_status cache_block_tile(attention_block *b) { return roofs_tile(flops_of(b)), TT_OK; }
tt_status cache_block_peak(attention_block *b) { return roofs_multiply_add(flops_of(b)), TT_OK; }
