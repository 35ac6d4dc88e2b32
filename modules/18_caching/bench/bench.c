// bench.c: what module 18 times, claims and draws. Rows only; the ways are in bench/ways.c, the engine in
// common/bench/bench.h.
#include "bench/bench.h"

#include "ways.h"

#define WAY(way) ((bench_function *)(way))

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
// 512 and 1024: see runs_measure and runs_prove
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

#define RUNG(name, way, most)                                                                                \
    {                                                                                                        \
        name, WAY(way), RESULTS_RUNG, 1, most, NULL                                                          \
    }
#define GIVEN(name, way, most)                                                                               \
    {                                                                                                        \
        name, WAY(way), RESULTS_GIVEN, 1, most, NULL                                                         \
    }
#define YARDSTICK(name, way, threads)                                                                        \
    {                                                                                                        \
        name, WAY(way), RESULTS_YARDSTICK, threads, 0, NULL                                                  \
    }

static const bench_variant next_variants[] = {
    GIVEN("common", next_common, 0),
    RUNG("recompute", next_recompute, 0),
    RUNG("batched", next_batched, 0),
    RUNG("cached", next_cached, 0),
};
// Work is tokens: what would take minutes for a figure is not asked.
static const bench_variant text_variants[] = {
    GIVEN("common", text_common, 100),
    RUNG("recompute", text_recompute, 100),
    RUNG("batched", text_batched, 100),
    RUNG("cached", text_cached, 0),
};
static const bench_variant prompt_variants[] = {
    RUNG("one-by-one", prompt_one_by_one, 0),
    RUNG("prefill", prompt_block, 0),
};
static const bench_variant append_variants[] = {
    GIVEN("copying", append_copying, 0),
    RUNG("in-place", append_in_place, 0),
};
static const bench_variant decode_variants[] = {
    YARDSTICK("bound", decode_bound, 1),
    YARDSTICK("bound-4", decode_bound_four, 1),
    RUNG("decode", decode_one, 0),
    {"decode-2", WAY(decode_two_threads), RESULTS_RUNG, 2, 0, NULL},
    YARDSTICK("bound-2", decode_bound_two, 2),
    RUNG("products", decode_products, 0),
    RUNG("attention", decode_attention, 0),
    RUNG("common", decode_common, 0),
};

static const bench_variant block_variants[] = {
    YARDSTICK("roof", block_roof, 1), YARDSTICK("tile", block_tile, 1),  YARDSTICK("peak", block_peak, 1),
    RUNG("each", block_each, 0),      RUNG("prefill", block_prefill, 0),
};

static double one_token(const bench_case *c) { return (void)c, 1; }
static double new_tokens(const bench_case *c) { return c->size[RUNS_LENGTH] - 1; }
static double all_tokens(const bench_case *c) { return c->size[RUNS_LENGTH]; }

#define ROWS(a) a, COUNT(a)
#define SUITE(name, unit, cases, variants, work, prepare, check)                                             \
    {                                                                                                        \
        name, unit, ROWS(cases), ROWS(variants), work, prepare, runs_run, check, runs_finish                 \
    }

static const bench_suite next =
    SUITE("next", "token/s", next_cases, next_variants, one_token, runs_prepare, runs_check_next);
static const bench_suite next_trained = SUITE("next_trained", "token/s", next_trained_cases, next_variants,
                                              one_token, runs_prepare, runs_check_next);
static const bench_suite text =
    SUITE("text", "token/s", text_cases, text_variants, new_tokens, runs_prepare, runs_check_text);
static const bench_suite text_trained = SUITE("text_trained", "token/s", text_trained_cases, text_variants,
                                              new_tokens, runs_prepare, runs_check_text);
static const bench_suite prompt =
    SUITE("prompt", "token/s", prompt_cases, prompt_variants, all_tokens, runs_prepare, runs_check_next);
static const bench_suite append =
    SUITE("append", "token/s", append_cases, append_variants, one_token, runs_prepare_full, runs_check_parts);
static const bench_suite decode =
    SUITE("decode", "B/s", decode_cases, decode_variants, runs_bytes, runs_prepare_full, runs_check_parts);
static const bench_suite block = {
    "block",          "flop/s",           ROWS(block_cases), ROWS(block_variants),
    runs_block_flops, runs_block_prepare, runs_block_run,    runs_block_check,
    runs_block_finish};

static const bench_suite *const suites[] = {&next,   &next_trained, &text,   &text_trained,
                                            &prompt, &block,        &append, &decode};

// --- Claims ---

#define TIMES(floor, suite, cases, these, those, text)                                                       \
    {                                                                                                        \
        text, suite, cases, these, those, NULL, CLAIM_AT_LEAST, floor, "x"                                   \
    }
#define VALUE(bound, limit, value, unit, text)                                                               \
    {                                                                                                        \
        text, NULL, NULL, NULL, NULL, value, CLAIM_##bound, limit, unit                                      \
    }

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

#define TIME_CURVES(name, suite, variants, log_y, scale, xlabel, ylabel, title)                              \
    {                                                                                                        \
        name, title, xlabel, ylabel, CHART_CURVES, CHART_TIME, scale, suite, variants, NULL, true, log_y,    \
            false                                                                                            \
    }

static const bench_chart charts[] = {
    TIME_CURVES("next", "next", "common recompute batched cached", true, 1e-3,
                "tokens of text, the new one included", "ms for the next token",
                "One more token: 4 layers of width 256, random weights"),
    TIME_CURVES("next_trained", "next_trained", "common recompute batched cached", true, 1e-3,
                "tokens of text, the new one included", "ms for the next token",
                "One more token: the trained model"),
    {"text", "A whole text from one token: times common's forward", "tokens of text", "times common",
     CHART_CURVES, CHART_RATIO, 1, "text", "common recompute batched cached", NULL, true, true, false},
    TIME_CURVES("text_cost", "text", "common recompute batched cached", true, 1e-3, "tokens of text",
                "ms per token, mean over the text",
                "A whole text from one token: what a token costs on average"),
    TIME_CURVES("append", "append", "copying in-place", true, 1e-6, "tokens in the cache",
                "us for one token, all layers", "Appending one token: in place, and by copying the cache"),
    TIME_CURVES("prompt", "prompt", "one-by-one prefill", false, 1e-3, "tokens of prompt",
                "ms per token of the prompt", "A prompt: as one block, and token by token"),
    {"block", "A block of attention behind 512 keys, 4 heads of 64, beside its roofs", "queries", "GFLOP/s",
     CHART_CURVES, CHART_RATE, 1e9, "block", "peak tile roof each prefill", NULL, true, false, false},
    {"bandwidth", "What one more token reads per second, beside the bandwidth bound", "tokens of text",
     "GB/s", CHART_CURVES, CHART_RATE, 1e9, "decode", "bound bound-4 decode decode-2 common", NULL, true,
     false, false},
    {"decode", "One token, width 256, short context: times the bandwidth bound", "times the bound", "",
     CHART_BARS, CHART_RATIO, 1, "decode", "bound bound-4 decode decode-2 bound-2 common", "256", false,
     false, false},
    {"memory", "What the cache takes: 4 layers of width 256", "tokens", "MiB", CHART_CURVES, CHART_RATE,
     1048576, "memory", "cache weights", NULL, true, true, false},
};

const bench_module module_bench = {
    .name = "18_caching",
    .suites = suites,
    .suite_count = COUNT(suites),
    .claims = claims,
    .claim_count = COUNT(claims),
    .charts = charts,
    .chart_count = COUNT(charts),
    .measure = runs_measure,
    .measure_seconds = 10,
    .prove = runs_prove,
    .prove_seconds = 200,
};
