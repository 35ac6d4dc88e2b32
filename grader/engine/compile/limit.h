// limit.h: tells a step that ran into one of its limits from a file with mistakes: the student would look for an error that is
// not there.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// By a failed step's wait status and what it printed: false if no limit ended it, else `text` says which, and what to look for.
bool limit_tell(char *text, size_t size, int status, const char *log, int seconds);
