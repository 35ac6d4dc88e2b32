// pointwise.c: layers without weights: max pool and gelu as the compiler can vectorise them, and the derivatives of
// both and of relu.
#include "layers.h"

#include <math.h>
#include <string.h>

#include "fast_exp.h"

// The offset in the picture of the largest value of a channel in a window. NaN counts as the largest
// value, as it does in ops_maxpool.
static size_t argmax(const float *image, int top, int left, int channel, int window, int w, int c)
{
    size_t best = ((size_t)top * w + left) * c + channel;
    for (int y = top; y < top + window; y++)
        for (int x = left; x < left + window; x++) {
            size_t at = ((size_t)y * w + x) * c + channel;
            if (image[at] > image[best] || isnan(image[at])) best = at;
        }
    return best;
}

// out = the larger of both, channel by channel; once it is NaN it stays so.
static void keep_larger(float *out, const float *x, int c)
{
    for (int channel = 0; channel < c; channel++) {
        const bool take = (x[channel] > out[channel]) | (x[channel] != x[channel]);
        out[channel] = take ? x[channel] : out[channel];
    }
}

tt_status nn_maxpool(float *out, const float *x, int n, int h, int w, int c, int window, int stride)
{
    int ho = ops_out_size(h, window, stride, 0), wo = ops_out_size(w, window, stride, 0);
    if (n < 0 || c < 0 || ho < 1 || wo < 1) return TT_BAD_SHAPE;
    if (n == 0 || c == 0) return TT_OK;
    if (!out || !x) return TT_BAD_VALUE;
    for (int i = 0; i < n; i++, x += (size_t)h * w * c)
        for (int oy = 0; oy < ho; oy++)
            for (int ox = 0; ox < wo; ox++, out += c) {
                const float *corner = x + ((size_t)oy * stride * w + (size_t)ox * stride) * c;
                memcpy(out, corner, (size_t)c * sizeof *out);
                for (int ky = 0; ky < window; ky++)
                    for (int kx = 0; kx < window; kx++)
                        keep_larger(out, corner + ((size_t)ky * w + kx) * c, c);
            }
    return TT_OK;
}

tt_status nn_maxpool_backward(float *dx, const float *dy, const float *x, int n, int h, int w, int c,
                              int window, int stride)
{
    int ho = ops_out_size(h, window, stride, 0), wo = ops_out_size(w, window, stride, 0);
    if (n < 0 || c < 0 || ho < 1 || wo < 1) return TT_BAD_SHAPE;
    if (n == 0 || c == 0) return TT_OK;
    if (!dx || !dy || !x) return TT_BAD_VALUE;
    size_t picture = (size_t)h * w * c;
    memset(dx, 0, (size_t)n * picture * sizeof *dx);
    for (int i = 0; i < n; i++, dx += picture, x += picture)
        for (int oy = 0; oy < ho; oy++)
            for (int ox = 0; ox < wo; ox++, dy += c)
                for (int channel = 0; channel < c; channel++)
                    dx[argmax(x, oy * stride, ox * stride, channel, window, w, c)] += dy[channel];
    return TT_OK;
}

tt_status nn_relu_backward(float *dx, const float *dy, const float *y, size_t count)
{
    if (count > 0 && (!dx || !dy || !y)) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++) dx[i] = y[i] > 0 ? dy[i] : 0;
    return TT_OK;
}

static const float root = 0.7978845608f, cubic = 0.044715f; // sqrt(2 / pi), and the paper's fitted number

tt_status nn_gelu(float *out, const float *x, size_t count)
{
    if (count > 0 && (!out || !x)) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++)
        out[i] = 0.5f * x[i] * (1 + fast_tanh(root * x[i] * (1 + cubic * x[i] * x[i])));
    return TT_OK;
}

// With u = sqrt(2 / pi) (x + 0.044715 x^3) and t = tanh(u), gelu is x / 2 (1 + t), and its derivative
// (1 + t) / 2 + x / 2 (1 - t^2) u'.
tt_status nn_gelu_backward(float *dx, const float *dy, const float *x, size_t count)
{
    if (count > 0 && (!dx || !dy || !x)) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++) {
        float square = x[i] * x[i];
        float t = fast_tanh(root * x[i] * (1 + cubic * square));
        float slope = root * (1 + 3 * cubic * square);
        dx[i] = dy[i] * 0.5f * (1 + t + x[i] * (1 - t * t) * slope);
    }
    return TT_OK;
}
