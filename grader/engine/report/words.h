// words.h: what a message calls a call's numbers and arrays: the names of the module's table grade_names.
#pragma once

#include "engine/grade.h"

// "m = 3, n = 5, k = 7, a NULL", "" if no name is known.
void words_call(grade_run *run, char *text, size_t size);

// "`out`", or "array 2".
void words_array(const grade_run *run, int i, char *text, size_t size);
