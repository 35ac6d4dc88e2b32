// parent.c: the trusted half. Has a job laid out (layout.c) and done, checks it; times it against the yardstick.
#include "inner.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crash.h"
#include "layout.h"
#include "measure/measure.h"
#include "engine/report/words.h"

enum {
    CASE_SECONDS = 20, // for all calls of a case together
    SPENT_SECONDS =
        1,           // the same once file_seconds are used up: what is right and fast still earns its points
    NAP_SECONDS = 2, // that all calls of a file may sleep; honest ones do not, unless threads wait for ever
    MOST_ASLEEP = 4, // cases that slept for longer, after which the file's others are not tried
    SHORT_SECONDS = 3, // the patience once a case did not end
};

struct grade_now now;

// --- Verdicts ---

// The same with the arguments that follow `format` in the function that uses it.
#define SAY_LIST(format)                                                                                     \
    do {                                                                                                     \
        va_list args;                                                                                        \
        va_start(args, format);                                                                              \
        vsnprintf(now.outcome->message, sizeof now.outcome->message, format, args);                          \
        va_end(args);                                                                                        \
    } while (0)

void end_with(grade_verdict verdict)
{
    now.outcome->verdict = verdict;
    now.outcome->points = 0;
    fail_msg("%s", now.outcome->message);
    abort(); // not reached: fail_msg does not return
}

void grade_wrong(grade_run *run, const char *format, ...)
{
    (void)run;
    SAY_LIST(format);
    for (char *at; (at = strstr(now.outcome->message, "-nan"));)
        memmove(at, at + 1, strlen(at)); // its sign says nothing
    end_with(VERDICT_WRONG);
}

void grade_share(grade_run *run, double share, const char *format, ...)
{
    run->share = share;
    SAY_LIST(format);
}

// --- The call ---

// A file that takes its time keeps the whole class waiting. For all its calls it has this, by the number of cases:
// textbook loops everywhere need a third of it, the references a thirtieth.
static int file_seconds(void) { return (TT_SANITIZED ? 15 : 3) * now.setup->case_count / 2; }
static bool is_spent(void) { return now.used > file_seconds(); }
static int case_seconds(void) { return is_spent() ? SPENT_SECONDS : CASE_SECONDS; }
static const char *why_so_few(void)
{
    return is_spent() ? "; the file has used up the time of all its cases" : "";
}

static int program_of(const grade_case *row)
{
    const compilation *c = &now.setup->programs;
    return row->flags & CASE_BLAS ? c->program_blas : c->program;
}

static __attribute__((noreturn)) void end_without_answer(call_outcome outcome, const call_report *report)
{
    const char *function = now.run.row->function;
    char fate[200], call[160], line[sizeof now.setup->programs.name + 24] = "";
    *call = 0;
    if (now.run.layout.arrays > 0) words_call(&now.run, call, sizeof call);
    const char *with = *call ? " with " : "";
    switch (outcome) {
    case CALL_STUCK:
        SAY("%s%s%s did not come back within %d s%s%s%s", function, with, call, now.process.patience,
            why_so_few(), now.run.row->if_slow ? ". " : "", now.run.row->if_slow ? now.run.row->if_slow : "");
        now.stuck++;
        end_with(VERDICT_STUCK);
    case CALL_ASLEEP:
        SAY("%s%s%s sleeps instead of working: %.1f s by the clock, %.2f s of processor time", function, with,
            call, report->wall, report->cpu);
        now.asleep++;
        end_with(VERDICT_STUCK);
    case CALL_EARLY:
        SAY("the process answered before it was asked");
        end_with(VERDICT_REFUSED);
    case CALL_TWICE:
        SAY("the process answered more than once");
        end_with(VERDICT_REFUSED);
    case CALL_BUSY:
        SAY("%s went on working after its answer", function);
        end_with(VERDICT_REFUSED);
    default:
        process_fate(&now.process, fate, sizeof fate);
        if (strstr(fate, "asked the system")) {
            SAY("%s%s%s %s", function, with, call, fate);
            end_with(VERDICT_REFUSED);
        }
        const bool by_signal = strstr(fate, "crashed");
        const int at =
            by_signal ? crash_line(now.setup, program_of(now.run.row), job_crash_of(now.run.memory)) : 0;
        if (at) snprintf(line, sizeof line, " at %s:%d", now.setup->programs.name, at);
        SAY("%s%s%s %s%s", function, with, call, fate, line);
        end_with(VERDICT_CRASHED);
    }
}

static call_report call_here(const grade_case *row)
{
    double start = measure_now();
    const job_run *run = job_find(row->run);
    unsigned char status = run ? (unsigned char)run->call(now.run.memory, row->argument) : TT_STATUS_COUNT;
    double seconds = measure_now() - start;
    return (call_report){status, seconds, seconds, 0};
}

static __attribute__((noreturn)) void end_broken(const char *what)
{
    SAY("%s: %s", what, strerror(errno));
    end_with(VERDICT_BROKEN);
}

static void take_time(const call_report *report)
{
    const double took = fmin(report->wall, report->cpu + report->slept);
    now.slept += report->slept, now.seconds += took, now.used += took;
}

static double naps_left(void) { return now.run.row->yardstick ? 0 : fmax(0, NAP_SECONDS - now.slept); }

// Start the process before the first step is laid out, and let it stand still: its constructors see no argument, and it
// does not run while inputs are written and copied.
static void start(void)
{
    const grade_case *row = now.run.row;
    call_report report;
    if (!process_start(&now.process, program_of(row), row->run, row->argument, row->flags & CASE_THREADS))
        end_broken("the process cannot be started in its sandbox");
    now.process.naps = naps_left();
    const bool ready = process_settle(&now.process, &report);
    take_time(&report);
    if (!ready) end_without_answer(CALL_ASLEEP, &report);
}

static call_report call_child(void)
{
    call_report report = {0};
    if (now.setup->in_process) {
        report = call_here(now.run.row);
    } else {
        now.process.naps = naps_left();
        if (now.process.patience > case_seconds()) now.process.patience = case_seconds();
        call_outcome outcome = process_call(&now.process, &report);
        take_time(&report);
        if (outcome != CALL_ANSWERED) end_without_answer(outcome, &report);
    }
    if (report.status == JOB_BLAS_CALLED)
        grade_wrong(&now.run, "BLAS belongs to the last rung: write this one yourself");
    now.run.status = (tt_status)report.status;
    if (report.status == TT_TODO && !now.beside) {
        SAY("not written yet: %s:%s", now.setup->source, now.run.row->function);
        end_with(VERDICT_TODO);
    }
    return report;
}

static void trace(const call_report *report)
{
    FILE *f = now.setup->trace;
    if (!f) return;
    fprintf(f, "  step %d: numbers", now.run.step);
    for (int i = 0; i < JOB_NUMBERS; i++) fprintf(f, " %d", now.run.layout.number[i]);
    fprintf(f, "; bytes");
    for (int i = 0; i < now.run.layout.arrays; i++)
        fprintf(f, " %s%llu", now.run.is_input[i] ? "" : "out ", (unsigned long long)now.run.layout.bytes[i]);
    fprintf(f, "; %.3f ms by the clock, %.3f ms of processor time; status %d\n", 1e3 * report->wall,
            1e3 * report->cpu, report->status);
    fflush(f);
}

// Lay out, call once or more, check; false if there was no such step.
bool do_step(call_report *report)
{
    if (!now.setup->in_process && now.process.pid == 0) start();
    if (!layout_make(&now.run, now.setup->seed, now.calls++)) return false;
    *report = (call_report){0};
    now.in_step = 0;
    do {
        const call_report call = call_child();
        trace(&call);
        report->wall += call.wall, report->cpu += call.cpu, report->slept += call.slept;
        now.in_step++;
        if (now.seconds > case_seconds()) {
            char call_text[160];
            words_call(&now.run, call_text, sizeof call_text);
            SAY("%s took more than %d s for %d calls, the last with %s%s", now.run.row->function,
                case_seconds(), (int)now.calls, *call_text ? call_text : "other numbers", why_so_few());
            now.stuck++;
            end_with(VERDICT_STUCK);
        }
    } while (layout_renew(&now.run));
    if (now.beside && now.run.status == TT_TODO) return false;
    layout_check(&now.run);
    now.run.row->check(&now.run);
    return true;
}

// --- A case ---

static void prepare(void)
{
    if (now.setup->programs.status != COMPILE_OK && !now.setup->in_process) {
        SAY("the file was not compiled: see above");
        end_with(VERDICT_NOT_COMPILED);
    }
    if (now.asleep >= MOST_ASLEEP) {
        SAY("%d cases of this file slept instead of working", MOST_ASLEEP);
        end_with(VERDICT_NOT_TRIED);
    }
    if (!process_prepare(&now.process)) end_broken("no shared memory");
    if (now.stuck) now.process.patience = SHORT_SECONDS;
    now.run.memory = now.process.memory;
}

void grade_run_case(const grade_case *row, const grade_setup *setup, grade_outcome *outcome)
{
    *outcome = (grade_outcome){.verdict = VERDICT_WRONG};
    now.setup = setup;
    now.outcome = outcome;
    now.calls = 0;
    now.seconds = 0;
    now.run = (grade_run){.row = row, .names = setup->names, .share = 1};
    if (setup->trace) fprintf(setup->trace, "%s: %s\n", row->function, row->name);
    prepare();
    if (row->yardstick) {
        run_timed(row, outcome);
    } else {
        call_report report;
        while (do_step(&report)) now.run.step++;
        outcome->points = row->points * now.run.share;
    }
    outcome->verdict = VERDICT_PASSED;
}

void grade_end_case(void)
{
    if (now.process.pid > 0)
        process_take_output(&now.process, now.outcome->printed, sizeof now.outcome->printed);
    end_parked();
    process_end(&now.process);
    layout_free(&now.run);
    now.run.memory = NULL;
}
