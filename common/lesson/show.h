// lesson/show.h: what the lesson's terminal face offers beside its table of functions: see lesson_event.h.
#pragma once

#include <stdbool.h>
#include <stdio.h>

// Print words at `column`, starting new lines before the terminal's edge, each with `indent` blanks.
// Returns the column.
int show_words(FILE *out, const char *text, int column, int indent);

// Wait for Enter; false if the reader typed q or input ended.
bool show_pause(void);

// How good the reader's guesses were; nothing if there were none.
void show_guesses(void);
