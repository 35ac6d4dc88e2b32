// Module 17: compression. Seven parts: which weights go, when they go, whole filters, products that skip what is
// gone, distillation, where it hurts, and tests of your own. Within a part work from top to bottom; the parts can
// be done in any order, but 4's prune_blocks and 6's prune_scan need part 1.
//
// The contract of every function is in compression.h. In short: weights are w (in, out), row-major; a mask has the
// same shape and is 0 where a weight goes; of equal magnitudes the lower index stays. Given: prune_gone (how many
// weights go), sparse_strips, tt_scratch for working memory (core/scratch.h), vec, vec_load and vec_store for
// vectors of VEC_FLOATS floats (core/vec.h). Refuse before you write: outputs of a call that fails are untouched.
//
// `return TT_TODO;` says that an exercise is not written yet. Delete it where you begin.
#include "compression.h"

#include <stdlib.h>
#include <string.h>

#include "core/scratch.h"
#include "core/vec.h"

// --- 1. Which weights go ---

// 1.1 The keep-th largest magnitude
//
// Approach: copy the magnitudes to tt_scratch (refuse NaN and infinity on the way). Choose one of them as the pivot
// and sort the copy into larger, equal, smaller. Only one of the three parts can hold the keep-th largest: go on
// with that one until it is the equal one. No full sort: half of the work of sorting is for numbers that you do
// not ask for, and then half of what is left, and so on.
// Example: w = (3 -7 1 5), keep = 2: the magnitudes in order are 7 5 3 1, so the threshold is 5.
tt_status prune_threshold(float *threshold, const float *w, size_t count, size_t keep)
{
    // TODO
    (void)threshold, (void)w, (void)count, (void)keep;
    return TT_TODO;
}

// 1.2 The mask of one layer
//
// Approach: keep = count - prune_gone(count, sparsity), and the threshold of 1.1. Everything above it stays. Of what
// equals it only as many stay as are missing, the first ones.
// Example: w = (2 -1 1 1), sparsity 0.5: two go; the threshold is 1, one is above it, so one tie stays: mask 1 1 0 0.
tt_status prune_mask(float *mask, const float *w, size_t count, double sparsity)
{
    // TODO
    (void)mask, (void)w, (void)count, (void)sparsity;
    return TT_TODO;
}

// 1.3 The masks of a network
//
// Approach: the same with the weights of all layers in one row: one threshold, one count of ties. A layer with small
// weights loses more of them.
// Example: layers (4 5) and (1 2), sparsity 0.5: masks 1 1 and 0 0.
tt_status prune_masks(float *const *masks, const float *const *w, const size_t *counts, int layers,
                      double sparsity)
{
    // TODO
    (void)masks, (void)w, (void)counts, (void)layers, (void)sparsity;
    return TT_TODO;
}

// 1.4 What is left
//
// Approach: count the weights that stay, and the blocks of `height` neighbouring outputs (of one input) in which at
// least one stays. A number of CSR takes a float and a column; a block takes `height` floats and one column; starts
// are one more than rows or strips. All of these are 4 bytes each.
// Example: mask (2, 5) = 1 0 0 0 0 / 1 1 0 0 1, height 4: 4 of 10 stay, sparsity 0.6; 40 bytes dense; CSR 4 * 8 + 6 * 4
// = 56; blocks: one in row 0, two in row 1: 3 * 20 + 3 * 4 = 72. At 9 positions 36 multiply-adds.
tt_status prune_count(prune_counts *c, const float *mask, int in, int out, int height, long long positions)
{
    // TODO
    (void)c, (void)mask, (void)in, (void)out, (void)height, (void)positions;
    return TT_TODO;
}

// --- 2. When they go, and the step that keeps them gone ---

// 2.1 The schedule
//
// Approach: three cases by step; `last` first, for a one-shot schedule has no time in between.
// Example: from 0 to 0.8 in steps 0 to 100: at 50 it is 0.8 - 0.8 * 0.5^3 = 0.7, at 100 it is 0.8.
tt_status prune_schedule(double *sparsity, double first, double last, long begin, long end, long step)
{
    // TODO
    (void)sparsity, (void)first, (void)last, (void)begin, (void)end, (void)step;
    return TT_TODO;
}

// 2.2 A step of SGD under a mask
//
// Approach: one loop. Where the mask is 0 set value and velocity to 0, and do not multiply: 0 times NaN is NaN, and a
// velocity that is kept moves the weight again. Elsewhere the two formulas.
// Example: value 1, velocity 0.5, grad 2, momentum 0.5, rate 0.1, decay 1: velocity 2.25, value 1 - 0.1 * 3.25 = 0.675.
tt_status prune_step_sgd(float *value, float *velocity, const float *grad, const float *mask, size_t count,
                         prune_sgd_options o)
{
    // TODO
    (void)value, (void)velocity, (void)grad, (void)mask, (void)count, (void)o;
    return TT_TODO;
}

// 2.3 A step of Adam under a mask
//
// Approach: the same with two averages. Compute the two corrections once, in double: 1 - pow(first, step).
// Example: all averages 0, step 1, grad 3, first 0.9, second 0.99: mean 0.3 and square 0.09, corrected 3 and 9: the value
// moves by rate * 3 / (3 + eps), which is nearly the rate, whatever the gradient's size.
tt_status prune_step_adam(float *value, float *mean, float *square, const float *grad, const float *mask,
                          size_t count, prune_adam_options o, long step)
{
    // TODO
    (void)value, (void)mean, (void)square, (void)grad, (void)mask, (void)count, (void)o, (void)step;
    return TT_TODO;
}

// --- 3. Whole filters ---

// 3.1 Norms
//
// Approach: an output's weights are a column of w. Sum their magnitudes in double, and round once.
// Example: w (2, 3) = 1 -2 0 / -3 1 0: norms 4 3 0.
tt_status prune_norms(float *norms, const float *w, int rows, int out)
{
    // TODO
    (void)norms, (void)w, (void)rows, (void)out;
    return TT_TODO;
}

// 3.2 The outputs that stay
//
// Approach: the threshold of 1.1 over the norms, ties as in 1.2; write the indices in order.
// Example: norms 4 3 0 3, keep 2: kept 0 1.
tt_status prune_choose(int *kept, const float *norms, int out, int keep)
{
    // TODO
    (void)kept, (void)norms, (void)out, (void)keep;
    return TT_TODO;
}

// 3.3 A layer without some of its outputs
//
// Approach: check kept first. Then row by row, the kept columns.
// Example: w (2, 3) = 1 2 3 / 4 5 6, kept 0 2: smaller (2, 2) = 1 3 / 4 6.
tt_status prune_outputs(float *smaller, const float *w, int rows, int out, const int *kept, int keep)
{
    // TODO
    (void)smaller, (void)w, (void)rows, (void)out, (void)kept, (void)keep;
    return TT_TODO;
}

// 3.4 The next layer without these inputs
//
// Approach: w's rows are (places, channels). At each place the kept channels' rows stay, whole. A picture that is
// flattened for a linear layer has its channels innermost, so channel c is row place * channels + c, not c * places +
// place.
// Example: 2 places, 3 channels, 1 output: w = 1 2 3 4 5 6, kept 0 2: smaller = 1 3 4 6.
tt_status prune_inputs(float *smaller, const float *w, int places, int channels, int out, const int *kept,
                       int keep)
{
    // TODO
    (void)smaller, (void)w, (void)places, (void)channels, (void)out, (void)kept, (void)keep;
    return TT_TODO;
}

// 3.5 A chain of layers
//
// Approach: check everything first: sizes that fit each other, pointers, finite weights. Then layer by layer: norms of
// the layer as it was, what stays of it; its weights without the inputs that the layer before lost, and without its
// own outputs that go; its bias without them. Remember what stays: it is the next layer's list of inputs.
// Example: layers 1 -> 3 -> 2, keep 2 2: the first becomes 1 -> 2, the second 2 -> 2; no number is new.
tt_status prune_filters(prune_layer *smaller, const prune_layer *layers, const int *keep, int count)
{
    // TODO
    (void)smaller, (void)layers, (void)keep, (void)count;
    return TT_TODO;
}

// --- 4. Products that skip what is gone ---

// 4.1 Build CSR
//
// Approach: count what is left (in the mask, and not 0) and refuse if it is more than room. Then output by output: its
// start, and down its column of w what is left, with the input's number as column. At the end one start more.
// Example: w (3, 2) = 0 5 / 7 0 / 0 6, no mask: starts 0 1 3, columns 1 0 2, values 7 5 6.
tt_status sparse_csr_build(sparse_csr *s, size_t room, const float *w, const float *mask, int in, int out)
{
    // TODO
    (void)s, (void)room, (void)w, (void)mask, (void)in, (void)out;
    return TT_TODO;
}

// 4.2 Check CSR
//
// Approach: sizes and pointers; starts[0]; then every start against the one before it and against room; only after that
// columns (in range, each larger than the one before it in its row) and values.
// Example: starts 0 9 2 with room for 2: refused at the 9, before anything at place 8 is read.
tt_status sparse_csr_check(const sparse_csr *s, size_t room)
{
    // TODO
    (void)s, (void)room;
    return TT_TODO;
}

// 4.3 The product by the textbook
//
// Approach: for each row of out: set it to 0, then for each of its values add value times row columns[t] of x.
// Example: 4.1's matrix times x (3, 1) = 1 10 100: out = 70 605.
tt_status sparse_csr_matmul_textbook(float *out, const sparse_csr *s, const float *x, int n)
{
    // TODO
    (void)out, (void)s, (void)x, (void)n;
    return TT_TODO;
}

// 4.4 The product with its sums in registers
//
// Approach: 4.3 loads and stores a row of out for each value. Take a piece of the batch instead that fits registers: 64
// columns, but at most 8 vectors. For each output: that many sums, starting at 0; for each value: sum[v] += value *
// vec_load(row + v * VEC_FLOATS); then store. Write the piece as a function in which the number of vectors is a constant
// (static inline with __attribute__((always_inline)), called with 4 or 8, 2 and 1), so that the loop over v unrolls. The
// last columns, too few for a vector: one by one, or from a padded copy, never past the end of x.
// Example: as 4.3.
tt_status sparse_csr_matmul(float *out, const sparse_csr *s, const float *x, int n)
{
    // TODO
    (void)out, (void)s, (void)x, (void)n;
    return TT_TODO;
}

// 4.5 Whole blocks go
//
// Approach: for each block (input p, strip b) the sum of its magnitudes, in double, rounded to float; prune_mask over these
// in * strips sums; then spread each answer over the block's weights. Sums and their mask need room while prune_mask
// runs: take TT_SCRATCH_LAYER if prune_mask takes TT_SCRATCH_KERNEL.
// Example: in 2, out 6, height 4: strips are outputs 0 to 3 and 4 to 5, four blocks in all; at sparsity 0.5 two go.
tt_status prune_blocks(float *mask, const float *w, int in, int out, int height, double sparsity)
{
    // TODO
    (void)mask, (void)w, (void)in, (void)out, (void)height, (void)sparsity;
    return TT_TODO;
}

// 4.6 Build blocks
//
// Approach: as 4.1, strip by strip: a block in which anything is left is stored whole, with 0 for what is masked and for
// outputs that the last strip does not have.
// Example: w (2, 5), height 4, all 1, no mask: starts 0 2 4, columns 0 1 0 1, values 1 1 1 1, 1 1 1 1, 1 0 0 0, 1 0 0 0.
tt_status sparse_blocks_build(sparse_blocks *s, size_t room, const float *w, const float *mask, int in,
                              int out, int height)
{
    // TODO
    (void)s, (void)room, (void)w, (void)mask, (void)in, (void)out, (void)height;
    return TT_TODO;
}

// 4.7 Check blocks
//
// Approach: as 4.2 with strips for rows; and in the last strip's blocks what lies beyond the last output must be 0.
// Example: height 5 is refused before anything is divided by it.
tt_status sparse_blocks_check(const sparse_blocks *s, size_t room)
{
    // TODO
    (void)s, (void)room;
    return TT_TODO;
}

// 4.8 The product by blocks
//
// Approach: 4.4 with `height` outputs at once. For each block load a piece of a row of x once, and add it, times each of
// the block's values, to the sums of that output. Sums that fit registers: 16 vectors with AVX-512, 8 otherwise: 4
// outputs by 4 (2) vectors, 8 by 2 (1), 16 by 1 (two times 8 by 1). Height and vectors are constants in the
// piece: switch on s->height. The last strip must not write beyond the last row of out.
// Example: 4.6's matrix times x (2, 1) = 3 4: out = 7 7 7 7 7.
tt_status sparse_blocks_matmul(float *out, const sparse_blocks *s, const float *x, int n)
{
    // TODO
    (void)out, (void)s, (void)x, (void)n;
    return TT_TODO;
}

// 4.9 A layer, and a network
//
// Approach: the product of its format, then the bias of output j to all of row j, then relu. The network's x has a row for
// each item and the products want one for each input: transpose x into work[0], run the layers from work to work, and
// transpose what the last one wrote.
// Example: 4.1's matrix, bias -100 0, relu, x = 1 10 100: y = 0 605.
tt_status sparse_linear_run(float *y, const float *x, const sparse_linear *l, int n)
{
    // TODO
    (void)y, (void)x, (void)l, (void)n;
    return TT_TODO;
}

tt_status sparse_network_run(float *logits, const float *x, const sparse_linear *layers, int count,
                             float *const work[2], int n)
{
    // TODO
    (void)logits, (void)x, (void)layers, (void)count, (void)work, (void)n;
    return TT_TODO;
}

// --- 5. Distillation ---

// 5.1 Soft targets
//
// Approach: row by row: subtract the largest logit, divide by the temperature, exp, divide by the sum. In double, for two
// floats can be further apart than a float can say.
// Example: logits 0 and 2 ln 3 at temperature 2: exp 0 and exp ln 3 are 1 and 3: targets 0.25 0.75.
tt_status distill_targets(float *targets, const float *logits, float temperature, int rows, int classes)
{
    // TODO
    (void)targets, (void)logits, (void)temperature, (void)rows, (void)classes;
    return TT_TODO;
}

// 5.2 The mixed loss and its gradient
//
// Approach: log p_j = (z_j - max) / T - log(sum of exp of these): from the logits and not as the logarithm of a probability,
// which may be 0. The derivative of -sum of q log p with respect to the logit j is (p_j - q_j) / T if q sums to 1: with T^2
// before it, one T is left. Both means are over rows.
// Example: two classes, logits 0 0, label 0, targets 0.5 0.5, T 2, soft 0.5: loss 0.5 ln 2 + 0.5 * 4 ln 2 = 1.733; dlogits
// 0.5 (0.5 - 1) = -0.25 and 0.25, for the soft part is at its least.
tt_status distill_loss(double *loss, float *dlogits, const float *logits, const float *targets,
                       const int *labels, float temperature, float soft, int rows, int classes)
{
    // TODO
    (void)loss, (void)dlogits, (void)logits, (void)targets, (void)labels, (void)temperature, (void)soft,
        (void)rows, (void)classes;
    return TT_TODO;
}

// --- 6. Where it hurts ---

// 6.1 The scan
//
// Approach: refuse what is bad before the first evaluation. Then for each layer and sparsity: prune_mask into work, a list
// of masks in which only this layer's is not NULL, evaluate. The list comes from malloc: evaluate may use tt_scratch.
// Example: 2 layers, 3 sparsities: 6 evaluations; loss[4] is layer 1 at sparsities[1], layer 0 dense.
tt_status prune_scan(double *loss, prune_evaluate *evaluate, void *of, const float *const *w,
                     const size_t *counts, int layers, const double *sparsities, int levels, float *work)
{
    // TODO
    (void)loss, (void)evaluate, (void)of, (void)w, (void)counts, (void)layers, (void)sparsities, (void)levels,
        (void)work;
    return TT_TODO;
}

// 6.2 One level for each layer
//
// Approach: there are at most 8^8 choices, about 17 million: try them all, by a function that chooses for one layer and
// calls itself for the next, and does not go on where the bytes are used up.
// Example: loss 1 2 / 1 9, bytes 10 5 / 10 5, budget 15: levels 1 0 (loss 3) and not 0 1 (loss 10).
tt_status prune_choose_levels(int *level, const double *loss, const size_t *bytes, int layers, int levels,
                              size_t budget)
{
    // TODO
    (void)level, (void)loss, (void)bytes, (void)layers, (void)levels, (void)budget;
    return TT_TODO;
}

// --- 7. Break it ---

// 7.1 Weights that expose a wrong mask
//
// Approach: what can a selection do wrong? Ties, all of them or from the wrong end; signs; nothing stays, everything stays;
// an odd count.
// Example: count = 3, keep = 1, w = 1 1 1: a mask that keeps all ties keeps three.
tt_status break_mask(int input, int *count, int *keep, float *w)
{
    // TODO
    (void)input, (void)count, (void)keep, (void)w;
    return TT_TODO;
}

// 7.2 A matrix that exposes a wrong sparse product
//
// Approach: sizes that are no multiple of anything and all different; outputs without a weight, inputs without one; more
// and fewer items than a piece; numbers that half precision does not have.
// Example: in = 2, out = 3, n = 1, w = 0 0 1 / 0 0 2: a product that forgets to zero the rows without weights.
tt_status break_sparse(int input, int *in, int *out, int *n, float *w, float *x)
{
    // TODO
    (void)input, (void)in, (void)out, (void)n, (void)w, (void)x;
    return TT_TODO;
}
