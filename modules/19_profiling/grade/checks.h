// checks.h: the fill and check functions that cases.c lists, and what the check_*.c files share.
#pragma once

#include "calls.h"
#include "engine/grade.h"

// --- 1, 5, 6, 7: timer, bottleneck, comparer, interactions ---

// Arrays of doubles.
double *profiling_doubles(grade_run *run, size_t count);

// A normal number, and the bootstrap that most cases use, with a seed of this call.
double profiling_normal(grade_run *run);
prof_bootstrap profiling_bootstrap(grade_run *run, double confidence, int resamples);

// Wrong unless the call said TT_OK.
void profiling_require_ok(grade_run *run);

// Wrong unless got is want: both NaN, both infinite with the same sign (where want is infinite, got may be larger than
// 1e9), or within 1e-9 of want's size.
void profiling_compare_number(grade_run *run, const char *name, double got, double want);

// lay.c: arrays and numbers of a call that must work, for those that change one thing of it.
void profiling_lay_valid(grade_run *run, int call);

// check_doors.c: what is refused, with all outputs untouched
grade_fill profiling_fill_door;
grade_check profiling_check_door;

// check_samples.c: the clock's step, percentiles, intervals, outliers
grade_fill profiling_fill_step, profiling_fill_bad_clock, profiling_fill_recorded,
    profiling_fill_recorded_interval, profiling_fill_percentile, profiling_fill_few, profiling_fill_interval,
    profiling_fill_outliers;
grade_check profiling_check_step, profiling_check_bad_clock, profiling_check_recorded,
    profiling_check_recorded_interval, profiling_check_percentile, profiling_check_few,
    profiling_check_interval, profiling_check_outliers;

// check_time.c: the timer and the pairs, on an injected clock
grade_fill profiling_fill_constant, profiling_fill_cold, profiling_fill_noisy, profiling_fill_verdicts,
    profiling_fill_pairs;
grade_check profiling_check_timing, profiling_check_pairs;

// check_bottleneck.c
grade_fill profiling_fill_roofline, profiling_fill_bounds, profiling_fill_no_bound, profiling_fill_gains,
    profiling_fill_amdahl, profiling_fill_lift;
grade_check profiling_check_roofline, profiling_check_bottleneck, profiling_check_amdahl,
    profiling_check_lift;

// check_compare.c: pairs of times, and 2^k experiments
grade_fill profiling_fill_compare, profiling_fill_drift, profiling_fill_luck, profiling_fill_many,
    profiling_fill_effects, profiling_fill_combine;
grade_check profiling_check_compare, profiling_check_luck, profiling_check_many, profiling_check_effects,
    profiling_check_combine;

// check_break.c: the student's pairs against wrong comparers
grade_fill profiling_fill_break_pairs;
grade_check profiling_check_break_pairs;

// --- 2, 3, 4, 8: memory, counters, sections, cache ---

// scripts.c: a script of ops, array 0 of a job, each checked before the next one is handed over. Bits of `renewed`: outputs that
// are made anew for each op. A fill begins it, and then adds its outputs.
typedef struct {
    const void *ops; // (count, bytes)
    size_t bytes;
    int count;
    unsigned renewed;
    void (*check)(grade_run *run, int op);
} profiling_script;
void profiling_begin_script(grade_run *run, profiling_script s);
grade_check profiling_check_script;

// Wrong unless each number is the one that is expected.
typedef struct {
    const char *name;
    long long got, want;
} profiling_count;
void profiling_compare_counts(grade_run *run, const char *when, const profiling_count *rows, int count);

// check_memory.c
grade_fill profiling_fill_taken, profiling_fill_resized, profiling_fill_odd, profiling_fill_peaks,
    profiling_fill_leaks, profiling_fill_threads;
grade_check profiling_check_threads;

// check_counters.c
grade_fill profiling_fill_useful, profiling_fill_failures, profiling_fill_executed, profiling_fill_models;

// check_sections.c
grade_fill profiling_fill_nested, profiling_fill_names, profiling_fill_rooms, profiling_fill_exits,
    profiling_fill_backwards, profiling_fill_report, profiling_fill_trace, profiling_fill_folded,
    profiling_fill_flame;

// check_cache.c
grade_fill profiling_fill_shapes, profiling_fill_by_hand, profiling_fill_series, profiling_fill_two_levels,
    profiling_fill_edges;

// check_break_cache.c: the student's traces against wrong simulators
grade_fill profiling_fill_break_cache;
grade_check profiling_check_break_cache;
