// smaller.h: a network with fewer filters: the chain of its layers goes through prune_filters and comes back
// as a net.
//
// Errors   TT_BAD_SHAPE if a layer with weights is neither a convolution nor linear, or keep does not fit;
//          else as in compression.h; TT_TODO from a function that is not written yet. *smaller is then
//          zeroed.
#pragma once

#include "compression.h"
#include "nn/net.h"

enum { COMP_MOST_LAYERS = 8 }; // with weights

// keep[l] outputs of the l-th layer with weights; of the last one, all. The caller calls net_finish.
tt_status comp_smaller(net *smaller, const net *m, const int *keep);

// The number of layers with weights, and the index in m->layers of the l-th of them.
int comp_weighted(const net *m, int *layers);
