// batches.h: what the steps of training are made on: pictures for a net, windows of text for a gpt.
//
// Each is a struct for train_job.data, with its callbacks for train_job.step and .evaluate. Which examples a
// step takes, and how they are changed, follows from the seed, the step and the worker.
//
// Errors   what loading, the model or the loss answered; TT_NO_MEMORY; TT_BAD_VALUE with a sentence.
#pragma once

#include "data/text.h"
#include "nn/models.h"
#include "train.h"

// What a loss is computed from.
typedef struct {
    const float *x;      // (rows, side, side, channels) what the model was given
    const float *logits; // (rows, classes) what it answered
    const int *labels;   // (rows)
    int rows, classes;
} train_batch;

// The mean loss, how many rows are right, and the loss's derivative. dlogits (rows, classes)
typedef tt_status train_loss(void *state, double *loss, int *right, float *dlogits, const train_batch *b);

typedef struct {
    unsigned char *pixels, *labels; // (count, side, side, channels), (count)
    int count;
} train_pictures;

typedef struct {
    net *net;         // the model, the caller's
    bool flip;        // mirror half of the pictures
    int shift;        // move them by up to so many pixels
    train_loss *loss; // NULL: cross-entropy against the labels
    void *loss_state; // handed to it

    const char *set; // the set's name, "Fashion-MNIST"
    int side, channels;
    train_pictures train, validation, test;
    float *x, *logits, *dlogits; // of one batch
    int *labels, *order;         // order (train.count)
    long order_epoch;            // that order is for, -1 for none
} train_images;

enum { TRAIN_CLASSES = 10 };

// Load "fashion" or "cifar", with memory for batches of `batch`. The fields above `set` are the caller's.
tt_status train_images_open(train_images *d, const char *set, int batch);
tt_status train_images_step(void *data, train_place at, double *loss, double *accuracy);
// On all validation pictures, at the end on all test pictures.
tt_status train_images_evaluate(void *data, bool last, train_figures *figures);
void train_images_finish(train_images *d); // not the net

typedef struct {
    gpt *gpt;           // the model, the caller's
    bool whole_windows; // no short ones first: the model has learnt to attend

    text_corpus text;
    text_split split;
    float *logits, *dlogits; // of one batch
    int *ids, *next;         // (batch * MODELS_CONTEXT): characters, and those behind them
} train_text;

// Load the text and split it by the seed, with memory for batches of `batch` windows of MODELS_CONTEXT. The fields
// above `text` are the caller's.
tt_status train_text_open(train_text *d, int batch, uint64_t seed);
tt_status train_text_step(void *data, train_place at, double *loss, double *accuracy);
// On a few windows of the calibration part, which is there to choose by; at the end on every window of the test part.
tt_status train_text_evaluate(void *data, bool last, train_figures *figures);
void train_text_finish(train_text *d); // not the gpt
