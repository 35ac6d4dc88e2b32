// ways.h: what module 19 times and measures.
#pragma once

#include "bench/bench.h"

// ways.c: what an interval costs: size = {samples, resamples}. A rung makes one by the student's function; a yardstick sorts
// as many numbers as often.
double profiling_interval_work(const bench_case *c); // numbers drawn
void *profiling_interval_prepare(const bench_case *c);
tt_status profiling_interval_run(void *job, const bench_variant *v);
bool profiling_interval_check(void *job, char *why, size_t why_bytes);
void profiling_interval_finish(void *job);

// values.c: rows of the roofline and of the experiment, for charts; spins, differences of 3 % and none, for claims.
bench_values profiling_measure, profiling_prove;

// values_watched.c: misses of a loop beside its time, for a chart; what the instruments cost, whether counts and sums come out,
// for claims.
bench_values profiling_measure_misses, profiling_prove_watched;
