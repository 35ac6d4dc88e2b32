// zoo: slow replaces=toy_scale,toy_product,toy_sums,toy_library score=0..20 verdict=stuck says="used up the time" wall=240
// Works in vain for half a second in every call, which no call, case or function is forbidden. All together are.
#include <time.h>

static void burn(void)
{
    for (clock_t start = clock(); clock() - start < 2 * CLOCKS_PER_SEC / 5;) {
    }
}

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    burn();
    return honest_scale(out, x, n, by);
}

tt_status toy_product(float *restrict out, const float *a, const float *b, int n)
{
    burn();
    return honest_product(out, a, b, n);
}

tt_status toy_sums(float *out, const float *x, int rows, int columns)
{
    burn();
    return honest_sums(out, x, rows, columns);
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    burn();
    return honest_library(out, a, b, n);
}
