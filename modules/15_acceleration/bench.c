// bench.c: what module 15 times, claims and draws. Rows only; the engine is common/bench.h.
#include "bench.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "acceleration.h"
#include "blas_peer.h"
#include "fashion.h"
#include "knn.h"
#include "rng.h"
#include "roofs.h"
#include "tensor.h"

#define COUNT(a)    ((int)(sizeof(a) / sizeof *(a)))
#define FUNCTION(f) ((bench_function *)(f))

// --- Products ---

static const bench_case products[] = {
    {"64", {64, 64, 64}, 64, true},
    {"128", {128, 128, 128}, 128, false},
    {"256", {256, 256, 256}, 256, true},
    {"384", {384, 384, 384}, 384, false},
    {"500", {500, 500, 500}, 500, true},
    {"512", {512, 512, 512}, 512, true},
    {"640", {640, 640, 640}, 640, false},
    {"1000", {1000, 1000, 1000}, 1000, false},
    {"1024", {1024, 1024, 1024}, 1024, false},
    {"2048", {2048, 2048, 2048}, 2048, false},
    {"64x512x784", {64, 512, 784}, 0, false},
    {"32x784x288", {32, 784, 288}, 0, false},
};

static const bench_case rows_times_matrix[] = {
    {"1x512x512", {1, 512, 512}, 0, true},
    {"1x2048x2048", {1, 2048, 2048}, 0, false},
};

static const double slow = 2.05e9; // flop: 1000 cubed is the last that the slow loops are asked to do

static double peer_seconds(const bench_case *c, int calls)
{
    return blas_peer_seconds(c->size[0], c->size[1], c->size[2], calls);
}

#define RUNG(name, function, most, threads)                                                                  \
    {                                                                                                        \
        name, FUNCTION(function), RESULTS_RUNG, threads, most, NULL                                          \
    }
#define GIVEN(name, function, most)                                                                          \
    {                                                                                                        \
        name, FUNCTION(function), RESULTS_GIVEN, 1, most, NULL                                               \
    }

static const bench_variant product_variants[] = {
    GIVEN("naive", matmul_naive, slow),
    RUNG("reordered", matmul_reordered, 0, 1),
    RUNG("blocked", matmul_blocked, slow, 1),
    RUNG("tiled", matmul_tiled, 0, 1),
    RUNG("packed", matmul_packed, 0, 1),
    RUNG("blas", matmul_blas, 0, 1),
    GIVEN("cblas_sgemm", matmul_gemm, 0),
    {"sgemm_haswell", NULL, RESULTS_GIVEN, 1, 0, peer_seconds}, // see common/blas_peer.h
    {"peak", NULL, RESULTS_YARDSTICK, 1, 0, NULL},
    RUNG("threaded", matmul_threaded, 0, 2),
};

static const bench_variant row_variants[] = {
    GIVEN("naive", matmul_naive, 0),      RUNG("reordered", matmul_reordered, 0, 1),
    RUNG("packed", matmul_packed, 0, 1),  RUNG("auto", matmul_auto, 0, 1),
    GIVEN("cblas_sgemm", matmul_gemm, 0), GIVEN("cblas_sgemv", matmul_cblas, 0),
};

typedef struct {
    int m, n, k;
    float *a, *b, *out, *right;
} product;

static double product_flops(const bench_case *c) { return 2.0 * c->size[0] * c->size[1] * c->size[2]; }

static void product_finish(void *job)
{
    product *p = job;
    free(p->a), free(p->b), free(p->out), free(p->right);
    free(p);
}

static void *product_prepare(const bench_case *c)
{
    product *p = malloc(sizeof *p);
    if (!p) return NULL;
    *p = (product){.m = c->size[0], .n = c->size[1], .k = c->size[2]};
    size_t mk = (size_t)p->m * p->k, kn = (size_t)p->k * p->n, mn = (size_t)p->m * p->n;
    p->a = tensor_alloc(mk), p->b = tensor_alloc(kn), p->out = tensor_alloc(mn), p->right = tensor_alloc(mn);
    if (!p->a || !p->b || !p->out || !p->right) return product_finish(p), NULL;
    tt_rng rng = {(uint64_t)mn + (uint64_t)p->k};
    rng_fill(&rng, p->a, mk, -1, 1);
    rng_fill(&rng, p->b, kn, -1, 1);
    matmul_gemm(p->right, p->a, p->b, p->m, p->n, p->k);
    memset(p->out, 0xff, mn * sizeof *p->out); // NaN in every place
    return p;
}

static tt_status product_run(void *job, const bench_variant *v)
{
    product *p = job;
    if (!v->function) {
        roofs_multiply_add(2.0 * p->m * p->n * p->k);
        return TT_OK;
    }
    omp_set_num_threads(v->threads);
    return ((tt_matmul *)v->function)(p->out, p->a, p->b, p->m, p->n, p->k);
}

static bool product_check(void *job, char *why, size_t why_bytes)
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

// --- Blocks of several sizes round the textbook loop ---

static const bench_case block_cases[] = {
    {"500", {500, 500, 500}, 0, true},
    {"512", {512, 512, 512}, 0, true},
};

#define BLOCK_OF(size)                                                                                       \
    static tt_status block_##size(float *out, const float *a, const float *b, int m, int n, int k)           \
    {                                                                                                        \
        return matmul_blocked_by(out, a, b, m, n, k, size);                                                  \
    }
BLOCK_OF(4)
BLOCK_OF(8) BLOCK_OF(16) BLOCK_OF(32) BLOCK_OF(64) BLOCK_OF(128)

    static const bench_variant block_variants[] = {
        GIVEN("naive", matmul_naive, 0),    RUNG("block-4", block_4, 0, 1),
        RUNG("block-8", block_8, 0, 1),     RUNG("block-16", block_16, 0, 1),
        RUNG("block-32", block_32, 0, 1),   RUNG("block-64", block_64, 0, 1),
        RUNG("block-128", block_128, 0, 1),
};

// --- Memory ---

#define KIB(n, name, quick)                                                                                  \
    {                                                                                                        \
        name, {(n)}, (n)*1024.0, quick                                                                       \
    }
static const bench_case working_sets[] = {
    KIB(4, "4 KiB", true),      KIB(8, "8 KiB", false),        KIB(16, "16 KiB", true),
    KIB(24, "24 KiB", false),   KIB(32, "32 KiB", true),       KIB(64, "64 KiB", true),
    KIB(128, "128 KiB", false), KIB(256, "256 KiB", true),     KIB(512, "512 KiB", false),
    KIB(1024, "1 MiB", true),   KIB(2048, "2 MiB", false),     KIB(4096, "4 MiB", true),
    KIB(8192, "8 MiB", false),  KIB(16384, "16 MiB", true),    KIB(32768, "32 MiB", false),
    KIB(65536, "64 MiB", true), KIB(131072, "128 MiB", false), KIB(262144, "256 MiB", true),
};

enum { CHASED = 4096 }; // loads in one call of the chase

typedef struct {
    size_t bytes;
    float *x;
    void **at;
} working_set;

static double read_bytes(const bench_case *c) { return c->size[0] * 1024.0; }
static double chase_loads(const bench_case *c) { return (void)c, CHASED; }

static void memory_finish(void *job)
{
    working_set *w = job;
    free(w->x);
    free(w);
}

static void *memory_prepare(const bench_case *c)
{
    working_set *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    w->bytes = (size_t)c->size[0] * 1024;
    w->x = tensor_alloc(w->bytes / sizeof(float));
    if (!w->x) return memory_finish(w), NULL;
    return w;
}

static void *chase_prepare(const bench_case *c)
{
    working_set *w = memory_prepare(c);
    if (w && !(w->at = roofs_link(w->x, w->bytes))) return memory_finish(w), NULL;
    return w;
}

static tt_status read_run(void *job, const bench_variant *v)
{
    working_set *w = job;
    (void)v;
    measure_keep(roofs_read(w->x, w->bytes / sizeof(float)));
    return TT_OK;
}

static tt_status chase_run(void *job, const bench_variant *v)
{
    working_set *w = job;
    (void)v;
    w->at = roofs_chase(w->at, CHASED);
    return TT_OK;
}

static const bench_variant read_variants[] = {{"read", NULL, RESULTS_GIVEN, 1, 0, NULL}};
static const bench_variant chase_variants[] = {{"chase", NULL, RESULTS_GIVEN, 1, 0, NULL}};

// --- The real job ---

static const bench_case neighbour_cases[] = {{"500x3000", {KNN_TEST_BLOCK, 3 * KNN_TRAIN_BLOCK}, 0, true}};

static const bench_variant neighbour_variants[] = {
    GIVEN("naive", matmul_naive, 0),
    RUNG("packed", matmul_packed, 0, 1),
    RUNG("threaded", matmul_threaded, 0, 2),
    GIVEN("cblas_sgemm", matmul_gemm, 0),
};

typedef struct {
    fashion_set train, test;
    knn_index index;
    int tests, nearest[KNN_TEST_BLOCK], right[KNN_TEST_BLOCK];
} neighbours;

static double neighbour_flops(const bench_case *c) { return 2.0 * c->size[0] * c->size[1] * KNN_PIXELS; }

static void neighbours_finish(void *job)
{
    neighbours *w = job;
    fashion_finish(&w->train), fashion_finish(&w->test);
    knn_finish(&w->index);
    free(w);
}

static void *neighbours_prepare(const bench_case *c)
{
    neighbours *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    if (fashion_load(&w->train, true) != TT_OK || fashion_load(&w->test, false) != TT_OK ||
        w->train.count < c->size[1] || w->test.count < c->size[0] ||
        knn_create(&w->index, w->train.images, c->size[1]) != TT_OK)
        return neighbours_finish(w), NULL;
    w->tests = c->size[0];
    for (int i = 0; i < w->tests; i++) // the oracle: whole numbers, no product
        for (int t = 0, best = -1; t < w->index.count; t++) {
            int d = knn_distance(w->test.images + i * KNN_PIXELS, w->train.images + t * KNN_PIXELS);
            if (best < 0 || d < best) best = d, w->right[i] = t;
        }
    return w;
}

static tt_status neighbours_run(void *job, const bench_variant *v)
{
    neighbours *w = job;
    omp_set_num_threads(v->threads);
    return knn_search(w->nearest, &w->index, w->test.images, w->tests, (tt_matmul *)v->function, NULL);
}

static bool neighbours_check(void *job, char *why, size_t why_bytes)
{
    neighbours *w = job;
    int wrong = 0;
    for (int i = 0; i < w->tests; i++) wrong += w->nearest[i] != w->right[i];
    if (wrong) snprintf(why, why_bytes, "wrong: %d of %d neighbours are not the nearest", wrong, w->tests);
    memset(w->nearest, 0xff, sizeof w->nearest);
    return wrong == 0;
}

// All test images against all training images with the threaded rung, once.
static tt_status measure_whole_job(results *r, bool quick)
{
    if (quick) return TT_OK;
    fashion_set train = {0}, test = {0};
    knn_index index = {0};
    int *nearest = NULL, correct = 0;
    tt_status status = fashion_load(&train, true);
    if (status == TT_OK) status = fashion_load(&test, false);
    if (status == TT_OK) status = knn_create(&index, train.images, train.count);
    if (status == TT_OK && !(nearest = malloc((size_t)test.count * sizeof *nearest))) status = TT_NO_MEMORY;
    omp_set_num_threads(2);
    double start = measure_now();
    if (status == TT_OK) status = knn_search(nearest, &index, test.images, test.count, matmul_threaded, NULL);
    double seconds = measure_now() - start;
    if (status == TT_OK) {
        for (int i = 0; i < test.count; i++) correct += train.labels[nearest[i]] == test.labels[i];
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        results_set(r, "whole_job_seconds", seconds, "s");
        results_set(r, "whole_job_accuracy", 100.0 * correct / test.count, "%");
        results_set(r, "whole_job_peak_mib", (double)usage.ru_maxrss / 1024, "MiB");
    }
    fashion_finish(&train), fashion_finish(&test);
    knn_finish(&index);
    free(nearest);
    return status;
}

// --- The tables ---

#define ROWS(a) a, COUNT(a)
static const bench_suite suites[] = {
    {"matmul", "flop/s", ROWS(products), ROWS(product_variants), product_flops, product_prepare, product_run,
     product_check, product_finish},
    {"matvec", "flop/s", ROWS(rows_times_matrix), ROWS(row_variants), product_flops, product_prepare,
     product_run, product_check, product_finish},
    {"blocks", "flop/s", ROWS(block_cases), ROWS(block_variants), product_flops, product_prepare, product_run,
     product_check, product_finish},
    {"bandwidth", "B/s", ROWS(working_sets), ROWS(read_variants), read_bytes, memory_prepare, read_run, NULL,
     memory_finish},
    {"latency", "load/s", ROWS(working_sets), ROWS(chase_variants), chase_loads, chase_prepare, chase_run,
     NULL, memory_finish},
    {"neighbours", "flop/s", ROWS(neighbour_cases), ROWS(neighbour_variants), neighbour_flops,
     neighbours_prepare, neighbours_run, neighbours_check, neighbours_finish},
};

#define BLAS_ROWS "cblas_sgemm sgemm_haswell"
static const bench_claim claims[] = {
    {"best rung / best BLAS, geometric mean of 6 shapes", "matmul", "128 256 512 1024 64x512x784 32x784x288",
     "tiled packed", BLAS_ROWS, NULL, CLAIM_AT_LEAST, 1.0, "x"},
    {"packed / naive at 500", "matmul", "500", "packed", "naive", NULL, CLAIM_AT_LEAST, 40, "x"},
    {"packed / naive at 640", "matmul", "640", "packed", "naive", NULL, CLAIM_AT_LEAST, 40, "x"},
    {"packed / naive at 512, where naive falls into a hole", "matmul", "512", "packed", "naive", NULL,
     CLAIM_AT_LEAST, 100, "x"},
    {"best rung / measured peak at 512", "matmul", "512", "tiled packed", "peak", NULL, CLAIM_AT_LEAST, 0.88,
     "x"},
    {"two threads / one at 512", "matmul", "512", "threaded", "packed", NULL, CLAIM_AT_LEAST, 1.85, "x"},
    {"two threads / one at 1024", "matmul", "1024", "threaded", "packed", NULL, CLAIM_AT_LEAST, 1.85, "x"},
    {"two threads / one at 2048", "matmul", "2048", "threaded", "packed", NULL, CLAIM_AT_LEAST, 1.85, "x"},
    {"one row, 512: auto / better of sgemv and sgemm", "matvec", "1x512x512", "auto",
     "cblas_sgemm cblas_sgemv", NULL, CLAIM_AT_LEAST, 0.9, "x"},
    {"one row, 2048: auto / better of sgemv and sgemm", "matvec", "1x2048x2048", "auto",
     "cblas_sgemm cblas_sgemv", NULL, CLAIM_AT_LEAST, 0.9, "x"},
    {"neighbours, one thread / naive, same blocks", "neighbours", "500x3000", "packed", "naive", NULL,
     CLAIM_AT_LEAST, 40, "x"},
    {"neighbours, two threads / naive, same blocks", "neighbours", "500x3000", "threaded", "naive", NULL,
     CLAIM_AT_LEAST, 75, "x"},
    {"whole job, two threads: seconds", NULL, NULL, NULL, NULL, "whole_job_seconds", CLAIM_AT_MOST, 15, "s"},
    {"whole job: peak memory, MiB", NULL, NULL, NULL, NULL, "whole_job_peak_mib", CLAIM_AT_MOST, 512, "MiB"},
};

static const bench_chart charts[] = {
    {"gflops", "Matrix product: every rung, the library and the machine's peak", "n, for n x n times n x n",
     "GFLOP/s", CHART_CURVES, CHART_RATE, 1e9, "matmul",
     "naive blocked reordered tiled packed threaded cblas_sgemm peak", NULL, true, true, false},
    {"speedup", "Times the naive loop at 500 x 500", "times naive", "", CHART_BARS, CHART_RATIO, 1, "matmul",
     "naive blocked reordered tiled packed threaded cblas_sgemm", "500", false, false, false},
    {"blocks", "Blocks round the textbook loop at 512 x 512", "times naive", "", CHART_BARS, CHART_RATIO, 1,
     "blocks", "naive block-4 block-8 block-16 block-32 block-64 block-128", "512", false, false, false},
    {"neighbours", "The real job: nearest neighbours in Fashion-MNIST", "times naive, same blocks", "",
     CHART_BARS, CHART_RATIO, 1, "neighbours", "naive packed threaded cblas_sgemm", "500x3000", false, false,
     false},
    {"bandwidth", "Reading in order: bandwidth against working set", "working set", "GB/s", CHART_CURVES,
     CHART_RATE, 1e9, "bandwidth", "read", NULL, true, false, true},
    {"latency", "Each address from the last load: latency against working set", "working set", "ns per load",
     CHART_CURVES, CHART_TIME, 1e-9, "latency", "chase", NULL, true, true, true},
};

const bench_module module_bench = {
    .name = "15_acceleration",
    .suites = suites,
    .suite_count = COUNT(suites),
    .claims = claims,
    .claim_count = COUNT(claims),
    .charts = charts,
    .chart_count = COUNT(charts),
    .measure = measure_whole_job,
};
