// compare.h: several programs answer the same inputs in turns, in an order drawn for each call; what each of them took, and how good its answers are.
//
// All are started anew for each block, since where a process lies in memory makes it faster or slower by a percent or two for
// as long as it lives. A ratio is the median of a block's pairs; its interval is that of the blocks' ratios
// (oly_paired_interval).
#pragma once

#include "contest.h"

enum { COMPARE_MOST = 4, COMPARE_BLOCKS = 16 };

// Who takes part, by place.
enum { COMPARE_BASE, COMPARE_ENTRY, COMPARE_BESIDE }; // those ranked beside the entry come last

typedef struct {
    lane_plan plan;
    bool failed; // why says how; what was measured until then does not count
    char why[300];
    char printed[200];  // the start of what it printed
    double *wall, *cpu; // (blocks * (calls - 1)) seconds of the timed calls
    double quality;     // of all answers, accuracy or nats; NaN: no number at all
    double startup;     // the least of all blocks
    size_t peak_bytes;  // the most
    ask_facts facts;
} measured;

// How far an entry's answers are from what its configuration promises, and that from the baseline's: roots of mean squares.
typedef struct {
    bool made; // false: nobody here can do what the configuration says
    double size, off, apart;
    double startup; // what it takes by the reference
    ask_facts facts;
} measured_promise;

// Run all of them. `promise` is one more program with the entry's configuration; it takes part in one block, which nobody but
// the parent knows. An entry that fails ends everything: who[COMPARE_ENTRY].failed; one that is beside it drops out. Else
// TT_BAD_VALUE and a sentence if the baseline fails: then the machine or the build is at fault.
tt_status compare_all(measured *who, int count, const lane_plan *promise, measured_promise *promised,
                      const contest_round *r);
void compare_forget(measured *who, int count);

typedef struct {
    double ratio, low, high; // how many times as fast b is
} measured_ratio;

// By processor time, or by the clock if one of both uses threads.
tt_status compare_ratio(measured_ratio *r, const measured *a, const measured *b, const contest *e);

// Of the timed calls' seconds, by the same rule for one.
const double *compare_seconds(const measured *m);
