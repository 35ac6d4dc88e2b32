// test_seam.c: whose function is taken where a student's files are half written, by each choice of sides; what is said.
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

#include "combine.h"
#include "ops/backend.h"
#include "quantization.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

tt_status decode_matvec(float *out, const float *x, const float *w, const float *bias, int n, int k);

enum { BOTH, MINE, COMMON, CHOICES };
static const unsigned sides[CHOICES] = {COURSE_BOTH, 1 << COURSE_MINE, COURSE_COMMON_ONLY};

// The reference is there, or this is a hand-out, where what would be its is common's or nobody's.
#define REFERENCE_OR(side) (with_reference ? COURSE_REFERENCE : (side))
static bool with_reference;

static void assert_whose(unsigned of, const char *function, course_side expected)
{
    if (course_whose(function) != expected)
        fail_msg("%s is side %d's, expected %d's, with sides %u", function, course_whose(function), expected,
                 of);
}

TEST(each_function_is_the_first_that_works)
{
    static const struct {
        const char *name;
        bool mine, common;
    } rows[] = {{"matmul_reordered", true, true},      {"matmul_packed", false, true},
                {"decode_matvec", true, false},        {"kv_cache_init", false, false},
                {"attention_decode", false, false},    {"kv_cache_reset", false, false},
                {"kv_cache_past", false, false},       {"quant_pack", false, false},
                {"sparse_blocks_matmul", false, false}};
    for (int choice = 0; choice < CHOICES; choice++) {
        assert_status(course_open(sides[choice]), TT_OK);
        for (int i = 0; i < COUNT(rows); i++) {
            const course_side last = rows[i].common ? COURSE_COMMON : COURSE_NOBODY;
            assert_whose(sides[choice], rows[i].name,
                         choice != COMMON && rows[i].mine ? COURSE_MINE
                         : choice == BOTH                 ? REFERENCE_OR(last)
                                                          : last);
        }
    }
    assert_int_equal(course_whose("no_function"), COURSE_NOBODY);
}

TEST(what_is_nobodys_is_left_out_and_named)
{
    assert_status(course_open(1 << COURSE_MINE), TT_OK);
    assert_null(course_lacks(COURSE_ACCELERATION));
    assert_non_null(course_lacks(COURSE_INT8));
    assert_int_equal(course_present(COURSE_ACCELERATION | COURSE_INT8 | COURSE_CACHE), COURSE_ACCELERATION);
    int8_t packed[72];
    int32_t sums[2];
    assert_status(quant_pack(packed, sums, (const int8_t[4]){0}, 2, 2), TT_TODO);
    assert_status(course_open(COURSE_BOTH), TT_OK);
    assert_status(quant_pack(packed, sums, (const int8_t[4]){0}, 2, 2), with_reference ? TT_OK : TT_TODO);
    if (with_reference) assert_null(course_lacks((1u << COURSE_PARTS) - 1));
}

TEST(the_contracts_name_calls_the_chosen_one)
{
    const float x[] = {1, 2}, w[] = {1, 2, 3, 4};
    float out[2];
    for (int choice = BOTH; choice <= MINE; choice++) {
        assert_status(course_open(sides[choice]), TT_OK);
        assert_status(decode_matvec(out, x, w, NULL, 2, 2), TT_OK);
        assert_close(out, ((float[]){7, 10}), 2, 0);
    }
}

// All that course_who prints, and its longest line.
static int who(char *text, size_t size)
{
    int longest = 0;
    FILE *to = fmemopen(text, size, "w");
    assert_non_null(to);
    course_who(to);
    fclose(to);
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
        if ((int)strcspn(line, "\n") > longest) longest = (int)strcspn(line, "\n");
    return longest;
}

TEST(who_says_it_in_80_columns)
{
    static const char *const says[] = {"yours      matmul_reordered",
                                       "Your attention_decode was passed over:\n  crashed",
                                       "Your kv_cache_reset was passed over:\n  no end after",
                                       "Your kv_cache_init was passed over:\n  refuses",
                                       "Your matmul_packed was passed over:\n  ended the program"};
    char text[8192];
    for (int choice = 0; choice < CHOICES; choice++) {
        assert_status(course_open(sides[choice]), TT_OK);
        assert_in_range(who(text, sizeof text), 40, 80);
        for (int i = 0; i < COUNT(says); i++)
            if (!strstr(text, says[i]) != (choice == COMMON)) fail_msg("\"%s\" in:\n%s", says[i], text);
        if (strstr(text, "attention_prefill was passed over"))
            fail_msg("what is unwritten has no reason:\n%s", text);
    }
}

TEST(the_combinations_are_a_table)
{
    int allowed = 0;
    char name[COURSE_NAME];
    for (int i = 0; i < course_model_count; i++)
        for (unsigned parts = 0; parts < 1u << COURSE_PARTS; parts++)
            allowed += course_check(course_models[i].model, parts) == TT_OK;
    assert_int_equal(allowed, 8 - 2 + 8 + 16 - 4); // mlp, cnn, gpt
    assert_status(course_check("gpt", COURSE_INT8 | COURSE_PRUNING | COURSE_CACHE), TT_BAD_VALUE);
    assert_non_null(strstr(tt_error(), "gpt"));
    assert_non_null(strstr(tt_error(), "16+17 together is refused"));
    assert_status(course_check("cnn", COURSE_ACCELERATION | COURSE_CACHE), TT_BAD_VALUE);
    assert_non_null(strstr(tt_error(), "module 18"));
    assert_status(course_check("rnn", 0), TT_BAD_VALUE);
    assert_string_equal(course_name(name, COURSE_ACCELERATION | COURSE_INT8 | COURSE_CACHE), "15+16+18");
    assert_string_equal(course_name(name, 0), "none");
    assert_string_equal(course_name(name, 15), "15+16+17+18");
}

int main(int argc, char **argv)
{
    with_reference = argc > 1 && strcmp(argv[1], "with-reference") == 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_function_is_the_first_that_works),
        cmocka_unit_test(what_is_nobodys_is_left_out_and_named),
        cmocka_unit_test(the_contracts_name_calls_the_chosen_one),
        cmocka_unit_test(who_says_it_in_80_columns),
        cmocka_unit_test(the_combinations_are_a_table),
    };
    return run_tests(tests);
}
