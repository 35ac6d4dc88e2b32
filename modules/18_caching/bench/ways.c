// bench/ways.c: the ways of runs.h, each the few lines that its name says.
#include "ways.h"

#include <malloc.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/backend.h"
#include "core/rng.h"
#include "measure/roofs.h"
#include "core/tensor.h"
#include "core/vec.h"

double runs_logits_bound(const transformer *m, int tokens, double largest)
{
    double C = m->width, roots = 3 * sqrt(C) + sqrt(C / m->heads) + sqrt(tokens) + sqrt(4 * C);
    return 8 * 0x1p-24 * (m->layers * roots + sqrt(C)) * largest;
}

void runs_finish(void *job)
{
    run *r = job;
    if (!r) return;
    model_finish(r->m);
    kv_cache_finish(&r->cache);
    free(r->ids), free(r->logits), free(r->right), free(r->rows), free(r->old_k), free(r->old_v),
        free(r->made);
    free(r->grown[0]), free(r->grown[1]);
    free(r);
}

void *runs_prepare(const bench_case *c)
{
    run *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    backend_use(&backend_blas);
    r->length = c->size[RUNS_LENGTH];
    r->m = model_create((model_kind)c->size[RUNS_KIND]);
    if (!r->m) return runs_finish(r), NULL;
    const transformer *m = &r->m->view;
    size_t floats = (size_t)r->length * (size_t)m->vocab, rows = (size_t)r->length * (size_t)m->width;
    r->ids = calloc((size_t)r->length, sizeof *r->ids);
    r->logits = tensor_alloc(floats), r->right = tensor_alloc(floats), r->rows = tensor_alloc(rows);
    r->old_k = tensor_alloc(rows * (size_t)m->layers), r->old_v = tensor_alloc(rows * (size_t)m->layers);
    r->made = tensor_alloc((size_t)(4 * m->width > m->vocab ? 4 * m->width : m->vocab));
    if (!r->ids || !r->logits || !r->right || !r->rows || !r->old_k || !r->old_v || !r->made)
        return runs_finish(r), NULL;
    tt_rng rng = {18};
    for (size_t i = 0; i < rows; i++) r->rows[i] = rng_uniform(&rng) - 0.5f;
    if (gpt_forward(&r->m->gpt, r->right, r->m->text, r->length, NULL) != TT_OK) return runs_finish(r), NULL;
    float largest = 0;
    for (size_t i = 0; i < floats; i++) largest = fmaxf(largest, fabsf(r->right[i]));
    r->right_bound = runs_logits_bound(m, r->length, largest);
    // A student's init may not be written yet: then the ways say so, and those that need no cache go on.
    if (kv_cache_init(&r->cache, m->layers, m->heads, m->width / m->heads, m->context) != TT_OK)
        r->cache = (kv_cache){0};
    return r;
}

void *runs_prepare_full(const bench_case *c)
{
    run *r = runs_prepare(c);
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

tt_status runs_run(void *job, const bench_variant *v) { return ((run_way *)v->function)(job); }

// --- One more token ---

static tt_status one_by_one(run *r, float *logits, const int *ids, int count)
{
    if (!r->cache.rows) return TT_TODO;
    tt_status status = kv_cache_reset(&r->cache, 0);
    for (int t = 0; t < count && status == TT_OK; t++)
        status = transformer_forward(logits, 1, &r->m->view, ids + t, 1, &r->cache, 1);
    return status;
}

tt_status next_cached(run *r)
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

tt_status next_recompute(run *r) { return one_by_one(r, r->logits, r->m->text, r->length); }

tt_status next_batched(run *r)
{
    return transformer_forward(r->logits, 1, &r->m->view, r->m->text, r->length, NULL, 1);
}

tt_status next_common(run *r)
{
    const int V = r->m->view.vocab;
    tt_status status = gpt_forward(&r->m->gpt, r->logits, r->m->text, r->length, NULL);
    memmove(r->logits, r->logits + (size_t)(r->length - 1) * V, (size_t)V * sizeof *r->logits);
    return status;
}

bool runs_check_next(void *job, char *why, size_t why_bytes)
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

static const token_sampler greedy = {pick_greedy, NULL};

static tt_status write_text(run *r, kv_cache *cache)
{
    int made;
    r->ids[0] = r->m->text[0];
    return transformer_generate(r->ids, &made, &r->m->view, 1, r->length - 1, greedy, cache, 1);
}

tt_status text_cached(run *r) { return r->cache.rows ? write_text(r, &r->cache) : TT_TODO; }
tt_status text_batched(run *r) { return write_text(r, NULL); }

tt_status text_recompute(run *r)
{
    tt_status status = TT_OK;
    r->ids[0] = r->m->text[0];
    for (int t = 1; t < r->length && status == TT_OK; t++) {
        status = one_by_one(r, r->logits, r->ids, t);
        if (status == TT_OK) r->ids[t] = pick_greedy(NULL, r->logits, r->m->view.vocab);
    }
    return status;
}

tt_status text_common(run *r)
{
    const int V = r->m->view.vocab;
    tt_status status = TT_OK;
    r->ids[0] = r->m->text[0];
    for (int t = 1; t < r->length && status == TT_OK; t++) {
        status = gpt_forward(&r->m->gpt, r->logits, r->ids, t, NULL);
        if (status == TT_OK) r->ids[t] = pick_greedy(NULL, r->logits + (size_t)(t - 1) * V, V);
    }
    return status;
}

bool runs_check_text(void *job, char *why, size_t why_bytes)
{
    run *r = job;
    int where = 0;
    bool good = model_text_is_greedy(r->m, r->ids, 1, r->length, 2 * r->right_bound, &where);
    if (!good) snprintf(why, why_bytes, "wrong: token %d is not the likeliest there", where);
    memset(r->ids, 0xff, (size_t)r->length * sizeof *r->ids);
    return good;
}

// --- A prompt ---

tt_status prompt_one_by_one(run *r) { return one_by_one(r, r->logits, r->m->text, r->length); }

tt_status prompt_block(run *r)
{
    if (!r->cache.rows) return TT_TODO;
    tt_status status = kv_cache_reset(&r->cache, 0);
    if (status != TT_OK) return status;
    return transformer_forward(r->logits, 1, &r->m->view, r->m->text, r->length, &r->cache, 1);
}

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

tt_status append_in_place(run *r)
{
    if (!r->cache.rows) return TT_TODO;
    r->check = check_in_place;
    tt_status status = kv_cache_reset(&r->cache, r->length - 1);
    for (int layer = 0; layer < r->cache.layers && status == TT_OK; layer++)
        status = kv_cache_append(&r->cache, layer, r->rows, r->rows, 1);
    return status == TT_OK ? kv_cache_advance(&r->cache, 1) : status;
}

// As torch.cat does it: per layer a new piece of memory, the old rows, the new row.
tt_status append_copying(run *r)
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

double runs_cache_bytes(const kv_cache *cache)
{
    return (double)malloc_usable_size(cache->k) + (double)malloc_usable_size(cache->v) +
           (double)malloc_usable_size(cache->rows);
}

// --- One token, and its parts ---

bool runs_check_parts(void *job, char *why, size_t why_bytes)
{
    run *r = job;
    return r->check(r, why, why_bytes);
}

static bool check_logits(run *r, char *why, size_t why_bytes) { return runs_check_next(r, why, why_bytes); }

static tt_status decode_with(run *r, int threads)
{
    r->check = check_logits;
    if (!r->cache.rows || r->cache.length < r->length - 1) return TT_TODO;
    tt_status status = kv_cache_reset(&r->cache, r->length - 1);
    if (status != TT_OK) return status;
    return transformer_forward(r->logits, 1, &r->m->view, r->m->text + r->length - 1, 1, &r->cache, threads);
}

tt_status decode_one(run *r) { return decode_with(r, 1); }
tt_status decode_two_threads(run *r) { return decode_with(r, 2); }

// common's gpt_forward behind the student's cache, with the library's products.
tt_status decode_common(run *r)
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

tt_status decode_products(run *r)
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
    bool good = runs_attention_right(r->made, r->rows, r->old_k + last, r->old_v + last, s, why, why_bytes);
    memset(r->made, 0xff, C * sizeof *r->made);
    return good;
}

tt_status decode_attention(run *r)
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
    enum { PLACES = 4, LINE = 2 * VEC_FLOATS };
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

typedef float reader(const float *x, size_t count);

static float read_part(reader *read, const float *x, size_t floats, int part, int parts)
{
    size_t lines = floats / 128, first = lines * (size_t)part / (size_t)parts;
    return read(x + first * 128, (lines * (size_t)(part + 1) / (size_t)parts - first) * 128);
}

static tt_status read_with(run *r, reader *read, int threads)
{
    size_t floats, C = (size_t)r->m->view.width, past = (size_t)(r->length - 1) * C;
    const float *weights = model_weights(r->m, &floats);
#pragma omp parallel num_threads(threads)
    {
        int t = omp_get_thread_num(), all = omp_get_num_threads();
        float sum = read_part(read, weights, floats, t, all);
        for (int l = 0; l < r->m->view.layers; l++) {
            sum += read_part(read, r->old_k + (size_t)l * past, past, t, all);
            sum += read_part(read, r->old_v + (size_t)l * past, past, t, all);
        }
        measure_keep(sum);
    }
    return TT_OK;
}

tt_status decode_bound(run *r) { return read_with(r, roofs_read, 1); }
tt_status decode_bound_four(run *r) { return read_with(r, read_in_four, 1); }
tt_status decode_bound_two(run *r) { return read_with(r, roofs_read, 2); }

// By formula, for the work of a case; the weights' bytes are those of the file that gpt.c makes.
double runs_bytes(const bench_case *c)
{
    static double weights[MODELS], row[MODELS];
    int kind = c->size[RUNS_KIND];
    if (weights[kind] == 0) {
        model *m = model_create((model_kind)kind);
        if (!m) return 1;
        weights[kind] = (double)model_weight_bytes(m);
        row[kind] = 2.0 * m->view.layers * m->view.width * sizeof(float);
        model_finish(m);
    }
    return weights[kind] + (c->size[RUNS_LENGTH] - 1) * row[kind];
}
