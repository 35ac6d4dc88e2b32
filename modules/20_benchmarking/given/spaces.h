// spaces.h: what an entry of each event may choose, and which choices do not go together.
//
//     mlp   MLP Sprint: pictures by the smallest model. Its space is the one that is measured as a whole.
//     cnn   CNN Marathon: pictures by convolutions
//     gpt   Transformer Decathlon: text, character by character
//
// Each choice changes what runs; one that would change nothing breaks a rule, so that no two configurations are the same
// program. The first choices are the baseline: floats by the library (of gpt: by module 15's product), nothing removed.
#pragma once

#include "benchmarking.h"

// The fields by their places: choices are compared with these names.
enum {
    MLP_KERNEL,
    MLP_BITS,
    MLP_STEPS,
    MLP_SCALES,
    MLP_SPARSITY,
    MLP_SCOPE,
    MLP_FORMAT,
    MLP_BATCH,
    MLP_THREADS,
    MLP_FIELDS
};
enum { CNN_KERNEL, CNN_BITS, CNN_STEPS, CNN_SCALES, CNN_FILTERS, CNN_BATCH, CNN_THREADS, CNN_FIELDS };
enum { GPT_KERNEL, GPT_BITS, GPT_STEPS, GPT_HEAD, GPT_SPARSITY, GPT_CACHE, GPT_FIELDS };

// Products of floats, as `kernel` of all three orders them.
enum { KERNEL_LIBRARY, KERNEL_PACKED, KERNEL_TILED, KERNEL_BLOCKED, KERNEL_NAIVE };

enum { OLY_EVENTS = 3, OLY_MLP = 0, OLY_CNN, OLY_GPT };
extern const oly_space oly_spaces[OLY_EVENTS];

// NULL: no event is called so.
const oly_space *oly_space_find(const char *event);

// What a choice of a field is called: "packed". And it as a number, for fields whose choices are numbers: 90.
const char *oly_choice(const oly_space *space, const oly_config *config, int field);
int oly_choice_number(const oly_space *space, const oly_config *config, int field);

// For a tuner: where the configuration lies, each field's place. -> x (space->fields)
void oly_places(double *x, const oly_space *space, const oly_config *config);
