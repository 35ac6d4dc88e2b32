// tools.c: networks, pictures and drawings for the lesson's cells.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/rng.h"
#include "given/masks.h"
#include "given/sparse_file.h"
#include "measure/measure.h"
#include "nn/evaluate.h"
#include "ops/backend.h"

// --- Networks and pictures ---

bool open_net(net *m, const char *name)
{
    backend_use(&backend_blas);
    return fine("sparse_csr_check and sparse_blocks_check",
                comp_model_dense(m, name));
}

bool open_pictures(fashion_set *s, data_part part, int count)
{
    *s = (fashion_set){0};
    if (!fine("fashion_load", fashion_load(s, part))) return false;
    if (s->count > count) s->count = count;
    return true;
}

bool score(net *m, const fashion_set *s, double *right)
{
    evaluation e;
    if (!fine("net_forward",
              evaluate_pictures(&e, NULL, m, s->images, s->labels, s->count)))
        return false;
    *right = 100 * e.accuracy;
    return true;
}

bool score_pruned(const char *name, double sparsity, bool by_layer,
                  const fashion_set *s, double *right)
{
    net m = {0};
    comp_masks masks = {0};
    double same[COMP_MOST_PRUNED];
    for (int i = 0; i < COMP_MOST_PRUNED; i++) same[i] = sparsity;
    if (!open_net(&m, name)) return false;
    tt_status status = comp_masks_create(&masks, &m.weights);
    if (status == TT_OK)
        status = by_layer ? comp_masks_layers(&masks, same)
                          : comp_masks_magnitude(&masks, sparsity);
    bool ok = fine(by_layer ? "prune_mask" : "prune_masks", status);
    if (ok) comp_masks_apply(&masks);
    ok = ok && score(&m, s, right);
    comp_masks_finish(&masks);
    net_finish(&m);
    return ok;
}

double file_bytes(const char *name)
{
    char path[512];
    struct stat s;
    comp_model_path(path, sizeof path, name);
    return stat(path, &s) == 0 ? (double)s.st_size : NAN;
}

long long macs_of(const net *m)
{
    long long macs = 0;
    for (int i = 0; i < m->count; i++) macs += net_macs(m, i);
    return macs;
}

size_t nonzero(const net *m)
{
    size_t count = 0;
    for (size_t i = 0; i < m->weights.floats; i++)
        count += m->weights.values[i] != 0;
    return count;
}

bool nats_of(const char *name, int stride, double *nats)
{
    gpt m = {0};
    evaluation e;
    char path[512];
    backend_use(&backend_blas);
    comp_model_path(path, sizeof path, name);
    tt_status status = gpt_load(&m, TT_WEIGHTS "/gpt.safetensors");
    if (status == TT_OK && strchr(name, '-'))
        status = comp_file_load(&m.weights, path);
    if (status == TT_OK) status = evaluate_text(&e, &m, 1, stride);
    gpt_finish(&m);
    if (!fine("sparse_blocks_check", status)) return false;
    *nats = e.loss;
    return true;
}

// --- Numbers ---

float largest(const float *w, size_t count)
{
    float most = 0;
    for (size_t i = 0; i < count; i++) most = fmaxf(most, fabsf(w[i]));
    return most;
}

static int by_size(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x < y) - (x > y); // falling
}

float sorted_threshold(float *copy, const float *w, size_t count, size_t keep)
{
    for (size_t i = 0; i < count; i++) copy[i] = fabsf(w[i]);
    qsort(copy, count, sizeof *copy, by_size);
    return keep ? copy[keep - 1] : INFINITY;
}

bool round_to_bytes(net *m, size_t *bytes)
{
    *bytes = 0;
    for (int i = 0; i < m->count; i++) {
        if (m->layers[i].weight < 0) continue;
        const parameter *w = &m->weights.list[m->layers[i].weight];
        const int out = w->shape[w->dims - 1], in = comp_file_in(w);
        for (int j = 0; j < out; j++) {
            float most = 0;
            for (int p = 0; p < in; p++)
                most = fmaxf(most, fabsf(w->value[(size_t)p * out + j]));
            const float scale = most > 0 ? most / 127 : 1;
            for (int p = 0; p < in; p++) {
                float *x = &w->value[(size_t)p * out + j];
                *bytes += *x != 0 ? 1 + 2 : 0;
                *x = scale * rintf(*x / scale);
            }
            *bytes += 4 + 4 + 4; // the row's start, its scale, its bias
        }
    }
    return true;
}

// --- Sensitivity ---

bool scan_layers(scanned *s, const char *name, int pictures)
{
    int at[COMP_MOST_LAYERS];
    size_t most = 0;
    *s = (scanned){0};
    if (!open_net(&s->net, name) ||
        !open_pictures(&s->pictures, PART_VALIDATION, pictures))
        return false;
    s->layers = comp_weighted(&s->net, at);
    for (int l = 0; l < s->layers; l++) {
        const parameter *w =
            &s->net.weights.list[s->net.layers[at[l]].weight];
        s->w[l] = w->value, s->counts[l] = w->count;
        s->names[l] = s->net.layers[at[l]].name;
        if (w->count > most) most = w->count;
    }
    s->work = floats(most), s->kept = floats(most);
    return s->work && s->kept;
}

// The loss with these masks on; the weights are as before afterwards.
double scan_evaluate(void *of, const float *const *masks, int layers)
{
    scanned *s = of;
    evaluation e = {.loss = NAN};
    int masked = -1;
    for (int l = 0; l < layers; l++)
        if (masks[l]) masked = l;
    float *w = masked < 0 ? NULL : (float *)s->w[masked]; // the net's own
    for (size_t i = 0; w && i < s->counts[masked]; i++)
        s->kept[i] = w[i], w[i] *= masks[masked][i];
    evaluate_pictures(&e, NULL, &s->net, s->pictures.images,
                      s->pictures.labels, s->pictures.count);
    for (size_t i = 0; w && i < s->counts[masked]; i++) w[i] = s->kept[i];
    return e.loss;
}

// --- Drawings ---

void add_histogram(figure *f, const char *name, const float *w, size_t count)
{
    enum { BINS = 31 };
    size_t bins[BINS] = {0};
    const float most = largest(w, count);
    for (size_t i = 0; i < count; i++) {
        int b = (int)((w[i] / most + 1) / 2 * BINS);
        bins[b < 0 ? 0 : b >= BINS ? BINS - 1 : b]++;
    }
    figure_histogram(f, name, bins, BINS, -most, most, true);
    figure_tick(f, -most, "%.2f", -most);
    figure_tick(f, 0, "0");
    figure_tick(f, most, "%.2f", most);
    figure_range(f, -0.1 * most, 0.1 * most, FIGURE_ORANGE, "a tenth");
}

void draw_masks(const char *title, const float *mask, const float *blocks,
                int in, int out)
{
    enum { ROWS = 10, COLUMNS = 48 };
    static figure f;
    const struct {
        const char *name;
        const float *mask;
    } rows[] = {{"single weights", mask}, {"blocks of 4 outputs", blocks}};
    figure_begin(&f, title,
                 "A corner of the layer: %d inputs from top to bottom, %d "
                 "outputs from left to right. Both masks leave the "
                 "same number of weights.",
                 ROWS, COLUMNS);
    figure_key(&f, FIGURE_BLUE, "a weight that stays");
    for (int part = 0; part < 2; part++) {
        figure_grid(&f, rows[part].name, ROWS, COLUMNS);
        for (int p = 0; p < ROWS && p < in; p++)
            for (int j = 0; j < COLUMNS && j < out; j++)
                if (rows[part].mask[(size_t)p * out + j] != 0)
                    figure_box(&f, p, j, FIGURE_BLUE, " ");
    }
    show_figure(&f);
}

static void add_network(figure *f, const char *name, const net *m)
{
    figure_chain(f, name);
    figure_link(f, 0.3, FIGURE_PLAIN, "picture");
    for (int i = 0; i < m->count; i++) {
        const net_layer *l = &m->layers[i];
        if (l->weight >= 0)
            figure_link(f, l->co / 64.0,
                        l->row.kind == NET_CONV ? FIGURE_BLUE : FIGURE_GREEN,
                        "%s: %d", l->name, l->co);
    }
}

void draw_filters(const net *before, const net *after)
{
    static figure f;
    const net_layer *l = &before->layers[0];
    const parameter *w = &before->weights.list[l->weight];
    float norms[FIGURE_MOST_SIDE];
    int kept[FIGURE_MOST_SIDE], at = 0;
    const int keep = after->layers[0].co;
    if (l->co > FIGURE_MOST_SIDE ||
        !fine("prune_norms",
              prune_norms(norms, w->value, comp_file_in(w), l->co)) ||
        !fine("prune_choose", prune_choose(kept, norms, l->co, keep)))
        return;
    figure_begin(&f, "Whole filters go",
                 "The L1 norms of the %d filters of the first layer, and the "
                 "outputs of each layer before and after: the "
                 "smaller network is dense again.",
                 l->co);
    figure_key(&f, FIGURE_BLUE, "a filter that stays");
    figure_key(&f, FIGURE_ORANGE, "a filter that goes");
    figure_grid(&f, "norm of each filter of conv0", 1, l->co);
    for (int j = 0; j < l->co; j++) {
        const bool stays = at < keep && kept[at] == j;
        figure_box(&f, 0, j, stays ? FIGURE_BLUE : FIGURE_ORANGE, "%.1f",
                   norms[j]);
        at += stays;
    }
    add_network(&f, "before", before);
    add_network(&f, "after", after);
    show_figure(&f);
}
