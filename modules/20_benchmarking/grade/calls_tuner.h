// calls_tuner.h: the numbers and arrays of the tuner's jobs. See calls.h; arrays are listed inputs first, outputs last.
#pragma once

#include "calls.h"
#include "tuning.h"

// Run "tuner". A number by itself is an array of one double.
enum {
    CHOLESKY,    // n; k, jitter; l
    KERNEL,      // n, m, d; x, z, length; k
    FIT,         // n, count, d; x, y, lengths, noise; oly_process, l, alpha, fit_places
    PREDICT,     // n, m, d; x, z, oly_process, l, alpha; mean, deviation
    IMPROVEMENT, // mean deviation best; improvement
    CHANCE,      // mean deviation limit; chance
    COST,        // oly_quality; oly_metrics, oly_metrics of the base, oly_profile; cost, excess
};

// How far oly_process's pointers are from the arrays that the call was given, in doubles.
typedef struct {
    long long x, l, alpha;
} fit_places;

// Run "search": which one. x, costs, excess, seconds, oly_search; oly_found, tried, search_log
enum { ALL = COST + 1, EARLY_STOP, RANDOM_ONES, BY_PROCESS };
enum { CONFIGS, LIMITS, DIMENSIONS, TABLE, FAILS };                                    // numbers
enum { AT_X, AT_COSTS, AT_EXCESS, AT_SECONDS, AT_SEARCH, AT_FOUND, AT_TRIED, AT_LOG }; // arrays
enum { NO_SAMPLE = 1 << 12 }; // of NULLS: the function pointer

// Sample s of configuration c costs costs[c][s], with excess[c][s][limit] and seconds[c][s]; there are TABLE of them, and then
// the last one again. From call number FAILS on, from 0, it returns TT_BAD_FILE instead; -1: never.
enum { MOST_CONFIGS = 256, MOST_CALLS = 4096 };
typedef struct {
    int calls;
    int config[MOST_CALLS]; // of each call of sample
} search_log;
