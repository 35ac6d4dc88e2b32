// ways_product.c: one product of activations and weights, in floats and in bytes.
#include "ways.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "core/rng.h"
#include "core/tensor.h"

tt_status quant_run(void *job, const bench_variant *v)
{
    return ((quant_way *)v->function)(job, v->argument);
}

double quant_needs(const bench_variant *v, const bench_case *c, int calls)
{
    static const char *const needs[QUANT_PATHS] = {
        [QUANT_WIDENED] = "x86-64 or 64-bit Arm",
        [QUANT_7BIT] = "SSSE3, AVX2, AVX-512 or 64-bit Arm",
        [QUANT_DOT] = "AVX-512 VNNI, AVX-VNNI or Arm's dot products",
    };
    (void)c, (void)calls;
    return tt_fail(TT_BAD_VALUE, "needs %s", needs[v->argument]), -1;
}

void quant_fill(void *x, size_t count, int low, int high, uint64_t seed)
{
    tt_rng rng = {seed};
    for (size_t i = 0; i < count; i++)
        ((uint8_t *)x)[i] = (uint8_t)(low + (int)rng_below(&rng, (uint64_t)(high - low + 1)));
}

// The same numbers in floats and in bytes: powers of two as scales, so that going over changes nothing. 7-bit
// activations are other numbers, with an answer of their own.
enum { ZERO_POINT = 100, ZERO_POINT_7BIT = 50 };
static const float X_SCALE = 0x1p-7f, W_SCALE = 0x1p-7f;

typedef struct {
    int m, n, k;
    uint8_t *x, *x7; // (m, k): 0..255, 0..127
    int8_t *w;       // (k, n)
    int32_t *out, *right, *right7;
    float *xf, *wf, *outf, *rightf, *w_scales;
    uint8_t *xq;    // where float-ends puts its bytes
    float *xb, *wb; // where dequantise puts its floats
    int8_t *packed; // by the first packed way that runs: a pack that crashes costs its row, not the case
    int32_t *sums;
    bool is_packed;
    const int32_t *expected; // of the way that ran; NULL: floats
} product;

double quant_product_work(const bench_case *c) { return 2.0 * c->size[0] * c->size[1] * c->size[2]; }

void quant_product_finish(void *job)
{
    product *p = job;
    free(p->x), free(p->x7), free(p->w), free(p->out), free(p->right), free(p->right7);
    free(p->xf), free(p->wf), free(p->outf), free(p->rightf), free(p->w_scales);
    free(p->xq), free(p->xb), free(p->wb), free(p->packed), free(p->sums);
    free(p);
}

// The answer, along rows of w so that a thousand cubed is no wait.
static void multiply(int32_t *out, const uint8_t *x, int zero_point, const product *p)
{
    memset(out, 0, (size_t)p->m * p->n * sizeof *out);
    for (int i = 0; i < p->m; i++)
        for (int q = 0; q < p->k; q++) {
            int32_t a = x[(size_t)i * p->k + q] - zero_point;
            const int8_t *row = p->w + (size_t)q * p->n;
            for (int j = 0; j < p->n; j++) out[(size_t)i * p->n + j] += a * row[j];
        }
}

static void spoil(product *p)
{
    memset(p->out, 0x55, (size_t)p->m * p->n * sizeof *p->out);
    memset(p->outf, 0xff, (size_t)p->m * p->n * sizeof *p->outf); // NaN
}

static void fill(product *p, size_t mk, size_t kn, size_t mn)
{
    quant_fill(p->x, mk, 0, 255, 1), quant_fill(p->x7, mk, 0, 127, 2), quant_fill(p->w, kn, -127, 127, 3);
    multiply(p->right, p->x, ZERO_POINT, p), multiply(p->right7, p->x7, ZERO_POINT_7BIT, p);
    for (size_t i = 0; i < mk; i++) p->xf[i] = X_SCALE * (float)(p->x[i] - ZERO_POINT);
    for (size_t i = 0; i < kn; i++) p->wf[i] = W_SCALE * (float)p->w[i];
    for (size_t i = 0; i < mn; i++) p->rightf[i] = X_SCALE * W_SCALE * (float)p->right[i];
    for (int j = 0; j < p->n; j++) p->w_scales[j] = W_SCALE;
    spoil(p);
}

void *quant_product_prepare(const bench_case *c)
{
    product *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->m = c->size[0], p->n = c->size[1], p->k = c->size[2];
    size_t mk = (size_t)p->m * p->k, kn = (size_t)p->k * p->n, mn = (size_t)p->m * p->n;
    p->x = malloc(mk), p->x7 = malloc(mk), p->xq = malloc(mk), p->w = malloc(kn);
    p->out = malloc(mn * 4), p->right = malloc(mn * 4), p->right7 = malloc(mn * 4);
    p->xf = tensor_alloc(mk), p->wf = tensor_alloc(kn), p->xb = tensor_alloc(mk), p->wb = tensor_alloc(kn);
    p->outf = tensor_alloc(mn), p->rightf = tensor_alloc(mn), p->w_scales = tensor_alloc((size_t)p->n);
    p->packed = malloc(quant_packed_bytes(p->k, p->n)), p->sums = malloc((size_t)p->n * 4);
    bool room = p->x && p->x7 && p->xq && p->w && p->out && p->right && p->right7 && p->xf && p->wf &&
                p->xb && p->wb && p->outf && p->rightf && p->w_scales && p->packed && p->sums;
    if (!room) return quant_product_finish(p), NULL;
    fill(p, mk, kn, mn);
    return p;
}

bool quant_product_check(void *job, char *why, size_t why_bytes)
{
    product *p = job;
    size_t count = (size_t)p->m * p->n, i = 0;
    bool ok = true;
    if (p->expected) {
        while (i < count && p->out[i] == p->expected[i]) i++;
        ok = i == count;
        if (!ok) snprintf(why, why_bytes, "wrong: [%zu] is %d, not %d", i, p->out[i], p->expected[i]);
    } else {
        // Products of at most 1.25: as in module 15, two float sums of k of them (Higham, Mary 2019).
        tensor_difference d =
            tensor_compare(p->outf, p->rightf, count, 8 * sqrt(p->k) * 0x1p-24 * 1.25 * p->k);
        ok = d.ok;
        if (!ok) snprintf(why, why_bytes, "wrong: [%zu] is %.6g, not %.6g", d.index, d.got, d.want);
    }
    spoil(p);
    return ok;
}

// --- Floats ---

tt_status quant_product_floats(void *job, int through)
{
    product *p = job;
    p->expected = NULL;
    return (through == QUANT_BLAS ? matmul_cblas : matmul_naive)(p->outf, p->xf, p->wf, p->m, p->n, p->k);
}

tt_status quant_product_dequantise(void *job, int argument)
{
    (void)argument;
    product *p = job;
    p->expected = NULL;
    const quant_affine a = {X_SCALE, ZERO_POINT, 255};
    tt_status status = quant_bytes_back(p->xb, p->x, (size_t)p->m * p->k, a);
    if (status == TT_OK) status = quant_weights_back(p->wb, p->w, p->w_scales, p->k, p->n);
    return status == TT_OK ? matmul_cblas(p->outf, p->xb, p->wb, p->m, p->n, p->k) : status;
}

// --- Bytes ---

tt_status quant_product_bytes_naive(void *job, int argument)
{
    (void)argument;
    product *p = job;
    p->expected = p->right;
    for (int i = 0; i < p->m; i++)
        for (int j = 0; j < p->n; j++) {
            int32_t sum = 0;
            for (int q = 0; q < p->k; q++)
                sum += (p->x[(size_t)i * p->k + q] - ZERO_POINT) * p->w[(size_t)q * p->n + j];
            p->out[(size_t)i * p->n + j] = sum;
        }
    return TT_OK;
}

tt_status quant_product_textbook(void *job, int argument)
{
    (void)argument;
    product *p = job;
    p->expected = p->right;
    return quant_matmul(p->out, p->x, ZERO_POINT, p->w, NULL, p->m, p->n, p->k);
}

static tt_status packed(product *p, const uint8_t *x, int zero_point, quant_path path)
{
    tt_status status = p->is_packed ? TT_OK : quant_pack(p->packed, p->sums, p->w, p->k, p->n);
    if (status != TT_OK) return status;
    p->is_packed = true;
    const quant_matrix w = {p->k, p->n, p->packed, p->sums, NULL};
    return quant_matmul_packed(p->out, x, zero_point, &w, p->m, path);
}

tt_status quant_product_on_path(void *job, int path)
{
    product *p = job;
    bool seven = path == QUANT_7BIT;
    p->expected = seven ? p->right7 : p->right;
    return packed(p, seven ? p->x7 : p->x, seven ? ZERO_POINT_7BIT : ZERO_POINT, (quant_path)path);
}

tt_status quant_product_float_ends(void *job, int argument)
{
    (void)argument;
    product *p = job;
    p->expected = NULL;
    const quant_affine a = {X_SCALE, ZERO_POINT, 255};
    tt_status status = quant_bytes(p->xq, p->xf, (size_t)p->m * p->k, a);
    if (status == TT_OK) status = packed(p, p->xq, ZERO_POINT, quant_best_path(255));
    for (int i = 0; i < p->m && status == TT_OK; i++)
        for (int j = 0; j < p->n; j++) {
            size_t at = (size_t)i * p->n + j;
            p->outf[at] = X_SCALE * p->w_scales[j] * (float)p->out[at];
        }
    return status;
}

// --- Peaks ---

tt_status quant_product_peak(void *job, int path)
{
    const product *p = job;
    return quant_peak((quant_path)path, 2.0 * p->m * p->n * p->k) > 0 ? TT_OK : TT_BAD_VALUE;
}
