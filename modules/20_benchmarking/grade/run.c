// run.c: the child process: calls the student's functions of harness and score with the numbers and arrays of a job.
#include "calls.h"
#include "engine/job.h"

#include "runs.h"

// --- 1. Harness ---

static tt_status run_samples(void *memory, int call)
{
    const int *number = ((job_layout *)memory)->number;
    if (call == QUANTILE) return oly_quantile(ARRAY(2), ARRAY(0), number[A], *(double *)job_array(memory, 1));
    return (call == NATS ? oly_nats : oly_accuracy)(ARRAY(2), ARRAY(0), ARRAY(1), number[A], number[B]);
}

static struct {
    const fake_event *how;
    const fake_call *calls;
    const float *said;
    float *found;
    double passed; // since start
    int runs, trains;
    fake_log *log;
} fake;

static void note(fake_kind kind, int first, int batch, double seconds)
{
    const int i = fake.log->count++;
    if (i >= FAKE_MOST) return;
    fake.log->at[i].kind = (int)kind, fake.log->at[i].first = first, fake.log->at[i].batch = batch;
    fake.log->at[i].seconds = seconds;
}

static double fake_now(void *state)
{
    (void)state;
    fake.passed += fake.how->reading;
    note(FAKE_READING, 0, 0, fake.how->start + fake.passed);
    return fake.how->start + fake.passed;
}

static tt_status fake_run(void *state, float *logits, int first, int batch)
{
    (void)state;
    const int run = fake.runs++ % fake_runs(fake.how);
    const fake_call *c = &fake.calls[run];
    const size_t all = (size_t)fake.how->batch * (size_t)fake.how->classes, at = (size_t)run * all;
    note(FAKE_RUN, first, batch, 0);
    memcpy(fake.found + at, logits, all * sizeof *logits);
    if (!c->silent) memcpy(logits, fake.said + at, all * sizeof *logits);
    fake.passed += c->seconds;
    return (tt_status)c->status;
}

static tt_status fake_train(void *state)
{
    (void)state;
    const int steps = fake.how->train_steps, step = fake.trains++;
    const fake_call *c = &fake.calls[fake_runs(fake.how) + (step < steps ? step : steps)];
    note(FAKE_TRAIN, 0, 0, 0);
    fake.passed += c->seconds;
    return (tt_status)c->status;
}

static size_t fake_model(void *state)
{
    (void)state;
    note(FAKE_MODEL, 0, 0, 0);
    return (size_t)(fake.how->model_bytes + fake.runs + fake.trains);
}

static size_t fake_peak(void *state)
{
    (void)state;
    note(FAKE_PEAK, 0, 0, 0);
    return (size_t)(fake.how->peak_bytes + 16 * (fake.runs + fake.trains));
}

static tt_status run_measure(void *memory, int call)
{
    (void)call;
    const int *number = ((job_layout *)memory)->number, nulls = number[NULLS];
    const fake_event *how = job_array(memory, 0);
    fake.how = how, fake.calls = job_array(memory, 1), fake.said = job_array(memory, 2);
    fake.passed = 0, fake.runs = 0, fake.trains = 0;
    fake.log = job_array(memory, 6), fake.log->count = 0, fake.found = job_array(memory, 7);
    const oly_subject subject = {NULL, nulls & NO_RUN ? NULL : fake_run, how->trains ? fake_train : NULL,
                                 nulls & NO_MODEL ? NULL : fake_model, nulls & NO_PEAK ? NULL : fake_peak};
    const oly_plan plan = {how->inputs,
                           how->batch,
                           how->warm_up,
                           how->passes,
                           how->train_steps,
                           how->quality,
                           nulls & NO_ANSWERS ? NULL : job_array(memory, 3),
                           how->classes};
    return oly_measure(ARRAY(5), ARRAY(4), nulls & 1 << 1 ? NULL : &subject, nulls & 1 << 2 ? NULL : &plan,
                       (oly_clock){nulls & NO_NOW ? NULL : fake_now, NULL});
}

// --- 2. Score ---

static tt_status run_score(void *memory, int call)
{
    const int *number = ((job_layout *)memory)->number, n = number[A];
    switch (call) {
    case RATIO:
        return oly_paired_ratio(ARRAY(2), ARRAY(0), ARRAY(1), n);
    case INTERVAL:
        return oly_paired_interval(ARRAY(2), ARRAY(3), ARRAY(0), ARRAY(1), n);
    case EVENT:
        return oly_event_score(ARRAY(2), ARRAY(0), ARRAY(1), n);
    case TOTAL:
        return oly_total_score(ARRAY(1), ARRAY(0), n);
    default:
        return oly_count_score(ARRAY(2), ARRAY(0), ARRAY(1));
    }
}

// --- 6. Break it ---

static tt_status run_break(void *memory, int call)
{
    (void)call;
    return oly_break_ratio(((job_layout *)memory)->number[0], job_array(memory, 0), job_array(memory, 1),
                           job_array(memory, 2));
}

const job_run job_runs[] = {
    {"samples", run_samples},   {"measure", run_measure},       {"score", run_score},
    {"entry", oly_run_entry},   {"manifest", oly_run_manifest}, {"tuner", oly_run_tuner},
    {"search", oly_run_search}, {"break", run_break},           {0},
};
