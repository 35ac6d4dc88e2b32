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

// Write result.json: whole, or not at all. What is there already keeps its best speeds, under "best". False
// and a message on stderr if it cannot be written.
bool report_write(const grade_report *r, const char *module, const char *path);

// One line for another program to read: index, verdict, points, of, function, name, message, with tabs
// between them.
void report_stream(FILE *f, const grade_case *row, const grade_outcome *o);

// failed[i] = whether the result.json at `path` has case i as anything but passed. No file: none of them.
void report_failed(const char *path, bool *failed);
