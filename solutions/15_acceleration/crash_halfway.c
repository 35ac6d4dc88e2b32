// crash_halfway.c: a student's file in the middle of the work: one rung written, one that reaches far outside
// its arrays, the rest as shipped. Lesson, benchmark and grader must go on round it.
#include "acceleration.h"

#define TODO(name)                                                                                           \
    tt_status name(float *out, const float *a, const float *b, int m, int n, int k)                          \
    {                                                                                                        \
        (void)out, (void)a, (void)b, (void)m, (void)n, (void)k;                                              \
        return TT_TODO;                                                                                      \
    }

TODO(matmul_tiled)
TODO(matmul_packed)
TODO(matmul_threaded)
TODO(matmul_blas)
TODO(matmul_auto)

tt_status matmul_reordered(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status = matmul_check(out, a, b, m, n, k);
    for (int i = 0; i < m && status == TT_OK; i++) {
        float *restrict row = out + (long)i * n;
        for (int j = 0; j < n; j++) row[j] = 0;
        for (int p = 0; p < k; p++)
            for (int j = 0; j < n; j++) row[j] += a[(long)i * k + p] * b[(long)p * n + j];
    }
    return status;
}

tt_status matmul_blocked_by(float *out, const float *a, const float *b, int m, int n, int k, int block)
{
    (void)a, (void)m, (void)n, (void)k;
    for (long far = 1L << 40; far > 0; far += block) out[far] = b[far];
    return TT_OK;
}

tt_status matmul_blocked(float *out, const float *a, const float *b, int m, int n, int k)
{
    return matmul_blocked_by(out, a, b, m, n, k, 64);
}

tt_status acceleration_use(enum acceleration_mode mode)
{
    (void)mode;
    return TT_TODO;
}

tt_status break_matmul(int input, int *m, int *n, int *k, float *a, float *b)
{
    (void)input, (void)m, (void)n, (void)k, (void)a, (void)b;
    return TT_TODO;
}
