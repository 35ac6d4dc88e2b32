// lesson_tools.h: what several cells of the lesson need and no reader has to see: pictures, errors, drawings.
// A part of lesson.c.
//
// What can fail says so to the reader (see worked in common/lesson/lesson.h) and gives false or NULL; the cell then
// ends. A cell is a process of its own: what it allocates ends with it.
#pragma once

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/backend.h"
#include "lesson/lesson.h"
#include "nn/layers.h"
#include "nn/optim.h"
#include "core/rng.h"
#include "given/study.h"
#include "core/tensor.h"

enum { BATCH = 100 };

// --- Networks and pictures ---

// A complaint that says more than a status.
static bool fine(const char *what, tt_status status)
{
    if (status != TT_OK && status != TT_TODO && *tt_error()) printf("%s\n", tt_error());
    return worked(what, status);
}

static float *floats(size_t count)
{
    float *x = tensor_alloc(count);
    if (!x) printf("No memory for %zu floats\n", count);
    return x;
}

// The float network of that name: "mlp" or "cnn".
static bool load_net(net *m, const char *model)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.safetensors", TT_WEIGHTS, model);
    return fine("net_load", net_load(m, model, path));
}

static size_t widest_layer(const net *m)
{
    size_t widest = FASHION_PIXELS;
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].out > widest) widest = m->layers[i].out;
    return widest;
}

// Layers first .. last of the float network. *x (n, what comes in) becomes what goes out, *y is room for it.
static bool run_layers(const net *m, float **x, float **y, int n, int first, int last)
{
    backend_use(&backend_blas);
    for (int i = first; i <= last; i++) {
        if (!fine("net_layer_forward", net_layer_forward(m, i, *y, *x, n))) return false;
        float *out = *y;
        *y = *x, *x = out;
    }
    return true;
}

// The classes that the float network names for what comes to `layer`: x, or the test images where that is
// NULL.
static bool predict_from(study *s, int layer, const float *x, int *predictions)
{
    const net *m = &s->net;
    float *in = floats(widest_layer(m) * BATCH), *out = floats(widest_layer(m) * BATCH);
    bool ok = in && out;
    for (int first = 0, n; first < s->test.count && ok; first += n) {
        n = s->test.count - first < BATCH ? s->test.count - first : BATCH;
        size_t width = m->layers[layer].in, count = width * (size_t)n;
        if (x) memcpy(in, x + width * (size_t)first, count * sizeof *x);
        else models_pixels(in, s->test.images + width * (size_t)first, count);
        ok = run_layers(m, &in, &out, n, layer, m->count - 1);
        if (ok) models_predict(predictions + first, in, n, m->classes);
    }
    free(in), free(out);
    return ok;
}

static double percent_right(const study *s, const int *predictions)
{
    int right = 0;
    for (int i = 0; i < s->test.count; i++) right += predictions[i] == s->test.labels[i];
    return 100.0 * right / s->test.count;
}

// A study (study.h) of the first `count` test images only.
static bool open_study(study *s, const char *model, int count)
{
    *s = (study){0};
    snprintf(s->model, sizeof s->model, "%s", model);
    if (!load_net(&s->net, model) || !fine("fashion_load", fashion_load(&s->train, true)) ||
        !fine("fashion_load", fashion_load(&s->test, false)))
        return false;
    if (count < s->test.count) s->test.count = count;
    s->predictions = malloc((size_t)s->test.count * sizeof *s->predictions);
    if (!s->predictions || !predict_from(s, 0, NULL, s->predictions)) return false;
    s->accuracy = percent_right(s, s->predictions);
    return true;
}

// Percent of s's images that s->net, whatever its weights are now, names rightly, and as it did when s was
// opened; from `layer` on, x (images, in) being what comes to that layer (NULL: the images themselves, to
// layer 0).
static bool score_floats_from(study *s, int layer, const float *x, double *right, double *same)
{
    int *now = malloc((size_t)s->test.count * sizeof *now), as_before = 0;
    if (!now || !predict_from(s, layer, x, now)) return false;
    for (int i = 0; i < s->test.count; i++) as_before += now[i] == s->predictions[i];
    *right = percent_right(s, now);
    *same = 100.0 * as_before / s->test.count;
    free(now);
    return true;
}

static bool score_floats(study *s, double *right, double *same)
{
    return score_floats_from(s, 0, NULL, right, same);
}

// The same for a quantized model of it.
static bool score_bytes(const study *s, qmodel *q, double *right, double *same)
{
    return fine("study_score", study_score(s, q, s->test.count, right, same));
}

// The path of a new empty file, to be removed by the cell; NULL if there can be none.
static const char *temporary_file(void)
{
    static char path[32];
    snprintf(path, sizeof path, "/tmp/tt_lesson_XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0) return printf("No temporary file in /tmp\n"), NULL;
    close(fd);
    return path;
}

// What layer `layer` of the float network gives for s's images; *count floats. 4 of the CNN: the second relu.
static float *layer_output(study *s, int layer, size_t *count)
{
    size_t n = (size_t)s->test.count;
    float *x = floats(widest_layer(&s->net) * n), *y = floats(widest_layer(&s->net) * n);
    if (!x || !y) return NULL;
    models_pixels(x, s->test.images, FASHION_PIXELS * n);
    if (!run_layers(&s->net, &x, &y, s->test.count, 0, layer)) return NULL;
    free(y);
    *count = s->net.layers[layer].out * n;
    return x;
}

// --- Exercises ---

// worked(), with the name of the student's file: written("1. quant_scale", status).
static bool written(const char *exercise, tt_status status)
{
    char text[80];
    snprintf(text, sizeof text, "%s in quantization.c", exercise);
    return worked(text, status);
}

// A model needs them all, and its status is only one word: ask each for next to nothing, and name the first
// that is not there.
static bool name_the_unwritten(void)
{
    float scale = 1, x = 1, y, low = 0, high = 1;
    uint8_t u = 1, v;
    int8_t w = 1, packed[68];
    int32_t sum, multiplier = 1 << 30, shift = 30, bias = 0;
    uint64_t bin = 1;
    quant_affine a = {1, 0, 255};
    const quant_histogram h = {0, 1, 1, &bin};
    const quant_output o = {&multiplier, &shift, 0, 0, 255};
    const quant_matrix m = {1, 1, packed, &bias, NULL};
    const quant_layer pool = {.kind = QUANT_POOL, .h = 1, .w = 1, .c = 1, .out = 1};
    uint8_t *const work[2] = {&u, &v};
    memset(packed, 0, sizeof packed);
    const struct {
        const char *name;
        tt_status status;
    } asked[] = {
        {"1. quant_scale", quant_scale(&scale, &x, 1)},
        {"1. quant_scale_columns", quant_scale_columns(&scale, &x, 1, 1)},
        {"1. quant_affine_range", quant_affine_range(&a, 0, 1, 255)},
        {"2. quant_weights", quant_weights(&w, &x, &scale, 1, 1)},
        {"2. quant_bytes", quant_bytes(&u, &x, 1, a)},
        {"4. quant_minmax", quant_minmax(&low, &high, &x, 1)},
        {"4. quant_count", quant_count(&(quant_histogram){0, 1, 1, &(uint64_t){0}}, &x, 1)},
        {"4. quant_percentile", quant_percentile(&low, &y, &h, 1)},
        {"5. quant_bias", quant_bias(&sum, &x, 1, &(float){1}, 1)},
        {"5. quant_fixed_point", quant_fixed_point(&sum, &(int32_t){0}, 1)},
        {"5. quant_requantize", quant_requantize(&v, &bias, 1, 1, &o)},
        {"7. quant_pack", quant_pack(packed, &sum, &w, 1, 1)},
        {"7. quant_matmul_packed", quant_matmul_packed(&sum, &u, 0, &m, 1, QUANT_PLAIN)},
        {"8. quant_conv3x3", quant_conv3x3(&v, &u, 0, &m, &o, 0, 0, 0, 0, QUANT_PLAIN)},
        {"8. quant_maxpool", quant_maxpool(&v, &u, 0, 1, 1, 0)},
        {"9. quant_layer_weights", quant_layer_weights(&w, &y, &sum, &x, &x, 1, 1, 1, true)},
        {"9. quant_layer_prepare", quant_layer_prepare(&pool, &w)},
        {"9. quant_layer_run", quant_layer_run(&v, &u, &pool, 0, QUANT_PLAIN)},
        {"9. quant_logits", quant_logits(&y, &u, &pool, 0, QUANT_PLAIN)},
        {"9. quant_network_run", quant_network_run(&y, &u, &pool, 0, work, 0, QUANT_PLAIN)},
    };
    const int count = (int)(sizeof asked / sizeof *asked);
    int missing = 0, first = count;
    for (int i = count - 1; i >= 0; i--)
        if (asked[i].status == TT_TODO) missing++, first = i;
    if (missing) written(asked[first].name, TT_TODO);
    if (missing > 1) printf("and %d more that a network of bytes needs\n", missing - 1);
    return missing > 0;
}

// Gives l room for what it stores and makes it: w (k, out), bias (out), a scale per channel.
static bool make_layer(quant_layer *l, const float *w, const float *bias)
{
    int k = quant_layer_k(l), n = l->out;
    size_t columns = (size_t)n * sizeof(int32_t);
    int8_t *q = malloc((size_t)k * n);
    l->scales = malloc(columns), l->bias = malloc(columns), l->sums = malloc(columns);
    l->multiplier = malloc(columns), l->shift = malloc(columns);
    l->packed = malloc(quant_packed_bytes(k, n));
    if (!q || !l->scales || !l->bias || !l->sums || !l->multiplier || !l->shift || !l->packed)
        return printf("No memory for a layer\n"), false;
    bool ok = written("9. quant_layer_weights",
                      quant_layer_weights(q, l->scales, l->bias, w, bias, k, n, l->in.scale, true)) &&
              written("9. quant_layer_prepare", quant_layer_prepare(l, q));
    free(q);
    return ok;
}

// Like study_quantize; names the first exercise that it needs and that is not written yet.
static bool quantized(qmodel *q, const study *s, int images, calibrate_method method, double keep, int top,
                      bool per_channel)
{
    tt_status status = study_quantize(s, q, images, method, keep, top, per_channel);
    if (status == TT_TODO && name_the_unwritten()) return false;
    return fine("A network of bytes", status);
}

// --- Errors ---

// 10 log10(sum of x^2 / sum of (x - back)^2): signal to quantization noise, in dB.
static double sqnr(const float *x, const float *back, size_t count)
{
    double signal = 0, noise = 0;
    for (size_t i = 0; i < count; i++) {
        double off = (double)x[i] - back[i];
        signal += (double)x[i] * x[i], noise += off * off;
    }
    return 10 * log10(signal / noise);
}

// NULL without memory, which it says.
static float *plain_copy(const float *x, size_t count)
{
    float *copy = floats(count);
    if (copy) memcpy(copy, x, count * sizeof *x);
    return copy;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

// A copy in rising order.
static float *sorted_copy(const float *x, size_t count)
{
    float *copy = plain_copy(x, count);
    if (copy) qsort(copy, count, sizeof *copy, compare_floats);
    return copy;
}

// w (k, n), n being its last dimension, to bytes and back in place, by the student's functions.
static bool through_bytes(float *w, int k, int n, bool per_channel)
{
    float *scales = floats((size_t)n), one = 1;
    int8_t *q = malloc((size_t)k * n);
    bool ok = scales && q;
    if (ok && per_channel) ok = written("1. quant_scale_columns", quant_scale_columns(scales, w, k, n));
    else if (ok) {
        ok = written("1. quant_scale", quant_scale(&one, w, (size_t)k * n));
        for (int j = 0; j < n; j++) scales[j] = one;
    }
    ok = ok && written("2. quant_weights", quant_weights(q, w, scales, k, n)) &&
         written("2. quant_weights_back", quant_weights_back(w, q, scales, k, n));
    free(scales), free(q);
    return ok;
}

static float largest(const float *w, size_t count, size_t stride)
{
    float most = 0;
    for (size_t i = 0; i < count; i++) most = fmaxf(most, fabsf(w[i * stride]));
    return most;
}

// The largest |w| of the column where that is largest, over that of the column where it is smallest.
static double spread(const float *w, int k, int n)
{
    float least = INFINITY, most = 0;
    for (int j = 0; j < n; j++) {
        float column = largest(w + j, (size_t)k, (size_t)n);
        least = fminf(least, column), most = fmaxf(most, column);
    }
    return most / least;
}

// One scale for all of it.
static void round_run(float *w, size_t count, size_t stride, int bits)
{
    float top = (float)((1 << (bits - 1)) - 1), scale = largest(w, count, stride) / top;
    if (!(scale > 0)) return;
    for (size_t i = 0; i < count; i++) w[i * stride] = scale * rintf(w[i * stride] / scale);
}

typedef enum { PER_TENSOR, PER_CHANNEL, PER_GROUP, SCALES } scales_per;

// The weights of all layers rounded to `bits` bits, in place: one scale for a layer, a column, 32 numbers
// down a column. Given, and in floats: for looking at errors.
static void round_weights(net *m, int bits, scales_per per)
{
    enum { GROUP = 32 };
    for (int i = 0; i < m->count; i++) {
        if (m->layers[i].weight < 0) continue;
        const parameter *p = &m->weights.list[m->layers[i].weight];
        size_t n = (size_t)p->shape[p->dims - 1], k = p->count / n, run = per == PER_GROUP ? GROUP : k;
        if (per == PER_TENSOR) round_run(p->value, p->count, 1, bits);
        for (size_t j = 0; j < n && per != PER_TENSOR; j++)
            for (size_t at = 0; at < k; at += run)
                round_run(p->value + at * n + j, k - at < run ? k - at : run, n, bits);
    }
}

// --- Training ---

// The loss sees rounded weights; the step is made on the ones behind them, as if rounding had the slope 1.
static bool one_step(study *s, float *behind, int bits, const float *x, const int *labels, float rate,
                     int step)
{
    net *m = &s->net;
    parameters *p = &m->weights;
    float logits[BATCH * FASHION_CLASSES], dlogits[BATCH * FASHION_CLASSES];
    double loss;
    int right;
    round_weights(m, bits, PER_CHANNEL);
    if (!fine("net_train_forward", net_train_forward(m, logits, x, BATCH)) ||
        !fine("nn_cross_entropy",
              nn_cross_entropy(&loss, &right, dlogits, logits, labels, BATCH, m->classes)) ||
        !fine("net_backward", net_backward(m, dlogits)))
        return false;
    memcpy(p->values, behind, p->floats * sizeof *behind);
    optim_adam_options adam = {.rate = rate, .first = 0.9f, .second = 0.999f, .eps = 1e-8f};
    if (!fine("optim_adam", optim_adam(p, adam, step + 1))) return false;
    memcpy(behind, p->values, p->floats * sizeof *behind);
    return true;
}

// Train s->net for `steps` batches of training images with weights rounded to `bits` (PER_CHANNEL) in every
// forward pass; it ends with the rounded ones. Shows its progress.
static bool train_rounded(study *s, int bits, int steps)
{
    parameters *p = &s->net.weights;
    if (!fine("parameters_train", parameters_train(p))) return false;
    float *behind = plain_copy(p->values, p->floats), *x = floats((size_t)BATCH * FASHION_PIXELS);
    if (!behind || !x) return false;
    tt_rng rng = {16};
    int labels[BATCH];
    for (int step = 0; step < steps; step++) {
        for (int i = 0; i < BATCH; i++) {
            size_t picture = rng_below(&rng, (uint64_t)s->train.count);
            models_pixels(x + (size_t)i * FASHION_PIXELS, s->train.images + picture * FASHION_PIXELS,
                          FASHION_PIXELS);
            labels[i] = s->train.labels[picture];
        }
        float rate = optim_rate(5e-4f, 1e-5f, steps / 10, steps, step);
        if (!one_step(s, behind, bits, x, labels, rate, step)) return false;
        show_progress("training", step + 1, steps);
    }
    round_weights(&s->net, bits, PER_CHANNEL);
    free(behind), free(x);
    return true;
}

// --- Drawings ---

// A line of `length` #, for a bar.
static const char *bar(double length)
{
    static const char full[] = "############################################################";
    int n = length > 0 ? (int)rint(fmin(length, sizeof full - 1)) : 0;
    return full + (sizeof full - 1 - (size_t)n);
}

// Bars for 25 bins of x, logarithmic; bins within from .. to are marked with |.
static void draw_histogram(const float *x, size_t count, float low, float high, float from, float to)
{
    enum { BINS = 25 };
    size_t bins[BINS] = {0};
    for (size_t i = 0; i < count; i++) {
        int b = (int)((x[i] - low) / (high - low) * BINS);
        bins[b < 0 ? 0 : b >= BINS ? BINS - 1 : b]++;
    }
    float width = (high - low) / BINS;
    for (int b = 0; b < BINS; b++) {
        float middle = low + width * ((float)b + 0.5f);
        printf("%8.3f %c %-45s %9zu\n", middle, middle >= from && middle <= to ? '|' : ' ',
               bar(bins[b] ? 1 + 7 * log10((double)bins[b]) : 0), bins[b]);
    }
}

// --- Bits ---

// The bits of a float as a whole number.
static unsigned float_bits(float x)
{
    unsigned bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

// x[0] w[0] + x[1] w[1] as vpmaddubsw gives it: by the instruction where this build has it, else by the rule
// in its description. two_products_by says which.
#ifdef BYTES_X86_7BIT
static const char *const two_products_by = "by the instruction itself";
#else
static const char *const two_products_by = "by its rule: this build has no such instruction";
#endif
static int two_products(const int x[2], const int w[2])
{
    const bytes_vec four_x = (bytes_vec){0} + (x[0] | x[1] << 8); // and two zeros
    const bytes_vec four_w = (bytes_vec){0} + ((w[0] & 255) | (w[1] & 255) << 8);
#ifdef BYTES_X86_7BIT
    return bytes_add_7bit((bytes_vec){0}, four_x, four_w)[0];
#else
    return bytes_rule_7bit((bytes_vec){0}, four_x, four_w)[0];
#endif
}
