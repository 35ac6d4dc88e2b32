// run_scripts.c: the child's side of counters, sections and cache simulator: the call that an op of a script asks for.
#include <stdio.h>
#include <stdlib.h>

#include "calls_scripts.h"
#include "engine/job.h"

// --- 3. Counters: events and products as a model makes them ---

static prof_counters *counters; // in the job's memory: what is written behind them shows
static prof_count rows[COUNTERS_ROOM];
static nn_observer observer;
static tt_backend counted;

// The events that are open. Names are kept for as long as the counters are.
static nn_event events[COUNTERS_DEEPEST];
static char names[COUNTERS_ROOM * 4][COUNTERS_NAME];
static int depth, named;

static const char *keep(const char *name)
{
    char *kept = names[named++ % (COUNTERS_ROOM * 4)];
    for (int i = 0; i < COUNTERS_NAME; i++) kept[i] = name[i];
    return kept;
}

static counters_seen *counting; // what is seen during this call
static tt_status below;         // what the product answers
static float operands[3];       // out, a, b

static tt_status product(float *to, const float *x, const float *y, int m, int n, int k)
{
    counting->under_calls++, counting->m = m, counting->n = n, counting->k = k;
    counting->arrays[0] = (uintptr_t)to, counting->arrays[1] = (uintptr_t)x,
    counting->arrays[2] = (uintptr_t)y;
    return below;
}

static const tt_backend under = {"below", product};

static tt_status begin(int room)
{
    for (int i = 0; i < room; i++) rows[i] = (prof_count){0};
    *counters = (prof_counters){.rows = rows, .room = room};
    depth = 0;
    tt_status status = prof_count_observer(&observer, counters);
    return status == TT_OK ? prof_count_backend(&counted, counters, &under) : status;
}

static tt_status door(int which)
{
    nn_observer o = {0};
    tt_backend c = {0}, none = {"none", 0};
    prof_counters lacking = {.room = 3};
    prof_counters *of = which == NO_COUNTERS_OF_OBSERVER || which == NO_COUNTERS ? NULL
                        : which == NO_ROWS_OF_OBSERVER || which == NO_ROWS       ? &lacking
                                                                                 : counters;
    const tt_backend *beneath = which == NO_UNDER ? NULL : which == NO_PRODUCT ? &none : &under;
    tt_status status = which < NO_BACKEND ? prof_count_observer(which == NO_OBSERVER ? NULL : &o, of)
                                          : prof_count_backend(which == NO_BACKEND ? NULL : &c, of, beneath);
    counting->touched = o.enter || o.exit || o.state || c.matmul || c.name;
    return status;
}

static void copy_name(char *to, const char *from)
{
    int i = 0;
    for (; from && from[i] && i < COUNTERS_NAME - 1; i++) to[i] = from[i];
    to[i] = 0;
}

static counters_row row_of(const prof_count *c)
{
    counters_row row = {.number = c->number,
                        .calls = c->calls,
                        .useful_macs = c->useful_macs,
                        .useful_bytes = c->useful_bytes,
                        .products = c->products,
                        .macs = c->macs,
                        .flops = c->flops,
                        .bytes = c->bytes};
    copy_name(row.layer, c->layer), copy_name(row.operation, c->operation);
    return row;
}

tt_status prof_run_counters(void *memory, int argument)
{
    (void)argument;
    const counters_op *o = job_array(memory, 0);
    counters_seen now = {0};
    counters = job_array(memory, 3);
    counting = &now, below = (tt_status)o->status;
    tt_status status = TT_OK;
    switch (o->kind) {
    case COUNTERS_BEGIN:
        status = begin(o->room);
        break;
    case COUNTERS_ENTER:
        events[depth] = (nn_event){
            .name = keep(o->name), .number = o->number, .rows = 1, .macs = o->macs, .bytes = o->bytes};
        observer.enter(observer.state, &events[depth++]);
        break;
    case COUNTERS_EXIT:
        if (depth > 0) depth--;
        observer.exit(observer.state, &events[depth], (tt_status)o->status);
        break;
    case COUNTERS_PRODUCT:
        status = counted.matmul(&operands[0], &operands[1], &operands[2], o->m, o->n, o->k);
        break;
    default:
        status = door(o->room);
    }
    for (int i = 0; i < 3; i++) now.own_arrays[i] = (uintptr_t)&operands[i];
    now.count = counters->count, now.depth = counters->depth, now.lost = counters->lost,
    now.total = row_of(&counters->total);
    counters_row *to = job_array(memory, 2);
    for (int i = 0; i < counters->count && i < COUNTERS_ROOM; i++) to[i] = row_of(&rows[i]);
    *(counters_seen *)job_array(memory, 1) = now;
    return status;
}

// --- 4. Sections: a clock that shows what the op says ---

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

// --- 8. Cache simulator ---

static prof_cache cache;

// It is called for a struct whose bits are all 1.
static tt_status init(const cache_op *o, cache_seen *seen)
{
    prof_cache made;
    unsigned char *bytes = (unsigned char *)&made;
    for (unsigned i = 0; i < sizeof made; i++) bytes[i] = 0xff;
    tt_status status = prof_cache_init(&made, o->shapes, o->levels);
    for (unsigned i = 0; i < sizeof made; i++) seen->refused[i] = bytes[i];
    if (status != TT_OK) return status;
    prof_cache_finish(&cache);
    cache = made;
    return TT_OK;
}

tt_status prof_run_cache(void *memory, int argument)
{
    (void)argument;
    const cache_op *o = job_array(memory, 0);
    cache_seen seen = {0};
    tt_status status = TT_OK;
    if (o->kind == CACHE_INIT) status = init(o, &seen);
    if (o->kind == CACHE_ACCESS) status = prof_cache_access(&cache, o->address, o->bytes, o->write);
    if (o->kind == CACHE_SERIES)
        for (int i = 0; i < o->count && status == TT_OK; i++)
            status = prof_cache_access(&cache, cache_address(o, i), o->bytes, i % CACHE_WRITES_EACH > 1);
    seen.levels = cache.levels;
    for (int i = 0; i < PROF_CACHE_LEVELS; i++) {
        const prof_cache_level *l = &cache.level[i];
        seen.shapes[i] = l->shape, seen.sets[i] = l->sets;
        seen.reads[i] = l->reads, seen.writes[i] = l->writes;
        seen.read_misses[i] = l->read_misses, seen.write_misses[i] = l->write_misses;
    }
    *(cache_seen *)job_array(memory, 1) = seen;
    return status;
}
