// test_parts.c: the pictures kept for validation: disjoint from the others, complete, the same on every machine.
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/rng.h"
#include "data/fashion.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { FEW = 60, CLASSES = 3 };

static void make_labels(unsigned char *labels)
{
    for (int i = 0; i < FEW; i++) labels[i] = (unsigned char)(i * 7 % 5 % CLASSES); // 24, 24 and 12
}

// Which ones are drawn was computed by a program of another language from the description in parts.h.
TEST(draws_whole_twelfths_of_each_class)
{
    static const int expected[] = {5, 7, 32, 36, 49};
    unsigned char labels[FEW], kept[FEW], again[FEW];
    make_labels(labels);
    assert_status(parts_draw(kept, labels, FEW, CLASSES, 5), TT_OK);
    int each[CLASSES] = {0}, at = 0;
    for (int i = 0; i < FEW; i++) {
        each[labels[i]] += kept[i];
        if (kept[i]) assert_int_equal(i, expected[at++]);
    }
    assert_true(each[0] == 2 && each[1] == 2 && each[2] == 1);
    assert_status(parts_draw(again, labels, FEW, CLASSES, 5), TT_OK);
    assert_memory_equal(kept, again, FEW);
    assert_status(parts_draw(again, labels, FEW, CLASSES, 6), TT_OK);
    assert_memory_not_equal(kept, again, FEW);
}

// Pictures of two bytes that know where they came from.
TEST(parts_are_disjoint_and_complete)
{
    unsigned char labels[FEW], seen[FEW] = {0};
    for (data_part part = PART_TRAIN; part <= PART_BOTH; part++) {
        unsigned char pixels[FEW][2], own[FEW];
        int count = FEW, before = -1;
        make_labels(labels), make_labels(own);
        for (int i = 0; i < FEW; i++)
            pixels[i][0] = (unsigned char)i, pixels[i][1] = (unsigned char)(i ^ 0xff);
        assert_status(parts_take(&count, pixels[0], 2, own, CLASSES, part), TT_OK);
        assert_int_equal(count, part == PART_BOTH ? FEW : part == PART_VALIDATION ? 5 : FEW - 5);
        for (int i = 0; i < count; before = pixels[i][0], i++) {
            assert_true(pixels[i][0] > before && pixels[i][1] == (pixels[i][0] ^ 0xff)); // in their order
            assert_int_equal(own[i], labels[pixels[i][0]]);
            seen[pixels[i][0]]++;
        }
    }
    for (int i = 0; i < FEW; i++) assert_int_equal(seen[i], 2); // in one of the two, and in both together
}

TEST(what_cannot_be_divided_is_refused)
{
    unsigned char labels[FEW], kept[FEW], pixels[FEW] = {0};
    int count = 11;
    make_labels(labels);
    assert_status(parts_draw(NULL, labels, FEW, CLASSES, 1), TT_BAD_VALUE);
    assert_status(parts_draw(kept, labels, 0, CLASSES, 1), TT_BAD_VALUE);
    assert_status(parts_draw(kept, labels, FEW, 257, 1), TT_BAD_VALUE);
    memset(kept, 7, sizeof kept);
    assert_status(parts_draw(kept, labels, FEW, CLASSES - 1, 1), TT_BAD_VALUE);
    assert_non_null(strstr(tt_error(), "label 2 of picture 1 is not below 2"));
    assert_int_equal(kept[0], 7);
    assert_status(parts_take(&count, pixels, 1, labels, CLASSES, PART_VALIDATION), TT_BAD_FILE);
    assert_non_null(strstr(tt_error(), "11 training pictures leave none for validation"));
    assert_int_equal(count, 11);
    assert_status(parts_take(&count, pixels, 1, labels, CLASSES, PART_TRAIN), TT_OK);
    assert_int_equal(count, 11);
    assert_status(parts_take(&count, pixels, 1, labels, CLASSES, PART_TEST), TT_BAD_VALUE);
}

// The same bytes as on the machine where the shipped models were trained.
TEST(fashion_is_divided_the_same_everywhere)
{
    static const struct {
        data_part part;
        int count;
        uLong images, labels; // crc32, by the same other program
    } parts[] = {{PART_TRAIN, 55000, 0x6fc5283f, 0x17ba92ed},
                 {PART_VALIDATION, 5000, 0x52e8545a, 0x422ed735}};
    assert_int_equal(unsetenv("DATA_DIR"), 0);
    for (int p = 0; p < COUNT(parts); p++) {
        fashion_set set;
        int each[FASHION_CLASSES] = {0};
        assert_status(fashion_load(&set, parts[p].part), TT_OK);
        assert_int_equal(set.count, parts[p].count);
        for (int i = 0; i < set.count; i++) each[set.labels[i]]++;
        for (int c = 0; c < FASHION_CLASSES; c++) assert_int_equal(each[c], set.count / FASHION_CLASSES);
        assert_int_equal(crc32(0, set.images, (uInt)set.count * FASHION_PIXELS), parts[p].images);
        assert_int_equal(crc32(0, set.labels, (uInt)set.count), parts[p].labels);
        fashion_finish(&set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_whole_twelfths_of_each_class),
        cmocka_unit_test(parts_are_disjoint_and_complete),
        cmocka_unit_test(what_cannot_be_divided_is_refused),
        cmocka_unit_test(fashion_is_divided_the_same_everywhere),
    };
    return run_tests(tests);
}
