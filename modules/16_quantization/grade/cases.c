// cases.c: the cases of module 16. Where the contract makes answers integers, they are compared exactly.
#include "checks.h"

#include "calls.h"

#define LOOPS(run, part, least)                                                                              \
    (&(const grade_yardstick){"times the textbook loops", run, 1.0 / part, least, least})
#define OWN_PEAK(run, least, most)                                                                           \
    (&(const grade_yardstick){"of the peak of its own instructions", run, 1, least, most})

// Less than half of what the reference reaches where it is slowest: on the plain path with SSE's 16 bytes.
#define PACE      LOOPS(yard_loops, LOOPS_PART, 4)
#define CONV_PACE LOOPS(yard_conv_loops, CONV_PART, 2)

// Points begin above what another path's kernel reaches under this path's name. They are full at two thirds
// of what the reference reaches on the kind of machine where it reaches least (table: docs/measuring.md).
#define PRODUCT_SPEED OWN_PEAK(yard_peak, 0.2, 0.45)
#define CONV_SPEED    OWN_PEAK(yard_conv_peak, 0.15, 0.35)

// --- The table ---

#define FLOATS(name, function, points, call, fill, check)                                                    \
    {                                                                                                        \
        name, function, points, 0, "floats", call, fill, check, NULL                                         \
    }
#define PRODUCT(name, function, points, call, fill, check)                                                   \
    {                                                                                                        \
        name, function, points, 0, "product", call, fill, check, NULL                                        \
    }
#define TIMED(name, function, points, flags, call, fill, check, yard)                                        \
    {                                                                                                        \
        name, function, points, flags, "product", call, fill, check, yard                                    \
    }
#define LAYERS(name, function, points, call, fill, check)                                                    \
    {                                                                                                        \
        name, function, points, 0, "layers", call, fill, check, NULL                                         \
    }

const grade_case grade_cases[] = {
    FLOATS("the largest lands on 127", "quant_scale", 3, SCALE, fill_scale, check_scale),
    FLOATS("zeros, next to zero, NaN", "quant_scale", 1, SCALE, fill_no_scale, check_no_scale),
    FLOATS("a scale for each column", "quant_scale_columns", 3, COLUMNS, fill_columns, check_columns),
    FLOATS("empty, negative and NULL", "quant_scale_columns", 1, COLUMNS, fill_door, check_door),
    FLOATS("range and zero point, 8 and 7 bits", "quant_affine_range", 3, AFFINE, fill_affine, check_affine),
    FLOATS("constant tensors have a scale", "quant_affine_range", 2, AFFINE, fill_constant, check_affine),

    FLOATS("to nearest, ties to even", "quant_weights", 2, WEIGHTS, fill_weights, check_weights),
    FLOATS("both ends are 127 steps away", "quant_weights", 2, WEIGHTS, fill_ends, check_weights),
    FLOATS("to nearest, ties to even", "quant_bytes", 2, BYTES, fill_bytes, check_bytes),
    FLOATS("clamped, NaN and infinity", "quant_bytes", 2, BYTES, fill_wild, check_bytes),
    FLOATS("zero comes back as zero", "quant_bytes_back", 1, BYTES_BACK, fill_bytes_back, check_bytes_back),
    FLOATS("times its column's scale", "quant_weights_back", 1, WEIGHTS_BACK, fill_weights_back,
           check_weights_back),

    FLOATS("to nearest, ties to even", "quant_bf16", 2, BF16, fill_bf16, check_bf16),
    FLOATS("the same number again", "quant_bf16_back", 1, BF16_BACK, fill_bf16_back, check_bf16_back),

    FLOATS("other data, other range", "quant_minmax", 2, MINMAX, fill_minmax, check_minmax),
    FLOATS("every value in its bin", "quant_count", 2, BINS, fill_bins, check_bins),
    FLOATS("outliers cut, each end by itself", "quant_percentile", 3, PERCENTILE, fill_percentile,
           check_percentile),

    FLOATS("in steps of both scales", "quant_bias", 3, BIAS, fill_bias, check_bias),
    FLOATS("31 bits and a shift", "quant_fixed_point", 3, FIXED, fill_fixed, check_fixed),
    PRODUCT("to the last bit, ties upwards", "quant_requantize", 4, REQUANTIZE, fill_ties, check_requantize),
    PRODUCT("zero point, relu and clamp", "quant_requantize", 2, REQUANTIZE, fill_clamp, check_requantize),
    PRODUCT("empty, negative and NULL", "quant_requantize", 1, REQUANTIZE, fill_door, check_door),

    PRODUCT("sums past 2^24, exactly", "quant_matmul", 3, MATMUL, fill_large_sums, check_product),
    PRODUCT("zero point and bias", "quant_matmul", 3, MATMUL, fill_matmul, check_product),
    PRODUCT("empty, negative and NULL", "quant_matmul", 1, MATMUL, fill_door, check_door),
    PRODUCT("-128 on both sides", "quant_matmul_signed", 3, SIGNED, fill_signed, check_signed),

    PRODUCT("panels, groups and sums", "quant_pack", 2, PACK, fill_pack, check_pack),
    PRODUCT("ragged shapes on every path", "quant_matmul_packed", 4, PACKED, fill_packed, check_product),
    PRODUCT("255 x -127 everywhere, on every path", "quant_matmul_packed", 4, PACKED, fill_extreme,
            check_product),
    PRODUCT("empty, negative and NULL", "quant_matmul_packed", 1, PACKED, fill_door, check_door),
    TIMED("faster than loops", "quant_matmul_packed", 0, CASE_PACE, PACKED, fill_all_bits, check_by_sample,
          PACE),
    TIMED("speed with all 8 bits", "quant_matmul_packed", 5, 0, PACKED, fill_all_bits, check_by_sample,
          PRODUCT_SPEED),
    TIMED("speed with 7 bits", "quant_matmul_packed", 4, 0, PACKED, fill_seven_bits, check_by_sample,
          PRODUCT_SPEED),

    PRODUCT("the border is the zero point", "quant_conv3x3", 5, CONV, fill_conv, check_conv),
    PRODUCT("empty, negative and NULL", "quant_conv3x3", 1, CONV, fill_door, check_door),
    TIMED("faster than loops", "quant_conv3x3", 0, CASE_PACE, CONV, fill_conv_speed, check_conv, CONV_PACE),
    TIMED("speed", "quant_conv3x3", 5, 0, CONV, fill_conv_speed, check_conv, CONV_SPEED),
    PRODUCT("the largest of four, odd edges left out", "quant_maxpool", 3, POOL, fill_pool, check_pool),
    PRODUCT("empty, negative and NULL", "quant_maxpool", 1, POOL, fill_door, check_door),

    LAYERS("once, per channel or one scale for all", "quant_layer_weights", 2, MAKE, fill_make, check_make),
    LAYERS("packed, and both scales in the multiplier", "quant_layer_prepare", 2, PREPARE, fill_prepare,
           check_prepare),
    LAYERS("each kind, relu or not", "quant_layer_run", 2, LAYER, fill_layer, check_layer),
    LAYERS("sums to floats", "quant_logits", 1, LOGITS, fill_logits, check_network),
    LAYERS("bytes from layer to layer", "quant_network_run", 2, NETWORK, fill_network, check_network),
};

const int grade_case_count = COUNT(grade_cases);
