// timing.h: the instruments of profiling.h that are about times: 1. timer, 5. bottlenecks, 6. comparer, 7. interactions.
//
// Clock    an instrument that needs the time takes a prof_clock: a function and its state. Seconds, as double, from an
//          arbitrary start. No function here reads any other clock.
// Errors   as in profiling.h. What a measurement shows is a verdict and no error. Samples given as const stay in their
//          order.
// Sources  Hyndman, Fan, "Sample Quantiles in Statistical Packages", 1996, definition 7. Efron, "Bootstrap
//          Methods: Another Look at the Jackknife", 1979. Tukey, "Exploratory Data Analysis", 1977, 2C (fences).
//          Williams, Waterman, Patterson, "Roofline", CACM 2009. Amdahl, "Validity of the single processor
//          approach", AFIPS 1967. Kalibera, Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013.
//          Dunn, "Multiple Comparisons Among Means", 1961 (the correction). Box, Hunter, Hunter, "Statistics
//          for Experimenters", 1978, 10 (2^k factorial experiments).
#pragma once

#include <math.h>
#include <stdint.h>

#include "core/status.h"

// --- What all instruments share ---

typedef struct {
    double (*now)(void *state);
    void *state;
} prof_clock;

// What is timed: one call of it is one piece of work.
typedef struct {
    void (*call)(void *state);
    void *state;
} prof_work;

// How many samples a quantile needs: 2 of them are expected beyond it. 4 for the median, 40 for p95, 200 for p99.
static inline int prof_samples_needed(double quantile)
{
    return (int)ceil(2 / fmin(quantile, 1 - quantile) - 1e-6);
}

// How an interval is made: from medians of resamples, below.
typedef struct {
    double confidence; // 0.95: of 100 such intervals 95 hold the truth. 0.5 .. 0.9999
    int resamples;     // at least prof_samples_needed((1 - confidence) / 2)
    uint64_t seed;
} prof_bootstrap;

typedef struct {
    double low, high;
} prof_interval;

// --- 1. Timer ---

// The smallest difference above 0 between two readings that follow each other, over 100 such differences.
// TT_BAD_VALUE if the clock goes backwards or shows the same 10,000,000 times. -> *step
tt_status prof_clock_step(double *step, prof_clock clock);

// The quantile, 0 < quantile < 1, of n samples of any sign. Definition 7: of the sorted samples s[0 .. n - 1] the one
// at place (n - 1) quantile, and between two places linear between the two. TT_BAD_SHAPE if n is less than
// prof_samples_needed(quantile). -> *value
tt_status prof_percentile(double *value, const double *samples, int n, double quantile);

// Where the median may be, by the bootstrap: each resample draws n of the n samples, the draw being
// samples[rng_below(&rng, n)] with one tt_rng (core/rng.h) that begins as {b.seed}; low and high are the quantiles
// (1 - confidence) / 2 and (1 + confidence) / 2 of the resamples' medians. n >= 4. samples (n) -> *interval
tt_status prof_median_interval(prof_interval *interval, const double *samples, int n, prof_bootstrap b);

// The samples, by their places in ascending order, that lie further than 3 (q75 - q25) below q25 or above q75.
// n >= 8. samples (n) -> which (the first *count, room for n), *count
tt_status prof_outliers(int *which, int *count, const double *samples, int n);

typedef struct {
    double step;    // the clock's, > 0
    double warm_up; // seconds of calls, >= 0, before any counts
    double sample;  // seconds, >= 0, that a sample must last; 1,000 steps if that is more
    int most_calls; // in a sample, >= 1. What is too short even so is too short to time
    int samples;    // >= 8
    double steady;  // > 0: see PROF_NOT_STEADY
    prof_bootstrap interval;
} prof_timer;

typedef enum {
    PROF_TIMED,
    PROF_TOO_SHORT, // most_calls calls last less than a sample must
    PROF_NOT_STEADY, // high - low > steady * p50, or the medians of the first half of the samples and of the last
                     // (samples / 2 each) differ by more than that
    PROF_BAD_CLOCK, // it went backwards during a batch
} prof_verdict;

typedef struct {
    prof_verdict verdict;
    int calls;            // in each sample; with PROF_TIMED and PROF_NOT_STEADY, else 0
    double p50, p95, p99; // seconds per call: NaN where a verdict stands for them, or samples are too few
    prof_interval median; // the bootstrap's, NaN as above
    int outliers;         // which are kept in all numbers; 0 where a verdict stands for them
} prof_timing;

// Time some work. First batches of 1 call, and of twice as many, most_calls at most, whenever one was shorter than a sample
// must be. Once batches of warm_up seconds together are over, the size of the next one that is long enough is that of all
// samples. A sample is the time between two readings of the clock, one the last thing before a batch and one the first
// behind it, divided by its calls.
// -> *t, samples (o->samples; all written if PROF_TIMED or PROF_NOT_STEADY, else their contents mean nothing)
tt_status prof_time(prof_timing *t, double *samples, prof_work work, prof_clock clock, const prof_timer *o);

// --- 5. BottleneckAnalyzer ---

// What can limit an operation. Bytes of a level are those that the core, or the level above, reads from it and writes to
// it: exercise 8 counts them.
typedef enum {
    PROF_ARITHMETIC,
    PROF_L1,
    PROF_L2,
    PROF_L3,
    PROF_DRAM,
    PROF_OVERHEAD,
    PROF_ROOFS,
    PROF_UNEXPLAINED = PROF_ROOFS, // the roofs explain less than half of the time
    PROF_IMPOSSIBLE,               // it took less than 0.9 of what they allow: roofs or counts are wrong
} prof_bound;

typedef struct {
    double flops;        // per second, > 0
    double bandwidth[4]; // L1, L2, L3, DRAM: bytes per second, > 0
    double overhead;     // seconds of a call that does nothing, >= 0
} prof_roofs;

typedef struct {
    double flops, bytes[4], calls; // >= 0
    double seconds;                // measured, for all calls together, > 0
} prof_operation;

// The rate that a roofline allows: the least of the roof for arithmetic and bandwidth times intensity, of the level of
// memory PROF_L1 .. PROF_DRAM. intensity is in flops per byte, > 0. -> *rate, in flops per second
tt_status prof_roofline(double *rate, double intensity, prof_bound level, const prof_roofs *roofs);

typedef struct {
    double part[PROF_ROOFS]; // the seconds that each roof asks for, as parts of the seconds measured
    double model;            // seconds: overhead, and the longest of arithmetic and levels, which overlap
    double gain[PROF_ROOFS]; // times as fast, by Amdahl's law, if that roof were lifted and asked for nothing
    prof_bound bound;        // the roof with the largest part (of equal ones the first), or why none
} prof_bottleneck;

// What bounds an operation. If a roof were lifted, model would become less by what no other roof asks for, and the
// seconds measured would become less by the same; where nothing is left, gain is infinite. -> *b
tt_status prof_find_bottleneck(prof_bottleneck *b, const prof_operation *o, const prof_roofs *roofs);

// Amdahl's law: how many times as fast the whole becomes if `part` of its time, 0 .. 1, becomes `factor` times as fast.
// factor > 0; it may be infinite, and so may *gain.
tt_status prof_amdahl(double *gain, double part, double factor);

// What lifting each roof would bring a program of `count` >= 1 operations, one after the other. o (count) -> gain
// (PROF_ROOFS)
tt_status prof_lift_roofs(double *gain, const prof_operation *o, int count, const prof_roofs *roofs);

// --- 6. OptimizationComparer ---

typedef enum { PROF_CANNOT_TELL, PROF_FASTER, PROF_SLOWER } prof_change;

typedef struct {
    double ratio;           // median of before[i] / after[i]: above 1 is faster
    prof_interval interval; // of this median, by the bootstrap
    prof_change change;     // faster if low > 1, slower if high < 1
    double pairs_needed;    // for a verdict, if the median stays: see prof_compare; infinite if it is 1
} prof_comparison;

// Time two works in pairs: before after, after before, before after, .. A sample is `calls` >= 1 calls between two
// readings of the clock, as in prof_time. TT_BAD_VALUE if the clock goes backwards; before and after may then be written
// to. pairs >= 1 -> before, after (pairs), seconds per call
tt_status prof_time_pairs(double *before, double *after, int pairs, prof_work old, prof_work new, int calls,
                          prof_clock clock);

// Compare pairs of times, pairs >= 8. An interval shrinks with the square root of the number of pairs: if d is the
// distance from the median to 1, and h that from the median to the end of the interval that lies on 1's side,
// pairs_needed = pairs (h / d)^2, rounded up. before, after (pairs) -> *c
tt_status prof_compare(prof_comparison *c, const double *before, const double *after, int pairs,
                       prof_bootstrap b);

// Compare `count` >= 1 variants with one baseline. With many chances one is lucky: the confidence of each becomes 1 - (1 -
// b.confidence) / count, so that all intervals together hold with b.confidence. The resamples must be enough for that.
// baseline (pairs), variants[v] (pairs) -> c (count)
tt_status prof_compare_many(prof_comparison *c, const double *baseline, const double *const *variants,
                            int count, int pairs, prof_bootstrap b);

// Break it: input number `input`, 0 .. PROF_BREAK_INPUTS - 1, for comparers that may be wrong. Times are above 0, and
// `pairs` is 8 .. PROF_BREAK_MOST. -> *pairs, before, after (pairs)
enum { PROF_BREAK_INPUTS = 4, PROF_BREAK_MOST = 128 };
tt_status prof_break_pairs(int input, int *pairs, float *before, float *after);

// --- 7. InteractionAnalyzer ---

enum { PROF_MOST_FACTORS = 6 };

// Seconds of a 2^k experiment: seconds[r * 2^k + i] is round r's time with those factors on whose bits are set in i.
typedef struct {
    int factors, rounds; // k: 1 .. PROF_MOST_FACTORS; rounds >= 8
    const double *seconds;
} prof_experiment;

typedef struct {
    double effect;          // on the natural logarithm of time: the median of the rounds' effects
    prof_interval interval; // of this median, by the bootstrap
} prof_effect;

// Main effects and interactions. A round's effect of set s of factors is the sum over all i of sign(i, s) log(seconds of
// i), divided by 2^(k - 1), where sign is +1 if an even number of the factors in s is off in i, else -1. So the effect of
// one factor is the mean with it on less the mean with it off, and an interaction is 0 where gains multiply. effects[0]
// is the mean of all logarithms: its sum is divided by 2^k. -> effects (2^k, by s)
tt_status prof_effects(prof_effect *effects, const prof_experiment *e, prof_bootstrap b);

typedef struct {
    double single[PROF_MOST_FACTORS]; // gain of each factor alone: median over rounds of none / alone; else 0
    double product;                   // of these
    double all;                       // gain of all together: median of none / all
    double kept;                      // median over rounds of all's gain / product of the single gains
    prof_interval interval;           // of kept, by the bootstrap: it holds 1 where gains multiply
} prof_combination;

// The product of single gains beside the measured gain of all. -> *c
tt_status prof_combine(prof_combination *c, const prof_experiment *e, prof_bootstrap b);
