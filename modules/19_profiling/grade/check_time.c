// check_time.c: the timer and the pairs, on an injected clock. The child writes down each reading and how many calls came
// before it; any way of timing is right whose samples are what these readings say.
#include "checks.h"

#include <math.h>
#include <string.h>

#include "oracle.h"

// --- The timer ---

enum { HOW, COSTS, TIMER, SAMPLES, TIMING, LOG }; // arrays
enum { MOST_COSTS = 4096 };

static double *lay(grade_run *run, fake_time how, prof_timer timer)
{
    *(fake_time *)grade_input_bytes(run, sizeof how) = how;
    double *costs = profiling_doubles(run, (size_t)how.costs);
    *(prof_timer *)grade_input_bytes(run, sizeof timer) = timer;
    grade_output_bytes(run, (size_t)timer.samples * sizeof(double));
    grade_output_bytes(run, sizeof(prof_timing));
    grade_output_bytes(run, sizeof(fake_log));
    return costs;
}

// Calls of nanoseconds to milliseconds, by clocks of any step: the samples must last long enough for the step, and the
// warm-up as long as it was asked for.
bool profiling_fill_constant(grade_run *run)
{
    static const struct {
        double cost, step, reading, warm_up, sample;
        int most, samples;
    } rows[] = {
        {37e-9, 25e-9, 0, 1e-3, 200e-6, 1 << 16, 20},   {3.3e-6, 1e-6, 1e-8, 20e-3, 0, 1 << 16, 50},
        {2.5e-3, 1e-9, 20e-9, 10e-3, 200e-6, 1000, 8},  {41e-6, 1e-6, 1e-7, 5e-3, 2e-3, 100, 200},
        {0.7e-6, 4e-3 / 64, 1e-6, 0.2, 0, 1 << 20, 12}, {0.11e-3, 1e-9, 0, 0, 5e-3, 64, 40},
        {90e-9, 1e-9, 1e-9, 2e-3, 1e-4, 2222, 201},
    };
    if (run->step >= COUNT(rows)) return false;
    fake_time how = {.start = 1000,
                     .step = rows[run->step].step,
                     .reading = rows[run->step].reading,
                     .back_from = -1,
                     .costs = 1};
    *lay(run, how,
         (prof_timer){rows[run->step].step, rows[run->step].warm_up, rows[run->step].sample,
                      rows[run->step].most, rows[run->step].samples, 0.05,
                      profiling_bootstrap(run, 0.95, 100)}) =
        rows[run->step].cost * (1 + 0.1 * profiling_normal(run) / 6);
    return true;
}

// The first calls cost more: many a bit more, or one as much as many samples. They all fit into the warm-up.
bool profiling_fill_cold(grade_run *run)
{
    static const struct {
        double cold, warm, warm_up;
        int calls;
    } rows[] = {{1e-3, 1e-5, 0.1, 60}, {0.5, 2e-6, 0.2, 1}, {3e-5, 1e-5, 0.02, 500}, {2e-3, 1e-3, 0.3, 100}};
    if (run->step >= COUNT(rows)) return false;
    const int calls = rows[run->step].calls;
    double *costs = lay(run, (fake_time){.back_from = -1, .cold = calls, .costs = calls + 1},
                        (prof_timer){25e-9, rows[run->step].warm_up, 5e-4, 4096, 30, 0.05,
                                     profiling_bootstrap(run, 0.95, 100)});
    for (int i = 0; i < calls; i++) costs[i] = rows[run->step].cold * (1 + (double)i / 1000);
    costs[calls] = rows[run->step].warm;
    return true;
}

// Calls as long as a sample, so that a sample is one call: noise, and now and then much more.
bool profiling_fill_noisy(grade_run *run)
{
    static const int counts[] = {10, 39, 40, 60, 199, 200, 301};
    if (run->step >= COUNT(counts)) return false;
    double *costs =
        lay(run, (fake_time){.start = 5, .back_from = -1, .costs = MOST_COSTS},
            (prof_timer){25e-9, 0.01, 2e-4, 64, counts[run->step], 10, profiling_bootstrap(run, 0.95, 200)});
    for (int i = 0; i < MOST_COSTS; i++) {
        const double noise = profiling_normal(run);
        costs[i] = 1e-3 * (1 + 0.05 * noise * noise) * (grade_random_below(run, 20) ? 1 : 8);
    }
    return true;
}

// What is to be said in the place of numbers, and two runs beside in which it is not.
static const struct verdict_row {
    prof_verdict want;
    double cost;   // of a call
    double wobble; // every second 16 calls cost so much more
    double ramp;   // from the first call to the last of the table
    double steady;
    int most;
    int back_from, stands;
} verdict_rows[] = {
    {PROF_TOO_SHORT, 1e-9, 0, 0, 0.05, 1000, -1, 0},  {PROF_TOO_SHORT, 0, 0, 0, 0.05, 4096, -1, 0},
    {PROF_TOO_SHORT, 1e-3, 0, 0, 0.05, 4096, -1, 1},  {PROF_TOO_SHORT, 1e-4, 0, 0, 0.05, 1, -1, 0},
    {PROF_NOT_STEADY, 1e-3, 0, 3, 0.02, 64, -1, 0},   {PROF_NOT_STEADY, 1e-3, 0, -0.9, 0.02, 64, -1, 0},
    {PROF_NOT_STEADY, 1e-3, 0.5, 0, 0.05, 64, -1, 0}, {PROF_TIMED, 1e-3, 0.5, 0, 0.6, 64, -1, 0},
    {PROF_NOT_STEADY, 1e-3, 0, 0.3, 0.05, 64, -1, 0}, {PROF_TIMED, 1e-3, 0, 0.01, 0.05, 64, -1, 0},
    {PROF_BAD_CLOCK, 1e-3, 0, 0, 0.05, 64, 0, 0},     {PROF_BAD_CLOCK, 1e-3, 0, 0, 0.05, 64, 7, 0},
    {PROF_BAD_CLOCK, 1e-3, 0, 0, 0.05, 64, 70, 0},
};

bool profiling_fill_verdicts(grade_run *run)
{
    enum { TABLE = 120 };
    if (run->step >= COUNT(verdict_rows)) return false;
    const struct verdict_row *row = &verdict_rows[run->step];
    double *costs =
        lay(run, (fake_time){.start = 9, .stands = row->stands, .back_from = row->back_from, .costs = TABLE},
            (prof_timer){25e-9, 0.01, 2e-4, row->most, 60, row->steady, profiling_bootstrap(run, 0.95, 200)});
    for (int i = 0; i < TABLE; i++)
        costs[i] = row->cost * (1 + row->ramp * i / TABLE + (i / 16 % 2 ? row->wobble : 0));
    return true;
}

// What the readings say: the stretches between two of them in which there were calls, the last `want` of which are
// samples.
typedef struct {
    double seconds;
    int calls;
} stretch;
static stretch stretches[MOST_READINGS];

static int read_log(grade_run *run, const fake_log *log)
{
    if (log->readings >= MOST_READINGS)
        grade_wrong(run, "the clock was read %d times and more: twice for each batch is enough",
                    MOST_READINGS);
    int count = 0;
    for (int i = 1; i < log->readings; i++) {
        const int calls = log->at[i].calls - log->at[i - 1].calls;
        if (calls > 0) stretches[count++] = (stretch){log->at[i].seconds - log->at[i - 1].seconds, calls};
    }
    return count;
}

static const char *const verdicts[] = {"PROF_TIMED", "PROF_TOO_SHORT", "PROF_NOT_STEADY", "PROF_BAD_CLOCK"};

static void check_verdict(grade_run *run, const prof_timing *t, prof_verdict want)
{
    if (t->verdict == want) return;
    grade_wrong(run, "got verdict %s, expected %s",
                t->verdict <= PROF_BAD_CLOCK ? verdicts[t->verdict] : "out of range", verdicts[want]);
}

// That the samples are the last stretches, each long enough, and behind the warm-up.
static void check_samples(grade_run *run, const prof_timer *o, const prof_timing *t, bool all_alike)
{
    const double *samples = grade_result(run, SAMPLES), least = fmax(o->sample, 1000 * o->step);
    const int count = read_log(run, grade_result(run, LOG)), before = count - o->samples;
    if (before < 0)
        grade_wrong(run, "between %d pairs of readings there were calls, expected %d samples", count,
                    o->samples);
    double warmed = 0;
    for (int i = 0; i < before; i++) warmed += stretches[i].seconds;
    if (warmed < o->warm_up * (1 - 1e-9))
        grade_wrong(run, "the samples begin after calls of %g s, expected a warm-up of %g s", warmed,
                    o->warm_up);
    for (int i = 0; i < o->samples; i++) {
        const stretch s = stretches[before + i];
        if (s.calls != t->calls || s.calls > o->most_calls)
            grade_wrong(run, "sample %d has %d calls; calls is %d, most_calls %d", i, s.calls, t->calls,
                        o->most_calls);
        if (all_alike && s.seconds < least * (1 - 1e-9))
            grade_wrong(run, "sample %d lasts %g s with %d calls, expected %g s at least", i, s.seconds,
                        s.calls, least);
        if (fabs(samples[i] - s.seconds / s.calls) <= 1e-9 * s.seconds / s.calls) continue;
        grade_wrong(run,
                    "got samples[%d] = %.12g s, expected %.12g s: %d calls between two readings that are "
                    "%.12g s apart",
                    i, samples[i], s.seconds / s.calls, s.calls, s.seconds);
    }
}

static int count_outliers(const double *x, int n)
{
    const double low = profiling_oracle_quantile(x, n, 0.25), high = profiling_oracle_quantile(x, n, 0.75);
    int count = 0;
    for (int i = 0; i < n; i++) count += x[i] > high + 3 * (high - low) || x[i] < low - 3 * (high - low);
    return count;
}

static void check_no_numbers(grade_run *run, const prof_timing *t)
{
    const double numbers[] = {t->p50, t->p95, t->p99, t->median.low, t->median.high};
    static const char *const names[] = {"p50", "p95", "p99", "median.low", "median.high"};
    for (int i = 0; i < COUNT(numbers); i++)
        if (!isnan(numbers[i]))
            grade_wrong(run, "%s: got %s = %g, expected NaN", verdicts[t->verdict], names[i], numbers[i]);
    if (t->outliers != 0)
        grade_wrong(run, "%s: got outliers = %d, expected 0", verdicts[t->verdict], t->outliers);
    if (t->verdict != PROF_NOT_STEADY && t->calls != 0)
        grade_wrong(run, "%s: got calls = %d, expected 0", verdicts[t->verdict], t->calls);
}

static void check_numbers(grade_run *run, const prof_timer *o, const prof_timing *t)
{
    const double *x = grade_result(run, SAMPLES);
    const int n = o->samples;
    const prof_interval median = profiling_oracle_interval(x, n, o->interval);
    profiling_compare_number(run, "p50", t->p50, profiling_oracle_quantile(x, n, 0.5));
    profiling_compare_number(run, "p95", t->p95, n < 40 ? NAN : profiling_oracle_quantile(x, n, 0.95));
    profiling_compare_number(run, "p99", t->p99, n < 200 ? NAN : profiling_oracle_quantile(x, n, 0.99));
    profiling_compare_number(run, "median.low", t->median.low, median.low);
    profiling_compare_number(run, "median.high", t->median.high, median.high);
    const int outliers = count_outliers(x, n);
    if (t->outliers != outliers) grade_wrong(run, "got outliers = %d, expected %d", t->outliers, outliers);
}

void profiling_check_timing(grade_run *run)
{
    profiling_require_ok(run);
    const prof_timing *t = grade_result(run, TIMING);
    const prof_timer *o = grade_given(run, TIMER);
    const bool verdict_case = run->row->fill == profiling_fill_verdicts;
    check_verdict(run, t, verdict_case ? verdict_rows[run->step].want : PROF_TIMED);
    if (t->verdict == PROF_TIMED || t->verdict == PROF_NOT_STEADY) check_samples(run, o, t, true);
    if (t->verdict == PROF_TIMED) check_numbers(run, o, t);
    else check_no_numbers(run, t);
}

// --- Pairs ---

enum { BEFORE = 2, AFTER, PAIRS_LOG };

// Costs that change from call to call; the clock runs backwards in the last step.
static const struct {
    int pairs, calls, back_from;
} pair_rows[] = {{1, 1, -1}, {8, 1, -1}, {31, 3, -1}, {20, 17, -1}, {9, 2, 11}};

bool profiling_fill_pairs(grade_run *run)
{
    enum { COSTS_EACH = 97 };
    if (run->step >= COUNT(pair_rows)) return false;
    run->layout.number[A] = pair_rows[run->step].pairs, run->layout.number[B] = pair_rows[run->step].calls;
    *(fake_time *)grade_input_bytes(run, sizeof(fake_time)) =
        (fake_time){.start = 3,
                    .reading = 1e-8,
                    .back_from = pair_rows[run->step].back_from,
                    .costs = COSTS_EACH,
                    .other_costs = COSTS_EACH};
    double *costs = profiling_doubles(run, 2 * COSTS_EACH);
    for (int i = 0; i < 2 * COSTS_EACH; i++)
        costs[i] = 1e-3 * (2 + profiling_normal(run) / 6) * (i < COSTS_EACH ? 1.2 : 1);
    for (int i = 0; i < 2; i++) grade_output_bytes(run, (size_t)pair_rows[run->step].pairs * sizeof(double));
    grade_output_bytes(run, sizeof(fake_log));
    return true;
}

void profiling_check_pairs(grade_run *run)
{
    const int pairs = run->layout.number[A], calls = run->layout.number[B];
    if (pair_rows[run->step].back_from >= 0) {
        if (run->status != TT_BAD_VALUE)
            grade_wrong(run, "a clock that goes backwards: got status \"%s\", expected \"%s\"",
                        tt_status_text(run->status), tt_status_text(TT_BAD_VALUE));
        return;
    }
    profiling_require_ok(run);
    const fake_log *log = grade_result(run, PAIRS_LOG);
    const double *got[] = {grade_result(run, BEFORE), grade_result(run, AFTER)};
    static const char *const names[] = {"before", "after"};
    int batch = 0;
    for (int i = 1; i < log->readings && i < MOST_READINGS; i++) {
        const int old = log->at[i].calls - log->at[i - 1].calls,
                  new = log->at[i].other_calls - log->at[i - 1].other_calls;
        if (old == 0 && new == 0) continue;
        const int pair = batch / 2, is_new = (batch % 2) ^ (pair % 2);
        if (pair >= pairs) grade_wrong(run, "there were more than %d batches for %d pairs", 2 * pairs, pairs);
        if ((is_new ? new : old) != calls || (is_new ? old : new) != 0)
            grade_wrong(run, "batch %d had %d calls of old and %d of new, expected %d of %s", batch, old, new,
                        calls, is_new ? "new" : "old");
        const double want = (log->at[i].seconds - log->at[i - 1].seconds) / calls, is = got[is_new][pair];
        if (!(fabs(is - want) <= 1e-9 * want))
            grade_wrong(run, "got %s[%d] = %.12g s, expected %.12g s", names[is_new], pair, is, want);
        batch++;
    }
    if (batch != 2 * pairs) grade_wrong(run, "there were %d batches, expected %d", batch, 2 * pairs);
}
