// bench.c: what module 20 times, claims and draws. Rows only; the ways are in ways.h, the engine is common/bench/bench.h.
#include "bench/tables.h"

#include "benchmarking.h"

#include "ways.h"

static const bench_case quantile_cases[] = {
    {"100", {100}, 100, true},
    {"10000", {10000}, 10000, true},
};
static const bench_variant quantile_variants[] = {
    YARDSTICK("sorting", NULL),
    RUNG("quantile", oly_quantile),
};
static const bench_suite quantile = SUITE("quantile", "number/s", quantile_cases, quantile_variants,
                                          .run = oly_quantile_run, JOB(oly_quantile));

static const bench_suite *const suites[] = {&quantile};

static const bench_claim claims[] = {
    TIMES(0.2, "quantile", "10000", "quantile", "sorting", "a quantile / sorting as many numbers"),
    // Of the record of the MLP Sprint's whole space, 15 % of it tried: of three profiles the one that comes out worst. Time is
    // saved where latency weighs at least half: elsewhere what is small and slow is tried to its end.
    VALUE(AT_MOST, 0.01, "tuner_p", "", "process no better than random, 20 seeds: chance"),
    VALUE(AT_MOST, 0, "over_grid", "%", "regret of the process, less that of a grid"),
    VALUE(AT_LEAST, 50, "early_saved", "%", "stopping early: seconds saved of the grid's"),
    VALUE(AT_MOST, 2, "early_lost", "%", "stopping early: worse than the best by"),
};

static const bench_chart charts[] = {
    CURVES("quantile", "quantile", "sorting quantile", TIME, 1e-6, "samples", "us",
           "A quantile, beside sorting as many numbers", .log_x = true, .log_y = true),
    CURVES("numbers", "quantile", "sorting quantile", RATE, 1e6, "samples", "million numbers per second",
           "A quantile: how many numbers in a second", .log_x = true),
    BARS("ratio", "quantile", "10000", "sorting quantile", RATIO, "times sorting",
         "A quantile of 10000, beside sorting them"),
};

MODULE("20_benchmarking", .prove = oly_prove, .prove_seconds = 10);
