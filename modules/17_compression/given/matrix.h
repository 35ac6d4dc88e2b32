// matrix.h: a sparse matrix that owns its memory, made from dense weights or read from a file.
//
// Height   how many outputs share their inputs: 1 is CSR; 4, 8 or 16 are blocks. See compression.h, section
//          4.
// File     in safetensors: NAME.starts I32, NAME.columns I32 and NAME.values F32, which of blocks has a
//          second size, the height.
// Errors   as in compression.h; TT_TODO from a function that is not written yet; TT_BAD_FILE with a sentence.
//          *m is then untouched.
#pragma once

#include "compression.h"
#include "data/safetensors.h"

typedef struct {
    int height;
    sparse_csr csr;       // if height is 1
    sparse_blocks blocks; // else
} comp_matrix;

// What is left of w under the mask; mask may be NULL. w, mask (in, out) -> *m
tt_status comp_matrix_build(comp_matrix *m, const float *w, const float *mask, int in, int out, int height);

// Free everything and zero the struct. NULL and zeroed matrices are fine.
void comp_matrix_finish(comp_matrix *m);

// Numbers, or blocks, that are stored; and the bytes of all that is stored.
size_t comp_matrix_stored(const comp_matrix *m);
size_t comp_matrix_bytes(const comp_matrix *m);

// The same weights with their zeros. -> w (in, out)
void comp_matrix_dense(float *w, const comp_matrix *m);

// The layer that multiplies by m; m must outlive it.
sparse_linear comp_matrix_layer(const comp_matrix *m, const float *bias, bool relu);

// --- In a file ---

enum { COMP_MATRIX_TENSORS = 3, COMP_MATRIX_NAME = 64 };

// The tensors of m, to be written under `name`; they point into m and names.
void comp_matrix_put(safetensors_tensor *tensors, char names[COMP_MATRIX_TENSORS][COMP_MATRIX_NAME],
                     const comp_matrix *m, const char *name);

// The matrix of that name, which must be (in, out) and pass sparse_csr_check or sparse_blocks_check. path is
// for the sentence.
tt_status comp_matrix_read(comp_matrix *m, const safetensors *file, const char *path, const char *name,
                           int in, int out, int height);
