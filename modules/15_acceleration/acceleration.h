// acceleration.h: one matrix product in six versions, each faster than the last, and the backend of models.
//
// Shapes   a (m, k), b (k, n), out (m, n), row-major and dense. Loop letters: i rows of a, j columns of b,
//          p the summed index.
// Sizes    any from 0 up. Where m or n is 0 there is nothing to do; where k is 0 out is all zeros.
// Errors   TT_BAD_SHAPE if a size is negative, TT_BAD_VALUE if a pointer that is needed is NULL,
//          TT_NO_MEMORY if room for packing cannot be had; out is then untouched. matmul_check in
//          common/ops/backend.h answers the first two.
// Overlap  out must not overlap a or b.
// Sources  Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008;
//          Van Zee, van de Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality",
//          ACM TOMS 41(3), 2015.
#pragma once

#include "ops/backend.h"

// matmul_naive, the three textbook loops i-j-p, is given in common/ops/backend.c: where you start from.

// 1. The same three loops in the order i-p-j: the innermost walks along rows of b and out.
tt_matmul matmul_reordered;

// 2. The textbook loops with p and j cut into blocks (the rows of a are not cut), so that the part of b in
//    use stays in cache. A block of p has a partial sum of its own for each element: it begins at 0, adds
//    the block's products, and is added to out. So out[i][j] is the sum of the partial sums of p = 0 ..
//    block - 1, block .. 2 block - 1, and so on. TT_BAD_VALUE if block < 1. matmul_blocked calls it with
//    the constant BLOCK of your file, from 2 to some hundreds.
tt_status matmul_blocked_by(float *out, const float *a, const float *b, int m, int n, int k, int block);
tt_matmul matmul_blocked;

// 3. A tile of out is kept in vector registers while p runs: each load of b serves several rows of a,
//    each load of a several columns of b. Each element is one sum, over all p in order.
tt_matmul matmul_tiled;

// 4. The tile fed from packed copies: b in panels one tile wide, in blocks that stay in cache. A block is
//    at most 1024 rows of b deep, and has sums of its own: they begin at 0 and are added to out.
tt_matmul matmul_packed;

// 5. The packed product on all the threads that OpenMP gives (omp_get_max_threads).
tt_matmul matmul_threaded;

// 6. The library: cblas_sgemv where m or n is 1, cblas_sgemm elsewhere. From one thread at a time: Debian's serial
//    OpenBLAS has no locks.
tt_matmul matmul_blas;

// 7. The backend. EDUCATIONAL is matmul_naive, OPTIMISED is your fastest on one thread (matmul_packed),
//    AUTO is a function of yours that looks at the shape and calls what suits it: see stub.c.
enum acceleration_mode { MODE_EDUCATIONAL, MODE_OPTIMISED, MODE_AUTO, MODE_COUNT };

// The product that AUTO installs: never slower than the better of its parts by more than a little.
tt_matmul matmul_auto;

// Make `backend` (common/ops/backend.h) point to the row of this mode; the rows are named "educational",
// "optimised" and "auto". TT_BAD_VALUE for any other mode; `backend` is then unchanged.
tt_status acceleration_use(enum acceleration_mode mode);

// 8. Break it. Not a product, but inputs for one. The grader holds six products with a mistake each and
//    asks for BREAK_INPUTS inputs, number 0, 1, ..: a wrong product is exposed if it answers any of them
//    wrongly, and each that is exposed earns points. Set *m, *n and *k, from 0 to BREAK_MOST, and write a
//    (m, k) and b (k, n), each with room for BREAK_MOST * BREAK_MOST floats: finite numbers, on which a
//    right product stays right. TT_BAD_VALUE for any other number of input.
enum { BREAK_INPUTS = 4, BREAK_MOST = 128 };
tt_status break_matmul(int input, int *m, int *n, int *k, float *a, float *b);
