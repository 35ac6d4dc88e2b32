// parts.h: the parts of a set of labelled pictures: to train on, to choose by, to report on.
//
// A set comes as training files and test files. One in PARTS_ONE_IN of each class of the training files, drawn by
// PARTS_SEED, is kept for validation, and models are trained on the others: of Fashion-MNIST's 60,000 these are
// 5,000, 500 of each class, and 55,000. What is chosen (how long to train, how to calibrate, what to leave out) is
// chosen on validation pictures. Test pictures are for the figure that is reported.
//
// The division follows from the labels and the seed alone, and is the same on every machine.
// Errors   TT_BAD_VALUE, TT_BAD_FILE, TT_NO_MEMORY with a sentence (tt_error); outputs are then untouched.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

typedef enum {
    PART_TEST,       // the test files
    PART_TRAIN,      // the training files without those kept for validation
    PART_VALIDATION, // those
    PART_BOTH,       // the training files as they are, for methods of which nothing is chosen
} data_part;

enum { PARTS_ONE_IN = 12, PARTS_SEED = 1 };

// Which of `count` pictures are kept for validation: as many of each class as whole twelfths are in it.
// labels (count), each below `classes` (1 .. 256) -> kept (count), 0 or 1
tt_status parts_draw(unsigned char *kept, const unsigned char *labels, int count, int classes, uint64_t seed);

// From the pictures of the training files to those of `part`, which move to the front in their order.
// pixels (*count, bytes), labels (*count); *count becomes how many they are. TT_BAD_FILE if there are none.
tt_status parts_take(int *count, unsigned char *pixels, size_t bytes, unsigned char *labels, int classes,
                     data_part part);
