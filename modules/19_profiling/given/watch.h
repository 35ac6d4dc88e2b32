// watch.h: the layers of one forward pass of the transformer as operations, by the observer: what each asks for and takes.
#pragma once

#include "measure/machine.h"
#include "nn/gpt.h"
#include "profiling.h"

enum { PROFILING_MOST_LAYERS = 128, PROFILING_MOST_DEPTH = 8 };

// Begins as {.level = where the weights lie}. An event's time is its own, without those of the events in it.
typedef struct {
    int level; // PROF_L1 .. PROF_DRAM
    int depth, count, passes;
    double entered[PROFILING_MOST_DEPTH], inner[PROFILING_MOST_DEPTH];
    const char *names[PROFILING_MOST_LAYERS];
    prof_operation layers[PROFILING_MOST_LAYERS]; // of one pass; seconds are the least of all passes
} profiling_watch;

// Run `passes` forward passes over `tokens` tokens, watched, behind one that is not. The status of the model.
tt_status profiling_watch_gpt(profiling_watch *w, gpt *m, const int *ids, int tokens, int passes);

// The layers of the same name as one operation each, the longest first. -> names, sums (the first *count, room for
// PROFILING_MOST_LAYERS), *count
void profiling_watch_by_name(const char **names, prof_operation *sums, int *count, const profiling_watch *w);
