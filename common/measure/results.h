// results.h: what a benchmark measured, in memory and as JSON.
//
// Other programs read the file too (a notebook, a gradebook), so its names do not change: see
// docs/measuring.md. It holds all times as measured, so that anyone can compute another statistic.
// Units    seconds per call; work per call in the row's unit.
#pragma once

#include <stdbool.h>

#include "machine.h"
#include "measure.h"
#include "core/status.h"

enum { RESULTS_MOST_ROUNDS = 64, RESULTS_MOST_VALUES = 64, RESULTS_MOST_PARTS = 24 };

// How much was measured: all, long enough for a verdict; all, for a shorter time; only small sizes.
typedef enum { RESULTS_FULL, RESULTS_PLOT, RESULTS_QUICK, RESULTS_LENGTHS } results_length;
extern const char *const results_length_names[RESULTS_LENGTHS]; // "full", "plot", "quick"

// What a row is in its chart: a version that the student writes, one that is given, or a bound or library to
// compare with. The last two need no code of the student.
typedef enum { RESULTS_RUNG, RESULTS_GIVEN, RESULTS_YARDSTICK, RESULTS_KINDS } results_kind;

// One variant at one case.
typedef struct {
    char suite[24], kase[32], variant[32];
    results_kind kind;
    double x; // the case's place on a curve's x axis; 0: it is on no curve
    int threads;
    bool passed;                         // its output was checked and right
    char why[160];                       // why not: "not written yet", "crashed: Segmentation fault", ...
    double work;                         // per call, in `unit` without its "/s"
    char unit[16];                       // of work per second: "flop/s", "B/s"
    int n;                               // rounds that it was timed in; 0 if not timed
    double seconds[RESULTS_MOST_ROUNDS]; // per call; seconds[r] of all rows come from round r
} results_row;

// A number that was measured in a run but is not a row: an accuracy, a number of bytes.
typedef struct {
    char name[32];
    double value;
    char unit[16];
} results_value;

// A part of the benchmark that was measured completely: a suite, or what the module measures without suites.
// Rows are in the order of the parts.
typedef struct {
    char name[24];
    char program[20]; // the fingerprint of the program that measured it
    double seconds;   // how long it took
    int rows;         // how many it added
} results_part;

typedef struct {
    char module[32], side[12]; // "15_acceleration", "mine" or "solution"
    results_length length;
    machine_info machine;
    results_row *rows;
    int row_count, row_room;
    bool fixed; // the memory of the rows belongs to somebody else and does not grow
    results_value values[RESULTS_MOST_VALUES];
    int value_count;
    results_part parts[RESULTS_MOST_PARTS];
    int part_count;
} results;

// Free what r owns and zero it. NULL is fine.
void results_finish(results *r);

// Set what a row is called; what does not fit is cut off.
void results_row_name(results_row *row, const char *suite, const char *kase, const char *variant,
                      const char *unit);

// Append a copy of row. TT_NO_MEMORY if there is none; r is then unchanged.
tt_status results_add(results *r, const results_row *row);

// Note that a part is complete. TT_NO_MEMORY past RESULTS_MOST_PARTS.
tt_status results_add_part(results *r, const results_part *part);
const results_part *results_find_part(const results *r, const char *name); // NULL if it is not there

// Whether both come from the same CPU, compiler and flags: only then may they be compared.
bool results_same_machine(const results *a, const results *b);

// Set a named number. TT_NO_MEMORY past RESULTS_MOST_VALUES.
tt_status results_set(results *r, const char *name, double value, const char *unit);

// The row or value of that name, NULL if there is none.
const results_row *results_find(const results *r, const char *suite, const char *kase, const char *variant);
const results_value *results_get(const results *r, const char *name);

// The first row of row's suite and case, which its ratio is relative to. row itself if it is the first.
const results_row *results_base(const results *r, const results_row *row);

// Work per second at the median time; NaN if the row was not timed.
double results_rate(const results_row *row);

// Work per second of `row` divided by that of `base`, round by round; with fewer than three pairs, which a
// slow variant has, of the medians of all samples of both.
measure_stats results_ratio(const results_row *row, const results_row *base);

// The same from the best time of each. Verdicts use it, since a disturbance can only make a time longer.
// NaN if one of them was not timed.
double results_best_ratio(const results_row *row, const results_row *base);

// In a suite's case: the speedup of two threads over one, divided by the same speedup of a yardstick, which
// is what the machine can give at most. The names are those of four variants; best times are compared. NaN if
// one of them was not timed, or if the yardstick's speedup is below 1.1: where threads gain nothing (one
// core, or a busy one), the quotient says nothing.
double results_gain_of_gain(const results *r, const char *suite, const char *kase, const char *two,
                            const char *one, const char *yard_two, const char *yard_one);

// Write as JSON to a temporary file and rename it to path, so that a reader sees the old file or the new one.
tt_status results_save(const results *r, const char *path);

// Read it back. TT_BAD_FILE with a sentence (tt_error) if it is not such a file; out is then untouched.
tt_status results_load(results *out, const char *path);
