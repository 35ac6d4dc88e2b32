// run.c: the child process: calls the student's functions with the numbers and arrays of a job.
#include <limits.h>

#include "calls.h"
#include "engine/job.h"
#include "ops/backend.h"

static kv_cache script_cache;
static struct past_kv script_past;

// A refused init must leave its output untouched: it is called for a struct whose bits are all 1.
static tt_status script_init(const op *o, seen *out, int seam)
{
    kv_cache *c = &out->cache;
    for (unsigned i = 0; i < sizeof *c; i++) ((unsigned char *)c)[i] = 0xff;
    tt_status status = kv_cache_init(c, o->a, o->b, o->c, o->d);
    if (status != TT_OK) return status;
    kv_cache_finish(&script_cache);
    script_cache = *c;
    for (long i = 0; o->d < MOST_ROWS && i < (long)o->a * o->b * o->c * o->d; i++) c->k[i] = c->v[i] = 1;
    return seam ? kv_cache_past(&script_past, &script_cache) : TT_OK;
}

static tt_status script_view(const op *o, seen *out, float *k_out, float *v_out)
{
    int C = script_cache.heads * script_cache.head, past = o->c == THROUGH_PAST;
    out->tokens = o->b;
    tt_status status = past
                           ? script_past.view(script_past.state, o->a, &out->k, &out->v, &out->tokens)
                           : kv_cache_view(&script_cache, o->a, o->b, o->c == NO_KEYS ? 0 : &out->k, &out->v);
    if (status != TT_OK) return status;
    int rows = out->tokens < o->b ? out->tokens : o->b;
    for (long i = 0; i < (long)C * rows; i++) k_out[i] = out->k[i], v_out[i] = out->v[i];
    return TT_OK;
}

// seam: the script uses past_kv
static tt_status run_script(void *memory, int seam)
{
    const op *o = job_array(memory, 0);
    const float *k = job_array(memory, 1), *v = job_array(memory, 2);
    kv_cache *c = &script_cache;
    seen now = {0};
    tt_status status = TT_OK;
    switch (o->kind) {
    case OP_INIT:
        status = script_init(o, &now, seam);
        break;
    case OP_ADVANCE:
        status = kv_cache_advance(c, o->a);
        break;
    case OP_RESET:
        status = kv_cache_reset(c, o->a);
        break;
    case OP_VIEW:
        status = script_view(o, &now, job_array(memory, 3), job_array(memory, 4));
        break;
    default:
        if (o->c == THROUGH_PAST) status = script_past.append(script_past.state, o->a, k, v, o->b);
        else status = kv_cache_append(c, o->a, o->c == NO_KEYS ? 0 : k, o->c == NO_VALUES ? 0 : v, o->b);
    }
    if (o->kind != OP_INIT) now.cache = *c;
    for (int layer = 0; c->rows && layer < c->layers && layer < MOST_LAYERS; layer++)
        now.rows[layer] = c->rows[layer];
    *(seen *)job_array(memory, 5) = now;
    return status;
}

// Fills a whole cache row by row, to measure what an append costs; before it some rows of the last one are
// looked at.
static tt_status run_appends(void *memory, int argument)
{
    (void)argument;
    enum { C = HELD_HEADS * HELD_HEAD };
    const int *number = ((job_layout *)memory)->number;
    const float *k = job_array(memory, 1), *v = job_array(memory, 2), *k_seen, *v_seen;
    float *out = job_array(memory, 3), *out_v = job_array(memory, 4);
    kv_cache *c = &script_cache;
    tt_status status = c->rows ? TT_OK : kv_cache_init(c, HELD_LAYERS, HELD_HEADS, HELD_HEAD, HELD_TOKENS);
    if (status == TT_OK && number[LOOKED_AT] >= 0) {
        status = kv_cache_view(c, number[LOOKED_AT], HELD_TOKENS, &k_seen, &v_seen);
        const int from = number[LOOKED_FROM] * C;
        for (int i = 0; status == TT_OK && i < SOURCE_ROWS * C; i++)
            out[i] = k_seen[from + i], out_v[i] = v_seen[from + i];
    }
    if (status != TT_OK || !number[APPENDING]) return status;
    for (int layer = 0; layer < HELD_LAYERS; layer++) c->rows[layer] = 0;
    for (int t = 0; t < HELD_TOKENS && status == TT_OK; t++)
        for (int layer = 0; layer < HELD_LAYERS && status == TT_OK; layer++)
            status = kv_cache_append(c, layer, k + t % SOURCE_ROWS * C, v + t % SOURCE_ROWS * C, 1);
    return status;
}

// q (queries, q_row) 0, k 1, v 2 -> out 3
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
    return (argument == PREFILL ? attention_prefill : attention_decode)(out, q, k, v, s);
}

// Decoding in small: many calls in one job, of which none can be done ahead, because each one's query comes
// from the answer before it. q (C) 0, k, v (keys, C) 1, 2 -> outs (TIMES, C) 3
static tt_status run_tokens(void *memory, int argument)
{
    (void)argument;
    const int *number = ((job_layout *)memory)->number, C = number[HEADS] * number[HEAD];
    const attention_shape s = {1, number[KEYS], number[HEADS], number[HEAD], C, C};
    static float query[MOST_TOKEN_WIDTH];
    const float *q = job_array(memory, 0);
    float *out = job_array(memory, 3);
    tt_status status = TT_OK;
    for (int t = 0; t < number[TIMES] && status == TT_OK; t++, out += C) {
        status = attention_decode(out, q, job_array(memory, 1), job_array(memory, 2), s);
        for (int j = 0; j < C; j++) query[j] = NEXT_QUERY * out[j];
        q = query;
    }
    return status;
}

// x (k) 0, w (k, n) 1, bias (n) 2 -> out (n) 3
static tt_status run_product(void *memory, int argument)
{
    const int *number = ((job_layout *)memory)->number;
    int n = number[N], k = number[K], door = number[MATVEC_DOOR];
    const float *x = door & NULL_FIRST ? 0 : job_array(memory, 0),
                *w = door & NULL_SECOND ? 0 : job_array(memory, 1);
    const float *bias = number[BIAS] ? job_array(memory, 2) : 0;
    float *out = door & NULL_OUT ? 0 : job_array(memory, 3);
    if (argument == MATVEC) return decode_matvec(out, x, w, bias, n, k);
    return decode_matvec_threaded(out, x, w, bias, n, k, number[THREADS]);
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

static double row_work; // multiply-adds of products of several rows, so far

static tt_status count_and_multiply(float *out, const float *a, const float *b, int m, int n, int k)
{
    if (m > 1) row_work += (double)m * n * k;
    return matmul_naive(out, a, b, m, n, k);
}

// weights 0, ids 1, the call 2 -> its logits 3, its facts 4
static tt_status run_forward(void *memory, int argument)
{
    (void)argument;
    const int *n = ((job_layout *)memory)->number, *ids = job_array(memory, 1);
    const forward_call *call = job_array(memory, 2);
    const int f = call->flags;
    kv_cache *cache = n[CAPACITY] ? &model_cache : 0;
    transformer m, other;
    transformer_block blocks[MODEL_BLOCKS];
    point_model(&m, blocks, job_array(memory, 0), n);
    other = m;
    other.heads = 1;
    tt_status status = cache && call->first ? poisoned_cache(n, n[CAPACITY]) : TT_OK;
    if (status == TT_OK && cache && call->keep >= 0) status = kv_cache_reset(cache, call->keep);
    static const tt_backend counting = {"counting", count_and_multiply};
    row_work = 0;
    if (status == TT_OK) status = backend_use(&counting);
    if (status == TT_OK)
        status = transformer_forward(f & NULL_LOGITS ? 0 : job_array(memory, 3), call->rows,
                                     f & NULL_MODEL    ? 0
                                     : f & OTHER_SIZES ? &other
                                                       : &m,
                                     f & NULL_IDS ? 0 : ids, f & MOST_TOKENS ? INT_MAX : call->count, cache,
                                     f & BAD_THREADS ? 0 : n[MODEL_THREADS]);
    *(forward_facts *)job_array(memory, 4) = (forward_facts){cache ? cache->length : 0, row_work};
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

// weights 0, prompt 1, seed 2, whether this is the first text with this cache 3 -> ids 4 (prompt + want),
// 5: made, calls of pick, the cache's length
static tt_status run_generate(void *memory, int argument)
{
    const int *n = ((job_layout *)memory)->number, *prompt = job_array(memory, 1),
              *first = job_array(memory, 3);
    int *ids = job_array(memory, 4), *answer = job_array(memory, 5), made = -1;
    kv_cache *cache = n[CAPACITY] ? &model_cache : 0;
    transformer m;
    transformer_block blocks[MODEL_BLOCKS];
    point_model(&m, blocks, job_array(memory, 0), n);
    pick_state state = {argument, *(int *)job_array(memory, 2), 0};
    token_sampler sampler = {pick, &state};
    tt_status status = cache && *first ? poisoned_cache(n, n[CAPACITY]) : TT_OK;
    for (int i = 0; i < n[PROMPT]; i++) ids[i] = prompt[i];
    if (status == TT_OK) status = transformer_generate(ids, &made, &m, n[PROMPT], n[WANT], sampler, cache, 1);
    answer[0] = made, answer[1] = state.calls, answer[2] = cache ? cache->length : 0;
    return status;
}

const job_run job_runs[] = {
    {"script", run_script},   {"appends", run_appends}, {"attention", run_attention}, {"tokens", run_tokens},
    {"product", run_product}, {"forward", run_forward}, {"generate", run_generate},   {0},
};
