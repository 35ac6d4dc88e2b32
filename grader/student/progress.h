// progress.h: how far a student is with a module, read from the last grading in progress/NN_topic.json.
#pragma once

#include <stdbool.h>
#include <stdio.h>

enum { PROGRESS_MOST = 128 };

typedef struct {
    char function[48], name[80], verdict[16], message[400];
    double points;
    int of;
} progress_case;

typedef struct {
    bool present;
    char graded[24];     // ISO 8601, UTC
    char compile[4000];  // the compiler's messages; "" if the file was compiled
    char warnings[1200]; // the compiler's, a line each
    double score, of;
    int passed, failed, count;
    progress_case cases[PROGRESS_MOST];
    char printed[320], printed_by[128]; // what the first case that printed something printed, and its name
    // The last timed case in the table: what it reached ("0.77 of the measured peak"), and its name.
    char best[96], best_case[128];
} progress;

// Read the file; present is false if it is missing or cannot be read.
void progress_read(progress *p, const char *path);

// Read one line of grade-NN --stream into case `index`; false if it is no such line.
bool progress_take_line(progress *p, char *line);

// Add up score, of, passed and failed from the cases that were read by lines.
void progress_sum(progress *p);

// The first case of the table that is to be looked at: not passed, and no consequence of another. NULL: none.
const progress_case *progress_next(const progress *p);

// The letters of the longest function's name.
int progress_width(const progress *p);

// A line for each function: points, cases, what is missing.
void progress_print(const progress *p);
