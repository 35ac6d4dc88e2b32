// quantization.h: floats to bytes and back, and products of bytes computed in integers only.
//
// Shapes   x (m, k) activations, w (k, n) weights, out (m, n), row-major and dense; i rows, j columns, p the
//          summed index. Images are (count, h, w, c), "NHWC"; the weights of a 3 x 3 convolution are
//          (3, 3, cin, cout), which in memory is a (9 cin, cout) matrix.
// Types    weights int8_t, -127..127; activations uint8_t, 0..255 or 0..127; sums int32_t. A function that
//          takes weights as bytes is right for all 256 values; the functions that make them never make -128.
// Units    scale: input units per step. zero point: the byte that stands for 0. x = scale (q - zero_point). A
//          bias is in steps of (scale of x) (scale of w): the unit of a sum of products.
// Rounding floats to integers: to nearest, a tie to the even neighbour (rintf). Sums to bytes: to nearest, a
//          tie upwards (see quant_requantize). Both are exact to the last bit, on every path.
// Limits   k <= QUANT_MOST_K and |bias| <= QUANT_MOST_BIAS, which the caller guarantees: then no sum
//          overflows int32, in whatever order it is added, with or without its zero point.
// Errors   TT_BAD_SHAPE if a size is negative or k too large, TT_BAD_VALUE if a pointer that is needed is
//          NULL or a number is out of its range or not finite, TT_NO_MEMORY; outputs are then untouched.
//          Sizes of 0 are valid: an empty sum is the bias, or 0.
// Overlap  outputs must not overlap inputs.
// Sources  Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only
//          inference", CVPR 2018, 2.1 to 2.4 (scale, zero point, bias, fixed point); its library gemmlowp,
//          doc/quantization.md; Krishnamoorthi, "Quantizing deep convolutional networks for efficient
//          inference: a whitepaper", 2018, 2 and 3 (per channel, calibration); TensorFlow Lite's kernels in
//          their "single rounding" build, for the requantisation.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

enum {
    QUANT_WEIGHT_TOP = 127, // weights are -127..127
    QUANT_MOST_K = 32768,   // 32768 x 255 x 128 < 2^30
    QUANT_MOST_BIAS = 1 << 30,
};

// --- 1. Scale and zero point ---

// One scale for all of x (count), symmetric: the largest |x| lands on 127. If that gives no normal float (x
// is all zeros, or nearly) the scale is 1. TT_BAD_VALUE if x holds NaN or infinity.
tt_status quant_scale(float *scale, const float *x, size_t count);

// One scale for each column, that is for each output channel. w (k, n) -> scales (n)
tt_status quant_scale_columns(float *scales, const float *w, int k, int n);

// How floats become bytes 0..top; top is 255, or 127 where 7 bits are wanted.
typedef struct {
    float scale;
    int zero_point, top;
} quant_affine;

// The scale and zero point for numbers from low to high. The range is first widened to include 0; then the
// scale is (high - low) / top and the zero point -low / scale, rounded. If the scale is no normal float it
// becomes 1 and the zero point 0. TT_BAD_VALUE if low > high, or top is neither 255 nor 127.
tt_status quant_affine_range(quant_affine *a, float low, float high, int top);

// --- 2. Quantize, dequantize ---

// q = clamp(round(w / scale of its column), -127, 127). NaN becomes 0, infinity an end of the range.
// TT_BAD_VALUE if a scale is not positive and finite. w (k, n), scales (n) -> q (k, n)
tt_status quant_weights(int8_t *q, const float *w, const float *scales, int k, int n);

// q = clamp(round(x / scale) + zero point, 0, top). NaN becomes the zero point. TT_BAD_VALUE if a's scale is
// not positive and finite, its top neither 255 nor 127, or its zero point not 0..top. x (count) -> q (count)
tt_status quant_bytes(uint8_t *q, const float *x, size_t count, quant_affine a);

// And back: scale * q, and scale * (q - zero point), each one float product, so that the zero point gives 0.
tt_status quant_weights_back(float *w, const int8_t *q, const float *scales, int k, int n);
tt_status quant_bytes_back(float *x, const uint8_t *q, size_t count, quant_affine a);

// --- 3. BF16: the upper half of a float ---

// To nearest, a tie to the even neighbour; a float too large becomes infinity; NaN stays NaN. x, q (count)
tt_status quant_bf16(uint16_t *q, const float *x, size_t count);
tt_status quant_bf16_back(float *x, const uint16_t *q, size_t count);

// --- 4. Calibration: what range do the activations have? ---

// Widen [*low, *high] to include all of x. Start with 0 and 0, and call it once per batch. TT_BAD_VALUE, and
// the range unchanged, if x holds NaN or infinity.
tt_status quant_minmax(float *low, float *high, const float *x, size_t count);

// A histogram over [low, high] in `count` equal bins. A value outside it is counted in the nearest bin.
typedef struct {
    float low, high; // low < high, finite
    int count;       // >= 1
    uint64_t *bins;  // (count)
} quant_histogram;

// Count x (n): the bin number is floor((x - low) / (high - low) * count), clamped to 0..count - 1. Values
// within a thousandth of a bin's width of an edge may be counted on either side of it. TT_BAD_VALUE for NaN.
tt_status quant_count(quant_histogram *h, const float *x, size_t n);

// The range without its outliers. At the lower end whole bins are dropped as long as the values dropped there
// are at most (1 - keep) of all values; at the upper end likewise, independently. *low and *high are the ends
// of the bins that remain, widened to include 0. keep is a fraction in (0.5, 1]; 1 drops empty bins only.
// TT_BAD_VALUE if no value was counted.
tt_status quant_percentile(float *low, float *high, const quant_histogram *h, double keep);

// --- 5. From sums back to bytes ---

// bias / (scale of x * scale of w's column), in double, rounded to nearest even and clamped to
// +-QUANT_MOST_BIAS. TT_BAD_VALUE for a scale that is not positive and finite, or a bias that is NaN.
// bias (n), w_scales (n) -> q (n)
tt_status quant_bias(int32_t *q, const float *bias, float x_scale, const float *w_scales, int n);

// scale as multiplier / 2^shift, with multiplier in 2^30 .. 2^31 - 1 (rounded, a tie upwards) and shift in
// 1..62. A scale too small for that gives multiplier 0 and shift 1. TT_BAD_VALUE if scale is not positive and
// finite, or is 2^30 or more.
tt_status quant_fixed_point(int32_t *multiplier, int32_t *shift, double scale);

// How sums become bytes: one scale per column, a zero point, and a clamp, a relu where low is the zero point.
typedef struct {
    const int32_t *multiplier, *shift; // (n), as quant_fixed_point makes them
    int zero_point, low, high;         // 0 <= low <= zero_point <= high <= 255
} quant_output;

// q = clamp(zero_point + ((sum * multiplier + 2^(shift - 1)) >> shift), low, high), computed in 64 bits. >>
// rounds down; with the half added it rounds to nearest, a tie upwards. sums (m, n) -> q (m, n)
tt_status quant_requantize(uint8_t *q, const int32_t *sums, int m, int n, const quant_output *o);

// --- 6. The product, as the textbook has it ---

// out[i][j] = bias[j] + sum over p of (x[i][p] - zero_point) w[p][j]. bias may be NULL: zeros.
// x (m, k), w (k, n), bias (n) -> out (m, n)
tt_status quant_matmul(int32_t *out, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                       int m, int n, int k);

// Both factors signed; x may be any int8_t, -128 included. x (m, k), w (k, n) -> out (m, n)
tt_status quant_matmul_signed(int32_t *out, const int8_t *x, const int8_t *w, int m, int n, int k);

// --- 7. The product, packed ---

enum { QUANT_PANEL = 16, QUANT_GROUP = 4 };

// Cut w into panels of 16 columns; the last panel has the columns that are left. A group is 4 consecutive
// numbers of a column. A panel holds the first group of each of its columns, then the second group of each,
// and so on: the order is panel, p / 4, column, p % 4. If k is no multiple of 4 the last group is padded with
// zeros. After the last panel come 64 zeros, so that a kernel may load a whole vector anywhere.
// Bytes: n (k rounded up to 4) + 64. sums[j] is the sum of column j.
// w (k, n) -> packed (quant_packed_bytes(k, n)), sums (n)
tt_status quant_pack(int8_t *packed, int32_t *sums, const int8_t *w, int k, int n);

static inline size_t quant_packed_bytes(int k, int n)
{
    return (size_t)n * (((size_t)k + QUANT_GROUP - 1) / QUANT_GROUP * QUANT_GROUP) + 64;
}

typedef struct {
    int k, n;
    const int8_t *packed; // as quant_pack makes it
    const int32_t *sums;  // (n)
    const int32_t *bias;  // (n), or NULL: zeros
} quant_matrix;

// How bytes are multiplied; common/core/bytes.h has each path at the width of this build's vectors.
// PLAIN   C that any compiler turns into the instructions that its machine has
// WIDENED widens bytes to 16-bit numbers before it multiplies (vpmaddwd)
// 7BIT    multiplies bytes (vpmaddubsw); its sums of two products saturate at 32767, so it is right only for
//         activations of at most 127, and is used only where the caller asks for it
// DOT     adds four products of bytes at once (AVX-512 VNNI, AVX-VNNI, Arm's dot products)
typedef enum { QUANT_PLAIN, QUANT_WIDENED, QUANT_7BIT, QUANT_DOT, QUANT_PATHS } quant_path;

static const char *const quant_path_names[QUANT_PATHS] = {"plain", "widened", "7-bit", "dot"};

// Whether this build has the path's instruction; and its best path for activations of at most top.
static inline int quant_path_here(quant_path path)
{
    static const int here[QUANT_PATHS] = {1, BYTES_HAS_WIDENED, BYTES_HAS_7BIT, BYTES_HAS_DOT};
    return here[path];
}

static inline quant_path quant_best_path(int top)
{
    if (quant_path_here(QUANT_DOT)) return QUANT_DOT;
    if (quant_path_here(QUANT_7BIT) && top <= 127) return QUANT_7BIT;
    return quant_path_here(QUANT_WIDENED) ? QUANT_WIDENED : QUANT_PLAIN;
}

// The same numbers as quant_matmul, on the given path. TT_BAD_VALUE if this build does not have it, or it is
// no path at all. x (m, w->k) -> out (m, w->n)
tt_status quant_matmul_packed(int32_t *out, const uint8_t *x, int zero_point, const quant_matrix *w, int m,
                              quant_path path);

// --- 8. Convolution and pooling ---

// A 3 x 3 convolution, stride 1, with a border of one pixel that means 0, so its bytes are the zero point;
// then requantised. w->k is 9 c. x (count, h, wide, c) -> y (count, h, wide, w->n)
tt_status quant_conv3x3(uint8_t *y, const uint8_t *x, int zero_point, const quant_matrix *w,
                        const quant_output *o, int count, int h, int wide, int c, quant_path path);

// The largest byte of each 2 x 2 square, for each channel; an odd last row or column is left out.
// h and wide >= 1.
// x (count, h, wide, c) -> y (count, h / 2, wide / 2, c)
tt_status quant_maxpool(uint8_t *y, const uint8_t *x, int count, int h, int wide, int c);

// --- 9. Layers: bytes to bytes, floats only at the end ---

typedef enum { QUANT_CONV, QUANT_LINEAR, QUANT_POOL } quant_kind;

// A layer of a network of bytes; its input is pictures (h, w, c). Convolutions and pools are those of section
// 8; a linear layer takes each picture as one row of h w c numbers. The caller that makes a layer sets the
// fields from kind to relu and allocates the arrays below them; a pool needs no arrays.
typedef struct {
    quant_kind kind;
    int h, w, c, out; // each 1..4096; out: a convolution's channels, a linear layer's outputs, a pool's c
    // The bytes that come in and go out. Of the last layer, whose sums become floats, `to` is 0.
    quant_affine in, to;
    bool relu;
    char name[24];               // "conv0"
    float *scales;               // (out), one for each column of the weights
    int32_t *bias;               // (out)
    int8_t *packed;              // as quant_pack makes it
    int32_t *sums;               // (out), as quant_pack makes it
    int32_t *multiplier, *shift; // (out); not of the last layer
} quant_layer;

// The number of products in one sum, which is the number of rows of the weights. 0 for a pool.
static inline int quant_layer_k(const quant_layer *l)
{
    return l->kind == QUANT_CONV ? 9 * l->c : l->kind == QUANT_LINEAR ? l->h * l->w * l->c : 0;
}

// How many numbers a layer takes, and gives, for each picture.
static inline size_t quant_layer_in(const quant_layer *l) { return (size_t)l->h * l->w * l->c; }

static inline size_t quant_layer_out(const quant_layer *l)
{
    if (l->kind == QUANT_LINEAR) return (size_t)l->out;
    return l->kind == QUANT_CONV ? (size_t)l->h * l->w * l->out : (size_t)(l->h / 2) * (l->w / 2) * l->c;
}

// What is stored of a layer, made once from its floats: a scale for each column (the same for all if not
// per_channel), the weights as bytes, the bias in steps of both scales. An error may leave them half written.
// w (k, n), bias (n) -> q (k, n), scales (n), q_bias (n)
tt_status quant_layer_weights(int8_t *q, float *scales, int32_t *q_bias, const float *w, const float *bias,
                              int k, int n, float x_scale, bool per_channel);

// Prepare a layer for running, from what is stored: pack w and, except in the last layer, turn in.scale
// scales[j] / to.scale into multiplier and shift. A pool needs no preparation.
// w (k, out) -> l's packed, sums, multiplier, shift
tt_status quant_layer_prepare(const quant_layer *l, const int8_t *w);

// Bytes to bytes: product or convolution, bias, relu and requantisation; or the pool. The clamp's lower end
// is the zero point if there is a relu, else 0; its upper end is to.top. TT_BAD_VALUE for the last layer.
// x (count, quant_layer_in) -> y (count, quant_layer_out)
tt_status quant_layer_run(uint8_t *y, const uint8_t *x, const quant_layer *l, int count, quant_path path);

// The last layer, a linear one: in.scale scales[j] times the sum, in floats. TT_BAD_VALUE for other layers.
// x (count, quant_layer_in) -> logits (count, out)
tt_status quant_logits(float *logits, const uint8_t *x, const quant_layer *l, int count, quant_path path);

// Run the layers in order, bytes between them, the last one's sums to floats. work[0] and work[1] each hold
// the largest output of any layer but the last, for count pictures. TT_BAD_SHAPE if there is no layer, or if
// a layer's input size is not the output size of the one before it.
// x (count, in of the first) -> logits (count, out of the last)
tt_status quant_network_run(float *logits, const uint8_t *x, const quant_layer *layers, int layer_count,
                            uint8_t *const work[2], int count, quant_path path);
