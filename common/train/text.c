// text.c: batches of windows of a text, short ones first.
#include "batches.h"

#include <stdlib.h>

#include "nn/evaluate.h"
#include "nn/layers.h"

enum { WINDOW = MODELS_CONTEXT + 1 }; // each character but the first is predicted from those before it

tt_status train_text_open(train_text *d, int batch, uint64_t seed)
{
    tt_status status = text_load(&d->text);
    if (status == TT_OK) status = text_split_make(&d->split, d->text.count, seed);
    if (status != TT_OK) return status;
    if (text_window_count(&d->split, TEXT_TEST, WINDOW) == 0)
        return tt_fail(TT_BAD_FILE,
                       "%s: too short: no piece of it has %d bytes; take a text of 100 kB or more",
                       d->text.source, WINDOW);
    size_t tokens = (size_t)batch * MODELS_CONTEXT;
    d->ids = calloc(tokens, sizeof *d->ids);
    d->next = calloc(tokens, sizeof *d->next);
    d->logits = tensor_alloc(tokens * (size_t)d->text.vocab);
    d->dlogits = tensor_alloc(tokens * (size_t)d->text.vocab);
    if (!d->ids || !d->next || !d->logits || !d->dlogits)
        return tt_fail(TT_NO_MEMORY, "no memory for a batch of %d", batch);
    return TT_OK;
}

void train_text_finish(train_text *d)
{
    text_finish(&d->text);
    free(d->ids), free(d->next), free(d->logits), free(d->dlogits);
    *d = (train_text){0};
}

// The window at `start` as row i of the batch.
static void put_window(train_text *d, int i, size_t start, int length)
{
    const unsigned char *bytes = d->text.bytes + start;
    int *ids = d->ids + (size_t)i * length, *next = d->next + (size_t)i * length;
    for (int t = 0; t < length; t++) ids[t] = d->text.id_of[bytes[t]], next[t] = d->text.id_of[bytes[t + 1]];
}

// Short windows first. Attention begins as a mean over all that a token may see; among 64 tokens the one that
// matters has eight times the weight that it has among 512, and is found so much sooner. A step has the same
// number of characters at every length.
static int length_at(const train_text *d, train_place at)
{
    static const struct {
        double until; // this part of all steps
        int length;
    } lengths[] = {{0.1, 64}, {0.3, 128}, {0.5, 256}, {1, MODELS_CONTEXT}};
    int i = 0;
    while (lengths[i].until < 1 &&
           (d->whole_windows || (double)at.step >= lengths[i].until * (double)at.steps))
        i++;
    return lengths[i].length;
}

tt_status train_text_step(void *data, train_place at, double *loss, double *accuracy)
{
    train_text *d = data;
    tt_rng rng = train_rng(at.seed, TRAIN_WINDOWS, at.worker, at.step);
    int rows = at.share * MODELS_CONTEXT, length = length_at(d, at), right = 0;
    for (int i = 0; i < rows / length; i++) {
        size_t start = 0;
        tt_status status = text_pick(&start, &d->split, TEXT_TRAIN, (size_t)length + 1, &rng);
        if (status != TT_OK) return status;
        put_window(d, i, start, length);
    }
    tt_status status = gpt_train_forward(d->gpt, d->logits, d->ids, rows / length, length);
    if (status == TT_OK)
        status = nn_cross_entropy(loss, &right, d->dlogits, d->logits, d->next, rows, d->text.vocab);
    *accuracy = (double)right / rows;
    return status == TT_OK ? gpt_backward(d->gpt, d->dlogits) : status;
}

tt_status train_text_evaluate(void *data, bool last, train_figures *figures)
{
    enum { FEW = 32 };
    train_text *d = data;
    const text_part part = last ? TEXT_TEST : TEXT_CALIBRATION;
    const size_t all = text_window_count(&d->split, part, WINDOW);
    const char *what = last ? "test characters" : "calibration characters";
    evaluation e = {0};
    tt_status status = TT_OK; // a text may be too short for windows to calibrate on
    if (all > 0)
        status = evaluate_windows(&e, d->gpt, &d->text, &d->split, part, last || all < FEW ? 1 : all / FEW);
    if (status == TT_OK) *figures = (train_figures){e.loss, e.accuracy, e.count, what};
    return status;
}
