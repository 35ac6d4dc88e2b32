// grade.c: the program: every case as a cmocka test, then a table of verdicts and points.
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "parent.h"

enum { MOST_CASES = 128 };

typedef enum { EXPECT_ALL_PASSED, EXPECT_ALL_TODO, EXPECT_AT_MOST, EXPECT_FAILED } expectation;

static grade_setup setup = {.seed = 1};
static grade_outcome outcomes[MOST_CASES];
static bool done[MOST_CASES];

// The pace case of this function, -1 if it has none.
static int pace_of(const grade_case *row)
{
    for (int i = 0; i < grade_case_count; i++)
        if (grade_cases[i].flags & CASE_PACE && !strcmp(grade_cases[i].function, row->function)) return i;
    return -1;
}

static void test_case(void **state)
{
    int index = (int)(intptr_t)*state, pace = pace_of(&grade_cases[index]);
    grade_outcome *o = &outcomes[index];
    done[index] = true;
    grade_run_case(&grade_cases[index], &setup, o);
    if (pace < 0 || pace == index || !done[pace] || outcomes[pace].verdict == VERDICT_PASSED) return;
    o->verdict = VERDICT_NOT_COUNTED;
    o->points = 0;
    snprintf(o->message, sizeof o->message, "right, but not counted: see \"%s\"", grade_cases[pace].name);
    fail_msg("%s", o->message);
}

static int end_case(void **state)
{
    (void)state;
    grade_end_case();
    return 0;
}

// Run the cases that are asked for, pace cases first.
static void run_cases(const char *only)
{
    static struct CMUnitTest tests[MOST_CASES];
    static char names[MOST_CASES][96];
    size_t count = 0;
    for (int first = 1; first >= 0; first--)
        for (int i = 0; i < grade_case_count; i++) {
            const grade_case *row = &grade_cases[i];
            bool is_pace = row->flags & CASE_PACE;
            snprintf(names[i], sizeof names[i], "%s: %s", row->function, row->name);
            if (is_pace != first || (only && !strstr(names[i], only))) continue;
            tests[count++] = (struct CMUnitTest){.name = names[i],
                                                 .test_func = test_case,
                                                 .teardown_func = end_case,
                                                 .initial_state = (void *)(intptr_t)i};
        }
    fflush(NULL); // what cmocka prints goes nowhere: the report below says it better
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nothing, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    _cmocka_run_group_tests("grade", tests, count, NULL, NULL);
    fflush(NULL);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out), close(err), close(nothing);
}

// --- The report ---

static const char *const verdict_names[] = {"passed", "wrong", "to do", "crashed", "stuck", "not counted"};

// The message, in lines that fit behind the table's second column.
static void print_indented(const char *message)
{
    enum { INDENT = 12, COLUMNS = 79 };
    while (*message) {
        size_t length = strlen(message), room = COLUMNS - INDENT;
        if (length > room) {
            length = room;
            while (length > 1 && message[length] != ' ') length--;
        }
        printf("%*s%.*s\n", INDENT, "", (int)length, message);
        message += length;
        message += strspn(message, " ");
    }
}

static void print_report(double *score, int *passed, int *failed)
{
    const char *function = "";
    double total = 0;
    *score = 0, *passed = 0, *failed = 0;
    printf("%9s  %-42s %s\n", "points", "case", "verdict");
    for (int i = 0; i < grade_case_count; i++) {
        if (!done[i]) continue;
        const grade_case *row = &grade_cases[i];
        const grade_outcome *o = &outcomes[i];
        if (strcmp(function, row->function) != 0) printf("%s\n", function = row->function);
        char points[24] = "";
        if (row->points) snprintf(points, sizeof points, "%.3g/%d", round(o->points * 10) / 10, row->points);
        printf("%9s  %-42s %s\n", points, row->name, verdict_names[o->verdict]);
        if (o->verdict != VERDICT_TODO) print_indented(o->message);
        *score += o->points;
        total += row->points;
        if (o->verdict == VERDICT_PASSED) ++*passed;
        else ++*failed;
    }
    for (int i = 0; i < grade_case_count; i++)
        if (done[i] && outcomes[i].verdict != VERDICT_PASSED) {
            printf("\nNext: %s, \"%s\"\n", grade_cases[i].function, grade_cases[i].name);
            print_indented(outcomes[i].message);
            break;
        }
    *score = floor(*score + 1e-9);
    printf("\nSeed %llu repeats these inputs.\n", (unsigned long long)setup.seed);
    printf("Score: %.0f/%.0f\n%d passed, %d failed\n", *score, total, *passed, *failed);
}

// --- What a test expects of the report ---

static bool as_expected(expectation what, const char *argument, double score, int failed)
{
    int todo = 0, named = 0, count = 0;
    for (int i = 0; i < grade_case_count; i++) {
        char name[96];
        snprintf(name, sizeof name, "%s: %s", grade_cases[i].function, grade_cases[i].name);
        count += done[i];
        todo += done[i] && outcomes[i].verdict == VERDICT_TODO;
        named += done[i] && outcomes[i].verdict != VERDICT_PASSED && outcomes[i].verdict != VERDICT_TODO &&
                 argument && !strcmp(name, argument);
    }
    switch (what) {
    case EXPECT_ALL_PASSED:
        return count > 0 && failed == 0;
    case EXPECT_ALL_TODO:
        return count > 0 && todo == count && score == 0;
    case EXPECT_AT_MOST:
        return count > 0 && score <= atof(argument);
    case EXPECT_FAILED:
        return named == 1;
    }
    return false;
}

static int usage(void)
{
    fprintf(stderr,
            "usage: grade --child PROGRAM --child-blas PROGRAM --source FILE [--seed N] [--case TEXT] "
            "[--untimed]\n"
            "             [--expect-todo | --expect-at-most POINTS | --expect-failed \"FUNCTION: CASE\"]\n");
    return 2;
}

int main(int argc, char **argv)
{
    const char *only = NULL, *argument = NULL;
    expectation what = EXPECT_ALL_PASSED;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (!strcmp(argv[i], "--expect-todo")) {
            what = EXPECT_ALL_TODO;
            continue;
        }
        if (!strcmp(argv[i], "--untimed")) {
            setup.untimed = true;
            continue;
        }
        if (!value) return usage();
        if (!strcmp(argv[i], "--child")) setup.child = value;
        else if (!strcmp(argv[i], "--child-blas")) setup.child_blas = value;
        else if (!strcmp(argv[i], "--source")) setup.source = value;
        else if (!strcmp(argv[i], "--seed")) setup.seed = strtoull(value, NULL, 0);
        else if (!strcmp(argv[i], "--case")) only = value;
        else if (!strcmp(argv[i], "--expect-at-most")) what = EXPECT_AT_MOST, argument = value;
        else if (!strcmp(argv[i], "--expect-failed")) what = EXPECT_FAILED, argument = value;
        else return usage();
        i++;
    }
    if (!setup.child || !setup.child_blas || !setup.source || grade_case_count > MOST_CASES) return usage();
    run_cases(only);
    double score;
    int passed, failed;
    print_report(&score, &passed, &failed);
    if (passed + failed == 0) fprintf(stderr, "grade: no case has \"%s\" in its name\n", only ? only : "");
    return !as_expected(what, argument, score, failed);
}
