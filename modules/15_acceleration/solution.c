// solution.c: the reference. Each version changes one idea of the one before; the comments say which and why.
#include "acceleration.h"

#include <cblas.h>
#include <omp.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/scratch.h"
#include "core/vec.h"

static int min(int a, int b) { return a < b ? a : b; }
static int divide_up(int a, int b) { return (a + b - 1) / b; }

// Argument checks of the versions below: true if the call is over, refused or with nothing to multiply.
static bool ends_at_door(tt_status *status, float *out, const float *a, const float *b, int m, int n, int k)
{
    *status = matmul_check(out, a, b, m, n, k);
    if (*status == TT_OK && k == 0)
        for (size_t x = 0; x < (size_t)m * n; x++) out[x] = 0;
    return *status != TT_OK || m == 0 || n == 0 || k == 0;
}

// --- 1. Loop order ---
// The textbook's inner loop steps down a column of b: it uses one float of each cache line, and each addition
// waits for the one before. With p and j swapped it steps along rows, and its additions are independent: the
// compiler does 8 or 16 of them in one instruction.

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
// Blocks round the textbook's inner loop: a block of b is used for all rows of a before the next is fetched.
// Where rows of b lie a power of two apart, they all map to the same few sets of the L1 cache, and a set
// holds 8 lines (12 on some CPUs): a block of more rows than that evicts its own lines. So the block is
// small; the lesson measures others.

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
// 6 rows x 2 vectors of out stay in 12 registers (AVX-512 has twice as many: 14 rows). One step of p loads 2
// vectors of b and 6 numbers of a and does 12 multiply-adds: enough independent ones to keep both units busy,
// and few enough loads not to saturate the load ports. b is prefetched AHEAD steps before it is needed: in a
// column of tiles each step is another row of b, which the processor's own prefetchers do not predict.

enum {
    TILE_ROWS = VEC_FLOATS == 16 ? 14 : 6,
    TILE_COLUMNS = 2 * VEC_FLOATS,
    AHEAD = 8,
};

#define INLINE static inline __attribute__((always_inline))

// out (rows, TILE_COLUMNS) = a (rows, k) b (k, TILE_COLUMNS), or += if add is set. `rows` is a constant
// wherever this is inlined: the loops over it unroll, and sum stays in registers. copy is NULL, or a buffer
// to which the rows of b are copied, one after the other.
INLINE void multiply_tile(float *out, int out_stride, const float *a, int a_stride, const float *b,
                          int b_stride, float *copy, int k, int add, const int rows)
{
    vec sum[TILE_ROWS][2] = {0};
    // Prefetches out, which is written after the k steps.
    for (int i = 0; i < rows; i++) {
        __builtin_prefetch(out + (size_t)i * out_stride, 1);
        __builtin_prefetch(out + (size_t)i * out_stride + VEC_FLOATS, 1);
    }
    for (int p = 0; p < k; p++, b += b_stride) {
        const vec left = vec_load(b), right = vec_load(b + VEC_FLOATS);
        __builtin_prefetch(b + (size_t)AHEAD * b_stride);
        __builtin_prefetch(b + (size_t)AHEAD * b_stride + VEC_FLOATS);
        if (copy) {
            vec_store(copy + (size_t)p * TILE_COLUMNS, left);
            vec_store(copy + (size_t)p * TILE_COLUMNS + VEC_FLOATS, right);
        }
#pragma GCC unroll 14
        for (int i = 0; i < rows; i++) {
            float x = a[(size_t)i * a_stride + p];
            sum[i][0] += x * left;
            sum[i][1] += x * right;
        }
    }
#pragma GCC unroll 14
    for (int i = 0; i < rows; i++) {
        float *row = out + (size_t)i * out_stride;
        vec_store(row, add ? vec_load(row) + sum[i][0] : sum[i][0]);
        vec_store(row + VEC_FLOATS, add ? vec_load(row + VEC_FLOATS) + sum[i][1] : sum[i][1]);
    }
}

// The same for any number of rows up to TILE_ROWS and columns up to TILE_COLUMNS; b must have TILE_COLUMNS
// readable columns in any case. A narrow tile is computed in a buffer, and its columns are copied to out.
INLINE void multiply_any_tile(float *out, int out_stride, const float *a, int a_stride, const float *b,
                              int b_stride, float *copy, int k, int add, int rows, int columns)
{
    float beside[TILE_ROWS * TILE_COLUMNS], *to = columns < TILE_COLUMNS ? beside : out;
    int to_stride = columns < TILE_COLUMNS ? TILE_COLUMNS : out_stride;
    for (int i = 0; i < rows && to == beside && add; i++)
        memcpy(beside + i * TILE_COLUMNS, out + (size_t)i * out_stride, (size_t)columns * sizeof *out);
#define ROWS(r)                                                                                              \
    case r:                                                                                                  \
        multiply_tile(to, to_stride, a, a_stride, b, b_stride, copy, k, add, r < TILE_ROWS ? r : TILE_ROWS); \
        break;
    switch (rows) {
        // clang-format off
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7)
        ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12) ROWS(13) ROWS(14)
        // clang-format on
    }
#undef ROWS
    for (int i = 0; i < rows && to == beside; i++)
        memcpy(out + (size_t)i * out_stride, beside + i * TILE_COLUMNS, (size_t)columns * sizeof *out);
}

// The number of rows of tile t of `tiles`, given the rows left. They are divided evenly, so that 32 becomes
// 6 6 5 5 5 5 and not 6 6 6 6 6 2: a tile of 2 rows has too few independent sums.
static int tile_rows(int left, int tiles, int t) { return divide_up(left, tiles - t); }

// Computes one column of tiles: out (m, columns) from b's panel.
static __attribute__((noinline)) void multiply_panel(float *out, int out_stride, const float *a,
                                                     const float *b, int b_stride, int m, int k, int columns)
{
    int tiles = divide_up(m, TILE_ROWS);
    for (int t = 0, i = 0, rows; t < tiles; t++, i += rows) {
        rows = tile_rows(m - i, tiles, t);
        multiply_any_tile(out + (size_t)i * out_stride, out_stride, a + (size_t)i * k, k, b, b_stride, NULL,
                          k, 0, rows, columns);
    }
}

// to (TILE_COLUMNS) = the first `columns` numbers of from, padded with zeros.
INLINE void pack_row(float *to, const float *from, int columns)
{
    if (columns < TILE_COLUMNS) {
        for (int j = 0; j < TILE_COLUMNS; j++) to[j] = j < columns ? from[j] : 0;
    } else { // two vector copies: a memcpy of variable length would be a function call
        vec_store(to, vec_load(from));
        vec_store(to + VEC_FLOATS, vec_load(from + VEC_FLOATS));
    }
}

tt_status matmul_tiled(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status;
    if (ends_at_door(&status, out, a, b, m, n, k)) return status;
    // The last columns, too few for a tile, are read from a copy that is padded to a whole tile.
    int tail = n % TILE_COLUMNS;
    float *panel = tail ? tt_scratch(TT_SCRATCH_KERNEL, (size_t)k * TILE_COLUMNS * sizeof *panel) : NULL;
    if (tail && !panel) return TT_NO_MEMORY;
    for (int j = 0; j + TILE_COLUMNS <= n; j += TILE_COLUMNS)
        multiply_panel(out + j, n, a, b + j, n, m, k, TILE_COLUMNS);
    if (tail) {
        const float *last = b + n - tail;
        for (int p = 0; p < k; p++) pack_row(panel + (size_t)p * TILE_COLUMNS, last + (size_t)p * n, tail);
        multiply_panel(out + n - tail, n, a, panel, TILE_COLUMNS, m, k, tail);
    }
    return TT_OK;
}

// --- 4. Packed ---
// The tile reads a strip of TILE_COLUMNS columns of b: in b itself each step is a new row, for large n a new
// page. So a block of b, K_BLOCK x N_BLOCK, is copied once into the order in which it will be read, panel
// after panel, and used for every row of a. The rows of a tile are copied too, and stay in the L1 cache while
// all panels are read from L2 or L3.

enum {
    K_BLOCK = VEC_FLOATS == 16 ? 256 : 384,
    N_BLOCK = VEC_FLOATS == 16 ? 1024 : 512,
    A_STRIDE = K_BLOCK + 16, // no power of two: rows 1 or 2 KiB apart compete for the same cache sets
    FEW_TILES = 64,
};

// The size of nearly equal blocks of at most `most`: 784 is 264 264 256, where whole blocks of 384 would
// leave 16 over.
static int even_share(int length, int most, int unit)
{
    return min(most, divide_up(divide_up(length, divide_up(length, most)), unit) * unit);
}

// Packs all panels of a block of b, row by row of b: each row is read once, front to back.
static void pack_block(float *panels, const float *b, int b_stride, int depth, int columns)
{
    for (int p = 0; p < depth; p++)
        for (int j = 0; j < columns; j += TILE_COLUMNS)
            pack_row(panels + (size_t)j * depth + (size_t)p * TILE_COLUMNS, b + (size_t)p * b_stride + j,
                     columns - j);
}

// The first reads a packed panel. The second reads b itself, and packs the panel while it multiplies.
static __attribute__((noinline)) void multiply_packed_tile(float *out, int out_stride, const float *a,
                                                           const float *panel, int k, int add, int rows,
                                                           int columns)
{
    multiply_any_tile(out, out_stride, a, A_STRIDE, panel, TILE_COLUMNS, NULL, k, add, rows, columns);
}

static __attribute__((noinline)) void multiply_and_pack_tile(float *out, int out_stride, const float *a,
                                                             const float *b, int b_stride, float *panel,
                                                             int k, int add, int rows)
{
    multiply_any_tile(out, out_stride, a, A_STRIDE, b, b_stride, panel, k, add, rows, TILE_COLUMNS);
}

// out (m, columns) = or += a block of a, (m, depth), times a block of b, (depth, columns); the strides are
// those of the whole matrices. With few rows, packing b is a good part of the work: then the first row of
// tiles packs while it multiplies, at almost no cost, since the store units are idle there.
static void multiply_block(float *out, const float *a, const float *b, float *panels, float *a_copy, int m,
                           int n, int k, int depth, int columns, int add)
{
    const int tiles = divide_up(m, TILE_ROWS),
              whole = tiles > FEW_TILES ? 0 : columns / TILE_COLUMNS * TILE_COLUMNS;
    pack_block(panels + (size_t)whole * depth, b + whole, n, depth, columns - whole);
    for (int t = 0, i = 0, rows; t < tiles; t++, i += rows) {
        rows = tile_rows(m - i, tiles, t);
        for (int r = 0; r < rows; r++)
            memcpy(a_copy + r * A_STRIDE, a + (size_t)(i + r) * k, (size_t)depth * sizeof *a);
        for (int j = 0; j < columns; j += TILE_COLUMNS) {
            float *to = out + (size_t)i * n + j, *panel = panels + (size_t)j * depth;
            if (t == 0 && j < whole) multiply_and_pack_tile(to, n, a_copy, b + j, n, panel, depth, add, rows);
            else multiply_packed_tile(to, n, a_copy, panel, depth, add, rows, min(TILE_COLUMNS, columns - j));
        }
    }
}

// The columns first .. last - 1 of out = a b.
static tt_status multiply_packed(float *out, const float *a, const float *b, int m, int n, int k, int first,
                                 int last)
{
    if (m == 0 || first == last) return TT_OK; // a thread that has no part
    float *panels =
        tt_scratch(TT_SCRATCH_KERNEL, (size_t)(N_BLOCK * K_BLOCK + TILE_ROWS * A_STRIDE) * sizeof *panels);
    if (!panels) return TT_NO_MEMORY;
    const int k_block = even_share(k, K_BLOCK, 8), n_block = even_share(last - first, N_BLOCK, TILE_COLUMNS);
    for (int j = first; j < last; j += n_block)
        for (int p = 0; p < k; p += k_block)
            multiply_block(out + j, a + p, b + (size_t)p * n + j, panels, panels + N_BLOCK * K_BLOCK, m, n, k,
                           min(k_block, k - p), min(n_block, last - j), p > 0);
    return TT_OK;
}

tt_status matmul_packed(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status;
    if (ends_at_door(&status, out, a, b, m, n, k)) return status;
    return multiply_packed(out, a, b, m, n, k, 0, n);
}

// --- 5. Threads ---
// Each thread computes its own part of out: a strip of columns, so that no panel of b is packed twice; or, if
// there are more rows than columns, a strip of rows.

// The start of thread t's part of 0 .. length - 1, in whole tiles; it ends at the start of thread t + 1's.
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
// If out is one row or one column, every number of the matrix is used once: memory is the limit, not
// arithmetic, and BLAS has a function of its own for it (gemv).

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
    // Up to this size b and out fit the L1 cache as they are, and packing only costs time.
    enum { SMALL = 64 };
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

// --- 8. Break it ---
// Sizes that are all different, so that no stride passes for another; a square b that is not symmetric; an
// empty sum; one row. Numbers that need more bits than half precision has.

tt_status break_matmul(int input, int *m, int *n, int *k, float *a, float *b)
{
    static const struct {
        int m, n, k;
    } inputs[BREAK_INPUTS] = {{5, 9, 100}, {4, 7, 7}, {3, 5, 0}, {1, 33, 65}};
    if (input < 0 || input >= BREAK_INPUTS) return TT_BAD_VALUE;
    *m = inputs[input].m, *n = inputs[input].n, *k = inputs[input].k;
    for (int x = 0; x < *m * *k; x++) a[x] = 0.123f * (float)(x % 23) - 1;
    for (int x = 0; x < *k * *n; x++) b[x] = 0.321f * (float)(x % 19) - 2;
    return TT_OK;
}
