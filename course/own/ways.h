// ways.h: one's own model as the modules make it, each a row of a table.
#pragma once

#include "nn/net.h"

typedef struct own_way own_way;

typedef struct {
    const net *m;                // the floats
    const unsigned char *pixels; // (count, h, w, c) to choose scales by
    int count;
} own_source;

struct own_way {
    const char *name; // "bytes (16)"
    // Ready to run, or a sentence in tt_error() why it cannot be.
    void *(*make)(const own_source *s);
    tt_status (*run)(void *made, float *logits, const unsigned char *pixels, int count);
    size_t (*bytes)(const void *made);
    void (*finish)(void *made); // NULL is fine
};

extern const own_way own_ways[];
extern const int own_way_count; // the first is the floats by the textbook, the second by module 15's product
