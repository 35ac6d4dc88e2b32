// tensor.h: float32 arrays with a shape, and how two of them are compared.
//
// Layout   row-major, up to 4 dimensions, 64-byte aligned when tensor_create made it.
// Owner    whoever calls tensor_create must call tensor_finish. A view owns no memory and must not be used
//          after the tensor whose memory it shows is finished.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

enum { TENSOR_MAX_DIMS = 4 };

typedef struct {
    float *data;                // (shape[0], ..., shape[dims - 1])
    int dims;                   // 1 .. TENSOR_MAX_DIMS; 0 for a zeroed, empty tensor
    int shape[TENSOR_MAX_DIMS]; // each >= 0
    bool owns_data;
} tensor;

// A new tensor of zeros. TT_BAD_SHAPE if dims or a size is out of range or the bytes do not fit in size_t.
tt_status tensor_create(tensor *t, int dims, const int *shape);

// Free what t owns and zero it. NULL and zeroed tensors are fine.
void tensor_finish(tensor *t);

// Number of floats; 0 for an empty tensor.
size_t tensor_count(const tensor *t);

// The same floats under another shape with the same count, else TT_BAD_SHAPE.
tt_status tensor_reshape(tensor *view, const tensor *t, int dims, const int *shape);

// Rows first .. first + rows - 1 of the outermost dimension. TT_BAD_SHAPE if some of them do not exist.
tt_status tensor_rows(tensor *view, const tensor *t, int first, int rows);

// `count` floats of zeros, 64-byte aligned, to be freed with free(). NULL if there is no memory.
float *tensor_alloc(size_t count);

// The result of a comparison.
typedef struct {
    bool ok;
    size_t index; // the first place outside the tolerance; if ok, that of the largest error
    double got, want;
    double largest; // largest |got - want|; NaN or infinity if that occurred
    double allowed;
} tensor_difference;

// Compare got with want (count floats each): ok if every |got - want| <= allowed. NaN is never ok.
tensor_difference tensor_compare(const float *got, const float *want, size_t count, double allowed);
