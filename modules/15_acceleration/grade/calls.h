// calls.h: what the two sides of a case agree on: the numbers of a job and which function is meant.
#pragma once

#include "ops/backend.h"

// What a job's numbers mean. A NULL_* bit in `door` makes run pass NULL for that pointer.
enum { M, N, K, EXTRA, DOOR, THROUGH_TABLE };
enum { NULL_OUT = 1, NULL_A = 2, NULL_B = 4 };
enum {
    LIBRARY_WORK = 3
}; // the array that says how many multiply-adds the library was asked for, where it is wanted

// The functions that run may call.
enum { REORDERED, BLOCKED, BLOCKED_BY, TILED, PACKED, THREADED, BLAS, AUTO, RUNGS };
enum { OWN_BLOCK = -1000 }; // instead of a block: matmul_blocked, with its own

// What a call of acceleration_use leaves, and the functions that it may mean. Number EXTRA is the mode.
// Arrays 0 to 2 are those of the product that the next call, with THROUGH_TABLE, computes through the
// table; array 3 is this.
enum { NAME_BYTES = 16 };
typedef struct {
    tt_matmul *installed, *naive, *packed, *by_shape;
    char name[NAME_BYTES];
} installed_row;
