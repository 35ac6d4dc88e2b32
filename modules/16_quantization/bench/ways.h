// runs.h: what module 16 times: one product, one 3 x 3 convolution, one model, each by several ways.
//
// A way is a function of a job, so that benchmark, lesson and claims all mean the same thing by a name:
//   float-blas   the optimised opponent: common's float layer through OpenBLAS
//   float-naive  the same layer as plain float loops
//   bytes-naive  the loops of the byte product as the textbook has them, given
//   textbook     yours: quant_matmul
//   plain ...    yours, packed, on the path of that name; weights are packed once, outside of the clock
//   dequantise   the trap: weights and activations are bytes, turned back to floats at every call
//   float-ends   yours for one layer alone in a float network: floats in, bytes, floats out
//   peak-...     the path's instructions with nothing to load: int8_peak.h
// A path that this build does not have is a row that says what it needs.
#pragma once

#include "bench/bench.h"
#include "given/int8_peak.h"

typedef tt_status run_way(void *job);
typedef tt_status path_way(void *job, quant_path path);

// Runs the variant's way, on the path that its name says if it says one: a suite's run.
tt_status runs_run(void *job, const bench_variant *v);

// For the row of a path that is not here: a bench_variant's `seconds`. Refuses, and says what it would need.
double runs_needs_widened(const bench_case *c, int calls), runs_needs_7bit(const bench_case *c, int calls),
    runs_needs_dot(const bench_case *c, int calls);

// Fill x (count) with bytes from low to high, both included.
void runs_fill(void *x, size_t count, int low, int high, uint64_t seed);

// --- One product: size = {m, n, k} ---

void *product_prepare(const bench_case *c);
void product_finish(void *job);
double product_operations(const bench_case *c);
bool product_check(void *job, char *why, size_t why_bytes); // bytes to the last bit, floats to rounding

run_way product_float_blas, product_float_naive, product_bytes_naive, product_textbook, product_dequantise,
    product_float_ends;
path_way product_on_path, product_peak;

// --- One convolution with bias and relu: size = {side of the picture, cin, cout, pictures} ---

void *conv_prepare(const bench_case *c);
void conv_finish(void *job);
double conv_operations(const bench_case *c);
bool conv_check(void *job, char *why, size_t why_bytes);

run_way conv_float_blas, conv_float_naive, conv_bytes_naive, conv_dequantise;
path_way conv_on_path, conv_peak;

// --- A whole model: size = {which, pictures}. Pixels come as bytes to the one, as floats to the other ---

enum { RUNS_MLP, RUNS_CNN };
extern const char *const runs_model_names[2]; // "mlp", "cnn"

// Training images that the ranges of activations are taken from, and the share of values that they keep.
enum { RUNS_CALIBRATION_IMAGES = 256 };
static const double RUNS_KEEP = 0.9999;

void *model_prepare(const bench_case *c);
void model_finish(void *job);
double model_operations(const bench_case *c); // in its products, by formula; 0 without the weights
// Predictions as the naive float model's, but for one in 16; and every path to the same logits, to the last
// bit.
bool model_check(void *job, char *why, size_t why_bytes);

run_way model_float_blas, model_float_naive;
path_way model_on_path;
