// ops.h: the layers of modules 1-14 as plain loops, whose results every faster version is checked against.
//
// Shapes   n images, h rows, w columns of pixels, c channels (cin, cout), a window of kh x kw, an output of
//          ho x wo pixels. Images are (n, h, w, c), "NHWC"; convolution weights (kh, kw, cin, cout), "HWIO".
//          Row-major, dense. An operation "by rows" takes (rows, cols) and computes each row independently.
// Sizes    n, cin, cout, c, rows, cols, count, vocab and dim may be 0: an empty array is neither read nor
//          written. The sides of a picture and of a window and the stride are at least 1.
// Errors   TT_BAD_SHAPE if a size is out of range or a window does not fit, TT_BAD_VALUE if a pointer that is
//          needed is NULL or an argument is out of its range; out is then untouched.
// NaN      in the input makes every output that depends on it NaN. A maximum or a relu that drops it
//          would hide the bug that made it.
// Overlap  where the line says "in place", out may be x itself; otherwise out must not overlap an input.
// Sources  Goodfellow, Bengio, Courville: "Deep Learning" (2016), 4.1 softmax, 9.1 convolution, 9.3 pooling.
//          Hendrycks, Gimpel: "Gaussian Error Linear Units" (2016), section 2, for gelu.
//          Ba, Kiros, Hinton: "Layer Normalization" (2016), section 3.
#pragma once

#include <stddef.h>

#include "core/status.h"

typedef struct {
    int n, h, w, cin; // x (n, h, w, cin)
    int kh, kw, cout; // weights (kh, kw, cin, cout)
    int stride;       // pixels from one window to the next, both ways
    int pad;          // rows and columns of zeros on each of the four sides
} ops_conv2d_shape;

// How many positions a window has along one side: (size + 2 pad - window) / stride + 1, rounded down. 0 if
// there is no position, if an argument is out of range, or if size + 2 pad is more than an int holds.
int ops_out_size(int size, int window, int stride, int pad);

// Convolution as neural networks define it: the window is not flipped. bias (cout) may be NULL: then it is 0.
// x (n, h, w, cin), weights (kh, kw, cin, cout) -> out (n, ho, wo, cout)
tt_status ops_conv2d(float *out, const float *x, const float *weights, const float *bias, ops_conv2d_shape s);

// The largest value in each square window, channel by channel. There is no padding: rows and columns that do
// not fill a window are left out.
// x (n, h, w, c) -> out (n, ho, wo, c)
tt_status ops_maxpool(float *out, const float *x, int n, int h, int w, int c, int window, int stride);

// max(x, 0). In place. x (count) -> out (count)
tt_status ops_relu(float *out, const float *x, size_t count);

// x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), at most 5e-4 from x Phi(x), the exact form. In place.
// x (count) -> out (count)
tt_status ops_gelu(float *out, const float *x, size_t count);

// exp(x) / sum of exp(x), by rows. The row's maximum is subtracted first, so that no exp overflows. -infinity
// gives 0, which attention's mask uses; a row of -infinity alone, or one with +infinity, gives NaN.
// In place. x (rows, cols) -> out (rows, cols)
tt_status ops_softmax(float *out, const float *x, int rows, int cols);

// (x - mean) / sqrt(variance + eps) * gain + bias, by rows; the variance divides by cols, not cols - 1.
// In place. eps is positive and finite. x (rows, cols), gain (cols), bias (cols) -> out (rows, cols)
tt_status ops_layer_norm(float *out, const float *x, const float *gain, const float *bias, float eps,
                         int rows, int cols);

// Row ids[i] of the table for every i. TT_BAD_VALUE and a sentence if an id is not in 0 .. vocab - 1.
// table (vocab, dim), ids (count) -> out (count, dim)
tt_status ops_embedding(float *out, const float *table, const int *ids, int count, int vocab, int dim);

// x + bias, by rows. In place. x (rows, cols), bias (cols) -> out (rows, cols)
tt_status ops_add_bias(float *out, const float *x, const float *bias, int rows, int cols);
