// evaluate.h: how good a model is on what it has never been trained on.
//
// All products go through `backend`: choose a fast row first.
#pragma once

#include "models.h"

// Accuracy (0..1) and mean cross-entropy (nats) on all test images of Fashion-MNIST. What loading or the
// model answered; outputs are then untouched.
tt_status evaluate_images(double *accuracy, double *loss, net *m);

// Mean cross-entropy (nats per character) on every stride-th (>= 1) full-context window of the text's test
// part, as the split of this seed deals it. TT_BAD_VALUE if the text's alphabet is not as large as the
// model's.
tt_status evaluate_text(double *nats, gpt *m, unsigned long long seed, int stride);
