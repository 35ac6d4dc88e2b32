// recipes.h: the compressed models that ship, a row each: what is pruned, how far, and how it is trained on.
//
// Every recipe begins with one of the three trained models and ends with a file in COMP_WEIGHTS,
// NAME.safetensors, and its curve, NAME.safetensors.jsonl. Steps, rates and schedules were chosen on
// validation images (of the transformer: on the calibration part of the text); a file's metadata has its
// figures on test data.
// Errors   TT_BAD_VALUE with a sentence for a name that no recipe has; else as in train/train.h and
//          sparse_file.h; TT_TODO from a function that is not written yet.
#pragma once

#include <stdint.h>

#include "core/status.h"
#include "train/train.h"

#define COMP_WEIGHTS TT_WEIGHTS "/compressed"

typedef enum { COMP_UNSTRUCTURED, COMP_BLOCKS, COMP_FILTERS, COMP_DISTILLED } comp_method;

typedef struct {
    const char *name, *model; // "cnn-90", "cnn"
    comp_method method;
    double sparsity; // 0 where whole filters go, and for a distilled network
    int height;      // of blocks; 1: CSR
    int widths[4];   // of the layers but the last, where the network becomes smaller
    long ramp;       // steps until the sparsity is reached, from the schedule's first
    long steps;
    float rate, last_rate;
    bool taught; // the loss asks for the dense network's answers, too: distill.h
} comp_recipe;

extern const comp_recipe comp_recipes[];
extern const int comp_recipe_count;

// NULL and a sentence if there is none of that name.
const comp_recipe *comp_recipe_find(const char *name);

// How it is made: where to, and what a caller may want to see. A run that was killed goes on with `resume`
// and ends with the same bits.
typedef struct {
    const char *out;     // NULL: no file
    const char *command; // for the file's metadata
    long steps;          // 0: the recipe's
    int workers;         // 0: 1
    uint64_t seed;
    double save_every;     // seconds from one checkpoint to the next
    bool resume, one_shot; // one_shot: all at once, before the first step
    void (*report)(void *caller, const train_progress *p);
    void *caller;
} comp_making;

// Prune, and train on under the mask. figures: on test data, at the end.
tt_status comp_make(const comp_recipe *r, const comp_making *how, train_figures *figures);
