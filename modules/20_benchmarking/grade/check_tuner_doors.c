// check_tuner_doors.c: what the tuner's functions refuse, and samples of a search that fail or are no numbers: each row changes
// one thing of a call that must work. All outputs must then be as they were.
#include "checks_tuner.h"

#include <math.h>
#include <stddef.h>

// What a row changes: a number of the job, a double, an int or a size_t of an array, all numbers of one of a script's tables,
// or pointers that become NULL.
typedef enum { NUMBER, REAL, WHOLE, SIZE, TABLED, GONE } changed;

typedef struct {
    unsigned calls; // that must refuse it, a bit for each
    changed what;
    int array;
    size_t at; // NUMBER: which; GONE: the bits; else bytes from the array's begin
    double value;
    tt_status want;
    const char *text;
} door;

#define SHAPE             TT_BAD_SHAPE
#define VALUE             TT_BAD_VALUE
#define ONLY(call)        (1u << (call))
#define SEARCHES          (ONLY(ALL) | ONLY(EARLY_STOP) | ONLY(RANDOM_ONES) | ONLY(BY_PROCESS))
#define ELEMENT(i)        ((i) * sizeof(double))
#define OF_PROFILE(field) offsetof(oly_profile, field)
#define OF_METRICS(field) offsetof(oly_metrics, field)
#define OF_SEARCH(field)  offsetof(oly_search, field)

static const door doors[] = {
    {ONLY(CHOLESKY), NUMBER, 0, A, 0, SHAPE, "n = 0"},
    {ONLY(CHOLESKY), GONE, 0, 1 << 0, 0, VALUE, "k NULL"},
    {ONLY(CHOLESKY), GONE, 0, 1 << 2, 0, VALUE, "l NULL"},
    {ONLY(CHOLESKY), REAL, 1, 0, -1e-3, VALUE, "jitter below 0"},
    {ONLY(CHOLESKY), REAL, 1, 0, NAN, VALUE, "jitter NaN"},
    {ONLY(CHOLESKY), REAL, 0, ELEMENT(8), 1e-3, VALUE, "k whose last root is that of less than 0"},
    {ONLY(CHOLESKY), REAL, 0, ELEMENT(4), -1, VALUE, "k with a diagonal below 0"},
    {ONLY(CHOLESKY), REAL, 0, ELEMENT(0), 0, VALUE, "k with a 0 on the diagonal"},
    {ONLY(CHOLESKY), REAL, 0, ELEMENT(6), NAN, VALUE, "k with a NaN"},
    {ONLY(CHOLESKY), REAL, 0, ELEMENT(4), INFINITY, VALUE, "k with an infinite diagonal"},

    {ONLY(KERNEL), NUMBER, 0, A, 0, SHAPE, "n = 0"},
    {ONLY(KERNEL), NUMBER, 0, B, -1, SHAPE, "m = -1"},
    {ONLY(KERNEL), NUMBER, 0, C, 0, SHAPE, "d = 0"},
    {ONLY(KERNEL), GONE, 0, 1 << 0, 0, VALUE, "x NULL"},
    {ONLY(KERNEL), GONE, 0, 1 << 1, 0, VALUE, "z NULL"},
    {ONLY(KERNEL), GONE, 0, 1 << 3, 0, VALUE, "k NULL"},
    {ONLY(KERNEL), REAL, 2, 0, 0, VALUE, "length 0"},
    {ONLY(KERNEL), REAL, 2, 0, NAN, VALUE, "length NaN"},

    {ONLY(FIT), NUMBER, 0, A, 0, SHAPE, "n = 0"},
    {ONLY(FIT), NUMBER, 0, B, 0, SHAPE, "count = 0"},
    {ONLY(FIT), NUMBER, 0, C, 0, SHAPE, "d = 0"},
    {ONLY(FIT), GONE, 0, 1 << 0, 0, VALUE, "x NULL"},
    {ONLY(FIT), GONE, 0, 1 << 1, 0, VALUE, "y NULL"},
    {ONLY(FIT), GONE, 0, 1 << 2, 0, VALUE, "lengths NULL"},
    {ONLY(FIT), GONE, 0, 1 << 4, 0, VALUE, "p NULL"},
    {ONLY(FIT), GONE, 0, 1 << 5, 0, VALUE, "p->l NULL"},
    {ONLY(FIT), GONE, 0, 1 << 6, 0, VALUE, "p->alpha NULL"},
    {ONLY(FIT), REAL, 1, ELEMENT(3), NAN, VALUE, "a value that is NaN"},
    {ONLY(FIT), REAL, 1, ELEMENT(0), -INFINITY, VALUE, "an infinite value"},
    {ONLY(FIT), REAL, 2, ELEMENT(1), 0, VALUE, "a length 0, the second one"},
    {ONLY(FIT), REAL, 2, ELEMENT(0), -1, VALUE, "a length below 0"},
    {ONLY(FIT), REAL, 3, 0, -1e-3, VALUE, "noise below 0"},
    {ONLY(FIT), REAL, 3, 0, NAN, VALUE, "noise NaN"},

    {ONLY(PREDICT), NUMBER, 0, B, 0, SHAPE, "m = 0"},
    {ONLY(PREDICT), GONE, 0, 1 << 0, 0, VALUE, "p->x NULL"},
    {ONLY(PREDICT), GONE, 0, 1 << 1, 0, VALUE, "z NULL"},
    {ONLY(PREDICT), GONE, 0, 1 << 2, 0, VALUE, "p NULL"},
    {ONLY(PREDICT), GONE, 0, 1 << 3, 0, VALUE, "p->l NULL"},
    {ONLY(PREDICT), GONE, 0, 1 << 4, 0, VALUE, "p->alpha NULL"},
    {ONLY(PREDICT), GONE, 0, 1 << 5, 0, VALUE, "mean NULL"},
    {ONLY(PREDICT), GONE, 0, 1 << 6, 0, VALUE, "deviation NULL"},

    {ONLY(IMPROVEMENT), GONE, 0, 1 << 1, 0, VALUE, "improvement NULL"},
    {ONLY(IMPROVEMENT), REAL, 0, ELEMENT(0), NAN, VALUE, "mean NaN"},
    {ONLY(IMPROVEMENT), REAL, 0, ELEMENT(1), -1, VALUE, "deviation below 0"},
    {ONLY(IMPROVEMENT), REAL, 0, ELEMENT(1), INFINITY, VALUE, "deviation infinite"},
    {ONLY(IMPROVEMENT), REAL, 0, ELEMENT(2), INFINITY, VALUE, "best infinite"},

    {ONLY(COST), GONE, 0, 1 << 0, 0, VALUE, "metrics NULL"},
    {ONLY(COST), GONE, 0, 1 << 1, 0, VALUE, "base NULL"},
    {ONLY(COST), GONE, 0, 1 << 2, 0, VALUE, "profile NULL"},
    {ONLY(COST), GONE, 0, 1 << 3, 0, VALUE, "cost NULL"},
    {ONLY(COST), GONE, 0, 1 << 4, 0, VALUE, "excess NULL"},
    {ONLY(COST), REAL, 0, OF_METRICS(p50), 0, VALUE, "p50 0"},
    {ONLY(COST), REAL, 0, OF_METRICS(p50), INFINITY, VALUE, "p50 infinite"},
    {ONLY(COST), REAL, 0, OF_METRICS(quality), NAN, VALUE, "quality NaN"},
    {ONLY(COST), SIZE, 0, OF_METRICS(peak_bytes), 0, VALUE, "peak_bytes 0"},
    {ONLY(COST), SIZE, 1, OF_METRICS(model_bytes), 0, VALUE, "the base's model_bytes 0"},
    {ONLY(COST), REAL, 1, OF_METRICS(p50), NAN, VALUE, "the base's p50 NaN"},
    {ONLY(COST), REAL, 2, OF_PROFILE(latency), 0.35, VALUE, "weights whose sum is 1.1"},
    {ONLY(COST), REAL, 2, OF_PROFILE(bytes), NAN, VALUE, "a weight that is NaN"},
    {ONLY(COST), REAL, 2, OF_PROFILE(most_memory), NAN, VALUE, "most_memory NaN"},
    {ONLY(COST), REAL, 2, OF_PROFILE(worst_quality), NAN, VALUE, "worst_quality NaN"},

    {SEARCHES, GONE, 0, 1 << AT_SEARCH, 0, VALUE, "search NULL"},
    {SEARCHES, GONE, 0, 1 << AT_COSTS, 0, VALUE, "problem NULL"},
    {SEARCHES, GONE, 0, 1 << AT_FOUND, 0, VALUE, "found NULL"},
    {SEARCHES, GONE, 0, NO_SAMPLE, 0, VALUE, "problem->sample NULL"},
    {ONLY(BY_PROCESS), GONE, 0, 1 << AT_X, 0, VALUE, "problem->x NULL"},
    {SEARCHES, NUMBER, 0, CONFIGS, 0, SHAPE, "configs 0"},
    {SEARCHES, NUMBER, 0, LIMITS, -1, SHAPE, "limits -1"},
    {SEARCHES, NUMBER, 0, LIMITS, OLY_LIMITS + 1, SHAPE, "limits 4"},
    {ONLY(BY_PROCESS), NUMBER, 0, DIMENSIONS, 0, SHAPE, "d 0"},
    {SEARCHES, WHOLE, AT_SEARCH, OF_SEARCH(samples), 0, SHAPE, "samples 0"},
    {SEARCHES, WHOLE, AT_SEARCH, OF_SEARCH(budget), 0, SHAPE, "budget 0"},
    {ONLY(EARLY_STOP), WHOLE, AT_SEARCH, OF_SEARCH(least), 1, SHAPE, "least 1"},
    {ONLY(EARLY_STOP), WHOLE, AT_SEARCH, OF_SEARCH(least), 4, SHAPE, "least 4 of 3 samples"},
    {ONLY(EARLY_STOP), REAL, AT_SEARCH, OF_SEARCH(slack), -0.25, VALUE, "slack below 0"},
    {ONLY(EARLY_STOP), REAL, AT_SEARCH, OF_SEARCH(slack), NAN, VALUE, "slack NaN"},
    {ONLY(BY_PROCESS), WHOLE, AT_SEARCH, OF_SEARCH(first), 0, SHAPE, "first 0"},
    {ONLY(BY_PROCESS), REAL, AT_SEARCH, OF_SEARCH(noise), -0.25, VALUE, "noise below 0"},
    {ONLY(BY_PROCESS), REAL, AT_SEARCH, OF_SEARCH(noise), NAN, VALUE, "noise NaN"},
    {SEARCHES, NUMBER, 0, FAILS, 0, TT_BAD_FILE, "the first sample fails"},
    {SEARCHES, NUMBER, 0, FAILS, 10, TT_BAD_FILE, "sample number 11 fails"},
    {SEARCHES, TABLED, AT_COSTS, 0, NAN, VALUE, "a cost is NaN"},
    {SEARCHES, TABLED, AT_COSTS, 0, -INFINITY, VALUE, "a cost is -INFINITY"},
    {SEARCHES, TABLED, AT_EXCESS, 0, NAN, VALUE, "an excess is NaN"},
    {SEARCHES, TABLED, AT_EXCESS, 0, INFINITY, VALUE, "an excess is INFINITY"},
    {SEARCHES, TABLED, AT_SECONDS, 0, -1, VALUE, "seconds below 0"},
    {SEARCHES, TABLED, AT_SECONDS, 0, NAN, VALUE, "seconds are NaN"},
};

// The step-th row of this case's call; NULL behind the last.
static const door *door_of(const grade_run *run)
{
    for (int i = 0, step = 0; i < COUNT(doors); i++)
        if (doors[i].calls & ONLY(run->row->argument) && step++ == run->step) return &doors[i];
    return NULL;
}

enum { CONFIGURATIONS = 12, BOTH = 2, EACH = 3 }; // of the small script

bool oly_fill_tuner_door(grade_run *run)
{
    const door *d = door_of(run);
    if (!d) return false;
    if (run->row->argument < ALL) oly_lay_tuner(run, run->row->argument);
    else
        oly_lay_script(run, CONFIGURATIONS, BOTH, 2,
                       (oly_search){.samples = EACH,
                                    .budget = 7,
                                    .least = 2,
                                    .slack = 0.125,
                                    .first = 3,
                                    .noise = 0.01,
                                    .seed = 5});
    char *array = (char *)grade_result(run, d->array);
    if (d->what == NUMBER) run->layout.number[d->at] = (int)d->value;
    if (d->what == REAL) *(double *)(array + d->at) = d->value;
    if (d->what == WHOLE) *(int *)(array + d->at) = (int)d->value;
    if (d->what == SIZE) *(size_t *)(array + d->at) = (size_t)d->value;
    if (d->what == GONE) run->layout.number[NULLS] = (int)d->at;
    for (int c = 0; c < CONFIGURATIONS && d->what == TABLED;
         c++) // of each second sample, so that a first one is taken
        ((double *)array)[(c * EACH + 1) * (d->array == AT_EXCESS ? BOTH : 1)] = d->value;
    return true;
}

// A search refuses before a sample, or at the very one that fails or says what is no number.
static void require_calls(grade_run *run, const door *d)
{
    const int got = ((const search_log *)grade_result(run, AT_LOG))->calls,
              want = d->what == TABLED                     ? 2
                     : d->what == NUMBER && d->at == FAILS ? (int)d->value + 1
                                                           : 0;
    if (got != want) grade_wrong(run, "%s: sample was called %d times, expected %d", d->text, got, want);
}

void oly_check_tuner_door(grade_run *run)
{
    const door *d = door_of(run);
    const bool searches = run->row->argument >= ALL;
    oly_require_status(run, d->want, d->text);
    for (int i = 0; i < run->layout.arrays; i++)
        if (!run->is_input[i] && !(searches && i == AT_LOG)) oly_require_untouched(run, i, d->text);
    if (searches) require_calls(run, d);
}
