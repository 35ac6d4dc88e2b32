// pictures.c: the MLP and the CNN: floats, bytes, or sparse weights that are made, or loaded, when the contender is.
#include <stdlib.h>
#include <string.h>

#include "16_quantization/given/qmodel.h"
#include "17_compression/given/masks.h"
#include "17_compression/given/sparse_file.h"
#include "17_compression/given/sparse_mlp.h"
#include "combine.h"
#include "core/tensor.h"
#include "inner.h"
#include "nn/layers.h"
#include "nn/models.h"
#include "nn/optim.h"

// This file's own name for what inner.h leaves open.
struct contender_model {
    int kernel;
    net dense;       // without weights if another one was made of it
    qmodel bytes;    // made if is_bytes
    comp_mlp sparse; // made if is_sparse
    bool is_bytes, is_sparse;
    size_t picture; // floats
    int classes;
    long long macs; // of one picture
    float *input;
    int most;
};

// Products of floats: module 15's, by the seam (its header and module 17's share a name), and the library's.
tt_matmul matmul_packed, matmul_tiled, matmul_blocked;
static const tt_backend kernels[] = {
    [KERNEL_LIBRARY] = {"library", matmul_cblas}, [KERNEL_PACKED] = {"packed", matmul_packed},
    [KERNEL_TILED] = {"tiled", matmul_tiled},     [KERNEL_BLOCKED] = {"blocked", matmul_blocked},
    [KERNEL_NAIVE] = {"naive", matmul_naive},
};

// Runs the call with these products, and leaves `backend` as it was.
#define THROUGH(row, status, call)                                                                           \
    do {                                                                                                     \
        const tt_backend *before = backend;                                                                  \
        backend_use(row);                                                                                    \
        (status) = (call);                                                                                   \
        backend_use(before);                                                                                 \
    } while (0)

// The choice of a field of either event; the first choice where the event has no such field.
static int choice(int event, const oly_config *config, int of_mlp, int of_cnn)
{
    const int field = event == OLY_MLP ? of_mlp : of_cnn;
    return field < 0 ? 0 : config->choice[field];
}

static tt_status require(const char *function, bool needed)
{
    if (!needed || course_whose(function) != COURSE_NOBODY) return TT_OK;
    return tt_fail(TT_BAD_VALUE, "nobody has written %s, which this configuration needs", function);
}

static tt_status make_bytes(contender_model *m, int event, const oly_config *config,
                            const unsigned char *pixels, int count)
{
    qmodel_ranges ranges;
    const int top = choice(event, config, MLP_STEPS, CNN_STEPS) ? 127 : 255;
    const bool per_channel = !choice(event, config, MLP_SCALES, CNN_SCALES);
    if (!pixels || count < 1) return tt_fail(TT_BAD_VALUE, "bytes need pictures to choose their scales by");
    if (course_lacks(COURSE_INT8)) return require(course_lacks(COURSE_INT8), true);
    tt_status status;
    THROUGH(&course_accelerated, status,
            qmodel_calibrate(&ranges, &m->dense, pixels, count, CALIBRATE_LEAST_ERROR, 1, top));
    if (status == TT_OK)
        status = qmodel_create(&m->bytes, oly_spaces[event].event, &m->dense, &ranges, top, per_channel);
    m->is_bytes = status == TT_OK;
    return status;
}

enum { SCOPE_LAYER, SCOPE_NETWORK, SCOPE_TUNED };

static size_t count_kept(const net *m)
{
    size_t kept = 0;
    for (int i = 0; i < m->weights.count; i++) {
        const parameter *p = &m->weights.list[i];
        for (size_t j = 0; p->mask && j < p->count; j++) kept += p->mask[j] != 0;
    }
    return kept;
}

// The weights that ship, which were trained again under their masks. Of 70 % there are no blocks: rows that are cut into
// blocks keep some zeros.
static tt_status load_tuned(comp_masks *masks, net *m, int height, int sparsity)
{
    const char *path = sparsity == 70 ? TT_WEIGHTS "/compressed/mlp-70.safetensors"
                       : height == 1  ? TT_WEIGHTS "/compressed/mlp-90.safetensors"
                                      : TT_WEIGHTS "/compressed/mlp-blocks-90.safetensors";
    const tt_status status = comp_file_load(&m->weights, path);
    if (status == TT_OK) comp_masks_zeros(masks);
    return status;
}

// One-shot: the smallest weights of the trained network go, and nothing is trained again.
static tt_status choose_gone(comp_masks *masks, int scope, int height, double sparsity)
{
    double each[COMP_MOST_PRUNED];
    for (int i = 0; i < COMP_MOST_PRUNED; i++) each[i] = sparsity;
    if (height > 1) return comp_masks_blocks(masks, height, sparsity);
    return scope == SCOPE_NETWORK ? comp_masks_magnitude(masks, sparsity) : comp_masks_layers(masks, each);
}

static tt_status make_sparse(contender_model *m, const oly_config *config)
{
    static const int heights[] = {1, 1, 4, 8, 16};
    const int height = heights[config->choice[MLP_FORMAT]], scope = config->choice[MLP_SCOPE];
    const int sparsity = oly_choice_number(&oly_spaces[OLY_MLP], config, MLP_SPARSITY);
    comp_masks masks;
    tt_status status = course_lacks(COURSE_PRUNING) ? require(course_lacks(COURSE_PRUNING), true) : TT_OK;
    if (status == TT_OK && scope != SCOPE_TUNED)
        status = require(height > 1               ? "prune_blocks"
                         : scope == SCOPE_NETWORK ? "prune_masks"
                                                  : "prune_mask",
                         true);
    if (status == TT_OK) status = comp_masks_create(&masks, &m->dense.weights);
    if (status != TT_OK) return status;
    status = scope == SCOPE_TUNED ? load_tuned(&masks, &m->dense, height, sparsity)
                                  : choose_gone(&masks, scope, height, sparsity / 100.0);
    if (status == TT_OK) status = comp_mlp_build(&m->sparse, &m->dense, height);
    m->macs = (long long)count_kept(&m->dense);
    comp_masks_finish(&masks);
    m->is_sparse = status == TT_OK;
    return status;
}

static void finish(contender_model *m)
{
    if (!m) return;
    net_finish(&m->dense), qmodel_finish(&m->bytes), comp_mlp_finish(&m->sparse);
    free(m->input), free(m);
}

static void describe(contender_model *m)
{
    m->picture = m->dense.layers[0].in, m->classes = m->dense.classes;
    for (int l = 0; l < m->dense.count; l++) m->macs += net_macs(&m->dense, l);
}

static contender_model *create(int event, const oly_config *config, const unsigned char *pixels, int count)
{
    const bool half = event == OLY_CNN && config->choice[CNN_FILTERS];
    const char *path = event == OLY_MLP ? TT_WEIGHTS "/mlp.safetensors"
                       : half           ? TT_WEIGHTS "/compressed/cnn-half.safetensors"
                                        : TT_WEIGHTS "/cnn.safetensors";
    contender_model *m = calloc(1, sizeof *m);
    if (!m) return tt_fail(TT_NO_MEMORY, "no memory for a model"), NULL;
    m->kernel = choice(event, config, MLP_KERNEL, CNN_KERNEL);
    tt_status status = net_load(&m->dense, oly_spaces[event].event, path);
    if (status == TT_OK) describe(m);
    if (status == TT_OK && choice(event, config, MLP_BITS, CNN_BITS))
        status = make_bytes(m, event, config, pixels, count);
    if (status == TT_OK && choice(event, config, MLP_SPARSITY, -1)) status = make_sparse(m, config);
    if (m->is_bytes || m->is_sparse) net_finish(&m->dense); // a contender has what it runs and no more
    if (status == TT_OK) return m;
    finish(m);
    return NULL;
}

static tt_status pixels_in(contender_model *m, const unsigned char *pixels, int count)
{
    const size_t floats = (size_t)count * m->picture;
    if (count > m->most) {
        float *grown = tensor_alloc(floats);
        if (!grown) return tt_fail(TT_NO_MEMORY, "no memory for %d pictures", count);
        free(m->input);
        m->input = grown, m->most = count;
    }
    models_pixels(m->input, pixels, floats);
    return TT_OK;
}

static tt_status run(contender_model *m, float *logits, const void *inputs, int count)
{
    if (m->is_bytes) return qmodel_run(&m->bytes, logits, inputs, count);
    tt_status status = pixels_in(m, inputs, count);
    if (status != TT_OK) return status;
    if (m->is_sparse) return comp_mlp_run(&m->sparse, logits, m->input, count);
    THROUGH(&kernels[m->kernel], status, net_forward(&m->dense, logits, m->input, count));
    return status;
}

static tt_status step(contender_model *m, float *logits, const int *labels, int count)
{
    const optim_sgd_options slow = {.rate = 1e-4f, .momentum = 0.9f};
    double loss;
    tt_status status = net_train_forward(&m->dense, logits, m->input, count);
    if (status == TT_OK)
        status = nn_cross_entropy(&loss, NULL, logits, logits, labels, count, m->dense.classes);
    if (status == TT_OK) status = net_backward(&m->dense, logits);
    return status == TT_OK ? optim_sgd(&m->dense.weights, slow) : status;
}

static bool is_dense(const contender_model *m) { return !m->is_bytes && !m->is_sparse; }

static tt_status train(contender_model *m, const unsigned char *pixels, const int *labels, int count)
{
    float *logits = malloc((size_t)count * m->dense.classes * sizeof *logits);
    tt_status status = logits ? parameters_train(&m->dense.weights) : TT_NO_MEMORY;
    if (status == TT_OK) status = pixels_in(m, pixels, count);
    if (status == TT_OK) THROUGH(&kernels[m->kernel], status, step(m, logits, labels, count));
    free(logits);
    return status;
}

static size_t bytes(const contender_model *m)
{
    return m->is_bytes    ? qmodel_bytes(&m->bytes)
           : m->is_sparse ? comp_mlp_bytes(&m->sparse)
                          : qmodel_float_bytes(&m->dense);
}

static long long macs(const contender_model *m) { return m->macs; }

static size_t read_for_one(const contender_model *m, int batch)
{
    return bytes(m) / (size_t)(batch > 0 ? batch : 1);
}

static contender_shape shape(const contender_model *m)
{
    return (contender_shape){m->picture, 1, m->classes};
}

const contender_kind contender_pictures = {create, finish, run,          train, is_dense,
                                           bytes,  macs,   read_for_one, shape};
