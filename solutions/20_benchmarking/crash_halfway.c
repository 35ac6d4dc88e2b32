// crash_halfway.c: a student's file in the middle of the work: one function that writes far outside its
// arrays, the other as shipped. Lesson, benchmark and grader must go on.
#include "benchmarking.h"

tt_status scale_add(float *out, float scale, const float *x, int n)
{
    for (long far = 1L << 40; far > 0; far += n) out[far] += scale * x[far];
    return TT_OK;
}

tt_status moving_sum(float *out, const float *x, const float *w, int n, int k)
{
    (void)out, (void)x, (void)w, (void)n, (void)k;
    return TT_TODO;
}
