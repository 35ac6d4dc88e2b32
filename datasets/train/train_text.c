// train_text.c: windows of text for the transformer.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn/layers.h"
#include "train.h"

enum { WINDOW = MODELS_CONTEXT + 1 }; // each character but the first is predicted from those before it

tt_status text_open(run *r)
{
    tt_status status = text_load(&r->text);
    if (status == TT_OK) status = text_split_make(&r->split, r->text.count, r->seed);
    if (status == TT_OK && text_window_count(&r->split, TEXT_TEST, WINDOW) == 0)
        status =
            tt_fail(TT_BAD_FILE, "%s: too short: no piece of it has %d bytes; take a text of 100 kB or more",
                    r->text.source, WINDOW);
    if (status == TT_OK) status = gpt_create_default(&r->gpt, r->text.vocab, r->seed);
    if (status != TT_OK) return status;
    size_t tokens = (size_t)r->share * MODELS_CONTEXT;
    r->weights = &r->gpt.weights;
    r->items = (double)r->batch * MODELS_CONTEXT;
    r->labels = calloc(2 * tokens, sizeof *r->labels); // the ids, and behind them the next characters
    r->logits = tensor_alloc(tokens * (size_t)r->text.vocab);
    r->dlogits = tensor_alloc(tokens * (size_t)r->text.vocab);
    if (!r->labels || !r->logits || !r->dlogits)
        return tt_fail(TT_NO_MEMORY, "no memory for a batch of %d", r->share);
    text_alphabet_hex(r->vocabulary, &r->text);
    snprintf(r->dataset, sizeof r->dataset, "%.90s, %zu bytes", r->text.source, r->text.count);
    return TT_OK;
}

// Window at `start` as row i of the share: `length` ids, and as many next characters in the labels' second
// half.
static void put_window(run *r, int i, size_t start, int length)
{
    int *ids = r->labels + (size_t)i * length, *next = ids + (size_t)r->share * MODELS_CONTEXT;
    for (int t = 0; t < length; t++) {
        ids[t] = r->text.id_of[r->text.bytes[start + (size_t)t]];
        next[t] = r->text.id_of[r->text.bytes[start + (size_t)t + 1]];
    }
}

// Short windows first. Attention begins as a mean over all that a token may see; among 64 tokens the one that
// matters has eight times the weight that it has among 512, and is found so much sooner. A step has the same
// number of characters at every length.
static const struct {
    double until; // this part of all steps
    int length;
} lengths[] = {{0.1, 64}, {0.3, 128}, {0.5, 256}, {1, MODELS_CONTEXT}};

static int length_at(const run *r)
{
    int i = 0;
    while (lengths[i].until < 1 && (double)r->step >= lengths[i].until * (double)r->steps) i++;
    return lengths[i].length;
}

tt_status text_step(run *r, double *loss, double *correct)
{
    tt_rng rng = train_rng(r, TRAIN_WINDOWS, r->worker, r->step);
    int rows = r->share * MODELS_CONTEXT, length = length_at(r), right = 0;
    for (int i = 0; i < rows / length; i++) {
        size_t start = 0;
        tt_status status = text_pick(&start, &r->split, TEXT_TRAIN, (size_t)length + 1, &rng);
        if (status != TT_OK) return status;
        put_window(r, i, start, length);
    }
    tt_status status = gpt_train_forward(&r->gpt, r->logits, r->labels, rows / length, length);
    if (status == TT_OK)
        status = nn_cross_entropy(loss, &right, r->dlogits, r->logits, r->labels + rows, rows, r->text.vocab);
    *correct = (double)right / rows;
    return status == TT_OK ? gpt_backward(&r->gpt, r->dlogits) : status;
}

// On the way a few windows of the calibration part; at the end every window of the test part.
tt_status text_evaluate(run *r, bool test)
{
    text_part part = test ? TEXT_TEST : TEXT_CALIBRATION;
    size_t all = text_window_count(&r->split, part, WINDOW), some = test || all < 32 ? all : 32;
    double sum = 0;
    long long all_right = 0;
    for (size_t i = 0; i < some; i++) {
        size_t start = 0;
        double loss = 0;
        int right = 0;
        tt_status status = text_window(&start, &r->split, part, WINDOW, i * all / some);
        if (status != TT_OK) return status;
        put_window(r, 0, start, MODELS_CONTEXT);
        status = gpt_forward(&r->gpt, r->logits, r->labels, MODELS_CONTEXT, NULL);
        if (status == TT_OK)
            status = nn_cross_entropy(&loss, &right, NULL, r->logits,
                                      r->labels + (size_t)r->share * MODELS_CONTEXT, MODELS_CONTEXT,
                                      r->text.vocab);
        if (status != TT_OK) return status;
        sum += loss;
        all_right += right;
    }
    long long count = (long long)some * MODELS_CONTEXT;
    r->figures = (figures){.loss = some ? sum / (double)some : 0,
                           .accuracy = count ? (double)all_right / (double)count : 0,
                           .count = count,
                           .what = test ? "test characters" : "calibration characters"};
    return TT_OK;
}
