// linear.c: a fully connected layer is one product forward and two backward.
#include "layers.h"

#include <string.h>

#include "ops/backend.h"
#include "core/scratch.h"

// Tile by tile: the rows and columns of a tile both stay in L1, where two plain loops would write to
// another cache line with every store.
tt_status nn_transpose(float *out, const float *x, int rows, int cols)
{
    enum { TILE = 16 }; // one cache line of floats
    if (rows < 0 || cols < 0) return TT_BAD_SHAPE;
    if (rows > 0 && cols > 0 && (!out || !x)) return TT_BAD_VALUE;
    for (int top = 0; top < rows; top += TILE)
        for (int left = 0; left < cols; left += TILE) {
            int bottom = rows - top < TILE ? rows : top + TILE;
            int right = cols - left < TILE ? cols : left + TILE;
            for (int j = left; j < right; j++)
                for (int i = top; i < bottom; i++) out[(size_t)j * rows + i] = x[(size_t)i * cols + j];
        }
    return TT_OK;
}

static tt_status check(const void *y, const void *x, const void *w, int rows, int in, int out)
{
    if (rows < 0 || in < 0 || out < 0) return TT_BAD_SHAPE;
    if (rows > 0 && out > 0 && !y) return TT_BAD_VALUE;
    if (rows > 0 && in > 0 && !x) return TT_BAD_VALUE;
    return in > 0 && out > 0 && !w ? TT_BAD_VALUE : TT_OK;
}

tt_status nn_linear(float *y, const float *x, const float *w, const float *bias, int rows, int in, int out)
{
    tt_status status = check(y, x, w, rows, in, out);
    if (status == TT_OK) status = backend->matmul(y, x, w, rows, out, in);
    if (status != TT_OK || !bias) return status;
    return ops_add_bias(y, y, bias, rows, out);
}

static void sum_rows(float *sum, const float *x, int rows, int cols)
{
    memset(sum, 0, (size_t)cols * sizeof *sum);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) sum[j] += x[(size_t)i * cols + j];
}

// y = x w, so dw = x^T dy and dx = dy w^T.
tt_status nn_linear_backward(float *dx, float *dw, float *dbias, const float *dy, const float *x,
                             const float *w, int rows, int in, int out)
{
    tt_status status = check(dy, x, w, rows, in, out);
    if (status != TT_OK) return status;
    if (in > 0 && out > 0 && !dw) return TT_BAD_VALUE;
    size_t x_floats = (size_t)rows * in, w_floats = dx ? (size_t)in * out : 0;
    float *transposed = tt_scratch(TT_SCRATCH_LAYER, (x_floats + w_floats) * sizeof *transposed);
    if (!transposed && x_floats + w_floats > 0)
        return tt_fail(TT_NO_MEMORY, "no memory for the transposes of a linear layer");

    nn_transpose(transposed, x, rows, in);
    status = backend->matmul(dw, transposed, dy, in, out, rows);
    if (status != TT_OK) return status;
    if (dbias) sum_rows(dbias, dy, rows, out);
    if (!dx) return TT_OK;
    nn_transpose(transposed + x_floats, w, in, out);
    return backend->matmul(dx, dy, transposed + x_floats, rows, in, out);
}
