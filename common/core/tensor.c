// tensor.c: shapes, views, and a comparison in which NaN always fails.
#include "tensor.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scratch.h"

// Count the floats of a shape; false if a size is negative or the bytes overflow.
static bool count_shape(int dims, const int *shape, size_t *count)
{
    if (dims < 1 || dims > TENSOR_MAX_DIMS || !shape) return false;
    *count = 1;
    for (int i = 0; i < dims; i++)
        if (shape[i] < 0 || __builtin_mul_overflow(*count, (size_t)shape[i], count)) return false;
    return *count <= PTRDIFF_MAX / sizeof(float) - TT_ALIGN;
}

float *tensor_alloc(size_t count)
{
    if (count > PTRDIFF_MAX / sizeof(float) - TT_ALIGN) return NULL;
    size_t bytes = (count * sizeof(float) + TT_ALIGN - 1) / TT_ALIGN * TT_ALIGN;
    if (bytes == 0) bytes = TT_ALIGN;
    float *data = aligned_alloc(TT_ALIGN, bytes);
    if (data) memset(data, 0, bytes);
    return data;
}

tt_status tensor_create(tensor *t, int dims, const int *shape)
{
    size_t count;
    if (!count_shape(dims, shape, &count))
        return tt_fail(TT_BAD_SHAPE, "a tensor has 1 to 4 sizes of 0 or more");
    float *data = tensor_alloc(count);
    if (!data) return tt_fail(TT_NO_MEMORY, "no memory for a tensor of %zu floats", count);
    *t = (tensor){.data = data, .dims = dims, .owns_data = true};
    memcpy(t->shape, shape, (size_t)dims * sizeof *shape);
    return TT_OK;
}

void tensor_finish(tensor *t)
{
    if (!t) return;
    if (t->owns_data) free(t->data);
    *t = (tensor){0};
}

size_t tensor_count(const tensor *t)
{
    size_t count = t->dims > 0;
    for (int i = 0; i < t->dims; i++) count *= (size_t)t->shape[i];
    return count;
}

tt_status tensor_reshape(tensor *view, const tensor *t, int dims, const int *shape)
{
    size_t count;
    if (!count_shape(dims, shape, &count) || count != tensor_count(t))
        return tt_fail(TT_BAD_SHAPE, "the new shape does not hold %zu floats", tensor_count(t));
    tensor v = {.data = t->data, .dims = dims};
    memcpy(v.shape, shape, (size_t)dims * sizeof *shape);
    *view = v;
    return TT_OK;
}

tt_status tensor_rows(tensor *view, const tensor *t, int first, int rows)
{
    if (t->dims < 1 || first < 0 || rows < 0 || first > t->shape[0] || rows > t->shape[0] - first)
        return tt_fail(TT_BAD_SHAPE, "rows %d + %d are not in a tensor of %d rows", first, rows, t->shape[0]);
    size_t row = 1;
    for (int i = 1; i < t->dims; i++) row *= (size_t)t->shape[i];
    tensor v = *t;
    v.owns_data = false;
    v.data = t->data + (size_t)first * row;
    v.shape[0] = rows;
    *view = v;
    return TT_OK;
}

tensor_difference tensor_compare(const float *got, const float *want, size_t count, double allowed)
{
    tensor_difference d = {.ok = true, .allowed = allowed};
    for (size_t i = 0; i < count; i++) {
        // The difference of equal infinities is NaN and must fail too: a right answer here is finite.
        double error = fabs((double)got[i] - (double)want[i]);
        bool fits = error <= allowed; // false for NaN
        bool larger = !(error <= d.largest);
        if (!isnan(d.largest) && larger) d.largest = error;
        if (d.ok && (!fits || larger || i == 0)) {
            d.index = i;
            d.got = got[i];
            d.want = want[i];
        }
        if (!fits) d.ok = false;
    }
    return d;
}
