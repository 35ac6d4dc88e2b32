// check_doors.c: what the functions of 1, 2, 3 and 5 refuse: each row changes one thing of a call that must work. All outputs
// must then be as they were.
#include "checks.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

// What a row changes: a number of the job, a double, a float, an int or a byte of an array, or pointers that become NULL.
typedef enum { NUMBER, REAL, SINGLE, WHOLE, BYTE, LETTERS, GONE } changed;

typedef struct {
    int call;
    changed what;
    int array;
    size_t at; // bytes from the array's beginning; NUMBER: which; GONE: the bits
    double value;
    tt_status want;
    const char *text; // LETTERS: up to a colon what is written there
} door;

#define SHAPE TT_BAD_SHAPE
#define VALUE TT_BAD_VALUE

#define IS_NULL(call, bits, text)                                                                            \
    {                                                                                                        \
        call, GONE, 0, bits, 0, VALUE, text " NULL"                                                          \
    }
#define SIZE(call, number, value, text)                                                                      \
    {                                                                                                        \
        call, NUMBER, 0, number, value, SHAPE, text                                                          \
    }
#define DOUBLE(call, array, place, value, text)                                                              \
    {                                                                                                        \
        call, REAL, array, 8 * (place), value, VALUE, text                                                   \
    }
#define OF_GATE(field, value, text)                                                                          \
    {                                                                                                        \
        EVENT, REAL, 0, offsetof(oly_gate, field), value, VALUE, text                                        \
    }
#define METRIC(i, field, value, text)                                                                        \
    {                                                                                                        \
        EVENT, REAL, 1, (i) * sizeof(oly_metric) + offsetof(oly_metric, field), value, VALUE, text           \
    }
#define PLAN(field, value, want, text)                                                                       \
    {                                                                                                        \
        MEASURE, WHOLE, 0, offsetof(fake_event, field), value, want, text                                    \
    }
#define A_TIME_IS_NONE(call)                                                                                 \
    DOUBLE(call, 0, 3, 0, "a time of 0 in before"), DOUBLE(call, 1, 7, -1, "a time below 0 in after"),       \
        DOUBLE(call, 1, 0, (double)NAN, "a time NaN in after"),                                              \
        DOUBLE(call, 0, 7, (double)INFINITY, "a time infinite in before")
#define A_NAME(call, field, text)                                                                            \
    {                                                                                                        \
        call, LETTERS, 0, offsetof(flat_package, field), 0, VALUE, text                                      \
    }

static const door doors[] = {
    // 1. Harness
    IS_NULL(QUANTILE, 1 << 0, "samples"),
    IS_NULL(QUANTILE, 1 << 2, "value"),
    SIZE(QUANTILE, A, 0, "no sample"),
    SIZE(QUANTILE, A, -3, "n = -3"),
    DOUBLE(QUANTILE, 1, 0, -0.01, "quantile -0.01"),
    DOUBLE(QUANTILE, 1, 0, 1.01, "quantile 1.01"),
    DOUBLE(QUANTILE, 1, 0, (double)NAN, "quantile NaN"),
    DOUBLE(QUANTILE, 0, 3, (double)NAN, "a sample is NaN"),
    DOUBLE(QUANTILE, 0, 7, (double)INFINITY, "a sample is infinite"),

    IS_NULL(ACCURACY, 1 << 0, "logits"),
    IS_NULL(ACCURACY, 1 << 1, "labels"),
    IS_NULL(ACCURACY, 1 << 2, "share"),
    SIZE(ACCURACY, A, 0, "no row"),
    SIZE(ACCURACY, B, 0, "no class"),
    {ACCURACY, WHOLE, 1, 3 * sizeof(int), 2, VALUE, "a label is 2 of 2 classes"},
    {ACCURACY, WHOLE, 1, 7 * sizeof(int), -1, VALUE, "a label is -1"},

    IS_NULL(NATS, 1 << 0, "logits"),
    IS_NULL(NATS, 1 << 1, "targets"),
    IS_NULL(NATS, 1 << 2, "nats"),
    SIZE(NATS, A, 0, "no row"),
    SIZE(NATS, B, -1, "classes = -1"),
    {NATS, WHOLE, 1, 7 * sizeof(int), 2, VALUE, "a target is 2 of 2 classes"},
    {NATS, SINGLE, 0, 5 * sizeof(float), (double)NAN, VALUE, "a logit is NaN"},
    {NATS, SINGLE, 0, 15 * sizeof(float), (double)INFINITY, VALUE, "a logit is infinite"},
    {NATS, SINGLE, 0, 4 * sizeof(float), -(double)INFINITY, VALUE, "a logit is -infinity"},

    IS_NULL(MEASURE, 1 << 1, "subject"),
    IS_NULL(MEASURE, 1 << 2, "plan"),
    IS_NULL(MEASURE, 1 << 4, "logits"),
    IS_NULL(MEASURE, 1 << 5, "metrics"),
    IS_NULL(MEASURE, NO_NOW, "clock.now"),
    IS_NULL(MEASURE, NO_RUN, "subject->run"),
    IS_NULL(MEASURE, NO_MODEL, "subject->model_bytes"),
    IS_NULL(MEASURE, NO_PEAK, "subject->peak_bytes"),
    IS_NULL(MEASURE, NO_ANSWERS, "plan->answers"),
    PLAN(inputs, 0, SHAPE, "no input"),
    PLAN(inputs, 3, SHAPE, "3 inputs in batches of 2"),
    PLAN(batch, -2, SHAPE, "batches of -2"),
    PLAN(warm_up, -1, SHAPE, "warm_up -1"),
    PLAN(passes, 0, SHAPE, "no pass"),
    PLAN(train_steps, -1, SHAPE, "train_steps -1"),
    PLAN(classes, 0, SHAPE, "no class"),
    PLAN(quality, 2, VALUE, "a quality that is none"),
    {MEASURE, WHOLE, 3, 2 * sizeof(int), 2, VALUE, "a label is 2 of 2 classes"},

    // 2. Score
    IS_NULL(RATIO, 1 << 0, "before"),
    IS_NULL(RATIO, 1 << 1, "after"),
    IS_NULL(RATIO, 1 << 2, "ratio"),
    SIZE(RATIO, A, 0, "no pair"),
    A_TIME_IS_NONE(RATIO),

    IS_NULL(INTERVAL, 1 << 0, "before"),
    IS_NULL(INTERVAL, 1 << 1, "after"),
    IS_NULL(INTERVAL, 1 << 2, "low"),
    IS_NULL(INTERVAL, 1 << 3, "high"),
    SIZE(INTERVAL, A, 5, "5 pairs"),
    SIZE(INTERVAL, A, 0, "no pair"),
    SIZE(INTERVAL, A, 1001, "1001 pairs"),
    A_TIME_IS_NONE(INTERVAL),

    IS_NULL(EVENT, 1 << 0, "gate"),
    IS_NULL(EVENT, 1 << 1, "metrics"),
    IS_NULL(EVENT, 1 << 2, "score"),
    SIZE(EVENT, A, 0, "no metric"),
    {EVENT, WHOLE, 0, offsetof(oly_gate, kind), 2, VALUE, "a kind of quality that is none"},
    OF_GATE(allowed, -0.01, "allowed is below 0"),
    OF_GATE(allowed, (double)NAN, "allowed is NaN"),
    OF_GATE(allowed, (double)INFINITY, "allowed is infinite"),
    METRIC(1, weight, 0.7, "weights sum to 0.95"),
    METRIC(0, weight, 0.2501, "weights sum to 1.0001"),
    METRIC(0, weight, 0, "weights sum to 0.75"),
    METRIC(0, weight, (double)NAN, "a weight is NaN"),
    METRIC(1, ratio, 0, "a ratio of 0"),
    METRIC(0, ratio, -2, "a ratio below 0"),
    METRIC(0, ratio, (double)NAN, "a ratio NaN"),
    METRIC(1, ratio, (double)INFINITY, "a ratio infinite"),

    IS_NULL(TOTAL, 1 << 0, "events"),
    IS_NULL(TOTAL, 1 << 1, "total"),
    SIZE(TOTAL, A, 0, "no event"),
    {TOTAL, REAL, 0, offsetof(oly_score, score), 0, VALUE, "scored, with a score of 0"},
    {TOTAL, REAL, 0, offsetof(oly_score, score), -2, VALUE, "scored, with a score below 0"},
    {TOTAL, REAL, 0, offsetof(oly_score, score), (double)NAN, VALUE, "scored, with a score NaN"},

    IS_NULL(COUNTS, 1 << 0, "baseline"),
    IS_NULL(COUNTS, 1 << 1, "entry"),
    IS_NULL(COUNTS, 1 << 2, "score"),
    {COUNTS, WHOLE, 0, offsetof(oly_counts, macs), 0, VALUE, "a baseline without multiply-adds"},
    {COUNTS, WHOLE, 1, offsetof(oly_counts, misses), 0, VALUE, "an entry without misses"},
    {COUNTS, BYTE, 1, offsetof(oly_counts, bytes) + 7, 0x80, VALUE, "bytes below 0"},

    // 3. Entry
    IS_NULL(CHECK, 1 << 0, "space"),
    IS_NULL(CHECK, 1 << 1, "config"),
    IS_NULL(CHECK, 1 << 2, "broken"),
    {CHECK, BYTE, 1, 0, 2, VALUE, "choice 2 of 2"},
    {CHECK, BYTE, 1, 1, 255, VALUE, "choice 255 of 2"},

    IS_NULL(LIST, 1 << 0, "space"),
    IS_NULL(LIST, 1 << 2, "count"),
    SIZE(LIST, A, 2, "room for 2 of 3"),
    SIZE(LIST, A, 0, "room for none of 3"),

    IS_NULL(WRITE, 1 << 0, "space"),
    IS_NULL(WRITE, 1 << 1, "config"),
    IS_NULL(WRITE, 1 << 2, "text"),
    {WRITE, BYTE, 1, 1, 2, VALUE, "choice 2 of 2"},
    SIZE(WRITE, A, 4, "room for 4 bytes"),

    IS_NULL(READ, 1 << 0, "space"),
    IS_NULL(READ, 1 << 1, "text"),
    IS_NULL(READ, 1 << 2, "config"),
    {READ, BYTE, 1, 5, '+', VALUE, "a line without ="},

    // 5. Submission
    IS_NULL(MANIFEST_WRITE, 1 << 0, "files"),
    IS_NULL(MANIFEST_WRITE, 1 << 2, "text"),
    IS_NULL(MANIFEST_WRITE, NO_EVENT, "event"),
    IS_NULL(MANIFEST_WRITE, NO_TEAM, "team"),
    IS_NULL(MANIFEST_WRITE, NO_NAME, "a file's name"),
    IS_NULL(MANIFEST_WRITE, NO_BYTES, "bytes of a file that has some"),
    IS_NULL(MANIFEST_WRITE, NO_HASH, "hash"),
    SIZE(MANIFEST_WRITE, A, 0, "no file"),
    SIZE(MANIFEST_WRITE, A, OLY_FILES + 1, "17 files"),
    SIZE(MANIFEST_WRITE, B, 9, "room for 9 bytes"),
    A_NAME(MANIFEST_WRITE, event, "../x: is no event"),
    A_NAME(MANIFEST_WRITE, event, ": is no event"),
    A_NAME(MANIFEST_WRITE, team, "-x: is no team"),
    A_NAME(MANIFEST_WRITE, team, "blue\nteam red: is no team"),
    A_NAME(MANIFEST_WRITE, file[1].name, "b: comes twice"),
    A_NAME(MANIFEST_WRITE, file[0].name, ": is no name"),
    A_NAME(MANIFEST_WRITE, file[1].name, ".a: is no name"),
    A_NAME(MANIFEST_WRITE, file[1].name, "a b: is no name"),
    A_NAME(MANIFEST_WRITE, file[0].name, "a/b: is no name"),
    A_NAME(MANIFEST_WRITE, file[0].name, "caf\xc3\xa9: is no name"),
    A_NAME(MANIFEST_WRITE, file[1].name,
           "a234567890123456789012345678901234567890123456789012345678901234: is too long"),

    IS_NULL(MANIFEST_CHECK, 1 << 0, "files"),
    IS_NULL(MANIFEST_CHECK, 1 << 2, "text"),
    IS_NULL(MANIFEST_CHECK, 1 << 3, "checked"),
    IS_NULL(MANIFEST_CHECK, NO_NAME, "a file's name"),
    IS_NULL(MANIFEST_CHECK, NO_BYTES, "bytes of a file that has some"),
    IS_NULL(MANIFEST_CHECK, NO_HASH, "hash"),
    SIZE(MANIFEST_CHECK, A, -1, "count = -1"),
    A_NAME(MANIFEST_CHECK, file[1].name, "b: comes twice"),
};

// The step-th row of this case's call; NULL behind the last.
static const door *door_of(const grade_run *run)
{
    for (int i = 0, step = 0; i < COUNT(doors); i++)
        if (doors[i].call == run->row->argument && step++ == run->step) return &doors[i];
    return NULL;
}

bool oly_fill_door(grade_run *run)
{
    const door *d = door_of(run);
    if (!d) return false;
    oly_lay_valid(run, d->call);
    char *at = (char *)grade_result(run, d->array) + (d->what == GONE || d->what == NUMBER ? 0 : d->at);
    switch (d->what) {
    case NUMBER:
        run->layout.number[d->at] = (int)d->value;
        break;
    case REAL:
        *(double *)at = d->value;
        break;
    case SINGLE:
        *(float *)at = (float)d->value;
        break;
    case WHOLE:
        *(int *)at = (int)d->value;
        break;
    case BYTE:
        *at = (char)d->value;
        break;
    case LETTERS:
        snprintf(at, PACKAGE_NAME, "%.*s", (int)strcspn(d->text, ":"), d->text);
        break;
    case GONE:
        run->layout.number[NULLS] = (int)d->at;
        break;
    }
    return true;
}

void oly_check_door(grade_run *run)
{
    const door *d = door_of(run);
    oly_require_status(run, d->want, d->text);
    // What run writes itself, and the room for logits, is as it may be.
    for (int i = 0; i < run->layout.arrays; i++) {
        const bool free_to_write =
            (d->call == MEASURE && i != 5) || (d->call == READ && i == 3) || d->call == CHECK;
        if (!run->is_input[i] && !free_to_write) oly_require_untouched(run, i, d->text);
    }
    if (d->call == CHECK && d->at != 1 << 2 && *(const int *)grade_result(run, 2) != BROKEN_UNSET)
        oly_require_untouched(run, 2, d->text);
}
