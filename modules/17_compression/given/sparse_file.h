// sparse_file.h: a model's weights in a file that holds no zeros.
//
// File     safetensors. A parameter that has a mask is stored as a sparse matrix (matrix.h), all others as
//          dense F32 under their own names. Metadata: "sparse" is "csr" or "blocks 4", "blocks 8", "blocks
//          16"; besides it what the caller says, such as "model" and "input".
// Matrix   a parameter of (.., out) is taken as (in, out): a convolution's (3, 3, cin, cout) as (9 cin,
//          cout).
// Errors   TT_BAD_FILE with a sentence; TT_TODO from a function that is not written yet. Outputs are then
//          untouched.
#pragma once

#include "matrix.h"
#include "nn/parameters.h"

enum { COMP_FILE_MOST_PAIRS = 24 };

// height: 1 for CSR, or that of blocks. pairs (pair_count) may be NULL if there are none.
tt_status comp_file_save(const char *path, const parameters *p, int height, const safetensors_pair *pairs,
                         int pair_count);

// Copy a file's weights into a table of the same names and shapes, with zeros where nothing is stored.
tt_status comp_file_load(parameters *p, const char *path);

// The height that a file's metadata states; 0 if it states none.
int comp_file_height(const safetensors *file);

// A parameter's rows if it is taken as a matrix.
static inline int comp_file_in(const parameter *q)
{
    const int out = q->shape[q->dims - 1];
    return out > 0 ? (int)(q->count / (size_t)out) : 0;
}
