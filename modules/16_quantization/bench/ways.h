// ways.h: what module 16 times: one product, one 3 x 3 convolution, one model, each by several ways.
//
// A way is a function of a job, so that benchmark, lesson and claims all mean the same thing by a name:
//   float-blas   the optimised opponent: common's float layer through OpenBLAS
//   float-naive  the same layer as plain float loops
//   bytes-naive  the loops of the byte product as the textbook has them, given
//   textbook     yours: quant_matmul
//   plain ...    yours, packed, on the path of that name; weights are packed once, outside of the clock
//   dequantise   the trap: weights and activations are bytes, turned back to floats at every call
//   float-ends   yours for one layer alone in a float network: floats in, bytes, floats out
//   peak-...     the path's instructions with nothing to load: given/int8_peak.h
// A path that this build does not have is a row that says what it needs.
#pragma once

#include "bench/bench.h"
#include "given/int8_peak.h"

// `argument` is the row's: a quant_path, or which product the floats go through; ways of one kind have none.
typedef tt_status quant_way(void *job, int argument);
enum { QUANT_LOOPS, QUANT_BLAS };

// A suite's run: the variant's way with its argument.
tt_status quant_run(void *job, const bench_variant *v);

// For the row of a path that is not here: a bench_variant's `seconds`. Refuses, and says what it would need.
double quant_needs(const bench_variant *v, const bench_case *c, int calls);

// Fill x (count) with bytes from low to high, both included.
void quant_fill(void *x, size_t count, int low, int high, uint64_t seed);

// --- One product: size = {m, n, k} ---

void *quant_product_prepare(const bench_case *c);
void quant_product_finish(void *job);
double quant_product_work(const bench_case *c);
bool quant_product_check(void *job, char *why, size_t why_bytes); // bytes to the last bit, floats to rounding

quant_way quant_product_floats, quant_product_bytes_naive, quant_product_textbook, quant_product_dequantise,
    quant_product_float_ends, quant_product_on_path, quant_product_peak;

// --- One convolution with bias and relu: size = {side of the picture, cin, cout, pictures} ---

void *quant_conv_prepare(const bench_case *c);
void quant_conv_finish(void *job);
double quant_conv_work(const bench_case *c);
bool quant_conv_check(void *job, char *why, size_t why_bytes);

quant_way quant_conv_floats, quant_conv_bytes_naive, quant_conv_dequantise, quant_conv_on_path,
    quant_conv_peak;

// --- A whole model: size = {which, pictures}. Pixels come as bytes to the one, as floats to the other ---

enum { QUANT_MLP, QUANT_CNN };
extern const char *const quant_model_names[2]; // "mlp", "cnn"

// Training images that the ranges of activations are taken from, and the share of values that they keep.
// On the CNN and validation images (the lesson, 13), min-max, 99.99, 99.9 and least-error are a few images apart.
enum { QUANT_CALIBRATION_IMAGES = 256 };
static const double QUANT_KEEP = 0.9999;

void *quant_model_prepare(const bench_case *c);
void quant_model_finish(void *job);
double quant_model_work(const bench_case *c); // in its products, by formula; 0 without the weights
// Predictions as the naive float model's, but for one in 16; and every path to the same logits, to the last
// bit.
bool quant_model_check(void *job, char *why, size_t why_bytes);

tt_status quant_model_ready(void *job, const bench_variant *v); // quantises the model once for a path

quant_way quant_model_floats, quant_model_on_path;

// values.c: accuracy, agreement, noise, sizes, and what calibration changes about them, by the names at the top of bench.c;
// of a quick run fewer images and fewer calibrations. What is not written yet is left out.
bench_values quant_measure;
