// results.h: what a benchmark measured, in memory and as JSON.
//
// The file is for other programs too (a notebook, a gradebook), so its names are kept: see docs/measuring.md.
// Raw times are in it: anyone can compute another statistic. Units: seconds per call; work in the row's unit
// per call.
#pragma once

#include <stdbool.h>

#include "machine.h"
#include "measure.h"
#include "core/status.h"

enum { RESULTS_MOST_ROUNDS = 64, RESULTS_MOST_VALUES = 32, RESULTS_MOST_PARTS = 24 };

// How long was measured: everything with room for a verdict, everything in short, small sizes for a look.
typedef enum { RESULTS_FULL, RESULTS_PLOT, RESULTS_QUICK, RESULTS_LENGTHS } results_length;
extern const char *const results_length_names[RESULTS_LENGTHS]; // "full", "plot", "quick"

// What a row is in its chart. A given row or a yardstick needs nothing from the student.
typedef enum { RESULTS_RUNG, RESULTS_GIVEN, RESULTS_YARDSTICK, RESULTS_KINDS } results_kind;

// One variant at one case.
typedef struct {
    char suite[24], kase[32], variant[32];
    results_kind kind;
    double x; // the case's place on a curve's axis; 0: it is on no curve
    int threads;
    bool passed;                         // its output was checked and right
    char why[160];                       // why not: "not written yet", "crashed: Segmentation fault", ...
    double work;                         // per call, in `unit`s less the "/s"
    char unit[16];                       // of work per second: "flop/s", "B/s"
    int n;                               // rounds that it was timed in; 0 if not timed
    double seconds[RESULTS_MOST_ROUNDS]; // per call; seconds[r] stood next to the other rows' seconds[r]
} results_row;

// One number of a run that is no row: an accuracy, a number of bytes.
typedef struct {
    char name[32];
    double value;
    char unit[16];
} results_value;

// A part that was measured to its end: a suite, or what is no suite. Rows stand in the order of the parts.
typedef struct {
    char name[24];
    char program[20]; // the fingerprint of the program that measured it
    double seconds;   // that it took
    int rows;         // that it left
} results_part;

typedef struct {
    char module[32], side[12]; // "15_acceleration", "mine" or "solution"
    results_length length;
    machine_info machine;
    results_row *rows;
    int row_count, row_room;
    bool fixed; // the rows' room is somebody else's memory and does not grow
    results_value values[RESULTS_MOST_VALUES];
    int value_count;
    results_part parts[RESULTS_MOST_PARTS];
    int part_count;
} results;

// Free what r owns and zero it. NULL is fine.
void results_finish(results *r);

// Append a copy of row. TT_NO_MEMORY if there is none; r is then unchanged.
tt_status results_add(results *r, const results_row *row);

// Note that a part is complete. TT_NO_MEMORY past RESULTS_MOST_PARTS.
tt_status results_add_part(results *r, const results_part *part);
const results_part *results_find_part(const results *r, const char *name); // NULL if it is not there

// Whether both come from the same CPU, compiler and flags: what may stand side by side.
bool results_same_machine(const results *a, const results *b);

// Set a named number. TT_NO_MEMORY past RESULTS_MOST_VALUES.
tt_status results_set(results *r, const char *name, double value, const char *unit);

// The row or value of that name, NULL if absent.
const results_row *results_find(const results *r, const char *suite, const char *kase, const char *variant);
const results_value *results_get(const results *r, const char *name);

// The first row of row's suite and case: what its ratio is taken to. row itself if it is the first.
const results_row *results_base(const results *r, const results_row *row);

// Work per second at the median time; NaN if the row was not timed.
double results_rate(const results_row *row);

// How many times as much work per second `row` does as `base`, pair by pair.
measure_stats results_ratio(const results_row *row, const results_row *base);

// The same from the best time of each: what verdicts are taken from, since a disturbance only ever adds time.
// NaN if one of them was not timed.
double results_best_ratio(const results_row *row, const results_row *base);

// What two threads gain over one in a suite's case, as a part of what two threads gain there that only do what
// the machine can do at most: four variants' names, the gains from best times. NaN if one of them was not
// timed, or if the second gain is below 1.1: where threads gain nothing (one core, or one that is busy) there
// is nothing to be a part of.
double results_gain_of_gain(const results *r, const char *suite, const char *kase, const char *two,
                            const char *one, const char *yard_two, const char *yard_one);

// Write as JSON, to a neighbour first and then renamed, so that a reader sees the old file or the new.
tt_status results_save(const results *r, const char *path);

// Read back. TT_BAD_FILE with a sentence if it is not such a file; out is then untouched.
tt_status results_load(results *out, const char *path);
