// check_speed.c: what is timed, and what it is held against.
#include "checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/vec.h"

// --- Selection: all weights of a large layer, against sorting some of them ---

enum { MANY = 1 << 21 };

bool comp_fill_many_weights(grade_run *run)
{
    run->layout.number[A] = MANY, run->layout.number[B] = MANY / 10;
    comp_lay(run);
    return true;
}

static int by_size(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

void comp_yard_sort(grade_run *run)
{
    static float part[MANY / SORTED_PART];
    const float *w = grade_given(run, 0);
    for (int i = 0; i < COUNT(part); i++) part[i] = fabsf(w[i]);
    qsort(part, COUNT(part), sizeof *part, by_size);
}

// --- Products: 95 of 100 weights gone, 64 items, so that x lies in most L2 caches and a dense product has twenty times
// the multiply-adds ---

enum { COLUMNS = 2048, ITEMS = 64, CSR_ROWS = 8192, BLOCK_ROWS = 16384, EACH = COLUMNS / 20, HEIGHT = 4 };

// Each row or strip has EACH columns, one of each 20 that follow each other.
static void lay_large(grade_run *run, int rows, int height)
{
    const int strips = rows / (height ? height : 1), apart = COLUMNS / EACH;
    int *n = run->layout.number;
    n[A] = rows, n[B] = COLUMNS, n[C] = ITEMS, n[D] = height, n[E] = strips * EACH;
    comp_lay(run);
    int *starts = comp_array(run, 0), *columns = comp_array(run, 1);
    for (int b = 0; b <= strips; b++) starts[b] = b * EACH;
    for (int t = 0; t < n[E]; t++) columns[t] = t % EACH * apart + grade_random_below(run, apart);
}

bool comp_fill_large_csr(grade_run *run) { return lay_large(run, CSR_ROWS, 0), true; }
bool comp_fill_large_blocks(grade_run *run) { return lay_large(run, BLOCK_ROWS, HEIGHT), true; }

// Freivalds (1977): out r = s (x r) for random r of -1 and 1. A wrong out passes one such test with
// probability 1/2 at most.
enum { TESTS = 16 };
typedef double tests[TESTS];

static void add_row(tests sums, const float *row, const tests *r, int n)
{
    for (int i = 0; i < n; i++)
        for (int t = 0; t < TESTS; t++) sums[t] += (double)row[i] * r[i][t];
}

void comp_check_by_sample(grade_run *run)
{
    comp_require_ok(run);
    const int *n = run->layout.number, *starts = grade_given(run, 0), *columns = grade_given(run, 1);
    const int high = n[D] ? n[D] : 1;
    const float *values = grade_given(run, 2), *x = grade_given(run, 3), *out = grade_result(run, 5);
    static tests r[ITEMS], xr[COLUMNS];
    memset(xr, 0, sizeof xr);
    for (int i = 0; i < ITEMS; i++)
        for (int t = 0; t < TESTS; t++) r[i][t] = grade_random_sign(run);
    for (int p = 0; p < COLUMNS; p++) add_row(xr[p], x + p * ITEMS, (const tests *)r, ITEMS);
    // ITEMS sums of EACH products of at most 1, their errors of random sign.
    const double allowed = 8 * sqrt(ITEMS) * sqrt(EACH) * 0x1p-24 * EACH;
    for (int j = 0; j < n[A]; j++) {
        tests got = {0}, want = {0};
        add_row(got, out + (size_t)j * ITEMS, (const tests *)r, ITEMS);
        for (int t = starts[j / high]; t < starts[j / high + 1]; t++)
            add_row(want, values + t * high + j % high, (const tests *)xr + columns[t], 1);
        for (int t = 0; t < TESTS; t++)
            if (!(fabs(got[t] - want[t]) <= allowed))
                grade_wrong(run,
                            "%s: row %d of out is wrong (its sum with random signs is %.7g, expected %.7g)",
                            comp_call(run), j, got[t], want[t]);
    }
}

// As many multiply-adds as the call has, in its mix: a piece of a row of a matrix of x's size, from a row
// that no prefetcher predicts, is loaded and added, times 1 number or 4, to sums in registers; after EACH
// rows the sums begin anew. All sums fit registers: 8 vectors, 16 where there are 32 registers.
enum { SUMS = VEC_FLOATS == 16 ? 16 : 8 };

static inline __attribute__((always_inline)) float read_rows(long long pieces, int numbers, int vectors)
{
    static float x[COLUMNS * ITEMS], values[EACH * HEIGHT];
    const int pieces_in_row = ITEMS / (vectors * VEC_FLOATS);
    float seen = 0;
    if (x[0] == 0)
        for (int i = 0; i < COUNT(x); i++) x[i] = 1, values[i % COUNT(values)] = 0.5f;
    for (unsigned row = 0; pieces > 0; pieces -= EACH) {
        vec sum[SUMS] = {0};
        const float *from = x + pieces / EACH % pieces_in_row * vectors * VEC_FLOATS;
        for (int t = 0; t < EACH; t++) {
            row = (row * 5 + 7) % COLUMNS;
            vec piece[SUMS];
#pragma GCC unroll 8
            for (int v = 0; v < vectors; v++) piece[v] = vec_load(from + row * ITEMS + v * VEC_FLOATS);
#pragma GCC unroll 4
            for (int r = 0; r < numbers; r++)
#pragma GCC unroll 8
                for (int v = 0; v < vectors; v++) sum[r * vectors + v] += values[t * numbers + r] * piece[v];
        }
#pragma GCC unroll 16
        for (int v = 0; v < numbers * vectors; v++) seen += sum[v][0];
    }
    return seen;
}

static volatile float kept;

static long long pieces_of(grade_run *run, int vectors)
{
    return (long long)run->layout.number[E] * (ITEMS / (vectors * VEC_FLOATS));
}

void comp_yard_csr(grade_run *run)
{
    enum { VECTORS = VEC_FLOATS == 16 ? 4 : 8 };
    kept = read_rows(pieces_of(run, VECTORS), 1, VECTORS);
}

void comp_yard_blocks(grade_run *run)
{
    enum { VECTORS = SUMS / HEIGHT };
    kept = read_rows(pieces_of(run, VECTORS), HEIGHT, VECTORS);
}
