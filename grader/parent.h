// parent.h: runs one case in a child and says how it went.
#pragma once

#include "grade.h"

typedef enum {
    VERDICT_PASSED,
    VERDICT_WRONG,
    VERDICT_TODO,
    VERDICT_CRASHED,
    VERDICT_STUCK,
    VERDICT_NOT_COUNTED
} grade_verdict;

typedef struct {
    grade_verdict verdict;
    double points;     // earned, of row->points
    char message[320]; // got, expected, where; or why not
    double ratio;      // to the yardstick; 0 if the case is not timed
} grade_outcome;

typedef struct {
    const char *child, *child_blas; // programs: without and with BLAS
    const char *source;             // the student's file, for messages
    uint64_t seed;
    bool untimed; // timed cases are only checked, and earn nothing for speed: for a build with sanitizers
} grade_setup;

// Run the case. Called inside a cmocka test: what is not right ends in cmocka's fail(), with outcome filled
// in.
void grade_run_case(const grade_case *row, const grade_setup *setup, grade_outcome *outcome);

// End the child of the last case and free what it held. Call it after every case, however that ended.
void grade_end_case(void);
