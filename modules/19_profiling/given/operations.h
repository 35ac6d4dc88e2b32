// operations.h: real operations of each kind, with what they ask of the machine, for roofline and bottleneck.
#pragma once

#include "measure/machine.h"
#include "profiling.h"

enum {
    PROFILING_ADD_ROWS, // one row added to another, both in the first cache
    PROFILING_CHAIN,    // numbers of the first cache added up in one chain
    PROFILING_ONE_ROW,  // one row times a large matrix, by BLAS
    PROFILING_TEXTBOOK, // a product by three loops
    PROFILING_BLAS,     // a large product by BLAS
    PROFILING_CALLS,    // calls of a function that adds one number
    PROFILING_OPERATIONS
};

typedef struct {
    const char *name;      // a word, for charts
    prof_work work;        // one call of it
    prof_operation counts; // of one call; seconds is what was measured, 0 before
} profiling_operation;

// This machine's roofs: what `info` holds after machine_measure, and the empty call. Where the system does not say a
// level's bandwidth, that of the level above stands for it.
prof_roofs profiling_roofs(const machine_info *info, bool quick);

// The level, 0 .. 3, that holds so many bytes: it and those above it must hand them on.
int profiling_level_of(double bytes, const machine_info *info);

// Operations with their arrays; `bytes` of a level that the data does not reach are 0. TT_NO_MEMORY.
tt_status profiling_operations_create(profiling_operation o[PROFILING_OPERATIONS], const machine_info *info,
                                      bool quick);
void profiling_operations_finish(profiling_operation o[PROFILING_OPERATIONS]);

// Time each of them with the timer of exercise 1. The status of prof_clock_step or prof_time.
tt_status profiling_operations_time(profiling_operation o[PROFILING_OPERATIONS]);
