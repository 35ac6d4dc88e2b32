// compression.h: fewer weights: which ones go, how a model learns to do without them, and products that skip
// them.
//
// Shapes   a layer's weights are w (in, out), row-major, as in nn/layers.h; a mask has the shape of its
//          weights. The weights of a convolution are (kh, kw, cin, cout), which in memory is (kh kw cin,
//          cout). A sparse matrix has a row for each output and a column for each input, so it is the
//          transpose of w; what it multiplies has a row for each input and a column for each item of the
//          batch. Loop letters: p inputs, j outputs, i items.
// Masks    floats, 1 where a weight stays and 0 where it goes, as common's optimiser takes them.
// Sparsity the part that goes, 0 .. 1. Of `count` weights prune_gone(count, sparsity) go, exactly.
// Ties     of equal magnitudes the ones with the lower index stay.
// Errors   TT_BAD_SHAPE: a negative size, or sizes that do not fit each other or their room. TT_BAD_VALUE: a
//          pointer that is needed is NULL, a sparsity outside 0 .. 1, a weight that is NaN or infinite where
//          one is chosen by its magnitude, an option out of its range. TT_NO_MEMORY. Outputs are then
//          untouched. Sizes of 0 are valid.
// Overlap  outputs must not overlap inputs, unless a line says "in place".
// Memory   the caller allocates all arrays; a function may use tt_scratch.
// Sources  Han et al., "Learning both Weights and Connections for Efficient Neural Networks", NIPS 2015, 3
//          (magnitude). Zhu, Gupta, "To prune, or not to prune", 2017, equation 1 (gradual). Li et al.,
//          "Pruning Filters for Efficient ConvNets", ICLR 2017, 3.1 (filters by their L1 norm). Hoare,
//          "Algorithm 65: Find", CACM 1961 (selection). Hinton, Vinyals, Dean, "Distilling the Knowledge in a
//          Neural Network", 2015, 2 (temperature). Saad, "Iterative Methods for Sparse Linear Systems", 2003,
//          3.4 (CSR).
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

// How many of `count` weights go at a sparsity: rounded to nearest, half up.
static inline size_t prune_gone(size_t count, double sparsity)
{
    return (size_t)floor((double)count * sparsity + 0.5);
}

// --- 1. Which weights go: the smallest ---

// The keep-th largest |w|, in time that grows with count and not with count log count (selection, not
// sorting). If keep is 0 it is infinity. TT_BAD_SHAPE if keep > count. w (count) -> *threshold
tt_status prune_threshold(float *threshold, const float *w, size_t count, size_t keep);

// The mask of one layer: exactly prune_gone(count, sparsity) zeros, at the smallest magnitudes.
// w (count) -> mask (count)
tt_status prune_mask(float *mask, const float *w, size_t count, double sparsity);

// The masks of a whole network under one threshold: of all weights of all layers together exactly
// prune_gone(their number, sparsity) go. An index counts through the layers in order. w[l] (counts[l]) ->
// masks[l] (counts[l])
tt_status prune_masks(float *const *masks, const float *const *w, const size_t *counts, int layers,
                      double sparsity);

typedef struct {
    size_t weights, kept;
    double sparsity;     // (weights - kept) / weights; 0 if there are none
    size_t dense_bytes;  // all weights as floats
    size_t csr_bytes;    // section 4's CSR: values, columns and row starts
    size_t blocks_bytes; // section 4's blocks: whole blocks of values, columns and strip starts
    long long macs;      // multiply-adds that are left, for `positions` places at which the layer is applied
} prune_counts;

// What is left of a layer; blocks are `height` outputs high (4, 8 or 16, else TT_BAD_VALUE). A linear layer
// is applied at one position, a convolution at each pixel of its output. mask (in, out) -> *c
tt_status prune_count(prune_counts *c, const float *mask, int in, int out, int height, long long positions);

// --- 2. When they go, and the step that keeps them gone ---

// The sparsity at `step` of a gradual schedule that begins with `first` at step `begin` and ends with `last`
// at step `end`: last + (first - last) (1 - (step - begin) / (end - begin))^3; `first` before begin, `last`
// from end on. One-shot is begin == end. TT_BAD_VALUE if end < begin, or first or last is no sparsity. ->
// *sparsity
tt_status prune_schedule(double *sparsity, double first, double last, long begin, long end, long step);

typedef struct {
    float rate, momentum, decay; // rate > 0, 0 <= momentum < 1, decay >= 0
} prune_sgd_options;

typedef struct {
    float rate, first, second, eps, decay; // rate, eps > 0; 0 <= first, second < 1; decay >= 0
} prune_adam_options;

// One step of SGD with momentum: velocity = momentum velocity + grad; value -= rate (velocity + decay value).
// Where the mask is 0, value and velocity are exactly 0 afterwards, whatever they and the gradient were (NaN
// included). mask may be NULL: all ones. grad, mask (count) -> value, velocity (count), in place
tt_status prune_step_sgd(float *value, float *velocity, const float *grad, const float *mask, size_t count,
                         prune_sgd_options o);

// One step of Adam with decoupled decay; steps count from 1. mean = first mean + (1 - first) grad; square =
// second square + (1 - second) grad^2; value -= rate (mean' / (sqrt(square') + eps) + decay value), where '
// divides by 1 - first^step and 1 - second^step. Masks as above: value, mean and square are exactly 0 there.
// TT_BAD_VALUE if step < 1. grad, mask (count) -> value, mean, square (count), in place
tt_status prune_step_adam(float *value, float *mean, float *square, const float *grad, const float *mask,
                          size_t count, prune_adam_options o, long step);

// --- 3. Whole filters: a smaller network of dense layers ---

// The L1 norm of each output's weights, summed in double and rounded to float. TT_BAD_VALUE if a weight is
// NaN or infinite. w (rows, out) -> norms (out)
tt_status prune_norms(float *norms, const float *w, int rows, int out);

// The `keep` outputs with the largest norms, in ascending order of their index. TT_BAD_SHAPE if keep is not 0
// .. out; TT_BAD_VALUE if a norm is NaN or infinite. norms (out) -> kept (keep)
tt_status prune_choose(int *kept, const float *norms, int out, int keep);

// This layer without the outputs that go: the kept columns of w. A bias is one row.
// w (rows, out), kept (keep, each 0 .. out - 1 and larger than the one before, else TT_BAD_VALUE) -> smaller
// (rows, keep)
tt_status prune_outputs(float *smaller, const float *w, int rows, int out, const int *kept, int keep);

// The next layer without the inputs that went. Its rows are (places, channels): kh kw places of a
// convolution, h w places of a linear layer behind a picture of (h, w, channels), one place of a linear layer
// behind a linear one. w (places, channels, out), kept (keep) -> smaller (places, keep, out)
tt_status prune_inputs(float *smaller, const float *w, int places, int channels, int out, const int *kept,
                       int keep);

// One layer of a chain: w (places, channels, out), bias (out). A layer's out is the next layer's channels.
typedef struct {
    int places, channels, out;
    float *w, *bias;
} prune_layer;

// The whole chain with keep[l] outputs in layer l, those with the largest norms in the layer as it was before
// anything was removed. The last layer keeps all of its outputs: keep[layers - 1] must say so, else
// TT_BAD_SHAPE. smaller[l].w and .bias point to room for places * keep[l - 1] * keep[l] and keep[l] floats;
// its sizes are set here. layers (count) -> smaller (count)
tt_status prune_filters(prune_layer *smaller, const prune_layer *layers, const int *keep, int count);

// --- 4. Products that skip what is gone ---

// Compressed sparse rows: row j's values are values[starts[j]] .. values[starts[j + 1] - 1], at those
// columns.
typedef struct {
    int rows, cols;
    int32_t *starts;  // (rows + 1), starts[0] is 0
    int32_t *columns; // (starts[rows]), ascending in each row
    float *values;    // (starts[rows])
} sparse_csr;

// The weights that are left, by output. What is masked or is 0 is not stored; mask may be NULL: all ones.
// s->starts, columns and values point to room for out + 1 and `room` numbers; sizes and contents are set
// here. TT_BAD_SHAPE if more than `room` numbers are left. w, mask (in, out) -> s (rows out, cols in)
tt_status sparse_csr_build(sparse_csr *s, size_t room, const float *w, const float *mask, int in, int out);

// Whether a matrix from outside can be multiplied without reading or writing where it must not: sizes >= 0,
// starts from 0 and never backwards to at most `room`, columns in range and each larger than the one before
// it in its row, values finite. TT_OK, or TT_BAD_VALUE. The products below need not check it again.
tt_status sparse_csr_check(const sparse_csr *s, size_t room);

// out = s x, as the textbook has it: each value times its row of x is added to a row of out.
// x (s->cols, n) -> out (s->rows, n)
typedef tt_status sparse_csr_product(float *out, const sparse_csr *s, const float *x, int n);
sparse_csr_product sparse_csr_matmul_textbook;

// The same numbers up to rounding, with a piece of a row of out in registers until all of its values are
// added.
sparse_csr_product sparse_csr_matmul;

// Blocks: `height` neighbouring outputs that share their inputs. Strip b is the outputs b height .. b height
// + height - 1; its blocks are starts[b] .. starts[b + 1] - 1. Block t lies at column columns[t], and its
// values, one for each output of the strip, are values[t height] .. A last strip that is narrower than
// `height` is padded with zeros.
typedef struct {
    int rows, cols, height; // height is 4, 8 or 16
    int32_t *starts;        // (strips + 1)
    int32_t *columns;       // (starts[strips]), ascending in each strip
    float *values;          // (starts[strips], height)
} sparse_blocks;

static inline int sparse_strips(int rows, int height) { return rows / height + (rows % height != 0); }

// A mask of whole blocks: of the in * strips blocks exactly prune_gone(their number, sparsity) go, those with
// the smallest sum of magnitudes (in double, rounded to float). A block's index, for ties, is p strips +
// strip: the order in memory of w. w (in, out) -> mask (in, out)
tt_status prune_blocks(float *mask, const float *w, int in, int out, int height, double sparsity);

// Blocks from a mask: a block in which any weight is left and not 0 is stored, with 0 for what is masked.
// Room is for strips + 1 starts, `room` columns and room * height values; mask may be NULL.
// w, mask (in, out) -> s (rows out, cols in)
tt_status sparse_blocks_build(sparse_blocks *s, size_t room, const float *w, const float *mask, int in,
                              int out, int height);

// As sparse_csr_check, `room` in blocks; the padding of the last strip must be 0.
tt_status sparse_blocks_check(const sparse_blocks *s, size_t room);

// out = s x. One piece of a row of x is loaded once for all outputs of a block. x (s->cols, n) -> out
// (s->rows, n)
tt_status sparse_blocks_matmul(float *out, const sparse_blocks *s, const float *x, int n);

// A linear layer with sparse weights: exactly one of csr and blocks is not NULL, else TT_BAD_VALUE.
typedef struct {
    const sparse_csr *csr;
    const sparse_blocks *blocks;
    const float *bias; // (outputs)
    bool relu;         // what is negative becomes 0
} sparse_linear;

// s x + bias, then relu. x (inputs, n) -> y (outputs, n)
tt_status sparse_linear_run(float *y, const float *x, const sparse_linear *l, int n);

// Layers in order, with the batch across until the end. work[0] and work[1] each hold the input and the
// largest output of any layer, for n items. TT_BAD_SHAPE if count < 1, or a layer's inputs are not the
// outputs of the one before it. x (n, inputs of the first) -> logits (n, outputs of the last)
tt_status sparse_network_run(float *logits, const float *x, const sparse_linear *layers, int count,
                             float *const work[2], int n);

// --- 5. Distillation: a small network that learns from a large one ---

// Soft targets: the softmax of logits / temperature, without overflow for any finite logits. TT_BAD_VALUE if
// the temperature is not positive and finite. logits (rows, classes) -> targets (rows, classes), which may be
// the same array
tt_status distill_targets(float *targets, const float *logits, float temperature, int rows, int classes);

// The mean over rows of (1 - soft) C(label, softmax(logits)) + soft temperature^2 C(targets, softmax(logits /
// temperature)), where C(q, p) = -sum of q log p, and its derivative with respect to logits. dlogits may be
// NULL. targets are the teacher's at the same temperature, and sum to 1 in each row. TT_BAD_VALUE if soft is
// not 0 .. 1 or a label is no class; TT_BAD_SHAPE if rows or classes < 1.
// logits, targets (rows, classes), labels (rows) -> *loss, dlogits (rows, classes)
tt_status distill_loss(double *loss, float *dlogits, const float *logits, const float *targets,
                       const int *labels, float temperature, float soft, int rows, int classes);

// --- 6. Where it hurts ---

// Evaluates a network on validation data with these masks; masks[l] is NULL where layer l is dense. It
// returns its loss, which is lower where the network is better.
typedef double prune_evaluate(void *of, const float *const *masks, int layers);

// The loss with each layer pruned alone, by prune_mask, at each sparsity. `evaluate` is called once for each,
// in any order, after everything that can be refused has been looked at; it may use tt_scratch.
// work holds the largest layer's mask. w[l] (counts[l]), sparsities (levels) -> loss (layers, levels)
tt_status prune_scan(double *loss, prune_evaluate *evaluate, void *of, const float *const *w,
                     const size_t *counts, int layers, const double *sparsities, int levels, float *work);

// One level for each layer, so that the sum of loss is the least that is possible with a sum of bytes of at
// most `budget`. Layers hurt independently here, which is only nearly true: that is why a scan is cheap.
// TT_BAD_SHAPE if layers or levels is not 1 .. PRUNE_MOST; TT_BAD_VALUE if a loss is not finite, or no choice
// fits. loss, bytes (layers, levels) -> level (layers)
enum { PRUNE_MOST = 8 };
tt_status prune_choose_levels(int *level, const double *loss, const size_t *bytes, int layers, int levels,
                              size_t budget);

// --- 7. Break it ---

enum { BREAK_INPUTS = 4, BREAK_MOST = 128 };

// Input number `input`, 0 .. BREAK_INPUTS - 1, for kernels that make a mask and may be wrong: `count`
// weights, of which `keep` stay (all of them if keep >= count). Both are 0 .. BREAK_MOST. -> *count, *keep, w
// (count)
tt_status break_mask(int input, int *count, int *keep, float *w);

// And for sparse products that may be wrong: w (in, out) with the zeros that you choose, x (in, n). Sizes are
// 0 .. BREAK_MOST; the planted kernels build their sparse matrix of w. -> *in, *out, *n, w (in, out), x (in,
// n)
tt_status break_sparse(int input, int *in, int *out, int *n, float *w, float *x);
