// backend.h: the table of operations that a model calls through.
//
// A model says `backend->matmul(...)` and never learns who computes. Two rows are here from the start,
// `naive` and `blas`; module 15 adds faster ones, and everything that calls through the table speeds up
// without a change.
//
// Shapes   a (m, k), b (k, n), out (m, n), row-major and dense. Sizes of 0 are fine: nothing is
//          read where m or n is 0, and out is all zeros where k is 0.
// Errors   TT_BAD_SHAPE if a size is negative, TT_BAD_VALUE if a pointer that is needed is NULL; out is then
// untouched. Overlap  out must not overlap a or b.
#pragma once

#include "status.h"

// out = a b
typedef tt_status tt_matmul(float *out, const float *a, const float *b, int m, int n, int k);

typedef struct {
    const char *name;
    tt_matmul *matmul;
} tt_backend;

// The row in use; `naive` at the start of a program. Never NULL.
extern const tt_backend *backend;

// Use this row from now on; it must outlive its use. TT_BAD_VALUE if it or one of its operations is NULL.
tt_status backend_use(const tt_backend *row);

extern const tt_backend backend_naive; // matmul_naive
extern const tt_backend backend_blas;  // matmul_cblas

// The three textbook loops, i-j-p.
tt_matmul matmul_naive;

// The serial OpenBLAS: cblas_sgemv where out is one row or one column, cblas_sgemm elsewhere.
tt_matmul matmul_cblas;

// cblas_sgemm whatever the shape: a yardstick.
tt_matmul matmul_gemm;

// What every matmul asks at its door: TT_OK, TT_BAD_SHAPE or TT_BAD_VALUE as said above.
tt_status matmul_check(const float *out, const float *a, const float *b, int m, int n, int k);
