// check_floats.c: scales, bytes from floats, BF16: fill and check of sections 1 to 3 of quantization.h.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "oracle.h"

void quant_check_status(grade_run *run, tt_status want)
{
    if (run->status != want)
        grade_wrong(run, "got status \"%s\", expected \"%s\"", tt_status_text(run->status),
                    tt_status_text(want));
}

// Refused: the expected status, and every output untouched.
void quant_check_refused(grade_run *run, tt_status want, const char *call)
{
    if (run->status != want)
        grade_wrong(run, "%s: got status \"%s\", expected \"%s\"", call, tt_status_text(run->status),
                    tt_status_text(want));
    for (int i = 0; i < run->layout.arrays; i++)
        if (!run->is_input[i] && !grade_untouched(run, i))
            grade_wrong(run, "%s: an output was written to, expected it untouched", call);
}

bool quant_is_near(double got, double want, double relative)
{
    return fabs(got - want) <= relative * fabs(want);
}

// Numbers like those of weights: each column has its own scale, and every third column an outlier.
void quant_random_columns(grade_run *run, float *w, int k, int n)
{
    grade_random_fill(run, w, (size_t)k * n, -1, 1);
    for (int j = 0; j < n; j++) {
        const float size = ldexpf(1, grade_random_below(run, 12) - 8);
        for (int p = 0; p < k; p++) w[(size_t)p * n + j] *= size;
        if (k > 0 && j % 3 == 0) w[(size_t)grade_random_below(run, k) * n + j] *= -5;
    }
}

// --- 1. Scale and zero point ---

static const int scale_counts[] = {1, 2, 7, 8, 9, 31, 64, 100, 1000};

bool quant_fill_scale(grade_run *run)
{
    if (run->step >= COUNT(scale_counts)) return false;
    const int count = run->layout.number[A] = scale_counts[run->step];
    quant_random_columns(run, grade_input(run, (size_t)count), count, 1);
    grade_output(run, 1);
    return true;
}

void quant_check_scale(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const float want = quant_oracle_scale(grade_given(run, 0), run->layout.number[A], 1, 0),
                got = *(float *)grade_result(run, 1);
    if (!quant_is_near(got, want, 1e-6))
        grade_wrong(run, "count = %d: got scale %.9g, expected %.9g: the largest |x| / 127",
                    run->layout.number[A], got, want);
}

// Inputs that give no normal scale, and inputs that are refused.
static const struct {
    const char *what;
    float x[3];
    tt_status want;
} no_scales[] = {
    {"all zeros", {0, -0.0f, 0}, TT_OK},
    {"next to zero", {0x1p-140f, -0x1p-149f, 0}, TT_OK},
    {"a 127th of it is no normal number", {0x1p-120f, 0, 0}, TT_OK},
    {"the largest float", {1, 0x1.fffffep127f, -3}, TT_OK},
    {"NaN", {1, NAN, 2}, TT_BAD_VALUE},
    {"infinity", {1, 2, -INFINITY}, TT_BAD_VALUE},
};

bool quant_fill_no_scale(grade_run *run)
{
    if (run->step >= COUNT(no_scales)) return false;
    run->layout.number[A] = 3;
    memcpy(grade_input(run, 3), no_scales[run->step].x, sizeof no_scales[0].x);
    grade_output(run, 1);
    return true;
}

void quant_check_no_scale(grade_run *run)
{
    const char *what = no_scales[run->step].what;
    if (no_scales[run->step].want != TT_OK) return quant_check_refused(run, no_scales[run->step].want, what);
    quant_check_status(run, TT_OK);
    const float want = quant_oracle_scale(grade_given(run, 0), 3, 1, 0), got = *(float *)grade_result(run, 1);
    if (!quant_is_near(got, want, 1e-6)) grade_wrong(run, "%s: got scale %g, expected %g", what, got, want);
}

bool quant_fill_columns(grade_run *run)
{
    static const int shapes[][2] = {{1, 1}, {5, 3}, {9, 16}, {27, 17}, {64, 31}, {3, 1}, {1, 40}, {100, 8}};
    if (run->step >= COUNT(shapes)) return false;
    const int k = run->layout.number[A] = shapes[run->step][0],
              n = run->layout.number[B] = shapes[run->step][1];
    float *w = grade_input(run, (size_t)k * n);
    quant_random_columns(run, w, k, n);
    if (n > 4)
        for (int p = 0; p < k; p++) w[(size_t)p * n + 4] = 0; // a channel of zeros
    grade_output(run, (size_t)n);
    return true;
}

void quant_check_columns(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const int k = run->layout.number[A], n = run->layout.number[B];
    const float *got = grade_result(run, 1);
    for (int j = 0; j < n; j++) {
        const float want = quant_oracle_scale(grade_given(run, 0), k, n, j);
        if (!quant_is_near(got[j], want, 1e-6))
            grade_wrong(run, "k = %d, n = %d: got scales[%d] = %.9g, expected %.9g", k, n, j, got[j], want);
    }
}

typedef struct {
    float low, high;
    int top;
    tt_status want;
} range_row;

static const range_row ranges[] = {
    {-1, 1.55f, 255, TT_OK},     {0, 6, 255, TT_OK},
    {0, 6, 127, TT_OK},          {-3, 0.5f, 127, TT_OK},
    {2, 5, 255, TT_OK},          {-7, -3, 255, TT_OK},
    {-0.001f, 100, 255, TT_OK},  {-100, 0.001f, 127, TT_OK},
    {-3e38f, 3e38f, 255, TT_OK}, {1, -1, 255, TT_BAD_VALUE},
    {0, 1, 256, TT_BAD_VALUE},   {0, 1, 0, TT_BAD_VALUE},
    {NAN, 1, 255, TT_BAD_VALUE}, {0, INFINITY, 255, TT_BAD_VALUE},
};
static const range_row constants[] = {
    {0, 0, 255, TT_OK},   {0, 0, 127, TT_OK},         {3, 3, 255, TT_OK},
    {-2, -2, 127, TT_OK}, {0, 0x1p-140f, 255, TT_OK}, {-0x1p-149f, 0, 255, TT_OK},
};

static bool lay_range(grade_run *run, const range_row *row)
{
    run->layout.number[A] = row->top;
    memcpy(grade_input(run, 2), (float[]){row->low, row->high}, 2 * sizeof(float));
    grade_output_bytes(run, sizeof(quant_affine));
    return true;
}

bool quant_fill_affine(grade_run *run)
{
    return run->step < COUNT(ranges) && lay_range(run, &ranges[run->step]);
}
bool quant_fill_constant(grade_run *run)
{
    return run->step < COUNT(constants) && lay_range(run, &constants[run->step]);
}

void quant_check_affine(grade_run *run)
{
    const float *given = grade_given(run, 0);
    const int top = run->layout.number[A];
    const quant_affine *got = grade_result(run, 1);
    char call[64];
    snprintf(call, sizeof call, "%g to %g, top %d", given[0], given[1], top);
    if (!isfinite(given[0]) || !isfinite(given[1]) || given[0] > given[1] || (top != 255 && top != 127))
        return quant_check_refused(run, TT_BAD_VALUE, call);
    quant_check_status(run, TT_OK);
    const double low = fmin(given[0], 0), high = fmax(given[1], 0), scale = (high - low) / top;
    const bool none = scale < 0x1p-126;
    const double want = none ? 1 : scale, zero = none ? 0 : -low / want;
    if (!quant_is_near(got->scale, want, 1e-6) || got->top != top || fabs(got->zero_point - zero) > 0.5001)
        grade_wrong(run, "%s: got scale %.8g, zero point %d, top %d, expected %.8g, %.0f, %d", call,
                    got->scale, got->zero_point, got->top, want, rint(zero), top);
}

// --- 2. Quantize, dequantize ---

static float *lay_weights(grade_run *run, int k, int n, float **scales)
{
    run->layout.number[A] = k, run->layout.number[B] = n;
    float *w = grade_input(run, (size_t)k * n);
    *scales = grade_input(run, (size_t)n);
    grade_output_bytes(run, (size_t)k * n);
    return w;
}

// Halves of steps with scales of powers of two, which divide exactly; then scales that do not.
bool quant_fill_weights(grade_run *run)
{
    enum { K = 300, N = 7 };
    if (run->step >= 4) return false;
    float *scales, *w = lay_weights(run, K, N, &scales);
    for (int j = 0; j < N; j++)
        scales[j] = run->step < 2 ? ldexpf(1, grade_random_below(run, 20) - 12) : 0.001f + 0.0137f * j;
    for (int i = 0; i < K * N; i++) w[i] = scales[i % N] * (0.5f * (grade_random_below(run, 509) - 254));
    if (run->step == 3)
        for (int i = 0; i < K * N; i++) w[i] += scales[i % N] * 0.01f * grade_random_below(run, 40);
    return true;
}

// Steps past both ends, as with a scale that was made for other weights.
bool quant_fill_ends(grade_run *run)
{
    static const float steps[] = {-127, 127,  -127.4f, 127.4f, -127.6f, 127.6f,   -128,      128, -1000,
                                  1000, 3e9f, -3e9f,   1e30f,  -1e30f,  INFINITY, -INFINITY, NAN, 0};
    if (run->step >= 2) return false;
    float *scales, *w = lay_weights(run, COUNT(steps), 2, &scales);
    scales[0] = 0.25f, scales[1] = 2;
    for (int i = 0; i < 2 * COUNT(steps); i++) w[i] = steps[i / 2] * scales[i % 2];
    return true;
}

void quant_check_weights(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const int n = run->layout.number[B], count = run->layout.number[A] * n;
    const float *w = grade_given(run, 0), *scales = grade_given(run, 1);
    const int8_t *q = grade_result(run, 2);
    for (int i = 0; i < count; i++)
        if (!quant_oracle_is_quantized(q[i], w[i], scales[i % n], 0, -127, 127))
            grade_wrong(
                run,
                "got q[%d][%d] = %d for %.9g with scale %.9g: %.7g steps, rounded to nearest even, -127..127",
                i / n, i % n, q[i], w[i], scales[i % n], (double)w[i] / scales[i % n]);
}

static float *lay_bytes(grade_run *run, int count, quant_affine a)
{
    run->layout.number[A] = count;
    float *x = grade_input(run, (size_t)count);
    memcpy(grade_input_bytes(run, sizeof a), &a, sizeof a);
    grade_output_bytes(run, (size_t)count);
    return x;
}

bool quant_fill_bytes(grade_run *run)
{
    static const quant_affine affines[] = {
        {0.25f, 0, 255}, {0.5f, 100, 255}, {2, 64, 127}, {0.03f, 17, 255}, {1, 255, 255}};
    if (run->step >= COUNT(affines)) return false;
    const quant_affine a = affines[run->step];
    float *x = lay_bytes(run, 1000, a);
    for (int i = 0; i < 1000; i++)
        x[i] = a.scale * 0.5f * (grade_random_below(run, 2 * a.top) - 2 * a.zero_point);
    return true;
}

bool quant_fill_wild(grade_run *run)
{
    static const quant_affine affines[] = {{0.25f, 0, 255}, {0.25f, 130, 255}, {0.25f, 40, 127}};
    static const float wild[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f, 63.8f, 64, 64.2f,
                                 -64, -100,     31.8f,     32,    1e9f,   -1e9f, 0};
    if (run->step >= COUNT(affines)) return false;
    float *x = lay_bytes(run, COUNT(wild), affines[run->step]);
    memcpy(x, wild, sizeof wild);
    return true;
}

void quant_check_bytes(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const float *x = grade_given(run, 0);
    const quant_affine *a = grade_given(run, 1);
    const uint8_t *q = grade_result(run, 2);
    for (int i = 0; i < run->layout.number[A]; i++)
        if (!quant_oracle_is_quantized(q[i], x[i], a->scale, a->zero_point, 0, a->top))
            grade_wrong(
                run,
                "got q[%d] = %d for %.9g with scale %g, zero point %d, top %d: %.7g steps and the zero point",
                i, q[i], x[i], a->scale, a->zero_point, a->top, (double)x[i] / a->scale);
}

bool quant_fill_bytes_back(grade_run *run)
{
    static const quant_affine affines[] = {{0.0137f, 0, 255}, {3.1f, 200, 255}, {1e-30f, 77, 127}};
    if (run->step >= COUNT(affines)) return false;
    run->layout.number[A] = 256;
    uint8_t *q = grade_input_bytes(run, 256);
    memcpy(grade_input_bytes(run, sizeof(quant_affine)), &affines[run->step], sizeof(quant_affine));
    for (int i = 0; i < 256; i++) q[i] = (uint8_t)i;
    grade_output(run, 256);
    return true;
}

void quant_check_bytes_back(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const quant_affine *a = grade_given(run, 1);
    const float *got = grade_result(run, 2);
    for (int i = 0; i < 256; i++) {
        const float want = a->scale * (float)(i - a->zero_point);
        if (got[i] != want)
            grade_wrong(run, "scale %g, zero point %d: got %.9g for byte %d, expected %.9g", a->scale,
                        a->zero_point, got[i], i, want);
    }
}

bool quant_fill_weights_back(grade_run *run)
{
    enum { K = 256, N = 5 };
    if (run->step >= 1) return false;
    run->layout.number[A] = K, run->layout.number[B] = N;
    int8_t *q = grade_input_bytes(run, K * N);
    float *scales = grade_input(run, N);
    for (int i = 0; i < K * N; i++) q[i] = (int8_t)(i / N - 128);
    grade_random_fill(run, scales, N, 0.001f, 3);
    grade_output(run, K * N);
    return true;
}

void quant_check_weights_back(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const int n = run->layout.number[B], count = run->layout.number[A] * n;
    const int8_t *q = grade_given(run, 0);
    const float *scales = grade_given(run, 1), *got = grade_result(run, 2);
    for (int i = 0; i < count; i++)
        if (got[i] != scales[i % n] * (float)q[i])
            grade_wrong(run, "got w[%d][%d] = %.9g, expected %.9g: %d steps of %.9g", i / n, i % n, got[i],
                        scales[i % n] * (float)q[i], q[i], scales[i % n]);
}

// --- 3. BF16 ---

// Numbers chosen by their bits: ties after even and odd numbers, near infinity, NaN; then random bits.
bool quant_fill_bf16(grade_run *run)
{
    static const uint32_t starts[] = {0,          0x3f800000, 0x3f810000, 0x80000000,
                                      0xc2f70000, 0x7f7f0000, 0x00010000, 0x7f800000};
    static const uint32_t rests[] = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff};
    enum { RANDOM = 1000 };
    if (run->step >= 2) return false;
    const int count = run->layout.number[A] = run->step == 0 ? COUNT(starts) * COUNT(rests) : RANDOM;
    float *x = grade_input(run, (size_t)count);
    for (int i = 0; i < count; i++) {
        uint32_t bits = starts[i / COUNT(rests) % COUNT(starts)] + rests[i % COUNT(rests)];
        if (run->step == 1)
            bits =
                (uint32_t)grade_random_below(run, 1 << 16) << 16 | (uint32_t)grade_random_below(run, 1 << 16);
        memcpy(&x[i], &bits, sizeof bits);
    }
    grade_output_bytes(run, (size_t)count * sizeof(uint16_t));
    return true;
}

void quant_check_bf16(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const float *x = grade_given(run, 0);
    const uint16_t *got = grade_result(run, 1);
    for (int i = 0; i < run->layout.number[A]; i++) {
        const bool is_nan = (got[i] & 0x7f80) == 0x7f80 && (got[i] & 0x7f);
        if (isnan(x[i]) ? !is_nan : got[i] != quant_oracle_bf16(x[i]))
            grade_wrong(run, "got 0x%04x for %a, expected %s0x%04x", got[i], x[i],
                        isnan(x[i]) ? "a NaN such as " : "", isnan(x[i]) ? 0x7fc0 : quant_oracle_bf16(x[i]));
    }
}

bool quant_fill_bf16_back(grade_run *run)
{
    if (run->step >= 1) return false;
    const int count = run->layout.number[A] = 1 << 16;
    uint16_t *q = grade_input_bytes(run, (size_t)count * sizeof *q);
    for (int i = 0; i < count; i++) q[i] = (uint16_t)i;
    grade_output(run, (size_t)count);
    return true;
}

void quant_check_bf16_back(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const uint32_t *got = grade_result(run, 1);
    for (uint32_t i = 0; i < 1 << 16; i++)
        if (got[i] != i << 16)
            grade_wrong(run, "got bits 0x%08x for 0x%04x, expected 0x%08x", got[i], i, i << 16);
}
