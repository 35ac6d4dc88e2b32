// ways.h: what module 20 times: a quantile, size = {samples}. A rung's function is oly_quantile; a yardstick sorts.
#pragma once

#include "bench/bench.h"

double oly_quantile_work(const bench_case *c);
void *oly_quantile_prepare(const bench_case *c);
tt_status oly_quantile_run(void *job, const bench_variant *v);
bool oly_quantile_check(void *job, char *why, size_t why_bytes);
void oly_quantile_finish(void *job);

// The tuner on the record of the MLP Sprint: what it misses beside chance and a grid, what stopping early saves.
bench_values oly_prove;
