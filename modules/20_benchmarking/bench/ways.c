// ways.c: the median of random numbers.
#include "ways.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "benchmarking.h"

#include "core/rng.h"

typedef struct {
    int n;
    double value, *samples, *sorted;
} quantile_job;

double oly_quantile_work(const bench_case *c) { return c->size[0]; }

void oly_quantile_finish(void *job)
{
    quantile_job *q = job;
    free(q->samples), free(q->sorted);
    free(q);
}

void *oly_quantile_prepare(const bench_case *c)
{
    quantile_job *q = malloc(sizeof *q);
    if (!q) return NULL;
    *q = (quantile_job){.n = c->size[0], .value = NAN};
    q->samples = malloc((size_t)q->n * sizeof *q->samples);
    q->sorted = malloc((size_t)q->n * sizeof *q->sorted);
    if (!q->samples || !q->sorted) return oly_quantile_finish(q), NULL;
    tt_rng rng = {(uint64_t)q->n};
    for (int i = 0; i < q->n; i++) q->samples[i] = (double)rng_uniform(&rng);
    return q;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double sorted_median(quantile_job *q)
{
    memcpy(q->sorted, q->samples, (size_t)q->n * sizeof *q->samples);
    qsort(q->sorted, (size_t)q->n, sizeof *q->sorted, ascending);
    return (q->sorted[(q->n - 1) / 2] + q->sorted[q->n / 2]) / 2;
}

tt_status oly_quantile_run(void *job, const bench_variant *v)
{
    quantile_job *q = job;
    if (v->kind != RESULTS_YARDSTICK) return oly_quantile(&q->value, q->samples, q->n, 0.5);
    q->value = sorted_median(q);
    return TT_OK;
}

bool oly_quantile_check(void *job, char *why, size_t why_bytes)
{
    quantile_job *q = job;
    const double want = sorted_median(q), got = q->value;
    q->value = NAN;
    if (fabs(got - want) <= 1e-12) return true;
    snprintf(why, why_bytes, "wrong: %.9g, not %.9g", got, want);
    return false;
}
