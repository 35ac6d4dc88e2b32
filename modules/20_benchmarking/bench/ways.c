// ways.c: a moving sum with its inputs and the right answer, by any function of its kind, and rows in the L1 cache.
#include "ways.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "benchmarking.h"

#include "core/rng.h"
#include "core/tensor.h"
#include "measure/roofs.h"

typedef struct {
    int n, k;
    float *x, *w, *out, *right;
} sum;

double benchmarking_work(const bench_case *c) { return 2.0 * c->size[0] * c->size[1]; }

void benchmarking_finish(void *job)
{
    sum *s = job;
    free(s->x), free(s->w), free(s->out), free(s->right);
    free(s);
}

void *benchmarking_prepare(const bench_case *c)
{
    sum *s = malloc(sizeof *s);
    if (!s) return NULL;
    *s = (sum){.n = c->size[0], .k = c->size[1]};
    size_t n = (size_t)s->n, k = (size_t)s->k;
    s->x = tensor_alloc(n + k - 1), s->w = tensor_alloc(k), s->out = tensor_alloc(n),
    s->right = tensor_alloc(n);
    if (!s->x || !s->w || !s->out || !s->right) return benchmarking_finish(s), NULL;
    tt_rng rng = {k};
    rng_fill(&rng, s->x, n + k - 1, -1, 1);
    rng_fill(&rng, s->w, k, -1, 1);
    for (int i = 0; i < s->n; i++) {
        double right = 0;
        for (int j = 0; j < s->k; j++) right += (double)s->w[j] * (double)s->x[i + j];
        s->right[i] = (float)right;
    }
    memset(s->out, 0xff, n * sizeof *s->out); // NaN in every place
    return s;
}

tt_status benchmarking_run(void *job, const bench_variant *v)
{
    sum *s = job;
    if (v->kind != RESULTS_YARDSTICK)
        return ((moving_sum_function *)v->function)(s->out, s->x, s->w, s->n, s->k);
    roofs_rows(2.0 * s->n * s->k);
    return TT_OK;
}

bool benchmarking_check(void *job, char *why, size_t why_bytes)
{
    sum *s = job;
    // A float sum of k numbers of at most 1 against the truth, which is rounded once: see grade/check_sums.c.
    tensor_difference d = tensor_compare(s->out, s->right, (size_t)s->n, 8 * sqrt(s->k) * 0x1p-24 * s->k);
    if (!d.ok) snprintf(why, why_bytes, "wrong: [%zu] is %.6g, not %.6g", d.index, d.got, d.want);
    memset(s->out, 0xff, (size_t)s->n * sizeof *s->out);
    return d.ok;
}
