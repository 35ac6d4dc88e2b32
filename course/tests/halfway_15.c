// halfway_15.c: a student's file in the middle of the work: one product is written, a second ends the program, and a
// helper has a name that the other file has, too.
#include <stdlib.h>

#include "acceleration.h"

void helper(float *out, float x) { *out += x; }

tt_status matmul_reordered(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status = matmul_check(out, a, b, m, n, k);
    if (status != TT_OK) return status;
    for (int i = 0; i < m * n; i++) out[i] = 0;
    for (int i = 0; i < m; i++)
        for (int p = 0; p < k; p++)
            for (int j = 0; j < n; j++) helper(&out[i * n + j], a[i * k + p] * b[p * n + j]);
    return TT_OK;
}

tt_status matmul_packed(float *out, const float *a, const float *b, int m, int n, int k)
{
    (void)out, (void)a, (void)b, (void)m, (void)n, (void)k;
    exit(0);
}
