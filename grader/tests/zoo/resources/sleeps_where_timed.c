// zoo: idle replaces=toy_product score=60 verdict=stuck says="sleeps instead of working" wall=40
// Where a call is timed, all others wait for it: there it is given up at once.
#include <unistd.h>

tt_status toy_product(float *restrict out, const float *a, const float *b, int n)
{
    if (n == 384) sleep(3);
    return honest_product(out, a, b, n);
}
