// ways_parts.c: an append, one decoded token and its parts, and the bound that reading sets.
#include "ways.h"

#include <malloc.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/vec.h"
#include "measure/roofs.h"

// --- An append ---

// All rows of the last layer: what was held, and the new one behind it.
static bool check_rows(run *r, const float *const seen[2], char *why, size_t why_bytes)
{
    const size_t C = (size_t)r->m->view.width, old = (size_t)(r->length - 1) * C;
    const size_t last = (size_t)(r->m->view.layers - 1) * old;
    for (int part = 0; part < 2; part++) {
        const float *held = (part ? r->old_v : r->old_k) + last;
        if (seen[part] && !memcmp(seen[part], held, old * sizeof *held) &&
            !memcmp(seen[part] + old, r->rows, C * sizeof *held))
            continue;
        snprintf(why, why_bytes, "wrong: the last layer's %s are not those that were appended",
                 part ? "values" : "keys");
        return false;
    }
    return true;
}

static bool check_in_place(run *r, char *why, size_t why_bytes)
{
    const float *seen[2] = {NULL, NULL};
    kv_cache_view(&r->cache, r->m->view.layers - 1, r->length, &seen[0], &seen[1]);
    return check_rows(r, seen, why, why_bytes);
}

static bool check_copying(run *r, char *why, size_t why_bytes)
{
    return check_rows(r, (const float *const[2]){r->grown[0], r->grown[1]}, why, why_bytes);
}

tt_status cache_append_in_place(run *r)
{
    if (!r->cache.rows) return TT_TODO;
    r->check = check_in_place;
    tt_status status = kv_cache_reset(&r->cache, r->length - 1);
    for (int layer = 0; layer < r->cache.layers && status == TT_OK; layer++)
        status = kv_cache_append(&r->cache, layer, r->rows, r->rows, 1);
    return status == TT_OK ? kv_cache_advance(&r->cache, 1) : status;
}

// As torch.cat does it: per layer a new piece of memory, the old rows, the new row.
tt_status cache_append_copying(run *r)
{
    const size_t C = (size_t)r->m->view.width, old = (size_t)(r->length - 1) * C;
    r->check = check_copying;
    for (int layer = 0; layer < r->m->view.layers; layer++)
        for (int part = 0; part < 2; part++) {
            free(r->grown[part]); // the next call starts from the old one again
            float *grown = r->grown[part] = malloc((old + C) * sizeof *grown);
            if (!grown) return TT_NO_MEMORY;
            memcpy(grown, (part ? r->old_v : r->old_k) + (size_t)layer * old, old * sizeof *grown);
            memcpy(grown + old, r->rows, C * sizeof *grown);
            measure_keep(grown[old / 2]);
        }
    return TT_OK;
}

double cache_held_bytes(const kv_cache *cache)
{
    return (double)malloc_usable_size(cache->k) + (double)malloc_usable_size(cache->v) +
           (double)malloc_usable_size(cache->rows);
}

// --- One token, and its parts ---

bool cache_parts_check(void *job, char *why, size_t why_bytes)
{
    run *r = job;
    return r->check(r, why, why_bytes);
}

static bool check_logits(run *r, char *why, size_t why_bytes) { return cache_next_check(r, why, why_bytes); }

tt_status cache_decode(run *r)
{
    r->check = check_logits;
    if (!r->cache.rows || r->cache.length < r->length - 1) return TT_TODO;
    tt_status status = kv_cache_reset(&r->cache, r->length - 1);
    if (status != TT_OK) return status;
    return transformer_forward(r->logits, 1, &r->m->view, r->m->text + r->length - 1, 1, &r->cache,
                               r->threads);
}

// common's gpt_forward behind the student's cache, with the library's products.
tt_status cache_decode_common(run *r)
{
    struct past_kv past;
    r->check = check_logits;
    if (!r->cache.rows || r->cache.length < r->length - 1) return TT_TODO;
    tt_status status = kv_cache_reset(&r->cache, r->length - 1);
    if (status == TT_OK) status = kv_cache_past(&past, &r->cache);
    if (status != TT_OK) return status;
    return gpt_forward(&r->m->gpt, r->logits, r->m->text + r->length - 1, 1, &past);
}

// The last of them, in double precision: C products of a weight and a number below 1/2.
static bool check_products(run *r, char *why, size_t why_bytes)
{
    const transformer *m = &r->m->view;
    for (int j = 0; j < m->vocab; j++) {
        double want = (double)m->head_bias[j], size = fabs(want);
        for (int p = 0; p < m->width; p++) {
            double term = (double)r->rows[p] * (double)m->head[(size_t)p * m->vocab + j];
            want += term, size += fabs(term);
        }
        if (fabs((double)r->made[j] - want) <= 0x1p-24 * (m->width + 2) * size) continue; // false for NaN
        snprintf(why, why_bytes, "wrong: product %d is %.6g, not %.6g", j, (double)r->made[j], want);
        return false;
    }
    memset(r->made, 0xff, (size_t)m->vocab * sizeof *r->made);
    return true;
}

tt_status cache_decode_products(run *r)
{
    const transformer *m = &r->m->view;
    const int C = m->width;
    const float *x = r->rows; // as many as the widest takes: a case has at least 4 tokens
    float *y = r->made;
    tt_status status = r->length < 4 ? TT_BAD_SHAPE : TT_OK;
    r->check = check_products;
    for (int l = 0; l < m->layers && status == TT_OK; l++) {
        const transformer_block *b = &m->blocks[l];
        status = decode_matvec(y, x, b->qkv, b->qkv_bias, 3 * C, C);
        if (status == TT_OK) status = decode_matvec(y, x, b->project, b->project_bias, C, C);
        if (status == TT_OK) status = decode_matvec(y, x, b->widen, b->widen_bias, 4 * C, C);
        if (status == TT_OK) status = decode_matvec(y, x, b->narrow, b->narrow_bias, C, 4 * C);
    }
    return status == TT_OK ? decode_matvec(y, x, m->head, m->head_bias, m->vocab, C) : status;
}

static attention_shape one_query(const run *r)
{
    const transformer *m = &r->m->view;
    return (attention_shape){1, r->length - 1, m->heads, m->width / m->heads, m->width, m->width};
}

static bool check_attention(run *r, char *why, size_t why_bytes) // the last layer's
{
    const attention_shape s = one_query(r);
    const size_t C = (size_t)s.q_row, last = (size_t)(r->m->view.layers - 1) * (size_t)s.keys * C;
    bool good = cache_attention_right(r->made, r->rows, r->old_k + last, r->old_v + last, s, why, why_bytes);
    memset(r->made, 0xff, C * sizeof *r->made);
    return good;
}

tt_status cache_decode_attention(run *r)
{
    const size_t C = (size_t)r->m->view.width;
    r->check = check_attention;
    if (!r->cache.rows) return TT_TODO;
    tt_status status = TT_OK;
    for (int l = 0; l < r->m->view.layers && status == TT_OK; l++) {
        size_t at = (size_t)l * (size_t)r->cache.capacity * C;
        status = attention_decode(r->made, r->rows, r->cache.k + at, r->cache.v + at, one_query(r));
    }
    return status;
}

// Four places at once. Behind one place the prefetcher has to begin anew at every page; whether four do
// better depends on the machine and on the level where the weights lie, so the bound is the better of both.
static float read_in_four(const float *x, size_t count)
{
    enum { PLACES = CACHE_PLACES, LINE = 2 * VEC_FLOATS };
    const size_t apart = count / PLACES / LINE * LINE;
    vec sum[2 * PLACES] = {{0}};
    for (size_t i = 0; i < apart; i += LINE)
        for (size_t p = 0; p < PLACES; p++) {
            sum[2 * p] += vec_load(x + p * apart + i);
            sum[2 * p + 1] += vec_load(x + p * apart + i + VEC_FLOATS);
        }
    for (int p = 1; p < 2 * PLACES; p++) sum[0] += sum[p];
    return sum[0][0];
}

static float read_part(const run *r, const float *x, size_t floats, int part, int parts)
{
    size_t lines = floats / 128, first = lines * (size_t)part / (size_t)parts;
    size_t count = (lines * (size_t)(part + 1) / (size_t)parts - first) * 128;
    return (r->argument == CACHE_PLACES ? read_in_four : roofs_read)(x + first * 128, count);
}

tt_status cache_decode_bound(run *r)
{
    size_t floats, C = (size_t)r->m->view.width, past = (size_t)(r->length - 1) * C;
    const float *weights = cache_model_weights(r->m, &floats);
#pragma omp parallel num_threads(r->threads)
    {
        int t = omp_get_thread_num(), all = omp_get_num_threads();
        float sum = read_part(r, weights, floats, t, all);
        for (int l = 0; l < r->m->view.layers; l++) {
            sum += read_part(r, r->old_k + (size_t)l * past, past, t, all);
            sum += read_part(r, r->old_v + (size_t)l * past, past, t, all);
        }
        measure_keep(sum);
    }
    return TT_OK;
}

// By formula, for the work of a case; the weights' bytes are those of the file that gpt.c makes.
double cache_read_bytes(const bench_case *c)
{
    static double weights[MODELS], row[MODELS];
    int kind = c->size[CACHE_KIND];
    if (weights[kind] == 0) {
        model *m = cache_model_create((model_kind)kind);
        if (!m) return 1;
        weights[kind] = (double)cache_model_weight_bytes(m);
        row[kind] = 2.0 * m->view.layers * m->view.width * sizeof(float);
        cache_model_finish(m);
    }
    return weights[kind] + (c->size[CACHE_LENGTH] - 1) * row[kind];
}
