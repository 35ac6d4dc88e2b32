// inner.h: what the files of the training loop share: where a run is, and its workers.
#pragma once

#include "train.h"

typedef struct {
    const train_job *job;
    long step; // done so far
    double seconds;
    train_figures validation, figures; // of the last evaluation: to choose by, to report
    // the workers, see workers.c
    float *shared;
    size_t slot_floats;
    parameter *own; // the table as it was before it pointed into `shared`
    int link[TRAIN_MOST_WORKERS], pid[TRAIN_MOST_WORKERS]; // [0] is this process and not used
} train_loop;

// state.c: OUT and OUT.checkpoint, written to a neighbour and renamed. Nothing if there is no OUT.
tt_status state_save(const train_loop *l);
tt_status state_load(train_loop *l); // step, seconds, weights and moments; TT_OK without a file: step 0
tt_status state_export(const train_loop *l);
void state_remove(const train_loop *l); // the checkpoint of a run that is complete

// curve.c: OUT.jsonl.
tt_status curve_open(const train_loop *l); // forget the lines behind l->step
void curve_add(const train_loop *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

// workers.c
tt_status workers_start(train_loop *l);
tt_status workers_step(train_loop *l, double *loss, double *accuracy); // the gradient of the whole batch
void workers_stop(train_loop *l); // the table is as it was before, with the weights of now
