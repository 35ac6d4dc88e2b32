// gpt_train.c: the forward of the model that keeps every activation, and the backward.
#include <string.h>

#include "gpt.h"
#include "gpt_inner.h"
#include "layers.h"

static nn_attention_shape attention_shape(const gpt *m, int n, int tokens)
{
    int C = m->config.width;
    return (nn_attention_shape){.n = n,
                                .queries = tokens,
                                .keys = tokens,
                                .heads = m->config.heads,
                                .head = C / m->config.heads,
                                .q_row = 3 * C,
                                .kv_row = 3 * C};
}

// The number of floats that one block keeps.
static size_t block_floats(const gpt *m, int n, int tokens)
{
    size_t RC = (size_t)n * tokens * m->config.width;
    return (8 + 2 * GPT_WIDEN) * RC + nn_attention_saved(attention_shape(m, n, tokens));
}

// The workspace holds x after the tables, each block's activations, the last norm, and gpt_backward's memory.
static gpt_activations kept(const gpt *m, int layer)
{
    int n = m->sequences, tokens = m->tokens;
    size_t RC = (size_t)n * tokens * m->config.width;
    float *at = m->work + RC + (size_t)layer * block_floats(m, n, tokens);
    return (gpt_activations){.norm1 = at,
                             .qkv = at + RC,
                             .attention = at + 4 * RC,
                             .middle = at + 5 * RC,
                             .norm2 = at + 6 * RC,
                             .wide = at + 7 * RC,
                             .gelu = at + (7 + GPT_WIDEN) * RC,
                             .out = at + (7 + 2 * GPT_WIDEN) * RC,
                             .saved = at + (8 + 2 * GPT_WIDEN) * RC};
}

static tt_status train_forward(const gpt_pass *p, float *logits, const int *ids)
{
    const gpt *m = p->m;
    const float *x = m->work;
    tt_status status = gpt_embed(p, m->work, ids);
    for (int block = 0; block < m->config.layers && status == TT_OK; block++) {
        gpt_activations a = kept(m, block);
        status = gpt_block_forward(p, block, a, x);
        x = a.out;
    }
    float *norm = kept(m, m->config.layers).norm1; // where the next block would begin
    return status == TT_OK ? gpt_head(p, logits, norm, x) : status;
}

tt_status gpt_train_forward(gpt *m, float *logits, const int *ids, int n, int tokens)
{
    if (!m || !m->weights.values || !logits || !ids) return TT_BAD_VALUE;
    if (n < 1 || tokens < 1 || tokens > m->config.context || n > (1 << 24) / tokens)
        return tt_fail(TT_BAD_SHAPE, "%d sequences of %d tokens do not fit a context of %d", n, tokens,
                       m->config.context);
    size_t RC = (size_t)n * tokens * m->config.width;
    size_t back = (2 + GPT_WIDEN) * RC; // temporary memory of gpt_backward
    tt_status status = parameters_train(&m->weights);
    if (status == TT_OK)
        status = gpt_grow(m, 2 * RC + (size_t)m->config.layers * block_floats(m, n, tokens) + back);
    if (status != TT_OK) return status;
    m->sequences = n, m->tokens = tokens, m->ids = ids;

    const gpt_pass p = {.m = m, .kernels = &gpt_plain, .n = n, .tokens = tokens};
    const nn_event e = gpt_event(&p);
    nn_enter(m->observer, &e);
    status = nn_exit(m->observer, &e, train_forward(&p, logits, ids));
    if (status != TT_OK) m->sequences = m->tokens = 0;
    return status;
}

// dx (R, C) is the derivative with respect to the block's output first and to its input in the end: an
// addition passes it on unchanged, and each of the two branches adds its own. near is (R, C), wide (R, 4 C).
static tt_status block_backward(gpt *m, int layer, float *dx, float *near, float *wide, const float *x)
{
    parameter *p = gpt_block(m, layer);
    gpt_activations a = kept(m, layer);
    int R = m->sequences * m->tokens, C = m->config.width, W = GPT_WIDEN * C;
    size_t floats = (size_t)R * C;
    tt_status status = nn_linear_backward(wide, p[BLOCK_NARROW].grad, p[BLOCK_NARROW_BIAS].grad, dx, a.gelu,
                                          p[BLOCK_NARROW].value, R, W, C);
    if (status == TT_OK) status = nn_gelu_backward(wide, wide, a.wide, (size_t)R * W);
    if (status == TT_OK)
        status = nn_linear_backward(near, p[BLOCK_WIDEN].grad, p[BLOCK_WIDEN_BIAS].grad, wide, a.norm2,
                                    p[BLOCK_WIDEN].value, R, C, W);
    if (status == TT_OK)
        status = nn_layer_norm_backward(near, p[BLOCK_NORM2_GAIN].grad, p[BLOCK_NORM2_BIAS].grad, near,
                                        a.middle, p[BLOCK_NORM2_GAIN].value, GPT_EPS, R, C);
    if (status != TT_OK) return status;
    for (size_t i = 0; i < floats; i++) dx[i] += near[i];

    status = nn_linear_backward(near, p[BLOCK_PROJECT].grad, p[BLOCK_PROJECT_BIAS].grad, dx, a.attention,
                                p[BLOCK_PROJECT].value, R, C, C);
    if (status == TT_OK) // wide now holds the derivative of qkv, which is narrower
        status = nn_attention_backward(wide, wide + C, wide + 2 * C, near, a.saved, a.qkv, a.qkv + C,
                                       a.qkv + 2 * C, attention_shape(m, m->sequences, m->tokens));
    if (status == TT_OK)
        status = nn_linear_backward(near, p[BLOCK_QKV].grad, p[BLOCK_QKV_BIAS].grad, wide, a.norm1,
                                    p[BLOCK_QKV].value, R, C, 3 * C);
    if (status == TT_OK)
        status = nn_layer_norm_backward(near, p[BLOCK_NORM1_GAIN].grad, p[BLOCK_NORM1_BIAS].grad, near, x,
                                        p[BLOCK_NORM1_GAIN].value, GPT_EPS, R, C);
    for (size_t i = 0; status == TT_OK && i < floats; i++) dx[i] += near[i];
    return status;
}

// The derivative of a position's row is the sum over the sequences; positions after the last token get 0.
static void positions_backward(gpt *m, const float *dx)
{
    parameter *p = &m->weights.list[GPT_POSITIONS];
    size_t of_sequence = (size_t)m->tokens * m->config.width;
    memset(p->grad, 0, p->count * sizeof *p->grad);
    for (int i = 0; i < m->sequences; i++, dx += of_sequence)
        for (size_t j = 0; j < of_sequence; j++) p->grad[j] += dx[j];
}

tt_status gpt_backward(gpt *m, const float *dlogits)
{
    if (!m || m->tokens < 1 || !dlogits) return TT_BAD_VALUE;
    parameter *end = gpt_end(m);
    int R = m->sequences * m->tokens, C = m->config.width, last = m->config.layers - 1;
    size_t RC = (size_t)R * C;
    float *norm = kept(m, last + 1).norm1, *dx = norm + RC, *near = dx + RC, *wide = near + RC;
    tt_status status = nn_linear_backward(dx, end[END_HEAD].grad, end[END_HEAD_BIAS].grad, dlogits, norm,
                                          end[END_HEAD].value, R, C, m->config.vocab);
    if (status == TT_OK)
        status = nn_layer_norm_backward(dx, end[END_NORM_GAIN].grad, end[END_NORM_BIAS].grad, dx,
                                        kept(m, last).out, end[END_NORM_GAIN].value, GPT_EPS, R, C);
    for (int layer = last; layer >= 0 && status == TT_OK; layer--)
        status = block_backward(m, layer, dx, near, wide, layer > 0 ? kept(m, layer - 1).out : m->work);
    if (status != TT_OK) return status;
    positions_backward(m, dx);
    return nn_embedding_backward(m->weights.list[GPT_TOKENS].grad, dx, m->ids, R, m->config.vocab, C);
}
