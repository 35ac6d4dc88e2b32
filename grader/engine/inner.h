// inner.h: what parent.c and timed.c share: the case that runs now.
#pragma once

#include "parent.h"
#include "process.h"

enum { MOST_MEASURED = 64 };

extern struct grade_now {
    grade_run run;
    grade_process process;
    const grade_setup *setup;
    grade_outcome *outcome;
    uint64_t calls;    // of this case, so far
    int in_step;       // of them, in its step
    double seconds;    // that they took together
    int stuck, asleep; // cases that were, so far
    double used,
        slept;     // seconds of all cases, so far: what the calls took where the machine is not the reason
    double waited; // for a quiet machine
    bool beside;   // the case that runs is another one, whose calls a gain is held against
    struct {
        const grade_case *row;
        const timing *speed; // an outcome's
    } measured[MOST_MEASURED];
    int measurements; // so far
} now;

#define SAY(...) snprintf(now.outcome->message, sizeof now.outcome->message, __VA_ARGS__)

// End the case with this verdict and the message that was said.
void end_with(grade_verdict verdict) __attribute__((noreturn));

// Lay out, call once or more, check; false if there was no such step. What the calls cost together.
bool do_step(call_report *report);

// Time a case that has a yardstick, and give its points.
void run_timed(const grade_case *row, grade_outcome *outcome);

// End the process that a gain was held against, wherever the case ended.
void end_parked(void);
