// hints.h: the three hints of an exercise, one at a time, from a module's hints.md, which is Markdown.
//
//     ## matmul_auto and acceleration_use
//     1. a question
//     2. a direction
//     3. nearly the code
//
// A line of a hint that begins with * or + and a blank is an item of a list within the hint.
#pragma once

#include <stdbool.h>
#include <stdio.h>

enum { HINT_LEVELS = 3 };

// Write hint `level` (1 to 3) for the function as HTML; false if the file has none. Without `out` it only looks.
bool hint_write(FILE *out, const char *file, const char *function, int level);

// Print it in a terminal; false if the file has none.
bool hint_print(const char *file, const char *function, int level);

// List the exercises that have hints, as the headings name them, in lines indented by two blanks.
void hint_list(FILE *out, const char *file);

// The level to show next: one more than the last time, which the file at `state` remembers.
int hint_next_level(const char *state, const char *function);
