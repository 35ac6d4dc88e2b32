// contender.c: checks a configuration, makes a model for each thread, and shares a call's inputs out.
#include "contender.h"

#include <pthread.h>
#include <stdlib.h>

#include "inner.h"
#include "ops/backend.h"
#include "seam.h"

enum { MOST_THREADS = 2 };

struct contender {
    const contender_kind *kind;
    contender_model *models[MOST_THREADS];
    int threads;
};

static tt_status check(int event, const oly_config *config)
{
    const oly_rule *broken = NULL;
    if (event < 0 || event >= OLY_EVENTS || !config)
        return tt_fail(TT_BAD_VALUE, "there is no event %d", event);
    const oly_space *space = &oly_spaces[event];
    for (int f = 0; f < space->fields; f++)
        if (config->choice[f] >= space->field[f].choices)
            return tt_fail(TT_BAD_VALUE, "%s: %s has no choice %d", space->event, space->field[f].name,
                           config->choice[f]);
    for (int r = 0; r < space->rules && !broken; r++) {
        const oly_rule *rule = &space->rule[r];
        if (rule->choices >> config->choice[rule->field] & 1 &&
            rule->others >> config->choice[rule->other] & 1)
            broken = rule;
    }
    return broken ? tt_fail(TT_BAD_VALUE, "%s: %s", space->event, broken->why) : TT_OK;
}

static int threads_of(int event, const oly_config *config)
{
    if (event == OLY_GPT) return 1;
    return 1 + config->choice[event == OLY_MLP ? MLP_THREADS : CNN_THREADS];
}

contender *contender_create(int event, const oly_config *config, const unsigned char *pixels, int count)
{
    if (check(event, config) != TT_OK) return NULL;
    contender *c = calloc(1, sizeof *c);
    if (!c) return tt_fail(TT_NO_MEMORY, "no memory for a contender"), NULL;
    c->kind = event == OLY_GPT ? &contender_text : &contender_pictures;
    c->threads = threads_of(event, config);
    for (int t = 0; t < c->threads; t++) {
        c->models[t] = c->kind->create(event, config, pixels, count);
        if (!c->models[t]) return contender_finish(c), NULL;
    }
    return c;
}

void contender_finish(contender *c)
{
    if (!c) return;
    for (int t = 0; t < c->threads; t++) c->kind->finish(c->models[t]);
    free(c);
}

contender_shape contender_shape_of(const contender *c) { return c->kind->shape(c->models[0]); }

typedef struct {
    contender *c;
    float *logits;
    const char *inputs;
    int count;
    tt_status status;
} share;

static void *run_other(void *of)
{
    share *s = of;
    s->status = s->c->kind->run(s->c->models[1], s->logits, s->inputs, s->count);
    return NULL;
}

// Half of the inputs in a thread of its own, the others here.
static tt_status run_both(contender *c, float *logits, const char *inputs, int count)
{
    const contender_shape shape = contender_shape_of(c);
    const int here = (count + 1) / 2;
    share other = {c, logits + (size_t)here * shape.rows * shape.classes, inputs + here * shape.input_bytes,
                   count - here, TT_OK};
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_other, &other) != 0)
        return tt_fail(TT_NO_MEMORY, "no second thread");
    const tt_status status = c->kind->run(c->models[0], logits, inputs, here);
    pthread_join(thread, NULL);
    return status != TT_OK ? status : other.status;
}

tt_status contender_run(contender *c, float *logits, const void *inputs, int count)
{
    if (!c || !logits || !inputs || count < 1) return TT_BAD_VALUE;
    return c->threads > 1 && count > 1 ? run_both(c, logits, inputs, count)
                                       : c->kind->run(c->models[0], logits, inputs, count);
}

bool contender_trains(const contender *c) { return c->kind->train && c->kind->is_dense(c->models[0]); }

tt_status contender_train(contender *c, const unsigned char *pixels, const int *labels, int count)
{
    if (!c || !pixels || !labels || count < 1) return TT_BAD_VALUE;
    if (!contender_trains(c))
        return tt_fail(TT_BAD_VALUE, "bytes, removed weights and text are not trained here");
    return c->kind->train(c->models[0], pixels, labels, count);
}

size_t contender_bytes(const contender *c) { return c->kind->bytes(c->models[0]); }

// Weights stream through the cache once for each call. What streams round and round through a cache of whole lines, of which the
// one used longest ago goes, misses every time if it is larger than the cache, and never else.
oly_counts contender_counts(const contender *c, int batch)
{
    enum { LINE = 64, CACHE = 1 << 20 };
    const size_t read = c->kind->read(c->models[0], batch), all = contender_bytes(c);
    const long long misses = all > CACHE ? (long long)(read / LINE) : 0;
    return (oly_counts){c->kind->macs(c->models[0]), (long long)read, misses + 1}; // a count is at least 1
}
