// own.h: a model of your own: an MLP or a CNN in a safetensors file, as PyTorch names its arrays, becomes a net.
//
// Names    LAYER.weight and LAYER.bias, LAYER being anything: "0", "features.3", "fc1". A weight of (out, in, k, k) is a
//          convolution, one of (out, in) linear. Convolutions come first; within a kind names are in the order of their
//          numbers. A layer without a bias gets zeros. Any other array is refused by its name.
// Between  what has no weights is not in the file. After each layer but the last there is a relu. Convolutions have stride 1 and
//          an odd window, and keep the picture's size or, if only that fits, do not pad. Pools are 2 x 2; where they are,
//          is told by `pools`, by the numbers of an nn.Sequential ("0", "3": a relu and a pool between), or by the number of
//          inputs of the first linear layer, if that leaves one way.
// Errors   TT_BAD_FILE and a sentence with the array's name; TT_NO_MEMORY; TT_BAD_VALUE if an argument is. *m is then zeroed.
#pragma once

#include "nn/net.h"

enum { OWN_MOST = 8, OWN_TOLD = 400 }; // layers with weights

typedef struct {
    int h, w,
        c; // of a picture; 0: "input" of the file's metadata, else 28 x 28 x 1 or 32 x 32 x 3, as the first layer fits
    const char *pools; // "110": after the first and the second convolution; NULL: as above
} own_hints;

// The caller calls net_finish. told has room for OWN_TOLD: the layers in a line, and what was assumed.
tt_status own_load(net *m, char *told, const char *path, const own_hints *hints);
