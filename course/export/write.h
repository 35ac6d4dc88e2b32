// write.h: a trained network as one C file that needs nothing but a C11 compiler: loops, weights, layers as a table.
//
// The loops are part_bytes.c or part_floats.c, which say what a number is, and part_network.c; the weights stand between
// them. What the file makes of bytes is what modules/16_quantization/given/qmodel.h makes of them, to the last bit.
//
// Errors   TT_BAD_SHAPE and a sentence for a network that the loops do not run: pictures other than 28 x 28 x 1, another
//          kind of layer. Whether the file was written, its owner asks (core/file.h).
#pragma once

#include <stdio.h>

#include "16_quantization/given/qmodel.h"

// Lines of the comment at its top.
typedef struct {
    const char *title; // "The CNN as bytes"
    const char *made;  // the command
    const char *whose; // whose functions made the weights
} export_about;

tt_status export_bytes(FILE *out, const qmodel *q, const export_about *about);
tt_status export_floats(FILE *out, const net *m, const export_about *about);
