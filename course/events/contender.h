// contender.h: the model of an event as an entry's configuration says, by the functions that course_open chose.
//
// Inputs   mlp, cnn: a picture, (28, 28) bytes. gpt: CONTENDER_TEXT ids of a text, as int; the last CONTENDER_TOKENS are read one
//          after the other, as whoever writes does: each is its own forward, with or without a cache.
// Answers  mlp, cnn: a row of 10 logits. gpt: CONTENDER_TOKENS rows of logits, of what follows each of the ids.
// Files    weights are read when a contender is created, by data/safetensors.h: a process that may open none is handed them
//          before, by safetensors_hold. Nothing is read later.
// Errors   TT_BAD_VALUE with a sentence: a configuration that breaks a rule; a part of which a function is nobody's. Else
//          TT_NO_MEMORY, TT_BAD_FILE, or the status of a function that failed.
// Threads  a contender belongs to one thread; with threads = 2 it starts one of its own for each call.
#pragma once

#include "20_benchmarking/given/spaces.h"
#include "core/status.h"

enum { CONTENDER_TEXT = 48, CONTENDER_TOKENS = 16, CONTENDER_CALIBRATION = 500, CONTENDER_FILES = 5 };

typedef struct contender contender;

// What all configurations of an event have in common.
typedef struct {
    size_t input_bytes; // of one input
    int rows, classes;  // of its answers
} contender_shape;

// The models' files, as TT_WEIGHTS names them; NULL after the last.
extern const char *const contender_files[OLY_EVENTS][CONTENDER_FILES];

// pixels (count, 28, 28): training pictures to choose the scales of bytes by; used here only, and only for bytes of
// pictures. CONTENDER_CALIBRATION of them are enough. NULL and a sentence in tt_error().
contender *contender_create(int event, const oly_config *config, const unsigned char *pixels, int count);
void contender_finish(contender *c); // NULL is fine

contender_shape contender_shape_of(const contender *c);

// The inputs of one call, count >= 1. inputs (count, input_bytes) -> logits (count, rows, classes)
tt_status contender_run(contender *c, float *logits, const void *inputs, int count);

// Whether there is a step of training: the event is of pictures, and the configuration has neither bytes nor zeros.
bool contender_trains(const contender *c);

// One step of training on these pictures, by plain gradient descent, through the configured product. TT_BAD_VALUE if
// there is none. pixels (count, 28, 28), labels (count)
tt_status contender_train(contender *c, const unsigned char *pixels, const int *labels, int count);

// What the configuration is made of, the same on every machine.
size_t contender_bytes(const contender *c);                 // of all weights, as they lie in memory
oly_counts contender_counts(const contender *c, int batch); // of one input, in calls of `batch`
