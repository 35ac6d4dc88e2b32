// zoo: base=none score=0 compile=failed says="toy_product"
// Three functions of four: what is missing is named.
#include "toy.h"
tt_status toy_scale(float *out, const float *x, int n, float by) { return TT_OK; }
tt_status toy_sums(float *out, const float *x, int rows, int columns) { return TT_OK; }
tt_status toy_library(float *out, const float *a, const float *b, int n) { return TT_OK; }
