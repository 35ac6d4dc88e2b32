// naive_everywhere.c: compression as it is often published, behind every name: weights at the threshold all stay, a mask
// is multiplied with, a filter that goes is set to zero where it is, all numbers are stored, and the product multiplies
// the zeros as well. It is right where nothing is compressed.
#include "compression.h"

#include <stdlib.h>
#include <string.h>

static int by_size(const void *a, const void *b)
{
    const float x = fabsf(*(const float *)a), y = fabsf(*(const float *)b);
    return (x < y) - (x > y);
}

tt_status prune_threshold(float *threshold, const float *w, size_t count, size_t keep)
{
    float *sorted = malloc(count * sizeof *sorted);
    memcpy(sorted, w, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_size);
    *threshold = keep > 0 ? fabsf(sorted[keep - 1]) : INFINITY;
    free(sorted);
    return TT_OK;
}

tt_status prune_mask(float *mask, const float *w, size_t count, double sparsity)
{
    float threshold;
    prune_threshold(&threshold, w, count, count - (size_t)((double)count * sparsity));
    for (size_t i = 0; i < count; i++) mask[i] = fabsf(w[i]) >= threshold;
    return TT_OK;
}

tt_status prune_masks(float *const *masks, const float *const *w, const size_t *counts, int layers,
                      double sparsity)
{
    for (int l = 0; l < layers; l++) prune_mask(masks[l], w[l], counts[l], sparsity);
    return TT_OK;
}

tt_status prune_count(prune_counts *c, const float *mask, int in, int out, int height, long long positions)
{
    (void)height;
    size_t kept = 0, weights = (size_t)in * out;
    for (size_t i = 0; i < weights; i++) kept += mask[i] != 0;
    // What is often called the size: the weights that are left, without where they are.
    *c = (prune_counts){weights,  kept,     1 - (double)kept / weights, 4 * weights,
                        4 * kept, 4 * kept, (long long)kept * positions};
    return TT_OK;
}

tt_status prune_schedule(double *sparsity, double first, double last, long begin, long end, long step)
{
    *sparsity = first + (last - first) * (double)(step - begin) / (double)(end - begin);
    return TT_OK;
}

tt_status prune_step_sgd(float *value, float *velocity, const float *grad, const float *mask, size_t count,
                         prune_sgd_options o)
{
    for (size_t i = 0; i < count; i++) {
        if (mask) value[i] *= mask[i];
        velocity[i] = o.momentum * velocity[i] + grad[i];
        value[i] -= o.rate * (velocity[i] + o.decay * value[i]);
    }
    return TT_OK;
}

tt_status prune_step_adam(float *value, float *mean, float *square, const float *grad, const float *mask,
                          size_t count, prune_adam_options o, long step)
{
    for (size_t i = 0; i < count; i++) {
        if (mask) value[i] *= mask[i];
        mean[i] = o.first * mean[i] + (1 - o.first) * grad[i];
        square[i] = o.second * square[i] + (1 - o.second) * grad[i] * grad[i];
        const float corrected = mean[i] / (1 - powf(o.first, (float)step));
        value[i] -= o.rate * (corrected / (sqrtf(square[i] / (1 - powf(o.second, (float)step))) + o.eps) +
                              o.decay * value[i]);
    }
    return TT_OK;
}

tt_status prune_norms(float *norms, const float *w, int rows, int out)
{
    for (int j = 0; j < out; j++) {
        norms[j] = 0;
        for (int p = 0; p < rows; p++) norms[j] += w[(size_t)p * out + j] * w[(size_t)p * out + j];
        norms[j] = sqrtf(norms[j]);
    }
    return TT_OK;
}

tt_status prune_choose(int *kept, const float *norms, int out, int keep)
{
    float *sorted = malloc((size_t)out * sizeof *sorted);
    memcpy(sorted, norms, (size_t)out * sizeof *sorted);
    qsort(sorted, (size_t)out, sizeof *sorted, by_size);
    for (int j = 0; j < out; j++)
        if (keep > 0 && norms[j] >= sorted[keep - 1]) *kept++ = j;
    free(sorted);
    return TT_OK;
}

static bool contains(const int *kept, int keep, int j)
{
    for (int i = 0; i < keep; i++)
        if (kept[i] == j) return true;
    return false;
}

tt_status prune_outputs(float *smaller, const float *w, int rows, int out, const int *kept, int keep)
{
    for (int i = 0; i < rows * out; i++) smaller[i] = contains(kept, keep, i % out) ? w[i] : 0;
    return TT_OK;
}

tt_status prune_inputs(float *smaller, const float *w, int places, int channels, int out, const int *kept,
                       int keep)
{
    for (int i = 0; i < places * channels * out; i++)
        smaller[i] = contains(kept, keep, i / out % channels) ? w[i] : 0;
    return TT_OK;
}

tt_status prune_filters(prune_layer *smaller, const prune_layer *layers, const int *keep, int count)
{
    for (int l = 0; l < count; l++) {
        const prune_layer *from = &layers[l];
        const int rows = from->places * from->channels;
        float *w = smaller[l].w, *bias = smaller[l].bias, *norms = malloc((size_t)from->out * sizeof *norms);
        int *kept = malloc((size_t)from->out * sizeof *kept);
        prune_norms(norms, from->w, rows, from->out);
        prune_choose(kept, norms, from->out, keep[l]);
        prune_outputs(w, from->w, rows, from->out, kept, keep[l]);
        smaller[l] = *from, smaller[l].w = w, smaller[l].bias = bias;
        free(norms), free(kept);
    }
    return TT_OK;
}

tt_status sparse_csr_build(sparse_csr *s, size_t room, const float *w, const float *mask, int in, int out)
{
    (void)room;
    s->rows = out, s->cols = in;
    for (int t = 0; t < in * out; t++) {
        const size_t at = (size_t)(t % in) * out + t / in;
        s->columns[t] = t % in, s->values[t] = mask ? w[at] * mask[at] : w[at];
    }
    for (int j = 0; j <= out; j++) s->starts[j] = j * in;
    return TT_OK;
}

tt_status sparse_csr_check(const sparse_csr *s, size_t room)
{
    (void)s, (void)room;
    return TT_OK;
}

// The matrix as a dense one, times x.
static void multiply_dense(float *out, const float *dense, const float *x, int rows, int cols, int n)
{
    memset(out, 0, (size_t)rows * n * sizeof *out);
    for (int j = 0; j < rows; j++)
        for (int p = 0; p < cols; p++)
            for (int i = 0; i < n; i++)
                out[(size_t)j * n + i] += dense[(size_t)j * cols + p] * x[(size_t)p * n + i];
}

tt_status sparse_csr_matmul_textbook(float *out, const sparse_csr *s, const float *x, int n)
{
    float *dense = calloc((size_t)s->rows * s->cols, sizeof *dense);
    for (int j = 0; j < s->rows; j++)
        for (int t = s->starts[j]; t < s->starts[j + 1]; t++)
            dense[(size_t)j * s->cols + s->columns[t]] = s->values[t];
    multiply_dense(out, dense, x, s->rows, s->cols, n);
    free(dense);
    return TT_OK;
}

tt_status sparse_csr_matmul(float *out, const sparse_csr *s, const float *x, int n)
{
    return sparse_csr_matmul_textbook(out, s, x, n);
}

tt_status prune_blocks(float *mask, const float *w, int in, int out, int height, double sparsity)
{
    (void)height;
    return prune_mask(mask, w, (size_t)in * out, sparsity);
}

tt_status sparse_blocks_build(sparse_blocks *s, size_t room, const float *w, const float *mask, int in,
                              int out, int height)
{
    (void)room;
    s->rows = out, s->cols = in, s->height = height;
    const int strips = sparse_strips(out, height);
    for (int t = 0; t < strips * in; t++) {
        s->columns[t] = t % in;
        for (int r = 0; r < height; r++) {
            const int j = t / in * height + r;
            const size_t at = (size_t)(t % in) * out + j;
            s->values[t * height + r] = j >= out ? 0 : mask ? w[at] * mask[at] : w[at];
        }
    }
    for (int b = 0; b <= strips; b++) s->starts[b] = b * in;
    return TT_OK;
}

tt_status sparse_blocks_check(const sparse_blocks *s, size_t room)
{
    (void)s, (void)room;
    return TT_OK;
}

tt_status sparse_blocks_matmul(float *out, const sparse_blocks *s, const float *x, int n)
{
    float *dense = calloc((size_t)s->rows * s->cols, sizeof *dense);
    for (int j = 0; j < s->rows; j++)
        for (int t = s->starts[j / s->height]; t < s->starts[j / s->height + 1]; t++)
            dense[(size_t)j * s->cols + s->columns[t]] = s->values[t * s->height + j % s->height];
    multiply_dense(out, dense, x, s->rows, s->cols, n);
    free(dense);
    return TT_OK;
}

tt_status sparse_linear_run(float *y, const float *x, const sparse_linear *l, int n)
{
    const int rows = l->csr ? l->csr->rows : l->blocks->rows;
    if (l->csr) sparse_csr_matmul(y, l->csr, x, n);
    else sparse_blocks_matmul(y, l->blocks, x, n);
    for (int i = 0; i < rows * n; i++) {
        y[i] += l->bias[i / n];
        if (l->relu && y[i] < 0) y[i] = 0;
    }
    return TT_OK;
}

tt_status sparse_network_run(float *logits, const float *x, const sparse_linear *layers, int count,
                             float *const work[2], int n)
{
    const float *from = x;
    for (int l = 0; l < count; l++) {
        float *to = l == count - 1 ? logits : work[l % 2];
        sparse_linear_run(to, from, &layers[l], n);
        from = to;
    }
    return TT_OK;
}

tt_status distill_targets(float *targets, const float *logits, float temperature, int rows, int classes)
{
    for (int i = 0; i < rows; i++) {
        float sum = 0;
        for (int j = 0; j < classes; j++) sum += expf(logits[i * classes + j] / temperature);
        for (int j = 0; j < classes; j++)
            targets[i * classes + j] = expf(logits[i * classes + j] / temperature) / sum;
    }
    return TT_OK;
}

tt_status distill_loss(double *loss, float *dlogits, const float *logits, const float *targets,
                       const int *labels, float temperature, float soft, int rows, int classes)
{
    float *hard = malloc((size_t)classes * sizeof *hard), *at_T = malloc((size_t)classes * sizeof *at_T);
    *loss = 0;
    for (int i = 0; i < rows; i++) {
        const float *z = logits + i * classes, *q = targets + i * classes;
        distill_targets(hard, z, 1, 1, classes);
        distill_targets(at_T, z, temperature, 1, classes);
        for (int j = 0; j < classes; j++) {
            const float label = j == labels[i];
            *loss -= (1 - soft) * label * logf(hard[j]) + soft * q[j] * logf(at_T[j]);
            if (dlogits) dlogits[i * classes + j] = (1 - soft) * (hard[j] - label) + soft * (at_T[j] - q[j]);
        }
    }
    *loss /= rows;
    free(hard), free(at_T);
    return TT_OK;
}

tt_status prune_scan(double *loss, prune_evaluate *evaluate, void *of, const float *const *w,
                     const size_t *counts, int layers, const double *sparsities, int levels, float *work)
{
    const float *masks[PRUNE_MOST] = {NULL};
    for (int l = 0; l < layers; l++)
        for (int v = 0; v < levels; v++) {
            prune_mask(work, w[l], counts[l], sparsities[v]);
            masks[l] = work;
            loss[l * levels + v] = evaluate(of, masks, layers);
        }
    return TT_OK;
}

// The least loss of each layer by itself that is within its share of the budget.
tt_status prune_choose_levels(int *level, const double *loss, const size_t *bytes, int layers, int levels,
                              size_t budget)
{
    for (int l = 0; l < layers; l++) {
        level[l] = 0;
        for (int v = 0; v < levels; v++)
            if (bytes[l * levels + v] <= budget / layers &&
                loss[l * levels + v] < loss[l * levels + level[l]])
                level[l] = v;
    }
    return TT_OK;
}

// Weights that no two mistakes tell apart.
tt_status break_mask(int input, int *count, int *keep, float *w)
{
    *count = 4 + input, *keep = 2;
    for (int i = 0; i < *count; i++) w[i] = (float)(i + 1);
    return TT_OK;
}

tt_status break_sparse(int input, int *in, int *out, int *n, float *w, float *x)
{
    *in = *out = *n = 8 * (input + 1);
    for (int i = 0; i < *in * *out; i++) w[i] = 1;
    for (int i = 0; i < *in * *n; i++) x[i] = 1;
    return TT_OK;
}
