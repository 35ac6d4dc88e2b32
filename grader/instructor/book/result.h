// result.h: one result.json in memory: what one grading of one student's file came to.
//
// grade-NN writes it (grader/engine/report.c); `grader grade` adds whose it is ("student") and which grader it was
// ("grader", see modules_engine) and puts it into the book. Its structure is trusted once it is loaded; its
// texts are not.
#pragma once

#include <stdbool.h>

#include <jansson.h>

#include "core/status.h"

typedef struct {
    double wall, cpu, yard; // seconds: the call by both clocks, then the yardstick
    bool kept;
} result_call;

typedef struct {
    const char *function, *name, *verdict, *message, *printed; // printed: by its code, the first lines
    double points, of;
    bool timed;
    double ratio, least, most; // of a timed case: reached, where points begin, where they are full
    bool busy;                 // points are missing, and the machine was busy
    const char *kept_from;     // when it was measured, if an earlier grading of the file counts; else ""
    const char *unit;
    result_call *calls;
    int call_count;
} result_case;

typedef struct {
    const char *layer, *why;
    bool on;
} result_layer;

typedef struct {
    json_t *root;                 // owns every text below
    const char *student, *grader; // "" as grade-NN wrote it
    const char *module, *file, *sha256, *seed, *graded, *compile, *compile_message, *compile_warnings, *cpu,
        *compiler;
    int cores;
    bool untimed;
    double seconds, score, of;
    int passed, failed;
    result_case *cases;
    int case_count;
    result_layer *layers;
    int layer_count;
} result;

// TT_BAD_FILE with a sentence if it is no such file; r is then zeroed.
tt_status result_load(result *r, const char *path);
void result_finish(result *r);

// `now` and `before` are results of one file by one grader: a case that is right in both and earned more before, because
// of its speed, is taken from there, with "kept_from", when that was; score and counts follow. Returns
// the score.
double result_keep_better(json_t *now, const json_t *before);

bool result_passed(const result_case *c);

// "15" of "15_acceleration", into out (8).
const char *result_number(char *out, const char *module);
