// models.c: the three models' layers, and the loading of a file that must hold the expected model.
#include "models.h"

#include "core/count.h"

#include <stdio.h>
#include <string.h>

static const net_row relu = {.kind = NET_RELU}, pool = {.kind = NET_POOL, .window = 2, .stride = 2};

static net_row linear(int out) { return (net_row){.kind = NET_LINEAR, .out = out}; }

static net_row conv3x3(int channels)
{
    return (net_row){.kind = NET_CONV, .out = channels, .window = 3, .stride = 1, .pad = 1};
}

tt_status mlp_create(net *m, int h, int w, int c, int classes, uint64_t seed)
{
    const net_row rows[] = {linear(512), relu, linear(256), relu, linear(classes)};
    return net_create(m, h, w, c, rows, COUNT(rows), seed);
}

// The first convolution has few input channels; the widths leave it less than a tenth of the work.
tt_status cnn_create(net *m, int h, int w, int c, int classes, uint64_t seed)
{
    const net_row rows[] = {conv3x3(16), relu,        pool, conv3x3(64),    relu,
                            pool,        conv3x3(64), relu, linear(classes)};
    return net_create(m, h, w, c, rows, COUNT(rows), seed);
}

tt_status gpt_create_default(gpt *m, int vocab, uint64_t seed)
{
    gpt_config config = {.vocab = vocab, .context = MODELS_CONTEXT, .layers = 4, .heads = 4, .width = 192};
    return gpt_create(m, config, seed);
}

static tt_status open_model(safetensors *file, const char *model, const char *path)
{
    tt_status status = safetensors_read(file, path);
    if (status != TT_OK) return status;
    const char *what = safetensors_meta(file, "model");
    if (what && strcmp(what, model) == 0) return TT_OK;
    status = tt_fail(TT_BAD_FILE, "%.240s: its model is %.20s, not %s; take another file", path,
                     what ? what : "not named", model);
    safetensors_finish(file);
    return status;
}

typedef struct {
    const char *name;
    tt_status (*create)(net *m, int h, int w, int c, int classes, uint64_t seed);
    const char *flat, *last; // the weights of the first linear layer, and of the last
    // The input of `flat`: the picture's sides divided by shrinks; its channels, 0 for those of the picture.
    int shrinks, channels;
} model_row;

static const model_row models[] = {
    {"mlp", mlp_create, "linear0.weight", "linear2.weight", 1, 0},
    {"cnn", cnn_create, "linear3.weight", "linear3.weight", 4, 64},
};

// Create a model of the sizes in the metadata, but only if they fit the shapes of the file's arrays, so that
// a wrong number cannot make it allocate more memory than the file is long.
static tt_status create_for(net *m, const model_row *row, const safetensors *file, const char *path)
{
    const char *input = safetensors_meta(file, "input");
    const safetensors_tensor *flat = safetensors_find(file, row->flat),
                             *last = safetensors_find(file, row->last);
    int h, w, c;
    if (!input || sscanf(input, "%5d %5d %5d", &h, &w, &c) != 3 || h < 1 || w < 1 || c < 1)
        return tt_fail(TT_BAD_FILE, "%.240s: no sizes of a picture in its metadata; train it again", path);
    long long pixels = (long long)(h / row->shrinks) * (w / row->shrinks);
    if (!flat || !last || flat->dims != 2 || last->dims != 2 || last->shape[1] < 1 ||
        last->shape[1] > 1 << 15 || pixels * (row->channels ? row->channels : c) != flat->shape[0])
        return tt_fail(TT_BAD_FILE,
                       "%.240s: its linear layers do not fit pictures of %d x %d x %d; train it again", path,
                       h, w, c);
    tt_status status = row->create(m, h, w, c, (int)last->shape[1], 0);
    return status == TT_BAD_SHAPE
               ? tt_fail(TT_BAD_FILE, "%.240s: no model has its sizes; train it again", path)
               : status;
}

tt_status net_load(net *m, const char *model, const char *path)
{
    const model_row *row = NULL;
    for (int i = 0; model && i < COUNT(models); i++)
        if (strcmp(models[i].name, model) == 0) row = &models[i];
    if (!m || !row || !path) return TT_BAD_VALUE;
    safetensors file = {0};
    net made = {0};
    tt_status status = open_model(&file, model, path);
    if (status == TT_OK) status = create_for(&made, row, &file, path);
    if (status == TT_OK) status = parameters_copy(&made.weights, &file);
    safetensors_finish(&file);
    if (status == TT_OK) *m = made;
    else net_finish(&made);
    return status;
}

static tt_status read_vocabulary(unsigned char *bytes, int *count, const safetensors *file, const char *path)
{
    const char *hex = safetensors_meta(file, "vocabulary");
    size_t length = hex ? strlen(hex) : 0;
    unsigned value;
    int before = -1;
    bool good = length > 0 && length % 2 == 0 && length <= 512;
    for (size_t i = 0; good && i < length; i += 2) {
        char pair[3] = {hex[i], hex[i + 1]};
        good =
            strspn(pair, "0123456789abcdef") == 2 && sscanf(pair, "%2x", &value) == 1 && (int)value > before;
        if (good) bytes[i / 2] = (unsigned char)(before = (int)value);
    }
    if (!good) return tt_fail(TT_BAD_FILE, "%.240s: no vocabulary in its metadata; train it again", path);
    *count = (int)(length / 2);
    return TT_OK;
}

tt_status gpt_load_vocabulary(unsigned char *bytes, int *count, const char *path)
{
    if (!bytes || !count || !path) return TT_BAD_VALUE;
    safetensors file = {0};
    unsigned char found[256];
    tt_status status = open_model(&file, "gpt", path);
    if (status == TT_OK) status = read_vocabulary(found, count, &file, path);
    if (status == TT_OK) memcpy(bytes, found, (size_t)*count);
    safetensors_finish(&file);
    return status;
}

tt_status gpt_load(gpt *m, const char *path)
{
    if (!m || !path) return TT_BAD_VALUE;
    safetensors file = {0};
    gpt made = {0};
    unsigned char bytes[256];
    int vocab = 0;
    tt_status status = open_model(&file, "gpt", path);
    if (status == TT_OK) status = read_vocabulary(bytes, &vocab, &file, path);
    if (status == TT_OK) status = gpt_create_default(&made, vocab, 0);
    if (status == TT_OK) status = parameters_copy(&made.weights, &file);
    safetensors_finish(&file);
    if (status == TT_OK) *m = made;
    else gpt_finish(&made);
    return status;
}

void models_pixels(float *out, const unsigned char *pixels, size_t count)
{
    for (size_t i = 0; i < count; i++) out[i] = (float)pixels[i] / 255;
}

void models_predict(int *classes_out, const float *logits, int n, int classes)
{
    for (int i = 0; i < n; i++, logits += classes) {
        classes_out[i] = 0;
        for (int j = 1; j < classes; j++)
            if (logits[j] > logits[classes_out[i]]) classes_out[i] = j;
    }
}
