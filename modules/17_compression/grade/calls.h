// calls.h: the numbers and arrays of a job, as both sides of the grader read them.
//
// A case's argument says which function run.c calls (CALLS). What a function changes in place is an input
// and, behind it, an output into which run copies that input first.
#pragma once

#include "compression.h"

// Numbers of a job, by call; the last one has a bit for each array that run passes as NULL.
enum { A, B, C, D, E, F, G, NULLS };

enum {
    THRESHOLD,   // count, keep; w, threshold
    MASK,        // count; w, sparsity, mask
    MASKS,       // layers, all weights; w, sparsity, counts, masks: of all layers, one after the other
    KEPT,        // in, out, height, positions; mask, prune_counts
    SCHEDULE,    // begin, end, step; first and last, sparsity
    SGD,         // count; value, velocity, grad, mask, options, value, velocity
    ADAM,        // count, step; value, mean, square, grad, mask, options, value, mean, square
    NORMS,       // rows, out; w, norms
    CHOOSE,      // out, keep; norms, kept
    OUTPUTS,     // rows, out, keep; w, kept, smaller
    INPUTS,      // places, channels, out, keep; w, kept, smaller
    FILTERS,     // layers; sizes, w, bias, keep, smaller w, smaller bias, smaller sizes
    CSR_BUILD,   // in, out, room; w, mask, starts, columns, values, sizes
    CSR_CHECK,   // rows, cols, room, 0, stored; starts, columns, values
    TEXTBOOK,    // rows, cols, n, 0, stored; starts, columns, values, x, bias, out
    CSR,         // the same
    BLOCK_MASK,  // in, out, height; w, sparsity, mask
    BLOCK_BUILD, // in, out, room, height; w, mask, starts, columns, values, sizes
    BLOCK_CHECK, // rows, cols, room, height, stored; starts, columns, values
    BLOCKS,      // rows, cols, n, height, stored; starts, columns, values, x, bias, out
    LINEAR,      // the same, with height 0 for CSR, then relu, and formats
    NETWORK,     // layers, n; sizes, starts, columns, values, bias, x, work 0, work 1, logits
    TARGETS,     // rows, classes, in place; logits, temperature, targets
    LOSS,        // rows, classes; logits, targets, labels, temperature and soft, loss, dlogits
    SCAN, // layers, levels, all weights, largest layer; w, counts, sparsities, answers, loss, work, log, calls
    CHOOSE_LEVELS, // layers, levels, budget; loss, bytes, level
    CALLS
};

// Which of a layer's two matrices are not NULL: none, the one that its height names, both.
enum { NO_FORMAT, ITS_FORMAT, BOTH_FORMATS };

enum { MOST_LAYERS = 8 };

// What a chain's layer and a sparse network's layer say in `sizes`.
typedef struct {
    int places, channels, out;
} chain_sizes;

typedef struct {
    int rows, cols, height, relu, stored; // height 0: CSR
} sparse_sizes;

// One evaluation of a scan in its log, of 3 + largest layer floats: how many layers it was told, how many
// masks were not NULL, which was the last of these, and that mask.
enum { LOG_LAYERS, LOG_MASKS, LOG_WHICH, LOG_MASK };
