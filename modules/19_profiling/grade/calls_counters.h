// calls_counters.h: the counters' calls: a script of which each call is a job.
//
// Arrays. 0: the op. 1: what is seen after it. 2: the rows. 3: the counters themselves, left alone between the calls.
#pragma once

#include "profiling.h"

typedef enum {
    COUNTERS_BEGIN,   // room: rows
    COUNTERS_ENTER,   // the event: name, number, macs, bytes
    COUNTERS_EXIT,    // the innermost event; status
    COUNTERS_PRODUCT, // m, n, k; status: what the product below answers
    COUNTERS_DOOR,    // room: what is NULL
} counters_kind;

enum { COUNTERS_ROOM = 96, COUNTERS_NAME = 24, COUNTERS_DEEPEST = 2 * PROF_COUNT_DEPTH };

enum {
    NO_OBSERVER,
    NO_COUNTERS_OF_OBSERVER,
    NO_ROWS_OF_OBSERVER,
    NO_BACKEND,
    NO_COUNTERS,
    NO_ROWS,
    NO_UNDER,
    NO_PRODUCT,
    COUNTERS_DOORS
};

typedef struct {
    int kind, room, number, status, m, n, k;
    long long macs, bytes;
    char name[COUNTERS_NAME];
} counters_op;

typedef struct {
    char layer[COUNTERS_NAME], operation[COUNTERS_NAME];
    int number;
    long long calls, useful_macs, useful_bytes, products, macs, flops, bytes;
} counters_row;

typedef struct {
    int count, depth;
    long long lost;
    counters_row total;
    int under_calls, m, n, k;          // of the product below, and the last one's arguments
    uint64_t arrays[3], own_arrays[3]; // that it was given, and those of the call
    int touched;                       // an output that was refused is no longer zeroed
} counters_seen;
