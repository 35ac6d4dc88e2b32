// grade.c: the program: compiles a submission, runs every case as a cmocka test, reports.
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "measure/measure.h"
#include "report.h"
#include "sandbox/sandbox.h"

enum { MOST_CASES = 128, EXIT_BROKEN = 2 };

typedef enum { EXPECT_ALL_PASSED, EXPECT_ALL_TODO, EXPECT_AT_MOST, EXPECT_FAILED } expectation;

static grade_outcome outcomes[MOST_CASES];
static bool done[MOST_CASES];
static grade_report report = {.setup = {.seed = 1, .programs = {.program = -1, .program_blas = -1}},
                              .outcomes = outcomes,
                              .done = done};
static bool first[MOST_CASES]; // cases that --before says failed the last time
static FILE *stream;           // says every verdict as it falls; NULL: nothing
static double enough = -1; // of points: once no more than this can be earned, the other cases are left out
static int lock = -1;      // shared while something is compiled or checked, exclusive while it is timed

// --- The cases ---

// The pace case of this function, -1 if it has none.
static int pace_of(const grade_case *row)
{
    for (int i = 0; i < grade_case_count; i++)
        if (grade_cases[i].flags & CASE_PACE && !strcmp(grade_cases[i].function, row->function)) return i;
    return -1;
}

static int stuck_cases(const char *function)
{
    int count = 0;
    for (int i = 0; i < grade_case_count; i++)
        count +=
            done[i] && outcomes[i].verdict == VERDICT_STUCK && !strcmp(grade_cases[i].function, function);
    return count;
}

// Whether the function of case i lost its pace, so that its other cases earn nothing.
static bool is_too_slow(int i)
{
    const int pace = pace_of(&grade_cases[i]);
    return pace >= 0 && pace != i && done[pace] && outcomes[pace].verdict != VERDICT_PASSED;
}

// The points that the submission can still come to.
static double within_reach(void)
{
    double points = 0;
    for (int i = 0; i < grade_case_count; i++)
        points += done[i] ? outcomes[i].points : is_too_slow(i) ? 0 : grade_cases[i].points;
    return points;
}

// Cases of a function that does not keep its pace are run for their verdicts, but earn nothing; its speed is
// no news.
static void test_case(void **state)
{
    enum { ENOUGH = 2 }; // cases of a function that had to be stopped: the others are not tried
    int index = (int)(intptr_t)*state, pace = pace_of(&grade_cases[index]);
    const grade_case *row = &grade_cases[index];
    grade_outcome *o = &outcomes[index];
    bool counted = !is_too_slow(index);
    if (within_reach() <= enough) return; // it is known already
    done[index] = true;
    if (lock >= 0) flock(lock, row->yardstick && !report.setup.untimed ? LOCK_EX : LOCK_SH);
    if (stuck_cases(row->function) >= ENOUGH) {
        *o = (grade_outcome){.verdict = VERDICT_STUCK};
        snprintf(o->message, sizeof o->message, "not tried: %d other cases of it had to be stopped", ENOUGH);
        fail_msg("%s", o->message);
    }
    if (counted || !row->yardstick) grade_run_case(row, &report.setup, o);
    if (counted) return;
    const grade_verdict why = outcomes[pace].verdict;
    o->verdict = why == VERDICT_TODO || why == VERDICT_NOT_COMPILED ? why : VERDICT_NOT_COUNTED;
    o->points = 0;
    snprintf(o->message, sizeof o->message, "not counted: see \"%s\"", grade_cases[pace].name);
    fail_msg("%s", o->message);
}

static int end_case(void **state)
{
    int index = (int)(intptr_t)*state;
    grade_end_case();
    if (lock >= 0) flock(lock, LOCK_UN);
    if (stream) report_stream(stream, &grade_cases[index], &outcomes[index]);
    return 0;
}

// When a case runs: those that failed the last time first, then checks before speed, which takes longer; but
// a pace before all that it decides about.
static int rank(int i)
{
    if (grade_cases[i].flags & CASE_PACE) return first[i] ? 0 : 2;
    return (first[i] ? 1 : 3) + (grade_cases[i].yardstick != NULL) * 4;
}

// Whether a case is asked for: all are, or those with this text in "function: name".
static bool is_chosen(int i, const char *only)
{
    char name[96];
    snprintf(name, sizeof name, "%s: %s", grade_cases[i].function, grade_cases[i].name);
    return !only || strstr(name, only);
}

static bool any_needs_blas(const char *only)
{
    for (int i = 0; i < grade_case_count; i++)
        if (grade_cases[i].flags & CASE_BLAS && is_chosen(i, only)) return true;
    return false;
}

// Run the cases that are asked for.
static void run_cases(const char *only)
{
    static struct CMUnitTest tests[MOST_CASES];
    size_t count = 0;
    for (int turn = 0; turn < 8; turn++)
        for (int i = 0; i < grade_case_count; i++) {
            if (rank(i) != turn || !is_chosen(i, only)) continue;
            tests[count++] = (struct CMUnitTest){.name = grade_cases[i].name,
                                                 .test_func = test_case,
                                                 .teardown_func = end_case,
                                                 .initial_state = (void *)(intptr_t)i};
        }
    fflush(NULL); // what cmocka prints goes nowhere: the report below says it better
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(report.setup.in_process ? out : nothing, STDOUT_FILENO);
    dup2(report.setup.in_process ? err : nothing, STDERR_FILENO);
    _cmocka_run_group_tests("grade", tests, count, NULL, NULL);
    fflush(NULL);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out), close(err), close(nothing);
}

// --- What a test expects of the report ---

// Passed, and with all points but those for speed, which are a matter of the machine.
static bool is_full(int i)
{
    return done[i] && outcomes[i].verdict == VERDICT_PASSED &&
           (grade_cases[i].yardstick || outcomes[i].points >= grade_cases[i].points);
}

static bool as_expected(expectation what, const char *argument)
{
    int todo = 0, named = 0, count = 0, full = 0;
    for (int i = 0; i < grade_case_count; i++) {
        char name[96];
        snprintf(name, sizeof name, "%s: %s", grade_cases[i].function, grade_cases[i].name);
        count += done[i];
        full += is_full(i);
        todo += done[i] && outcomes[i].verdict == VERDICT_TODO;
        named += done[i] && !is_full(i) && outcomes[i].verdict != VERDICT_TODO &&
                 outcomes[i].verdict != VERDICT_NOT_COMPILED && argument && !strcmp(name, argument);
    }
    switch (what) {
    case EXPECT_ALL_PASSED:
        return count > 0 && full == count;
    case EXPECT_ALL_TODO:
        return count > 0 && todo == count && report.score == 0;
    case EXPECT_AT_MOST:
        return count > 0 && report.setup.programs.status == COMPILE_OK && report.score <= atof(argument);
    case EXPECT_FAILED:
        return named == 1;
    }
    return false;
}

// --- The command line ---

typedef struct {
    const char *file, *name, *kit, *work, *lock, *only, *json, *before, *expected;
    expectation what;
    bool unsafe, no_namespaces, trace, stream;
} options;

static int usage(void)
{
    fprintf(stderr,
            "usage: grade --submission FILE [--seed N] [--case TEXT] [--json FILE] [--before FILE]\n"
            "             [--work FOLDER] [--lock FILE] [--kit FOLDER] [--name NAME] [--trace] [--stream]\n"
            "             [--untimed] [--unsafe] [--no-namespaces] [--in-process]\n"
            "             [--expect-todo | --expect-at-most POINTS | --expect-failed \"FUNCTION: CASE\"]\n");
    return EXIT_BROKEN;
}

static bool read_options(options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        const struct {
            const char *word;
            bool *set;
        } switches[] = {
            {"--untimed", &report.setup.untimed},
            {"--unsafe", &o->unsafe},
            {"--no-namespaces", &o->no_namespaces},
            {"--trace", &o->trace},
            {"--stream", &o->stream},
            {"--in-process", &report.setup.in_process},
        };
        const struct {
            const char *word, **set;
        } values[] = {{"--submission", &o->file}, {"--name", &o->name},     {"--kit", &o->kit},
                      {"--work", &o->work},       {"--lock", &o->lock},     {"--case", &o->only},
                      {"--json", &o->json},       {"--before", &o->before}, {NULL, NULL}};
        bool known = false;
        for (size_t s = 0; s < sizeof switches / sizeof *switches; s++)
            if (!strcmp(word, switches[s].word)) *switches[s].set = known = true;
        if (known) continue;
        if (!strcmp(word, "--expect-todo")) {
            o->what = EXPECT_ALL_TODO;
            continue;
        }
        if (!value) return false;
        for (int v = 0; values[v].word; v++)
            if (!strcmp(word, values[v].word)) *values[v].set = value, known = true;
        if (!strcmp(word, "--seed")) report.setup.seed = strtoull(value, NULL, 0), known = true;
        if (!strcmp(word, "--expect-at-most")) o->what = EXPECT_AT_MOST, o->expected = value, known = true;
        if (!strcmp(word, "--expect-failed")) o->what = EXPECT_FAILED, o->expected = value, known = true;
        if (!known) return false;
        i++;
    }
    return o->file || report.setup.in_process;
}

// Everything before the cases: the sandbox, the lock, the programs. False with a message if it cannot go on.
static bool prepare(const options *o)
{
    if (sodium_init() < 0) return fprintf(stderr, "grade: libsodium does not start\n"), false;
    if (report.setup.in_process) {
        if (job_runs) return report.setup.untimed = true;
        return fprintf(stderr,
                       "grade: --in-process is for the programs debug-NN, which hold the student's code\n"),
               false;
    }
    if (!sandbox_probe(o->kit, o->unsafe, o->no_namespaces)) {
        fprintf(stderr,
                "grade: no code is run here without the sandbox's layers limits and seccomp (%s).\n"
                "       Where you trust the code, your own say, --unsafe does without.\n",
                sandbox_layers[LAYER_SECCOMP].why);
        return false;
    }
    if (o->lock && (lock = open(o->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
        return fprintf(stderr, "grade: %s: %s\n", o->lock, strerror(errno)), false;
    if (lock >= 0) flock(lock, LOCK_SH);
    compile_submission(&report.setup.programs, o->file, o->kit, o->work, any_needs_blas(o->only));
    if (lock >= 0) flock(lock, LOCK_UN);
    if (report.setup.programs.status != COMPILE_BROKEN) return true;
    fprintf(stderr, "grade: %s\n", report.setup.programs.message);
    return false;
}

// A file's name may hold anything: for messages, only what is harmless everywhere.
static const char *plain_name(const char *name)
{
    static char plain[64];
    snprintf(plain, sizeof plain, "%s", name);
    for (char *at = plain; *at; at++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+", *at)) *at = '?';
    return plain;
}

int main(int argc, char **argv)
{
    options o = {.kit = TT_KIT, .unsafe = TT_SANITIZED};
    report.setup.untimed = TT_SANITIZED;
    double start = measure_now();
    if (grade_case_count > MOST_CASES || !read_options(&o, argc, argv)) return usage();
    signal(SIGPIPE, SIG_IGN);
    const char *slash = o.file ? strrchr(o.file, '/') : NULL;
    report.setup.source = plain_name(o.name ? o.name : slash ? slash + 1 : o.file ? o.file : "your file");
    if (!prepare(&o)) return EXIT_BROKEN;
    FILE *out = fdopen(dup(STDOUT_FILENO), "w"); // run_cases turns stdout away
    if (o.what == EXPECT_AT_MOST) enough = atof(o.expected);
    if (o.trace) report.setup.trace = out;
    if (o.stream) stream = out;
    if (o.before) report_failed(o.before, first);
    run_cases(o.only);
    compile_finish(&report.setup.programs);
    report.seconds = measure_now() - start;
    for (int i = 0; i < grade_case_count; i++)
        if (done[i] && outcomes[i].verdict == VERDICT_BROKEN)
            return fprintf(stderr, "grade: %s\n", outcomes[i].message), EXIT_BROKEN;
    report_sum(&report);
    report_print(&report, TT_MODULE);
    if (report.passed + report.failed == 0)
        return fprintf(stderr, "grade: no case has \"%s\" in its name\n", o.only ? o.only : ""), EXIT_BROKEN;
    if (o.json && !report_write(&report, TT_MODULE, o.json)) return EXIT_BROKEN;
    return !as_expected(o.what, o.expected);
}
