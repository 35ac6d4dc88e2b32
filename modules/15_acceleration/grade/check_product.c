// check_product.c: products compared with a loop in double precision, or by random sums where that takes too long.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acceleration.h"
#include "calls.h"

void accel_lay_product(grade_run *run, shape s, bool integers)
{
    int *number = run->layout.number;
    number[M] = s.m, number[N] = s.n, number[K] = s.k;
    size_t m = (size_t)abs(s.m), n = (size_t)abs(s.n), k = (size_t)abs(s.k);
    for (int i = 0; i < 2; i++) {
        size_t count = i == 0 ? m * k : k * n;
        float *x = grade_input(run, count);
        if (integers) grade_random_integers(run, x, count, -8, 8);
        else grade_random_fill(run, x, count, -1, 1);
    }
    grade_output(run, m * n);
}

static int pick(grade_run *run, const int *from, int count) { return from[grade_random_below(run, count)]; }

// Sizes that end in the middle of things: of a vector, of a tile, of a block.
static const int ragged[] = {1, 2, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 130};

bool accel_fill_ragged(grade_run *run)
{
    static const shape fixed[] = {{1, 1, 1},    {1, 33, 65},    {65, 1, 33},    {33, 65, 1},  {7, 7, 7},
                                  {64, 64, 64}, {127, 130, 65}, {130, 33, 127}, {12, 32, 40}, {13, 33, 129}};
    enum { RANDOM = 14 };
    if (run->step >= COUNT(fixed) + RANDOM) return false;
    shape s = {pick(run, ragged, COUNT(ragged)), pick(run, ragged, COUNT(ragged)),
               pick(run, ragged, COUNT(ragged))};
    accel_lay_product(run, run->step < COUNT(fixed) ? fixed[run->step] : s, false);
    return true;
}

bool accel_fill_integers(grade_run *run)
{
    static const shape fixed[] = {{500, 50, 500}, {50, 512, 512}, {97, 101, 103}};
    if (run->step >= COUNT(fixed) + 3) return false;
    shape s = {pick(run, ragged, COUNT(ragged)), pick(run, ragged, COUNT(ragged)),
               pick(run, ragged, COUNT(ragged))};
    accel_lay_product(run, run->step < COUNT(fixed) ? fixed[run->step] : s, true);
    return true;
}

// Around the reference's blocks and beyond them, and where a copy of the whole of b would be noticed.
bool accel_fill_blocks(grade_run *run)
{
    static const shape fixed[] = {{7, 513, 385}, {73, 40, 769}, {145, 1025, 200},
                                  {6, 31, 1536}, {1, 600, 800}, {300, 1, 800}};
    if (run->step >= COUNT(fixed)) return false;
    accel_lay_product(run, fixed[run->step], true);
    return true;
}

static const struct door_row {
    shape s;
    int nulls;
    tt_status want;
} door_rows[] = {
    {{0, 5, 7}, 0, TT_OK},
    {{5, 0, 7}, 0, TT_OK},
    {{0, 0, 0}, NULL_OUT | NULL_A | NULL_B, TT_OK},
    {{5, 7, 0}, 0, TT_OK},
    {{5, 7, 0}, NULL_A | NULL_B, TT_OK},
    {{-1, 5, 7}, 0, TT_BAD_SHAPE},
    {{5, -1, 7}, 0, TT_BAD_SHAPE},
    {{5, 7, -1}, 0, TT_BAD_SHAPE},
    {{3, 5, 7}, NULL_OUT, TT_BAD_VALUE},
    {{3, 5, 7}, NULL_A, TT_BAD_VALUE},
    {{3, 5, 7}, NULL_B, TT_BAD_VALUE},
};

bool accel_fill_door(grade_run *run)
{
    if (run->step >= COUNT(door_rows)) return false;
    accel_lay_product(run, door_rows[run->step].s, false);
    run->layout.number[DOOR] = door_rows[run->step].nulls;
    run->layout.number[EXTRA] = run->row->argument == BLOCKED_BY ? 4 : 0;
    return true;
}

void accel_check_door(grade_run *run)
{
    const struct door_row *d = &door_rows[run->step];
    const float *out = grade_result(run, 2);
    char call[96];
    snprintf(call, sizeof call, "m = %d, n = %d, k = %d%s%s%s", d->s.m, d->s.n, d->s.k,
             d->nulls & NULL_OUT ? ", out NULL" : "", d->nulls & NULL_A ? ", a NULL" : "",
             d->nulls & NULL_B ? ", b NULL" : "");
    if (run->status != d->want)
        grade_wrong(run, "%s: got status \"%s\", expected \"%s\"", call, tt_status_text(run->status),
                    tt_status_text(d->want));
    if (d->want == TT_OK && d->s.k == 0 && d->s.m > 0 && d->s.n > 0) {
        for (int i = 0; i < d->s.m * d->s.n; i++)
            if (out[i] != 0)
                grade_wrong(run, "%s: got out[%d] = %g, expected 0: a sum of nothing", call, i,
                            (double)out[i]);
    } else if (!grade_untouched(run, 2)) {
        grade_wrong(run, "%s: out was written to, expected it untouched", call);
    }
}

// Row i of the right answer in double precision; allowed[0] the error that a float sum in any order may have.
static void right_row(double *row, const float *a, const float *b, int n, int k)
{
    memset(row, 0, (size_t)n * sizeof *row);
    for (int p = 0; p < k; p++)
        for (int j = 0; j < n; j++) row[j] += (double)a[p] * (double)b[(size_t)p * n + j];
}

void accel_check_status(grade_run *run)
{
    if (run->status != TT_OK)
        grade_wrong(run, "got status \"%s\", expected \"ok\"", tt_status_text(run->status));
}

// Compare every element. Whole numbers of at most 8 sum exactly below 2^24, so there nothing is allowed; else
// a sum of k products of at most 1 in any order stays within 4 sqrt(k) u k of the truth (Higham and Mary
// 2019), u = 2^-24.
static void compare_product(grade_run *run, bool exact)
{
    accel_check_status(run);
    int m = run->layout.number[M], n = run->layout.number[N], k = run->layout.number[K];
    double allowed = exact ? 0 : 4 * sqrt(k) * 0x1p-24 * k, *row = grade_room(run, (size_t)n * sizeof *row);
    const float *out = grade_result(run, 2), *a = grade_given(run, 0);
    for (int i = 0; i < m; i++) {
        right_row(row, a + (size_t)i * k, grade_given(run, 1), n, k);
        for (int j = 0; j < n; j++) {
            double got = (double)out[(size_t)i * n + j], want = row[j];
            if (fabs(got - want) <= allowed) continue; // false for NaN
            grade_wrong(run, "m = %d, n = %d, k = %d: got out[%d][%d] = %.7g, expected %.7g within %.2g%s", m,
                        n, k, i, j, got, want, allowed, isnan(got) ? " (NaN: never written?)" : "");
        }
    }
}

void accel_check_close(grade_run *run) { compare_product(run, false); }
void accel_check_exact(grade_run *run) { compare_product(run, true); }

enum { TESTS = 12 };
typedef double tests[TESTS]; // side by side, so that each number of a matrix is read once for all of them

// sums[t] = the sum over j of row[j] x[j][t]. row (n), x (n)
static void multiply_row(tests sums, const float *row, const tests *x, int n)
{
    tests s = {0};
    for (int j = 0; j < n; j++)
        for (int t = 0; t < TESTS; t++) s[t] += (double)row[j] * x[j][t];
    memcpy(sums, s, sizeof s);
}

// Freivalds (1977): out x = a (b x) for random x of -1 and 1. A wrong out passes one such test with
// probability 1/2 at most.
void accel_check_by_sample(grade_run *run)
{
    accel_check_status(run);
    int m = run->layout.number[M], n = run->layout.number[N], k = run->layout.number[K];
    const float *a = grade_given(run, 0), *b = grade_given(run, 1), *out = grade_result(run, 2);
    tests *x = grade_room(run, (size_t)(n + k) * sizeof *x), *bx = x + n, got, want;
    for (int j = 0; j < n; j++)
        for (int t = 0; t < TESTS; t++) x[j][t] = grade_random_sign(run);
    for (int p = 0; p < k; p++) multiply_row(bx[p], b + (size_t)p * n, (const tests *)x, n);
    // n sums of k products, their errors of random sign: sqrt(n) times what one is allowed.
    double allowed = 4 * sqrt(n) * sqrt(k) * 0x1p-24 * k;
    for (int i = 0; i < m; i++) {
        multiply_row(got, out + (size_t)i * n, (const tests *)x, n);
        multiply_row(want, a + (size_t)i * k, (const tests *)bx, k);
        int t = 0;
        while (t < TESTS && fabs(got[t] - want[t]) <= allowed) t++;
        if (t == TESTS) continue;
        grade_wrong(
            run, "m = %d, n = %d, k = %d: row %d is wrong (its sum with random signs is %.7g, expected %.7g)",
            m, n, k, i, got[t], want[t]);
    }
}

bool accel_fill_any_block(grade_run *run)
{
    static const int blocks[] = {1, 2, 3, 7, 8, 16, 33, 1000, 0, -3};
    if (run->step >= COUNT(blocks)) return false;
    accel_lay_product(run, (shape){17, 33, 65}, true);
    run->layout.number[EXTRA] = blocks[run->step];
    return true;
}

void accel_check_any_block(grade_run *run)
{
    int block = run->layout.number[EXTRA];
    if (block >= 1) return accel_check_exact(run);
    if (run->status != TT_BAD_VALUE || !grade_untouched(run, 2))
        grade_wrong(run, "block = %d: got status \"%s\", expected \"bad value\" and out untouched", block,
                    tt_status_text(run->status));
}

bool accel_fill_threads(grade_run *run)
{
    static const shape shapes[] = {{1, 1, 1},      {1, 500, 40},   {3, 5, 7},    {5, 2, 7},
                                   {200, 33, 130}, {130, 257, 65}, {50, 31, 400}};
    if (run->step >= COUNT(shapes) * 4) return false;
    accel_lay_product(run, shapes[run->step / 4], true);
    run->layout.number[EXTRA] = 1 + run->step % 4;
    return true;
}

// Shapes for cblas_sgemm and both kinds of cblas_sgemv.
bool accel_fill_library(grade_run *run)
{
    static const shape shapes[] = {{33, 65, 130}, {1, 200, 300}, {300, 1, 200}};
    if (run->step >= COUNT(shapes)) return false;
    accel_lay_product(run, shapes[run->step], false);
    grade_output_bytes(run, sizeof(double));
    return true;
}

void accel_check_library(grade_run *run)
{
    accel_check_close(run);
    const int *number = run->layout.number, m = number[M], n = number[N], k = number[K];
    const double got = *(const double *)grade_result(run, LIBRARY_WORK), want = (double)m * n * k;
    if (got >= want) return; // false for NaN
    grade_wrong(run,
                "m = %d, n = %d, k = %d: the library was asked for %.0f multiply-adds, expected %.0f: one "
                "call of cblas_sgemm, or of cblas_sgemv where m or n is 1",
                m, n, k, got, want);
}
