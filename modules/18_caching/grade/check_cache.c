// check_cache.c: the cache: a script of calls, and what a plain model of the cache expects of each.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "oracle.h"

// --- The script and what it expects ---

enum { MOST_OPS = 400, MOST_LAYERS = 8, MOST_CAPACITY = 64 };

static struct {
    op ops[MOST_OPS];
    int count, layers, C, capacity, length, rows[MOST_LAYERS];
    int row[MOST_LAYERS][MOST_CAPACITY]; // the source row that is stored there
    int source;                          // number of source rows used so far
    answer want[MOST_OPS];
    int seen[MOST_OPS]; // of a view: its first row in the outputs
    int out_rows, from[MOST_OPS][MOST_CAPACITY];
} script;

// Adds an op and the answer that is expected.
static void add_op(op o)
{
    int i = script.count++;
    script.ops[i] = o;
    answer *want = &script.want[i];
    *want = (answer){0};
    const bool is_layer = o.a >= 0 && o.a < script.layers;
    if (o.kind == OP_INIT && (o.a < 1 || o.b < 1 || o.c < 1 || o.d < 1 || o.d > MOST_CAPACITY)) {
        want->status = TT_BAD_SHAPE;
    } else if (o.kind == OP_INIT) {
        script.layers = o.a, script.C = o.b * o.c, script.capacity = o.d, script.length = 0;
        memset(script.rows, 0, sizeof script.rows);
    } else if (o.kind == OP_APPEND) {
        int held = is_layer ? script.rows[o.a] : 0;
        want->status = !is_layer || o.c >= 2                     ? TT_BAD_VALUE
                       : o.b < 0 || o.b > script.capacity - held ? TT_BAD_SHAPE
                                                                 : TT_OK;
        for (int t = 0; want->status == TT_OK && t < o.b; t++)
            script.row[o.a][script.rows[o.a]++] = script.source + t;
        if (o.b > 0 && o.b < 1000) script.source += o.b;
        want->rows = is_layer ? script.rows[o.a] : 0;
        if (o.c == 1 && o.a == script.layers - 1 && want->status == TT_OK) script.length += o.b;
    } else if (o.kind == OP_VIEW) {
        want->status = !is_layer || o.c == 2               ? TT_BAD_VALUE
                       : o.b < 0 || o.b > script.rows[o.a] ? TT_BAD_SHAPE
                                                           : TT_OK;
        script.seen[i] = script.out_rows;
        want->rows = want->status == TT_OK ? o.b : 0;
        for (int t = 0; t < want->rows; t++) script.from[i][t] = script.row[o.a][t];
        if (o.b > 0 && o.b < 1000) script.out_rows += o.b;
    } else if (o.kind == OP_ADVANCE) {
        bool all = o.a >= 0;
        for (int l = 0; l < script.layers; l++) all = all && script.rows[l] == script.length + o.a;
        want->status = all ? TT_OK : TT_BAD_SHAPE;
        if (all) script.length += o.a;
    } else if (o.kind == OP_RESET) {
        want->status = o.a >= 0 && o.a <= script.length ? TT_OK : TT_BAD_SHAPE;
        for (int l = 0; want->status == TT_OK && l < script.layers; l++) script.rows[l] = o.a;
        if (want->status == TT_OK) script.length = o.a;
    }
    want->length = script.length;
}

static void view_all(void)
{
    for (int l = 0; l < script.layers; l++) add_op((op){OP_VIEW, l, script.rows[l], 0, 0});
}

static void begin_script(grade_run *run, int *capacity)
{
    static const int layer_counts[] = {1, 2, 3, 5}, capacities[] = {1, 2, 7, 33, 64};
    memset(&script, 0, sizeof script);
    *capacity = capacities[1 + grade_random_below(run, 4)];
    add_op((op){OP_INIT, layer_counts[1 + grade_random_below(run, 3)], 1 + grade_random_below(run, 4),
                1 + grade_random_below(run, 17), *capacity});
}

static bool end_script(grade_run *run)
{
    run->layout.number[CACHE_OPS] = script.count;
    memcpy(grade_input_bytes(run, (size_t)script.count * sizeof(op)), script.ops,
           (size_t)script.count * sizeof(op));
    size_t floats = (size_t)script.source * (size_t)script.C;
    for (int i = 0; i < 2; i++) grade_random_fill(run, grade_input(run, floats), floats, -1, 1);
    for (int i = 0; i < 2; i++) grade_output(run, (size_t)script.out_rows * (size_t)script.C);
    grade_output_bytes(run, (size_t)script.count * sizeof(answer));
    return true;
}

// The last one's size in bytes overflows a size_t to 0.
bool cache_fill_sizes(grade_run *run)
{
    enum { LARGE = 1 << 16 };
    static const op inits[] = {
        {OP_INIT, 1, 1, 1, 1},  {OP_INIT, 5, 3, 7, 33}, {OP_INIT, 0, 1, 1, 1},
        {OP_INIT, 1, -1, 1, 1}, {OP_INIT, 1, 1, 0, 1},  {OP_INIT, 1, 1, 1, -5},
        {OP_INIT, 2, 4, 8, 10}, {OP_INIT, 1, 1, 1, 0},  {OP_INIT, LARGE, LARGE / 2, LARGE / 2, LARGE}};
    if (run->step >= 1) return false;
    memset(&script, 0, sizeof script);
    for (int i = 0; i < COUNT(inits); i++) add_op(inits[i]);
    script.C = 1;
    return end_script(run);
}

// Forward passes of one or more tokens until the cache is full; all layers are viewed after each. No advance:
// that is the next exercise.
bool cache_fill_rows_back(grade_run *run)
{
    int capacity;
    if (run->step >= 12) return false;
    begin_script(run, &capacity);
    while (script.rows[0] < capacity && script.count < MOST_OPS - 20) {
        int tokens = 1 + grade_random_below(run, capacity - script.rows[0]);
        if (tokens > 9) tokens = 9;
        for (int l = 0; l < script.layers; l++) add_op((op){OP_APPEND, l, tokens, 0, 0});
        view_all();
    }
    return end_script(run);
}

// Every t from -1 to past what a layer holds; one layer holds more than the others.
bool cache_fill_views(grade_run *run)
{
    if (run->step >= 4) return false;
    memset(&script, 0, sizeof script);
    add_op((op){OP_INIT, 3, 2, 5, 9});
    for (int l = 0; l < 3; l++) add_op((op){OP_APPEND, l, 4, 0, 0});
    add_op((op){OP_APPEND, 1, 3, 0, 0});
    for (int l = -1; l <= 3; l++)
        for (int t = -1; t <= 10; t++) add_op((op){OP_VIEW, l, t, 0, 0});
    add_op((op){OP_VIEW, 1, 2, 2, 0});
    return end_script(run);
}

// Too many tokens, no such layer, NULL; then everything is as before, and what fits can still be appended.
bool cache_fill_refusals(grade_run *run)
{
    if (run->step >= 6) return false;
    int capacity;
    begin_script(run, &capacity);
    int held = capacity - 1 - grade_random_below(run, capacity > 2 ? 2 : 1);
    for (int l = 0; l < script.layers; l++) add_op((op){OP_APPEND, l, held, 0, 0});
    const op bad[] = {{OP_APPEND, 0, capacity - held + 1, 0, 0},
                      {OP_APPEND, script.layers, 1, 0, 0},
                      {OP_APPEND, -1, 1, 0, 0},
                      {OP_APPEND, 0, -1, 0, 0},
                      {OP_APPEND, 0, 1, 2, 0},
                      {OP_APPEND, 0, 1, 3, 0},
                      {OP_APPEND, script.layers - 1, capacity, 0, 0}};
    for (int i = 0; i < COUNT(bad); i++) add_op(bad[i]);
    view_all();
    add_op((op){OP_APPEND, 0, 0, 0, 0});
    for (int l = 0; l < script.layers; l++) add_op((op){OP_APPEND, l, capacity - held, 0, 0});
    add_op((op){OP_APPEND, script.layers - 1, 1, 0, 0});
    view_all();
    return end_script(run);
}

bool cache_fill_advances(grade_run *run)
{
    if (run->step >= 3) return false;
    memset(&script, 0, sizeof script);
    add_op((op){OP_INIT, 3, 2, 3, 12});
    for (int l = 0; l < 3; l++) {
        add_op((op){OP_ADVANCE, 2, 0, 0, 0}); // not all layers have them
        add_op((op){OP_APPEND, l, 2, 0, 0});
    }
    static const int tries[] = {1, 3, -1, 0, 2, 2, 0};
    for (int i = 0; i < COUNT(tries); i++) add_op((op){OP_ADVANCE, tries[i], 0, 0, 0});
    for (int l = 2; l >= 0; l--) add_op((op){OP_APPEND, l, l == 1 ? 2 : 1, 0, 0});
    add_op((op){OP_ADVANCE, 1, 0, 0, 0}); // one layer has too many
    view_all();
    return end_script(run);
}

bool cache_fill_resets(grade_run *run)
{
    if (run->step >= 6) return false;
    memset(&script, 0, sizeof script);
    add_op((op){OP_INIT, 3, 2, 4, 10});
    for (int round = 0; round < 4; round++) {
        int tokens = 2 + grade_random_below(run, 3), keep;
        for (int l = 0; l < 3; l++) add_op((op){OP_APPEND, l, tokens, 0, 0});
        add_op((op){OP_ADVANCE, tokens, 0, 0, 0});
        add_op((op){OP_APPEND, 0, 1, 0, 0}); // a pass that was broken off
        add_op((op){OP_RESET, script.length + 1, 0, 0, 0});
        add_op((op){OP_RESET, -1, 0, 0, 0});
        keep = round % 2 ? 0 : grade_random_below(run, script.length + 1);
        add_op((op){OP_RESET, keep, 0, 0, 0});
        add_op((op){OP_VIEW, 0, keep + 1, 0, 0});
        view_all();
    }
    return end_script(run);
}

// In gpt_forward's order: a view of layer 0 for the number of tokens, then append and view for each layer.
bool cache_fill_seam(grade_run *run)
{
    int capacity;
    if (run->step >= 8) return false;
    begin_script(run, &capacity);
    while (script.length < capacity && script.count < MOST_OPS - 30) {
        int tokens = 1 + grade_random_below(run, capacity - script.length);
        if (tokens > 17) tokens = 17;
        add_op((op){OP_VIEW, 0, script.rows[0], 1, 0});
        for (int l = 0; l < script.layers; l++) {
            add_op((op){OP_APPEND, l, tokens, 1, 0});
            add_op((op){OP_VIEW, l, script.rows[l], 1, 0});
        }
    }
    add_op((op){OP_APPEND, 0, 1, 1, 0}); // full
    add_op((op){OP_APPEND, script.layers, 1, 1, 0});
    add_op((op){OP_RESET, script.length / 2, 0, 0, 0});
    for (int l = 0; l < script.layers; l++) add_op((op){OP_VIEW, l, script.rows[l], 1, 0});
    return end_script(run);
}

static const char *op_text(char *text, size_t size, const op *o)
{
    static const char *const names[] = {"init", "append", "view", "advance", "reset"};
    const char *how = o->c == 1 && o->kind != OP_INIT ? " through the seam" : "";
    if (o->kind == OP_INIT)
        snprintf(text, size, "init(%d layers, %d heads of %d, capacity %d)", o->a, o->b, o->c, o->d);
    else if (o->kind >= OP_ADVANCE) snprintf(text, size, "%s(%d)", names[o->kind], o->a);
    else snprintf(text, size, "%s(layer %d, %d tokens)%s", names[o->kind], o->a, o->b, how);
    return text;
}

void cache_check_script(grade_run *run)
{
    const answer *got = grade_result(run, 5);
    char call[96];
    for (int i = 0; i < script.count; i++) {
        const op *o = &script.ops[i];
        const answer *want = &script.want[i];
        op_text(call, sizeof call, o);
        if (got[i].status != want->status)
            grade_wrong(run, "call %d, %s: got status \"%s\", expected \"%s\"", i, call,
                        tt_status_text((tt_status)got[i].status), tt_status_text((tt_status)want->status));
        if (got[i].length != want->length)
            grade_wrong(run, "after call %d, %s: length is %d, expected %d", i, call, got[i].length,
                        want->length);
        if (got[i].rows != want->rows)
            grade_wrong(run, "call %d, %s: the layer has %d rows, expected %d", i, call, got[i].rows,
                        want->rows);
        if (got[i].moved)
            grade_wrong(run, "call %d, %s: %s", i, call,
                        o->kind == OP_VIEW ? "the rows have moved since an earlier view"
                        : want->status     ? "refused, but *cache was changed"
                                           : "sizes or rows of the new cache are not set");
        for (int t = 0; o->kind == OP_VIEW && want->status == TT_OK && t < want->rows; t++)
            for (int part = 0; part < 2; part++) {
                const float *out =
                    (const float *)grade_result(run, 3 + part) + (size_t)(script.seen[i] + t) * script.C;
                const float *in =
                    (const float *)grade_given(run, 1 + part) + (size_t)script.from[i][t] * script.C;
                if (memcmp(out, in, (size_t)script.C * sizeof *in) != 0)
                    grade_wrong(run, "call %d, %s: row %d of the %s is not the one that was appended there",
                                i, call, t, part ? "values" : "keys");
            }
    }
}
