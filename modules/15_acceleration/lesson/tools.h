// tools.h: what cells of this lesson measure and draw, and no reader has to see line by line.
//
// A cell is a process of its own: what it allocates ends with it.
#pragma once

#include "lesson/lesson.h"

// --- Waiting ---

// Multiply-adds of single floats, from the L1 cache, added to `sums` independent sums (1, 2, 4 or 8) in turn:
// GFLOP/s. A sum's next addition waits for its last one.
double speed_of_sums(int sums) LESSON_TOOL(speed_of_sums);

// The same loop over two rows in the L1 cache, out[j] += x * row[j], one float at a time or a vec at a time:
// GFLOP/s.
double speed_of_lanes(bool vectors) LESSON_TOOL(speed_of_lanes);

// The time of one load whose address is the result of the load before, in ns: `lines` cache lines in random
// order, each `bytes_apart` bytes behind the one before (64: one after the other; 4096 + 64: each on a page of
// its own). NaN without memory.
double time_of_load(int lines, size_t bytes_apart) LESSON_TOOL(time_of_load);

// --- Pictures ---

// A register of floats: a row of b times x, added to a row of out.
void draw_lanes(void) LESSON_TOOL(draw_lanes);

// Into which sets of this machine's first cache the lines of one column fall: `rows` rows of n floats.
void draw_sets(int n, int rows) LESSON_TOOL(draw_sets);

// A tile of rows x vectors sums, and what one step of p loads for it.
void draw_tile(int rows, int vectors) LESSON_TOOL(draw_tile);

// A small b as it lies in memory, and copied into panels of `width` columns.
void draw_panels(int k, int n, int width) LESSON_TOOL(draw_panels);

// --- The roofline: begun with its roofs in GB/s and GFLOP/s, then points by flop/byte and GFLOP/s, then show_plot ---

plot_chart *begin_roofline(double l1, double memory, double peak)
    LESSON_TOOL(begin_roofline);
void add_point(plot_chart *chart, const char *name, double intensity,
               double speed) LESSON_TOOL(add_point);
