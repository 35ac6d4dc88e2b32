// tools.h: what the cells of this lesson share. Nothing here is yours to write.
#pragma once

#include "given/experiment.h"
#include "given/operations.h"
#include "given/real.h"
#include "lesson/lesson.h"
#include "measure/machine.h"

// --- 1, 5, 6, 7: timer, bottleneck, comparer, interactions ---

// "PROF_TIMED", "PROF_DRAM", "PROF_FASTER": as the contract calls it.
const char *verdict_name(prof_verdict v) LESSON_TOOL(verdict_name);
const char *bound_name(prof_bound b) LESSON_TOOL(bound_name);
const char *change_name(prof_change c) LESSON_TOOL(change_name);

// Time a work by your timer and print a line about it. NaN, and the reason printed, if it cannot be timed.
double time_and_print(const char *what, prof_work work, prof_timer timer,
                      prof_timing *t) LESSON_TOOL(time_and_print);

// The smallest step of a clock by your function; NaN if that is not written yet.
double step_of(prof_clock clock) LESSON_TOOL(step_of);

// This machine's roofs, measured once for each cell that asks.
prof_roofs roofs_here(machine_info *info) LESSON_TOOL(roofs_here);

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

// --- Timers that lie: ways for exhibits; `amount` is of work, results are microseconds or nanoseconds ---

lesson_way cold_way, warm_way, coarse_once_way, coarse_batch_way, mean_way,
    median_way, dead_way, kept_way;
double test_twice(lesson_way *way, int amount) LESSON_TOOL(test_twice);
double test_repeats(lesson_way *way, int amount) LESSON_TOOL(test_repeats);
double test_without_spikes(lesson_way *way, int amount)
    LESSON_TOOL(test_without_spikes);

// --- 2, 3, 4, 8: memory, counters, sections, cache simulator ---
