// inner.h: what the kinds of contenders fill in, and contender.c calls.
#pragma once

#include "contender.h"

// One model of one thread.
typedef struct contender_model contender_model;

typedef struct {
    contender_model *(*create)(int event, const oly_config *config, const unsigned char *pixels, int count);
    void (*finish)(contender_model *m);
    tt_status (*run)(contender_model *m, float *logits, const void *inputs, int count);
    tt_status (*train)(contender_model *m, const unsigned char *pixels, const int *labels, int count);
    bool (*is_dense)(const contender_model *m); // of pictures: whether it can be trained
    size_t (*bytes)(const contender_model *m);
    long long (*macs)(const contender_model *m);
    size_t (*read)(const contender_model *m,
                   int batch); // bytes of weights for one input, in calls of `batch`
    contender_shape (*shape)(const contender_model *m);
} contender_kind;

extern const contender_kind contender_pictures, contender_text;
