// Module 16: quantization. Nine exercises, from one scale to a whole network of bytes; each function is
// graded by itself, in any order.
//
// The contract of every function is in quantization.h, to the last bit: read the head of that file first. An
// element of w (k, n) is w[(size_t)p * n + j]. Check sizes and pointers before you write anything: a negative
// size is TT_BAD_SHAPE, a pointer that is needed but NULL is TT_BAD_VALUE, and outputs are then untouched.
//
// `return TT_TODO;` says that a function is not written yet. Delete it where you begin.
#include "quantization.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/scratch.h"

// 1. Scale and zero point
//
// Approach: find the largest |w| of a column; it lands on 127, so one step is a 127th of it. If that is less
// than FLT_MIN the column is all zeros, or nearly, and the scale is 1. For a range: widen it to include 0,
// divide it into top steps, and round -low / scale to get the byte that means 0.
// Example: the column 0.5, -2.54, 1 has the scale 0.02.
// From -1 to 1.55 with top 255: scale 0.01, zero point 100.
tt_status quant_scale(float *scale, const float *x, size_t count)
{
    // TODO
    (void)scale, (void)x, (void)count;
    return TT_TODO;
}

tt_status quant_scale_columns(float *scales, const float *w, int k, int n)
{
    // TODO
    (void)scales, (void)w, (void)k, (void)n;
    return TT_TODO;
}

tt_status quant_affine_range(quant_affine *a, float low, float high, int top)
{
    // TODO
    (void)a, (void)low, (void)high, (void)top;
    return TT_TODO;
}

// 2. Quantize, dequantize
//
// Approach: divide by the scale, rintf, add the zero point, clamp. Clamp while it is still a float:
// converting a float that no int can hold is undefined. NaN is the only number that is not equal to itself.
// Example: scale 0.02: 0.03 is 1.5 steps, becomes 2 (a tie, to even); 0.05 is 2.5 steps, becomes 2 as well.
tt_status quant_weights(int8_t *q, const float *w, const float *scales, int k, int n)
{
    // TODO
    (void)q, (void)w, (void)scales, (void)k, (void)n;
    return TT_TODO;
}

tt_status quant_bytes(uint8_t *q, const float *x, size_t count, quant_affine a)
{
    // TODO
    (void)q, (void)x, (void)count, (void)a;
    return TT_TODO;
}

tt_status quant_weights_back(float *w, const int8_t *q, const float *scales, int k, int n)
{
    // TODO
    (void)w, (void)q, (void)scales, (void)k, (void)n;
    return TT_TODO;
}

tt_status quant_bytes_back(float *x, const uint8_t *q, size_t count, quant_affine a)
{
    // TODO
    (void)x, (void)q, (void)count, (void)a;
    return TT_TODO;
}

// 3. BF16
//
// Approach: memcpy the float to a uint32_t. The upper 16 bits stay. To round, first add a number to all 32
// bits: just under half the value of the last bit that stays, and one more where that bit is 1. A carry into
// the exponent is right. NaN is a case of its own: all its set mantissa bits may be among the dropped ones.
// Example: 0x3f808000 is a tie and becomes 0x3f80; 0x3f818000 is one too and becomes 0x3f82.
tt_status quant_bf16(uint16_t *q, const float *x, size_t count)
{
    // TODO
    (void)q, (void)x, (void)count;
    return TT_TODO;
}

tt_status quant_bf16_back(float *x, const uint16_t *q, size_t count)
{
    // TODO
    (void)x, (void)q, (void)count;
    return TT_TODO;
}

// 4. Calibration
//
// Approach: the range grows and never shrinks; check the whole batch before you change it. Counting: (x -
// low) times bins per unit, clamped to the bins. Percentile: how many values may be dropped at one end? Go
// inwards from there, bin by bin, as long as the sum is at most that; then do the same from the other end.
// Example: bins 1 0 97 1 1 with keep 0.98: up to 2 values may be dropped at each end. The first two bins hold
// 1, the third would make it 98; the last two hold 2. What is left is the third bin.
tt_status quant_minmax(float *low, float *high, const float *x, size_t count)
{
    // TODO
    (void)low, (void)high, (void)x, (void)count;
    return TT_TODO;
}

tt_status quant_count(quant_histogram *h, const float *x, size_t n)
{
    // TODO
    (void)h, (void)x, (void)n;
    return TT_TODO;
}

tt_status quant_percentile(float *low, float *high, const quant_histogram *h, double keep)
{
    // TODO
    (void)low, (void)high, (void)h, (void)keep;
    return TT_TODO;
}

// 5. From sums back to bytes
//
// Approach: a sum is in steps of both scales, and so must the bias be. The factor from there to the next
// layer's steps is not an integer: frexp gives it as a fraction and a power of two, and 31 bits of the
// fraction are the multiplier. Then a sum needs one product in 64 bits, half of 2^shift added, and the shift.
// Example: 0.375 = 0.75 / 2: multiplier 0.75 x 2^31 = 1610612736, shift 32. The sum 4 gives 1.5, becomes 2.
tt_status quant_bias(int32_t *q, const float *bias, float x_scale, const float *w_scales, int n)
{
    // TODO
    (void)q, (void)bias, (void)x_scale, (void)w_scales, (void)n;
    return TT_TODO;
}

tt_status quant_fixed_point(int32_t *multiplier, int32_t *shift, double scale)
{
    // TODO
    (void)multiplier, (void)shift, (void)scale;
    return TT_TODO;
}

tt_status quant_requantize(uint8_t *q, const int32_t *sums, int m, int n, const quant_output *o)
{
    // TODO
    (void)q, (void)sums, (void)m, (void)n, (void)o;
    return TT_TODO;
}

// 6. The product, as the textbook has it
//
// Approach: three loops, and int32_t everywhere: no float takes part. Both factors signed: add 128 to the
// left one; then it is the product above with the zero point 128.
// Example: x = (3 5), zero point 1, w = (2 / -4), bias 10: 10 + (3 - 1) 2 + (5 - 1)(-4) = -2.
tt_status quant_matmul(int32_t *out, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                       int m, int n, int k)
{
    // TODO
    (void)out, (void)x, (void)zero_point, (void)w, (void)bias, (void)m, (void)n, (void)k;
    return TT_TODO;
}

tt_status quant_matmul_signed(int32_t *out, const int8_t *x, const int8_t *w, int m, int n, int k)
{
    // TODO
    (void)out, (void)x, (void)w, (void)m, (void)n, (void)k;
    return TT_TODO;
}

// 7. The product, packed
//
// Approach: take the zero point out of the sum: each sum starts at bias - zero_point * (sum of the column),
// and what is left is a plain product of bytes. Keep a tile of sums in registers, as in module 15. For each
// group of 4: one load of the panel, and for each row 4 bytes of x broadcast over a vector.
// common/core/bytes.h has loads, broadcasts and the four ways to multiply, at the width of your CPU:
//   plain    bytes_widen for w, x as 16-bit numbers, bytes_add_plain: two sums to a column
//   widened  the same with bytes_add_widened; bytes_add_neighbours at the end, as for plain
//   7-bit    bytes_load and bytes_spread4, bytes_add_7bit: one sum to a column
//   dot      the same with bytes_add_dot
// Begin with plain, or with loops, for every path: the result is right, only slow. Refuse a path that this
// build does not have (quant_path_here). tt_scratch(TT_SCRATCH_KERNEL, bytes) gives you working memory.
// Example: w (5, 2) with the columns 1 2 3 4 5 and 6 7 8 9 10 is packed as
// 1 2 3 4, 6 7 8 9, 5 0 0 0, 10 0 0 0.
tt_status quant_pack(int8_t *packed, int32_t *sums, const int8_t *w, int k, int n)
{
    // TODO
    (void)packed, (void)sums, (void)w, (void)k, (void)n;
    return TT_TODO;
}

tt_status quant_matmul_packed(int32_t *out, const uint8_t *x, int zero_point, const quant_matrix *w, int m,
                              quant_path path)
{
    // TODO
    (void)out, (void)x, (void)zero_point, (void)w, (void)m, (void)path;
    return TT_TODO;
}

// 8. Convolution and pooling
//
// Approach: copy the picture into a larger one whose border holds the zero point; write the 9 c numbers of
// each window as a row; multiply, requantise. A few hundred rows at a time stay in cache. Use
// tt_scratch(TT_SCRATCH_LAYER, bytes): the product uses TT_SCRATCH_KERNEL.
// Example: a 2 x 2 picture of one channel, 1 2 / 3 4, zero point 9: its first window is 9 9 9 9 1 2 9 3 4.
tt_status quant_conv3x3(uint8_t *y, const uint8_t *x, int zero_point, const quant_matrix *w,
                        const quant_output *o, int count, int h, int wide, int c, quant_path path)
{
    // TODO
    (void)y, (void)x, (void)zero_point, (void)w, (void)o, (void)count, (void)h, (void)wide, (void)c,
        (void)path;
    return TT_TODO;
}

tt_status quant_maxpool(uint8_t *y, const uint8_t *x, int count, int h, int wide, int c)
{
    // TODO
    (void)y, (void)x, (void)count, (void)h, (void)wide, (void)c;
    return TT_TODO;
}

// 9. Layers
//
// Approach: combine the functions above. Weights and bias become bytes once. To prepare a layer, pack its
// weights and make its multipliers from in.scale scales[j] / to.scale. To run it, call the function for its
// kind. The last layer has no output bytes: its sums times both scales are the logits. The network passes the
// bytes of one layer to the next in work[0], work[1], work[0], ...
// Example: in.scale 0.5, scales[j] 0.1, to.scale 0.2: a sum of 8 is 0.4, which is 2 steps.
tt_status quant_layer_weights(int8_t *q, float *scales, int32_t *q_bias, const float *w, const float *bias,
                              int k, int n, float x_scale, bool per_channel)
{
    // TODO
    (void)q, (void)scales, (void)q_bias, (void)w, (void)bias, (void)k, (void)n, (void)x_scale,
        (void)per_channel;
    return TT_TODO;
}

tt_status quant_layer_prepare(const quant_layer *l, const int8_t *w)
{
    // TODO
    (void)l, (void)w;
    return TT_TODO;
}

tt_status quant_layer_run(uint8_t *y, const uint8_t *x, const quant_layer *l, int count, quant_path path)
{
    // TODO
    (void)y, (void)x, (void)l, (void)count, (void)path;
    return TT_TODO;
}

tt_status quant_logits(float *logits, const uint8_t *x, const quant_layer *l, int count, quant_path path)
{
    // TODO
    (void)logits, (void)x, (void)l, (void)count, (void)path;
    return TT_TODO;
}

tt_status quant_network_run(float *logits, const uint8_t *x, const quant_layer *layers, int layer_count,
                            uint8_t *const work[2], int count, quant_path path)
{
    // TODO
    (void)logits, (void)x, (void)layers, (void)layer_count, (void)work, (void)count, (void)path;
    return TT_TODO;
}
