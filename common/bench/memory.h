// bench/memory.h: two suites that any module's table may list: what it costs to get data from each level of
// memory.
//
// Cases are working sets from 4 KiB to 256 MiB (x: bytes). One core.
#pragma once

#include "bench.h"

extern const bench_suite bench_bandwidth; // "bandwidth", variant "read": bytes per second, read in order
extern const bench_suite
    bench_latency; // "latency", variant "chase": loads per second, each address from the last load
