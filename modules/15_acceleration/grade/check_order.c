// check_order.c: in which order a rung adds, told apart by numbers whose float sums depend on it.
//
// The first product of each sum is 2^24, where floats lie 2 apart, and the others are less than 1: added to it one by one they
// are lost, however many there are. Added up apart, as a block of k is, they stay. So one sum for each element gives
// 2^24, and a sum for each block gives more. All is scaled by powers of 2, which changes no rounding.
#include "checks.h"

#include <math.h>
#include <stdlib.h>

#include "calls.h"

static const float first = 0x1p24f;
static float row_scale[64],
    column_scale[64]; // of this step; row i times column j is what out[i][j] is scaled by

static float random_power(grade_run *run)
{
    return ldexpf((float)grade_random_sign(run), grade_random_below(run, 7) - 3);
}

// The product number p of every sum is value[p], scaled.
static void lay_sums(grade_run *run, int m, int n, int k, const float *value, int block)
{
    int *number = run->layout.number;
    number[M] = m, number[N] = n, number[K] = k, number[EXTRA] = block;
    float *a = grade_input(run, (size_t)m * (size_t)k), *b = grade_input(run, (size_t)k * (size_t)n);
    grade_output(run, (size_t)m * (size_t)n);
    for (int i = 0; i < m; i++) row_scale[i] = random_power(run);
    for (int j = 0; j < n; j++) column_scale[j] = random_power(run);
    for (int p = 0; p < k; p++) {
        const float here = random_power(run);
        for (int i = 0; i < m; i++) a[i * k + p] = value[p] * row_scale[i] * here;
        for (int j = 0; j < n; j++) b[p * n + j] = column_scale[j] / here;
    }
}

enum { LONG = 4096 }; // longer than any block

static void lay_long_sums(grade_run *run, float each, int block)
{
    static float value[LONG];
    for (int p = 0; p < LONG; p++) value[p] = p == 0 ? first : each;
    lay_sums(run, 7, 45, LONG, value, block);
}

bool accel_fill_long_sums(grade_run *run) { return run->step < 2 && (lay_long_sums(run, 0x1p-4f, 0), true); }

// Sum `at` without its scale, as it came.
static double got_sum(grade_run *run, int i, int j)
{
    const float *out = grade_result(run, 2);
    return (double)out[i * run->layout.number[N] + j] / ((double)row_scale[i] * (double)column_scale[j]);
}

// Element by element: as expected, or, if that is `more`, anything above it.
static void compare_sums(grade_run *run, double want, bool more, const char *why)
{
    accel_check_status(run);
    const int *number = run->layout.number;
    for (int i = 0; i < number[M]; i++)
        for (int j = 0; j < number[N]; j++) {
            const double got = got_sum(run, i, j);
            if (more ? got > want : got == want) continue;
            grade_wrong(run,
                        "k = %d: the products of out[%d][%d] are 2^24 and some below 1: got 2^24 %+.7g, "
                        "expected %s%.0f: %s",
                        number[K], i, j, got - (double)first, more ? "more than +" : "+",
                        want - (double)first, why);
        }
}

void accel_check_one_sum(grade_run *run)
{
    compare_sums(run, (double)first, false,
                 "one sum for each element, in a register from the first p to the last");
}

void accel_check_sum_each_block(grade_run *run)
{
    compare_sums(run, (double)first, true,
                 "each block of k has sums of its own, begun at 0, that are added to out");
}

// Blocks of each size; 2 in each block but the first, of parts that are lost if it is not added up by itself. The last
// step is matmul_blocked, whose block is the student's choice.
static const int blocks[] = {4, 8, 64, 2, 3, 7, 16, 33, OWN_BLOCK};
static double blocked_want;

bool accel_fill_partial_sums(grade_run *run)
{
    enum { BLOCKS = 6, LARGEST = 64 };
    static const float parts[][4] = {
        {0}, {0}, {0.75f, 0.75f}, {0.75f, 0.75f, 0.5f}, {0.5f, 0.5f, 0.5f, 0.5f}};
    if (run->step >= COUNT(blocks)) return false;
    const int block = blocks[run->step];
    if (block == OWN_BLOCK) return lay_long_sums(run, 0.75f, block), true;
    float value[BLOCKS * LARGEST] = {first};
    const int k = BLOCKS * block - block / 3; // the last one is shorter
    blocked_want = (double)first;
    for (int p0 = block; p0 < k; p0 += block) {
        const int length = k - p0 < block ? k - p0 : block, count = length < 4 ? length : 4;
        for (int part = 0; part < count; part++) // somewhere in its own part of the block
            value[p0 + part * (length / count) + grade_random_below(run, length / count)] =
                parts[count][part];
        if (length > 1) blocked_want += 2;
    }
    lay_sums(run, 5, 19, k, value, block);
    return true;
}

void accel_check_partial_sums(grade_run *run)
{
    static const char why[] =
        "each block of p has a partial sum of its own, begun at 0, that is added to out";
    const bool own = blocks[run->step] == OWN_BLOCK;
    compare_sums(run, own ? (double)first : blocked_want, own, why);
}
