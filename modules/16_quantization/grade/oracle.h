// oracle.h: the right answers of module 16, by the plainest loops. Only for the grader's parent process.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "quantization.h"

// --- Floats ---

float quant_oracle_scale(const float *w, int k, int n, int column);

// Whether q is x / scale + zero_point, rounded and clamped. Where a float division may round to either side
// of a tie, both are right; a power of two as scale divides exactly, and its ties go to the even neighbour.
bool quant_oracle_is_quantized(int q, float x, float scale, int zero_point, int low, int high);

uint16_t quant_oracle_bf16(float x);

// --- Sums to bytes ---

// False if scale has no multiplier and shift. Computed in integers from the 53 bits of scale.
bool quant_oracle_fixed_point(int32_t *multiplier, int32_t *shift, double scale);

// Rounds down without >>, which C leaves to the compiler for negative numbers.
int quant_oracle_requantize(int32_t sum, int32_t multiplier, int32_t shift, const quant_output *o);

// --- Products ---

// x (m, k), w (k, n), bias (n) or NULL -> out (m, n)
void quant_oracle_matmul(int32_t *out, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                         int m, int n, int k);

void quant_oracle_pack(int8_t *packed, int32_t *sums, const int8_t *w, int k, int n);

// The sum of pixel (row, column) of one picture; pixels outside of it add nothing.
int32_t quant_oracle_window(const uint8_t *x, int zero_point, const int8_t *w, int h, int wide, int c, int n,
                            int row, int column, int channel);

// x (count, h, wide, c), w (9 c, n), bias (n) or NULL -> y (count, h, wide, n)
void quant_oracle_conv(uint8_t *y, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                       const quant_output *o, int count, int h, int wide, int c, int n);

void quant_oracle_maxpool(uint8_t *y, const uint8_t *x, int count, int h, int wide, int c);

// --- Layers ---

// A layer of a test network: a quant_layer and its raw weights.
typedef struct {
    quant_layer l;
    const int8_t *weights; // (k, out)
} oracle_layer;

void quant_oracle_sums(int32_t *sums, const uint8_t *x, const oracle_layer *o, int count);

// Bytes to bytes. y has room for what the layer gives.
void quant_oracle_layer_run(uint8_t *y, const uint8_t *x, const oracle_layer *o, int count);
