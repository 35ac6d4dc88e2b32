// progress.h: how far a student is with a module, as the last grading left it in progress/NN_topic.json.
#pragma once

#include <stdbool.h>
#include <stdio.h>

enum { PROGRESS_MOST = 128 };

typedef struct {
    char function[48], name[80], verdict[16], message[320];
    double points;
    int of;
} progress_case;

typedef struct {
    bool present;
    char graded[24];    // ISO 8601, UTC
    char compile[4000]; // the compiler's words; "" if the file was compiled
    double score, of;
    int passed, failed, count;
    progress_case cases[PROGRESS_MOST];
    char best[96],
        best_case[128]; // of the timed cases the one that came last in the table: "0.77 of the measured peak"
} progress;

// Read the file; present is false if there is none, or none that can be read.
void progress_read(progress *p, const char *path);

// One line of grade-NN --stream into case `index`; false if it is none.
bool progress_take_line(progress *p, char *line);

// The first case in the table's order that is not passed, NULL if there is none.
const progress_case *progress_next(const progress *p);

// A line for each function: points, cases, what is missing.
void progress_print(const progress *p);
