// crash_halfway.c: a student's file in the middle of the work: Amdahl's law is there, a percentile reads far outside its
// array, the rest is as shipped. Lesson, benchmark and grader must go on round it.
#include "profiling.h"

#include <stdlib.h>

// --- 1. Timer ---

//
tt_status prof_clock_step(double *step, prof_clock clock)
{
    (void)step, (void)clock;
    return TT_TODO;
}

//
tt_status prof_percentile(double *value, const double *samples, int n, double quantile)
{
    if (!value || !samples || !(quantile > 0 && quantile < 1)) return TT_BAD_VALUE;
    if (n < prof_samples_needed(quantile)) return TT_BAD_SHAPE;
    for (long far = -(1L << 42); far < 0; far += n) *value += samples[far];
    return TT_OK;
}

//
tt_status prof_median_interval(prof_interval *interval, const double *samples, int n, prof_bootstrap b)
{
    (void)interval, (void)samples, (void)n, (void)b;
    return TT_TODO;
}

//
tt_status prof_outliers(int *which, int *count, const double *samples, int n)
{
    (void)which, (void)count, (void)samples, (void)n;
    return TT_TODO;
}

//
tt_status prof_time(prof_timing *t, double *samples, prof_work work, prof_clock clock, const prof_timer *o)
{
    (void)t, (void)samples, (void)work, (void)clock, (void)o;
    return TT_TODO;
}

// --- 2. Memory profiler ---

//
tt_status prof_memory_table(prof_allocator *table, prof_memory *memory)
{
    (void)table, (void)memory;
    return TT_TODO;
}

//
tt_status prof_memory_section(int *before, prof_memory *memory, int section)
{
    (void)before, (void)memory, (void)section;
    return TT_TODO;
}

//
tt_status prof_memory_leaks(prof_leak *leaks, int *count, prof_memory *memory)
{
    (void)leaks, (void)count, (void)memory;
    return TT_TODO;
}

// --- 3. Counters ---

//
tt_status prof_count_observer(nn_observer *observer, prof_counters *c)
{
    (void)observer, (void)c;
    return TT_TODO;
}

//
tt_status prof_count_backend(tt_backend *counted, prof_counters *c, const tt_backend *under)
{
    (void)counted, (void)c, (void)under;
    return TT_TODO;
}

// --- 4. Sections ---

//
tt_status prof_enter(prof_sections *s, const char *name)
{
    (void)s, (void)name;
    return TT_TODO;
}

//
tt_status prof_exit(prof_sections *s, const char *name)
{
    (void)s, (void)name;
    return TT_TODO;
}

//
tt_status prof_report(prof_line *lines, int *count, const prof_sections *s)
{
    (void)lines, (void)count, (void)s;
    return TT_TODO;
}

//
tt_status prof_trace(FILE *out, const prof_sections *s)
{
    (void)out, (void)s;
    return TT_TODO;
}

//
tt_status prof_folded(FILE *out, const prof_sections *s)
{
    (void)out, (void)s;
    return TT_TODO;
}

//
tt_status prof_flame(FILE *out, const prof_sections *s)
{
    (void)out, (void)s;
    return TT_TODO;
}

// --- 5. BottleneckAnalyzer ---

//
tt_status prof_roofline(double *rate, double intensity, prof_bound level, const prof_roofs *roofs)
{
    (void)rate, (void)intensity, (void)level, (void)roofs;
    return TT_TODO;
}

//
tt_status prof_find_bottleneck(prof_bottleneck *b, const prof_operation *o, const prof_roofs *roofs)
{
    (void)b, (void)o, (void)roofs;
    return TT_TODO;
}

//
tt_status prof_amdahl(double *gain, double part, double factor)
{
    if (!gain || !(part >= 0 && part <= 1) || !(factor > 0)) return TT_BAD_VALUE;
    *gain = 1 / (1 - part + part / factor);
    return TT_OK;
}

//
tt_status prof_lift_roofs(double *gain, const prof_operation *o, int count, const prof_roofs *roofs)
{
    (void)gain, (void)o, (void)count, (void)roofs;
    return TT_TODO;
}

// --- 6. OptimizationComparer ---

//
tt_status prof_time_pairs(double *before, double *after, int pairs, prof_work old, prof_work new, int calls,
                          prof_clock clock)
{
    (void)before, (void)after, (void)pairs, (void)old, (void)new, (void)calls, (void)clock;
    return TT_TODO;
}

//
tt_status prof_compare(prof_comparison *c, const double *before, const double *after, int pairs,
                       prof_bootstrap b)
{
    (void)c, (void)before, (void)after, (void)pairs, (void)b;
    return TT_TODO;
}

//
tt_status prof_compare_many(prof_comparison *c, const double *baseline, const double *const *variants,
                            int count, int pairs, prof_bootstrap b)
{
    (void)c, (void)baseline, (void)variants, (void)count, (void)pairs, (void)b;
    return TT_TODO;
}

//
tt_status prof_break_pairs(int input, int *pairs, float *before, float *after)
{
    (void)input, (void)pairs, (void)before, (void)after;
    return TT_TODO;
}

// --- 7. InteractionAnalyzer ---

//
tt_status prof_effects(prof_effect *effects, const prof_experiment *e, prof_bootstrap b)
{
    (void)effects, (void)e, (void)b;
    return TT_TODO;
}

//
tt_status prof_combine(prof_combination *c, const prof_experiment *e, prof_bootstrap b)
{
    (void)c, (void)e, (void)b;
    return TT_TODO;
}

// --- 8. Cache simulator ---

//
tt_status prof_cache_init(prof_cache *cache, const prof_cache_shape *shapes, int levels)
{
    (void)cache, (void)shapes, (void)levels;
    return TT_TODO;
}

//
void prof_cache_finish(prof_cache *cache)
{
    if (!cache) return;
    for (int i = 0; i < PROF_CACHE_LEVELS; i++) free(cache->level[i].lines);
    *cache = (prof_cache){0};
}

//
tt_status prof_cache_access(prof_cache *cache, uint64_t address, int bytes, bool write)
{
    (void)cache, (void)address, (void)bytes, (void)write;
    return TT_TODO;
}

//
tt_status prof_break_cache(int input, int *accesses, float *address, float *write)
{
    (void)input, (void)accesses, (void)address, (void)write;
    return TT_TODO;
}
