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

// check_memory.c, check_counters.c, check_sections.c, check_cache.c: scripts of calls, each of which is a job.
grade_fill prof_fill_taken, prof_fill_resized, prof_fill_odd, prof_fill_memory_sections, prof_fill_leaks,
    prof_fill_threads;
grade_fill prof_fill_useful, prof_fill_counters_odd, prof_fill_executed, prof_fill_models;
grade_fill prof_fill_nested, prof_fill_names, prof_fill_rooms, prof_fill_exits, prof_fill_backwards,
    prof_fill_report, prof_fill_trace, prof_fill_folded, prof_fill_flame;
grade_fill prof_fill_shapes, prof_fill_by_hand, prof_fill_series, prof_fill_two_levels, prof_fill_edges;
grade_check prof_check_memory, prof_check_threads, prof_check_counters, prof_check_sections, prof_check_cache;
