// parameters.h: the table of a model's weights: names, shapes, and where the floats are.
//
// The optimiser loops over it, files of weights are written from it, and a model finds its own weights in it
// by index. All values are in one allocation; gradients and moments exist only after parameters_train, so
// that a model that only infers needs no memory for training.
// Errors   TT_BAD_SHAPE, TT_BAD_VALUE, TT_NO_MEMORY, TT_BAD_FILE with a sentence; outputs are then untouched.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "data/safetensors.h"
#include "core/status.h"
#include "core/tensor.h"

enum { PARAMETER_NAME = 48 };

typedef struct {
    char name[PARAMETER_NAME]; // "blocks.0.attention.qkv.weight"
    int dims, shape[TENSOR_MAX_DIMS];
    size_t count;
    bool decays;           // weight decay is for matrices, not for biases, gains and tables
    float *value;          // (count)
    float *grad;           // (count), NULL without parameters_train, and so are the moments
    float *first, *second; // (count): the optimiser's running means
    const float *mask;     // (count) of 0 and 1, or NULL: where it is 0, the value stays exactly 0
} parameter;

typedef struct {
    parameter *list;
    int count;
    size_t floats;            // in all of them
    float *values, *training; // what the list's pointers point into
} parameters;

// Append a parameter of this name and shape; parameters_allocate makes its memory.
tt_status parameters_add(parameters *p, const char *name, int dims, const int *shape, bool decays);

// Allocate the values of all parameters that were added: zeros.
tt_status parameters_allocate(parameters *p);

// Allocate gradients and moments: zeros. A second call does nothing.
tt_status parameters_train(parameters *p);

// Free everything and zero the struct. NULL and zeroed tables are fine. Masks are not freed.
void parameters_finish(parameters *p);

// The parameter of that name, NULL if there is none.
parameter *parameters_find(const parameters *p, const char *name);

// Mask what is 0 in a file that was read, whose names and shapes must be those of p: mask (floats), the caller's and
// to outlive p, becomes 0 there and 1 elsewhere, and every parameter's mask points into it. *zeros: how many.
tt_status parameters_mask_zeros(parameters *p, float *mask, size_t *zeros, const safetensors *file);

// Write the values as F32 tensors, atomically. metadata (pairs) may be NULL if pairs is 0.
tt_status parameters_save(const parameters *p, const char *path, const safetensors_pair *metadata, int pairs);

// Copy the values from a file that was read. It must have every name with its shape as F32, and no other.
tt_status parameters_copy(parameters *p, const safetensors *file);
