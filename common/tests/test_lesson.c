// test_lesson.c: a small lesson with cells that work, crash, exit and wait, run as a program of its own.
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure/blas_peer.h"
#include "lesson/lesson.h"
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
// Between {early}.

// %% Third
CELL(third)
{
    worked("some_function", TT_TODO);
    record("late", 3, "x");
    exit(7);
}

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
// The end: {late}. It said {trap_lie}, and was {trap_true}.

// Run this program as a lesson and read what it prints.
static char *walk(const char *options, int expected)
{
    static char text[16384];
    char command[512];
    snprintf(command, sizeof command, "/proc/%d/exe lesson %s </dev/null 2>&1", (int)getpid(), options);
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
    has(text, "Between 12.5 s.");
    has(text, "The end: 3 x.");
    // What later cells record is not known yet.
    has(text, "(not measured) and (not measured) and (not measured) and nothing");
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
    has(walk(options, 1), "test_lesson.c:22: {never} in the prose before cell \"First\": no cell records");
    assert_int_equal(access(page, F_OK), -1);
    snprintf(options, sizeof options, "--cell first --html %s", page);
    has(walk(options, 2), "usage:"); // a page is of the whole lesson
}

static void one_cell_can_be_run(void **state)
{
    (void)state;
    char *text = walk("--cell third", 0);
    has(text, "Between");
    has(text, "some_function");
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
    has(walk("--from fourth", 0), "It said 100 x/s, and was 100 x/s.");
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
        cmocka_unit_test(text_is_cut_at_its_marks),
    };
    return run_tests(tests);
}
