// ways.h: what module @NN@ times: one moving sum, size = {n, k}. A row's function is a moving_sum_function; a yardstick has
// none and adds rows (common/measure/roofs.h).
#pragma once

#include "bench/bench.h"

double @TOPIC@_work(const bench_case *c);
void *@TOPIC@_prepare(const bench_case *c);
tt_status @TOPIC@_run(void *job, const bench_variant *v);
bool @TOPIC@_check(void *job, char *why, size_t why_bytes);
void @TOPIC@_finish(void *job);
