// test_measure.c: statistics of numbers whose answers are known, and the loops that measure the machine.
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/machine.h"
#include "measure/measure.h"
#include "measure/roofs.h"

static void statistics_by_hand(void **state)
{
    (void)state;
    double x[] = {5, 1, 4, 2, 3};
    measure_stats s = measure_describe(x, 5);
    assert_true(s.n == 5 && s.min == 1 && s.low == 2 && s.median == 3 && s.high == 4);
    assert_true(isnan(s.p95)); // five samples have no 95th percentile
    assert_true(x[0] == 5);    // a copy was sorted
    double many[40];
    for (int i = 0; i < 40; i++) many[i] = 39 - i;
    s = measure_describe(many, 40);
    assert_true(s.median == 19.5 && fabs(s.p95 - 0.95 * 39) < 1e-12);
    s = measure_describe(x, 0);
    assert_true(s.n == 0 && isnan(s.median));
}

static void ratio_is_taken_pair_by_pair(void **state)
{
    (void)state;
    // A machine that becomes four times slower half way: every pair still says 2.
    double old[] = {2, 2, 2, 8, 8}, new[] = {1, 1, 1, 4, 4};
    measure_stats s = measure_ratio(old, new, 5);
    assert_true(s.median == 2 && s.low == 2 && s.high == 2 && s.n == 5);
}

static void batch_is_long_enough_for_the_clock(void **state)
{
    (void)state;
    double step = measure_clock_step();
    assert_true(step > 0 && step < 1e-3);
    assert_int_equal(measure_batch(10), 1);
    assert_true(measure_batch(1e-7) * 1e-7 >= 0.99 * fmax(1000 * step, 200e-6));
    assert_true(measure_batch(0) >= 1 && measure_batch(NAN) >= 1);
}

static void clock_goes_forward(void **state)
{
    (void)state;
    double last = measure_now();
    for (int i = 0; i < 1000; i++) {
        double now = measure_now();
        assert_true(now >= last);
        last = now;
    }
}

static void chase_visits_every_line_once(void **state)
{
    (void)state;
    enum { LINES = 1000 };
    void *memory = aligned_alloc(64, LINES * 64);
    void **start = roofs_link(memory, LINES * 64), **at = start;
    assert_non_null(start);
    bool seen[LINES] = {false};
    for (int i = 0; i < LINES; i++) {
        size_t line = (size_t)((char *)at - (char *)memory) / 64;
        assert_true(line < LINES && !seen[line]);
        seen[line] = true;
        at = roofs_chase(at, 1);
    }
    assert_ptr_equal(at, start);
    free(memory);
}

static void reading_reads_everything(void **state)
{
    (void)state;
    float *x = tensor_alloc(1280);
    for (int i = 0; i < 1280; i++) {
        x[i] = 1;
        assert_true(roofs_read(x, 1280) == 1);
        x[i] = 0;
    }
    free(x);
}

static void machine_has_a_name_and_roofs(void **state)
{
    (void)state;
    machine_info m;
    machine_describe(&m);
    assert_true(strlen(m.cpu) > 3 && m.cores >= 1 && strlen(m.compiler) > 3 &&
                strstr(m.flags, "-falign-functions=64"));
    assert_int_equal(strlen(m.date), 20);
    machine_measure(&m);
    assert_true(m.peak_flops > 0);
    for (int i = 0; i < MACHINE_LEVELS; i++) assert_true(m.bandwidth[i] > 0);
    char line[40];
    machine_line(&m, line, sizeof line); // cut, not overrun
    assert_int_equal(line[sizeof line - 1], 0);
    assert_true(roofs_multiply_add(1000) >= 1000);
    assert_true(roofs_rows(1000) >= 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statistics_by_hand),
        cmocka_unit_test(ratio_is_taken_pair_by_pair),
        cmocka_unit_test(batch_is_long_enough_for_the_clock),
        cmocka_unit_test(clock_goes_forward),
        cmocka_unit_test(chase_visits_every_line_once),
        cmocka_unit_test(reading_reads_everything),
        cmocka_unit_test(machine_has_a_name_and_roofs),
    };
    return run_tests(tests);
}
