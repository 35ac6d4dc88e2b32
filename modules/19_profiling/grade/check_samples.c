// check_samples.c: the clock's step, percentiles, the bootstrap's interval, outliers.
#include "checks.h"

#include <math.h>

#include "core/rng.h"
#include "oracle.h"
#include "recorded.h"

// --- The clock's step ---

// Clocks whose reading takes less than a step, as long as one, and longer; steps are powers of two, so that they are exact.
static const struct {
    double step, reading, start;
} clocks[] = {{0x1p-20, 0x1p-23, 0},
              {0x1p-20, 0x1.8p-21, 64},
              {0x1p-10, 0x1p-24, 0},
              {0x1p-24, 0x1p-20, 4096},
              {0x1p-6, 0x1p-9, 0}};

bool profiling_fill_step(grade_run *run)
{
    if (run->step >= COUNT(clocks)) return false;
    *(fake_time *)grade_input_bytes(run, sizeof(fake_time)) =
        (fake_time){.start = clocks[run->step].start,
                    .step = clocks[run->step].step,
                    .reading = clocks[run->step].reading,
                    .back_from = -1};
    grade_output_bytes(run, sizeof(double));
    return true;
}

// Where a reading takes longer than a step, what can be seen is that.
void profiling_check_step(grade_run *run)
{
    profiling_require_ok(run);
    const double step = clocks[run->step].step, reading = clocks[run->step].reading,
                 want = step > reading ? step : reading;
    profiling_compare_number(run, "*step", *(const double *)grade_result(run, 1), want);
}

// It stands still; it runs backwards from the start, from the middle, and from a reading shortly before the 100th change.
bool profiling_fill_bad_clock(grade_run *run)
{
    static const int back_from[] = {-1, 1, 90, 150};
    if (run->step >= COUNT(back_from)) return false;
    *(fake_time *)grade_input_bytes(run, sizeof(fake_time)) = (fake_time){
        .step = 0x1p-20, .reading = 0x1p-21, .stands = run->step == 0, .back_from = back_from[run->step]};
    grade_output_bytes(run, sizeof(double));
    return true;
}

void profiling_check_bad_clock(grade_run *run)
{
    if (run->status != TT_BAD_VALUE)
        grade_wrong(run, "a clock that %s: got status \"%s\", expected \"%s\"",
                    run->step ? "goes backwards" : "stands still", tt_status_text(run->status),
                    tt_status_text(TT_BAD_VALUE));
    if (!grade_untouched(run, 1)) grade_wrong(run, "*step was written to, expected it untouched");
}

// --- Samples ---

// Times as they are measured: a floor, noise above it, and now and then much more. Many are equal in every third step.
static void lay_samples(grade_run *run, int n)
{
    run->layout.number[A] = n;
    double *x = profiling_doubles(run, (size_t)n);
    for (int i = 0; i < n; i++) {
        const double noise = profiling_normal(run);
        x[i] = 1 + 0.05 * noise * noise;
        if (run->step % 3 == 2) x[i] = 1 + (double)grade_random_below(run, 4);
        if (grade_random_below(run, 16) == 0) x[i] *= 5;
        if (run->step % 4 == 3) x[i] = -x[i];
    }
}

static const double quantiles[] = {0.5, 0.95, 0.99, 0.25, 0.75, 0.1, 0.05, 0.9};

// The samples of which NumPy said what is recorded.
static void lay_recorded(grade_run *run, int row)
{
    const int n = recorded[row].n;
    run->layout.number[A] = n;
    double *x = profiling_doubles(run, (size_t)n);
    tt_rng rng = {(uint64_t)n};
    for (int i = 0; i < n; i++) x[i] = 1 / ((double)(rng_next(&rng) >> 11) * 0x1p-53 + 1.0 / 64);
}

static const double recorded_quantiles[] = {0.25, 0.5, 0.75, 0.95, 0.99};
enum { RECORDED_LOW = COUNT(recorded_quantiles), RECORDED_HIGH };

// The recorded quantile that a step is about: those for which the samples are enough, in order.
static bool find_recorded(int *row, int *quantile, int step)
{
    for (*row = 0; *row < COUNT(recorded); ++*row)
        for (*quantile = 0; *quantile < COUNT(recorded_quantiles); ++*quantile)
            if (recorded[*row].n >= prof_samples_needed(recorded_quantiles[*quantile]) && step-- == 0)
                return true;
    return false;
}

bool profiling_fill_recorded(grade_run *run)
{
    int row, quantile;
    if (!find_recorded(&row, &quantile, run->step)) return false;
    lay_recorded(run, row);
    *profiling_doubles(run, 1) = recorded_quantiles[quantile];
    grade_output_bytes(run, sizeof(double));
    return true;
}

void profiling_check_recorded(grade_run *run)
{
    int row, quantile;
    profiling_require_ok(run);
    if (find_recorded(&row, &quantile, run->step))
        profiling_compare_number(run, "*value", *(const double *)grade_result(run, 2),
                                 recorded[row].number[quantile]);
}

bool profiling_fill_percentile(grade_run *run)
{
    enum { STEPS = 5 * COUNT(quantiles) };
    if (run->step >= STEPS) return false;
    const double quantile = quantiles[run->step % COUNT(quantiles)];
    lay_samples(run,
                prof_samples_needed(quantile) + grade_random_below(run, run->step < STEPS / 2 ? 3 : 100));
    *profiling_doubles(run, 1) = quantile;
    grade_output_bytes(run, sizeof(double));
    return true;
}

void profiling_check_percentile(grade_run *run)
{
    profiling_require_ok(run);
    profiling_compare_number(run, "*value", *(const double *)grade_result(run, 2),
                             profiling_oracle_quantile(grade_given(run, 0), run->layout.number[A],
                                                       *(const double *)grade_given(run, 1)));
}

bool profiling_fill_few(grade_run *run)
{
    static const int few[] = {3, 39, 199, 7, 7, 19, 39, 19, 10, 0};
    if (run->step >= COUNT(few)) return false;
    lay_samples(run, few[run->step]);
    *profiling_doubles(run, 1) = run->step < COUNT(quantiles) ? quantiles[run->step] : 0.99;
    grade_output_bytes(run, sizeof(double));
    return true;
}

void profiling_check_few(grade_run *run)
{
    const double quantile = *(const double *)grade_given(run, 1);
    if (run->status != TT_BAD_SHAPE)
        grade_wrong(run, "quantile %g of %d samples: got status \"%s\", expected \"%s\": it needs %d",
                    quantile, run->layout.number[A], tt_status_text(run->status),
                    tt_status_text(TT_BAD_SHAPE), prof_samples_needed(quantile));
    if (!grade_untouched(run, 2)) grade_wrong(run, "*value was written to, expected it untouched");
}

static void lay_bootstrap(grade_run *run, prof_bootstrap b)
{
    *(prof_bootstrap *)grade_input_bytes(run, sizeof b) = b;
    grade_output_bytes(run, sizeof(prof_interval));
}

bool profiling_fill_interval(grade_run *run)
{
    static const struct {
        int n, resamples;
        double confidence;
    } rows[] = {{4, 80, 0.95},  {5, 8, 0.5},      {10, 400, 0.99}, {31, 1000, 0.95},
                {50, 200, 0.9}, {101, 500, 0.95}, {200, 300, 0.8}};
    if (run->step >= COUNT(rows)) return false;
    lay_samples(run, rows[run->step].n);
    lay_bootstrap(run, profiling_bootstrap(run, rows[run->step].confidence, rows[run->step].resamples));
    return true;
}

void profiling_check_interval(grade_run *run)
{
    profiling_require_ok(run);
    const prof_interval *got = grade_result(run, 2),
                        want = profiling_oracle_interval(grade_given(run, 0), run->layout.number[A],
                                                         *(const prof_bootstrap *)grade_given(run, 1));
    profiling_compare_number(run, "low", got->low, want.low);
    profiling_compare_number(run, "high", got->high, want.high);
}

bool profiling_fill_recorded_interval(grade_run *run)
{
    if (run->step >= COUNT(recorded)) return false;
    lay_recorded(run, run->step);
    lay_bootstrap(run, (prof_bootstrap){recorded[run->step].confidence, recorded[run->step].resamples,
                                        (uint64_t)recorded[run->step].n + 1});
    return true;
}

void profiling_check_recorded_interval(grade_run *run)
{
    profiling_require_ok(run);
    const prof_interval *got = grade_result(run, 2);
    profiling_compare_number(run, "low", got->low, recorded[run->step].number[RECORDED_LOW]);
    profiling_compare_number(run, "high", got->high, recorded[run->step].number[RECORDED_HIGH]);
}

// Some without an outlier, some where all samples are equal, some with samples far below, too.
bool profiling_fill_outliers(grade_run *run)
{
    static const int counts[] = {8, 9, 20, 50, 200, 31, 12, 64};
    if (run->step >= COUNT(counts)) return false;
    const int n = counts[run->step];
    lay_samples(run, n);
    double *x = (double *)grade_result(run, 0);
    for (int i = 0; i < n && run->step == 5; i++) x[i] = 7;
    for (int i = 0; i < n && run->step == 6; i++) x[i] = i;
    for (int i = 0; i < n && run->step == 7; i++) x[i] = i % 10 == 3 ? -100 : i % 10 == 4 ? 100 : i % 3;
    grade_output_bytes(run, (size_t)n * sizeof(int));
    grade_output_bytes(run, sizeof(int));
    return true;
}

void profiling_check_outliers(grade_run *run)
{
    profiling_require_ok(run);
    const int n = run->layout.number[A], *which = grade_result(run, 1),
              count = *(const int *)grade_result(run, 2);
    const double *x = grade_given(run, 0), low = profiling_oracle_quantile(x, n, 0.25),
                 high = profiling_oracle_quantile(x, n, 0.75), far = 3 * (high - low);
    int found = 0;
    for (int i = 0; i < n; i++) {
        const double over = fmax(x[i] - (high + far), low - far - x[i]); // how far beyond a fence
        if (over <= 0) continue;
        if (found >= count || which[found] != i)
            grade_wrong(run, "sample %d is %g, q25 %g, q75 %g: got which[%d] = %d of %d, expected %d", i,
                        x[i], low, high, found, found < count ? which[found] : -1, count, i);
        found++;
    }
    if (found != count) grade_wrong(run, "got *count = %d, expected %d", count, found);
}
