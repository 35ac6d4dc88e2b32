// ways.c: prepares, runs and checks what the tables of bench.c name.
#include "ways.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/fashion.h"
#include "pictures.h"

// --- One more token ---

enum { KINDS = 3 }; // floats, bytes, zeros

typedef struct {
    course_gpt *of[KINDS];
    int length, vocab, *ids;
    float *logits, *right[KINDS]; // (vocab); a right one is NULL until it is first needed
    unsigned parts;               // of the last run
} token_job;

static int kind_of(unsigned parts) { return parts & COURSE_INT8 ? 1 : parts & COURSE_PRUNING ? 2 : 0; }

double course_token_work(const bench_case *c) { return (void)c, 1; }

void course_token_finish(void *job)
{
    token_job *t = job;
    if (!t) return;
    for (int i = 0; i < KINDS; i++) course_gpt_finish(t->of[i]), free(t->right[i]);
    free(t->ids), free(t->logits), free(t);
}

// Random tokens: what they are changes nothing of what they cost.
void *course_token_prepare(const bench_case *c)
{
    token_job *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    for (int i = 0; i < KINDS; i++) t->of[i] = course_gpt_create((course_size)c->size[COURSE_SIZE]);
    t->length = c->size[COURSE_LENGTH];
    t->vocab = t->of[0] ? course_gpt_weights(t->of[0])->config.vocab : 1;
    t->ids = calloc((size_t)t->length, sizeof *t->ids),
    t->logits = calloc((size_t)t->vocab, sizeof *t->logits);
    if (!t->of[0] || !t->of[1] || !t->of[2] || !t->ids || !t->logits) return course_token_finish(t), NULL;
    for (int i = 0; i < t->length; i++) t->ids[i] = (i * 7 + i / 5) % t->vocab;
    return t;
}

tt_status course_token_ready(void *job, const bench_variant *v)
{
    token_job *t = job;
    const unsigned parts = (unsigned)v->argument;
    const int kind = kind_of(parts);
    if (course_present(parts) != parts) return TT_TODO;
    tt_status status = course_gpt_use(t->of[kind], parts);
    if (status != TT_OK || t->right[kind]) return status;
    t->right[kind] = malloc((size_t)t->vocab * sizeof(float));
    return t->right[kind] ? course_gpt_right(t->of[kind], t->right[kind], t->ids, t->length - 1, t->length)
                          : TT_NO_MEMORY;
}

tt_status course_token_run(void *job, const bench_variant *v)
{
    token_job *t = job;
    t->parts = (unsigned)v->argument;
    course_gpt *g = t->of[kind_of(t->parts)];
    tt_status status = course_gpt_use(g, t->parts);
    return status == TT_OK ? course_gpt_forward(g, t->logits, t->ids, t->length - 1, t->length) : status;
}

// The root of the mean square of the differences, as a part of that of the logits. Bytes: an activation between two steps
// may be rounded to the other one; see test_combinations.c.
static bool same(const float *got, const float *want, int count, double allowed, char *why, size_t why_bytes)
{
    double off = 0, whole = 0;
    for (int i = 0; i < count; i++) {
        const double d = (double)got[i] - (double)want[i];
        off += d * d, whole += (double)want[i] * (double)want[i];
    }
    if (off <= allowed * allowed * whole) return true; // not so for NaN
    snprintf(why, why_bytes, "wrong: off by %.3g of the logits", sqrt(off / whole));
    return false;
}

bool course_token_check(void *job, char *why, size_t why_bytes)
{
    token_job *t = job;
    const double allowed = t->parts & COURSE_INT8 ? 3e-2 : 1e-4;
    const bool good = same(t->logits, t->right[kind_of(t->parts)], t->vocab, allowed, why, why_bytes);
    memset(t->logits, 0xff, (size_t)t->vocab * sizeof *t->logits);
    return good;
}

// --- A watched network ---

typedef struct {
    fashion_set pictures;
    course_net *cnn;
    float *logits, *right; // (count, FASHION_CLASSES)
    int count;
    int times, events; // of the last watched forward, and what its observer does for each
    volatile long long macs;
    nn_observer observer;
} watched_job;

static void count_enter(void *state, const nn_event *e)
{
    watched_job *w = state;
    w->events++;
    for (int i = 0; i < w->times; i++) w->macs += e->macs;
}

static void count_exit(void *state, const nn_event *e, tt_status status)
{
    watched_job *w = state;
    (void)e;
    for (int i = 0; i < w->times; i++) w->macs += status;
}

double course_watched_work(const bench_case *c) { return c->size[0]; }

void course_watched_finish(void *job)
{
    watched_job *w = job;
    if (!w) return;
    course_net_finish(w->cnn);
    fashion_finish(&w->pictures);
    free(w->logits), free(w->right), free(w);
}

void *course_watched_prepare(const bench_case *c)
{
    watched_job *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    w->count = c->size[0];
    w->observer = (nn_observer){w, count_enter, count_exit};
    w->logits = calloc((size_t)w->count * FASHION_CLASSES, sizeof *w->logits);
    w->right = calloc((size_t)w->count * FASHION_CLASSES, sizeof *w->right);
    if (fashion_load(&w->pictures, PART_TEST) == TT_OK)
        w->cnn = course_net_create("cnn", w->pictures.images, w->pictures.count);
    if (w->logits && w->right && w->cnn && course_net_use(w->cnn, 0) == TT_OK &&
        course_net_forward(w->cnn, w->right, w->pictures.images, w->count) == TT_OK &&
        course_net_use(w->cnn, COURSE_ACCELERATION) == TT_OK)
        return w;
    course_watched_finish(w);
    return NULL;
}

tt_status course_watched_run(void *job, const bench_variant *v)
{
    watched_job *w = job;
    w->events = 0, w->times = v->argument;
    course_net_observe(w->cnn, v->argument ? &w->observer : NULL);
    return course_net_forward(w->cnn, w->logits, w->pictures.images, w->count);
}

int course_watched_events(const void *job) { return ((const watched_job *)job)->events; }

bool course_watched_check(void *job, char *why, size_t why_bytes)
{
    watched_job *w = job;
    const size_t floats = (size_t)w->count * FASHION_CLASSES;
    const bool good = same(w->logits, w->right, (int)floats, 1e-5, why, why_bytes);
    memset(w->logits, 0xff, floats * sizeof *w->logits);
    return good;
}
