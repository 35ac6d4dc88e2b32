// observer.h: what a model says of its layers while it runs, for a profiler, a counter or a trace.
//
// A net or a gpt whose `observer` is not NULL calls `enter` before a layer and `exit` behind it, in the thread
// that runs the model; each enter has its exit, also where a layer fails. Events are nested:
//
//     net   conv0  relu  pool  ...  linear3                                         the layers' names
//     gpt   embedding
//           attention      norm  qkv  dot_product  project                          for each block
//           feed_forward   norm  widen  gelu  narrow                                for each block
//           head           norm  logits
//
// Work     an event's macs and bytes are its own, without those of the events inside it: summed over all events
//          they are the model's, and the macs are net_macs and gpt_macs.
// Cost     one comparison for each layer where there is no observer.
#pragma once

#include <stddef.h>

#include "core/status.h"

typedef struct {
    const char *name; // valid as long as the model
    int number;       // the block of a gpt, the layer of a net, both from 0; -1 where there is none
    int rows;         // tokens, or pictures
    size_t in, out;   // floats that come in and go out, for each row
    int keys;         // of dot_product: the tokens that the last row attends to; else 0
    long long macs;   // multiply-adds, by formula
    long long
        bytes; // of all that must be read or written once: weights, what comes in, what goes out, as floats
} nn_event;

typedef struct {
    void *state; // handed to both
    void (*enter)(void *state, const nn_event *e);
    void (*exit)(void *state, const nn_event *e, tt_status status); // the same event, and how it went
} nn_observer;

static inline void nn_enter(const nn_observer *o, const nn_event *e)
{
    if (o) o->enter(o->state, e);
}

// Returns the status.
static inline tt_status nn_exit(const nn_observer *o, const nn_event *e, tt_status status)
{
    if (o) o->exit(o->state, e, status);
    return status;
}
