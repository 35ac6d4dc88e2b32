// functions_16.c: the functions of module 16 that models of bytes need. Common has no bytes: what is nobody's is floats.
#include "quantization.h"

#include "seam.h"

// A layer of two numbers to two, w = 1 -2 / 3 4, as the contract has it.
static const float x4[] = {1, -2, 0.5f, 3}, one2[] = {1, 1};
static const int8_t w4[] = {1, -2, 3, 4};
static const uint8_t q2[] = {3, 200};
static const quant_affine bytes = {0.5f, 10, 255};
static int8_t packed[2 * QUANT_GROUP + 64] = {1, 3, 0, 0, -2, 4};
static int32_t sums[] = {4, 2}, bias[] = {0, 1}, multiplier[] = {1 << 30, 1 << 30}, shift[] = {31, 31};
static float scales[] = {1, 1};
static uint64_t bins[] = {1, 2, 1};
static const quant_histogram counts = {-2, 3, 3, bins};
static const quant_layer last = {.kind = QUANT_LINEAR,
                                 .h = 1,
                                 .w = 1,
                                 .c = 2,
                                 .out = 2,
                                 .in = {0.5f, 10, 255},
                                 .scales = scales,
                                 .bias = bias,
                                 .packed = packed,
                                 .sums = sums,
                                 .multiplier = multiplier,
                                 .shift = shift};

COURSE_FUNCTION(16, quant_scale_columns, (float *scales, const float *w, int k, int n), (scales, w, k, n),
                NULL, {
                    float made[2];
                    return f(made, x4, 2, 2);
                })

COURSE_FUNCTION(16, quant_weights, (int8_t * q, const float *w, const float *scales, int k, int n),
                (q, w, scales, k, n), NULL, {
                    int8_t q[4];
                    return f(q, x4, one2, 2, 2);
                })

COURSE_FUNCTION(16, quant_affine_range, (quant_affine * a, float low, float high, int top),
                (a, low, high, top), NULL, {
                    quant_affine made;
                    return f(&made, -1, 1.55f, 255);
                })

COURSE_FUNCTION(16, quant_bytes, (uint8_t * q, const float *x, size_t count, quant_affine a),
                (q, x, count, a), NULL, {
                    uint8_t q[4];
                    return f(q, x4, 4, bytes);
                })

COURSE_FUNCTION(16, quant_minmax, (float *low, float *high, const float *x, size_t count),
                (low, high, x, count), NULL, {
                    float low = 0, high = 0;
                    return f(&low, &high, x4, 4);
                })

COURSE_FUNCTION(16, quant_count, (quant_histogram * h, const float *x, size_t n), (h, x, n), NULL, {
    quant_histogram made = counts;
    return f(&made, x4, 4);
})

COURSE_FUNCTION(16, quant_percentile, (float *low, float *high, const quant_histogram *h, double keep),
                (low, high, h, keep), NULL, {
                    float low, high;
                    return f(&low, &high, &counts, 1);
                })

COURSE_FUNCTION(16, quant_pack, (int8_t * packed, int32_t *sums, const int8_t *w, int k, int n),
                (packed, sums, w, k, n), NULL, {
                    int8_t made[sizeof packed];
                    int32_t of_columns[2];
                    return f(made, of_columns, w4, 2, 2);
                })

COURSE_FUNCTION(16, quant_matmul_packed,
                (int32_t * out, const uint8_t *x, int zero_point, const quant_matrix *w, int m,
                 quant_path path),
                (out, x, zero_point, w, m, path), NULL, {
                    const quant_matrix w = {2, 2, packed, sums, NULL};
                    int32_t out[2];
                    return f(out, q2, 10, &w, 1, quant_best_path(255));
                })

COURSE_FUNCTION(16, quant_layer_weights,
                (int8_t * q, float *scales, int32_t *q_bias, const float *w, const float *bias, int k, int n,
                 float x_scale, bool per_channel),
                (q, scales, q_bias, w, bias, k, n, x_scale, per_channel), NULL, {
                    int8_t q[4];
                    float made[2];
                    int32_t q_bias[2];
                    return f(q, made, q_bias, x4, one2, 2, 2, 0.5f, true);
                })

COURSE_FUNCTION(16, quant_layer_prepare, (const quant_layer *l, const int8_t *w), (l, w), NULL,
                { return f(&last, w4); })

COURSE_FUNCTION(16, quant_layer_run,
                (uint8_t * y, const uint8_t *x, const quant_layer *l, int count, quant_path path),
                (y, x, l, count, path), NULL, {
                    quant_layer l = last;
                    uint8_t y[2];
                    l.to = bytes;
                    return f(y, q2, &l, 1, quant_best_path(255));
                })

COURSE_FUNCTION(
    16, quant_network_run,
    (float *logits, const uint8_t *x, const quant_layer *layers, int layer_count, uint8_t *const work[2],
     int count, quant_path path),
    (logits, x, layers, layer_count, work, count, path), NULL, {
        float logits[2];
        uint8_t room[2][2];
        return f(logits, q2, &last, 1, (uint8_t *const[2]){room[0], room[1]}, 1, quant_best_path(255));
    })
