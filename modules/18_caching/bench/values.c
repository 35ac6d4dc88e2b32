// values.c: what module 18 measures beside the rows of its suites: cache_measure and cache_prove of ways.h.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "ways.h"

// A row of the engine's kind; seconds 0: of a way that was not asked.
static void add_row(results *r, const char *suite, int x, const char *variant, results_kind kind, double work,
                    const char *unit, double seconds)
{
    results_row row = {.kind = kind,
                       .x = x,
                       .threads = 1,
                       .passed = seconds > 0,
                       .work = work,
                       .n = seconds > 0,
                       .seconds = {seconds}};
    if (!row.passed) snprintf(row.why, sizeof row.why, "not run: too slow here");
    char kase[16];
    snprintf(kase, sizeof kase, "%d", x);
    results_row_name(&row, suite, kase, variant, unit);
    results_add(r, &row);
}

static double seconds_of(run_way *way, run *r, tt_status *status)
{
    double start = measure_now();
    if (*status == TT_OK) *status = way(r);
    return measure_now() - start;
}

static int ascending(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

// A text that takes half a minute without a cache, once each way, between texts with the cache: their median
// is what it is compared with, so that luck is on nobody's side. The same tokens from all ways, or no row.
static tt_status measure_long_text(results *r, const char *suite, model_kind kind, int length, int slow_ways)
{
    enum { CACHED = 9 };
    double cached[CACHED], slow[2] = {0};
    char why[160] = "";
    const bench_case c = {.size = {kind, length}};
    run *job = cache_prepare(&c);
    if (!job) return TT_NO_MEMORY;
    run_way *const ways[] = {cache_text_batched, cache_text_recompute};
    tt_status status = TT_OK;
    bool good = true;
    printf("\n%s of %d tokens, once each way ...\n", suite, length), fflush(stdout);
    for (int i = 0; i < CACHED && status == TT_OK; i++) {
        cached[i] = seconds_of(cache_text_cached, job, &status);
        if (status == TT_OK) good = good && cache_text_check(job, why, sizeof why);
        int way = i / 4; // after the fourth and the eighth
        if (i % 4 != 3 || way >= slow_ways) continue;
        slow[way] = seconds_of(ways[way], job, &status);
        if (status == TT_OK) good = good && cache_text_check(job, why, sizeof why);
    }
    if (status == TT_OK && good) {
        qsort(cached, CACHED, sizeof *cached, ascending);
        add_row(r, suite, length, "common", RESULTS_GIVEN, length - 1, "token/s",
                0); // what ratios are taken to
        if (slow_ways > 1)
            add_row(r, suite, length, "recompute", RESULTS_RUNG, length - 1, "token/s", slow[1]);
        if (slow_ways > 0) add_row(r, suite, length, "batched", RESULTS_RUNG, length - 1, "token/s", slow[0]);
        add_row(r, suite, length, "cached", RESULTS_RUNG, length - 1, "token/s", cached[CACHED / 2]);
        printf("cached %.3f s, batched %.2f s, recompute %.2f s (0: not asked)\n", cached[CACHED / 2],
               slow[0], slow[1]);
    } else if (status == TT_OK) {
        printf("%s: %s\n", suite, why);
    }
    cache_finish(job);
    return status;
}

// Logits of every position behind prompts of 1, 2, 17 and the whole context, against common's gpt_forward:
// the largest difference, as a part of the bound.
static tt_status measure_logits(results *r)
{
    const bench_case c = {.size = {MODEL_TRAINED, 512}};
    run *job = cache_prepare(&c);
    if (!job) return TT_NO_MEMORY;
    const transformer *m = &job->m->view;
    const int prompts[] = {1, 2, 17, job->length}, V = m->vocab;
    double largest = 0;
    tt_status status = job->cache.rows ? TT_OK : TT_TODO;
    for (int p = 0; p < 4 && status == TT_OK; p++) {
        status = kv_cache_reset(&job->cache, 0);
        if (status == TT_OK)
            status =
                transformer_forward(job->logits, prompts[p], m, job->m->text, prompts[p], &job->cache, 1);
        for (int t = prompts[p]; t < job->length && status == TT_OK; t++)
            status =
                transformer_forward(job->logits + (size_t)t * V, 1, m, job->m->text + t, 1, &job->cache, 1);
        tensor_difference d =
            tensor_compare(job->logits, job->right, (size_t)job->length * (size_t)V, job->right_bound);
        if (!(d.largest <= largest)) largest = d.largest;
    }
    if (status == TT_OK) {
        results_set(r, "logits_difference", largest, "");
        results_set(r, "logits_bound", job->right_bound, "");
        results_set(r, "logits_of_bound", largest / job->right_bound, "");
    }
    cache_finish(job);
    return status;
}

// Tokens that are the same with and without the cache, from the first that is not on: greedy to the context's
// end, and with a seeded sampler a quarter of it.
static tt_status measure_same_text(results *r)
{
    model *m = cache_model_create(MODEL_TRAINED);
    kv_cache cache = {0};
    if (!m) return TT_NO_MEMORY;
    const transformer *t = &m->view;
    backend_use(&backend_blas);
    tt_status status = kv_cache_init(&cache, t->layers, t->heads, t->width / t->heads, t->context);
    for (int sampled = 0; sampled < 2 && status == TT_OK; sampled++) {
        int ids[2][1024], made[2] = {0}, same = 0, want = sampled ? t->context / 4 : t->context - 1;
        for (int way = 0; way < 2 && status == TT_OK; way++) {
            sampler_state state = {{18}, 0.7f};
            token_sampler sampler = {sampled ? cache_pick_sampled : cache_pick_greedy, &state};
            ids[way][0] = m->text[0];
            status = transformer_generate(ids[way], &made[way], t, 1, want, sampler, way ? &cache : NULL, 1);
        }
        while (status == TT_OK && same < made[0] && same < made[1] && ids[0][1 + same] == ids[1][1 + same])
            same++;
        if (status == TT_OK) results_set(r, sampled ? "same_sampled" : "same_greedy", same, "tokens");
    }
    kv_cache_finish(&cache);
    cache_model_finish(m);
    return status;
}

// What a cache of so many tokens takes.
static tt_status measure_memory(results *r)
{
    model *m = cache_model_create(MODEL_256);
    tt_status status = m ? TT_OK : TT_NO_MEMORY;
    for (int tokens = 16; tokens <= 4096 && status == TT_OK; tokens *= 2) {
        kv_cache cache = {0};
        status = kv_cache_init(&cache, m->view.layers, m->view.heads, m->view.width / m->view.heads, tokens);
        if (status != TT_OK) break;
        double bytes = cache_held_bytes(&cache);
        kv_cache_finish(&cache);
        add_row(r, "memory", tokens, "cache", RESULTS_RUNG, bytes, "B", 1);
        add_row(r, "memory", tokens, "weights", RESULTS_YARDSTICK, (double)cache_model_weight_bytes(m), "B",
                1);
        if (tokens == 1024) results_set(r, "cache_per_token", bytes / tokens / 1024, "KiB");
    }
    cache_model_finish(m);
    return status;
}

double cache_exponent(const results *r, const char *suite, const char *variant, double x_least)
{
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (int i = 0; i < r->row_count; i++) {
        const results_row *row = &r->rows[i];
        if (strcmp(row->suite, suite) != 0 || strcmp(row->variant, variant) != 0 || row->x < x_least ||
            !row->n)
            continue;
        double x = log(row->x), y = log(measure_describe(row->seconds, row->n).median);
        n++, sx += x, sy += y, sxx += x * x, sxy += x * y;
    }
    return n < 2 ? NAN : (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

static void set_exponents(results *r)
{
    static const struct {
        const char *name, *suite, *variant;
    } rows[] = {
        {"exponent_next_cached", "next", "cached"},       {"exponent_next_batched", "next", "batched"},
        {"exponent_next_recompute", "next", "recompute"}, {"exponent_text_cached", "text", "cached"},
        {"exponent_text_batched", "text", "batched"},     {"exponent_text_recompute", "text", "recompute"},
        {"exponent_append", "append", "in-place"}};
    for (int i = 0; i < 7; i++) {
        double slope = cache_exponent(r, rows[i].suite, rows[i].variant, 64);
        if (!isnan(slope)) results_set(r, rows[i].name, slope, "");
    }
}

// What already came out right in a process of its own may be called in this one.
static bool proved(const results *r, const char *suite, const char *kase)
{
    const results_row *row = results_find(r, suite, kase, "cached");
    return row && row->passed;
}

// Whether lengths were measured that only a whole run has.
static bool whole(const results *r, bool quick)
{
    return !quick && proved(r, "next", "1024") && proved(r, "text", "256");
}

tt_status cache_measure(results *r, bool quick)
{
    tt_status status = proved(r, "next", "2") ? measure_memory(r) : TT_OK;
    if (whole(r, quick) && status == TT_OK) status = measure_long_text(r, "text", MODEL_256, 1024, 0);
    return status == TT_TODO ? TT_OK : status; // what is not written yet is no failure of the benchmark
}

tt_status cache_prove(results *r, bool quick)
{
    tt_status status = whole(r, quick) ? measure_logits(r) : TT_TODO;
    if (status == TT_OK) status = measure_same_text(r);
    if (status == TT_OK) status = measure_long_text(r, "text", MODEL_256, 512, 2);
    if (status == TT_OK) status = measure_long_text(r, "text_trained", MODEL_TRAINED, 512, 1);
    double gain = results_gain_of_gain(r, "decode", "1024", "decode-2", "decode", "bound-2", "bound");
    if (!isnan(gain)) results_set(r, "threads_of_reading", gain, "x");
    set_exponents(r);
    return status == TT_TODO ? TT_OK : status;
}
