// test_escape.c: text from outside stays text wherever it goes, and what may not be shown never arrives.
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"

#define UNKNOWN "\xef\xbf\xbd"

static void assert_made(const char *text, escape_place place, const char *expected)
{
    char *made = escape_make(text, place);
    assert_non_null(made);
    assert_string_equal(made, expected);
    free(made);
}

// What a writer writes.
#define WRITTEN(call)                                                                                        \
    ({                                                                                                       \
        static char text[1024];                                                                              \
        FILE *f = fmemopen(text, sizeof text, "w");                                                          \
        assert_non_null(f);                                                                                  \
        call;                                                                                                \
        fclose(f);                                                                                           \
        text;                                                                                                \
    })

static void utf8_is_decoded_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length, takes;
        uint32_t point;
    } rows[] = {
        {"a", 1, 1, 'a'},
        {"\0", 1, 1, 0},
        {"\xc2\x80", 2, 2, 0x80},
        {"\xdf\xbf", 2, 2, 0x7ff},
        {"\xe0\xa0\x80", 3, 3, 0x800},
        {"\xed\x9f\xbf", 3, 3, 0xd7ff},
        {"\xee\x80\x80", 3, 3, 0xe000},
        {"\xf0\x90\x80\x80", 4, 4, 0x10000},
        {"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff},
        {"\x80", 1, 0, 0},     // continues nothing
        {"\xff", 1, 0, 0},     // no such byte
        {"\xc0\xaf", 2, 0, 0}, // two bytes where one would do
        {"\xc1\xbf", 2, 0, 0},
        {"\xe0\x9f\xbf", 3, 0, 0},     // three where two would do
        {"\xf0\x8f\xbf\xbf", 4, 0, 0}, // four where three would do
        {"\xed\xa0\x80", 3, 0, 0},     // surrogates
        {"\xed\xbf\xbf", 3, 0, 0},
        {"\xf4\x90\x80\x80", 4, 0, 0},     // past the end
        {"\xf8\x88\x80\x80\x80", 5, 0, 0}, // five bytes
        {"\xe2\x82", 2, 0, 0},             // cut short
        {"\xe2\x82"
         "a",
         3, 0, 0}, // not continued
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t point = 0;
        assert_int_equal(escape_decode(&point, rows[i].text, rows[i].length), rows[i].takes);
        assert_int_equal(point, rows[i].point);
    }
}

static void only_what_has_a_shape_is_shown(void **state)
{
    (void)state;
    static const uint32_t shown[] = {' ',    '~',    0xa0,   0xac,   0xae,   0x61b,   0x61d,
                                     0x2010, 0x2027, 0x202f, 0x205f, 0x2070, 0xd7ff,  0xf900,
                                     0xfdcf, 0xfdf0, 0xfefe, 0xff9f, 0xfffc, 0x1f600, 0xdfffd};
    static const uint32_t hidden[] = {
        0,      '\t',   '\n',    0x1b,    0x1f,    0x7f,    0x80,    0x9b,     0x9f,    0xad,   0x61c,
        0x200b, 0x200d, 0x200e,  0x200f,  0x2028,  0x2029,  0x202a,  0x202e,   0x2060,  0x2066, 0x2069,
        0x206f, 0x3164, 0xd800,  0xdfff,  0xe000,  0xf8ff,  0xfdd0,  0xfdef,   0xfe0f,  0xfeff, 0xfff9,
        0xfffe, 0xffff, 0x1fffe, 0xdffff, 0xe0001, 0xe0100, 0xf0000, 0x100000, 0x10ffff};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (!escape_is_shown(shown[i])) fail_msg("U+%04X is not shown", (unsigned)shown[i]);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (escape_is_shown(hidden[i])) fail_msg("U+%04X is shown", (unsigned)hidden[i]);
}

static void every_place_has_its_quotes(void **state)
{
    (void)state;
    static const char text[] = "<a b='c'>&\"\x1b[2J\xc2\x9b\xe2\x80\xae\xff\xc3\xa4\n\t|";
    assert_made(text, ESCAPE_LINE, "<a b='c'>&\"\\x1b[2J\\xc2\\x9b\\xe2\\x80\\xae\\xff\xc3\xa4\\x0a\\x09|");
    assert_made(text, ESCAPE_LINES, "<a b='c'>&\"\\x1b[2J\\xc2\\x9b\\xe2\\x80\\xae\\xff\xc3\xa4\n\t|");
    assert_made(text, ESCAPE_HTML,
                "&lt;a b=&#39;c&#39;&gt;&amp;&quot;" UNKNOWN "[2J" UNKNOWN UNKNOWN UNKNOWN "\xc3\xa4\n\t|");
    assert_made(text, ESCAPE_JSON, "<a b='c'>&\"" UNKNOWN "[2J" UNKNOWN UNKNOWN UNKNOWN "\xc3\xa4\n\t|");
    assert_made(text, ESCAPE_GNUPLOT,
                "<a b=''c''>&\"" UNKNOWN "[2J" UNKNOWN UNKNOWN UNKNOWN "\xc3\xa4 " UNKNOWN "|");
    assert_made("", ESCAPE_HTML, "");
    assert_made(NULL, ESCAPE_LINE, "");
    assert_string_equal(WRITTEN(escape_bytes(f, "a\0<b", 3, ESCAPE_HTML)), "a" UNKNOWN "&lt;");
}

static void a_cell_is_no_formula(void **state)
{
    (void)state;
    assert_string_equal(WRITTEN(escape_csv(f, "plain")), "plain");
    assert_string_equal(WRITTEN(escape_csv(f, "a \"b\", c")), "\"a \"\"b\"\", c\"");
    assert_string_equal(WRITTEN(escape_csv(f, "=1+1")), "\"'=1+1\"");
    assert_string_equal(WRITTEN(escape_csv(f, "@x")), "\"'@x\"");
    assert_string_equal(WRITTEN(escape_csv(f, "two\nlines")), "\"two\nlines\"");
    assert_string_equal(WRITTEN(escape_csv(f, " a\x01")), "\" a" UNKNOWN "\"");
    assert_string_equal(WRITTEN(escape_csv(f, NULL)), "");
}

static void a_line_is_cut(void **state)
{
    (void)state;
    char out[64];
    assert_string_equal(escape_clip(out, sizeof out, "0123456789", 10), "0123456789");
    assert_string_equal(escape_clip(out, sizeof out, "0123456789a", 10), "0123456...");
    assert_string_equal(escape_clip(out, sizeof out, "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4", 4),
                        "\xc3\xa4...");
    assert_string_equal(escape_clip(out, sizeof out, "a\nb", 10), "a\\x0ab");
    assert_string_equal(escape_clip(out, sizeof out, NULL, 10), "");
}

static void first_lines_stand_behind_a_label(void **state)
{
    (void)state;
    char blocks[301];
    assert_string_equal(WRITTEN(escape_first_lines(f, "says: ", "", 2)), "");
    assert_string_equal(WRITTEN(escape_first_lines(f, "says: ", "one\n\x1b[2J\n", 2)),
                        "says: one\n      \\x1b[2J\n");
    assert_string_equal(WRITTEN(escape_first_lines(f, "says: ", "one\n\nthree", 2)),
                        "says: one\n      \n      ...\n");
    memset(blocks, 'x', 300), blocks[300] = 0;
    assert_int_equal(strcspn(WRITTEN(escape_first_lines(f, "says: ", blocks, 2)), "\n"), ESCAPE_COLUMNS);
}

static void lines_are_filled(void **state)
{
    (void)state;
    assert_string_equal(WRITTEN(escape_wrap(f, "", 0, 4)), "");
    assert_string_equal(WRITTEN(escape_wrap(f, "  3 | f(x)\n    | ^\n", 0, 2)), "    3 | f(x)\n      | ^\n");
    assert_string_equal(WRITTEN(escape_wrap(f, "first\n\nthird\x1b", 3, 3)), "first\n\n   third\\x1b\n");
    char words[400] = "", blocks[301];
    for (int i = 0; i < 60; i++)
        strcat(words, "\xc3\xa4"
                      "bcd ");
    char *text = WRITTEN(escape_wrap(f, words, 0, 6));
    int lines = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), lines++) {
        int columns = 0;
        for (char *at = line; *at; at++) columns += (*at & 0xc0) != 0x80;
        assert_true(columns <= ESCAPE_COLUMNS);
        assert_memory_equal(line,
                            "      \xc3\xa4"
                            "bcd",
                            11);
    }
    assert_int_equal(lines, 5); // 14 words of 5 columns in each of 72
    memset(blocks, 'x', 300), blocks[300] = 0;
    text = WRITTEN(escape_wrap(f, blocks, 0, 2)); // no blank to cut at
    assert_int_equal(strcspn(text, "\n"), ESCAPE_COLUMNS);
    text = WRITTEN(escape_wrap(f, blocks, 0, 200)); // no room: some anyway
    assert_int_equal(strcspn(text, "\n"), 220);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_decoded_or_refused),
        cmocka_unit_test(only_what_has_a_shape_is_shown),
        cmocka_unit_test(every_place_has_its_quotes),
        cmocka_unit_test(a_cell_is_no_formula),
        cmocka_unit_test(a_line_is_cut),
        cmocka_unit_test(first_lines_stand_behind_a_label),
        cmocka_unit_test(lines_are_filled),
    };
    return run_tests(tests);
}
