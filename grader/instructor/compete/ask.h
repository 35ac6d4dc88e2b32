// ask.h: what the competition asks of the process that runs an entry, and where in the shared memory it finds it.
//
// One run, "olympics"; the first number says what is asked. A call to answer inputs looks like every other: the child is not
// told which are timed, which are checked, or how many there will be.
#pragma once

#include "engine/job.h"

enum {
    ASK_WHAT,  // number: one of those below
    ASK_EVENT, // number: the place in course_models
    ASK_COUNT, // number: inputs of this call; PROBE: the function, or ASK_FOR_LIST
    // what is asked
    ASK_PROBE = 0, // whether one of the student's functions works: its status is the answer
    ASK_OPEN,      // become the model of the configuration, by the functions that are chosen
    ASK_RUN,       // inputs to answers
    ASK_FOR_LIST = -1, // instead of a function: all, into the answers, a line each: "15 matmul_packed 1", its module, its
                       // name and whose it is without a student (course_side)
    // the arrays
    ASK_INPUTS = 0,
    ASK_ANSWERS,
    ASK_CONFIG, // oly_config's choices; from here on they stay as they are
    ASK_CHOSEN, // bytes: whose each function is, a course_side
    ASK_FACTS,  // ask_facts, written by OPEN
    ASK_FILES,  // the first of the files that a model is made from
};

typedef struct {
    uint64_t model_bytes, macs, misses; // macs and misses: of one input
} ask_facts;
