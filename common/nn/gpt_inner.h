// gpt_inner.h: what gpt.c and gpt_train.c share: the order of the weights, and the forward of one block.
#pragma once

#include "gpt.h"

// Parameters by index: two tables, then each block's, then the end's.
enum { GPT_TOKENS, GPT_POSITIONS, GPT_BLOCKS };
enum {
    BLOCK_NORM1_GAIN,
    BLOCK_NORM1_BIAS,
    BLOCK_QKV,
    BLOCK_QKV_BIAS,
    BLOCK_PROJECT,
    BLOCK_PROJECT_BIAS,
    BLOCK_NORM2_GAIN,
    BLOCK_NORM2_BIAS,
    BLOCK_WIDEN,
    BLOCK_WIDEN_BIAS,
    BLOCK_NARROW,
    BLOCK_NARROW_BIAS,
    BLOCK_PARAMETERS
};
// The linear layers of a block, in the order of the forward.
enum { LINEAR_QKV, LINEAR_PROJECT, LINEAR_WIDEN, LINEAR_NARROW, GPT_LINEARS };
enum { END_NORM_GAIN, END_NORM_BIAS, END_HEAD, END_HEAD_BIAS, END_PARAMETERS };

static const float GPT_EPS = 1e-5f; // under the root of a layer norm

static inline parameter *gpt_block(const gpt *m, int layer)
{
    return m->weights.list + GPT_BLOCKS + layer * BLOCK_PARAMETERS;
}

static inline parameter *gpt_end(const gpt *m) { return gpt_block(m, m->config.layers); }

// The intermediate results of a block, R rows. Inference uses one set for all blocks.
typedef struct {
    float *norm1;       // (R, C)
    float *qkv;         // (R, 3 C): query, key, value side by side
    float *saved;       // nn_attention_saved floats, or NULL
    float *attention;   // (R, C)
    float *middle;      // (R, C): x after attention
    float *norm2;       // (R, C)
    float *wide, *gelu; // (R, 4 C)
    float *out;         // (R, C); may be x
} gpt_activations;

// One forward pass over n sequences of tokens, the first of which is at position `first`.
typedef struct {
    const gpt *m;
    const gpt_kernels *kernels; // never NULL
    struct past_kv *past;       // may be NULL; if not, n is 1
    int n, tokens, first;
} gpt_pass;

extern const gpt_kernels gpt_plain; // nothing in the place of nn/layers.h

// The forward of one block: x (n * tokens, C) -> a.out.
tt_status gpt_block_forward(const gpt_pass *p, int layer, gpt_activations a, const float *x);

// Token rows plus position rows. ids (n, tokens) -> x (n * tokens, C)
tt_status gpt_embed(const gpt_pass *p, float *x, const int *ids);

// The final norm and the head. x, norm (n * tokens, C) -> logits (n * tokens, V)
tt_status gpt_head(const gpt_pass *p, float *logits, float *norm, const float *x);

// The event of the whole pass, which encloses all others.
nn_event gpt_event(const gpt_pass *p);

// Make m->work hold at least this many floats; its contents are lost if it grows.
tt_status gpt_grow(gpt *m, size_t floats);
