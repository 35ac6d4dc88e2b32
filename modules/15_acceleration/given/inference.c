// inference.c: loads a trained model and real inputs, and runs them through the backend in use.
#include "inference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/fashion.h"
#include "measure/measure.h"
#include "nn/evaluate.h"
#include "core/tensor.h"
#include "data/text.h"

struct inference {
    inference_model model;
    int count, classes; // inputs, and logits for each
    net net;            // mlp, cnn
    gpt gpt;
    float *x;              // (count, 784)
    int *ids;              // (count)
    float *logits, *right; // (count, classes): of the last run, and of the naive backend
};

static tt_status load_images(inference *job)
{
    fashion_set test = {0};
    tt_status status = fashion_load(&test, PART_TEST);
    if (status != TT_OK) return status;
    size_t floats = (size_t)job->count * FASHION_PIXELS;
    if (test.count < job->count)
        status = tt_fail(TT_BAD_SHAPE, "the test set has only %d images", test.count);
    else if (!(job->x = tensor_alloc(floats))) status = TT_NO_MEMORY;
    else models_pixels(job->x, test.images, floats);
    fashion_finish(&test);
    return status;
}

static tt_status load_text(inference *job)
{
    text_corpus text = {0};
    text_split split;
    size_t start = 0;
    tt_status status = text_load(&text);
    if (status != TT_OK) return status;
    status = text_split_make(&split, text.count, 1);
    if (status == TT_OK) status = text_window(&start, &split, TEXT_TEST, (size_t)job->count, 0);
    job->ids = calloc((size_t)job->count, sizeof *job->ids);
    if (status == TT_OK && !job->ids) status = TT_NO_MEMORY;
    if (status == TT_OK) status = text_ids(job->ids, &text, text.bytes + start, (size_t)job->count);
    text_finish(&text);
    return status;
}

static tt_status load_weights(inference *job)
{
    static const char *const names[] = {"mlp", "cnn", "gpt"};
    char path[512];
    snprintf(path, sizeof path, "%s/%s.safetensors", TT_WEIGHTS, names[job->model]);
    return job->model == INFERENCE_GPT ? gpt_load(&job->gpt, path)
                                       : net_load(&job->net, names[job->model], path);
}

static tt_status load(inference *job)
{
    bool is_text = job->model == INFERENCE_GPT;
    tt_status status = load_weights(job);
    if (status == TT_OK) status = is_text ? load_text(job) : load_images(job);
    if (status != TT_OK) return status;
    job->classes = is_text ? job->gpt.config.vocab : job->net.classes;
    size_t floats = (size_t)job->count * (size_t)job->classes;
    job->logits = tensor_alloc(floats);
    job->right = tensor_alloc(floats);
    if (!job->logits || !job->right) return TT_NO_MEMORY;
    const tt_backend *before = backend;
    backend_use(&backend_naive);
    accel_inference_textbook(job, true);
    status = accel_inference_run(job);
    accel_inference_textbook(job, false);
    backend_use(before);
    memcpy(job->right, job->logits, floats * sizeof *job->logits);
    return status;
}

inference *accel_inference_create(inference_model model, int count)
{
    inference *job = calloc(1, sizeof *job);
    if (!job) return NULL;
    job->model = model;
    job->count = count;
    if (load(job) == TT_OK) return job;
    accel_inference_finish(job);
    return NULL;
}

void accel_inference_finish(inference *job)
{
    if (!job) return;
    net_finish(&job->net);
    gpt_finish(&job->gpt);
    free(job->x), free(job->ids), free(job->logits), free(job->right);
    free(job);
}

void accel_inference_textbook(inference *job, bool textbook)
{
    job->gpt.kernels = textbook ? &gpt_textbook : NULL;
}

tt_status accel_inference_run(inference *job)
{
    return job->model == INFERENCE_GPT ? gpt_forward(&job->gpt, job->logits, job->ids, job->count, NULL)
                                       : net_forward(&job->net, job->logits, job->x, job->count);
}

bool accel_inference_check(inference *job, char *why, size_t why_bytes)
{
    size_t floats = (size_t)job->count * (size_t)job->classes;
    int *got = malloc(2 * (size_t)job->count * sizeof *got), *want = got + job->count, changed = 0;
    if (!got) return false;
    models_predict(got, job->logits, job->count, job->classes);
    models_predict(want, job->right, job->count, job->classes);
    for (int i = 0; i < job->count; i++) changed += got[i] != want[i];
    free(got);
    tensor_difference d = tensor_compare(job->logits, job->right, floats, 1e-3);
    if (changed) snprintf(why, why_bytes, "wrong: %d of %d predictions changed", changed, job->count);
    else if (!d.ok) snprintf(why, why_bytes, "wrong: a logit is %.6g, not %.6g", d.got, d.want);
    memset(job->logits, 0xff, floats * sizeof *job->logits);
    return d.ok && !changed;
}

double accel_inference_flops(inference_model model, int count)
{
    inference job = {.model = model};
    double sum = 0;
    if (load_weights(&job) == TT_OK && model == INFERENCE_GPT) sum = (double)gpt_macs(&job.gpt, count, 0);
    for (int i = 0; i < job.net.count; i++) sum += (double)net_macs(&job.net, i) * count;
    net_finish(&job.net);
    gpt_finish(&job.gpt);
    return 2 * sum;
}

static double quality_of(inference_model model)
{
    inference job = {.model = model};
    evaluation e;
    tt_status status = load_weights(&job);
    if (status == TT_OK && model == INFERENCE_GPT) status = evaluate_text(&e, &job.gpt, 1, 16);
    else if (status == TT_OK) status = evaluate_images(&e, &job.net, PART_TEST);
    net_finish(&job.net);
    gpt_finish(&job.gpt);
    return status != TT_OK ? NAN : model == INFERENCE_GPT ? e.loss : 100 * e.accuracy;
}

void accel_inference_measure(results *r)
{
    const tt_backend *before = backend;
    backend_use(&backend_blas);
    results_set(r, "mlp_accuracy", quality_of(INFERENCE_MLP), "%");
    results_set(r, "cnn_accuracy", quality_of(INFERENCE_CNN), "%");
    results_set(r, "gpt_nats", quality_of(INFERENCE_GPT), "nats");
    backend_use(before);
}

// --- The share of the products ---

static tt_matmul *inner;
static double inner_seconds;

static tt_status timed_matmul(float *out, const float *a, const float *b, int m, int n, int k)
{
    double start = measure_now();
    tt_status status = inner(out, a, b, m, n, k);
    inner_seconds += measure_now() - start;
    return status;
}

double accel_inference_product_share(inference *job)
{
    enum { PASSES = 5 };
    const double enough = 0.5; // seconds: a slow pass needs no more repetitions
    static const tt_backend timed = {"timed", timed_matmul};
    const tt_backend *before = backend;
    double shares[PASSES], used = 0;
    int passes = 0;
    tt_status status = accel_inference_run(job); // warms up
    inner = before->matmul;
    backend_use(&timed);
    while (status == TT_OK && passes < PASSES && used < enough) {
        inner_seconds = 0;
        double start = measure_now();
        status = accel_inference_run(job);
        double seconds = measure_now() - start;
        shares[passes++] = inner_seconds / seconds;
        used += seconds;
    }
    backend_use(before);
    return status == TT_OK ? measure_describe(shares, passes).median : -1;
}
