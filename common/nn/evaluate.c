// evaluate.c: loops over the test sets, the images in batches and the text in windows.
#include "evaluate.h"

#include <stdlib.h>

#include "data/fashion.h"
#include "core/tensor.h"
#include "data/text.h"
#include "layers.h"

static tt_status images_batch(double *loss, int *right, net *m, const fashion_set *set, int first, int count)
{
    float *x = tensor_alloc((size_t)count * FASHION_PIXELS);
    float *logits = tensor_alloc((size_t)count * (size_t)m->classes);
    int *labels = malloc((size_t)count * sizeof *labels);
    tt_status status = x && logits && labels ? TT_OK : TT_NO_MEMORY;
    if (status == TT_OK) {
        models_pixels(x, set->images + (size_t)first * FASHION_PIXELS, (size_t)count * FASHION_PIXELS);
        for (int i = 0; i < count; i++) labels[i] = set->labels[first + i];
        status = net_forward(m, logits, x, count);
    }
    if (status == TT_OK) status = nn_cross_entropy(loss, right, NULL, logits, labels, count, m->classes);
    free(x), free(logits), free(labels);
    return status;
}

tt_status evaluate_images(double *accuracy, double *loss, net *m)
{
    enum { BATCH = 250 };
    fashion_set set;
    tt_status status = fashion_load(&set, false);
    if (status != TT_OK) return status;
    double sum = 0;
    long right = 0;
    for (int first = 0, count; first < set.count && status == TT_OK; first += count) {
        count = set.count - first < BATCH ? set.count - first : BATCH;
        double part;
        int hits;
        status = images_batch(&part, &hits, m, &set, first, count);
        if (status == TT_OK) sum += part * count, right += hits;
    }
    if (status == TT_OK) *accuracy = (double)right / set.count, *loss = sum / set.count;
    fashion_finish(&set);
    return status;
}

static tt_status text_window_loss(double *loss, gpt *m, const text_corpus *text, size_t start, int *ids,
                                  float *logits)
{
    int context = m->config.context;
    tt_status status = text_ids(ids, text, text->bytes + start, (size_t)context + 1);
    if (status == TT_OK) status = gpt_forward(m, logits, ids, context, NULL);
    if (status == TT_OK)
        status = nn_cross_entropy(loss, NULL, NULL, logits, ids + 1, context, m->config.vocab);
    return status;
}

tt_status evaluate_text(double *nats, gpt *m, unsigned long long seed, int stride)
{
    text_corpus text;
    text_split split;
    size_t length = (size_t)m->config.context + 1, used = 0, start;
    double sum = 0, loss;
    if (stride < 1) return TT_BAD_VALUE;
    tt_status status = text_load(&text);
    if (status != TT_OK) return status;
    int *ids = malloc(length * sizeof *ids);
    float *logits = tensor_alloc(length * (size_t)m->config.vocab);
    if (!ids || !logits) status = TT_NO_MEMORY;
    else if (text.vocab != m->config.vocab)
        status = tt_fail(TT_BAD_VALUE, "the model knows %d characters, %s has %d", m->config.vocab,
                         text.source, text.vocab);
    else status = text_split_make(&split, text.count, seed);
    size_t windows = status == TT_OK ? text_window_count(&split, TEXT_TEST, length) : 0;
    for (size_t i = 0; i < windows && status == TT_OK; i += (size_t)stride, used++) {
        status = text_window(&start, &split, TEXT_TEST, length, i);
        if (status == TT_OK) status = text_window_loss(&loss, m, &text, start, ids, logits);
        if (status == TT_OK) sum += loss;
    }
    if (status == TT_OK && used > 0) *nats = sum / (double)used;
    free(ids), free(logits);
    text_finish(&text);
    return status;
}
