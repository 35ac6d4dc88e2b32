// pictures.c: for each kind of weights a way to run them; the table says which parts take which.
#include "pictures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "16_quantization/given/qmodel.h"
#include "17_compression/given/sparse_mlp.h"
#include "core/count.h"
#include "core/tensor.h"
#include "nn/models.h"

enum { CLASSES = 10 };

struct course_net {
    char model[8];
    const uint8_t *pixels; // to calibrate on
    int count;
    unsigned parts;
    net dense, fewer; // fewer: of the CNN
    comp_mlp sparse;  // of the MLP
    qmodel bytes[2];  // of dense and fewer
    float *input;     // (most, picture)
    int most;
    const struct way *way;
};

typedef struct way {
    const char *model;
    unsigned parts; // of int8 and pruning
    tt_status (*prepare)(course_net *n);
    tt_status (*run)(course_net *n, float *logits, const uint8_t *pixels, int count);
} way;

// --- Floats ---

static tt_status pixels_in(course_net *n, const uint8_t *pixels, int count)
{
    const size_t floats = (size_t)count * n->dense.layers[0].in;
    if (count > n->most) {
        float *grown = tensor_alloc(floats);
        if (!grown) return tt_fail(TT_NO_MEMORY, "no memory for %d pictures", count);
        free(n->input);
        n->input = grown, n->most = count;
    }
    models_pixels(n->input, pixels, floats);
    return TT_OK;
}

static tt_status run_dense(course_net *n, float *logits, const uint8_t *pixels, int count)
{
    tt_status status = pixels_in(n, pixels, count);
    return status == TT_OK ? net_forward(&n->dense, logits, n->input, count) : status;
}

static tt_status prepare_fewer(course_net *n)
{
    if (n->fewer.count) return TT_OK;
    tt_status status = net_load(&n->fewer, n->model, TT_WEIGHTS "/compressed/cnn-half.safetensors");
    n->fewer.observer = n->dense.observer;
    return status;
}

static tt_status run_fewer(course_net *n, float *logits, const uint8_t *pixels, int count)
{
    tt_status status = pixels_in(n, pixels, count);
    return status == TT_OK ? net_forward(&n->fewer, logits, n->input, count) : status;
}

static tt_status prepare_sparse(course_net *n)
{
    return n->sparse.count ? TT_OK
                           : comp_mlp_load(&n->sparse, TT_WEIGHTS "/compressed/mlp-blocks-90.safetensors");
}

static tt_status run_sparse(course_net *n, float *logits, const uint8_t *pixels, int count)
{
    tt_status status = pixels_in(n, pixels, count);
    return status == TT_OK ? comp_mlp_run(&n->sparse, logits, n->input, count) : status;
}

// --- Bytes ---

static tt_status make_bytes(const course_net *n, qmodel *q, const net *m)
{
    qmodel_ranges ranges;
    const int top = quant_best_path(255) == quant_best_path(127) ? 255 : 127;
    if (q->count) return TT_OK;
    tt_status status = qmodel_calibrate(&ranges, m, n->pixels, n->count, CALIBRATE_LEAST_ERROR, 1, top);
    return status == TT_OK ? qmodel_create(q, n->model, m, &ranges, top, true) : status;
}

static tt_status prepare_bytes(course_net *n) { return make_bytes(n, &n->bytes[0], &n->dense); }

static tt_status prepare_fewer_bytes(course_net *n)
{
    tt_status status = prepare_fewer(n);
    return status == TT_OK ? make_bytes(n, &n->bytes[1], &n->fewer) : status;
}

static qmodel *bytes_of(course_net *n) { return &n->bytes[n->parts & COURSE_PRUNING ? 1 : 0]; }

static tt_status run_bytes(course_net *n, float *logits, const uint8_t *pixels, int count)
{
    return qmodel_run(bytes_of(n), logits, pixels, count);
}

// --- Which parts take which ---

static const way ways[] = {
    {"mlp", 0, NULL, run_dense},
    {"mlp", COURSE_INT8, prepare_bytes, run_bytes},
    {"mlp", COURSE_PRUNING, prepare_sparse, run_sparse},
    {"cnn", 0, NULL, run_dense},
    {"cnn", COURSE_INT8, prepare_bytes, run_bytes},
    {"cnn", COURSE_PRUNING, prepare_fewer, run_fewer},
    {"cnn", COURSE_INT8 | COURSE_PRUNING, prepare_fewer_bytes, run_bytes},
};

static const way *find(const char *model, unsigned parts)
{
    for (int i = 0; i < COUNT(ways); i++)
        if (strcmp(ways[i].model, model) == 0 && ways[i].parts == (parts & (COURSE_INT8 | COURSE_PRUNING)))
            return &ways[i];
    return NULL;
}

// Calls with the products of these parts, and leaves `backend` as it was.
#define THROUGH(parts, status, call)                                                                         \
    do {                                                                                                     \
        const tt_backend *before = backend;                                                                  \
        backend_use((parts)&COURSE_ACCELERATION ? &course_accelerated : &backend_naive);                     \
        (status) = (call);                                                                                   \
        backend_use(before);                                                                                 \
    } while (0)

course_net *course_net_create(const char *model, const uint8_t *pixels, int count)
{
    char path[512];
    if (!model || !find(model, 0) || !pixels || count < 1) return NULL;
    course_net *n = calloc(1, sizeof *n);
    if (!n) return NULL;
    n->pixels = pixels, n->count = count, n->way = find(model, 0);
    snprintf(n->model, sizeof n->model, "%s", model);
    snprintf(path, sizeof path, "%s/%s.safetensors", TT_WEIGHTS, model);
    if (net_load(&n->dense, model, path) == TT_OK) return n;
    course_net_finish(n);
    return NULL;
}

void course_net_finish(course_net *n)
{
    if (!n) return;
    net_finish(&n->dense), net_finish(&n->fewer);
    comp_mlp_finish(&n->sparse);
    qmodel_finish(&n->bytes[0]), qmodel_finish(&n->bytes[1]);
    free(n->input), free(n);
}

tt_status course_net_use(course_net *n, unsigned parts)
{
    if (!n) return TT_BAD_VALUE;
    tt_status status = course_check(n->model, parts);
    if (status != TT_OK) return status;
    parts = course_present(parts);
    const way *w = find(n->model, parts);
    if (w->prepare) THROUGH(COURSE_ACCELERATION, status, w->prepare(n)); // bytes are calibrated by products
    if (status == TT_OK) n->parts = parts, n->way = w;
    return status;
}

unsigned course_net_parts(const course_net *n) { return n->parts; }

const qmodel *course_net_bytes(const course_net *n)
{
    return n->way->run == run_bytes ? bytes_of((course_net *)n) : NULL;
}

const net *course_net_floats(const course_net *n)
{
    return n->way->run == run_dense ? &n->dense : n->way->run == run_fewer ? &n->fewer : NULL;
}

size_t course_net_weight_bytes(const course_net *n)
{
    const qmodel *bytes = course_net_bytes(n);
    const net *floats = course_net_floats(n);
    return bytes ? qmodel_bytes(bytes) : floats ? qmodel_float_bytes(floats) : comp_mlp_bytes(&n->sparse);
}

void course_net_observe(course_net *n, const nn_observer *observer)
{
    n->dense.observer = n->fewer.observer = observer;
}

tt_status course_net_forward(course_net *n, float *logits, const uint8_t *pixels, int count)
{
    tt_status status;
    if (!n || count < 0 || (count > 0 && (!logits || !pixels))) return TT_BAD_VALUE;
    THROUGH(n->parts, status, n->way->run(n, logits, pixels, count));
    return status;
}
