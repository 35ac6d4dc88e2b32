// sparse_mlp.c: sparse layers one behind the other, and the memory that they need.
#include "sparse_mlp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tensor.h"
#include "sparse_file.h"

void comp_mlp_finish(comp_mlp *m)
{
    if (!m) return;
    for (int l = 0; l < COMP_MLP_MOST; l++) comp_matrix_finish(&m->matrices[l]), free(m->biases[l]);
    free(m->work[0]), free(m->work[1]);
    *m = (comp_mlp){0};
}

static int outputs(const comp_mlp *m, int layer)
{
    const comp_matrix *w = &m->matrices[layer];
    return w->height == 1 ? w->csr.rows : w->blocks.rows;
}

// Append the layer whose matrix is matrices[count]. bias (outputs)
static tt_status add(comp_mlp *m, const float *bias)
{
    const int out = outputs(m, m->count);
    m->biases[m->count] = malloc((size_t)(out > 0 ? out : 1) * sizeof *bias);
    if (!m->biases[m->count]) return tt_fail(TT_NO_MEMORY, "no memory for %d biases", out);
    memcpy(m->biases[m->count], bias, (size_t)out * sizeof *bias);
    if (out > m->widest) m->widest = out;
    m->classes = out;
    m->count++;
    return TT_OK;
}

// Point the layers at what they are made of, when *m is where it stays.
static void connect(comp_mlp *m)
{
    for (int l = 0; l < m->count; l++)
        m->layers[l] = comp_matrix_layer(&m->matrices[l], m->biases[l], l < m->count - 1);
}

static tt_status load(comp_mlp *m, const safetensors *file, const char *path)
{
    const char *model = safetensors_meta(file, "model"), *input = safetensors_meta(file, "input");
    const int height = comp_file_height(file);
    int h, w, c;
    if (!model || strcmp(model, "mlp") != 0 || !input || sscanf(input, "%5d %5d %5d", &h, &w, &c) != 3 ||
        h < 1 || w < 1 || c < 1 || h > 4096 || w > 4096 || c > 64 || !height)
        return tt_fail(TT_BAD_FILE,
                       "%.200s: its metadata does not say that it is a sparse MLP; take another file", path);
    m->inputs = m->widest = h * w * c;
    for (int in = m->inputs; m->count < COMP_MLP_MOST; in = m->classes) {
        char name[32];
        snprintf(name, sizeof name, "linear%d.bias", m->count);
        const safetensors_tensor *bias = safetensors_find(file, name);
        if (!bias) break;
        if (bias->type != SAFETENSORS_F32 || bias->dims != 1 || bias->shape[0] < 1 ||
            bias->shape[0] > 1 << 20)
            return tt_fail(TT_BAD_FILE, "%.200s: %s is no row of floats; make the file again", path, name);
        snprintf(name, sizeof name, "linear%d.weight", m->count);
        tt_status status =
            comp_matrix_read(&m->matrices[m->count], file, path, name, in, (int)bias->shape[0], height);
        if (status == TT_OK) status = add(m, bias->data);
        if (status != TT_OK) return status;
    }
    if (m->count < 1 || file->count != m->count * (COMP_MATRIX_TENSORS + 1))
        return tt_fail(TT_BAD_FILE, "%.200s: %d arrays are no sparse MLP of %d layers; take another file",
                       path, file->count, m->count);
    return TT_OK;
}

tt_status comp_mlp_load(comp_mlp *m, const char *path)
{
    if (!m || !path) return TT_BAD_VALUE;
    safetensors file = {0};
    comp_mlp made = {0};
    tt_status status = safetensors_read(&file, path);
    if (status == TT_OK) status = load(&made, &file, path);
    safetensors_finish(&file);
    if (status == TT_OK) *m = made, connect(m);
    else comp_mlp_finish(&made);
    return status;
}

tt_status comp_mlp_build(comp_mlp *m, const net *dense, int height)
{
    if (!m || !dense) return TT_BAD_VALUE;
    comp_mlp made = {0};
    tt_status status = TT_OK;
    for (int i = 0; i < dense->count && status == TT_OK; i++) {
        const net_layer *l = &dense->layers[i];
        if (l->weight < 0) continue;
        if (l->row.kind != NET_LINEAR || made.count == COMP_MLP_MOST) status = TT_BAD_SHAPE;
        if (made.count == 0) made.inputs = made.widest = (int)l->in;
        const parameter *w = &dense->weights.list[l->weight];
        if (status == TT_OK)
            status =
                comp_matrix_build(&made.matrices[made.count], w->value, w->mask, (int)l->in, l->co, height);
        if (status == TT_OK) status = add(&made, w[1].value);
    }
    if (status == TT_OK) *m = made, connect(m);
    else comp_mlp_finish(&made);
    return status;
}

tt_status comp_mlp_run(comp_mlp *m, float *logits, const float *x, int n)
{
    if (!m || n < 0) return TT_BAD_VALUE;
    if (n > m->batch) {
        float *grown[2] = {tensor_alloc((size_t)m->widest * n), tensor_alloc((size_t)m->widest * n)};
        if (!grown[0] || !grown[1]) {
            free(grown[0]), free(grown[1]);
            return tt_fail(TT_NO_MEMORY, "no memory for %d items between layers", n);
        }
        free(m->work[0]), free(m->work[1]);
        m->work[0] = grown[0], m->work[1] = grown[1], m->batch = n;
    }
    return sparse_network_run(logits, x, m->layers, m->count, m->work, n);
}

size_t comp_mlp_bytes(const comp_mlp *m)
{
    size_t bytes = 0;
    for (int l = 0; l < m->count; l++)
        bytes += comp_matrix_bytes(&m->matrices[l]) + (size_t)outputs(m, l) * sizeof(float);
    return bytes;
}
