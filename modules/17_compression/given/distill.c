// distill.c: the teacher answers first, then the student's loss is taken against labels and answers.
#include "distill.h"

#include <stdlib.h>

#include "core/tensor.h"
#include "nn/layers.h"
#include "nn/models.h"

tt_status comp_distill_create(comp_distill *s, net *teacher, int batch)
{
    float *targets = tensor_alloc((size_t)batch * teacher->classes);
    if (!targets) return tt_fail(TT_NO_MEMORY, "no memory for the answers to %d pictures", batch);
    *s = (comp_distill){teacher, targets};
    return TT_OK;
}

void comp_distill_finish(comp_distill *s)
{
    if (s) free(s->targets), *s = (comp_distill){0};
}

// How many rows have their label's logit as the largest.
static int right_ones(const train_batch *b)
{
    int right = 0;
    for (int i = 0; i < b->rows; i++) {
        int best;
        models_predict(&best, b->logits + (size_t)i * b->classes, 1, b->classes);
        right += best == b->labels[i];
    }
    return right;
}

tt_status comp_distill_loss(void *state, double *loss, int *right, float *dlogits, const train_batch *b)
{
    comp_distill *s = state;
    tt_status status = net_forward(s->teacher, s->targets, b->x, b->rows);
    if (status == TT_OK)
        status = distill_targets(s->targets, s->targets, COMP_TEMPERATURE, b->rows, b->classes);
    if (status == TT_OK)
        status = distill_loss(loss, dlogits, b->logits, s->targets, b->labels, COMP_TEMPERATURE, COMP_SOFT,
                              b->rows, b->classes);
    if (status == TT_OK && right) *right = right_ones(b);
    return status;
}
