// quantization.h: floats to bytes and back, and products of bytes in which no float takes part.
//
// Shapes   x (m, k) activations, w (k, n) weights, out (m, n), row-major and dense; i rows, j columns, p the
//          summed index. Images are (count, h, w, c), "NHWC"; the weights of a 3 x 3 convolution
//          (3, 3, cin, cout), which is a (9 cin, cout) matrix as it lies.
// Types    weights int8_t, -127..127; activations uint8_t, 0..255 or 0..127; sums int32_t. A function that is
//          given bytes of weights multiplies all 256 values rightly; the ones that make them never make -128.
// Units    scale: input units per step. zero point: the byte that stands for 0. x = scale (q - zero_point).
//          A bias is in steps of (scale of x) (scale of w): the unit of a sum of products.
// Rounding floats to integers: to nearest, a tie to the even neighbour (rintf). Sums to bytes: to nearest, a
//          tie upwards, as said at quant_requantize. Both to the last bit, on every path.
// Limits   k <= QUANT_MOST_K, and |bias| <= QUANT_MOST_BIAS, which the caller promises: then no sum leaves
//          int32, in whatever order it is added, with or without its zero point.
// Errors   TT_BAD_SHAPE if a size is negative or k too large, TT_BAD_VALUE if a pointer that is needed is
// NULL
//          or a number is out of its range or not finite, TT_NO_MEMORY; outputs are then untouched. Sizes of
//          0 are fine: a sum of nothing is the bias, or 0.
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

// One scale for all of x (count), symmetric: the largest |x| lands on 127. Where that gives no normal float
// (all zeros, or next to it) the scale is 1. TT_BAD_VALUE if x holds NaN or infinity.
tt_status quant_scale(float *scale, const float *x, size_t count);

// One scale for each column, that is for each output channel. w (k, n) -> scales (n)
tt_status quant_scale_columns(float *scales, const float *w, int k, int n);

// Bytes 0..top; top is 255, or 127 where 7 bits are wanted.
typedef struct {
    float scale;
    int zero_point, top;
} quant_affine;

// The affine bytes for numbers from low to high, widened until 0 is among them: scale (high - low) / top,
// zero point -low / scale, rounded. Where the scale is no normal float it is 1 and the zero point 0.
// TT_BAD_VALUE if low > high, or top is neither 255 nor 127.
tt_status quant_affine_range(quant_affine *a, float low, float high, int top);

// --- 2. Quantize, dequantize ---

// q = clamp(round(w / scale of its column), -127, 127). NaN becomes 0, infinity an end of the range.
// TT_BAD_VALUE if a scale is not positive and finite. w (k, n), scales (n) -> q (k, n)
tt_status quant_weights(int8_t *q, const float *w, const float *scales, int k, int n);

// q = clamp(round(x / scale) + zero point, 0, top). NaN becomes the zero point. TT_BAD_VALUE if a's scale is
// not positive and finite, its top neither 255 nor 127, or its zero point not 0..top. x (count) -> q (count)
tt_status quant_bytes(uint8_t *q, const float *x, size_t count, quant_affine a);

// And back: scale * q, and scale * (q - zero point): one float product, so that the zero point gives 0.
tt_status quant_weights_back(float *w, const int8_t *q, const float *scales, int k, int n);
tt_status quant_bytes_back(float *x, const uint8_t *q, size_t count, quant_affine a);

// --- 3. BF16: the upper half of a float ---

// To nearest, a tie to the even neighbour; a float too large becomes infinity; NaN stays NaN. x, q (count)
tt_status quant_bf16(uint16_t *q, const float *x, size_t count);
tt_status quant_bf16_back(float *x, const uint16_t *q, size_t count);

// --- 4. Calibration: what range do the activations have? ---

// Widen [*low, *high] until all of x is in it; start with 0 and 0. Called batch after batch. TT_BAD_VALUE,
// and nothing widened, if x holds NaN or infinity.
tt_status quant_minmax(float *low, float *high, const float *x, size_t count);

// A histogram over [low, high] in `count` equal bins. What lies outside is counted in the bin next to it.
typedef struct {
    float low, high; // low < high, finite
    int count;       // >= 1
    uint64_t *bins;  // (count)
} quant_histogram;

// Count x (n): bin number floor((x - low) / (high - low) * count), kept within 0..count - 1. Values within a
// thousandth of a bin's width of an edge may be counted on either side of it. TT_BAD_VALUE for NaN.
tt_status quant_count(quant_histogram *h, const float *x, size_t n);

// The range without its outliers. Whole bins are cut off at the lower end as long as what was cut off there
// is at most (1 - keep) of all values, and at the upper end the same, each end by itself; never past 0, which
// stays in the range. What is left has these ends. keep is a share in (0.5, 1]; 1 cuts off empty bins only.
// TT_BAD_VALUE if nothing was counted.
tt_status quant_percentile(float *low, float *high, const quant_histogram *h, double keep);

// --- 5. From sums back to bytes ---

// bias / (scale of x * scale of w's column), in double, rounded to nearest even and kept within
// +-QUANT_MOST_BIAS. bias (n), w_scales (n) -> q (n). TT_BAD_VALUE for a scale that is not positive and
// finite, or a bias that is NaN.
tt_status quant_bias(int32_t *q, const float *bias, float x_scale, const float *w_scales, int n);

// scale as multiplier / 2^shift with multiplier in 2^30 .. 2^31 - 1 (rounded, a tie upwards) and shift in
// 1..62. A scale too small for that gives 0 and 1. TT_BAD_VALUE if it is not positive and finite, or 2^30 or
// more.
tt_status quant_fixed_point(int32_t *multiplier, int32_t *shift, double scale);

// How sums become bytes: one scale per column, a zero point, and a clamp, which is the relu where low is the
// zero point.
typedef struct {
    const int32_t *multiplier, *shift; // (n), as quant_fixed_point makes them
    int zero_point, low, high;         // 0 <= low <= zero_point <= high <= 255
} quant_output;

// q = clamp(zero_point + ((sum * multiplier + 2^(shift - 1)) >> shift), low, high), computed in 64 bits; >>
// rounds down, so that with the half added a tie goes up. sums (m, n) -> q (m, n)
tt_status quant_requantize(uint8_t *q, const int32_t *sums, int m, int n, const quant_output *o);

// --- 6. The product, as the textbook has it ---

// out[i][j] = bias[j] + sum over p of (x[i][p] - zero_point) w[p][j]. bias may be NULL: zeros.
// x (m, k), w (k, n), bias (n) -> out (m, n)
tt_status quant_matmul(int32_t *out, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                       int m, int n, int k);

// Both sides signed: -128..127 on the left, all of it. x (m, k), w (k, n) -> out (m, n)
tt_status quant_matmul_signed(int32_t *out, const int8_t *x, const int8_t *w, int m, int n, int k);

// --- 7. The product, packed ---

enum { QUANT_PANEL = 16, QUANT_GROUP = 4 };

// w cut into panels of 16 columns, the last one as narrow as what is left; in a panel groups of 4 numbers
// down a column lie together, the columns of the panel side by side: panel, p / 4, column, p % 4. Where k is
// no multiple of 4 the last group is filled up with zeros. Behind it all 64 zeros, so that a kernel may load
// a whole vector anywhere. Bytes: n (k rounded up to 4) + 64. sums[j] is the sum of column j. w (k, n) ->
// packed (quant_packed_bytes(k, n)), sums (n)
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

// How bytes are multiplied; common/core/bytes.h has each way at the width of this build's vectors. PLAIN is C that
// any compiler turns into what its machine has. WIDENED makes 16-bit numbers of bytes (vpmaddwd). 7BIT
// multiplies bytes (vpmaddubsw), whose sums of two saturate at 32767: it is right for activations of at most
// 127, and asked for by who knows that. DOT adds four products of bytes at once (AVX-512 VNNI, AVX-VNNI,
// Arm's dot products).
typedef enum { QUANT_PLAIN, QUANT_WIDENED, QUANT_7BIT, QUANT_DOT, QUANT_PATHS } quant_path;

static const char *const quant_path_names[QUANT_PATHS] = {"plain", "widened", "7-bit", "dot"};

// Whether this build has the instruction, and the best path that it has for activations of at most top.
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

// The same numbers as quant_matmul, on the path asked for. TT_BAD_VALUE if it is not here or not a path.
// x (m, w->k) -> out (m, w->n)
tt_status quant_matmul_packed(int32_t *out, const uint8_t *x, int zero_point, const quant_matrix *w, int m,
                              quant_path path);

// --- 8. Convolution and pooling ---

// 3 x 3 windows, one pixel apart, with a border of one pixel that means 0, so it is the zero point; then
// requantised. w->k is 9 c. x (count, h, wide, c) -> y (count, h, wide, w->n)
tt_status quant_conv3x3(uint8_t *y, const uint8_t *x, int zero_point, const quant_matrix *w,
                        const quant_output *o, int count, int h, int wide, int c, quant_path path);

// The largest byte of each 2 x 2 square, each channel alone; an odd last row or column is left out. h and
// wide
// >= 1. x (count, h, wide, c) -> y (count, h / 2, wide / 2, c)
tt_status quant_maxpool(uint8_t *y, const uint8_t *x, int count, int h, int wide, int c);

// --- 9. Layers: bytes to bytes, floats only at the end ---

typedef enum { QUANT_CONV, QUANT_LINEAR, QUANT_POOL } quant_kind;

// A layer of a network of bytes: pictures (h, w, c) come in. A convolution is that of section 8, a pool too;
// a linear layer takes each picture as one row of h w c. Whoever makes a layer sets kind to relu and gives
// room for what stands below; a pool needs nothing there.
typedef struct {
    quant_kind kind;
    int h, w, c, out; // each 1..4096; out: a convolution's channels, a linear layer's outputs, a pool's c
    quant_affine in,
        to; // the bytes that come in and go out; of the last layer, whose sums become floats, to is 0
    bool relu;
    char name[24];               // "conv0"
    float *scales;               // (out) of the weights' columns
    int32_t *bias;               // (out)
    int8_t *packed;              // as quant_pack makes it, and sums
    int32_t *sums;               // (out)
    int32_t *multiplier, *shift; // (out); not of the last layer
} quant_layer;

// Numbers that go into one sum: the rows of the matrix of weights. 0 for a pool.
static inline int quant_layer_k(const quant_layer *l)
{
    return l->kind == QUANT_CONV ? 9 * l->c : l->kind == QUANT_LINEAR ? l->h * l->w * l->c : 0;
}

// Numbers that come in, and go out, for each picture.
static inline size_t quant_layer_in(const quant_layer *l) { return (size_t)l->h * l->w * l->c; }

static inline size_t quant_layer_out(const quant_layer *l)
{
    if (l->kind == QUANT_LINEAR) return (size_t)l->out;
    return l->kind == QUANT_CONV ? (size_t)l->h * l->w * l->out : (size_t)(l->h / 2) * (l->w / 2) * l->c;
}

// What is stored of a layer, made once from its floats: a scale for each column (the same for all if not
// per_channel), the weights as bytes, the bias in steps of both scales. After an error outputs may be half
// written. w (k, n), bias (n) -> q (k, n), scales (n), q_bias (n)
tt_status quant_layer_weights(int8_t *q, float *scales, int32_t *q_bias, const float *w, const float *bias,
                              int k, int n, float x_scale, bool per_channel);

// Make a layer ready to run from what is stored: pack w, and turn in.scale scales[j] / to.scale into
// multiplier and shift, but for the last layer. Nothing to do for a pool. w (k, out) -> l's packed, sums,
// multiplier, shift
tt_status quant_layer_prepare(const quant_layer *l, const int8_t *w);

// Bytes to bytes: product or convolution, bias, relu and requantisation, or the pool. The lower clamp is the
// zero point where there is a relu, else 0; the upper one to.top. TT_BAD_VALUE for the last layer. x (count,
// quant_layer_in) -> y (count, quant_layer_out)
tt_status quant_layer_run(uint8_t *y, const uint8_t *x, const quant_layer *l, int count, quant_path path);

// The last layer, a linear one: in.scale scales[j] times the sum, as floats. TT_BAD_VALUE for any other
// layer. x (count, quant_layer_in) -> logits (count, out)
tt_status quant_logits(float *logits, const uint8_t *x, const quant_layer *l, int count, quant_path path);

// The layers in order, bytes between them, the last one's sums to floats. work[0] and work[1] have room for
// what any layer but the last gives for count pictures. TT_BAD_SHAPE if there is no layer, or one does not
// take what the one before it gives. x (count, in of the first) -> logits (count, out of the last)
tt_status quant_network_run(float *logits, const uint8_t *x, const quant_layer *layers, int layer_count,
                            uint8_t *const work[2], int count, quant_path path);
