// sparse_file.c: writes what has a mask as sparse matrices, and reads it back with its zeros.
#include "sparse_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    int height;
    const char *name;
} formats[] = {{1, "csr"}, {4, "blocks 4"}, {8, "blocks 8"}, {16, "blocks 16"}};
enum { FORMATS = sizeof formats / sizeof *formats };

int comp_file_height(const safetensors *file)
{
    const char *name = safetensors_meta(file, "sparse");
    for (int i = 0; name && i < FORMATS; i++)
        if (strcmp(name, formats[i].name) == 0) return formats[i].height;
    return 0;
}

// --- Save ---

typedef struct {
    comp_matrix *matrices; // (parameters)
    safetensors_tensor *tensors;
    char (*names)[COMP_MATRIX_NAME];
    int count;
} contents;

static tt_status put(contents *c, comp_matrix *m, const parameter *q, int height)
{
    if (!q->mask) {
        safetensors_tensor *t = &c->tensors[c->count++];
        *t = (safetensors_tensor){q->name, SAFETENSORS_F32, q->dims,
                                  {0},     q->value,        q->count * sizeof *q->value};
        for (int i = 0; i < q->dims; i++) t->shape[i] = q->shape[i];
        return TT_OK;
    }
    tt_status status =
        comp_matrix_build(m, q->value, q->mask, comp_file_in(q), q->shape[q->dims - 1], height);
    if (status != TT_OK) return status;
    comp_matrix_put(c->tensors + c->count, c->names + c->count, m, q->name);
    c->count += COMP_MATRIX_TENSORS;
    return TT_OK;
}

tt_status comp_file_save(const char *path, const parameters *p, int height, const safetensors_pair *pairs,
                         int pair_count)
{
    safetensors_pair all[COMP_FILE_MOST_PAIRS];
    int format = 0;
    if (!path || !p || pair_count < 0 || pair_count >= COMP_FILE_MOST_PAIRS) return TT_BAD_VALUE;
    while (format < FORMATS && formats[format].height != height) format++;
    if (format == FORMATS) return TT_BAD_VALUE;
    for (int i = 0; i < pair_count; i++) all[i] = pairs[i];
    all[pair_count] = (safetensors_pair){"sparse", formats[format].name};

    const size_t most = (size_t)p->count * COMP_MATRIX_TENSORS;
    contents c = {calloc((size_t)p->count, sizeof *c.matrices), calloc(most, sizeof *c.tensors),
                  calloc(most, sizeof *c.names), 0};
    tt_status status =
        c.matrices && c.tensors && c.names ? TT_OK : tt_fail(TT_NO_MEMORY, "no memory to save %.200s", path);
    for (int i = 0; i < p->count && status == TT_OK; i++)
        status = put(&c, &c.matrices[i], &p->list[i], height);
    if (status == TT_OK) status = safetensors_write(path, c.tensors, c.count, all, pair_count + 1);
    for (int i = 0; c.matrices && i < p->count; i++) comp_matrix_finish(&c.matrices[i]);
    free(c.matrices), free(c.tensors), free(c.names);
    return status;
}

// --- Load ---

static tt_status load_dense(float *to, const parameter *q, const safetensors_tensor *t, const char *path)
{
    bool same = t->type == SAFETENSORS_F32 && t->dims == q->dims;
    for (int i = 0; same && i < q->dims; i++) same = t->shape[i] == q->shape[i];
    if (!same)
        return tt_fail(TT_BAD_FILE, "%.200s: %s has another shape or type; make the file again", path,
                       q->name);
    memcpy(to, t->data, t->bytes);
    return TT_OK;
}

static tt_status load(float *to, const parameters *p, const safetensors *file, const char *path)
{
    const int height = comp_file_height(file);
    int taken = 0;
    if (!height)
        return tt_fail(TT_BAD_FILE,
                       "%.200s: its metadata does not say which sparse format it has; take another file",
                       path);
    for (int i = 0; i < p->count; i++) {
        const parameter *q = &p->list[i];
        const safetensors_tensor *dense = safetensors_find(file, q->name);
        comp_matrix m = {0};
        tt_status status =
            dense ? load_dense(to, q, dense, path)
                  : comp_matrix_read(&m, file, path, q->name, comp_file_in(q), q->shape[q->dims - 1], height);
        if (status != TT_OK) return status;
        if (!dense) comp_matrix_dense(to, &m);
        comp_matrix_finish(&m);
        taken += dense ? 1 : COMP_MATRIX_TENSORS;
        to += q->count;
    }
    return taken == file->count
               ? TT_OK
               : tt_fail(TT_BAD_FILE, "%.200s: it holds arrays of another model; take another file", path);
}

tt_status comp_file_load(parameters *p, const char *path)
{
    if (!p || !path) return TT_BAD_VALUE;
    safetensors file = {0};
    float *all = malloc((p->floats ? p->floats : 1) * sizeof *all), *from = all;
    tt_status status =
        all ? safetensors_read(&file, path) : tt_fail(TT_NO_MEMORY, "no memory for %.200s", path);
    if (status == TT_OK) status = load(all, p, &file, path);
    for (int i = 0; i < p->count && status == TT_OK; from += p->list[i++].count)
        memcpy(p->list[i].value, from, p->list[i].count * sizeof *from);
    safetensors_finish(&file);
    free(all);
    return status;
}
