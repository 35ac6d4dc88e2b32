// check_break.c: masks and sparse products with a mistake each, for the student's test inputs.
#include "checks.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "oracle.h"

// --- Masks: sizes count and keep, array w ---

enum { COUNT_OF, KEEP };

static size_t mask_count(const int *size, int array)
{
    (void)array;
    return (size_t)size[COUNT_OF];
}

static int keep_of(const int *size) { return size[KEEP] < size[COUNT_OF] ? size[KEEP] : size[COUNT_OF]; }

static void mask_truth(double *out, double *allowed, const int *size, const grade_break_array *in)
{
    float stays[GRADE_BREAK_MOST];
    comp_oracle_largest(stays, in[0], (size_t)size[COUNT_OF], (size_t)keep_of(size));
    for (int i = 0; i < size[COUNT_OF]; i++) out[i] = (double)stays[i], allowed[i] = 0;
}

// 1 for the `keep` largest of `by`, of equals those that come first.
static void mark(float *out, const float *by, int count, int keep)
{
    for (int i = 0; i < count; i++) {
        int before = 0;
        for (int j = 0; j < count; j++) before += by[j] > by[i] || (by[j] == by[i] && j < i);
        out[i] = before < keep;
    }
}

static void magnitudes(float *by, const float *w, int count)
{
    for (int i = 0; i < count; i++) by[i] = fabsf(w[i]);
}

static void planted_no_mistake(float *out, const int *size, const grade_break_array *in)
{
    float by[GRADE_BREAK_MOST];
    magnitudes(by, in[0], size[COUNT_OF]);
    mark(out, by, size[COUNT_OF], keep_of(size));
}

static void planted_all_ties(float *out, const int *size, const grade_break_array *in)
{
    planted_no_mistake(out, size, in);
    float least = INFINITY;
    for (int i = 0; i < size[COUNT_OF]; i++)
        if (out[i] != 0) least = fminf(least, fabsf(in[0][i]));
    for (int i = 0; i < size[COUNT_OF]; i++) out[i] = fabsf(in[0][i]) >= least;
}

static void planted_no_ties(float *out, const int *size, const grade_break_array *in)
{
    planted_no_mistake(out, size, in);
    float most = 0;
    for (int i = 0; i < size[COUNT_OF]; i++)
        if (out[i] == 0) most = fmaxf(most, fabsf(in[0][i]));
    for (int i = 0; i < size[COUNT_OF]; i++)
        if (fabsf(in[0][i]) <= most && keep_of(size) < size[COUNT_OF]) out[i] = 0;
}

static void planted_last_ties(float *out, const int *size, const grade_break_array *in)
{
    const int count = size[COUNT_OF];
    float by[GRADE_BREAK_MOST] = {0}, backwards[GRADE_BREAK_MOST];
    for (int i = 0; i < count; i++) by[i] = fabsf(in[0][count - 1 - i]);
    mark(backwards, by, count, keep_of(size));
    for (int i = 0; i < count; i++) out[i] = backwards[count - 1 - i];
}

static void planted_signed(float *out, const int *size, const grade_break_array *in)
{
    mark(out, in[0], size[COUNT_OF], keep_of(size));
}

static void planted_zeros_go(float *out, const int *size, const grade_break_array *in)
{
    planted_no_mistake(out, size, in);
    for (int i = 0; i < size[COUNT_OF]; i++)
        if (in[0][i] == 0) out[i] = 0;
}

static void planted_one_stays(float *out, const int *size, const grade_break_array *in)
{
    const int at_least_one[] = {size[COUNT_OF], size[KEEP] > 0 ? size[KEEP] : 1};
    planted_no_mistake(out, at_least_one, in);
}

static const grade_planted planted_masks[] = {
    {"all ties stay", planted_all_ties},         {"no tie stays", planted_no_ties},
    {"the last ties stay", planted_last_ties},   {"signs are not dropped", planted_signed},
    {"what is 0 always goes", planted_zeros_go}, {"one stays where none should", planted_one_stays},
};

static const grade_break breaking_masks = {
    BREAK_INPUTS,       BREAK_MOST,    {"count", "keep"},   1, {"w"}, mask_count, mask_truth,
    planted_no_mistake, planted_masks, COUNT(planted_masks)};

bool comp_fill_break_mask(grade_run *run) { return grade_break_fill(run, &breaking_masks); }
void comp_check_break_mask(grade_run *run) { grade_break_check(run, &breaking_masks); }

// --- Products: sizes in, out and n, arrays w and x ---

enum { SIZE_IN, SIZE_OUT, SIZE_N };
enum { MATRIX, INPUT };

static size_t product_count(const int *size, int array)
{
    static const int shapes[][2] = {{SIZE_IN, SIZE_OUT}, {SIZE_IN, SIZE_N}, {SIZE_OUT, SIZE_N}};
    return (size_t)size[shapes[array][0]] * (size_t)size[shapes[array][1]];
}

static void product_truth(double *out, double *allowed, const int *size, const grade_break_array *in)
{
    static grade_break_array transposed;
    for (int i = 0; i < size[SIZE_IN] * size[SIZE_OUT]; i++)
        transposed[i % size[SIZE_OUT] * size[SIZE_IN] + i / size[SIZE_OUT]] = in[MATRIX][i];
    comp_oracle_product(out, allowed, transposed, in[INPUT], size[SIZE_OUT], size[SIZE_IN], size[SIZE_N]);
}

static int32_t starts[GRADE_BREAK_MOST + 2], columns[GRADE_BREAK_ROOM];
static float values[GRADE_BREAK_ROOM];

static void build(const int *size, const grade_break_array *in)
{
    comp_oracle_sparse(starts, columns, values, in[MATRIX], NULL, size[SIZE_IN], size[SIZE_OUT], 0);
}

// The rows 0 .. last - 1 of the product, and of these the first items.
static void multiply(float *out, const int *size, const float *x, int last, int items)
{
    const int n = size[SIZE_N];
    for (int j = 0; j < last; j++)
        for (int i = 0; i < items; i++) {
            float sum = 0;
            for (int32_t t = starts[j]; t < starts[j + 1]; t++) sum += values[t] * x[columns[t] * n + i];
            out[j * n + i] = sum;
        }
}

static void planted_none(float *out, const int *size, const grade_break_array *in)
{
    build(size, in);
    multiply(out, size, in[INPUT], size[SIZE_OUT], size[SIZE_N]);
}

// Each row begins one value late and ends one late.
static void planted_off_by_one(float *out, const int *size, const grade_break_array *in)
{
    build(size, in);
    for (int j = 0; j < size[SIZE_OUT]; j++) starts[j] += starts[j] < starts[size[SIZE_OUT]];
    multiply(out, size, in[INPUT], size[SIZE_OUT], size[SIZE_N]);
}

static void planted_tail(float *out, const int *size, const grade_break_array *in)
{
    build(size, in);
    multiply(out, size, in[INPUT], size[SIZE_OUT], size[SIZE_N] / 8 * 8);
}

static void planted_narrow_strip(float *out, const int *size, const grade_break_array *in)
{
    build(size, in);
    multiply(out, size, in[INPUT], size[SIZE_OUT] / 4 * 4, size[SIZE_N]);
}

static void planted_empty_rows(float *out, const int *size, const grade_break_array *in)
{
    planted_none(out, size, in);
    const int n = size[SIZE_N];
    for (int j = 0; j < size[SIZE_OUT]; j++)
        if (starts[j] == starts[j + 1] && j > 0)
            memcpy(out + j * n, out + (j - 1) * n, (size_t)n * sizeof *out);
}

// Rows without a weight have no start: each later one is read one row too early.
static void planted_skipped_starts(float *out, const int *size, const grade_break_array *in)
{
    build(size, in);
    int to = 0;
    for (int j = 1; j <= size[SIZE_OUT]; j++)
        if (starts[j] > starts[j - 1]) starts[++to] = starts[j];
    while (to < size[SIZE_OUT]) to++, starts[to] = starts[to - 1];
    multiply(out, size, in[INPUT], size[SIZE_OUT], size[SIZE_N]);
}

static void planted_transposed(float *out, const int *size, const grade_break_array *in)
{
    const int square = size[SIZE_IN] == size[SIZE_OUT];
    for (int j = 0; j < size[SIZE_OUT]; j++)
        for (int i = 0; i < size[SIZE_N]; i++) {
            float sum = 0;
            for (int p = 0; p < size[SIZE_IN]; p++)
                sum += in[MATRIX][square ? j * size[SIZE_IN] + p : p * size[SIZE_OUT] + j] *
                       in[INPUT][p * size[SIZE_N] + i];
            out[j * size[SIZE_N] + i] = sum;
        }
}

// Values as bfloat16: a float's upper half, 8 significant bits.
static void planted_half(float *out, const int *size, const grade_break_array *in)
{
    build(size, in);
    for (int32_t t = 0; t < starts[size[SIZE_OUT]]; t++) {
        uint32_t bits;
        memcpy(&bits, &values[t], sizeof bits);
        bits &= 0xffff0000;
        memcpy(&values[t], &bits, sizeof bits);
    }
    multiply(out, size, in[INPUT], size[SIZE_OUT], size[SIZE_N]);
}

static const grade_planted planted_products[] = {
    {"starts off by one", planted_off_by_one},
    {"the tail of the batch left out", planted_tail},
    {"the last strip left out if it is narrow", planted_narrow_strip},
    {"rows without weights as the row before", planted_empty_rows},
    {"no start for rows without weights", planted_skipped_starts},
    {"w transposed where it is square", planted_transposed},
    {"values in half precision", planted_half},
};

static const grade_break breaking_products = {
    BREAK_INPUTS, BREAK_MOST,       {"in", "out", "n"},     2, {"w", "x"}, product_count, product_truth,
    planted_none, planted_products, COUNT(planted_products)};

bool comp_fill_break_sparse(grade_run *run) { return grade_break_fill(run, &breaking_products); }
void comp_check_break_sparse(grade_run *run) { grade_break_check(run, &breaking_products); }
