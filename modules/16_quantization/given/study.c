// study.c: accuracy, agreement and noise on real pictures.
#include "study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ops/backend.h"
#include "core/tensor.h"

static tt_status fill(study *s, data_part part, int most)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.safetensors", TT_WEIGHTS, s->model);
    tt_status status = net_load(&s->net, s->model, path);
    if (status == TT_OK) status = fashion_load(&s->train, PART_TRAIN);
    if (status == TT_OK) status = fashion_load(&s->pictures, part);
    if (status != TT_OK) return status;
    if (s->pictures.count > most) s->pictures.count = most;
    s->predictions = malloc((size_t)s->pictures.count * sizeof *s->predictions);
    if (!s->predictions) return TT_NO_MEMORY;
    backend_use(&backend_blas);
    evaluation e = {0};
    const fashion_set *p = &s->pictures;
    status = evaluate_pictures(&e, s->predictions, &s->net, p->images, p->labels, p->count);
    s->accuracy = 100 * e.accuracy;
    return status;
}

tt_status quant_study_create(study *s, const char *model, data_part part, int most)
{
    study made = {0};
    snprintf(made.model, sizeof made.model, "%s", model);
    tt_status status = fill(&made, part, most);
    if (status == TT_OK) *s = made;
    else quant_study_finish(&made);
    return status;
}

void quant_study_finish(study *s)
{
    if (!s) return;
    net_finish(&s->net);
    fashion_finish(&s->train), fashion_finish(&s->pictures);
    free(s->predictions);
    *s = (study){0};
}

tt_status quant_study_quantize(const study *s, qmodel *q, int images, calibrate_method method, double keep,
                               int top, bool per_channel)
{
    qmodel_ranges ranges;
    if (images < 1 || images > s->train.count)
        return tt_fail(TT_BAD_VALUE, "there are no %d training images", images);
    backend_use(&backend_blas);
    tt_status status = qmodel_calibrate(&ranges, &s->net, s->train.images, images, method, keep, top);
    return status == TT_OK ? qmodel_create(q, s->model, &s->net, &ranges, top, per_channel) : status;
}

tt_status quant_study_score(const study *s, evaluate_model *model, void *of, double *accuracy,
                            double *agreement)
{
    evaluation e;
    int *classes = malloc((size_t)s->pictures.count * sizeof *classes), same = 0;
    if (!classes) return TT_NO_MEMORY;
    tt_status status =
        evaluate_items(&e, classes, model, of, s->net.classes, s->pictures.labels, s->pictures.count);
    for (int i = 0; i < s->pictures.count && status == TT_OK; i++) same += classes[i] == s->predictions[i];
    free(classes);
    if (status == TT_OK) *accuracy = 100 * e.accuracy, *agreement = 100.0 * same / s->pictures.count;
    return status;
}

typedef struct {
    const study *s;
    qmodel *q;
} in_bytes;

static tt_status run_bytes(void *of, float *logits, int first, int count)
{
    const in_bytes *p = of;
    return qmodel_run(p->q, logits, p->s->pictures.images + (size_t)first * FASHION_PIXELS, count);
}

tt_status quant_study_score_bytes(const study *s, qmodel *q, double *accuracy, double *agreement)
{
    return quant_study_score(s, run_bytes, &(in_bytes){s, q}, accuracy, agreement);
}

// --- Noise, layer by layer ---

// The activations of `count` pictures: in floats, in bytes from the first layer on, in bytes in one layer.
typedef struct {
    float *x, *y;              // floats: in, out
    uint8_t *in, *out, *alone; // bytes from the first layer on: in, out; alone: x as bytes
    float *back;
} walk;

static tt_status walk_create(walk *w, const study *s, int count)
{
    size_t widest = FASHION_PIXELS;
    for (int i = 0; i < s->net.count; i++)
        if (s->net.layers[i].out > widest) widest = s->net.layers[i].out;
    size_t room = widest * (size_t)count;
    *w = (walk){tensor_alloc(room), tensor_alloc(room), malloc(room),
                malloc(room),       malloc(room),       tensor_alloc(room)};
    return w->x && w->y && w->in && w->out && w->alone && w->back ? TT_OK : TT_NO_MEMORY;
}

static void walk_finish(walk *w)
{
    free(w->x), free(w->y), free(w->in), free(w->out), free(w->alone), free(w->back);
}

static double decibels(const float *right, const float *got, size_t count)
{
    double signal = 0, noise = 0;
    for (size_t i = 0; i < count; i++) {
        signal += (double)right[i] * right[i];
        noise += ((double)got[i] - right[i]) * ((double)got[i] - right[i]);
    }
    return 10 * log10(signal / noise);
}

// Measures layer l of bytes, which is the float network's layer *f with the relu after it, if there is one.
// Moves *f and both activations on.
static tt_status step(walk *w, const study *s, qmodel *q, int l, int *f, int count, double *whole,
                      double *alone)
{
    const quant_layer *layer = &q->layers[l];
    const bool last = l == q->count - 1;
    size_t in = s->net.layers[*f].in * (size_t)count, out = s->net.layers[*f].out * (size_t)count;
    tt_status status = net_layer_forward(&s->net, *f, w->y, w->x, count);
    ++*f;
    if (status == TT_OK && layer->relu) status = net_layer_forward(&s->net, (*f)++, w->y, w->y, count);
    *alone = NAN;
    if (status == TT_OK && last) {
        status = qmodel_run(q, w->back, s->pictures.images, count);
        *whole = decibels(w->y, w->back, out);
    } else if (status == TT_OK) {
        status = quant_bytes(w->alone, w->x, in, layer->in);
        if (status == TT_OK) status = qmodel_run_bytes(q, w->out, w->alone, count, l, l + 1);
        if (status == TT_OK) status = quant_bytes_back(w->back, w->out, out, layer->to);
        if (status == TT_OK) *alone = decibels(w->y, w->back, out);
        if (status == TT_OK) status = qmodel_run_bytes(q, w->out, w->in, count, l, l + 1);
        if (status == TT_OK) status = quant_bytes_back(w->back, w->out, out, layer->to);
        if (status == TT_OK) *whole = decibels(w->y, w->back, out);
    }
    float *x = w->x;
    uint8_t *bytes = w->in;
    w->x = w->y, w->y = x;
    w->in = w->out, w->out = bytes;
    return status;
}

tt_status quant_study_noise(const study *s, qmodel *q, int count, double *whole, double *alone, int *layers)
{
    walk w;
    if (count < 1 || count > s->pictures.count)
        return tt_fail(TT_BAD_VALUE, "there are no %d pictures", count);
    tt_status status = walk_create(&w, s, count);
    size_t pixels = (size_t)count * FASHION_PIXELS;
    if (status == TT_OK) models_pixels(w.x, s->pictures.images, pixels);
    for (size_t i = 0; i < pixels && status == TT_OK; i++) w.in[i] = q->input[s->pictures.images[i]];
    backend_use(&backend_blas);
    int made = 0;
    for (int l = 0, f = 0; l < q->count && status == TT_OK; l++) {
        double both[2] = {NAN, NAN};
        status = step(&w, s, q, l, &f, count, &both[0], &both[1]);
        if (q->layers[l].kind == QUANT_POOL) continue;
        whole[made] = both[0], alone[made++] = both[1];
    }
    walk_finish(&w);
    if (status == TT_OK) *layers = made;
    return status;
}

double quant_study_file_bytes(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (double)info.st_size : 0;
}
