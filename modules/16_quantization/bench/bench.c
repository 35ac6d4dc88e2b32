// bench.c: what module 16 times, claims and draws. Rows only; the ways are in ways.h, accuracy and its like
// in values.c, the engine is common/bench/bench.h.
//
// Suites, timed. The first row of each is the optimised float opponent: "times" means times that, never times
// naive. A path that this build does not have is a row that says what it needs, and claims of it are told
// apart.
//   matmul, tiny  m x n x k: float-blas float-naive bytes-naive textbook plain widened 7-bit dot dequantise
//                 float-ends peak-plain peak-widened peak-7-bit peak-dot
//   conv          pixels x cin-cout, 8 pictures: the same without textbook and float-ends
//   models        mlp@1 mlp@64 cnn@1 cnn@64: float-blas float-naive plain widened 7-bit dot
// Rows of values.c, not timed: what they hold is the row's rate.
//   calibration   x: training images 1 4 16 64 256; min-max keep-99.99 keep-99.9 keep-99 least-error: share of
//                 validation images on which the INT8 CNN and the float CNN differ, %
//   size          x: bytes on disk; mlp-float mlp-int8 cnn-float cnn-int8: wrong test images, %
//   sqnr          cnn, mlp: LAYER/channel LAYER/tensor: signal to noise of that layer's output, dB, bytes from
//                 the first layer on; LAYER/channel/alone LAYER/tensor/alone: bytes in this layer only; on
//                 validation images
// Recorded values, for MODEL in mlp, cnn:
//   MODEL_float MODEL_int8 MODEL_int7 MODEL_tensor    accuracy on all test images, %: 8 bits, 7-bit activations,
//                                                     8 bits with one scale per tensor
//   MODEL_lost MODEL_lost7 MODEL_lost_tensor          points below float
//   MODEL_agree MODEL_agree7 MODEL_agree_tensor       test images with float's prediction, %
//   MODEL_disk MODEL_resident                         bytes against float's: file, weights in memory
#include "bench/tables.h"

#include "ways.h"

// --- Cases ---

#define PRODUCT(m, n, k, x, quick)                                                                           \
    {                                                                                                        \
#m "x" #n "x" #k, {m, n, k }, x, quick                                                               \
    }
static const bench_case products[] = {
    PRODUCT(64, 64, 64, 64, false),         PRODUCT(128, 128, 128, 128, true),
    PRODUCT(256, 256, 256, 256, true),      PRODUCT(500, 500, 500, 500, false),
    PRODUCT(512, 512, 512, 512, false),     PRODUCT(1024, 1024, 1024, 1024, false),
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
    {"mlp@1", {QUANT_MLP, 1}, 0, false},
    {"mlp@64", {QUANT_MLP, 64}, 0, false},
    {"cnn@1", {QUANT_CNN, 1}, 0, true},
    {"cnn@64", {QUANT_CNN, 64}, 0, true},
};

// --- Variants ---

static const double slow = 2.6e8; // operations: 500 cubed is the last that the slow loops are asked to do

// A row for each path. What this build lacks is given, and says what it needs.
#define ON_PATH(of_kind, variant, way, path, here)                                                           \
    {                                                                                                        \
        .name = variant, .function = (bench_function *)(way), .argument = path,                              \
        .kind = (here) ? RESULTS_##of_kind : RESULTS_GIVEN, .seconds = (here) ? NULL : quant_needs           \
    }
#define ON_PATHS(kind, prefix, way)                                                                          \
    ON_PATH(kind, prefix "plain", way, QUANT_PLAIN, 1),                                                      \
        ON_PATH(kind, prefix "widened", way, QUANT_WIDENED, BYTES_HAS_WIDENED),                              \
        ON_PATH(kind, prefix "7-bit", way, QUANT_7BIT, BYTES_HAS_7BIT),                                      \
        ON_PATH(kind, prefix "dot", way, QUANT_DOT, BYTES_HAS_DOT)

static const bench_variant product_variants[] = {
    GIVEN("float-blas", quant_product_floats, .argument = QUANT_BLAS),
    GIVEN("float-naive", quant_product_floats, .argument = QUANT_LOOPS, .most_work = slow),
    GIVEN("bytes-naive", quant_product_bytes_naive, .most_work = slow),
    RUNG("textbook", quant_product_textbook, .most_work = slow),
    ON_PATHS(RUNG, "", quant_product_on_path),
    RUNG("dequantise", quant_product_dequantise),
    RUNG("float-ends", quant_product_float_ends),
    ON_PATHS(YARDSTICK, "peak-", quant_product_peak),
};
static const bench_variant conv_variants[] = {
    GIVEN("float-blas", quant_conv_floats, .argument = QUANT_BLAS),
    GIVEN("float-naive", quant_conv_floats, .argument = QUANT_LOOPS, .most_work = slow),
    GIVEN("bytes-naive", quant_conv_bytes_naive, .most_work = slow),
    ON_PATHS(RUNG, "", quant_conv_on_path),
    RUNG("dequantise", quant_conv_dequantise),
    ON_PATHS(YARDSTICK, "peak-", quant_conv_peak),
};
static const bench_variant model_variants[] = {
    GIVEN("float-blas", quant_model_floats, .argument = QUANT_BLAS),
    GIVEN("float-naive", quant_model_floats, .argument = QUANT_LOOPS),
    ON_PATHS(RUNG, "", quant_model_on_path),
};

// --- Suites ---

#define OPERATIONS(name, cases, variants, ...)                                                               \
    SUITE(name, "op/s", cases, variants, .run = quant_run, __VA_ARGS__)
static const bench_suite matmul = OPERATIONS("matmul", products, product_variants, JOB(quant_product));
static const bench_suite tiny = OPERATIONS("tiny", tiny_products, product_variants, JOB(quant_product));
static const bench_suite conv = OPERATIONS("conv", convs, conv_variants, JOB(quant_conv));
static const bench_suite models =
    OPERATIONS("models", models_cases, model_variants, .ready = quant_model_ready, JOB(quant_model));

static const bench_suite *const suites[] = {&matmul, &tiny, &conv, &models};

// --- Claims ---

// m >= 8, n >= 32, k >= 256: a corner, layers of the models, a square.
#define SHAPES "8x32x256 8x512x784 64x512x784 64x256x512 196x64x576 500x500x500 512x512x512"
// At least 16 channels in.
#define CONVS "14x14x16-64 7x7x64-64 28x28x16-32 14x14x64-64 28x28x64-64"

// A floor is a share of what this machine's instructions give in the same run, or times the float product of
// OpenBLAS in the same run: that is what they are for. A dot product of 64 bytes leaves floats further behind
// than one of 32 or 16.
#define OF_WIDTH(at_64, below) (BYTES_VECTOR == 64 ? (at_64) : (below))
// Of a layer the sums are requantised, too. That is a larger share where the sums are fast (dot), and half of the
// time where 16 bytes make a vector.
#define LAYER_OF_PEAK     (BYTES_VECTOR == 16 ? 0.45 : 0.65)
#define DOT_LAYER_OF_PEAK 0.55
#define DOT_PRODUCT       OF_WIDTH(3.5, 2.5)
#define DOT_LAYER         OF_WIDTH(3, 2.5)

static const bench_claim claims[] = {
    TIMES(0.65, "matmul", SHAPES, "plain", "peak-plain", "product, plain / its peak, 7 shapes"),
    TIMES(0.65, "matmul", SHAPES, "widened", "peak-widened", "product, widened / its peak, 7 shapes"),
    TIMES(0.65, "matmul", SHAPES, "7-bit", "peak-7-bit", "product, 7-bit / its peak, 7 shapes"),
    TIMES(0.65, "matmul", SHAPES, "dot", "peak-dot", "product, dot / its peak, 7 shapes"),
    TIMES(OF_WIDTH(1.05, 1.1), "matmul", SHAPES, "widened", "float-blas",
          "product, widened / float BLAS, 7 shapes"),
    TIMES(OF_WIDTH(1.5, 1.6), "matmul", SHAPES, "7-bit", "float-blas",
          "product, 7-bit / float BLAS, 7 shapes"),
    TIMES(DOT_PRODUCT, "matmul", SHAPES, "dot", "float-blas", "product, dot / float BLAS, 7 shapes"),
    TIMES(0.65, "conv", CONVS, "plain", "peak-plain", "convolution, plain / its peak, 5 layers"),
    TIMES(LAYER_OF_PEAK, "conv", CONVS, "widened", "peak-widened",
          "convolution, widened / its peak, 5 layers"),
    TIMES(LAYER_OF_PEAK, "conv", CONVS, "7-bit", "peak-7-bit", "convolution, 7-bit / its peak, 5 layers"),
    TIMES(DOT_LAYER_OF_PEAK, "conv", CONVS, "dot", "peak-dot", "convolution, dot / its peak, 5 layers"),
    TIMES(1.1, "conv", CONVS, "widened", "float-blas", "convolution, widened / float BLAS, 5 layers"),
    TIMES(1.6, "conv", CONVS, "7-bit", "float-blas", "convolution, 7-bit / float BLAS, 5 layers"),
    TIMES(DOT_LAYER, "conv", CONVS, "dot", "float-blas", "convolution, dot / float BLAS, 5 layers"),
    TIMES(1.1, "models", "cnn@1 cnn@64", "widened", "float-blas", "CNN, 1 and 64, widened / float BLAS"),
    TIMES(1.5, "models", "cnn@1 cnn@64", "7-bit", "float-blas", "CNN, 1 and 64, 7-bit / float BLAS"),
    TIMES(2.5, "models", "cnn@1 cnn@64", "dot", "float-blas", "CNN, 1 and 64, dot / float BLAS"),
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

#define OF_LAYER "times the optimised float layer"
static const bench_chart charts[] = {
    CURVES("gops", "matmul", "float-blas plain widened 7-bit dot peak-widened peak-7-bit peak-dot", RATE, 1e9,
           "n, for n x n times n x n", "billions of operations a second",
           "Products of bytes by size, and what the instructions give at most", .log_x = true),
    CURVES("ratio", "matmul", "float-blas plain widened 7-bit dot dequantise float-ends", RATIO, 1,
           "n, for n x n times n x n", "times float BLAS", "Products by size: times float BLAS",
           .log_x = true),
    BARS("tiny", "tiny", "784x16x9", "float-blas bytes-naive plain widened 7-bit dot dequantise float-ends",
         RATIO, OF_LAYER, "Where INT8 loses: a layer of 784 x 16, sums of 9"),
    BARS("conv", "conv", "14x14x64-64",
         "float-blas float-naive bytes-naive plain widened 7-bit dot dequantise", RATIO, OF_LAYER,
         "A 3 x 3 convolution, 14 x 14 pixels, 64 to 64 channels, 8 images"),
    BARS("cnn_1", "models", "cnn@1", "float-blas float-naive plain widened 7-bit dot", RATIO, OF_LAYER,
         "The CNN, one image"),
    BARS("cnn_64", "models", "cnn@64", "float-blas float-naive plain widened 7-bit dot", RATIO, OF_LAYER,
         "The CNN, 64 images"),
    CURVES("size", "size", "mlp-float mlp-int8 cnn-float cnn-int8", RATE, 1, "bytes of the file",
           "test images wrong, %", "Size on disk against errors on the test set", .log_x = true,
           .bytes_x = true),
    CURVES("calibration", "calibration", "min-max keep-99.99 keep-99.9 keep-99 least-error", RATE, 1,
           "training images", "validation images classified unlike float, %",
           "How many images calibration saw, and what it made of them", .log_x = true),
    BARS("sqnr", "sqnr", "cnn",
         "conv0/channel conv0/tensor conv1/channel conv1/tensor conv2/channel conv2/tensor linear3/channel "
         "linear3/tensor",
         RATE, "dB", "The CNN's layers: signal to quantisation noise, bytes from the first layer on"),
};

MODULE("16_quantization", .measure = quant_measure, .measure_seconds = 25);
