// ways.h: what module 17 times: one moving sum, size = {n, k}. A row's function is a moving_sum_function; a yardstick has
// none and adds rows (common/measure/roofs.h).
#pragma once

#include "bench/bench.h"

double comp_work(const bench_case *c);
void *comp_prepare(const bench_case *c);
tt_status comp_run(void *job, const bench_variant *v);
bool comp_check(void *job, char *why, size_t why_bytes);
void comp_finish(void *job);
