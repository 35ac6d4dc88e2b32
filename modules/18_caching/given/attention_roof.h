// attention_roof.h: the least that attention for a block costs.
//
// Its two products, computed by a tile whose numbers all lie in the L1 cache, and one exponential for each
// score. A softmax's sums, its masks, and memory are left out. Causal: masked scores are not counted.
#pragma once

#include "measure/measure.h"
#include "nn/fast_exp.h"
#include "measure/roofs.h"

// Pairs of a query and a key that it sees: each of the last `queries` tokens sees itself and all before it.
static inline double attention_pairs(int queries, int keys) { return queries * (keys - (queries - 1) / 2.0); }

// Floating-point operations of the two products alone, as is usual.
static inline double attention_flops(int queries, int keys, int width)
{
    return 4 * attention_pairs(queries, keys) * width;
}

// Does that much work: the products, then the exponentials.
static inline void attention_roof(int queries, int keys, int heads, int head)
{
    enum { SCORES = 2048 }; // 8 KiB
    static float scores[SCORES];
    roofs_tile(attention_flops(queries, keys, heads * head));
    for (double left = attention_pairs(queries, keys) * heads; left > 0; left -= SCORES) {
        for (int i = 0; i < SCORES; i++) scores[i] = fast_exp(scores[i]) - 1; // zeros stay zeros
        measure_keep(scores[0]);
    }
}
