// spaces.c: the tables.
#include "given/spaces.h"

#include <stdlib.h>
#include <string.h>

#include "core/count.h"

// The choices of products that all events share. Their places: from the textbook's loops to the fastest.
#define KERNELS_OF(count)                                                                                    \
    {                                                                                                        \
        "kernel", count, {"library", "packed", "tiled", "blocked", "naive"}, { 0.9, 1, 0.7, 0.4, 0 }         \
    }
#define BITS                                                                                                 \
    {                                                                                                        \
        "bits", 2, {"32", "8"}, { 0, 1 }                                                                     \
    }
#define STEPS                                                                                                \
    {                                                                                                        \
        "steps", 2, {"255", "127"}, { 0, 1 }                                                                 \
    } // of activations as bytes
#define SCALES                                                                                               \
    {                                                                                                        \
        "scales", 2, {"channel", "layer"}, { 0, 1 }                                                          \
    }
#define BATCH                                                                                                \
    {                                                                                                        \
        "batch", 3, {"64", "8", "1"}, { 1, 0.5, 0 }                                                          \
    }
#define THREADS                                                                                              \
    {                                                                                                        \
        "threads", 2, {"1", "2"}, { 0, 1 }                                                                   \
    }

static const oly_field mlp_fields[MLP_FIELDS] = {
    [MLP_KERNEL] = KERNELS_OF(5),
    [MLP_BITS] = BITS,
    [MLP_STEPS] = STEPS,
    [MLP_SCALES] = SCALES,
    [MLP_SPARSITY] = {"sparsity",
                      7,
                      {"0", "50", "70", "80", "90", "95", "98"},
                      {0, 0.5, 0.65, 0.75, 0.85, 0.92, 1}},
    [MLP_SCOPE] = {"scope", 3, {"layer", "network", "tuned"}, {0, 0.4, 1}},
    [MLP_FORMAT] = {"format",
                    5,
                    {"dense", "rows", "blocks4", "blocks8", "blocks16"},
                    {0, 0.25, 0.5, 0.75, 1}},
    [MLP_BATCH] = BATCH,
    [MLP_THREADS] = THREADS,
};

static const oly_field cnn_fields[CNN_FIELDS] = {
    [CNN_KERNEL] = KERNELS_OF(5),
    [CNN_BITS] = BITS,
    [CNN_STEPS] = STEPS,
    [CNN_SCALES] = SCALES,
    [CNN_FILTERS] = {"filters", 2, {"all", "half"}, {0, 1}},
    [CNN_BATCH] = BATCH,
    [CNN_THREADS] = THREADS,
};

static const oly_field gpt_fields[GPT_FIELDS] = {
    [GPT_KERNEL] = {"kernel",
                    2,
                    {"packed", "naive"},
                    {1, 0}}, // of those that do not wait for each other in the library
    [GPT_BITS] = BITS,
    [GPT_STEPS] = STEPS,
    [GPT_HEAD] = {"head", 2, {"float", "bytes"}, {0, 1}},
    [GPT_SPARSITY] = {"sparsity", 2, {"0", "50"}, {0, 1}},
    [GPT_CACHE] = {"cache", 2, {"no", "yes"}, {0, 1}},
};

#define FIRST      1u       // the first choice of a field
#define OTHERS     (~FIRST) // all but the first
#define LAST_OF(n) (1u << ((n)-1))

static const oly_rule mlp_rules[] = {
    {MLP_STEPS, MLP_BITS, OTHERS, FIRST, "steps are of bytes: bits = 8"},
    {MLP_SCALES, MLP_BITS, OTHERS, FIRST, "scales are of bytes: bits = 8"},
    {MLP_KERNEL, MLP_BITS, OTHERS, OTHERS, "bytes have a product of their own: leave kernel = library"},
    {MLP_SPARSITY, MLP_BITS, OTHERS, OTHERS, "no product of bytes skips zeros"},
    {MLP_FORMAT, MLP_SPARSITY, OTHERS, FIRST, "without zeros no format skips any: format = dense"},
    {MLP_SPARSITY, MLP_FORMAT, OTHERS, FIRST, "a dense product multiplies its zeros: choose a sparse format"},
    {MLP_SCOPE, MLP_SPARSITY, OTHERS, FIRST, "a scope is of zeros: sparsity above 0"},
    {MLP_SCOPE, MLP_FORMAT, 1u << 1, 1u << 2 | 1u << 3 | 1u << 4,
     "whole blocks are chosen layer by layer: scope = layer"},
    {MLP_SCOPE, MLP_SPARSITY, 1u << 2, ~(1u << 2 | 1u << 4),
     "fine-tuned weights ship with sparsity 70 and 90"},
    {MLP_SCOPE, MLP_FORMAT, 1u << 2, 1u << 3 | 1u << 4, "fine-tuned weights ship for rows and for blocks4"},
    {MLP_KERNEL, MLP_SPARSITY, OTHERS, OTHERS,
     "sparse weights have products of their own: leave kernel = library"},
    {MLP_THREADS, MLP_BATCH, OTHERS, LAST_OF(3), "two threads need at least two pictures"},
};

static const oly_rule cnn_rules[] = {
    {CNN_STEPS, CNN_BITS, OTHERS, FIRST, "steps are of bytes: bits = 8"},
    {CNN_SCALES, CNN_BITS, OTHERS, FIRST, "scales are of bytes: bits = 8"},
    {CNN_KERNEL, CNN_BITS, OTHERS, OTHERS, "bytes have a product of their own: leave kernel = library"},
    {CNN_THREADS, CNN_BATCH, OTHERS, LAST_OF(3), "two threads need at least two pictures"},
};

static const oly_rule gpt_rules[] = {
    {GPT_STEPS, GPT_BITS, OTHERS, FIRST, "steps are of bytes: bits = 8"},
    {GPT_HEAD, GPT_BITS, OTHERS, FIRST, "a head of bytes needs bits = 8"},
    {GPT_SPARSITY, GPT_BITS, OTHERS, OTHERS, "no product of bytes skips zeros"},
};

const oly_space oly_spaces[OLY_EVENTS] = {
    [OLY_MLP] = {"mlp", MLP_FIELDS, COUNT(mlp_rules), mlp_fields, mlp_rules},
    [OLY_CNN] = {"cnn", CNN_FIELDS, COUNT(cnn_rules), cnn_fields, cnn_rules},
    [OLY_GPT] = {"gpt", GPT_FIELDS, COUNT(gpt_rules), gpt_fields, gpt_rules},
};

const oly_space *oly_space_find(const char *event)
{
    for (int i = 0; event && i < OLY_EVENTS; i++)
        if (strcmp(oly_spaces[i].event, event) == 0) return &oly_spaces[i];
    return NULL;
}

const char *oly_choice(const oly_space *space, const oly_config *config, int field)
{
    return space->field[field].choice[config->choice[field]];
}

int oly_choice_number(const oly_space *space, const oly_config *config, int field)
{
    return atoi(oly_choice(space, config, field));
}

void oly_places(double *x, const oly_space *space, const oly_config *config)
{
    for (int f = 0; f < space->fields; f++) x[f] = space->field[f].place[config->choice[f]];
}
