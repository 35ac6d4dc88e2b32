// apart.h: work in a process of its own, so that a crash, an endless loop or an exit ends only that work.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/crash.h"

// In memory that both processes share.
typedef struct {
    crash_report crash;
    volatile bool finished; // the work returned: exit(0) in the middle of it does not set this
    volatile int beats;     // grows as the work goes on, so that the parent notices if it is stuck
} bench_apart;

// Memory shared with the processes that are forked later; NULL without memory. Returned by bench_unshare.
void *bench_share(size_t bytes);
void bench_unshare(void *memory, size_t bytes);

// Run work(job) in a process of its own. Meanwhile tick, if not NULL, is called in this one a few times a
// second. True if the work returned; else false, and `why` says why: a crash with its line, an exit, or
// no beat for patience_seconds.
bool bench_run_apart(bench_apart *a, void (*work)(void *job), void *job, int patience_seconds,
                     void (*tick)(void), char *why, size_t why_bytes);
