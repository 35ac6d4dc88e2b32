// solution.c: the reference of module 20.
#include "benchmarking.h"

#include <string.h>

tt_status scale_add(float *restrict out, float scale, const float *restrict x, int n)
{
    if (n < 0) return TT_BAD_SHAPE;
    if (n > 0 && (!out || !x)) return TT_BAD_VALUE;
    for (int i = 0; i < n; i++) out[i] += scale * x[i];
    return TT_OK;
}

// Outputs that get all their weights before the next ones: 2 KiB, and as much of x, stay in the L1 cache.
enum { STRIP = 512 };

tt_status moving_sum(float *out, const float *x, const float *w, int n, int k)
{
    if (n < 0 || k < 1) return TT_BAD_SHAPE;
    if (n > 0 && (!out || !x || !w)) return TT_BAD_VALUE;
    for (int first = 0; first < n; first += STRIP) {
        int count = n - first < STRIP ? n - first : STRIP;
        memset(out + first, 0, (size_t)count * sizeof *out);
        for (int j = 0; j < k; j++) scale_add(out + first, w[j], x + first + j, count);
    }
    return TT_OK;
}
