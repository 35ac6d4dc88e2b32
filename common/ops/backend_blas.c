// backend_blas.c: the backend that calls OpenBLAS, in its own file so that programs can be linked without it.
#include "backend.h"

#include <cblas.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

const tt_backend backend_blas = {"blas", matmul_cblas};

// Debian's serial OpenBLAS keeps its buffers without a lock: two threads in it at once can be given the same one, and
// some of their products are wrong. Nobody waits here but those who would have been wrong.
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

tt_status matmul_gemm(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status = matmul_check(out, a, b, m, n, k);
    if (status != TT_OK || m == 0 || n == 0) return status;
    if (k == 0) {
        memset(out, 0, (size_t)m * (size_t)n * sizeof *out);
        return TT_OK;
    }
    pthread_mutex_lock(&one_at_a_time);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, out, n);
    pthread_mutex_unlock(&one_at_a_time);
    return TT_OK;
}

tt_status matmul_cblas(float *out, const float *a, const float *b, int m, int n, int k)
{
    bool vector = (m == 1 || n == 1) && m > 0 && n > 0 && k > 0;
    tt_status status = vector ? matmul_check(out, a, b, m, n, k) : matmul_gemm(out, a, b, m, n, k);
    if (!vector || status != TT_OK) return status;
    pthread_mutex_lock(&one_at_a_time);
    if (m == 1) // out = b^T a
        cblas_sgemv(CblasRowMajor, CblasTrans, k, n, 1, b, n, a, 1, 0, out, 1);
    else // out = a b
        cblas_sgemv(CblasRowMajor, CblasNoTrans, m, k, 1, a, k, b, 1, 0, out, 1);
    pthread_mutex_unlock(&one_at_a_time);
    return TT_OK;
}
