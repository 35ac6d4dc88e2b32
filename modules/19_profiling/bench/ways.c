// ways.c: what a bootstrap interval costs beside sorting as many numbers.
#include "ways.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profiling.h"

#include "core/rng.h"

typedef struct {
    int n;
    prof_bootstrap b;
    double *samples, *drawn;
    prof_interval made;
} job;

double profiling_interval_work(const bench_case *c) { return (double)c->size[0] * c->size[1]; }

void profiling_interval_finish(void *its_job)
{
    job *j = its_job;
    free(j->samples), free(j->drawn), free(j);
}

// Half of the samples 1, half 3, and one 2 between them: where the median may be is known.
void *profiling_interval_prepare(const bench_case *c)
{
    job *j = calloc(1, sizeof *j);
    if (!j) return NULL;
    j->n = c->size[0], j->b = (prof_bootstrap){0.95, c->size[1], 19};
    j->samples = malloc((size_t)j->n * sizeof *j->samples),
    j->drawn = malloc((size_t)j->n * sizeof *j->drawn);
    if (!j->samples || !j->drawn) return profiling_interval_finish(j), NULL;
    for (int i = 0; i < j->n; i++) j->samples[i] = i == 0 ? 2 : i % 2 ? 1 : 3;
    j->made = (prof_interval){NAN, NAN};
    return j;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

tt_status profiling_interval_run(void *its_job, const bench_variant *v)
{
    job *j = its_job;
    if (v->kind != RESULTS_YARDSTICK) return prof_median_interval(&j->made, j->samples, j->n, j->b);
    tt_rng rng = {19};
    for (int r = 0; r < j->b.resamples; r++) {
        for (int i = 0; i < j->n; i++) j->drawn[i] = (double)(rng_next(&rng) >> 11);
        qsort(j->drawn, (size_t)j->n, sizeof *j->drawn, ascending);
    }
    return TT_OK;
}

bool profiling_interval_check(void *its_job, char *why, size_t why_bytes)
{
    job *j = its_job;
    const bool right = j->made.low == 1 && j->made.high == 3;
    if (!right) snprintf(why, why_bytes, "wrong: %g to %g, not 1 to 3", j->made.low, j->made.high);
    j->made = (prof_interval){NAN, NAN};
    return right;
}
