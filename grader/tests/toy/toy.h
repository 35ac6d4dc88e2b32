// toy.h: four small exercises for the tests of the grader: quick to compile, quick to grade, every kind of
// case.
//
// Shapes   x, out (n) in toy_scale; a, b, out (n, n); x (rows, columns), out (rows). Row-major, sizes from 0.
// Errors   TT_BAD_SHAPE if a size is negative, TT_BAD_VALUE if a pointer that is needed is NULL; out is then
//          untouched. Only toy_scale is asked about them.
#pragma once

#include "core/status.h"

// out[i] = by * x[i]
tt_status toy_scale(float *out, const float *x, int n, float by);

// out = a b, faster than the three textbook loops.
tt_status toy_product(float *out, const float *a, const float *b, int n);

// out[i] = the sum of row i of x. The one that may start threads.
tt_status toy_sums(float *out, const float *x, int rows, int columns);

// out = a b, by cblas_sgemm. The one that may call BLAS.
tt_status toy_library(float *out, const float *a, const float *b, int n);
