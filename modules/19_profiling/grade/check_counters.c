// check_counters.c: the counters: scripts of events and products, beside sums over the script's own list of them.
#include "checks.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "calls_scripts.h"

// --- Making scripts ---

enum { MOST_OPS = 400 };

static struct {
    counters_op ops[MOST_OPS];
    int count;
} script;

static void add_op(counters_op o)
{
    assert(script.count < MOST_OPS);
    script.ops[script.count++] = o;
}

static void begin(int room)
{
    memset(&script, 0, sizeof script);
    add_op((counters_op){.kind = COUNTERS_BEGIN, .room = room});
}

static void enter(const char *name, int number, long long macs, long long bytes)
{
    counters_op o = {.kind = COUNTERS_ENTER, .number = number, .macs = macs, .bytes = bytes};
    snprintf(o.name, sizeof o.name, "%s", name);
    add_op(o);
}

static void leave(tt_status status) { add_op((counters_op){.kind = COUNTERS_EXIT, .status = (int)status}); }

static void multiply(int m, int n, int k, tt_status status)
{
    add_op((counters_op){.kind = COUNTERS_PRODUCT, .m = m, .n = n, .k = k, .status = (int)status});
}

// A product that does what the event says that it has to do.
static void layer(const char *name, int number, int m, int n, int k)
{
    enter(name, number, (long long)m * n * k, 4 * ((long long)m * k + (long long)k * n + (long long)m * n));
    if (k > 0) multiply(m, n, k, TT_OK);
    leave(TT_OK);
}

static bool end_script(grade_run *run);

static const char *const names[] = {"attention", "norm", "qkv", "dot_product", "head"};

// Random events in one another, no deeper than there is room for.
bool profiling_fill_useful(grade_run *run)
{
    if (run->step >= 4) return false;
    begin(COUNTERS_ROOM);
    int depth = 0;
    for (int i = 0; i < 120; i++)
        if (depth == 0 || (depth < 4 && grade_random_below(run, 2))) {
            enter(names[grade_random_below(run, 3)], grade_random_below(run, 2),
                  (1ll << 33) + grade_random_below(run, 1000), grade_random_below(run, 100000));
            depth++;
        } else leave(TT_OK), depth--;
    while (depth-- > 0) leave(TT_OK);
    return end_script(run);
}

// Layers that fail, exits without an enter, more rows than there is room for, events too deep, NULL.
bool profiling_fill_failures(grade_run *run)
{
    static const int rooms[] = {COUNTERS_ROOM, 0, 1, 3};
    if (run->step >= COUNT(rooms)) return false;
    begin(rooms[run->step]);
    for (int i = NO_OBSERVER; i < NO_BACKEND; i++) add_op((counters_op){.kind = COUNTERS_DOOR, .room = i});
    leave(TT_OK);
    for (int i = 0; i < 12; i++) {
        enter(names[i % 5], i % 3, 10 + i, 100);
        enter("inside", 0, 1, 1), leave(i % 4 == 1 ? TT_NO_MEMORY : TT_OK);
        leave(i % 4 == 1 ? TT_NO_MEMORY : TT_OK);
    }
    leave(TT_OK);
    for (int i = 0; i < COUNTERS_DEEPEST; i++) enter(names[i % 5], i, 1000 + i, i);
    for (int i = 0; i < COUNTERS_DEEPEST; i++) leave(TT_OK);
    enter("after", 0, 5, 6), leave(TT_OK);
    return end_script(run);
}

bool profiling_fill_executed(grade_run *run)
{
    if (run->step >= 4) return false;
    begin(run->step == 3 ? 2 : COUNTERS_ROOM);
    for (int i = NO_BACKEND; i < COUNTERS_DOORS; i++) add_op((counters_op){.kind = COUNTERS_DOOR, .room = i});
    multiply(2, 3, 4, TT_OK); // outside of all layers
    for (int i = 0; i < 30; i++) {
        enter(names[grade_random_below(run, COUNT(names))], i % 3, 7, 7);
        multiply(1 + grade_random_below(run, 100), 1 + grade_random_below(run, 100),
                 1 + grade_random_below(run, 100), TT_OK);
        if (i % 3 == 0) enter(names[grade_random_below(run, COUNT(names))], 9, 8, 8);
        if (i % 5 == 0) multiply(3, 5, 7, i % 2 ? TT_BAD_SHAPE : TT_NO_MEMORY); // fails
        if (i % 7 == 0) multiply(i, 0, 5, TT_OK), multiply(5, 6, 0, TT_OK);
        if (i % 4 == 0) multiply(3000, 2000, 1000, TT_OK); // more than an int holds
        if (i % 3 == 0) leave(TT_OK);
        leave(TT_OK);
    }
    return end_script(run);
}

// As the three models make them: an MLP, a CNN whose convolutions are products a few pictures at a time, and a
// transformer, whose attention multiplies whole blocks of which the mask leaves a part.
bool profiling_fill_models(grade_run *run)
{
    const int n = (int[]){1, 64, 17}[run->step % 3];
    if (run->step >= 3) return false;
    begin(COUNTERS_ROOM);
    enter("net", -1, 0, 0);
    layer("linear0", 0, n, 256, 784), layer("relu", 1, n, 256, 0), layer("linear1", 2, n, 10, 256);
    leave(TT_OK);
    enter("net", -1, 0, 0);
    enter("conv0", 0, (long long)n * 28 * 28 * 9 * 8, 4000);
    for (int first = 0; first < n; first += 4)
        multiply((n - first < 4 ? n - first : 4) * 28 * 28, 8, 9, TT_OK);
    leave(TT_OK);
    layer("pool", 1, n, 1568, 0), layer("linear1", 2, n, 10, 1568);
    leave(TT_OK);
    enum { C = 48, HEADS = 3, BLOCK = 8 };
    enter("gpt", -1, 0, 0);
    for (int block = 0; block < 2; block++) {
        enter("attention", block, 0, 12 * C);
        layer("norm", block, n, C, 0), layer("qkv", block, n, 3 * C, C);
        enter("dot_product", block, (long long)n * (n + 1) / 2 * 2 * C, 12345);
        for (int head = 0; head < HEADS; head++)
            for (int first = 0; first < n; first += BLOCK) {
                const int rows = n - first < BLOCK ? n - first : BLOCK, keys = first + rows;
                multiply(rows, keys, C / HEADS, TT_OK), multiply(rows, C / HEADS, keys, TT_OK);
            }
        leave(TT_OK);
        layer("project", block, n, C, C);
        leave(TT_OK);
        enter("feed_forward", block, 0, 12 * C);
        layer("norm", block, n, C, 0), layer("widen", block, n, 4 * C, C);
        layer("gelu", block, n, 4 * C, 0), layer("narrow", block, n, C, 4 * C);
        leave(TT_OK);
    }
    enter("head", -1, 0, 0);
    layer("norm", -1, n, C, 0), layer("logits", -1, n, 64, C);
    leave(TT_OK), leave(TT_OK);
    return end_script(run);
}

// --- Handing over ---

static void check_op(grade_run *run, int i);

static bool end_script(grade_run *run)
{
    profiling_begin_script(
        run, (profiling_script){script.ops, sizeof *script.ops, script.count, 1 << 1 | 1 << 2, check_op});
    grade_output_bytes(run, sizeof(counters_seen));
    grade_output_bytes(run, COUNTERS_ROOM * sizeof(counters_row));
    grade_output_bytes(run, sizeof(prof_counters));
    return true;
}

// --- What is expected after op `last`: the script is gone through from its beginning ---

static struct {
    counters_row rows[COUNTERS_ROOM], total;
    int count, room, depth;
    long long lost;
} want;

static void add(counters_row *to, const counters_row *what)
{
    to->calls += what->calls, to->useful_macs += what->useful_macs, to->useful_bytes += what->useful_bytes;
    to->products += what->products, to->macs += what->macs, to->flops += what->flops,
        to->bytes += what->bytes;
}

static void count(const counters_op *const *open, int depth, const counters_row *what)
{
    counters_row key = {.number = -1};
    if (depth > 0) strcpy(key.operation, open[depth - 1]->name), key.number = open[depth - 1]->number;
    if (depth > 1) strcpy(key.layer, open[depth - 2]->name);
    add(&want.total, what);
    int i = 0;
    for (; i < want.count; i++)
        if (strcmp(want.rows[i].layer, key.layer) == 0 &&
            strcmp(want.rows[i].operation, key.operation) == 0 && want.rows[i].number == key.number)
            break;
    if (depth > PROF_COUNT_DEPTH || i == want.room) {
        want.lost++;
        return;
    }
    if (i == want.count) want.rows[want.count++] = key;
    add(&want.rows[i], what);
}

static void expect(int last)
{
    const counters_op *open[COUNTERS_DEEPEST];
    memset(&want, 0, sizeof want);
    for (int i = 0; i <= last; i++) {
        const counters_op *o = &script.ops[i];
        const long long m = o->m, n = o->n, k = o->k;
        if (o->kind == COUNTERS_BEGIN) want.room = o->room;
        if (o->kind == COUNTERS_ENTER) open[want.depth++] = o;
        if (o->kind == COUNTERS_EXIT && want.depth > 0) {
            const counters_op *e = open[want.depth - 1];
            if (o->status == TT_OK)
                count(open, want.depth,
                      &(counters_row){.calls = 1, .useful_macs = e->macs, .useful_bytes = e->bytes});
            want.depth--;
        }
        if (o->kind == COUNTERS_PRODUCT && o->status == TT_OK)
            count(open, want.depth,
                  &(counters_row){.products = 1,
                                  .macs = m * n * k,
                                  .flops = 2 * m * n * k,
                                  .bytes = 4 * (m * k + k * n + m * n)});
    }
}

static void check_row(grade_run *run, const counters_row *g, const counters_row *w, const char *what,
                      const char *when)
{
    char at[200];
    snprintf(at, sizeof at, "%s, %s", when, what);
    const profiling_count parts[] = {{"calls", g->calls, w->calls},
                                     {"useful_macs", g->useful_macs, w->useful_macs},
                                     {"useful_bytes", g->useful_bytes, w->useful_bytes},
                                     {"products", g->products, w->products},
                                     {"macs", g->macs, w->macs},
                                     {"flops", g->flops, w->flops},
                                     {"bytes", g->bytes, w->bytes}};
    profiling_compare_counts(run, at, parts, COUNT(parts));
}

static void op_text(char text[100], const counters_op *o)
{
    if (o->kind == COUNTERS_BEGIN) snprintf(text, 100, "new counters with %d rows", o->room);
    else if (o->kind == COUNTERS_ENTER)
        snprintf(text, 100, "enter %s %d, %lld macs", o->name, o->number, o->macs);
    else if (o->kind == COUNTERS_EXIT) snprintf(text, 100, "exit, %s", tt_status_text((tt_status)o->status));
    else if (o->kind == COUNTERS_PRODUCT)
        snprintf(text, 100, "a product of %d x %d by %d x %d, %s", o->m, o->k, o->k, o->n,
                 tt_status_text((tt_status)o->status));
    else snprintf(text, 100, "pointers that cannot be, number %d", o->room);
}

static void check_op(grade_run *run, int i)
{
    const counters_op *o = &script.ops[i];
    const counters_seen *got = grade_result(run, 1);
    const counters_row *rows = grade_result(run, 2);
    char call[100], when[130], what[64];
    op_text(call, o);
    snprintf(when, sizeof when, "call %d, %s", i, call);
    expect(i);
    const tt_status status = o->kind == COUNTERS_DOOR      ? TT_BAD_VALUE
                             : o->kind == COUNTERS_PRODUCT ? (tt_status)o->status
                                                           : TT_OK;
    if (run->status != status)
        grade_wrong(run, "%s: got status \"%s\", expected \"%s\"", when, tt_status_text(run->status),
                    tt_status_text(status));
    if (got->touched) grade_wrong(run, "%s: refused, but the output was changed", when);
    if (o->kind == COUNTERS_PRODUCT &&
        (got->under_calls != 1 || memcmp(got->arrays, got->own_arrays, sizeof got->arrays) != 0 ||
         got->m != o->m || got->n != o->n || got->k != o->k))
        grade_wrong(run, "%s: was not passed on once, as it was", when);
    if (got->count != want.count || got->lost != want.lost || got->depth != want.depth)
        grade_wrong(run, "after %s: count %d, lost %lld, depth %d, expected %d, %lld, %d", when, got->count,
                    got->lost, got->depth, want.count, want.lost, want.depth);
    for (int r = 0; r < want.count; r++) {
        const counters_row *w = &want.rows[r];
        snprintf(what, sizeof what, "row %d", r);
        if (strncmp(rows[r].layer, w->layer, COUNTERS_NAME) != 0 ||
            strncmp(rows[r].operation, w->operation, COUNTERS_NAME) != 0 || rows[r].number != w->number)
            grade_wrong(run, "after %s: row %d is %.23s %.23s %d, expected %s %s %d", when, r, rows[r].layer,
                        rows[r].operation, rows[r].number, w->layer, w->operation, w->number);
        check_row(run, &rows[r], w, what, when);
    }
    check_row(run, &got->total, &want.total, "total", when);
}
