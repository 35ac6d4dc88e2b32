// calls.h: the numbers and arrays of a job, as both sides of the grader read them.
//
// A case's argument says which function run.c calls. A job's arrays are listed behind each call, outputs last.
#pragma once

#include "benchmarking.h"

// Numbers of a job; the last one has a bit for each array that run passes as NULL.
enum { A, B, C, NULLS = 7 };

enum {
    QUANTILE, // n; samples, quantile, double
    BREAK_RATIO,
    CALLS
};
