// oracle.h: the right answers of module 16, by the plainest loops. For the grader's parent only.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "quantization.h"

// --- Floats ---

float oracle_scale(const float *w, int k, int n, int column);

// Whether q is x / scale + zero_point, rounded and clamped. Where float division may fall to either side of a
// tie, both sides are right; a scale that is a power of two divides exactly, and its ties go to the even
// neighbour.
bool oracle_is_quantized(int q, float x, float scale, int zero_point, int low, int high);

uint16_t oracle_bf16(float x);

// --- Sums to bytes ---

// scale is whole / 2^53 times a power of two; false if it has no multiplier.
bool oracle_fixed_point(int32_t *multiplier, int32_t *shift, double scale);

// Rounded down by hand: C leaves the sign in >> to the compiler.
int oracle_requantize(int32_t sum, int32_t multiplier, int32_t shift, const quant_output *o);

// --- Products ---

// x (m, k), w (k, n), bias (n) or NULL -> out (m, n)
void oracle_matmul(int32_t *out, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                   int m, int n, int k);

void oracle_pack(int8_t *packed, int32_t *sums, const int8_t *w, int k, int n);

// The sum of pixel (row, column) of one picture; what lies outside of it is no part of the sum.
int32_t oracle_window(const uint8_t *x, int zero_point, const int8_t *w, int h, int wide, int c, int n,
                      int row, int column, int channel);

// x (count, h, wide, c), w (9 c, n), bias (n) or NULL -> y (count, h, wide, n)
void oracle_conv(uint8_t *y, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                 const quant_output *o, int count, int h, int wide, int c, int n);

void oracle_maxpool(uint8_t *y, const uint8_t *x, int count, int h, int wide, int c);

// --- Layers ---

// A layer of a network to test with: sizes, and its raw weights beside what quant_layer points to.
typedef struct {
    quant_layer l;
    const int8_t *weights; // (k, out)
} oracle_layer;

void oracle_sums(int32_t *sums, const uint8_t *x, const oracle_layer *o, int count);

// Bytes to bytes. y has room for what the layer gives.
void oracle_layer_run(uint8_t *y, const uint8_t *x, const oracle_layer *o, int count);
