// model.c: common's gpt as a struct of pointers, and two samplers.
#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "nn/gpt_inner.h"
#include "nn/models.h"
#include "data/text.h"

static const gpt_config random_sizes[MODELS] = {
    [MODEL_256] = {.vocab = 72, .context = 1024, .layers = 4, .heads = 4, .width = 256},
    [MODEL_1024] = {.vocab = 72, .context = 1024, .layers = 4, .heads = 16, .width = 1024},
};

static bool look_at(model *m)
{
    const gpt_config c = m->gpt.config;
    const parameter *end = gpt_end(&m->gpt), *list = m->gpt.weights.list;
    m->blocks = calloc((size_t)c.layers, sizeof *m->blocks);
    if (!m->blocks) return false;
    for (int layer = 0; layer < c.layers; layer++) {
        const parameter *p = gpt_block(&m->gpt, layer);
        m->blocks[layer] = (transformer_block){
            p[BLOCK_NORM1_GAIN].value, p[BLOCK_NORM1_BIAS].value, p[BLOCK_QKV].value,
            p[BLOCK_QKV_BIAS].value,   p[BLOCK_PROJECT].value,    p[BLOCK_PROJECT_BIAS].value,
            p[BLOCK_NORM2_GAIN].value, p[BLOCK_NORM2_BIAS].value, p[BLOCK_WIDEN].value,
            p[BLOCK_WIDEN_BIAS].value, p[BLOCK_NARROW].value,     p[BLOCK_NARROW_BIAS].value};
    }
    m->view = (transformer){.vocab = c.vocab,
                            .context = c.context,
                            .layers = c.layers,
                            .heads = c.heads,
                            .width = c.width,
                            .tokens = list[GPT_TOKENS].value,
                            .positions = list[GPT_POSITIONS].value,
                            .blocks = m->blocks,
                            .norm_gain = end[END_NORM_GAIN].value,
                            .norm_bias = end[END_NORM_BIAS].value,
                            .head = end[END_HEAD].value,
                            .head_bias = end[END_HEAD_BIAS].value};
    return true;
}

// The trained model continues real text that it was not trained on; the others continue random ids.
static tt_status fill_text(model *m, model_kind kind)
{
    int context = m->gpt.config.context, vocab = m->gpt.config.vocab, letters = 0;
    m->text = calloc((size_t)context, sizeof *m->text);
    if (!m->text) return tt_fail(TT_NO_MEMORY, "no memory for a text");
    tt_rng rng = {18};
    for (int i = 0; i < context; i++) m->text[i] = (int)rng_below(&rng, (uint64_t)vocab);
    for (int i = 0; i < 256; i++) m->alphabet[i] = (unsigned char)('A' + i % 26);
    if (kind != MODEL_TRAINED) return TT_OK;
    text_corpus corpus = {0};
    text_split split;
    size_t start = 0;
    tt_status status = gpt_load_vocabulary(m->alphabet, &letters, TT_WEIGHTS "/gpt.safetensors");
    if (status == TT_OK) status = text_load(&corpus);
    if (status == TT_OK && corpus.vocab != vocab)
        status = tt_fail(TT_BAD_VALUE, "the text is not the one that the model was trained on; unset TEXT");
    if (status == TT_OK) status = text_split_make(&split, corpus.count, 1);
    if (status == TT_OK) status = text_window(&start, &split, TEXT_TEST, (size_t)context, 0);
    if (status == TT_OK) status = text_ids(m->text, &corpus, corpus.bytes + start, (size_t)context);
    text_finish(&corpus);
    return status;
}

model *cache_model_create(model_kind kind)
{
    model *m = calloc(1, sizeof *m);
    if (!m) return NULL;
    tt_status status = kind == MODEL_TRAINED ? gpt_load(&m->gpt, TT_WEIGHTS "/gpt.safetensors")
                                             : gpt_create(&m->gpt, random_sizes[kind], 18);
    if (status == TT_OK) status = fill_text(m, kind);
    if (status == TT_OK && look_at(m)) return m;
    cache_model_finish(m);
    return NULL;
}

void cache_model_finish(model *m)
{
    if (!m) return;
    gpt_finish(&m->gpt);
    free(m->blocks), free(m->text);
    free(m);
}

const float *cache_model_weights(const model *m, size_t *floats)
{
    const parameter *head_bias = &gpt_end(&m->gpt)[END_HEAD_BIAS];
    const float *first = m->view.blocks[0].norm1_gain;
    *floats = (size_t)(head_bias->value - first) + head_bias->count;
    return first;
}

size_t cache_model_weight_bytes(const model *m)
{
    size_t floats;
    cache_model_weights(m, &floats);
    return floats * sizeof(float);
}

int cache_pick_greedy(void *state, const float *logits, int vocab)
{
    int best;
    (void)state;
    models_predict(&best, logits, 1, vocab);
    return best;
}

int cache_pick_sampled(void *state, const float *logits, int vocab)
{
    sampler_state *s = state;
    int best = cache_pick_greedy(NULL, logits, vocab);
    double sum = 0;
    for (int i = 0; i < vocab; i++) sum += exp((double)(logits[i] - logits[best]) / (double)s->temperature);
    double left = (double)rng_uniform(&s->rng) * sum;
    for (int i = 0; i < vocab; i++)
        if ((left -= exp((double)(logits[i] - logits[best]) / (double)s->temperature)) < 0) return i;
    return best;
}

bool cache_model_text_is_greedy(model *m, const int *ids, int prompt, int count, double near, int *where)
{
    const int V = m->view.vocab;
    float *logits = malloc((size_t)count * (size_t)V * sizeof *logits);
    const tt_backend *before = backend;
    backend_use(&backend_blas);
    bool same = logits && gpt_forward(&m->gpt, logits, ids, count, NULL) == TT_OK;
    backend_use(before);
    for (int t = prompt; same && t < count; t++) {
        const float *row = logits + (size_t)(t - 1) * V;
        int best = cache_pick_greedy(NULL, row, V);
        *where = t;
        same = ids[t] >= 0 && ids[t] < V && !((double)(row[best] - row[ids[t]]) > near);
    }
    free(logits);
    return same;
}
