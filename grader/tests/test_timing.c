// test_timing.c: samples that are made up, and what the engine makes of them: it measures until it can say.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/count.h"
#include "engine/timing/timing.h"

enum { NEVER = TIMING_MOST + 1 }; // of what is given out

// A call that is `ratio` times as fast as a yardstick of one millisecond.
static timing_sample quiet(double ratio)
{
    const double cost = 1e-3 / ratio;
    return (timing_sample){
        .wall = cost, .cpu = cost, .yard = 1e-3, .cost = cost, .valid = true, .kept = true};
}

static timing_sample disturbed(double ratio)
{
    timing_sample s = quiet(ratio);
    s.kept = false, s.disturbed = true;
    return s;
}

// The same sample again and again; how many were asked for, and how often a quiet machine.
static int feed(timing *t, timing_sample s, int *waits)
{
    *waits = 0;
    for (int i = 1; i <= TIMING_MOST; i++) {
        const timing_next next = timing_add(t, s);
        *waits += next == TIMING_WAIT;
        if (next == TIMING_DONE) return i;
    }
    return NEVER;
}

static void test_one_speed(void **state)
{
    (void)state;
    const struct {
        timing_sample s;
        int samples, waits;
        bool busy;
    } rows[] = {
        {quiet(2.0), 3, 0, false},                              // certain
        {quiet(1.1), TIMING_CALLS, 0, false},                   // full points, but not by far
        {quiet(0.8), 2 * TIMING_CALLS, 0, false},               // a second round says the same
        {disturbed(0.8), TIMING_MOST, TIMING_ROUNDS - 1, true}, // it might be better
        {disturbed(1.1), TIMING_CALLS, 0, false},               // it is good enough
        {quiet(0.2), 4, 0, false},                              // another algorithm
        {quiet(0.001), 1, 0, false},                            // one call that takes a second
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        timing t = {.least = 0.5, .most = 1};
        int waits;
        assert_int_equal(feed(&t, rows[i].s, &waits), rows[i].samples);
        assert_int_equal(waits, rows[i].waits);
        assert_int_equal(t.busy, rows[i].busy);
        assert_int_equal(t.samples, rows[i].samples);
        assert_true(fabs(t.ratio - rows[i].s.yard / rows[i].s.cost) < 1e-9);
    }
}

static void test_the_first_call_warms_up(void **state)
{
    (void)state;
    timing t = {.least = 0.5, .most = 1};
    timing_add(&t, quiet(100)); // an answer from nowhere is no measurement either
    int waits;
    feed(&t, quiet(0.8), &waits);
    assert_true(fabs(t.ratio - 0.8) < 1e-9);
}

static void test_a_disturbance_costs_nothing_once_it_is_over(void **state)
{
    (void)state;
    timing t = {.least = 0.5, .most = 1};
    for (int i = 1; i < TIMING_CALLS; i++) assert_int_equal(timing_add(&t, disturbed(0.6)), TIMING_MORE);
    assert_int_equal(timing_add(&t, disturbed(0.6)), TIMING_WAIT);
    int waits;
    assert_int_equal(feed(&t, quiet(1.5), &waits), 3);
    assert_true(fabs(t.ratio - 1.5) < 1e-9);
    assert_false(t.busy);
}

// The best call and the best yardstick of a round need not be neighbours, and a slow yardstick gives nothing away.
static void test_an_uneven_yardstick_is_a_disturbance(void **state)
{
    (void)state;
    timing t = {.least = 0.5, .most = 1};
    timing_sample slow = quiet(0.8);
    slow.yard *= 2;
    timing_next next = TIMING_MORE;
    for (int i = 0; i < TIMING_CALLS; i++) next = timing_add(&t, i % 2 ? slow : quiet(0.8));
    assert_int_equal(next, TIMING_WAIT);
    assert_true(fabs(t.ratio - 0.8) < 1e-9);
    assert_true(t.busy);
}

static void test_calls_that_sleep_are_no_samples(void **state)
{
    (void)state;
    timing t = {.least = 0.5, .most = 1};
    timing_sample asleep = quiet(2);
    asleep.valid = false;
    int waits;
    assert_int_not_equal(feed(&t, asleep, &waits), NEVER);
    assert_true(t.ratio == 0);
}

static void test_what_ends_early_counts(void **state)
{
    (void)state;
    timing t = {.least = 0.5, .most = 1};
    for (int i = 0; i < 3; i++) timing_add(&t, quiet(0.7));
    timing_end(&t);
    assert_true(fabs(t.ratio - 0.7) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_speed),
        cmocka_unit_test(test_the_first_call_warms_up),
        cmocka_unit_test(test_a_disturbance_costs_nothing_once_it_is_over),
        cmocka_unit_test(test_an_uneven_yardstick_is_a_disturbance),
        cmocka_unit_test(test_calls_that_sleep_are_no_samples),
        cmocka_unit_test(test_what_ends_early_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
