// tools.c: networks and pictures, the exercises by name, and training with rounded weights.
#include "tools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ops/backend.h"
#include "core/rng.h"
#include "nn/layers.h"
#include "nn/optim.h"

// --- Networks and pictures ---

bool load_net(net *m, const char *model)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.safetensors", TT_WEIGHTS, model);
    return fine("net_load", net_load(m, model, path));
}

static size_t widest_layer(const net *m)
{
    size_t widest = FASHION_PIXELS;
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].out > widest) widest = m->layers[i].out;
    return widest;
}

// Layers first .. last of the float network. *x (n, what comes in) becomes what goes out, *y is room for it.
static tt_status run_layers(const net *m, float **x, float **y, int n,
                            int first, int last)
{
    tt_status status = TT_OK;
    backend_use(&backend_blas);
    for (int i = first; i <= last && status == TT_OK; i++) {
        status = net_layer_forward(m, i, *y, *x, n);
        float *out = *y;
        *y = *x, *x = out;
    }
    return status;
}

bool open_study(study *s, const char *model, data_part part, int count)
{
    return fine("quant_study_create",
                quant_study_create(s, model, part, count));
}

// The float network from a layer on: what comes to it is x, or the pictures where that is NULL.
typedef struct {
    const study *s;
    int layer;
    const float *x;
    float *in, *out; // room for a batch
} rest;

static tt_status run_rest(void *of, float *logits, int first, int count)
{
    rest *r = of;
    const net *m = &r->s->net;
    const size_t width = m->layers[r->layer].in,
                 floats_in = width * (size_t)count;
    if (r->x)
        memcpy(r->in, r->x + width * (size_t)first, floats_in * sizeof *r->x);
    else
        models_pixels(r->in, r->s->pictures.images + width * (size_t)first,
                      floats_in);
    tt_status status =
        run_layers(m, &r->in, &r->out, count, r->layer, m->count - 1);
    memcpy(logits, r->in,
           (size_t)count * (size_t)m->classes * sizeof *logits);
    return status;
}

bool score_floats_from(const study *s, int layer, const float *x,
                       double *right, double *same)
{
    const size_t room = widest_layer(&s->net) * EVALUATE_BATCH;
    rest r = {s, layer, x, floats(room), floats(room)};
    bool ok = r.in && r.out &&
              fine("net_layer_forward",
                   quant_study_score(s, run_rest, &r, right, same));
    free(r.in), free(r.out);
    return ok;
}

bool score_floats(const study *s, double *right, double *same)
{
    return score_floats_from(s, 0, NULL, right, same);
}

bool score_bytes(const study *s, qmodel *q, double *right, double *same)
{
    return fine("quant_study_score",
                quant_study_score_bytes(s, q, right, same));
}

const char *temporary_file(void)
{
    static char path[32];
    snprintf(path, sizeof path, "/tmp/tt_lesson_XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0) return printf("No temporary file in /tmp\n"), NULL;
    close(fd);
    return path;
}

float *layer_output(study *s, int layer, size_t *count)
{
    size_t n = (size_t)s->pictures.count;
    float *x = floats(widest_layer(&s->net) * n),
          *y = floats(widest_layer(&s->net) * n);
    if (!x || !y) return NULL;
    models_pixels(x, s->pictures.images, FASHION_PIXELS * n);
    if (!fine("net_layer_forward",
              run_layers(&s->net, &x, &y, s->pictures.count, 0, layer)))
        return NULL;
    free(y);
    *count = s->net.layers[layer].out * n;
    return x;
}

// --- Exercises ---

bool written(const char *exercise, tt_status status)
{
    char text[80];
    snprintf(text, sizeof text, "%s in quantization.c", exercise);
    return worked(text, status);
}

// A model needs them all, and its status is only one word: ask each for next to nothing, and name the first
// that is not there.
static bool name_the_unwritten(void)
{
    float scale = 1, x = 1, y, low = 0, high = 1;
    uint8_t u = 1, v;
    int8_t w = 1, packed[68];
    int32_t sum, multiplier = 1 << 30, shift = 30, bias = 0;
    uint64_t bin = 1;
    quant_affine a = {1, 0, 255};
    const quant_histogram h = {0, 1, 1, &bin};
    const quant_output o = {&multiplier, &shift, 0, 0, 255};
    const quant_matrix m = {1, 1, packed, &bias, NULL};
    const quant_layer pool = {
        .kind = QUANT_POOL, .h = 1, .w = 1, .c = 1, .out = 1};
    uint8_t *const work[2] = {&u, &v};
    memset(packed, 0, sizeof packed);
    const struct {
        const char *name;
        tt_status status;
    } asked[] = {
        {"1. quant_scale", quant_scale(&scale, &x, 1)},
        {"1. quant_scale_columns", quant_scale_columns(&scale, &x, 1, 1)},
        {"1. quant_affine_range", quant_affine_range(&a, 0, 1, 255)},
        {"2. quant_weights", quant_weights(&w, &x, &scale, 1, 1)},
        {"2. quant_bytes", quant_bytes(&u, &x, 1, a)},
        {"4. quant_minmax", quant_minmax(&low, &high, &x, 1)},
        {"4. quant_count",
         quant_count(&(quant_histogram){0, 1, 1, &(uint64_t){0}}, &x, 1)},
        {"4. quant_percentile", quant_percentile(&low, &y, &h, 1)},
        {"5. quant_bias", quant_bias(&sum, &x, 1, &(float){1}, 1)},
        {"5. quant_fixed_point", quant_fixed_point(&sum, &(int32_t){0}, 1)},
        {"5. quant_requantize", quant_requantize(&v, &bias, 1, 1, &o)},
        {"7. quant_pack", quant_pack(packed, &sum, &w, 1, 1)},
        {"7. quant_matmul_packed",
         quant_matmul_packed(&sum, &u, 0, &m, 1, QUANT_PLAIN)},
        {"8. quant_conv3x3",
         quant_conv3x3(&v, &u, 0, &m, &o, 0, 0, 0, 0, QUANT_PLAIN)},
        {"8. quant_maxpool", quant_maxpool(&v, &u, 0, 1, 1, 0)},
        {"9. quant_layer_weights",
         quant_layer_weights(&w, &y, &sum, &x, &x, 1, 1, 1, true)},
        {"9. quant_layer_prepare", quant_layer_prepare(&pool, &w)},
        {"9. quant_layer_run",
         quant_layer_run(&v, &u, &pool, 0, QUANT_PLAIN)},
        {"9. quant_logits", quant_logits(&y, &u, &pool, 0, QUANT_PLAIN)},
        {"9. quant_network_run",
         quant_network_run(&y, &u, &pool, 0, work, 0, QUANT_PLAIN)},
    };
    const int count = (int)(sizeof asked / sizeof *asked);
    int missing = 0, first = count;
    for (int i = count - 1; i >= 0; i--)
        if (asked[i].status == TT_TODO) missing++, first = i;
    if (missing) written(asked[first].name, TT_TODO);
    if (missing > 1)
        printf("and %d more that a network of bytes needs\n", missing - 1);
    return missing > 0;
}

bool make_layer(quant_layer *l, const float *w, const float *bias)
{
    int k = quant_layer_k(l), n = l->out;
    size_t columns = (size_t)n * sizeof(int32_t);
    int8_t *q = malloc((size_t)k * n);
    l->scales = malloc(columns), l->bias = malloc(columns),
    l->sums = malloc(columns);
    l->multiplier = malloc(columns), l->shift = malloc(columns);
    l->packed = malloc(quant_packed_bytes(k, n));
    if (!q || !l->scales || !l->bias || !l->sums || !l->multiplier ||
        !l->shift || !l->packed)
        return printf("No memory for a layer\n"), false;
    bool ok = written("9. quant_layer_weights",
                      quant_layer_weights(q, l->scales, l->bias, w, bias, k,
                                          n, l->in.scale, true)) &&
              written("9. quant_layer_prepare", quant_layer_prepare(l, q));
    free(q);
    return ok;
}

bool quantized(qmodel *q, const study *s, int images, calibrate_method method,
               double keep, int top, bool per_channel)
{
    tt_status status =
        quant_study_quantize(s, q, images, method, keep, top, per_channel);
    if (status == TT_TODO && name_the_unwritten()) return false;
    return fine("A network of bytes", status);
}

// --- Training ---

enum { BATCH = 100 };

// The loss sees rounded weights; the step is made on the ones behind them, as if rounding had the slope 1.
static bool one_step(study *s, float *behind, int bits, const float *x,
                     const int *labels, float rate, int step)
{
    net *m = &s->net;
    parameters *p = &m->weights;
    float logits[BATCH * FASHION_CLASSES], dlogits[BATCH * FASHION_CLASSES];
    double loss;
    int right;
    round_weights(m, bits, PER_CHANNEL);
    if (!fine("net_train_forward", net_train_forward(m, logits, x, BATCH)) ||
        !fine("nn_cross_entropy",
              nn_cross_entropy(&loss, &right, dlogits, logits, labels, BATCH,
                               m->classes)) ||
        !fine("net_backward", net_backward(m, dlogits)))
        return false;
    memcpy(p->values, behind, p->floats * sizeof *behind);
    optim_adam_options adam = {
        .rate = rate, .first = 0.9f, .second = 0.999f, .eps = 1e-8f};
    if (!fine("optim_adam", optim_adam(p, adam, step + 1))) return false;
    memcpy(behind, p->values, p->floats * sizeof *behind);
    return true;
}

bool train_rounded(study *s, int bits, int steps)
{
    parameters *p = &s->net.weights;
    if (!fine("parameters_train", parameters_train(p))) return false;
    float *behind = plain_copy(p->values, p->floats),
          *x = floats((size_t)BATCH * FASHION_PIXELS);
    if (!behind || !x) return false;
    tt_rng rng = {16};
    int labels[BATCH];
    for (int step = 0; step < steps; step++) {
        for (int i = 0; i < BATCH; i++) {
            size_t picture = rng_below(&rng, (uint64_t)s->train.count);
            models_pixels(x + (size_t)i * FASHION_PIXELS,
                          s->train.images + picture * FASHION_PIXELS,
                          FASHION_PIXELS);
            labels[i] = s->train.labels[picture];
        }
        float rate = optim_rate(5e-4f, 1e-5f, steps / 10, steps, step);
        if (!one_step(s, behind, bits, x, labels, rate, step)) return false;
        show_progress("training", step + 1, steps);
    }
    round_weights(&s->net, bits, PER_CHANNEL);
    free(behind), free(x);
    return true;
}
