// norm.c: layer norm and embedding backward, and the loss with its derivative.
#include "layers.h"

#include <math.h>
#include <string.h>

// With z = (x - mean) / deviation and g = dy * gain: dx = (g - mean(g) - z mean(g z)) / deviation. The two
// means are there because each x also changes the row's mean and its deviation.
static void norm_row(float *dx, float *dgain, float *dbias, const float *dy, const float *x,
                     const float *gain, float eps, int cols)
{
    float mean = 0, variance = 0, g_mean = 0, gz_mean = 0;
    for (int j = 0; j < cols; j++) mean += x[j];
    mean /= (float)cols;
    for (int j = 0; j < cols; j++) variance += (x[j] - mean) * (x[j] - mean);
    float scale = 1 / sqrtf(variance / (float)cols + eps);
    for (int j = 0; j < cols; j++) {
        float g = dy[j] * gain[j];
        g_mean += g;
        gz_mean += g * (x[j] - mean) * scale;
    }
    g_mean /= (float)cols;
    gz_mean /= (float)cols;
    for (int j = 0; j < cols; j++) {
        float z = (x[j] - mean) * scale, slope = dy[j]; // dx may be dy
        dgain[j] += slope * z;
        dbias[j] += slope;
        dx[j] = (slope * gain[j] - g_mean - z * gz_mean) * scale;
    }
}

tt_status nn_layer_norm_backward(float *dx, float *dgain, float *dbias, const float *dy, const float *x,
                                 const float *gain, float eps, int rows, int cols)
{
    if (rows < 0 || cols < 0) return TT_BAD_SHAPE;
    if (!(eps > 0) || isinf(eps)) return TT_BAD_VALUE;
    if (cols == 0) return TT_OK;
    if (!dgain || !dbias || !gain || (rows > 0 && (!dx || !dy || !x))) return TT_BAD_VALUE;
    memset(dgain, 0, (size_t)cols * sizeof *dgain);
    memset(dbias, 0, (size_t)cols * sizeof *dbias);
    for (size_t i = 0; i < (size_t)rows; i++)
        norm_row(dx + i * cols, dgain, dbias, dy + i * cols, x + i * cols, gain, eps, cols);
    return TT_OK;
}

static tt_status check_ids(const int *ids, int count, int bound, const char *name)
{
    for (int i = 0; i < count; i++)
        if (ids[i] < 0 || ids[i] >= bound)
            return tt_fail(TT_BAD_VALUE, "%s[%d] is %d: not in 0 .. %d; look where it was made", name, i,
                           ids[i], bound - 1);
    return TT_OK;
}

tt_status nn_embedding_backward(float *dtable, const float *dy, const int *ids, int count, int vocab, int dim)
{
    if (count < 0 || vocab < 0 || dim < 0) return TT_BAD_SHAPE;
    if (count > 0 && (!ids || (dim > 0 && !dy))) return TT_BAD_VALUE;
    if (vocab > 0 && dim > 0 && !dtable) return TT_BAD_VALUE;
    tt_status status = check_ids(ids, count, vocab, "ids");
    if (status != TT_OK || vocab == 0 || dim == 0) return status;
    memset(dtable, 0, (size_t)vocab * dim * sizeof *dtable);
    for (int i = 0; i < count; i++)
        for (int j = 0; j < dim; j++) dtable[(size_t)ids[i] * dim + j] += dy[(size_t)i * dim + j];
    return TT_OK;
}

// One row's loss: log of the sum of exp(logit), minus the label's logit; the largest logit is
// subtracted first, so that no exp overflows. In double, so that the sum over a test set does not
// depend on the size of a batch.
static double row_loss(float *dlogits, const float *logits, int label, int cols, float weight, int *right)
{
    int best = 0;
    for (int j = 1; j < cols; j++)
        if (logits[j] > logits[best]) best = j;
    double sum = 0;
    for (int j = 0; j < cols; j++) sum += exp((double)logits[j] - logits[best]);
    for (int j = 0; dlogits && j < cols; j++) {
        double p = exp((double)logits[j] - logits[best]) / sum;
        dlogits[j] = (float)(p - (j == label)) * weight;
    }
    *right += best == label;
    return log(sum) + logits[best] - logits[label];
}

tt_status nn_cross_entropy(double *loss, int *right, float *dlogits, const float *logits, const int *labels,
                           int rows, int cols)
{
    if (rows < 1 || cols < 1) return TT_BAD_SHAPE; // a mean of nothing has no value
    if (!loss || !logits || !labels) return TT_BAD_VALUE;
    tt_status status = check_ids(labels, rows, cols, "labels");
    if (status != TT_OK) return status;
    double sum = 0;
    int count = 0;
    for (size_t i = 0; i < (size_t)rows; i++)
        sum += row_loss(dlogits ? dlogits + i * cols : NULL, logits + i * cols, labels[i], cols,
                        1 / (float)rows, &count);
    *loss = sum / rows;
    if (right) *right = count;
    return TT_OK;
}
