// calls.h: what the two sides of a case agree on: the numbers of a job and which function is meant.
#pragma once

// What a job's numbers mean. A NULL_* bit in `door` makes run pass NULL for that pointer.
enum { M, N, K, EXTRA, DOOR };
enum { NULL_OUT = 1, NULL_A = 2, NULL_B = 4 };

// The functions that run may call.
enum { REORDERED, BLOCKED, BLOCKED_BY, TILED, PACKED, THREADED, BLAS, AUTO, BACKEND, RUNGS };
