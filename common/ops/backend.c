// backend.c: the backend in use, and the plain matrix product that every faster one is compared with.
#include "backend.h"

#include <stddef.h>

const tt_backend backend_naive = {"naive", matmul_naive};
_Thread_local const tt_backend *backend = &backend_naive;

tt_status backend_use(const tt_backend *row)
{
    if (!row || !row->name || !row->matmul) return TT_BAD_VALUE;
    backend = row;
    return TT_OK;
}

tt_status matmul_check(const float *out, const float *a, const float *b, int m, int n, int k)
{
    if (m < 0 || n < 0 || k < 0) return TT_BAD_SHAPE;
    if (m > 0 && n > 0 && (!out || (k > 0 && (!a || !b)))) return TT_BAD_VALUE;
    return TT_OK;
}

// Each element of out is one dot product: a row of a with a column of b.
tt_status matmul_naive(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status = matmul_check(out, a, b, m, n, k);
    if (status != TT_OK) return status;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int p = 0; p < k; p++) sum += a[(size_t)i * k + p] * b[(size_t)p * n + j];
            out[(size_t)i * n + j] = sum;
        }
    return TT_OK;
}
