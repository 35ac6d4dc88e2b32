// parent.h: runs one case in a child and reports how it went.
#pragma once

#include <stdio.h>

#include "compile/compile.h"
#include "grade.h"
#include "engine/timing/timing.h"
#include "engine/report/verdict.h"

typedef struct {
    grade_verdict verdict;
    double points;     // earned, of row->points
    char message[400]; // what came, what was expected, where; or why there is no answer
    char printed[320]; // the start of what it printed
    timing speed;      // what was measured; without samples if the case was not timed
} grade_outcome;

typedef struct {
    compilation programs;
    const char *kit, *work; // from which they were made, and where: see compile.h
    const char *source;     // the student's file, for messages
    uint64_t seed;
    const grade_name *names; // the module's
    int case_count;          // of the module: its calls have their time by it
    bool untimed;    // timed cases are only checked, and earn nothing for speed: for a build with sanitizers
    bool in_process; // call the functions here: for a debugger
    FILE *trace;     // says every step; NULL: nothing
} grade_setup;

// Run the case, inside a cmocka test: if it does not pass, it ends in cmocka's fail(), outcome filled in.
void grade_run_case(const grade_case *row, const grade_setup *setup, grade_outcome *outcome);

// End the child of the last case and free its memory. Call it after every case, passed or not.
void grade_end_case(void);
