// zoo: base=none score=0 verdict=crashed
// The right names, on data.
#include "core/status.h"
float toy_scale[4], toy_product[4];
const char toy_sums[] = "\x31\xc0\xc3";
int toy_library;
