// lesson/walk.h: goes from cell to cell, runs each in a process of its own, and tells the faces.
#pragma once

#include "event.h"

typedef struct {
    const char *only, *from; // cells by name; NULL: all
    bool step;               // waits for Enter after each cell
} lesson_walk_options;

// The cell that a piece defines, NULL if none.
const lesson_cell *lesson_cell_of(const lesson_piece *piece);

// Walk the pieces of run; `live` is called as it happens, and everything is kept in run. False if there is no
// cell of the name that the options say.
bool lesson_walk(lesson_run *run, lesson_face live, const lesson_walk_options *options);
