// model.h: the transformers of this module's lesson and benchmark, and text for them.
//
// MODEL_TRAINED is the course's own (datasets/weights), with 512 positions. The others have random weights:
// for timing only sizes matter, and theirs can be chosen freely.
#pragma once

#include "caching.h"
#include "core/rng.h"

typedef enum {
    MODEL_TRAINED, // 4 layers, width 192, 512 positions
    MODEL_256,     // 4 layers, width 256, 1024 positions: its weights fit a last-level cache
    MODEL_1024,    // 4 layers, width 1024, 1024 positions: they do not
    MODELS
} model_kind;

typedef struct {
    gpt gpt; // owns the weights; common's gpt_forward runs on it
    transformer view;
    transformer_block *blocks;
    unsigned char alphabet[256]; // of the trained model; else arbitrary letters
    int *text;                   // (context) ids to continue
} model;

// NULL if weights or memory are missing (tt_error says which). cache_model_finish frees; NULL is fine.
model *cache_model_create(model_kind kind);
void cache_model_finish(model *m);

// Bytes of the weights that every new token reads: all but the two tables, of which it reads one row each.
size_t cache_model_weight_bytes(const model *m);

// The first of those weights; they are contiguous, but for some floats of padding between them.
const float *cache_model_weights(const model *m, size_t *floats);

// The id of the largest logit, the first of equals. state is not used.
int cache_pick_greedy(void *state, const float *logits, int vocab);

typedef struct {
    tt_rng rng;
    float temperature; // > 0
} sampler_state;

// A draw from softmax(logits / temperature). state: sampler_state.
int cache_pick_sampled(void *state, const float *logits, int vocab);

// Whether each of the text's ids from `prompt` on is the one that common's gpt_forward finds likeliest there,
// in one pass over the whole text: the oracle of every greedy text. Two logits closer than `near` count as
// equal. *where is the first id for which it is not so. ids (count)
bool cache_model_text_is_greedy(model *m, const int *ids, int prompt, int count, double near, int *where);
