// cases_cache.h: the cache's cases. A step is a script of calls; the parent replays it with plain
// bookkeeping.
//
// Jobs     array 0: the script, ops. 1, 2: rows of keys and of values, taken one after the other by the
//          appends. 3, 4: rows that views gave. 5: an answer for each op.
#pragma once

enum { CACHE_OPS, CACHE_CALLS };

typedef enum {
    OP_INIT,   // a = layers, b = heads, c = head, d = capacity
    OP_APPEND, // a = layer, b = tokens, c = 1: through the seam, 2: k is NULL, 3: v is NULL
    OP_VIEW,   // a = layer, b = tokens, c = 1: through the seam, which says how many, 2: k is NULL
    OP_ADVANCE,
    OP_RESET, // a = tokens
} op_kind;

typedef struct {
    int kind, a, b, c, d;
} op;

typedef struct {
    int status, length, rows, moved; // rows: of the layer, or what a view through the seam said
} answer;

// --- run ---

#ifdef TT_CHILD
static kv_cache script_cache;
static struct past_kv script_past;
static const float *first_k, *first_v; // where layer 0 was seen first

// A refused init leaves its output untouched: it is called on one that is full of ones.
static tt_status script_init(const op *o, answer *out, bool seam)
{
    kv_cache fresh, before;
    unsigned char *bytes = (unsigned char *)&fresh;
    for (unsigned i = 0; i < sizeof fresh; i++) bytes[i] = 0xff;
    before = fresh;
    tt_status status = kv_cache_init(&fresh, o->a, o->b, o->c, o->d);
    if (status != TT_OK) {
        out->moved = fresh.k != before.k || fresh.rows != before.rows || fresh.length != before.length;
        return status;
    }
    kv_cache_finish(&script_cache);
    script_cache = fresh;
    first_k = first_v = 0;
    out->moved = fresh.layers != o->a || fresh.heads != o->b || fresh.head != o->c || fresh.capacity != o->d;
    for (int i = 0; i < o->a; i++) out->moved |= fresh.rows[i] != 0;
    for (long i = 0; o->d < 1000 && i < (long)o->a * o->b * o->c * o->d; i++) fresh.k[i] = fresh.v[i] = 1;
    return seam ? kv_cache_past(&script_past, &script_cache) : TT_OK;
}

static tt_status script_view(const op *o, answer *out, float *k_out, float *v_out)
{
    const float *k = 0, *v = 0;
    int tokens = o->b, C = script_cache.heads * script_cache.head;
    tt_status status;
    if (o->c == 1) status = script_past.view(script_past.state, o->a, &k, &v, &tokens);
    else status = kv_cache_view(&script_cache, o->a, tokens, o->c == 2 ? 0 : &k, &v);
    if (status != TT_OK) return status;
    out->rows = tokens;
    if (o->a == 0 && tokens > 0) {
        out->moved = first_k && (k != first_k || v != first_v);
        if (!first_k) first_k = k, first_v = v;
    }
    for (long i = 0; i < (long)C * (tokens < o->b ? tokens : o->b); i++) k_out[i] = k[i], v_out[i] = v[i];
    return TT_OK;
}

static tt_status run_script(void *memory, int argument) // argument 1: the script uses the seam
{
    const int *number = ((job_layout *)memory)->number;
    const op *o = job_array(memory, 0);
    const float *k = job_array(memory, 1), *v = job_array(memory, 2);
    float *k_out = job_array(memory, 3), *v_out = job_array(memory, 4);
    answer *out = job_array(memory, 5);
    for (int i = 0; i < number[CACHE_OPS]; i++, o++) {
        tt_status status = TT_OK;
        answer a = {0};
        kv_cache *c = &script_cache;
        int C = c->heads * c->head, rows = o->b > 0 && o->b < 1000 ? o->b : 0;
        if (o->kind == OP_INIT) status = script_init(o, &a, argument == 1);
        else if (o->kind == OP_ADVANCE) status = kv_cache_advance(c, o->a);
        else if (o->kind == OP_RESET) status = kv_cache_reset(c, o->a);
        else if (o->kind == OP_VIEW) {
            status = script_view(o, &a, k_out, v_out);
            k_out += C * rows, v_out += C * rows;
        } else {
            if (o->c != 1) status = kv_cache_append(c, o->a, o->c == 2 ? 0 : k, o->c == 3 ? 0 : v, o->b);
            else status = script_past.append(script_past.state, o->a, k, v, o->b);
            k += C * rows, v += C * rows;
        }
        if (status == TT_TODO) return TT_TODO;
        a.status = status;
        a.length = c->rows ? c->length : 0;
        if (o->kind == OP_APPEND && c->rows && o->a >= 0 && o->a < c->layers) a.rows = c->rows[o->a];
        out[i] = a;
    }
    return TT_OK;
}

// The whole of a cache filled row by row, `calls` times: what an append costs.
static tt_status run_appends(void *memory, int argument)
{
    (void)argument;
    enum { LAYERS = 4, TOKENS = 512, HEADS = 8, HEAD = 64 };
    const float *k = job_array(memory, 1), *v = job_array(memory, 2);
    float *out = job_array(memory, 3), *out_v = job_array(memory, 4);
    kv_cache *c = &script_cache;
    tt_status status = c->rows ? TT_OK : kv_cache_init(c, LAYERS, HEADS, HEAD, TOKENS);
    for (int call = 0; call < ((job_layout *)memory)->number[CACHE_CALLS] && status == TT_OK; call++) {
        for (int layer = 0; layer < LAYERS; layer++) c->rows[layer] = 0;
        for (int t = 0; t < TOKENS && status == TT_OK; t++) {
            int row = (t + call) % 64 * HEADS * HEAD;
            for (int layer = 0; layer < LAYERS && status == TT_OK; layer++)
                status = kv_cache_append(c, layer, k + row, v + row, 1);
        }
    }
    const float *k_seen, *v_seen;
    if (status == TT_OK) status = kv_cache_view(c, LAYERS - 1, TOKENS, &k_seen, &v_seen);
    for (int i = 0; status == TT_OK && i < TOKENS * HEADS * HEAD; i++)
        out[i] = k_seen[i], out_v[i] = v_seen[i];
    return status;
}
#else

// --- fill and check ---

enum { MOST_OPS = 400, MOST_LAYERS = 8, MOST_CAPACITY = 64 };

static struct {
    op ops[MOST_OPS];
    int count, layers, C, capacity, length, rows[MOST_LAYERS];
    int row[MOST_LAYERS][MOST_CAPACITY]; // which source row lies there
    int source;                          // source rows used so far
    answer want[MOST_OPS];
    int seen[MOST_OPS]; // of a view: where in the outputs it lies, in rows
    int out_rows, from[MOST_OPS][MOST_CAPACITY];
} script;

// Add an op and say what must come of it.
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

// The large one wraps to 0 in a careless size_t.
static bool fill_sizes(grade_run *run)
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

// Passes of one or more tokens, as a model makes them, until the cache is full; looked at after every one. No
// token counts yet: advance is the next exercise.
static bool fill_rows_back(grade_run *run)
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

// Every t up to what a layer holds, and one more; one layer holds more than the others.
static bool fill_views(grade_run *run)
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

// Too many, no such layer, NULL; then everything that was there is still there, and what fits still goes in.
static bool fill_refusals(grade_run *run)
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

static bool fill_advances(grade_run *run)
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

static bool fill_resets(grade_run *run)
{
    if (run->step >= 6) return false;
    memset(&script, 0, sizeof script);
    add_op((op){OP_INIT, 3, 2, 4, 10});
    for (int round = 0; round < 4; round++) {
        int tokens = 2 + grade_random_below(run, 3), keep;
        for (int l = 0; l < 3; l++) add_op((op){OP_APPEND, l, tokens, 0, 0});
        add_op((op){OP_ADVANCE, tokens, 0, 0, 0});
        add_op((op){OP_APPEND, 0, 1, 0, 0}); // a pass that stopped half-way
        add_op((op){OP_RESET, script.length + 1, 0, 0, 0});
        add_op((op){OP_RESET, -1, 0, 0, 0});
        keep = round % 2 ? 0 : grade_random_below(run, script.length + 1);
        add_op((op){OP_RESET, keep, 0, 0, 0});
        add_op((op){OP_VIEW, 0, keep + 1, 0, 0});
        view_all();
    }
    return end_script(run);
}

// In the order in which gpt_forward calls: how much is there, then layer by layer.
static bool fill_seam(grade_run *run)
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

static void check_script(grade_run *run)
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
#endif
