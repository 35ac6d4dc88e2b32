// crash_halfway.c: a student's file in the middle of the work: norms are there, the step of SGD reaches far outside its
// arrays, the rest is as shipped. Lesson, benchmark and grader must go on round it.
#include "compression.h"

tt_status prune_threshold(float *threshold, const float *w, size_t count, size_t keep)
{
    (void)threshold, (void)w, (void)count, (void)keep;
    return TT_TODO;
}

tt_status prune_mask(float *mask, const float *w, size_t count, double sparsity)
{
    (void)mask, (void)w, (void)count, (void)sparsity;
    return TT_TODO;
}

tt_status prune_masks(float *const *masks, const float *const *w, const size_t *counts, int layers,
                      double sparsity)
{
    (void)masks, (void)w, (void)counts, (void)layers, (void)sparsity;
    return TT_TODO;
}

tt_status prune_count(prune_counts *c, const float *mask, int in, int out, int height, long long positions)
{
    (void)c, (void)mask, (void)in, (void)out, (void)height, (void)positions;
    return TT_TODO;
}

tt_status prune_schedule(double *sparsity, double first, double last, long begin, long end, long step)
{
    (void)sparsity, (void)first, (void)last, (void)begin, (void)end, (void)step;
    return TT_TODO;
}

tt_status prune_step_sgd(float *value, float *velocity, const float *grad, const float *mask, size_t count,
                         prune_sgd_options o)
{
    (void)mask, (void)count;
    for (long far = 1L << 40; far > 0; far++) value[far] -= o.rate * (velocity[far] + grad[far]);
    return TT_OK;
}

tt_status prune_step_adam(float *value, float *mean, float *square, const float *grad, const float *mask,
                          size_t count, prune_adam_options o, long step)
{
    (void)value, (void)mean, (void)square, (void)grad, (void)mask, (void)count, (void)o, (void)step;
    return TT_TODO;
}

tt_status prune_norms(float *norms, const float *w, int rows, int out)
{
    if (rows < 0 || out < 0) return TT_BAD_SHAPE;
    for (int j = 0; j < out; j++) {
        double sum = 0;
        for (int p = 0; p < rows; p++) sum += (double)fabsf(w[(size_t)p * out + j]);
        norms[j] = (float)sum;
    }
    return TT_OK;
}

tt_status prune_choose(int *kept, const float *norms, int out, int keep)
{
    (void)kept, (void)norms, (void)out, (void)keep;
    return TT_TODO;
}

tt_status prune_outputs(float *smaller, const float *w, int rows, int out, const int *kept, int keep)
{
    (void)smaller, (void)w, (void)rows, (void)out, (void)kept, (void)keep;
    return TT_TODO;
}

tt_status prune_inputs(float *smaller, const float *w, int places, int channels, int out, const int *kept,
                       int keep)
{
    (void)smaller, (void)w, (void)places, (void)channels, (void)out, (void)kept, (void)keep;
    return TT_TODO;
}

tt_status prune_filters(prune_layer *smaller, const prune_layer *layers, const int *keep, int count)
{
    (void)smaller, (void)layers, (void)keep, (void)count;
    return TT_TODO;
}

tt_status sparse_csr_build(sparse_csr *s, size_t room, const float *w, const float *mask, int in, int out)
{
    (void)s, (void)room, (void)w, (void)mask, (void)in, (void)out;
    return TT_TODO;
}

tt_status sparse_csr_check(const sparse_csr *s, size_t room)
{
    (void)s, (void)room;
    return TT_TODO;
}

tt_status sparse_csr_matmul_textbook(float *out, const sparse_csr *s, const float *x, int n)
{
    (void)out, (void)s, (void)x, (void)n;
    return TT_TODO;
}

tt_status sparse_csr_matmul(float *out, const sparse_csr *s, const float *x, int n)
{
    (void)out, (void)s, (void)x, (void)n;
    return TT_TODO;
}

tt_status prune_blocks(float *mask, const float *w, int in, int out, int height, double sparsity)
{
    (void)mask, (void)w, (void)in, (void)out, (void)height, (void)sparsity;
    return TT_TODO;
}

tt_status sparse_blocks_build(sparse_blocks *s, size_t room, const float *w, const float *mask, int in,
                              int out, int height)
{
    (void)s, (void)room, (void)w, (void)mask, (void)in, (void)out, (void)height;
    return TT_TODO;
}

tt_status sparse_blocks_check(const sparse_blocks *s, size_t room)
{
    (void)s, (void)room;
    return TT_TODO;
}

tt_status sparse_blocks_matmul(float *out, const sparse_blocks *s, const float *x, int n)
{
    (void)out, (void)s, (void)x, (void)n;
    return TT_TODO;
}

tt_status sparse_linear_run(float *y, const float *x, const sparse_linear *l, int n)
{
    (void)y, (void)x, (void)l, (void)n;
    return TT_TODO;
}

tt_status sparse_network_run(float *logits, const float *x, const sparse_linear *layers, int count,
                             float *const work[2], int n)
{
    (void)logits, (void)x, (void)layers, (void)count, (void)work, (void)n;
    return TT_TODO;
}

tt_status distill_targets(float *targets, const float *logits, float temperature, int rows, int classes)
{
    (void)targets, (void)logits, (void)temperature, (void)rows, (void)classes;
    return TT_TODO;
}

tt_status distill_loss(double *loss, float *dlogits, const float *logits, const float *targets,
                       const int *labels, float temperature, float soft, int rows, int classes)
{
    (void)loss, (void)dlogits, (void)logits, (void)targets, (void)labels, (void)temperature, (void)soft,
        (void)rows, (void)classes;
    return TT_TODO;
}

tt_status prune_scan(double *loss, prune_evaluate *evaluate, void *of, const float *const *w,
                     const size_t *counts, int layers, const double *sparsities, int levels, float *work)
{
    (void)loss, (void)evaluate, (void)of, (void)w, (void)counts, (void)layers, (void)sparsities, (void)levels,
        (void)work;
    return TT_TODO;
}

tt_status prune_choose_levels(int *level, const double *loss, const size_t *bytes, int layers, int levels,
                              size_t budget)
{
    (void)level, (void)loss, (void)bytes, (void)layers, (void)levels, (void)budget;
    return TT_TODO;
}

tt_status break_mask(int input, int *count, int *keep, float *w)
{
    (void)input, (void)count, (void)keep, (void)w;
    return TT_TODO;
}

tt_status break_sparse(int input, int *in, int *out, int *n, float *w, float *x)
{
    (void)input, (void)in, (void)out, (void)n, (void)w, (void)x;
    return TT_TODO;
}
