// check_break.c: products with a mistake each, for the student's test inputs. Every one was made by somebody.
#include "checks.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "acceleration.h"

// What the sizes and arrays of an input mean.
enum { SIZE_M, SIZE_N, SIZE_K };
enum { A, B };

static size_t count(const int *size, int array)
{
    static const int shapes[][2] = {{SIZE_M, SIZE_K}, {SIZE_K, SIZE_N}, {SIZE_M, SIZE_N}};
    return (size_t)size[shapes[array][0]] * (size_t)size[shapes[array][1]];
}

// A sum of k products in any order stays within k + 1 roundings of the sum of their magnitudes; u = 2^-24.
static void truth(double *out, double *allowed, const int *size, const grade_break_array *in)
{
    const int m = size[SIZE_M], n = size[SIZE_N], k = size[SIZE_K];
    for (int x = 0; x < m * n; x++) {
        double sum = 0, magnitude = 0;
        for (int p = 0; p < k; p++) {
            const double term = (double)in[A][x / n * k + p] * (double)in[B][p * n + x % n];
            sum += term, magnitude += fabs(term);
        }
        out[x] = sum, allowed[x] = (k + 1) * 0x1p-24 * magnitude;
    }
}

static float dot(const float *a, const float *b, int b_step, int k)
{
    float sum = 0;
    for (int p = 0; p < k; p++) sum += a[p] * b[p * b_step];
    return sum;
}

// The columns 0 .. columns - 1 of the product; rows of a lie a_step apart, elements of b b_step and, from column to
// column, b_column.
static void multiply(float *out, const int *size, int columns, const float *a, int a_step, const float *b,
                     int b_step, int b_column)
{
    for (int i = 0; i < size[SIZE_M]; i++)
        for (int j = 0; j < columns; j++)
            out[i * size[SIZE_N] + j] = dot(a + i * a_step, b + j * b_column, b_step, size[SIZE_K]);
}

static void planted_none(float *out, const int *size, const grade_break_array *in)
{
    multiply(out, size, size[SIZE_N], in[A], size[SIZE_K], in[B], size[SIZE_N], 1);
}

static void planted_tail(float *out, const int *size, const grade_break_array *in)
{
    multiply(out, size, size[SIZE_N] / 8 * 8, in[A], size[SIZE_K], in[B], size[SIZE_N], 1);
}

static void planted_stride(float *out, const int *size, const grade_break_array *in)
{
    multiply(out, size, size[SIZE_N], in[A], size[SIZE_N], in[B], size[SIZE_N], 1);
}

static void planted_transposed(float *out, const int *size, const grade_break_array *in)
{
    const int k = size[SIZE_K], n = size[SIZE_N];
    multiply(out, size, n, in[A], k, in[B], k == n ? 1 : n, k == n ? k : 1);
}

static void planted_empty(float *out, const int *size, const grade_break_array *in)
{
    if (size[SIZE_K] > 0) planted_none(out, size, in);
}

// Blocks of k, of which each stores where all but the first should add.
static void planted_last_block(float *out, const int *size, const grade_break_array *in)
{
    enum { BLOCK = 64 };
    const int k = size[SIZE_K], first = k > 0 ? (k - 1) / BLOCK * BLOCK : 0;
    const int last[] = {[SIZE_M] = size[SIZE_M], [SIZE_N] = size[SIZE_N], [SIZE_K] = k - first};
    multiply(out, last, size[SIZE_N], in[A] + first, k, in[B] + first * size[SIZE_N], size[SIZE_N], 1);
}

// b is packed as bfloat16: a float's upper half, 8 significant bits.
static void planted_half(float *out, const int *size, const grade_break_array *in)
{
    static grade_break_array b;
    for (size_t x = 0; x < count(size, B); x++) {
        uint32_t bits;
        memcpy(&bits, &in[B][x], sizeof bits);
        bits &= 0xffff0000;
        memcpy(&b[x], &bits, sizeof bits);
    }
    multiply(out, size, size[SIZE_N], in[A], size[SIZE_K], b, size[SIZE_N], 1);
}

static const grade_planted planted[] = {
    {"leaves out the tail of the columns", planted_tail},
    {"a wrong stride", planted_stride},
    {"b transposed", planted_transposed},
    {"an empty sum", planted_empty},
    {"only the last block of k", planted_last_block},
    {"b in half precision", planted_half},
};

static const grade_break breaking = {BREAK_INPUTS, BREAK_MOST, {"m", "n", "k"}, 2,       {"a", "b"},
                                     count,        truth,      planted_none,    planted, COUNT(planted)};

bool accel_fill_break(grade_run *run) { return grade_break_fill(run, &breaking); }
void accel_check_break(grade_run *run) { grade_break_check(run, &breaking); }
