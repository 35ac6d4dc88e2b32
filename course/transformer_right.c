// transformer_right.c: the transformer's promises in plain loops and double precision, by none of the modules' functions.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "transformer_inner.h"

// The weights as 255 steps for each output. -> w (in, out)
static void round_weights(float *w, const gpt_linear *l)
{
    for (int j = 0; j < l->out; j++) {
        float most = 0;
        for (int p = 0; p < l->in; p++) most = fmaxf(most, fabsf(l->w[(size_t)p * l->out + j]));
        const float scale = most > 0 ? most / QUANT_WEIGHT_TOP : 1;
        for (int p = 0; p < l->in; p++) {
            const size_t at = (size_t)p * l->out + j;
            w[at] = scale * rintf(l->w[at] / scale);
        }
    }
}

// A row as top + 1 steps between its least and its largest number, 0 among them. -> to (count)
static void round_row(float *to, const float *x, int count, int top)
{
    float low = 0, high = 0;
    for (int p = 0; p < count; p++) low = fminf(low, x[p]), high = fmaxf(high, x[p]);
    const float scale = high > low ? (high - low) / (float)top : 1, zero = rintf(-low / scale);
    for (int p = 0; p < count; p++)
        to[p] = scale * (fminf(fmaxf(rintf(x[p] / scale) + zero, 0), (float)top) - zero);
}

static tt_status linear(void *state, float *y, const float *x, const gpt_linear *l, int rows)
{
    const course_gpt *g = state;
    const bool bytes = course_in_bytes(g, l);
    float *room = malloc(((size_t)l->in * l->out + (size_t)l->in) * sizeof *room),
          *row = room + (size_t)l->in * l->out;
    double *sums = malloc((size_t)l->out * sizeof *sums);
    if (room && sums && bytes) round_weights(room, l);
    for (int i = 0; room && sums && i < rows; i++) {
        const float *from = x + (size_t)i * l->in, *w = bytes ? room : l->w;
        if (bytes) round_row(row, from, l->in, g->top);
        for (int j = 0; j < l->out; j++) sums[j] = (double)l->bias[j];
        for (int p = 0; p < l->in; p++) {
            const double factor = (double)(bytes ? row : from)[p];
            for (int j = 0; j < l->out; j++) sums[j] += factor * (double)w[(size_t)p * l->out + j];
        }
        for (int j = 0; j < l->out; j++) y[(size_t)i * l->out + j] = (float)sums[j];
    }
    const tt_status status = room && sums ? TT_OK : TT_NO_MEMORY;
    free(room), free(sums);
    return status;
}

tt_status course_gpt_right(const course_gpt *g, float *logits, const int *ids, int from, int count)
{
    if (!g || !logits || !ids) return TT_BAD_VALUE;
    if (from < 0 || from >= count) return TT_BAD_SHAPE;
    const gpt_kernels kernels = {.name = "right", .state = (void *)g, .linear = linear};
    const size_t vocab = (size_t)g->dense.config.vocab;
    gpt m = *g->in_use; // its weights, with a workspace of its own
    m.kernels = &kernels, m.observer = NULL, m.work = NULL, m.work_floats = 0;
    float *all = malloc((size_t)count * vocab * sizeof *all);
    const tt_backend *before = backend;
    backend_use(&backend_naive);
    tt_status status = all ? gpt_forward(&m, all, ids, count, NULL) : TT_NO_MEMORY;
    backend_use(before);
    if (status == TT_OK)
        memcpy(logits, all + (size_t)from * vocab, (size_t)(count - from) * vocab * sizeof *all);
    free(m.work), free(all);
    return status;
}
