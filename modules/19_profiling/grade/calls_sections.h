// calls_sections.h: calls of the sections: a script of which each call is a job.
//
// Arrays. 0: the op. 1: what is seen after it. 2: the nodes, 3: the events, 4: the lines of a report, 5: what
// was printed. Nodes and events are left alone between the calls of a script.
#pragma once

#include "profiling.h"

typedef enum {
    SECTION_BEGIN, // nodes, events: how many there is room for
    SECTION_ENTER, // name, times times (0: once, with NULL); the clock gives time, time + step, ..
    SECTION_EXIT,
    SECTION_REPORT,
    SECTION_TRACE,
    SECTION_FOLDED,
    SECTION_FLAME,
} section_kind;

enum { SECTION_TEXT = 1 << 18, SECTION_LONG_NAME = 48 };

typedef struct {
    int kind, nodes, events, times;
    double time, step;
    char name[SECTION_LONG_NAME];
} section_op;

typedef struct {
    int answers[TT_STATUS_COUNT]; // of the times: how many of each status
    int reads;                    // of the clock
    uint64_t state, own_state;    // that the clock was given, and its address
    int node_count, event_count, open, missed, lines;
    long long lost, untraced;
    double first, last;
    long long printed; // bytes; more than SECTION_TEXT are cut
} section_seen;
