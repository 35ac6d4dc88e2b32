// enumerate.c: measures a whole space: each pass gives every configuration one sample, so that a machine that is slower for a
// while is slower for all; after each pass the file is written, from which the next one goes on.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bar.h"
#include "events/commands.h"
#include "events/subject.h"
#include "measure/machine.h"
#include "measure/measure.h"

static const double LEAST_SECONDS = 2e-3; // of a sample
enum { LEAST_CALLS = 5, MOST_CALLS = 100, FEW = 8 /* pictures of a quick call */ };

// Seconds of a call: the median of some, behind one that does not count.
static tt_status sample(double *seconds, float *logits, event_subject *s)
{
    double calls[MOST_CALLS], sum = 0;
    int n = 0;
    tt_status status = subject_time(&calls[0], logits, s, 0);
    for (; (n < LEAST_CALLS || sum < LEAST_SECONDS) && n < MOST_CALLS && status == TT_OK; sum += calls[n++])
        status = subject_time(&calls[n], logits, s, n);
    *seconds = measure_describe(calls, n).median;
    return status;
}

// Accuracy on all inputs, and bytes.
static tt_status describe(oly_metrics *m, float *logits, event_subject *s)
{
    const oly_subject subject = subject_of(s);
    oly_plan plan = subject_plan(s->data, 1);
    plan.warm_up = plan.train_steps = 0;
    return oly_measure(m, logits, &subject, &plan, subject_clock());
}

static tt_status pass(oly_record *r, const event_data *d, float *logits)
{
    tt_status status = TT_OK;
    for (int i = 0; i < r->configs && status == TT_OK; i++) {
        const int c = r->samples % 2 ? r->configs - 1 - i : i; // forth and back
        event_subject s = {0};
        status = subject_open(&s, d, &r->config[c]);
        if (status == TT_OK && r->samples == 0) status = describe(&r->metrics[c], logits, &s);
        if (status == TT_OK) status = sample(&r->seconds[c][r->samples], logits, &s);
        subject_close(&s);
        bench_bar_tick();
    }
    return status;
}

static tt_status begin(oly_record *r, const events_options *o)
{
    machine_info info;
    if (record_read(r, o->space, o->out) == TT_OK)
        return printf("%s has %d samples of %d configurations; going on.\n", o->out, r->samples, r->configs),
               TT_OK;
    machine_describe(&info);
    *r = (oly_record){
        .space = o->space, .call = o->quick ? FEW : DATA_CALL, .command = "make enumerate EVENT="};
    strcat(r->command, o->space->event);
    snprintf(r->cpu, sizeof r->cpu, "%s", info.cpu);
    snprintf(r->date, sizeof r->date, "%.10s", info.date);
    return events_all(r->config, &r->configs, o->space);
}

// Quick: one call of a few pictures.
static tt_status open_inputs(event_data *d, const events_options *o)
{
    if (!o->quick) return event_data_validation(d, o->event);
    const tt_status status = event_data_unseen(d, o->event, FEW, o->key);
    d->call = FEW;
    return status;
}

tt_status events_enumerate(const events_options *o)
{
    static oly_record r;
    event_data d = {0};
    if (!o->out) return tt_fail(TT_BAD_VALUE, "say where it goes: --out FILE");
    if (o->event == OLY_GPT)
        return tt_fail(TT_BAD_VALUE, "what is enumerated are events of pictures: mlp or cnn");
    tt_status status = begin(&r, o);
    if (status == TT_OK) status = open_inputs(&d, o);
    float *logits = status == TT_OK ? malloc((size_t)d.count * d.shape.classes * sizeof *logits) : NULL;
    if (status == TT_OK && !logits) status = TT_NO_MEMORY;
    bench_bar_begin("enumerate", 0.02 * r.configs * (double)(o->samples - r.samples));
    while (r.samples < o->samples && status == TT_OK) {
        char what[48];
        snprintf(what, sizeof what, "sample %d of %ld", r.samples + 1, o->samples);
        bench_bar_piece(what, 0.02 * r.configs);
        status = pass(&r, &d, logits);
        bench_bar_piece_done();
        if (status == TT_OK) r.samples++, status = record_write(&r, o->out);
    }
    bench_bar_end();
    if (status == TT_OK) printf("%s: %d configurations, %d samples of each\n", o->out, r.configs, r.samples);
    free(logits);
    event_data_finish(&d);
    return status;
}
