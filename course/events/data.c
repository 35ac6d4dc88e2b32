// data.c: loads the sets, and makes inputs of them.
#include "events/data.h"

#include <stdlib.h>
#include <string.h>

#include "data/unseen.h"

void event_data_finish(event_data *d)
{
    if (!d) return;
    free(d->inputs), free(d->answers), free(d->calibration), free(d->pixels);
    *d = (event_data){0};
}

static tt_status allocate(event_data *d, size_t inputs, size_t answers)
{
    d->inputs = malloc(inputs), d->answers = malloc(answers * sizeof *d->answers);
    return d->inputs && d->answers ? TT_OK : tt_fail(TT_NO_MEMORY, "no memory for %d inputs", d->count);
}

// --- Pictures ---

static tt_status keep_training(event_data *d)
{
    fashion_set train = {0};
    tt_status status = fashion_load(&train, PART_TRAIN);
    if (status == TT_OK && train.count < CONTENDER_CALIBRATION)
        status = tt_fail(TT_BAD_FILE, "%d training pictures, at least %d are needed; take a larger slice",
                         train.count, CONTENDER_CALIBRATION);
    if (status == TT_OK) {
        d->calibration = malloc((size_t)CONTENDER_CALIBRATION * FASHION_PIXELS);
        d->pixels = malloc((size_t)DATA_CALL * FASHION_PIXELS);
        status = d->calibration && d->pixels ? TT_OK : TT_NO_MEMORY;
    }
    if (status == TT_OK) {
        memcpy(d->calibration, train.images, (size_t)CONTENDER_CALIBRATION * FASHION_PIXELS);
        memcpy(d->pixels, train.images, (size_t)DATA_CALL * FASHION_PIXELS);
        for (int i = 0; i < DATA_CALL; i++) d->labels[i] = train.labels[i];
    }
    fashion_finish(&train);
    return status;
}

static tt_status pictures(event_data *d, data_part part, const uint64_t *key)
{
    fashion_set set = {0};
    tt_status status = fashion_load(&set, part);
    d->call = DATA_CALL, d->shape = (contender_shape){FASHION_PIXELS, 1, FASHION_CLASSES};
    if (!key) d->count = set.count / DATA_CALL * DATA_CALL; // whole calls
    if (status == TT_OK) status = allocate(d, (size_t)d->count * FASHION_PIXELS, (size_t)d->count);
    if (status == TT_OK && key) status = unseen_pictures(d->inputs, d->answers, d->count, &set, *key);
    if (status == TT_OK && !key) {
        memcpy(d->inputs, set.images, (size_t)d->count * FASHION_PIXELS);
        for (int i = 0; i < d->count; i++) d->answers[i] = set.labels[i];
    }
    fashion_finish(&set);
    return status == TT_OK ? keep_training(d) : status;
}

// --- Text ---

static tt_status texts(event_data *d, uint64_t key)
{
    const size_t ids = (size_t)d->count * CONTENDER_TEXT;
    text_corpus text = {0};
    text_split split;
    int *next = malloc(ids * sizeof *next);
    tt_status status = next ? text_load(&text) : TT_NO_MEMORY;
    d->call = 1;
    d->shape = (contender_shape){CONTENDER_TEXT * sizeof(int), CONTENDER_TOKENS, text.vocab};
    if (status == TT_OK) status = text_split_make(&split, text.count, 1);
    if (status == TT_OK) status = allocate(d, ids * sizeof(int), (size_t)d->count * CONTENDER_TOKENS);
    if (status == TT_OK) status = unseen_text(d->inputs, next, d->count, CONTENDER_TEXT, &text, &split, key);
    for (int i = 0; i < d->count && status == TT_OK; i++)
        memcpy(d->answers + (size_t)i * CONTENDER_TOKENS,
               next + (size_t)(i + 1) * CONTENDER_TEXT - CONTENDER_TOKENS, CONTENDER_TOKENS * sizeof *next);
    free(next);
    text_finish(&text);
    return status;
}

// --- Doors ---

static tt_status end(event_data *d, event_data *made, tt_status status)
{
    if (status == TT_OK) *d = *made;
    else event_data_finish(made);
    return status;
}

tt_status event_data_unseen(event_data *d, int event, int count, uint64_t key)
{
    if (!d || event < 0 || event >= OLY_EVENTS || count < 1) return TT_BAD_VALUE;
    event_data made = {.event = event, .count = count};
    return end(d, &made, event == OLY_GPT ? texts(&made, key) : pictures(&made, PART_TEST, &key));
}

tt_status event_data_validation(event_data *d, int event)
{
    if (!d || (event != OLY_MLP && event != OLY_CNN)) return TT_BAD_VALUE;
    event_data made = {.event = event};
    return end(d, &made, pictures(&made, PART_VALIDATION, NULL));
}
