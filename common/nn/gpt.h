// gpt.h: a transformer that predicts the next character, as modules 1-14 left it.
//
//     x = token table[id] + position table[t]
//     per block:  x += attention(norm(x)),  x += linear(gelu(linear(norm(x))))
//     logits = linear(norm(x))
//
// Shapes   T tokens, C width, V vocab; activations (T, C). Causal: logits of token t see tokens 0 .. t.
// Cache    past_kv is a seam. NULL: gpt_forward computes the whole sequence. Else it is somebody's memory
//          of keys and values (module 18 writes one): gpt_forward computes the new tokens only, at the
//          positions behind those that the memory holds.
// Threads  a gpt owns its workspace: one thread at a time.
// Errors   TT_BAD_SHAPE, TT_BAD_VALUE with a sentence, TT_NO_MEMORY, or what a product or the cache answered.
//          A refused forward leaves the cache as it was; one that fails in the middle (a product, an append)
//          leaves it with what was appended so far.
// Sources  Vaswani et al.: "Attention Is All You Need" (2017). Radford et al.: "Language Models are
//          Unsupervised Multitask Learners" (2019), section 2.3, for norms before the layers and the small
//          first weights of what is added to x.
#pragma once

#include <stdint.h>

#include "parameters.h"

typedef struct {
    int vocab;   // ids 0 .. vocab - 1
    int context; // most tokens that there are positions for
    int layers;
    int heads;
    int width; // a multiple of heads
} gpt_config;

// The width of the block's inner layer.
enum { GPT_WIDEN = 4 };

typedef struct {
    gpt_config config;
    parameters weights;
    float *work; // activations, grown to the largest call
    size_t work_floats;
    const int *ids;        // what gpt_train_forward saw
    int sequences, tokens; // of it; 0 if there was none
} gpt;

// Keys and values of all tokens so far, per layer. Rows are (tokens, width), dense: row t is token t's key,
// or value, with the heads side by side.
struct past_kv {
    void *state; // handed to both functions
    // Add the rows of `tokens` new tokens to a layer's. k, v (tokens, width)
    tt_status (*append)(void *state, int layer, const float *k, const float *v, int tokens);
    // All rows of a layer, valid until its next append; *tokens may be 0, and then *k and *v NULL.
    tt_status (*view)(void *state, int layer, const float **k, const float **v, int *tokens);
};

// A model with random weights from the seed. TT_BAD_SHAPE if the sizes do not fit each other.
tt_status gpt_create(gpt *m, gpt_config config, uint64_t seed);

// Free and zero. NULL and zeroed models are fine.
void gpt_finish(gpt *m);

// Logits of every one of count new tokens. Past and new tokens together must fit the context.
// ids (count) -> logits (count, vocab)
tt_status gpt_forward(gpt *m, float *logits, const int *ids, int count, struct past_kv *past);

// n sequences of T tokens each, keeping what gpt_backward needs; ids must stay where they are until then.
// ids (n, T) -> logits (n, T, vocab)
tt_status gpt_train_forward(gpt *m, float *logits, const int *ids, int n, int tokens);

// From dlogits (n, T, vocab) to every parameter's grad. TT_BAD_VALUE without a gpt_train_forward before.
tt_status gpt_backward(gpt *m, const float *dlogits);

// Multiply-adds of gpt_forward for `tokens` new tokens behind `past` others, by formula. Attention counts
// what a query may see, (past + 1) + ... + (past + tokens), not what a masked product computes and drops.
long long gpt_macs(const gpt *m, int tokens, int past);
