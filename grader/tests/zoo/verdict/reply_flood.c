// zoo: replaces=toy_scale score=80 verdict=refused
// "ok" a hundred million times.
#include <unistd.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    static char block[1 << 20];
    for (int i = 0; i < 100; i++) write(4, block, sizeof block);
    return honest_scale(out, x, n, by);
}
