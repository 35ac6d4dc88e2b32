// attention_roof.h: what attention for a block costs at least: its two products made by a tile whose numbers
// all lie in the L1 cache, and one exponential for each score. What it leaves out is a softmax's sums, its
// masks, and memory. Causal: what the mask hides is not counted.
#pragma once

#include "measure/measure.h"
#include "nn/fast_exp.h"
#include "measure/roofs.h"

// Pairs of a query and a key that it sees: each of the last `queries` of `keys` tokens sees itself and what
// stands before it.
static inline double attention_pairs(int queries, int keys) { return queries * (keys - (queries - 1) / 2.0); }

// Floating-point operations of the two products alone, as everybody counts them.
static inline double attention_flops(int queries, int keys, int width)
{
    return 4 * attention_pairs(queries, keys) * width;
}

// Do that much.
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
