// real.h: the real clock, and work whose time is known: spins that measure themselves, chains that nothing can shorten.
#pragma once

#include "profiling.h"

// CLOCK_MONOTONIC, and the one that only moves when the kernel's timer ticks, every millisecond or four.
prof_clock profiling_clock(void);
prof_clock profiling_coarse_clock(void);

// The timer's options as lessons and benchmarks use them: 20 ms of warm-up, samples of 200 us.
prof_timer profiling_timer(double step, int samples, uint64_t seed);

// Spins until `seconds` are over, and `slow` times as long at every `every`-th call (0: never). With `grow` each call lasts
// that part longer than the one before. It notes how long it really took: the last PROFILING_SPINS calls, by call number.
enum { PROFILING_SPINS = 1024 };
typedef struct {
    double seconds, slow, grow;
    int every, calls;
    double lasted[PROFILING_SPINS];
} profiling_spin;
prof_work profiling_spin_work(profiling_spin *s);

// `steps` additions of which each needs the result of the one before. No compiler and no CPU makes that shorter.
typedef struct {
    long steps;
    float sum;
} profiling_chain;
prof_work profiling_chain_work(profiling_chain *c);

// Seconds of calling a function that does nothing, through a pointer: the best of some loops.
double profiling_empty_call(void);
