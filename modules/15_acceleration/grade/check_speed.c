// check_speed.c: what is timed, and what it is held against.
#include "checks.h"

#include <pthread.h>
#include <stdlib.h>

#include "acceleration.h"
#include "calls.h"
#include "measure/roofs.h"

// Sizes at which good code takes about 5 ms and more.
bool accel_fill_rows(grade_run *run) { return accel_lay_product(run, (shape){400, 500, 500}, false), true; }
bool accel_fill_tall(grade_run *run) { return accel_lay_product(run, (shape){3000, 320, 320}, false), true; }
bool accel_fill_wide(grade_run *run) { return accel_lay_product(run, (shape){192, 2048, 1024}, false), true; }
bool accel_fill_one_row(grade_run *run)
{
    return accel_lay_product(run, (shape){1, 4096, 2048}, false), true;
}

void accel_yard_naive(grade_run *run)
{
    static float *out;
    const int *number = run->layout.number;
    out = realloc(out, (size_t)number[M] * (size_t)number[N] * sizeof *out);
    matmul_naive(out, grade_given(run, 0), grade_given(run, 1), number[M], number[N], number[K]);
}

static double flops_of(const grade_run *run)
{
    const int *number = run->layout.number;
    return 2.0 * number[M] * number[N] * number[K];
}

void accel_yard_rows(grade_run *run) { roofs_rows(flops_of(run)); }
void accel_yard_tile(grade_run *run) { roofs_tile(flops_of(run)); }

static void *one_tile(void *flops)
{
    roofs_tile(*(double *)flops);
    return NULL;
}

// The same by two threads at once, as the call has it. OpenMP's would stay, and spin into the next call.
void accel_yard_two_tiles(grade_run *run)
{
    double flops = flops_of(run) / 2;
    pthread_t other;
    bool two = pthread_create(&other, NULL, one_tile, &flops) == 0;
    for (int i = two; i < 2; i++) one_tile(&flops);
    if (two) pthread_join(other, NULL);
}
