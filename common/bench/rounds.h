// bench/rounds.h: one case, in the process that calls its variants: check first, then rounds in which they
// take turns.
#pragma once

#include "bench.h"
#include "apart.h"

enum { BENCH_MOST_VARIANTS = 24 };

// What the forked process writes and its parent reads, also after a crash.
typedef struct {
    const bench_suite *suite;
    const bench_case *kase;
    results_length length;
    results_row rows[BENCH_MOST_VARIANTS];
    bool skip[BENCH_MOST_VARIANTS]; // left out: filtered, too much work, or it brought a process down before
    volatile int running;           // the variant being called, for the one who must tell who crashed
    bench_apart apart;
} bench_rounds;

// Fills the rows of a bench_rounds.
void bench_run_rounds(void *rounds);

// About how many seconds a case of so many variants takes.
double bench_case_seconds(int variants, results_length length);
