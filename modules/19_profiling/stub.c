// Module 19: profiling. Eight instruments. Begin where you like; 1.5, 6 and 7 use the statistics of 1.2 to 1.4, and 6.1 the
// helper that 1.5 asks for.
//
// The contract of every function is in profiling.h or in timing.h, which it includes. Refuse before you write: outputs of a
// call that fails are untouched. Given: prof_samples_needed, rng_below (core/rng.h), isfinite, and qsort for sorting.
//
// `return TT_TODO;` says that an exercise is not written yet. Delete it where you begin.
#include "profiling.h"

#include <limits.h>
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
//
// Approach: five static functions with the types in prof_allocator take your prof_memory as `state`. Each calls
// the function of `under` with what it was given and then counts: two helpers are enough for all five, one for
// a block that came, one for a block that went. Hold memory->lock from before the call of `under` to after the
// counting: else another thread may be given a block whose free has begun and which the table still holds.
// Example: malloc of 100 bytes, realloc to 40, aligned_alloc of 64, free of the first: live 64, peak 104, made
// 3, gone 2.
tt_status prof_memory_table(prof_allocator *table, prof_memory *memory)
{
    // TODO
    (void)table, (void)memory;
    return TT_TODO;
}

// Approach: set the section, and note the peak as if a block had come.
// Example: 100 bytes are live, the program goes to section 3 and frees them there: section 3's peak is 100.
tt_status prof_memory_section(int *before, prof_memory *memory, int section)
{
    // TODO
    (void)before, (void)memory, (void)section;
    return TT_TODO;
}

// Approach: one line for each block in the slots, sorted by place; then add up neighbours of the same place;
// then sort by bytes. Give the lock back before you sort: qsort may allocate.
// Example: blocks of 10 and 20 bytes from place A, of 25 from B: A 2 blocks 30 bytes, B 1 block 25 bytes.
tt_status prof_memory_leaks(prof_leak *leaks, int *count, prof_memory *memory)
{
    // TODO
    (void)leaks, (void)count, (void)memory;
    return TT_TODO;
}

// --- 3. Counters ---
//
// Approach: enter puts the event on a stack, exit takes it off and adds its work to the row of (layer, operation,
// number). A helper finds that row or begins it. Calls that are deeper than the stack are still counted in
// `depth`.
// Example: enter net, enter conv0 (64 pictures, 1,000,000 macs), exit conv0: one row, conv0 of net, 1 call,
// useful_macs 1,000,000.
tt_status prof_count_observer(nn_observer *observer, prof_counters *c)
{
    // TODO
    (void)observer, (void)c;
    return TT_TODO;
}

// Approach: a static matmul calls under's; if that succeeded, it adds m n k multiply-adds to the row of the
// innermost event.
// Example: a product of 2 x 3 by 3 x 4 inside conv0: macs 24, flops 48, bytes 4 (6 + 12 + 8) = 104.
tt_status prof_count_backend(tt_backend *counted, prof_counters *c, const tt_backend *under)
{
    // TODO
    (void)counted, (void)c, (void)under;
    return TT_TODO;
}

// --- 4. Sections ---
//
// Approach: look for the name among the children of the open node. If it is not there, check it and add a node
// as their last. Then read the clock, and the node is the open one. Decide whether to refuse before you change
// anything.
// Example: enter main at 0 s, f at 1, exit f at 3, enter f at 4, exit f at 5, exit main at 6: main has total 6
// and inner 3; f, its child, has 2 calls and total 3; node 0 has inner 6.
tt_status prof_enter(prof_sections *s, const char *name)
{
    // TODO
    (void)s, (void)name;
    return TT_TODO;
}

// Approach: read the clock first. What the call took goes to total of its node and to inner of the node round it.
tt_status prof_exit(prof_sections *s, const char *name)
{
    // TODO
    (void)s, (void)name;
    return TT_TODO;
}

// Approach: for each node find its name's line, or begin one. Self is total less inner and adds up. Total does
// not where a function calls itself: leave out a node that lies, at any depth, in another of its name. Then
// sort, equals as they are.
// Example: f for 10 s, of which 4 in another f: 2 calls, total 10, self 10, share 1.
tt_status prof_report(prof_line *lines, int *count, const prof_sections *s)
{
    // TODO
    (void)lines, (void)count, (void)s;
    return TT_TODO;
}

// Approach: one fprintf for each event, and a comma before all but the first.
// Example: {"name": "f", "cat": "section", "ph": "X", "ts": 1000000.000, "dur": 2000000.000, "pid": 1, "tid": 1}
tt_status prof_trace(FILE *out, const prof_sections *s)
{
    // TODO
    (void)out, (void)s;
    return TT_TODO;
}

// Approach: a function that calls itself for the node's parent, prints ";" and then the name.
// Example: as above: "main 3000000000" and "main;f 3000000000".
tt_status prof_folded(FILE *out, const prof_sections *s)
{
    // TODO
    (void)out, (void)s;
    return TT_TODO;
}

// Approach: a function that draws one frame at x and y and calls itself for the frames in it, x growing by the
// width of each. The picture is as high as the deepest stack: find that first. A name at a
// font size of 15 needs about 9 units a letter.
// Example: as above: main at x 0, y 20, width 1200; f at x 0, y 0, width 600.
tt_status prof_flame(FILE *out, const prof_sections *s)
{
    // TODO
    (void)out, (void)s;
    return TT_TODO;
}

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
//
// Approach: check all shapes, then calloc the lines of each level. Set *cache only when all of it succeeded.
// Example: 32768 bytes, lines of 64, 8 ways: 64 sets, lines (64, 8). 3 ways instead of 8 do not go: TT_BAD_SHAPE.
tt_status prof_cache_init(prof_cache *cache, const prof_cache_shape *shapes, int levels)
{
    // TODO
    (void)cache, (void)shapes, (void)levels;
    return TT_TODO;
}

// Given: frees what init allocates.
void prof_cache_finish(prof_cache *cache)
{
    if (!cache) return;
    for (int i = 0; i < PROF_CACHE_LEVELS; i++) free(cache->level[i].lines);
    *cache = (prof_cache){0};
}

// Approach: a helper that asks one level for one line: look through its set; move the ways before the one that
// was found, or before the last, back by one; put the line in front. The set then is in the order of use, and
// the last is the one to go. Work with numbers of lines, which never overflow, and not with addresses.
// Example: 1 set of 2 ways, lines of 64: reads of 0, 64, 0, 128, 0, 64 miss, miss, hit, miss, hit, miss.
tt_status prof_cache_access(prof_cache *cache, uint64_t address, int bytes, bool write)
{
    // TODO
    (void)cache, (void)address, (void)bytes, (void)write;
    return TT_TODO;
}

// Approach: what can a simulator do wrong? The line that came first goes, or the one used last; the set from the wrong bits;
// addresses that are far apart taken for the same; a write that brings no line; lines that never go.
// Example: lines A and B of the same set, A again, then a third: whoever throws A out now goes by who came first. Ask for A.
tt_status prof_break_cache(int input, int *accesses, float *address, float *write)
{
    // TODO
    (void)input, (void)accesses, (void)address, (void)write;
    return TT_TODO;
}
