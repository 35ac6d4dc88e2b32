// ways.c: a run, and the ways to one more token, to a text and through a prompt, each the few lines that its name says.
#include "ways.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "core/rng.h"
#include "core/tensor.h"

double cache_logits_bound(const transformer *m, int tokens, double largest)
{
    double C = m->width, roots = 3 * sqrt(C) + sqrt(C / m->heads) + sqrt(tokens) + sqrt(4 * C);
    return 8 * 0x1p-24 * (m->layers * roots + sqrt(C)) * largest;
}

void cache_finish(void *job)
{
    run *r = job;
    if (!r) return;
    cache_model_finish(r->m);
    kv_cache_finish(&r->cache);
    free(r->ids), free(r->logits), free(r->right), free(r->rows), free(r->old_k), free(r->old_v),
        free(r->made);
    free(r->grown[0]), free(r->grown[1]);
    free(r);
}

void *cache_prepare(const bench_case *c)
{
    run *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    backend_use(&backend_blas);
    r->length = c->size[CACHE_LENGTH], r->threads = 1;
    r->m = cache_model_create((model_kind)c->size[CACHE_KIND]);
    if (!r->m) return cache_finish(r), NULL;
    const transformer *m = &r->m->view;
    size_t floats = (size_t)r->length * (size_t)m->vocab, rows = (size_t)r->length * (size_t)m->width;
    r->ids = calloc((size_t)r->length, sizeof *r->ids);
    r->logits = tensor_alloc(floats), r->right = tensor_alloc(floats), r->rows = tensor_alloc(rows);
    r->old_k = tensor_alloc(rows * (size_t)m->layers), r->old_v = tensor_alloc(rows * (size_t)m->layers);
    r->made = tensor_alloc((size_t)(4 * m->width > m->vocab ? 4 * m->width : m->vocab));
    if (!r->ids || !r->logits || !r->right || !r->rows || !r->old_k || !r->old_v || !r->made)
        return cache_finish(r), NULL;
    tt_rng rng = {18};
    for (size_t i = 0; i < rows; i++) r->rows[i] = rng_uniform(&rng) - 0.5f;
    if (gpt_forward(&r->m->gpt, r->right, r->m->text, r->length, NULL) != TT_OK) return cache_finish(r), NULL;
    float largest = 0;
    for (size_t i = 0; i < floats; i++) largest = fmaxf(largest, fabsf(r->right[i]));
    r->right_bound = cache_logits_bound(m, r->length, largest);
    // A student's init may not be written yet: then the ways say so, and those that need no cache go on.
    if (kv_cache_init(&r->cache, m->layers, m->heads, m->width / m->heads, m->context) != TT_OK)
        r->cache = (kv_cache){0};
    return r;
}

void *cache_prepare_full(const bench_case *c)
{
    run *r = cache_prepare(c);
    const int past = r ? r->length - 1 : 0;
    if (past == 0 || !r->cache.rows) return r;
    if (transformer_forward(r->logits, 1, &r->m->view, r->m->text, past, &r->cache, 1) != TT_OK) return r;
    const size_t floats = (size_t)past * (size_t)r->m->view.width;
    for (int layer = 0; layer < r->m->view.layers; layer++) {
        const float *k, *v;
        if (kv_cache_view(&r->cache, layer, past, &k, &v) != TT_OK) break;
        memcpy(r->old_k + (size_t)layer * floats, k, floats * sizeof *k);
        memcpy(r->old_v + (size_t)layer * floats, v, floats * sizeof *v);
    }
    return r;
}

tt_status cache_run(void *job, const bench_variant *v)
{
    run *r = job;
    r->threads = bench_threads(v), r->argument = v->argument;
    return ((run_way *)v->function)(r);
}

// --- One more token ---

static tt_status one_by_one(run *r, float *logits, const int *ids, int count)
{
    if (!r->cache.rows) return TT_TODO;
    tt_status status = kv_cache_reset(&r->cache, 0);
    for (int t = 0; t < count && status == TT_OK; t++)
        status = transformer_forward(logits, 1, &r->m->view, ids + t, 1, &r->cache, 1);
    return status;
}

tt_status cache_next_cached(run *r)
{
    if (!r->cache.rows) return TT_TODO;
    int past = r->length - 1;
    if (past > 0 && r->cache.length < past) { // the first call here: fill it
        tt_status status = kv_cache_reset(&r->cache, 0);
        if (status == TT_OK)
            status = transformer_forward(r->logits, 1, &r->m->view, r->m->text, past, &r->cache, 1);
        if (status != TT_OK) return status;
    }
    tt_status status = kv_cache_reset(&r->cache, past);
    if (status != TT_OK) return status;
    return transformer_forward(r->logits, 1, &r->m->view, r->m->text + past, 1, &r->cache, 1);
}

tt_status cache_next_recompute(run *r) { return one_by_one(r, r->logits, r->m->text, r->length); }

tt_status cache_next_batched(run *r)
{
    return transformer_forward(r->logits, 1, &r->m->view, r->m->text, r->length, NULL, 1);
}

tt_status cache_next_common(run *r)
{
    const int V = r->m->view.vocab;
    tt_status status = gpt_forward(&r->m->gpt, r->logits, r->m->text, r->length, NULL);
    memmove(r->logits, r->logits + (size_t)(r->length - 1) * V, (size_t)V * sizeof *r->logits);
    return status;
}

bool cache_next_check(void *job, char *why, size_t why_bytes)
{
    run *r = job;
    const size_t V = (size_t)r->m->view.vocab;
    tensor_difference d =
        tensor_compare(r->logits, r->right + (size_t)(r->length - 1) * V, V, r->right_bound);
    if (!d.ok) snprintf(why, why_bytes, "wrong: logit %zu is %.6g, not %.6g", d.index, d.got, d.want);
    memset(r->logits, 0xff, V * sizeof *r->logits);
    return d.ok;
}

// --- A whole text ---

static const token_sampler greedy = {cache_pick_greedy, NULL};

static tt_status write_text(run *r, kv_cache *cache)
{
    int made;
    r->ids[0] = r->m->text[0];
    return transformer_generate(r->ids, &made, &r->m->view, 1, r->length - 1, greedy, cache, 1);
}

tt_status cache_text_cached(run *r) { return r->cache.rows ? write_text(r, &r->cache) : TT_TODO; }
tt_status cache_text_batched(run *r) { return write_text(r, NULL); }

tt_status cache_text_recompute(run *r)
{
    tt_status status = TT_OK;
    r->ids[0] = r->m->text[0];
    for (int t = 1; t < r->length && status == TT_OK; t++) {
        status = one_by_one(r, r->logits, r->ids, t);
        if (status == TT_OK) r->ids[t] = cache_pick_greedy(NULL, r->logits, r->m->view.vocab);
    }
    return status;
}

tt_status cache_text_common(run *r)
{
    const int V = r->m->view.vocab;
    tt_status status = TT_OK;
    r->ids[0] = r->m->text[0];
    for (int t = 1; t < r->length && status == TT_OK; t++) {
        status = gpt_forward(&r->m->gpt, r->logits, r->ids, t, NULL);
        if (status == TT_OK) r->ids[t] = cache_pick_greedy(NULL, r->logits + (size_t)(t - 1) * V, V);
    }
    return status;
}

bool cache_text_check(void *job, char *why, size_t why_bytes)
{
    run *r = job;
    int where = 0;
    bool good = cache_model_text_is_greedy(r->m, r->ids, 1, r->length, 2 * r->right_bound, &where);
    if (!good) snprintf(why, why_bytes, "wrong: token %d is not the likeliest there", where);
    memset(r->ids, 0xff, (size_t)r->length * sizeof *r->ids);
    return good;
}

// --- A prompt ---

tt_status cache_prompt_one_by_one(run *r) { return one_by_one(r, r->logits, r->m->text, r->length); }

tt_status cache_prompt_block(run *r)
{
    if (!r->cache.rows) return TT_TODO;
    tt_status status = kv_cache_reset(&r->cache, 0);
    if (status != TT_OK) return status;
    return transformer_forward(r->logits, 1, &r->m->view, r->m->text, r->length, &r->cache, 1);
}
