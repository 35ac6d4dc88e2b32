// cases.c: the cases of module 16. Where the contract makes answers integers, they are compared exactly.
#include "checks.h"

#include "calls.h"

#define LOOPS(run, part, least)                                                                              \
    (&(const grade_yardstick){"times the textbook loops", run, 1.0 / part, least, least, NULL})
#define OWN_PEAK(run, least, most)                                                                           \
    (&(const grade_yardstick){"of the peak of its own instructions", run, 1, least, most, NULL})

// Less than half of what the reference reaches where it is slowest: on the plain path with SSE's 16 bytes.
#define PACE      LOOPS(quant_yard_loops, LOOPS_PART, 4)
#define CONV_PACE LOOPS(quant_yard_conv_loops, CONV_PART, 2)

// Points begin above what another path's kernel reaches under this path's name. They are full at two thirds
// of what the reference reaches on the kind of machine where it reaches least (table: docs/measuring.md).
#define PRODUCT_SPEED OWN_PEAK(quant_yard_peak, 0.2, 0.45)
#define CONV_SPEED    OWN_PEAK(quant_yard_conv_peak, 0.15, 0.35)

// What to ask oneself when it is right and slow.
#define IN_REGISTERS                                                                                         \
    "Is there a tile of sums in registers, and does each path use its own way to multiply bytes?"
#define ONE_PRODUCT                                                                                          \
    "Does one call of quant_matmul_packed multiply many windows, a few hundred, and is a window copied by "  \
    "whole "                                                                                                 \
    "rows of channels?"

// --- The table ---

#define FLOATS(name, function, points, call, fill, check)                                                    \
    {                                                                                                        \
        name, function, points, 0, "floats", call, fill, check, NULL, NULL                                   \
    }
#define PRODUCT(name, function, points, call, fill, check)                                                   \
    {                                                                                                        \
        name, function, points, 0, "product", call, fill, check, NULL, NULL                                  \
    }
#define TIMED(name, function, points, flags, call, fill, check, yard, if_slow)                               \
    {                                                                                                        \
        name, function, points, flags, "product", call, fill, check, yard, if_slow                           \
    }
#define LAYERS(name, function, points, call, fill, check)                                                    \
    {                                                                                                        \
        name, function, points, 0, "layers", call, fill, check, NULL, NULL                                   \
    }

const grade_case grade_cases[] = {
    FLOATS("the largest lands on 127", "quant_scale", 3, SCALE, quant_fill_scale, quant_check_scale),
    FLOATS("zeros, next to zero, NaN", "quant_scale", 1, SCALE, quant_fill_no_scale, quant_check_no_scale),
    FLOATS("a scale for each column", "quant_scale_columns", 3, COLUMNS, quant_fill_columns,
           quant_check_columns),
    FLOATS("empty, negative and NULL", "quant_scale_columns", 1, COLUMNS, quant_fill_door, quant_check_door),
    FLOATS("range and zero point, 8 and 7 bits", "quant_affine_range", 3, AFFINE, quant_fill_affine,
           quant_check_affine),
    FLOATS("constant tensors have a scale", "quant_affine_range", 2, AFFINE, quant_fill_constant,
           quant_check_affine),

    FLOATS("to nearest, ties to even", "quant_weights", 2, WEIGHTS, quant_fill_weights, quant_check_weights),
    FLOATS("both ends are 127 steps away", "quant_weights", 2, WEIGHTS, quant_fill_ends, quant_check_weights),
    FLOATS("to nearest, ties to even", "quant_bytes", 2, BYTES, quant_fill_bytes, quant_check_bytes),
    FLOATS("clamped, NaN and infinity", "quant_bytes", 2, BYTES, quant_fill_wild, quant_check_bytes),
    FLOATS("zero comes back as zero", "quant_bytes_back", 1, BYTES_BACK, quant_fill_bytes_back,
           quant_check_bytes_back),
    FLOATS("times its column's scale", "quant_weights_back", 1, WEIGHTS_BACK, quant_fill_weights_back,
           quant_check_weights_back),

    FLOATS("to nearest, ties to even", "quant_bf16", 2, BF16, quant_fill_bf16, quant_check_bf16),
    FLOATS("the same number again", "quant_bf16_back", 1, BF16_BACK, quant_fill_bf16_back,
           quant_check_bf16_back),

    FLOATS("other data, other range", "quant_minmax", 2, MINMAX, quant_fill_minmax, quant_check_minmax),
    FLOATS("every value in its bin", "quant_count", 2, BINS, quant_fill_bins, quant_check_bins),
    FLOATS("outliers cut, each end by itself", "quant_percentile", 3, PERCENTILE, quant_fill_percentile,
           quant_check_percentile),

    FLOATS("in steps of both scales", "quant_bias", 3, BIAS, quant_fill_bias, quant_check_bias),
    FLOATS("31 bits and a shift", "quant_fixed_point", 3, FIXED, quant_fill_fixed, quant_check_fixed),
    PRODUCT("to the last bit, ties upwards", "quant_requantize", 4, REQUANTIZE, quant_fill_ties,
            quant_check_requantize),
    PRODUCT("zero point, relu and clamp", "quant_requantize", 2, REQUANTIZE, quant_fill_clamp,
            quant_check_requantize),
    PRODUCT("empty, negative and NULL", "quant_requantize", 1, REQUANTIZE, quant_fill_door, quant_check_door),

    PRODUCT("sums past 2^24, exactly", "quant_matmul", 3, MATMUL, quant_fill_large_sums, quant_check_product),
    PRODUCT("zero point and bias", "quant_matmul", 3, MATMUL, quant_fill_matmul, quant_check_product),
    PRODUCT("empty, negative and NULL", "quant_matmul", 1, MATMUL, quant_fill_door, quant_check_door),
    PRODUCT("-128 on both sides", "quant_matmul_signed", 3, SIGNED, quant_fill_signed, quant_check_signed),

    PRODUCT("panels, groups and sums", "quant_pack", 2, PACK, quant_fill_pack, quant_check_pack),
    PRODUCT("ragged shapes on every path", "quant_matmul_packed", 4, PACKED, quant_fill_packed,
            quant_check_product),
    PRODUCT("255 x -127 everywhere, on every path", "quant_matmul_packed", 4, PACKED, quant_fill_extreme,
            quant_check_product),
    PRODUCT("empty, negative and NULL", "quant_matmul_packed", 1, PACKED, quant_fill_door, quant_check_door),
    TIMED("faster than loops", "quant_matmul_packed", 0, CASE_PACE, PACKED, quant_fill_all_bits,
          quant_check_by_sample, PACE, IN_REGISTERS),
    TIMED("speed with all 8 bits", "quant_matmul_packed", 5, 0, PACKED, quant_fill_all_bits,
          quant_check_by_sample, PRODUCT_SPEED, IN_REGISTERS),
    TIMED("speed with 7 bits", "quant_matmul_packed", 4, 0, PACKED, quant_fill_seven_bits,
          quant_check_by_sample, PRODUCT_SPEED, IN_REGISTERS),

    PRODUCT("the border is the zero point", "quant_conv3x3", 5, CONV, quant_fill_conv, quant_check_conv),
    PRODUCT("empty, negative and NULL", "quant_conv3x3", 1, CONV, quant_fill_door, quant_check_door),
    TIMED("faster than loops", "quant_conv3x3", 0, CASE_PACE, CONV, quant_fill_conv_speed, quant_check_conv,
          CONV_PACE, ONE_PRODUCT),
    TIMED("speed", "quant_conv3x3", 5, 0, CONV, quant_fill_conv_speed, quant_check_conv, CONV_SPEED,
          ONE_PRODUCT),
    PRODUCT("the largest of four, odd edges left out", "quant_maxpool", 3, POOL, quant_fill_pool,
            quant_check_pool),
    PRODUCT("empty, negative and NULL", "quant_maxpool", 1, POOL, quant_fill_door, quant_check_door),

    LAYERS("once, per channel or one scale for all", "quant_layer_weights", 2, MAKE, quant_fill_make,
           quant_check_make),
    LAYERS("packed, and both scales in the multiplier", "quant_layer_prepare", 2, PREPARE, quant_fill_prepare,
           quant_check_prepare),
    LAYERS("each kind, relu or not", "quant_layer_run", 2, LAYER, quant_fill_layer, quant_check_layer),
    LAYERS("sums to floats", "quant_logits", 1, LOGITS, quant_fill_logits, quant_check_network),
    LAYERS("bytes from layer to layer", "quant_network_run", 2, NETWORK, quant_fill_network,
           quant_check_network),
};

const grade_name grade_names[] = {
    {"floats", SCALE, "count - - - - - - x|scale", "x scale", NULL},
    {"floats", COLUMNS, "k n - - - - - w|scales", "w scales", NULL},
    {"floats", AFFINE, "top", "low,high a", NULL},
    {"floats", WEIGHTS, "k n - - - - - w|scales|q", "w scales q", NULL},
    {"floats", BYTES, "count - - - - - - x|a|q", "x a q", NULL},
    {"floats", WEIGHTS_BACK, "k n - - - - - q|scales|w", "q scales w", NULL},
    {"floats", BYTES_BACK, "count - - - - - - q|a|x", "q a x", NULL},
    {"floats", BF16, "count - - - - - - x|q", "x q", NULL},
    {"floats", BF16_BACK, "count - - - - - - q|x", "q x", NULL},
    {"floats", MINMAX, "count", "x - low,high", NULL},
    {"floats", BINS, "n bins", "x - - h->bins", NULL},
    {"floats", PERCENTILE, "bins", "h->bins - low,high", NULL},
    {"floats", BIAS, "n", "bias x_scale w_scales q", NULL},
    {"floats", FIXED, "-", "scale multiplier shift", NULL},
    {"product", REQUANTIZE, "m n zero_point low high - - sums|-|-|q|-|o->multiplier|o->shift",
     "sums - - q - o->multiplier o->shift", NULL},
    {"product", MATMUL, "m n k zero_point - - - x|w|bias|out", "x w bias out", NULL},
    {"product", SIGNED, "m n k - - - - x|w|-|out", "x w - out", NULL},
    {"product", PACK, "- n k - - - - -|w|-|packed|sums", "- w - packed sums", NULL},
    {"product", PACKED, "m n k zero_point path - - x|w->packed|w->bias|out|w->sums",
     "x w->packed w->bias out w->sums", NULL},
    {"product", CONV, NULL, "x w->packed w->bias y w->sums o->multiplier o->shift", quant_describe_conv},
    {"product", POOL, "count h wide c - - - x|-|-|y", "x - - y", NULL},
    {"layers", MAKE, "k n per_channel", "w bias x_scale q scales q_bias", NULL},
    {"layers", GRADE_ANY, "layers count path", "x - - l->packed l->sums l->scales work[0] work[1] y w", NULL},
    {0},
};

const int grade_case_count = COUNT(grade_cases);
