// Module 20: benchmarking. Two exercises; each is graded by itself, in any order.
//
// The contract of both functions is in benchmarking.h; the textbook's loops are in given/textbook.c.
//
// `return TT_TODO;` says that an exercise is not written yet. Delete it where you begin.
#include "benchmarking.h"

#include <string.h>

// 1. Scale and add
//
// Approach: check n and the pointers first. Then one loop over i. Say `restrict` for both arrays: the compiler
// may then do several elements in one instruction without a check whether they overlap.
// Example: out = (1 2 3), scale = 10, x = (4 5 6): out becomes 41 52 63.
tt_status scale_add(float *out, float scale, const float *x, int n)
{
    // TODO
    (void)out, (void)scale, (void)x, (void)n;
    return TT_TODO;
}

// 2. The moving sum
//
// Approach: the textbook computes one output at a time, and each addition needs the result of the one before.
// Swap the loops: set the outputs to 0, then for each weight j add w[j] times the row that begins at x[j] to
// them. Do that for a strip of some hundred outputs before you go on to the next, so that they stay in the cache.
// Example: w = (1 10), x = (1 2 3 4), n = 3: out is 0 0 0, then 1 2 3, then + 10*(2 3 4) = 21 32 43.
tt_status moving_sum(float *out, const float *x, const float *w, int n, int k)
{
    // TODO
    (void)out, (void)x, (void)w, (void)n, (void)k;
    return TT_TODO;
}
