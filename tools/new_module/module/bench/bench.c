// bench.c: what module @NN@ times, claims and draws. Rows only; the engine is common/bench/bench.h.
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "@TOPIC@.h"

#include "core/rng.h"
#include "core/tensor.h"
#include "given/textbook.h"
#include "measure/roofs.h"

#define FUNCTION(f) ((bench_function *)(f))

static const bench_case sums[] = {
    {"4", {1 << 16, 4}, 4, true},
    {"16", {1 << 16, 16}, 16, true},
    {"64", {1 << 16, 64}, 64, true},
    {"256", {1 << 16, 256}, 256, true},
};

static const bench_variant sum_variants[] = {
    {"textbook", FUNCTION(moving_sum_textbook), RESULTS_GIVEN, 1, 0, NULL},
    {"moving_sum", FUNCTION(moving_sum), RESULTS_RUNG, 1, 0, NULL},
    {"rows", NULL, RESULTS_YARDSTICK, 1, 0, NULL}, // common/measure/roofs.h's
};

typedef struct {
    int n, k;
    float *x, *w, *out, *right;
} sum;

static double sum_flops(const bench_case *c) { return 2.0 * c->size[0] * c->size[1]; }

static void sum_finish(void *job)
{
    sum *s = job;
    free(s->x), free(s->w), free(s->out), free(s->right);
    free(s);
}

static void *sum_prepare(const bench_case *c)
{
    sum *s = malloc(sizeof *s);
    if (!s) return NULL;
    *s = (sum){.n = c->size[0], .k = c->size[1]};
    size_t n = (size_t)s->n, k = (size_t)s->k;
    s->x = tensor_alloc(n + k - 1), s->w = tensor_alloc(k), s->out = tensor_alloc(n),
    s->right = tensor_alloc(n);
    if (!s->x || !s->w || !s->out || !s->right) return sum_finish(s), NULL;
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

static tt_status sum_run(void *job, const bench_variant *v)
{
    sum *s = job;
    if (v->kind != RESULTS_YARDSTICK)
        return ((moving_sum_function *)v->function)(s->out, s->x, s->w, s->n, s->k);
    roofs_rows(2.0 * s->n * s->k);
    return TT_OK;
}

static bool sum_check(void *job, char *why, size_t why_bytes)
{
    sum *s = job;
    // A float sum of k numbers of at most 1 against the truth, which is rounded once: see grade/check_sums.c.
    tensor_difference d = tensor_compare(s->out, s->right, (size_t)s->n, 8 * sqrt(s->k) * 0x1p-24 * s->k);
    if (!d.ok) snprintf(why, why_bytes, "wrong: [%zu] is %.6g, not %.6g", d.index, d.got, d.want);
    memset(s->out, 0xff, (size_t)s->n * sizeof *s->out);
    return d.ok;
}

// --- The tables ---

#define ROWS(a) a, COUNT(a)
static const bench_suite moving_sums = {"sums",      "flop/s", ROWS(sums), ROWS(sum_variants), sum_flops,
                                        sum_prepare, sum_run,  sum_check,  sum_finish};

static const bench_suite *const suites[] = {&moving_sums};

// How many times the textbook's speed it is depends on how slow that is on this CPU: it is printed with the
// rows. What is claimed is the part that it reaches of the speed of as many additions in the L1 cache.
static const bench_claim claims[] = {
    {"moving sum / adding rows in L1, 64 and 256 weights", "sums", "64 256", "moving_sum", "rows", NULL,
     CLAIM_AT_LEAST, 0.5, "x"},
};

static const bench_chart charts[] = {
    {"gflops", "A moving sum: the textbook, the swapped loops, rows in L1", "weights", "GFLOP/s",
     CHART_CURVES, CHART_RATE, 1e9, "sums", "textbook moving_sum rows", NULL, true, true, false},
    {"cost", "A moving sum: what one multiply-add takes", "weights", "ns", CHART_CURVES, CHART_TIME, 0.5e-9,
     "sums", "textbook moving_sum rows", NULL, true, true, false},
    {"speedup", "Times the textbook's loop, 64 weights", "times textbook", "", CHART_BARS, CHART_RATIO, 1,
     "sums", "textbook moving_sum rows", "64", false, false, false},
};

const bench_module module_bench = {
    .name = "@NN@_@TOPIC@",
    .suites = suites,
    .suite_count = COUNT(suites),
    .claims = claims,
    .claim_count = COUNT(claims),
    .charts = charts,
    .chart_count = COUNT(charts),
};
