// textbook.h: the moving sum of the template, until the module's own is here.
#pragma once

#include "core/status.h"

// One output after the other, one sum for each.
typedef tt_status moving_sum_function(float *out, const float *x, const float *w, int n, int k);
moving_sum_function comp_textbook;
