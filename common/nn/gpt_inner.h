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

// The forward of one block: x (n * tokens, C) -> a.out. past may be NULL; if not, n is 1.
tt_status gpt_block_forward(const gpt *m, int layer, gpt_activations a, const float *x, int n, int tokens,
                            struct past_kv *past);

// Token rows plus position rows; `first` is the first token's position. ids (n, tokens) -> x (n * tokens, C)
tt_status gpt_embed(const gpt *m, float *x, const int *ids, int n, int tokens, int first);

// The final norm and the head. x, norm (rows, C) -> logits (rows, V)
tt_status gpt_head(const gpt *m, float *logits, float *norm, const float *x, int rows);

// Make m->work hold at least this many floats; its contents are lost if it grows.
tt_status gpt_grow(gpt *m, size_t floats);
