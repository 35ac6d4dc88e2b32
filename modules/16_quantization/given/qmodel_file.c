// qmodel_file.c: a network of bytes on disk: the weights as bytes, and the scales that belong to them.
//
// Packed weights are unpacked for the file, so that any program can read it; loading packs them again.
#include "qmodel.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qmodel_inner.h"

enum { NAME = 40, MOST_TENSORS = 3 * QMODEL_MOST_LAYERS + 2 };

static const char kind_of_file[] = " int8"; // the metadata's model is "cnn int8"

// --- Save ---

typedef struct {
    safetensors_tensor tensors[MOST_TENSORS];
    char names[MOST_TENSORS][NAME];
    int8_t *weights[QMODEL_MOST_LAYERS];
    // Of activations: the input's, and those of each layer with weights but the last.
    float scales[QMODEL_MOST_LAYERS];
    uint8_t zero_points[QMODEL_MOST_LAYERS];
    int count, activations;
} contents;

static void put(contents *c, const char *layer, const char *what, safetensors_type type, const void *data,
                int dims, const int *shape)
{
    safetensors_tensor *t = &c->tensors[c->count];
    snprintf(c->names[c->count], NAME, "%s.%s", layer, what);
    *t = (safetensors_tensor){c->names[c->count], type, dims, {0}, data, safetensors_type_bytes(type)};
    for (int i = 0; i < dims; i++) t->shape[i] = shape[i], t->bytes *= (size_t)shape[i];
    c->count++;
}

static tt_status put_layer(contents *c, const quant_layer *l, int8_t **weights)
{
    const int k = quant_layer_k(l), conv[] = {3, 3, l->c, l->out}, linear[] = {k, l->out};
    int8_t *w = *weights = malloc((size_t)k * l->out);
    if (!w) return tt_fail(TT_NO_MEMORY, "no memory for the weights of %s", l->name);
    for (int p = 0; p < k; p++)
        for (int j = 0; j < l->out; j++) w[(size_t)p * l->out + j] = l->packed[qmodel_packed_at(l, p, j)];
    const bool is_conv = l->kind == QUANT_CONV;
    put(c, l->name, "weight", SAFETENSORS_I8, w, is_conv ? 4 : 2, is_conv ? conv : linear);
    put(c, l->name, "scale", SAFETENSORS_F32, l->scales, 1, &l->out);
    put(c, l->name, "bias", SAFETENSORS_I32, l->bias, 1, &l->out);
    c->scales[c->activations] = l->in.scale;
    c->zero_points[c->activations++] = (uint8_t)l->in.zero_point;
    return TT_OK;
}

static tt_status write_file(const qmodel *q, contents *c, const char *path)
{
    char model[24], input[40], top[8], layers[QMODEL_MOST_LAYERS * 16] = "";
    snprintf(model, sizeof model, "%s%s", q->model, kind_of_file);
    snprintf(input, sizeof input, "%d %d %d", q->h, q->w, q->c);
    snprintf(top, sizeof top, "%d", q->top);
    for (int i = 0; i < q->count; i++) {
        size_t used = strlen(layers);
        snprintf(layers + used, sizeof layers - used, "%s%s%s", i > 0 ? " " : "",
                 qmodel_kinds[q->layers[i].kind], q->layers[i].relu ? " relu" : "");
    }
    put(c, "activations", "scale", SAFETENSORS_F32, c->scales, 1, &c->activations);
    put(c, "activations", "zero_point", SAFETENSORS_U8, c->zero_points, 1, &c->activations);
    const safetensors_pair pairs[] = {{"model", model}, {"input", input}, {"top", top}, {"layers", layers}};
    return safetensors_write(path, c->tensors, c->count, pairs, 4);
}

tt_status qmodel_save(const qmodel *q, const char *path)
{
    if (!q || !path || q->count < 1) return TT_BAD_VALUE;
    contents *c = calloc(1, sizeof *c);
    tt_status status = c ? TT_OK : TT_NO_MEMORY;
    for (int i = 0; i < q->count && status == TT_OK; i++)
        if (q->layers[i].kind != QUANT_POOL) status = put_layer(c, &q->layers[i], &c->weights[i]);
    if (status == TT_OK) status = write_file(q, c, path);
    for (int i = 0; c && i < QMODEL_MOST_LAYERS; i++) free(c->weights[i]);
    free(c);
    return status;
}

// --- Load ---
// Nothing in the file is trusted: sizes come from arrays that are there, and every number is checked.

typedef struct {
    const safetensors *file;
    const char *path;
} source;

__attribute__((format(printf, 2, 3))) static tt_status refuse(const source *s, const char *format, ...)
{
    char reason[256];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return tt_fail(TT_BAD_FILE, "%.200s: %s; save it again", s->path, reason);
}

// The array layer.what of that type, with `dims` sizes of at least 1; NULL and a message if it is not there.
static const safetensors_tensor *get(const source *s, const char *layer, const char *what,
                                     safetensors_type type, int dims)
{
    char name[NAME];
    snprintf(name, sizeof name, "%s.%s", layer, what);
    const safetensors_tensor *t = safetensors_find(s->file, name);
    bool good = t && t->type == type && t->dims == dims;
    for (int i = 0; good && i < dims; i++) good = t->shape[i] >= 1 && t->shape[i] <= 1 << 24;
    if (!good) refuse(s, "%s is not there as %s with %d sizes", name, safetensors_type_name(type), dims);
    return good ? t : NULL;
}

static bool all_scales(const float *x, long long count)
{
    for (long long i = 0; i < count; i++)
        if (!(x[i] > 0 && isfinite(x[i]))) return false;
    return true;
}

static bool all_biases(const int32_t *x, long long count)
{
    for (long long i = 0; i < count; i++)
        if (x[i] < -QUANT_MOST_BIAS || x[i] > QUANT_MOST_BIAS) return false;
    return true;
}

// Append a layer with weights: its sizes, scales and bias; the weights follow when its activations are known.
static tt_status load_layer(qmodel *q, const source *s, quant_kind kind, int number)
{
    char name[NAME];
    snprintf(name, sizeof name, "%s%d", qmodel_kinds[kind], number);
    const safetensors_tensor *w = get(s, name, "weight", SAFETENSORS_I8, kind == QUANT_CONV ? 4 : 2);
    const safetensors_tensor *scale = w ? get(s, name, "scale", SAFETENSORS_F32, 1) : NULL;
    const safetensors_tensor *bias = scale ? get(s, name, "bias", SAFETENSORS_I32, 1) : NULL;
    if (!bias) return TT_BAD_FILE;
    const int out = (int)w->shape[w->dims - 1];
    if (scale->shape[0] != out || bias->shape[0] != out)
        return refuse(s, "%s has %d outputs, but %lld scales and %lld biases", name, out, scale->shape[0],
                      bias->shape[0]);
    tt_status status = qmodel_add_layer(q, kind, out);
    if (status == TT_BAD_SHAPE)
        return refuse(s, "%s does not fit what comes before it, or is too large", name);
    if (status != TT_OK) return status;
    quant_layer *l = &q->layers[q->count - 1];
    const bool fits = kind == QUANT_CONV ? w->shape[0] == 3 && w->shape[1] == 3 && w->shape[2] == l->c
                                         : w->shape[0] == quant_layer_k(l);
    if (!fits)
        return refuse(s, "the weights of %s do not fit the %d x %d x %d that come in", name, l->h, l->w,
                      l->c);
    memcpy(l->scales, scale->data, scale->bytes), memcpy(l->bias, bias->data, bias->bytes);
    if (!all_scales(l->scales, out)) return refuse(s, "%s has a scale that is not positive", name);
    if (!all_biases(l->bias, out)) return refuse(s, "%s has a bias beyond 2^30", name);
    return TT_OK;
}

// Appends the layers that the words of "layers" name, in order.
static tt_status load_layers(qmodel *q, const source *s, const char *words, int *weighted)
{
    char word[16];
    int used;
    tt_status status = TT_OK;
    for (; status == TT_OK && sscanf(words, "%15s%n", word, &used) == 1; words += used) {
        int kind = 0;
        while (kind < 3 && strcmp(word, qmodel_kinds[kind])) kind++;
        quant_layer *before = q->count > 0 ? &q->layers[q->count - 1] : NULL;
        if (!strcmp(word, "relu") && before && before->kind != QUANT_POOL) before->relu = true;
        else if (kind == 3) status = refuse(s, "\"%s\" is no layer, or not here", word);
        else if (kind != QUANT_POOL) status = load_layer(q, s, (quant_kind)kind, (*weighted)++);
        else if (qmodel_add_layer(q, QUANT_POOL, 0) != TT_OK)
            status = refuse(s, "a pool has no room where it stands");
    }
    return status;
}

// Sets what bytes go in and come out of each layer; then its weights can be prepared.
static tt_status load_activations(qmodel *q, const source *s, int weighted)
{
    const safetensors_tensor *scale = get(s, "activations", "scale", SAFETENSORS_F32, 1);
    const safetensors_tensor *zero = scale ? get(s, "activations", "zero_point", SAFETENSORS_U8, 1) : NULL;
    if (!zero) return TT_BAD_FILE;
    float scales[QMODEL_MOST_LAYERS];
    const uint8_t *zeros = zero->data;
    if (scale->shape[0] != weighted || zero->shape[0] != weighted)
        return refuse(s, "%d layers with weights need as many scales and zero points of activations",
                      weighted);
    memcpy(scales, scale->data, scale->bytes);
    for (int i = 0; i < weighted; i++)
        if (zeros[i] > q->top) return refuse(s, "a zero point of activations is past %d", q->top);
    if (!all_scales(scales, weighted)) return refuse(s, "a scale of activations is not positive");
    for (int l = 0, at = 0; l < q->count; l++) {
        quant_layer *to = &q->layers[l];
        to->in = (quant_affine){scales[at], zeros[at], q->top};
        if (to->kind != QUANT_POOL) at++;
        if (l < q->count - 1) to->to = (quant_affine){scales[at], zeros[at], q->top};
    }
    return TT_OK;
}

static tt_status load_weights(const qmodel *q, const source *s)
{
    tt_status status = TT_OK;
    for (int i = 0; i < q->count && status == TT_OK; i++) {
        const quant_layer *l = &q->layers[i];
        if (l->kind == QUANT_POOL) continue;
        const safetensors_tensor *w =
            get(s, l->name, "weight", SAFETENSORS_I8, l->kind == QUANT_CONV ? 4 : 2);
        status = quant_layer_prepare(l, w->data);
        if (status == TT_BAD_VALUE) status = refuse(s, "the scales of %s are too far apart", l->name);
    }
    return status;
}

static tt_status load_from(qmodel *q, const source *s)
{
    const char *model = safetensors_meta(s->file, "model"), *input = safetensors_meta(s->file, "input");
    const char *top = safetensors_meta(s->file, "top"), *layers = safetensors_meta(s->file, "layers");
    const size_t length = model ? strlen(model) : 0, end = strlen(kind_of_file);
    int weighted = 0;
    if (length <= end || length - end >= sizeof q->model || strcmp(model + length - end, kind_of_file))
        return tt_fail(TT_BAD_FILE, "%.200s: its model is %.20s, not one of bytes; take another file",
                       s->path, model ? model : "not named");
    memcpy(q->model, model, length - end);
    if (!input || sscanf(input, "%5d %5d %5d", &q->h, &q->w, &q->c) != 3)
        return refuse(s, "no sizes of a picture in its metadata");
    if (!top || (strcmp(top, "255") && strcmp(top, "127")))
        return refuse(s, "its top is neither 255 nor 127");
    if (!layers) return refuse(s, "no layers in its metadata");
    q->top = atoi(top);
    tt_status status = load_layers(q, s, layers, &weighted);
    if (status == TT_OK && weighted == 0) return refuse(s, "it has no layer with weights");
    if (status == TT_OK && s->file->count != 3 * weighted + 2)
        return refuse(s, "%d arrays, expected %d", s->file->count, 3 * weighted + 2);
    // Behind the last layer with weights there are no activations: qmodel_complete would say it too late.
    if (status == TT_OK && q->layers[q->count - 1].kind != QUANT_LINEAR) status = TT_BAD_SHAPE;
    if (status == TT_OK) status = load_activations(q, s, weighted);
    if (status == TT_OK) status = qmodel_complete(q);
    if (status == TT_BAD_SHAPE) return refuse(s, "its last layer is not linear, or has a relu");
    return status == TT_OK ? load_weights(q, s) : status;
}

tt_status qmodel_load(qmodel *q, const char *path)
{
    if (!q || !path) return TT_BAD_VALUE;
    safetensors file = {0};
    qmodel made = {0};
    tt_status status = safetensors_read(&file, path);
    if (status == TT_OK) status = load_from(&made, &(source){&file, path});
    safetensors_finish(&file);
    if (status == TT_OK) *q = made;
    else qmodel_finish(&made);
    return status;
}
