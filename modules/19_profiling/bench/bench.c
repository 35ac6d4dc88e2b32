// bench.c: what module 19 times, claims and draws. Rows only; the ways are in ways.h, the engine is common/bench/bench.h.
#include "bench/tables.h"

#include "ways.h"

static const bench_case interval_cases[] = {
    {"31", {31, 1000}, 31, true},
    {"100", {100, 1000}, 100, true},
    {"1000", {1000, 1000}, 1000, false},
};
static const bench_variant interval_variants[] = {
    YARDSTICK("sorting", NULL),
    RUNG("bootstrap", NULL),
};
static const bench_suite interval = SUITE("interval", "number/s", interval_cases, interval_variants,
                                          .run = profiling_interval_run, JOB(profiling_interval));

static const bench_suite *const suites[] = {&interval};

static const bench_claim claims[] = {
    // 1, 5, 6, 7
    VALUE(AT_MOST, 2, "spin_error", "%", "median of 50 injected spins, off the spins' own"),
    VALUE(AT_LEAST, 19, "said_faster", "of 20", "tries in which a difference of 3 % is seen"),
    VALUE(AT_MOST, 2, "wrongly_faster", "of 20", "tries in which none is, and one is claimed"),
    VALUE(AT_MOST, 7, "false_alarms", "%", "called faster, of 1,000 simulated without change"),
    // 2, 3, 4, 8
    VALUE(AT_MOST, 2, "watch_cost", "%", "all instruments, of the CNN's time at one image"),
    VALUE(AT_MOST, 1, "sections_off", "%", "self times added up, off a clock from outside"),
    VALUE(AT_MOST, 0, "counts_wrong", "of 6", "passes of which counts are not their formulas'"),
};

#define ROOFS      "L1 L2 L3 DRAM"
#define OPERATIONS "add_rows chain textbook blas"
static const bench_chart charts[] = {
    // 1, 5, 6, 7
    CURVES("interval", "interval", "sorting bootstrap", TIME, 1e-3, "samples", "ms",
           "A bootstrap of 1,000 resamples, beside sorting as many numbers", .log_x = true, .log_y = true),
    CURVES("roofline", "roofline", ROOFS " " OPERATIONS, RATE, 1e9, "flops per byte of the first cache",
           "GFLOP/s", "Four operations under this machine's roofs", .log_x = true, .log_y = true),
    BARS("gains", "experiment", "gains", "none products layers predicted measured", RATIO, "times none",
         "A transformer, 64 tokens: gains alone, their product, both together"),
    BARS("bytes", "bytes", "gains", "none acceleration bytes cache predicted measured", RATIO, "times none",
         "One more token by modules 15, 16, 18: gains alone, product, all"),
    BARS("zeros", "zeros", "gains", "none acceleration zeros cache predicted measured", RATIO, "times none",
         "One more token by modules 15, 17, 18: gains alone, product, all"),
    // 2, 3, 4, 8
    CURVES("misses", "misses", "L1-misses L2-misses time", RATE, 1, "n",
           "misses per 100 multiply-adds, time in 0.01 ns",
           "Down the columns of b: simulated misses and measured time"),
};

MODULE("19_profiling", .measure = profiling_measure, .measure_seconds = 90, .prove = profiling_prove,
       .prove_seconds = 15);
