// train.h: the training loop: steps, the processes that share a batch, checkpoints, and the log of the curve.
//
// The loop knows a table of parameters and nothing of the model that they belong to. What differs from one
// training to the next is a callback: `step` makes the gradients (batches.h has it for pictures and for text;
// its loss is a callback again, for distillation), `after_step` sees the weights behind the optimiser,
// `evaluate` looks at data that is held out, `report` tells a person. What a parameter's mask (parameters.h)
// leaves out is 0 from before the first step on, in every worker.
//
// Bits     what `step` and `after_step` do must follow from the seed and the step's number. Then a checkpoint
//          is the weights, the optimiser's moments and one number, and a run that was killed and resumed ends
//          with the same bits as one that was not. Another number of workers adds gradients in another order:
//          other bits.
// Files    OUT the weights, there from the first evaluation on, as good as they then are; OUT.checkpoint,
//          which is removed at the end; OUT.jsonl, the curve: an object for every 20th step, for the last,
//          and for every evaluation.
// Errors   TT_BAD_VALUE, TT_BAD_FILE, TT_NO_MEMORY with a sentence, or what a callback answered. The weights
//          are then what the last step made of them.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/rng.h"
#include "nn/optim.h"

enum { TRAIN_MOST_WORKERS = 16, TRAIN_MOST_NOTES = 16 };

// A step, as one worker sees it.
typedef struct {
    uint64_t seed;
    long step, steps;  // this one, from 0, and how many there are
    int batch;         // examples of the step, of all workers together
    int worker, share; // this worker's number, from 0, and how many of the examples are its own
} train_place;

typedef struct {
    double loss;      // the mean over the predictions
    double accuracy;  // 0 .. 1
    long long count;  // predictions; 0 before the first evaluation
    const char *what; // "test images"
} train_figures;

typedef struct {
    long first, step, steps;      // where this run began, how many are done, how many there are
    double seconds;               // of training, over all runs
    double per_step;              // seconds, over this run; 0 before the first step
    double loss, accuracy;        // running means over the steps
    const train_figures *figures; // NULL but after an evaluation
} train_progress;

typedef struct {
    const char *model, *dataset; // names for the files
    const char *start;           // what the weights begin as, and what is masked; NULL: "the seed"
    parameters *weights; // those that are trained; where they begin is up to the caller, and their masks
    uint64_t seed;
    long steps;
    int batch, workers;      // a multiple of workers; 1 worker is this process alone
    float rate, last_rate;   // at the peak and at the end
    long warmup;             // steps up to the peak
    optim_adam_options adam; // its rate is not used
    float clip;              // the largest norm of the gradient

    // The gradients of a share of the batch, its mean loss and its accuracy.
    tt_status (*step)(void *data, train_place at, double *loss, double *accuracy);
    // NULL: never. On the way and once more at the end: on data that choices are made by. Behind that, with `last`:
    // on the data of which the result is reported.
    tt_status (*evaluate)(void *data, bool last, train_figures *figures);
    void *data;          // handed to both
    long evaluate_every; // steps; 0: at the end only

    // NULL: nothing. In this process, after each step of the optimiser; step counts from 1.
    tt_status (*after_step)(void *caller, parameters *weights, long step);
    // NULL: nothing. Before the first step, after each, and after each evaluation.
    void (*report)(void *caller, const train_progress *p);
    void *caller; // handed to both

    const char *out;               // NULL: no files
    const safetensors_pair *notes; // (note_count) for the metadata of OUT, beside what the loop says itself
    int note_count;                // at most TRAIN_MOST_NOTES
    double save_every;             // seconds from one checkpoint to the next
    bool resume;                   // from OUT.checkpoint, if it is there
} train_job;

// Train. figures, if not NULL, are those to be reported.
tt_status train_run(const train_job *job, train_figures *figures);

// A random number generator for one purpose, worker and step (or epoch).
typedef enum { TRAIN_ORDER = 1, TRAIN_PICTURES, TRAIN_WINDOWS } train_purpose;
tt_rng train_rng(uint64_t seed, train_purpose purpose, int worker, long step);
