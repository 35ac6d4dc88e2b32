// functions_15.c: the products of module 15 that models call: what its own backend row "optimised" has, and one for a
// single row. The library's is not among them: OpenBLAS without threads is not safe in two threads at once.
#include "acceleration.h"

#include "combine.h"

static const float a[] = {1, 2, 3, 4, 5, 6}, b[] = {1, 0, 2, -1, 1, 3};

#define PRODUCT(module, function)                                                                            \
    COURSE_FUNCTION(module, function, (float *out, const float *a, const float *b, int m, int n, int k),     \
                    (out, a, b, m, n, k), matmul_naive, {                                                    \
                        float out[4];                                                                        \
                        return f(out, a, b, 2, 2, 3);                                                        \
                    })

PRODUCT(15, matmul_packed)
PRODUCT(15, matmul_reordered)
PRODUCT(-15, matmul_blocked)
PRODUCT(-15, matmul_tiled)

static tt_status product(float *out, const float *a, const float *b, int m, int n, int k)
{
    return (m == 1 || n == 1 ? matmul_reordered : matmul_packed)(out, a, b, m, n, k);
}

const tt_backend course_accelerated = {"15", product};
