// state.h: what a lesson's engine shares with the cells that it runs.
#pragma once

#include <stdbool.h>

#include "core/crash.h"
#include "event.h"

enum { LESSON_MOST_RECORDS = 96 };

struct lesson_record {
    char name[32], unit[12], question[96];
    double value, guess; // NaN: none
    bool recorded, asked;
    char when[20]; // of an earlier run: its time; "" if the number is of this one
};

// In shared memory, because each cell runs in a process of its own.
typedef struct {
    lesson_record records[LESSON_MOST_RECORDS];
    int count;
    bool todo;   // the cell met an exercise that is not written yet
    bool failed; // or one that is wrong or crashed
    crash_report crash;
    // options
    bool quick, interactive;
    char folder[256]; // charts go to FOLDER/lesson
} lesson_state;

extern lesson_state *lesson; // set before any cell runs

// In a cell's process: the socket on which it tells its parent what happens. -1 elsewhere.
extern int lesson_wire;

// A message on this socket, one for each event; the parent answers a byte when every face has seen it.
typedef struct {
    lesson_event_kind kind;
    int record; // LESSON_PREDICTION, LESSON_RECORD: its index
    union {
        lesson_chart chart;
        figure figure;
        lesson_table table;
    };
} lesson_message;

// In a cell: tell the parent, and wait until every face has seen it.
void lesson_tell(const lesson_message *message, size_t size);

// The record of that name (length bytes); NULL if there is none.
const lesson_record *lesson_find(const char *name, size_t length);

// The record of that name, made without a number if there was none; NULL if there is no room for another.
lesson_record *lesson_find_or_add(const char *name);
