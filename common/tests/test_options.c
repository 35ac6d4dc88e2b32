// test_options.c: what a command line sets, what is refused and in which words, and the usage in 80
// columns.
#include "check.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/options.h"

static bool quick;
static const char *out, *prompt, *second;
static long steps, any;
static double part;
static uint64_t seed;
static int data, command;
static char **rest;

static const option_choice sets[] = {{"fashion", NULL}, {"cifar", NULL}, {0}};
static const option_choice commands[] = {
    {"measure", "time everything"},
    {"claims", "one sentence that is long enough for a second line of the usage, which is "
               "as wide as a terminal"},
    {0}};
static const option_row rows[] = {{"--quick", NULL, "small sizes", OPTION_SWITCH(&quick)},
                                  {"--out", "FILE", "where it goes", OPTION_WORD(&out)},
                                  {"--steps", "N", "how many", OPTION_WHOLE(&steps, 1, 4096)},
                                  {"--any", "N", "as many as there are", OPTION_WHOLE(&any, -3, LONG_MAX)},
                                  {"--part", "P", "a share", OPTION_REAL(&part, 0, 1)},
                                  {"--seed", "S", "of what is drawn", OPTION_SEED(&seed)},
                                  {"--data-of-the-pictures", NULL, "which", OPTION_CHOICE(&data, sets)},
                                  {"PROMPT", NULL, "begins the text", OPTION_WORD(&prompt)},
                                  {"SECOND", NULL, "goes on", OPTION_WORD(&second)},
                                  {0}};
static const option_row strict[] = {{"COMMAND", NULL, "what to do:", OPTION_CHOICE(&command, commands)},
                                    {"--file", "FILE", "what is read", OPTION_NEEDED(&out)},
                                    {"--quick", NULL, "small sizes", OPTION_SWITCH(&quick)},
                                    {0}};
static const option_row opening[] = {{"--out", "FILE", "where it goes", OPTION_WORD(&out)},
                                     {"COMMAND", NULL, "and its own words", OPTION_REST(&rest)},
                                     {0}};

static int forget(void **state)
{
    (void)state;
    quick = false, out = prompt = second = NULL, rest = NULL;
    steps = any = data = command = -1, seed = 7, part = -1;
    return 0;
}

// Read the words of one line, with single blanks between them.
static tt_status read_line(const option_row *table, const char *line, bool *help)
{
    static char text[400], *words[40];
    int count = 0;
    snprintf(text, sizeof text, "%s", line);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) words[count++] = word;
    words[count] = NULL;
    return options_read(table, count, words, help);
}

static void every_kind_is_set(void **state)
{
    (void)state;
    bool help = false;
    assert_status(
        read_line(rows,
                  "one --quick --out - --steps 4096 --any -3 two --part 0.25 --data-of-the-pictures cifar",
                  &help),
        TT_OK);
    assert_true(quick && !help && steps == 4096 && any == -3 && part == 0.25 && data == 1);
    assert_string_equal(out, "-");
    assert_string_equal(prompt, "one");
    assert_string_equal(second, "two");
    assert_int_equal(seed, 7); // was not given
    assert_status(read_line(rows, "--seed 0xffffffffffffffff --steps 1 --steps 2 -", &help), TT_OK);
    assert_true(seed == UINT64_MAX && steps == 2);
    assert_string_equal(prompt, "-");
    assert_status(read_line(rows, "--seed 18446744073709551615 --out --quick", &help), TT_OK);
    assert_string_equal(out, "--quick"); // what stands behind an option is its value
    assert_status(read_line(rows, "", &help), TT_OK);
}

static void a_rest_is_left_to_the_command(void **state)
{
    (void)state;
    bool help = false;
    assert_status(read_line(opening, "--out here grade --out there --nonsense", &help), TT_OK);
    assert_string_equal(out, "here");
    assert_string_equal(rest[0], "grade");
    assert_string_equal(rest[3], "--nonsense");
    assert_null(rest[4]);
}

static void help_ends_the_reading(void **state)
{
    (void)state;
    static const char *const lines[] = {"--help", "-h", "--quick --help --nonsense"};
    for (int i = 0; i < COUNT(lines); i++) {
        bool help = false;
        assert_status(read_line(rows, lines[i], &help), TT_OK);
        assert_true(help);
    }
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    static const struct {
        const option_row *table;
        const char *line, *said;
    } cases[] = {
        {rows, "--nonsense", "--nonsense: no such option"},
        {rows, "--quic", "--quic: no such option"},
        {rows, "a b c", "c: one word too many"},
        {rows, "--out", "--out: nothing stands behind it; write --out FILE"},
        {rows, "--data-of-the-pictures", "; write --data-of-the-pictures fashion|cifar"},
        {rows, "--steps x", "--steps x: not a whole number; give one from 1 to 4096"},
        {rows, "--steps 7.5", "--steps 7.5: not a whole number"},
        {rows, "--steps 0", "--steps 0: a whole number out of range; give one from 1 to 4096"},
        {rows, "--steps 4097", "out of range"},
        {rows, "--any 99999999999999999999", "out of range; give one that is -3 or more"},
        {rows, "--any -4", "out of range"},
        {rows, "--part much", "--part much: not a number; give one from 0 to 1"},
        {rows, "--part nan", "not a number"},
        {rows, "--part inf", "out of range"},
        {rows, "--part 1.01", "out of range"},
        {rows, "--seed -1", "--seed -1: not a seed"},
        {rows, "--seed 0x", "not a seed"},
        {rows, "--seed 0x-1", "not a seed"},
        {rows, "--seed 18446744073709551616", "not a seed; give a whole number below 2^64"},
        {rows, "--data-of-the-pictures mnist", " mnist: no such choice; give one of fashion, cifar"},
        {strict, "--file f", "COMMAND is missing"},
        {strict, "measure", "--file FILE is missing"},
        {strict, "mesure --file f", "COMMAND mesure: no such choice; give one of measure, claims"},
        {opening, "--out here", "COMMAND is missing"},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        bool help = false;
        assert_status(read_line(cases[i].table, cases[i].line, &help), TT_BAD_VALUE);
        if (!strstr(tt_error(), cases[i].said))
            fail_msg("%s: \"%s\" is not in: %s", cases[i].line, cases[i].said, tt_error());
    }
    assert_true(steps == -1 && part == -1 && seed == 7 && data == -1); // as they were
}

static void an_empty_value_is_no_number(void **state)
{
    (void)state;
    static const char *const names[] = {"--steps", "--part", "--seed"};
    for (int i = 0; i < COUNT(names); i++) {
        bool help = false;
        char *words[] = {(char *)names[i], "", NULL};
        assert_status(options_read(rows, 2, words, &help), TT_BAD_VALUE);
    }
}

static void usage_is_80_columns_wide(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    assert_non_null(f);
    options_usage(f, "toy", NULL, rows);
    options_usage(f, "strict", "What it is about.", strict);
    options_usage(f, "grader", NULL, opening);
    options_usage(f, "a/program/whose/name/is/long/enough/to/end/in/column/sixty-nine", NULL, strict);
    fclose(f);
    static const char *const parts[] = {
        "usage: toy [OPTION ...] [PROMPT] [SECOND]\n",
        "\n  --quick             small sizes\n",
        "\n  --out FILE          where it goes\n",
        "\n  --data-of-the-pictures fashion|cifar\n                      which\n", // too long for its column
        "\nusage: strict --file FILE [OPTION ...] COMMAND\nWhat it is about.\n",
        "\n    measure           time everything\n",
        "enough for a second line of the\n                      usage, which",
        "\nusage: grader [OPTION ...] COMMAND ...\n",
        "sixty-nine --file\n       FILE [OPTION ...] COMMAND\n",
    };
    for (int i = 0; i < COUNT(parts); i++)
        if (!strstr(text, parts[i])) fail_msg("\"%s\" is not in: %s", parts[i], text);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) assert_true(strlen(line) <= 80);
    free(text);
}

// What a program does at its door, and what it prints there on which stream.
static int take(const option_row *table, const char *word, FILE **stream, char said[2048])
{
    char *words[] = {(char *)word, NULL};
    FILE *real = *stream;
    memset(said, 0, 2048);
    *stream = fmemopen(said, 2048, "w");
    assert_non_null(*stream);
    int code = options_take("somewhere/toy", NULL, table, word != NULL, words);
    fclose(*stream);
    *stream = real;
    return code;
}

static void the_door(void **state)
{
    (void)state;
    char said[2048];
    assert_int_equal(take(rows, "--quick", &stderr, said), -1);
    assert_int_equal(take(rows, NULL, &stderr, said), -1);
    assert_string_equal(said, "");
    assert_int_equal(take(rows, "--nonsense", &stderr, said), 2);
    assert_non_null(strstr(said, "toy: --nonsense: no such option\nusage: somewhere/toy [OPTION ...]"));
    assert_int_equal(take(rows, "-h", &stdout, said), 0);
    assert_non_null(strstr(said, "\n  --quick             small sizes\n"));
    assert_int_equal(take(strict, NULL, &stderr, said), 2); // it needs words: they are listed
    assert_non_null(strstr(said, "\n    measure           time everything\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_kind_is_set, forget),
        cmocka_unit_test_setup(a_rest_is_left_to_the_command, forget),
        cmocka_unit_test_setup(help_ends_the_reading, forget),
        cmocka_unit_test_setup(what_is_wrong_is_said, forget),
        cmocka_unit_test_setup(an_empty_value_is_no_number, forget),
        cmocka_unit_test(usage_is_80_columns_wide),
        cmocka_unit_test(the_door),
    };
    return run_tests(tests);
}
