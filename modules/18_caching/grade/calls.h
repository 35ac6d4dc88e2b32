// calls.h: the numbers and arrays of a job, as both sides of the grader read them.
#pragma once

#include <stdint.h>

#include "caching.h"

// --- The cache: a step is a script of calls ---
//
// Arrays of a job: 0: the script, ops. 1, 2: rows of keys and of values, which the appends take in order.
// 3, 4: the rows that views returned. 5: an answer for each op.

enum { CACHE_OPS, CACHE_CALLS };

typedef enum {
    OP_INIT,   // a = layers, b = heads, c = head, d = capacity
    OP_APPEND, // a = layer, b = tokens, c = 1: through past_kv, 2: k is NULL, 3: v is NULL
    OP_VIEW,   // a = layer, b = tokens, c = 1: through past_kv, which returns how many, 2: k is NULL
    OP_ADVANCE,
    OP_RESET, // a = tokens
} op_kind;

typedef struct {
    int kind, a, b, c, d;
} op;

typedef struct {
    int status, length, rows, moved; // rows: of the layer, or as a view through past_kv returned
} answer;

// --- Attention, and a row times a matrix ---

// Attention; TIMES: the number of queries that attention_decode is called for, one after the other.
enum { QUERIES, KEYS, HEADS, HEAD, Q_ROW, KV_ROW, DOOR, TIMES };

// A row times a matrix; ROWS: the number of rows x, one after the other. DOOR: which pointers are NULL.
enum { N, K, THREADS, BIAS, MATVEC_DOOR, ROWS };
enum { NULL_OUT = 1, NULL_FIRST = 2, NULL_SECOND = 4, NULL_THIRD = 8 };
enum { DECODE, PREFILL, MATVEC, MATVEC_THREADED };

// --- The forward pass and the text ---

enum { LAYERS, MODEL_HEADS, WIDTH, VOCAB, CONTEXT, CAPACITY, CALLS, MODEL_THREADS }; // forward
enum { PROMPT = CALLS, WANT = MODEL_THREADS }; // generate; CAPACITY 0: no cache
enum { MODEL_BLOCKS = 4, NULL_IDS = 1, NULL_LOGITS = 2, NULL_MODEL = 4, BAD_THREADS = 8, OTHER_SIZES = 16 };
enum { GREEDY, SAMPLED };

// One call of transformer_forward: first reset to `keep` tokens (-1: no reset), then run `count` tokens.
typedef struct {
    int keep, count, rows, flags;
} forward_call;

// --- For both sides: the weights in one array, and the random numbers of the tests' sampler ---

static inline const float *next_weights(const float **at, int rows, int cols)
{
    const float *here = *at;
    *at += (long)rows * cols;
    return here;
}

// Points m and blocks into an array of floats; returns how many floats the model has.
static inline long point_model(transformer *m, transformer_block *blocks, const float *w, const int *n)
{
    const float *at = w;
    int C = n[WIDTH], V = n[VOCAB];
    *m = (transformer){
        .vocab = V, .context = n[CONTEXT], .layers = n[LAYERS], .heads = n[MODEL_HEADS], .width = C};
    m->tokens = next_weights(&at, V, C), m->positions = next_weights(&at, n[CONTEXT], C), m->blocks = blocks;
    for (int i = 0; i < n[LAYERS]; i++) {
        transformer_block *b = &blocks[i];
        b->norm1_gain = next_weights(&at, 1, C), b->norm1_bias = next_weights(&at, 1, C);
        b->qkv = next_weights(&at, C, 3 * C), b->qkv_bias = next_weights(&at, 1, 3 * C);
        b->project = next_weights(&at, C, C), b->project_bias = next_weights(&at, 1, C);
        b->norm2_gain = next_weights(&at, 1, C), b->norm2_bias = next_weights(&at, 1, C);
        b->widen = next_weights(&at, C, 4 * C), b->widen_bias = next_weights(&at, 1, 4 * C);
        b->narrow = next_weights(&at, 4 * C, C), b->narrow_bias = next_weights(&at, 1, C);
    }
    m->norm_gain = next_weights(&at, 1, C), m->norm_bias = next_weights(&at, 1, C);
    m->head = next_weights(&at, C, V), m->head_bias = next_weights(&at, 1, V);
    return at - w;
}

// What the seeded sampler draws at its call-th choice: a number in 0 .. 1.
static inline double draw(int seed, int call)
{
    uint64_t z = ((uint64_t)(unsigned)seed << 32 | (unsigned)call) * 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    return (double)(z >> 40) * 0x1p-24;
}
