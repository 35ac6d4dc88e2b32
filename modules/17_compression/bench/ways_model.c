// ways_model.c: the models that ship, from test images to logits: dense, sparse, and with fewer filters.
#include "ways.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tensor.h"
#include "data/fashion.h"
#include "given/recipes.h"
#include "given/sparse_file.h"
#include "given/sparse_mlp.h"
#include "nn/models.h"
#include "ops/backend.h"

const char *const comp_model_names[COMP_MODELS] = {"mlp", "mlp-90", "mlp-blocks-90", "cnn", "cnn-half"};
static const bool is_sparse[COMP_MODELS] = {[COMP_MLP_90] = true, [COMP_MLP_BLOCKS] = true};

void comp_model_path(char *path, size_t bytes, const char *name)
{
    snprintf(path, bytes, "%s/%s.safetensors",
             strchr(name, '-') || !strcmp(name, "student") ? COMP_WEIGHTS : TT_WEIGHTS, name);
}

tt_status comp_model_dense(net *m, const char *name)
{
    char path[512], kind[8];
    snprintf(kind, sizeof kind, "%.3s", strcmp(name, "student") ? name : "mlp");
    comp_model_path(path, sizeof path, name);
    const comp_recipe *r = strchr(name, '-') ? comp_recipe_find(name) : NULL;
    if (!r || r->sparsity == 0) return net_load(m, kind, path);
    net made = {0}; // of the trained model's sizes, then with the file's weights in place of its own
    char trained[512];
    comp_model_path(trained, sizeof trained, kind);
    tt_status status = net_load(&made, kind, trained);
    if (status == TT_OK) status = comp_file_load(&made.weights, path);
    if (status == TT_OK) *m = made;
    else net_finish(&made);
    return status;
}

// One model, in the form in which it runs, and the logits of its dense form.
typedef struct {
    bool is_made;
    net dense;
    comp_mlp sparse;
    float *right; // (n, classes)
} model;

typedef struct {
    int n;
    float *x, *logits; // (n, pixels), (n, classes)
    model models[COMP_MODELS], *ran;
} job;

double comp_model_work(const bench_case *c) { return c->size[0]; }

void comp_model_finish(void *at)
{
    job *p = at;
    for (int i = 0; i < COMP_MODELS; i++)
        net_finish(&p->models[i].dense), comp_mlp_finish(&p->models[i].sparse), free(p->models[i].right);
    free(p->x), free(p->logits);
    free(p);
}

void *comp_model_prepare(const bench_case *c)
{
    fashion_set test = {0};
    job *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->n = c->size[0];
    const size_t pixels = (size_t)p->n * FASHION_PIXELS;
    p->x = tensor_alloc(pixels), p->logits = tensor_alloc((size_t)p->n * FASHION_CLASSES);
    tt_status status = p->x && p->logits ? fashion_load(&test, PART_TEST) : TT_NO_MEMORY;
    if (status == TT_OK && test.count < p->n)
        status = tt_fail(TT_BAD_SHAPE, "the data set has fewer than %d test images", p->n);
    if (status == TT_OK) models_pixels(p->x, test.images, pixels);
    else fprintf(stderr, "%s\n", tt_error());
    fashion_finish(&test);
    if (status == TT_OK) return p;
    return comp_model_finish(p), NULL;
}

tt_status comp_model_ready(void *at, const bench_variant *v)
{
    job *p = at;
    model *m = &p->models[v->argument];
    if (m->is_made) return TT_OK;
    char path[512];
    const char *name = comp_model_names[v->argument];
    comp_model_path(path, sizeof path, name);
    backend_use(&backend_blas);
    m->right = tensor_alloc((size_t)p->n * FASHION_CLASSES);
    tt_status status = m->right ? comp_model_dense(&m->dense, name) : TT_NO_MEMORY;
    if (status == TT_OK && is_sparse[v->argument]) status = comp_mlp_load(&m->sparse, path);
    if (status == TT_OK) status = net_forward(&m->dense, m->right, p->x, p->n);
    m->is_made = status == TT_OK;
    return status;
}

tt_status comp_model_run(void *at, const bench_variant *v)
{
    job *p = at;
    p->ran = &p->models[v->argument];
    if (is_sparse[v->argument]) return comp_mlp_run(&p->ran->sparse, p->logits, p->x, p->n);
    return net_forward(&p->ran->dense, p->logits, p->x, p->n);
}

bool comp_model_check(void *at, char *why, size_t why_bytes)
{
    job *p = at;
    const size_t count = (size_t)p->n * FASHION_CLASSES;
    float largest = 1;
    for (size_t i = 0; i < count; i++) largest = fmaxf(largest, fabsf(p->ran->right[i]));
    // The same sums in another order, layer behind layer: 784, 512 and 256 products, 8 sqrt(k) u of each
    // layer's.
    const double bound = 8 * (sqrt(784) + sqrt(512) + sqrt(256)) * 0x1p-24 * 8 * largest;
    tensor_difference d = tensor_compare(p->logits, p->ran->right, count, bound);
    if (!d.ok) snprintf(why, why_bytes, "wrong: logit [%zu] is %.6g, not %.6g", d.index, d.got, d.want);
    memset(p->logits, 0xff, count * sizeof *p->logits);
    return d.ok;
}
