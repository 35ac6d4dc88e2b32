// masks.h: the masks of a whole model, laid over its parameters.
//
// What is pruned are the matrices of a network, and of a transformer those of its blocks: not its tables, its
// head, its norms and its biases.
// Errors   as in compression.h; TT_TODO from a function that is not written yet. Masks are then as they were.
#pragma once

#include "compression.h"
#include "nn/parameters.h"

enum { COMP_MOST_PRUNED = 64 };

typedef struct {
    parameters *of;
    int count;                      // of parameters that are pruned
    int pruned[COMP_MOST_PRUNED];   // their indices
    float *masks[COMP_MOST_PRUNED]; // and masks
} comp_masks;

// All ones, and every pruned parameter's `mask` points into m from now on, until comp_masks_finish.
tt_status comp_masks_create(comp_masks *m, parameters *of);
void comp_masks_finish(comp_masks *m); // NULL and zeroed ones are fine

// The whole network under one threshold: prune_masks.
tt_status comp_masks_magnitude(comp_masks *m, double sparsity);

// Layer l of the pruned ones by prune_mask, at sparsities[l]; and every layer by prune_blocks.
tt_status comp_masks_layers(comp_masks *m, const double *sparsities);
tt_status comp_masks_blocks(comp_masks *m, int height, double sparsity);

// 0 where a weight is 0 and 1 elsewhere: what a file with zeros, or a run that goes on, has.
void comp_masks_zeros(comp_masks *m);

// Set to 0 what is masked.
void comp_masks_apply(const comp_masks *m);
