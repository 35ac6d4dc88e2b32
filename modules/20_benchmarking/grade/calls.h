// calls.h: the numbers and arrays of a job, as both sides of the grader read them.
//
// A case's argument says which function run.c or run_texts.c calls. A job's arrays are listed behind each call, outputs last.
// calls_tuner.h: part 4.
#pragma once

#include "benchmarking.h"

// Numbers of a job; the last one has a bit for each array that run passes as NULL, and for what lies in no array.
enum { A, B, C, NULLS = 7 };
enum { NO_NOW = 1 << 12, NO_RUN = 1 << 13, NO_MODEL = 1 << 14, NO_PEAK = 1 << 15, NO_ANSWERS = 1 << 16 };
enum { NO_HASH = 1 << 17, NO_EVENT = 1 << 18, NO_TEAM = 1 << 19, NO_NAME = 1 << 20, NO_BYTES = 1 << 21 };

enum {
    QUANTILE, // n; samples, quantile, double
    ACCURACY, // count, classes; logits, labels, double
    NATS,     // count, classes; logits, targets, double
    MEASURE, // fake_event, fake_call (runs + steps + 1), said (runs, batch, classes): the logits of each run, answers; logits,
             // oly_metrics, fake_log, found (runs, batch, classes): what lay where the logits of each run go
    RATIO,   // pairs; before, after, double
    INTERVAL,       // pairs; before, after, low, high
    EVENT,          // count; oly_gate, oly_metric (count), oly_score
    TOTAL,          // count; oly_score (count), oly_score
    COUNTS,         // oly_counts, oly_counts, double
    CHECK,          // flat_space, oly_config, int: the rule's number, BROKEN_NONE or BROKEN_UNSET
    LIST,           // room; flat_space, oly_config (room), int
    WRITE,          // room; flat_space, oly_config, text (room)
    READ,           // flat_space, text, oly_config, what tt_error() says
    MANIFEST_WRITE, // count, room; flat_package, contents, text (room)
    MANIFEST_CHECK, // count; flat_package, contents, text, oly_checked
    BREAK_RATIO,
    CALLS
};

// --- 1. A subject whose answers depend on which call it is, and its clock ---

typedef struct {
    int inputs, batch, warm_up, passes, train_steps, classes;
    oly_quality quality;
    int trains;                  // whether it has a function for that
    double start, reading;       // of the clock, and what each reading takes
    int model_bytes, peak_bytes; // before the first call; every call of run or train adds 1 and 16
} fake_event;

// What a call of run or a step of training does. Those of run come first; calls that are not in the plan begin again with
// the first, and steps that are not in it are all like the last row, which is one more than there are steps.
typedef struct {
    double seconds;     // by which the clock moves
    int status, silent; // silent: writes nothing
} fake_call;
static inline int fake_runs(const fake_event *e) { return e->warm_up + e->passes * (e->inputs / e->batch); }

typedef enum { FAKE_READING, FAKE_RUN, FAKE_TRAIN, FAKE_MODEL, FAKE_PEAK } fake_kind;
enum { FAKE_MOST = 1024 };
typedef struct {
    int count; // of what happened, also beyond FAKE_MOST
    struct {
        int kind, first, batch; // a fake_kind; of a run: which inputs it was asked for
        double seconds;         // of a reading
    } at[FAKE_MOST];
} fake_log;

// --- 3. A space without pointers ---

enum { SPACE_RULES = 20, SPACE_WORD = 24, SPACE_WHY = 48 };
enum { BROKEN_NONE = -1, BROKEN_UNSET = SPACE_RULES };
typedef struct {
    int fields, rules;
    char event[SPACE_WORD];
    struct {
        int choices;
        char name[SPACE_WORD], choice[OLY_CHOICES][SPACE_WORD];
    } field[OLY_FIELDS];
    struct {
        int field, other;
        unsigned choices, others;
        char why[SPACE_WHY];
    } rule[SPACE_RULES];
} flat_space;

enum { ERROR_BYTES = 512 };

// --- 5. A package without pointers, and its hash ---

enum { PACKAGE_FILES = OLY_FILES + 2, PACKAGE_NAME = 2 * OLY_NAME };
typedef struct {
    uint64_t key; // of the hash
    char event[PACKAGE_NAME], team[PACKAGE_NAME];
    struct {
        char name[PACKAGE_NAME];
        int first, count; // of contents
    } file[PACKAGE_FILES];
} flat_package;

// 64 digits that nobody knows who has not the key. Each bit of the bytes is in one digit alone, so that all of them count.
static inline void keyed_hash(char hex[OLY_HASH + 1], uint64_t key, const void *bytes, size_t count)
{
    uint64_t mixed = key ^ count;
    for (int i = 0; i < OLY_HASH; i++) {
        mixed = (mixed ^ mixed >> 32) * 0x9e3779b97f4a7c15 + (uint64_t)i;
        unsigned digit = (unsigned)(mixed >> 40);
        for (size_t c = (size_t)i; c < count; c += OLY_HASH) {
            const unsigned byte = ((const unsigned char *)bytes)[c];
            digit = 5 * digit + (byte ^ byte >> 4);
        }
        hex[i] = "0123456789abcdef"[digit & 15];
    }
    hex[OLY_HASH] = 0;
}
