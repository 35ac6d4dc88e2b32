// qmodel_inner.h: what making a network of bytes and loading one have in common.
#pragma once

#include "qmodel.h"

// The name of a quant_kind in a file, such as "conv".
extern const char *const qmodel_kinds[3];

// Append a layer that takes the output of the one before it, or q's pictures if it is the first; name it and
// allocate its weights. TT_BAD_SHAPE and a message if it does not fit.
tt_status qmodel_add_layer(qmodel *q, quant_kind kind, int out);

// Call it when all layers are added: it sets the bytes of the pixels, the path and the number of classes.
// TT_BAD_SHAPE and a message if the last layer is not linear or has a relu.
tt_status qmodel_complete(qmodel *q);

// The index of number p of column j in l's packed weights.
static inline size_t qmodel_packed_at(const quant_layer *l, int p, int j)
{
    const int first = j / QUANT_PANEL * QUANT_PANEL,
              groups = (quant_layer_k(l) + QUANT_GROUP - 1) / QUANT_GROUP;
    const int width = l->out - first < QUANT_PANEL ? l->out - first : QUANT_PANEL;
    return ((size_t)first * groups + (size_t)(p / QUANT_GROUP) * width + (j - first)) * QUANT_GROUP +
           p % QUANT_GROUP;
}
