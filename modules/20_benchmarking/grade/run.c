// run.c: the child's side: lines that call the student's functions with what is in the job.
#include "benchmarking.h"

#include "calls.h"
#include "engine/job.h"

static tt_status run_sum(void *memory, int function)
{
    const int *number = ((job_layout *)memory)->number, n = number[N], door = number[DOOR];
    float *out = door & NULL_OUT ? NULL : job_array(memory, OUT);
    const float *x = door & NULL_X ? NULL : job_array(memory, X);
    const float *w = job_array(memory, W), *start = job_array(memory, START);
    if (function == MOVING_SUM) return moving_sum(out, x, door & NULL_W ? NULL : w, n, number[K]);
    for (int i = 0; i < n && !door; i++) out[i] = start[i];
    return scale_add(out, w[0], x, n);
}

const job_run job_runs[] = {{"sum", run_sum}, {0}};
