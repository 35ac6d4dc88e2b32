// oracle.c: quantiles by counting, the bootstrap by counting draws, effects by Yates' algorithm.
#include "oracle.h"

#include <assert.h>
#include <string.h>

enum { MOST_SAMPLES = 4096, MOST_RESAMPLES = 10000 };

// The sample at place `place` of the sorted ones: as many are smaller, or equal and before it.
static double at_place(const double *samples, int n, int place)
{
    for (int i = 0; i < n; i++) {
        int smaller = 0, equal = 0;
        for (int j = 0; j < n; j++) smaller += samples[j] < samples[i], equal += samples[j] == samples[i];
        if (smaller <= place && place < smaller + equal) return samples[i];
    }
    return NAN;
}

double profiling_oracle_quantile(const double *samples, int n, double quantile)
{
    const double place = quantile * (n - 1), whole = floor(place), rest = place - whole;
    const double low = at_place(samples, n, (int)whole);
    return rest > 0 ? low * (1 - rest) + at_place(samples, n, (int)whole + 1) * rest : low;
}

// SplitMix64, and one of 0 .. n - 1, as core/rng.h promises them.
static uint64_t draw(uint64_t *state, uint64_t n)
{
    for (;;) {
        uint64_t z = *state += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        z ^= z >> 31;
        if (z >= (UINT64_MAX % n + 1) % n) return z % n;
    }
}

// How often each sample was drawn says what the resample's median is, once the samples are in order.
prof_interval profiling_oracle_interval(const double *samples, int n, prof_bootstrap b)
{
    assert(n <= MOST_SAMPLES && b.resamples <= MOST_RESAMPLES);
    static int rank[MOST_SAMPLES], drawn[MOST_SAMPLES];
    static double ordered[MOST_SAMPLES], medians[MOST_RESAMPLES];
    for (int i = 0; i < n; i++) {
        rank[i] = 0;
        for (int j = 0; j < n; j++) rank[i] += samples[j] < samples[i] || (samples[j] == samples[i] && j < i);
        ordered[rank[i]] = samples[i];
    }
    for (int r = 0; r < b.resamples; r++) {
        memset(drawn, 0, sizeof drawn);
        for (int i = 0; i < n; i++) drawn[rank[draw(&b.seed, (uint64_t)n)]]++;
        double middle[2];
        for (int half = 0; half < 2; half++) {
            int place = half == 0 ? (n - 1) / 2 : n / 2, i = 0;
            while (place >= drawn[i]) place -= drawn[i++];
            middle[half] = ordered[i];
        }
        medians[r] = (middle[0] + middle[1]) / 2;
    }
    return (prof_interval){profiling_oracle_quantile(medians, b.resamples, (1 - b.confidence) / 2),
                           profiling_oracle_quantile(medians, b.resamples, (1 + b.confidence) / 2)};
}

void profiling_oracle_asked(double asked[PROF_ROOFS], const prof_operation *o, const prof_roofs *roofs)
{
    const double amounts[PROF_ROOFS] = {o->flops,    o->bytes[0], o->bytes[1],
                                        o->bytes[2], o->bytes[3], o->calls};
    const double each[PROF_ROOFS] = {1 / roofs->flops,        1 / roofs->bandwidth[0],
                                     1 / roofs->bandwidth[1], 1 / roofs->bandwidth[2],
                                     1 / roofs->bandwidth[3], roofs->overhead};
    for (int r = 0; r < PROF_ROOFS; r++) asked[r] = amounts[r] * each[r];
}

double profiling_oracle_model(const double asked[PROF_ROOFS], int without)
{
    double kept[PROF_ROOFS], longest = 0;
    for (int r = 0; r < PROF_ROOFS; r++) kept[r] = r == without ? 0 : asked[r];
    for (int r = 0; r < PROF_OVERHEAD; r++) longest = kept[r] > longest ? kept[r] : longest;
    return kept[PROF_OVERHEAD] + longest;
}

void profiling_oracle_effects(double *effects, const double *seconds, int factors)
{
    const int count = 1 << factors;
    for (int i = 0; i < count; i++) effects[i] = log(seconds[i]);
    for (int bit = 1; bit < count; bit *= 2)
        for (int i = 0; i < count; i++) {
            if (i & bit) continue;
            const double off = effects[i], on = effects[i | bit];
            effects[i] = on + off, effects[i | bit] = on - off;
        }
    for (int i = 0; i < count; i++) effects[i] /= i == 0 ? count : count / 2;
}

prof_comparison profiling_oracle_compare(const double *before, const double *after, int pairs,
                                         prof_bootstrap b)
{
    static double ratio[MOST_SAMPLES];
    assert(pairs <= MOST_SAMPLES);
    for (int i = 0; i < pairs; i++) ratio[i] = before[i] / after[i];
    prof_comparison c = {.ratio = profiling_oracle_quantile(ratio, pairs, 0.5),
                         .interval = profiling_oracle_interval(ratio, pairs, b)};
    c.change = c.interval.low > 1 ? PROF_FASTER : c.interval.high < 1 ? PROF_SLOWER : PROF_CANNOT_TELL;
    const double end = c.ratio > 1 ? c.interval.low : c.interval.high,
                 quotient = (c.ratio - end) / (c.ratio - 1);
    c.pairs_needed = c.ratio == 1 ? INFINITY : ceil(pairs * quotient * quotient);
    return c;
}
