// calls.h: the numbers and arrays of a job, as both sides of the grader read them.
//
// A case's argument says which function run.c calls (CALLS). Arrays are in the order inputs, outputs.
#pragma once

#include "quantization.h"

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

// The arrays of a call on layers; each holds the parts of all layers, one after the other.
enum { IN, ROWS, AFFINES, PACKED_WEIGHTS, NUMBERS, SCALES, WORK, WORK_TOO, OUT, RAW_WEIGHTS };

// The sizes of a layer in ROWS; its `in` and `to` are two entries of AFFINES.
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
