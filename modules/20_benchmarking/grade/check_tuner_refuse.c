// check_tuner_refuse.c: what searches refuse before a sample, and samples that fail or say what is no number. All outputs
// must then be as they were.
#include "checks_tuner.h"

#include <math.h>
#include <stddef.h>

// What a row changes: a number of the job, an int or a double of the search, one of a table's numbers, or pointers that become NULL.
typedef enum { NUMBER, WHOLE, REAL, TABLED, GONE } changed;
enum {
    OF_ALL = 1 << ALL,
    OF_EARLY = 1 << EARLY_STOP,
    OF_RANDOM = 1 << RANDOM_ONES,
    OF_PROCESS = 1 << BY_PROCESS
};
enum { EVERY = OF_ALL | OF_EARLY | OF_RANDOM | OF_PROCESS };

typedef struct {
    int searches; // that must refuse it
    changed what;
    size_t at; // a number, an offset, or which table; GONE: the bits
    double value;
    tt_status want;
    const char *text;
} door;

#define SHAPE     TT_BAD_SHAPE
#define VALUE     TT_BAD_VALUE
#define OF(field) offsetof(oly_search, field)

static const door doors[] = {
    {EVERY, GONE, 1 << AT_SEARCH, 0, VALUE, "search NULL"},
    {EVERY, GONE, 1 << AT_COSTS, 0, VALUE, "problem NULL"},
    {EVERY, GONE, 1 << AT_FOUND, 0, VALUE, "found NULL"},
    {EVERY, GONE, NO_SAMPLE, 0, VALUE, "problem->sample NULL"},
    {OF_PROCESS, GONE, 1 << AT_X, 0, VALUE, "problem->x NULL"},
    {EVERY, NUMBER, CONFIGS, 0, SHAPE, "configs 0"},
    {EVERY, NUMBER, LIMITS, -1, SHAPE, "limits -1"},
    {EVERY, NUMBER, LIMITS, OLY_LIMITS + 1, SHAPE, "limits 4"},
    {OF_PROCESS, NUMBER, DIMENSIONS, 0, SHAPE, "d 0"},
    {EVERY, WHOLE, OF(samples), 0, SHAPE, "samples 0"},
    {EVERY, WHOLE, OF(budget), 0, SHAPE, "budget 0"},
    {OF_EARLY, WHOLE, OF(least), 1, SHAPE, "least 1"},
    {OF_EARLY, WHOLE, OF(least), 4, SHAPE, "least 4 of 3 samples"},
    {OF_EARLY, REAL, OF(slack), -0.25, VALUE, "slack below 0"},
    {OF_EARLY, REAL, OF(slack), NAN, VALUE, "slack NaN"},
    {OF_PROCESS, WHOLE, OF(first), 0, SHAPE, "first 0"},
    {OF_PROCESS, REAL, OF(noise), -0.25, VALUE, "noise below 0"},
    {OF_PROCESS, REAL, OF(noise), NAN, VALUE, "noise NaN"},
    {EVERY, NUMBER, FAILS, 0, TT_BAD_FILE, "the first sample fails"},
    {EVERY, NUMBER, FAILS, 10, TT_BAD_FILE, "sample number 11 fails"},
    {EVERY, TABLED, AT_COSTS, NAN, VALUE, "a cost is NaN"},
    {EVERY, TABLED, AT_COSTS, -INFINITY, VALUE, "a cost is -INFINITY"},
    {EVERY, TABLED, AT_EXCESS, NAN, VALUE, "an excess is NaN"},
    {EVERY, TABLED, AT_EXCESS, INFINITY, VALUE, "an excess is INFINITY"},
    {EVERY, TABLED, AT_SECONDS, -1, VALUE, "seconds below 0"},
    {EVERY, TABLED, AT_SECONDS, NAN, VALUE, "seconds are NaN"},
};

static const door *door_of(const grade_run *run)
{
    for (int i = 0, step = 0; i < COUNT(doors); i++)
        if (doors[i].searches >> run->row->argument & 1 && step++ == run->step) return &doors[i];
    return NULL;
}

// A small job that works; all its numbers of a table are changed, since which of them is asked for depends on the search.
bool oly_fill_search_door(grade_run *run)
{
    const door *d = door_of(run);
    if (!d) return false;
    enum { SMALL = 12, BOTH = 2, EACH = 3 };
    oly_lay_script(
        run, SMALL, BOTH, 2,
        (oly_search){
            .samples = EACH, .budget = 7, .least = 2, .slack = 0.125, .first = 3, .noise = 0.01, .seed = 5});
    char *search = (char *)grade_result(run, AT_SEARCH);
    if (d->what == NUMBER) run->layout.number[d->at] = (int)d->value;
    if (d->what == WHOLE) *(int *)(search + d->at) = (int)d->value;
    if (d->what == REAL) *(double *)(search + d->at) = d->value;
    if (d->what == GONE) run->layout.number[NULLS] = (int)d->at;
    for (int c = 0; c < SMALL && d->what == TABLED;
         c++) // of the second sample, so that the first one is taken
        ((double *)grade_result(run, (int)d->at))[(c * EACH + 1) * (d->at == AT_EXCESS ? BOTH : 1)] =
            d->value;
    return true;
}

// Refused before a sample, or at the very sample that fails or says it.
void oly_check_search_door(grade_run *run)
{
    const door *d = door_of(run);
    oly_require_status(run, d->want, d->text);
    oly_require_untouched(run, AT_FOUND, d->text);
    oly_require_untouched(run, AT_TRIED, d->text);
    const int got = ((const search_log *)grade_result(run, AT_LOG))->calls,
              want = d->what == TABLED                     ? 2
                     : d->at == FAILS && d->what == NUMBER ? (int)d->value + 1
                                                           : 0;
    if (got != want) grade_wrong(run, "%s: sample was called %d times, expected %d", d->text, got, want);
}
