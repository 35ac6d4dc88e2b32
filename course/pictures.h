// pictures.h: the MLP and the CNN in any sensible combination of parts.
//
//     15  products by the module's; without it by the textbook's loops
//     16  bytes from layer to layer, per channel, calibrated on training pictures
//     17  the MLP: sparse weights that ship, in blocks; the CNN: half of its filters, as it ships. What is left of a CNN
//         is dense, so bytes can be made of it
//
// A part of which a function is nobody's (seam.h) is left out: course_net_parts says what runs.
// Errors   TT_BAD_VALUE, TT_NO_MEMORY, or the status of a function that failed, with a sentence.
// Threads  a model belongs to one thread at a time; several models may run at once.
#pragma once

#include <stdint.h>

#include "16_quantization/given/qmodel.h"
#include "combine.h"
#include "nn/net.h"

typedef struct course_net course_net;

// "mlp" or "cnn", trained; nothing is switched on. pixels (count, 28, 28): pictures to calibrate bytes on, the caller's
// as long as the model is there. NULL and a sentence if it cannot be loaded.
course_net *course_net_create(const char *model, const uint8_t *pixels, int count);
void course_net_finish(course_net *n); // NULL is fine

// From now on with these parts and no others. If it fails, what was on stays on.
tt_status course_net_use(course_net *n, unsigned parts);
unsigned course_net_parts(const course_net *n); // what runs

// What runs, for a program that writes it elsewhere: its bytes, or its floats; NULL for the other, and for sparse weights.
const qmodel *course_net_bytes(const course_net *n);
const net *course_net_floats(const course_net *n);

// Bytes of memory of all weights of what runs.
size_t course_net_weight_bytes(const course_net *n);

// Who watches the layers of floats; NULL: nobody. The caller's.
void course_net_observe(course_net *n, const nn_observer *observer);

// pixels (count, 28, 28) -> logits (count, 10)
tt_status course_net_forward(course_net *n, float *logits, const uint8_t *pixels, int count);
