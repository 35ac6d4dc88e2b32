// run.c: the child's side of the toy module.
#include "calls.h"
#include "engine/job.h"
#include "toy.h"

static tt_status run_scale(void *memory, int argument)
{
    (void)argument;
    const int *number = ((job_layout *)memory)->number;
    return toy_scale(number[DOOR] & NULL_OUT ? NULL : job_array(memory, 1),
                     number[DOOR] & NULL_X ? NULL : job_array(memory, 0), number[N],
                     0.25f * (float)number[QUARTERS]);
}

static tt_status run_product(void *memory, int which)
{
    tt_status (*const call)(float *, const float *, const float *, int) =
        which == LIBRARY ? toy_library : toy_product;
    return call(job_array(memory, 2), job_array(memory, 0), job_array(memory, 1),
                ((job_layout *)memory)->number[N]);
}

static tt_status run_sums(void *memory, int argument)
{
    (void)argument;
    const int *number = ((job_layout *)memory)->number;
    return toy_sums(job_array(memory, 1), job_array(memory, 0), number[N], number[COLUMNS]);
}

const job_run job_runs[] = {{"scale", run_scale}, {"product", run_product}, {"sums", run_sums}, {0}};
