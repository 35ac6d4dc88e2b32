// ways.h: what module 18 times: one more token, a whole text, a prompt, an append, a block of attention, each
// by several ways.
//
// A way is a function of a run, so that benchmark, lesson and claims all mean the same thing by a name:
//   cached     what a cache is for: the prompt once, then one token at a time
//   recompute  the same kernels without memory: every token of the text again, one by one, for every new one
//   batched    the fair opponent: every token of the text again, as one product per matrix (OpenBLAS)
//   common     the same by common's own gpt_forward, which nothing of yours is in
#pragma once

#include "bench/bench.h"
#include "given/model.h"

enum { CACHE_KIND, CACHE_LENGTH }; // where a bench_case keeps them in size[]

typedef struct run {
    model *m;
    kv_cache cache;
    int length;            // tokens of the text, the new ones included
    int threads, argument; // of the variant that runs: 1 and 0 if none does
    int *ids;              // (length)
    float *logits, *right; // (length, V): of the last run; by common's gpt_forward, of the whole text
    double right_bound;    // by how much logits may differ: see cache_logits_bound
    float *rows;           // (length, C), random: to append, and to multiply
    float *old_k, *old_v;  // (layers, length - 1, C): what the cache holds before the last token
    float *made;           // (4 C, or V if that is more): of the last run's products, or its attention
    float *grown[2];       // (length, C): the last layer of a cache that grew by copying
    bool (*check)(struct run *r, char *why, size_t why_bytes); // of the last run, where a suite has several
} run;

typedef tt_status run_way(run *r);

// Two ways to the same logits are the same sums in another order. By how much may they differ? Each logit
// hangs on a chain of sums: per layer of C (three of them), head, T and 4 C products, at the end C. A sum of
// n in another order moves by about 8 sqrt(n) u of what is summed (Higham, Mary 2019; u = 2^-24): the roots
// added up, times the largest logit.
double cache_logits_bound(const transformer *m, int tokens, double largest);

// For a case of the suites below; NULL without weights or memory. The backend is then the library.
void *cache_prepare(const bench_case *c);      // a text, its right logits
void *cache_prepare_full(const bench_case *c); // and the cache full of all but the last token
void cache_finish(void *job);
tt_status cache_run(void *job, const bench_variant *v);

// One more token behind length - 1 others: its logits are checked.
run_way cache_next_cached, cache_next_recompute, cache_next_batched, cache_next_common;
bool cache_next_check(void *job, char *why, size_t why_bytes);

// A text of `length` tokens from one: every token must be what gpt_forward finds likeliest there.
run_way cache_text_cached, cache_text_recompute, cache_text_batched, cache_text_common;
bool cache_text_check(void *job, char *why, size_t why_bytes);

// A prompt of `length` tokens into an empty cache.
run_way cache_prompt_block, cache_prompt_one_by_one;

// A token in every layer of a cache that holds length - 1: all rows of the last layer are checked.
run_way cache_append_in_place, cache_append_copying;

// What the way that ran last says is right: logits, rows, products or attention.
bool cache_parts_check(void *job, char *why, size_t why_bytes);

// The parts of one decoded token behind length - 1 others, and its bound: reading weights, keys and values
// once, from front to back or in four places at once, each thread its part.
run_way cache_decode, cache_decode_common, cache_decode_products, cache_decode_attention, cache_decode_bound;
enum { CACHE_PLACES = 4 }; // the argument with which cache_decode_bound reads in four places

// Whether out is attention of the last s.queries of s.keys tokens, in double precision: some of the queries.
bool cache_attention_right(const float *out, const float *q, const float *k, const float *v,
                           attention_shape s, char *why, size_t why_bytes);

// Attention of a block by itself, 4 heads of 64: as a block, and each query as if it were alone. What it
// costs at least: its products and exponentials, its products alone (attention_roof.h), or those in
// registers.
enum { CACHE_QUERIES, CACHE_PAST }; // where such a case keeps them
typedef struct {
    attention_shape s;
    float *q, *k, *v, *out; // (queries, C), (keys, C), (keys, C), (queries, C)
} attention_block;
typedef tt_status block_way(attention_block *b);
block_way cache_block_prefill, cache_block_each, cache_block_roof, cache_block_tile, cache_block_peak;
void *cache_block_prepare(const bench_case *c);
void cache_block_finish(void *job);
tt_status cache_block_run(void *job, const bench_variant *v);
bool cache_block_check(void *job, char *why, size_t why_bytes);
double cache_block_work(const bench_case *c);

// Bytes that one more token reads: weights, and the keys and values before it.
double cache_read_bytes(const bench_case *c);

// Bytes that the allocator handed out for a cache, not what a formula says.
double cache_held_bytes(const kv_cache *cache);

// The slope of log y over log x of a variant's seconds per call, from x_least on; NaN with less than two
// points.
double cache_exponent(const results *r, const char *suite, const char *variant, double x_least);

// What no engine's rounds are for: memory, the longest text; and, for claims alone, identity, whole texts that take
// minutes without a cache, exponents.
bench_values cache_measure, cache_prove;
