// loops.h: loop orders of a product of matrices, each written once: to run, and to have a cache simulator look at what it touches.
#pragma once

#include "profiling.h"

typedef enum {
    PROFILING_COLUMNS, // the textbook's i-j-p: down a column of b
    PROFILING_ROWS,    // i-p-j: along a row of b and of out
    PROFILING_BLOCKS,  // i-j-p round blocks of b
    PROFILING_ORDERS
} profiling_order;

extern const char *const profiling_order_names[PROFILING_ORDERS];

// The first `rows` rows of out = a b, all (n, n), rows `row` >= n floats apart. `block` is of PROFILING_BLOCKS, which does `block`
// rows of out at a time.
typedef struct {
    profiling_order order;
    int n, row, rows, block;
    float *out;
    const float *a, *b;
} profiling_loop;

// Run it. Nothing is vectorised, so that it touches what the simulator is told.
void profiling_loop_run(const profiling_loop *l);

// Tell a cache each of its reads and writes, of 4 bytes, in their order. The status of prof_cache_access.
tt_status profiling_loop_simulate(const profiling_loop *l, prof_cache *cache);

// Multiply-adds of it.
double profiling_loop_macs(const profiling_loop *l);

// --- Caches ---

typedef struct {
    const char *name;
    prof_cache_shape shapes[PROF_CACHE_LEVELS];
} profiling_caches;

// The first two data caches of this CPU, as the system describes them, and those of others. Where the system says nothing, or
// what no simulator of powers of two can have, the first one is one of the others.
enum { PROFILING_CACHES = 3 };
void profiling_caches_list(profiling_caches list[PROFILING_CACHES]);
