// checks.h: the fill and check functions that cases.c lists, and what the check_*.c files share.
#pragma once

#include "engine/grade.h"

#include "calls.h"

// --- lay.c: the arrays of a call, and comparing them ---

// Add the arrays of the row's call, whose numbers are set, in the order that calls.h says, filled with what
// is valid: random weights in -1 .. 1, masks of ones, half as sparsity, usual options, the first outputs as
// kept.
void comp_lay(grade_run *run);

// Array i, to be changed in fill.
void *comp_array(grade_run *run, int i);

// What the call is, for a message: "prune_mask, count = 7". Valid until the next one.
const char *comp_call(grade_run *run);

// Wrong unless the call said TT_OK.
void comp_require_ok(grade_run *run);

// Wrong unless array i (count floats) is want, within allowed if that is not NULL.
void comp_compare(grade_run *run, int i, const char *name, size_t count, const double *want,
                  const double *allowed);
void comp_compare_floats(grade_run *run, int i, const char *name, size_t count, const float *want);
void comp_compare_integers(grade_run *run, int i, const char *name, size_t count, const int *want);

// A sparse matrix for a product: w (in, out) with about this part of numbers, some outputs and inputs without
// any. Whole numbers from -8 to 8.
void comp_random_weights(grade_run *run, float *w, int in, int out, int of_hundred);

// --- Cases: check_masks.c, check_steps.c, check_filters.c, check_sparse.c, check_network.c, check_distill.c, check_scan.c ---

grade_fill comp_fill_threshold, comp_fill_mask, comp_fill_ties, comp_fill_masks, comp_fill_mask_ties,
    comp_fill_kept;
grade_check comp_check_threshold, comp_check_mask, comp_check_masks, comp_check_kept;

grade_fill comp_fill_schedule, comp_fill_step, comp_fill_masked_step;
grade_check comp_check_schedule, comp_check_step;

grade_fill comp_fill_norms, comp_fill_choose, comp_fill_outputs, comp_fill_inputs, comp_fill_filters;
grade_check comp_check_norms, comp_check_choose, comp_check_outputs, comp_check_inputs, comp_check_filters;

grade_fill comp_fill_build, comp_fill_hostile, comp_fill_block_mask, comp_fill_product, comp_fill_wide_range;
grade_check comp_check_build, comp_check_hostile, comp_check_block_mask, comp_check_product;

grade_fill comp_fill_linear, comp_fill_network, comp_fill_bad_network;
grade_check comp_check_linear, comp_check_network, comp_check_bad_network;

grade_fill comp_fill_targets, comp_fill_extreme, comp_fill_loss;
grade_check comp_check_targets, comp_check_loss, comp_check_gradient;

grade_fill comp_fill_scan, comp_fill_bad_scan, comp_fill_levels;
grade_check comp_check_scan, comp_check_bad_scan, comp_check_levels;

// check_doors.c: what every function refuses, and sizes of 0
grade_fill comp_fill_door;
grade_check comp_check_door;

// check_break.c: the student's inputs against wrong masks and wrong products
grade_fill comp_fill_break_mask, comp_fill_break_sparse;
grade_check comp_check_break_mask, comp_check_break_sparse;

// check_speed.c: what is timed, and what it is held against
grade_fill comp_fill_many_weights, comp_fill_large_csr, comp_fill_large_blocks;
grade_check comp_check_by_sample;
grade_yard comp_yard_sort, comp_yard_csr, comp_yard_blocks;
enum { SORTED_PART = 8 }; // of the weights: sorting takes its time
