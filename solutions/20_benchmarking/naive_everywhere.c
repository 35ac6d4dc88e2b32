// naive_everywhere.c: the commonest false solution: the textbook's loops behind every name. It is right, and
// earns the points of the first exercise alone, in which the textbook's loop is the answer.
#include "benchmarking.h"

tt_status scale_add(float *out, float scale, const float *x, int n)
{
    if (n < 0) return TT_BAD_SHAPE;
    if (n > 0 && (!out || !x)) return TT_BAD_VALUE;
    for (int i = 0; i < n; i++) out[i] += scale * x[i];
    return TT_OK;
}

tt_status moving_sum(float *out, const float *x, const float *w, int n, int k)
{
    if (n < 0 || k < 1) return TT_BAD_SHAPE;
    if (n > 0 && (!out || !x || !w)) return TT_BAD_VALUE;
    for (int i = 0; i < n; i++) {
        float sum = 0;
        for (int j = 0; j < k; j++) sum += w[j] * x[i + j];
        out[i] = sum;
    }
    return TT_OK;
}
