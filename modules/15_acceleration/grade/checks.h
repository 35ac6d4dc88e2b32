// checks.h: what the table of cases is made of. Every rung answers the same cases: one list of shapes, one oracle.
#pragma once

#include "engine/grade.h"

typedef struct {
    int m, n, k;
} shape;

// Lay out a (m, k), b (k, n), out (m, n): arrays 0, 1, 2.
void lay_product(grade_run *run, shape s, bool integers);

// check_product.c: products of many shapes, whole numbers, and what stands at the door.
grade_fill fill_ragged, fill_integers, fill_blocks, fill_door, fill_any_block, fill_threads,
    fill_through_table;
grade_check check_status, check_close, check_exact, check_by_sample, check_door, check_any_block;

// check_modes.c: which function each mode installs.
grade_fill fill_modes;
grade_check check_mode, check_refused;

// check_break.c: the student's inputs against wrong products.
grade_fill fill_break;
grade_check check_break;

// check_speed.c: sizes at which good code takes about 5 ms and more, and what it is timed against.
grade_fill fill_column_walk, fill_rows, fill_tall, fill_wide, fill_one_row;
grade_yard yard_naive, yard_rows, yard_tile, yard_two_tiles;
enum { NAIVE_PART = 8 }; // of the rows: the textbook loops take some hundred times as long as the last rung
