// run.c: the child's side: lines that call the student's functions with what is in the job.
#include <omp.h>

#include "acceleration.h"
#include "calls.h"
#include "engine/job.h"

// The extra number is the block of matmul_blocked_by, the threads of matmul_threaded.
static tt_status call(int rung, float *out, const float *a, const float *b, const int *number)
{
    int m = number[M], n = number[N], k = number[K];
    static tt_matmul *const plain[RUNGS] = {
        [REORDERED] = matmul_reordered, [BLOCKED] = matmul_blocked, [TILED] = matmul_tiled,
        [PACKED] = matmul_packed,       [BLAS] = matmul_blas,       [AUTO] = matmul_auto,
    };
    switch (rung) {
    case BLOCKED_BY:
        if (number[EXTRA] == OWN_BLOCK) return matmul_blocked(out, a, b, m, n, k);
        return matmul_blocked_by(out, a, b, m, n, k, number[EXTRA]);
    case THREADED:
        omp_set_num_threads(number[EXTRA] > 0 ? number[EXTRA] : 2);
        return matmul_threaded(out, a, b, m, n, k);
    default:
        return plain[rung](out, a, b, m, n, k);
    }
}

// Where a fourth array is laid out, it gets what the library was asked for; infinity where nobody counts that.
static tt_status run_product(void *memory, int rung)
{
    const job_layout *layout = memory;
    const int *number = layout->number, door = number[DOOR];
    const double before = &job_blas_work ? job_blas_work : 0;
    tt_status status =
        call(rung, door & NULL_OUT ? NULL : job_array(memory, 2), door & NULL_A ? NULL : job_array(memory, 0),
             door & NULL_B ? NULL : job_array(memory, 1), number);
    if (layout->arrays > LIBRARY_WORK)
        *(double *)job_array(memory, LIBRARY_WORK) =
            &job_blas_work ? job_blas_work - before : __builtin_inf();
    return status;
}

// As a model does it: choose a mode, then, in the next call, compute through the table. What was installed
// is copied out as it is: which function and which name belong to a mode is not known here.
static tt_status run_modes(void *memory, int argument)
{
    (void)argument;
    const int *number = ((job_layout *)memory)->number;
    if (number[THROUGH_TABLE])
        return backend->matmul(job_array(memory, 2), job_array(memory, 0), job_array(memory, 1), number[M],
                               number[N], number[K]);
    tt_status status = acceleration_use((enum acceleration_mode)number[EXTRA]);
    installed_row row = {backend->matmul, matmul_naive, matmul_packed, matmul_auto, ""};
    for (int i = 0; i < NAME_BYTES - 1 && backend->name[i]; i++) row.name[i] = backend->name[i];
    *(installed_row *)job_array(memory, 3) = row;
    return status;
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
