// lesson/names.h: the {names} in prose: numbers that cells record.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "event.h"

// {name} or {predicted:name} in a line.
typedef struct {
    const char *start, *end; // of the whole, braces included
    const char *name;
    size_t length;
    bool guessed;
} lesson_name;

// The next name at or after `from`; false if the line has no more. Other braces are passed over.
bool lesson_next_name(const char *from, lesson_name *name);

// A number as prose prints it: three digits, or all of a whole number up to seven, and its unit.
void lesson_print_number(char *text, size_t size, double value, const char *unit);

// Copy a line with its names replaced by their values. A value that is not known is `absent`; a guess that
// was not made, "nothing". before and after stand round every measured number: "" in a terminal.
void lesson_fill_names(char *out, size_t size, const char *in, const char *absent, const char *before,
                       const char *after);

// A whole piece of prose like that, without its comment marks; the caller frees it. at is NULL without
// memory.
lesson_blob lesson_fill_prose(const lesson_piece *piece, const char *absent, const char *before,
                              const char *after);

// Whether every name of the prose was recorded, or belongs to a cell that could not run to its end. If not,
// tt_error names cell, line and name.
tt_status lesson_check_names(const lesson_run *run);

// How good the guesses were, as Markdown: a table, or a sentence if there were none. malloc'ed; NULL without
// memory.
char *lesson_guesses_markdown(void);

// By what factor a guess is off, 1 or more; infinite where one of the two is not positive and they differ.
double lesson_guess_factor(const lesson_record *record);
