// calls.h: the numbers and arrays of a job, as both sides of the grader read them.
//
// A case's argument says which function run.c calls. A job's arrays are listed behind each call, outputs last.
#pragma once

#include "profiling.h"

// --- 1, 5, 6, 7: timer, bottleneck, comparer, interactions ---

// Numbers of a job; the last one has a bit for each array that run passes as NULL.
enum { A, B, C, NULLS = 7 };
enum { NO_CLOCK = 1 << 12, NO_WORK = 1 << 13, NO_OTHER_WORK = 1 << 14 }; // of NULLS: function pointers

enum {
    STEP,       // fake_time; double
    PERCENTILE, // n; samples, quantile, double
    INTERVAL,   // n; samples, prof_bootstrap, prof_interval
    OUTLIERS,   // n; samples, which, count
    TIME,       // fake_time, costs, prof_timer; samples, prof_timing, fake_log
    ROOFLINE,   // level; prof_roofs, intensity, double
    BOTTLENECK, // prof_roofs, prof_operation, prof_bottleneck
    AMDAHL,     // part and factor, double
    LIFT,       // count; prof_roofs, prof_operation (count), double (PROF_ROOFS)
    PAIRS,      // pairs, calls; fake_time, costs; before, after, fake_log
    COMPARE,    // pairs; before, after, prof_bootstrap, prof_comparison
    MANY,       // pairs, count; baseline, variants (count, pairs), prof_bootstrap, prof_comparison (count)
    LUCK,    // pairs, experiments; before, after (experiments, pairs), prof_bootstrap, changes (experiments)
    EFFECTS, // factors, rounds; seconds, prof_bootstrap, prof_effect (2^factors)
    COMBINE, // factors, rounds; seconds, prof_bootstrap, prof_combination
    CALLS
};

enum { MOST_VARIANTS = 16, MOST_READINGS = 4096 };

// The clock that is injected. Each call of the work moves the time on by its cost: call i costs costs[i] while i is below
// `cold`, then the costs from there on, round and round. With two works the other one has its own costs behind these.
typedef struct {
    double start, step; // readings are whole steps; 0: exact
    double reading;     // seconds that a reading takes
    int stands;         // it shows the same for ever
    int back_from;      // from this reading on it runs backwards; -1: never
    int cold, costs, other_costs;
} fake_time;

// What the clock saw: its readings, and how many calls of the work and of the other work came before each.
typedef struct {
    int readings;
    struct {
        double seconds;
        int calls, other_calls;
    } at[MOST_READINGS];
} fake_log;
