// outcomes.h: a lesson's chosen prose (choice.h), checked for every outcome, with numbers that nobody measured.
#pragma once

#include "lesson/event.h"

// TT_OK if all marks are well formed, no alternative is empty, and every name in a condition is quoted in the
// code of some cell. If not, tt_error names file and line.
tt_status lesson_check_marks(const lesson_run *run);

// Push the numbers of every block to either side of each of its comparisons, and look at the prose that comes
// out. TT_OK if each alternative is shown for some numbers, each comparison comes out both ways, no "{" and no
// "not measured" is left where all is known, and a number that is called faster, slower, more or less stands
// in a block that compares it. Overwrites the recorded numbers.
tt_status lesson_check_outcomes(const lesson_run *run);

// Take numbers from lines "name = 1.5 unit" in a file, as if cells had recorded them. TT_BAD_FILE, TT_BAD_VALUE.
tt_status lesson_take_given(const char *path);
