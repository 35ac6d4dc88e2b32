// run.c: the child process: calls the student's functions with the numbers and arrays of a job.
#include "calls.h"
#include "engine/job.h"

static kv_cache script_cache;
static struct past_kv script_past;
static const float *first_k, *first_v; // the pointers of the first view of layer 0

// A refused init must leave its output untouched: it is called on a struct whose bits are all 1.
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

// argument 1: the script uses past_kv
static tt_status run_script(void *memory, int argument)
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

// Fills a whole cache row by row, CACHE_CALLS times, to measure what an append costs.
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

// q (queries, q_row) 0, k 1, v 2 -> out 3. attention_decode is called for each row of q, over all keys.
static tt_status run_attention(void *memory, int argument)
{
    const int *number = ((job_layout *)memory)->number;
    int door = number[DOOR];
    const float *q = door & NULL_FIRST ? 0 : job_array(memory, 0);
    const float *k = door & NULL_SECOND ? 0 : job_array(memory, 1),
                *v = door & NULL_THIRD ? 0 : job_array(memory, 2);
    float *out = door & NULL_OUT ? 0 : job_array(memory, 3);
    attention_shape s = {number[QUERIES], number[KEYS],  number[HEADS],
                         number[HEAD],    number[Q_ROW], number[KV_ROW]};
    if (argument == PREFILL) return attention_prefill(out, q, k, v, s);
    if (!number[TIMES]) return attention_decode(out, q, k, v, s);
    tt_status status = TT_OK;
    for (int i = 0; i < number[TIMES] && status == TT_OK; i++)
        status = attention_decode(out + i * s.heads * s.head, q + i * s.q_row, k, v, s);
    return status;
}

// x (rows, k) 0, w (k, n) 1, bias (n) 2 -> out (rows, n) 3
static tt_status run_product(void *memory, int argument)
{
    const int *number = ((job_layout *)memory)->number;
    int n = number[N], k = number[K], door = number[MATVEC_DOOR];
    const float *x = door & NULL_FIRST ? 0 : job_array(memory, 0),
                *w = door & NULL_SECOND ? 0 : job_array(memory, 1);
    const float *bias = number[BIAS] ? job_array(memory, 2) : 0;
    float *out = door & NULL_OUT ? 0 : job_array(memory, 3);
    tt_status status = TT_OK;
    for (int i = 0; i < number[ROWS] && status == TT_OK; i++)
        if (argument == MATVEC)
            status = decode_matvec(out ? out + (long)i * n : 0, x ? x + (long)i * k : 0, w, bias, n, k);
        else status = decode_matvec_threaded(out, x, w, bias, n, k, number[THREADS]);
    return status;
}

// --- The model ---

static kv_cache model_cache;

// A cache full of NaN, so that reading a row that was never appended shows in the results.
static tt_status poisoned_cache(const int *n, int capacity)
{
    kv_cache_finish(&model_cache);
    tt_status status =
        kv_cache_init(&model_cache, n[LAYERS], n[MODEL_HEADS], n[WIDTH] / n[MODEL_HEADS], capacity);
    long floats = (long)n[LAYERS] * capacity * n[WIDTH];
    for (long i = 0; status == TT_OK && i < floats; i++)
        model_cache.k[i] = model_cache.v[i] = __builtin_nanf("");
    return status;
}

// weights 0, ids 1, calls 2 -> logits 3 of all calls in order, 4: status and the cache's length after each.
// argument 1: the status of a refused call is an answer; 0: it ends the case.
static tt_status run_forward(void *memory, int argument)
{
    const int *n = ((job_layout *)memory)->number, *ids = job_array(memory, 1);
    const forward_call *call = job_array(memory, 2);
    float *logits = job_array(memory, 3);
    int *answer = job_array(memory, 4);
    transformer m, other;
    transformer_block blocks[MODEL_BLOCKS];
    point_model(&m, blocks, job_array(memory, 0), n);
    other = m;
    other.heads = 1;
    tt_status status = n[CAPACITY] ? poisoned_cache(n, n[CAPACITY]) : TT_OK;
    for (int i = 0; i < n[CALLS] && status == TT_OK; i++, call++) {
        if (n[CAPACITY] && call->keep >= 0) status = kv_cache_reset(&model_cache, call->keep);
        if (status != TT_OK) break;
        int f = call->flags, threads = f & BAD_THREADS ? 0 : n[MODEL_THREADS];
        status =
            transformer_forward(f & NULL_LOGITS ? 0 : logits, call->rows,
                                f & NULL_MODEL    ? 0
                                : f & OTHER_SIZES ? &other
                                                  : &m,
                                f & NULL_IDS ? 0 : ids, call->count, n[CAPACITY] ? &model_cache : 0, threads);
        if (call->count > 0) ids += call->count;
        if (call->rows > 0) logits += (long)call->rows * m.vocab;
        answer[2 * i] = status, answer[2 * i + 1] = n[CAPACITY] ? model_cache.length : 0;
        if (argument == 1 && status != TT_TODO) status = TT_OK;
    }
    return status;
}

typedef struct {
    int kind, seed, calls;
} pick_state;

static int pick(void *state, const float *logits, int vocab)
{
    pick_state *s = state;
    double sum = 0, left, p[64];
    int best = 0;
    for (int i = 1; i < vocab; i++)
        if (logits[i] > logits[best]) best = i;
    int call = s->calls++;
    if (s->kind == GREEDY) return best;
    for (int i = 0; i < vocab; i++) sum += p[i] = __builtin_exp((double)logits[i] - (double)logits[best]);
    left = draw(s->seed, call) * sum;
    for (int i = 0; i < vocab; i++)
        if ((left -= p[i]) < 0) return i;
    return best;
}

// weights 0, prompt 1, seed 2 -> ids 3 (prompt + want), 4: made, calls of pick, the cache's length. Every job
// writes two texts with the same cache: the first must not change the second.
static tt_status run_generate(void *memory, int argument)
{
    const int *n = ((job_layout *)memory)->number, *prompt = job_array(memory, 1),
              *seed = job_array(memory, 2);
    int *ids = job_array(memory, 3), *answer = job_array(memory, 4), want[1 << 10];
    transformer m;
    transformer_block blocks[MODEL_BLOCKS];
    point_model(&m, blocks, job_array(memory, 0), n);
    tt_status status = n[CAPACITY] ? poisoned_cache(n, n[CAPACITY]) : TT_OK;
    for (int turn = n[CAPACITY] && n[VOCAB] < 64 ? 0 : 1; turn < 2 && status == TT_OK; turn++) {
        pick_state state = {argument, *seed, 0};
        token_sampler sampler = {pick, &state};
        int *to = turn ? ids : want, made = -1;
        for (int i = 0; i < n[PROMPT]; i++) to[i] = turn ? prompt[i] : (prompt[i] + 1) % n[VOCAB];
        status = transformer_generate(to, &made, &m, n[PROMPT], n[WANT], sampler,
                                      n[CAPACITY] ? &model_cache : 0, 1);
        answer[0] = made, answer[1] = state.calls, answer[2] = n[CAPACITY] ? model_cache.length : 0;
    }
    return status;
}

const job_run job_runs[] = {
    {"script", run_script},
    {"appends", run_appends},
    {"attention", run_attention},
    {"product", run_product},
    {"forward", run_forward},
    {"generate", run_generate},
    {0},
};
