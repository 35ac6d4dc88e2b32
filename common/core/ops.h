// ops.h: the layers of modules 1-14 as plain loops, the floats that every faster version is checked against.
//
// Shapes   n images, h rows, w columns of pixels, c channels (cin, cout), a window of kh x kw, ho x wo pixels
//          out. Images are (n, h, w, c), "NHWC"; convolution weights (kh, kw, cin, cout), "HWIO". Row-major,
//          dense. What works "by rows" sees (rows, cols) and treats each row alone.
// Sizes    n, cin, cout, c, rows, cols, count, vocab and dim may be 0: what is empty is not touched.
//          A picture, a window and a stride are at least 1.
// Errors   TT_BAD_SHAPE if a size is out of range or a window does not fit, TT_BAD_VALUE if a pointer that is
//          needed is NULL or an argument is out of its range; out is then untouched.
// NaN      in the input comes out in every output that depends on it. A maximum or a relu that drops it would
//          hide the bug that made it.
// Overlap  where the line says "in place", out may be x itself; otherwise out must not overlap an input.
// Sources  Goodfellow, Bengio, Courville: "Deep Learning" (2016), 4.1 softmax, 9.1 convolution, 9.3 pooling.
//          Hendrycks, Gimpel: "Gaussian Error Linear Units" (2016), section 2, for gelu.
//          Ba, Kiros, Hinton: "Layer Normalization" (2016), section 3.
#pragma once

#include <stddef.h>

#include "status.h"

typedef struct {
    int n, h, w, cin; // x (n, h, w, cin)
    int kh, kw, cout; // weights (kh, kw, cin, cout)
    int stride;       // pixels from one window to the next, both ways
    int pad;          // rows and columns of zeros on each of the four sides
} ops_conv2d_shape;

// How many places a window has along one side: (size + 2 pad - window) / stride + 1, rounded down. 0 if it
// has none, if an argument is out of range, or if size + 2 pad is more than an int holds.
int ops_out_size(int size, int window, int stride, int pad);

// Convolution as networks mean it: the window is not flipped. bias (cout) may be NULL, which means zeros.
// x (n, h, w, cin), weights (kh, kw, cin, cout) -> out (n, ho, wo, cout)
tt_status ops_conv2d(float *out, const float *x, const float *weights, const float *bias, ops_conv2d_shape s);

// The largest value under a square window, each channel alone. No padding: what fills no window is left out.
// x (n, h, w, c) -> out (n, ho, wo, c)
tt_status ops_maxpool(float *out, const float *x, int n, int h, int w, int c, int window, int stride);

// max(x, 0). In place. x (count) -> out (count)
tt_status ops_relu(float *out, const float *x, size_t count);

// x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), at most 5e-4 from x Phi(x), the exact form. In place.
// x (count) -> out (count)
tt_status ops_gelu(float *out, const float *x, size_t count);

// exp(x) / sum of exp(x), by rows. The row's maximum is subtracted first, so that no exp overflows. -infinity
// gives 0, as attention's mask wants it; a row of nothing else, or with +infinity, has no answer: NaN.
// In place. x (rows, cols) -> out (rows, cols)
tt_status ops_softmax(float *out, const float *x, int rows, int cols);

// (x - mean) / sqrt(variance + eps) * gain + bias, by rows; the variance divides by cols, not cols - 1.
// In place. eps is positive and finite. x (rows, cols), gain (cols), bias (cols) -> out (rows, cols)
tt_status ops_layer_norm(float *out, const float *x, const float *gain, const float *bias, float eps,
                         int rows, int cols);

// Row ids[i] of the table for every i. TT_BAD_VALUE, with a sentence, if an id is not in 0 .. vocab - 1.
// table (vocab, dim), ids (count) -> out (count, dim)
tt_status ops_embedding(float *out, const float *table, const int *ids, int count, int vocab, int dim);

// x + bias, by rows. In place. x (rows, cols), bias (cols) -> out (rows, cols)
tt_status ops_add_bias(float *out, const float *x, const float *bias, int rows, int cols);
