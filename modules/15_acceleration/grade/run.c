// run.c: the child's side: lines that call the student's functions with what is in the job.
#include <omp.h>
#include <stdbool.h>

#include "acceleration.h"
#include "calls.h"
#include "engine/job.h"

// The extra number is the block of matmul_blocked_by, the threads of matmul_threaded, the mode of the
// backend.
static tt_status call(int rung, float *out, const float *a, const float *b, const int *number)
{
    int m = number[M], n = number[N], k = number[K];
    static tt_matmul *const plain[RUNGS] = {
        [REORDERED] = matmul_reordered, [BLOCKED] = matmul_blocked, [TILED] = matmul_tiled,
        [PACKED] = matmul_packed,       [BLAS] = matmul_blas,       [AUTO] = matmul_auto,
    };
    switch (rung) {
    case BLOCKED_BY:
        return matmul_blocked_by(out, a, b, m, n, k, number[EXTRA]);
    case THREADED:
        omp_set_num_threads(number[EXTRA] > 0 ? number[EXTRA] : 2);
        return matmul_threaded(out, a, b, m, n, k);
    case BACKEND: { // as a model does it: choose a mode, then call through the table
        tt_status status = acceleration_use((enum acceleration_mode)number[EXTRA]);
        return status == TT_OK ? backend->matmul(out, a, b, m, n, k) : status;
    }
    default:
        return plain[rung](out, a, b, m, n, k);
    }
}

static tt_status run_product(void *memory, int rung)
{
    const int *number = ((job_layout *)memory)->number;
    int door = number[DOOR];
    return call(rung, door & NULL_OUT ? NULL : job_array(memory, 2),
                door & NULL_A ? NULL : job_array(memory, 0), door & NULL_B ? NULL : job_array(memory, 1),
                number);
}

// Which function does each mode install? out[mode] = 1 naive, 2 packed, 3 the student's auto, 0 another;
// out[3] = whether an unknown mode was refused and changed nothing; out[4 + mode] = whether the row has the
// name it should have.
static tt_status run_modes(void *memory, int argument)
{
    (void)argument;
    static const char *const names[MODE_COUNT] = {"educational", "optimised", "auto"};
    float *out = job_array(memory, 0);
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        tt_status status = acceleration_use((enum acceleration_mode)mode);
        if (status != TT_OK) return status;
        tt_matmul *f = backend->matmul;
        out[mode] = f == matmul_naive ? 1 : f == matmul_packed ? 2 : f == matmul_auto ? 3 : 0;
        const char *name = backend->name, *want = names[mode];
        while (*want && *name == *want) name++, want++;
        out[4 + mode] = *name == *want;
    }
    const tt_backend *before = backend;
    bool refused = acceleration_use((enum acceleration_mode)MODE_COUNT) == TT_BAD_VALUE &&
                   acceleration_use((enum acceleration_mode) - 1) == TT_BAD_VALUE;
    out[3] = refused && backend == before;
    return TT_OK;
}

// Number 0 says which input; array 0 is for the sizes.
static tt_status run_break(void *memory, int argument)
{
    (void)argument;
    int *size = job_array(memory, 0);
    return break_matmul(((job_layout *)memory)->number[0], &size[0], &size[1], &size[2], job_array(memory, 1),
                        job_array(memory, 2));
}

const job_run job_runs[] = {{"product", run_product}, {"modes", run_modes}, {"break", run_break}, {0}};
