// timed.c: a timed case: calls and yardsticks in turns, until its verdict is certain (timing.c); of threads, their gain (gain.c).
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "gain.h"
#include "engine/inner.h"
#include "engine/layout.h"
#include "load.h"
#include "measure/measure.h"
#include "turns.h"

enum { WAIT_SECONDS = 3 }; // that a file may wait for a quiet machine

// The yardstick is timed by the same kind of clock as the call: see cost_of.
static double own_seconds(void)
{
    struct timespec t;
    clock_gettime(now.run.row->flags & CASE_THREADS ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// What the call cost. On one thread that is processor time, which does not grow on a busy machine nor
// shrink by a second core; with threads it is wall time.
static double cost_of(const call_report *r)
{
    const bool threads = now.run.row->flags & CASE_THREADS;
    if (!threads && r->cpu > 1.25 * r->wall + 1e-3) {
        SAY("%s used more than one core", now.run.row->function);
        end_with(VERDICT_REFUSED);
    }
    return threads ? r->wall : r->cpu;
}

// A call and its yardstick. Every call gets new inputs and every output is checked. False if there is none left.
static bool sample_step(timing_sample *s)
{
    call_report report;
    const load_taken before = load_take_stock();
    if (!do_step(&report)) return false;
    const load_taken between = load_take_stock();
    const grade_yardstick *y = now.run.row->yardstick;
    const double start = own_seconds();
    y->run(&now.run);
    *s = (timing_sample){report.wall,
                         report.cpu,
                         (own_seconds() - start) / y->share,
                         cost_of(&report),
                         .valid = report.slept <= report.wall / 2 + 0.01,
                         .kept = report.wall < 1.1 * report.cpu + 1e-4 * now.in_step && !now.process.busy};
    const load_taken after = load_take_stock();
    s->disturbed =
        !s->kept || load_is_crowded() || after.stolen > before.stolen || after.switches > between.switches;
    return true;
}

static void wait_for_quiet(void)
{
    turns_take(TURN_NONE);
    now.waited += load_wait(WAIT_SECONDS - now.waited);
    turns_take(TURN_ALONE);
}

// Whether both rows time the same call against the same yardstick. Then it is measured once, and they cannot disagree.
static bool is_same_call(const grade_case *a, const grade_case *b)
{
    return a->yardstick && b->yardstick && !strcmp(a->function, b->function) && !strcmp(a->run, b->run) &&
           a->argument == b->argument && a->fill == b->fill && a->check == b->check &&
           a->yardstick->run == b->yardstick->run && a->yardstick->share == b->yardstick->share &&
           !((a->flags ^ b->flags) & ~CASE_PACE);
}

// Measure for all rows that time this call: what is enough for the one that asks for most.
static void measure(timing *t)
{
    const grade_case *row = now.run.row;
    *t = (timing){.least = row->yardstick->least, .most = row->yardstick->most};
    for (int i = 0; i < grade_case_count; i++) {
        if (!is_same_call(row, &grade_cases[i])) continue;
        t->least = fmin(t->least, grade_cases[i].yardstick->least);
        t->most = fmax(t->most, grade_cases[i].yardstick->most);
    }
    turns_take(TURN_ALONE);
    timing_next next = TIMING_MORE;
    for (timing_sample s; next != TIMING_DONE; now.run.step++) {
        if (!sample_step(&s)) {
            timing_end(t);
            break;
        }
        next = timing_add(t, s);
        if (next == TIMING_WAIT) wait_for_quiet();
    }
}

static void keep(const grade_case *row, const timing *t)
{
    if (now.measurements == MOST_MEASURED) return;
    now.measured[now.measurements].row = row;
    now.measured[now.measurements++].speed = t;
}

static const timing *find_measurement(const grade_case *row)
{
    for (int i = 0; i < now.measurements; i++)
        if (is_same_call(row, now.measured[i].row)) return now.measured[i].speed;
    return NULL;
}

// --- Threads ---

static struct {
    grade_run run;
    grade_process process;
} parked; // of the two processes the one that stands still

static void swap_processes(void)
{
    const grade_run run = now.run;
    const grade_process process = now.process;
    now.run = parked.run, now.process = parked.process;
    parked.run = run, parked.process = process;
    now.beside = !now.beside;
}

void end_parked(void)
{
    if (now.beside) swap_processes();
    process_end(&parked.process);
    layout_free(&parked.run);
    parked.run.memory = NULL;
}

static double seconds_of(grade_yard *yard)
{
    const double start = measure_now();
    yard(&now.run);
    return measure_now() - start;
}

// The timed case of the function that does the same on one thread.
static const grade_case *find_single(const char *function)
{
    for (int i = 0; i < grade_case_count; i++)
        if (grade_cases[i].yardstick && !strcmp(grade_cases[i].function, function)) return &grade_cases[i];
    return NULL;
}

// A round: the threaded call between two looks at what two threads gain here; then the call on one thread, in a process of its
// own, which cannot tell that it is compared. False if that one is not written.
static bool take_round(const grade_gain *y, gain_round *r)
{
    call_report report;
    const double before = seconds_of(y->one) / seconds_of(y->two);
    if (!do_step(&report)) return false;
    r->threaded = report.wall;
    const double two = seconds_of(y->two);
    r->threaded_yard = seconds_of(y->one);
    r->machine = fmin(before, r->threaded_yard / two);
    now.run.step++;
    swap_processes();
    const bool is_there = do_step(&report);
    r->single = report.wall;
    if (is_there) r->single_yard = seconds_of(now.run.row->yardstick->run);
    now.run.step++;
    swap_processes();
    return is_there;
}

// Do threads gain what they can gain here? Says how that came out; ends the case if they do not.
static void judge_gain(const grade_case *row)
{
    const grade_gain *y = row->yardstick->gain;
    const grade_case *single = find_single(y->single);
    char *text = now.outcome->message + strlen(now.outcome->message);
    const size_t room = sizeof now.outcome->message - strlen(now.outcome->message);
    gain_record g = {0};
    gain_verdict verdict = GAIN_NOT_JUDGED;
    if (!single || !process_prepare(&parked.process)) return;
    parked.run =
        (grade_run){.row = single, .names = now.setup->names, .share = 1, .memory = parked.process.memory};
    const timing *before = find_measurement(single);
    if (before && before->ratio > 0) g.single_before = 1 / before->ratio;
    gain_round r;
    while (take_round(y, &r) && (verdict = gain_add(&g, r)) == GAIN_MORE) continue;
    if (verdict == GAIN_KEPT) {
        snprintf(text, room, "; %.2g times %s, of %.2g that two threads gain here", g.gain, y->single,
                 g.machine);
    } else if (verdict == GAIN_MISSED) {
        SAY("right, but only %.2g times as fast as %s, where two threads gain %.2g here; it counts from %.2g "
            "of that on. %s",
            g.gain, y->single, g.machine, gain_asked, row->if_slow);
        end_with(VERDICT_SLOW);
    } else {
        snprintf(text, room, "; whether threads gain was not judged: %s",
                 g.rounds ? "two gain too little on this machine now" : "there is no one-thread version yet");
    }
}

void run_timed(const grade_case *row, grade_outcome *outcome)
{
    call_report report;
    const timing *before = find_measurement(row);
    if (now.setup->untimed) {
        if (!before) do_step(&report), keep(row, &outcome->speed);
        SAY("right; not timed");
        return;
    }
    if (before) outcome->speed = *before;
    else measure(&outcome->speed), keep(row, &outcome->speed);
    const double ratio = outcome->speed.ratio;
    const grade_yardstick *y = row->yardstick;
    if (ratio == 0) {
        SAY("%s slept in every timed call: there is no measurement of its work", row->function);
        end_with(VERDICT_STUCK);
    }
    outcome->speed.busy &= ratio < y->most;
    const char *busy = outcome->speed.busy ? " Measured on a busy machine." : "";
    double share = y->most > y->least ? log2(ratio / y->least) / log2(y->most / y->least) : ratio >= y->least;
    outcome->points = row->points * fmin(1, fmax(0, share));
    if (ratio < y->least) {
        SAY("right, but only %.3g %s; %s from %.3g on. %s%s", ratio, y->unit,
            row->points ? "points" : "it counts", y->least, row->if_slow, busy);
        end_with(VERDICT_SLOW);
    }
    if (share >= 1) SAY("%.3g %s", ratio, y->unit);
    else SAY("%.3g %s; full points from %.3g on. %s%s", ratio, y->unit, y->most, row->if_slow, busy);
    if (y->gain) judge_gain(row);
}
