// evaluate.h: how good a model is on data that it has not been trained on.
//
// All products go through `backend`: choose a fast one first.
#pragma once

#include "models.h"

// Accuracy (0..1) and mean cross-entropy (nats) on all test images of Fashion-MNIST. If loading or the model
// fails, its status; outputs are then untouched.
tt_status evaluate_images(double *accuracy, double *loss, net *m);

// Mean cross-entropy (nats per character) on every stride-th (>= 1) full-context window of the test part, in
// the split of the text by this seed. TT_BAD_VALUE if text and model have alphabets of different sizes.
tt_status evaluate_text(double *nats, gpt *m, unsigned long long seed, int stride);
