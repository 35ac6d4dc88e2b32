// cases.c: the cases of the toy module, one of every kind that the engine knows: several calls in a step, plain,
// at the door, a pace, a speed, threads, BLAS.
#include "engine/grade.h"

#include <math.h>
#include <stdlib.h>

#include "calls.h"
#include "ops/backend.h"

static void check_status(grade_run *run, tt_status want)
{
    if (run->status != want)
        grade_wrong(run, "n = %d: got status \"%s\", expected \"%s\"", run->layout.number[N],
                    tt_status_text(run->status), tt_status_text(want));
}

// Compare out[i], of array `array`, with the truth in double precision.
static void compare(grade_run *run, int array, int i, double want, double allowed)
{
    double got = (double)((const float *)grade_result(run, array))[i];
    if (fabs(got - want) <= allowed) return; // false for NaN
    grade_wrong(run, "n = %d: got out[%d] = %.7g, expected %.7g within %.2g", run->layout.number[N], i, got,
                want, allowed);
}

enum { SCALINGS = 3 }; // calls of a step: with the same number, of new values

static void lay_scale(grade_run *run, int n)
{
    run->layout.number[N] = n;
    run->layout.number[QUARTERS] = 1 + grade_random_below(run, 40);
    size_t count = (size_t)abs(n);
    grade_random_fill(run, grade_input(run, count), count, -1, 1);
    grade_output(run, count);
}

static void check_scale(grade_run *run)
{
    check_status(run, TT_OK);
    double by = 0.25 * run->layout.number[QUARTERS];
    for (int i = 0; i < run->layout.number[N]; i++)
        compare(run, 1, i, by * (double)((const float *)grade_given(run, 0))[i], by * 0x1p-24);
}

static int scaled; // calls of a step so far

static bool next_scale(grade_run *run)
{
    if (++scaled == SCALINGS) return false;
    check_scale(run);
    grade_random_fill(run, grade_renew(run, 0), (size_t)run->layout.number[N], -1, 1);
    grade_renew(run, 1);
    return true;
}

static bool fill_scale(grade_run *run)
{
    static const int sizes[] = {1, 2, 7, 8, 9, 63, 64, 65, 1000};
    if (run->step >= COUNT(sizes)) return false;
    scaled = 0;
    run->next = next_scale;
    return lay_scale(run, sizes[run->step]), true;
}

static const struct door_row {
    int n, nulls;
    tt_status want;
} door_rows[] = {
    {0, 0, TT_OK},
    {0, NULL_OUT | NULL_X, TT_OK},
    {-1, 0, TT_BAD_SHAPE},
    {5, NULL_OUT, TT_BAD_VALUE},
    {5, NULL_X, TT_BAD_VALUE},
};

static bool fill_door(grade_run *run)
{
    if (run->step >= COUNT(door_rows)) return false;
    lay_scale(run, door_rows[run->step].n);
    run->layout.number[DOOR] = door_rows[run->step].nulls;
    return true;
}

static void check_door(grade_run *run)
{
    check_status(run, door_rows[run->step].want);
    if (!grade_untouched(run, 1)) grade_wrong(run, "n = %d: out was written to", run->layout.number[N]);
}

static bool lay_product(grade_run *run, int n)
{
    run->layout.number[N] = n;
    size_t count = (size_t)n * (size_t)n;
    for (int i = 0; i < 2; i++) grade_random_fill(run, grade_input(run, count), count, -1, 1);
    grade_output(run, count);
    return true;
}

static bool fill_ragged(grade_run *run)
{
    static const int sizes[] = {1, 2, 3, 5, 7, 8, 9, 16, 17, 31, 33, 64, 65, 100};
    return run->step < COUNT(sizes) && lay_product(run, sizes[run->step]);
}

static bool fill_large(grade_run *run) { return lay_product(run, 384); }

// A sum of n products of at most 1 in any order stays within 4 sqrt(n) u n of the truth (Higham and Mary
// 2019).
static double sum_error(int n) { return 4 * sqrt(n) * 0x1p-24 * n; }

static void check_product(grade_run *run)
{
    check_status(run, TT_OK);
    int n = run->layout.number[N];
    for (int i = 0; i < n * n; i++) {
        double want = 0;
        for (int p = 0; p < n; p++)
            want += (double)((const float *)grade_given(run, 0))[i / n * n + p] *
                    (double)((const float *)grade_given(run, 1))[p * n + i % n];
        compare(run, 2, i, want, sum_error(n));
    }
}

// Freivalds (1977): out x = a (b x) for random x of -1 and 1, twelve times.
static void check_by_sample(grade_run *run)
{
    enum { TESTS = 12, MOST = 512 };
    static double x[MOST], bx[MOST];
    check_status(run, TT_OK);
    int n = run->layout.number[N];
    const float *a = grade_given(run, 0), *b = grade_given(run, 1), *out = grade_result(run, 2);
    for (int t = 0; t < TESTS; t++) {
        for (int j = 0; j < n; j++) x[j] = grade_random_sign(run);
        for (int p = 0; p < n; p++) {
            bx[p] = 0;
            for (int j = 0; j < n; j++) bx[p] += (double)b[p * n + j] * x[j];
        }
        for (int i = 0; i < n; i++) {
            double got = 0, want = 0;
            for (int j = 0; j < n; j++) got += (double)out[i * n + j] * x[j];
            for (int p = 0; p < n; p++) want += (double)a[i * n + p] * bx[p];
            if (!(fabs(got - want) <= sqrt(n) * sum_error(n)))
                grade_wrong(run, "n = %d: row %d is wrong (its sum with random signs is %.7g, expected %.7g)",
                            n, i, got, want);
        }
    }
}

static bool fill_sums(grade_run *run)
{
    static const int rows[] = {1, 2, 3, 17, 100, 400}, columns[] = {1, 7, 64, 65, 33, 1000};
    if (run->step >= COUNT(rows)) return false;
    int m = rows[run->step], n = columns[run->step];
    run->layout.number[N] = m, run->layout.number[COLUMNS] = n;
    grade_random_fill(run, grade_input(run, (size_t)m * (size_t)n), (size_t)m * (size_t)n, -1, 1);
    grade_output(run, (size_t)m);
    return true;
}

static void check_sums(grade_run *run)
{
    check_status(run, TT_OK);
    int m = run->layout.number[N], n = run->layout.number[COLUMNS];
    for (int i = 0; i < m; i++) {
        double want = 0;
        for (int j = 0; j < n; j++) want += (double)((const float *)grade_given(run, 0))[i * n + j];
        compare(run, 1, i, want, sum_error(n));
    }
}

enum { NAIVE_PART = 6 }; // of the rows: the textbook loops take their time

static void yard_naive(grade_run *run)
{
    static float out[512 * 512];
    int n = run->layout.number[N];
    matmul_naive(out, grade_given(run, 0), grade_given(run, 1), n / NAIVE_PART, n, n);
}

#define NAIVE(least, most)                                                                                   \
    (&(const grade_yardstick){"times the naive loop", yard_naive, 1.0 / NAIVE_PART, least, most, NULL})

#define IF_SLOW "Does the innermost loop run along rows?"

const grade_case grade_cases[] = {
    {"values", "toy_scale", 10, 0, "scale", 0, fill_scale, check_scale, NULL, NULL},
    {"empty, negative and NULL", "toy_scale", 10, 0, "scale", 0, fill_door, check_door, NULL, NULL},
    {"ragged sizes", "toy_product", 15, 0, "product", PRODUCT, fill_ragged, check_product, NULL, NULL},
    {"faster than the textbook", "toy_product", 0, CASE_PACE, "product", PRODUCT, fill_large, check_by_sample,
     NAIVE(1.5, 1.5), IF_SLOW},
    {"speed", "toy_product", 25, 0, "product", PRODUCT, fill_large, check_by_sample, NAIVE(1.5, 2.5),
     IF_SLOW},
    {"sums of rows", "toy_sums", 20, CASE_THREADS, "sums", 0, fill_sums, check_sums, NULL, NULL},
    {"ragged sizes", "toy_library", 20, CASE_BLAS, "product", LIBRARY, fill_ragged, check_product, NULL,
     NULL},
};

const grade_name grade_names[] = {
    {"scale", GRADE_ANY, "n - - out|x", "x out", NULL},
    {"product", GRADE_ANY, "n", "a b out", NULL},
    {"sums", GRADE_ANY, "rows columns", "x out", NULL},
    {0},
};

const int grade_case_count = COUNT(grade_cases);
