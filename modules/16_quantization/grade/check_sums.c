// check_sums.c: calibration, sums back to bytes: fill and check of sections 4 and 5 of quantization.h.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "oracle.h"

// --- 4. Calibration ---

// A batch behind a range that others left: none, one that lies inside, one on each side, one that holds
// all of it. The last step has a NaN.
enum { MINMAX_BATCH = 50, MINMAX_STEPS = 16 };

bool quant_fill_minmax(grade_run *run)
{
    if (run->step >= MINMAX_STEPS) return false;
    static const float ranges[][2] = {{0, 0}, {-0.1f, 0.1f}, {-3, 0.1f}, {-0.1f, 3}, {-9, 9}};
    run->layout.number[A] = MINMAX_BATCH;
    float *x = grade_input(run, MINMAX_BATCH), *range = grade_input(run, 2);
    const float size = ldexpf(1, grade_random_below(run, 16) - 6),
                offset = run->step % 3 ? size * (run->step % 7 - 3) : 0;
    grade_random_fill(run, x, MINMAX_BATCH, offset - size, offset + size);
    for (int i = 0; i < 2; i++) range[i] = size * ranges[run->step % COUNT(ranges)][i];
    if (run->step == MINMAX_STEPS - 1) x[0] = 1e9f, x[MINMAX_BATCH - 2] = NAN;
    grade_output(run, 2);
    return true;
}

void quant_check_minmax(grade_run *run)
{
    const bool refused = run->step == MINMAX_STEPS - 1;
    quant_check_status(run, refused ? TT_BAD_VALUE : TT_OK);
    const float *x = grade_given(run, 0), *given = grade_given(run, 1), *got = grade_result(run, 2);
    float low = given[0], high = given[1];
    for (int i = 0; i < MINMAX_BATCH && !refused; i++) low = fminf(low, x[i]), high = fmaxf(high, x[i]);
    if (got[0] != low || got[1] != high)
        grade_wrong(run, "a batch%s behind %g to %g: got %.7g to %.7g, expected %.7g to %.7g",
                    refused ? " with a NaN" : "", given[0], given[1], got[0], got[1], low, high);
}

typedef struct {
    float low, high;
    int bins;
} bins_row;

static const bins_row bins_rows[] = {{0, 1, 1},          {0, 6, 10},           {-3, 5, 64},
                                     {-1e-3f, 2e-3f, 7}, {-3e38f, 3e38f, 100}, {0, 1, 3}};
enum { BINS_NAN = COUNT(bins_rows) - 1 };

// Values well inside their bins, and some outside of the histogram; in most steps behind what earlier
// batches left.
bool quant_fill_bins(grade_run *run)
{
    enum { COUNTED = 501 };
    if (run->step >= COUNT(bins_rows)) return false;
    const bins_row row = bins_rows[run->step];
    const double width = ((double)row.high - row.low) / row.bins;
    run->layout.number[A] = COUNTED, run->layout.number[B] = row.bins;
    float *x = grade_input(run, COUNTED);
    memcpy(grade_input(run, 2), (float[]){row.low, row.high}, 2 * sizeof(float));
    for (int i = 0; i < COUNTED; i++) {
        float inside;
        grade_random_fill(run, &inside, 1, 0.01f, 0.99f);
        const int bin =
            grade_random_below(run, row.bins) + (i % 40 == 0 ? row.bins : 0) - (i % 50 == 0 ? row.bins : 0);
        x[i] = (float)fmax(-3.4e38, fmin(3.4e38, row.low + width * (bin + inside)));
    }
    if (run->step < BINS_NAN) x[7] = -INFINITY, x[400] = INFINITY;
    else x[3] = NAN;
    uint64_t *before = grade_input_bytes(run, (size_t)row.bins * sizeof *before);
    for (int b = 0; b < row.bins; b++)
        before[b] = run->step > 1 ? (uint64_t)grade_random_below(run, 1000) : 0;
    grade_output_bytes(run, (size_t)row.bins * sizeof *before);
    return true;
}

void quant_check_bins(grade_run *run)
{
    const bins_row row = bins_rows[run->step];
    uint64_t want[100];
    const uint64_t *got = grade_result(run, 3);
    memcpy(want, grade_given(run, 2), (size_t)row.bins * sizeof *want);
    const float *x = grade_given(run, 0);
    quant_check_status(run, run->step == BINS_NAN ? TT_BAD_VALUE : TT_OK);
    for (int i = 0; i < run->layout.number[A] && run->step < BINS_NAN; i++) {
        const double bin = floor((x[i] - (double)row.low) / ((double)row.high - row.low) * row.bins);
        want[(int)fmin(fmax(bin, 0), row.bins - 1)]++;
    }
    for (int b = 0; b < row.bins; b++)
        if (got[b] != want[b])
            grade_wrong(run, "%g to %g in %d bins%s: got %llu in bin %d, expected %llu", row.low, row.high,
                        row.bins, run->step == BINS_NAN ? ", with a NaN" : "", (unsigned long long)got[b], b,
                        (unsigned long long)want[b]);
}

typedef struct {
    double low, high, keep;
    int kind; // of bins: see quant_fill_percentile
} percentile_row;

enum { HILL, HALF, FEW, LONE, NOTHING };

static const percentile_row percentiles[] = {
    {-4, 6, 0.99, HILL}, {-4, 6, 0.9, HILL},   {-4, 6, 1, HILL},    {0, 10, 0.99, HALF}, {0, 10, 0.9, HALF},
    {-10, 0, 0.95, FEW}, {-1, 1, 0.6, FEW},    {2, 12, 0.99, HILL}, {-9, -1, 0.9, HILL}, {-2, 3, 0.999, LONE},
    {-4, 6, 1, LONE},    {0, 1, 0.9, NOTHING}, {-1, 1, 0.5, HILL},  {-1, 1, 1.01, HILL}, {-1, 1, NAN, HILL},
};

static bool is_refused(const percentile_row *r)
{
    return !(r->keep > 0.5 && r->keep <= 1) || r->kind == NOTHING;
}

// Bins (50). HILL: a bell curve; HALF: its right half; FEW: 1 in every seventh bin; LONE: all in one bin.
bool quant_fill_percentile(grade_run *run)
{
    enum { BINS = 50 };
    if (run->step >= COUNT(percentiles)) return false;
    const percentile_row *row = &percentiles[run->step];
    run->layout.number[A] = BINS;
    uint64_t *bins = grade_input_bytes(run, BINS * sizeof *bins);
    memcpy(grade_input_bytes(run, 3 * sizeof(double)), row, 3 * sizeof(double));
    for (int b = 0; b < BINS; b++) {
        const double from_top = row->kind == HILL ? (b - 24.5) / 6 : b / 10.0;
        const double height =
            2000 * exp(-from_top * from_top / 2) + (b < 5 || b > 38 ? grade_random_below(run, 9) : 0);
        bins[b] = row->kind == HILL || row->kind == HALF ? (uint64_t)height
                  : row->kind == FEW                     ? b % 7 == 3
                                                         : 0;
    }
    if (row->kind == HILL) bins[0] = 0, bins[49] = 3;
    if (row->kind == LONE) bins[31] = 12345;
    grade_output(run, 2);
    return true;
}

void quant_check_percentile(grade_run *run)
{
    const percentile_row *row = &percentiles[run->step];
    const int count = run->layout.number[A];
    const uint64_t *bins = grade_given(run, 0);
    const float *got = grade_result(run, 2);
    char call[64];
    snprintf(call, sizeof call, "%g to %g in %d bins, keep %g", row->low, row->high, count, row->keep);
    if (is_refused(row)) return quant_check_refused(run, TT_BAD_VALUE, call);
    quant_check_status(run, TT_OK);
    double total = 0, cut = 0;
    int first = 0, last = count;
    for (int b = 0; b < count; b++) total += (double)bins[b];
    // The last term makes up for the rounding of 1 - keep.
    const double most = (1 - row->keep) * total + 1e-9 * total;
    while (cut + (double)bins[first] <= most) cut += (double)bins[first++];
    cut = 0;
    while (cut + (double)bins[last - 1] <= most) cut += (double)bins[--last];
    const double width = (row->high - row->low) / count;
    const double low = fmin(row->low + width * first, 0), high = fmax(row->low + width * last, 0);
    if (fabs(got[0] - low) > 1e-5 || fabs(got[1] - high) > 1e-5)
        grade_wrong(run, "%s: got %.6g to %.6g, expected %.6g to %.6g: bins %d to %d", call, got[0], got[1],
                    low, high, first, last - 1);
}

// --- 5. From sums back to bytes ---

// The last steps: biases that are too large, and what is refused.
enum { BIAS_N = 33, BIAS_LARGE = 4, BIAS_NAN, BIAS_ZERO_SCALE, BIAS_STEPS };

bool quant_fill_bias(grade_run *run)
{
    if (run->step >= BIAS_STEPS) return false;
    run->layout.number[A] = BIAS_N;
    float *bias = grade_input(run, BIAS_N), *x_scale = grade_input(run, 1),
          *w_scales = grade_input(run, BIAS_N);
    grade_random_fill(run, bias, BIAS_N, -2, 2);
    grade_random_fill(run, x_scale, 1, 0.001f, 0.05f);
    grade_random_fill(run, w_scales, BIAS_N, 0.0003f, 0.02f);
    if (run->step == 1) { // halves of steps
        *x_scale = 0.25f;
        for (int j = 0; j < BIAS_N; j++) w_scales[j] = 0.125f, bias[j] = (j - 16) / 64.0f;
    }
    if (run->step == BIAS_LARGE) bias[3] = 3e38f, bias[7] = -3e38f, bias[9] = INFINITY, w_scales[0] = 1e-38f;
    if (run->step == BIAS_NAN) bias[20] = NAN;
    if (run->step == BIAS_ZERO_SCALE) w_scales[20] = 0;
    grade_output_bytes(run, BIAS_N * sizeof(int32_t));
    return true;
}

void quant_check_bias(grade_run *run)
{
    if (run->step >= BIAS_NAN)
        return quant_check_refused(run, TT_BAD_VALUE,
                                   run->step == BIAS_NAN ? "a bias of NaN" : "a scale of 0");
    quant_check_status(run, TT_OK);
    const float *bias = grade_given(run, 0), x_scale = *(const float *)grade_given(run, 1),
                *w = grade_given(run, 2);
    const int32_t *got = grade_result(run, 3);
    for (int j = 0; j < BIAS_N; j++) {
        const double want = fmax(-(1 << 30), fmin(1 << 30, rint(bias[j] / ((double)x_scale * w[j]))));
        if (got[j] != want)
            grade_wrong(run, "bias %.9g, scales %.9g and %.9g: got %d steps, expected %.0f", bias[j], x_scale,
                        w[j], got[j], want);
    }
}

static const double fixed_bad[] = {0, -1, NAN, INFINITY, 0x1p30, 1e300, -INFINITY};

bool quant_fill_fixed(grade_run *run)
{
    static const double known[] = {1,
                                   0.375,
                                   0.5,
                                   0x1p-30,
                                   0x1p-31,
                                   0x1p-32,
                                   0x1p-33,
                                   1e-300,
                                   0x1.ffffp29,
                                   0x1.fffffffep-1,
                                   0x1.fffffffffp-3,
                                   0x1.fffffffdp4,
                                   0x1.fffffffd00001p4,
                                   1 / 3.0,
                                   0.1,
                                   1000,
                                   0x1p29,
                                   0x1.00000001p-5,
                                   0x1.00000003p-5,
                                   0x1p-62};
    enum { RANDOM = 100, GOOD = COUNT(known) + RANDOM };
    if (run->step >= GOOD + COUNT(fixed_bad)) return false;
    double *scale = grade_input_bytes(run, sizeof *scale);
    if (run->step < COUNT(known)) *scale = known[run->step];
    else if (run->step >= GOOD) *scale = fixed_bad[run->step - GOOD];
    else *scale = ldexp(1 + grade_random_below(run, 1 << 30) * 0x1p-30, grade_random_below(run, 60) - 32);
    for (int i = 0; i < 2; i++) grade_output_bytes(run, sizeof(int32_t));
    return true;
}

void quant_check_fixed(grade_run *run)
{
    const double scale = *(const double *)grade_given(run, 0);
    char call[40];
    snprintf(call, sizeof call, "scale %g", scale);
    if (!(scale > 0 && scale < 0x1p30)) return quant_check_refused(run, TT_BAD_VALUE, call);
    quant_check_status(run, TT_OK);
    const int32_t got = *(const int32_t *)grade_result(run, 1),
                  shift = *(const int32_t *)grade_result(run, 2);
    int32_t m = 0, s = 0;
    quant_oracle_fixed_point(&m, &s, scale);
    if (got != m || shift != s)
        grade_wrong(run, "scale %.17g: got %d / 2^%d, expected %d / 2^%d", scale, got, shift, m, s);
}

// multiplier and shift of n columns, arrays 5 and 6; the scales lie around `scale`.
void quant_lay_output(grade_run *run, int n, double scale, int zero_point, int low, int high)
{
    run->layout.number[C] = zero_point, run->layout.number[D] = low, run->layout.number[E] = high;
    int32_t *multiplier = grade_input_bytes(run, (size_t)n * sizeof *multiplier);
    int32_t *shift = grade_input_bytes(run, (size_t)n * sizeof *shift);
    for (int j = 0; j < n; j++)
        quant_oracle_fixed_point(&multiplier[j], &shift[j],
                                 scale * (0.5 + grade_random_below(run, 100) / 100.0));
}

int32_t *quant_lay_sums(grade_run *run, int m, int n)
{
    run->layout.number[A] = m, run->layout.number[B] = n;
    int32_t *sums = grade_input_bytes(run, (size_t)m * n * sizeof *sums);
    grade_input_bytes(run, 0), grade_input_bytes(run, 0);
    grade_output_bytes(run, (size_t)m * n);
    grade_input_bytes(run, 0);
    return sums;
}

static const int requantize_shapes[][2] = {{1, 1}, {5, 3}, {7, 16}, {4, 17}, {3, 31}, {9, 40}, {2, 64}};

// Scales 2^-s, for which odd sums times 2^(s - 1) are ties; then any scales, and sums up to int32's ends.
bool quant_fill_ties(grade_run *run)
{
    if (run->step >= 3 * COUNT(requantize_shapes)) return false;
    const int *shape = requantize_shapes[run->step / 3], m = shape[0], n = shape[1], kind = run->step % 3;
    int32_t *sums = quant_lay_sums(run, m, n);
    const int bits = grade_random_below(run, 12) + 1;
    quant_lay_output(run, n, kind == 1 ? 0.003 : 1e-7, kind == 2 ? 0 : 100, 0, 255);
    int32_t *multiplier = (int32_t *)grade_result(run, MULTIPLIER),
            *shift = (int32_t *)grade_result(run, SHIFT);
    for (int j = 0; j < n && kind == 0; j++) multiplier[j] = 1 << 30, shift[j] = 30 + bits;
    for (int i = 0; i < m * n; i++) {
        if (kind == 0) sums[i] = (2 * (grade_random_below(run, 200) - 100) + 1) * (1 << (bits - 1));
        if (kind == 1) sums[i] = grade_random_below(run, 60000) - 30000;
        if (kind == 2)
            sums[i] = i % 7 == 0 ? INT32_MIN : i % 7 == 1 ? INT32_MAX : grade_random_below(run, INT32_MAX);
    }
    return true;
}

// The clamp's ends anywhere, one of them a relu at the zero point; sums on both sides.
bool quant_fill_clamp(grade_run *run)
{
    static const int outputs[][3] = {{100, 100, 255}, {0, 0, 255},   {64, 64, 127},
                                     {64, 0, 127},    {30, 10, 200}, {255, 0, 255}};
    if (run->step >= COUNT(outputs) * COUNT(requantize_shapes)) return false;
    const int *o = outputs[run->step % COUNT(outputs)],
              *shape = requantize_shapes[run->step / COUNT(outputs)];
    const int m = shape[0], n = shape[1];
    int32_t *sums = quant_lay_sums(run, m, n);
    quant_lay_output(run, n, run->step % 5 == 4 ? 1e6 : 0.004, o[0], o[1], o[2]);
    for (int i = 0; i < m * n; i++) sums[i] = grade_random_below(run, 200000) - 100000;
    return true;
}

void quant_check_requantize(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const int *number = run->layout.number, n = number[B];
    const quant_output o = {grade_given(run, MULTIPLIER), grade_given(run, SHIFT), number[C], number[D],
                            number[E]};
    const int32_t *sums = grade_given(run, X);
    const uint8_t *got = grade_result(run, PRODUCT_OUT);
    for (int i = 0; i < number[A] * n; i++) {
        const int32_t multiplier = o.multiplier[i % n], shift = o.shift[i % n];
        const int want = quant_oracle_requantize(sums[i], multiplier, shift, &o);
        if (got[i] != want)
            grade_wrong(run,
                        "m = %d, n = %d: got q[%d][%d] = %d, expected %d: %d * %d / 2^%d = %.4f, zero point "
                        "%d, %d..%d",
                        number[A], n, i / n, i % n, got[i], want, sums[i], multiplier, shift,
                        (double)sums[i] * multiplier / (double)(1ll << shift), o.zero_point, o.low, o.high);
    }
}
