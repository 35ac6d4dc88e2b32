// naive_everywhere.c: the commonest false solution: the given loop behind every name. It is right, and earns
// next to nothing: a rung that is no faster than what it should replace is not that rung.
#include "acceleration.h"

#define NAIVE(name)                                                                                          \
    tt_status name(float *out, const float *a, const float *b, int m, int n, int k)                          \
    {                                                                                                        \
        return matmul_naive(out, a, b, m, n, k);                                                             \
    }

NAIVE(matmul_reordered)
NAIVE(matmul_blocked)
NAIVE(matmul_tiled)
NAIVE(matmul_packed)
NAIVE(matmul_threaded)
NAIVE(matmul_blas)
NAIVE(matmul_auto)

tt_status matmul_blocked_by(float *out, const float *a, const float *b, int m, int n, int k, int block)
{
    return block < 1 ? TT_BAD_VALUE : matmul_naive(out, a, b, m, n, k);
}

tt_status acceleration_use(enum acceleration_mode mode)
{
    static const tt_backend rows[MODE_COUNT] = {
        {"educational", matmul_naive}, {"optimised", matmul_packed}, {"auto", matmul_auto}};
    return (unsigned)mode < MODE_COUNT ? backend_use(&rows[mode]) : TT_BAD_VALUE;
}

// The test that everybody writes first: square, whole vectors, all ones. It exposes nothing.
tt_status break_matmul(int input, int *m, int *n, int *k, float *a, float *b)
{
    (void)input;
    *m = *n = *k = 8;
    for (int x = 0; x < 8 * 8; x++) a[x] = b[x] = 1;
    return TT_OK;
}
