// checks.h: the fill and check functions that cases.c lists, and the helpers that the check_*.c files share.
#pragma once

#include "engine/grade.h"
#include "quantization.h"

// The arrays of a job by number, in run_product's order; those that a call does not have are empty.
enum { X, W, BIASES, PRODUCT_OUT, SUMS, MULTIPLIER, SHIFT, SIZES, RAW };

typedef struct {
    int m, n, k;
} shape;

// Kinds of bytes for a product.
enum { ANY, SEVEN_BIT, LARGEST, OPPOSITE, BYTE_KINDS };

typedef struct {
    int count, h, wide, c, n;
} picture;

// The textbook loops are slow: as a yardstick they do one part in 32 of the work.
enum { LOOPS_PART = 32, CONV_PART = 32 };

// check_floats.c: sections 1 to 3 of quantization.h
grade_fill fill_scale, fill_no_scale, fill_columns, fill_affine, fill_constant, fill_weights, fill_ends,
    fill_bytes, fill_wild, fill_bytes_back, fill_weights_back, fill_bf16, fill_bf16_back;
grade_check check_scale, check_no_scale, check_columns, check_affine, check_weights, check_bytes,
    check_bytes_back, check_weights_back, check_bf16, check_bf16_back;
void check_status(grade_run *run, tt_status want);
void check_refused(grade_run *run, tt_status want, const char *call);
bool is_near(double got, double want, double relative);
void random_columns(grade_run *run, float *w, int k, int n);

// check_sums.c: sections 4 and 5
grade_fill fill_minmax, fill_bins, fill_percentile, fill_bias, fill_fixed, fill_ties, fill_clamp;
grade_check check_minmax, check_bins, check_percentile, check_bias, check_fixed, check_requantize;
void lay_output(grade_run *run, int n, double scale, int zero_point, int low, int high);
int32_t *lay_sums(grade_run *run, int m, int n);

// check_products.c: sections 6 to 8
grade_fill fill_large_sums, fill_matmul, fill_signed, fill_pack, fill_packed, fill_extreme, fill_conv,
    fill_pool;
grade_check check_signed, check_pack, check_product, check_conv, check_pool;
void random_bytes(grade_run *run, uint8_t *x, size_t count, int kind);
void random_weights(grade_run *run, int8_t *w, size_t count, int kind);
void lay_product(grade_run *run, shape s, int kind);
void lay_packed(grade_run *run, shape s, int kind, quant_path path);
void compare_sums(grade_run *run, const int8_t *w, const int32_t *bias, const char *what);
const int32_t *bias_of(grade_run *run);
void lay_conv(grade_run *run, picture p, int zero_point, quant_path path);

// check_layers.c: section 9
grade_fill fill_make, fill_prepare, fill_layer, fill_logits, fill_network;
grade_check check_make, check_prepare, check_layer, check_network;

// check_doors.c: argument checks of every function
grade_fill fill_door;
grade_check check_door;

// check_speed.c: speed cases and their yardsticks
grade_fill fill_all_bits, fill_seven_bits, fill_conv_speed;
grade_check check_by_sample;
grade_yard yard_loops, yard_peak, yard_conv_loops, yard_conv_peak;
