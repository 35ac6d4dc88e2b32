// parameters.c: the list of parameters, and two allocations that it points into: values and training.
#include "parameters.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

tt_status parameters_add(parameters *p, const char *name, int dims, const int *shape, bool decays)
{
    if (!p || !name || !shape || strlen(name) >= PARAMETER_NAME || p->values) return TT_BAD_VALUE;
    if (dims < 1 || dims > TENSOR_MAX_DIMS) return TT_BAD_SHAPE;
    parameter new = {.dims = dims, .count = 1, .decays = decays};
    for (int i = 0; i < dims; i++) {
        new.shape[i] = shape[i];
        if (shape[i] < 1 || __builtin_mul_overflow(new.count, (size_t)shape[i], &new.count))
            return tt_fail(TT_BAD_SHAPE, "size %d of %s is %d; every size is at least 1", i, name, shape[i]);
    }
    if (new.count > SIZE_MAX / 64 - p->floats) return tt_fail(TT_BAD_SHAPE, "%s is too large", name);
    snprintf(new.name, sizeof new.name, "%s", name);
    parameter *grown = realloc(p->list, ((size_t)p->count + 1) * sizeof *grown);
    if (!grown) return tt_fail(TT_NO_MEMORY, "no memory for the table of parameters");
    p->list = grown;
    p->list[p->count++] = new;
    p->floats += new.count;
    return TT_OK;
}

// Every parameter begins on a cache line.
static size_t padded(size_t floats) { return (floats + 15) / 16 * 16; }

static size_t padded_sum(const parameters *p)
{
    size_t sum = 0;
    for (int i = 0; i < p->count; i++) sum += padded(p->list[i].count);
    return sum;
}

tt_status parameters_allocate(parameters *p)
{
    if (!p || p->values) return TT_BAD_VALUE;
    float *next = tensor_alloc(padded_sum(p));
    if (!next) return tt_fail(TT_NO_MEMORY, "no memory for %zu weights", p->floats);
    p->values = next;
    for (int i = 0; i < p->count; i++) {
        p->list[i].value = next;
        next += padded(p->list[i].count);
    }
    return TT_OK;
}

tt_status parameters_train(parameters *p)
{
    if (!p || !p->values) return TT_BAD_VALUE;
    if (p->training) return TT_OK;
    float *next = tensor_alloc(3 * padded_sum(p));
    if (!next) return tt_fail(TT_NO_MEMORY, "no memory to train %zu weights", p->floats);
    p->training = next;
    for (int i = 0; i < p->count; i++) {
        parameter *one = &p->list[i];
        size_t room = padded(one->count);
        one->grad = next;
        one->first = next + room;
        one->second = next + 2 * room;
        next += 3 * room;
    }
    return TT_OK;
}

void parameters_finish(parameters *p)
{
    if (!p) return;
    free(p->list);
    free(p->values);
    free(p->training);
    *p = (parameters){0};
}

parameter *parameters_find(const parameters *p, const char *name)
{
    for (int i = 0; p && name && i < p->count; i++)
        if (strcmp(p->list[i].name, name) == 0) return &p->list[i];
    return NULL;
}

tt_status parameters_save(const parameters *p, const char *path, const safetensors_pair *metadata, int pairs)
{
    if (!p || !p->values || !path) return TT_BAD_VALUE;
    safetensors_tensor *tensors = calloc((size_t)p->count + 1, sizeof *tensors);
    if (!tensors) return tt_fail(TT_NO_MEMORY, "no memory to write %d tensors", p->count);
    for (int i = 0; i < p->count; i++) {
        const parameter *one = &p->list[i];
        tensors[i] = (safetensors_tensor){.name = one->name,
                                          .type = SAFETENSORS_F32,
                                          .dims = one->dims,
                                          .data = one->value,
                                          .bytes = one->count * sizeof(float)};
        for (int d = 0; d < one->dims; d++) tensors[i].shape[d] = one->shape[d];
    }
    tt_status status = safetensors_write(path, tensors, p->count, metadata, pairs);
    free(tensors);
    return status;
}

static tt_status check_shape(const parameter *one, const safetensors_tensor *tensor)
{
    if (!tensor)
        return tt_fail(TT_BAD_FILE, "the file of weights has no %s; is it another model's?", one->name);
    bool same = tensor->type == SAFETENSORS_F32 && tensor->dims == one->dims;
    for (int d = 0; same && d < one->dims; d++) same = tensor->shape[d] == one->shape[d];
    if (!same)
        return tt_fail(TT_BAD_FILE, "%s has another type or shape in the file; is it another model's?",
                       one->name);
    return TT_OK;
}

// Every name with its shape, and no other.
static tt_status check_all(const parameters *p, const safetensors *file)
{
    if (file->count != p->count)
        return tt_fail(TT_BAD_FILE, "the file has %d tensors, the model %d; is it another model's?",
                       file->count, p->count);
    tt_status status = TT_OK;
    for (int i = 0; i < p->count && status == TT_OK; i++)
        status = check_shape(&p->list[i], safetensors_find(file, p->list[i].name));
    return status;
}

tt_status parameters_copy(parameters *p, const safetensors *file)
{
    if (!p || !p->values || !file) return TT_BAD_VALUE;
    tt_status status = check_all(p, file);
    for (int i = 0; i < p->count && status == TT_OK; i++)
        memcpy(p->list[i].value, safetensors_find(file, p->list[i].name)->data,
               p->list[i].count * sizeof(float));
    return status;
}

tt_status parameters_mask_zeros(parameters *p, float *mask, size_t *zeros, const safetensors *file)
{
    if (!p || !mask || !zeros || !file) return TT_BAD_VALUE;
    tt_status status = check_all(p, file);
    if (status != TT_OK) return status;
    *zeros = 0;
    for (int i = 0; i < p->count; mask += p->list[i].count, i++) {
        memcpy(mask, safetensors_find(file, p->list[i].name)->data, p->list[i].count * sizeof *mask);
        for (size_t j = 0; j < p->list[i].count; j++) {
            *zeros += mask[j] == 0;
            mask[j] = mask[j] != 0;
        }
        p->list[i].mask = mask;
    }
    return TT_OK;
}
