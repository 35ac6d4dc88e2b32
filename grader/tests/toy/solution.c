// The toy module, done. The zoo builds its hostile submissions on this file.
#include "toy.h"

#include <cblas.h>
#include <stddef.h>
#include <string.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    if (n < 0) return TT_BAD_SHAPE;
    if (n > 0 && (!out || !x)) return TT_BAD_VALUE;
    for (int i = 0; i < n; i++) out[i] = by * x[i];
    return TT_OK;
}

tt_status toy_product(float *restrict out, const float *a, const float *b, int n)
{
    memset(out, 0, (size_t)n * (size_t)n * sizeof *out);
    for (int i = 0; i < n; i++)
        for (int p = 0; p < n; p++)
            for (int j = 0; j < n; j++) out[(size_t)i * n + j] += a[(size_t)i * n + p] * b[(size_t)p * n + j];
    return TT_OK;
}

tt_status toy_sums(float *out, const float *x, int rows, int columns)
{
#pragma omp parallel for num_threads(2)
    for (int i = 0; i < rows; i++) {
        float sum = 0;
        for (int j = 0; j < columns; j++) sum += x[(size_t)i * columns + j];
        out[i] = sum;
    }
    return TT_OK;
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, out, n);
    return TT_OK;
}
