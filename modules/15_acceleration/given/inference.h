// inference.h: the course's three trained models as jobs for a backend.
//
// What is timed is a whole forward pass, products and everything else, through `backend`
// (common/ops/backend.h). The weights are those in datasets/weights, the inputs real: test images of
// Fashion-MNIST, text of the corpus.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ops/backend.h"
#include "measure/results.h"

typedef enum { INFERENCE_MLP, INFERENCE_CNN, INFERENCE_GPT } inference_model;

typedef struct inference inference;

// Load a model and `count` inputs: images, or characters of one text. NULL if weights or data are missing;
// tt_error says which. accel_inference_finish frees; NULL is fine.
inference *accel_inference_create(inference_model model, int count);
void accel_inference_finish(inference *job);

// The transformer's gelu, softmax and layer norms: the textbook's (ops/ops.h), or those of nn/layers.h, which the
// compiler can vectorise and a new job has. The other models have none of them.
void accel_inference_textbook(inference *job, bool textbook);

// One forward pass through `backend`. Returns the status of the product that failed, else TT_OK.
tt_status accel_inference_run(inference *job);

// Whether the last run's predictions are those of the naive backend and the textbook, and its logits within 1e-3 of them; if
// not, `why` says what differs. Overwrites the logits: each check needs a run of its own.
bool accel_inference_check(inference *job, char *why, size_t why_bytes);

// Operations in the products of one pass over `count` inputs, by formula: 2 for each multiply-add. 0 without
// the weights.
double accel_inference_flops(inference_model model, int count);

// The share of a pass that is spent in products, 0..1, measured over some passes with the backend in use;
// negative if a product fails.
double accel_inference_product_share(inference *job);

// The quality of the shipped weights on the real test sets, computed with the BLAS backend, as values of r:
// mlp_accuracy and cnn_accuracy in percent, gpt_nats per character on a sixteenth of the test part. NaN if
// something is missing.
void accel_inference_measure(results *r);
