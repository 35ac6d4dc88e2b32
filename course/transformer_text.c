// transformer_text.c: how well a combination predicts text that it has not seen.
#include <stdlib.h>

#include "core/tensor.h"
#include "nn/layers.h"
#include "transformer_inner.h"

// A window's logits: at once, or, where keys and values are kept, the second half token by token.
static tt_status window(course_gpt *g, float *logits, const int *ids, int context, int vocab)
{
    const int block = g->parts & COURSE_CACHE ? context / 2 : context;
    tt_status status = course_gpt_forward(g, logits, ids, 0, block);
    for (int t = block; t < context && status == TT_OK; t++)
        status = course_gpt_forward(g, logits + (size_t)t * vocab, ids, t, t + 1);
    return status;
}

tt_status course_gpt_nats(double *nats, course_gpt *g, const text_corpus *text, const text_split *split,
                          int stride)
{
    const int context = g->dense.config.context, vocab = g->dense.config.vocab;
    const size_t length = (size_t)context + 1, windows = text_window_count(split, TEXT_TEST, length);
    if (!nats || stride < 1) return TT_BAD_VALUE;
    if (text->vocab != vocab)
        return tt_fail(TT_BAD_VALUE, "the model knows %d characters, %s has %d", vocab, text->source,
                       text->vocab);
    int *ids = malloc(length * sizeof *ids), count = 0;
    float *logits = tensor_alloc(length * (size_t)vocab);
    tt_status status = ids && logits ? TT_OK : TT_NO_MEMORY;
    double sum = 0, loss;
    for (size_t i = 0; i < windows && status == TT_OK; i += (size_t)stride, count++) {
        size_t start = 0;
        status = text_window(&start, split, TEXT_TEST, length, i);
        if (status == TT_OK) status = text_ids(ids, text, text->bytes + start, length);
        if (status == TT_OK) status = window(g, logits, ids, context, vocab);
        if (status == TT_OK) status = nn_cross_entropy(&loss, NULL, NULL, logits, ids + 1, context, vocab);
        if (status == TT_OK) sum += loss;
    }
    if (status == TT_OK && count == 0)
        status = tt_fail(TT_BAD_SHAPE, "%s: no window of %zu characters is held out", text->source, length);
    if (status == TT_OK) *nats = sum / count;
    free(ids), free(logits);
    return status;
}
