// tools.c: the lesson's small measurements: sums that wait, lanes, pages.
#include "tools.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "core/rng.h"
#include "core/vec.h"
#include "measure/measure.h"

enum {
    FLOATS = 1024,
    PASSES = 400,
    ROUNDS = 25
}; // two rows of 4 KiB; 800,000 operations in each round

static float row[FLOATS], other[FLOATS], out[FLOATS];

typedef void pass(void);

// The best of several rounds of passes over a row.
static double best_speed(pass *once)
{
    double least = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        double start = measure_now();
        for (int i = 0; i < PASSES; i++) once();
        least = fmin(least, measure_now() - start);
    }
    return 2e-9 * FLOATS * PASSES / least;
}

// --- Sums that wait ---

static inline __attribute__((always_inline)) void add_up(const int sums)
{
    float sum[8] = {0};
    for (int p = 0; p < FLOATS; p += 8)
#pragma GCC unroll 8
        for (int i = 0; i < 8; i++) {
            float product = row[p + i] * other[p + i];
            MEASURE_HIDE(
                product); // one float at a time, and the addition by itself
            sum[i % sums] += product;
        }
    for (int i = 0; i < sums; i++) measure_keep(sum[i]);
}
static void one_sum(void) { add_up(1); }
static void two_sums(void) { add_up(2); }
static void four_sums(void) { add_up(4); }
static void eight_sums(void) { add_up(8); }

double speed_of_sums(int sums)
{
    return best_speed(sums == 1   ? one_sum
                      : sums == 2 ? two_sums
                      : sums == 4 ? four_sums
                                  : eight_sums);
}

// --- Lanes ---

static void float_by_float(void)
{
    for (int j = 0; j < FLOATS; j++) {
        float sum = out[j] + 0.5f * row[j];
        MEASURE_HIDE(sum); // keeps the compiler from taking several
        out[j] = sum;
    }
}

static void vec_by_vec(void)
{
    for (int j = 0; j < FLOATS; j += VEC_FLOATS) {
        vec sum = vec_load(out + j) + 0.5f * vec_load(row + j);
        MEASURE_HIDE(sum);
        vec_store(out + j, sum);
    }
}

double speed_of_lanes(bool vectors)
{
    return best_speed(vectors ? vec_by_vec : float_by_float);
}

// --- Pages ---

double time_of_load(int lines, size_t bytes_apart)
{
    enum { LOADS = 1 << 16 };
    const size_t bytes = (size_t)lines * bytes_apart;
    char *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int *order = malloc((size_t)lines * sizeof *order);
    if (base == MAP_FAILED || !order) return NAN;
    madvise(
        base, bytes,
        MADV_NOHUGEPAGE); // pages of the usual size; where that is refused it was so anyway
    for (int i = 0; i < lines; i++) order[i] = i;
    tt_rng rng = {1};
    for (int i = lines - 1; i > 0;
         i--) { // one cycle through all: Sattolo's shuffle
        int j = (int)rng_below(&rng, (uint64_t)i), swap = order[i];
        order[i] = order[j], order[j] = swap;
    }
    for (int i = 0; i < lines; i++)
        *(void **)(base + i * bytes_apart) =
            base + (size_t)order[i] * bytes_apart;
    void **at = (void **)base;
    double least = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        double start = measure_now();
        for (int i = 0; i < LOADS; i++) at = *at;
        measure_keep(at != NULL);
        least = fmin(least, measure_now() - start);
    }
    free(order);
    munmap(base, bytes);
    return 1e9 * least / LOADS;
}
