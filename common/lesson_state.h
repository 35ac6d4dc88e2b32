// lesson_state.h: what the cells of a running lesson and its engine share.
#pragma once

#include <stdbool.h>

#include "crash.h"

enum { LESSON_MOST_RECORDS = 96 };

typedef struct {
    char name[32], unit[12];
    double value, guess; // NaN: none
} lesson_record;

// Lives in shared memory: cells run in processes of their own.
typedef struct {
    lesson_record records[LESSON_MOST_RECORDS];
    int count;
    volatile bool asking; // a cell waits for the reader: no time limit runs
    bool todo;            // the cell met an exercise that is not written yet
    crash_report crash;
    // options
    bool quick, interactive;
    char folder[256]; // charts go to FOLDER/charts
} lesson_state;

extern lesson_state *lesson; // set before any cell runs

// The record of that name (length bytes), NULL if there is none.
const lesson_record *lesson_find(const char *name, size_t length);
