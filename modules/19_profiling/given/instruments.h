// instruments.h: the three trained models, and all instruments at once while a forward pass of one runs.
#pragma once

#include "given/route.h"
#include "profiling.h"

// --- The models ---

typedef enum { PROFILING_MLP, PROFILING_CNN, PROFILING_GPT, PROFILING_MODELS } profiling_model;
extern const char *const profiling_model_names[PROFILING_MODELS];

// One with its trained weights and `count` inputs: pictures, or characters of one text. What they show is
// noise: no time depends on it. NULL without weights or memory; tt_error says which.
typedef struct profiling_job profiling_job;
profiling_job *profiling_job_create(profiling_model model, int count);
void profiling_job_finish(profiling_job *job); // NULL is fine

// A forward pass through `backend`. observer may be NULL.
tt_status profiling_job_run(profiling_job *job, const nn_observer *observer);

// Multiply-adds of a pass by formula: useful ones, net_macs and gpt_macs; and those that are executed, which
// for attention are whole blocks of 128 queries by all keys up to the last of them.
long long profiling_job_useful(const profiling_job *job);
long long profiling_job_executed(const profiling_job *job);

// --- The instruments ---

enum { PROFILING_NODES = 128, PROFILING_EVENTS = 1 << 14, PROFILING_COUNTS = 256, PROFILING_SLOTS = 1 << 11 };

typedef struct {
    prof_sections sections;
    prof_counters counters;
    prof_memory memory;
    const char
        *memory_names[PROF_MEMORY_SECTIONS]; // 0: outside; the last one: all for which there was no other
    nn_observer observer;                    // tells all three
    tt_status status; // the first refusal of an instrument: TT_TODO for one that is not written
    // its own
    int depth; // events that are open
    nn_observer counting;
    tt_backend counted;
    const tt_backend *before;
    prof_allocator table;
    prof_node nodes[PROFILING_NODES];
    prof_event events[PROFILING_EVENTS];
    prof_count rows[PROFILING_COUNTS];
    prof_block slots[PROFILING_SLOTS];
} profiling_instruments;

enum { PROFILING_TIME = 1, PROFILING_WORK = 2, PROFILING_BYTES = 4, PROFILING_ALL = 7 };

// Start these instruments: sections on this clock; counters, through which `backend` goes from now on; memory,
// through which the program's allocations go. Only one watch at a time. A watch that could not begin changes
// nothing. Large: make it static.
tt_status profiling_instruments_begin(profiling_instruments *w, unsigned instruments, prof_clock clock);

// Backend and allocations are again what they were. The numbers stay.
void profiling_instruments_end(profiling_instruments *w);
