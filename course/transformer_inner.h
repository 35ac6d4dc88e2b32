// transformer_inner.h: what a transformer of the course consists of, for those who run it and those who check it.
#pragma once

#include "17_compression/given/matrix.h"
#include "caching.h"
#include "quantization.h"
#include "transformer.h"

enum { COURSE_MOST_LINEARS = 17 }; // of 4 blocks and a head

// A linear layer's weights as bytes; NULL until they are first needed.
typedef struct {
    int8_t *packed;
    float *scales; // (out)
    int32_t *sums; // (out)
} course_bytes;

struct course_gpt {
    course_size size;
    gpt dense, pruned, *in_use; // pruned: zeroed until it is first needed; `in_use` is one of both
    unsigned parts;             // switched on, and present
    int top;                    // of activations as bytes
    bool head;                  // as bytes, too
    gpt_kernels kernels;
    course_bytes bytes[COURSE_MOST_LINEARS];
    comp_matrix sparse[COURSE_MOST_LINEARS]; // of the pruned one's blocks
    kv_cache cache;
    struct past_kv past;
    int *ids, held; // (context): the text that the cache holds `held` tokens of
    float *logits;  // of the tokens of the last call
    size_t logit_floats;
};

static inline bool course_in_bytes(const course_gpt *g, const gpt_linear *l)
{
    return g->parts & COURSE_INT8 && (l->block >= 0 || g->head);
}

static inline bool course_is_sparse(const course_gpt *g, const gpt_linear *l)
{
    return g->parts & COURSE_PRUNING && l->block >= 0;
}
