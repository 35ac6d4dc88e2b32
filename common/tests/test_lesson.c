// test_lesson.c: a small lesson with cells that work, crash, exit and wait, run as a program of its own.
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure/blas_peer.h"
#include "lesson/prose/choice.h"
#include "lesson/lesson.h"
#include "lesson/prose/outcomes.h"
#include "lesson/state.h"
#include "lesson/text.h"

LESSON_TEXT;

const bench_module module_bench = {.name = "00_test"}; // a lesson's cells may measure; these do not

// %% [markdown]
// # A heading
//
// Prose of {early} and {late} and {never} and {predicted:early}, and {Not A Name}, long enough
// to be filled into more than one line of the terminal.
//
// - an item

// %% First
CELL(first)
{
    predict("early", "how many?", "s");
    record("early", 12.5, "s");
    printf("first ran\n");
}

// %% Second
CELL(second)
{
    printf("second says\n");
    fflush(stdout);
    abort();
}

// %% [markdown]
// Between {early}. You guessed {predicted:early}; it is {early} (you guessed {predicted:early}).
//
// ## The third: `some_function`
//
// It leads to the third, after {early}.

// %% Third
CELL(third)
{
    if (worked("some_function", TT_TODO)) record("later", 1, "x");
    record("late", 3, "x");
    exit(7);
}

// %% [markdown]
// It came out as {later}, and more than one line of prose
// gives its conclusion away.
//
// Once more: {later}.
//
// ### Beyond
//
// It leads to the fourth.

// %% Fourth
static double always_100(int amount) { return 100.0 + 0 * amount; }
static double falls_from_20(int amount) { return 20.0 / amount; }
static double falls_from_200(int amount) { return 200.0 / amount; }
static double nothing(int amount) { return NAN * amount; }
static double halved(lesson_way *way, int n) { return way(n) / way(2 * n); }

CELL(fourth)
{
    static lesson_way *const ways[][2] = {{always_100, falls_from_20},
                                          {falls_from_20, falls_from_20},
                                          {always_100, always_100},
                                          {nothing, falls_from_20},
                                          {always_100, falls_from_200}};
    lesson_exhibit row = {
        .name = "trap",
        .title = "A trap",
        .claim = "it is fast, as fast as one asks it to be, always.",
        .what = "speed",
        .unit = "x/s",
        .amount = 2,
        .test = halved,
        .finds = "what twice the work takes, and some words",
        .found_unit = "x",
        .least = 1.5,
        .most = 3,
        .how = "Because.",
    };
    for (int i = 0; i < COUNT(ways); i++) {
        row.lie = ways[i][0], row.truth = ways[i][1];
        exhibit(&row);
    }
}

// %% [markdown]
// [if early > 2 * late and late > 2]
// Early is {early} and much more.
// [else if early > late]
// Early is a little more.
// [else]
// Late is {late} and more, or as much.
// [not measured]
// Nobody knows whether early or late is more.
// [end]
//
// The end: {late}. It said {trap_lie}, and was {trap_true}.

static char folder[] = "/tmp/tt_lesson_XXXXXX";

// Run this program as a lesson and read what it prints.
static char *walk(const char *options, int expected)
{
    static char text[16384];
    char command[640];
    snprintf(command, sizeof command, "/proc/%d/exe lesson --folder %s %s </dev/null 2>&1", (int)getpid(),
             folder, options);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    size_t used = fread(text, 1, sizeof text - 1, f);
    text[used] = 0;
    int status = pclose(f);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
    return text;
}

#define has(text, part)                                                                                      \
    do {                                                                                                     \
        if (!strstr(text, part)) fail_msg("\"%s\" is not in: %s", part, text);                               \
    } while (0)

static void walk_goes_on_past_bad_cells(void **state)
{
    (void)state;
    char *text = walk("", 0);
    has(text, "first ran");
    has(text, "In [2]: Second");
    has(text, "second says");
    has(text, "Cell second: Aborted");
    has(text, "some_function: not written yet");
    has(text, "Cell third: ended with exit code 7");
    has(text, "Your guess: how many?");
}

static void prose_is_filled_in(void **state)
{
    (void)state;
    char *text = walk("", 0);
    has(text, "Between 12.5 s. It is 12.5 s.\n"); // of a guess that was not made nothing is said
    has(text, "The end: 3 x.");
    // What later cells record is not known yet.
    has(text, "(not measured) and (not measured) and (not measured) and (no guess)");
    has(text, "{Not A Name}");
    has(text, "A heading\n=========");
    has(text, "\n- an item\n");
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) assert_true(strlen(line) <= 80);
}

static void a_page_wants_every_name(void **state)
{
    (void)state;
    char page[] = "/tmp/tt_page_XXXXXX", options[96];
    close(mkstemp(page));
    remove(page);
    snprintf(options, sizeof options, "--quiet --html %s", page);
    has(walk(options, 1), "test_lesson.c:25: {never} in the prose before cell \"First\": no cell records");
    assert_int_equal(access(page, F_OK), -1);
    snprintf(options, sizeof options, "--cell first --html %s", page);
    has(walk(options, 2), "usage:"); // a page is of the whole lesson
}

static void one_cell_can_be_run(void **state)
{
    (void)state;
    walk("", 0);
    char *text = walk("--cell third", 0); // with the prose that belongs to it, and an earlier run's numbers
    has(text, "It leads to the third, after 12.5 s (20");
    has(text, "some_function");
    const char *told = strstr(text, "After you wrote `some_function`: what the cell \"Third\" measured.\n");
    assert_non_null(told);
    assert_null(strstr(told + 1, "After you wrote"));
    assert_null(strstr(text, "conclusion"));
    assert_null(strstr(text, "Between"));
    assert_null(strstr(text, "Beyond"));
    assert_null(strstr(text, "first ran"));
    assert_null(strstr(text, "The end"));
    text = walk("--from third", 0);
    has(text, "The end: 3 x.");
    assert_null(strstr(text, "second says"));
    has(walk("--list", 0), "second               Second");
    has(walk("--cell nobody", 2), "no cell of that name");
    has(walk("--nonsense", 2), "usage:");
}

static void an_exhibit_says_what_this_run_found(void **state)
{
    (void)state;
    char *text = walk("--cell fourth", 0);
    has(text, "\nClaimed: it is fast, as fast as one asks it to be, always.\n");
    has(text, "  speed                                           100 x/s               10 x/s\n");
    has(text, "  what twice the work takes, and som                  1 x                  2 x\n");
    static const char *const verdicts[] = {"Told apart: in this run",
                                           "Did not show here: in this run the test finds no fault",
                                           "Undecided: in this run", "one of the two could not be measured",
                                           "Did not show here: in this run the two ways agree"};
    for (int i = 0; i < COUNT(verdicts); i++) {
        has(text, verdicts[i]);
        text = strstr(text, verdicts[i]); // one after the other, as the rows are
    }
    assert_null(strstr(walk("--cell fourth", 0), "nan"));
    has(walk("--from fourth", 0), "It said 100 x/s, and was 100 x/s.");
}

// The prose with these numbers.
static char *given(const char *numbers, int expected)
{
    char path[] = "/tmp/tt_given_XXXXXX", options[96];
    FILE *f = fdopen(mkstemp(path), "w");
    assert_non_null(f);
    fputs(numbers, f);
    fclose(f);
    snprintf(options, sizeof options, "--given %s", path);
    char *text = walk(options, expected);
    remove(path);
    return text;
}

static void a_sentence_is_chosen_by_the_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *numbers, *chosen;
    } rows[] = {{"early = 7 s\nlate = 3 x\n", "Early is 7 s and much more."},
                {"early = 6 s\nlate = 3 x\n", "Early is a little more."},
                {"# a comment\nearly=3 s\nlate=2 x\n", "Early is a little more."},
                {"early = 3 s\n late = 3 x", "Late is 3 x and more, or as much."},
                {"early = 3 s\n", "Nobody knows whether"},
                {"", "Nobody knows whether"}};
    for (int i = 0; i < COUNT(rows); i++) {
        char *text = given(rows[i].numbers, 0);
        has(text, rows[i].chosen);
        for (int other = 0; other < COUNT(rows); other++)
            if (strcmp(rows[other].chosen, rows[i].chosen) != 0)
                assert_null(strstr(text, rows[other].chosen));
        assert_null(strstr(text, "[if"));
        assert_null(strstr(text, "[end]"));
        assert_null(strstr(text, "first ran"));
    }
    has(walk("", 0), "Early is 12.5 s and much more."); // 12.5 against 3, from the cells
    has(given("early 3\n", 1), ":1: expected NAME = NUMBER UNIT, not \"early 3\"");
    has(walk("--given /nowhere/at/all", 1), "/nowhere/at/all");
}

static tt_status check(const char *prose, tt_status (*checks)(const lesson_run *run))
{
    static lesson_piece pieces[8];
    static char text[2048];
    snprintf(
        text, sizeof text,
        "// %%%% [markdown]\n%s\n// %%%% C\nrecord(\"a\"); record(\"b\"); record(\"c\"); record(\"d\");\n",
        prose);
    lesson_run run = {
        .text = text, .path = "l.c", .pieces = pieces, .piece_count = lesson_cut(pieces, 8, text)};
    return checks(&run);
}

static void a_malformed_mark_is_named_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *prose, *why;
    } rows[] = {
        {"// [if a > 1]\n// x", "l.c:2: [if] without an [end]"},
        {"// x\n// [end]", "l.c:3: a mark without an [if]"},
        {"// [else]", "l.c:2: a mark without an [if]"},
        {"// [if a > 1]\n// x\n// [if b > 1]", "l.c:4: [if] within a block"},
        {"// [if a > 1]\n// [else]\n// x\n// [end]", "l.c:2: an alternative without a sentence"},
        {"// [if a > 1]\n// x\n// [else]\n//\n// [end]", "l.c:4: an alternative without a sentence"},
        {"// [if a > 1]\n// x\n// [else]\n// y\n// [else if a > 2]\n// z\n// [end]", "l.c:6: the order is"},
        {"// [if a > 1]\n// x\n// [not measured]\n// y\n// [else]\n// z\n// [end]", "l.c:6: the order is"},
        {"// [if a > 1]\n// x\n// [else]\n// y\n// [else]\n// z\n// [end]", "l.c:6: the order is"},
        {"// [if a >> 1]\n// x\n// [end]", "l.c:2: expected comparisons"},
        {"// [if a]\n// x\n// [end]", "l.c:2: expected comparisons"},
        {"// [if a > 1 or b > 1]\n// x\n// [end]", "l.c:2: expected comparisons"},
        {"// [if a > 1\n// x\n// [end]", "l.c:2: [if ...] stands alone"},
        {"// [if a > 1] and more\n// x\n// [end]", "l.c:2: [if ...] stands alone"},
        {"// [if A > 1]\n// x\n// [end]", "l.c:2: expected comparisons"},
        {"// [if nobody > 1]\n// x\n// [end]", "l.c:2: nobody: no cell records"},
        {"// [if a > b and c > d]\n// x\n// [end]", "l.c:2: a block compares at most three"},
        {"// [elif a > 1]\n// x\n// [end]", "l.c:2: [elif a > 1] is no mark"},
        {"// [if a > 1]\n// x\n// [otherwise]\n// y\n// [end]", "l.c:4: in a block, a line in brackets"},
    };
    for (int i = 0; i < COUNT(rows); i++) {
        if (check(rows[i].prose, lesson_check_marks) == TT_OK) fail_msg("passes: %s", rows[i].prose);
        has(tt_error(), rows[i].why);
    }
    static const char *const sound[] = {"// [if a > 1 and b < 2.5 * a and -1 <= a]\n// x\n// [end]",
                                        "// [if predicted:a >= 2 * a]\n// x\n//\n// y\n// [end]\n//\n// z",
                                        "// [a link](x)\n// or [if you like](y), [end](z) [x]"};
    for (int i = 0; i < COUNT(sound); i++)
        if (check(sound[i], lesson_check_marks) != TT_OK) fail_msg("%s: %s", sound[i], tt_error());
}

static void every_outcome_is_tried(void **state)
{
    (void)state;
    static lesson_state numbers;
    lesson = &numbers;
    static const struct {
        const char *prose, *why;
    } rows[] = {
        {"// [if a > 1]\n// x\n// [else if a > 2]\n// y\n// [end]", "l.c:4: no numbers lead to this"},
        {"// [if a > 1]\n// x\n// [else if a <= 1]\n// y\n// [end]", "l.c:4: a comparison that always"},
        {"// [if a > 2 * b and b > 2 * a and a > 0]\n// x\n// [end]", "l.c:2: no numbers lead"},
        {"// [if a > 1]\n// x {a b}\n// [end]", "l.c:2: a \"{\" is left"},
        {"// It is {a} faster.", "l.c:2: \"{a} faster\" outside of a block"},
        {"// It is {a} times\n// It is {a}\n// slower.", "l.c:3: \"{a} slower\" outside of a block"},
        {"// [if b > 1]\n// It is {a} times more.\n// [end]", "l.c:3: \"{a} more\" outside of a block"},
    };
    for (int i = 0; i < COUNT(rows); i++) {
        if (check(rows[i].prose, lesson_check_outcomes) == TT_OK) fail_msg("passes: %s", rows[i].prose);
        has(tt_error(), rows[i].why);
    }
    static const char *const sound[] = {
        "// {a} and {b}\n// [if a > 1]\n// {a} faster\n// [else]\n// y {c}\n// [not measured]\n// z\n// "
        "[end]",
        "// [if a > 1.1 * b and c < 0.95]\n// x\n// [else if b > 1.1 * a and a > 3]\n// y\n// [else]\n// "
        "z\n// [end]",
        "// [if a = 16]\n// x\n// [else if a = 8]\n// y\n// [end]",
        "// [if a > 0.9 and a < 1.1]\n// x\n// [else if a >= 100]\n// y\n// [end]"};
    for (int i = 0; i < COUNT(sound); i++)
        if (check(sound[i], lesson_check_outcomes) != TT_OK) fail_msg("%s: %s", sound[i], tt_error());
    lesson = NULL;
}

static void text_is_cut_at_its_marks(void **state)
{
    (void)state;
    lesson_piece pieces[4];
    assert_int_equal(lesson_cut(pieces, 4, ""), 0);
    assert_int_equal(lesson_cut(pieces, 4, "int x;\n"), 0);
    assert_int_equal(lesson_cut(pieces, 4, "a\n// %% [markdown]\n// p\n//\n// q\n// %% T\nf();\n\n\n"), 2);
    assert_true(pieces[0].is_prose && pieces[0].first_line == 3 && pieces[0].last_line == 5);
    assert_false(pieces[1].is_prose);
    assert_string_equal(pieces[1].title, "T");
    assert_int_equal(pieces[1].length, 4);
    const char *at = pieces[0].body;
    char line[16];
    assert_int_equal(lesson_prose_line(&pieces[0], &at, line, sizeof line), 1);
    assert_string_equal(line, "p");
    assert_int_equal(lesson_prose_line(&pieces[0], &at, line, sizeof line), 0);
    assert_int_equal(lesson_prose_line(&pieces[0], &at, line, sizeof line), 1);
    assert_int_equal(lesson_prose_line(&pieces[0], &at, line, sizeof line), -1);
    assert_int_equal(lesson_cut(pieces, 4, "// %% A\n// %% B\n// %% C\n// %% D\n// %% E\n"), 4);
    assert_int_equal(lesson_cut(pieces, 4, "// %%"), 1);
}

int main(int argc, char **argv)
{
    blas_peer_match_build(argv); // lesson_main would start this program again, without its first word
    if (argc > 1 && !strcmp(argv[1], "lesson")) return lesson_main(argc - 1, argv + 1, lesson_text);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walk_goes_on_past_bad_cells),
        cmocka_unit_test(prose_is_filled_in),
        cmocka_unit_test(a_page_wants_every_name),
        cmocka_unit_test(one_cell_can_be_run),
        cmocka_unit_test(an_exhibit_says_what_this_run_found),
        cmocka_unit_test(a_sentence_is_chosen_by_the_numbers),
        cmocka_unit_test(a_malformed_mark_is_named_with_its_line),
        cmocka_unit_test(every_outcome_is_tried),
        cmocka_unit_test(text_is_cut_at_its_marks),
    };
    if (!mkdtemp(folder)) return 1;
    int failed = run_tests(tests);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) != 0 || failed;
}
