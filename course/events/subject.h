// subject.h: a contender as module 20's harness measures it: in calls of an event, by the clock that all share.
//
// The harness counts rows of answers: an input of pictures has one, a text CONTENDER_TOKENS. A call is data->call inputs,
// whatever the configuration; within it a contender of pictures takes `batch` of them at a time.
#pragma once

#include "events/data.h"

typedef struct {
    const event_data *data;
    oly_config config;
    contender *contender;
    int batch;
    size_t peak; // 0 until it is first asked for
} event_subject;

// data must outlive it. Errors as contender_create's. -> *s, which must own nothing before
tt_status subject_open(event_subject *s, const event_data *data, const oly_config *config);
void subject_close(event_subject *s); // NULL and zeroed ones are fine

// What the harness takes; it is valid as long as *s stays where it is. The most memory in use is that of
// one call of a contender that is made once more, weights included.
oly_subject subject_of(event_subject *s);

// Every input `passes` times.
oly_plan subject_plan(const event_data *data, int passes);

// Call number `call`, round and round. -> *seconds, logits (data->call, rows, classes)
tt_status subject_time(double *seconds, float *logits, event_subject *s, int call);

oly_clock subject_clock(void);
