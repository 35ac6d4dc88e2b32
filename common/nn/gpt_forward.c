// gpt_forward.c: the forward of a transformer, layer by layer: by whose function, and who is told of it.
#include "gpt.h"

#include <string.h>

#include "gpt_inner.h"

const gpt_kernels gpt_plain = {.name = "plain"};

static tt_status textbook_attention(void *state, float *out, const float *q, const float *k, const float *v,
                                    nn_attention_shape s)
{
    (void)state;
    return nn_attention_textbook(out, q, k, v, s);
}

const gpt_kernels gpt_textbook = {
    .name = "textbook", .attention = textbook_attention, .gelu = ops_gelu, .layer_norm = ops_layer_norm};

static int rows_of(const gpt_pass *p) { return p->n * p->tokens; }

// ---- What the observer is told ----

enum { FLOAT_BYTES = 4 };

// A layer's event, without its work: from rows of `in` floats to rows of `out`.
static nn_event layer_event(const gpt_pass *p, const char *name, int number, int in, int out)
{
    return (nn_event){
        .name = name, .number = number, .rows = rows_of(p), .in = (size_t)in, .out = (size_t)out};
}

// The same of a layer that reads and writes its rows once, and `weights` floats.
static nn_event pointwise_event(const gpt_pass *p, const char *name, int number, int width, int weights)
{
    nn_event e = layer_event(p, name, number, width, width);
    e.bytes = FLOAT_BYTES * (2LL * e.rows * width + weights);
    return e;
}

nn_event gpt_event(const gpt_pass *p) { return layer_event(p, "gpt", -1, 1, p->m->config.vocab); }

// ---- The layers ----

static tt_status linear(const gpt_pass *p, int index, float *y, const float *x)
{
    const gpt_linear l = gpt_linear_at(p->m, index);
    const int rows = rows_of(p);
    nn_event e = layer_event(p, l.name, l.block, l.in, l.out);
    e.macs = (long long)rows * l.in * l.out;
    e.bytes = FLOAT_BYTES * ((long long)rows * (l.in + l.out) + (l.in + 1LL) * l.out);
    nn_enter(p->m->observer, &e);
    tt_status status = p->kernels->linear ? p->kernels->linear(p->kernels->state, y, x, &l, rows)
                                          : nn_linear(y, x, l.w, l.bias, rows, l.in, l.out);
    return nn_exit(p->m->observer, &e, status);
}

// gain is followed by its bias.
static tt_status layer_norm(const gpt_pass *p, int block, float *out, const float *x, const parameter *gain)
{
    const int C = p->m->config.width;
    nn_event e = pointwise_event(p, "norm", block, C, 2 * C);
    nn_enter(p->m->observer, &e);
    tt_status status = (p->kernels->layer_norm ? p->kernels->layer_norm : nn_layer_norm)(
        out, x, gain[0].value, gain[1].value, GPT_EPS, e.rows, C);
    return nn_exit(p->m->observer, &e, status);
}

static tt_status gelu(const gpt_pass *p, int block, float *out, const float *x)
{
    const int W = GPT_WIDEN * p->m->config.width;
    nn_event e = pointwise_event(p, "gelu", block, W, 0);
    nn_enter(p->m->observer, &e);
    tt_status status = (p->kernels->gelu ? p->kernels->gelu : nn_gelu)(out, x, (size_t)e.rows * (size_t)W);
    return nn_exit(p->m->observer, &e, status);
}

// Append the new keys and values to the cache and attend to all that it then holds. room is (2, R, C).
static tt_status extend_cache(const gpt_pass *p, int block, float *room, const float *qkv, const float **k,
                              const float **v, int *held)
{
    const int C = p->m->config.width, tokens = p->tokens;
    float *new_k = room, *new_v = room + (size_t)tokens * C;
    for (int t = 0; t < tokens; t++) {
        memcpy(new_k + (size_t)t * C, qkv + (size_t)t * 3 * C + C, (size_t)C * sizeof *room);
        memcpy(new_v + (size_t)t * C, qkv + (size_t)t * 3 * C + 2 * C, (size_t)C * sizeof *room);
    }
    struct past_kv *past = p->past;
    tt_status status = past->append(past->state, block, new_k, new_v, tokens);
    if (status == TT_OK) status = past->view(past->state, block, k, v, held);
    if (status != TT_OK) return status;
    if (*held < tokens || *held > p->m->config.context)
        return tt_fail(TT_BAD_VALUE,
                       "layer %d of the cache holds %d tokens after %d were appended; look at its append",
                       block, *held, tokens);
    return TT_OK;
}

static tt_status attend(const gpt_pass *p, int block, const gpt_activations *a)
{
    const int C = p->m->config.width, heads = p->m->config.heads;
    nn_attention_shape s = {.n = p->n,
                            .queries = p->tokens,
                            .keys = p->tokens,
                            .heads = heads,
                            .head = C / heads,
                            .q_row = 3 * C,
                            .kv_row = 3 * C};
    const float *k = a->qkv + C, *v = a->qkv + 2 * C;
    if (p->past) { // wide is unused until BLOCK_WIDEN
        tt_status status = extend_cache(p, block, a->wide, a->qkv, &k, &v, &s.keys);
        if (status != TT_OK) return status;
        s.kv_row = C;
    }
    if (!p->kernels->attention) return nn_attention(a->attention, a->saved, a->qkv, k, v, s);
    return p->kernels->attention(p->kernels->state, a->attention, a->qkv, k, v, s);
}

static tt_status dot_product(const gpt_pass *p, int block, const gpt_activations *a)
{
    const int C = p->m->config.width;
    const long long T = p->tokens, keys = p->first + T;
    nn_event e = layer_event(p, "dot_product", block, 3 * C, C);
    e.keys = (int)keys;
    e.macs = 2LL * C * p->n * (T * p->first + T * (T + 1) / 2);
    e.bytes = FLOAT_BYTES * 2LL * C * (e.rows + p->n * keys);
    nn_enter(p->m->observer, &e);
    return nn_exit(p->m->observer, &e, attend(p, block, a));
}

// ---- The parts ----

static void add_into(float *out, const float *x, const float *y, size_t count)
{
    for (size_t i = 0; i < count; i++) out[i] = x[i] + y[i];
}

// The linear layers whose output is added to x write it to norm2 and to out, which are unused at that time:
// the sum needs no buffer of its own.
static tt_status attention_part(const gpt_pass *p, int block, const gpt_activations *a, const float *x)
{
    const int first = block * GPT_LINEARS;
    tt_status status = layer_norm(p, block, a->norm1, x, gpt_block(p->m, block) + BLOCK_NORM1_GAIN);
    if (status == TT_OK) status = linear(p, first + LINEAR_QKV, a->qkv, a->norm1);
    if (status == TT_OK) status = dot_product(p, block, a);
    if (status == TT_OK) status = linear(p, first + LINEAR_PROJECT, a->norm2, a->attention);
    if (status == TT_OK) add_into(a->middle, x, a->norm2, (size_t)rows_of(p) * p->m->config.width);
    return status;
}

static tt_status feed_forward_part(const gpt_pass *p, int block, const gpt_activations *a)
{
    const int first = block * GPT_LINEARS;
    tt_status status = layer_norm(p, block, a->norm2, a->middle, gpt_block(p->m, block) + BLOCK_NORM2_GAIN);
    if (status == TT_OK) status = linear(p, first + LINEAR_WIDEN, a->wide, a->norm2);
    if (status == TT_OK) status = gelu(p, block, a->gelu, a->wide);
    if (status == TT_OK) status = linear(p, first + LINEAR_NARROW, a->out, a->gelu);
    if (status == TT_OK) add_into(a->out, a->middle, a->out, (size_t)rows_of(p) * p->m->config.width);
    return status;
}

// A part's own work is its addition: two rows read and one written.
static nn_event part_event(const gpt_pass *p, const char *name, int block)
{
    const int C = p->m->config.width;
    nn_event e = layer_event(p, name, block, C, C);
    e.bytes = FLOAT_BYTES * 3LL * e.rows * C;
    return e;
}

tt_status gpt_block_forward(const gpt_pass *p, int block, gpt_activations a, const float *x)
{
    const nn_observer *o = p->m->observer;
    const nn_event attention = part_event(p, "attention", block),
                   feed_forward = part_event(p, "feed_forward", block);
    nn_enter(o, &attention);
    tt_status status = nn_exit(o, &attention, attention_part(p, block, &a, x));
    if (status != TT_OK) return status;
    nn_enter(o, &feed_forward);
    return nn_exit(o, &feed_forward, feed_forward_part(p, block, &a));
}

static tt_status look_up(const gpt_pass *p, float *x, const int *ids)
{
    const int C = p->m->config.width;
    const parameter *tables = p->m->weights.list;
    tt_status status = ops_embedding(x, tables[GPT_TOKENS].value, ids, rows_of(p), p->m->config.vocab, C);
    if (status != TT_OK) return status;
    const float *positions = tables[GPT_POSITIONS].value + (size_t)p->first * C;
    const size_t floats = (size_t)p->tokens * C;
    for (int i = 0; i < p->n; i++, x += floats) add_into(x, x, positions, floats);
    return TT_OK;
}

tt_status gpt_embed(const gpt_pass *p, float *x, const int *ids)
{
    const int C = p->m->config.width;
    nn_event e = layer_event(p, "embedding", -1, 1, C);
    e.bytes = e.rows * (3LL * FLOAT_BYTES * C + (long long)sizeof *ids);
    nn_enter(p->m->observer, &e);
    return nn_exit(p->m->observer, &e, look_up(p, x, ids));
}

tt_status gpt_head(const gpt_pass *p, float *logits, float *norm, const float *x)
{
    const nn_observer *o = p->m->observer;
    const nn_event e = layer_event(p, "head", -1, p->m->config.width, p->m->config.vocab);
    nn_enter(o, &e);
    tt_status status = layer_norm(p, -1, norm, x, gpt_end(p->m) + END_NORM_GAIN);
    if (status == TT_OK) status = linear(p, gpt_linear_count(p->m) - 1, logits, norm);
    return nn_exit(o, &e, status);
}

// ---- The whole ----

static tt_status count_past(const gpt *m, struct past_kv *past, int count, int *held)
{
    const float *k, *v;
    *held = 0;
    tt_status status = past ? past->view(past->state, 0, &k, &v, held) : TT_OK;
    if (status != TT_OK) return status;
    if (*held < 0 || *held > m->config.context || count > m->config.context - *held)
        return tt_fail(TT_BAD_SHAPE,
                       "%d tokens behind %d do not fit a context of %d; drop the oldest and start anew",
                       count, *held, m->config.context);
    return TT_OK;
}

static tt_status forward(const gpt_pass *p, float *logits, const int *ids)
{
    const size_t RC = (size_t)p->tokens * p->m->config.width;
    float *x = p->m->work;
    gpt_activations a = {.norm1 = x + RC,
                         .qkv = x + 2 * RC,
                         .attention = x + 5 * RC,
                         .middle = x + 6 * RC,
                         .norm2 = x + 7 * RC,
                         .wide = x + 8 * RC,
                         .gelu = x + (8 + GPT_WIDEN) * RC,
                         .out = x};
    tt_status status = gpt_embed(p, x, ids);
    for (int block = 0; block < p->m->config.layers && status == TT_OK; block++)
        status = gpt_block_forward(p, block, a, x);
    return status == TT_OK ? gpt_head(p, logits, a.norm1, x) : status;
}

tt_status gpt_forward(gpt *m, float *logits, const int *ids, int count, struct past_kv *past)
{
    if (!m || !m->weights.values || count < 0 || (count > 0 && (!logits || !ids))) return TT_BAD_VALUE;
    if (past && (!past->append || !past->view)) return TT_BAD_VALUE;
    gpt_pass p = {
        .m = m, .kernels = m->kernels ? m->kernels : &gpt_plain, .past = past, .n = 1, .tokens = count};
    tt_status status = count_past(m, past, count, &p.first);
    if (status != TT_OK || count == 0) return status;
    status = gpt_grow(m, (8 + 2 * GPT_WIDEN) * (size_t)count * m->config.width);
    if (status != TT_OK) return status;
    m->sequences = m->tokens = 0; // what a training forward kept is overwritten
    const nn_event e = gpt_event(&p);
    nn_enter(m->observer, &e);
    return nn_exit(m->observer, &e, forward(&p, logits, ids));
}
