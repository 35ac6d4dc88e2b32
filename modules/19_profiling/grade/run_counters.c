// run_counters.c: the child's side of the counters: events and products as a model makes them.
#include "calls_counters.h"
#include "engine/job.h"
#include "runs.h"

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

static counters_seen *seen;
static tt_status below; // what the product answers
static float out[1], a[1], b[1];

static tt_status product(float *to, const float *x, const float *y, int m, int n, int k)
{
    seen->under_calls++, seen->m = m, seen->n = n, seen->k = k;
    seen->arrays[0] = (uintptr_t)to, seen->arrays[1] = (uintptr_t)x, seen->arrays[2] = (uintptr_t)y;
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
    seen->touched = o.enter || o.exit || o.state || c.matmul || c.name;
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
    seen = &now, below = (tt_status)o->status;
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
        status = counted.matmul(out, a, b, o->m, o->n, o->k);
        break;
    default:
        status = door(o->room);
    }
    now.own_arrays[0] = (uintptr_t)out, now.own_arrays[1] = (uintptr_t)a, now.own_arrays[2] = (uintptr_t)b;
    now.count = counters->count, now.depth = counters->depth, now.lost = counters->lost,
    now.total = row_of(&counters->total);
    counters_row *to = job_array(memory, 2);
    for (int i = 0; i < counters->count && i < COUNTERS_ROOM; i++) to[i] = row_of(&rows[i]);
    *(counters_seen *)job_array(memory, 1) = now;
    return status;
}
