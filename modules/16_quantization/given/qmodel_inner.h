// qmodel_inner.h: what making a network of bytes and loading one have in common.
#pragma once

#include "qmodel.h"

// What stands in a file for a kind of layer, "conv", by quant_kind.
extern const char *const qmodel_kinds[3];

// Append a layer that takes what the last one gives, with room for its weights; name it. The first one takes
// q's pictures. TT_BAD_SHAPE and a sentence if it does not fit.
tt_status qmodel_add_layer(qmodel *q, quant_kind kind, int out);

// Once the layers are there: what a pixel becomes, the path, the number of classes. TT_BAD_SHAPE and a
// sentence if the last layer is not linear or has a relu.
tt_status qmodel_complete(qmodel *q);

// Where number p of column j lies in l's packed weights.
static inline size_t qmodel_packed_at(const quant_layer *l, int p, int j)
{
    const int first = j / QUANT_PANEL * QUANT_PANEL,
              groups = (quant_layer_k(l) + QUANT_GROUP - 1) / QUANT_GROUP;
    const int width = l->out - first < QUANT_PANEL ? l->out - first : QUANT_PANEL;
    return ((size_t)first * groups + (size_t)(p / QUANT_GROUP) * width + (j - first)) * QUANT_GROUP +
           p % QUANT_GROUP;
}
