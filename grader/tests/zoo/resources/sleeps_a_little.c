// zoo: idle replaces=toy_product,toy_library score=60..100 wall=60
// Never long enough for one call to be given up. What is right is right; what slept is no measurement where the machine
// is idle, and where it is busy nobody can tell. What it may not do is to keep others waiting.
#include <time.h>

static void doze(void) { nanosleep(&(struct timespec){0, 80000000}, NULL); }

tt_status toy_product(float *restrict out, const float *a, const float *b, int n)
{
    doze();
    return honest_product(out, a, b, n);
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    doze();
    return honest_library(out, a, b, n);
}
