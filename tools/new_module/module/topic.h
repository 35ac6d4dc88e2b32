// @TOPIC@.h: a weighted moving sum, in an order in which no addition needs the result of the last.
//
// Shapes   x (n + k - 1), w (k), out (n), dense. Loop letters: i outputs, j weights.
// Sizes    n from 0 up, and where it is 0 there is nothing to do; k from 1 up. n + k fits an int.
// Errors   TT_BAD_SHAPE if a size is out of range, TT_BAD_VALUE if a pointer that is needed is NULL; out is
//          then untouched.
// Overlap  out must not overlap x or w.
// Sources  Allen, Kennedy, "Automatic loop interchange", SIGPLAN Symposium on Compiler Construction, 1984.
#pragma once

#include "core/status.h"

// 1. out[i] += scale * x[i] for i < n. x (n) -> out (n)
tt_status scale_add(float *out, float scale, const float *x, int n);

// 2. out[i] = the sum over j < k of w[j] x[i + j]. x (n + k - 1), w (k) -> out (n)
typedef tt_status moving_sum_function(float *out, const float *x, const float *w, int n, int k);
moving_sum_function moving_sum;
