// check_doors.c: what the functions of 1, 5, 6 and 7 refuse: each row changes one thing of a call that must work. All
// outputs must then be as they were.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// What a row changes: a number of the job, a double or an int of an array, or pointers that become NULL.
typedef enum { NUMBER, REAL, WHOLE, GONE } changed;

typedef struct {
    int call;
    changed what;
    int array, at; // GONE: at is the bits
    double value;
    tt_status want;
    const char *text;
} door;

#define SHAPE TT_BAD_SHAPE
#define VALUE TT_BAD_VALUE

// Places in structs, counted in doubles and in ints.
enum { CONFIDENCE = 0, RESAMPLES = 2 };
enum {
    TIMER_STEP = 0,
    WARM_UP,
    LEAST,
    TIMER_STEADY = 4,
    TIMER_CONFIDENCE,
    MOST = 6,
    TIMER_SAMPLES,
    TIMER_RESAMPLES = 12
};
enum { FLOPS = 0, DRAM = 4, OVERHEAD, SECONDS };

static const door doors[] = {
    {PERCENTILE, GONE, 0, 1 << 0, 0, VALUE, "samples NULL"},
    {PERCENTILE, GONE, 0, 1 << 2, 0, VALUE, "value NULL"},
    {PERCENTILE, REAL, 1, 0, 0, VALUE, "quantile 0"},
    {PERCENTILE, REAL, 1, 0, 1, VALUE, "quantile 1"},
    {PERCENTILE, REAL, 1, 0, NAN, VALUE, "quantile NaN"},
    {PERCENTILE, REAL, 0, 3, NAN, VALUE, "a sample is NaN"},
    {PERCENTILE, REAL, 0, 7, INFINITY, VALUE, "a sample is infinite"},

    {INTERVAL, GONE, 0, 1 << 0, 0, VALUE, "samples NULL"},
    {INTERVAL, GONE, 0, 1 << 2, 0, VALUE, "interval NULL"},
    {INTERVAL, NUMBER, 0, A, 3, SHAPE, "3 samples"},
    {INTERVAL, REAL, 1, CONFIDENCE, 0.4, VALUE, "confidence 0.4"},
    {INTERVAL, REAL, 1, CONFIDENCE, 1, VALUE, "confidence 1"},
    {INTERVAL, REAL, 1, CONFIDENCE, NAN, VALUE, "confidence NaN"},
    {INTERVAL, WHOLE, 1, RESAMPLES, 39, SHAPE, "39 resamples for a confidence of 0.9"},
    {INTERVAL, REAL, 0, 0, NAN, VALUE, "a sample is NaN"},

    {OUTLIERS, GONE, 0, 1 << 0, 0, VALUE, "samples NULL"},
    {OUTLIERS, GONE, 0, 1 << 1, 0, VALUE, "which NULL"},
    {OUTLIERS, GONE, 0, 1 << 2, 0, VALUE, "count NULL"},
    {OUTLIERS, NUMBER, 0, A, 7, SHAPE, "7 samples"},
    {OUTLIERS, REAL, 0, 5, -INFINITY, VALUE, "a sample is infinite"},

    {TIME, GONE, 0, 1 << 2, 0, VALUE, "o NULL"},
    {TIME, GONE, 0, 1 << 3, 0, VALUE, "samples NULL"},
    {TIME, GONE, 0, 1 << 4, 0, VALUE, "t NULL"},
    {TIME, GONE, 0, NO_CLOCK, 0, VALUE, "clock.now NULL"},
    {TIME, GONE, 0, NO_WORK, 0, VALUE, "work.call NULL"},
    {TIME, WHOLE, 2, TIMER_SAMPLES, 7, SHAPE, "7 samples"},
    {TIME, WHOLE, 2, MOST, 0, SHAPE, "most_calls 0"},
    {TIME, WHOLE, 2, TIMER_RESAMPLES, 39, SHAPE, "39 resamples for a confidence of 0.9"},
    {TIME, REAL, 2, TIMER_STEP, 0, VALUE, "step 0"},
    {TIME, REAL, 2, TIMER_STEP, NAN, VALUE, "step NaN"},
    {TIME, REAL, 2, WARM_UP, -1, VALUE, "warm_up -1"},
    {TIME, REAL, 2, WARM_UP, INFINITY, VALUE, "warm_up infinite"},
    {TIME, REAL, 2, LEAST, -1, VALUE, "sample -1"},
    {TIME, REAL, 2, TIMER_STEADY, 0, VALUE, "steady 0"},
    {TIME, REAL, 2, TIMER_CONFIDENCE, 1, VALUE, "confidence 1"},

    {ROOFLINE, GONE, 0, 1 << 0, 0, VALUE, "roofs NULL"},
    {ROOFLINE, GONE, 0, 1 << 2, 0, VALUE, "rate NULL"},
    {ROOFLINE, NUMBER, 0, A, PROF_ARITHMETIC, VALUE, "PROF_ARITHMETIC is no level of memory"},
    {ROOFLINE, NUMBER, 0, A, PROF_OVERHEAD, VALUE, "PROF_OVERHEAD is no level of memory"},
    {ROOFLINE, REAL, 1, 0, 0, VALUE, "intensity 0"},
    {ROOFLINE, REAL, 0, FLOPS, 0, VALUE, "a roof of 0 flops"},

    {BOTTLENECK, GONE, 0, 1 << 0, 0, VALUE, "roofs NULL"},
    {BOTTLENECK, GONE, 0, 1 << 1, 0, VALUE, "o NULL"},
    {BOTTLENECK, GONE, 0, 1 << 2, 0, VALUE, "b NULL"},
    {BOTTLENECK, REAL, 0, DRAM, 0, VALUE, "a bandwidth of 0"},
    {BOTTLENECK, REAL, 0, OVERHEAD, -1e-9, VALUE, "overhead below 0"},
    {BOTTLENECK, REAL, 1, FLOPS, -1, VALUE, "flops below 0"},
    {BOTTLENECK, REAL, 1, DRAM, NAN, VALUE, "bytes NaN"},
    {BOTTLENECK, REAL, 1, OVERHEAD, -1, VALUE, "calls below 0"},
    {BOTTLENECK, REAL, 1, SECONDS, 0, VALUE, "0 seconds"},

    {AMDAHL, GONE, 0, 1 << 1, 0, VALUE, "gain NULL"},
    {AMDAHL, REAL, 0, 0, -0.1, VALUE, "part -0.1"},
    {AMDAHL, REAL, 0, 0, 1.1, VALUE, "part 1.1"},
    {AMDAHL, REAL, 0, 1, 0, VALUE, "factor 0"},
    {AMDAHL, REAL, 0, 1, NAN, VALUE, "factor NaN"},

    {LIFT, NUMBER, 0, A, 0, SHAPE, "no operation"},
    {LIFT, GONE, 0, 1 << 0, 0, VALUE, "roofs NULL"},
    {LIFT, GONE, 0, 1 << 1, 0, VALUE, "o NULL"},
    {LIFT, GONE, 0, 1 << 2, 0, VALUE, "gain NULL"},
    {LIFT, REAL, 1, SECONDS, NAN, VALUE, "seconds NaN"},

    {PAIRS, NUMBER, 0, A, 0, SHAPE, "no pair"},
    {PAIRS, NUMBER, 0, B, 0, SHAPE, "calls 0"},
    {PAIRS, GONE, 0, 1 << 2, 0, VALUE, "before NULL"},
    {PAIRS, GONE, 0, 1 << 3, 0, VALUE, "after NULL"},
    {PAIRS, GONE, 0, NO_CLOCK, 0, VALUE, "clock.now NULL"},
    {PAIRS, GONE, 0, NO_WORK, 0, VALUE, "old.call NULL"},
    {PAIRS, GONE, 0, NO_OTHER_WORK, 0, VALUE, "new.call NULL"},

    {COMPARE, NUMBER, 0, A, 7, SHAPE, "7 pairs"},
    {COMPARE, GONE, 0, 1 << 0, 0, VALUE, "before NULL"},
    {COMPARE, GONE, 0, 1 << 1, 0, VALUE, "after NULL"},
    {COMPARE, GONE, 0, 1 << 3, 0, VALUE, "c NULL"},
    {COMPARE, REAL, 0, 3, 0, VALUE, "a time of 0 in before"},
    {COMPARE, REAL, 1, 7, -1, VALUE, "a time below 0 in after"},
    {COMPARE, REAL, 1, 0, NAN, VALUE, "a time NaN in after"},
    {COMPARE, WHOLE, 2, RESAMPLES, 39, SHAPE, "39 resamples for a confidence of 0.9"},

    {MANY, NUMBER, 0, B, 0, SHAPE, "no variant"},
    {MANY, NUMBER, 0, A, 7, SHAPE, "7 pairs"},
    {MANY, GONE, 0, 1 << 0, 0, VALUE, "baseline NULL"},
    {MANY, GONE, 0, 1 << 1, 0, VALUE, "variants NULL"},
    {MANY, GONE, 0, 1 << 3, 0, VALUE, "c NULL"},
    {MANY, REAL, 1, 2, 0, VALUE, "a time of 0 in a variant"},
    {MANY, REAL, 2, CONFIDENCE, 0.3, VALUE, "confidence 0.3"},

    {EFFECTS, NUMBER, 0, A, 0, SHAPE, "no factor"},
    {EFFECTS, NUMBER, 0, A, PROF_MOST_FACTORS + 1, SHAPE, "7 factors"},
    {EFFECTS, NUMBER, 0, B, 7, SHAPE, "7 rounds"},
    {EFFECTS, GONE, 0, 1 << 0, 0, VALUE, "seconds NULL"},
    {EFFECTS, GONE, 0, 1 << 2, 0, VALUE, "effects NULL"},
    {EFFECTS, GONE, 0, 1 << 3, 0, VALUE, "e NULL"},
    {EFFECTS, REAL, 0, 15, 0, VALUE, "a time of 0"},
    {EFFECTS, WHOLE, 1, RESAMPLES, 39, SHAPE, "39 resamples for a confidence of 0.9"},

    {COMBINE, NUMBER, 0, A, 0, SHAPE, "no factor"},
    {COMBINE, NUMBER, 0, B, 7, SHAPE, "7 rounds"},
    {COMBINE, GONE, 0, 1 << 0, 0, VALUE, "seconds NULL"},
    {COMBINE, GONE, 0, 1 << 2, 0, VALUE, "c NULL"},
    {COMBINE, GONE, 0, 1 << 3, 0, VALUE, "e NULL"},
    {COMBINE, REAL, 0, 3, -1, VALUE, "a time below 0"},
};

// The step-th row of this case's call; NULL behind the last.
static const door *door_of(const grade_run *run)
{
    for (int i = 0, step = 0; i < COUNT(doors); i++)
        if (doors[i].call == run->row->argument && step++ == run->step) return &doors[i];
    return NULL;
}

bool profiling_fill_door(grade_run *run)
{
    const door *d = door_of(run);
    if (!d) return false;
    profiling_lay_valid(run, d->call);
    void *array = (void *)grade_result(run, d->array);
    if (d->what == NUMBER) run->layout.number[d->at] = (int)d->value;
    if (d->what == REAL) ((double *)array)[d->at] = d->value;
    if (d->what == WHOLE) ((int *)array)[d->at] = (int)d->value;
    if (d->what == GONE) run->layout.number[NULLS] = d->at;
    return true;
}

void profiling_check_door(grade_run *run)
{
    const door *d = door_of(run);
    if (run->status != d->want)
        grade_wrong(run, "%s: got status \"%s\", expected \"%s\"", d->text, tt_status_text(run->status),
                    tt_status_text(d->want));
    const bool has_log = d->call == TIME || d->call == PAIRS; // the last output, which run writes
    for (int i = 0; i < run->layout.arrays - has_log; i++)
        if (!run->is_input[i] && !grade_untouched(run, i))
            grade_wrong(run, "%s: an output was written to, expected it untouched", d->text);
}
