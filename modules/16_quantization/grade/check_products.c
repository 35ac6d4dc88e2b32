// check_products.c: products of bytes, packing, convolution, pooling: fill and check of sections 6 to 8.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "oracle.h"

static int pick(grade_run *run, const int *from, int count) { return from[grade_random_below(run, count)]; }

// At most 127 for SEVEN_BIT; LARGEST and OPPOSITE give the ends of the ranges, which saturate 16-bit sums.
void quant_random_bytes(grade_run *run, uint8_t *x, size_t count, int kind)
{
    const int top = kind == SEVEN_BIT ? 128 : 256;
    for (size_t i = 0; i < count; i++) x[i] = (uint8_t)(kind >= LARGEST ? 255 : grade_random_below(run, top));
}

void quant_random_weights(grade_run *run, int8_t *w, size_t count, int kind)
{
    for (size_t i = 0; i < count; i++)
        w[i] = (int8_t)(kind == LARGEST ? 127 : kind == OPPOSITE ? -127 : grade_random_below(run, 255) - 127);
}

static void random_biases(grade_run *run, int32_t *bias, int n)
{
    for (int j = 0; j < n; j++) bias[j] = (grade_random_below(run, 2001) - 1000) * (j % 3 ? 1 : 1000000);
}

// x (m, k), w (k, n) as it is, bias (n), out (m, n).
void quant_lay_product(grade_run *run, shape s, int kind)
{
    int *number = run->layout.number;
    number[A] = s.m, number[B] = s.n, number[C] = s.k;
    const size_t m = (size_t)abs(s.m), n = (size_t)abs(s.n), k = (size_t)abs(s.k);
    quant_random_bytes(run, grade_input_bytes(run, m * k), m * k, kind);
    quant_random_weights(run, grade_input_bytes(run, k * n), k * n, kind);
    random_biases(run, grade_input_bytes(run, n * sizeof(int32_t)), (int)n);
    grade_output_bytes(run, m * n * sizeof(int32_t));
}

// The same with w packed, its sums, and last the raw w, for check.
void quant_lay_packed(grade_run *run, shape s, int kind, quant_path path)
{
    int *number = run->layout.number;
    const size_t m = (size_t)abs(s.m), n = (size_t)abs(s.n), k = (size_t)abs(s.k);
    number[A] = s.m, number[B] = s.n, number[C] = s.k, number[E] = path;
    quant_random_bytes(run, grade_input_bytes(run, m * k), m * k, kind);
    int8_t *packed = grade_input_bytes(run, quant_packed_bytes((int)k, (int)n));
    random_biases(run, grade_input_bytes(run, n * sizeof(int32_t)), (int)n);
    grade_output_bytes(run, m * n * sizeof(int32_t));
    int32_t *sums = grade_input_bytes(run, n * sizeof *sums);
    for (int i = MULTIPLIER; i < RAW; i++) grade_input_bytes(run, 0);
    int8_t *w = grade_input_bytes(run, k * n);
    quant_random_weights(run, w, k * n, kind);
    quant_oracle_pack(packed, sums, w, (int)k, (int)n);
}

// --- 6. The textbook ---

bool quant_fill_large_sums(grade_run *run)
{
    static const shape shapes[] = {{2, 3, 1024}, {1, 2, QUANT_MOST_K}, {3, 5, 9001}};
    if (run->step >= COUNT(shapes) * BYTE_KINDS) return false;
    quant_lay_product(run, shapes[run->step / BYTE_KINDS], run->step % BYTE_KINDS);
    run->layout.number[D] = run->step % 2 ? 0 : 3;
    return true;
}

static const int ragged[] = {1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 15, 16, 17, 31, 32, 33, 47, 48, 63, 65, 100};
static const int zero_points[] = {0, 128, 255, 77};

static shape ragged_shape(grade_run *run)
{
    return (shape){pick(run, ragged, COUNT(ragged)), pick(run, ragged, COUNT(ragged)),
                   pick(run, ragged, COUNT(ragged))};
}

bool quant_fill_matmul(grade_run *run)
{
    if (run->step >= 24) return false;
    quant_lay_product(run, run->step == 0 ? (shape){1, 1, 1} : ragged_shape(run), ANY);
    run->layout.number[D] = zero_points[run->step % COUNT(zero_points)];
    run->layout.number[NULLS] = run->step % 5 == 4 ? 1 << BIASES : 0;
    return true;
}

void quant_compare_sums(grade_run *run, const int8_t *w, const int32_t *bias, const char *what)
{
    quant_check_status(run, TT_OK);
    const int *number = run->layout.number, m = number[A], n = number[B], k = number[C];
    const uint8_t *x = grade_given(run, X);
    const int32_t *got = grade_result(run, PRODUCT_OUT);
    int32_t row[1 << 10];
    for (int i = 0; i < m; i++) {
        quant_oracle_matmul(row, x + (size_t)i * k, number[D], w, bias, 1, n, k);
        for (int j = 0; j < n; j++)
            if (got[(size_t)i * n + j] != row[j])
                grade_wrong(
                    run, "%sm = %d, n = %d, k = %d, zero point %d%s: got out[%d][%d] = %d, expected %d", what,
                    m, n, k, number[D], bias ? "" : ", bias NULL", i, j, got[(size_t)i * n + j], row[j]);
    }
}

const int32_t *quant_bias_of(grade_run *run)
{
    return run->layout.number[NULLS] >> BIASES & 1 ? NULL : grade_given(run, BIASES);
}

// A method that moves signs between factors fails for -128 on the left; -128 on the right is allowed as well.
// The long sum is past 2^24 and odd.
bool quant_fill_signed(grade_run *run)
{
    if (run->step >= 12) return false;
    const shape s = run->step == 0   ? (shape){1, 1, 1}
                    : run->step == 1 ? (shape){2, 3, 5000}
                                     : ragged_shape(run);
    quant_lay_product(run, s, ANY);
    int8_t *x = (int8_t *)grade_result(run, X), *w = (int8_t *)grade_result(run, W);
    for (int i = 0; i < s.m * s.k; i++)
        x[i] = (int8_t)(run->step == 1                 ? -128 + (i % 3 == 0)
                        : run->step == 0 || i % 5 == 0 ? -128
                                                       : grade_random_below(run, 256) - 128);
    for (int i = 0; i < s.k * s.n; i++)
        w[i] = (int8_t)(run->step == 1                 ? -128 + (i % 7 == 0)
                        : run->step == 0 || i % 4 == 0 ? -128
                                                       : grade_random_below(run, 256) - 128);
    return true;
}

void quant_check_signed(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const int m = run->layout.number[A], n = run->layout.number[B], k = run->layout.number[C];
    const int8_t *x = grade_given(run, X), *w = grade_given(run, W);
    const int32_t *got = grade_result(run, PRODUCT_OUT);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            int32_t want = 0;
            for (int p = 0; p < k; p++) want += x[i * k + p] * w[p * n + j];
            if (got[i * n + j] != want)
                grade_wrong(run,
                            "m = %d, n = %d, k = %d: got out[%d][%d] = %d, expected %d; x[%d][0] is %d, "
                            "w[0][%d] is %d",
                            m, n, k, i, j, got[i * n + j], want, i, x[i * k], j, w[j]);
        }
}

// --- 7. Packed ---

bool quant_fill_pack(grade_run *run)
{
    if (run->step >= 20) return false;
    const shape s = ragged_shape(run);
    run->layout.number[B] = s.n, run->layout.number[C] = s.k;
    grade_input_bytes(run, 0);
    quant_random_weights(run, grade_input_bytes(run, (size_t)s.k * s.n), (size_t)s.k * s.n,
                         run->step == 19 ? OPPOSITE : ANY);
    grade_input_bytes(run, 0);
    grade_output_bytes(run, quant_packed_bytes(s.k, s.n));
    grade_output_bytes(run, (size_t)s.n * sizeof(int32_t));
    return true;
}

void quant_check_pack(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const int n = run->layout.number[B], k = run->layout.number[C];
    const size_t bytes = quant_packed_bytes(k, n);
    int8_t want[128 * 128 + 64];
    int32_t sums[128];
    quant_oracle_pack(want, sums, grade_given(run, W), k, n);
    const int8_t *got = grade_result(run, PRODUCT_OUT);
    const int32_t *got_sums = grade_result(run, SUMS);
    for (size_t i = 0; i < bytes; i++)
        if (got[i] != want[i])
            grade_wrong(run, "k = %d, n = %d: got packed[%zu] = %d, expected %d%s", k, n, i, got[i], want[i],
                        i >= bytes - 64 ? ": 64 zeros at the end" : "");
    for (int j = 0; j < n; j++)
        if (got_sums[j] != sums[j])
            grade_wrong(run, "k = %d, n = %d: got sums[%d] = %d, expected %d", k, n, j, got_sums[j], sums[j]);
}

// Every path in turn; one that this build does not have must be refused. QUANT_7BIT gets 7-bit activations.
static int bytes_for(quant_path path, int kind)
{
    return path == QUANT_7BIT && kind == ANY ? SEVEN_BIT : kind;
}

bool quant_fill_packed(grade_run *run)
{
    static const shape fixed[] = {{1, 1, 1},   {1, 16, 4},   {12, 32, 64},  {13, 33, 65},
                                  {7, 100, 1}, {100, 15, 3}, {3, 16, 2000}, {37, 48, 300}};
    enum { SHAPES = COUNT(fixed) + 16 };
    if (run->step >= SHAPES * QUANT_PATHS) return false;
    const quant_path path = (quant_path)(run->step % QUANT_PATHS);
    const int at = run->step / QUANT_PATHS;
    quant_lay_packed(run, at < COUNT(fixed) ? fixed[at] : ragged_shape(run), bytes_for(path, ANY), path);
    run->layout.number[D] = zero_points[at % COUNT(zero_points)];
    run->layout.number[NULLS] = at % 7 == 6 ? 1 << BIASES : 0;
    return true;
}

// The largest and the smallest sums possible. QUANT_7BIT gets activations of 127, and weights of -128 too.
bool quant_fill_extreme(grade_run *run)
{
    static const shape shapes[] = {{1, 16, 4}, {13, 33, 66}, {6, 32, 1024}, {2, 17, QUANT_MOST_K}};
    if (run->step >= COUNT(shapes) * QUANT_PATHS * 2) return false;
    const quant_path path = (quant_path)(run->step % QUANT_PATHS);
    const shape s = shapes[run->step / QUANT_PATHS / 2];
    quant_lay_packed(run, s, run->step / QUANT_PATHS % 2 ? LARGEST : OPPOSITE, path);
    if (path != QUANT_7BIT) return true;
    uint8_t *x = (uint8_t *)grade_result(run, X);
    int8_t *w = (int8_t *)grade_result(run, RAW);
    memset(x, 127, (size_t)s.m * s.k);
    if (w[0] == -127) memset(w, -128, (size_t)s.k * s.n);
    quant_oracle_pack((int8_t *)grade_result(run, W), (int32_t *)grade_result(run, SUMS), w, s.k, s.n);
    return true;
}

// Checks jobs of quant_matmul, and those of quant_matmul_packed, which have the raw weights in RAW.
void quant_check_product(grade_run *run)
{
    const bool is_packed = run->row->argument == PACKED;
    const quant_path path = (quant_path)run->layout.number[E];
    char what[40];
    snprintf(what, sizeof what, "path %s, ", quant_path_names[is_packed ? path : 0]);
    if (is_packed && !quant_path_here(path)) return quant_check_refused(run, TT_BAD_VALUE, what);
    quant_compare_sums(run, grade_given(run, is_packed ? RAW : W), quant_bias_of(run), is_packed ? what : "");
}

// --- 8. Convolution and pooling ---

// Array SIZES: zero point of x, count, h, wide, c, k.
void quant_describe_conv(grade_run *run, char *text, size_t size)
{
    const int *s = grade_given(run, SIZES), *number = run->layout.number;
    const int path = number[F] >= 0 && number[F] < QUANT_PATHS ? number[F] : QUANT_PLAIN;
    snprintf(text, size, "count = %d, h = %d, wide = %d, c = %d, n = %d, path %s%s", s[1], s[2], s[3], s[4],
             number[B], quant_path_names[path], number[NULLS] ? ", a pointer NULL" : "");
}

void quant_lay_conv(grade_run *run, picture p, int zero_point, quant_path path)
{
    const int k = 9 * abs(p.c), n = abs(p.n), pixels = abs(p.count) * abs(p.h) * abs(p.wide);
    run->layout.number[B] = p.n, run->layout.number[F] = path;
    quant_random_bytes(run, grade_input_bytes(run, (size_t)pixels * abs(p.c)), (size_t)pixels * abs(p.c),
                       path == QUANT_7BIT ? SEVEN_BIT : ANY);
    int8_t *packed = grade_input_bytes(run, quant_packed_bytes(k, n));
    int32_t *bias = grade_input_bytes(run, (size_t)n * sizeof *bias);
    for (int j = 0; j < n; j++) bias[j] = grade_random_below(run, 20001) - 10000;
    grade_output_bytes(run, (size_t)pixels * n);
    int32_t *sums = grade_input_bytes(run, (size_t)n * sizeof *sums);
    const int to = run->step % 3 ? 90 : 0;
    quant_lay_output(run, n, 40 / (5500 * sqrt(k + 1)), to, run->step % 2 ? to : 0,
                     run->step % 4 == 3 ? 127 : 255);
    const int sizes[] = {zero_point, p.count, p.h, p.wide, p.c, 9 * p.c};
    memcpy(grade_input_bytes(run, sizeof sizes), sizes, sizeof sizes);
    int8_t *w = grade_input_bytes(run, (size_t)k * n);
    quant_random_weights(run, w, (size_t)k * n, ANY);
    quant_oracle_pack(packed, sums, w, k, n);
}

bool quant_fill_conv(grade_run *run)
{
    static const picture pictures[] = {
        {1, 1, 1, 1, 1},    {1, 3, 3, 1, 16},    {2, 5, 4, 3, 17},  {1, 7, 7, 16, 33}, {3, 2, 9, 5, 8},
        {1, 28, 28, 1, 16}, {2, 14, 14, 16, 40}, {1, 1, 40, 2, 16}, {1, 33, 1, 4, 20}, {1, 40, 40, 12, 16}};
    if (run->step >= COUNT(pictures) * QUANT_PATHS) return false;
    const int at = run->step / QUANT_PATHS;
    quant_lay_conv(run, pictures[at], at == 1 ? 0 : at * 37 % 128, (quant_path)(run->step % QUANT_PATHS));
    return true;
}

// Checks every byte of a small output; of a large one CHOSEN random bytes.
void quant_check_conv(grade_run *run)
{
    enum { CHOSEN = 20000 };
    const int *number = run->layout.number, *size = grade_given(run, SIZES), n = number[B];
    const int h = size[2], wide = size[3], c = size[4], count = size[1] * h * wide * n;
    const quant_output o = {grade_given(run, MULTIPLIER), grade_given(run, SHIFT), number[C], number[D],
                            number[E]};
    const uint8_t *x = grade_given(run, X), *got = grade_result(run, PRODUCT_OUT);
    const int32_t *bias = grade_given(run, BIASES);
    const char *path = quant_path_names[number[F]];
    if (!quant_path_here((quant_path)number[F])) return quant_check_refused(run, TT_BAD_VALUE, path);
    quant_check_status(run, TT_OK);
    for (int i = 0; i < (count < CHOSEN ? count : CHOSEN); i++) {
        const int at = count < CHOSEN ? i : grade_random_below(run, count), j = at % n,
                  pixel = at / n % (h * wide);
        const uint8_t *image = x + (size_t)(at / n / (h * wide)) * h * wide * c;
        const int32_t sum = bias[j] + quant_oracle_window(image, size[0], grade_given(run, RAW), h, wide, c,
                                                          n, pixel / wide, pixel % wide, j);
        const int want = quant_oracle_requantize(sum, o.multiplier[j], o.shift[j], &o);
        if (got[at] != want)
            grade_wrong(run,
                        "%d x %d x %d to %d channels, zero point %d, path %s: got %d at row %d, column %d, "
                        "channel %d of picture %d, expected %d",
                        h, wide, c, n, size[0], path, got[at], pixel / wide, pixel % wide, j,
                        at / n / (h * wide), want);
    }
}

bool quant_fill_pool(grade_run *run)
{
    static const int shapes[][4] = {{1, 2, 2, 1}, {2, 28, 28, 16}, {1, 7, 7, 3}, {3, 5, 4, 33},
                                    {1, 4, 9, 8}, {2, 1, 6, 5},    {1, 3, 3, 64}};
    if (run->step >= COUNT(shapes)) return false;
    const int *s = shapes[run->step];
    memcpy(run->layout.number, s, 4 * sizeof *s);
    const size_t in = (size_t)s[0] * s[1] * s[2] * s[3];
    quant_random_bytes(run, grade_input_bytes(run, in), in, ANY);
    grade_input_bytes(run, 0), grade_input_bytes(run, 0);
    grade_output_bytes(run, (size_t)s[0] * (s[1] / 2) * (s[2] / 2) * s[3]);
    return true;
}

void quant_check_pool(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const int *s = run->layout.number, out = s[0] * (s[1] / 2) * (s[2] / 2) * s[3];
    const uint8_t *got = grade_result(run, PRODUCT_OUT);
    uint8_t want[2 * 14 * 14 * 16];
    quant_oracle_maxpool(want, grade_given(run, X), s[0], s[1], s[2], s[3]);
    for (int i = 0; i < out; i++)
        if (got[i] != want[i])
            grade_wrong(run, "%d x %d x %d: got y[%d] = %d, expected %d", s[1], s[2], s[3], i, got[i],
                        want[i]);
}
