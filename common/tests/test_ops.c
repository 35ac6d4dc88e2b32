// test_ops.c: the plain loops against numbers by hand, against sums in double, and what must always be true.
#include "check.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "core/rng.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

// `call` must fail with `expected`; it may write to `untouched` (8 floats), which must not change.
#define assert_refused(call, expected)                                                                       \
    do {                                                                                                     \
        float untouched[8], before[8];                                                                       \
        for (int i_ = 0; i_ < 8; i_++) untouched[i_] = before[i_] = (float)(70 + i_);                        \
        assert_status(call, expected);                                                                       \
        assert_memory_equal(untouched, before, sizeof before);                                               \
    } while (0)

static const float zeros[8], ones[8] = {1, 1, 1, 1, 1, 1, 1, 1};

TEST(out_sizes)
{
    static const struct {
        int h, kh, stride, pad, want; // 0: no position, or out of range
    } rows[] = {
        {28, 3, 1, 0, 26}, {28, 3, 1, 1, 28}, {28, 2, 2, 0, 14}, {5, 2, 2, 0, 2},
        {5, 2, 2, 1, 3},   {3, 3, 9, 0, 1},   {2, 3, 1, 0, 0},   {0, 1, 1, 1, 0},
        {3, 0, 1, 0, 0},   {3, 1, 0, 0, 0},   {3, 1, 1, -1, 0},  {1, 1, 1, 0, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(rows[i].want, ops_out_size(rows[i].h, rows[i].kh, rows[i].stride, rows[i].pad));
    assert_int_equal(ops_out_size(1, 1, 1, INT_MAX / 2), INT_MAX);
    assert_int_equal(ops_out_size(2, 1, 1, INT_MAX / 2), 0); // one more than an int holds
}

TEST(conv2d_by_hand)
{
    const float x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, weights[] = {1, 2, 3, 4}, bias[] = {100};
    float out[9];
    ops_conv2d_shape s = {.n = 1, .h = 3, .w = 3, .cin = 1, .kh = 2, .kw = 2, .cout = 1, .stride = 1};
    assert_status(ops_conv2d(out, x, weights, NULL, s), TT_OK);
    assert_close(out, ((float[]){37, 47, 67, 77}), 4, 0); // 37 = 1 + 2*2 + 4*3 + 5*4
    s.stride = 2, s.pad = 1;
    assert_status(ops_conv2d(out, x, weights, bias, s), TT_OK);
    assert_close(out, ((float[]){104, 118, 136, 177}), 4, 0); // 104 = 4*1 + 100: one corner is in the image
    // Two channels in, three out, a 1 x 1 window: each pixel is a row times a (2, 3) matrix.
    const float mix[] = {1, 2, 3, 10, 20, 30}, pixels[] = {1, 0, 0, 1, 2, 3};
    s = (ops_conv2d_shape){.n = 1, .h = 1, .w = 3, .cin = 2, .kh = 1, .kw = 1, .cout = 3, .stride = 1};
    assert_status(ops_conv2d(out, pixels, mix, NULL, s), TT_OK);
    assert_close(out, ((float[]){1, 2, 3, 10, 20, 30, 32, 64, 96}), 9, 0);
}

// The same sums in another order: each input element is added, in double, to every output that depends on it.
static void scatter(double *out, const float *x, const float *weights, ops_conv2d_shape s, int ho, int wo)
{
    for (int i = 0; i < s.n * s.h * s.w * s.cin; i++)
        for (int j = 0; j < s.kh * s.kw * s.cout; j++) {
            int ci = i % s.cin, column = i / s.cin % s.w, row = i / s.cin / s.w % s.h;
            int image = i / s.cin / s.w / s.h;
            int co = j % s.cout, kx = j / s.cout % s.kw, ky = j / s.cout / s.kw;
            int top = row + s.pad - ky, left = column + s.pad - kx;
            if (top % s.stride || left % s.stride) continue;
            int oy = top / s.stride, ox = left / s.stride;
            if (top < 0 || oy >= ho || left < 0 || ox >= wo) continue;
            out[((image * ho + oy) * wo + ox) * s.cout + co] +=
                (double)x[i] * weights[((ky * s.kw + kx) * s.cin + ci) * s.cout + co];
        }
}

TEST(conv2d_against_double)
{
    static const ops_conv2d_shape shapes[] = {
        // n, h, w, cin, kh, kw, cout, stride, pad
        {1, 1, 1, 1, 1, 1, 1, 1, 0},  {2, 7, 5, 3, 3, 3, 4, 1, 1},   {1, 9, 6, 1, 5, 2, 3, 2, 2},
        {3, 4, 11, 2, 1, 7, 5, 3, 3}, {1, 13, 13, 7, 3, 3, 9, 2, 0}, {2, 3, 3, 4, 3, 3, 1, 1, 4},
        {1, 2, 2, 1, 5, 5, 2, 1, 2},  {1, 8, 8, 3, 2, 2, 33, 5, 1},  {2, 5, 6, 0, 3, 3, 2, 1, 1},
    };
    tt_rng rng = {7};
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        ops_conv2d_shape s = shapes[k];
        int ho = ops_out_size(s.h, s.kh, s.stride, s.pad), wo = ops_out_size(s.w, s.kw, s.stride, s.pad);
        size_t in = (size_t)(s.n * s.h * s.w * s.cin), taps = (size_t)(s.kh * s.kw * s.cin * s.cout);
        size_t channels = (size_t)s.cout, count = (size_t)(s.n * ho * wo) * channels;
        float *x = tensor_alloc(in), *weights = tensor_alloc(taps), *bias = tensor_alloc(channels);
        float *out = tensor_alloc(count + 1), *want = tensor_alloc(count);
        double *sums = calloc(count, sizeof *sums);
        assert_true(x && weights && bias && out && want && sums);
        rng_fill_integers(&rng, x, in, -9, 9); // whole numbers: no sum is rounded
        rng_fill_integers(&rng, weights, taps, -9, 9);
        rng_fill_integers(&rng, bias, channels, -9, 9);
        scatter(sums, x, weights, s, ho, wo);
        for (size_t i = 0; i < count; i++) want[i] = (float)(sums[i] + bias[i % channels]);
        out[count] = 77; // the float after the output
        assert_status(ops_conv2d(out, x, weights, bias, s), TT_OK);
        assert_close(out, want, count, 0);
        assert_true(out[count] == 77);
        free(x), free(weights), free(bias), free(out), free(want), free(sums);
    }
}

TEST(conv2d_refuses)
{
    static const ops_conv2d_shape good = {1, 2, 2, 1, 2, 2, 1, 1, 0};
    static const ops_conv2d_shape bad[] = {
        // good with one number wrong
        {-1, 2, 2, 1, 2, 2, 1, 1, 0}, {1, 0, 2, 1, 2, 2, 1, 1, 0}, {1, 1, 2, 1, 2, 2, 1, 1, 0},
        {1, 2, 2, -1, 2, 2, 1, 1, 0}, {1, 2, 2, 1, 0, 2, 1, 1, 0}, {1, 2, 2, 1, 2, 3, 1, 1, 0},
        {1, 2, 2, 1, 2, 2, -1, 1, 0}, {1, 2, 2, 1, 2, 2, 1, 0, 0}, {1, 2, 2, 1, 2, 2, 1, 1, -1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused(ops_conv2d(untouched, zeros, zeros, zeros, bad[i]), TT_BAD_SHAPE);
    assert_refused(ops_conv2d(untouched, NULL, zeros, NULL, good), TT_BAD_VALUE);
    assert_refused(ops_conv2d(untouched, zeros, NULL, NULL, good), TT_BAD_VALUE);
    assert_refused(ops_conv2d(NULL, zeros, zeros, NULL, good), TT_BAD_VALUE);
    assert_status(ops_conv2d(NULL, NULL, NULL, NULL, (ops_conv2d_shape){0, 2, 2, 1, 2, 2, 1, 1, 0}), TT_OK);
    assert_status(ops_conv2d(NULL, NULL, NULL, NULL, (ops_conv2d_shape){1, 2, 2, 1, 2, 2, 0, 1, 0}), TT_OK);
}

TEST(maxpool)
{
    // (1, 3, 4, 2): channel 0 counts up, channel 1 is its negative. All of channel 1 is below 0.
    float x[24], out[12];
    for (int i = 0; i < 12; i++) x[2 * i] = (float)(i + 1), x[2 * i + 1] = (float)(-i - 1);
    assert_status(ops_maxpool(out, x, 1, 3, 4, 2, 2, 2), TT_OK);
    assert_close(out, ((float[]){6, -1, 8, -3}), 4, 0); // the third row fills no window
    assert_status(ops_maxpool(out, x, 1, 3, 4, 2, 2, 1), TT_OK);
    assert_close(out, ((float[]){6, -1, 7, -2, 8, -3, 10, -5, 11, -6, 12, -7}), 12, 0);
    assert_status(ops_maxpool(out, x, 2, 3, 2, 2, 2, 2), TT_OK); // the same 24 floats as two images
    assert_close(out, ((float[]){4, -1, 10, -7}), 4, 0);
    x[2] = NAN;
    assert_status(ops_maxpool(out, x, 1, 3, 4, 2, 2, 2), TT_OK);
    assert_true(isnan(out[0]) && out[1] == -1 && out[2] == 8);
    assert_refused(ops_maxpool(untouched, zeros, -1, 2, 2, 1, 2, 2), TT_BAD_SHAPE);
    assert_refused(ops_maxpool(untouched, zeros, 1, 0, 2, 1, 2, 2), TT_BAD_SHAPE);
    assert_refused(ops_maxpool(untouched, zeros, 1, 2, 1, 1, 2, 2), TT_BAD_SHAPE);
    assert_refused(ops_maxpool(untouched, zeros, 1, 2, 2, -1, 2, 2), TT_BAD_SHAPE);
    assert_refused(ops_maxpool(untouched, zeros, 1, 2, 2, 1, 0, 2), TT_BAD_SHAPE);
    assert_refused(ops_maxpool(untouched, zeros, 1, 2, 2, 1, 2, 0), TT_BAD_SHAPE);
    assert_refused(ops_maxpool(untouched, NULL, 1, 2, 2, 1, 2, 2), TT_BAD_VALUE);
    assert_refused(ops_maxpool(NULL, zeros, 1, 2, 2, 1, 2, 2), TT_BAD_VALUE);
    assert_status(ops_maxpool(NULL, NULL, 0, 2, 2, 1, 2, 2), TT_OK);
}

TEST(activations)
{
    float x[] = {-3, -1, -0.5f, 0, 0.5f, 1, 2, 3, NAN}, out[9];
    // From the formula in double, outside this program.
    const float gelu[] = {-0.0036373921f, -0.1588080094f, -0.1542859902f, 0,
                          0.3457140098f,  0.8411919906f,  1.9545976941f,  2.9963626079f};
    assert_status(ops_gelu(out, x, 9), TT_OK);
    assert_close(out, gelu, 8, 1e-6); // a few float steps at 3
    assert_true(isnan(out[8]));
    float large[] = {-1e20f, -100, 100, 1e12f};
    assert_status(ops_gelu(large, large, 4), TT_OK);
    assert_close(large, ((float[]){0, 0, 100, 1e12f}), 4, 0);
    assert_status(ops_relu(out, x, 9), TT_OK);
    assert_close(out, ((float[]){0, 0, 0, 0, 0.5f, 1, 2, 3}), 8, 0);
    assert_true(isnan(out[8]));
    assert_status(ops_relu(x, x, 9), TT_OK); // in place
    assert_close(x, out, 8, 0);
    tt_status (*const ops[])(float *, const float *, size_t) = {ops_relu, ops_gelu};
    for (int k = 0; k < 2; k++) {
        assert_status(ops[k](NULL, NULL, 0), TT_OK);
        assert_refused(ops[k](untouched, NULL, 8), TT_BAD_VALUE);
        assert_refused(ops[k](NULL, zeros, 8), TT_BAD_VALUE);
    }
}

TEST(softmax)
{
    const float x[] = {0, logf(2), logf(3), 5, 5, -INFINITY};
    float out[6];
    assert_status(ops_softmax(out, x, 2, 3), TT_OK);
    assert_close(out, ((float[]){1 / 6.f, 2 / 6.f, 3 / 6.f, 0.5f, 0.5f, 0}), 6, 1e-6);
    assert_status(ops_softmax(out, x, 6, 1), TT_OK); // one column: the probability is 1
    assert_close(out, ((float[]){1, 1, 1, 1, 1}), 5, 0);
    assert_true(isnan(out[5]));   // but NaN for a row that is masked completely
    enum { ROWS = 5, COLS = 33 }; // every row sums to 1, whatever the magnitude
    tt_rng rng = {11};
    const float magnitudes[] = {0, 1, 30, 1e4f, 1e38f};
    for (size_t m = 0; m < sizeof magnitudes / sizeof *magnitudes; m++) {
        float many[ROWS * COLS];
        rng_fill(&rng, many, ROWS * COLS, -magnitudes[m], magnitudes[m]);
        assert_status(ops_softmax(many, many, ROWS, COLS), TT_OK);
        for (int i = 0; i < ROWS; i++) {
            double sum = 0;
            for (int j = 0; j < COLS; j++) sum += many[i * COLS + j] >= 0 ? many[i * COLS + j] : NAN;
            assert_true(fabs(sum - 1) <= COLS * 0x1p-23);
        }
    }
}

TEST(layer_norm)
{
    const float x[] = {1, 3, 7, 7}, gain[] = {2, 3}, bias[] = {10, 20};
    float out[4];
    assert_status(ops_layer_norm(out, x, gain, bias, 1e-12f, 2, 2), TT_OK);
    assert_close(out, ((float[]){8, 23, 10, 20}), 4, 1e-5); // mean 2 and variance 1; then a flat row
    assert_status(ops_layer_norm(out, x, gain, bias, 3, 2, 2), TT_OK); // variance + eps = 4: half as far out
    assert_close(out, ((float[]){9, 21.5f, 10, 20}), 4, 1e-5);
    assert_status(ops_layer_norm(out, x, gain, bias, 1, 4, 1), TT_OK); // one column is its own mean
    assert_close(out, ((float[]){10, 10, 10, 10}), 4, 0);
    enum { ROWS = 65, COLS = 7 }; // without gain and bias, mean 0 and variance 1
    tt_rng rng = {13};
    float many[ROWS * COLS];
    rng_fill(&rng, many, ROWS * COLS, -8, 24);
    assert_status(ops_layer_norm(many, many, ones, zeros, 1e-5f, ROWS, COLS), TT_OK);
    for (int i = 0; i < ROWS; i++) {
        double mean = 0, variance = 0;
        for (int j = 0; j < COLS; j++) mean += many[i * COLS + j] / (double)COLS;
        for (int j = 0; j < COLS; j++) variance += pow(many[i * COLS + j] - mean, 2) / COLS;
        // 1e-4 is for the rounding of 7 floats up to 24, and for eps.
        assert_true(fabs(mean) <= 1e-4 && fabs(variance - 1) <= 1e-4);
    }
    const float bad_eps[] = {0, -1, NAN, INFINITY};
    for (int i = 0; i < 4; i++)
        assert_refused(ops_layer_norm(untouched, zeros, zeros, zeros, bad_eps[i], 2, 2), TT_BAD_VALUE);
    assert_refused(ops_layer_norm(untouched, zeros, NULL, zeros, 1, 2, 2), TT_BAD_VALUE);
    assert_refused(ops_layer_norm(untouched, zeros, zeros, NULL, 1, 2, 2), TT_BAD_VALUE);
}

TEST(embedding)
{
    const float table[] = {0, 1, 10, 11, 20, 21};
    float rows[8];
    assert_status(ops_embedding(rows, table, (int[]){2, 0, 2, 1}, 4, 3, 2), TT_OK);
    assert_close(rows, ((float[]){20, 21, 0, 1, 20, 21, 10, 11}), 8, 0);
    assert_refused(ops_embedding(untouched, table, (int[]){2, 0, 2, 3}, 4, 3, 2), TT_BAD_VALUE);
    assert_non_null(strstr(tt_error(), "ids[3] is 3")); // the last one, and nothing was copied before it
    assert_refused(ops_embedding(untouched, table, (int[]){0, -1}, 2, 3, 2), TT_BAD_VALUE);
    assert_refused(ops_embedding(untouched, table, (int[]){0}, 1, 0, 2), TT_BAD_VALUE);
    assert_refused(ops_embedding(NULL, NULL, (int[]){5}, 1, 5, 0), TT_BAD_VALUE);
    assert_refused(ops_embedding(untouched, table, NULL, 1, 3, 2), TT_BAD_VALUE);
    assert_refused(ops_embedding(untouched, NULL, (int[]){0}, 1, 3, 2), TT_BAD_VALUE);
    assert_refused(ops_embedding(untouched, table, (int[]){0}, -1, 3, 2), TT_BAD_SHAPE);
    assert_refused(ops_embedding(untouched, table, (int[]){0}, 1, -1, 2), TT_BAD_SHAPE);
    assert_refused(ops_embedding(untouched, table, (int[]){0}, 1, 3, -1), TT_BAD_SHAPE);
    assert_status(ops_embedding(NULL, NULL, NULL, 0, 0, 0), TT_OK);
}

TEST(add_bias)
{
    const float x[] = {1, 2, 3, 4, 5, 6}, bias[] = {10, 20, 30};
    float out[6];
    assert_status(ops_add_bias(out, x, bias, 2, 3), TT_OK);
    assert_close(out, ((float[]){11, 22, 33, 14, 25, 36}), 6, 0);
    assert_refused(ops_add_bias(untouched, zeros, NULL, 2, 2), TT_BAD_VALUE);
}

static tt_status norm(float *out, const float *x, int rows, int cols)
{
    return ops_layer_norm(out, x, ones, zeros, 1, rows, cols);
}

static tt_status shift(float *o, const float *x, int r, int c) { return ops_add_bias(o, x, zeros, r, c); }

// Operations by rows: a row's result does not depend on other rows, in place or not, and all check
// their arguments in the same way.
TEST(by_rows)
{
    tt_status (*const ops[])(float *, const float *, int, int) = {ops_softmax, norm, shift};
    tt_rng rng = {17};
    for (int k = 0; k < 3; k++) {
        float x[15], out[15], row[5];
        rng_fill(&rng, x, 15, -2, 2);
        x[2] = NAN; // stays in its row
        assert_status(ops[k](out, x, 3, 5), TT_OK);
        assert_true(isnan(out[2]));
        assert_status(ops[k](row, x + 10, 1, 5), TT_OK);
        assert_close(out + 10, row, 5, 1e-6);
        assert_status(ops[k](x, x, 3, 5), TT_OK); // in place
        assert_close(x + 5, out + 5, 10, 1e-6);
        assert_status(ops[k](NULL, NULL, 0, 5), TT_OK);
        assert_status(ops[k](NULL, NULL, 3, 0), TT_OK);
        assert_refused(ops[k](untouched, zeros, -1, 2), TT_BAD_SHAPE);
        assert_refused(ops[k](untouched, zeros, 2, -1), TT_BAD_SHAPE);
        assert_refused(ops[k](untouched, NULL, 2, 2), TT_BAD_VALUE);
        assert_refused(ops[k](NULL, zeros, 2, 2), TT_BAD_VALUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(out_sizes),
        cmocka_unit_test(conv2d_by_hand),
        cmocka_unit_test(conv2d_against_double),
        cmocka_unit_test(conv2d_refuses),
        cmocka_unit_test(maxpool),
        cmocka_unit_test(activations),
        cmocka_unit_test(softmax),
        cmocka_unit_test(layer_norm),
        cmocka_unit_test(embedding),
        cmocka_unit_test(add_bias),
        cmocka_unit_test(by_rows),
    };
    return run_tests(tests);
}
