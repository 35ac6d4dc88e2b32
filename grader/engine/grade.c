// grade.c: the program: compiles a submission, runs every case as a cmocka test, reports.
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "core/options.h"
#include "measure/measure.h"
#include "engine/report/report.h"
#include "sandbox/sandbox.h"
#include "engine/timing/turns.h"

enum { MOST_CASES = 128, EXIT_BROKEN = 2, EXIT_NOT_KEPT = 3 };

static grade_outcome outcomes[MOST_CASES];
static bool done[MOST_CASES];
static grade_report report = {.setup = {.seed = 1, .programs = {.program = -1, .program_blas = -1}},
                              .outcomes = outcomes,
                              .done = done};
static bool first[MOST_CASES]; // cases that failed in the result given with --before
static FILE *stream;           // gets every verdict at once; NULL: no stream
static double enough = -1;     // points: if no more than this can be earned, the other cases are left out

// --- The cases ---

// The pace case, another than i, by which the function of case i has lost its points; -1: none so far.
static int missed_pace(int i)
{
    for (int p = 0; p < grade_case_count; p++)
        if (p != i && grade_cases[p].flags & CASE_PACE && done[p] && outcomes[p].verdict != VERDICT_PASSED &&
            !strcmp(grade_cases[p].function, grade_cases[i].function))
            return p;
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

// The points that the submission can still earn.
static double within_reach(void)
{
    double points = 0;
    for (int i = 0; i < grade_case_count; i++)
        points += done[i] ? outcomes[i].points : missed_pace(i) >= 0 ? 0 : grade_cases[i].points;
    return points;
}

// If a function fails one of its pace cases, its other cases run for their verdicts but earn nothing, and its
// timed cases do not run.
static void test_case(void **state)
{
    enum { ENOUGH = 2 }; // stuck cases of a function, after which its others are not tried
    int index = (int)(intptr_t)*state, pace = missed_pace(index);
    const grade_case *row = &grade_cases[index];
    grade_outcome *o = &outcomes[index];
    bool counted = pace < 0;
    if (within_reach() <= enough) return; // the outcome is known
    done[index] = true;
    turns_take(TURN_WORK);
    if (stuck_cases(row->function) >= ENOUGH) {
        *o = (grade_outcome){.verdict = VERDICT_NOT_TRIED};
        snprintf(o->message, sizeof o->message, "%d other cases of it had to be stopped", ENOUGH);
        fail_msg("%s", o->message);
    }
    if (counted || !row->yardstick) grade_run_case(row, &report.setup, o);
    if (counted) return;
    const grade_verdict why = outcomes[pace].verdict;
    o->verdict = why == VERDICT_TODO || why == VERDICT_NOT_COMPILED ? why : VERDICT_NOT_COUNTED;
    o->points = 0;
    snprintf(o->message, sizeof o->message, "%s once \"%s\" has passed",
             row->yardstick ? "is timed" : "right; it counts", grade_cases[pace].name);
    fail_msg("%s", o->message);
}

static int end_case(void **state)
{
    int index = (int)(intptr_t)*state;
    grade_end_case();
    turns_take(TURN_NONE);
    if (stream) report_stream(stream, &grade_cases[index], &outcomes[index]);
    return 0;
}

// The order of the cases: those that failed the last time first, then checks before timed cases, which
// take longer; a pace case before all cases that depend on it.
static int rank(int i)
{
    if (grade_cases[i].flags & CASE_PACE) return first[i] ? 0 : 2;
    return (first[i] ? 1 : 3) + (grade_cases[i].yardstick != NULL) * 4;
}

// Whether case i is asked for: all are if `only` is NULL, else those whose "function: name" contains it.
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
    fflush(NULL); // cmocka's output is discarded: the report below says it better
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(report.setup.in_process ? out : nothing, STDOUT_FILENO);
    dup2(report.setup.in_process ? err : nothing, STDERR_FILENO);
    _cmocka_run_group_tests("grade", tests, count, NULL, NULL);
    fflush(NULL);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out), close(err), close(nothing);
}

// --- The command line ---

typedef struct {
    const char *file, *name, *kit, *work, *lock, *only, *json, *before;
    bool unsafe, no_namespaces, trace, stream;
    // what a test expects of the report: nothing, or one of these
    bool todo;
    double at_most;     // points; below 0: not given
    const char *failed; // "FUNCTION: CASE"
} options;

// Returns -1 to go on, else the exit code.
static int take_options(options *o, int argc, char **argv)
{
    grade_setup *setup = &report.setup;
    const option_row rows[] = {
        {"--submission", "FILE", "what is graded", OPTION_WORD(&o->file)},
        {"--seed", "N", "repeats the inputs of an earlier grading (default: 1)", OPTION_SEED(&setup->seed)},
        {"--case", "TEXT", "only cases with this in \"FUNCTION: CASE\"", OPTION_WORD(&o->only)},
        {"--json", "FILE", "writes the result there, too", OPTION_WORD(&o->json)},
        {"--before", "FILE", "runs first what failed in this result", OPTION_WORD(&o->before)},
        {"--work", "FOLDER", "where it is compiled (default: a temporary folder)", OPTION_WORD(&o->work)},
        {"--lock", "FILE",
         "shared with the graders that run beside this one: nothing else runs while one is timed",
         OPTION_WORD(&o->lock)},
        {"--kit", "FOLDER", "from which it is compiled (default: the module's)", OPTION_WORD(&o->kit)},
        {"--name", "NAME", "what the result calls the file", OPTION_WORD(&o->name)},
        {"--trace", NULL, "says what each case does", OPTION_SWITCH(&o->trace)},
        {"--stream", NULL, "says every verdict as it falls, in a line for programs",
         OPTION_SWITCH(&o->stream)},
        {"--untimed", NULL, "correctness only: timed cases earn nothing", OPTION_SWITCH(&setup->untimed)},
        {"--unsafe", NULL, "runs the code where the sandbox lacks its first layers, too",
         OPTION_SWITCH(&o->unsafe)},
        {"--no-namespaces", NULL, "does without this layer of the sandbox", OPTION_SWITCH(&o->no_namespaces)},
        {"--in-process", NULL, "for a debugger: no sandbox, the code that this program was linked with",
         OPTION_SWITCH(&setup->in_process)},
        {"--expect-todo", NULL, "exit code 0 if nothing is written yet, and the compiler warns of nothing",
         OPTION_SWITCH(&o->todo)},
        {"--expect-at-most", "POINTS", "exit code 0 if it compiles and earns no more",
         OPTION_REAL(&o->at_most, 0, 100)},
        {"--expect-failed", "\"FUNCTION: CASE\"", "exit code 0 if this case fails", OPTION_WORD(&o->failed)},
        {0}};
    int code = options_take(argv[0], "Grades one file: compiles it, runs every case, reports.", rows,
                            argc - 1, argv + 1);
    if (code >= 0 || o->file || setup->in_process) return code;
    tt_fail(TT_BAD_VALUE, "--submission FILE is missing");
    return options_refuse(argv[0], rows);
}

// Passed, with all points except those for speed, which depend on the machine.
static bool is_full(int i)
{
    return done[i] && outcomes[i].verdict == VERDICT_PASSED &&
           (grade_cases[i].yardstick || outcomes[i].points >= grade_cases[i].points);
}

static bool as_expected(const options *o)
{
    int todo = 0, named = 0, count = 0, full = 0;
    for (int i = 0; i < grade_case_count; i++) {
        char name[96];
        snprintf(name, sizeof name, "%s: %s", grade_cases[i].function, grade_cases[i].name);
        count += done[i];
        full += is_full(i);
        todo += done[i] && outcomes[i].verdict == VERDICT_TODO;
        named += done[i] && !is_full(i) && outcomes[i].verdict != VERDICT_TODO &&
                 outcomes[i].verdict != VERDICT_NOT_COMPILED && o->failed && !strcmp(name, o->failed);
    }
    if (o->failed) return named == 1;
    if (o->todo) return count > 0 && todo == count && report.score == 0 && !*report.setup.programs.warnings;
    if (o->at_most >= 0)
        return count > 0 && report.setup.programs.status == COMPILE_OK && report.score <= o->at_most;
    return count > 0 && full == count;
}

// What comes before the cases: sandbox, lock, programs. False, with a message, if it cannot go on.
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
    if (o->lock && !turns_share(o->lock))
        return fprintf(stderr, "grade: %s: %s\n", o->lock, strerror(errno)), false;
    turns_take(TURN_WORK);
    compile_submission(&report.setup.programs, o->file, o->kit, o->work, any_needs_blas(o->only),
                       report.setup.untimed);
    turns_take(TURN_NONE);
    if (report.setup.programs.status != COMPILE_BROKEN) return true;
    fprintf(stderr, "grade: %s\n", report.setup.programs.message);
    return false;
}

// A file's name may contain anything: messages show only characters that are harmless everywhere.
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
    options o = {.kit = TT_KIT, .unsafe = TT_SANITIZED, .at_most = -1};
    report.setup.untimed = TT_SANITIZED;
    double start = measure_now();
    int code = take_options(&o, argc, argv);
    if (code >= 0) return code;
    report.setup.case_count = grade_case_count;
    report.setup.names = grade_names;
    report.setup.kit = o.kit, report.setup.work = o.work;
    if (grade_case_count > MOST_CASES)
        return fprintf(stderr, "grade: %d cases; raise MOST_CASES in grade.c\n", grade_case_count),
               EXIT_BROKEN;
    for (int i = 0; i < grade_case_count; i++)
        if (grade_cases[i].yardstick && !grade_cases[i].if_slow)
            return fprintf(stderr, "grade: %s: %s is timed: its row needs an if_slow\n",
                           grade_cases[i].function, grade_cases[i].name),
                   EXIT_BROKEN;
    signal(SIGPIPE, SIG_IGN);
    const char *slash = o.file ? strrchr(o.file, '/') : NULL;
    report.setup.source = plain_name(o.name ? o.name : slash ? slash + 1 : o.file ? o.file : "your file");
    if (!prepare(&o)) return EXIT_BROKEN;
    FILE *out = fdopen(dup(STDOUT_FILENO), "w"); // run_cases redirects stdout
    enough = o.at_most;
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
    if (o.json && !report_write(&report, TT_MODULE, o.json)) {
        fprintf(stderr, "grade: the verdict stands, but is not kept: status and hints do not know of it\n");
        return EXIT_NOT_KEPT;
    }
    return !as_expected(&o);
}
