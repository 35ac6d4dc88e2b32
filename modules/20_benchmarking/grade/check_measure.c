// check_measure.c: the harness on a subject whose answers and costs depend on which call it is. The child writes down every
// reading of the clock and every call; the times are right that lie between the readings round a call.
#include "checks.h"

#include <math.h>
#include <stdio.h>

#include "oracle.h"

enum { HOW, CALLS_OF, SAID, ANSWERS, LOGITS, METRICS, LOG, FOUND }; // arrays

// Costs and logits at random; the warm-up's calls cost much, and say something of their own. -> the calls
static fake_call *lay(grade_run *run, fake_event e)
{
    const int runs = fake_runs(&e);
    const size_t said = (size_t)runs * (size_t)e.batch * (size_t)e.classes;
    e.start = oly_uniform(run, 1, 1000);
    e.model_bytes = grade_random_below(run, 1 << 20), e.peak_bytes = grade_random_below(run, 1 << 20);
    *(fake_event *)grade_input_bytes(run, sizeof e) = e;
    const int count = runs + e.train_steps + 1;
    fake_call *calls = grade_input_bytes(run, (size_t)count * sizeof *calls);
    for (int i = 0; i < count; i++) {
        const double cost = oly_uniform(run, 1e-3, 2e-3) * (oly_once_in(run, 9) ? 8 : 1);
        calls[i] = (fake_call){.seconds = i < e.warm_up ? 200 * cost : i < runs ? cost : 7 * cost};
    }
    grade_random_fill(run, grade_input(run, said), said, -2, 2);
    int *answers = grade_input_bytes(run, (size_t)e.inputs * sizeof(int));
    for (int i = 0; i < e.inputs; i++) answers[i] = grade_random_below(run, e.classes);
    grade_output(run, (size_t)e.inputs * (size_t)e.classes);
    ROOM(oly_metrics), ROOM(fake_log), grade_output(run, said);
    return calls;
}

bool oly_fill_times(grade_run *run)
{
    static const int inputs[] = {8, 12, 30, 1, 64, 9}, batch[] = {2, 12, 1, 1, 4, 3},
                     warm_up[] = {1, 3, 0, 7, 40, 5}, passes[] = {3, 7, 1, 20, 2, 4};
    if (run->step >= COUNT(inputs)) return false;
    const int i = run->step;
    lay(run, (fake_event){.inputs = inputs[i],
                          .batch = batch[i],
                          .warm_up = warm_up[i],
                          .passes = passes[i],
                          .classes = 3,
                          .reading = i % 2 ? 3e-5 : 0});
    return true;
}

// Calls that say nothing: none, of the warm-up, of an earlier pass, of the last one, all that are timed, and of two passes.
bool oly_fill_quality(grade_run *run)
{
    static const int silent[][2] = {{0, 0}, {0, 4}, {4, 9}, {17, 18}, {4, 24}, {13, 19}, {3, 14}};
    if (run->step >= 2 * COUNT(silent)) return false;
    const int *s = silent[run->step / 2];
    fake_call *calls = lay(run, (fake_event){.inputs = 40,
                                             .batch = 4,
                                             .warm_up = 4,
                                             .passes = 2,
                                             .classes = 5,
                                             .quality = run->step % 2 ? OLY_NATS : OLY_ACCURACY});
    for (int i = s[0]; i < s[1]; i++) calls[i].silent = 1;
    return true;
}

bool oly_fill_train(grade_run *run)
{
    static const int steps[] = {1, 2, 5, 8, 0, 3}, trains[] = {1, 1, 1, 1, 1, 0};
    if (run->step >= COUNT(steps)) return false;
    lay(run, (fake_event){.inputs = 6,
                          .batch = 3,
                          .warm_up = 2,
                          .passes = 2,
                          .train_steps = steps[run->step],
                          .trains = trains[run->step],
                          .classes = 4,
                          .quality = OLY_NATS,
                          .reading = 2e-6});
    return true;
}

// One call that fails, or that takes no time, less or more than there is: of the warm-up, of a pass, of the training.
static const struct {
    int call;
    fake_call does;
    tt_status want;
    const char *why;
} failures[] = {
    {0, {1, TT_BAD_FILE, 0}, TT_BAD_FILE, "the first call of run fails"},
    {2, {1, TT_NO_MEMORY, 0}, TT_NO_MEMORY, "the first call after the warm-up fails"},
    {9, {1, TT_BAD_FILE, 0}, TT_BAD_FILE, "the last call of run fails"},
    {10, {1, TT_BAD_FILE, 0}, TT_BAD_FILE, "the first step of training fails"},
    {12, {1, TT_NO_MEMORY, 0}, TT_NO_MEMORY, "the last step of training fails"},
    {5, {0, TT_OK, 0}, TT_BAD_VALUE, "a call takes no time"},
    {2, {-1, TT_OK, 0}, TT_BAD_VALUE, "the clock goes backwards in a call"},
    {4, {(double)NAN, TT_OK, 0}, TT_BAD_VALUE, "the clock shows NaN after a call"},
    {11, {-1e-3, TT_OK, 0}, TT_BAD_VALUE, "the clock goes backwards in a step"},
    {12, {(double)INFINITY, TT_OK, 0}, TT_BAD_VALUE, "the clock shows infinity after the last step"},
    {1, {-1, TT_OK, 0}, TT_OK, "the clock goes backwards in the warm-up, where nobody looks at it"},
};

bool oly_fill_failures(grade_run *run)
{
    if (run->step >= COUNT(failures)) return false;
    fake_call *calls = lay(
        run,
        (fake_event){
            .inputs = 8, .batch = 2, .warm_up = 2, .passes = 2, .train_steps = 3, .trains = 1, .classes = 2});
    calls[failures[run->step].call] = failures[run->step].does;
    return true;
}

// --- What must have happened ---

static const char *const kinds[] = {"a reading of the clock", "a call of run", "a call of train",
                                    "a call of model_bytes", "a call of peak_bytes"};

static const fake_log *log_of(grade_run *run)
{
    const fake_log *log = grade_result(run, LOG);
    if (log->count < 0 || log->count > FAKE_MOST)
        grade_wrong(run, "the clock was read and the subject called more than %d times", FAKE_MOST);
    for (int i = 0; i < log->count; i++)
        if (log->at[i].kind < FAKE_READING || log->at[i].kind > FAKE_PEAK)
            grade_wrong(run, "the log of calls was written to");
    return log;
}

// The seconds between the readings right before and right after call `at` of the log.
static double seconds_round(grade_run *run, const fake_log *log, int at, const char *which)
{
    const int before = at - 1, after = at + 1;
    if (before < 0 || log->at[before].kind != FAKE_READING)
        grade_wrong(run, "%s: right before it was %s, expected a reading of the clock", which,
                    before < 0 ? "nothing" : kinds[log->at[before].kind]);
    if (after >= log->count || log->at[after].kind != FAKE_READING)
        grade_wrong(run, "%s: right after it was %s, expected a reading of the clock", which,
                    after >= log->count ? "nothing" : kinds[log->at[after].kind]);
    return log->at[after].seconds - log->at[before].seconds;
}

// Each call of run in its place; the seconds of those that are timed. How many calls there were.
static int check_runs(grade_run *run, const fake_event *e, const fake_log *log, double *seconds)
{
    const int batches = e->inputs / e->batch, calls = fake_runs(e), all = e->batch * e->classes;
    const float *found = grade_result(run, FOUND);
    int call = 0;
    for (int i = 0; i < log->count; i++) {
        if (log->at[i].kind != FAKE_RUN) continue;
        const int timed = call - e->warm_up, first = (timed < 0 ? call : timed) % batches * e->batch;
        if (call >= calls)
            grade_wrong(run, "run was called more often than %d times: %d to warm up, %d passes of %d", calls,
                        e->warm_up, e->passes, batches);
        if (log->at[i].first != first || log->at[i].batch != e->batch)
            grade_wrong(run, "call %d of run was for %d inputs from %d on, expected %d from %d on", call,
                        log->at[i].batch, log->at[i].first, e->batch, first);
        char which[48];
        snprintf(which, sizeof which, "call %d of run, %d of the passes", call, timed);
        for (int x = 0; timed >= 0 && x < all; x++)
            if (!isnan(found[call * all + x]))
                grade_wrong(run, "%s: a logit was %g before, expected NaN in all of its rows", which,
                            (double)found[call * all + x]);
        if (timed >= 0) seconds[timed] = seconds_round(run, log, i, which);
        call++;
    }
    return call;
}

// Each step of training, behind all calls of run; and the bytes behind all of it.
static int check_train(grade_run *run, const fake_event *e, const fake_log *log, double *seconds)
{
    int step = 0, asked = 0, last = 0;
    for (int i = 0; i < log->count; i++) {
        const int kind = log->at[i].kind;
        if (kind == FAKE_RUN && step > 0)
            grade_wrong(run, "there was %s after %s", kinds[kind], kinds[FAKE_TRAIN]);
        if (kind == FAKE_RUN || kind == FAKE_TRAIN) last = i;
        if (kind == FAKE_MODEL || kind == FAKE_PEAK) asked = i;
        if (kind != FAKE_TRAIN) continue;
        if (step >= e->train_steps)
            grade_wrong(run, "train was called more often than %d times", e->train_steps);
        char which[48];
        snprintf(which, sizeof which, "step %d of training", step);
        seconds[step++] = seconds_round(run, log, i, which);
    }
    if (asked < last) grade_wrong(run, "the bytes were asked for before the last call, expected after it");
    return step;
}

// The quality of what the calls of the last pass said; NaN where it has none.
static double quality_of(grade_run *run, const fake_event *e)
{
    static float logits[1 << 12];
    const float *said = grade_given(run, SAID);
    const fake_call *calls = grade_given(run, CALLS_OF);
    const int all = e->batch * e->classes, batches = e->inputs / e->batch, last = fake_runs(e) - batches;
    bool nothing = false;
    for (int b = 0; b < batches; b++) {
        for (int i = 0; i < all; i++)
            logits[b * all + i] = calls[last + b].silent ? NAN : said[(last + b) * all + i];
        nothing = nothing || calls[last + b].silent;
    }
    if (e->quality == OLY_ACCURACY)
        return oly_oracle_accuracy(logits, grade_given(run, ANSWERS), e->inputs, e->classes);
    if (nothing) return (double)NAN;
    return oly_oracle_nats(logits, grade_given(run, ANSWERS), e->inputs, e->classes);
}

// What has to be said, in the case of failures and where nats are asked of calls that are silent.
static tt_status expected(grade_run *run, const fake_event *e, const char **why)
{
    if (run->row->fill == oly_fill_failures) return *why = failures[run->step].why, failures[run->step].want;
    if (isnan(quality_of(run, e))) return *why = "a call of the last pass writes nothing", TT_BAD_VALUE;
    return *why = "", TT_OK;
}

// After a call that failed there is none.
static void check_end(grade_run *run, const fake_event *e, const fake_log *log, const char *why)
{
    const fake_call *calls = grade_given(run, CALLS_OF);
    int next = 0; // of the plan's calls
    for (int i = 0; i < log->count; i++) {
        if (log->at[i].kind != FAKE_RUN && log->at[i].kind != FAKE_TRAIN) continue;
        if (next == fake_runs(e) + e->train_steps || (next > 0 && calls[next - 1].status != TT_OK))
            grade_wrong(run, "%s: there was %s after it", why, kinds[log->at[i].kind]);
        next++;
    }
}

void oly_check_measure(grade_run *run)
{
    const fake_event *e = grade_given(run, HOW);
    const fake_log *log = log_of(run);
    const char *why;
    const tt_status want = expected(run, e, &why);
    oly_require_status(run, want, why);
    double seconds[FAKE_MOST], steps[FAKE_MOST], sum = 0;
    if (want != TT_OK) {
        oly_require_untouched(run, METRICS, why);
        check_end(run, e, log, why);
        return;
    }
    const int calls = check_runs(run, e, log, seconds), trained = check_train(run, e, log, steps);
    if (calls != fake_runs(e)) grade_wrong(run, "run was called %d times, expected %d", calls, fake_runs(e));
    if (trained != (e->trains ? e->train_steps : 0))
        grade_wrong(run, "train was called %d times, expected %d", trained, e->trains ? e->train_steps : 0);

    const oly_metrics *m = grade_result(run, METRICS);
    const int timed = calls - e->warm_up;
    int readings = 0;
    for (int i = 0; i < log->count; i++) readings += log->at[i].kind == FAKE_READING;
    if (readings != 2 * (timed + trained))
        grade_wrong(run, "the clock was read %d times, expected %d: twice for each timed call and step",
                    readings, 2 * (timed + trained));
    for (int i = 0; i < timed; i++) sum += seconds[i];
    oly_compare_number(run, "p50", m->p50, oly_oracle_quantile(seconds, timed, 0.5));
    oly_compare_number(run, "p95", m->p95, oly_oracle_quantile(seconds, timed, 0.95));
    oly_compare_number(run, "throughput", m->throughput, timed * e->batch / sum);
    oly_compare_number(run, "train_step", m->train_step,
                       trained ? oly_oracle_quantile(steps, trained, 0.5) : 0);
    oly_compare_number(run, "quality", m->quality, quality_of(run, e));
    const int done = calls + trained;
    oly_compare_number(run, "model_bytes", (double)m->model_bytes, e->model_bytes + done);
    oly_compare_number(run, "peak_bytes", (double)m->peak_bytes, e->peak_bytes + 16 * done);
}
