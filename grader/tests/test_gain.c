// test_gain.c: when threads are found to gain, not to gain, or cannot be judged: made-up rounds, so that no machine has a say.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine/timing/gain.h"

// A call that gains `call` by its threads, where two threads gain `machine`.
static gain_round round_of(double call, double machine)
{
    return (gain_round){
        .threaded = 1 / call, .single = 1, .threaded_yard = 0.8, .single_yard = 0.8, .machine = machine};
}

// The same round until there is a verdict.
static gain_verdict repeat(gain_record *g, gain_round r)
{
    gain_verdict v = GAIN_MORE;
    while (v == GAIN_MORE) v = gain_add(g, r);
    return v;
}

static void test_threads_that_gain(void **state)
{
    (void)state;
    gain_record g = {0};
    assert_int_equal(repeat(&g, round_of(1.7, 1.9)), GAIN_KEPT);
    assert_int_equal(g.rounds, 3);
}

static void test_threads_that_are_ignored(void **state)
{
    (void)state;
    gain_record g = {0};
    assert_int_equal(repeat(&g, round_of(1, 1.9)), GAIN_MISSED);
}

static void test_two_threads_of_one_core(void **state)
{
    (void)state;
    gain_record g = {0};
    assert_int_equal(repeat(&g, round_of(1, 1.1)), GAIN_NOT_JUDGED);
    assert_true(g.rounds < GAIN_ROUNDS);
}

// Seven rounds in which two threads could gain are too few to find fault.
static void test_a_machine_that_is_mostly_busy(void **state)
{
    (void)state;
    gain_record g = {0};
    gain_verdict v = GAIN_MORE;
    for (int i = 0; v == GAIN_MORE; i++) v = gain_add(&g, round_of(1, i < GAIN_NEEDED - 1 ? 1.9 : 1.1));
    assert_int_equal(v, GAIN_NOT_JUDGED);
}

// Disturbed in all rounds but one: the one is enough.
static void test_one_good_moment(void **state)
{
    (void)state;
    gain_record g = {0};
    for (int i = 0; i < 9; i++) assert_int_equal(gain_add(&g, round_of(0.9, 1.9)), GAIN_MORE);
    assert_int_equal(gain_add(&g, round_of(1.6, 1.9)), GAIN_KEPT);
}

// A good moment in a round that does not count is no evidence, and a slow one-thread call none either.
static void test_only_rounds_that_count(void **state)
{
    (void)state;
    gain_record g = {0};
    gain_verdict v = GAIN_MORE;
    for (int i = 0; v == GAIN_MORE; i++) {
        gain_round r = round_of(i % 4 == 1 ? 1.9 : 1, i % 4 == 1 ? 1.2 : 1.9);
        if (i % 2) r.single *= 2;
        v = gain_add(&g, r);
    }
    assert_int_equal(v, GAIN_MISSED);
}

// The one-thread version takes its time in its first calls only, which do not count where it is timed itself.
static void test_a_single_that_dawdles(void **state)
{
    (void)state;
    gain_record g = {.single_before = 1 / 0.8};
    gain_verdict v = GAIN_MORE;
    for (int i = 0; v == GAIN_MORE; i++) {
        gain_round r = round_of(1, 1.9);
        if (i < 4) r.single *= 2;
        v = gain_add(&g, r);
    }
    assert_int_equal(v, GAIN_MISSED);
}

// The one-thread call has half of the work: by the yardsticks of each that is no gain.
static void test_other_work(void **state)
{
    (void)state;
    gain_record g = {0};
    gain_round r = round_of(1, 1.9);
    r.single /= 2, r.single_yard /= 2;
    assert_int_equal(repeat(&g, r), GAIN_MISSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_that_gain),       cmocka_unit_test(test_threads_that_are_ignored),
        cmocka_unit_test(test_two_threads_of_one_core), cmocka_unit_test(test_a_machine_that_is_mostly_busy),
        cmocka_unit_test(test_one_good_moment),         cmocka_unit_test(test_only_rounds_that_count),
        cmocka_unit_test(test_a_single_that_dawdles),   cmocka_unit_test(test_other_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
