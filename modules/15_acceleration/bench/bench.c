// bench.c: what module 15 times, claims and draws. Rows only; the engine is common/bench/bench.h.
#include "bench/bench.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "acceleration.h"
#include "bench/memory.h"
#include "measure/blas_peer.h"
#include "data/fashion.h"
#include "given/inference.h"
#include "given/knn.h"
#include "core/rng.h"
#include "measure/roofs.h"
#include "core/tensor.h"
#include "core/vec.h"

#define FUNCTION(f) ((bench_function *)(f))

// --- Products ---

static const bench_case products[] = {
    {"64", {64, 64, 64}, 64, true},
    {"128", {128, 128, 128}, 128, false},
    {"256", {256, 256, 256}, 256, true},
    {"384", {384, 384, 384}, 384, false},
    {"500", {500, 500, 500}, 500, true},
    {"512", {512, 512, 512}, 512, true},
    {"768", {768, 768, 768}, 768, false},
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

// What is no product but does as many operations, for a roof: its threads do a part each.
typedef double roof(double flops);
#define YARDSTICK(name, roof, threads)                                                                       \
    {                                                                                                        \
        name, FUNCTION(roof), RESULTS_YARDSTICK, threads, 0, NULL                                            \
    }

static const bench_variant product_variants[] = {
    GIVEN("naive", matmul_naive, slow),
    RUNG("reordered", matmul_reordered, 0, 1),
    RUNG("blocked", matmul_blocked, slow, 1),
    RUNG("tiled", matmul_tiled, 0, 1),
    RUNG("packed", matmul_packed, 0, 1),
    RUNG("blas", matmul_blas, 0, 1),
    GIVEN("cblas_sgemm", matmul_gemm, 0),
    {"sgemm_haswell", NULL, RESULTS_GIVEN, 1, 0, peer_seconds}, // see common/measure/blas_peer.h
    YARDSTICK("tile", roofs_tile, 1),
    YARDSTICK("tile-2", roofs_tile, 2),
    YARDSTICK("peak", roofs_multiply_add, 1),
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

static tt_status do_roof(const bench_variant *v, double flops)
{
#pragma omp parallel num_threads(v->threads)
    ((roof *)v->function)(flops / v->threads);
    return TT_OK;
}

static tt_status product_run(void *job, const bench_variant *v)
{
    product *p = job;
    if (v->kind == RESULTS_YARDSTICK) return do_roof(v, 2.0 * p->m * p->n * p->k);
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
BLOCK_OF(8)
BLOCK_OF(16)
BLOCK_OF(32)
BLOCK_OF(64)
BLOCK_OF(128)

static const bench_variant block_variants[] = {
    GIVEN("naive", matmul_naive, 0),    RUNG("block-4", block_4, 0, 1),   RUNG("block-8", block_8, 0, 1),
    RUNG("block-16", block_16, 0, 1),   RUNG("block-32", block_32, 0, 1), RUNG("block-64", block_64, 0, 1),
    RUNG("block-128", block_128, 0, 1),
};

// --- The real job ---

static const bench_case neighbour_cases[] = {{"500x2880", {KNN_TEST_BLOCK, 3 * KNN_TRAIN_BLOCK}, 0, true}};

static const bench_variant neighbour_variants[] = {
    GIVEN("naive", matmul_naive, 0),         RUNG("packed", matmul_packed, 0, 1),
    RUNG("threaded", matmul_threaded, 0, 2), GIVEN("cblas_sgemm", matmul_gemm, 0),
    YARDSTICK("tile", roofs_tile, 1),
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
    if (v->kind == RESULTS_YARDSTICK) return do_roof(v, 2.0 * w->tests * w->index.count * KNN_PIXELS);
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

// --- The three models ---

static const bench_case model_cases[] = {
    {"mlp", {INFERENCE_MLP, 64}, 0, true},
    {"cnn", {INFERENCE_CNN, 64}, 0, true},
    {"gpt", {INFERENCE_GPT, 256}, 0, true},
};

// A variant's function installs a backend; what runs then is the same code for all.
static tt_status use_educational(void) { return backend_use(&backend_naive); }
static tt_status use_optimised(void) { return acceleration_use(MODE_OPTIMISED); }
static tt_status use_auto(void) { return acceleration_use(MODE_AUTO); }
static tt_status use_blas(void) { return backend_use(&backend_blas); }

static const bench_variant model_variants[] = {
    GIVEN("educational", use_educational, 0),
    RUNG("optimised", use_optimised, 0, 1),
    RUNG("auto", use_auto, 0, 1),
    GIVEN("library", use_blas, 0),
};

static double model_flops(const bench_case *c)
{
    return inference_flops((inference_model)c->size[0], c->size[1]);
}

static void *model_prepare(const bench_case *c)
{
    return inference_create((inference_model)c->size[0], c->size[1]);
}
static void model_finish(void *job) { inference_finish(job); }
static bool model_check(void *job, char *why, size_t why_bytes)
{
    return inference_check(job, why, why_bytes);
}

static tt_status model_run(void *job, const bench_variant *v)
{
    tt_status status = ((tt_status(*)(void))v->function)();
    return status == TT_OK ? inference_run(job) : status;
}

// Operations per second of two threads that each run a tile fed from L1: the best of several moments.
static double two_tiles(void)
{
    const bench_variant v = YARDSTICK("tile-2", roofs_tile, 2);
    double best = 0;
    for (int i = 0; i < 20; i++) {
        const double flops = 4e9, start = measure_now();
        do_roof(&v, flops);
        best = fmax(best, flops / (measure_now() - start));
    }
    return best;
}

// All test images against all training images with the threaded rung, once.
static tt_status measure_whole_job(results *r)
{
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
        const double flops = 2.0 * test.count * train.count * KNN_PIXELS;
        results_set(r, "whole_job_seconds", seconds, "s");
        results_set(r, "whole_job_of_tiles", flops / seconds / two_tiles(), "x");
        results_set(r, "whole_job_accuracy", 100.0 * correct / test.count, "%");
        results_set(r, "whole_job_peak_mib", (double)usage.ru_maxrss / 1024, "MiB");
    }
    fashion_finish(&train), fashion_finish(&test);
    knn_finish(&index);
    free(nearest);
    return status;
}

static tt_status measure_values(results *r, bool quick)
{
    if (quick) return TT_OK;
    tt_status status = measure_whole_job(r); // first: its peak of memory is to be its own
    inference_measure(r);
    static const char *const at[][2] = {
        {"512", "threads_512"}, {"1024", "threads_1024"}, {"2048", "threads_2048"}};
    for (int i = 0; i < COUNT(at); i++) {
        double gain = results_gain_of_gain(r, "matmul", at[i][0], "threaded", "packed", "tile-2", "tile");
        if (!isnan(gain)) results_set(r, at[i][1], gain, "x");
    }
    return status == TT_TODO ? TT_OK
                             : status; // a rung that is not written yet is no failure of the benchmark
}

// --- The tables ---

#define ROWS(a) a, COUNT(a)
static const bench_suite matmul = {"matmul",      "flop/s",        ROWS(products), ROWS(product_variants),
                                   product_flops, product_prepare, product_run,    product_check,
                                   product_finish};
static const bench_suite matvec = {"matvec",           "flop/s",      ROWS(rows_times_matrix),
                                   ROWS(row_variants), product_flops, product_prepare,
                                   product_run,        product_check, product_finish};
static const bench_suite blocks = {"blocks",      "flop/s",        ROWS(block_cases), ROWS(block_variants),
                                   product_flops, product_prepare, product_run,       product_check,
                                   product_finish};
static const bench_suite neighbour_suite = {
    "neighbours",       "flop/s",       ROWS(neighbour_cases), ROWS(neighbour_variants), neighbour_flops,
    neighbours_prepare, neighbours_run, neighbours_check,      neighbours_finish};
static const bench_suite models = {"models",    "flop/s",      ROWS(model_cases), ROWS(model_variants),
                                   model_flops, model_prepare, model_run,         model_check,
                                   model_finish};

static const bench_suite *const suites[] = {&matmul,        &matvec,          &blocks, &bench_bandwidth,
                                            &bench_latency, &neighbour_suite, &models};

#define BLAS_ROWS "cblas_sgemm sgemm_haswell"
#define GEMV_ROWS "cblas_sgemm cblas_sgemv"

#define TIMES(floor, suite, cases, these, those, text)                                                       \
    {                                                                                                        \
        text, suite, cases, these, those, NULL, CLAIM_AT_LEAST, floor, "x"                                   \
    }
#define VALUE(bound, limit, value, unit, text)                                                               \
    {                                                                                                        \
        text, NULL, NULL, NULL, NULL, value, CLAIM_##bound, limit, unit                                      \
    }

// Against the naive loop a product wins by whatever factor that loop is bad on this CPU: it is printed with the
// rows. Claimed is what part of the machine is used, and what the library makes of the same moment. OpenBLAS
// leaves more room with AVX-512 than with AVX2; what it leaves where no vectors are that wide is claimed there.
// With 4 floats to a vector no product comes near the tile alone, and OpenBLAS's comes no nearer.
enum { WIDE = VEC_FLOATS == 16 };
#define OF_TILE(share) (VEC_FLOATS == 4 ? 0.45 : (share))

static const bench_claim claims[] = {
    TIMES(WIDE ? 1.05 : 1, "matmul", "512 768 1024", "tiled packed", BLAS_ROWS,
          "best rung / best BLAS at 512, 768, 1024"),
    TIMES(WIDE ? 0.97 : 0.95, "matmul", "2048", "tiled packed", BLAS_ROWS, "best rung / best BLAS at 2048"),
    TIMES(WIDE ? 1.2 : 1, "matmul", "64x512x784 32x784x288", "tiled packed", BLAS_ROWS,
          "best rung / best BLAS at the models' shapes"),
    TIMES(OF_TILE(0.85), "matmul", "512", "tiled packed", "tile", "best rung / a tile fed from L1, at 512"),
    TIMES(OF_TILE(0.8), "matmul", "1024", "tiled packed", "tile", "best rung / a tile fed from L1, at 1024"),
    TIMES(OF_TILE(0.8), "matmul", "2048", "tiled packed", "tile", "best rung / a tile fed from L1, at 2048"),
    VALUE(AT_LEAST, 0.9, "threads_512", "x", "gain of two threads / gain of two tiles, at 512"),
    VALUE(AT_LEAST, 0.9, "threads_1024", "x", "gain of two threads / gain of two tiles, 1024"),
    VALUE(AT_LEAST, 0.9, "threads_2048", "x", "gain of two threads / gain of two tiles, 2048"),
    TIMES(0.9, "matvec", "1x512x512", "auto", GEMV_ROWS, "one row, 512: auto / better of sgemv and sgemm"),
    TIMES(0.9, "matvec", "1x2048x2048", "auto", GEMV_ROWS, "one row, 2048: auto / better of sgemv and sgemm"),
    TIMES(OF_TILE(0.6), "neighbours", "500x2880", "packed", "tile",
          "neighbours, one thread / a tile fed from L1"),
    VALUE(AT_LEAST, 0.4, "whole_job_of_tiles", "x", "whole job, two threads / two tiles fed from L1"),
    VALUE(AT_MOST, 512, "whole_job_peak_mib", "MiB", "whole job: peak memory, MiB"),
    VALUE(AT_LEAST, 89, "mlp_accuracy", "%", "MLP: accuracy on the test images"),
    VALUE(AT_LEAST, 92, "cnn_accuracy", "%", "CNN: accuracy on the test images"),
    VALUE(AT_MOST, 1.35, "gpt_nats", "nats", "transformer: nats per character of held-out text"),
    TIMES(0.95, "models", "mlp", "optimised auto", "library", "MLP, 64 images: optimised / library"),
    TIMES(0.95, "models", "cnn", "optimised auto", "library", "CNN, 64 images: optimised / library"),
    TIMES(0.95, "models", "gpt", "optimised auto", "library", "transformer, 256 tokens: optimised / library"),
};

// Bars: how many times the suite's first variant, at one case.
#define BARS(name, suite, kase, variants, xlabel, title)                                                     \
    {                                                                                                        \
        name, title, xlabel, "", CHART_BARS, CHART_RATIO, 1, suite, variants, kase, false, false, false      \
    }
#define SWAPPED(model, title)                                                                                \
    BARS(model, "models", model, "educational optimised auto library", "times educational", title)

static const bench_chart charts[] = {
    {"gflops", "Matrix product: every rung, the library and the machine's peak", "n, for n x n times n x n",
     "GFLOP/s", CHART_CURVES, CHART_RATE, 1e9, "matmul",
     "naive blocked reordered tiled packed threaded cblas_sgemm tile peak", NULL, true, true, false},
    BARS("speedup", "matmul", "500", "naive blocked reordered tiled packed threaded cblas_sgemm",
         "times naive", "Times the naive loop at 500 x 500"),
    BARS("blocks", "blocks", "512", "naive block-4 block-8 block-16 block-32 block-64 block-128",
         "times naive", "Blocks round the textbook loop at 512 x 512"),
    BARS("neighbours", "neighbours", "500x2880", "naive packed threaded cblas_sgemm",
         "times naive, same blocks", "The real job: nearest neighbours in Fashion-MNIST"),
    SWAPPED("mlp", "MLP 784-512-256-10, 64 images: the backend swapped"),
    SWAPPED("cnn", "CNN, three 3 x 3 convolutions, 64 images: the backend swapped"),
    SWAPPED("gpt", "Transformer, 4 layers of width 192, 256 tokens: the backend swapped"),
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
    .prove = measure_values,
    .prove_seconds = 25,
};
