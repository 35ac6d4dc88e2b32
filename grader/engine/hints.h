// hints.h: the three hints of an exercise, one at a time, from a module's hints.md.
//
//     ## matmul_auto and acceleration_use
//     1. a question
//     2. a direction
//     3. nearly the code
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { HINT_LEVELS = 3, HINT_BYTES = 2048 };

// Hint `level` (1 to 3) for the function, its lines joined by blanks, into out (size); cut at size. false, and
// out empty, if the file has none.
bool hint_read(char *out, size_t size, const char *file, const char *function, int level);

// Print it; false if the file has none.
bool hint_print(const char *file, const char *function, int level);

// The level to show next: one more than the last time, kept in the file at `state`.
int hint_next_level(const char *state, const char *function);
