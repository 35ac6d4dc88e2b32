// report.h: what a grading came to: for people at a terminal, and as the one result.json that all else
// derives from.
#pragma once

#include "parent.h"

typedef struct {
    grade_setup setup;
    grade_outcome *outcomes; // (grade_case_count)
    bool *done;              // (grade_case_count) which cases were asked for
    double seconds;          // of the whole grading
    // sums, by report_sum
    double score, of;
    int passed, failed;
} grade_report;

// Points are given in tenths; the score is their sum without what is behind the point.
void report_sum(grade_report *r);
double report_points(const grade_outcome *o);

// The table of verdicts in 80 columns, ended by `Score: N/100` and `N passed, N failed`.
void report_print(const grade_report *r, const char *module);

// Write result.json: whole, or not at all. False and a message on stderr if it cannot be written.
bool report_write(const grade_report *r, const char *module, const char *path);

// Text from outside for a terminal: control characters as \xNN, at most `columns` wide behind `indent`
// blanks.
void report_text(const char *text, int indent);
