// fashion.h: Fashion-MNIST, 70,000 grey pictures of clothes in ten classes, as one struct.
//
// Where    the folder in the environment variable DATA_DIR if that is set and not empty, else where Debian's
//          package dataset-fashion-mnist puts it. Four files: train-images-idx3-ubyte.gz,
//          train-labels-idx1-ubyte.gz, and the same with t10k for the test set.
// Slices   the package's files must be whole: 60,000 and 10,000 images. A folder of your own may hold any
//          number from 1 to 70,000; 12 of a class are the least of which one is kept for validation.
// Errors   TT_BAD_FILE and a sentence (tt_error) that names the file, what is wrong and what to do;
//          TT_NO_MEMORY; TT_BAD_VALUE if out is NULL. out is then untouched.
// Sources  Xiao, Rasul, Vollgraf: "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
//          Algorithms" (2017), table 2 for the classes.
#pragma once

#include "parts.h"

enum { FASHION_SIDE = 28, FASHION_PIXELS = FASHION_SIDE * FASHION_SIDE, FASHION_CLASSES = 10 };

typedef struct {
    int count;
    unsigned char *images; // (count, FASHION_PIXELS), 0 is black; each image is row-major
    unsigned char *labels; // (count), 0 .. 9
} fashion_set;

// Load one part of the set (parts.h) into out, which owns its arrays afterwards and must own nothing before.
tt_status fashion_load(fashion_set *out, data_part part);

// Free the arrays and zero the set. NULL and zeroed sets are fine.
void fashion_finish(fashion_set *set);

// The name of a class: "Trouser" for 1, "unknown" for a label that is not 0 .. 9.
const char *fashion_class_name(int label);
