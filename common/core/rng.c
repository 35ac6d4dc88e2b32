// rng.c: SplitMix64, and the few distributions made from it.
#include "rng.h"

#include <math.h>

uint64_t rng_next(tt_rng *rng)
{
    uint64_t z = rng->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t rng_below(tt_rng *rng, uint64_t bound)
{
    // 2^64 need not be a multiple of bound: unless the first 2^64 mod bound values are drawn again,
    // small results are likelier.
    uint64_t unfair = -bound % bound, x;
    do x = rng_next(rng);
    while (x < unfair);
    return x % bound;
}

float rng_uniform(tt_rng *rng) { return (float)(rng_next(rng) >> 40) * 0x1p-24f; }

float rng_normal(tt_rng *rng)
{
    double u = 1.0 - rng_uniform(rng); // in (0, 1], so that the logarithm exists
    double v = rng_uniform(rng);
    return (float)(sqrt(-2 * log(u)) * cos(2 * M_PI * v));
}

void rng_order(tt_rng *rng, int *order, int count)
{
    for (int i = 0; i < count; i++) order[i] = i;
    for (int i = count - 1; i > 0; i--) { // Fisher and Yates
        int j = (int)rng_below(rng, (uint64_t)i + 1), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

void rng_fill(tt_rng *rng, float *x, size_t count, float low, float high)
{
    for (size_t i = 0; i < count; i++) x[i] = low + (high - low) * rng_uniform(rng);
}

void rng_fill_integers(tt_rng *rng, float *x, size_t count, int low, int high)
{
    for (size_t i = 0; i < count; i++) x[i] = (float)(low + (int)rng_below(rng, (uint64_t)(high - low) + 1));
}
