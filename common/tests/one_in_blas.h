// one_in_blas.h: stands in for the library's products in a test's program, and sees when two threads are in them.
//
// Debian's serial OpenBLAS is wrong now and then when two threads call it at once: in a few products of a
// thousand, with some kernels, on some machines. A test that waits for that proves little. This one takes the
// library's place: the linker prefers a program's own functions. A call waits a moment for company, so that
// threads that can meet do meet.
#pragma once

#include <cblas.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

static atomic_int blas_inside, blas_calls, blas_met; // threads in it now; calls; calls that another one met

static void blas_enter(void)
{
    struct timespec begin, now;
    if (atomic_fetch_add(&blas_inside, 1) > 0) atomic_fetch_add(&blas_met, 1);
    atomic_fetch_add(&blas_calls, 1);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do {
        sched_yield();
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (atomic_load(&blas_inside) < 2 &&
             (now.tv_sec - begin.tv_sec) * 1000000000LL + now.tv_nsec - begin.tv_nsec < 500000);
}

static void blas_leave(void) { atomic_fetch_sub(&blas_inside, 1); }

void cblas_sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE ta, enum CBLAS_TRANSPOSE tb, blasint m,
                 blasint n, blasint k, float alpha, const float *a, blasint lda, const float *b, blasint ldb,
                 float beta, float *out, blasint ldc)
{
    (void)order, (void)ta, (void)tb, (void)alpha,
        (void)beta; // row-major, no transposes, 1 and 0, as all calls here
    blas_enter();
    for (blasint i = 0; i < m; i++)
        for (blasint j = 0; j < n; j++) {
            float sum = 0;
            for (blasint p = 0; p < k; p++) sum += a[(size_t)i * lda + p] * b[(size_t)p * ldb + j];
            out[(size_t)i * ldc + j] = sum;
        }
    blas_leave();
}

void cblas_sgemv(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE t, blasint m, blasint n, float alpha,
                 const float *a, blasint lda, const float *x, blasint incx, float beta, float *y,
                 blasint incy)
{
    (void)order, (void)alpha, (void)beta;
    blas_enter();
    for (blasint j = 0; j < (t == CblasTrans ? n : m); j++) {
        float sum = 0;
        for (blasint p = 0; p < (t == CblasTrans ? m : n); p++)
            sum += (t == CblasTrans ? a[(size_t)p * lda + j] : a[(size_t)j * lda + p]) * x[p * incx];
        y[j * incy] = sum;
    }
    blas_leave();
}
