// contest.h: the events of the competition as rows, and what an event's programs are given in a round.
#pragma once

#include "20_benchmarking/benchmarking.h"
#include "book.h"
#include "events/data.h"
#include "lane.h"

enum { CONTEST_WEIGHTS = 3 }; // latency, memory, bytes

typedef struct {
    const char *name;
    int blocks; // how often all are started anew
    int calls;  // of a block; the first is checked like the others and not timed
    oly_quality quality;
    double allowed; // see oly_gate
    double weight[CONTEST_WEIGHTS];
} contest;

const contest *contest_find(const char *event); // NULL: none is called so
int contest_number(const contest *e);           // as spaces.h counts them
const oly_space *contest_space(const contest *e);

// The inputs of a round, the same for all who take part in it, call after call; and the models' files.
typedef struct {
    const contest *e; // NULL: none
    event_data data;
    struct {
        char *bytes;
        size_t size;
    } files[CONTENDER_FILES];
} contest_round;

tt_status contest_open(contest_round *r, const contest *e, const unsigned char key[COMPETE_KEY_BYTES]);
void contest_close(contest_round *r); // a zeroed one is fine

// What a process is made with, but for its program and configuration.
lane_plan contest_plan(const contest_round *r);

// Of call number `call`: the inputs, and the right answers.
const void *contest_inputs(const contest_round *r, int call);
const int *contest_answers(const contest_round *r, int call);
