// masks.c: hands the arrays of a model's parameters to the student's functions.
#include "masks.h"

#include <stdlib.h>
#include <string.h>

#include "core/tensor.h"
#include "sparse_file.h"

static bool is_pruned(const parameter *p)
{
    return p->decays && p->dims > 1 && strcmp(p->name, "head.weight") != 0;
}

static parameter *pruned(const comp_masks *m, int i) { return &m->of->list[m->pruned[i]]; }

tt_status comp_masks_create(comp_masks *m, parameters *of)
{
    comp_masks made = {.of = of};
    for (int i = 0; i < of->count && made.count < COMP_MOST_PRUNED; i++) {
        if (!is_pruned(&of->list[i])) continue;
        float *mask = tensor_alloc(of->list[i].count);
        if (!mask) {
            comp_masks_finish(&made);
            return tt_fail(TT_NO_MEMORY, "no memory for a mask of %zu weights", of->list[i].count);
        }
        for (size_t j = 0; j < of->list[i].count; j++) mask[j] = 1;
        of->list[i].mask = mask;
        made.masks[made.count] = mask, made.pruned[made.count++] = i;
    }
    *m = made;
    return TT_OK;
}

void comp_masks_finish(comp_masks *m)
{
    if (!m || !m->of) return;
    for (int i = 0; i < m->count; i++) pruned(m, i)->mask = NULL, free(m->masks[i]);
    *m = (comp_masks){0};
}

tt_status comp_masks_magnitude(comp_masks *m, double sparsity)
{
    const float *w[COMP_MOST_PRUNED];
    size_t counts[COMP_MOST_PRUNED];
    for (int i = 0; i < m->count; i++) w[i] = pruned(m, i)->value, counts[i] = pruned(m, i)->count;
    return prune_masks(m->masks, w, counts, m->count, sparsity);
}

tt_status comp_masks_layers(comp_masks *m, const double *sparsities)
{
    tt_status status = TT_OK;
    for (int i = 0; i < m->count && status == TT_OK; i++)
        status = prune_mask(m->masks[i], pruned(m, i)->value, pruned(m, i)->count, sparsities[i]);
    return status;
}

tt_status comp_masks_blocks(comp_masks *m, int height, double sparsity)
{
    tt_status status = TT_OK;
    for (int i = 0; i < m->count && status == TT_OK; i++) {
        const parameter *p = pruned(m, i);
        status =
            prune_blocks(m->masks[i], p->value, comp_file_in(p), p->shape[p->dims - 1], height, sparsity);
    }
    return status;
}

void comp_masks_zeros(comp_masks *m)
{
    for (int i = 0; i < m->count; i++)
        for (size_t j = 0; j < pruned(m, i)->count; j++) m->masks[i][j] = pruned(m, i)->value[j] != 0;
}

void comp_masks_apply(const comp_masks *m)
{
    for (int i = 0; i < m->count; i++)
        for (size_t j = 0; j < pruned(m, i)->count; j++)
            if (m->masks[i][j] == 0) pruned(m, i)->value[j] = 0;
}
