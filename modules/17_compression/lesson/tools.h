// tools.h: what several cells of the lesson need and no reader has to see: networks, pictures, drawings.
//
// What can fail says so to the reader (see worked in common/lesson/lesson.h) and gives false or NULL; the cell then
// ends. A cell is a process of its own: what it allocates ends with it.
#pragma once

#include "bench/ways.h"
#include "data/fashion.h"
#include "given/recipes.h"
#include "given/school.h"
#include "given/smaller.h"
#include "lesson/lesson.h"
#include "page/figure.h"

#define BEST_DENSE "dense|dense-across|haswell"

// --- Networks and pictures ---

// A network that ships, dense: "cnn", "cnn-90".
bool open_net(net *m, const char *name) LESSON_TOOL(open_net);

// The first `count` pictures of a part, or all if there are fewer.
bool open_pictures(fashion_set *s, data_part part, int count)
    LESSON_TOOL(open_pictures);

// Percent of s that m names rightly.
bool score(net *m, const fashion_set *s, double *right) LESSON_TOOL(score);

// The same of a trained network pruned at once, in every layer the same part or under one threshold.
bool score_pruned(const char *name, double sparsity, bool by_layer,
                  const fashion_set *s, double *right)
    LESSON_TOOL(score_pruned);

double file_bytes(const char *name) LESSON_TOOL(file_bytes);

// Multiply-adds of a picture; weights that are not zero, biases included.
long long macs_of(const net *m) LESSON_TOOL(macs_of);
size_t nonzero(const net *m) LESSON_TOOL(nonzero);

// Nats per character of a transformer that ships, on every stride-th window of the text that is kept for testing.
bool nats_of(const char *name, int stride, double *nats) LESSON_TOOL(nats_of);

// --- Numbers ---

float largest(const float *w, size_t count) LESSON_TOOL(largest);

// The keep-th largest magnitude, by qsort of a copy.
float sorted_threshold(float *copy, const float *w, size_t count, size_t keep)
    LESSON_TOOL(sorted_threshold);

// Round what is not zero to bytes and back, one scale for each output; the bytes that a file of it has: a byte for a number,
// two for its column, four for a row's start, a scale and a bias.
bool round_to_bytes(net *m, size_t *bytes) LESSON_TOOL(round_to_bytes);

// --- Time ---

// How many times as fast a variant is as the fastest dense one of this cell's measurements.
double best_of(const char *suite, const char *kase, const char *variant)
    LESSON_TOOL(best_of);

// The sparsity in percent from which on a variant is faster than the fastest dense one, with 64 items. 100 if it was
// measured and is not, at any of them.
double wins_from(const results *r, const char *variant)
    LESSON_TOOL(wins_from);

// The CNN's largest layer as a dense product: time as it is against time with that many percent of zeros in it. The second
// is measured anew at each call, with other zeros.
double dense_with_zeros(int percent) LESSON_TOOL(dense_with_zeros);

// An MLP whose layers lose that many percent at once, as a CSR file that was read back: dense file / that file. NaN if what
// came back is not what was written.
double written_ratio(int percent) LESSON_TOOL(written_ratio);

// A table of a network's layers: multiply-adds, and microseconds by the clock.
void show_layers(const char *name, int pictures) LESSON_TOOL(show_layers);

// --- Training ---

// A recipe cut short: all weights go at once, then `steps` steps; percent of the test pictures.
bool train_for(const comp_recipe *r, int steps, double *right)
    LESSON_TOOL(train_for);

// What a teacher is worth to `seeds` students, trained twice for `epochs`: given/school.h.
bool teach(int seeds, int epochs, comp_gain *gain) LESSON_TOOL(teach);

// The recorded curve of a recipe, as text.
void show_curve(const char *recipe) LESSON_TOOL(show_curve);

// --- Sensitivity ---

enum { SCAN_MOST = 8 };
typedef struct {
    net net;
    fashion_set pictures; // validation
    const float *w[SCAN_MOST];
    size_t counts[SCAN_MOST];
    const char *names[SCAN_MOST];
    int layers;
    float *work,
        *kept; // room for the largest layer's mask, and for its weights
} scanned;

bool scan_layers(scanned *s, const char *name, int pictures)
    LESSON_TOOL(scan_layers);
prune_evaluate scan_evaluate; // of: a scanned

// --- Drawings ---

// Add the weights' histogram to a drawing, with the stretch below a tenth of the largest.
void add_histogram(figure *f, const char *name, const float *w, size_t count)
    LESSON_TOOL(add_histogram);

// Two masks of one layer (in, out), a corner of each.
void draw_masks(const char *title, const float *mask, const float *blocks,
                int in, int out) LESSON_TOOL(draw_masks);

// Which filters of the first layer stay, and the channels of both networks.
void draw_filters(const net *before, const net *after)
    LESSON_TOOL(draw_filters);
