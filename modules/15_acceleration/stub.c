// Module 15: acceleration. Eight exercises, one product of matrices; each is graded by itself, in any order.
//
// The contract of every function is in acceleration.h; matmul_naive, where you start from, in
// common/ops/backend.c. matmul_check(out, a, b, m, n, k) answers TT_BAD_SHAPE and TT_BAD_VALUE for you. In short:
// a is (m, k), b is (k, n), out is (m, n), row-major; a[i][p] is a[(size_t)i * k + p].
//
// `return TT_TODO;` says that an exercise is not written yet. Delete it where you begin.
#include "acceleration.h"

#include <cblas.h>
#include <omp.h>
#include <stddef.h>
#include <string.h>

#include "core/scratch.h"
#include "core/vec.h"

// 1. Loop order
//
// Approach: the naive inner loop runs over p and walks down a column of b. Make j the innermost loop: for
// each i set the row of out to 0, then for each p add a[i][p] times row p of b to it. Say `restrict` if
// the compiler cannot see that the row of out is not a part of b.
// Example: a = (1 2), b = (3 4 / 5 6): the row of out is 0 0, then 1*(3 4) = 3 4, then + 2*(5 6) = 13 16.
tt_status matmul_reordered(float *out, const float *a, const float *b, int m, int n, int k)
{
    // TODO
    (void)out, (void)a, (void)b, (void)m, (void)n, (void)k;
    return TT_TODO;
}

// 2. Blocks
//
// Approach: set out to 0. Cut p and j into blocks, p0 .. p0 + block - 1 and j0 .. j0 + block - 1; inside a
// block run the textbook loops over all i: a sum that begins at 0, over the block's p, then added to
// out[i][j]. The last blocks are shorter.
// Example: k = 5 with block 2 gives the blocks p = 0 1, 2 3, 4, and out[i][j] is (x0 + x1) + (x2 + x3) + x4.
tt_status matmul_blocked_by(float *out, const float *a, const float *b, int m, int n, int k, int block)
{
    // TODO
    (void)out, (void)a, (void)b, (void)m, (void)n, (void)k, (void)block;
    return TT_TODO;
}

enum { BLOCK = 64 }; // the lesson measures several: put the best of them here

tt_status matmul_blocked(float *out, const float *a, const float *b, int m, int n, int k)
{
    return matmul_blocked_by(out, a, b, m, n, k, BLOCK);
}

// 3. A tile in registers
//
// Approach: make 6 rows x 2 vectors of out at a time (a vec holds VEC_FLOATS floats: common/core/vec.h). Keep
// the 12 sums in `vec sum[6][2]`; for each p load two vectors of b, and for each row multiply them by
// a[i][p] and add. Store once at the end. The number of rows must be a constant for the compiler, else the
// sums live in memory: write the tile as an `static inline __attribute__((always_inline))` function and
// call it with constants. Edges: fewer rows are another constant; fewer columns can use a copy of b's last
// columns, filled up with zeros. 6 rows are enough for all points on every CPU; with the 32 registers of
// AVX-512 more of them are a little faster, which the last exercises can use.
// Example: with VEC_FLOATS 8 a tile is 6 x 16: 8 loads feed 12 multiply-adds, where the loop before needed
// 2 loads and a store for each.
tt_status matmul_tiled(float *out, const float *a, const float *b, int m, int n, int k)
{
    // TODO
    (void)out, (void)a, (void)b, (void)m, (void)n, (void)k;
    return TT_TODO;
}

// 4. Packed
//
// Approach: cut k into blocks of a few hundred, n too. For each block copy b's part into panels, each one
// tile wide and as deep as the block, so that your tile reads memory in order; then run the tile over all
// rows. Its sums begin at 0 in every block; from the second block of k on, add them to out instead of
// storing them. tt_scratch(TT_SCRATCH_KERNEL, bytes) lends the room.
// Example: b (2, 4) in panels two wide: 1 2 3 4 / 5 6 7 8 becomes 1 2 5 6 | 3 4 7 8.
tt_status matmul_packed(float *out, const float *a, const float *b, int m, int n, int k)
{
    // TODO
    (void)out, (void)a, (void)b, (void)m, (void)n, (void)k;
    return TT_TODO;
}

// 5. Threads
//
// Approach: give each thread its own part of out, whole tiles of columns (or of rows, where there are more
// of those), and let it run the packed product on that part. No two threads write the same place, so none
// has to wait. `#pragma omp parallel` with omp_get_thread_num() and omp_get_num_threads() is all you need.
// Example: 40 columns, tiles of 16, 2 threads: columns 0..15 and 16..39.
tt_status matmul_threaded(float *out, const float *a, const float *b, int m, int n, int k)
{
    // TODO
    (void)out, (void)a, (void)b, (void)m, (void)n, (void)k;
    return TT_TODO;
}

// 6. The library
//
// Approach: cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, out, n). For
// m = 1 the product is a matrix-vector product with b transposed, for n = 1 with a: cblas_sgemv. k = 0 is
// yours: zeros.
// Example: m = 1: cblas_sgemv(CblasRowMajor, CblasTrans, k, n, 1, b, n, a, 1, 0, out, 1).
tt_status matmul_blas(float *out, const float *a, const float *b, int m, int n, int k)
{
    // TODO
    (void)out, (void)a, (void)b, (void)m, (void)n, (void)k;
    return TT_TODO;
}

// 7. The backend
//
// Approach: matmul_auto looks at m, n, k and calls one of the functions above: the library for one row or
// one column, where everything is reading; your tile where b is small and packing would only cost; your
// packed product else. acceleration_use keeps three rows `static const tt_backend` and passes the one of
// its mode to backend_use.
// Example: after acceleration_use(MODE_OPTIMISED), backend->matmul is matmul_packed and backend->name is
// "optimised".
tt_status matmul_auto(float *out, const float *a, const float *b, int m, int n, int k)
{
    // TODO
    (void)out, (void)a, (void)b, (void)m, (void)n, (void)k;
    return TT_TODO;
}

tt_status acceleration_use(enum acceleration_mode mode)
{
    // TODO
    (void)mode;
    return TT_TODO;
}

// 8. Break it
//
// Six products, each with one mistake: the columns behind the last whole vector left out; a row of a taken
// to be n long; b read transposed where it is square; nothing written where k is 0; only the last block of k
// kept (a block is 64 deep); b packed in half precision.
// Approach: for each mistake ask for which sizes, or which numbers, its answer is right all the same: those
// must not be all that you test. One input exposes several; no single one exposes all. Write sizes that
// differ from input to input: a table of them will do, and one formula for the numbers.
// Example: m = n = k = 8 with a and b all ones exposes none of the six.
tt_status break_matmul(int input, int *m, int *n, int *k, float *a, float *b)
{
    // TODO
    (void)input, (void)m, (void)n, (void)k, (void)a, (void)b;
    return TT_TODO;
}
