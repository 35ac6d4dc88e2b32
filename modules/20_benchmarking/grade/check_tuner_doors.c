// check_tuner_doors.c: what the tuner's functions refuse: each row changes one thing of a call that must work. All outputs
// must then be as they were.
#include "checks_tuner.h"

#include <math.h>
#include <stddef.h>

// What a row changes: a number of the job, a double or a size_t of an array at a byte, or pointers that become NULL.
typedef enum { NUMBER, REAL, SIZE, GONE } changed;

typedef struct {
    int call;
    changed what;
    int array;
    size_t at; // GONE: the bits
    double value;
    tt_status want;
    const char *text;
} door;

#define SHAPE             TT_BAD_SHAPE
#define VALUE             TT_BAD_VALUE
#define ELEMENT(i)        ((i) * sizeof(double))
#define OF_PROFILE(field) offsetof(oly_profile, field)
#define OF_METRICS(field) offsetof(oly_metrics, field)

static const door doors[] = {
    {CHOLESKY, NUMBER, 0, A, 0, SHAPE, "n = 0"},
    {CHOLESKY, GONE, 0, 1 << 0, 0, VALUE, "k NULL"},
    {CHOLESKY, GONE, 0, 1 << 2, 0, VALUE, "l NULL"},
    {CHOLESKY, REAL, 1, 0, -1e-3, VALUE, "jitter below 0"},
    {CHOLESKY, REAL, 1, 0, NAN, VALUE, "jitter NaN"},
    {CHOLESKY, REAL, 0, ELEMENT(8), 1e-3, VALUE, "k whose last root is that of less than 0"},
    {CHOLESKY, REAL, 0, ELEMENT(4), -1, VALUE, "k with a diagonal below 0"},
    {CHOLESKY, REAL, 0, ELEMENT(0), 0, VALUE, "k with a 0 on the diagonal"},
    {CHOLESKY, REAL, 0, ELEMENT(6), NAN, VALUE, "k with a NaN"},
    {CHOLESKY, REAL, 0, ELEMENT(4), INFINITY, VALUE, "k with an infinite diagonal"},

    {KERNEL, NUMBER, 0, A, 0, SHAPE, "n = 0"},
    {KERNEL, NUMBER, 0, B, -1, SHAPE, "m = -1"},
    {KERNEL, NUMBER, 0, C, 0, SHAPE, "d = 0"},
    {KERNEL, GONE, 0, 1 << 0, 0, VALUE, "x NULL"},
    {KERNEL, GONE, 0, 1 << 1, 0, VALUE, "z NULL"},
    {KERNEL, GONE, 0, 1 << 3, 0, VALUE, "k NULL"},
    {KERNEL, REAL, 2, 0, 0, VALUE, "length 0"},
    {KERNEL, REAL, 2, 0, NAN, VALUE, "length NaN"},

    {FIT, NUMBER, 0, A, 0, SHAPE, "n = 0"},
    {FIT, NUMBER, 0, B, 0, SHAPE, "count = 0"},
    {FIT, NUMBER, 0, C, 0, SHAPE, "d = 0"},
    {FIT, GONE, 0, 1 << 0, 0, VALUE, "x NULL"},
    {FIT, GONE, 0, 1 << 1, 0, VALUE, "y NULL"},
    {FIT, GONE, 0, 1 << 2, 0, VALUE, "lengths NULL"},
    {FIT, GONE, 0, 1 << 4, 0, VALUE, "p NULL"},
    {FIT, GONE, 0, 1 << 5, 0, VALUE, "p->l NULL"},
    {FIT, GONE, 0, 1 << 6, 0, VALUE, "p->alpha NULL"},
    {FIT, REAL, 1, ELEMENT(3), NAN, VALUE, "a value that is NaN"},
    {FIT, REAL, 1, ELEMENT(0), -INFINITY, VALUE, "an infinite value"},
    {FIT, REAL, 2, ELEMENT(1), 0, VALUE, "a length 0, the second one"},
    {FIT, REAL, 2, ELEMENT(0), -1, VALUE, "a length below 0"},
    {FIT, REAL, 3, 0, -1e-3, VALUE, "noise below 0"},
    {FIT, REAL, 3, 0, NAN, VALUE, "noise NaN"},

    {PREDICT, NUMBER, 0, B, 0, SHAPE, "m = 0"},
    {PREDICT, GONE, 0, 1 << 0, 0, VALUE, "p->x NULL"},
    {PREDICT, GONE, 0, 1 << 1, 0, VALUE, "z NULL"},
    {PREDICT, GONE, 0, 1 << 2, 0, VALUE, "p NULL"},
    {PREDICT, GONE, 0, 1 << 3, 0, VALUE, "p->l NULL"},
    {PREDICT, GONE, 0, 1 << 4, 0, VALUE, "p->alpha NULL"},
    {PREDICT, GONE, 0, 1 << 5, 0, VALUE, "mean NULL"},
    {PREDICT, GONE, 0, 1 << 6, 0, VALUE, "deviation NULL"},

    {IMPROVEMENT, GONE, 0, 1 << 1, 0, VALUE, "improvement NULL"},
    {IMPROVEMENT, REAL, 0, ELEMENT(0), NAN, VALUE, "mean NaN"},
    {IMPROVEMENT, REAL, 0, ELEMENT(1), -1, VALUE, "deviation below 0"},
    {IMPROVEMENT, REAL, 0, ELEMENT(1), INFINITY, VALUE, "deviation infinite"},
    {IMPROVEMENT, REAL, 0, ELEMENT(2), INFINITY, VALUE, "best infinite"},

    {COST, GONE, 0, 1 << 0, 0, VALUE, "metrics NULL"},
    {COST, GONE, 0, 1 << 1, 0, VALUE, "base NULL"},
    {COST, GONE, 0, 1 << 2, 0, VALUE, "profile NULL"},
    {COST, GONE, 0, 1 << 3, 0, VALUE, "cost NULL"},
    {COST, GONE, 0, 1 << 4, 0, VALUE, "excess NULL"},
    {COST, REAL, 0, OF_METRICS(p50), 0, VALUE, "p50 0"},
    {COST, REAL, 0, OF_METRICS(p50), INFINITY, VALUE, "p50 infinite"},
    {COST, REAL, 0, OF_METRICS(quality), NAN, VALUE, "quality NaN"},
    {COST, SIZE, 0, OF_METRICS(peak_bytes), 0, VALUE, "peak_bytes 0"},
    {COST, SIZE, 1, OF_METRICS(model_bytes), 0, VALUE, "the base's model_bytes 0"},
    {COST, REAL, 1, OF_METRICS(p50), NAN, VALUE, "the base's p50 NaN"},
    {COST, REAL, 2, OF_PROFILE(latency), 0.35, VALUE, "weights whose sum is 1.1"},
    {COST, REAL, 2, OF_PROFILE(bytes), NAN, VALUE, "a weight that is NaN"},
    {COST, REAL, 2, OF_PROFILE(most_memory), NAN, VALUE, "most_memory NaN"},
    {COST, REAL, 2, OF_PROFILE(worst_quality), NAN, VALUE, "worst_quality NaN"},
};

// The step-th row of this case's call; NULL behind the last.
static const door *door_of(const grade_run *run)
{
    for (int i = 0, step = 0; i < COUNT(doors); i++)
        if (doors[i].call == run->row->argument && step++ == run->step) return &doors[i];
    return NULL;
}

bool oly_fill_tuner_door(grade_run *run)
{
    const door *d = door_of(run);
    if (!d) return false;
    oly_lay_tuner(run, d->call);
    char *array = (char *)grade_result(run, d->array);
    if (d->what == NUMBER) run->layout.number[d->at] = (int)d->value;
    if (d->what == REAL) *(double *)(array + d->at) = d->value;
    if (d->what == SIZE) *(size_t *)(array + d->at) = (size_t)d->value;
    if (d->what == GONE) run->layout.number[NULLS] = (int)d->at;
    return true;
}

void oly_check_tuner_door(grade_run *run)
{
    const door *d = door_of(run);
    oly_require_status(run, d->want, d->text);
    for (int i = 0; i < run->layout.arrays; i++)
        if (!run->is_input[i]) oly_require_untouched(run, i, d->text);
}
