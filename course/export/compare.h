// compare.h: an exported file, compiled as a shared library, against the network that it was made of: answers and time.
#pragma once

#include "data/fashion.h"
#include "pictures.h"

typedef struct {
    int pictures, same_logits, same_classes; // how many of the pictures; same_logits: bit for bit
    int right[2];                            // labels met: the file's, the library's
    double largest;                          // difference of two logits
    double seconds[2];                       // median of one picture, in turns: the file's, the library's
    double ratio;                            // median of the pairs: the file's seconds by the library's
} export_compared;

// TT_BAD_FILE and a sentence if `path` is no such library. The first `count` of the pictures -> *c
tt_status export_compare(export_compared *c, const char *path, course_net *n, const fashion_set *test,
                         int count);
