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
grade_fill quant_fill_scale, quant_fill_no_scale, quant_fill_columns, quant_fill_affine, quant_fill_constant,
    quant_fill_weights, quant_fill_ends, quant_fill_bytes, quant_fill_wild, quant_fill_bytes_back,
    quant_fill_weights_back, quant_fill_bf16, quant_fill_bf16_back;
grade_check quant_check_scale, quant_check_no_scale, quant_check_columns, quant_check_affine,
    quant_check_weights, quant_check_bytes, quant_check_bytes_back, quant_check_weights_back,
    quant_check_bf16, quant_check_bf16_back;
void quant_check_status(grade_run *run, tt_status want);
void quant_check_refused(grade_run *run, tt_status want, const char *call);
bool quant_is_near(double got, double want, double relative);
void quant_random_columns(grade_run *run, float *w, int k, int n);

// check_sums.c: sections 4 and 5
grade_fill quant_fill_minmax, quant_fill_bins, quant_fill_percentile, quant_fill_bias, quant_fill_fixed,
    quant_fill_ties, quant_fill_clamp;
grade_check quant_check_minmax, quant_check_bins, quant_check_percentile, quant_check_bias, quant_check_fixed,
    quant_check_requantize;
void quant_lay_output(grade_run *run, int n, double scale, int zero_point, int low, int high);
int32_t *quant_lay_sums(grade_run *run, int m, int n);

// check_products.c: sections 6 to 8
grade_fill quant_fill_large_sums, quant_fill_matmul, quant_fill_signed, quant_fill_pack, quant_fill_packed,
    quant_fill_extreme, quant_fill_conv, quant_fill_pool;
grade_check quant_check_signed, quant_check_pack, quant_check_product, quant_check_conv, quant_check_pool;
void quant_random_bytes(grade_run *run, uint8_t *x, size_t count, int kind);
void quant_random_weights(grade_run *run, int8_t *w, size_t count, int kind);
void quant_lay_product(grade_run *run, shape s, int kind);
void quant_lay_packed(grade_run *run, shape s, int kind, quant_path path);
void quant_compare_sums(grade_run *run, const int8_t *w, const int32_t *bias, const char *what);
const int32_t *quant_bias_of(grade_run *run);
void quant_describe_conv(grade_run *run, char *text, size_t size);
void quant_lay_conv(grade_run *run, picture p, int zero_point, quant_path path);

// check_layers.c: section 9
grade_fill quant_fill_make, quant_fill_prepare, quant_fill_layer, quant_fill_logits, quant_fill_network;
grade_check quant_check_make, quant_check_prepare, quant_check_layer, quant_check_network;

// check_doors.c: argument checks of every function
grade_fill quant_fill_door;
grade_check quant_check_door;

// check_speed.c: speed cases and their yardsticks
grade_fill quant_fill_all_bits, quant_fill_seven_bits, quant_fill_conv_speed;
grade_check quant_check_by_sample;
grade_yard quant_yard_loops, quant_yard_peak, quant_yard_conv_loops, quant_yard_conv_peak;
