// tools.h: what the cells of this lesson share. Nothing here is yours to write.
#pragma once

#include "given/experiment.h"
#include "given/instruments.h"
#include "given/loops.h"
#include "given/operations.h"
#include "given/real.h"
#include "given/watch.h"
#include "lesson/lesson.h"
#include "measure/machine.h"

// --- 1, 5, 6, 7: timer, bottleneck, comparer, interactions ---

// "PROF_TIMED", "PROF_DRAM", "PROF_FASTER": as the contract calls it.
const char *verdict_name(prof_verdict v) LESSON_TOOL(verdict_name);
const char *bound_name(prof_bound b) LESSON_TOOL(bound_name);
const char *change_name(prof_change c) LESSON_TOOL(change_name);

// Time a work by your timer and print a line about it: a time, or the verdict in its place. False, and the reason printed, if there
// is neither.
bool time_and_print(const char *what, prof_work work, prof_timer timer,
                    prof_timing *t) LESSON_TOOL(time_and_print);

// The smallest step of a clock by your function; NaN if that is not written yet.
double step_of(prof_clock clock) LESSON_TOOL(step_of);

// This machine's roofs, measured once for each cell that asks.
prof_roofs roofs_here(machine_info *info) LESSON_TOOL(roofs_here);

// Watch a forward pass of the trained transformer over `tokens` tokens and print its layers; false, and the reason printed, if
// that does not work. The bandwidth of the level in which its weights lie is measured anew, at their size.
bool watch_and_print(profiling_watch *w, const machine_info *info,
                     prof_roofs *roofs, int tokens)
    LESSON_TOOL(watch_and_print);

// Time `tries` pairs of two works and let your comparer judge; prints a line if `what` is not NULL.
tt_status compare_and_print(const char *what, prof_comparison *c,
                            prof_work old, prof_work new, int pairs,
                            int calls, uint64_t seed)
    LESSON_TOOL(compare_and_print);

// Print the gain of each factor alone, their product, and the measured gain of all. The status of prof_combine.
tt_status combine_and_print(prof_combination *c,
                            const profiling_experiment *e)
    LESSON_TOOL(combine_and_print);

// The factors of a set: "cache", "bytes and cache".
void set_name(char *name, size_t size, const profiling_experiment *e, int set)
    LESSON_TOOL(set_name);

// With one factor on as the baseline: what each set with more factors brings on top, by your prof_compare_many.
// e -> c (2^factors), of which the entries of those sets are written
tt_status print_on_top(prof_comparison *c, const profiling_experiment *e,
                       int factor) LESSON_TOOL(print_on_top);

// --- Timers that lie: ways for exhibits; `amount` is of work, results are microseconds or nanoseconds ---

lesson_way cold_way, warm_way, coarse_once_way, coarse_batch_way, mean_way,
    median_way, dead_way, kept_way;
double test_twice(lesson_way *way, int amount) LESSON_TOOL(test_twice);
double test_repeats(lesson_way *way, int amount) LESSON_TOOL(test_repeats);
double test_without_spikes(lesson_way *way, int amount)
    LESSON_TOOL(test_without_spikes);

// --- 2, 3, 4, 8: memory, counters, sections, cache simulator ---

// Watch `passes` passes of a model, after one that is not watched, by these
// instruments; the watch stays until the next. NULL, and the reason printed,
// if that cannot be.
profiling_instruments *watch_model(profiling_model model, int count,
                                   int passes, unsigned instruments,
                                   const char *function)
    LESSON_TOOL(watch_model);

// Print the leaks of a profile, a line for each place.
tt_status print_leaks(prof_memory *memory) LESSON_TOOL(print_leaks);

// Print the counters' rows, those of the same operation added up; the share
// of what is executed for `operation` that is useful.
double print_counts(const prof_counters *c, const char *operation)
    LESSON_TOOL(print_counts);

// Share of the whole, 0 .. 1, of all sections of this name with what is in
// them; 0 if there is none.
double share_of(const prof_sections *s, const char *name)
    LESSON_TOOL(share_of);

// Print the lines of a report, at most `most` of them.
tt_status print_report(const prof_sections *s, int most)
    LESSON_TOOL(print_report);

// Show the flame graph.
tt_status show_flame(const prof_sections *s, const char *title)
    LESSON_TOOL(show_flame);

// Write the trace into a file and say which.
void write_trace(const prof_sections *s) LESSON_TOOL(write_trace);

// Misses of a level per 100 multiply-adds, by simulation; NaN, and the reason
// printed, if that cannot be.
double misses_of(const profiling_loop *l, const profiling_caches *caches,
                 int level) LESSON_TOOL(misses_of);

// Nanoseconds of a multiply-add of a loop: the best of some runs.
double time_of(const profiling_loop *l) LESSON_TOOL(time_of);
