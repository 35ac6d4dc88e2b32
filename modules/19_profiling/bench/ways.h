// ways.h: what module 19 times: one moving sum, size = {n, k}. A row's function is a moving_sum_function; a yardstick has
// none and adds rows (common/measure/roofs.h).
#pragma once

#include "bench/bench.h"

double profiling_work(const bench_case *c);
void *profiling_prepare(const bench_case *c);
tt_status profiling_run(void *job, const bench_variant *v);
bool profiling_check(void *job, char *why, size_t why_bytes);
void profiling_finish(void *job);
