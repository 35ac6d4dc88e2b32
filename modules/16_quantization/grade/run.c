// run.c: the child process: calls the student's functions with the numbers and arrays of a job.
#include "calls.h"
#include "engine/job.h"

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
    case MINMAX: { // x (A), the range so far in a[1]
        float *range = a[2];
        range[0] = ((float *)a[1])[0], range[1] = ((float *)a[1])[1];
        return quant_minmax(&range[0], &range[1], a[0], (size_t)n[A]);
    }
    case BINS: { // x (A), the ends of the range in a[1], B bins as they are so far in a[2]
        quant_histogram h = {((float *)a[1])[0], ((float *)a[1])[1], n[B], a[3]};
        for (int i = 0; i < n[B]; i++) h.bins[i] = ((uint64_t *)a[2])[i];
        return quant_count(&h, a[0], (size_t)n[A]);
    }
    case PERCENTILE: { // low, high, keep in a[1]
        const double *setting = a[1];
        quant_histogram h = {(float)setting[0], (float)setting[1], n[A], a[0]};
        return quant_percentile(a[2], (float *)a[2] + 1, &h, setting[2]);
    }
    case BIAS:
        return quant_bias(a[3], a[0], *(float *)a[1], a[2], n[A]);
    case FIXED:
        return quant_fixed_point(a[1], a[2], *(double *)a[0]);
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

const job_run job_runs[] = {{"floats", run_floats}, {"product", run_product}, {"layers", run_layers}, {0}};
