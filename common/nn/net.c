// net.c: computes the shapes of all layers once, then loops over the table forward and backward.
#include "net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "layers.h"

static ops_conv2d_shape conv_shape(const net_layer *l, int n)
{
    return (ops_conv2d_shape){.n = n,
                              .h = l->h,
                              .w = l->w,
                              .cin = l->c,
                              .kh = l->row.window,
                              .kw = l->row.window,
                              .cout = l->co,
                              .stride = l->row.stride,
                              .pad = l->row.pad};
}

static tt_status make_layer(net_layer *l, net_row row, int h, int w, int c)
{
    *l = (net_layer){.row = row, .h = h, .w = w, .c = c, .ho = h, .wo = w, .co = c, .weight = -1};
    snprintf(l->name, sizeof l->name, "%s", row.kind == NET_POOL ? "pool" : "relu");
    if (row.kind == NET_LINEAR) l->ho = l->wo = 1, l->co = row.out;
    if (row.kind == NET_CONV || row.kind == NET_POOL) {
        int pad = row.kind == NET_CONV ? row.pad : 0;
        l->ho = ops_out_size(h, row.window, row.stride, pad);
        l->wo = ops_out_size(w, row.window, row.stride, pad);
        if (row.kind == NET_CONV) l->co = row.out;
    }
    if ((unsigned)row.kind >= NET_KINDS || l->ho < 1 || l->wo < 1 || l->co < 1)
        return tt_fail(TT_BAD_SHAPE, "a layer does not fit what comes in, %d x %d x %d", h, w, c);
    l->in = (size_t)h * w * c;
    l->out = (size_t)l->ho * l->wo * l->co;
    return TT_OK;
}

// Add the weight and bias of a layer, "conv0.weight" and "conv0.bias", numbered among those with weights.
static tt_status add_weights(net *m, net_layer *l)
{
    char name[PARAMETER_NAME];
    const char *kind = l->row.kind == NET_CONV ? "conv" : "linear";
    int k = l->row.window, numbered = m->weights.count / 2;
    int conv[] = {k, k, l->c, l->co}, linear[] = {(int)l->in, l->co};
    l->weight = m->weights.count;
    snprintf(l->name, sizeof l->name, "%s%d", kind, numbered);
    snprintf(name, sizeof name, "%s.weight", l->name);
    tt_status status = l->row.kind == NET_CONV ? parameters_add(&m->weights, name, 4, conv, true)
                                               : parameters_add(&m->weights, name, 2, linear, true);
    if (status != TT_OK) return status;
    snprintf(name, sizeof name, "%s.bias", l->name);
    return parameters_add(&m->weights, name, 1, &l->co, false);
}

static void fill_weights(net *m, uint64_t seed)
{
    tt_rng rng = {seed};
    for (int i = 0; i < m->count; i++) {
        if (m->layers[i].weight < 0) continue;
        parameter *w = &m->weights.list[m->layers[i].weight];
        float spread = sqrtf(2.0f * (float)w->shape[w->dims - 1] / (float)w->count);
        for (size_t j = 0; j < w->count; j++) w->value[j] = spread * rng_normal(&rng);
    }
}

static tt_status build(net *m, int h, int w, int c, const net_row *rows, int count)
{
    m->layers = calloc((size_t)count, sizeof *m->layers);
    if (!m->layers) return tt_fail(TT_NO_MEMORY, "no memory for %d layers", count);
    for (m->count = 0; m->count < count; m->count++) {
        net_layer *l = &m->layers[m->count];
        tt_status status = make_layer(l, rows[m->count], h, w, c);
        if (status == TT_OK && (l->row.kind == NET_CONV || l->row.kind == NET_LINEAR))
            status = add_weights(m, l);
        if (status != TT_OK) return status;
        h = l->ho, w = l->wo, c = l->co;
    }
    m->classes = (int)m->layers[count - 1].out;
    return parameters_allocate(&m->weights);
}

tt_status net_create(net *m, int h, int w, int c, const net_row *rows, int count, uint64_t seed)
{
    if (!m || !rows) return TT_BAD_VALUE;
    enum { MOST = 1 << 15 }; // sizes whose products stay far from overflow
    if (h < 1 || w < 1 || c < 1 || h > MOST || w > MOST || c > MOST || count < 1 || count > MOST)
        return TT_BAD_SHAPE;
    net made = {0};
    tt_status status = build(&made, h, w, c, rows, count);
    if (status != TT_OK) {
        net_finish(&made);
        *m = made;
        return status;
    }
    fill_weights(&made, seed);
    *m = made;
    return TT_OK;
}

void net_finish(net *m)
{
    if (!m) return;
    parameters_finish(&m->weights);
    free(m->layers);
    free(m->work);
    *m = (net){0};
}

static tt_status grow(net *m, size_t floats)
{
    if (floats <= m->work_floats) return TT_OK;
    float *grown = tensor_alloc(floats);
    if (!grown) return tt_fail(TT_NO_MEMORY, "no memory for %zu floats between layers", floats);
    free(m->work);
    m->work = grown;
    m->work_floats = floats;
    return TT_OK;
}

// Work: every float that comes in, goes out, or is a weight, once.
static nn_event layer_event(const net *m, int layer, int n)
{
    const net_layer *l = &m->layers[layer];
    size_t floats = (size_t)n * (l->in + l->out);
    for (int i = 0; l->weight >= 0 && i < 2; i++) floats += m->weights.list[l->weight + i].count;
    return (nn_event){.name = l->name,
                      .number = layer,
                      .rows = n,
                      .in = l->in,
                      .out = l->out,
                      .macs = n * net_macs(m, layer),
                      .bytes = (long long)(floats * sizeof(float))};
}

static nn_event whole_event(const net *m, int n)
{
    return (nn_event){
        .name = "net", .number = -1, .rows = n, .in = m->layers[0].in, .out = m->layers[m->count - 1].out};
}

static tt_status layer_forward(const net *m, const net_layer *l, float *y, const float *x, int n)
{
    const float *w = l->weight < 0 ? NULL : m->weights.list[l->weight].value;
    const float *bias = l->weight < 0 ? NULL : m->weights.list[l->weight + 1].value;
    switch (l->row.kind) {
    case NET_LINEAR:
        return nn_linear(y, x, w, bias, n, (int)l->in, l->co);
    case NET_CONV:
        return nn_conv2d(y, x, w, bias, conv_shape(l, n));
    case NET_RELU:
        return ops_relu(y, x, (size_t)n * l->out);
    default:
        return nn_maxpool(y, x, n, l->h, l->w, l->c, l->row.window, l->row.stride);
    }
}

tt_status net_layer_forward(const net *m, int layer, float *y, const float *x, int n)
{
    if (!m || layer < 0 || layer >= m->count || n < 0) return TT_BAD_VALUE;
    const net_layer *l = &m->layers[layer];
    const nn_event e = layer_event(m, layer, n);
    nn_enter(m->observer, &e);
    return nn_exit(m->observer, &e, layer_forward(m, l, y, x, n));
}

// Each layer reads one of two buffers and writes the other; relu works in place.
static tt_status forward(net *m, float *logits, const float *x, int n)
{
    size_t widest = 0;
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].out > widest) widest = m->layers[i].out;
    tt_status status = grow(m, 2 * widest * (size_t)n);
    m->batch = 0; // what a training forward kept is overwritten
    float *here = m->work, *there = m->work + widest * (size_t)n;
    for (int i = 0; i < m->count && status == TT_OK; i++) {
        bool in_place = m->layers[i].row.kind == NET_RELU && x == here;
        float *y = i == m->count - 1 ? logits : in_place ? here : there;
        status = net_layer_forward(m, i, y, x, n);
        if (y == there) there = here, here = y;
        x = y;
    }
    return status;
}

tt_status net_forward(net *m, float *logits, const float *x, int n)
{
    if (!m || m->count < 1 || n < 0 || (n > 0 && (!logits || !x))) return TT_BAD_VALUE;
    const nn_event e = whole_event(m, n);
    nn_enter(m->observer, &e);
    return nn_exit(m->observer, &e, forward(m, logits, x, n));
}

// Where layer i's output is kept while training: after those of the layers before it. After the last one
// are two buffers for derivatives.
static float *kept(const net *m, int layer, int n)
{
    float *at = m->work;
    for (int i = 0; i < layer; i++) at += m->layers[i].out * (size_t)n;
    return at;
}

static tt_status train_forward(const net *m, float *logits, const float *x, int n)
{
    tt_status status = TT_OK;
    const float *in = x;
    for (int i = 0; i < m->count && status == TT_OK; i++) {
        float *out = kept(m, i, n);
        status = net_layer_forward(m, i, out, in, n);
        in = out;
    }
    if (status == TT_OK) memcpy(logits, in, (size_t)n * m->layers[m->count - 1].out * sizeof *logits);
    return status;
}

tt_status net_train_forward(net *m, float *logits, const float *x, int n)
{
    if (!m || m->count < 1 || n < 1 || !logits || !x) return TT_BAD_VALUE;
    tt_status status = parameters_train(&m->weights);
    size_t floats = 0, widest = 0;
    for (int i = 0; i < m->count; i++) {
        floats += m->layers[i].out;
        if (m->layers[i].out > widest) widest = m->layers[i].out;
    }
    if (status == TT_OK) status = grow(m, (floats + 2 * widest) * (size_t)n);
    if (status != TT_OK) return status;
    m->batch = 0;
    const nn_event e = whole_event(m, n);
    nn_enter(m->observer, &e);
    status = nn_exit(m->observer, &e, train_forward(m, logits, x, n));
    if (status != TT_OK) return status;
    m->input = x;
    m->batch = n;
    return TT_OK;
}

static tt_status layer_backward(net *m, int layer, float *dx, const float *dy)
{
    const net_layer *l = &m->layers[layer];
    int n = m->batch;
    const float *x = layer == 0 ? m->input : kept(m, layer - 1, n), *y = kept(m, layer, n);
    parameter *w = l->weight < 0 ? NULL : &m->weights.list[l->weight], *bias = w ? w + 1 : NULL;
    switch (l->row.kind) {
    case NET_LINEAR:
        return nn_linear_backward(dx, w->grad, bias->grad, dy, x, w->value, n, (int)l->in, l->co);
    case NET_CONV:
        return nn_conv2d_backward(dx, w->grad, bias->grad, dy, x, w->value, conv_shape(l, n));
    case NET_RELU:
        return dx ? nn_relu_backward(dx, dy, y, (size_t)n * l->out) : TT_OK;
    default:
        return dx ? nn_maxpool_backward(dx, dy, x, n, l->h, l->w, l->c, l->row.window, l->row.stride) : TT_OK;
    }
}

tt_status net_backward(net *m, const float *dlogits)
{
    if (!m || m->batch < 1 || !dlogits) return TT_BAD_VALUE;
    size_t widest = 0;
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].out > widest) widest = m->layers[i].out;
    float *buffers[2] = {kept(m, m->count, m->batch)};
    buffers[1] = buffers[0] + widest * (size_t)m->batch;
    const float *dy = dlogits;
    for (int i = m->count - 1; i >= 0; i--) {
        float *dx = i > 0 ? buffers[i % 2] : NULL; // the pictures need no derivative
        tt_status status = layer_backward(m, i, dx, dy);
        if (status != TT_OK) return status;
        dy = dx;
    }
    return TT_OK;
}

long long net_macs(const net *m, int layer)
{
    if (!m || layer < 0 || layer >= m->count) return 0;
    const net_layer *l = &m->layers[layer];
    if (l->row.kind == NET_LINEAR) return (long long)l->in * l->co;
    if (l->row.kind == NET_CONV) return (long long)l->out * l->row.window * l->row.window * l->c;
    return 0;
}
