// test_forward.c: the forwards that the compiler can vectorise, against those of ops.h.
#include "slopes.h"

#include "nn/fast_exp.h"
#include "nn/layers.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

TEST(fast_functions)
{
    for (double at = -90; at <= 90; at += 0.00371) {
        double want = exp(fmin(fmax(at, -87), 88)), got = fast_exp((float)at);
        if (!(fabs(got - exp(fmin(fmax((double)(float)at, -87), 88))) <= 4e-7 * want))
            fail_msg("fast_exp(%g) is %.9g, not %.9g", at, got, want);
        if (!(fabs(fast_tanh((float)at) - tanh((double)(float)at)) <= 1e-6))
            fail_msg("fast_tanh(%g) is %.9g, not %.9g", at, fast_tanh((float)at), tanh(at));
    }
    assert_true(isnan(fast_exp(NAN)) && isnan(fast_tanh(NAN)));
}

TEST(gelu)
{
    float fast[MOST], plain[MOST];
    for (size_t i = 0; i < 1201; i++) x[i] = ((float)i - 600) / 100;
    memset(fast, 0xff, sizeof fast);
    assert_status(nn_gelu(fast, x, 1201), TT_OK);
    assert_status(ops_gelu(plain, x, 1201), TT_OK);
    for (size_t i = 0; i < 1201; i++) assert_close(&fast[i], &plain[i], 1, 1e-6 * (1 + fabs(x[i])));
    check_untouched(fast, 1201);
    assert_status(nn_gelu(fast, NULL, 1), TT_BAD_VALUE);
}

// The bits of ops_maxpool, also where a zero has a sign or a number is none.
TEST(maxpool)
{
    static const int cases[][6] = {{1, 2, 2, 1, 2, 2}, {2, 4, 6, 3, 2, 2}, {1, 5, 5, 17, 2, 2},
                                   {1, 5, 4, 2, 3, 1}, {1, 7, 7, 1, 2, 3}, {3, 1, 1, 4, 1, 1},
                                   {2, 6, 6, 33, 2, 2}};
    static const float odd[] = {NAN, -0.0f, 0, INFINITY, -INFINITY};
    float want[MOST];
    for (int i = 0; i < 2 * COUNT(cases); i++) {
        const int *s = cases[i / 2], n = s[0], h = s[1], wide = s[2], c = s[3], window = s[4], stride = s[5];
        const size_t count = (size_t)n * h * wide * c;
        const size_t outs =
            (size_t)n * ops_out_size(h, window, stride, 0) * ops_out_size(wide, window, stride, 0) * c;
        fill((uint64_t)i);
        for (size_t j = 0; i % 2 && j < count; j += 3) x[j] = odd[j % COUNT(odd)];
        memset(y, 0xff, sizeof y);
        assert_status(ops_maxpool(want, x, n, h, wide, c, window, stride), TT_OK);
        assert_status(nn_maxpool(y, x, n, h, wide, c, window, stride), TT_OK);
        for (size_t j = 0; j < outs; j++)
            assert_true(memcmp(&y[j], &want[j], sizeof *y) == 0 || (isnan(y[j]) && isnan(want[j])));
        check_untouched(y, outs);
    }
    assert_status(nn_maxpool(y, x, 1, 2, 2, 1, 3, 1), TT_BAD_SHAPE);
    assert_status(nn_maxpool(y, NULL, 1, 2, 2, 1, 2, 1), TT_BAD_VALUE);
    assert_status(nn_maxpool(NULL, NULL, 0, 2, 2, 1, 2, 1), TT_OK);
}

// Forward against ops.h, at lengths round a vector's: the same up to the order of the sums.
TEST(softmax_and_layer_norm)
{
    float fast[MOST], plain[MOST];
    for (int cols = 1; cols <= 130; cols += cols < 40 ? 1 : 13)
        for (int rows = 0; rows <= 3 && rows * cols <= MOST; rows++) {
            const size_t count = (size_t)rows * (size_t)cols;
            fill((uint64_t)cols);
            for (size_t j = 0; j < count; j++) x[j] = 20 * x[j] + 5;
            memset(fast, 0xff, sizeof fast);
            assert_status(nn_softmax(fast, x, rows, cols), TT_OK);
            assert_status(ops_softmax(plain, x, rows, cols), TT_OK);
            for (size_t j = 0; j < count; j++) assert_close(&fast[j], &plain[j], 1, 2e-6 * (double)plain[j]);
            check_untouched(fast, count);
            assert_status(nn_layer_norm(fast, x, w, b, 1e-5f, rows, cols), TT_OK);
            assert_status(ops_layer_norm(plain, x, w, b, 1e-5f, rows, cols), TT_OK);
            assert_close(fast, plain, count, 2e-5);
            check_untouched(fast, count);
            memcpy(y, x, sizeof y); // in place
            assert_status(nn_layer_norm(y, y, w, b, 1e-5f, rows, cols), TT_OK);
            assert_close(y, fast, count, 0);
        }
    const float odd[][4] = {
        {NAN, 1, 2, 3}, {1, 2, 3, NAN}, {INFINITY, 1, 2, 3}, {-INFINITY, -INFINITY, -INFINITY, -INFINITY}};
    for (int i = 0; i < COUNT(odd); i++) { // all NaN, as ops_softmax gives
        assert_status(nn_softmax(fast, odd[i], 1, 4), TT_OK);
        for (int j = 0; j < 4; j++) assert_true(isnan(fast[j]));
    }
    const float masked[] = {-INFINITY, 0, -1000, 0}, nearly[] = {0, 0.5f, 0, 0.5f};
    assert_status(nn_softmax(fast, masked, 1, 4), TT_OK);
    assert_close(fast, nearly, 4, 2e-38);
    assert_status(nn_softmax(y, x, -1, 2), TT_BAD_SHAPE);
    assert_status(nn_softmax(y, NULL, 1, 2), TT_BAD_VALUE);
    assert_status(nn_layer_norm(y, x, w, b, 1, 1, -2), TT_BAD_SHAPE);
    assert_status(nn_layer_norm(y, x, NULL, b, 1, 1, 2), TT_BAD_VALUE);
    const float bad_eps[] = {0, -1, NAN, INFINITY};
    for (int i = 0; i < COUNT(bad_eps); i++)
        assert_status(nn_layer_norm(y, x, w, b, bad_eps[i], 1, 2), TT_BAD_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fast_functions),
        cmocka_unit_test(gelu),
        cmocka_unit_test(maxpool),
        cmocka_unit_test(softmax_and_layer_norm),
    };
    return run_tests(tests);
}
