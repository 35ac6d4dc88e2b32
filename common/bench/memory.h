// memory.h: two suites that any module's table may list: bandwidth and latency of each level of memory.
//
// Cases are working sets from 4 KiB to 256 MiB (x: bytes). One core.
#pragma once

#include "bench.h"

// "bandwidth", variant "read": bytes per second, read in order.
extern const bench_suite bench_bandwidth;

// "latency", variant "chase": loads per second, each address from the last load.
extern const bench_suite bench_latency;
