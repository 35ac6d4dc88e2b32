// zoo: replaces=toy_scale,toy_library score=60 verdict=crashed says="Aborted"
// abort(), and an instruction that there is none.
#include <stdlib.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    abort();
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    __builtin_trap();
}
