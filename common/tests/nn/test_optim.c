// test_optim.c: steps computed by hand, weights that a mask keeps at 0, and learning rates.
#include "tests/check.h"

#include <math.h>
#include <string.h>

#include "nn/optim.h"
#include "core/rng.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static void make_parameters(parameters *p)
{
    const int matrix[] = {2, 3}, row[] = {3};
    *p = (parameters){0};
    assert_status(parameters_add(p, "w", 2, matrix, true), TT_OK);
    assert_status(parameters_add(p, "b", 1, row, false), TT_OK);
    assert_status(parameters_allocate(p), TT_OK);
    assert_null(p->list[0].grad); // no memory for training until it is asked for
    assert_status(parameters_train(p), TT_OK);
    assert_status(parameters_train(p), TT_OK);
    assert_int_equal(p->floats, 9);
    assert_ptr_equal(parameters_find(p, "b"), &p->list[1]);
    assert_null(parameters_find(p, "c"));
}

// Two steps of each optimiser by hand.
TEST(optimisers)
{
    parameters p;
    make_parameters(&p);
    parameter *one = &p.list[0], *bias = &p.list[1];
    one->value[0] = 1, one->grad[0] = 0.5f, bias->value[0] = 1, bias->grad[0] = 0.5f;
    optim_sgd_options sgd = {.rate = 0.1f, .momentum = 0.9f, .decay = 0.01f};
    assert_status(optim_sgd(&p, sgd), TT_OK);
    assert_status(optim_sgd(&p, sgd), TT_OK);
    double value = 1 - 0.1 * (0.5 + 0.01);
    value -= 0.1 * (0.95 + 0.01 * value);
    assert_true(fabs(one->value[0] - value) < 1e-6);
    assert_true(fabs(bias->value[0] - (1 - 0.05 - 0.095)) < 1e-6); // does not decay
    parameters_finish(&p);

    make_parameters(&p);
    one = &p.list[0];
    one->value[0] = 1, one->grad[0] = 0.5f;
    optim_adam_options adam = {.rate = 0.1f, .first = 0.9f, .second = 0.99f, .eps = 1e-8f, .decay = 0.01f};
    assert_status(optim_adam(&p, adam, 1), TT_OK);
    assert_true(fabs(one->value[0] - (1 - 0.001 - 0.1)) < 1e-5); // the first step is the sign of the gradient
    one->grad[0] = -0.25f;
    assert_status(optim_adam(&p, adam, 2), TT_OK);
    double first = (0.9 * 0.05 + 0.1 * -0.25) / (1 - 0.81),
           second = (0.99 * 0.0025 + 0.01 * 0.0625) / (1 - 0.9801);
    assert_true(fabs(one->value[0] - (0.899 * 0.999 - 0.1 * first / sqrt(second))) < 1e-5);
    assert_status(optim_adam(&p, adam, 0), TT_BAD_VALUE);
    adam.rate = NAN;
    assert_status(optim_adam(&p, adam, 3), TT_BAD_VALUE);
    sgd.momentum = 1;
    assert_status(optim_sgd(&p, sgd), TT_BAD_VALUE);
    parameters_finish(&p);
    parameters_finish(&p);
    assert_status(optim_sgd(&p, sgd), TT_BAD_VALUE);
}

// The mask comes when momentum and means have been built up, and must hold against them; the bias has none.
TEST(mask_stays_zero)
{
    const float mask[] = {1, 0, 1, 0, 0, 1};
    enum { MASKED_FROM = 21 };
    for (int which = 0; which < 2; which++) {
        parameters p;
        tt_rng rng = {9};
        make_parameters(&p);
        rng_fill(&rng, p.list[0].value, 6, -1, 1);
        for (int step = 1; step <= 200; step++) {
            if (step == MASKED_FROM) p.list[0].mask = mask;
            rng_fill(&rng, p.list[0].grad, 6, -100, 100);
            rng_fill(&rng, p.list[1].grad, 3, -100, 100);
            if (step == 50) p.list[0].grad[1] = INFINITY;
            if (which == 0) assert_status(optim_sgd(&p, (optim_sgd_options){0.1f, 0.9f, 0.01f}), TT_OK);
            else
                assert_status(optim_adam(&p, (optim_adam_options){0.1f, 0.9f, 0.99f, 1e-8f, 0.1f}, step),
                              TT_OK);
            for (int i = 0; i < 6; i++) {
                uint32_t bits;
                memcpy(&bits, &p.list[0].value[i], sizeof bits);
                if (mask[i] == 0 && step >= MASKED_FROM) assert_int_equal(bits, 0); // +0, not -0
                else assert_true(isfinite(p.list[0].value[i]) && p.list[0].value[i] != 0);
            }
            for (int i = 0; i < 3; i++) assert_true(p.list[1].value[i] != 0);
        }
        parameters_finish(&p);
    }
}

// Before the first step: values become 0, and gradients that no step heeds count in no norm.
TEST(mask_before_a_step)
{
    const float mask[] = {1, 0, 1, 1, 0, 1};
    parameters p;
    double norm;
    make_parameters(&p);
    for (int i = 0; i < 6; i++) p.list[0].value[i] = -1, p.list[0].grad[i] = i == 1 ? NAN : i;
    p.list[1].value[0] = -1;
    assert_status(optim_apply_masks(&p), TT_OK);
    assert_true(p.list[0].value[1] == -1 && p.list[1].value[0] == -1); // no mask
    p.list[0].mask = mask;
    assert_status(optim_apply_masks(&p), TT_OK);
    for (int i = 0; i < 6; i++)
        assert_true(p.list[0].value[i] == -mask[i] && (mask[i] || !signbit(p.list[0].value[i])));
    assert_true(p.list[1].value[0] == -1);
    assert_status(optim_clip(&p, 100, &norm), TT_OK);
    assert_true(fabs(norm - sqrt(4 + 9 + 25)) < 1e-12);
    assert_status(optim_apply_masks(NULL), TT_BAD_VALUE);
    parameters_finish(&p);
}

TEST(clip_and_rate)
{
    parameters p;
    double norm;
    make_parameters(&p);
    p.list[0].grad[5] = 3, p.list[1].grad[2] = 4;
    assert_status(optim_clip(&p, 10, &norm), TT_OK);
    assert_true(norm == 5 && p.list[0].grad[5] == 3);
    assert_status(optim_clip(&p, 1, NULL), TT_OK);
    assert_true(fabsf(p.list[0].grad[5] - 0.6f) < 1e-6f && fabsf(p.list[1].grad[2] - 0.8f) < 1e-6f);
    assert_status(optim_clip(&p, 0, NULL), TT_BAD_VALUE);
    parameters_finish(&p);

    assert_true(fabsf(optim_rate(1, 0.1f, 10, 110, 0) - 0.1f) < 1e-6f);
    assert_true(fabsf(optim_rate(1, 0.1f, 10, 110, 10) - 1) < 1e-6f);
    assert_true(fabsf(optim_rate(1, 0.1f, 10, 110, 60) - 0.55f) < 1e-6f);
    assert_true(fabsf(optim_rate(1, 0.1f, 10, 110, 500) - 0.1f) < 1e-6f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(optimisers), cmocka_unit_test(mask_stays_zero),
                                       cmocka_unit_test(mask_before_a_step), cmocka_unit_test(clip_and_rate)};
    return run_tests(tests);
}
