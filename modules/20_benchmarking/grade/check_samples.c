// check_samples.c: quantiles.
#include "checks.h"

#include <math.h>

bool oly_fill_quantile(grade_run *run)
{
    if (run->step >= 1) return false;
    run->layout.number[A] = 4;
    double *x = grade_input_bytes(run, 4 * sizeof(double));
    for (int i = 0; i < 4; i++) x[i] = 1 + grade_random_below(run, 10);
    *(double *)grade_input_bytes(run, sizeof(double)) = 0;
    grade_output_bytes(run, sizeof(double));
    return true;
}

void oly_check_quantile(grade_run *run)
{
    const double *x = grade_given(run, 0), *got = grade_result(run, 2);
    double want = INFINITY;
    for (int i = 0; i < 4; i++) want = fmin(want, x[i]);
    if (*got != want) grade_wrong(run, "got value = %g, expected %g", *got, want);
}
