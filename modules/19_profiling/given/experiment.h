// experiment.h: a 2^k experiment on the transformer of this course, by what common has: the products by BLAS or by the
// textbook's loops, the layers between them vectorised or one number at a time.
#pragma once

#include "profiling.h"

enum { PROFILING_PRODUCTS, PROFILING_LAYERS, PROFILING_FACTORS }; // bits of a place in the experiment

extern const char *const profiling_factor_names[PROFILING_FACTORS];

// Seconds of a forward pass over `tokens` tokens of a transformer with random weights, in every combination, which take
// turns: rounds times 2^k, forth and back. TT_NO_MEMORY, or the status of the model. -> seconds (rounds, 2^k)
tt_status profiling_experiment(double *seconds, int rounds, int tokens);
