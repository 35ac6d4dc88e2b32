// ways.c: floats by the textbook and by module 15, bytes by module 16, without the smallest weights or filters by module 17.
#include "ways.h"

#include <stdlib.h>
#include <string.h>

#include "16_quantization/given/qmodel.h"
#include "17_compression/given/masks.h"
#include "17_compression/given/smaller.h"
#include "17_compression/given/sparse_mlp.h"
#include "combine.h"
#include "core/count.h"
#include "core/tensor.h"
#include "nn/models.h"

typedef struct {
    const tt_backend *products;
    net floats; // a copy, or what is left of it
    qmodel bytes;
    comp_mlp sparse;
    float *input;
    int most;
} made_model;

static void finish(void *made)
{
    made_model *m = made;
    if (!m) return;
    net_finish(&m->floats), qmodel_finish(&m->bytes), comp_mlp_finish(&m->sparse);
    free(m->input), free(m);
}

static tt_status copy_net(net *to, const net *from)
{
    net_row rows[QMODEL_MOST_LAYERS * 2];
    if (from->count > COUNT(rows)) return tt_fail(TT_BAD_SHAPE, "more than %d layers", COUNT(rows));
    for (int i = 0; i < from->count; i++) rows[i] = from->layers[i].row;
    const net_layer *first = &from->layers[0];
    tt_status status = net_create(to, first->h, first->w, first->c, rows, from->count, 0);
    if (status == TT_OK)
        memcpy(to->weights.values, from->weights.values, from->weights.floats * sizeof(float));
    return status;
}

static made_model *begin(const tt_backend *products)
{
    made_model *m = calloc(1, sizeof *m);
    if (!m) tt_fail(TT_NO_MEMORY, "no memory for a model");
    else m->products = products;
    return m;
}

// m, or NULL and m is gone.
static void *made_or_not(made_model *m, tt_status status)
{
    if (m && status == TT_OK) return m;
    finish(m);
    return NULL;
}

static tt_status lacks(unsigned part)
{
    const char *function = course_lacks(part);
    return function ? tt_fail(TT_TODO, "nobody has written %s", function) : TT_OK;
}

// --- Floats ---

static void *make_textbook(const own_source *s)
{
    made_model *m = begin(&backend_naive);
    return made_or_not(m, m ? copy_net(&m->floats, s->m) : TT_NO_MEMORY);
}

static void *make_floats(const own_source *s)
{
    made_model *m = begin(&course_accelerated);
    return made_or_not(m, m ? copy_net(&m->floats, s->m) : TT_NO_MEMORY);
}

static tt_status run_floats(void *made, float *logits, const unsigned char *pixels, int count)
{
    made_model *m = made;
    const size_t floats = (size_t)count * m->floats.layers[0].in;
    if (count > m->most) {
        free(m->input);
        m->most = 0, m->input = tensor_alloc(floats);
        if (!m->input) return tt_fail(TT_NO_MEMORY, "no memory for %d pictures", count);
        m->most = count;
    }
    models_pixels(m->input, pixels, floats);
    if (m->sparse.count) return comp_mlp_run(&m->sparse, logits, m->input, count);
    const tt_backend *before = backend;
    backend_use(m->products);
    const tt_status status = net_forward(&m->floats, logits, m->input, count);
    backend_use(before);
    return status;
}

static size_t float_bytes(const void *made)
{
    const made_model *m = made;
    return m->sparse.count ? comp_mlp_bytes(&m->sparse) : qmodel_float_bytes(&m->floats);
}

// --- 16 ---

static void *make_bytes(const own_source *s)
{
    qmodel_ranges ranges;
    const int top = quant_best_path(255) == quant_best_path(127) ? 255 : 127;
    tt_status status = lacks(COURSE_INT8);
    made_model *m = status == TT_OK ? begin(&course_accelerated) : NULL;
    const tt_backend *before = backend;
    backend_use(&course_accelerated);
    if (m) status = qmodel_calibrate(&ranges, s->m, s->pixels, s->count, CALIBRATE_LEAST_ERROR, 1, top);
    backend_use(before);
    if (m && status == TT_OK) status = qmodel_create(&m->bytes, "own", s->m, &ranges, top, true);
    return made_or_not(m, status);
}

static tt_status run_bytes(void *made, float *logits, const unsigned char *pixels, int count)
{
    return qmodel_run(&((made_model *)made)->bytes, logits, pixels, count);
}

static size_t bytes_of_bytes(const void *made) { return qmodel_bytes(&((const made_model *)made)->bytes); }

// --- 17: what is removed is not trained again, so accuracy falls further than it has to ---

static tt_status make_zeros(net *m, double sparsity)
{
    comp_masks masks;
    tt_status status = comp_masks_create(&masks, &m->weights);
    if (status == TT_OK) status = comp_masks_magnitude(&masks, sparsity);
    if (status == TT_OK) comp_masks_apply(&masks);
    comp_masks_finish(&masks);
    return status;
}

static void *make_sparse(const own_source *s)
{
    tt_status status = lacks(COURSE_PRUNING);
    for (int l = 0; l < s->m->count && status == TT_OK; l++)
        if (s->m->layers[l].row.kind == NET_CONV)
            status = tt_fail(TT_BAD_VALUE, "%s has no sparse kernel: a CNN loses whole filters",
                             s->m->layers[l].name);
    made_model *m = status == TT_OK ? begin(&course_accelerated) : NULL;
    if (m) status = copy_net(&m->floats, s->m);
    if (m && status == TT_OK) status = make_zeros(&m->floats, 0.7);
    if (m && status == TT_OK) status = comp_mlp_build(&m->sparse, &m->floats, 1);
    return made_or_not(m, status);
}

// Three quarters of the outputs of each layer but the last: the filters, or neurons, with the largest norms.
static void *make_smaller(const own_source *s)
{
    int at[COMP_MOST_LAYERS], keep[COMP_MOST_LAYERS];
    const int count = comp_weighted(s->m, at);
    for (int l = 0; l < count; l++) {
        const int out = s->m->layers[at[l]].co;
        keep[l] = l + 1 < count ? (3 * out + 3) / 4 : out;
    }
    made_model *m = begin(&course_accelerated);
    return made_or_not(m, m ? comp_smaller(&m->floats, s->m, keep) : TT_NO_MEMORY);
}

const own_way own_ways[] = {
    {"floats, textbook's loops", make_textbook, run_floats, float_bytes, finish},
    {"floats, product of 15", make_floats, run_floats, float_bytes, finish},
    {"bytes of 16", make_bytes, run_bytes, bytes_of_bytes, finish},
    {"30 % of the weights (17)", make_sparse, run_floats, float_bytes, finish},
    {"75 % of the filters (17)", make_smaller, run_floats, float_bytes, finish},
};
const int own_way_count = COUNT(own_ways);
