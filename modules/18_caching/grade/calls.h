// calls.h: the numbers and arrays of a job, as both sides of the grader read them.
#pragma once

#include <stdint.h>

#include "caching.h"

// No argument may be read before its call: where a function is called several times, each call is a job of
// its own (next in engine/grade.h), and what lives on between them is the process's.

// --- The cache: a step is a script, each call of it a job ---
//
// Arrays: 0: the op. 1, 2: the rows of keys and of values that an append takes. 3, 4: the rows that a view
// gave. 5: what is seen after the call.

typedef enum {
    OP_INIT,   // a = layers, b = heads, c = head, d = capacity
    OP_APPEND, // a = layer, b = tokens, c = how
    OP_VIEW,   // a = layer, b = tokens, c = how
    OP_ADVANCE,
    OP_RESET, // a = tokens
} op_kind;

enum { PLAIN, THROUGH_PAST, NO_KEYS, NO_VALUES }; // how: k or v is NULL
enum { MOST_ROWS = 1000 }; // of an op that may work: one that asks for more brings no rows

typedef struct {
    int kind, a, b, c, d;
} op;

enum { MOST_LAYERS = 8 };

typedef struct {
    kv_cache cache;        // of an init the one that it was called for, else the script's
    int rows[MOST_LAYERS]; // that its layers hold
    int tokens;            // that a view gave, and where they lie
    const float *k, *v;
} seen;

// The appends that are timed, a whole cache in each call. Arrays 1 to 4: as above. LOOKED_AT: the layer of
// which SOURCE_ROWS rows from LOOKED_FROM on are copied out before anything is appended; -1: none.
enum { LOOKED_AT, LOOKED_FROM, APPENDING };
enum { HELD_LAYERS = 4, HELD_TOKENS = 512, HELD_HEADS = 8, HELD_HEAD = 64, SOURCE_ROWS = 64 };

// --- Attention, and a row times a matrix ---

// Attention; TIMES: of a step with several calls how many, each with a query of its own over the same keys.
// In a run of "tokens" they are one job: each query but the first is the answer before it, times NEXT_QUERY.
enum { QUERIES, KEYS, HEADS, HEAD, Q_ROW, KV_ROW, DOOR, TIMES };
enum { NEXT_QUERY = 8, MOST_TOKEN_WIDTH = 1024 };

// A row times a matrix. DOOR: which pointers are NULL.
enum { N, K, THREADS, BIAS, MATVEC_DOOR, ROWS };
enum { NULL_OUT = 1, NULL_FIRST = 2, NULL_SECOND = 4, NULL_THIRD = 8 };
enum { DECODE, PREFILL, MATVEC, MATVEC_THREADED };

// --- The forward pass and the text ---

enum { LAYERS, MODEL_HEADS, WIDTH, VOCAB, CONTEXT, CAPACITY, CALLS, MODEL_THREADS }; // forward
enum { PROMPT = CALLS, WANT = MODEL_THREADS }; // generate; CAPACITY 0: no cache
enum {
    MODEL_BLOCKS = 4,
    NULL_IDS = 1,
    NULL_LOGITS = 2,
    NULL_MODEL = 4,
    BAD_THREADS = 8,
    OTHER_SIZES = 16,
    MOST_TOKENS = 32
};
enum { GREEDY, SAMPLED };

// One call of transformer_forward: first reset to `keep` tokens (-1: no reset), then run `count` tokens.
typedef struct {
    int first; // of its step: the cache is made anew
    int keep, count, rows, flags;
} forward_call;

// What a call of transformer_forward leaves besides logits: the cache's length, and the multiply-adds of products of several
// rows that went through backend->matmul.
typedef struct {
    int length;
    double row_work;
} forward_facts;

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
