// gpt.h: a transformer that predicts the next character, as it is after modules 1-14.
//
//     x = token table[id] + position table[t]
//     per block:  x += attention(norm(x)),  x += linear(gelu(linear(norm(x))))
//     logits = linear(norm(x))
//
// Shapes   T tokens, C width, V vocab; activations (T, C). Causal: the logits of token t depend on 0 .. t.
// Cache    past_kv is the interface to a cache of keys and values; module 18 writes one. With NULL,
//          gpt_forward computes the whole sequence. With a cache, it computes the new tokens only, at the
//          positions after those in the cache.
// Kernels  gpt_kernels is the interface to other ways of computing the layers: weights as bytes, sparse weights,
//          another attention.
// Threads  a gpt owns its workspace: only one thread may use it at a time.
// Errors   TT_BAD_SHAPE, TT_BAD_VALUE with a sentence (tt_error), TT_NO_MEMORY, or the status of a product, of a
//          kernel or of the cache that failed. A forward that is refused leaves the cache as it was; one that fails in
//          the middle (a product, an append) leaves it with what was appended so far.
// Sources  Vaswani et al.: "Attention Is All You Need" (2017). Radford et al.: "Language Models are
//          Unsupervised Multitask Learners" (2019), section 2.3, for norms before the layers and for small
//          first weights in the layers whose output is added to x.
#pragma once

#include <stdint.h>

#include "layers.h"
#include "observer.h"
#include "parameters.h"

typedef struct {
    int vocab;   // ids 0 .. vocab - 1
    int context; // the number of positions: no sequence can be longer
    int layers;
    int heads;
    int width; // a multiple of heads
} gpt_config;

// The width of the block's inner layer.
enum { GPT_WIDEN = 4 };

// One of the model's linear layers. Their order is the forward's: qkv, project, widen and narrow of each block, then
// the head.
typedef struct {
    int index;             // in that order
    int block;             // -1: the head
    const char *name;      // "qkv", "project", "widen", "narrow", "logits"
    const float *w, *bias; // (in, out), (out)
    int in, out;
} gpt_linear;

// Functions in place of those of nn/layers.h, for gpt_forward alone: training needs the floats. What is NULL stays as
// it is. `state` is handed to the first two. The tables of tokens and positions are floats whatever the kernels: of each
// a row is read for a token.
typedef struct {
    const char *name;
    void *state;
    // x l->w + l->bias. x (rows, l->in) -> y (rows, l->out)
    tt_status (*linear)(void *state, float *y, const float *x, const gpt_linear *l, int rows);
    // Causal attention as nn_attention does it; s.n is 1.
    tt_status (*attention)(void *state, float *out, const float *q, const float *k, const float *v,
                           nn_attention_shape s);
    tt_status (*gelu)(float *out, const float *x, size_t count); // as ops_gelu
    // as ops_layer_norm
    tt_status (*layer_norm)(float *out, const float *x, const float *gain, const float *bias, float eps,
                            int rows, int cols);
} gpt_kernels;

// The layers as modules 1-14 leave them: gelu, softmax and layer norm of ops.h, one number at a time.
extern const gpt_kernels gpt_textbook;

typedef struct {
    gpt_config config;
    parameters weights;
    const gpt_kernels *kernels;  // NULL: those of nn/layers.h. The caller's, as long as it is here
    const nn_observer *observer; // NULL: none. The caller's
    float *work;                 // activations, grown to the largest call
    size_t work_floats;
    const int *ids;        // of gpt_train_forward
    int sequences, tokens; // of gpt_train_forward; 0 if there was none
} gpt;

// Keys and values of all tokens so far, per layer. Rows are (tokens, width), dense: row t is token t's key,
// or value, with the heads side by side.
struct past_kv {
    void *state; // passed to both functions
    // Append the rows of `tokens` new tokens to those of a layer. k, v (tokens, width)
    tt_status (*append)(void *state, int layer, const float *k, const float *v, int tokens);
    // All rows of a layer, valid until its next append; *tokens may be 0, and then *k and *v NULL.
    tt_status (*view)(void *state, int layer, const float **k, const float **v, int *tokens);
};

// A model with random weights from the seed. TT_BAD_SHAPE if the sizes do not fit each other.
tt_status gpt_create(gpt *m, gpt_config config, uint64_t seed);

// Free everything and zero the struct. NULL and zeroed models are fine.
void gpt_finish(gpt *m);

// How many linear layers there are, and the one of that index, 0 .. gpt_linear_count(m) - 1.
int gpt_linear_count(const gpt *m);
gpt_linear gpt_linear_at(const gpt *m, int index);

// Logits of each of count new tokens. Past and new tokens together must fit the context.
// ids (count) -> logits (count, vocab)
tt_status gpt_forward(gpt *m, float *logits, const int *ids, int count, struct past_kv *past);

// Forward of n sequences of T tokens each that keeps what gpt_backward needs; ids must not change until then.
// ids (n, T) -> logits (n, T, vocab)
tt_status gpt_train_forward(gpt *m, float *logits, const int *ids, int n, int tokens);

// From dlogits (n, T, vocab) to every parameter's grad. TT_BAD_VALUE if gpt_train_forward was not called.
tt_status gpt_backward(gpt *m, const float *dlogits);

// Multiply-adds of gpt_forward for `tokens` new tokens after `past` others, by formula. Attention
// counts the keys that a query may attend to, (past + 1) + ... + (past + tokens), not the masked
// ones that a product computes too.
long long gpt_macs(const gpt *m, int tokens, int past);
