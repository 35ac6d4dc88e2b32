// ways_product.c: one product of matrices, by every rung, the library and the machine's peak.
#include "ways.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "core/tensor.h"
#include "measure/blas_peer.h"

typedef tt_status blocked_way(float *out, const float *a, const float *b, int m, int n, int k, int block);

typedef struct {
    int m, n, k;
    float *a, *b, *out, *right;
} product;

double accel_product_work(const bench_case *c) { return 2.0 * c->size[0] * c->size[1] * c->size[2]; }

void accel_product_finish(void *job)
{
    product *p = job;
    free(p->a), free(p->b), free(p->out), free(p->right);
    free(p);
}

void *accel_product_prepare(const bench_case *c)
{
    product *p = malloc(sizeof *p);
    if (!p) return NULL;
    *p = (product){.m = c->size[0], .n = c->size[1], .k = c->size[2]};
    size_t mk = (size_t)p->m * p->k, kn = (size_t)p->k * p->n, mn = (size_t)p->m * p->n;
    p->a = tensor_alloc(mk), p->b = tensor_alloc(kn), p->out = tensor_alloc(mn), p->right = tensor_alloc(mn);
    if (!p->a || !p->b || !p->out || !p->right) return accel_product_finish(p), NULL;
    tt_rng rng = {(uint64_t)mn + (uint64_t)p->k};
    rng_fill(&rng, p->a, mk, -1, 1);
    rng_fill(&rng, p->b, kn, -1, 1);
    matmul_gemm(p->right, p->a, p->b, p->m, p->n, p->k);
    memset(p->out, 0xff, mn * sizeof *p->out); // NaN in every place
    return p;
}

tt_status accel_roof(accel_roof_way *way, int threads, double flops)
{
#pragma omp parallel num_threads(threads)
    way(flops / threads);
    return TT_OK;
}

tt_status accel_product_run(void *job, const bench_variant *v)
{
    product *p = job;
    const int threads = bench_threads(v);
    if (v->kind == RESULTS_YARDSTICK)
        return accel_roof((accel_roof_way *)v->function, threads, 2.0 * p->m * p->n * p->k);
    omp_set_num_threads(threads);
    if (v->argument) return ((blocked_way *)v->function)(p->out, p->a, p->b, p->m, p->n, p->k, v->argument);
    return ((tt_matmul *)v->function)(p->out, p->a, p->b, p->m, p->n, p->k);
}

double accel_peer_seconds(const bench_variant *v, const bench_case *c, int calls)
{
    (void)v;
    return blas_peer_seconds(c->size[0], c->size[1], c->size[2], calls);
}

bool accel_product_check(void *job, char *why, size_t why_bytes)
{
    product *p = job;
    size_t count = (size_t)p->m * p->n;
    // Two float sums of k products of at most 1. With rounding errors of random sign each is within
    // 4 sqrt(k) u k of the truth, but for one in thousands (Higham, Mary, SIAM J. Sci. Comput. 41(5), 2019);
    // u = 2^-24.
    tensor_difference d = tensor_compare(p->out, p->right, count, 8 * sqrt(p->k) * 0x1p-24 * p->k);
    if (!d.ok) snprintf(why, why_bytes, "wrong: [%zu] is %.6g, not %.6g", d.index, d.got, d.want);
    memset(p->out, 0xff, count * sizeof *p->out);
    return d.ok;
}
