// timing.h: when a timed call has been measured well enough, and how fast it is then.
//
// Nothing here runs or reads a clock: samples come in one by one, each of a call and of the yardstick beside it, and the
// answer is what to do next. The ratio is best time to best time of a round: a disturbance only ever adds time.
#pragma once

#include <stdbool.h>

enum {
    TIMING_CALLS = 8,  // of a round; the first warms up
    TIMING_ROUNDS = 4, // at most
    TIMING_MOST = TIMING_CALLS * TIMING_ROUNDS
};

typedef struct {
    double wall, cpu, yard; // seconds: the call in wall time and processor time, then the yardstick
    double cost;            // that of the two by which the call is judged
    bool valid;             // else it slept: no measurement of its work
    bool kept;              // the call was not interrupted by other processes, and ended with its answer
    bool disturbed;         // the machine was doing something else meanwhile, as far as it says
} timing_sample;

// Begin with {.least = , .most = }: the ratios at which points begin and are full, or both of a pace.
typedef struct {
    double least, most;
    timing_sample sample[TIMING_MOST];
    int samples, rounds;
    double ratio; // best yardstick to best call, of the best round; 0: no valid sample
    bool busy;    // it might be higher: the last round was disturbed, and points are missing
    // of the round that goes on
    int calls, counted, disturbed;
    double yard, kept, any;
} timing;

typedef enum {
    TIMING_MORE,
    TIMING_WAIT,
    TIMING_DONE
} timing_next; // TIMING_WAIT: for a quiet machine, then more
timing_next timing_add(timing *t, timing_sample s);

// There are no more calls: what there is has to do.
void timing_end(timing *t);
