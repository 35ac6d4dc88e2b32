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

typedef struct {
    const char *name;
    net_kind kind;                  // of the layers before the last
    const char *layer;              // what its weights are called, with a number behind
    int widths[MODELS_MOST_WIDTHS]; // of those layers, as the course has them
    int count;
} model_row;

// The first convolution has few input channels; the widths leave it less than a tenth of the work.
static const model_row models[] = {{"mlp", NET_LINEAR, "linear", {512, 256}, 2},
                                   {"cnn", NET_CONV, "conv", {16, 64, 64}, 3}};

static const model_row *find_model(const char *name)
{
    for (int i = 0; name && i < COUNT(models); i++)
        if (strcmp(models[i].name, name) == 0) return &models[i];
    return NULL;
}

// Each layer and its relu, pools between convolutions, and one linear layer at the end.
tt_status net_create_model(net *m, const char *model, int h, int w, int c, const int *widths, int count,
                           int classes, uint64_t seed)
{
    const model_row *row = find_model(model);
    net_row rows[3 * MODELS_MOST_WIDTHS + 1];
    int n = 0;
    if (!m || !row || !widths || count < 1 || count > MODELS_MOST_WIDTHS) return TT_BAD_VALUE;
    for (int i = 0; i < count; i++) {
        if (i > 0 && row->kind == NET_CONV) rows[n++] = pool;
        rows[n++] = row->kind == NET_CONV ? conv3x3(widths[i]) : linear(widths[i]);
        rows[n++] = relu;
    }
    rows[n++] = linear(classes);
    return net_create(m, h, w, c, rows, n, seed);
}

tt_status mlp_create(net *m, int h, int w, int c, int classes, uint64_t seed)
{
    return net_create_model(m, "mlp", h, w, c, models[0].widths, models[0].count, classes, seed);
}

tt_status cnn_create(net *m, int h, int w, int c, int classes, uint64_t seed)
{
    return net_create_model(m, "cnn", h, w, c, models[1].widths, models[1].count, classes, seed);
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

// A layer's weights in a file: inputs and outputs are the last two sizes. 0 if they are not `in` inputs, else outputs.
static int outputs_of(const safetensors *file, const char *layer, int number, net_kind kind, long long in)
{
    char name[32];
    snprintf(name, sizeof name, "%s%d.weight", layer, number);
    const safetensors_tensor *t = safetensors_find(file, name);
    const int dims = kind == NET_CONV ? 4 : 2;
    if (!t || t->dims != dims || t->shape[dims - 2] != in) return 0;
    if (kind == NET_CONV && (t->shape[0] != 3 || t->shape[1] != 3)) return 0;
    return t->shape[dims - 1] >= 1 && t->shape[dims - 1] <= 1 << 15 ? (int)t->shape[dims - 1] : 0;
}

// Create a model for pictures of the sizes in the metadata, as wide as the file's arrays say, but only if these fit
// each other, so that a wrong number cannot make it allocate more memory than the file is long.
static tt_status create_for(net *m, const model_row *row, const safetensors *file, const char *path)
{
    const char *input = safetensors_meta(file, "input");
    int h, w, c, widths[MODELS_MOST_WIDTHS + 1], count = 0, classes = 0, out;
    if (!input || sscanf(input, "%5d %5d %5d", &h, &w, &c) != 3 || h < 1 || w < 1 || c < 1)
        return tt_fail(TT_BAD_FILE, "%.240s: no sizes of a picture in its metadata; train it again", path);
    const bool convolves = row->kind == NET_CONV;
    long long in = convolves ? c : (long long)h * w * c;
    const int most = MODELS_MOST_WIDTHS + !convolves; // an mlp's last layer is one of these
    for (; count < most && (out = outputs_of(file, row->layer, count, row->kind, in)); count++)
        in = widths[count] = out;
    if (convolves && count > 0) { // each pool between them halves both sides
        in *= (long long)(h >> (count - 1)) * (w >> (count - 1));
        classes = outputs_of(file, "linear", count, NET_LINEAR, in);
    } else if (!convolves && count > 1) {
        classes = widths[--count];
    }
    if (classes == 0)
        return tt_fail(
            TT_BAD_FILE,
            "%.240s: its layers do not fit pictures of %d x %d x %d, or each other; train it again", path, h,
            w, c);
    tt_status status = net_create_model(m, row->name, h, w, c, widths, count, classes, 0);
    return status == TT_BAD_SHAPE
               ? tt_fail(TT_BAD_FILE, "%.240s: no model has its sizes; train it again", path)
               : status;
}

tt_status net_load(net *m, const char *model, const char *path)
{
    const model_row *row = find_model(model);
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
