// cifar.h: CIFAR-10, 60,000 small colour photographs in ten classes, from its binary version.
//
// Where    the folder in the environment variable DATA_DIR: data_batch_1.bin .. data_batch_5.bin for
//          training, test_batch.bin for the test.
// Format   records of 3,073 bytes: the label 0 .. 9, then 32 x 32 bytes of red, of green, of blue, row-major.
//          There is no header, so a file is accepted only if it is whole records with labels in range.
// Slices   the published files hold 10,000 records each; a file of your own may hold 1 to 10,000.
// Errors   TT_BAD_FILE and a sentence (tt_error) that names the file, what is wrong and what to do;
//          TT_NO_MEMORY; TT_BAD_VALUE if out is NULL. out is then untouched.
// Sources  Krizhevsky: "Learning Multiple Layers of Features from Tiny Images" (2009), chapter 3; the
//          data's page, "Binary version".
#pragma once

#include "parts.h"

enum {
    CIFAR_SIDE = 32,
    CIFAR_CHANNELS = 3,
    CIFAR_PIXELS = CIFAR_SIDE * CIFAR_SIDE,
    CIFAR_BYTES = CIFAR_PIXELS * CIFAR_CHANNELS,
    CIFAR_CLASSES = 10
};

typedef struct {
    int count;
    unsigned char *images; // (count, CIFAR_SIDE, CIFAR_SIDE, CIFAR_CHANNELS): NHWC, as the layers take it
    unsigned char *labels; // (count), 0 .. 9
} cifar_set;

// Load one part of the set (parts.h) into out, which owns its arrays afterwards and must own nothing before.
tt_status cifar_load(cifar_set *out, data_part part);

// Free the arrays and zero the set. NULL and zeroed sets are fine.
void cifar_finish(cifar_set *set);

// The name of a class: "automobile" for 1, "unknown" for a label that is not 0 .. 9.
const char *cifar_class_name(int label);
