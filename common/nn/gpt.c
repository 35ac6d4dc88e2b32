// gpt.c: the forward of the model, tables, blocks and head, with and without a cache.
#include "gpt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "core/rng.h"
#include "gpt_inner.h"
#include "layers.h"

// ---- creation ----

typedef struct {
    const char *name;
    int rows, cols; // negative: times C, -3 is 3 C; cols 0: one dimension
} shape_row;

static const shape_row block_shapes[BLOCK_PARAMETERS] = {
    {"norm1.gain", -1, 0},
    {"norm1.bias", -1, 0},
    {"attention.qkv.weight", -1, -3},
    {"attention.qkv.bias", -3, 0},
    {"attention.project.weight", -1, -1},
    {"attention.project.bias", -1, 0},
    {"norm2.gain", -1, 0},
    {"norm2.bias", -1, 0},
    {"widen.weight", -1, -GPT_WIDEN},
    {"widen.bias", -GPT_WIDEN, 0},
    {"narrow.weight", -GPT_WIDEN, -1},
    {"narrow.bias", -1, 0},
};

static tt_status add(gpt *m, const char *prefix, shape_row row, bool decays)
{
    char name[PARAMETER_NAME];
    int C = m->config.width;
    int shape[2] = {row.rows < 0 ? -row.rows * C : row.rows, row.cols < 0 ? -row.cols * C : row.cols};
    snprintf(name, sizeof name, "%s%s", prefix, row.name);
    return parameters_add(&m->weights, name, row.cols ? 2 : 1, shape, decays);
}

static tt_status add_all(gpt *m)
{
    int V = m->config.vocab;
    const shape_row tables[] = {{"tokens", V, -1}, {"positions", m->config.context, -1}};
    const shape_row ends[END_PARAMETERS] = {
        {"norm.gain", -1, 0}, {"norm.bias", -1, 0}, {"head.weight", -1, V}, {"head.bias", V, 0}};
    tt_status status = TT_OK;
    for (int i = 0; i < GPT_BLOCKS && status == TT_OK; i++) status = add(m, "", tables[i], false);
    for (int layer = 0; layer < m->config.layers; layer++) {
        char prefix[24];
        snprintf(prefix, sizeof prefix, "blocks.%d.", layer);
        for (int i = 0; i < BLOCK_PARAMETERS && status == TT_OK; i++)
            status = add(m, prefix, block_shapes[i], block_shapes[i].cols != 0);
    }
    for (int i = 0; i < END_PARAMETERS && status == TT_OK; i++)
        status = add(m, "", ends[i], ends[i].cols != 0);
    return status;
}

static const float table_spread = 0.1f;

// Positions begin as sines and cosines of falling frequency: "one token earlier" is then the same
// small rotation everywhere, which attention learns from all positions at once, while random rows
// would have to be learned one by one.
static void fill_positions(parameter *p)
{
    int C = p->shape[1];
    for (int t = 0; t < p->shape[0]; t++)
        for (int j = 0; j < C; j++) {
            double angle = t * pow(10000, -(double)(j / 2 * 2) / C);
            p->value[(size_t)t * C + j] = (float)(sqrt(2) * table_spread * (j % 2 ? cos(angle) : sin(angle)));
        }
}

// Biases are 0, gains 1, and a matrix is scaled so that its output is about as large as its input. A matrix
// whose output is added to x gets smaller weights, so that x does not grow with the number of blocks.
static void fill_weights(gpt *m, uint64_t seed)
{
    tt_rng rng = {seed};
    float less = 1 / sqrtf(2.0f * (float)m->config.layers);
    for (int i = 0; i < m->weights.count; i++) {
        parameter *p = &m->weights.list[i];
        bool added = strstr(p->name, "project.weight") || strstr(p->name, "narrow.weight");
        float spread = i < GPT_BLOCKS ? table_spread : (added ? less : 1) / sqrtf((float)p->shape[0]);
        for (size_t j = 0; j < p->count; j++)
            if (p->dims == 2) p->value[j] = spread * rng_normal(&rng);
            else p->value[j] = strstr(p->name, ".gain") ? 1 : 0;
    }
    fill_positions(&m->weights.list[GPT_POSITIONS]);
}

tt_status gpt_create(gpt *m, gpt_config c, uint64_t seed)
{
    if (!m) return TT_BAD_VALUE;
    enum { MOST = 1 << 16 };
    *m = (gpt){0};
    if (c.vocab < 1 || c.context < 1 || c.layers < 1 || c.heads < 1 || c.width < 1 ||
        c.width % c.heads != 0 || c.vocab > MOST || c.context > MOST || c.layers > 1000 || c.width > MOST)
        return tt_fail(TT_BAD_SHAPE,
                       "a transformer of %d layers, %d heads, width %d, context %d, vocab %d: "
                       "sizes are at least 1, and the heads divide the width",
                       c.layers, c.heads, c.width, c.context, c.vocab);
    gpt made = {.config = c};
    tt_status status = add_all(&made);
    if (status == TT_OK) status = parameters_allocate(&made.weights);
    if (status != TT_OK) {
        gpt_finish(&made);
        return status;
    }
    fill_weights(&made, seed);
    *m = made;
    return TT_OK;
}

void gpt_finish(gpt *m)
{
    if (!m) return;
    parameters_finish(&m->weights);
    free(m->work);
    *m = (gpt){0};
}

tt_status gpt_grow(gpt *m, size_t floats)
{
    if (floats <= m->work_floats) return TT_OK;
    float *grown = tensor_alloc(floats);
    if (!grown) return tt_fail(TT_NO_MEMORY, "no memory for %zu floats of activations", floats);
    free(m->work);
    m->work = grown;
    m->work_floats = floats;
    return TT_OK;
}

// ---- forward ----

tt_status gpt_embed(const gpt *m, float *x, const int *ids, int n, int tokens, int first)
{
    int C = m->config.width;
    tt_status status =
        ops_embedding(x, m->weights.list[GPT_TOKENS].value, ids, n * tokens, m->config.vocab, C);
    if (status != TT_OK) return status;
    const float *positions = m->weights.list[GPT_POSITIONS].value + (size_t)first * C;
    for (int i = 0; i < n; i++, x += (size_t)tokens * C)
        for (size_t j = 0; j < (size_t)tokens * C; j++) x[j] += positions[j];
    return TT_OK;
}

// Append the new keys and values to the cache and attend to all that it then holds. room is (2, R, C).
static tt_status cached_attention(const gpt *m, int layer, float *out, float *room, const float *qkv,
                                  int tokens, struct past_kv *past)
{
    int C = m->config.width, held;
    float *new_k = room, *new_v = room + (size_t)tokens * C;
    const float *k, *v;
    for (int t = 0; t < tokens; t++) {
        memcpy(new_k + (size_t)t * C, qkv + (size_t)t * 3 * C + C, (size_t)C * sizeof *room);
        memcpy(new_v + (size_t)t * C, qkv + (size_t)t * 3 * C + 2 * C, (size_t)C * sizeof *room);
    }
    tt_status status = past->append(past->state, layer, new_k, new_v, tokens);
    if (status == TT_OK) status = past->view(past->state, layer, &k, &v, &held);
    if (status != TT_OK) return status;
    if (held < tokens || held > m->config.context)
        return tt_fail(TT_BAD_VALUE,
                       "layer %d of the cache holds %d tokens after %d were appended; look at its "
                       "append",
                       layer, held, tokens);
    nn_attention_shape s = {.n = 1,
                            .queries = tokens,
                            .keys = held,
                            .heads = m->config.heads,
                            .head = C / m->config.heads,
                            .q_row = 3 * C,
                            .kv_row = C};
    return nn_attention(out, NULL, qkv, k, v, s);
}

static tt_status plain_attention(const gpt *m, const gpt_activations *a, int n, int tokens)
{
    int C = m->config.width;
    nn_attention_shape s = {.n = n,
                            .queries = tokens,
                            .keys = tokens,
                            .heads = m->config.heads,
                            .head = C / m->config.heads,
                            .q_row = 3 * C,
                            .kv_row = 3 * C};
    return nn_attention(a->attention, a->saved, a->qkv, a->qkv + C, a->qkv + 2 * C, s);
}

static void add_into(float *out, const float *x, const float *y, size_t count)
{
    for (size_t i = 0; i < count; i++) out[i] = x[i] + y[i];
}

// The linear layers whose output is added to x write it to norm2 and to out, which are unused at that time:
// the sum needs no buffer of its own.
tt_status gpt_block_forward(const gpt *m, int layer, gpt_activations a, const float *x, int n, int tokens,
                            struct past_kv *past)
{
    const parameter *p = gpt_block(m, layer);
    int R = n * tokens, C = m->config.width, W = GPT_WIDEN * C;
    size_t floats = (size_t)R * C;
    tt_status status =
        ops_layer_norm(a.norm1, x, p[BLOCK_NORM1_GAIN].value, p[BLOCK_NORM1_BIAS].value, GPT_EPS, R, C);
    if (status == TT_OK)
        status = nn_linear(a.qkv, a.norm1, p[BLOCK_QKV].value, p[BLOCK_QKV_BIAS].value, R, C, 3 * C);
    if (status == TT_OK) // wide is unused until BLOCK_WIDEN
        status = past ? cached_attention(m, layer, a.attention, a.wide, a.qkv, tokens, past)
                      : plain_attention(m, &a, n, tokens);
    if (status == TT_OK)
        status =
            nn_linear(a.norm2, a.attention, p[BLOCK_PROJECT].value, p[BLOCK_PROJECT_BIAS].value, R, C, C);
    if (status != TT_OK) return status;
    add_into(a.middle, x, a.norm2, floats);

    status = ops_layer_norm(a.norm2, a.middle, p[BLOCK_NORM2_GAIN].value, p[BLOCK_NORM2_BIAS].value, GPT_EPS,
                            R, C);
    if (status == TT_OK)
        status = nn_linear(a.wide, a.norm2, p[BLOCK_WIDEN].value, p[BLOCK_WIDEN_BIAS].value, R, C, W);
    if (status == TT_OK) status = (a.saved ? nn_gelu : ops_gelu)(a.gelu, a.wide, (size_t)R * W);
    if (status == TT_OK)
        status = nn_linear(a.out, a.gelu, p[BLOCK_NARROW].value, p[BLOCK_NARROW_BIAS].value, R, W, C);
    if (status == TT_OK) add_into(a.out, a.middle, a.out, floats);
    return status;
}

tt_status gpt_head(const gpt *m, float *logits, float *norm, const float *x, int rows)
{
    const parameter *p = gpt_end(m);
    int C = m->config.width;
    tt_status status =
        ops_layer_norm(norm, x, p[END_NORM_GAIN].value, p[END_NORM_BIAS].value, GPT_EPS, rows, C);
    if (status != TT_OK) return status;
    return nn_linear(logits, norm, p[END_HEAD].value, p[END_HEAD_BIAS].value, rows, C, m->config.vocab);
}

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

tt_status gpt_forward(gpt *m, float *logits, const int *ids, int count, struct past_kv *past)
{
    if (!m || !m->weights.values || count < 0 || (count > 0 && (!logits || !ids))) return TT_BAD_VALUE;
    if (past && (!past->append || !past->view)) return TT_BAD_VALUE;
    int first;
    tt_status status = count_past(m, past, count, &first);
    if (status != TT_OK || count == 0) return status;
    size_t RC = (size_t)count * m->config.width;
    status = gpt_grow(m, (8 + 2 * GPT_WIDEN) * RC);
    if (status != TT_OK) return status;
    m->sequences = m->tokens = 0; // what a training forward kept is overwritten
    float *x = m->work;
    gpt_activations a = {.norm1 = x + RC,
                         .qkv = x + 2 * RC,
                         .attention = x + 5 * RC,
                         .middle = x + 6 * RC,
                         .norm2 = x + 7 * RC,
                         .wide = x + 8 * RC,
                         .gelu = x + (8 + GPT_WIDEN) * RC,
                         .out = x};
    status = gpt_embed(m, x, ids, 1, count, first);
    for (int layer = 0; layer < m->config.layers && status == TT_OK; layer++)
        status = gpt_block_forward(m, layer, a, x, 1, count, past);
    return status == TT_OK ? gpt_head(m, logits, a.norm1, x, count) : status;
}

long long gpt_macs(const gpt *m, int tokens, int past)
{
    if (!m || tokens < 0 || past < 0) return 0;
    long long C = m->config.width, T = tokens, L = m->config.layers;
    long long per_token = L * (3 + 1 + 2 * GPT_WIDEN) * C * C + C * m->config.vocab;
    // The keys of all queries together; each costs C multiply-adds for its score and C for its value.
    long long seen = T * past + T * (T + 1) / 2;
    return T * per_token + L * 2 * C * seen;
}
