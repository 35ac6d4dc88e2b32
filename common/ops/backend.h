// backend.h: the table of operations through which a model computes.
//
// A model calls `backend->matmul(...)` and does not know which function computes the product. Two backends
// are here from the start, `naive` and `blas`; module 15 adds faster ones, and everything that calls through
// the table becomes faster without a change of its own code.
//
// Shapes   a (m, k), b (k, n), out (m, n), row-major and dense. A size may be 0: nothing is read where m or n
//          is 0, and out is all zeros where k is 0.
// Errors   TT_BAD_SHAPE if a size is negative, TT_BAD_VALUE if a needed pointer is NULL; out is untouched.
// Overlap  out must not overlap a or b.
#pragma once

#include "core/status.h"

// out = a b
typedef tt_status tt_matmul(float *out, const float *a, const float *b, int m, int n, int k);

typedef struct {
    const char *name;
    tt_matmul *matmul;
} tt_backend;

// The backend in use on this thread; `naive` when a thread starts. Never NULL.
extern _Thread_local const tt_backend *backend;

// Use this backend from now on, on this thread; the struct must stay valid as long as it is in use. TT_BAD_VALUE if row or
// one of its operations is NULL.
tt_status backend_use(const tt_backend *row);

extern const tt_backend backend_naive; // matmul_naive
extern const tt_backend backend_blas;  // matmul_cblas

// The three textbook loops, i-j-p.
tt_matmul matmul_naive;

// The serial OpenBLAS: cblas_sgemv where out is one row or one column, cblas_sgemm elsewhere. It is not safe when
// two threads are in it at once: these two functions let one in and the others wait. Whoever calls cblas_ directly
// does so from one thread.
tt_matmul matmul_cblas;

// cblas_sgemm for every shape: a yardstick to compare other products with.
tt_matmul matmul_gemm;

// The check of arguments that every matmul makes first: TT_OK, TT_BAD_SHAPE or TT_BAD_VALUE as said above.
tt_status matmul_check(const float *out, const float *a, const float *b, int m, int n, int k);
