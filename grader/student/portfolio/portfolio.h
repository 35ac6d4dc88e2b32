// portfolio.h: a student's own pages, made from results alone: what each step gained, points, charts, code, write-ups.
//
// Read are, in the project's folder: progress/NN_topic.json (the last grading), BUILD/results/NN_topic.SIDE.json (what was
// measured), BUILD/charts/, the student's files and portfolio/*.md (what the student wrote about it). What is missing is
// named on the page with the command that makes it. All of this is the student's own, and none of it is trusted: text is
// escaped, numbers are checked, and a page runs no script and loads nothing.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "measure/results.h"
#include "student/progress.h"
#include "student/todo.h"

// --- What is known of a module ---

typedef struct {
    char name[80], number[8], topic[72]; // "15_acceleration", "15", "acceleration"
    char title[96];                      // of its README
    char file[256];                      // the student's
    char *source;                        // its text; NULL: not there
    todo_list all, left;                 // functions of the stub, and those not written yet
    progress points;
    char from[256]; // where `measured` comes from
    results measured;
    bool is_measured;
} portfolio_module;

typedef struct {
    const char *build, *side; // the build folder; "mine" or "solution"
    const char *name;         // of whoever wrote it, or ""
    portfolio_module *module; // (count)
    int count;
    results course; // modules together: BUILD/results/course.both.json
    bool has_course;
} portfolio;

// --- gains.c: what a step gained ---

enum { GAINS_MOST = 64 };

// One step of a suite, over the suite's first variant, by the medians of paired ratios.
typedef struct {
    char suite[24], step[32], over[32];
    int cases;
    double mean, least, most; // geometric mean over the cases, and its ends
    char least_at[32], most_at[32];
} gain;

// Those of results that are times: the steps that the student writes and that were right, against the first variant of
// each case unless that is a yardstick. -> list (the first of them), returns how many
int gains_find(gain list[GAINS_MOST], const results *r);

// As tables and bar charts, a pair for each suite, with where they come from; or what to do if there are none.
void gains_put(FILE *f, const results *r, const char *from, const char *command);

// --- functions.c: the code of a file, function by function ---

enum { FUNCTIONS_MOST = 256 };

typedef struct {
    char name[48];
    const char *text; // in the source
    size_t length;
} function_text;

// Every function that is defined in a C file, by the shape that clang-format gives: it begins on a line that is not
// indented and ends with a line that begins with }. Returns how many.
int functions_find(function_text list[FUNCTIONS_MOST], const char *source);

// --- The pages ---

// The contents of the page of a module.
void portfolio_put_module(FILE *f, const portfolio *p, const portfolio_module *m);

// What the student writes, in portfolio/NAME.md; ends with a NULL name.
typedef struct {
    const char *name, *title, *about;
} write_up;
extern const write_up write_ups[];

// Markdown in which {15_acceleration points}, {15_acceleration gain SUITE STEP} and {15_acceleration value NAME} stand for
// what was measured; what was not is said.
void write_up_put(FILE *f, const portfolio *p, const char *text);

// Which runtime has what the student built.
void production_put(FILE *f);
