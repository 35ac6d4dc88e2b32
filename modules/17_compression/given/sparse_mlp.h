// sparse_mlp.h: an MLP with sparse weights, from its file to logits: no dense weight is ever in memory.
//
// Shapes   x (n, inputs) floats, logits (n, classes).
// Errors   as in sparse_file.h.
// Threads  a network owns its workspace: only one thread may use it at a time.
#pragma once

#include "matrix.h"
#include "nn/net.h"

enum { COMP_MLP_MOST = 8 }; // layers

typedef struct {
    comp_matrix matrices[COMP_MLP_MOST];
    float *biases[COMP_MLP_MOST];
    sparse_linear layers[COMP_MLP_MOST];
    int count, inputs, classes, widest;
    float *work[2]; // for `batch` items
    int batch;
} comp_mlp;

// From the file of an MLP whose layers all are sparse, relu between them.
tt_status comp_mlp_load(comp_mlp *m, const char *path);

// From a dense one, whose weights are masked as their parameters say; height as in matrix.h.
tt_status comp_mlp_build(comp_mlp *m, const net *dense, int height);

// NULL and zeroed networks are fine.
void comp_mlp_finish(comp_mlp *m);

tt_status comp_mlp_run(comp_mlp *m, float *logits, const float *x, int n);

// Bytes of all weights and biases in memory.
size_t comp_mlp_bytes(const comp_mlp *m);
