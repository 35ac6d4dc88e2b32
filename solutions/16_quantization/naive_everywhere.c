// naive_everywhere.c: the commonest false solution: bytes outside, floats inside. One scale for a tensor,
// numbers cut off where they should be rounded, and every product the textbook's loops in float. It runs, it
// looks like INT8, and it earns next to nothing.
#include "quantization.h"

#include <math.h>
#include <string.h>

// --- Scales ---

tt_status quant_scale(float *scale, const float *x, size_t count)
{
    float largest = 0;
    for (size_t i = 0; i < count; i++) largest = fmaxf(largest, fabsf(x[i]));
    *scale = largest / 128;
    return TT_OK;
}

tt_status quant_scale_columns(float *scales, const float *w, int k, int n)
{
    float one = 0;
    if (k < 0 || n < 0) return TT_BAD_SHAPE;
    if (n > 0 && (!scales || !w)) return TT_BAD_VALUE;
    quant_scale(&one, w, (size_t)k * n);
    for (int j = 0; j < n; j++) scales[j] = one;
    return TT_OK;
}

tt_status quant_affine_range(quant_affine *a, float low, float high, int top)
{
    *a = (quant_affine){(high - low) / top, (int)(-low / ((high - low) / top)), top};
    return TT_OK;
}

tt_status quant_weights(int8_t *q, const float *w, const float *scales, int k, int n)
{
    for (int i = 0; i < k * n; i++) q[i] = (int8_t)(w[i] / scales[i % n]);
    return TT_OK;
}

tt_status quant_bytes(uint8_t *q, const float *x, size_t count, quant_affine a)
{
    for (size_t i = 0; i < count; i++) q[i] = (uint8_t)(x[i] / a.scale + (float)a.zero_point);
    return TT_OK;
}

tt_status quant_weights_back(float *w, const int8_t *q, const float *scales, int k, int n)
{
    for (int i = 0; i < k * n; i++) w[i] = scales[i % n] * (float)q[i];
    return TT_OK;
}

tt_status quant_bytes_back(float *x, const uint8_t *q, size_t count, quant_affine a)
{
    for (size_t i = 0; i < count; i++) x[i] = a.scale * (float)(q[i] - a.zero_point);
    return TT_OK;
}

tt_status quant_bf16(uint16_t *q, const float *x, size_t count)
{
    for (size_t i = 0; i < count; i++) memcpy(&q[i], (const char *)&x[i] + 2, 2);
    return TT_OK;
}

tt_status quant_bf16_back(float *x, const uint16_t *q, size_t count)
{
    memset(x, 0, count * sizeof *x);
    for (size_t i = 0; i < count; i++) memcpy((char *)&x[i] + 2, &q[i], 2);
    return TT_OK;
}

// --- Calibration: the last batch, and all of it ---

tt_status quant_minmax(float *low, float *high, const float *x, size_t count)
{
    *low = *high = 0;
    for (size_t i = 0; i < count; i++) *low = fminf(*low, x[i]), *high = fmaxf(*high, x[i]);
    return TT_OK;
}

tt_status quant_count(quant_histogram *h, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float bin = (x[i] - h->low) / (h->high - h->low) * (float)h->count;
        if (bin >= 0 && bin < (float)h->count) h->bins[(int)bin]++;
    }
    return TT_OK;
}

tt_status quant_percentile(float *low, float *high, const quant_histogram *h, double keep)
{
    (void)keep;
    *low = h->low, *high = h->high;
    return TT_OK;
}

// --- Sums: back to floats, and to bytes from there ---

tt_status quant_bias(int32_t *q, const float *bias, float x_scale, const float *w_scales, int n)
{
    for (int j = 0; j < n; j++) q[j] = (int32_t)(bias[j] / (x_scale * w_scales[j]));
    return TT_OK;
}

tt_status quant_fixed_point(int32_t *multiplier, int32_t *shift, double scale)
{
    *multiplier = (int32_t)(scale * 65536), *shift = 16;
    return TT_OK;
}

static uint8_t back_to_byte(float sum, int j, const quant_output *o)
{
    float q = roundf(sum * (float)o->multiplier[j] / (float)(1ll << o->shift[j])) + (float)o->zero_point;
    return (uint8_t)fminf(fmaxf(q, (float)o->low), (float)o->high);
}

tt_status quant_requantize(uint8_t *q, const int32_t *sums, int m, int n, const quant_output *o)
{
    if (m < 0 || n < 0) return TT_BAD_SHAPE;
    for (int i = 0; i < m * n; i++) q[i] = back_to_byte((float)sums[i], i % n, o);
    return TT_OK;
}

// --- Products ---

tt_status quant_matmul(int32_t *out, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                       int m, int n, int k)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            float sum = bias ? (float)bias[j] : 0;
            for (int p = 0; p < k; p++) sum += (float)(x[i * k + p] - zero_point) * (float)w[p * n + j];
            out[i * n + j] = (int32_t)sum;
        }
    return TT_OK;
}

tt_status quant_matmul_signed(int32_t *out, const int8_t *x, const int8_t *w, int m, int n, int k)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int p = 0; p < k; p++) sum += (float)x[i * k + p] * (float)w[p * n + j];
            out[i * n + j] = (int32_t)sum;
        }
    return TT_OK;
}

// Where number p of column j lies in the packed weights.
static float packed_weight(const quant_matrix *w, int p, int j)
{
    int first = j / 16 * 16, width = w->n - first < 16 ? w->n - first : 16;
    return (float)w->packed[(first * ((w->k + 3) / 4) + p / 4 * width + j - first) * 4 + p % 4];
}

tt_status quant_pack(int8_t *packed, int32_t *sums, const int8_t *w, int k, int n)
{
    memset(packed, 0, quant_packed_bytes(k, n));
    memset(sums, 0, (size_t)n * sizeof *sums);
    for (int j = 0; j < n; j++)
        for (int p = 0; p < k; p++) {
            int first = j / 16 * 16, width = n - first < 16 ? n - first : 16;
            packed[(first * ((k + 3) / 4) + p / 4 * width + j - first) * 4 + p % 4] = w[p * n + j];
            sums[j] += w[p * n + j];
        }
    return TT_OK;
}

tt_status quant_matmul_packed(int32_t *out, const uint8_t *x, int zero_point, const quant_matrix *w, int m,
                              quant_path path)
{
    if (!quant_path_here(path)) return TT_BAD_VALUE;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < w->n; j++) {
            float sum = w->bias ? (float)w->bias[j] : 0;
            for (int p = 0; p < w->k; p++)
                sum += (float)(x[i * w->k + p] - zero_point) * packed_weight(w, p, j);
            out[i * w->n + j] = (int32_t)sum;
        }
    return TT_OK;
}

tt_status quant_conv3x3(uint8_t *y, const uint8_t *x, int zero_point, const quant_matrix *w,
                        const quant_output *o, int count, int h, int wide, int c, quant_path path)
{
    if (!quant_path_here(path)) return TT_BAD_VALUE;
    for (int pixel = 0; pixel < count * h * wide; pixel++)
        for (int j = 0; j < w->n; j++) {
            float sum = w->bias ? (float)w->bias[j] : 0;
            for (int tap = 0; tap < 9; tap++) {
                int row = pixel / wide % h + tap / 3 - 1, column = pixel % wide + tap % 3 - 1;
                if (row < 0 || row >= h || column < 0 || column >= wide) continue;
                const uint8_t *from = x + ((size_t)(pixel / (h * wide)) * h * wide + row * wide + column) * c;
                for (int ch = 0; ch < c; ch++)
                    sum += (float)(from[ch] - zero_point) * packed_weight(w, tap * c + ch, j);
            }
            y[(size_t)pixel * w->n + j] = back_to_byte(sum, j, o);
        }
    return TT_OK;
}

tt_status quant_maxpool(uint8_t *y, const uint8_t *x, int count, int h, int wide, int c)
{
    for (int i = 0; i < count * (h / 2) * (wide / 2) * c; i++) {
        int ch = i % c, ox = i / c % (wide / 2), oy = i / c / (wide / 2) % (h / 2),
            image = i / c / (wide / 2) / (h / 2);
        const uint8_t *from = x + ((size_t)(image * h + 2 * oy) * wide + 2 * ox) * c + ch;
        float top = fmaxf(from[0], from[c]), bottom = fmaxf(from[wide * c], from[(wide + 1) * c]);
        y[i] = (uint8_t)fmaxf(top, bottom);
    }
    return TT_OK;
}

// --- Layers: a scale is a scale ---

tt_status quant_layer_weights(int8_t *q, float *scales, int32_t *q_bias, const float *w, const float *bias,
                              int k, int n, float x_scale, bool per_channel)
{
    (void)per_channel;
    quant_scale_columns(scales, w, k, n);
    quant_weights(q, w, scales, k, n);
    return quant_bias(q_bias, bias, x_scale, scales, n);
}

tt_status quant_layer_prepare(const quant_layer *l, const int8_t *w)
{
    if (l->kind == QUANT_POOL) return TT_OK;
    for (int j = 0; j < l->out && l->to.scale > 0; j++)
        quant_fixed_point(&l->multiplier[j], &l->shift[j], l->in.scale * l->scales[j] / l->to.scale);
    return quant_pack(l->packed, l->sums, w, quant_layer_k(l), l->out);
}

tt_status quant_layer_run(uint8_t *y, const uint8_t *x, const quant_layer *l, int count, quant_path path)
{
    quant_matrix w = {quant_layer_k(l), l->out, l->packed, l->sums, l->bias};
    quant_output o = {l->multiplier, l->shift, l->to.zero_point, l->relu ? l->to.zero_point : 0, l->to.top};
    if (l->kind == QUANT_POOL) return quant_maxpool(y, x, count, l->h, l->w, l->c);
    if (l->kind == QUANT_CONV)
        return quant_conv3x3(y, x, l->in.zero_point, &w, &o, count, l->h, l->w, l->c, path);
    for (int i = 0; i < count; i++) {
        int32_t sums[4096];
        quant_matmul_packed(sums, x + (size_t)i * w.k, l->in.zero_point, &w, 1, path);
        quant_requantize(y + (size_t)i * l->out, sums, 1, l->out, &o);
    }
    return TT_OK;
}

tt_status quant_logits(float *logits, const uint8_t *x, const quant_layer *l, int count, quant_path path)
{
    quant_matrix w = {quant_layer_k(l), l->out, l->packed, l->sums, l->bias};
    for (int i = 0; i < count; i++) {
        int32_t sums[4096];
        quant_matmul_packed(sums, x + (size_t)i * w.k, l->in.zero_point, &w, 1, path);
        for (int j = 0; j < l->out; j++) logits[i * l->out + j] = l->in.scale * l->scales[j] * (float)sums[j];
    }
    return TT_OK;
}

tt_status quant_network_run(float *logits, const uint8_t *x, const quant_layer *layers, int layer_count,
                            uint8_t *const work[2], int count, quant_path path)
{
    for (int i = 0; i < layer_count - 1; i++, x = work[(i + 1) % 2])
        quant_layer_run(work[i % 2], x, &layers[i], count, path);
    return quant_logits(logits, x, &layers[layer_count - 1], count, path);
}
