// rows.c: softmax and layer norm of ops.h, row by row, with exponentials and sums that the compiler can vectorise.
//
// A sum of floats in one variable cannot be vectorised: its additions have an order, and each waits for the
// one before. As many sums as a vector has lanes are one addition for as many floats.
#include "layers.h"

#include <math.h>

#include "core/vec.h"
#include "fast_exp.h"

static tt_status check(const float *out, const float *x, int rows, int cols)
{
    if (rows < 0 || cols < 0) return TT_BAD_SHAPE;
    return rows > 0 && cols > 0 && (!out || !x) ? TT_BAD_VALUE : TT_OK;
}

typedef int mask __attribute__((vector_size(VEC_FLOATS * sizeof(int))));

// Lane by lane, the larger of both; a NaN in x is passed over. In C a vector has no `?:`.
static vec larger(vec x, vec max)
{
    mask take = x > max;
    return (vec)(((mask)x & take) | ((mask)max & ~take));
}

static float largest(const float *x, int cols)
{
    float max = -INFINITY;
    vec lanes = max - (vec){0};
    int j = 0;
    for (; j + VEC_FLOATS <= cols; j += VEC_FLOATS) lanes = larger(vec_load(x + j), lanes);
    for (; j < cols; j++) max = x[j] > max ? x[j] : max;
    for (int lane = 0; lane < VEC_FLOATS; lane++) max = lanes[lane] > max ? lanes[lane] : max;
    return max;
}

static float sum(const float *x, int cols)
{
    vec lanes = {0};
    float all = 0;
    int j = 0;
    for (; j + VEC_FLOATS <= cols; j += VEC_FLOATS) lanes += vec_load(x + j);
    for (; j < cols; j++) all += x[j];
    for (int lane = 0; lane < VEC_FLOATS; lane++) all += lanes[lane];
    return all;
}

static float sum_of_squares(const float *x, float mean, int cols)
{
    vec lanes = {0};
    float all = 0;
    int j = 0;
    for (; j + VEC_FLOATS <= cols; j += VEC_FLOATS) {
        vec away = vec_load(x + j) - mean;
        lanes += away * away;
    }
    for (; j < cols; j++) all += (x[j] - mean) * (x[j] - mean);
    for (int lane = 0; lane < VEC_FLOATS; lane++) all += lanes[lane];
    return all;
}

tt_status nn_softmax(float *out, const float *x, int rows, int cols)
{
    tt_status status = check(out, x, rows, cols);
    if (status != TT_OK || cols == 0) return status;
    for (int i = 0; i < rows; i++, out += cols, x += cols) {
        const float max = largest(x, cols);
        for (int j = 0; j < cols; j++) out[j] = fast_exp(x[j] - max);
        const float scale = 1 / sum(out, cols);
        for (int j = 0; j < cols; j++) out[j] *= scale;
    }
    return TT_OK;
}

tt_status nn_layer_norm(float *out, const float *x, const float *gain, const float *bias, float eps, int rows,
                        int cols)
{
    tt_status status = check(out, x, rows, cols);
    if (status != TT_OK) return status;
    if (!(eps > 0) || isinf(eps)) return TT_BAD_VALUE; // not eps <= 0, which is false for NaN
    if (rows == 0 || cols == 0) return TT_OK;
    if (!gain || !bias) return TT_BAD_VALUE;
    for (int i = 0; i < rows; i++, out += cols, x += cols) {
        const float mean = sum(x, cols) / (float)cols;
        const float scale = 1 / sqrtf(sum_of_squares(x, mean, cols) / (float)cols + eps);
        for (int j = 0; j < cols; j++) out[j] = (x[j] - mean) * scale * gain[j] + bias[j];
    }
    return TT_OK;
}
