// net.h: a network from pictures to classes as a table of layers, walked by one engine.
//
// A net_row says what to add; net_create follows the shapes through the rows and makes the weights. Forward
// is a loop over the layers and backward the same loop from the end. A row of another width is another model:
// module 17 prunes channels by making a table with fewer.
//
// Shapes   n pictures of (h, w, c) floats, dense; a linear layer takes what comes in as one row of h * w * c.
// Threads  a net owns its workspace: one thread at a time.
// Errors   TT_BAD_SHAPE, TT_BAD_VALUE, TT_NO_MEMORY, or what a product answered. A net that could not be
//          created is zeroed.
// Sources  He et al.: "Delving Deep into Rectifiers" (2015), section 2.2, for the first weights.
#pragma once

#include <stdint.h>

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
    int h, w, c;    // what comes in
    int ho, wo, co; // what goes out
    int weight;     // index of its weights among the parameters, the bias behind it; -1 if it has none
    size_t in, out; // floats per picture
    char name[24];  // "conv0", whose parameters are conv0.weight and conv0.bias; "relu", "pool"
} net_layer;

typedef struct {
    net_layer *layers;
    int count;
    int classes; // floats that the last layer gives per picture
    parameters weights;
    float *work;        // what layers hand to each other
    size_t work_floats; // it grows to the largest batch seen
    const float *input; // what net_train_forward saw, for the first layer's backward
    int batch;          // of it; 0 if there was none
} net;

// A network for pictures of (h, w, c) with random weights from the seed (normal, variance 2 / inputs).
tt_status net_create(net *m, int h, int w, int c, const net_row *rows, int count, uint64_t seed);

// Free and zero. NULL and zeroed nets are fine.
void net_finish(net *m);

// One layer on n pictures: the loop that is the network, for who measures or calibrates between layers.
// x (n, in) -> y (n, out)
tt_status net_layer_forward(const net *m, int layer, float *y, const float *x, int n);

// x (n, h, w, c) -> logits (n, classes). Keeps nothing for a backward.
tt_status net_forward(net *m, float *logits, const float *x, int n);

// The same, and keeps what net_backward needs; x must stay where it is until then.
tt_status net_train_forward(net *m, float *logits, const float *x, int n);

// From dlogits (batch, classes) to every parameter's grad. TT_BAD_VALUE without a net_train_forward before.
tt_status net_backward(net *m, const float *dlogits);

// Multiply-adds of one layer for one picture, by formula; 0 for what only compares.
long long net_macs(const net *m, int layer);
