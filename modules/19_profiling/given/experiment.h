// experiment.h: 2^k experiments on the transformer: by what common has, and by modules 15 to 18.
#pragma once

#include "profiling.h"

enum { PROFILING_MOST_ROUNDS = 32 };

typedef struct {
    int factors, rounds;
    char names[PROF_MOST_FACTORS][32];
    double seconds[PROFILING_MOST_ROUNDS << PROF_MOST_FACTORS]; // (rounds, 2^factors)
} profiling_experiment;

// Seconds of a forward pass over `tokens` tokens of a transformer with random weights. Factors: products by BLAS, and not by
// the textbook's loops; the layers between them vectorised, and not one number at a time. All combinations take turns,
// forth and back. rounds is at most PROFILING_MOST_ROUNDS. TT_NO_MEMORY, or the status of the model. -> *e
enum { PROFILING_PRODUCTS, PROFILING_LAYERS };
tt_status profiling_experiment_common(profiling_experiment *e, int rounds, int tokens);

// Seconds of one more token behind length - 1 others, by the modules: 15, 16 and 18, or with `zeros` 15, 17 and 18, each by
// whoever wrote it (course/seam.h). It is a program of its own, BUILD/course/experiment, that holds all modules. TT_BAD_FILE
// with a sentence if it is not there, or says that a function is nobody's. -> *e
tt_status profiling_experiment_course(profiling_experiment *e, bool zeros, int rounds, int length);
