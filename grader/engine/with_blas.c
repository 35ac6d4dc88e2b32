// with_blas.c: in programs with BLAS, what the library was asked for. The linker leads a submission's calls here (kit.sh).
#include <cblas.h>

#include "job.h"

double job_blas_work;

void __real_cblas_sgemm(CBLAS_LAYOUT, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, blasint, blasint, blasint, float,
                        const float *, blasint, const float *, blasint, float, float *, blasint);
void __real_cblas_sgemv(CBLAS_LAYOUT, CBLAS_TRANSPOSE, blasint, blasint, float, const float *, blasint,
                        const float *, blasint, float, float *, blasint);

void __wrap_cblas_sgemm(CBLAS_LAYOUT order, CBLAS_TRANSPOSE how_a, CBLAS_TRANSPOSE how_b, blasint m,
                        blasint n, blasint k, float alpha, const float *a, blasint a_row, const float *b,
                        blasint b_row, float beta, float *c, blasint c_row)
{
    job_blas_work += (double)m * n * k;
    __real_cblas_sgemm(order, how_a, how_b, m, n, k, alpha, a, a_row, b, b_row, beta, c, c_row);
}

void __wrap_cblas_sgemv(CBLAS_LAYOUT order, CBLAS_TRANSPOSE how, blasint m, blasint n, float alpha,
                        const float *a, blasint a_row, const float *x, blasint x_step, float beta, float *y,
                        blasint y_step)
{
    job_blas_work += (double)m * n;
    __real_cblas_sgemv(order, how, m, n, alpha, a, a_row, x, x_step, beta, y, y_step);
}
