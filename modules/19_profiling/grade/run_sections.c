// run_sections.c: the child's side of the sections: a clock that shows what the script says, and the calls.
#include <stdio.h>
#include <stdlib.h>

#include "calls_sections.h"
#include "engine/job.h"
#include "runs.h"

static prof_sections sections;
static double shown, step; // by the clock: now, and how far it goes with each reading
static int reads;
static void *given;

static double show(void *state)
{
    given = state;
    const double time = shown;
    shown += step;
    reads++;
    return time;
}

static tt_status enter_or_leave(const section_op *o, section_seen *seen)
{
    char name[SECTION_LONG_NAME];
    tt_status status = TT_OK;
    for (int i = 0; i < o->times || i < 1; i++) {
        for (int j = 0; j < SECTION_LONG_NAME; j++) name[j] = o->name[j];
        status = (o->kind == SECTION_ENTER ? prof_enter : prof_exit)(&sections, o->times ? name : NULL);
        for (int j = 0; j < SECTION_LONG_NAME; j++) name[j] = '?'; // names are copied
        seen->answers[(unsigned)status % TT_STATUS_COUNT]++;
    }
    return status;
}

static tt_status print(int kind, char *text, section_seen *seen)
{
    char *printed = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&printed, &bytes);
    if (!out) return TT_NO_MEMORY;
    tt_status status = (kind == SECTION_TRACE    ? prof_trace
                        : kind == SECTION_FOLDED ? prof_folded
                                                 : prof_flame)(out, &sections);
    fclose(out);
    for (size_t i = 0; i < bytes && i < SECTION_TEXT; i++) text[i] = printed[i];
    seen->printed = (long long)bytes;
    free(printed);
    return status;
}

tt_status prof_run_sections(void *memory, int argument)
{
    (void)argument;
    const section_op *o = job_array(memory, 0);
    section_seen seen = {.lines = -1};
    tt_status status = TT_OK;
    shown = o->time, step = o->step, reads = 0, given = &shown;
    if (o->kind == SECTION_BEGIN)
        sections = (prof_sections){.clock = {show, &shown},
                                   .nodes = job_array(memory, 2),
                                   .node_room = o->nodes,
                                   .events = job_array(memory, 3),
                                   .event_room = o->events};
    else if (o->kind == SECTION_REPORT) status = prof_report(job_array(memory, 4), &seen.lines, &sections);
    else if (o->kind >= SECTION_TRACE) status = print(o->kind, job_array(memory, 5), &seen);
    else status = enter_or_leave(o, &seen);
    seen.reads = reads, seen.state = (uintptr_t)given, seen.own_state = (uintptr_t)&shown;
    seen.first = sections.first, seen.last = sections.last;
    seen.node_count = sections.node_count, seen.event_count = sections.event_count;
    seen.open = sections.open, seen.missed = sections.missed;
    seen.lost = sections.lost, seen.untraced = sections.untraced;
    *(section_seen *)job_array(memory, 1) = seen;
    return status;
}
