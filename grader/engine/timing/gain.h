// gain.h: whether threads gain what they can gain on this machine, now.
//
// Nothing here runs or reads a clock. Two cores may be two threads of one, or somebody else may have one: so a round counts only
// if work of the grader's own gained enough by a second thread before the call and after it. Best times are compared, since a
// disturbance only ever adds time. Who ignores threads is as fast as on one; who uses them needs one good moment.
#pragma once

#include <stdbool.h>

// Where two threads gain at least so much, the call must gain at least this share of it.
static const double gain_judged_from = 1.4, gain_asked = 0.7;

enum { GAIN_ROUNDS = 16, GAIN_NEEDED = 8 }; // at most; rounds that count before a call is found slow

typedef struct {
    double threaded, single;           // seconds by the clock: the call, and the same on one thread
    double threaded_yard, single_yard; // of the work of each, done by one thread of the grader
    double machine;                    // what a second thread gained round the call, the lesser of two looks
} gain_round;

// Begin with {0}, or with the least that the one-thread version was seen to take before: one that dawdles only here, in its
// first calls, makes no threads fast.
typedef struct {
    double single_before; // seconds for each second of its yardstick; 0: not measured
    gain_round round[GAIN_ROUNDS];
    int rounds, judged;
    double gain, machine; // what threads gained, and could have gained: of the rounds that count
} gain_record;

typedef enum { GAIN_MORE, GAIN_KEPT, GAIN_MISSED, GAIN_NOT_JUDGED } gain_verdict;
gain_verdict gain_add(gain_record *g, gain_round r);
