// evaluate.c: loops over what is held out, the images in batches and the text in windows.
#include "evaluate.h"

#include <stdlib.h>

#include "core/tensor.h"
#include "data/fashion.h"
#include "layers.h"

tt_status evaluate_items(evaluation *e, int *predictions, evaluate_model *model, void *of, int classes,
                         const unsigned char *labels, int count)
{
    if (count < 1) return tt_fail(TT_BAD_SHAPE, "there is nothing to evaluate a model on");
    evaluation sum = {.count = count};
    float *logits = tensor_alloc((size_t)EVALUATE_BATCH * (size_t)classes);
    tt_status status = logits ? TT_OK : TT_NO_MEMORY;
    for (int first = 0, n; first < count && status == TT_OK; first += n) {
        int wanted[EVALUATE_BATCH], right = 0;
        double loss = 0;
        n = count - first < EVALUATE_BATCH ? count - first : EVALUATE_BATCH;
        for (int i = 0; i < n; i++) wanted[i] = labels[first + i];
        status = model(of, logits, first, n);
        if (status == TT_OK) status = nn_cross_entropy(&loss, &right, NULL, logits, wanted, n, classes);
        if (status == TT_OK && predictions) models_predict(predictions + first, logits, n, classes);
        sum.accuracy += right, sum.loss += loss * n;
    }
    free(logits);
    if (status == TT_OK) *e = (evaluation){sum.accuracy / count, sum.loss / count, count};
    return status;
}

typedef struct {
    net *m;
    const unsigned char *pixels;
    float *x; // a batch of pictures
} pictures;

static tt_status run_pictures(void *of, float *logits, int first, int count)
{
    const pictures *p = of;
    const size_t picture = p->m->layers[0].in;
    models_pixels(p->x, p->pixels + (size_t)first * picture, (size_t)count * picture);
    return net_forward(p->m, logits, p->x, count);
}

tt_status evaluate_pictures(evaluation *e, int *predictions, net *m, const unsigned char *pixels,
                            const unsigned char *labels, int count)
{
    pictures p = {m, pixels, tensor_alloc(EVALUATE_BATCH * m->layers[0].in)};
    if (!p.x) return TT_NO_MEMORY;
    tt_status status = evaluate_items(e, predictions, run_pictures, &p, m->classes, labels, count);
    free(p.x);
    return status;
}

tt_status evaluate_images(evaluation *e, net *m, data_part part)
{
    fashion_set set;
    tt_status status = fashion_load(&set, part);
    if (status != TT_OK) return status;
    status = evaluate_pictures(e, NULL, m, set.images, set.labels, set.count);
    fashion_finish(&set);
    return status;
}

tt_status evaluate_windows(evaluation *e, gpt *m, const text_corpus *text, const text_split *split,
                           text_part part, size_t stride)
{
    const int context = m->config.context, vocab = m->config.vocab;
    const size_t length = (size_t)context + 1;
    if (stride < 1) return TT_BAD_VALUE;
    if (text->vocab != vocab)
        return tt_fail(TT_BAD_VALUE, "the model knows %d characters, %s has %d", vocab, text->source,
                       text->vocab);
    evaluation sum = {0};
    int *ids = malloc(length * sizeof *ids);
    float *logits = tensor_alloc(length * (size_t)vocab);
    tt_status status = ids && logits ? TT_OK : TT_NO_MEMORY;
    const size_t windows = text_window_count(split, part, length);
    for (size_t i = 0; i < windows && status == TT_OK; i += stride) {
        size_t start = 0;
        double loss = 0;
        int right = 0;
        status = text_window(&start, split, part, length, i);
        if (status == TT_OK) status = text_ids(ids, text, text->bytes + start, length);
        if (status == TT_OK) status = gpt_forward(m, logits, ids, context, NULL);
        if (status == TT_OK) status = nn_cross_entropy(&loss, &right, NULL, logits, ids + 1, context, vocab);
        sum.accuracy += right, sum.loss += loss * context, sum.count += context;
    }
    free(ids), free(logits);
    if (status != TT_OK) return status;
    if (sum.count == 0)
        return tt_fail(TT_BAD_SHAPE, "%s: no window of %zu characters is in that part", text->source, length);
    *e = (evaluation){sum.accuracy / (double)sum.count, sum.loss / (double)sum.count, sum.count};
    return TT_OK;
}

tt_status evaluate_text(evaluation *e, gpt *m, unsigned long long seed, int stride)
{
    text_corpus text;
    text_split split;
    if (stride < 1) return TT_BAD_VALUE;
    tt_status status = text_load(&text);
    if (status != TT_OK) return status;
    status = text_split_make(&split, text.count, seed);
    if (status == TT_OK) status = evaluate_windows(e, m, &text, &split, TEXT_TEST, (size_t)stride);
    text_finish(&text);
    return status;
}
