// contest.h: the events of the competition as rows: what a call is given, how answers are judged, what counts.
#pragma once

#include "20_benchmarking/benchmarking.h"
#include "book.h"
#include "lane.h"

enum { CONTEST_WEIGHTS = 3 }; // latency, memory, bytes

typedef struct contest {
    const char *name;
    int batch;  // inputs of a call
    int blocks; // how often all are started anew
    int calls;  // of a block; the first is checked like the others and not timed
    size_t input_bytes;
    int rows, classes; // of one input's answers: rows of logits, a right one each
    oly_quality quality;
    double allowed; // see oly_gate
    double weight[CONTEST_WEIGHTS];
} contest;

const contest *contest_find(const char *name); // NULL: none is called so
int contest_number(const contest *e);          // the child's name for it
const oly_space *contest_space(const contest *e);

// Where an event's inputs come from: held-out data, changed by the round's key.
typedef struct contest_source contest_source;
contest_source *contest_open(const contest *e,
                             const unsigned char key[COMPETE_KEY_BYTES]); // NULL and a sentence
void contest_close(contest_source *s);

// The inputs of call number `call`, and what is right: inputs (batch, input_bytes), right (batch, rows). The same for all who
// take part in a round.
tt_status contest_inputs(contest_source *s, void *inputs, int *right, int call);

// The files of a model, for lane_plan.
tt_status contest_files(lane_plan *plan, const contest *e);
