// timeline.h: what a script of sections must have led to, added up along the time: whatever is open gets each
// stretch.
//
// A section's own seconds are the stretches in which it was the innermost one. A name's total are those in
// which a section of that name was open at all, so that a section inside another of its name is not in it
// twice.
#pragma once

#include "calls_scripts.h"

enum { TIMELINE_NODES = 10100, TIMELINE_EVENTS = 400, TIMELINE_NAMES = 40, TIMELINE_DEPTH = 10100 };

typedef struct {
    int name, parent, child, next, depth; // child and next: 0 for none
    int calls;
    double total, self; // of calls that have ended
    double so_far[2];   // of the call that is open: with inner sections, and without
} timeline_node;

typedef struct {
    int name;
    double start, seconds;
} timeline_event;

typedef struct {
    char names[TIMELINE_NAMES][SECTION_LONG_NAME];
    long long calls[TIMELINE_NAMES];
    double total[TIMELINE_NAMES], self[TIMELINE_NAMES];
    int open_of[TIMELINE_NAMES]; // how many of that name are open
    int name_count;
    timeline_node node[TIMELINE_NODES];
    int node_count, node_room;
    timeline_event event[TIMELINE_EVENTS];
    int event_count, event_room;
    int stack[TIMELINE_DEPTH], depth; // nodes that are open, from the outermost on
    int missed;
    long long lost, untraced;
    double first, last;
} timeline;

extern timeline profiling_time_line;

// Begin anew; enter or leave at a time: the status that is expected.
void profiling_timeline_begin(int nodes, int events);
tt_status profiling_timeline_enter(const char *name, double time);
tt_status profiling_timeline_exit(const char *name, double time);

// Whether something can be reported, and the seconds of the whole.
bool profiling_timeline_is_closed(void);
double profiling_timeline_whole(void);

// check_printed.c: what a trace, folded stacks and a flame graph must say.
struct grade_run;
void profiling_check_trace(struct grade_run *run, const char *text, size_t bytes);
void profiling_check_folded(struct grade_run *run, const char *text, size_t bytes);
void profiling_check_flame(struct grade_run *run, const char *text, size_t bytes);
