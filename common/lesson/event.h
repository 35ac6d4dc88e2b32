// lesson/event.h: what happens while a lesson is walked, and what a face is: a table of functions, one per
// kind of event.
//
// One walk produces the events. The terminal's face is called while they happen; they are also kept, and the
// page and the notebook are written from what was kept when the run is over and every number is known.
#pragma once

#include "lesson.h"
#include "text.h"

typedef enum {
    LESSON_PROSE,      // piece
    LESSON_CODE,       // piece, cell, number; cell is NULL for a helper that nothing runs
    LESSON_OUTPUT,     // text: what the cell printed, as it came
    LESSON_TABLE,      // table: what was measured at one case
    LESSON_CHART,      // chart, and svg and png where they were drawn
    LESSON_PREDICTION, // record: the reader is asked
    LESSON_RECORD,     // record: a number for the prose
    LESSON_WARNING,    // text: how the cell ended, if not well
    LESSON_CELL_END,   // cell, number
    LESSON_EVENT_KINDS
} lesson_event_kind;

typedef struct lesson_record lesson_record; // see lesson/state.h

typedef struct {
    bool drawn; // the pictures are in `folder`
    char folder[300];
    plot_chart plot;
} lesson_chart;

// The same rows twice: 80 columns for a terminal, and Markdown whose first two lines are the heading.
typedef struct {
    char plain[4096], markdown[4096];
} lesson_table;

// A number of bytes that somebody allocated, with a zero behind them; at NULL: none.
typedef struct {
    char *at;
    size_t length;
} lesson_blob;

typedef struct {
    lesson_event_kind kind;
    const lesson_piece *piece; // that it belongs to
    const lesson_cell *cell;   // NULL for prose and helpers
    int number;                // In [number]
    const lesson_record *record;
    lesson_blob text, markdown; // TABLE: both; OUTPUT, WARNING: text
    lesson_chart *chart;
    lesson_blob svg, png;
} lesson_event;

// A face: what to do at each kind of event. NULL: nothing.
typedef void (*const lesson_face[LESSON_EVENT_KINDS])(void *self, const lesson_event *event);

// Everything that a run leaves behind.
typedef struct {
    const char *text, *path; // the lesson's source and where it stands
    lesson_piece *pieces;
    int piece_count;
    bool troubled[LESSON_MOST_CELLS]; // by piece: its cell met a stub, crashed or was stopped
    lesson_event *events;
    int count, room;
    // options
    const char *answers; // file of the answers to the questions, NULL: none
    bool reload;         // the page looks for a newer one of itself
} lesson_run;

// Keep a copy of an event; what it points to, too. Output grows the output before it, up to a limit; rows of
// a table under the same heading go to the table before. False without memory.
bool lesson_run_add(lesson_run *run, const lesson_event *event);

// Call a face for every event that was kept.
void lesson_run_replay(const lesson_run *run, lesson_face face, void *self);

// Free what the run owns and zero it.
void lesson_run_finish(lesson_run *run);

// --- The faces ---

extern lesson_face lesson_terminal, lesson_progress;                  // as it happens; self is the run
tt_status lesson_write_html(const lesson_run *run, const char *path); // one page
tt_status lesson_write_ipynb(const lesson_run *run, const char *path);
