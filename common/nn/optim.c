// optim.c: each function is a loop over the table of parameters.
#include "optim.h"

#include <math.h>

static void apply_mask(parameter *p)
{
    for (size_t i = 0; p->mask && i < p->count; i++)
        if (p->mask[i] == 0) p->value[i] = 0; // not a product: -1 * 0 is -0, infinity * 0 is NaN
}

tt_status optim_apply_masks(parameters *p)
{
    if (!p || !p->values) return TT_BAD_VALUE;
    for (int n = 0; n < p->count; n++) apply_mask(&p->list[n]);
    return TT_OK;
}

static void apply_mask_to_grad(parameter *p)
{
    for (size_t i = 0; p->mask && i < p->count; i++)
        if (p->mask[i] == 0) p->grad[i] = 0;
}

tt_status optim_sgd(parameters *p, optim_sgd_options o)
{
    if (!p || !p->training) return TT_BAD_VALUE;
    if (!(o.rate > 0) || !(o.momentum >= 0 && o.momentum < 1) || !(o.decay >= 0)) return TT_BAD_VALUE;
    for (int n = 0; n < p->count; n++) {
        parameter *one = &p->list[n];
        float decay = one->decays ? o.decay : 0;
        apply_mask_to_grad(one);
        for (size_t i = 0; i < one->count; i++) {
            one->first[i] = o.momentum * one->first[i] + one->grad[i];
            one->value[i] -= o.rate * (one->first[i] + decay * one->value[i]);
        }
        apply_mask(one);
    }
    return TT_OK;
}

tt_status optim_adam(parameters *p, optim_adam_options o, long step)
{
    if (!p || !p->training || step < 1) return TT_BAD_VALUE;
    if (!(o.rate > 0) || !(o.eps > 0) || !(o.decay >= 0)) return TT_BAD_VALUE;
    if (!(o.first >= 0 && o.first < 1) || !(o.second >= 0 && o.second < 1)) return TT_BAD_VALUE;
    float rate = (float)(o.rate / (1 - pow(o.first, (double)step)));
    float correct = (float)(1 / (1 - pow(o.second, (double)step)));
    for (int n = 0; n < p->count; n++) {
        parameter *one = &p->list[n];
        float keep = 1 - (one->decays ? o.rate * o.decay : 0);
        apply_mask_to_grad(one);
        float *restrict value = one->value, *restrict first = one->first, *restrict second = one->second;
        const float *restrict grad = one->grad;
        for (size_t i = 0; i < one->count; i++) {
            first[i] = o.first * first[i] + (1 - o.first) * grad[i];
            second[i] = o.second * second[i] + (1 - o.second) * grad[i] * grad[i];
            value[i] = keep * value[i] - rate * first[i] / (sqrtf(second[i] * correct) + o.eps);
        }
        apply_mask(one);
    }
    return TT_OK;
}

tt_status optim_clip(parameters *p, float most, double *norm)
{
    if (!p || !p->training || !(most > 0)) return TT_BAD_VALUE;
    double squares = 0;
    for (int n = 0; n < p->count; n++) {
        apply_mask_to_grad(&p->list[n]);
        for (size_t i = 0; i < p->list[n].count; i++)
            squares += (double)p->list[n].grad[i] * p->list[n].grad[i];
    }
    double length = sqrt(squares);
    if (norm) *norm = length;
    if (!(length > most)) return TT_OK;
    float scale = (float)(most / length);
    for (int n = 0; n < p->count; n++)
        for (size_t i = 0; i < p->list[n].count; i++) p->list[n].grad[i] *= scale;
    return TT_OK;
}

float optim_rate(float peak, float last, long warmup, long steps, long step)
{
    if (step < warmup) return peak * (float)(step + 1) / (float)warmup;
    if (step >= steps) return last;
    double part = (double)(step - warmup) / (double)(steps - warmup);
    return last + (peak - last) * (float)(0.5 * (1 + cos(M_PI * part)));
}
