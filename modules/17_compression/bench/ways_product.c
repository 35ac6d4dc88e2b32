// ways_product.c: one layer of random weights at a sparsity: dense, in CSR and in blocks, each checked
// against its own zeros.
#include "ways.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "core/tensor.h"
#include "given/matrix.h"
#include "measure/blas_peer.h"
#include "measure/roofs.h"
#include "nn/layers.h"
#include "ops/backend.h"

// The weights as one way has them, and what they give.
typedef struct {
    comp_matrix matrix;
    float *right; // (out, n): by a dense product of the same weights
} format;
enum { FORMATS = 4 }; // heights 1, 4, 8, 16

static int format_of(int height) { return height == 1 ? 0 : height == 4 ? 1 : height == 8 ? 2 : 3; }

struct comp_product {
    int n, in, out;
    double sparsity;
    float *w, *across;   // (in, out) and (out, in): dense, no zeros
    float *x, *x_across; // (n, in), (in, n)
    float *y, *y_dense;  // (out, n), (n, out)
    float *right;        // (out, n): of the dense weights
    const float *expected;
    bool transposed; // the last result is in y_dense
    format formats[FORMATS];
};

double comp_product_work(const bench_case *c) { return c->size[COMP_BATCH]; }

void comp_product_finish(void *job)
{
    comp_product *p = job;
    for (int i = 0; i < FORMATS; i++) comp_matrix_finish(&p->formats[i].matrix), free(p->formats[i].right);
    free(p->w), free(p->across), free(p->x), free(p->x_across), free(p->y), free(p->y_dense), free(p->right);
    free(p);
}

void *comp_product_prepare(const bench_case *c)
{
    comp_product *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->n = c->size[COMP_BATCH], p->in = c->size[COMP_IN], p->out = c->size[COMP_OUT];
    p->sparsity = c->size[COMP_SPARSITY] / 100.0;
    const size_t weights = (size_t)p->in * p->out, ins = (size_t)p->in * p->n, outs = (size_t)p->out * p->n;
    p->w = tensor_alloc(weights), p->across = tensor_alloc(weights);
    p->x = tensor_alloc(ins), p->x_across = tensor_alloc(ins);
    p->y = tensor_alloc(outs), p->y_dense = tensor_alloc(outs), p->right = tensor_alloc(outs);
    if (!p->w || !p->across || !p->x || !p->x_across || !p->y || !p->y_dense || !p->right)
        return comp_product_finish(p), NULL;
    tt_rng rng = {(uint64_t)c->size[COMP_SPARSITY]};
    rng_fill(&rng, p->w, weights, -1, 1);
    rng_fill(&rng, p->x, ins, -1, 1);
    nn_transpose(p->across, p->w, p->in, p->out);
    nn_transpose(p->x_across, p->x, p->n, p->in);
    matmul_gemm(p->right, p->across, p->x_across, p->out, p->n, p->in);
    return p;
}

// Zeros at random: exactly as many blocks of the height go as the sparsity says. w (in, out), in place
static void make_zeros(const comp_product *p, float *w, int height)
{
    const int strips = sparse_strips(p->out, height);
    const size_t blocks = (size_t)p->in * (size_t)strips;
    size_t gone = prune_gone(blocks, p->sparsity);
    tt_rng rng = {(uint64_t)height};
    for (size_t b = 0; b < blocks; b++) { // Knuth's algorithm S
        if (rng_below(&rng, blocks - b) >= gone) continue;
        gone--;
        const size_t row = b / (size_t)strips, first = b % (size_t)strips * (size_t)height;
        for (size_t j = first; j < first + (size_t)height && j < (size_t)p->out; j++)
            w[row * (size_t)p->out + j] = 0;
    }
}

tt_status comp_product_ready(void *job, const bench_variant *v)
{
    comp_product *p = job;
    if (v->argument == 0) return TT_OK;
    format *f = &p->formats[format_of(v->argument)];
    if (f->right) return TT_OK;
    const size_t weights = (size_t)p->in * p->out;
    float *w = malloc(weights * sizeof *w), *across = malloc(weights * sizeof *across),
          *right = tensor_alloc((size_t)p->out * p->n);
    tt_status status = w && across && right ? TT_OK : TT_NO_MEMORY;
    if (status == TT_OK) {
        memcpy(w, p->w, weights * sizeof *w);
        make_zeros(p, w, v->argument);
        nn_transpose(across, w, p->in, p->out);
        matmul_gemm(right, across, p->x_across, p->out, p->n, p->in);
        status = comp_matrix_build(&f->matrix, w, NULL, p->in, p->out, v->argument);
    }
    if (status == TT_OK) f->right = right;
    else free(right);
    free(w), free(across);
    return status;
}

tt_status comp_product_run(void *job, const bench_variant *v)
{
    comp_product *p = job;
    p->transposed = false;
    p->expected = v->argument ? p->formats[format_of(v->argument)].right : p->right;
    return ((comp_product_way *)v->function)(p, v->argument);
}

tt_status comp_dense(comp_product *p, int argument)
{
    (void)argument;
    p->transposed = true;
    return matmul_cblas(p->y_dense, p->x, p->w, p->n, p->out, p->in);
}

tt_status comp_dense_across(comp_product *p, int argument)
{
    (void)argument;
    return matmul_cblas(p->y, p->across, p->x_across, p->out, p->n, p->in);
}

tt_status comp_textbook(comp_product *p, int height)
{
    return sparse_csr_matmul_textbook(p->y, &p->formats[format_of(height)].matrix.csr, p->x_across, p->n);
}

tt_status comp_csr(comp_product *p, int height)
{
    return sparse_csr_matmul(p->y, &p->formats[format_of(height)].matrix.csr, p->x_across, p->n);
}

tt_status comp_blocks(comp_product *p, int height)
{
    return sparse_blocks_matmul(p->y, &p->formats[format_of(height)].matrix.blocks, p->x_across, p->n);
}

// As many rows of the batch as csr reads, one for each number that is left.
tt_status comp_reading(comp_product *p, int argument)
{
    (void)argument;
    const size_t piece = (size_t)p->in * p->n / 128 * 128;
    double rows = (1 - p->sparsity) * (double)p->in * p->out;
    for (double left = rows * p->n; left > 0; left -= (double)piece)
        p->y[0] += roofs_read(p->x_across, left < (double)piece ? (size_t)left / 128 * 128 : piece);
    return TT_OK;
}

double comp_peer_seconds(const bench_variant *v, const bench_case *c, int calls)
{
    (void)v;
    return blas_peer_seconds(c->size[COMP_BATCH], c->size[COMP_OUT], c->size[COMP_IN], calls);
}

bool comp_product_check(void *job, char *why, size_t why_bytes)
{
    comp_product *p = job;
    const size_t count = (size_t)p->out * p->n;
    if (p->transposed) nn_transpose(p->y, p->y_dense, p->n, p->out);
    // Two float sums of at most `in` products of at most 1: see accel_product_check's bound, 8 sqrt(k) u k.
    tensor_difference d = tensor_compare(p->y, p->expected, count, 8 * sqrt(p->in) * 0x1p-24 * p->in);
    if (!d.ok) snprintf(why, why_bytes, "wrong: [%zu] is %.6g, not %.6g", d.index, d.got, d.want);
    memset(p->y, 0xff, count * sizeof *p->y);
    memset(p->y_dense, 0xff, count * sizeof *p->y_dense);
    return d.ok;
}
