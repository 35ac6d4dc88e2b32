// layers.h: the layers of a network, forward and backward, with every product computed by backend->matmul.
//
// Shapes   images are (n, h, w, c), "NHWC"; convolution weights (kh, kw, cin, cout), "HWIO"; linear weights
//          (in, out). A layer "by rows" takes (rows, cols). All arrays are dense and row-major, except
//          attention's inputs, which may be slices of wider rows.
// Names    dx is the derivative of one number, the loss, with respect to x; it has x's shape. A backward
//          takes the derivative with respect to its output and what the forward took, and writes the
//          derivatives with respect to its inputs. It overwrites them: call it once per step.
// Forward  relu and embedding are in ops.h and not here again; max pool, gelu, softmax and layer norm are, in
//          ways that the compiler can vectorise.
// Errors   TT_BAD_SHAPE if a size is out of range or does not fit, TT_BAD_VALUE if a pointer that is needed
//          is NULL, TT_NO_MEMORY; outputs are then untouched. If a product fails (TT_TODO, for one that is
//          not written yet), the layer returns its status; outputs may then be half written.
// Overlap  where a line says "in place", the first output may be the first input; else no overlap.
// Threads  one. To use several, install a matmul that starts them.
// Scratch  TT_SCRATCH_LAYER; a matmul may use TT_SCRATCH_KERNEL.
// Sources  Rumelhart, Hinton, Williams: "Learning representations by back-propagating errors" (1986).
//          Chellapilla, Puri, Simard: "High Performance Convolutional Neural Networks for Document
//          Processing" (2006), section 3, for convolution as one product.
//          Vaswani et al.: "Attention Is All You Need" (2017), section 3.2, for attention.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ops/ops.h"
#include "core/status.h"

// x (rows, cols) -> out (cols, rows). A backward needs it: matmul does not transpose its operands.
tt_status nn_transpose(float *out, const float *x, int rows, int cols);

// x w + b; bias may be NULL. x (rows, in), w (in, out), bias (out) -> y (rows, out)
tt_status nn_linear(float *y, const float *x, const float *w, const float *bias, int rows, int in, int out);

// dx may be NULL (the first layer needs none), and so may dbias.
// dy (rows, out), x (rows, in), w (in, out) -> dx (rows, in), dw (in, out), dbias (out)
tt_status nn_linear_backward(float *dx, float *dw, float *dbias, const float *dy, const float *x,
                             const float *w, int rows, int in, int out);

// Convolution as a product: every window is copied into a row of a matrix ("im2col"), a few images at a time,
// so that the rows stay in cache. The same numbers as ops_conv2d up to rounding. bias may be NULL.
// x (n, h, w, cin), w (kh, kw, cin, cout), bias (cout) -> y (n, ho, wo, cout)
tt_status nn_conv2d(float *y, const float *x, const float *w, const float *bias, ops_conv2d_shape s);

// dx and dbias may be NULL.
// dy (n, ho, wo, cout), x, w -> dx (n, h, w, cin), dw (kh, kw, cin, cout), dbias (cout)
tt_status nn_conv2d_backward(float *dx, float *dw, float *dbias, const float *dy, const float *x,
                             const float *w, ops_conv2d_shape s);

// The windows of `images` pictures as rows: x (images, h, w, cin) -> rows (images * ho * wo, kh * kw * cin).
// s.n is not used. For code that computes a convolution from the same rows in another way.
tt_status nn_im2col(float *rows, const float *x, int images, ops_conv2d_shape s);

// ops_maxpool, the same bits, with all channels of a window at once. x (n, h, w, c) -> out (n, ho, wo, c)
tt_status nn_maxpool(float *out, const float *x, int n, int h, int w, int c, int window, int stride);

// If several values of a window are the largest, the first of them gets the derivative.
// dy (n, ho, wo, c), x (n, h, w, c) -> dx (n, h, w, c)
tt_status nn_maxpool_backward(float *dx, const float *dy, const float *x, int n, int h, int w, int c,
                              int window, int stride);

// y is the output of ops_relu; at 0 the derivative is taken as 0. In place. dy, y (count) -> dx (count)
tt_status nn_relu_backward(float *dx, const float *dy, const float *y, size_t count);

// ops_gelu with a tanh that the compiler can vectorise, within 1e-6 (1 + |x|) of it: the C library's tanhf takes
// one number at a time. In place. x (count) -> out (count)
tt_status nn_gelu(float *out, const float *x, size_t count);

// x is the input of ops_gelu. In place. dy, x (count) -> dx (count)
tt_status nn_gelu_backward(float *dx, const float *dy, const float *x, size_t count);

// ops_softmax in the same way, each number within 1e-6 of itself; but what lies more than 87 below its row's
// largest counts as 87 below, which is exp(-87) = 1.6e-38 and not 0. In place. x (rows, cols) -> out (rows, cols)
tt_status nn_softmax(float *out, const float *x, int rows, int cols);

// ops_layer_norm with sums in another order. In place. x (rows, cols), gain, bias (cols) -> out (rows, cols)
tt_status nn_layer_norm(float *out, const float *x, const float *gain, const float *bias, float eps, int rows,
                        int cols);

// x, gain and eps as nn_layer_norm took them. In place.
// dy, x (rows, cols), gain (cols) -> dx (rows, cols), dgain (cols), dbias (cols)
tt_status nn_layer_norm_backward(float *dx, float *dgain, float *dbias, const float *dy, const float *x,
                                 const float *gain, float eps, int rows, int cols);

// Rows of dtable whose number is not in ids become zeros. TT_BAD_VALUE if an id is not in 0 .. vocab - 1.
// dy (count, dim), ids (count) -> dtable (vocab, dim)
tt_status nn_embedding_backward(float *dtable, const float *dy, const int *ids, int count, int vocab,
                                int dim);

// Causal attention over n sequences. The queries belong to the last `queries` of `keys` tokens: query i
// attends to the keys 0 .. keys - queries + i, the last of which is its own. Heads are next to each other
// in a row: width = heads * head.
typedef struct {
    int n, queries, keys; // 1 <= queries <= keys unless n is 0
    int heads, head;      // each >= 1
    int q_row, kv_row;    // floats from one token to the next in q, and in k and v; each >= width
} nn_attention_shape;

// Floats that the forward saves for the backward: the softmax of the scores without most masked ones.
size_t nn_attention_saved(nn_attention_shape s);

// softmax(q k^T / sqrt(head)) v, head by head. saved may be NULL if no backward follows.
// q (n, queries, q_row), k, v (n, keys, kv_row), of each row the first width floats
// -> out (n, queries, width), saved (nn_attention_saved)
tt_status nn_attention(float *out, float *saved, const float *q, const float *k, const float *v,
                       nn_attention_shape s);

// The same with ops_softmax, and nothing saved.
tt_status nn_attention_textbook(float *out, const float *q, const float *k, const float *v,
                                nn_attention_shape s);

// dout (n, queries, width), saved, q, k, v as above -> dq, dk, dv, with the rows of q, k, v
tt_status nn_attention_backward(float *dq, float *dk, float *dv, const float *dout, const float *saved,
                                const float *q, const float *k, const float *v, nn_attention_shape s);

// The mean over rows of -log softmax(logits)[label], and its derivative; dlogits may be NULL. right,
// if not NULL, becomes the number of rows whose largest logit is the label's. TT_BAD_VALUE if a
// label is not in 0 .. cols - 1.
// logits (rows, cols), labels (rows) -> loss (1), right (1), dlogits (rows, cols)
tt_status nn_cross_entropy(double *loss, int *right, float *dlogits, const float *logits, const int *labels,
                           int rows, int cols);
