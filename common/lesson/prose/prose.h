// prose.h: the lines of a prose piece as they are shown: sentences are chosen, names filled in, and a paragraph about
// numbers that are still to come is one line that says when they come.
//
//     After you wrote `matmul_reordered`: what the cell "Loop order" measured.
//
// It replaces a paragraph with a number of a cell that met an exercise that is not written or failed, or did not run
// because one cell alone was asked for.
#pragma once

#include "lesson/event.h"

typedef struct {
    const lesson_run *run;
    const lesson_piece *piece;
    const char *absent, *before, *after; // see names.h
    // kept between lines
    const char *at;
    int choice;
    bool begun, waits; // inside a paragraph; it is one that is left out
    char said[256];    // the last such line: several paragraphs of a cell get one
} lesson_prose;

// Read the piece's next line: raw (as in the file), and in line what is shown for it; *shown is false if nothing is.
// False after the last line. Both hold at least 4096 bytes.
bool lesson_prose_next(lesson_prose *p, char *raw, char *line, bool *shown);

// All lines; to be freed. at is NULL without memory.
lesson_blob lesson_fill_prose(const lesson_run *run, const lesson_piece *piece, const char *absent,
                              const char *before, const char *after);
