// roofs.c: the loops that measure the limits in roofs.h.
#include "roofs.h"

#include <stdlib.h>

#include "measure.h"
#include "core/rng.h"
#include "core/vec.h"

double roofs_multiply_add(double flops)
{
    // A multiply-add takes 3 to 5 cycles and 2 start in each: 10 independent sums keep both units busy, 14
    // leave a margin. Counting the steps takes time of a unit too: so a step is long.
    enum { CHAINS = 14, PER_STEP = 4 * CHAINS };
    vec sum[CHAINS] = {0}, x = (vec){0} + 0.5f;
    const double per_step = 2.0 * PER_STEP * VEC_FLOATS;
    const long steps = (long)(flops / per_step) + 1;
    for (long s = 0; s < steps; s++)
#pragma GCC unroll 56
        for (int i = 0; i < PER_STEP; i++) {
            MEASURE_HIDE(x);
            sum[i % CHAINS] += x * x;
        }
    for (int i = 1; i < CHAINS; i++) sum[0] += sum[i];
    measure_keep(sum[0][0]);
    return per_step * (double)steps;
}

// As many rows as there are registers for their sums: 2 vectors each, and 3 registers for the loaded values.
enum { ROOF_ROWS = VEC_FLOATS == 16 ? 14 : 6, ROOF_STEPS = 128 };

double roofs_tile(double flops)
{
    // 23 KiB at most, all zeros, and only read.
    static float b[ROOF_STEPS][2 * VEC_FLOATS], x[ROOF_STEPS][ROOF_ROWS];
    const double per_pass = 2.0 * ROOF_STEPS * ROOF_ROWS * 2 * VEC_FLOATS;
    long passes = (long)(flops / per_pass) + 1;
    vec sum[ROOF_ROWS][2] = {0};
    for (long pass = 0; pass < passes; pass++) {
        __asm__ volatile("" : : : "memory"); // memory may have changed: load it again in each pass
        for (int p = 0; p < ROOF_STEPS; p++) {
            const vec left = vec_load(b[p]), right = vec_load(b[p] + VEC_FLOATS);
#pragma GCC unroll 14
            for (int i = 0; i < ROOF_ROWS; i++) {
                sum[i][0] += x[p][i] * left;
                sum[i][1] += x[p][i] * right;
            }
        }
    }
    for (int i = 1; i < ROOF_ROWS; i++) sum[0][0] += sum[i][0] + sum[i][1];
    measure_keep(sum[0][0][0]);
    return per_pass * (double)passes;
}

double roofs_rows(double flops)
{
    enum { FLOATS = 512 };
    static float sums[FLOATS] __attribute__((aligned(64))), row[FLOATS] __attribute__((aligned(64))); // zeros
    const double per_pass = 2.0 * FLOATS;
    long passes = (long)(flops / per_pass) + 1;
    for (long pass = 0; pass < passes; pass++) {
        for (int j = 0; j < FLOATS; j++) sums[j] += 0.5f * row[j];
        __asm__ volatile("" : : "r"(sums), "r"(row) : "memory"); // what nobody writes would not be loaded
    }
    return per_pass * (double)passes;
}

float roofs_read(const float *x, size_t count)
{
    // The additions go to 8 independent sums, so that the loads and not the additions limit the speed.
    enum { STREAM = 128 / VEC_FLOATS };
    vec sum[8] = {{0}};
    for (size_t i = 0; i + 128 <= count; i += 128)
#pragma GCC unroll 32
        for (int v = 0; v < STREAM; v++) sum[v % 8] += vec_load(x + i + v * VEC_FLOATS);
    for (int v = 1; v < 8; v++) sum[0] += sum[v];
    float total = 0;
    for (int i = 0; i < VEC_FLOATS; i++) total += sum[0][i];
    return total;
}

void **roofs_link(void *memory, size_t bytes)
{
    enum { LINE = 64 };
    size_t lines = bytes / LINE;
    char *base = memory;
    size_t *order = malloc(lines * sizeof *order);
    if (!order || lines == 0) return free(order), NULL;
    for (size_t i = 0; i < lines; i++) order[i] = i;
    tt_rng rng = {1};
    for (size_t i = lines - 1; i > 0; i--) { // Sattolo's shuffle: the permutation is one cycle
        size_t j = rng_below(&rng, i), swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
    for (size_t i = 0; i < lines; i++) *(void **)(base + i * LINE) = base + order[i] * LINE;
    free(order);
    return memory;
}

void **roofs_chase(void **start, size_t steps)
{
    for (size_t i = 0; i < steps; i++) start = *start;
    return start;
}
