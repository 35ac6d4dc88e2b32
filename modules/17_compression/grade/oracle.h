// oracle.h: the answers, in double precision and by other ways than a student's: sorting where the contract
// asks for selection, dense loops where it asks for sparse ones.
#pragma once

#include "compression.h"

// 1 at the `keep` largest magnitudes, lower indices first; returns the keep-th largest. stays may be NULL.
double comp_oracle_largest(float *stays, const float *w, size_t count, size_t keep);

// The mask of prune_blocks.
void comp_oracle_blocks(float *mask, const float *w, int in, int out, int height, size_t gone);

// A sparse matrix as a dense one. height is 0 for CSR. -> dense (rows, cols)
void comp_oracle_dense(float *dense, const int32_t *starts, const int32_t *columns, const float *values,
                       int rows, int cols, int height);

// The other way: w (in, out) without what is masked or 0, as CSR or blocks. Returns how many numbers or
// blocks.
int comp_oracle_sparse(int32_t *starts, int32_t *columns, float *values, const float *w, const float *mask,
                       int in, int out, int height);

// out = dense x, and how far a float sum may be from it. dense (rows, cols), x (cols, n) -> out, allowed
// (rows, n)
void comp_oracle_product(double *out, double *allowed, const float *dense, const float *x, int rows, int cols,
                         int n);

// exp((z_j - max) / T) over their sum, and its logarithm. logits (classes) -> p, log_p (classes)
void comp_oracle_softmax(double *p, double *log_p, const float *logits, double temperature, int classes);
