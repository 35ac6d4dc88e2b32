// checks.h: what the table of cases is made of. Both functions have the same cases: scale_add is a sum with
// one weight.
#pragma once

#include "engine/grade.h"

// check_sums.c: lengths that are no multiple of a vector or a strip, whole numbers, arguments to be refused,
// and a size at which good code takes some milliseconds. Outputs are compared with a loop in double precision.
grade_fill @TOPIC@_fill_ragged, @TOPIC@_fill_integers, @TOPIC@_fill_door, @TOPIC@_fill_long;
grade_check @TOPIC@_check_close, @TOPIC@_check_exact, @TOPIC@_check_door;
grade_yard @TOPIC@_yard_textbook, @TOPIC@_yard_rows;
enum { TEXTBOOK_PART = 8 }; // of the outputs: the textbook takes its time
