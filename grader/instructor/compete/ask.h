// ask.h: what the competition asks of the process that runs an entry, and where in the shared memory it finds it.
//
// One run, "olympics"; the first number says what is asked. A call to answer inputs looks like every other: the child is not
// told which are timed, which are checked, or how many there will be.
#pragma once

#include "engine/job.h"

// Numbers of the job.
enum { ASK_WHAT, ASK_EVENT, ASK_COUNT };

// What is asked: ASK_WHAT.
enum {
    ASK_LIST, // all functions of the seam, into the answers, a line each: "matmul_packed 1", its name and whose it is
              // without a student (course_side); their order is that of their numbers
    ASK_PROBE, // whether the student's function number ASK_COUNT works: its status on tiny valid input is the answer
    ASK_OPEN, // become the contender of the event and the configuration, by the functions that are chosen
    ASK_RUN,  // ASK_COUNT inputs -> answers
};

// Arrays of the job.
enum {
    ASK_INPUTS,
    ASK_ANSWERS,
    ASK_CONFIG,   // oly_config's choices; from here on all stays as it is
    ASK_CHOSEN,   // bytes: whose each function is, a course_side
    ASK_FACTS,    // ask_facts, written by OPEN
    ASK_PICTURES, // training pictures to choose the scales of bytes by
    ASK_FILES,    // contender_files of the event
};

typedef struct {
    uint64_t model_bytes, macs, bytes, misses; // the last three: of one input, as oly_counts
} ask_facts;
