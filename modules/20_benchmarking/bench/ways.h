// ways.h: what module 20 times: one moving sum, size = {n, k}. A row's function is a moving_sum_function; a yardstick has
// none and adds rows (common/measure/roofs.h).
#pragma once

#include "bench/bench.h"

double benchmarking_work(const bench_case *c);
void *benchmarking_prepare(const bench_case *c);
tt_status benchmarking_run(void *job, const bench_variant *v);
bool benchmarking_check(void *job, char *why, size_t why_bytes);
void benchmarking_finish(void *job);
