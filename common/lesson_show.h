// lesson_show.h: the lesson's terminal face: Markdown, code and messages in 80 columns.
#pragma once

#include <stdbool.h>

#include "lesson_text.h"

// Prose: headings, paragraphs refilled to 78 columns, lists, tables and quoted code as they are; {names}
// filled in.
void show_prose(const lesson_piece *piece);

// In [number]: title, then the code.
void show_code(const lesson_piece *piece, int number);

// A line that stands out.
void show_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Wait for Enter; false if the reader typed q or input ended.
bool show_pause(void);

// How good the reader's guesses were; nothing if there were none.
void show_guesses(void);
