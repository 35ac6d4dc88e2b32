// ops.c: each operation written as its formula, one loop per index, without any optimisation.
#include "ops.h"

#include <limits.h>
#include <math.h>
#include <string.h>

int ops_out_size(int size, int window, int stride, int pad)
{
    if (size < 1 || window < 1 || stride < 1 || pad < 0) return 0;
    long long padded = size + 2LL * pad;
    if (padded > INT_MAX || padded < window) return 0;
    return ((int)padded - window) / stride + 1;
}

// One output element: the window of image i whose top left corner is (top, left), times channel co's weights.
static float conv2d_at(const float *x, const float *weights, int i, int top, int left, int co,
                       ops_conv2d_shape s)
{
    float sum = 0;
    for (int ky = 0; ky < s.kh; ky++)
        for (int kx = 0; kx < s.kw; kx++) {
            int row = top + ky, column = left + kx;
            if (row < 0 || row >= s.h || column < 0 || column >= s.w) continue; // padding adds nothing
            size_t pixel = ((size_t)i * s.h + row) * s.w + column, tap = (size_t)ky * s.kw + kx;
            for (int ci = 0; ci < s.cin; ci++)
                sum += x[pixel * s.cin + ci] * weights[(tap * s.cin + ci) * s.cout + co];
        }
    return sum;
}

tt_status ops_conv2d(float *out, const float *x, const float *weights, const float *bias, ops_conv2d_shape s)
{
    int ho = ops_out_size(s.h, s.kh, s.stride, s.pad), wo = ops_out_size(s.w, s.kw, s.stride, s.pad);
    if (s.n < 0 || s.cin < 0 || s.cout < 0 || ho < 1 || wo < 1) return TT_BAD_SHAPE;
    if (s.n == 0 || s.cout == 0) return TT_OK;
    if (!out || (s.cin > 0 && (!x || !weights))) return TT_BAD_VALUE;
    for (int i = 0; i < s.n; i++)
        for (int oy = 0; oy < ho; oy++)
            for (int ox = 0; ox < wo; ox++) {
                float *pixel = out + (((size_t)i * ho + oy) * wo + ox) * s.cout;
                int top = oy * s.stride - s.pad, left = ox * s.stride - s.pad;
                for (int co = 0; co < s.cout; co++)
                    pixel[co] = conv2d_at(x, weights, i, top, left, co, s) + (bias ? bias[co] : 0);
            }
    return TT_OK;
}

// image (h, w, c), the window's top left corner, one channel
static float max_at(const float *image, int top, int left, int channel, int window, int w, int c)
{
    float max = -INFINITY;
    for (int y = top; y < top + window; y++)
        for (int x = left; x < left + window; x++) {
            float value = image[((size_t)y * w + x) * c + channel];
            if (value > max || isnan(value)) max = value; // once max is NaN, no value is larger
        }
    return max;
}

tt_status ops_maxpool(float *out, const float *x, int n, int h, int w, int c, int window, int stride)
{
    int ho = ops_out_size(h, window, stride, 0), wo = ops_out_size(w, window, stride, 0);
    if (n < 0 || c < 0 || ho < 1 || wo < 1) return TT_BAD_SHAPE;
    if (n == 0 || c == 0) return TT_OK;
    if (!out || !x) return TT_BAD_VALUE;
    for (int i = 0; i < n; i++) {
        const float *image = x + (size_t)i * h * w * c;
        for (int oy = 0; oy < ho; oy++)
            for (int ox = 0; ox < wo; ox++) {
                float *pixel = out + (((size_t)i * ho + oy) * wo + ox) * c;
                for (int channel = 0; channel < c; channel++)
                    pixel[channel] = max_at(image, oy * stride, ox * stride, channel, window, w, c);
            }
    }
    return TT_OK;
}

tt_status ops_relu(float *out, const float *x, size_t count)
{
    if (count > 0 && (!out || !x)) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++) out[i] = x[i] <= 0 ? 0 : x[i]; // x > 0 ? x : 0 would turn NaN into 0
    return TT_OK;
}

tt_status ops_gelu(float *out, const float *x, size_t count)
{
    if (count > 0 && (!out || !x)) return TT_BAD_VALUE;
    const float sqrt_2_over_pi = 0.7978845608f;
    for (size_t i = 0; i < count; i++) {
        float inner = sqrt_2_over_pi * (x[i] + 0.044715f * x[i] * x[i] * x[i]);
        out[i] = 0.5f * x[i] * (1 + tanhf(inner));
    }
    return TT_OK;
}

static tt_status check_rows(const float *out, const float *x, int rows, int cols)
{
    if (rows < 0 || cols < 0) return TT_BAD_SHAPE;
    return rows > 0 && cols > 0 && (!out || !x) ? TT_BAD_VALUE : TT_OK;
}

static void softmax_row(float *out, const float *x, int cols)
{
    float max = -INFINITY, sum = 0;
    for (int j = 0; j < cols; j++)
        if (x[j] > max) max = x[j];
    for (int j = 0; j < cols; j++) sum += out[j] = expf(x[j] - max);
    for (int j = 0; j < cols; j++) out[j] /= sum;
}

tt_status ops_softmax(float *out, const float *x, int rows, int cols)
{
    tt_status status = check_rows(out, x, rows, cols);
    if (status != TT_OK || cols == 0) return status;
    for (int i = 0; i < rows; i++) softmax_row(out + (size_t)i * cols, x + (size_t)i * cols, cols);
    return TT_OK;
}

// Two passes, first the mean, then the squared differences from it: one pass with mean(x^2) - mean^2 loses
// its digits to cancellation when the mean is large.
static void layer_norm_row(float *out, const float *x, const float *gain, const float *bias, float eps,
                           int cols)
{
    float mean = 0, variance = 0;
    for (int j = 0; j < cols; j++) mean += x[j];
    mean /= (float)cols;
    for (int j = 0; j < cols; j++) variance += (x[j] - mean) * (x[j] - mean);
    variance /= (float)cols;
    float scale = 1 / sqrtf(variance + eps);
    for (int j = 0; j < cols; j++) out[j] = (x[j] - mean) * scale * gain[j] + bias[j];
}

tt_status ops_layer_norm(float *out, const float *x, const float *gain, const float *bias, float eps,
                         int rows, int cols)
{
    tt_status status = check_rows(out, x, rows, cols);
    if (status != TT_OK) return status;
    if (!(eps > 0) || isinf(eps)) return TT_BAD_VALUE; // not eps <= 0, which is false for NaN
    if (rows == 0 || cols == 0) return TT_OK;
    if (!gain || !bias) return TT_BAD_VALUE;
    for (int i = 0; i < rows; i++)
        layer_norm_row(out + (size_t)i * cols, x + (size_t)i * cols, gain, bias, eps, cols);
    return TT_OK;
}

tt_status ops_embedding(float *out, const float *table, const int *ids, int count, int vocab, int dim)
{
    if (count < 0 || vocab < 0 || dim < 0) return TT_BAD_SHAPE;
    if (count > 0 && (!ids || (dim > 0 && (!out || !table)))) return TT_BAD_VALUE;
    for (int i = 0; i < count; i++) // check every id before the first row is copied
        if (ids[i] < 0 || ids[i] >= vocab)
            return tt_fail(TT_BAD_VALUE, "ids[%d] is %d: not one of %d rows from 0", i, ids[i], vocab);
    if (dim == 0) return TT_OK;
    for (int i = 0; i < count; i++)
        memcpy(out + (size_t)i * dim, table + (size_t)ids[i] * dim, (size_t)dim * sizeof *out);
    return TT_OK;
}

tt_status ops_add_bias(float *out, const float *x, const float *bias, int rows, int cols)
{
    tt_status status = check_rows(out, x, rows, cols);
    if (status != TT_OK) return status;
    if (rows > 0 && cols > 0 && !bias) return TT_BAD_VALUE;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) out[(size_t)i * cols + j] = x[(size_t)i * cols + j] + bias[j];
    return TT_OK;
}
