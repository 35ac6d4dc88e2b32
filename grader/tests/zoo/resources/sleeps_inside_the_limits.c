// zoo: idle replaces=toy_scale,toy_product,toy_sums,toy_library score=0 verdict=stuck says="sleeps instead of working" wall=40
// Nine seconds in the first two calls of every function, and each call comes back in time: minutes for the class that waits.
#include <time.h>

static void sleep_at_first(void)
{
    static int calls;
    if (calls++ < 2) nanosleep(&(struct timespec){9, 0}, NULL);
}

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    sleep_at_first();
    return honest_scale(out, x, n, by);
}

tt_status toy_product(float *restrict out, const float *a, const float *b, int n)
{
    sleep_at_first();
    return honest_product(out, a, b, n);
}

tt_status toy_sums(float *out, const float *x, int rows, int columns)
{
    sleep_at_first();
    return honest_sums(out, x, rows, columns);
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    sleep_at_first();
    return honest_library(out, a, b, n);
}
