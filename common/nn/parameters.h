// parameters.h: the table of a model's weights: names, shapes, and where the floats are.
//
// The optimiser walks it, the file of weights is made from it, and a model finds its own weights in it by
// index. All values lie in one piece of memory; gradients and moments are there only after parameters_train,
// so that a model that only infers has no memory for training.
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
    const float *mask;     // (count) of 0 and 1, or NULL: where it is 0, the value is kept at exactly 0
} parameter;

typedef struct {
    parameter *list;
    int count;
    size_t floats;            // in all of them
    float *values, *training; // what the list's pointers point into
} parameters;

// Append a parameter; only its name, dims, shape and decays are read. For parameters_allocate to fill.
tt_status parameters_add(parameters *p, const char *name, int dims, const int *shape, bool decays);

// Memory for the values of all that was added: zeros.
tt_status parameters_allocate(parameters *p);

// Memory for gradients and moments: zeros. Fine to call again; then nothing happens.
tt_status parameters_train(parameters *p);

// Free and zero. NULL and zeroed tables are fine. Masks belong to who set them.
void parameters_finish(parameters *p);

// The parameter of that name, NULL if there is none.
parameter *parameters_find(const parameters *p, const char *name);

// Write the values as F32 tensors, atomically. metadata (pairs) may be NULL if pairs is 0.
tt_status parameters_save(const parameters *p, const char *path, const safetensors_pair *metadata, int pairs);

// Take the values from an open file: it must have every name with its shape as F32, and no other name.
tt_status parameters_copy(parameters *p, const safetensors *file);
