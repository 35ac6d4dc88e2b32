// watch.c: an observer that writes down what it sees.
#include "given/watch.h"

#include <stdlib.h>
#include <string.h>

#include "measure/measure.h"

static void enter(void *state, const nn_event *e)
{
    profiling_watch *w = state;
    (void)e;
    if (w->depth < PROFILING_MOST_DEPTH) w->inner[w->depth] = 0, w->entered[w->depth] = measure_now();
    w->depth++;
}

static void leave(void *state, const nn_event *e, tt_status status)
{
    profiling_watch *w = state;
    const double now = measure_now();
    (void)status;
    if (--w->depth >= PROFILING_MOST_DEPTH || w->count >= PROFILING_MOST_LAYERS) return;
    const double took = now - w->entered[w->depth];
    if (w->depth > 0) w->inner[w->depth - 1] += took;
    prof_operation *o = &w->layers[w->count];
    w->names[w->count++] = e->name;
    o->flops = 2.0 * (double)e->macs, o->calls = 1;
    for (int l = 0; l <= w->level - PROF_L1; l++) o->bytes[l] = (double)e->bytes;
    const double own = fmax(took - w->inner[w->depth], 1e-12);
    o->seconds = w->passes == 0 ? own : fmin(o->seconds, own);
}

tt_status profiling_watch_gpt(profiling_watch *w, gpt *m, const int *ids, int tokens, int passes)
{
    const nn_observer *before = m->observer, observer = {w, enter, leave};
    float *logits = malloc((size_t)tokens * (size_t)m->config.vocab * sizeof *logits);
    tt_status status = logits ? gpt_forward(m, logits, ids, tokens, NULL) : TT_NO_MEMORY;
    m->observer = &observer;
    for (w->passes = 0; w->passes < passes && status == TT_OK; w->passes++) {
        w->depth = w->count = 0;
        status = gpt_forward(m, logits, ids, tokens, NULL);
    }
    m->observer = before;
    free(logits);
    return status;
}

void profiling_watch_by_name(const char **names, prof_operation *sums, int *count, const profiling_watch *w)
{
    *count = 0;
    for (int i = 0; i < w->count; i++) {
        int at = 0;
        while (at < *count && strcmp(names[at], w->names[i]) != 0) at++;
        if (at == *count) names[at] = w->names[i], sums[(*count)++] = (prof_operation){0};
        const prof_operation *o = &w->layers[i];
        sums[at].flops += o->flops, sums[at].calls += o->calls, sums[at].seconds += o->seconds;
        for (int l = 0; l < 4; l++) sums[at].bytes[l] += o->bytes[l];
    }
    for (int i = 1; i < *count; i++) // few: each goes up to its place
        for (int j = i; j > 0 && sums[j].seconds > sums[j - 1].seconds; j--) {
            const prof_operation o = sums[j];
            const char *name = names[j];
            sums[j] = sums[j - 1], names[j] = names[j - 1];
            sums[j - 1] = o, names[j - 1] = name;
        }
}
