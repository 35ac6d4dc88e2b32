// net.h: a network from pictures to classes as a table of layers, over which forward and backward loop.
//
// A net_row describes one layer; net_create computes the shapes from row to row and makes the weights. The
// forward is a loop over the layers and the backward the same loop from the end. Rows with other widths give
// another model: module 17 prunes channels by making a table with fewer.
//
// Shapes   n pictures of (h, w, c) floats, dense; a linear layer takes its input as one row of h * w * c.
// Threads  a net owns its workspace: only one thread may use it at a time.
// Errors   TT_BAD_SHAPE, TT_BAD_VALUE, TT_NO_MEMORY, or the status of a product that failed. A net that
//          could not be created is zeroed.
// Sources  He et al.: "Delving Deep into Rectifiers" (2015), section 2.2, for the first weights.
#pragma once

#include <stdint.h>

#include "observer.h"
#include "parameters.h"

typedef enum { NET_LINEAR, NET_CONV, NET_RELU, NET_POOL, NET_KINDS } net_kind;

typedef struct {
    net_kind kind;
    int out;    // a linear layer's outputs, a convolution's channels
    int window; // of a convolution or a pool
    int stride;
    int pad; // of a convolution
} net_row;

typedef struct {
    net_row row;
    int h, w, c;    // of the input
    int ho, wo, co; // of the output
    int weight;     // index of its weights in the parameters, the bias is the next; -1 if it has none
    size_t in, out; // floats per picture
    char name[24];  // "conv0", whose parameters are conv0.weight and conv0.bias; "relu", "pool"
} net_layer;

typedef struct {
    net_layer *layers;
    int count;
    int classes; // floats that the last layer gives per picture
    parameters weights;
    const nn_observer *observer; // NULL: none. The caller's
    float *work;                 // the layers' outputs
    size_t work_floats;          // it grows to the largest batch seen
    const float *input;          // of net_train_forward, for the first layer's backward
    int batch;                   // its pictures; 0 if there was no net_train_forward
} net;

// A network for pictures of (h, w, c) with random weights from the seed (normal, variance 2 / inputs).
tt_status net_create(net *m, int h, int w, int c, const net_row *rows, int count, uint64_t seed);

// Free everything and zero the struct. NULL and zeroed nets are fine.
void net_finish(net *m);

// The forward of one layer on n pictures, for code that measures or calibrates layer by layer.
// x (n, in) -> y (n, out)
tt_status net_layer_forward(const net *m, int layer, float *y, const float *x, int n);

// x (n, h, w, c) -> logits (n, classes). Keeps nothing for a backward.
tt_status net_forward(net *m, float *logits, const float *x, int n);

// The same, and keeps what net_backward needs; x must not change until then.
tt_status net_train_forward(net *m, float *logits, const float *x, int n);

// From dlogits (batch, classes) to every parameter's grad. TT_BAD_VALUE if net_train_forward was not called.
tt_status net_backward(net *m, const float *dlogits);

// Multiply-adds of one layer for one picture, by formula; 0 for relu and pools, which only compare.
long long net_macs(const net *m, int layer);
