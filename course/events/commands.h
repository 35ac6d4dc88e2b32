// commands.h: what the program `events` does, a file for each command.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "given/record.h"

typedef struct {
    const oly_space *space;
    int event;
    const char *config; // a file, or "kernel = packed, bits = 8"; NULL: the baseline
    const char *out, *recorded, *profile;
    long inputs, pairs, budget, samples;
    uint64_t key, seed;
    int method;
    bool json, quick;
} events_options;

// A configuration beside the baseline, both measured in turns on inputs that nobody has seen.
tt_status events_measure(const events_options *o);

// Every configuration, a line each.
tt_status events_list(const events_options *o);

// All of them, measured in turns; into a file from which it goes on if it was stopped.
tt_status events_enumerate(const events_options *o);

// The tuner, on the machine or on a record.
tt_status events_search(const events_options *o);

// --- What they share ---

// By the name of a file, or the text itself, with commas or newlines between fields; a field that is not named has its first
// choice. TT_BAD_VALUE or TT_BAD_FILE with a sentence. -> *config
tt_status events_config(oly_config *config, const oly_space *space, const char *text);

// In one line: "bits 8, batch 8", without the fields that have their first choice; "baseline" if all have.
void events_name(char name[160], const oly_space *space, const oly_config *config);

// All allowed configurations. TT_BAD_SHAPE if there are more than RECORD_CONFIGS. -> configs, *count
tt_status events_all(oly_config configs[RECORD_CONFIGS], int *count, const oly_space *space);
