// slopes.h: derivatives by finite differences, which a backward is checked against.
//
// The loss is sum(weight * output) in double over float outputs. Fourth-order central differences, (8
// (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12 h: with h = 1/32 the formula's own error is about h^4 = 1e-6
// of the fifth derivative, and the rounding of a float output (6e-8 of it) grows by 1.5 / h = 48 to
// about 3e-6 of the output's size. Tests allow a few 1e-4 of the largest slope: more than both, and
// much less than a wrong term makes.
#pragma once

#include <math.h>
#include <string.h>

#include "core/rng.h"
#include "tests/check.h"

static float slope_step = 1.0f / 32; // a test takes a smaller one near a corner (relu, max)

// The derivative at *x, which is changed and restored; loss(context) must compute everything from it again.
static inline double slope_at(float *x, double (*loss)(void *context), void *context)
{
    const float kept = *x;
    double value[4];
    const float moves[4] = {1, -1, 2, -2};
    for (int i = 0; i < 4; i++) {
        *x = kept + moves[i] * slope_step;
        value[i] = loss(context);
    }
    *x = kept;
    return (8 * (value[0] - value[1]) - (value[2] - value[3])) / (12 * (double)slope_step);
}

// Compare every derivative in got (count) with the slope at x (count). Allowed is `allowed` times the largest
// slope, or times 1 if that is larger.
static inline void check_slopes(const char *name, const float *got, float *x, size_t count,
                                double (*loss)(void *context), void *context, double allowed)
{
    float largest = 1;
    for (size_t i = 0; i < count; i++) largest = fmaxf(largest, fabsf(got[i]));
    for (size_t i = 0; i < count; i++) {
        double want = slope_at(&x[i], loss, context);
        if (!(fabs(got[i] - want) <= allowed * largest))
            fail_msg("%s[%zu] is %.9g, the slope is %.9g (allowed %.3g)", name, i, got[i], want,
                     allowed * largest);
    }
}

// ---- the arrays of a test of layers ----

enum { MOST = 4096 }; // floats of any array here

// Inputs x, parameters w and b, an output y, the weights of the loss, and the derivatives.
static float x[MOST], w[MOST], b[MOST], y[MOST], pull[MOST];
static float dx[MOST], dw[MOST], db[MOST];

static inline void fill(uint64_t seed)
{
    tt_rng rng = {seed};
    rng_fill(&rng, x, MOST, -1, 1);
    rng_fill(&rng, w, MOST, -1, 1);
    rng_fill(&rng, b, MOST, -1, 1);
    rng_fill(&rng, pull, MOST, -1, 1);
    memset(dx, 0xff, sizeof dx); // NaN: a backward writes, it does not add
    memset(dw, 0xff, sizeof dw);
    memset(db, 0xff, sizeof db);
}

static inline double pulled(size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += (double)y[i] * pull[i];
    return sum;
}

// Nothing after the first count floats was written.
static inline void check_untouched(const float *array, size_t count)
{
    for (size_t i = count; i < MOST; i++)
        if (!isnan(array[i])) fail_msg("float %zu was written, the array ends at %zu", i, count);
}
