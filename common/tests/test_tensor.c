// test_tensor.c: status, random numbers, scratch memory, tensors and their comparison.
#include "check.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "core/rng.h"
#include "core/scratch.h"

static void status_has_words(void **state)
{
    (void)state;
    assert_string_equal(tt_status_text(TT_TODO), "not written yet");
    assert_string_equal(tt_status_text((tt_status)99), "unknown status");
    for (int s = 0; s < TT_STATUS_COUNT; s++) assert_true(strlen(tt_status_text((tt_status)s)) > 1);
    assert_int_equal(tt_fail(TT_BAD_FILE, "%s: %d", "x.gz", 7), TT_BAD_FILE);
    assert_string_equal(tt_error(), "x.gz: 7");
}

static void rng_repeats_and_stays_in_range(void **state)
{
    (void)state;
    tt_rng a = {5}, b = {5}, c = {6};
    assert_true(rng_next(&a) == rng_next(&b));
    assert_true(rng_next(&a) != rng_next(&c));
    int seen[7] = {0};
    double sum = 0, squares = 0;
    enum { DRAWS = 70000 };
    for (int i = 0; i < DRAWS; i++) {
        seen[rng_below(&a, 7)]++;
        float u = rng_uniform(&a), n = rng_normal(&a);
        assert_true(u >= 0 && u < 1);
        sum += n, squares += (double)n * n;
    }
    for (int i = 0; i < 7; i++) assert_in_range(seen[i], 9500, 10500); // 5 standard deviations
    assert_true(fabs(sum / DRAWS) < 0.02 && fabs(squares / DRAWS - 1) < 0.03);
    float x[1000];
    rng_fill_integers(&a, x, 1000, -3, 3);
    for (int i = 0; i < 1000; i++) assert_true(x[i] >= -3 && x[i] <= 3 && x[i] == floorf(x[i]));
}

static void rng_orders_all_once(void **state)
{
    (void)state;
    static const int expected[] = {2, 8, 7, 4, 5,
                                   6, 0, 1, 9, 3}; // of seed 3, by a program of another language
    int order[100], sorted[100] = {0};
    rng_order(&(tt_rng){3}, order, 10);
    assert_memory_equal(order, expected, sizeof expected);
    rng_order(&(tt_rng){4}, order, 100);
    for (int i = 0; i < 100; i++) sorted[order[i]]++;
    for (int i = 0; i < 100; i++) assert_int_equal(sorted[i], 1);
    rng_order(&(tt_rng){4}, order, 0);
}

// The first outputs of SplitMix64 for state 1234567, as the published algorithm gives them.
static void rng_is_splitmix(void **state)
{
    (void)state;
    tt_rng r = {1234567};
    assert_true(rng_next(&r) == 6457827717110365317u);
    assert_true(rng_next(&r) == 3203168211198807973u);
}

static void *use_scratch(void *arg)
{
    (void)arg;
    return memset(tt_scratch(TT_SCRATCH_KERNEL, 1000), 1, 1000);
}

static void scratch_grows_and_is_per_thread(void **state)
{
    (void)state;
    char *small = tt_scratch(TT_SCRATCH_KERNEL, 100);
    assert_non_null(small);
    assert_true((uintptr_t)small % TT_ALIGN == 0);
    assert_ptr_equal(tt_scratch(TT_SCRATCH_KERNEL, 50), small);
    char *large = tt_scratch(TT_SCRATCH_KERNEL, 1 << 20);
    memset(large, 0, 1 << 20);
    assert_true(tt_scratch(TT_SCRATCH_LAYER, 100) != (void *)large);
    assert_null(tt_scratch(TT_SCRATCH_KERNEL, (size_t)-1));
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, use_scratch, NULL), 0);
    pthread_join(other, NULL);
    assert_int_equal(large[0], 0);
}

static void tensor_knows_its_shape(void **state)
{
    (void)state;
    tensor t = {0}, view = {0};
    assert_status(tensor_create(&t, 3, (int[]){2, 3, 4}), TT_OK);
    assert_int_equal(tensor_count(&t), 24);
    assert_true((uintptr_t)t.data % 64 == 0);
    for (int i = 0; i < 24; i++) assert_true(t.data[i] == 0);
    assert_status(tensor_reshape(&view, &t, 2, (int[]){6, 4}), TT_OK);
    assert_ptr_equal(view.data, t.data);
    assert_false(view.owns_data);
    assert_status(tensor_rows(&view, &t, 1, 1), TT_OK);
    assert_ptr_equal(view.data, t.data + 12);
    assert_int_equal(tensor_count(&view), 12);
    tensor before = view;
    assert_status(tensor_rows(&view, &t, 1, 2), TT_BAD_SHAPE);
    assert_status(tensor_rows(&view, &t, -1, 1), TT_BAD_SHAPE);
    assert_status(tensor_reshape(&view, &t, 2, (int[]){5, 5}), TT_BAD_SHAPE);
    assert_memory_equal(&before, &view, sizeof view);
    tensor_finish(&t);
    tensor_finish(&t);
    tensor_finish(NULL);
    assert_int_equal(tensor_count(&t), 0);
}

static void tensor_refuses_what_cannot_be(void **state)
{
    (void)state;
    tensor t = {.dims = 77};
    assert_status(tensor_create(&t, 0, (int[]){1}), TT_BAD_SHAPE);
    assert_status(tensor_create(&t, 5, (int[]){1, 1, 1, 1, 1}), TT_BAD_SHAPE);
    assert_status(tensor_create(&t, 2, (int[]){3, -1}), TT_BAD_SHAPE);
    assert_status(tensor_create(&t, 4, (int[]){1 << 30, 1 << 30, 1 << 30, 1 << 30}), TT_BAD_SHAPE);
    assert_int_equal(t.dims, 77);
    assert_status(tensor_create(&t, 2, (int[]){0, 5}), TT_OK);
    assert_int_equal(tensor_count(&t), 0);
    tensor_finish(&t);
}

static void comparison_finds_the_place_and_never_passes_nan(void **state)
{
    (void)state;
    float want[4] = {1, 2, 3, 4}, got[4] = {1, 2.25f, 3, 5};
    tensor_difference d = tensor_compare(got, want, 4, 0.5);
    assert_false(d.ok);
    assert_int_equal(d.index, 3);
    assert_true(d.largest == 1 && d.got == 5 && d.want == 4);
    d = tensor_compare(got, want, 4, 0.125);
    assert_int_equal(d.index, 1);
    assert_true(d.largest == 1);
    assert_true(tensor_compare(got, want, 4, 1).ok);
    assert_true(tensor_compare(got, want, 0, 0).ok);
    for (int i = 0; i < 4; i++) {
        float bad[4] = {1, 2, 3, 4};
        bad[i] = NAN;
        assert_false(tensor_compare(bad, want, 4, INFINITY).ok);
        assert_false(tensor_compare(bad, bad, 4, 1).ok);
        bad[i] = INFINITY;
        assert_false(tensor_compare(bad, want, 4, 1e30).ok);
        assert_false(tensor_compare(bad, bad, 4, 1).ok);
        assert_int_equal(tensor_compare(bad, want, 4, 1).index, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_has_words),
        cmocka_unit_test(rng_repeats_and_stays_in_range),
        cmocka_unit_test(rng_orders_all_once),
        cmocka_unit_test(rng_is_splitmix),
        cmocka_unit_test(scratch_grows_and_is_per_thread),
        cmocka_unit_test(tensor_knows_its_shape),
        cmocka_unit_test(tensor_refuses_what_cannot_be),
        cmocka_unit_test(comparison_finds_the_place_and_never_passes_nan),
    };
    return run_tests(tests);
}
