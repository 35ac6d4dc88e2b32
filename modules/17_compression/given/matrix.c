// matrix.c: counts what is left, allocates for that, and lets the student's functions fill it.
#include "matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static tt_status allocate(comp_matrix *m, size_t starts, size_t stored)
{
    int32_t *row = malloc(starts * sizeof *row), *columns = malloc((stored ? stored : 1) * sizeof *columns);
    float *values = malloc((stored ? stored : 1) * (size_t)m->height * sizeof *values);
    if (m->height == 1) m->csr.starts = row, m->csr.columns = columns, m->csr.values = values;
    else m->blocks.starts = row, m->blocks.columns = columns, m->blocks.values = values;
    return row && columns && values ? TT_OK : tt_fail(TT_NO_MEMORY, "no memory for %zu weights", stored);
}

void comp_matrix_finish(comp_matrix *m)
{
    if (!m) return;
    free(m->csr.starts), free(m->csr.columns), free(m->csr.values);
    free(m->blocks.starts), free(m->blocks.columns), free(m->blocks.values);
    *m = (comp_matrix){0};
}

// --- From dense weights ---

static bool is_left(const float *w, const float *mask, size_t at)
{
    return w[at] != 0 && (!mask || mask[at] != 0);
}

// Weights that are left, or blocks in which one is.
static size_t count_left(const float *w, const float *mask, int in, int out, int height)
{
    size_t left = 0;
    for (int p = 0; p < in; p++)
        for (int j = 0; j < out; j += height) {
            bool any = false;
            for (int r = j; r < j + height && r < out; r++) any |= is_left(w, mask, (size_t)p * out + r);
            left += any;
        }
    return left;
}

tt_status comp_matrix_build(comp_matrix *m, const float *w, const float *mask, int in, int out, int height)
{
    if (!m || !w || (height != 1 && height != 4 && height != 8 && height != 16)) return TT_BAD_VALUE;
    if (in < 0 || out < 0) return TT_BAD_SHAPE;
    comp_matrix made = {.height = height};
    const size_t room = count_left(w, mask, in, out, height);
    tt_status status = allocate(&made, (size_t)sparse_strips(out, height) + 1, room);
    if (status == TT_OK)
        status = height == 1 ? sparse_csr_build(&made.csr, room, w, mask, in, out)
                             : sparse_blocks_build(&made.blocks, room, w, mask, in, out, height);
    if (status == TT_OK) *m = made;
    else comp_matrix_finish(&made);
    return status;
}

// --- What it holds ---

static size_t strips_of(const comp_matrix *m)
{
    return m->height == 1 ? (size_t)m->csr.rows : (size_t)sparse_strips(m->blocks.rows, m->height);
}

size_t comp_matrix_stored(const comp_matrix *m)
{
    return (size_t)(m->height == 1 ? m->csr.starts : m->blocks.starts)[strips_of(m)];
}

size_t comp_matrix_bytes(const comp_matrix *m)
{
    return (strips_of(m) + 1) * sizeof(int32_t) +
           comp_matrix_stored(m) * (sizeof(int32_t) + (size_t)m->height * sizeof(float));
}

void comp_matrix_dense(float *w, const comp_matrix *m)
{
    const bool csr = m->height == 1;
    const int out = csr ? m->csr.rows : m->blocks.rows, in = csr ? m->csr.cols : m->blocks.cols;
    const int32_t *starts = csr ? m->csr.starts : m->blocks.starts,
                  *columns = csr ? m->csr.columns : m->blocks.columns;
    const float *values = csr ? m->csr.values : m->blocks.values;
    memset(w, 0, (size_t)in * out * sizeof *w);
    for (int j = 0, strip = 0; j < out; j += m->height, strip++)
        for (int t = starts[strip]; t < starts[strip + 1]; t++)
            for (int r = 0; r < m->height && j + r < out; r++)
                w[(size_t)columns[t] * out + j + r] = values[(size_t)t * m->height + r];
}

sparse_linear comp_matrix_layer(const comp_matrix *m, const float *bias, bool relu)
{
    return (sparse_linear){.csr = m->height == 1 ? &m->csr : NULL,
                           .blocks = m->height == 1 ? NULL : &m->blocks,
                           .bias = bias,
                           .relu = relu};
}

// --- In a file ---

void comp_matrix_put(safetensors_tensor *tensors, char names[COMP_MATRIX_TENSORS][COMP_MATRIX_NAME],
                     const comp_matrix *m, const char *name)
{
    const long long stored = (long long)comp_matrix_stored(m), starts = (long long)strips_of(m) + 1;
    const bool csr = m->height == 1;
    const safetensors_tensor three[COMP_MATRIX_TENSORS] = {
        {"starts", SAFETENSORS_I32, 1, {starts}, csr ? m->csr.starts : m->blocks.starts, 4 * (size_t)starts},
        {"columns",
         SAFETENSORS_I32,
         1,
         {stored},
         csr ? m->csr.columns : m->blocks.columns,
         4 * (size_t)stored},
        {"values",
         SAFETENSORS_F32,
         csr ? 1 : 2,
         {stored, m->height},
         csr ? m->csr.values : m->blocks.values,
         4 * (size_t)stored * (size_t)m->height},
    };
    for (int i = 0; i < COMP_MATRIX_TENSORS; i++) {
        snprintf(names[i], COMP_MATRIX_NAME, "%.50s.%s", name, three[i].name);
        tensors[i] = three[i], tensors[i].name = names[i];
    }
}

// name.what with that type and these sizes; -1: any. NULL and a sentence if it is not there so.
static const safetensors_tensor *get(const safetensors *file, const char *path, const char *name,
                                     const char *what, safetensors_type type, long long rows,
                                     long long height)
{
    char full[COMP_MATRIX_NAME];
    snprintf(full, sizeof full, "%.50s.%s", name, what);
    const safetensors_tensor *t = safetensors_find(file, full);
    const bool good = t && t->type == type && t->dims == (height > 1 ? 2 : 1) &&
                      (rows < 0 ? t->shape[0] <= INT32_MAX : t->shape[0] == rows) &&
                      (height == 1 || t->shape[1] == height);
    if (!good)
        tt_fail(TT_BAD_FILE, "%.200s: %s is not there as %s of the right size; make the file again", path,
                full, safetensors_type_name(type));
    return good ? t : NULL;
}

tt_status comp_matrix_read(comp_matrix *m, const safetensors *file, const char *path, const char *name,
                           int in, int out, int height)
{
    const long long strips = sparse_strips(out, height);
    const safetensors_tensor *starts = get(file, path, name, "starts", SAFETENSORS_I32, strips + 1, 1);
    const safetensors_tensor *columns =
        starts ? get(file, path, name, "columns", SAFETENSORS_I32, -1, 1) : NULL;
    const safetensors_tensor *values =
        columns ? get(file, path, name, "values", SAFETENSORS_F32, columns->shape[0], height) : NULL;
    if (!values) return TT_BAD_FILE;
    comp_matrix made = {.height = height};
    const size_t room = (size_t)columns->shape[0];
    tt_status status = allocate(&made, (size_t)strips + 1, room);
    if (status == TT_OK) {
        memcpy(height == 1 ? made.csr.starts : made.blocks.starts, starts->data, starts->bytes);
        memcpy(height == 1 ? made.csr.columns : made.blocks.columns, columns->data, columns->bytes);
        memcpy(height == 1 ? made.csr.values : made.blocks.values, values->data, values->bytes);
        made.csr.rows = made.blocks.rows = out, made.csr.cols = made.blocks.cols = in,
        made.blocks.height = height;
        status = height == 1 ? sparse_csr_check(&made.csr, room) : sparse_blocks_check(&made.blocks, room);
    }
    if (status == TT_BAD_VALUE)
        status = tt_fail(
            TT_BAD_FILE,
            "%.200s: %.50s is no sparse matrix: its starts go backwards, a column is out of range or out "
            "of order, or a value is not finite; make the file again",
            path, name);
    if (status == TT_OK) *m = made;
    else comp_matrix_finish(&made);
    return status;
}
