// qmodel.c: makes a layer of bytes of each row of a float network, and runs them.
#include "qmodel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qmodel_inner.h"

const char *const qmodel_kinds[] = {[QUANT_CONV] = "conv", [QUANT_LINEAR] = "linear", [QUANT_POOL] = "pool"};

// --- Layers and their memory ---

static int weighted(const qmodel *q)
{
    int count = 0;
    for (int i = 0; i < q->count; i++) count += q->layers[i].kind != QUANT_POOL;
    return count;
}

static tt_status make_room(quant_layer *l)
{
    const size_t n = (size_t)l->out;
    l->packed = malloc(quant_packed_bytes(quant_layer_k(l), l->out));
    l->scales = calloc(n, sizeof *l->scales);
    l->bias = calloc(4 * n, sizeof *l->bias);
    if (!l->packed || !l->scales || !l->bias)
        return tt_fail(TT_NO_MEMORY, "no memory for the weights of %s", l->name);
    l->sums = l->bias + n, l->multiplier = l->bias + 2 * n, l->shift = l->bias + 3 * n;
    return TT_OK;
}

tt_status qmodel_add_layer(qmodel *q, quant_kind kind, int out)
{
    enum { MOST = 1 << 24 };
    quant_layer *l = &q->layers[q->count];
    if (q->count == QMODEL_MOST_LAYERS)
        return tt_fail(TT_BAD_SHAPE, "more than %d layers", QMODEL_MOST_LAYERS);
    *l = (quant_layer){.kind = kind, .h = q->h, .w = q->w, .c = q->c, .out = out};
    if (q->count > 0) {
        const quant_layer *before = l - 1;
        const bool flat = before->kind == QUANT_LINEAR, halved = before->kind == QUANT_POOL;
        l->h = flat ? 1 : halved ? before->h / 2 : before->h;
        l->w = flat ? 1 : halved ? before->w / 2 : before->w;
        l->c = before->out;
    }
    snprintf(l->name, sizeof l->name, "%s", qmodel_kinds[kind]);
    if (kind == QUANT_POOL) l->out = l->c;
    else snprintf(l->name, sizeof l->name, "%s%d", qmodel_kinds[kind], weighted(q));
    if (l->h < 1 || l->w < 1 || l->c < 1 || l->out < 1 || (long long)l->h * l->w > MOST / l->c ||
        (long long)l->h * l->w > MOST / l->out || quant_layer_k(l) > QUANT_MOST_K)
        return tt_fail(TT_BAD_SHAPE, "%s: %d x %d x %d numbers to %d is not a layer that bytes are made of",
                       l->name, l->h, l->w, l->c, l->out);
    q->count++;
    return kind == QUANT_POOL ? TT_OK : make_room(l);
}

tt_status qmodel_complete(qmodel *q)
{
    float pixels[256];
    const quant_layer *last = &q->layers[q->count > 0 ? q->count - 1 : 0];
    if (q->count < 1 || last->kind != QUANT_LINEAR || last->relu)
        return tt_fail(TT_BAD_SHAPE, "a network of bytes ends with a linear layer, without a relu");
    for (int i = 0; i < 256; i++) models_pixels(&pixels[i], &(uint8_t){(uint8_t)i}, 1);
    q->classes = last->out;
    q->path = quant_best_path(q->top);
    return quant_bytes(q->input, pixels, 256, q->layers[0].in);
}

void qmodel_finish(qmodel *q)
{
    if (!q) return;
    for (int i = 0; i < QMODEL_MOST_LAYERS; i++) {
        quant_layer *l = &q->layers[i];
        free(l->packed), free(l->scales), free(l->bias);
    }
    free(q->work);
    *q = (qmodel){0};
}

// --- From a float network ---

// Appends the layer of bytes for a row of the float network, without its weights.
static tt_status add_row(qmodel *q, const net_layer *from)
{
    const net_row row = from->row;
    quant_layer *before = q->count > 0 ? &q->layers[q->count - 1] : NULL;
    if (row.kind == NET_LINEAR) return qmodel_add_layer(q, QUANT_LINEAR, row.out);
    if (row.kind == NET_CONV && row.window == 3 && row.stride == 1 && row.pad == 1)
        return qmodel_add_layer(q, QUANT_CONV, row.out);
    if (row.kind == NET_POOL && row.window == 2 && row.stride == 2) return qmodel_add_layer(q, QUANT_POOL, 0);
    if (row.kind == NET_RELU && before && before->kind != QUANT_POOL && !before->relu)
        return before->relu = true, TT_OK;
    return tt_fail(
        TT_BAD_SHAPE,
        "%s: bytes are made of 3 x 3 convolutions, linear layers, 2 x 2 pools, and a relu behind weights",
        from->name);
}

// For a layer of bytes: the parameter that its weights come from, and the row whose range its output has.
typedef struct {
    int weights, range;
} source;

static tt_status add_rows(qmodel *q, source *rows, const net *m, const qmodel_ranges *r)
{
    quant_affine affine;
    tt_status status = quant_affine_range(&affine, 0, 1, q->top); // pixels
    for (int i = 0; i < m->count && status == TT_OK; i++) {
        status = add_row(q, &m->layers[i]);
        if (status == TT_OK && m->layers[i].weight >= 0) rows[q->count - 1].weights = m->layers[i].weight;
        if (status == TT_OK) rows[q->count - 1].range = i;
    }
    for (int l = 0; l < q->count && status == TT_OK; l++) {
        quant_layer *to = &q->layers[l];
        to->in = affine;
        if (l == q->count - 1) break;
        if (to->kind != QUANT_POOL)
            status = quant_affine_range(&affine, r->low[rows[l].range], r->high[rows[l].range], q->top);
        to->to = affine;
    }
    return status;
}

static tt_status make_layer(const quant_layer *l, const net *m, int weights, bool per_channel)
{
    if (l->kind == QUANT_POOL) return TT_OK;
    const int k = quant_layer_k(l);
    const parameter *w = &m->weights.list[weights], *bias = w + 1;
    int8_t *bytes = malloc((size_t)k * l->out);
    if (!bytes) return tt_fail(TT_NO_MEMORY, "no memory for the weights of %s", l->name);
    tt_status status = quant_layer_weights(bytes, l->scales, l->bias, w->value, bias->value, k, l->out,
                                           l->in.scale, per_channel);
    if (status == TT_OK) status = quant_layer_prepare(l, bytes);
    free(bytes);
    return status;
}

tt_status qmodel_create(qmodel *q, const char *model, const net *m, const qmodel_ranges *r, int top,
                        bool per_channel)
{
    if (!q || !model || !m || !r || (top != 255 && top != 127)) return TT_BAD_VALUE;
    if (m->count < 1 || r->layers != m->count)
        return tt_fail(TT_BAD_SHAPE, "the ranges are of %d layers, the network has %d", r->layers, m->count);
    qmodel made = {.h = m->layers[0].h, .w = m->layers[0].w, .c = m->layers[0].c, .top = top};
    source rows[QMODEL_MOST_LAYERS] = {0};
    snprintf(made.model, sizeof made.model, "%s", model);
    tt_status status = add_rows(&made, rows, m, r);
    if (status == TT_OK) status = qmodel_complete(&made);
    for (int l = 0; l < made.count && status == TT_OK; l++)
        status = make_layer(&made.layers[l], m, rows[l].weights, per_channel);
    if (status == TT_OK) *q = made;
    else qmodel_finish(&made);
    return status;
}

// --- Running ---

// Makes the workspace large enough: the input's bytes, and two buffers for what layers pass on.
static tt_status grow(qmodel *q, int count)
{
    size_t widest = quant_layer_in(&q->layers[0]);
    for (int i = 0; i < q->count - 1; i++)
        if (quant_layer_out(&q->layers[i]) > widest) widest = quant_layer_out(&q->layers[i]);
    const size_t half = (widest * (size_t)count + 63) / 64 * 64;
    if (half <= q->half) return TT_OK;
    uint8_t *grown = aligned_alloc(64, 3 * half);
    if (!grown) return tt_fail(TT_NO_MEMORY, "no memory for %d pictures between layers", count);
    free(q->work);
    q->work = grown, q->half = half;
    return TT_OK;
}

tt_status qmodel_run(qmodel *q, float *logits, const uint8_t *pixels, int count)
{
    enum { AT_ONCE = 16 }; // pictures: their activations stay in the L2 cache
    if (!q || q->count < 1 || count < 0 || (count > 0 && (!logits || !pixels))) return TT_BAD_VALUE;
    tt_status status = grow(q, count < AT_ONCE ? count : AT_ONCE);
    if (status != TT_OK) return status;
    const size_t picture = quant_layer_in(&q->layers[0]);
    uint8_t *const work[2] = {q->work + q->half, q->work + 2 * q->half};
    for (int first = 0; first < count && status == TT_OK; first += AT_ONCE) {
        const int n = count - first < AT_ONCE ? count - first : AT_ONCE;
        for (size_t i = 0; i < n * picture; i++) q->work[i] = q->input[pixels[first * picture + i]];
        status = quant_network_run(logits + (size_t)first * q->classes, q->work, q->layers, q->count, work, n,
                                   q->path);
    }
    return status;
}

tt_status qmodel_run_bytes(qmodel *q, uint8_t *y, const uint8_t *x, int count, int first, int last)
{
    if (!q || !y || !x || count < 0 || first < 0 || first >= last || last >= q->count) return TT_BAD_VALUE;
    tt_status status = grow(q, count);
    for (int l = first; l < last && status == TT_OK; l++) {
        uint8_t *to = l == last - 1 ? y : q->work + (size_t)(l % 2) * q->half;
        status = quant_layer_run(to, x, &q->layers[l], count, q->path);
        x = to;
    }
    return status;
}

// --- Size ---

size_t qmodel_bytes(const qmodel *q)
{
    size_t bytes = sizeof q->input;
    for (int i = 0; i < q->count; i++) {
        const quant_layer *l = &q->layers[i];
        bytes += sizeof *l;
        if (l->kind != QUANT_POOL)
            bytes += quant_packed_bytes(quant_layer_k(l), l->out) +
                     (size_t)l->out * (sizeof *l->scales + 4 * sizeof *l->bias);
    }
    return bytes;
}

size_t qmodel_float_bytes(const net *m)
{
    return m->weights.floats * sizeof(float) + (size_t)m->count * sizeof *m->layers;
}
