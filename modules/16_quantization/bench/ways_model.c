// ways_model.c: the MLP and the CNN from pixels to logits, in floats and in bytes.
#include "ways.h"

#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "data/fashion.h"
#include "given/qmodel.h"
#include "core/tensor.h"

const char *const quant_model_names[2] = {"mlp", "cnn"};

// 8 bits and 7: what differs between the two.
typedef struct {
    qmodel model; // made by the first way that needs it: a student's function that crashes costs its row
    bool is_made;
    float *logits; // of the first path that ran: the others must give the same
    bool is_known;
} byte_model;

typedef struct {
    const char *name;
    net net;
    fashion_set train, test;
    int count;
    float *x, *logits;           // (count, 784), (count, classes)
    int *predictions, *expected; // (count)
    byte_model bytes[2];
    byte_model *ran; // NULL: floats
} model;

void quant_model_finish(void *job)
{
    model *p = job;
    for (int i = 0; i < 2; i++) {
        if (p->bytes[i].is_made) qmodel_finish(&p->bytes[i].model);
        free(p->bytes[i].logits);
    }
    net_finish(&p->net);
    fashion_finish(&p->train), fashion_finish(&p->test);
    free(p->x), free(p->logits), free(p->predictions), free(p->expected);
    free(p);
}

static size_t logit_count(const model *p) { return (size_t)p->count * (size_t)p->net.classes; }

static tt_status load_net(net *m, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.safetensors", TT_WEIGHTS, name);
    return net_load(m, name, path);
}

double quant_model_work(const bench_case *c)
{
    net m = {0};
    double sum = 0;
    load_net(&m, quant_model_names[c->size[0]]);
    for (int i = 0; i < m.count; i++) sum += 2.0 * (double)net_macs(&m, i) * c->size[1];
    net_finish(&m);
    return sum;
}

static tt_status load(model *p)
{
    tt_status status = load_net(&p->net, p->name);
    if (status == TT_OK) status = fashion_load(&p->train, PART_TRAIN);
    if (status == TT_OK) status = fashion_load(&p->test, PART_TEST);
    if (status != TT_OK) return status;
    if (p->train.count < QUANT_CALIBRATION_IMAGES || p->test.count < p->count)
        return tt_fail(TT_BAD_SHAPE, "the data set has too few images");
    size_t pixels = (size_t)p->count * FASHION_PIXELS;
    p->x = tensor_alloc(pixels), p->logits = tensor_alloc(logit_count(p));
    p->predictions = malloc((size_t)p->count * sizeof(int)),
    p->expected = malloc((size_t)p->count * sizeof(int));
    for (int i = 0; i < 2; i++) p->bytes[i].logits = tensor_alloc(logit_count(p));
    if (!p->x || !p->logits || !p->predictions || !p->expected || !p->bytes[0].logits || !p->bytes[1].logits)
        return TT_NO_MEMORY;
    models_pixels(p->x, p->test.images, pixels);
    backend_use(&backend_naive);
    status = net_forward(&p->net, p->logits, p->x, p->count);
    models_predict(p->expected, p->logits, p->count, p->net.classes);
    return status;
}

void *quant_model_prepare(const bench_case *c)
{
    model *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->name = quant_model_names[c->size[0]], p->count = c->size[1];
    if (load(p) != TT_OK) {
        fprintf(stderr, "%s: %s\n", p->name, tt_error());
        return quant_model_finish(p), NULL;
    }
    return p;
}

bool quant_model_check(void *job, char *why, size_t why_bytes)
{
    model *p = job;
    int changed = 0;
    bool same = true;
    models_predict(p->predictions, p->logits, p->count, p->net.classes);
    for (int i = 0; i < p->count; i++) changed += p->predictions[i] != p->expected[i];
    size_t bytes = logit_count(p) * sizeof *p->logits;
    if (p->ran && p->ran->is_known) same = !memcmp(p->logits, p->ran->logits, bytes);
    else if (p->ran) memcpy(p->ran->logits, p->logits, bytes), p->ran->is_known = true;
    bool ok = same && changed <= (p->ran ? p->count / 16 : 0);
    if (!same) snprintf(why, why_bytes, "wrong: other logits than on the path before it");
    else if (!ok)
        snprintf(why, why_bytes, "wrong: %d of %d predictions are not the float model's", changed, p->count);
    memset(p->logits, 0xff, bytes); // NaN
    return ok;
}

tt_status quant_model_floats(void *job, int through)
{
    model *p = job;
    p->ran = NULL;
    backend_use(through == QUANT_BLAS ? &backend_blas : &backend_naive);
    return net_forward(&p->net, p->logits, p->x, p->count);
}

static tt_status make(model *p, byte_model *b, int top)
{
    qmodel_ranges ranges;
    backend_use(&backend_blas);
    tt_status status = qmodel_calibrate(&ranges, &p->net, p->train.images, QUANT_CALIBRATION_IMAGES,
                                        CALIBRATE_PERCENTILE, QUANT_KEEP, top);
    if (status == TT_OK) status = qmodel_create(&b->model, p->name, &p->net, &ranges, top, true);
    b->is_made = status == TT_OK;
    return status;
}

static byte_model *of_path(model *p, int path) { return &p->bytes[path == QUANT_7BIT]; }

tt_status quant_model_ready(void *job, const bench_variant *v)
{
    byte_model *b = of_path(job, v->argument);
    if (v->function != (bench_function *)quant_model_on_path || b->is_made) return TT_OK;
    return make(job, b, v->argument == QUANT_7BIT ? 127 : 255);
}

tt_status quant_model_on_path(void *job, int path)
{
    model *p = job;
    p->ran = of_path(p, path), p->ran->model.path = (quant_path)path;
    return qmodel_run(&p->ran->model, p->logits, p->test.images, p->count);
}
