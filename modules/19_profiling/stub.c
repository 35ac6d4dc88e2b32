// Module 19: profiling. Two exercises; each is graded by itself, in any order.
//
// The contract of both functions is in profiling.h; the textbook's loops are in given/textbook.c.
//
// `return TT_TODO;` says that an exercise is not written yet. Delete it where you begin.
#include "profiling.h"

#include <stdlib.h>
#include <string.h>

#include "core/rng.h"

// --- 1. Timer ---

// 1.1 The clock's step
//
// Approach: read the clock in a row, and keep the smallest difference that is not 0, until you have seen 100 of them.
// Count how often it showed the same, so that a clock that stands still cannot hold you.
// Example: readings 5 5 7 7 7 8 ..: differences 2 and 1, the step is 1.
tt_status prof_clock_step(double *step, prof_clock clock)
{
    // TODO
    (void)step, (void)clock;
    return TT_TODO;
}

// 1.2 A percentile
//
// Approach: refuse too few samples first. Sort a copy. The place (n - 1) * quantile is a whole part and a rest: from the
// sample at the whole part go the rest of the way to the next one.
// Example: 4 samples 10 40 20 30, quantile 0.5: place 1.5 of 10 20 30 40, so 25. For p99 of them: TT_BAD_SHAPE.
tt_status prof_percentile(double *value, const double *samples, int n, double quantile)
{
    // TODO
    (void)value, (void)samples, (void)n, (void)quantile;
    return TT_TODO;
}

// 1.3 How sure the median is
//
// Approach: `resamples` times draw n samples, each from all n, so that some come twice and some not at all, and note their
// median. How far these medians scatter is how far yours would, had you measured again. The draws come from one tt_rng.
// Example: of samples 1 2 9 9 a resample may be 9 1 1 9, with the median 5.
tt_status prof_median_interval(prof_interval *interval, const double *samples, int n, prof_bootstrap b)
{
    // TODO
    (void)interval, (void)samples, (void)n, (void)b;
    return TT_TODO;
}

// 1.4 Outliers
//
// Approach: two percentiles, and a loop. They are named, not removed: a user waits for the slow call, too.
// Example: q25 = 10, q75 = 12: what is below 4 or above 18 is far out.
tt_status prof_outliers(int *which, int *count, const double *samples, int n)
{
    // TODO
    (void)which, (void)count, (void)samples, (void)n;
    return TT_TODO;
}

// 1.5 The timer
//
// Approach: a helper times one batch, with nothing but the calls between its two readings; 6.1 needs it, too. One loop
// warms up and finds the number of calls. Then the samples; then what they say, or a verdict in the place of numbers.
// Example: a call of 3 us, a step of 1 us, sample 0: batches of 1, 2, 4, .. 512 calls; 512 take 1536 us, more than 1,000
// steps. Once warm_up has passed each sample is (end - begin) / 512.
tt_status prof_time(prof_timing *t, double *samples, prof_work work, prof_clock clock, const prof_timer *o)
{
    // TODO
    (void)t, (void)samples, (void)work, (void)clock, (void)o;
    return TT_TODO;
}

// --- 2. Memory profiler ---

// --- 3. Counters ---

// --- 4. Sections ---

// --- 5. BottleneckAnalyzer ---

// 5.1 The roofline
//
// Approach: below the roof for arithmetic lies a slope, bandwidth times intensity. The lower one limits.
// Example: 100 Gflop/s, 20 GB/s, 2 flops per byte: 40 Gflop/s. From 5 flops per byte on 100.
tt_status prof_roofline(double *rate, double intensity, prof_bound level, const prof_roofs *roofs)
{
    // TODO
    (void)rate, (void)intensity, (void)level, (void)roofs;
    return TT_TODO;
}

// 5.2 What bounds an operation
//
// Approach: the seconds that each roof asks for: flops / rate, bytes / bandwidth, calls * overhead. A helper makes the model
// of them: overhead and the longest of the others. Lift roof r: the model without it. What the model loses, the measured
// seconds lose, too: gain = seconds / (seconds - that).
// Example: arithmetic asks for 3 ms, DRAM for 8, overhead for 1; 10 ms measured. The model is 9 ms, bound by DRAM. Without
// DRAM the model is 4 ms, 5 less: gain 10 / 5 = 2, and not 10 / 2, for then arithmetic is what it waits for.
tt_status prof_find_bottleneck(prof_bottleneck *b, const prof_operation *o, const prof_roofs *roofs)
{
    // TODO
    (void)b, (void)o, (void)roofs;
    return TT_TODO;
}

// 5.3 Amdahl's law
//
// Approach: what is not touched keeps its time, the rest takes part / factor.
// Example: half of the time becomes 4 times as fast: 1 / (0.5 + 0.125) = 1.6.
tt_status prof_amdahl(double *gain, double part, double factor)
{
    // TODO
    (void)gain, (void)part, (void)factor;
    return TT_TODO;
}

// 5.4 What lifting a roof brings a program
//
// Approach: add up the seconds of all operations, and those that would be left of each; gains are no sum of gains.
// Example: 6 ms of which DRAM's lift leaves 2, and 4 ms of which it leaves 4: 10 / 6.
tt_status prof_lift_roofs(double *gain, const prof_operation *o, int count, const prof_roofs *roofs)
{
    // TODO
    (void)gain, (void)o, (void)count, (void)roofs;
    return TT_TODO;
}

// --- 6. OptimizationComparer ---

// 6.1 Pairs
//
// Approach: 1.5's helper for a batch, twice for each pair. A machine that becomes slower meanwhile slows whichever comes
// second, so each comes second as often.
// Example: 3 pairs: old new, new old, old new.
tt_status prof_time_pairs(double *before, double *after, int pairs, prof_work old, prof_work new, int calls,
                          prof_clock clock)
{
    // TODO
    (void)before, (void)after, (void)pairs, (void)old, (void)new, (void)calls, (void)clock;
    return TT_TODO;
}

// 6.2 Faster, slower, or cannot tell
//
// Approach: one ratio for each pair; then 1.2 and 1.3 with these ratios as samples. A neighbour that slows both halves of a
// pair is not in their ratio.
// Example: median 1.02, interval 0.98 to 1.05, 20 pairs: cannot tell. d = 0.02, h = 0.04: 20 * 4 = 80 pairs would do.
tt_status prof_compare(prof_comparison *c, const double *before, const double *after, int pairs,
                       prof_bootstrap b)
{
    // TODO
    (void)c, (void)before, (void)after, (void)pairs, (void)b;
    return TT_TODO;
}

// 6.3 Many at once
//
// Approach: 6.2 for each variant with a stricter confidence; write to c when all have succeeded.
// Example: 5 variants at 0.95: each at 0.99, for which 400 resamples are enough.
tt_status prof_compare_many(prof_comparison *c, const double *baseline, const double *const *variants,
                            int count, int pairs, prof_bootstrap b)
{
    // TODO
    (void)c, (void)baseline, (void)variants, (void)count, (void)pairs, (void)b;
    return TT_TODO;
}

// 6.4 Pairs that expose a wrong comparer
//
// Approach: what can a comparer do wrong? Mean for median, the medians' ratio for the ratios' median, the best of each,
// after / before, no interval, an interval that knows nothing of pairs.
// Example: a machine that is 10 times slower for half of the pairs, and an optimisation of 3 %.
tt_status prof_break_pairs(int input, int *pairs, float *before, float *after)
{
    // TODO
    (void)input, (void)pairs, (void)before, (void)after;
    return TT_TODO;
}

// --- 7. InteractionAnalyzer ---

// 7.1 Effects
//
// Approach: a helper for one set s and one round: add log(seconds of i) or subtract it, by the number of bits in s & ~i.
// For each s its value in every round; then 1.2 and 1.3.
// Example: 2 factors, times 16 8 4 2: effects of both are -log 2 and -log 4, and the interaction is 0: 8 times together. With
// 16 8 4 4 the interaction is log 2 / 2: together they bring less than the product.
tt_status prof_effects(prof_effect *effects, const prof_experiment *e, prof_bootstrap b)
{
    // TODO
    (void)effects, (void)e, (void)b;
    return TT_TODO;
}

// 7.2 The product of single gains beside the measured gain
//
// Approach: the factor f alone is place 1 << f, all of them the last place. kept is computed round by round, as 6.2 does.
// Example: 16 8 4 4: single gains 2 and 4, product 8, all together 4, kept 0.5.
tt_status prof_combine(prof_combination *c, const prof_experiment *e, prof_bootstrap b)
{
    // TODO
    (void)c, (void)e, (void)b;
    return TT_TODO;
}

// --- 8. Cache simulator ---

// 1. Scale and add
//
// Approach: check n and the pointers first. Then one loop over i. Say `restrict` for both arrays: the compiler
// may then do several elements in one instruction without a check whether they overlap.
// Example: out = (1 2 3), scale = 10, x = (4 5 6): out becomes 41 52 63.
tt_status scale_add(float *out, float scale, const float *x, int n)
{
    // TODO
    (void)out, (void)scale, (void)x, (void)n;
    return TT_TODO;
}

// 2. The moving sum
//
// Approach: the textbook computes one output at a time, and each addition needs the result of the one before.
// Swap the loops: set the outputs to 0, then for each weight j add w[j] times the row that begins at x[j] to
// them. Do that for a strip of some hundred outputs before you go on to the next, so that they stay in the cache.
// Example: w = (1 10), x = (1 2 3 4), n = 3: out is 0 0 0, then 1 2 3, then + 10*(2 3 4) = 21 32 43.
tt_status moving_sum(float *out, const float *x, const float *w, int n, int k)
{
    // TODO
    (void)out, (void)x, (void)w, (void)n, (void)k;
    return TT_TODO;
}
