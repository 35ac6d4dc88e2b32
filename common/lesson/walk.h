// walk.h: runs a lesson's cells in order, each in a process of its own, and calls the faces.
#pragma once

#include "event.h"

typedef struct {
    const char *only, *from; // a cell's name: that one alone, or the first to run; NULL: all
    bool step;               // wait for Enter after each cell
} lesson_walk_options;

// The cell that a piece defines; NULL if it defines none.
const lesson_cell *lesson_cell_of(const lesson_piece *piece);

// Walk the pieces of run: `live` is called for each event at once, and every event is kept in run. False
// if no cell has the name in the options.
bool lesson_walk(lesson_run *run, lesson_face live, const lesson_walk_options *options);
