// lane.h: a program that takes part: the baseline, an entry, another one beside it. A sandboxed process that stands still
// between its calls; what it gets and what it answers is copied, so nothing that it does to its memory reaches anybody else.
#pragma once

#include "ask.h"
#include "engine/process.h"

enum { LANE_MOST_FILES = JOB_MOST_ARRAYS - ASK_FILES };

// What a process is made with; all of it the caller's.
typedef struct {
    int program; // descriptor
    bool threads;
    const void *config, *chosen, *pictures;
    size_t config_bytes, chosen_bytes, picture_bytes;
    struct {
        const void *bytes;
        size_t size;
    } files[LANE_MOST_FILES];
    int file_count;
    size_t input_bytes, answer_bytes; // of the largest call
} lane_plan;

typedef struct {
    const lane_plan *plan;
    grade_process process;
    job_layout layout; // as it was made
    ask_facts facts;
    size_t peak_bytes;
    double startup; // seconds of processor time until it was ready for inputs
    bool started;
    int event;
} lane;

typedef struct {
    double wall, cpu; // seconds; cpu includes work after the answer
} lane_cost;

// Start, and ask it to become the model. False and why (size bytes) if it could not; then it has ended.
bool lane_start(lane *l, const lane_plan *plan, int event, char *why, size_t size);

// Whether each of the student's functions works with tiny valid input: works (count). One that ends the process ends no other.
// False and why if no process starts.
bool lane_probe(bool *works, int count, const lane_plan *plan, char *why, size_t size);

// The functions of the seam, in the order of their numbers, as lines (ask.h). False and why.
bool lane_list(const lane_plan *plan, char *text, size_t text_size, char *why, size_t size);

// One call: inputs (count of them) -> answers (answer_bytes), of which each byte is 0xff before. False and why.
bool lane_call(lane *l, lane_cost *cost, void *answers, size_t answer_bytes, const void *inputs,
               size_t input_bytes, int count, char *why, size_t size);

void lane_end(lane *l); // a zeroed one is fine
