// bench.c: what module 20 times, claims and draws. Rows only; the ways are in ways.h, the engine is common/bench/bench.h.
#include "bench/tables.h"

#include "benchmarking.h"

#include "given/textbook.h"
#include "ways.h"

static const bench_case sums[] = {
    {"4", {1 << 16, 4}, 4, true},
    {"16", {1 << 16, 16}, 16, true},
    {"64", {1 << 16, 64}, 64, true},
    {"256", {1 << 16, 256}, 256, true},
};

static const bench_variant sum_variants[] = {
    GIVEN("textbook", benchmarking_textbook),
    RUNG("moving_sum", moving_sum),
    YARDSTICK("rows", NULL),
};

static const bench_suite moving_sums =
    SUITE("sums", "flop/s", sums, sum_variants, .run = benchmarking_run, JOB(benchmarking));

static const bench_suite *const suites[] = {&moving_sums};

// How many times the textbook's speed it is depends on how slow that is on this CPU: it is printed with the
// rows. What is claimed is the part that it reaches of the speed of as many additions in the L1 cache.
static const bench_claim claims[] = {
    TIMES(0.5, "sums", "64 256", "moving_sum", "rows", "moving sum / adding rows in L1, 64 and 256 weights"),
};

#define ALL "textbook moving_sum rows"
static const bench_chart charts[] = {
    CURVES("gflops", "sums", ALL, RATE, 1e9, "weights", "GFLOP/s",
           "A moving sum: the textbook, the swapped loops, rows in L1", .log_x = true, .log_y = true),
    CURVES("cost", "sums", ALL, TIME, 0.5e-9, "weights", "ns", "A moving sum: what one multiply-add takes",
           .log_x = true, .log_y = true),
    BARS("speedup", "sums", "64", ALL, RATIO, "times textbook", "Times the textbook's loop, 64 weights"),
};

MODULE("20_benchmarking");
