// tools.h: what several cells of the lesson need and no reader has to see: pictures, errors, drawings.
//
// What can fail says so to the reader (see worked in common/lesson/lesson.h) and gives false or NULL; the cell then
// ends. A cell is a process of its own: what it allocates ends with it.
#pragma once

#include "given/study.h"
#include "lesson/lesson.h"

// --- Networks and pictures ---

// The float network of that name: "mlp" or "cnn".
bool load_net(net *m, const char *model) LESSON_TOOL(load_net);

// A study (given/study.h) of the first `count` pictures of a part: PART_TRAIN, PART_VALIDATION or PART_TEST.
bool open_study(study *s, const char *model, data_part part, int count)
    LESSON_TOOL(open_study);

// Percent of s's images that s->net, whatever its weights are now, names rightly, and as it did when s was
// opened; from `layer` on, x (images, in) being what comes to that layer (NULL: the images themselves, to
// layer 0).
bool score_floats_from(const study *s, int layer, const float *x,
                       double *right, double *same)
    LESSON_TOOL(score_floats_from);

bool score_floats(const study *s, double *right, double *same)
    LESSON_TOOL(score_floats);

// The same for a quantized model of it.
bool score_bytes(const study *s, qmodel *q, double *right, double *same)
    LESSON_TOOL(score_bytes);

// The path of a new empty file, to be removed by the cell; NULL if there can be none.
const char *temporary_file(void) LESSON_TOOL(temporary_file);

// What layer `layer` of the float network gives for s's images; *count floats. 4 of the CNN: the second relu.
float *layer_output(study *s, int layer, size_t *count)
    LESSON_TOOL(layer_output);

// --- Exercises ---

// worked(), with the name of the student's file: written("1. quant_scale", status).
bool written(const char *exercise, tt_status status) LESSON_TOOL(written);

// Gives l room for what it stores and makes it: w (k, out), bias (out), a scale per channel.
bool make_layer(quant_layer *l, const float *w, const float *bias)
    LESSON_TOOL(make_layer);

// Like quant_study_quantize; names the first exercise that it needs and that is not written yet.
bool quantized(qmodel *q, const study *s, int images, calibrate_method method,
               double keep, int top, bool per_channel) LESSON_TOOL(quantized);

// --- Training ---

// Train s->net for `steps` batches of training images with weights rounded to `bits` (PER_CHANNEL) in every
// forward pass; it ends with the rounded ones. Shows its progress.
bool train_rounded(study *s, int bits, int steps) LESSON_TOOL(train_rounded);

// --- Errors ---

// 10 log10(sum of x^2 / sum of (x - back)^2): signal to quantization noise, in dB.
double sqnr(const float *x, const float *back, size_t count)
    LESSON_TOOL(sqnr);

float *plain_copy(const float *x, size_t count) LESSON_TOOL(plain_copy);

// A copy in rising order.
float *sorted_copy(const float *x, size_t count) LESSON_TOOL(sorted_copy);

// w (k, n), n being its last dimension, to bytes and back in place, by the student's functions.
bool through_bytes(float *w, int k, int n, bool per_channel)
    LESSON_TOOL(through_bytes);

float largest(const float *w, size_t count, size_t stride)
    LESSON_TOOL(largest);

// The largest |w| of the column where that is largest, over that of the column where it is smallest.
double spread(const float *w, int k, int n) LESSON_TOOL(spread);

typedef enum { PER_TENSOR, PER_CHANNEL, PER_GROUP, SCALES } scales_per;

// The weights of all layers rounded to `bits` bits, in place: one scale for a layer, a column, 32 numbers
// down a column. Given, and in floats: for looking at errors.
void round_weights(net *m, int bits, scales_per per)
    LESSON_TOOL(round_weights);

// A line: the number, its byte, what that stands for, the error.
void print_back(float x, int q, float back) LESSON_TOOL(print_back);

// --- Rulers: the numbers that a format of few bits has ---

typedef enum { INT4, INT8, E2M1, E4M3, RULERS } ruler_kind;
enum { RULER_MOST = 128 };

extern const char *const ruler_names[RULERS] LESSON_TOOL(ruler_names);

// Its values from 0 up, as they are before any scale; returns how many.
int ruler_values(float values[RULER_MOST], ruler_kind kind)
    LESSON_TOOL(ruler_values);

// sqnr of w put on a ruler, with a scale for every `run` numbers that lays the largest of them on its end.
double sqnr_on_ruler(const float *w, size_t count, ruler_kind kind, int run)
    LESSON_TOOL(sqnr_on_ruler);

// --- Drawings ---

// A line of `length` #, for a bar.
const char *bar(double length) LESSON_TOOL(bar);

// A drawing of 25 bins of x from low to high, logarithmic, in which from .. to is marked as `what`.
void show_histogram(const char *title, const float *x, size_t count,
                    float low, float high, float from, float to,
                    const char *what) LESSON_TOOL(show_histogram);

// --- Bits ---

// The bits of a float as a whole number.
unsigned float_bits(float x) LESSON_TOOL(float_bits);

// x[0] w[0] + x[1] w[1] as vpmaddubsw gives it: by the instruction where this build has it, else by the rule
// in its description. two_products_by says which.
extern const char *const two_products_by LESSON_TOOL(two_products_by);
int two_products(const int x[2], const int w[2]) LESSON_TOOL(two_products);
