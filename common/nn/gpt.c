// gpt.c: makes a transformer: its tables of weights, and what they begin as.
#include "gpt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "gpt_inner.h"

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

int gpt_linear_count(const gpt *m) { return m->config.layers * GPT_LINEARS + 1; }

gpt_linear gpt_linear_at(const gpt *m, int index)
{
    static const struct {
        const char *name;
        int weight; // its bias is the next
    } rows[GPT_LINEARS] = {
        {"qkv", BLOCK_QKV}, {"project", BLOCK_PROJECT}, {"widen", BLOCK_WIDEN}, {"narrow", BLOCK_NARROW}};
    const int block = index / GPT_LINEARS, kind = index % GPT_LINEARS;
    const bool head = block >= m->config.layers;
    const parameter *p = head ? gpt_end(m) + END_HEAD : gpt_block(m, block) + rows[kind].weight;
    return (gpt_linear){.index = index,
                        .block = head ? -1 : block,
                        .name = head ? "logits" : rows[kind].name,
                        .w = p[0].value,
                        .bias = p[1].value,
                        .in = p->shape[0],
                        .out = p->shape[1]};
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
