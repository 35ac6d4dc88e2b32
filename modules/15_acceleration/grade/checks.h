// checks.h: what the table of cases is made of. Every rung answers the same cases: one list of shapes, one oracle.
#pragma once

#include "engine/grade.h"

typedef struct {
    int m, n, k;
} shape;

// Lay out a (m, k), b (k, n), out (m, n): arrays 0, 1, 2.
void accel_lay_product(grade_run *run, shape s, bool integers);

// check_product.c: products of many shapes, whole numbers, and what stands at the door.
grade_fill accel_fill_ragged, accel_fill_integers, accel_fill_blocks, accel_fill_door, accel_fill_any_block,
    accel_fill_threads, accel_fill_library;
grade_check accel_check_status, accel_check_close, accel_check_exact, accel_check_by_sample, accel_check_door,
    accel_check_any_block, accel_check_library;

// check_order.c: in which order a rung adds.
grade_fill accel_fill_long_sums, accel_fill_partial_sums;
grade_check accel_check_one_sum, accel_check_sum_each_block, accel_check_partial_sums;

// check_modes.c: which function each mode installs, and a product through it.
grade_fill accel_fill_educational, accel_fill_optimised, accel_fill_auto, accel_fill_through_table,
    accel_fill_unknown;
grade_check accel_check_unknown;

// check_break.c: the student's inputs against wrong products.
grade_fill accel_fill_break;
grade_check accel_check_break;

// check_speed.c: sizes at which good code takes about 5 ms and more, and what it is timed against.
grade_fill accel_fill_rows, accel_fill_tall, accel_fill_wide, accel_fill_one_row;
grade_yard accel_yard_naive, accel_yard_rows, accel_yard_tile, accel_yard_two_tiles;
