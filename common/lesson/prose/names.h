// names.h: the {names} in prose, which stand for numbers that cells record.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lesson/event.h"

// {name} or {predicted:name} in a line.
typedef struct {
    const char *start, *end; // of all of it, braces included
    const char *name;
    size_t length;
    bool guessed;
} lesson_name;

// The next name at or after `from`; false if the line has no more. Other braces are skipped.
bool lesson_next_name(const char *from, lesson_name *name);

// A number and its unit as prose prints them: three digits, or a whole number in full up to seven.
void lesson_print_number(char *text, size_t size, double value, const char *unit);

// Copy a line with its names replaced by their values: by `absent` if the value is unknown. What a
// sentence says of a guess that was not made ("You guessed {predicted:x}; ") is left out. `before` and `after` enclose each measured number; both are "" in a terminal.
void lesson_fill_names(char *out, size_t size, const char *in, const char *absent, const char *before,
                       const char *after);

// The piece of the cell whose code quotes the name, or that of the exhibit whose number it is; NULL if there is none.
const lesson_piece *lesson_piece_of_name(const lesson_run *run, const char *name, size_t length);

// TT_OK if every name of the prose was recorded, or belongs to a cell that could not run to its end. If
// not, tt_error names cell, line and name.
tt_status lesson_check_names(const lesson_run *run);

// How good the guesses were, as Markdown: a table, or a sentence if there were none. The caller frees it;
// NULL without memory.
char *lesson_guesses_markdown(void);

// By what factor a guess is off, 1 or more; infinite if the two differ and one of them is not positive.
double lesson_guess_factor(const lesson_record *record);
