// text.c: the transformer, which reads the end of a text one character at a time.
#include <stdlib.h>

#include "inner.h"
#include "seam.h"
#include "transformer.h"

struct contender_model {
    course_gpt *g;
};

static unsigned parts_of(const oly_config *config)
{
    return (config->choice[GPT_KERNEL] ? 0 : COURSE_ACCELERATION) |
           (config->choice[GPT_BITS] ? COURSE_INT8 : 0) |
           (config->choice[GPT_SPARSITY] ? COURSE_PRUNING : 0) |
           (config->choice[GPT_CACHE] ? COURSE_CACHE : 0);
}

static void finish(contender_model *m)
{
    if (!m) return;
    course_gpt_finish(m->g);
    free(m);
}

static contender_model *create(int event, const oly_config *config, const unsigned char *pixels, int count)
{
    (void)event, (void)pixels, (void)count;
    const unsigned parts = parts_of(config);
    contender_model *m = calloc(1, sizeof *m);
    if (!m) return tt_fail(TT_NO_MEMORY, "no memory for a model"), NULL;
    m->g = course_gpt_create(COURSE_192);
    tt_status status = m->g ? TT_OK : TT_BAD_FILE;
    if (status == TT_OK)
        status = course_gpt_bytes_of(m->g, config->choice[GPT_STEPS] ? 127 : 255, config->choice[GPT_HEAD]);
    if (status == TT_OK) status = course_gpt_use(m->g, parts);
    if (status == TT_OK && course_gpt_parts(m->g) != parts)
        status = tt_fail(TT_BAD_VALUE, "nobody has written %s, which this configuration needs",
                         course_lacks(parts));
    if (status == TT_OK) return m;
    finish(m);
    return NULL;
}

static tt_status run(contender_model *m, float *logits, const void *inputs, int count)
{
    const size_t vocab = (size_t)course_gpt_weights(m->g)->config.vocab;
    const int *ids = inputs;
    tt_status status = TT_OK;
    for (int i = 0; i < count; i++, ids += CONTENDER_TEXT)
        for (int t = CONTENDER_TEXT - CONTENDER_TOKENS; t < CONTENDER_TEXT && status == TT_OK;
             t++, logits += vocab)
            status = course_gpt_forward(m->g, logits, ids, t, t + 1);
    return status;
}

// The tables of tokens and positions are floats in all configurations.
static size_t bytes(const contender_model *m)
{
    const gpt_config c = course_gpt_weights(m->g)->config;
    return course_gpt_read_bytes(m->g) +
           ((size_t)c.vocab + (size_t)c.context) * (size_t)c.width * sizeof(float);
}

static long long macs(const contender_model *m)
{
    const gpt *of = course_gpt_weights(m->g);
    const bool kept = course_gpt_parts(m->g) & COURSE_CACHE;
    const int first = CONTENDER_TEXT - CONTENDER_TOKENS;
    long long sum = 0;
    for (int t = first; t < CONTENDER_TEXT; t++)
        sum += kept && t > first ? gpt_macs(of, 1, t) : gpt_macs(of, t + 1, 0);
    return course_gpt_parts(m->g) & COURSE_PRUNING ? sum / 2 : sum; // half of the blocks' weights are gone
}

// Each forward reads all weights.
static size_t read_for_one(const contender_model *m, int batch)
{
    (void)batch;
    return CONTENDER_TOKENS * course_gpt_read_bytes(m->g);
}

static contender_shape shape(const contender_model *m)
{
    return (contender_shape){CONTENDER_TEXT * sizeof(int), CONTENDER_TOKENS,
                             course_gpt_weights(m->g)->config.vocab};
}

const contender_kind contender_text = {create, finish, run, NULL, NULL, bytes, macs, read_for_one, shape};
