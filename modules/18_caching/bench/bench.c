// bench.c: what module 18 times, claims and draws. Rows only; the ways are in ways.h, the engine is common/bench/bench.h.
#include "bench/tables.h"

#include "ways.h"

// --- Cases: a model and a length ---

#define CASE(model, n, in_quick)                                                                             \
    {                                                                                                        \
        .name = #n, .size = {model, n}, .x = n, .quick = in_quick                                            \
    }
#define RANDOM(n, in_quick)  CASE(MODEL_256, n, in_quick)
#define TRAINED(n, in_quick) CASE(MODEL_TRAINED, n, in_quick)

static const bench_case next_cases[] = {
    RANDOM(1, false),  RANDOM(2, true),    RANDOM(8, true),   RANDOM(32, true),
    RANDOM(128, true), RANDOM(256, false), RANDOM(512, true), RANDOM(1024, false),
};
static const bench_case next_trained_cases[] = {
    TRAINED(8, true), TRAINED(32, false), TRAINED(128, true), TRAINED(256, false), TRAINED(512, false),
};
// 512 and 1024: see cache_measure and cache_prove
static const bench_case text_cases[] = {
    RANDOM(2, true),  RANDOM(4, true),    RANDOM(8, true),
    RANDOM(32, true), RANDOM(100, false), RANDOM(256, false),
};
static const bench_case text_trained_cases[] = {TRAINED(8, true), TRAINED(32, true), TRAINED(100, false)};
static const bench_case prompt_cases[] = {
    RANDOM(1, true), RANDOM(2, true), RANDOM(4, true), RANDOM(8, true), RANDOM(64, true), RANDOM(256, true),
};
#define BLOCK(n, in_quick)                                                                                   \
    {                                                                                                        \
        .name = #n, .size = {n, 512}, .x = n, .quick = in_quick                                              \
    }
static const bench_case block_cases[] = {BLOCK(4, false), BLOCK(16, true), BLOCK(64, false),
                                         BLOCK(512, true)};
static const bench_case append_cases[] = {RANDOM(16, true), RANDOM(64, true), RANDOM(256, true),
                                          RANDOM(1024, true)};
static const bench_case decode_cases[] = {
    {"trained", {MODEL_TRAINED, 16}, 0, true},   {"256", {MODEL_256, 16}, 16, true},
    {"256@256", {MODEL_256, 256}, 256, false},   {"256@512", {MODEL_256, 512}, 512, false},
    {"256@1024", {MODEL_256, 1024}, 1024, true}, {"1024", {MODEL_1024, 16}, 0, false},
};

// --- Variants ---

static const bench_variant next_variants[] = {
    GIVEN("common", cache_next_common),
    RUNG("recompute", cache_next_recompute),
    RUNG("batched", cache_next_batched),
    RUNG("cached", cache_next_cached),
};
// Work is tokens: what would take minutes for a figure is not asked.
static const bench_variant text_variants[] = {
    GIVEN("common", cache_text_common, .most_work = 100),
    RUNG("recompute", cache_text_recompute, .most_work = 100),
    RUNG("batched", cache_text_batched, .most_work = 100),
    RUNG("cached", cache_text_cached),
};
static const bench_variant prompt_variants[] = {
    RUNG("one-by-one", cache_prompt_one_by_one),
    RUNG("prefill", cache_prompt_block),
};
static const bench_variant append_variants[] = {
    GIVEN("copying", cache_append_copying),
    RUNG("in-place", cache_append_in_place),
};
static const bench_variant decode_variants[] = {
    YARDSTICK("bound", cache_decode_bound),
    YARDSTICK("bound-4", cache_decode_bound, .argument = CACHE_PLACES),
    RUNG("decode", cache_decode),
    RUNG("decode-2", cache_decode, .threads = 2),
    YARDSTICK("bound-2", cache_decode_bound, .threads = 2),
    RUNG("products", cache_decode_products),
    RUNG("attention", cache_decode_attention),
    RUNG("common", cache_decode_common),
};
static const bench_variant block_variants[] = {
    YARDSTICK("roof", cache_block_roof),  YARDSTICK("tile", cache_block_tile),
    YARDSTICK("peak", cache_block_peak),  RUNG("each", cache_block_each),
    RUNG("prefill", cache_block_prefill),
};

// --- Suites ---

static double one_token(const bench_case *c) { return (void)c, 1; }
static double new_tokens(const bench_case *c) { return c->size[CACHE_LENGTH] - 1; }
static double all_tokens(const bench_case *c) { return c->size[CACHE_LENGTH]; }

#define RUN(name, unit, cases, variants, its_work, its_prepare, its_check)                                   \
    SUITE(name, unit, cases, variants, .work = its_work, .prepare = its_prepare, .run = cache_run,           \
          .check = its_check, .finish = cache_finish)

static const bench_suite next =
    RUN("next", "token/s", next_cases, next_variants, one_token, cache_prepare, cache_next_check);
static const bench_suite next_trained = RUN("next_trained", "token/s", next_trained_cases, next_variants,
                                            one_token, cache_prepare, cache_next_check);
static const bench_suite text =
    RUN("text", "token/s", text_cases, text_variants, new_tokens, cache_prepare, cache_text_check);
static const bench_suite text_trained = RUN("text_trained", "token/s", text_trained_cases, text_variants,
                                            new_tokens, cache_prepare, cache_text_check);
static const bench_suite prompt =
    RUN("prompt", "token/s", prompt_cases, prompt_variants, all_tokens, cache_prepare, cache_next_check);
static const bench_suite append =
    RUN("append", "token/s", append_cases, append_variants, one_token, cache_prepare_full, cache_parts_check);
static const bench_suite decode = RUN("decode", "B/s", decode_cases, decode_variants, cache_read_bytes,
                                      cache_prepare_full, cache_parts_check);
static const bench_suite block =
    SUITE("block", "flop/s", block_cases, block_variants, .run = cache_block_run, JOB(cache_block));

static const bench_suite *const suites[] = {&next,   &next_trained, &text,   &text_trained,
                                            &prompt, &block,        &append, &decode};

// --- Claims ---

// Against recomputing a cache wins by whatever factor the text is long enough for: that is printed with the
// rows of `text`. Claimed is that nothing changed, how time grows, and what the machine could do at most.
static const bench_claim claims[] = {
    VALUE(AT_MOST, 1, "logits_of_bound", "x", "largest difference of a logit / its bound"),
    VALUE(AT_LEAST, 511, "same_greedy", "tokens", "greedy text with and without cache: same tokens"),
    VALUE(AT_LEAST, 128, "same_sampled", "tokens", "seeded sampler, with and without: same tokens"),
    VALUE(AT_MOST, 1.5, "exponent_text_cached", "", "whole text, cached: exponent from 64 tokens on"),
    VALUE(AT_LEAST, 1.8, "exponent_text_recompute", "", "whole text, recomputed: exponent"),
    TIMES(0.5, "decode", "256", "decode", "bound|bound-4", "decode / reading the weights, width 256"),
    TIMES(0.75, "decode", "1024", "decode", "bound|bound-4", "decode / reading the weights, width 1024"),
    VALUE(AT_LEAST, 0.7, "threads_of_reading", "x", "gain of two threads / gain of reading, width 1024"),
    TIMES(0.28, "block", "512", "prefill", "tile", "512 behind 512 queries / a tile fed from L1"),
    TIMES(0.33, "block", "512", "prefill", "roof", "the same / that tile and its exponentials"),
    VALUE(AT_MOST, 0.5, "exponent_append", "", "append in place, by what is held: exponent"),
};

// --- Charts ---

#define MS_CURVES(name, suite, variants, below, beside, title, ...)                                          \
    CURVES(name, suite, variants, TIME, 1e-3, below, beside, title, .log_x = true, __VA_ARGS__)
#define WAYS "common recompute batched cached"

static const bench_chart charts[] = {
    MS_CURVES("next", "next", WAYS, "tokens of text, the new one included", "ms for the next token",
              "One more token: 4 layers of width 256, random weights", .log_y = true),
    MS_CURVES("next_trained", "next_trained", WAYS, "tokens of text, the new one included",
              "ms for the next token", "One more token: the trained model", .log_y = true),
    CURVES("text", "text", WAYS, RATIO, 1, "tokens of text", "times common",
           "A whole text from one token: times common's forward", .log_x = true, .log_y = true),
    MS_CURVES("text_cost", "text", WAYS, "tokens of text", "ms per token, mean over the text",
              "A whole text from one token: what a token costs on average", .log_y = true),
    CURVES("append", "append", "copying in-place", TIME, 1e-6, "tokens in the cache",
           "us for one token, all layers", "Appending one token: in place, and by copying the cache",
           .log_x = true, .log_y = true),
    MS_CURVES("prompt", "prompt", "one-by-one prefill", "tokens of prompt", "ms per token of the prompt",
              "A prompt: as one block, and token by token"),
    CURVES("block", "block", "peak tile roof each prefill", RATE, 1e9, "queries", "GFLOP/s",
           "A block of attention behind 512 keys, 4 heads of 64, beside its roofs", .log_x = true),
    CURVES("bandwidth", "decode", "bound bound-4 decode decode-2 common", RATE, 1e9, "tokens of text", "GB/s",
           "What one more token reads per second, beside the bandwidth bound", .log_x = true),
    BARS("decode", "decode", "256", "bound bound-4 decode decode-2 bound-2 common", RATIO, "times the bound",
         "One token, width 256, short context: times the bandwidth bound"),
    CURVES("memory", "memory", "cache weights", RATE, 1048576, "tokens", "MiB",
           "What the cache takes: 4 layers of width 256", .log_x = true, .log_y = true),
};

MODULE("18_caching", .measure = cache_measure, .measure_seconds = 10, .prove = cache_prove,
       .prove_seconds = 200);
