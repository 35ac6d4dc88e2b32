// bench.c: what module 17 times, claims and draws. Rows only; the ways are in ways.h, accuracy and sizes in
// values.c, the engine is common/bench/bench.h.
//
// Recorded values, for NAME one of the recipes with '_' for '-' (given/recipes.h): mlp_accuracy,
//   cnn_accuracy, gpt_nats    of the trained models: % of the test images, nats per character NAME_lost
//   points, or nats, that the shipped file is worse NAME_file                               bytes of its file
//   against the trained model's break_even_N, break_even_blocks_N       sparsity in % from which on csr, or
//   the best blocks, beat the best dense product distill_gain, _low, _high               points that a
//   teacher gives the student, 8 seeds, and its 95 % interval standard_error                          of an
//   accuracy of about 90 % on 10,000 images, points
#include "bench/tables.h"

#include "core/vec.h"
#include "ways.h"

// --- Cases ---

#define AT(n, sparsity, in_quick)                                                                            \
    {                                                                                                        \
        .name = #sparsity, .size = {n, sparsity, 2048, 2048}, .x = sparsity, .quick = in_quick               \
    }
#define SPARSITIES(n)                                                                                        \
    {                                                                                                        \
        AT(n, 50, true), AT(n, 60, false), AT(n, 70, false), AT(n, 80, false), AT(n, 90, true),              \
            AT(n, 95, false), AT(n, 98, false),                                                              \
    }
static const bench_case alone[] = SPARSITIES(1), few[] = SPARSITIES(8), many[] = SPARSITIES(64);

#define IMAGES(n, in_quick)                                                                                  \
    {                                                                                                        \
        .name = #n, .size = {n}, .x = n, .quick = in_quick                                                   \
    }
static const bench_case batches[] = {IMAGES(1, false), IMAGES(8, false), IMAGES(64, true),
                                     IMAGES(512, false)};
static const bench_case some_images[] = {IMAGES(1, false), IMAGES(64, true)};

// --- Variants ---

static const bench_variant product_variants[] = {
    GIVEN("dense", comp_dense),
    GIVEN("dense-across", comp_dense_across),
    GIVEN("haswell", NULL, .seconds = comp_peer_seconds),
    RUNG("textbook", comp_textbook, .argument = 1),
    RUNG("csr", comp_csr, .argument = 1),
    RUNG("blocks-4", comp_blocks, .argument = 4),
    RUNG("blocks-8", comp_blocks, .argument = 8),
    RUNG("blocks-16", comp_blocks, .argument = 16),
    YARDSTICK("reading", comp_reading),
};
static const bench_variant mlp_variants[] = {
    GIVEN("dense", NULL, .argument = COMP_MLP),
    RUNG("csr-90", NULL, .argument = COMP_MLP_90),
    RUNG("blocks-90", NULL, .argument = COMP_MLP_BLOCKS),
};
static const bench_variant cnn_variants[] = {
    GIVEN("dense", NULL, .argument = COMP_CNN),
    GIVEN("half", NULL, .argument = COMP_CNN_HALF),
};

// --- Suites ---

#define PRODUCT(name, cases)                                                                                 \
    SUITE(name, "item/s", cases, product_variants, .ready = comp_product_ready, .run = comp_product_run,     \
          JOB(comp_product))
#define MODEL(name, cases, variants)                                                                         \
    SUITE(name, "image/s", cases, variants, .ready = comp_model_ready, .run = comp_model_run, JOB(comp_model))
static const bench_suite batch_1 = PRODUCT("batch-1", alone);
static const bench_suite batch_8 = PRODUCT("batch-8", few);
static const bench_suite batch_64 = PRODUCT("batch-64", many);
static const bench_suite mlp = MODEL("mlp", batches, mlp_variants);
static const bench_suite cnn = MODEL("cnn", some_images, cnn_variants);

static const bench_suite *const suites[] = {&batch_64, &batch_8, &batch_1, &mlp, &cnn};

// --- Claims ---

// The best dense product of the library in the same run. Where OpenBLAS is weak at a batch of 64, module 15's
// tile is a harder opponent; a module does not link another one's code.
#define BEST_DENSE "dense|dense-across|haswell"
#define ANY_BLOCKS "blocks-4|blocks-8|blocks-16"
// With 4 floats to a vector the sums of a strip do not fit the registers so well: what is reached there is
// claimed there.
#define OF_WIDTH(wide, narrow) (VEC_FLOATS > 4 ? (wide) : (narrow))

static const bench_claim claims[] = {
    VALUE(AT_MOST, 0.3, "mlp_70_lost", "points", "MLP at 70 %: points below the dense one"),
    VALUE(AT_MOST, 0.3, "cnn_70_lost", "points", "CNN at 70 %: points below the dense one"),
    VALUE(AT_MOST, 1, "mlp_90_lost", "points", "MLP at 90 %: points below the dense one"),
    VALUE(AT_MOST, 1, "cnn_90_lost", "points", "CNN at 90 %: points below the dense one"),
    VALUE(AT_MOST, 1, "mlp_blocks_90_lost", "points", "MLP in blocks at 90 %: points below"),
    VALUE(AT_MOST, 1.5, "cnn_half_lost", "points", "CNN with half its filters: points below"),
    VALUE(AT_MOST, 0.05, "gpt_50_lost", "nats", "transformer in blocks at 50 %: nats above"),
    VALUE(AT_MOST, 0.36, "cnn_half_file", "x", "CNN with half its filters: file / dense file"),
    VALUE(AT_MOST, 0.2, "mlp_blocks_90_file", "x", "MLP in blocks at 90 %: file / dense file"),
    TIMES(2, "cnn", "64", "half", "dense", "CNN with half its filters / dense, 64 images"),
    TIMES(2.5, "mlp", "64", "blocks-90", "dense", "MLP in blocks at 90 % / dense, 64 images"),
    TIMES(OF_WIDTH(2.3, 1.5), "batch-64", "90", "csr", BEST_DENSE,
          "csr at 90 % / the library's best, batch 64"),
    TIMES(OF_WIDTH(5.5, 3), "batch-64", "90", ANY_BLOCKS, BEST_DENSE,
          "blocks at 90 % / the library's best, batch 64"),
    VALUE(AT_MOST, 70, "break_even_64", "%", "sparsity from which on csr wins, batch 64"),
};

// --- Charts ---

#define TIMES_DENSE(name, suite, title)                                                                      \
    CURVES(name, suite, "dense textbook csr blocks-4 blocks-8 blocks-16", RATIO, 1, "% of the weights gone", \
           "times dense", title, .log_y = true)

static const bench_chart charts[] = {
    TIMES_DENSE("batch-64", "batch-64", "2048 x 2048, batch 64: times the dense product"),
    TIMES_DENSE("batch-8", "batch-8", "2048 x 2048, batch 8: times the dense product"),
    TIMES_DENSE("batch-1", "batch-1", "2048 x 2048, one item: times the dense product"),
    CURVES("mlp", "mlp", "dense csr-90 blocks-90", RATE, 1e3, "images in the batch", "1000 images/s",
           "The MLP, dense and with a tenth of its weights", .log_x = true, .log_y = true),
    BARS("cnn", "cnn", "64", "dense half", RATE, "images/s", "The CNN with all and with half of its filters"),
    CURVES("accuracy", "accuracy", "cnn-one-shot cnn-tuned cnn-filters mlp-tuned mlp-blocks", RATE, 1,
           "% of the weights gone", "% of the test images right",
           "What is lost: accuracy of what ships, by sparsity"),
};

MODULE("17_compression", .measure = comp_measure, .measure_seconds = 10, .prove = comp_prove,
       .prove_seconds = 70);
