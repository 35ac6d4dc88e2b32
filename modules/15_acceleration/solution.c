// solution.c: the reference. Each rung changes one idea of the rung before; the comments say which and why.
#include "acceleration.h"

#include <cblas.h>
#include <omp.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "scratch.h"
#include "vec.h"

static int min(int a, int b) { return a < b ? a : b; }
static int divide_up(int a, int b) { return (a + b - 1) / b; }

// The door of every rung below: true if the call ends here, refused or because there is nothing to multiply.
static bool ends_at_door(tt_status *status, float *out, const float *a, const float *b, int m, int n, int k)
{
    *status = matmul_check(out, a, b, m, n, k);
    if (*status == TT_OK && k == 0)
        for (size_t x = 0; x < (size_t)m * n; x++) out[x] = 0;
    return *status != TT_OK || m == 0 || n == 0 || k == 0;
}

// --- 1. Loop order ---
// The textbook's inner loop steps down a column of b: one float used of each cache line, and each addition
// waits for the one before. With p and j swapped it steps along rows, and its additions do not wait for each
// other: the compiler does 8 or 16 of them in one instruction.

tt_status matmul_reordered(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status = matmul_check(out, a, b, m, n, k);
    if (status != TT_OK) return status;
    for (int i = 0; i < m; i++) {
        float *restrict row = out + (size_t)i * n;
        for (int j = 0; j < n; j++) row[j] = 0;
        for (int p = 0; p < k; p++) {
            float x = a[(size_t)i * k + p];
            for (int j = 0; j < n; j++) row[j] += x * b[(size_t)p * n + j];
        }
    }
    return TT_OK;
}

// --- 2. Blocks ---
// Round the textbook's inner loop: a block of b is used for all rows of a before the next is fetched. Where
// rows of b lie a power of two apart, they all fall into the same few sets of the L1 cache, and a set holds 8
// lines (12 on some CPUs): a block of more rows than that evicts itself. So the block is small; the lesson
// measures others.

enum { BLOCK = 8 };

tt_status matmul_blocked_by(float *out, const float *a, const float *b, int m, int n, int k, int block)
{
    tt_status status = matmul_check(out, a, b, m, n, k);
    if (status == TT_OK && block < 1) status = TT_BAD_VALUE;
    if (status != TT_OK) return status;
    for (size_t x = 0; x < (size_t)m * n; x++) out[x] = 0;
    for (int p0 = 0; p0 < k; p0 += min(block, k - p0))
        for (int j0 = 0; j0 < n; j0 += min(block, n - j0))
            for (int i = 0; i < m; i++)
                for (int j = j0; j < j0 + min(block, n - j0); j++) {
                    float sum = 0;
                    for (int p = p0; p < p0 + min(block, k - p0); p++)
                        sum += a[(size_t)i * k + p] * b[(size_t)p * n + j];
                    out[(size_t)i * n + j] += sum;
                }
    return TT_OK;
}

tt_status matmul_blocked(float *out, const float *a, const float *b, int m, int n, int k)
{
    return matmul_blocked_by(out, a, b, m, n, k, BLOCK);
}

// --- 3. A tile in registers ---
// 6 rows x 2 vectors of out live in 12 registers (AVX-512 has twice as many: 12 rows). One step of p loads 2
// vectors of b and 6 numbers of a and does 12 multiply-adds: enough of them in flight to fill both units, and
// few enough loads to leave the load ports in peace.

enum {
    TILE_ROWS = VEC_FLOATS == 16 ? 12 : 6,
    TILE_COLUMNS = 2 * VEC_FLOATS,
};

// sum (rows, TILE_COLUMNS) = a (rows, k) b (k, TILE_COLUMNS), then stored to out, or added to it. `rows` is a
// constant wherever this is expanded: the loops over it unroll, and sum never leaves the registers.
static inline __attribute__((always_inline)) void multiply_tile(float *out, int out_stride, const float *a,
                                                                int a_stride, const float *b, int b_stride,
                                                                int k, int add, const int rows)
{
    vec sum[TILE_ROWS][2] = {0};
    for (int i = 0; i < rows; i++)
        __builtin_prefetch(out + (size_t)i * out_stride, 1); // wanted k steps from now
    for (int p = 0; p < k; p++) {
        vec b0 = vec_load(b + (size_t)p * b_stride), b1 = vec_load(b + (size_t)p * b_stride + VEC_FLOATS);
#pragma GCC unroll 12
        for (int i = 0; i < rows; i++) {
            float x = a[(size_t)i * a_stride + p];
            sum[i][0] += x * b0;
            sum[i][1] += x * b1;
        }
    }
#pragma GCC unroll 12
    for (int i = 0; i < rows; i++) {
        float *row = out + (size_t)i * out_stride;
        vec_store(row, add ? vec_load(row) + sum[i][0] : sum[i][0]);
        vec_store(row + VEC_FLOATS, add ? vec_load(row + VEC_FLOATS) + sum[i][1] : sum[i][1]);
    }
}

// The same for any number of rows up to TILE_ROWS and columns up to TILE_COLUMNS; b must have TILE_COLUMNS
// columns to read in any case. A narrow tile is made beside out and its columns copied.
static __attribute__((noinline)) void multiply_any_tile(float *out, int out_stride, const float *a,
                                                        int a_stride, const float *b, int b_stride, int k,
                                                        int add, int rows, int columns)
{
    float beside[TILE_ROWS * TILE_COLUMNS], *to = columns < TILE_COLUMNS ? beside : out;
    int to_stride = columns < TILE_COLUMNS ? TILE_COLUMNS : out_stride;
    for (int i = 0; i < rows && to == beside && add; i++)
        memcpy(beside + i * TILE_COLUMNS, out + (size_t)i * out_stride, (size_t)columns * sizeof *out);
#define ROWS(r)                                                                                              \
    case r:                                                                                                  \
        multiply_tile(to, to_stride, a, a_stride, b, b_stride, k, add, r < TILE_ROWS ? r : TILE_ROWS);       \
        break;
    switch (rows) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12)
    }
#undef ROWS
    for (int i = 0; i < rows && to == beside; i++)
        memcpy(out + (size_t)i * out_stride, beside + i * TILE_COLUMNS, (size_t)columns * sizeof *out);
}

// One column of tiles: out (m, columns) from b's panel. The rows are dealt out evenly, so that 32 becomes
// 6 6 5 5 5 5 and not 6 6 6 6 6 2: a tile of 2 rows has too few sums in flight.
static void multiply_panel(float *out, int out_stride, const float *a, int a_stride, const float *b,
                           int b_stride, int m, int k, int add, int columns)
{
    int tiles = divide_up(m, TILE_ROWS);
    for (int t = 0, i = 0; t < tiles; t++) {
        int rows = (m - i) / (tiles - t) + ((m - i) % (tiles - t) > 0);
        multiply_any_tile(out + (size_t)i * out_stride, out_stride, a + (size_t)i * a_stride, a_stride, b,
                          b_stride, k, add, rows, columns);
        i += rows;
    }
}

// panel (k, TILE_COLUMNS) = columns of b (k, b_stride), filled up with zeros on the right.
static void pack_panel(float *panel, const float *b, int b_stride, int k, int columns)
{
    for (int p = 0; p < k; p++, panel += TILE_COLUMNS, b += b_stride) {
        if (columns == TILE_COLUMNS) { // two vector copies, where a memcpy of a variable length is a call
            vec_store(panel, vec_load(b));
            vec_store(panel + VEC_FLOATS, vec_load(b + VEC_FLOATS));
        } else {
            for (int j = 0; j < TILE_COLUMNS; j++) panel[j] = j < columns ? b[j] : 0;
        }
    }
}

tt_status matmul_tiled(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status;
    if (ends_at_door(&status, out, a, b, m, n, k)) return status;
    int tail = n % TILE_COLUMNS; // columns too few for a tile are read from a copy that is wide enough
    float *panel = tail ? tt_scratch(TT_SCRATCH_KERNEL, (size_t)k * TILE_COLUMNS * sizeof *panel) : NULL;
    if (tail && !panel) return TT_NO_MEMORY;
    for (int j = 0; j + TILE_COLUMNS <= n; j += TILE_COLUMNS)
        multiply_panel(out + j, n, a, k, b + j, n, m, k, 0, TILE_COLUMNS);
    if (tail) {
        pack_panel(panel, b + n - tail, n, k, tail);
        multiply_panel(out + n - tail, n, a, k, panel, TILE_COLUMNS, m, k, 0, tail);
    }
    return TT_OK;
}

// --- 4. Packed ---
// The tile reads b down a strip of TILE_COLUMNS columns: in b itself each step is a new row, for large n a
// new page. So b is copied once, panel after panel, into the order in which it will be read, and used for
// every row of a. K_BLOCK rows of a panel (24 KiB) stay in the L1 cache, M_BLOCK rows of a in L2, and all
// panels of a block in L2 or L3.

enum { K_BLOCK = 384, M_BLOCK = 96, N_BLOCK = 512, A_STRIDE = K_BLOCK + 16 };

// Blocks of at most `most`, of about the same length: 784 is 264 264 256, where whole blocks of 384 would
// leave 16 over.
static int even_share(int length, int most, int unit)
{
    return min(most, divide_up(divide_up(length, divide_up(length, most)), unit) * unit);
}

// The columns first .. last - 1 of out = a b.
static tt_status multiply_packed(float *out, const float *a, const float *b, int m, int n, int k, int first,
                                 int last)
{
    if (m == 0 || first == last) return TT_OK; // a thread that has no part
    float *panels =
        tt_scratch(TT_SCRATCH_KERNEL, (size_t)(N_BLOCK * K_BLOCK + M_BLOCK * A_STRIDE) * sizeof *panels);
    if (!panels) return TT_NO_MEMORY;
    float *a_copy = panels + N_BLOCK * K_BLOCK;
    int copy_a = k % 512 == 0; // rows of a that lie 2 KiB or 4 KiB apart compete for the same cache sets
    int k_block = even_share(k, K_BLOCK, 8), m_block = even_share(m, M_BLOCK, TILE_ROWS);
    for (int j0 = first; j0 < last; j0 += N_BLOCK)
        for (int p0 = 0; p0 < k; p0 += k_block) {
            int columns = min(N_BLOCK, last - j0), depth = min(k_block, k - p0);
            for (int j = 0; j < columns; j += TILE_COLUMNS)
                pack_panel(panels + (size_t)j * depth, b + (size_t)p0 * n + j0 + j, n, depth,
                           min(TILE_COLUMNS, columns - j));
            for (int i0 = 0; i0 < m; i0 += m_block) {
                int rows = min(m_block, m - i0), a_stride = copy_a ? A_STRIDE : k;
                const float *a_block = a + (size_t)i0 * k + p0;
                for (int i = 0; i < rows && copy_a; i++)
                    memcpy(a_copy + i * A_STRIDE, a_block + (size_t)i * k, (size_t)depth * sizeof *a);
                for (int j = 0; j < columns; j += TILE_COLUMNS)
                    multiply_panel(out + (size_t)i0 * n + j0 + j, n, copy_a ? a_copy : a_block, a_stride,
                                   panels + (size_t)j * depth, TILE_COLUMNS, rows, depth, p0 > 0,
                                   min(TILE_COLUMNS, columns - j));
            }
        }
    return TT_OK;
}

tt_status matmul_packed(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status;
    if (ends_at_door(&status, out, a, b, m, n, k)) return status;
    return multiply_packed(out, a, b, m, n, k, 0, n);
}

// --- 5. Threads ---
// Each thread makes its own part of out: a strip of columns, so that no panel of b is packed twice; or of
// rows, where there are more of them.

// The part of 0 .. length - 1 that belongs to thread t of `threads`, in whole tiles: its start; the end is t
// + 1's start.
static int part(int length, int tile, int threads, int t)
{
    return min(length, (int)((long)divide_up(length, tile) * t / threads) * tile);
}

tt_status matmul_threaded(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status;
    if (ends_at_door(&status, out, a, b, m, n, k)) return status;
    int failed = 0;
#pragma omp parallel reduction(| : failed)
    {
        int t = omp_get_thread_num(), threads = omp_get_num_threads();
        if (n >= m) {
            int first = part(n, TILE_COLUMNS, threads, t), last = part(n, TILE_COLUMNS, threads, t + 1);
            failed = multiply_packed(out, a, b, m, n, k, first, last) != TT_OK;
        } else {
            int first = part(m, TILE_ROWS, threads, t), last = part(m, TILE_ROWS, threads, t + 1);
            failed = multiply_packed(out + (size_t)first * n, a + (size_t)first * k, b, last - first, n, k, 0,
                                     n) != TT_OK;
        }
    }
    return failed ? TT_NO_MEMORY : TT_OK;
}

// --- 6. The library ---
// Where out is one row or one column every number of the matrix is used once: that is reading, not
// multiplying, and BLAS has another function for it.

tt_status matmul_blas(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status;
    if (ends_at_door(&status, out, a, b, m, n, k)) return status;
    if (m == 1) cblas_sgemv(CblasRowMajor, CblasTrans, k, n, 1, b, n, a, 1, 0, out, 1);
    else if (n == 1) cblas_sgemv(CblasRowMajor, CblasNoTrans, m, k, 1, a, k, b, 1, 0, out, 1);
    else cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, out, n);
    return TT_OK;
}

// --- 7. The backend ---

tt_status matmul_auto(float *out, const float *a, const float *b, int m, int n, int k)
{
    enum { SMALL = 64 }; // up to here b and out lie in the L1 cache as they are, and packing only costs
    if (m == 1 || n == 1) return matmul_blas(out, a, b, m, n, k);
    if (n <= SMALL && k <= SMALL) return matmul_tiled(out, a, b, m, n, k);
    return matmul_packed(out, a, b, m, n, k);
}

tt_status acceleration_use(enum acceleration_mode mode)
{
    static const tt_backend rows[MODE_COUNT] = {
        [MODE_EDUCATIONAL] = {"educational", matmul_naive},
        [MODE_OPTIMISED] = {"optimised", matmul_packed},
        [MODE_AUTO] = {"auto", matmul_auto},
    };
    if ((unsigned)mode >= MODE_COUNT) return TT_BAD_VALUE;
    return backend_use(&rows[mode]);
}
