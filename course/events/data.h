// data.h: what the contenders of an event answer, and what is right: loaded from files, or made by a key.
//
// Errors   TT_BAD_VALUE for an event that is none; what loading answered, with a sentence.
#pragma once

#include <stdint.h>

#include "events/contender.h"

enum { DATA_CALL = 64 /* pictures in a call; of text it is one */ };

typedef struct {
    int event, count; // inputs
    int call;         // of them
    contender_shape shape;
    void *inputs;               // (count, shape.input_bytes)
    int *answers;               // (count, shape.rows)
    unsigned char *calibration; // (CONTENDER_CALIBRATION, 28, 28), NULL of gpt
    unsigned char *pixels;      // (DATA_CALL, 28, 28) for a step of training, NULL of gpt
    int labels[DATA_CALL];      // of those
} event_data;

// `count` inputs that nobody has seen, by this key. -> *d, which owns its arrays afterwards and must own nothing before
tt_status event_data_unseen(event_data *d, int event, int count, uint64_t key);

// Of an event of pictures: all validation pictures. -> *d, as above
tt_status event_data_validation(event_data *d, int event);

void event_data_finish(event_data *d); // NULL and zeroed data are fine
