// oracle.h: the answers to what a student's functions compute, by other ways than the reference's.
#pragma once

#include "profiling.h"

// --- 1, 5, 6, 7: timer, bottleneck, comparer, interactions ---

// Definition 7 by counting how many samples are smaller, without a sorted copy. n >= 1.
double profiling_oracle_quantile(const double *samples, int n, double quantile);

// The bootstrap as the contract says it, with a generator of its own. n * resamples is a few million at most.
prof_interval profiling_oracle_interval(const double *samples, int n, prof_bootstrap b);

// The model's seconds for what the roofs ask for, without one of them (-1: with all).
double profiling_oracle_model(const double asked[PROF_ROOFS], int without);
void profiling_oracle_asked(double asked[PROF_ROOFS], const prof_operation *o, const prof_roofs *roofs);

// The effects of one round, all of them at once, by Yates' algorithm. seconds (2^factors) -> effects (2^factors)
void profiling_oracle_effects(double *effects, const double *seconds, int factors);

// A ratio's comparison: before / after by pairs.
prof_comparison profiling_oracle_compare(const double *before, const double *after, int pairs,
                                         prof_bootstrap b);
