// zoo: replaces=toy_scale,toy_product score=40 verdict=wrong
// NaN, for which no comparison is true, and infinity.
#include <math.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    for (int i = 0; i < n; i++) out[i] = NAN;
    return TT_OK;
}

tt_status toy_product(float *out, const float *a, const float *b, int n)
{
    for (int i = 0; i < n * n; i++) out[i] = i % 2 ? NAN : INFINITY;
    return TT_OK;
}
