// tools.c: networks, pictures and drawings for the lesson's cells.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/rng.h"
#include "core/tensor.h"
#include "given/masks.h"
#include "given/sparse_file.h"
#include "measure/measure.h"
#include "nn/evaluate.h"
#include "ops/backend.h"

// A complaint that says more than a status.
static bool fine(const char *what, tt_status status)
{
    if (status != TT_OK && status != TT_TODO && *tt_error())
        printf("%s\n", tt_error());
    return worked(what, status);
}

// --- Networks and pictures ---

float *floats(size_t count)
{
    float *x = tensor_alloc(count);
    if (!x) printf("No memory for %zu floats\n", count);
    return x;
}

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

char *underscored(char *name)
{
    for (char *c = name; *c; c++)
        if (*c == '-') *c = '_';
    return name;
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

void draw_histogram(const float *w, size_t count, float most)
{
    enum { BINS = 15, WIDTH = 46 };
    size_t bins[BINS] = {0};
    for (size_t i = 0; i < count; i++) {
        int b = (int)((w[i] / most + 1) / 2 * BINS);
        bins[b < 0 ? 0 : b >= BINS ? BINS - 1 : b]++;
    }
    for (int b = 0; b < BINS; b++) {
        printf("%7.3f ", most * (2 * (b + 0.5) / BINS - 1));
        const double part = log1p((double)bins[b]) / log1p((double)count);
        for (int i = 0; i < (int)(WIDTH * part); i++) putchar('#');
        printf(" %zu\n", bins[b]);
    }
}

void draw_network(const char *title, const net *m)
{
    printf("%s\n", title);
    for (int i = 0; i < m->count; i++) {
        const net_layer *l = &m->layers[i];
        if (l->weight < 0) continue;
        printf("  %-8s %3d ", l->name, l->co);
        for (int c = 0; c < l->co; c++) putchar('o');
        printf("\n");
    }
}

void draw_filters(const net *m, int layer, int keep)
{
    static const char shades[] = " .:-=+*#%@";
    const net_layer *l = &m->layers[layer];
    const parameter *w = &m->weights.list[l->weight];
    const int out = l->co, window = l->row.window;
    float norms[64];
    int kept[64], at = 0;
    if (out > 64 || l->c != 1 ||
        !fine("prune_norms",
              prune_norms(norms, w->value, window * window, out)) ||
        !fine("prune_choose", prune_choose(kept, norms, out, keep)))
        return;
    const float most = largest(w->value, w->count);
    printf("the filters of %s, darker is larger; those that stay have a "
           "line under them\n",
           l->name);
    for (int y = 0; y < window; y++) {
        for (int j = 0; j < out; j++) {
            for (int x = 0; x < window; x++) {
                float v = fabsf(w->value[(y * window + x) * out + j]) / most;
                putchar(shades[(int)(9 * v)]);
            }
            putchar(' ');
        }
        printf("\n");
    }
    for (int j = 0; j < out; j++) {
        const bool stays = at < keep && kept[at] == j;
        printf("%s ", stays ? "---" : "   ");
        at += stays;
    }
    printf("\n");
}
