// calls.h: what the two sides of a case agree on: the numbers and arrays of a job and which function is meant.
#pragma once

// A NULL_* bit in `door` makes run pass NULL for that pointer.
enum { N, K, DOOR };
enum { NULL_OUT = 1, NULL_X = 2, NULL_W = 4 };

// x (n + k - 1), w (k), start (n): what scale_add finds in out (n). Its scale is w[0], and k is 1.
enum { OUT, X, W, START };

enum { SCALE_ADD, MOVING_SUM };
