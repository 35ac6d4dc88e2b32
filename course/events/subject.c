// subject.c: from rows of answers to inputs, and the measurement of memory.
#include "events/subject.h"

#include <pthread.h>
#include <stdlib.h>

#include "events/counted.h"
#include "measure/measure.h"

static int batch_of(const event_data *d, const oly_config *config)
{
    if (d->event == OLY_GPT) return 1;
    return oly_choice_number(&oly_spaces[d->event], config, d->event == OLY_MLP ? MLP_BATCH : CNN_BATCH);
}

tt_status subject_open(event_subject *s, const event_data *data, const oly_config *config)
{
    contender *made = contender_create(data->event, config, data->calibration, CONTENDER_CALIBRATION);
    if (!made) return TT_BAD_VALUE;
    *s = (event_subject){.data = data, .config = *config, .contender = made, .batch = batch_of(data, config)};
    return TT_OK;
}

void subject_close(event_subject *s)
{
    if (!s) return;
    contender_finish(s->contender);
    *s = (event_subject){0};
}

static tt_status run_inputs(event_subject *s, float *logits, int first, int count)
{
    const contender_shape shape = s->data->shape;
    const char *inputs = (const char *)s->data->inputs + (size_t)first * shape.input_bytes;
    tt_status status = TT_OK;
    for (int i = 0; i < count && status == TT_OK; i += s->batch) {
        const int n = count - i < s->batch ? count - i : s->batch;
        status = contender_run(s->contender, logits + (size_t)i * shape.rows * shape.classes,
                               inputs + (size_t)i * shape.input_bytes, n);
    }
    return status;
}

static tt_status run(void *state, float *logits, int first, int count)
{
    event_subject *s = state;
    return run_inputs(s, logits, first / s->data->shape.rows, count / s->data->shape.rows);
}

static tt_status train(void *state)
{
    event_subject *s = state;
    return contender_train(s->contender, s->data->pixels, s->data->labels, DATA_CALL);
}

static size_t model_bytes(void *state) { return contender_bytes(((event_subject *)state)->contender); }

// Threads of their own, whose scratch memory is nobody's before, and gone afterwards: what making a contender takes for a
// while does not count, what running it takes does.
typedef struct {
    event_subject *of, again;
    float *logits;
} memory_job;

static void *make_again(void *state)
{
    memory_job *j = state;
    return subject_open(&j->again, j->of->data, &j->of->config) == TT_OK ? j : NULL;
}

static void *run_once(void *state)
{
    memory_job *j = state;
    return run_inputs(&j->again, j->logits, 0, j->of->data->call) == TT_OK ? j : NULL;
}

static bool in_a_thread(void *(*work)(void *), memory_job *j)
{
    pthread_t thread;
    void *done = NULL;
    return pthread_create(&thread, NULL, work, j) == 0 && pthread_join(thread, &done) == 0 && done;
}

static size_t peak_bytes(void *state)
{
    event_subject *s = state;
    const contender_shape shape = s->data->shape;
    if (s->peak > 0) return s->peak;
    memory_job j = {.of = s,
                    .logits = malloc((size_t)s->data->call * shape.rows * shape.classes * sizeof(float))};
    const long before = counted_now();
    const bool made = j.logits && in_a_thread(make_again, &j);
    counted_begin();
    if (made && in_a_thread(run_once, &j)) s->peak = (size_t)(counted_most() - before);
    subject_close(&j.again);
    free(j.logits);
    return s->peak;
}

oly_subject subject_of(event_subject *s)
{
    return (oly_subject){s, run, contender_trains(s->contender) ? train : NULL, model_bytes, peak_bytes};
}

oly_plan subject_plan(const event_data *d, int passes)
{
    return (oly_plan){.inputs = d->count * d->shape.rows,
                      .batch = d->call * d->shape.rows,
                      .warm_up = 2,
                      .passes = passes,
                      .train_steps = 5,
                      .quality = d->event == OLY_GPT ? OLY_NATS : OLY_ACCURACY,
                      .answers = d->answers,
                      .classes = d->shape.classes};
}

tt_status subject_time(double *seconds, float *logits, event_subject *s, int call)
{
    const int calls = s->data->count / s->data->call;
    const double start = measure_now();
    const tt_status status = run_inputs(s, logits, call % calls * s->data->call, s->data->call);
    *seconds = measure_now() - start;
    return status;
}

static double now(void *state) { return (void)state, measure_now(); }
oly_clock subject_clock(void) { return (oly_clock){now, NULL}; }
