// rounds.h: one case, in the process that calls its variants: checks them all, then times them in turns.
#pragma once

#include "bench.h"
#include "apart.h"

enum { BENCH_MOST_VARIANTS = 24 };

// Written by the forked process and read by its parent, also after a crash.
typedef struct {
    const bench_suite *suite;
    const bench_case *kase;
    results_length length;
    results_row rows[BENCH_MOST_VARIANTS];
    bool skip[BENCH_MOST_VARIANTS]; // left out: not asked for, too much work, or it crashed an attempt
    volatile int running;           // the variant being called: if the process crashes, this one did it
    bench_apart apart;
} bench_rounds;

// Fills the rows of a bench_rounds.
void bench_run_rounds(void *rounds);

// About how many seconds a case with so many variants takes.
double bench_case_seconds(int variants, results_length length);
