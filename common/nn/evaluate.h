// evaluate.h: how good a model is on data that it has not been trained on.
//
// All products go through `backend`: choose a fast one first. If loading or the model fails, its status is
// returned; outputs are then untouched.
#pragma once

#include "data/parts.h"
#include "data/text.h"
#include "models.h"

typedef struct {
    double accuracy; // 0..1: the largest logit is the label's
    double loss;     // mean cross-entropy, nats
    long count;      // predictions
} evaluation;

// Logits (count, classes) of the items first .. first + count - 1, at most EVALUATE_BATCH of them, of what `of` is.
enum { EVALUATE_BATCH = 250 };
typedef tt_status evaluate_model(void *of, float *logits, int first, int count);

// Any model on `count` >= 1 labelled items, a batch at a time. labels (count); predictions (count), NULL if not wanted.
tt_status evaluate_items(evaluation *e, int *predictions, evaluate_model *model, void *of, int classes,
                         const unsigned char *labels, int count);

// A network on pictures of its size as bytes, (count, h, w, c).
tt_status evaluate_pictures(evaluation *e, int *predictions, net *m, const unsigned char *pixels,
                            const unsigned char *labels, int count);

// The same on a part of Fashion-MNIST: PART_VALIDATION to choose by, PART_TEST to report.
tt_status evaluate_images(evaluation *e, net *m, data_part part);

// A transformer on every stride-th (>= 1) full-context window of a part of a text. TT_BAD_VALUE if the text's alphabet
// is not as large as the model's, TT_BAD_SHAPE if no window is in that part.
tt_status evaluate_windows(evaluation *e, gpt *m, const text_corpus *text, const text_split *split,
                           text_part part, size_t stride);

// The same on the test part of the text, in the split of the text by this seed.
tt_status evaluate_text(evaluation *e, gpt *m, unsigned long long seed, int stride);
