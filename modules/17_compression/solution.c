// solution.c: the reference. A weight that is gone is not stored, not read and not multiplied.
#include "compression.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/scratch.h"
#include "core/vec.h"

#define INLINE static inline __attribute__((always_inline))

static bool is_sparsity(double x) { return x >= 0 && x <= 1; } // false for NaN

static bool all_finite(const float *w, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(w[i])) return false;
    return true;
}

// --- 1. Which weights go ---

static void swap(float *x, float *y)
{
    float kept = *x;
    *x = *y, *y = kept;
}

// Hoare's Find: one pass sorts x into what is larger than a pivot, equal and smaller, and then only the part
// that holds the keep-th largest is looked at again. Each pass is about two thirds as long as the one before, so
// all of them together cost some passes over x. A pivot at random: no order of the weights is a bad one. What is
// equal has a part of its own: else many ties would make a part that never shrinks.
static float select_largest(float *x, size_t count, size_t keep)
{
    size_t first = 0, last = count; // the answer is one of these
    for (unsigned random = 1;;) {
        random = random * 1664525 + 1013904223;
        const float pivot = x[first + (size_t)((double)random / 0x1p32 * (double)(last - first))];
        size_t larger = first, smaller = last; // where the parts begin and end so far
        for (size_t i = first; i < smaller;) {
            if (x[i] > pivot) swap(&x[larger++], &x[i++]);
            else if (x[i] < pivot) swap(&x[--smaller], &x[i]);
            else i++;
        }
        if (keep <= larger) last = larger;
        else if (keep > smaller) first = smaller;
        else return pivot;
    }
}

// The keep-th largest magnitude of all layers together.
static tt_status find_threshold(float *threshold, const float *const *w, const size_t *counts, int layers,
                                size_t keep)
{
    size_t count = 0;
    for (int l = 0; l < layers; l++) {
        if (counts[l] > 0 && !w[l]) return TT_BAD_VALUE;
        count += counts[l];
    }
    if (keep > count) return TT_BAD_SHAPE;
    float *room = tt_scratch(TT_SCRATCH_KERNEL, count * sizeof *room), *to = room;
    if (!room && count > 0) return TT_NO_MEMORY;
    for (int l = 0; l < layers; l++) {
        if (!all_finite(w[l], counts[l])) return TT_BAD_VALUE;
        for (size_t i = 0; i < counts[l]; i++) *to++ = fabsf(w[l][i]);
    }
    *threshold = keep > 0 ? select_largest(room, count, keep) : INFINITY;
    return TT_OK;
}

tt_status prune_threshold(float *threshold, const float *w, size_t count, size_t keep)
{
    return threshold ? find_threshold(threshold, &w, &count, 1, keep) : TT_BAD_VALUE;
}

// What is above the threshold stays; of what equals it the first ones, until `keep` stay in all.
static void mark_largest(float *const *masks, const float *const *w, const size_t *counts, int layers,
                         float threshold, size_t keep)
{
    size_t ties = keep;
    for (int l = 0; l < layers; l++)
        for (size_t i = 0; i < counts[l]; i++) ties -= fabsf(w[l][i]) > threshold;
    for (int l = 0; l < layers; l++)
        for (size_t i = 0; i < counts[l]; i++) {
            const float magnitude = fabsf(w[l][i]);
            const bool tie = magnitude == threshold && ties > 0;
            masks[l][i] = magnitude > threshold || tie;
            ties -= tie;
        }
}

tt_status prune_masks(float *const *masks, const float *const *w, const size_t *counts, int layers,
                      double sparsity)
{
    if (layers < 0) return TT_BAD_SHAPE;
    if (!is_sparsity(sparsity) || (layers > 0 && (!masks || !w || !counts))) return TT_BAD_VALUE;
    size_t count = 0;
    for (int l = 0; l < layers; l++) {
        if (counts[l] > 0 && !masks[l]) return TT_BAD_VALUE;
        count += counts[l];
    }
    const size_t keep = count - prune_gone(count, sparsity);
    float threshold;
    tt_status status = find_threshold(&threshold, w, counts, layers, keep);
    if (status == TT_OK) mark_largest(masks, w, counts, layers, threshold, keep);
    return status;
}

tt_status prune_mask(float *mask, const float *w, size_t count, double sparsity)
{
    return prune_masks(&mask, &w, &count, 1, sparsity);
}

static bool is_height(int height) { return height == 4 || height == 8 || height == 16; }

// Whether any of the block's weights stays: of input p, the outputs from `first` on.
static bool any_stays(const float *mask, int out, int height, size_t p, int first)
{
    for (int j = first; j < out && j < first + height; j++)
        if (mask[p * out + j] != 0) return true;
    return false;
}

tt_status prune_count(prune_counts *c, const float *mask, int in, int out, int height, long long positions)
{
    if (in < 0 || out < 0 || positions < 0) return TT_BAD_SHAPE;
    const size_t weights = (size_t)in * out;
    if (!c || !is_height(height) || (weights > 0 && !mask)) return TT_BAD_VALUE;
    size_t kept = 0, blocks = 0;
    for (size_t i = 0; i < weights; i++) kept += mask[i] != 0;
    for (int p = 0; p < in; p++)
        for (int j = 0; j < out; j += height) blocks += any_stays(mask, out, height, p, j);
    *c = (prune_counts){
        .weights = weights,
        .kept = kept,
        .sparsity = weights > 0 ? (double)(weights - kept) / (double)weights : 0,
        .dense_bytes = weights * sizeof(float),
        .csr_bytes = kept * (sizeof(float) + sizeof(int32_t)) + ((size_t)out + 1) * sizeof(int32_t),
        .blocks_bytes = blocks * (height * sizeof(float) + sizeof(int32_t)) +
                        ((size_t)sparse_strips(out, height) + 1) * sizeof(int32_t),
        .macs = (long long)kept * positions,
    };
    return TT_OK;
}

// --- 2. When they go, and the step that keeps them gone ---

tt_status prune_schedule(double *sparsity, double first, double last, long begin, long end, long step)
{
    if (!sparsity || end < begin || !is_sparsity(first) || !is_sparsity(last)) return TT_BAD_VALUE;
    if (step >= end) *sparsity = last;
    else if (step < begin) *sparsity = first;
    else {
        const double left = 1 - ((double)step - (double)begin) / ((double)end - (double)begin);
        *sparsity = last + (first - last) * left * left * left;
    }
    return TT_OK;
}

// A masked weight is set and not multiplied: a product with 0 would keep a NaN, and it would let the velocity
// bring the weight back at the next step.

tt_status prune_step_sgd(float *value, float *velocity, const float *grad, const float *mask, size_t count,
                         prune_sgd_options o)
{
    if (!(o.rate > 0) || !(o.momentum >= 0 && o.momentum < 1) || !(o.decay >= 0)) return TT_BAD_VALUE;
    if (count > 0 && (!value || !velocity || !grad)) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++) {
        if (mask && mask[i] == 0) {
            value[i] = velocity[i] = 0;
        } else {
            velocity[i] = o.momentum * velocity[i] + grad[i];
            value[i] -= o.rate * (velocity[i] + o.decay * value[i]);
        }
    }
    return TT_OK;
}

tt_status prune_step_adam(float *value, float *mean, float *square, const float *grad, const float *mask,
                          size_t count, prune_adam_options o, long step)
{
    if (!(o.rate > 0) || !(o.eps > 0) || !(o.decay >= 0) || step < 1) return TT_BAD_VALUE;
    if (!(o.first >= 0 && o.first < 1) || !(o.second >= 0 && o.second < 1)) return TT_BAD_VALUE;
    if (count > 0 && (!value || !mean || !square || !grad)) return TT_BAD_VALUE;
    // The averages start at 0 and are too small by these factors until they have seen enough.
    const double for_mean = 1 - pow((double)o.first, (double)step);
    const double for_square = 1 - pow((double)o.second, (double)step);
    for (size_t i = 0; i < count; i++) {
        if (mask && mask[i] == 0) {
            value[i] = mean[i] = square[i] = 0;
        } else {
            mean[i] = o.first * mean[i] + (1 - o.first) * grad[i];
            square[i] = o.second * square[i] + (1 - o.second) * grad[i] * grad[i];
            const float direction =
                (float)(mean[i] / for_mean) / (sqrtf((float)(square[i] / for_square)) + o.eps);
            value[i] -= o.rate * (direction + o.decay * value[i]);
        }
    }
    return TT_OK;
}

// --- 3. Whole filters ---

tt_status prune_norms(float *norms, const float *w, int rows, int out)
{
    if (rows < 0 || out < 0) return TT_BAD_SHAPE;
    if ((out > 0 && !norms) || ((size_t)rows * out > 0 && !w)) return TT_BAD_VALUE;
    if (!all_finite(w, (size_t)rows * out)) return TT_BAD_VALUE;
    for (int j = 0; j < out; j++) {
        double sum = 0;
        for (int p = 0; p < rows; p++) sum += (double)fabsf(w[(size_t)p * out + j]);
        norms[j] = (float)sum;
    }
    return TT_OK;
}

tt_status prune_choose(int *kept, const float *norms, int out, int keep)
{
    if (out < 0 || keep < 0 || keep > out) return TT_BAD_SHAPE;
    if ((keep > 0 && !kept) || (out > 0 && !norms)) return TT_BAD_VALUE;
    float threshold;
    tt_status status = prune_threshold(&threshold, norms, (size_t)out, (size_t)keep);
    if (status != TT_OK) return status;
    int ties = keep;
    for (int j = 0; j < out; j++) ties -= norms[j] > threshold;
    for (int j = 0; j < out; j++)
        if (norms[j] > threshold || (norms[j] == threshold && ties-- > 0)) *kept++ = j;
    return TT_OK;
}

static tt_status check_kept(const int *kept, int keep, int out)
{
    if (keep < 0 || keep > out) return TT_BAD_SHAPE;
    if (keep > 0 && !kept) return TT_BAD_VALUE;
    for (int i = 0; i < keep; i++)
        if (kept[i] >= out || kept[i] < (i > 0 ? kept[i - 1] + 1 : 0)) return TT_BAD_VALUE;
    return TT_OK;
}

tt_status prune_outputs(float *smaller, const float *w, int rows, int out, const int *kept, int keep)
{
    if (rows < 0 || out < 0) return TT_BAD_SHAPE;
    tt_status status = check_kept(kept, keep, out);
    if (status != TT_OK || rows == 0 || keep == 0) return status;
    if (!smaller || !w) return TT_BAD_VALUE;
    for (int p = 0; p < rows; p++)
        for (int j = 0; j < keep; j++) smaller[(size_t)p * keep + j] = w[(size_t)p * out + kept[j]];
    return TT_OK;
}

tt_status prune_inputs(float *smaller, const float *w, int places, int channels, int out, const int *kept,
                       int keep)
{
    if (places < 0 || channels < 0 || out < 0) return TT_BAD_SHAPE;
    tt_status status = check_kept(kept, keep, channels);
    if (status != TT_OK || places == 0 || out == 0 || keep == 0) return status;
    if (!smaller || !w) return TT_BAD_VALUE;
    for (int place = 0; place < places; place++)
        for (int c = 0; c < keep; c++, smaller += out)
            memcpy(smaller, w + ((size_t)place * channels + kept[c]) * out, (size_t)out * sizeof *w);
    return TT_OK;
}

static size_t inputs_of(const prune_layer *l) { return (size_t)l->places * l->channels; }

static tt_status check_chain(const prune_layer *smaller, const prune_layer *layers, const int *keep,
                             int count)
{
    if (count < 0) return TT_BAD_SHAPE;
    if (count > 0 && (!smaller || !layers || !keep)) return TT_BAD_VALUE;
    for (int l = 0; l < count; l++) {
        const prune_layer *layer = &layers[l];
        if (layer->places < 0 || layer->channels < 0 || layer->out < 0) return TT_BAD_SHAPE;
        if (l > 0 && layer->channels != layers[l - 1].out) return TT_BAD_SHAPE;
        if (keep[l] < 0 || keep[l] > layer->out) return TT_BAD_SHAPE;
        if (l == count - 1 && keep[l] != layer->out) return TT_BAD_SHAPE;
    }
    for (int l = 0; l < count; l++) {
        const prune_layer *from = &layers[l], *to = &smaller[l];
        if (from->out > 0 && (!from->bias || !to->bias)) return TT_BAD_VALUE;
        if (inputs_of(from) * from->out > 0 && (!from->w || !to->w)) return TT_BAD_VALUE;
        if (!all_finite(from->w, inputs_of(from) * from->out)) return TT_BAD_VALUE;
    }
    return TT_OK;
}

tt_status prune_filters(prune_layer *smaller, const prune_layer *layers, const int *keep, int count)
{
    tt_status status = check_chain(smaller, layers, keep, count);
    if (status != TT_OK || count == 0) return status;
    // Room for a layer that has lost its inputs and not yet its outputs; two lists of what stays, for the
    // layer's inputs and outputs, which take turns; the norms.
    size_t most = 0, widest = (size_t)layers[0].channels;
    for (int l = 0; l < count; l++) {
        const size_t size = inputs_of(&layers[l]) * layers[l].out, out = (size_t)layers[l].out;
        most = size > most ? size : most, widest = out > widest ? out : widest;
    }
    float *half = tt_scratch(TT_SCRATCH_LAYER, (most + 3 * widest + 1) * sizeof *half);
    if (!half) return TT_NO_MEMORY;
    float *norms = half + most;
    int *inputs = (int *)(norms + widest), *outputs = inputs + widest, channels = layers[0].channels;
    for (int c = 0; c < channels; c++) inputs[c] = c;
    for (int l = 0; l < count && status == TT_OK; l++) {
        const prune_layer *layer = &layers[l];
        prune_layer *to = &smaller[l];
        status = prune_norms(norms, layer->w, (int)inputs_of(layer), layer->out);
        if (status == TT_OK) status = prune_choose(outputs, norms, layer->out, keep[l]);
        if (status != TT_OK) return status;
        *to = (prune_layer){layer->places, channels, keep[l], to->w, to->bias};
        prune_inputs(half, layer->w, layer->places, layer->channels, layer->out, inputs, channels);
        prune_outputs(to->w, half, (int)inputs_of(to), layer->out, outputs, keep[l]);
        prune_outputs(to->bias, layer->bias, 1, layer->out, outputs, keep[l]);
        int *next = inputs;
        inputs = outputs, outputs = next, channels = keep[l];
    }
    return status;
}

// --- 4. Products that skip what is gone ---

static bool is_left(const float *w, const float *mask, size_t at)
{
    return (!mask || mask[at] != 0) && w[at] != 0;
}

tt_status sparse_csr_build(sparse_csr *s, size_t room, const float *w, const float *mask, int in, int out)
{
    if (in < 0 || out < 0) return TT_BAD_SHAPE;
    const size_t weights = (size_t)in * out;
    if (!s || !s->starts || (weights > 0 && !w)) return TT_BAD_VALUE;
    size_t left = 0;
    for (size_t at = 0; at < weights; at++) left += is_left(w, mask, at);
    if (left > room || left > INT32_MAX) return TT_BAD_SHAPE;
    if (left > 0 && (!s->columns || !s->values)) return TT_BAD_VALUE;
    s->rows = out, s->cols = in;
    int32_t t = 0;
    for (int j = 0; j < out; j++) {
        s->starts[j] = t;
        for (int p = 0; p < in; p++) {
            const size_t at = (size_t)p * out + j;
            if (!is_left(w, mask, at)) continue;
            s->columns[t] = p;
            s->values[t++] = w[at];
        }
    }
    s->starts[out] = t;
    return TT_OK;
}

// The part that both formats share: `rows` lists of columns, of at most `room` numbers. Every start is compared
// with room before a column is looked at: one that goes up too far and comes back would lead out of the arrays.
static bool lists_are_good(const int32_t *starts, const int32_t *columns, int rows, int cols, size_t room)
{
    if (rows < 0 || cols < 0 || !starts || starts[0] != 0) return false;
    for (int j = 0; j < rows; j++)
        if (starts[j + 1] < starts[j] || (size_t)starts[j + 1] > room) return false;
    if (starts[rows] > 0 && !columns) return false;
    for (int j = 0; j < rows; j++)
        for (int32_t t = starts[j]; t < starts[j + 1]; t++)
            if (columns[t] >= cols || columns[t] < (t > starts[j] ? columns[t - 1] + 1 : 0)) return false;
    return true;
}

tt_status sparse_csr_check(const sparse_csr *s, size_t room)
{
    if (!s || !lists_are_good(s->starts, s->columns, s->rows, s->cols, room)) return TT_BAD_VALUE;
    const size_t count = (size_t)s->starts[s->rows];
    return count == 0 || (s->values && all_finite(s->values, count)) ? TT_OK : TT_BAD_VALUE;
}

// What all products ask before they begin; nothing is multiplied if it is not TT_OK, or if out is empty.
static tt_status check_product(const float *out, const void *s, int rows, int cols, const float *x, int n)
{
    if (n < 0) return TT_BAD_SHAPE;
    return s && (out || rows == 0 || n == 0) && (x || cols == 0 || n == 0) ? TT_OK : TT_BAD_VALUE;
}

tt_status sparse_csr_matmul_textbook(float *out, const sparse_csr *s, const float *x, int n)
{
    tt_status status = check_product(out, s, s ? s->rows : 0, s ? s->cols : 0, x, n);
    if (status != TT_OK) return status;
    for (int j = 0; j < s->rows; j++) {
        float *to = out + (size_t)j * n;
        for (int i = 0; i < n; i++) to[i] = 0;
        for (int32_t t = s->starts[j]; t < s->starts[j + 1]; t++)
            for (int i = 0; i < n; i++) to[i] += s->values[t] * x[(size_t)s->columns[t] * n + i];
    }
    return TT_OK;
}

// The two fast products take as many columns of the batch at a time as have their sums in registers: a piece. Its
// width in vectors is a constant wherever a piece is inlined, so the loops over it unroll. A row of x is read from
// the L2 cache again and again, and nothing is stored before a row of out is complete.

enum {
    PIECE = VEC_FLOATS == 16 ? 4 : 8, // vectors: 64 columns where there are 8 or 16 in a vector
    AHEAD = 4,                        // values
    LINE = 16,                        // floats in a cache line
};

// out (s->rows, vectors * VEC_FLOATS) = s x. Rows of out and x lie out_row and x_row floats apart. In which order
// rows of x are used, the processor cannot predict, but the columns tell: so their beginnings are prefetched.
INLINE void csr_piece(float *out, size_t out_row, const sparse_csr *s, const float *x, size_t x_row,
                      const int vectors)
{
    const int32_t end = s->starts[s->rows];
    for (int j = 0; j < s->rows; j++, out += out_row) {
        vec sum[PIECE] = {0};
        for (int32_t t = s->starts[j]; t < s->starts[j + 1]; t++) {
            const float *row = x + (size_t)s->columns[t] * x_row, value = s->values[t];
            __builtin_prefetch(x + (size_t)s->columns[t + AHEAD < end ? t + AHEAD : t] * x_row);
#pragma GCC unroll 8
            for (int v = 0; v < vectors; v++) sum[v] += value * vec_load(row + v * VEC_FLOATS);
        }
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) vec_store(out + v * VEC_FLOATS, sum[v]);
    }
}

// The last columns of a batch, too few for a vector: x is a copy, padded with zeros to a whole one, and so is out.
typedef struct {
    float *x, *out; // (s->cols, VEC_FLOATS), (s->rows, VEC_FLOATS)
} padded;

static bool pad(padded *p, int rows, const float *x, int cols, int n, int left)
{
    p->x = tt_scratch(TT_SCRATCH_KERNEL, ((size_t)cols + rows) * VEC_FLOATS * sizeof *p->x);
    if (!p->x) return false;
    p->out = p->x + (size_t)cols * VEC_FLOATS;
    for (int c = 0; c < cols; c++)
        for (int i = 0; i < VEC_FLOATS; i++)
            p->x[(size_t)c * VEC_FLOATS + i] = i < left ? x[(size_t)c * n + n - left + i] : 0;
    return true;
}

static void unpad(float *out, const padded *p, int rows, int n, int left)
{
    for (int j = 0; j < rows; j++)
        memcpy(out + (size_t)j * n + n - left, p->out + (size_t)j * VEC_FLOATS, (size_t)left * sizeof *out);
}

tt_status sparse_csr_matmul(float *out, const sparse_csr *s, const float *x, int n)
{
    tt_status status = check_product(out, s, s ? s->rows : 0, s ? s->cols : 0, x, n);
    if (status != TT_OK || s->rows == 0) return status;
    const int left = n % VEC_FLOATS;
    if (left > 0) {
        padded p;
        if (!pad(&p, s->rows, x, s->cols, n, left)) return TT_NO_MEMORY;
        csr_piece(p.out, VEC_FLOATS, s, p.x, VEC_FLOATS, 1);
        unpad(out, &p, s->rows, n, left);
    }
    int i = 0;
    for (; i + PIECE * VEC_FLOATS <= n; i += PIECE * VEC_FLOATS) csr_piece(out + i, n, s, x + i, n, PIECE);
    for (; i + 2 * VEC_FLOATS <= n; i += 2 * VEC_FLOATS) csr_piece(out + i, n, s, x + i, n, 2);
    for (; i + VEC_FLOATS <= n; i += VEC_FLOATS) csr_piece(out + i, n, s, x + i, n, 1);
    return TT_OK;
}

static size_t strip_columns(int out, int height, int strip)
{
    const int left = out - strip * height;
    return left < height ? left : height;
}

tt_status prune_blocks(float *mask, const float *w, int in, int out, int height, double sparsity)
{
    if (in < 0 || out < 0) return TT_BAD_SHAPE;
    const size_t weights = (size_t)in * out;
    if (!is_height(height) || !is_sparsity(sparsity) || (weights > 0 && (!mask || !w))) return TT_BAD_VALUE;
    if (!all_finite(w, weights)) return TT_BAD_VALUE;
    const int strips = sparse_strips(out, height);
    const size_t blocks = (size_t)in * strips;
    float *sums = tt_scratch(TT_SCRATCH_LAYER, 2 * blocks * sizeof *sums), *stays = sums + blocks;
    if (!sums && blocks > 0) return TT_NO_MEMORY;
    for (int p = 0; p < in; p++)
        for (int b = 0; b < strips; b++) {
            const float *from = w + (size_t)p * out + b * height;
            double sum = 0;
            for (size_t r = 0; r < strip_columns(out, height, b); r++) sum += (double)fabsf(from[r]);
            sums[(size_t)p * strips + b] = (float)sum;
        }
    tt_status status = prune_mask(stays, sums, blocks, sparsity);
    if (status != TT_OK) return status;
    for (int p = 0; p < in; p++)
        for (int j = 0; j < out; j++) mask[(size_t)p * out + j] = stays[(size_t)p * strips + j / height];
    return TT_OK;
}

static bool block_is_left(const float *w, const float *mask, size_t at, size_t columns)
{
    for (size_t r = 0; r < columns; r++)
        if (is_left(w, mask, at + r)) return true;
    return false;
}

tt_status sparse_blocks_build(sparse_blocks *s, size_t room, const float *w, const float *mask, int in,
                              int out, int height)
{
    if (in < 0 || out < 0) return TT_BAD_SHAPE;
    if (!s || !s->starts || !is_height(height) || ((size_t)in * out > 0 && !w)) return TT_BAD_VALUE;
    const int strips = sparse_strips(out, height);
    size_t left = 0;
    for (int p = 0; p < in; p++)
        for (int b = 0; b < strips; b++)
            left += block_is_left(w, mask, (size_t)p * out + b * height, strip_columns(out, height, b));
    if (left > room || left > INT32_MAX) return TT_BAD_SHAPE;
    if (left > 0 && (!s->columns || !s->values)) return TT_BAD_VALUE;
    s->rows = out, s->cols = in, s->height = height;
    int32_t t = 0;
    for (int b = 0; b < strips; b++) {
        const size_t columns = strip_columns(out, height, b);
        s->starts[b] = t;
        for (int p = 0; p < in; p++) {
            const size_t at = (size_t)p * out + b * height;
            if (!block_is_left(w, mask, at, columns)) continue;
            float *values = s->values + (size_t)t * height;
            for (size_t r = 0; r < (size_t)height; r++)
                values[r] = r < columns && is_left(w, mask, at + r) ? w[at + r] : 0;
            s->columns[t++] = p;
        }
    }
    s->starts[strips] = t;
    return TT_OK;
}

tt_status sparse_blocks_check(const sparse_blocks *s, size_t room)
{
    if (!s || !is_height(s->height) || s->rows < 0) return TT_BAD_VALUE;
    const int strips = sparse_strips(s->rows, s->height);
    if (!lists_are_good(s->starts, s->columns, strips, s->cols, room)) return TT_BAD_VALUE;
    const size_t count = (size_t)s->starts[strips];
    if (count > 0 && (!s->values || !all_finite(s->values, count * s->height))) return TT_BAD_VALUE;
    for (size_t t = strips > 0 ? s->starts[strips - 1] : 0; t < count; t++)
        for (int r = (int)strip_columns(s->rows, s->height, strips - 1); r < s->height; r++)
            if (s->values[t * s->height + r] != 0) return TT_BAD_VALUE;
    return TT_OK;
}

// One row of x is loaded once for all outputs of a block: `height` multiply-adds for each load, where the version
// above has one. SUMS is what fits in registers beside the row: 16 vectors of the 32 that AVX-512 has, else 8 of 16.
// A block that is higher than that is done in two halves.

enum { SUMS = VEC_FLOATS == 16 ? 16 : 8 };

INLINE void blocks_piece(float *out, size_t out_row, const sparse_blocks *s, const float *x, size_t x_row,
                         const int height, const int vectors)
{
    const int high = height < SUMS ? height : SUMS;
    for (int j = 0; j < s->rows; j += high) {
        vec sum[SUMS][SUMS / 4] = {0};
        const int strip = j / height, rows = s->rows - j < high ? s->rows - j : high;
        for (int32_t t = s->starts[strip]; t < s->starts[strip + 1]; t++) {
            const float *from = x + (size_t)s->columns[t] * x_row;
            const float *value = s->values + (size_t)t * height + j % height;
            vec row[SUMS / 4];
#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++) row[v] = vec_load(from + v * VEC_FLOATS);
#pragma GCC unroll 16
            for (int r = 0; r < high; r++)
#pragma GCC unroll 4
                for (int v = 0; v < vectors; v++) sum[r][v] += value[r] * row[v];
        }
#pragma GCC unroll 16
        for (int r = 0; r < high; r++)
#pragma GCC unroll 4
            for (int v = 0; v < vectors && r < rows; v++)
                vec_store(out + (size_t)(j + r) * out_row + v * VEC_FLOATS, sum[r][v]);
    }
}

INLINE void blocks_multiply(float *out, const sparse_blocks *s, const float *x, int n, const padded *p,
                            const int height)
{
    const int most = SUMS / height > 0 ? SUMS / height : 1;
    int i = 0;
    for (; i + most * VEC_FLOATS <= n; i += most * VEC_FLOATS)
        blocks_piece(out + i, n, s, x + i, n, height, most);
    for (; i + VEC_FLOATS <= n; i += VEC_FLOATS) blocks_piece(out + i, n, s, x + i, n, height, 1);
    if (i < n) blocks_piece(p->out, VEC_FLOATS, s, p->x, VEC_FLOATS, height, 1);
}

tt_status sparse_blocks_matmul(float *out, const sparse_blocks *s, const float *x, int n)
{
    tt_status status = check_product(out, s, s ? s->rows : 0, s ? s->cols : 0, x, n);
    if (status != TT_OK || s->rows == 0) return status;
    if (!is_height(s->height)) return TT_BAD_VALUE;
    const int left = n % VEC_FLOATS;
    padded p = {0};
    if (left > 0 && !pad(&p, s->rows, x, s->cols, n, left)) return TT_NO_MEMORY;
    switch (s->height) {
    case 4:
        blocks_multiply(out, s, x, n, &p, 4);
        break;
    case 8:
        blocks_multiply(out, s, x, n, &p, 8);
        break;
    default:
        blocks_multiply(out, s, x, n, &p, 16);
    }
    if (left > 0) unpad(out, &p, s->rows, n, left);
    return TT_OK;
}

// Rows and columns of a layer's weights, whichever they are.
static tt_status linear_sizes(const sparse_linear *l, int *rows, int *cols)
{
    if (!l || !l->csr == !l->blocks) return TT_BAD_VALUE;
    *rows = l->csr ? l->csr->rows : l->blocks->rows;
    *cols = l->csr ? l->csr->cols : l->blocks->cols;
    return *rows == 0 || l->bias ? TT_OK : TT_BAD_VALUE;
}

tt_status sparse_linear_run(float *y, const float *x, const sparse_linear *l, int n)
{
    int rows, cols;
    tt_status status = linear_sizes(l, &rows, &cols);
    if (status == TT_OK)
        status = l->csr ? sparse_csr_matmul(y, l->csr, x, n) : sparse_blocks_matmul(y, l->blocks, x, n);
    for (int j = 0; j < rows && status == TT_OK; j++)
        for (int i = 0; i < n; i++) {
            float *to = &y[(size_t)j * n + i];
            *to += l->bias[j];
            if (l->relu && *to < 0) *to = 0;
        }
    return status;
}

// from (rows, columns) -> to (columns, rows)
static void transpose(float *to, const float *from, int rows, int columns)
{
    for (int c = 0; c < columns; c++)
        for (int r = 0; r < rows; r++) *to++ = from[(size_t)r * columns + c];
}

tt_status sparse_network_run(float *logits, const float *x, const sparse_linear *layers, int count,
                             float *const work[2], int n)
{
    if (count < 1 || n < 0) return TT_BAD_SHAPE;
    if (!layers || !work) return TT_BAD_VALUE;
    int rows = 0, cols = 0, inputs = 0;
    for (int l = 0, before = 0; l < count; l++, before = rows) {
        tt_status status = linear_sizes(&layers[l], &rows, &cols);
        if (status != TT_OK) return status;
        if (l == 0) inputs = cols;
        else if (cols != before) return TT_BAD_SHAPE;
    }
    if (n == 0) return TT_OK;
    if (!work[0] || !work[1] || (inputs > 0 && !x) || (rows > 0 && !logits)) return TT_BAD_VALUE;
    transpose(work[0], x, n, inputs);
    for (int l = 0; l < count; l++) {
        tt_status status = sparse_linear_run(work[(l + 1) % 2], work[l % 2], &layers[l], n);
        if (status != TT_OK) return status;
    }
    transpose(logits, work[count % 2], rows, n);
    return TT_OK;
}

// --- 5. Distillation ---

static bool is_temperature(float t) { return t > 0 && isfinite(t); }

// The largest logit, and the logarithm of the sum of exp((logit - largest) / temperature). In double: two finite
// floats may be further apart than a float can say, and a small temperature makes it more.
static double log_sum(const float *logits, double temperature, int classes, double *largest)
{
    float most = -INFINITY;
    double sum = 0;
    for (int j = 0; j < classes; j++) most = fmaxf(most, logits[j]);
    *largest = (double)most;
    for (int j = 0; j < classes; j++) sum += exp(((double)logits[j] - *largest) / temperature);
    return log(sum);
}

tt_status distill_targets(float *targets, const float *logits, float temperature, int rows, int classes)
{
    if (rows < 0 || classes < 0) return TT_BAD_SHAPE;
    if (!is_temperature(temperature)) return TT_BAD_VALUE;
    if (rows > 0 && classes > 0 && (!targets || !logits)) return TT_BAD_VALUE;
    for (int i = 0; i < rows; i++, targets += classes, logits += classes) {
        double largest;
        const double sum = log_sum(logits, (double)temperature, classes, &largest);
        for (int j = 0; j < classes; j++)
            targets[j] = (float)exp(((double)logits[j] - largest) / (double)temperature - sum);
    }
    return TT_OK;
}

tt_status distill_loss(double *loss, float *dlogits, const float *logits, const float *targets,
                       const int *labels, float temperature, float soft, int rows, int classes)
{
    if (rows < 1 || classes < 1) return TT_BAD_SHAPE;
    if (!loss || !logits || !targets || !labels || !is_temperature(temperature)) return TT_BAD_VALUE;
    if (!(soft >= 0 && soft <= 1)) return TT_BAD_VALUE;
    for (int i = 0; i < rows; i++)
        if (labels[i] < 0 || labels[i] >= classes) return TT_BAD_VALUE;
    const double T = (double)temperature, alpha = (double)soft;
    double total = 0;
    for (int i = 0; i < rows; i++) {
        const float *z = logits + (size_t)i * classes, *q = targets + (size_t)i * classes;
        double largest, all = 0; // `all` is what the targets sum to: 1, up to rounding
        const double hard_sum = log_sum(z, 1, classes, &largest), soft_sum = log_sum(z, T, classes, &largest);
        for (int j = 0; j < classes; j++) all += (double)q[j];
        for (int j = 0; j < classes; j++) {
            const double hard = (double)z[j] - largest - hard_sum,
                         at_T = ((double)z[j] - largest) / T - soft_sum;
            if (j == labels[i]) total -= (1 - alpha) * hard;
            total -= alpha * T * T * (double)q[j] * at_T;
            // The logits are divided by T, so the derivative of the second part has one T less.
            if (dlogits)
                dlogits[(size_t)i * classes + j] = (float)(((1 - alpha) * (exp(hard) - (j == labels[i])) +
                                                            alpha * T * (all * exp(at_T) - (double)q[j])) /
                                                           rows);
        }
    }
    *loss = total / rows;
    return TT_OK;
}

// --- 6. Where it hurts ---

tt_status prune_scan(double *loss, prune_evaluate *evaluate, void *of, const float *const *w,
                     const size_t *counts, int layers, const double *sparsities, int levels, float *work)
{
    if (layers < 0 || levels < 0) return TT_BAD_SHAPE;
    if (layers == 0 || levels == 0) return TT_OK;
    if (!loss || !evaluate || !w || !counts || !sparsities) return TT_BAD_VALUE;
    // Everything that can be refused is looked at before the first evaluation, which may take long.
    for (int v = 0; v < levels; v++)
        if (!is_sparsity(sparsities[v])) return TT_BAD_VALUE;
    for (int l = 0; l < layers; l++)
        if (counts[l] > 0 && (!work || !w[l] || !all_finite(w[l], counts[l]))) return TT_BAD_VALUE;
    // Not from tt_scratch: evaluate may use all of its slots.
    const float **masks = calloc((size_t)layers, sizeof *masks);
    if (!masks) return TT_NO_MEMORY;
    tt_status status = TT_OK;
    for (int l = 0; l < layers && status == TT_OK; l++) {
        masks[l] = work;
        for (int v = 0; v < levels && status == TT_OK; v++) {
            status = prune_mask(work, w[l], counts[l], sparsities[v]);
            if (status == TT_OK) loss[(size_t)l * levels + v] = evaluate(of, masks, layers);
        }
        masks[l] = NULL;
    }
    free(masks);
    return status;
}

// All choices, layer by layer: at most 8^8, about 17 million, and only those that fit.
typedef struct {
    const double *loss;
    const size_t *bytes;
    int layers, levels;
    int now[PRUNE_MOST], best[PRUNE_MOST];
    double least; // infinity until a choice fits
} choices;

static void try_layer(choices *c, int layer, double loss, size_t budget)
{
    if (layer == c->layers) {
        if (loss < c->least) c->least = loss, memcpy(c->best, c->now, sizeof c->best);
        return;
    }
    for (int v = 0; v < c->levels; v++) {
        const size_t at = (size_t)layer * c->levels + v;
        if (c->bytes[at] > budget) continue;
        c->now[layer] = v;
        try_layer(c, layer + 1, loss + c->loss[at], budget - c->bytes[at]);
    }
}

tt_status prune_choose_levels(int *level, const double *loss, const size_t *bytes, int layers, int levels,
                              size_t budget)
{
    if (layers < 1 || layers > PRUNE_MOST || levels < 1 || levels > PRUNE_MOST) return TT_BAD_SHAPE;
    if (!level || !loss || !bytes) return TT_BAD_VALUE;
    for (int i = 0; i < layers * levels; i++)
        if (!isfinite(loss[i])) return TT_BAD_VALUE;
    choices c = {loss, bytes, layers, levels, .least = INFINITY};
    try_layer(&c, 0, 0, budget);
    if (!(c.least < INFINITY)) return TT_BAD_VALUE; // nothing fits
    memcpy(level, c.best, (size_t)layers * sizeof *level);
    return TT_OK;
}

// --- 7. Break it ---
// Weights of both signs, of which many are as large as the threshold, the largest at the end; all that stay and none.

tt_status break_mask(int input, int *count, int *keep, float *w)
{
    static const struct {
        int count, keep;
    } inputs[BREAK_INPUTS] = {{100, 30}, {64, 64}, {33, 0}, {101, 50}};
    if (input < 0 || input >= BREAK_INPUTS || !count || !keep || !w) return TT_BAD_VALUE;
    *count = inputs[input].count, *keep = inputs[input].keep;
    for (int i = 0; i < *count; i++)
        w[i] = (float)(i * 7 % 11 - 5) * (input == 3 ? 1.0f / (float)(i + 1) : 1);
    return TT_OK;
}

// Sizes that are all different, and a square; an input, an output and a strip of outputs without a weight; a
// dense row beside a sparse one; one item; numbers that need more bits than half precision has.

tt_status break_sparse(int input, int *in, int *out, int *n, float *w, float *x)
{
    static const struct {
        int in, out, n;
    } inputs[BREAK_INPUTS] = {{37, 53, 71}, {19, 128, 1}, {128, 5, 17}, {21, 21, 66}};
    if (input < 0 || input >= BREAK_INPUTS || !in || !out || !n || !w || !x) return TT_BAD_VALUE;
    *in = inputs[input].in, *out = inputs[input].out, *n = inputs[input].n;
    for (int p = 0; p < *in; p++)
        for (int j = 0; j < *out; j++) {
            const bool gone = p % 9 == 4 || j % 11 == 3 || (j >= 16 && j < 32) || (p * 5 + j * 3) % 7 < j % 6;
            w[p * *out + j] = gone ? 0 : 0.123f * (float)((p * 13 + j * 7) % 23) - 1.1f;
        }
    for (int i = 0; i < *in * *n; i++) x[i] = 0.321f * (float)(i % 19) - 2;
    return TT_OK;
}
