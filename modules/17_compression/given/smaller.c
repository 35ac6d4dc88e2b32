// smaller.c: from a net to a chain of layers, and from the smaller chain to a net with smaller rows.
#include "smaller.h"

#include <stdlib.h>

int comp_weighted(const net *m, int *layers)
{
    int count = 0;
    for (int i = 0; i < m->count && count < COMP_MOST_LAYERS; i++)
        if (m->layers[i].weight >= 0) layers[count++] = i;
    return count;
}

// How many places each input channel of a layer is read at: the window of a convolution; of a linear layer,
// the pixels of what the last layer with weights gave, after the pools between them. before is that layer,
// NULL for the first.
static int places(const net_layer *l, const net_layer *before)
{
    if (l->row.kind == NET_CONV) return l->row.window * l->row.window;
    const int channels = before ? before->co : l->c;
    return (int)(l->in / (size_t)channels);
}

static tt_status smaller_rows(net *smaller, const net *m, const int *keep)
{
    net_row *rows = malloc((size_t)m->count * sizeof *rows);
    if (!rows) return tt_fail(TT_NO_MEMORY, "no memory for %d layers", m->count);
    for (int i = 0, l = 0; i < m->count; i++) {
        rows[i] = m->layers[i].row;
        if (m->layers[i].weight >= 0) rows[i].out = keep[l++];
    }
    const net_layer *first = &m->layers[0];
    tt_status status = net_create(smaller, first->h, first->w, first->c, rows, m->count, 1);
    free(rows);
    return status;
}

tt_status comp_smaller(net *smaller, const net *m, const int *keep)
{
    if (!smaller || !m || !keep) return TT_BAD_VALUE;
    int at[COMP_MOST_LAYERS];
    prune_layer from[COMP_MOST_LAYERS], to[COMP_MOST_LAYERS];
    const int count = comp_weighted(m, at);
    *smaller = (net){0};
    tt_status status = smaller_rows(smaller, m, keep);
    if (status != TT_OK) return status;
    for (int l = 0; l < count; l++) {
        const net_layer *layer = &m->layers[at[l]], *before = l > 0 ? &m->layers[at[l - 1]] : NULL;
        const parameter *w = &m->weights.list[layer->weight], *fewer = &smaller->weights.list[layer->weight];
        from[l] = (prune_layer){places(layer, before), before ? before->co : layer->c, layer->co, w->value,
                                w[1].value};
        to[l] = (prune_layer){.w = fewer->value, .bias = fewer[1].value};
    }
    status = prune_filters(to, from, keep, count);
    if (status != TT_OK) net_finish(smaller);
    return status;
}
