// train.h: what the training loop asks of a model and its data, and what it remembers between two runs.
//
// Everything that a step does follows from the seed and the step's number: which pictures, which windows of
// text, how they are shifted. So a checkpoint is the weights, the optimiser's moments and one number, and a
// run that was killed and resumed ends with the same bits as one that was not.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "nn/models.h"
#include "nn/optim.h"
#include "data/text.h"

enum { TRAIN_MOST_WORKERS = 16 };

// One model's row: how it is trained unless the command line says otherwise.
typedef struct task task;
typedef struct run run;

struct task {
    const char *name; // "mlp"
    int batch;        // pictures, or sequences
    long steps;
    float rate, last_rate; // at the peak and at the end
    long warmup;
    optim_adam_options adam;   // rate is not used
    float clip;                // largest norm of the gradient
    bool flip;                 // pictures: mirror half of them
    int shift;                 // pictures: move by up to so many pixels
    long evaluate;             // steps from one evaluation to the next
    const char *unit;          // of throughput: "images", "tokens"
    tt_status (*open)(run *r); // data and model
    tt_status (*step)(run *r, double *loss,
                      double *correct);            // forward, loss, backward of a share of step r->step
    tt_status (*evaluate_part)(run *r, bool test); // sets r->figures
};

typedef struct {
    double loss;      // mean cross-entropy, nats
    double accuracy;  // 0 .. 1
    long long count;  // predictions
    const char *what; // "10,000 test images"
} figures;

struct run {
    const task *task;
    // from the command line
    const char *out, *data; // data: "fashion" or "cifar"
    uint64_t seed;
    long steps;
    int batch, workers;
    double save_every; // seconds
    bool resume, evaluate_only, curve_only;
    char command[256];
    // the model and its data; which of them depends on the task
    net net;
    gpt gpt;
    parameters *weights; // of the one that is trained
    struct {
        unsigned char *pixels, *labels; // (count, h, w, c), (count)
        int count;
    } train, test;
    int h, w, c;
    text_corpus text;
    text_split split;
    float *x, *logits, *dlogits; // of one share
    int *labels, *order;         // order (train.count) for pictures
    long order_epoch;            // that order is for, -1 for none
    // the processes that share a batch, see train_workers.c
    int worker, share; // this one's number, and its part of the batch
    float *shared;
    size_t slot_floats;
    int down[TRAIN_MOST_WORKERS], up[TRAIN_MOST_WORKERS]; // pipes, parent's ends; [0] is not used
    int pid[TRAIN_MOST_WORKERS];
    // state
    long step;      // done so far
    double seconds; // of training, over all runs
    double items;   // pictures or tokens per step
    figures figures;
    char dataset[128], input[32], vocabulary[513];
};

// train_images.c
tt_status images_open_mlp(run *r);
tt_status images_open_cnn(run *r);
tt_status images_step(run *r, double *loss, double *correct);
tt_status images_evaluate(run *r, bool test);

// train_text.c
tt_status text_open(run *r);
tt_status text_step(run *r, double *loss, double *correct);
tt_status text_evaluate(run *r, bool test);

// train_state.c: files. All are written to a neighbour and renamed, the log excepted: it only grows.
tt_status state_save(const run *r); // OUT.checkpoint
tt_status state_load(run *r);    // sets step and seconds, weights and moments; TT_OK without a file: step 0
void state_remove(const run *r); // the checkpoint of a run that is complete
tt_status state_export(const run *r);   // OUT: the weights, and what made them
tt_status state_log_open(const run *r); // OUT.jsonl: forget lines behind r->step
void state_log(const run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

// train_workers.c
tt_status workers_start(run *r); // before the first step, after open and state_load
tt_status workers_step(run *r, double *loss, double *correct); // the gradient of the whole batch
void workers_stop(run *r);                                     // before train_finish

// A random number generator for one purpose, worker and step.
typedef enum { TRAIN_ORDER = 1, TRAIN_PICTURES, TRAIN_WINDOWS } train_purpose;
tt_rng train_rng(const run *r, train_purpose purpose, int worker, long step);

// Free what open made.
void train_finish(run *r);

// Draw FILE.jsonl: as text, and as NAME-curve.svg and .png beside FILE. TT_BAD_FILE if it cannot be read or drawn.
tt_status train_draw_curve(const run *r);
