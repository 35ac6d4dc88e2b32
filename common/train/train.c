// train.c: the loop: gradient, clipping, Adam, after-step; when to evaluate, to save and to report.
#include "inner.h"

#include <string.h>
#include <time.h>

enum { LOG_EVERY = 20 }; // steps

tt_rng train_rng(uint64_t seed, train_purpose purpose, int worker, long step)
{
    tt_rng rng = {seed};
    rng.state = rng_next(&rng) ^ (uint64_t)purpose << 56 ^ (uint64_t)worker << 48 ^ (uint64_t)step;
    return (tt_rng){rng_next(&rng)}; // neighbours in number, but nowhere near each other
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static tt_status one_step(train_loop *l, train_progress *p)
{
    const train_job *j = l->job;
    double loss = 0, accuracy = 0, norm = 0;
    tt_status status = workers_step(l, &loss, &accuracy);
    if (status == TT_OK) status = optim_clip(j->weights, j->clip, &norm);
    if (status != TT_OK) return status;
    if (!(loss < 1e4))
        return tt_fail(TT_BAD_VALUE, "the loss is %g at step %ld: it diverged; lower the rate", loss,
                       l->step);
    optim_adam_options adam = j->adam;
    adam.rate = optim_rate(j->rate, j->last_rate, j->warmup, j->steps, l->step);
    status = optim_adam(j->weights, adam, l->step + 1);
    if (status == TT_OK && j->after_step) status = j->after_step(j->caller, j->weights, l->step + 1);
    if (status != TT_OK) return status;
    double keep = l->step++ == p->first ? 0 : 0.98;
    p->loss = keep * p->loss + (1 - keep) * loss;
    p->accuracy = keep * p->accuracy + (1 - keep) * accuracy;
    if (l->step % LOG_EVERY == 0 || l->step == j->steps)
        curve_add(l,
                  "{\"step\": %ld, \"loss\": %.6f, \"accuracy\": %.4f, \"norm\": %.4f, \"rate\": %.3g, "
                  "\"seconds\": %.1f}",
                  l->step, loss, accuracy, norm, adam.rate, l->seconds);
    return TT_OK;
}

static void report(const train_loop *l, train_progress *p, const train_figures *figures)
{
    p->step = l->step, p->seconds = l->seconds, p->figures = figures;
    if (l->job->report) l->job->report(l->job->caller, p);
}

// Look at what is held out.
static tt_status evaluate(train_loop *l, train_progress *p, bool last)
{
    train_figures *f = last ? &l->figures : &l->validation;
    if (!l->job->evaluate) return TT_OK;
    tt_status status = l->job->evaluate(l->job->data, last, f);
    if (status != TT_OK) return status;
    curve_add(l,
              "{\"step\": %ld, \"evaluated\": \"%s\", \"count\": %lld, \"loss\": %.6f, "
              "\"accuracy\": %.6f, \"seconds\": %.1f}",
              l->step, f->what, f->count, f->loss, f->accuracy, l->seconds);
    report(l, p, f);
    return TT_OK;
}

static tt_status all_steps(train_loop *l)
{
    const train_job *j = l->job;
    train_progress p = {.first = l->step, .steps = j->steps};
    double before = l->seconds, started = now() - before, saved = now();
    tt_status status = TT_OK;
    report(l, &p, NULL);
    while (l->step < j->steps) {
        if ((status = one_step(l, &p)) != TT_OK) return status;
        double paused = now();
        l->seconds = paused - started;
        p.per_step = (l->seconds - before) / (double)(l->step - p.first);
        report(l, &p, NULL);
        if (j->evaluate_every && l->step % j->evaluate_every == 0 && l->step < j->steps) {
            status = evaluate(l, &p, false);
            if (status == TT_OK) status = state_export(l);
            if (status != TT_OK) return status;
        }
        started += now() - paused; // the clock of training stands still
        if (l->step < j->steps && now() - saved < j->save_every) continue;
        if ((status = state_save(l)) != TT_OK) return status;
        saved = now();
    }
    status = evaluate(l, &p, false);
    if (status == TT_OK) status = evaluate(l, &p, true);
    return status == TT_OK ? state_export(l) : status;
}

static tt_status check(const train_job *j)
{
    if (!j || !j->weights || !j->step || !j->model || !j->dataset || j->note_count < 0) return TT_BAD_VALUE;
    if (j->workers < 1 || j->workers > TRAIN_MOST_WORKERS || j->batch < 1 || j->batch % j->workers != 0)
        return tt_fail(TT_BAD_VALUE,
                       "a batch of %d among %d workers: take 1 to %d workers, and a multiple of them",
                       j->batch, j->workers, TRAIN_MOST_WORKERS);
    if (j->steps < 1 || j->note_count > TRAIN_MOST_NOTES)
        return tt_fail(TT_BAD_VALUE, "%ld steps and %d notes: take at least 1 step, at most %d notes",
                       j->steps, j->note_count, TRAIN_MOST_NOTES);
    return TT_OK;
}

tt_status train_run(const train_job *job, train_figures *figures)
{
    train_loop l = {.job = job};
    tt_status status = check(job);
    if (status == TT_OK) status = parameters_train(job->weights);
    if (status != TT_OK) return status;
    for (int i = 0; i < job->weights->count; i++) { // moments of an earlier training are none of this one
        const parameter *p = &job->weights->list[i];
        memset(p->first, 0, p->count * sizeof *p->first);
        memset(p->second, 0, p->count * sizeof *p->second);
    }
    if (job->resume) status = state_load(&l);
    if (status == TT_OK) status = optim_apply_masks(job->weights);
    if (status == TT_OK) status = curve_open(&l);
    if (status == TT_OK) status = workers_start(&l);
    if (status == TT_OK) status = all_steps(&l);
    if (status == TT_OK) state_remove(&l);
    workers_stop(&l);
    if (status == TT_OK && figures) *figures = l.figures;
    return status;
}
