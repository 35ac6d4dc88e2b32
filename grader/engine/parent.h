// parent.h: runs one case in a child and says how it went.
#pragma once

#include <stdio.h>

#include "compile.h"
#include "grade.h"

typedef enum {
    VERDICT_PASSED,
    VERDICT_WRONG,
    VERDICT_TODO,
    VERDICT_CRASHED,
    VERDICT_STUCK,
    VERDICT_NOT_COUNTED, // right, but its function's pace case failed
    VERDICT_REFUSED,     // asked the system for what it may not have, or answered out of turn
    VERDICT_NOT_COMPILED,
    VERDICT_BROKEN, // the machine's fault: nothing is said about the submission
    VERDICTS
} grade_verdict;

extern const char *const verdict_names[VERDICTS]; // "passed", "wrong", ...

enum { MOST_TIMED_CALLS = 24 };

typedef struct {
    double wall, cpu, yard; // seconds: the call by both clocks, then the yardstick
    bool kept;              // was not descheduled
} grade_timing;

typedef struct {
    grade_verdict verdict;
    double points;     // earned, of row->points
    char message[320]; // got, expected, where; or why not
    double ratio;      // to the yardstick; 0 if the case is not timed
    grade_timing timing[MOST_TIMED_CALLS];
    int timings;
} grade_outcome;

typedef struct {
    compilation programs;
    const char *source; // the student's file, for messages
    uint64_t seed;
    bool untimed;    // timed cases are only checked, and earn nothing for speed: for a build with sanitizers
    bool in_process; // call the functions here: for a debugger
    FILE *trace;     // says every step; NULL: nothing
} grade_setup;

// Run the case. Called inside a cmocka test: what is not right ends in cmocka's fail(), with outcome filled
// in.
void grade_run_case(const grade_case *row, const grade_setup *setup, grade_outcome *outcome);

// End the child of the last case and free what it held. Call it after every case, however that ended.
void grade_end_case(void);
