// zoo: replaces=toy_scale,toy_library score=60 verdict=crashed
// Takes the shared memory away from under main, or makes it unreadable.
#define _GNU_SOURCE
#include <sys/mman.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    honest_scale(out, x, n, by);
    munmap((void *)((unsigned long)x & ~4095ul), 128 << 20);
    return *(volatile float *)x > 0 ? TT_OK : TT_OK;
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    mprotect((void *)((unsigned long)a & ~4095ul), 128 << 20, PROT_NONE);
    return honest_library(out, a, b, n);
}
