// record.h: a space that was measured as a whole, every configuration several times: what a tuner can be tried on.
//
// File     JSON: "event", "cpu", "date", "command"; "call": inputs of a call; "fields": the names of the choices; "configs":
//          for each, in the space's order, "choice" (one number for each field), "quality", "model_bytes", "peak_bytes",
//          "seconds" of a call, in the order in which they were measured. All have as many.
// Errors   TT_BAD_FILE with a sentence: no such file, or not of this space as it is now. *r is then untouched.
#pragma once

#include "tuning.h"

enum { RECORD_CONFIGS = 512, RECORD_SAMPLES = 16 };

typedef struct {
    const oly_space *space;
    int configs, samples, call;
    char cpu[96], date[32], command[120];
    oly_config config[RECORD_CONFIGS];
    oly_metrics metrics[RECORD_CONFIGS]; // p50: the median of its samples; the first is the baseline's
    double seconds[RECORD_CONFIGS][RECORD_SAMPLES]; // of a call
} oly_record;

tt_status record_read(oly_record *r, const oly_space *space, const char *path);
tt_status record_write(const oly_record *r, const char *path);

// The record of the MLP Sprint that ships.
extern const char record_mlp[];

// --- A search that asks the record ---

// Samples of a configuration come in the order of the record, round and round.
typedef struct {
    const oly_record *record;
    const oly_profile *profile;
    int next[RECORD_CONFIGS];
    double x[RECORD_CONFIGS * OLY_FIELDS];
} record_replay;

// What to search: *replay is the problem's state and must stay. -> *problem, *replay
void record_problem(oly_problem *problem, record_replay *replay, const oly_record *record,
                    const oly_profile *profile);

// The cost by the median of its samples; INFINITY if it breaks a limit.
tt_status record_cost(double *cost, const oly_record *record, const oly_profile *profile, int config);
