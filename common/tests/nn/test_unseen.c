// test_unseen.c: the same key gives the same inputs, another key others; none of them is known, and all are what they were.
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/unseen.h"
#include "nn/evaluate.h"
#include "ops/backend.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { COUNT_OF = 2000, KEY = 20 };

static fashion_set test;
static unsigned char pixels[COUNT_OF * FASHION_PIXELS], again[COUNT_OF * FASHION_PIXELS];
static int labels[COUNT_OF], labels_again[COUNT_OF];

TEST(a_key_is_all_that_counts)
{
    assert_status(unseen_pictures(pixels, labels, COUNT_OF, &test, KEY), TT_OK);
    assert_status(unseen_pictures(again, labels_again, COUNT_OF / 2, &test, KEY), TT_OK);
    assert_memory_equal(pixels, again, sizeof pixels / 2);
    assert_memory_equal(labels, labels_again, sizeof labels / 2);
    assert_status(unseen_pictures(again, labels_again, COUNT_OF, &test, KEY + 1), TT_OK);
    int same = 0;
    for (int i = 0; i < COUNT_OF; i++)
        same += !memcmp(pixels + i * FASHION_PIXELS, again + i * FASHION_PIXELS, FASHION_PIXELS);
    assert_int_equal(same, 0);
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(*(unsigned char *const *)a, *(unsigned char *const *)b, FASHION_PIXELS);
}

TEST(no_picture_is_one_of_the_test_set)
{
    const unsigned char **sorted = malloc((size_t)test.count * sizeof *sorted);
    assert_non_null(sorted);
    for (int i = 0; i < test.count; i++) sorted[i] = test.images + (size_t)i * FASHION_PIXELS;
    qsort(sorted, (size_t)test.count, sizeof *sorted, by_bytes);
    for (int i = 0; i < COUNT_OF; i++) {
        const unsigned char *one = pixels + (size_t)i * FASHION_PIXELS;
        assert_null(bsearch(&one, sorted, (size_t)test.count, sizeof *sorted, by_bytes));
    }
    free(sorted);
}

// They still show what they showed: a network that was trained on moved pictures loses little on them.
TEST(the_cnn_still_knows_them)
{
    unsigned char bytes[COUNT_OF];
    char path[512];
    net m;
    evaluation known, unseen;
    for (int i = 0; i < COUNT_OF; i++) bytes[i] = (unsigned char)labels[i];
    const int folder = (int)(strrchr(__FILE__, '/') - __FILE__);
    snprintf(path, sizeof path, "%.*s/../../../datasets/weights/cnn.safetensors", folder, __FILE__);
    assert_status(net_load(&m, "cnn", path), TT_OK);
    const tt_backend *before = backend;
    backend_use(&backend_blas);
    assert_status(evaluate_pictures(&known, NULL, &m, test.images, test.labels, COUNT_OF), TT_OK);
    assert_status(evaluate_pictures(&unseen, NULL, &m, pixels, bytes, COUNT_OF), TT_OK);
    backend_use(before);
    if (!(unseen.accuracy > known.accuracy - 0.08))
        fail_msg("accuracy %.4f, of the test pictures %.4f", unseen.accuracy, known.accuracy);
    net_finish(&m);
}

TEST(text_is_cut_elsewhere)
{
    enum { WINDOWS = 50, LENGTH = 48 };
    static int ids[WINDOWS * LENGTH], answers[WINDOWS * LENGTH], others[WINDOWS * LENGTH],
        to[WINDOWS * LENGTH];
    text_corpus text = {0};
    text_split split;
    assert_status(text_load(&text), TT_OK);
    assert_status(text_split_make(&split, text.count, 1), TT_OK);
    assert_status(unseen_text(ids, answers, WINDOWS, LENGTH, &text, &split, KEY), TT_OK);
    assert_status(unseen_text(others, to, WINDOWS, LENGTH, &text, &split, KEY), TT_OK);
    assert_memory_equal(ids, others, sizeof ids);
    assert_status(unseen_text(others, to, WINDOWS, LENGTH, &text, &split, KEY + 1), TT_OK);
    assert_memory_not_equal(ids, others, sizeof ids);
    for (int w = 0; w < WINDOWS; w++)
        assert_memory_equal(ids + w * LENGTH + 1, answers + w * LENGTH, (LENGTH - 1) * sizeof *ids);
    assert_status(unseen_text(ids, answers, 1, 1 << 28, &text, &split, KEY), TT_BAD_SHAPE);
    text_finish(&text);
}

TEST(what_is_wrong_changes_nothing)
{
    assert_status(unseen_pictures(NULL, labels, 1, &test, KEY), TT_BAD_VALUE);
    assert_status(unseen_pictures(pixels, labels, -1, &test, KEY), TT_BAD_SHAPE);
    assert_status(unseen_pictures(pixels, labels, 1, &(fashion_set){0}, KEY), TT_BAD_SHAPE);
}

int main(void)
{
    if (fashion_load(&test, PART_TEST) != TT_OK) return puts(tt_error()), 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_all_that_counts),      cmocka_unit_test(no_picture_is_one_of_the_test_set),
        cmocka_unit_test(the_cnn_still_knows_them),      cmocka_unit_test(text_is_cut_elsewhere),
        cmocka_unit_test(what_is_wrong_changes_nothing),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fashion_finish(&test);
    return !!failed;
}
