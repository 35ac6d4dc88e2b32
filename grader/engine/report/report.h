// report.h: the result of a grading: a table for people, and result.json, from which all else is derived.
#pragma once

#include "engine/parent.h"

typedef struct {
    grade_setup setup;
    grade_outcome *outcomes; // (grade_case_count)
    bool *done;              // (grade_case_count) which cases have an outcome
    double seconds;          // of the whole grading
    // sums, by report_sum
    double score, of;
    int passed, failed;
} grade_report;

// Points of a case are rounded to tenths; the score is their sum, rounded down.
void report_sum(grade_report *r);
double report_points(const grade_outcome *o);

// The table of verdicts in 80 columns, ended by `Score: N/100` and `N passed, N failed`.
void report_print(const grade_report *r, const char *module);

// Write result.json: whole, or not at all. The best speeds of the file that is replaced are kept under
// "best". False, with a message on stderr, if it cannot be written.
bool report_write(const grade_report *r, const char *module, const char *path);

// Write one line for another program: index, verdict, points, of, function, name, message, between tabs.
void report_stream(FILE *f, const grade_case *row, const grade_outcome *o);

// failed[i] = whether case i has not passed in the result.json at `path`. No file: all false.
void report_failed(const char *path, bool *failed);
