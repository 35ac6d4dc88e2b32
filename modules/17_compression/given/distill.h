// distill.h: a teacher's answers as a loss for common's training loop.
//
// Errors   as in compression.h and nn/net.h; TT_TODO from a function that is not written yet.
#pragma once

#include "compression.h"
#include "train/batches.h"

static const float COMP_TEMPERATURE = 4, COMP_SOFT = 0.7f;

typedef struct {
    net *teacher;   // the caller's
    float *targets; // (batch, classes)
} comp_distill;

tt_status comp_distill_create(comp_distill *s, net *teacher, int batch);
void comp_distill_finish(comp_distill *s);

// For train_images.loss; its loss_state is a comp_distill. The teacher sees the same picture as the student.
train_loss comp_distill_loss;
