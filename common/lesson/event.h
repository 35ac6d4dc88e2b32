// event.h: the events of a walk through a lesson, and what a face is: a table with a function for
// each kind of event.
//
// A walk produces events. The terminal's face is called at once; the events are also kept, and the page
// and the notebook are written from them at the end of the run, when every number is known.
#pragma once

#include "lesson.h"
#include "text.h"
#include "page/figure.h"

typedef enum {
    // behind each kind: the members of lesson_event that it sets
    LESSON_PROSE,      // piece
    LESSON_CODE,       // piece, cell, number; cell is NULL for a helper that nothing runs
    LESSON_OUTPUT,     // text: what the cell printed, unchanged
    LESSON_TABLE,      // text, markdown: the rows of one measured case
    LESSON_CHART,      // chart; svg and png if they were drawn
    LESSON_FIGURE,     // figure
    LESSON_PREDICTION, // record: the number that the reader guesses
    LESSON_RECORD,     // record: a number for the prose
    LESSON_WARNING,    // text: how the cell ended, if not well
    LESSON_CELL_END,   // cell, number
    LESSON_EVENT_KINDS
} lesson_event_kind;

typedef struct lesson_record lesson_record; // see state.h

typedef struct {
    bool drawn; // the pictures are in `folder`
    char folder[300];
    plot_chart plot;
} lesson_chart;

// The same rows twice: 80 columns for a terminal, and Markdown whose first two lines are the heading.
typedef struct {
    char plain[4096], markdown[4096];
} lesson_table;

// Allocated bytes, followed by a zero byte. `at` is NULL if there are none.
typedef struct {
    char *at;
    size_t length;
} lesson_blob;

typedef struct {
    lesson_event_kind kind;
    const lesson_piece *piece; // the piece of the lesson that it belongs to
    const lesson_cell *cell;   // NULL for prose and helpers
    int number;                // N in "In [N]"
    const lesson_record *record;
    lesson_blob text, markdown; // TABLE: both; OUTPUT, WARNING: text
    lesson_chart *chart;
    figure *figure;
    lesson_blob svg, png;
} lesson_event;

// A face: the function to call for each kind of event; NULL ignores that kind.
typedef void (*const lesson_face[LESSON_EVENT_KINDS])(void *self, const lesson_event *event);

// What a run keeps.
typedef struct {
    const char *text, *path; // the lesson's source, and its path
    lesson_piece *pieces;
    int piece_count;
    // for each piece: its cell met a stub, crashed or was stopped; met a stub; met code that is wrong or crashed; ran
    bool troubled[LESSON_MOST_CELLS], unwritten[LESSON_MOST_CELLS], failed[LESSON_MOST_CELLS],
        ran[LESSON_MOST_CELLS];
    bool partial; // not all cells run: --cell, --from
    lesson_event *events;
    int count, room;
    // options
    const char *answers; // file of the answers to the questions, or NULL
    bool reload;         // the page reloads itself when a newer one is written
} lesson_run;

// Add a copy of the event and of all it points to. Output right after output is appended to it, up to
// a limit; rows of a table right after a table with the same heading are appended to that table.
// False without memory.
bool lesson_run_add(lesson_run *run, const lesson_event *event);

// Call the face for every kept event.
void lesson_run_replay(const lesson_run *run, lesson_face face, void *self);

// Free what the run owns and zero it.
void lesson_run_finish(lesson_run *run);

// --- The faces ---

extern lesson_face lesson_terminal, lesson_progress;                  // during the run; self is the run
tt_status lesson_write_html(const lesson_run *run, const char *path); // one HTML page
tt_status lesson_write_ipynb(const lesson_run *run, const char *path);
