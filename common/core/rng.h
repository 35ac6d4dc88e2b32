// rng.h: random numbers that are the same on every machine for the same seed.
//
// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014, figure 13):
// 64 bits of state, passes BigCrush, good for data and tests, not for cryptography.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t state; // any value is a good seed
} tt_rng;

// The next 64 random bits.
uint64_t rng_next(tt_rng *rng);

// An integer in 0 .. bound - 1, every one equally likely. bound >= 1.
uint64_t rng_below(tt_rng *rng, uint64_t bound);

// A float in [0, 1).
float rng_uniform(tt_rng *rng);

// A float from the standard normal distribution (Box and Muller, 1958).
float rng_normal(tt_rng *rng);

// order (count) becomes 0 .. count - 1, shuffled.
void rng_order(tt_rng *rng, int *order, int count);

// x (count) filled with uniform values in [low, high).
void rng_fill(tt_rng *rng, float *x, size_t count, float low, float high);

// x (count) filled with whole numbers from low to high, both included.
void rng_fill_integers(tt_rng *rng, float *x, size_t count, int low, int high);
