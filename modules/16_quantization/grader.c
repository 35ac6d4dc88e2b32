// grader.c: the cases of module 16. Compiled twice: see grader/grade.h.
//
// A case's argument says which function run calls (CALLS); arrays stand in the order inputs, outputs. Answers
// are whole numbers wherever the contract makes them so, and are compared exactly. What the parent does is by
// topic in the headers grader_*.h.
#include "grade.h"

#include "quantization.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

// Sizes and settings of a job, by call; the last one has a bit for each array that run passes as NULL.
enum { A, B, C, D, E, F, G, NULLS };

enum {
    SCALE,
    COLUMNS,
    AFFINE,
    WEIGHTS,
    BYTES,
    WEIGHTS_BACK,
    BYTES_BACK,
    BF16,
    BF16_BACK,
    MINMAX,
    BINS,
    PERCENTILE,
    BIAS,
    FIXED,
    REQUANTIZE,
    MATMUL,
    SIGNED,
    PACK,
    PACKED,
    CONV,
    POOL,
    MAKE,
    PREPARE,
    LAYER,
    LOGITS,
    NETWORK,
    CALLS
};

// The arrays of a call on layers, each holding that of all layers one behind the other.
enum { IN, ROWS, AFFINES, PACKED_WEIGHTS, NUMBERS, SCALES, WORK, WORK_TOO, OUT, RAW_WEIGHTS };

// What ROWS says of a layer; `in` and `to` are two of AFFINES.
typedef struct {
    int kind, h, w, c, out, relu;
} layer_row;

// The layers of a job: pointers into its arrays. NUMBERS has sums, bias, multiplier and shift of each layer.
static inline void point_at_layers(quant_layer *layers, int count, const layer_row *rows,
                                   const quant_affine *affines, const int8_t *packed, const int32_t *numbers,
                                   const float *scales)
{
    for (int i = 0; i < count; i++, rows++, affines += 2) {
        quant_layer *l = &layers[i];
        *l = (quant_layer){.kind = (quant_kind)rows->kind,
                           .h = rows->h,
                           .w = rows->w,
                           .c = rows->c,
                           .out = rows->out,
                           .in = affines[0],
                           .to = affines[1],
                           .relu = rows->relu,
                           .name = "layer"};
        if (l->kind == QUANT_POOL) continue;
        l->packed = (int8_t *)packed, l->scales = (float *)scales, l->sums = (int32_t *)numbers;
        l->bias = l->sums + l->out, l->multiplier = l->bias + l->out, l->shift = l->multiplier + l->out;
        packed += quant_packed_bytes(quant_layer_k(l), l->out), scales += l->out, numbers += 4 * l->out;
    }
}

enum { MOST_LAYERS = 8 };

// --- run: in the child ---

#ifdef TT_CHILD
static tt_status run_floats(void *memory, int call)
{
    const int *n = ((job_layout *)memory)->number;
    void *a[4];
    for (int i = 0; i < 4; i++) a[i] = n[NULLS] >> i & 1 ? NULL : job_array(memory, i);
    switch (call) {
    case SCALE:
        return quant_scale(a[1], a[0], (size_t)n[A]);
    case COLUMNS:
        return quant_scale_columns(a[1], a[0], n[A], n[B]);
    case AFFINE:
        return quant_affine_range(a[1], ((float *)a[0])[0], ((float *)a[0])[1], n[A]);
    case WEIGHTS:
        return quant_weights(a[2], a[0], a[1], n[A], n[B]);
    case BYTES:
        return quant_bytes(a[2], a[0], (size_t)n[A], *(quant_affine *)a[1]);
    case WEIGHTS_BACK:
        return quant_weights_back(a[2], a[0], a[1], n[A], n[B]);
    case BYTES_BACK:
        return quant_bytes_back(a[2], a[0], (size_t)n[A], *(quant_affine *)a[1]);
    case BF16:
        return quant_bf16(a[1], a[0], (size_t)n[A]);
    case BF16_BACK:
        return quant_bf16_back(a[1], a[0], (size_t)n[A]);
    case MINMAX: { // x (A) in B batches, from the range in a[1]
        float *range = a[2];
        range[0] = ((float *)a[1])[0], range[1] = ((float *)a[1])[1];
        tt_status status = TT_OK;
        for (int i = 0; i < n[B] && status == TT_OK; i++)
            status =
                quant_minmax(&range[0], &range[1], (float *)a[0] + i * (n[A] / n[B]), (size_t)(n[A] / n[B]));
        return status;
    }
    case BINS: { // x (A) into B bins, in two batches
        quant_histogram h = {((float *)a[1])[0], ((float *)a[1])[1], n[B], a[2]};
        for (int i = 0; i < n[B]; i++) h.bins[i] = 0;
        tt_status status = quant_count(&h, a[0], (size_t)n[A] / 2);
        return status == TT_OK ? quant_count(&h, (float *)a[0] + n[A] / 2, (size_t)(n[A] - n[A] / 2))
                               : status;
    }
    case PERCENTILE: { // low, high, keep in a[1]
        const double *setting = a[1];
        quant_histogram h = {(float)setting[0], (float)setting[1], n[A], a[0]};
        return quant_percentile(a[2], (float *)a[2] + 1, &h, setting[2]);
    }
    case BIAS:
        return quant_bias(a[3], a[0], *(float *)a[1], a[2], n[A]);
    case FIXED: { // A scales
        tt_status status = TT_OK;
        for (int i = 0; i < n[A] && status == TT_OK; i++)
            status = quant_fixed_point((int32_t *)a[1] + i, (int32_t *)a[2] + i, ((double *)a[0])[i]);
        return status;
    }
    default:
        return TT_BAD_VALUE;
    }
}

static tt_status run_product(void *memory, int call)
{
    const int *n = ((job_layout *)memory)->number;
    void *a[7];
    for (int i = 0; i < 7; i++) a[i] = n[NULLS] >> i & 1 ? NULL : job_array(memory, i);
    const quant_output o = {a[5], a[6], n[C], n[D], n[E]};
    switch (call) {
    case REQUANTIZE:
        return quant_requantize(a[3], a[0], n[A], n[B], &o);
    case MATMUL:
        return quant_matmul(a[3], a[0], n[D], a[1], a[2], n[A], n[B], n[C]);
    case SIGNED:
        return quant_matmul_signed(a[3], a[0], a[1], n[A], n[B], n[C]);
    case PACK:
        return quant_pack(a[3], a[4], a[1], n[C], n[B]);
    case PACKED: {
        const quant_matrix w = {n[C], n[B], a[1], a[4], a[2]};
        return quant_matmul_packed(a[3], a[0], n[D], &w, n[A], (quant_path)n[E]);
    }
    case CONV: { // its sizes are in array 7
        const int *size = job_array(memory, 7);
        const quant_matrix w = {size[5], n[B], a[1], a[4], a[2]};
        return quant_conv3x3(a[3], a[0], size[0], &w, &o, size[1], size[2], size[3], size[4],
                             (quant_path)n[F]);
    }
    case POOL:
        return quant_maxpool(a[3], a[0], n[A], n[B], n[C], n[D]);
    default:
        return TT_BAD_VALUE;
    }
}

static tt_status run_layers(void *memory, int call)
{
    const int *n = ((job_layout *)memory)->number;
    void *a[10];
    for (int i = 0; i < 10; i++) a[i] = job_array(memory, i);
    if (call == MAKE)
        return quant_layer_weights(a[3], a[4], a[5], a[0], a[1], n[A], n[B], *(float *)a[2], n[C]);
    quant_layer layers[MOST_LAYERS];
    uint8_t *const work[2] = {a[WORK], a[WORK_TOO]};
    point_at_layers(layers, n[A], a[ROWS], a[AFFINES], a[PACKED_WEIGHTS], a[NUMBERS], a[SCALES]);
    switch (call) {
    case PREPARE:
        return quant_layer_prepare(&layers[0], a[RAW_WEIGHTS]);
    case LAYER:
        return quant_layer_run(a[OUT], a[IN], &layers[0], n[B], (quant_path)n[C]);
    case LOGITS:
        return quant_logits(a[OUT], a[IN], &layers[0], n[B], (quant_path)n[C]);
    default:
        return quant_network_run(a[OUT], a[IN], layers, n[A], work, n[B], (quant_path)n[C]);
    }
}

#else

#include <stdio.h>

#include "int8_peak.h"
#include "measure.h"
#include "oracle.h"

#include "grader_floats.h"
#include "grader_sums.h"
#include "grader_products.h"
#include "grader_layers.h"
#include "grader_doors.h"
#include "grader_speed.h"
#endif

// --- The table ---

#define ROW(name, function, points, flags, call, fill, run, check, yard)                                     \
    {                                                                                                        \
        PARENT(name), PARENT(function), points, flags, call, PARENT(fill), CHILD(run), PARENT(check),        \
            PARENT(yard)                                                                                     \
    }
#define FLOATS(name, function, points, call, fill, check)                                                    \
    ROW(name, function, points, 0, call, fill, run_floats, check, NULL)
#define PRODUCT(name, function, points, call, fill, check)                                                   \
    ROW(name, function, points, 0, call, fill, run_product, check, NULL)
#define TIMED(name, function, points, flags, call, fill, check, yard)                                        \
    ROW(name, function, points, flags, call, fill, run_product, check, yard)
#define LAYERS(name, function, points, call, fill, check)                                                    \
    ROW(name, function, points, 0, call, fill, run_layers, check, NULL)

const grade_case grade_cases[] = {
    FLOATS("the largest lands on 127", "quant_scale", 3, SCALE, fill_scale, check_scale),
    FLOATS("zeros, next to zero, NaN", "quant_scale", 1, SCALE, fill_no_scale, check_no_scale),
    FLOATS("a scale for each column", "quant_scale_columns", 3, COLUMNS, fill_columns, check_columns),
    FLOATS("empty, negative and NULL", "quant_scale_columns", 1, COLUMNS, fill_door, check_door),
    FLOATS("range and zero point, 8 and 7 bits", "quant_affine_range", 3, AFFINE, fill_affine, check_affine),
    FLOATS("constant tensors have a scale", "quant_affine_range", 2, AFFINE, fill_constant, check_affine),

    FLOATS("to nearest, ties to even", "quant_weights", 2, WEIGHTS, fill_weights, check_weights),
    FLOATS("both ends are 127 steps away", "quant_weights", 2, WEIGHTS, fill_ends, check_weights),
    FLOATS("to nearest, ties to even", "quant_bytes", 2, BYTES, fill_bytes, check_bytes),
    FLOATS("clamped, NaN and infinity", "quant_bytes", 2, BYTES, fill_wild, check_bytes),
    FLOATS("zero comes back as zero", "quant_bytes_back", 1, BYTES_BACK, fill_bytes_back, check_bytes_back),
    FLOATS("times its column's scale", "quant_weights_back", 1, WEIGHTS_BACK, fill_weights_back,
           check_weights_back),

    FLOATS("to nearest, ties to even", "quant_bf16", 2, BF16, fill_bf16, check_bf16),
    FLOATS("the same number again", "quant_bf16_back", 1, BF16_BACK, fill_bf16_back, check_bf16_back),

    FLOATS("other data, other range", "quant_minmax", 2, MINMAX, fill_minmax, check_minmax),
    FLOATS("every value in its bin", "quant_count", 2, BINS, fill_bins, check_bins),
    FLOATS("outliers cut, each end by itself", "quant_percentile", 3, PERCENTILE, fill_percentile,
           check_percentile),

    FLOATS("in steps of both scales", "quant_bias", 3, BIAS, fill_bias, check_bias),
    FLOATS("31 bits and a shift", "quant_fixed_point", 3, FIXED, fill_fixed, check_fixed),
    PRODUCT("to the last bit, ties upwards", "quant_requantize", 4, REQUANTIZE, fill_ties, check_requantize),
    PRODUCT("zero point, relu and clamp", "quant_requantize", 2, REQUANTIZE, fill_clamp, check_requantize),
    PRODUCT("empty, negative and NULL", "quant_requantize", 1, REQUANTIZE, fill_door, check_door),

    PRODUCT("sums past 2^24, exactly", "quant_matmul", 3, MATMUL, fill_large_sums, check_product),
    PRODUCT("zero point and bias", "quant_matmul", 3, MATMUL, fill_matmul, check_product),
    PRODUCT("empty, negative and NULL", "quant_matmul", 1, MATMUL, fill_door, check_door),
    PRODUCT("-128 on both sides", "quant_matmul_signed", 3, SIGNED, fill_signed, check_signed),

    PRODUCT("panels, groups and sums", "quant_pack", 2, PACK, fill_pack, check_pack),
    PRODUCT("ragged shapes on every path", "quant_matmul_packed", 4, PACKED, fill_packed, check_product),
    PRODUCT("255 x -127 everywhere, on every path", "quant_matmul_packed", 4, PACKED, fill_extreme,
            check_product),
    PRODUCT("empty, negative and NULL", "quant_matmul_packed", 1, PACKED, fill_door, check_door),
    TIMED("faster than loops", "quant_matmul_packed", 0, CASE_PACE, PACKED, fill_all_bits, check_by_sample,
          PACE),
    TIMED("speed with all 8 bits", "quant_matmul_packed", 5, 0, PACKED, fill_all_bits, check_by_sample,
          PRODUCT_SPEED),
    TIMED("speed with 7 bits", "quant_matmul_packed", 4, 0, PACKED, fill_seven_bits, check_by_sample,
          PRODUCT_SPEED),

    PRODUCT("the border is the zero point", "quant_conv3x3", 5, CONV, fill_conv, check_conv),
    PRODUCT("empty, negative and NULL", "quant_conv3x3", 1, CONV, fill_door, check_door),
    TIMED("faster than loops", "quant_conv3x3", 0, CASE_PACE, CONV, fill_conv_speed, check_conv, CONV_PACE),
    TIMED("speed", "quant_conv3x3", 5, 0, CONV, fill_conv_speed, check_conv, CONV_SPEED),
    PRODUCT("the largest of four, odd edges left out", "quant_maxpool", 3, POOL, fill_pool, check_pool),
    PRODUCT("empty, negative and NULL", "quant_maxpool", 1, POOL, fill_door, check_door),

    LAYERS("once, per channel or one scale for all", "quant_layer_weights", 2, MAKE, fill_make, check_make),
    LAYERS("packed, and both scales in the multiplier", "quant_layer_prepare", 2, PREPARE, fill_prepare,
           check_prepare),
    LAYERS("each kind, relu or not", "quant_layer_run", 2, LAYER, fill_layer, check_layer),
    LAYERS("sums to floats", "quant_logits", 1, LOGITS, fill_logits, check_network),
    LAYERS("bytes from layer to layer", "quant_network_run", 2, NETWORK, fill_network, check_network),
};

const int grade_case_count = COUNT(grade_cases);
