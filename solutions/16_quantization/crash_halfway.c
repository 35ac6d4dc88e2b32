// crash_halfway.c: a student's file in the middle of the work: scales and rounding written, a product that
// reaches far outside its arrays, the rest as shipped. Lesson, benchmark and grader must go on round it.
#include "quantization.h"

#include <math.h>

tt_status quant_scale(float *scale, const float *x, size_t count)
{
    float largest = 0;
    if (!scale || (count > 0 && !x)) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(x[i])) return TT_BAD_VALUE;
        largest = fmaxf(largest, fabsf(x[i]));
    }
    *scale = largest / 127 < 0x1p-126f ? 1 : largest / 127;
    return TT_OK;
}

tt_status quant_weights(int8_t *q, const float *w, const float *scales, int k, int n)
{
    for (int i = 0; i < k * n; i++) q[i] = (int8_t)fmaxf(-127, fminf(127, rintf(w[i] / scales[i % n])));
    return TT_OK;
}

tt_status quant_matmul(int32_t *out, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                       int m, int n, int k)
{
    (void)zero_point, (void)w, (void)bias, (void)m, (void)n, (void)k;
    for (size_t far = (size_t)1 << 40; far > 0; far++) out[far] = x[far];
    return TT_OK;
}

// What is not written yet.
#define TODO(name, ...)                                                                                      \
    tt_status name(__VA_ARGS__) { return TT_TODO; }

#pragma GCC diagnostic ignored "-Wunused-parameter"
TODO(quant_scale_columns, float *s, const float *w, int k, int n)
TODO(quant_affine_range, quant_affine *a, float low, float high, int top)
TODO(quant_bytes, uint8_t *q, const float *x, size_t count, quant_affine a)
TODO(quant_weights_back, float *w, const int8_t *q, const float *scales, int k, int n)
TODO(quant_bytes_back, float *x, const uint8_t *q, size_t count, quant_affine a)
TODO(quant_bf16, uint16_t *q, const float *x, size_t count)
TODO(quant_bf16_back, float *x, const uint16_t *q, size_t count)
TODO(quant_minmax, float *low, float *high, const float *x, size_t count)
TODO(quant_count, quant_histogram *h, const float *x, size_t n)
TODO(quant_percentile, float *low, float *high, const quant_histogram *h, double keep)
TODO(quant_bias, int32_t *q, const float *bias, float x_scale, const float *w_scales, int n)
TODO(quant_fixed_point, int32_t *multiplier, int32_t *shift, double scale)
TODO(quant_requantize, uint8_t *q, const int32_t *sums, int m, int n, const quant_output *o)
TODO(quant_matmul_signed, int32_t *out, const int8_t *x, const int8_t *w, int m, int n, int k)
TODO(quant_pack, int8_t *packed, int32_t *sums, const int8_t *w, int k, int n)
TODO(quant_matmul_packed, int32_t *out, const uint8_t *x, int zero_point, const quant_matrix *w, int m,
     quant_path path)
TODO(quant_conv3x3, uint8_t *y, const uint8_t *x, int zero_point, const quant_matrix *w,
     const quant_output *o, int count, int h, int wide, int c, quant_path path)
TODO(quant_maxpool, uint8_t *y, const uint8_t *x, int count, int h, int wide, int c)
TODO(quant_layer_weights, int8_t *q, float *scales, int32_t *q_bias, const float *w, const float *bias, int k,
     int n, float x_scale, bool per_channel)
TODO(quant_layer_prepare, const quant_layer *l, const int8_t *w)
TODO(quant_layer_run, uint8_t *y, const uint8_t *x, const quant_layer *l, int count, quant_path path)
TODO(quant_logits, float *logits, const uint8_t *x, const quant_layer *l, int count, quant_path path)
TODO(quant_network_run, float *logits, const uint8_t *x, const quant_layer *layers, int layer_count,
     uint8_t *const work[2], int count, quant_path path)
