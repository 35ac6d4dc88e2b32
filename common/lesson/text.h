// text.h: the text of a lesson cut into cells.
#pragma once

#include <stddef.h>

enum { LESSON_MOST_CELLS = 128 };

// A piece of the text, from one "// %%" line to the next. It ends by its length, not by a zero byte.
typedef struct {
    char title[80]; // of a code cell; "" for prose
    int is_prose;
    const char *mark, *next; // its "// %%" line, and where the next piece begins
    const char *body;
    size_t length;              // of the body without the blank lines at its end
    long first_line, last_line; // of the body in the file, counted from 1
} lesson_piece;

// Cut text into at most `most` pieces; returns how many. Text before the first "// %%" is in no piece.
int lesson_cut(lesson_piece *pieces, int most, const char *text);

// Copy the next line of a prose piece without its comment mark. Returns its length, or -1 after the last
// comment line: code behind it (a helper, main) is not shown. *at starts at body.
int lesson_prose_line(const lesson_piece *piece, const char **at, char *line, size_t size);
