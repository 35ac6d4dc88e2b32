// search.c: module 20's tuner, which asks the machine, or a record of it.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events/commands.h"
#include "events/subject.h"
#include "given/profiles.h"
#include "given/spaces.h"

// --- The machine answers ---

typedef struct {
    event_data data;
    const oly_profile *profile;
    oly_record *all; // its configurations, and what was measured of them so far
    event_subject now;
    int open; // the configuration of `now`; -1: none
    float *logits;
    oly_metrics base;
} live;

static oly_quality kind_of(const live *l) { return l->data.event == OLY_GPT ? OLY_NATS : OLY_ACCURACY; }

static tt_status look_at(live *l, oly_metrics *m)
{
    const oly_subject subject = subject_of(&l->now);
    oly_plan plan = subject_plan(&l->data, 1);
    plan.train_steps = 0;
    return oly_measure(m, l->logits, &subject, &plan, subject_clock());
}

// The samples of a configuration follow each other: it is made once, and its accuracy measured with its first.
static tt_status ask(void *state, double *cost, double *excess, double *seconds, int config)
{
    live *l = state;
    oly_metrics *m = &l->all->metrics[config];
    const double start = subject_clock().now(NULL);
    tt_status status = TT_OK;
    if (l->open != config) {
        subject_close(&l->now), l->open = -1;
        status = subject_open(&l->now, &l->data, &l->all->config[config]);
        if (status == TT_OK) l->open = config, status = look_at(l, m);
    } else status = subject_time(&m->p50, l->logits, &l->now, 0);
    if (status == TT_OK) status = oly_profile_cost(cost, excess, m, &l->base, kind_of(l), l->profile);
    *seconds = subject_clock().now(NULL) - start;
    return status;
}

static tt_status open_live(live *l, const events_options *o)
{
    static const int inputs[OLY_EVENTS] = {1024, 256, 4};
    *l = (live){.profile = profiles_find(o->profile), .all = l->all, .open = -1};
    tt_status status = event_data_unseen(&l->data, o->event, o->quick ? DATA_CALL : inputs[o->event], o->key);
    const size_t rows = (size_t)l->data.count * (size_t)l->data.shape.rows;
    l->logits = status == TT_OK ? malloc(rows * l->data.shape.classes * sizeof *l->logits) : NULL;
    if (status == TT_OK && !l->logits) status = TT_NO_MEMORY;
    if (status == TT_OK) status = events_all(l->all->config, &l->all->configs, o->space);
    if (status == TT_OK) status = subject_open(&l->now, &l->data, &l->all->config[0]);
    if (status == TT_OK) l->open = 0, status = look_at(l, &l->base);
    return status;
}

static void close_live(live *l)
{
    subject_close(&l->now);
    event_data_finish(&l->data);
    free(l->logits);
}

// --- Both ---

typedef tt_status searcher(oly_found *found, int *tried, const oly_problem *problem,
                           const oly_search *search);
static searcher *const searchers[] = {oly_search_process, oly_search_random, oly_search_early,
                                      oly_search_all};
static const char *const method_names[] = {"process", "random", "early", "all"};

static tt_status search(const oly_problem *problem, const oly_record *r, const events_options *o, int samples)
{
    oly_search s = oly_search_usual(problem->configs, samples, o->seed);
    if (o->budget) s.budget = (int)o->budget;
    else if (o->method >= 2) s.budget = problem->configs; // grid: all of them
    static int tried[RECORD_CONFIGS];
    char name[160];
    oly_found found;
    const tt_status status = searchers[o->method](&found, tried, problem, &s);
    if (status != TT_OK) return status;
    printf("%s, %s: %d of %d configurations tried, %d of them to the end, %d samples\n", o->profile,
           method_names[o->method], found.begun, problem->configs, found.ended, found.samples);
    if (found.best < 0) return printf("None of them keeps the limits.\n"), TT_OK;
    events_name(name, o->space, &r->config[found.best]);
    const oly_metrics *m = &r->metrics[found.best];
    printf("best: %.72s\n", name);
    printf("cost %.4f (%.2f times as good as the baseline), %s %.4f,\nweights %.0f KiB, memory %.0f KiB\n",
           found.cost, exp(-found.cost), o->event == OLY_GPT ? "nats" : "accuracy", m->quality,
           (double)m->model_bytes / 1024, (double)m->peak_bytes / 1024);
    return TT_OK;
}

tt_status events_search(const events_options *o)
{
    static oly_record r;
    static record_replay replay;
    const oly_profile *profile = profiles_find(o->profile);
    oly_problem problem;
    if (!profile)
        return tt_fail(TT_BAD_VALUE, "there is no profile \"%.20s\": phone, server or edge", o->profile);
    if (o->recorded) {
        const tt_status status = record_read(&r, o->space, o->recorded);
        if (status != TT_OK) return status;
        record_problem(&problem, &replay, &r, profile);
        return search(&problem, &r, o, r.samples);
    }
    live l = {.all = &r};
    static double x[RECORD_CONFIGS * OLY_FIELDS];
    tt_status status = open_live(&l, o);
    for (int i = 0; i < r.configs && status == TT_OK; i++)
        oly_places(x + i * o->space->fields, o->space, &r.config[i]);
    problem = (oly_problem){&l, ask, r.configs, OLY_LIMITS, o->space->fields, x};
    if (status == TT_OK) status = search(&problem, &r, o, o->quick ? 2 : 5);
    close_live(&l);
    return status;
}
