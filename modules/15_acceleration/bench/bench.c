// bench.c: what module 15 times, claims and draws. Rows only; the ways are in ways.h, the engine is common/bench/bench.h.
#include "bench/tables.h"

#include "acceleration.h"
#include "bench/memory.h"
#include "core/vec.h"
#include "given/inference.h"
#include "given/knn.h"
#include "measure/roofs.h"
#include "ways.h"

// --- Cases ---

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

static const bench_case block_cases[] = {
    {"500", {500, 500, 500}, 0, true},
    {"512", {512, 512, 512}, 0, true},
};

static const bench_case neighbour_cases[] = {{"500x2880", {KNN_TEST_BLOCK, 3 * KNN_TRAIN_BLOCK}, 0, true}};

static const bench_case model_cases[] = {
    {"mlp", {INFERENCE_MLP, 64}, 0, true},
    {"cnn", {INFERENCE_CNN, 64}, 0, true},
    {"gpt", {INFERENCE_GPT, 256}, 0, true},
};

// --- Variants ---

static const double slow = 2.05e9; // flop: 1000 cubed is the last that the slow loops are asked to do

static const bench_variant product_variants[] = {
    GIVEN("naive", matmul_naive, .most_work = slow),
    RUNG("reordered", matmul_reordered),
    RUNG("blocked", matmul_blocked, .most_work = slow),
    RUNG("tiled", matmul_tiled),
    RUNG("packed", matmul_packed),
    RUNG("blas", matmul_blas),
    GIVEN("cblas_sgemm", matmul_gemm),
    GIVEN("sgemm_haswell", NULL, .seconds = accel_peer_seconds), // see common/measure/blas_peer.h
    YARDSTICK("tile", roofs_tile),
    YARDSTICK("tile-2", roofs_tile, .threads = 2),
    YARDSTICK("peak", roofs_multiply_add),
    RUNG("threaded", matmul_threaded, .threads = 2),
};

static const bench_variant row_variants[] = {
    GIVEN("naive", matmul_naive), RUNG("reordered", matmul_reordered), RUNG("packed", matmul_packed),
    RUNG("auto", matmul_auto),    GIVEN("cblas_sgemm", matmul_gemm),   GIVEN("cblas_sgemv", matmul_cblas),
};

#define BLOCK_OF(size) RUNG("block-" #size, matmul_blocked_by, .argument = size)
static const bench_variant block_variants[] = {
    GIVEN("naive", matmul_naive),
    BLOCK_OF(4),
    BLOCK_OF(8),
    BLOCK_OF(16),
    BLOCK_OF(32),
    BLOCK_OF(64),
    BLOCK_OF(128),
};

static const bench_variant neighbour_variants[] = {
    GIVEN("naive", matmul_naive),
    RUNG("packed", matmul_packed),
    RUNG("threaded", matmul_threaded, .threads = 2),
    GIVEN("cblas_sgemm", matmul_gemm),
    YARDSTICK("tile", roofs_tile),
};

static const bench_variant model_variants[] = {
    GIVEN("educational", NULL, .argument = ACCEL_NAIVE),
    RUNG("optimised", acceleration_use, .argument = MODE_OPTIMISED),
    RUNG("auto", acceleration_use, .argument = MODE_AUTO),
    GIVEN("library", NULL, .argument = ACCEL_LIBRARY),
};

// --- Suites ---

#define PRODUCT(name, cases, variants)                                                                       \
    SUITE(name, "flop/s", cases, variants, .run = accel_product_run, JOB(accel_product))
static const bench_suite matmul = PRODUCT("matmul", products, product_variants);
static const bench_suite matvec = PRODUCT("matvec", rows_times_matrix, row_variants);
static const bench_suite blocks = PRODUCT("blocks", block_cases, block_variants);
static const bench_suite neighbours = SUITE("neighbours", "flop/s", neighbour_cases, neighbour_variants,
                                            .run = accel_neighbours_run, JOB(accel_neighbours));
static const bench_suite models =
    SUITE("models", "flop/s", model_cases, model_variants, .run = accel_model_run, JOB(accel_model));

static const bench_suite *const suites[] = {&matmul,        &matvec,     &blocks, &bench_bandwidth,
                                            &bench_latency, &neighbours, &models};

// --- Claims ---

#define BLAS_ROWS "cblas_sgemm sgemm_haswell"
#define GEMV_ROWS "cblas_sgemm cblas_sgemv"

// Against the naive loop a product wins by whatever factor that loop is bad on this CPU: it is printed with the
// rows. Claimed is what part of the machine is used, and what the library makes of the same moment. At squares
// OpenBLAS is met: where it comes near the tile itself there is no room to beat it. On the models' shapes it
// leaves more with AVX-512 than with AVX2.
// With 4 floats to a vector no product comes near the tile alone, and OpenBLAS's comes no nearer.
enum { WIDE = VEC_FLOATS == 16 };
#define OF_TILE(share) (VEC_FLOATS == 4 ? 0.45 : (share))

static const bench_claim claims[] = {
    TIMES(1, "matmul", "512 768 1024", "tiled packed", BLAS_ROWS, "best rung / best BLAS at 512, 768, 1024"),
    TIMES(WIDE ? 0.97 : 0.95, "matmul", "2048", "tiled packed", BLAS_ROWS, "best rung / best BLAS at 2048"),
    TIMES(WIDE ? 1.2 : 1, "matmul", "64x512x784 32x784x288", "tiled packed", BLAS_ROWS,
          "best rung / best BLAS at the models' shapes"),
    TIMES(OF_TILE(0.85), "matmul", "512", "tiled packed", "tile", "best rung / a tile fed from L1, at 512"),
    TIMES(OF_TILE(0.8), "matmul", "1024", "tiled packed", "tile", "best rung / a tile fed from L1, at 1024"),
    TIMES(OF_TILE(0.8), "matmul", "2048", "tiled packed", "tile", "best rung / a tile fed from L1, at 2048"),
    VALUE(AT_LEAST, 0.9, "threads_512", "x", "gain of two threads / gain of two tiles, at 512"),
    VALUE(AT_LEAST, 0.9, "threads_1024", "x", "gain of two threads / gain of two tiles, 1024"),
    VALUE(AT_LEAST, 0.9, "threads_2048", "x", "gain of two threads / gain of two tiles, 2048"),
    TIMES(0.85, "matvec", "1x512x512", "auto", GEMV_ROWS, "one row, 512: auto / better of sgemv and sgemm"),
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

// --- Charts ---

#define SWAPPED(model, title)                                                                                \
    BARS(model, "models", model, "educational optimised auto library", RATIO, "times educational", title)

static const bench_chart charts[] = {
    CURVES("gflops", "matmul", "naive blocked reordered tiled packed threaded cblas_sgemm tile peak", RATE,
           1e9, "n, for n x n times n x n", "GFLOP/s",
           "Matrix product: every rung, the library and the machine's peak", .log_x = true, .log_y = true),
    CURVES("race", "matmul", "tiled packed cblas_sgemm sgemm_haswell tile peak", RATE, 1e9,
           "n, for n x n times n x n", "GFLOP/s", "The race at the top, on a linear axis", .log_x = true),
    BARS("speedup", "matmul", "500", "naive blocked reordered tiled packed threaded cblas_sgemm", RATIO,
         "times naive", "Times the naive loop at 500 x 500"),
    BARS("blocks", "blocks", "512", "naive block-4 block-8 block-16 block-32 block-64 block-128", RATIO,
         "times naive", "Blocks round the textbook loop at 512 x 512"),
    BARS("neighbours", "neighbours", "500x2880", "naive packed threaded cblas_sgemm", RATIO,
         "times naive, same blocks", "The real job: nearest neighbours in Fashion-MNIST"),
    SWAPPED("mlp", "MLP 784-512-256-10, 64 images: the backend swapped"),
    SWAPPED("cnn", "CNN, three 3 x 3 convolutions, 64 images: the backend swapped"),
    SWAPPED("gpt", "Transformer, 4 layers of width 192, 256 tokens: the backend swapped"),
    CURVES("bandwidth", "bandwidth", "read", RATE, 1e9, "working set", "GB/s",
           "Reading in order: bandwidth against working set", .log_x = true, .bytes_x = true, .caches = true),
    CURVES("latency", "latency", "chase", TIME, 1e-9, "working set", "ns per load",
           "Each address from the last load: latency against working set", .log_x = true, .log_y = true,
           .bytes_x = true, .caches = true),
};

MODULE("15_acceleration", .prove = accel_prove, .prove_seconds = 25);
