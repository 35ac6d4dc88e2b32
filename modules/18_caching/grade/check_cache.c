// check_cache.c: the cache: a script of calls, and what a plain model of the cache expects of each.
#include "checks.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "oracle.h"

// --- The script and what it expects ---

enum { MOST_OPS = 400, MOST_CAPACITY = 64, MOST_FLOATS = 1 << 17 };

typedef struct {
    int status, length, rows; // rows: of the layer, or as a view through past_kv returned
} answer;

static struct {
    op ops[MOST_OPS];
    int count, layers, C, capacity, length, rows[MOST_LAYERS];
    int row[MOST_LAYERS][MOST_CAPACITY]; // the source row that is stored there
    int source;                          // number of source rows used so far
    answer want[MOST_OPS];
    int first[MOST_OPS]; // of an append: its first source row
    int from[MOST_OPS][MOST_CAPACITY];
    int most;                      // rows of one op
    int at;                        // the op that is called now
    float sources[2][MOST_FLOATS]; // (source, C): keys, values
    const float *k, *v;            // what the first view of layer 0 gave
} script;

// The rows that an append brings, or that there is room for in a view.
static int rows_of(const op *o)
{
    const bool has_rows = o->kind == OP_APPEND || o->kind == OP_VIEW;
    return has_rows && o->b > 0 && o->b < MOST_ROWS ? o->b : 0;
}

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
        script.first[i] = script.source;
        script.source += rows_of(&o);
        want->rows = is_layer ? script.rows[o.a] : 0;
        if (o.c == 1 && o.a == script.layers - 1 && want->status == TT_OK) script.length += o.b;
    } else if (o.kind == OP_VIEW) {
        want->status = !is_layer || o.c == 2               ? TT_BAD_VALUE
                       : o.b < 0 || o.b > script.rows[o.a] ? TT_BAD_SHAPE
                                                           : TT_OK;
        want->rows = want->status == TT_OK ? o.b : 0;
        for (int t = 0; t < want->rows; t++) script.from[i][t] = script.row[o.a][t];
    } else if (o.kind == OP_ADVANCE) {
        bool all = o.a >= 0;
        for (int l = 0; l < script.layers; l++) all = all && script.rows[l] - script.length == o.a;
        want->status = all ? TT_OK : TT_BAD_SHAPE;
        if (all) script.length += o.a;
    } else if (o.kind == OP_RESET) {
        want->status = o.a >= 0 && o.a <= script.length ? TT_OK : TT_BAD_SHAPE;
        for (int l = 0; want->status == TT_OK && l < script.layers; l++) script.rows[l] = o.a;
        if (want->status == TT_OK) script.length = o.a;
    }
    want->length = script.length;
    if (rows_of(&o) > script.most) script.most = rows_of(&o);
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

static void check_op(grade_run *run, int i);

// The op of the script that comes next, with the rows that it brings.
static void hand_op(op *to, float *const rows[2])
{
    const op *o = &script.ops[script.at];
    *to = *o;
    for (int part = 0; part < 2 && o->kind == OP_APPEND; part++)
        memcpy(rows[part], script.sources[part] + (size_t)script.first[script.at] * script.C,
               (size_t)rows_of(o) * script.C * sizeof(float));
}

static bool next_op(grade_run *run)
{
    if (script.at + 1 == script.count) return false;
    check_op(run, script.at++);
    op *to = grade_renew(run, 0);
    float *const rows[2] = {grade_renew(run, 1), grade_renew(run, 2)};
    for (int i = 3; i <= 5; i++) grade_renew(run, i);
    return hand_op(to, rows), true;
}

static bool end_script(grade_run *run)
{
    const size_t room = (size_t)script.most * script.C, floats = (size_t)script.source * script.C;
    assert(script.count <= MOST_OPS && floats <= MOST_FLOATS);
    for (int i = 0; i < 2; i++) grade_random_fill(run, script.sources[i], floats, -1, 1);
    op *to = grade_input_bytes(run, sizeof *to);
    float *const rows[2] = {grade_input(run, room), grade_input(run, room)};
    for (int i = 0; i < 2; i++) grade_output(run, room);
    grade_output_bytes(run, sizeof(seen));
    hand_op(to, rows);
    run->next = next_op;
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
                      {OP_APPEND, script.layers - 1, capacity, 0, 0},
                      {OP_APPEND, 0, INT_MAX, 0, 0}, // rows + tokens is no int
                      {OP_APPEND, 0, INT_MIN, 0, 0},
                      {OP_VIEW, 0, INT_MAX, 0, 0},
                      {OP_ADVANCE, INT_MAX, 0, 0, 0},
                      {OP_RESET, INT_MAX, 0, 0, 0}};
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

// What is wrong with what was seen after an op that has the right status, length and rows; NULL: nothing.
static const char *what_moved(const op *o, const answer *want, const seen *got)
{
    const kv_cache *c = &got->cache;
    if (o->kind == OP_INIT && want->status != TT_OK) {
        kv_cache untouched;
        memset(&untouched, 0xff, sizeof untouched);
        return c->k != untouched.k || c->rows != untouched.rows || c->length != untouched.length
                   ? "refused, but *cache was changed"
                   : NULL;
    }
    if (o->kind == OP_INIT) {
        bool wrong = c->layers != o->a || c->heads != o->b || c->head != o->c || c->capacity != o->d;
        for (int i = 0; i < o->a; i++) wrong |= got->rows[i] != 0;
        script.k = script.v = NULL;
        return wrong ? "sizes or rows of the new cache are not set" : NULL;
    }
    if (o->kind != OP_VIEW || o->a != 0 || want->rows == 0) return NULL;
    if (!script.k) script.k = got->k, script.v = got->v;
    return got->k != script.k || got->v != script.v ? "the rows have moved since an earlier view" : NULL;
}

static void check_op(grade_run *run, int i)
{
    const seen *got = grade_result(run, 5);
    const op *o = &script.ops[i];
    const answer *want = &script.want[i];
    char call[96];
    op_text(call, sizeof call, o);
    if (run->status != (tt_status)want->status)
        grade_wrong(run, "call %d, %s: got status \"%s\", expected \"%s\"", i, call,
                    tt_status_text(run->status), tt_status_text((tt_status)want->status));
    const bool refused_init = o->kind == OP_INIT && want->status != TT_OK,
               has_layer = o->a >= 0 && o->a < script.layers;
    if (!refused_init && got->cache.length != want->length)
        grade_wrong(run, "after call %d, %s: length is %d, expected %d", i, call, got->cache.length,
                    want->length);
    const int rows = o->kind == OP_VIEW && want->status == TT_OK ? got->tokens
                     : o->kind == OP_APPEND && has_layer         ? got->rows[o->a]
                                                                 : 0;
    if (rows != want->rows)
        grade_wrong(run, "call %d, %s: the layer has %d rows, expected %d", i, call, rows, want->rows);
    const char *moved = what_moved(o, want, got);
    if (moved) grade_wrong(run, "call %d, %s: %s", i, call, moved);
    for (int t = 0; o->kind == OP_VIEW && t < want->rows; t++)
        for (int part = 0; part < 2; part++) {
            const float *out = (const float *)grade_result(run, 3 + part) + (size_t)t * script.C;
            const float *in = script.sources[part] + (size_t)script.from[i][t] * script.C;
            if (memcmp(out, in, (size_t)script.C * sizeof *in) != 0)
                grade_wrong(run, "call %d, %s: row %d of the %s is not the one that was appended there", i,
                            call, t, part ? "values" : "keys");
        }
}

void cache_describe_op(grade_run *run, char *text, size_t size)
{
    (void)run;
    op_text(text, size, &script.ops[script.at]);
}

void cache_check_script(grade_run *run) { check_op(run, script.at); }
