// bench.c: what module 16 times, claims and draws. Rows only; the ways are in runs.h, accuracy and its like
// in figures.h, the engine is common/bench.h.
//
// Suites, timed. The first row of each is the optimised float opponent: "times" means times that, never times
// naive. A path that this build does not have is a row that says what it needs, and claims of it are told
// apart.
//   matmul, tiny  m x n x k: float-blas float-naive bytes-naive textbook plain avx2 avx2-7bit vnni dequantise
//                 float-ends peak-plain peak-avx2 peak-avx2-7bit peak-vnni
//   conv          pixels x cin-cout, 8 pictures: the same without textbook and float-ends
//   models        mlp@1 mlp@64 cnn@1 cnn@64: float-blas float-naive plain avx2 avx2-7bit vnni
// Rows of figures.c, not timed: what they hold is the row's rate.
//   calibration   x: training images 1 4 16 64 256; min-max keep-99.99 keep-99.9 keep-99 least-error: share
//   of
//                 test images on which the INT8 CNN and the float CNN differ, %
//   size          x: bytes on disk; mlp-float mlp-int8 cnn-float cnn-int8: wrong test images, %
//   sqnr          cnn, mlp: LAYER/channel LAYER/tensor: signal to noise of that layer's output, dB, bytes
//   from
//                 the first layer on; LAYER/channel/alone LAYER/tensor/alone: bytes in this layer only
// Recorded values, for MODEL in mlp, cnn:
//   MODEL_float MODEL_int8 MODEL_int7 MODEL_tensor    accuracy on all test images, %: 8 bits, 7-bit
//   activations,
//                                                     8 bits with one scale per tensor
//   MODEL_lost MODEL_lost7 MODEL_lost_tensor          points below float
//   MODEL_agree MODEL_agree7 MODEL_agree_tensor       test images with float's prediction, %
//   MODEL_disk MODEL_resident                         bytes against float's: file, weights in memory
#include "bench.h"

#include "figures.h"
#include "runs.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))
#define WAY(way) ((bench_function *)(way))

// --- Cases ---

#define PRODUCT(m, n, k, x, quick)                                                                           \
    {                                                                                                        \
#m "x" #n "x" #k, {m, n, k }, x, quick                                                               \
    }
static const bench_case products[] = {
    PRODUCT(64, 64, 64, 64, false),         PRODUCT(128, 128, 128, 128, true),
    PRODUCT(256, 256, 256, 256, true),     PRODUCT(500, 500, 500, 500, false),
    PRODUCT(512, 512, 512, 512, false),      PRODUCT(1024, 1024, 1024, 1024, false),
    PRODUCT(2048, 2048, 2048, 2048, false), // once across every cache
    PRODUCT(8, 32, 256, 0, true),           PRODUCT(8, 512, 784, 0, false),
    PRODUCT(64, 512, 784, 0, true),         PRODUCT(64, 256, 512, 0, false),
    PRODUCT(196, 64, 576, 0, false),
};
static const bench_case tiny_products[] = {
    PRODUCT(1, 512, 784, 0, true), PRODUCT(1, 10, 256, 0, false), PRODUCT(64, 10, 256, 0, false),
    PRODUCT(784, 16, 9, 0, true),  PRODUCT(4, 8, 16, 0, true),
};

#define CONV(side, cin, cout, quick)                                                                         \
    {                                                                                                        \
#side "x" #side "x" #cin "-" #cout, {side, cin, cout, 8 }, 0, quick                                  \
    }
static const bench_case convs[] = {
    CONV(28, 1, 16, true),   CONV(14, 16, 64, false), CONV(7, 64, 64, false),
    CONV(28, 16, 32, false), CONV(14, 64, 64, true),  CONV(28, 64, 64, false),
};

static const bench_case models_cases[] = {
    {"mlp@1", {RUNS_MLP, 1}, 0, false},
    {"mlp@64", {RUNS_MLP, 64}, 0, false},
    {"cnn@1", {RUNS_CNN, 1}, 0, true},
    {"cnn@64", {RUNS_CNN, 64}, 0, true},
};

// --- Variants ---

static const double slow = 2.6e8; // operations: 500 cubed is the last that the slow loops are asked to do

#define RUNG(name, way, most)                                                                                \
    {                                                                                                        \
        name, WAY(way), RESULTS_RUNG, 1, most, NULL                                                          \
    }
#define GIVEN(name, way, most)                                                                               \
    {                                                                                                        \
        name, WAY(way), RESULTS_GIVEN, 1, most, NULL                                                         \
    }
#define PEAK(name, way)                                                                                      \
    {                                                                                                        \
        name, WAY(way), RESULTS_YARDSTICK, 1, 0, NULL                                                        \
    }
#define ABSENT(name, needs)                                                                                  \
    {                                                                                                        \
        name, NULL, RESULTS_GIVEN, 1, 0, needs                                                               \
    }

// The packed paths of a job and their peaks: what this build has, and what it would need for the others.
#ifdef __AVX2__
#define AVX2_RUNG(name, way) RUNG(name, way, 0)
#define AVX2_PEAK(name, way) PEAK(name, way)
#else
#define AVX2_RUNG(name, way) ABSENT(name, runs_needs_avx2)
#define AVX2_PEAK(name, way) ABSENT(name, runs_needs_avx2)
#endif
#ifdef __AVX512VNNI__
#define VNNI_RUNG(name, way) RUNG(name, way, 0)
#define VNNI_PEAK(name, way) PEAK(name, way)
#else
#define VNNI_RUNG(name, way) ABSENT(name, runs_needs_vnni)
#define VNNI_PEAK(name, way) ABSENT(name, runs_needs_vnni)
#endif
#if defined __AVX512VNNI__
#define BEST_PEAK "peak-vnni"
#elif defined __AVX2__
#define BEST_PEAK "peak-avx2-7bit"
#else
#define BEST_PEAK "peak-plain"
#endif
#define PATHS(job)                                                                                           \
    RUNG("plain", job##_plain, 0), AVX2_RUNG("avx2", job##_avx2), AVX2_RUNG("avx2-7bit", job##_7bit),        \
        VNNI_RUNG("vnni", job##_vnni)
#define PEAKS(job)                                                                                           \
    PEAK("peak-plain", job##_peak_plain), AVX2_PEAK("peak-avx2", job##_peak_avx2),                           \
        AVX2_PEAK("peak-avx2-7bit", job##_peak_7bit), VNNI_PEAK("peak-vnni", job##_peak_vnni)

static const bench_variant product_variants[] = {
    GIVEN("float-blas", product_float_blas, 0),
    GIVEN("float-naive", product_float_naive, slow),
    GIVEN("bytes-naive", product_bytes_naive, slow),
    RUNG("textbook", product_textbook, slow),
    PATHS(product),
    RUNG("dequantise", product_dequantise, 0),
    RUNG("float-ends", product_float_ends, 0),
    PEAKS(product),
};
static const bench_variant conv_variants[] = {
    GIVEN("float-blas", conv_float_blas, 0),      GIVEN("float-naive", conv_float_naive, slow),
    GIVEN("bytes-naive", conv_bytes_naive, slow), PATHS(conv),
    RUNG("dequantise", conv_dequantise, 0),       PEAKS(conv),
};

static const bench_variant model_variants[] = {
    GIVEN("float-blas", model_float_blas, 0),
    GIVEN("float-naive", model_float_naive, 0),
    PATHS(model),
};

// --- Suites ---

#define ROWS(a) a, COUNT(a)
#define SUITE(name, unit, cases, variants, work, job)                                                        \
    {                                                                                                        \
        name, unit, ROWS(cases), ROWS(variants), work, job##_prepare, runs_run, job##_check, job##_finish    \
    }
static const bench_suite matmul =
    SUITE("matmul", "op/s", products, product_variants, product_operations, product);
static const bench_suite tiny =
    SUITE("tiny", "op/s", tiny_products, product_variants, product_operations, product);
static const bench_suite conv = SUITE("conv", "op/s", convs, conv_variants, conv_operations, conv);
static const bench_suite models =
    SUITE("models", "op/s", models_cases, model_variants, model_operations, model);

static const bench_suite *const suites[] = {&matmul, &tiny, &conv, &models};

// --- Claims ---

#define TIMES(floor, suite, cases, these, those, text)                                                       \
    {                                                                                                        \
        text, suite, cases, these, those, NULL, CLAIM_AT_LEAST, floor, "x"                                   \
    }
#define VALUE(bound, limit, value, unit, text)                                                               \
    {                                                                                                        \
        text, NULL, NULL, NULL, NULL, value, CLAIM_##bound, limit, unit                                      \
    }

// m >= 8, n >= 32, k >= 256: a corner, layers of the models, a square.
#define SHAPES "8x32x256 8x512x784 64x512x784 64x256x512 196x64x576 500x500x500 512x512x512"
#define PACKED "plain|avx2|avx2-7bit|vnni"
// At least 16 channels in. The naive loops are timed at the two smallest.
#define NAIVE_CONVS "14x14x16-64 7x7x64-64"
#define CONVS       "14x14x16-64 7x7x64-64 28x28x16-32 14x14x64-64 28x28x64-64"

static const bench_claim claims[] = {
    TIMES(3.5, "matmul", SHAPES, "vnni", "float-blas", "product, VNNI / float BLAS, 7 shapes"),
    TIMES(0.85, "matmul", SHAPES, "vnni", "peak-vnni", "product, VNNI / its peak, 7 shapes"),
    TIMES(1.1, "matmul", SHAPES, "avx2", "float-blas", "product, AVX2 8 bits / float BLAS, 7 shapes"),
    TIMES(1.8, "matmul", SHAPES, "avx2-7bit", "float-blas", "product, AVX2 7 bits / float BLAS, 7 shapes"),
    TIMES(0.85, "matmul", SHAPES, "avx2", "peak-avx2", "product, AVX2 8 bits / its peak, 7 shapes"),
    TIMES(0.85, "matmul", SHAPES, "avx2-7bit", "peak-avx2-7bit", "product, AVX2 7 bits / its peak, 7 shapes"),
    TIMES(3, "conv", CONVS, "vnni", "float-blas", "convolution, VNNI / float BLAS, 5 layers"),
    TIMES(1.1, "conv", CONVS, "avx2", "float-blas", "convolution, AVX2 8 bits / float BLAS, 5 layers"),
    TIMES(1.5, "conv", CONVS, "avx2-7bit", "float-blas", "convolution, AVX2 7 bits / float BLAS, 5 layers"),
    TIMES(2.5, "models", "cnn@1", "vnni", "float-blas", "CNN, 1 image, VNNI / float BLAS"),
    TIMES(2.5, "models", "cnn@64", "vnni", "float-blas", "CNN, 64 images, VNNI / float BLAS"),
    TIMES(1.1, "models", "cnn@1 cnn@64", "avx2", "float-blas", "CNN, 1 and 64, AVX2 8 bits / float BLAS"),
    TIMES(1.5, "models", "cnn@1 cnn@64", "avx2-7bit", "float-blas",
          "CNN, 1 and 64, AVX2 7 bits / float BLAS"),
    TIMES(20, "models", "cnn@1 cnn@64", PACKED, "float-naive", "CNN, 1 and 64, best path / naive float"),
    TIMES(20, "conv", NAIVE_CONVS, PACKED, "float-naive", "convolution, best path / naive float, 2 layers"),
    VALUE(AT_MOST, 0.5, "mlp_lost", "points", "MLP: accuracy below float, points"),
    VALUE(AT_MOST, 0.5, "cnn_lost", "points", "CNN: accuracy below float, points"),
    VALUE(AT_MOST, 0.5, "mlp_lost7", "points", "MLP, 7 bits: accuracy below float, points"),
    VALUE(AT_MOST, 0.5, "cnn_lost7", "points", "CNN, 7 bits: accuracy below float, points"),
    VALUE(AT_LEAST, 98, "mlp_agree", "%", "MLP: predictions as float's, %"),
    VALUE(AT_LEAST, 98, "cnn_agree", "%", "CNN: predictions as float's, %"),
    VALUE(AT_LEAST, 98, "mlp_agree7", "%", "MLP, 7 bits: predictions as float's, %"),
    VALUE(AT_LEAST, 98, "cnn_agree7", "%", "CNN, 7 bits: predictions as float's, %"),
    VALUE(AT_MOST, 0.27, "mlp_disk", "x", "MLP: file / float file"),
    VALUE(AT_MOST, 0.27, "cnn_disk", "x", "CNN: file / float file"),
    VALUE(AT_MOST, 0.27, "mlp_resident", "x", "MLP: weights in memory / float weights"),
    VALUE(AT_MOST, 0.27, "cnn_resident", "x", "CNN: weights in memory / float weights"),
};

// --- Charts ---

// Bars: times the suite's first row, at one case. At most 8 names: a chart has 8 colours.
#define BARS(name, suite, kase, variants, title)                                                             \
    {                                                                                                        \
        name, title, "times the optimised float layer", "", CHART_BARS, CHART_RATIO, 1, suite, variants,     \
            kase, false, false, false                                                                        \
    }

static const bench_chart charts[] = {
    {"gops", "Products of bytes by size, and what the instructions give at most", "n, for n x n times n x n",
     "billions of operations a second", CHART_CURVES, CHART_RATE, 1e9, "matmul",
     "float-blas plain avx2 avx2-7bit vnni " BEST_PEAK, NULL, true, false, false},
    {"ratio", "Products by size: times float BLAS", "n, for n x n times n x n", "times float BLAS",
     CHART_CURVES, CHART_RATIO, 1, "matmul", "float-blas plain avx2 avx2-7bit vnni dequantise float-ends",
     NULL, true, false, false},
    BARS("tiny", "tiny", "784x16x9", "float-blas bytes-naive plain avx2 avx2-7bit vnni dequantise float-ends",
         "Where INT8 loses: a layer of 784 x 16, sums of 9"),
    BARS("conv", "conv", "14x14x64-64",
         "float-blas float-naive bytes-naive plain avx2 avx2-7bit vnni dequantise",
         "A 3 x 3 convolution, 14 x 14 pixels, 64 to 64 channels, 8 images"),
    BARS("cnn_1", "models", "cnn@1", "float-blas float-naive plain avx2 avx2-7bit vnni",
         "The CNN, one image"),
    BARS("cnn_64", "models", "cnn@64", "float-blas float-naive plain avx2 avx2-7bit vnni",
         "The CNN, 64 images"),
    {"size", "Size on disk against errors on the test set", "bytes of the file", "test images wrong, %",
     CHART_CURVES, CHART_RATE, 1, "size", "mlp-float mlp-int8 cnn-float cnn-int8", NULL, true, false, true},
    {"calibration", "How many images calibration saw, and what it made of them", "training images",
     "test images classified unlike float, %", CHART_CURVES, CHART_RATE, 1, "calibration",
     "min-max keep-99.99 keep-99.9 keep-99 least-error", NULL, true, false, false},
    {"sqnr", "The CNN's layers: signal to quantisation noise, bytes from the first layer on", "dB", "",
     CHART_BARS, CHART_RATE, 1, "sqnr",
     "conv0/channel conv0/tensor conv1/channel conv1/tensor conv2/channel conv2/tensor linear3/channel "
     "linear3/tensor",
     "cnn", false, false, false},
};

const bench_module module_bench = {
    .name = "16_quantization",
    .suites = suites,
    .suite_count = COUNT(suites),
    .claims = claims,
    .claim_count = COUNT(claims),
    .charts = charts,
    .chart_count = COUNT(charts),
    .measure = figures_measure,
    .measure_seconds = 25,
};
