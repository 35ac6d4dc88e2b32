// zoo: replaces=toy_product,toy_library score=60 verdict=slow says="it counts from 1.5 on. Does the innermost loop run along rows?"
// The textbook loops behind both products: right, but no faster than the textbook.
#include "ops/backend.h"

tt_status toy_product(float *out, const float *a, const float *b, int n) { return matmul_naive(out, a, b, n, n, n); }
tt_status toy_library(float *out, const float *a, const float *b, int n) { return matmul_naive(out, a, b, n, n, n); }
