// bench/apart.h: work in a process of its own, so that what crashes, loops or ends the program costs itself
// only.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/crash.h"

// Lives in memory that both processes share.
typedef struct {
    crash_report crash;
    volatile bool finished; // the work came to its own end: exit(0) in the middle of it does not
    volatile int beats;     // grows as the work goes on, so that a parent sees what is stuck
} bench_apart;

// Memory that a process shares with those that it forks; NULL without any. Returned by bench_unshare.
void *bench_share(size_t bytes);
void bench_unshare(void *memory, size_t bytes);

// Run work(job) in a process of its own. tick, if not NULL, is called here a few times a second meanwhile.
// True if it came to its end; else false and why: a crash with its line, an exit, or no beat for so many
// seconds.
bool bench_run_apart(bench_apart *a, void (*work)(void *job), void *job, int patience_seconds,
                     void (*tick)(void), char *why, size_t why_bytes);
