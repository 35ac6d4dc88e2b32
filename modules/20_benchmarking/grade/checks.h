// checks.h: what the table of cases is made of. Both functions have the same cases: scale_add is a sum with
// one weight.
#pragma once

#include "engine/grade.h"

// check_sums.c: lengths that are no multiple of a vector or a strip, whole numbers, arguments to be refused,
// and a size at which good code takes some milliseconds. Outputs are compared with a loop in double precision.
grade_fill benchmarking_fill_ragged, benchmarking_fill_integers, benchmarking_fill_door, benchmarking_fill_long;
grade_check benchmarking_check_close, benchmarking_check_exact, benchmarking_check_door;
grade_yard benchmarking_yard_textbook, benchmarking_yard_rows;
enum { TEXTBOOK_PART = 8 }; // of the outputs: the textbook takes its time
