// fast_exp.h: exp and tanh that the compiler can vectorise.
//
// The C library's expf and tanhf are calls for one number at a time, and a transformer makes three thousand of
// them per token forward, and as many backward. These use the textbook method: exp(x) = 2^n exp(r) with
// |r| <= ln(2) / 2, and for exp(r) seven terms of its series, whose remainder is below 2e-7.
#pragma once

#include <stdint.h>
#include <string.h>

// x limited to low .. high, low < 0 < high; NaN stays NaN. In integers, on the bits: with `x < a ? a : x` gcc
// 12 propagates the constant a through all later code, and a loop with two paths is not vectorised.
static inline float fast_clamp(float x, float low, float high)
{
    int32_t bits, below, above;
    memcpy(&bits, &x, sizeof bits);
    memcpy(&below, &low, sizeof below);
    memcpy(&above, &high, sizeof above);
    int32_t size = bits & INT32_MAX; // |x|, whose bits have the same order
    int32_t most = above ^ ((above ^ (below & INT32_MAX)) & bits >> 31); // |low| where x is negative
    int32_t nan = (0x7f800000 - size) >> 31; // all ones where |x| is above infinity: NaN
    bits = (bits & INT32_MIN) | (size < most ? size : most) | nan;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// Relative error below 4e-7 for -87 <= x <= 88; x outside is limited to that range.
static inline float fast_exp(float x)
{
    x = fast_clamp(x, -87, 88);
    // Floats of this size have no fraction: adding it rounds to a whole number n, in the lowest bits.
    const float whole = 0x1.8p23f;
    float moved = x * 1.44269504f + whole;
    float n = moved - whole;
    float r = x - n * 0.693359375f + n * 2.12194440e-4f; // ln 2 in two parts: n times the first is exact
    float series = 1 + r * (1 + r * (0.5f + r * (1 / 6.0f + r * (1 / 24.0f + r * (1 / 120.0f + r / 720)))));
    uint32_t bits;
    float power;
    memcpy(&bits, &moved, sizeof bits);
    bits = (bits + 127) << 23; // 2^n: n + 127 in the exponent bits of a float
    memcpy(&power, &bits, sizeof power);
    return series * power;
}

// Absolute error below 1e-6.
static inline float fast_tanh(float x) { return 1 - 2 / (fast_exp(2 * fast_clamp(x, -10, 10)) + 1); }
