// own.c: finds the layers by names and shapes, what lies between them by what fits, and copies weights into our order.
#include "own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/safetensors.h"
#include "nn/models.h"

typedef struct {
    const safetensors_tensor *weight, *bias; // bias: NULL if there is none
    char name[PARAMETER_NAME];               // without ".weight"
    int in, out, window;                     // window: 0 of a linear layer
    bool pool;                               // behind it
} own_layer;

typedef struct {
    const char *path;
    own_layer layers[OWN_MOST];
    int count, convs, pad; // pad: whether convolutions keep the size
    int h, w, c;
} own_table;

#define REFUSE(...) tt_fail(TT_BAD_FILE, __VA_ARGS__)

// --- Names and shapes ---

static bool ends_with(const char *name, const char *end)
{
    const size_t n = strlen(name), e = strlen(end);
    return n > e && strcmp(name + n - e, end) == 0;
}

static tt_status take_weight(own_table *t, const safetensors *file, const safetensors_tensor *w)
{
    char bias[PARAMETER_NAME + 8];
    own_layer *l = &t->layers[t->count];
    if (t->count == OWN_MOST) return REFUSE("%.200s: more than %d layers", t->path, OWN_MOST);
    const int name = (int)strlen(w->name) - (int)strlen(".weight");
    const bool is_conv = w->dims == 4;
    if (name >= PARAMETER_NAME || (!is_conv && w->dims != 2) || w->type != SAFETENSORS_F32)
        return REFUSE("%.200s: %.60s is no matrix and no window of floats: only Linear and Conv2d are known",
                      t->path, w->name);
    for (int d = 0; d < w->dims; d++)
        if (w->shape[d] < 1 || w->shape[d] > 1 << 15)
            return REFUSE("%.200s: %.60s has a size of %lld", t->path, w->name, w->shape[d]);
    if (is_conv && (w->shape[2] != w->shape[3] || w->shape[2] % 2 == 0 || w->shape[2] > 15))
        return REFUSE("%.200s: %.60s has a window of %lld x %lld; it must be odd, square and at most 15",
                      t->path, w->name, w->shape[2], w->shape[3]);
    *l = (own_layer){.weight = w, .in = (int)w->shape[1], .out = (int)w->shape[0]};
    if (is_conv) l->window = (int)w->shape[2];
    snprintf(l->name, sizeof l->name, "%.*s", name, w->name);
    snprintf(bias, sizeof bias, "%s.bias", l->name);
    l->bias = safetensors_find(file, bias);
    if (l->bias && (l->bias->type != SAFETENSORS_F32 || l->bias->dims != 1 || l->bias->shape[0] != l->out))
        return REFUSE("%.200s: %.60s is not a row of %d floats", t->path, bias, l->out);
    t->count++, t->convs += is_conv;
    return TT_OK;
}

static int by_kind_and_number(const void *a, const void *b)
{
    const own_layer *x = a, *y = b;
    if ((x->window > 0) != (y->window > 0)) return x->window > 0 ? -1 : 1;
    return strverscmp(x->name, y->name);
}

static tt_status take_layers(own_table *t, const safetensors *file)
{
    int biases = 0;
    for (int i = 0; i < file->count; i++) {
        const safetensors_tensor *a = &file->tensors[i];
        tt_status status = TT_OK;
        for (const char *c = a->name; *c; c++)
            if (*c < '!' || *c > '~')
                return REFUSE("%.200s: the name of array %d has characters that are not of ASCII, or blanks",
                              t->path, i);
        if (ends_with(a->name, ".weight")) status = take_weight(t, file, a);
        else if (ends_with(a->name, ".bias")) biases++;
        else status = REFUSE("%.200s: %.60s: only layers' .weight and .bias are known", t->path, a->name);
        if (status != TT_OK) return status;
    }
    if (t->count == 0) return REFUSE("%.200s: it has no layer with weights", t->path);
    qsort(t->layers, (size_t)t->count, sizeof *t->layers, by_kind_and_number);
    for (int l = 0; l < t->count; l++) biases -= t->layers[l].bias != NULL;
    if (biases) return REFUSE("%.200s: a .bias has no .weight beside it", t->path);
    if (t->convs == t->count)
        return REFUSE("%.200s: it ends with %.40s; a linear layer must follow", t->path,
                      t->layers[t->count - 1].name);
    for (int l = 1; l < t->count; l++)
        if (l != t->convs && t->layers[l].in != t->layers[l - 1].out)
            return REFUSE("%.200s: %.40s has %d inputs, but %.40s before it %d outputs", t->path,
                          t->layers[l].name, t->layers[l].in, t->layers[l - 1].name, t->layers[l - 1].out);
    return TT_OK;
}

// --- The picture, and what lies between ---

static tt_status take_input(own_table *t, const safetensors *file, const own_hints *hints)
{
    const char *input = safetensors_meta(file, "input");
    const own_layer *first = &t->layers[0];
    t->h = hints->h, t->w = hints->w, t->c = hints->c;
    if (t->h == 0 && (!input || sscanf(input, "%5d %5d %5d", &t->h, &t->w, &t->c) != 3)) {
        const bool grey = t->convs ? first->in == 1 : first->in == 28 * 28;
        t->h = t->w = grey ? 28 : 32, t->c = grey ? 1 : 3;
    }
    if (t->h < 1 || t->w < 1 || t->c < 1 || t->h > 4096 || t->w > 4096 || t->c > 4096)
        return REFUSE("%.200s: pictures of %d x %d x %d", t->path, t->h, t->w, t->c);
    const long long in = t->convs ? t->c : (long long)t->h * t->w * t->c;
    if (first->in != in)
        return REFUSE("%.200s: %.40s has %d inputs, and pictures of %d x %d x %d give %lld; say --input",
                      t->path, first->name, first->in, t->h, t->w, t->c, in);
    return TT_OK;
}

// How far apart two layers are in an nn.Sequential; 0 if their names do not say.
static int steps_between(const own_layer *a, const own_layer *b)
{
    const char *x = strrchr(a->name, '.'), *y = strrchr(b->name, '.');
    x = x ? x + 1 : a->name, y = y ? y + 1 : b->name;
    char *x_end, *y_end;
    const long i = strtol(x, &x_end, 10), j = strtol(y, &y_end, 10);
    const bool are_numbers = x_end > x && y_end > y && !*x_end && !*y_end;
    if (!are_numbers || x - a->name != y - b->name || strncmp(a->name, b->name, (size_t)(x - a->name)) != 0)
        return 0;
    return j - i < 100 ? (int)(j - i) : 0;
}

// What the convolutions and pools leave of the picture's pixels; 0 if nothing.
static long long pixels_left(const own_table *t)
{
    int h = t->h, w = t->w;
    for (int l = 0; l < t->convs; l++) {
        const int less = t->pad ? 0 : t->layers[l].window - 1, by = t->layers[l].pool ? 2 : 1;
        h = (h - less) / by, w = (w - less) / by;
        if (h < 1 || w < 1) return 0;
    }
    return (long long)h * w;
}

static bool fits(const own_table *t)
{
    return pixels_left(t) * t->layers[t->convs - 1].out == t->layers[t->convs].in;
}

// Pools as bits, the first convolution's lowest. Which bits are known, and what they are.
static void known_pools(const own_table *t, const char *hint, unsigned *known, unsigned *pools)
{
    *known = *pools = 0;
    for (int l = 0; l < t->convs; l++) {
        const int steps = l + 1 < t->convs ? steps_between(&t->layers[l], &t->layers[l + 1]) : 0;
        if (hint || steps == 2 || steps == 3) *known |= 1u << l;
        if (hint ? hint[l] == '1' : steps == 3) *pools |= 1u << l;
    }
}

// The way of padding and of pools that fits and keeps to what is known. Without a hint and without numbers there may be
// several: then the file is refused.
static tt_status take_pools(own_table *t, const own_hints *hints)
{
    const char *hint = hints->pools;
    if (t->convs == 0) return TT_OK;
    if (hint && (strspn(hint, "01") != strlen(hint) || (int)strlen(hint) != t->convs))
        return REFUSE("--pools %.20s: it needs a 0 or a 1 for each of the %d convolutions", hint, t->convs);
    unsigned known, pools, found = 0;
    int ways = 0, pad = 0;
    known_pools(t, hint, &known, &pools);
    for (t->pad = 1; t->pad >= 0 && ways == 0; t->pad--)
        for (unsigned p = 0; p < 1u << t->convs; p++) {
            if ((p & known) != pools) continue;
            for (int l = 0; l < t->convs; l++) t->layers[l].pool = p >> l & 1;
            if (fits(t)) found = p, pad = t->pad, ways++;
        }
    t->pad = pad;
    for (int l = 0; l < t->convs; l++) t->layers[l].pool = found >> l & 1;
    if (ways == 1) return TT_OK;
    const own_layer *flat = &t->layers[t->convs];
    if (ways == 0)
        return REFUSE(
            "%.200s: %.40s has %d inputs, which no pools of 2 x 2 make of %d x %d and %d channels; say "
            "--input or --pools",
            t->path, flat->name, flat->in, t->h, t->w, t->layers[t->convs - 1].out);
    return REFUSE("%.200s: %d ways to set pools give the %d inputs of %.40s; say which: --pools, a 0 or a 1 "
                  "for each of "
                  "the %d convolutions",
                  t->path, ways, flat->in, flat->name, t->convs);
}

// --- Weights in our order ---

// (out, in, k, k) -> (k, k, in, out)
static void copy_conv(float *to, const own_layer *l)
{
    const float *from = l->weight->data;
    const int places = l->window * l->window;
    for (int o = 0; o < l->out; o++)
        for (int i = 0; i < l->in; i++)
            for (int p = 0; p < places; p++) to[((size_t)p * l->in + i) * l->out + o] = *from++;
}

// (out, in) -> (in, out). Inputs that come from a picture are channel by channel there, and pixel by pixel here.
static void copy_linear(float *to, const own_layer *l, int channels)
{
    const float *from = l->weight->data;
    const int pixels = l->in / channels;
    for (int o = 0; o < l->out; o++)
        for (int c = 0; c < channels; c++)
            for (int p = 0; p < pixels; p++) to[((size_t)p * channels + c) * l->out + o] = *from++;
}

static void copy_weights(net *m, const own_table *t)
{
    for (int l = 0; l < t->count; l++) {
        const own_layer *from = &t->layers[l];
        parameter *w = &m->weights.list[2 * l];
        const int channels = l > t->convs ? from->in : l > 0 ? t->layers[l - 1].out : t->c;
        if (from->window) copy_conv(w->value, from);
        else copy_linear(w->value, from, channels);
        if (from->bias) memcpy(w[1].value, from->bias->data, from->bias->bytes);
    }
}

// t: whose names are told; NULL: the net's own.
static void tell(char *told, const net *m, const own_table *t)
{
    const net_layer *first = &m->layers[0];
    size_t used = (size_t)snprintf(told, OWN_TOLD, "%d x %d x %d", first->h, first->w, first->c);
    for (int i = 0, l = 0; i < m->count && used < OWN_TOLD; i++) {
        const net_layer *a = &m->layers[i];
        char window[24] = "";
        if (a->row.kind == NET_CONV)
            snprintf(window, sizeof window, " %d x %d", a->row.window, a->row.window);
        if (a->row.kind == NET_RELU) continue;
        if (a->row.kind == NET_POOL) used += (size_t)snprintf(told + used, OWN_TOLD - used, ", pool");
        else
            used += (size_t)snprintf(told + used, OWN_TOLD - used, ", %.20s%s (%d)",
                                     t ? t->layers[l++].name : a->name, window, a->co);
    }
}

static tt_status build(net *m, const own_table *t)
{
    net_row rows[3 * OWN_MOST];
    int n = 0;
    for (int l = 0; l < t->count; l++) {
        const own_layer *a = &t->layers[l];
        rows[n++] =
            (net_row){a->window ? NET_CONV : NET_LINEAR, a->out, a->window, 1, t->pad ? a->window / 2 : 0};
        if (l + 1 < t->count) rows[n++] = (net_row){.kind = NET_RELU};
        if (a->pool) rows[n++] = (net_row){.kind = NET_POOL, .window = 2, .stride = 2};
    }
    tt_status status = net_create(m, t->h, t->w, t->c, rows, n, 0);
    if (status == TT_OK) copy_weights(m, t);
    return status;
}

static tt_status load_foreign(net *m, own_table *t, const safetensors *file, const own_hints *hints)
{
    tt_status status = take_layers(t, file);
    if (status == TT_OK) status = take_input(t, file, hints);
    if (status == TT_OK) status = take_pools(t, hints);
    return status == TT_OK ? build(m, t) : status;
}

tt_status own_load(net *m, char *told, const char *path, const own_hints *hints)
{
    if (!m || !told || !path || !hints) return TT_BAD_VALUE;
    *m = (net){0};
    safetensors file = {0};
    own_table t = {.path = path};
    tt_status status = safetensors_read(&file, path);
    const char *model = status == TT_OK ? safetensors_meta(&file, "model") : NULL;
    if (model) status = net_load(m, model, path); // the course's own
    else if (status == TT_OK) status = load_foreign(m, &t, &file, hints);
    if (status == TT_OK) tell(told, m, model ? NULL : &t);
    safetensors_finish(&file);
    return status;
}
