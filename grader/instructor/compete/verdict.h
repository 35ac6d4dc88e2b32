// verdict.h: what the measurements of an entry mean: its gate, its score, what people must look at.
#pragma once

#include "compare.h"
#include "program.h"
#include "queue.h"

// All that is known of one entry once it was measured.
typedef struct {
    const queue_entry *e;
    const contest *event;
    const measured *base, *entry; // of who
    const measured_promise *promised;
    const entry_program *program;
    int threads, batch; // batch: inputs of a call
    // the verdict
    measured_ratio ratio;
    oly_score score;
    char why_none[300]; // "": it has a score
} verdict;

tt_status verdict_reach(verdict *v);

// Into the tables, in the transaction that is open: the result, flags, and whose code ran.
tt_status verdict_store(const verdict *v, const compete_book *b);
