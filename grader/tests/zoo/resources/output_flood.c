// zoo: replaces=toy_scale score=100
// A gibibyte to stdout and stderr: nobody reads it, and nothing is kept.
#include <unistd.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    static char block[1 << 20];
    for (int i = 0; i < 1024; i++) write(1 + i % 2, block, sizeof block);
    return honest_scale(out, x, n, by);
}
