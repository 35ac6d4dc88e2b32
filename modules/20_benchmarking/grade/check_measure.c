// check_measure.c: the harness on a subject whose answers and costs depend on which call it is. The child writes down every
// reading of the clock and every call; the times are right that lie between the readings round a call.
#include "checks.h"

#include <math.h>
#include <stdio.h>

#include "oracle.h"

enum { HOW, COSTS, SAID, ANSWERS, LOGITS, METRICS, LOG }; // arrays

// Costs and logits at random; the warm-up's calls cost much, and say something of their own.
static void lay(grade_run *run, fake_event e)
{
    const int calls = fake_calls(&e);
    const size_t all = (size_t)e.batch * (size_t)e.classes;
    e.start = oly_uniform(run, 1, 1000);
    e.model_bytes = grade_random_below(run, 1 << 20), e.peak_bytes = grade_random_below(run, 1 << 20);
    *(fake_event *)grade_input_bytes(run, sizeof e) = e;
    double *costs = oly_doubles(run, (size_t)(calls + e.train_steps));
    for (int i = 0; i < calls + e.train_steps; i++) {
        costs[i] = oly_uniform(run, 1e-3, 2e-3) * (oly_once_in(run, 9) ? 8 : 1);
        if (i < e.warm_up) costs[i] = oly_uniform(run, 0.2, 0.4);
        if (i >= calls) costs[i] *= 7;
    }
    grade_random_fill(run, grade_input(run, (size_t)calls * all), (size_t)calls * all, -2, 2);
    int *answers = grade_input_bytes(run, (size_t)e.inputs * sizeof(int));
    for (int i = 0; i < e.inputs; i++) answers[i] = grade_random_below(run, e.classes);
    grade_output(run, (size_t)e.inputs * (size_t)e.classes);
    ROOM(oly_metrics), ROOM(fake_log);
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
                          .fails_at = -1,
                          .train_fails_at = -1,
                          .reading = i % 2 ? 3e-5 : 0,
                          .broken_at = -1});
    return true;
}

// Calls that say nothing: of the warm-up, of an earlier pass, of the last one, all that are timed.
bool oly_fill_quality(grade_run *run)
{
    static const int silent[][2] = {{0, 0}, {0, 4}, {4, 9}, {17, 18}, {4, 24}, {13, 19}, {3, 14}};
    if (run->step >= 2 * COUNT(silent)) return false;
    const int *s = silent[run->step / 2];
    lay(run, (fake_event){.inputs = 40,
                          .batch = 4,
                          .warm_up = 4,
                          .passes = 2,
                          .classes = 5,
                          .silent_from = s[0],
                          .silent_to = s[1],
                          .quality = run->step % 2 ? OLY_NATS : OLY_ACCURACY,
                          .fails_at = -1,
                          .train_fails_at = -1,
                          .broken_at = -1});
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
                          .fails_at = -1,
                          .train_fails_at = -1,
                          .reading = 2e-6,
                          .broken_at = -1});
    return true;
}

// A call that fails, in the warm-up, in a pass, of the training; a reading that is none, or lies behind the one after it; and
// calls that take no time. The last one is in order.
bool oly_fill_failures(grade_run *run)
{
    static const struct {
        int fails_at, train_fails_at, broken_at;
        double broken;
        bool stands;
    } rows[] = {{1, -1, -1, 0, false},        {4, -1, -1, 0, false},          {9, -1, -1, 0, false},
                {-1, 0, -1, 0, false},        {-1, 2, -1, 0, false},          {-1, -1, 3, NAN, false},
                {-1, -1, 6, INFINITY, false}, {-1, -1, 7, -1e9, false},       {-1, -1, 4, 1e9, false},
                {-1, -1, 21, -1e9, false},    {-1, -1, 20, -INFINITY, false}, {-1, -1, -1, 0, true},
                {-1, -1, -1, 0, false}};
    if (run->step >= COUNT(rows)) return false;
    const int i = run->step;
    lay(run, (fake_event){.inputs = 8,
                          .batch = 2,
                          .warm_up = 2,
                          .passes = 2,
                          .train_steps = 3,
                          .trains = 1,
                          .classes = 2,
                          .fails_at = rows[i].fails_at,
                          .train_fails_at = rows[i].train_fails_at,
                          .broken_at = rows[i].broken_at,
                          .broken = rows[i].broken});
    double *costs = (double *)grade_result(run, COSTS);
    if (rows[i].stands) costs[5] = 0;
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
    const int batches = e->inputs / e->batch, calls = fake_calls(e);
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
        if (timed >= 0 && !log->at[i].all_nan)
            grade_wrong(run, "%s: its rows of logits were not all NaN before", which);
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
    const int all = e->batch * e->classes, batches = e->inputs / e->batch, last = fake_calls(e) - batches;
    bool nothing = false;
    for (int b = 0; b < batches; b++) {
        const bool silent = last + b >= e->silent_from && last + b < e->silent_to;
        for (int i = 0; i < all; i++) logits[b * all + i] = silent ? NAN : said[(last + b) * all + i];
        nothing = nothing || silent;
    }
    if (e->quality == OLY_ACCURACY)
        return oly_oracle_accuracy(logits, grade_given(run, ANSWERS), e->inputs, e->classes);
    if (nothing) return (double)NAN;
    return oly_oracle_nats(logits, grade_given(run, ANSWERS), e->inputs, e->classes);
}

static tt_status expected(grade_run *run, const fake_event *e, char *why, size_t bytes)
{
    const double *costs = grade_given(run, COSTS);
    if (e->fails_at >= 0) return snprintf(why, bytes, "call %d of run fails", e->fails_at), TT_BAD_FILE;
    if (e->train_fails_at >= 0)
        return snprintf(why, bytes, "step %d of training fails", e->train_fails_at), TT_BAD_FILE;
    if (e->broken_at >= 0)
        return snprintf(why, bytes, "reading %d of the clock is %g", e->broken_at, e->broken), TT_BAD_VALUE;
    for (int i = e->warm_up; i < fake_calls(e); i++)
        if (costs[i] <= 0) return snprintf(why, bytes, "call %d of run takes no time", i), TT_BAD_VALUE;
    if (isnan(quality_of(run, e)))
        return snprintf(why, bytes, "calls %d to %d of run write nothing", e->silent_from, e->silent_to - 1),
               TT_BAD_VALUE;
    return TT_OK;
}

void oly_check_measure(grade_run *run)
{
    const fake_event *e = grade_given(run, HOW);
    const fake_log *log = log_of(run);
    char why[80] = "";
    const tt_status want = expected(run, e, why, sizeof why);
    oly_require_status(run, want, why);
    double seconds[FAKE_MOST], steps[FAKE_MOST], sum = 0;
    if (want != TT_OK) {
        oly_require_untouched(run, METRICS, why);
        int runs = 0;
        for (int i = 0; i < log->count; i++) runs += log->at[i].kind == FAKE_RUN;
        if (e->fails_at >= 0 && runs > e->fails_at + 1)
            grade_wrong(run, "%s: there were %d calls of run after it", why, runs - e->fails_at - 1);
        return;
    }
    const int calls = check_runs(run, e, log, seconds), trained = check_train(run, e, log, steps);
    if (calls != fake_calls(e))
        grade_wrong(run, "run was called %d times, expected %d", calls, fake_calls(e));
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
