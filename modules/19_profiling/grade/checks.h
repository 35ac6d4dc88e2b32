// checks.h: what the table of cases is made of. Both functions have the same cases: scale_add is a sum with
// one weight.
#pragma once

#include "engine/grade.h"

// check_sums.c: lengths that are no multiple of a vector or a strip, whole numbers, arguments to be refused,
// and a size at which good code takes some milliseconds. Outputs are compared with a loop in double precision.
grade_fill profiling_fill_ragged, profiling_fill_integers, profiling_fill_door, profiling_fill_long;
grade_check profiling_check_close, profiling_check_exact, profiling_check_door;
grade_yard profiling_yard_textbook, profiling_yard_rows;
enum { TEXTBOOK_PART = 8 }; // of the outputs: the textbook takes its time
