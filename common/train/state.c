// state.c: the checkpoint, from which a run goes on to the same bits, and the file of weights.
#include "inner.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void checkpoint_path(char path[PATH_MAX], const train_loop *l)
{
    snprintf(path, PATH_MAX, "%s.checkpoint", l->job->out);
}

enum { OWN_NOTES = 16, FIXED_NOTES = 8 }; // of the own ones, the first must be the same in a run that goes on

typedef struct {
    safetensors_pair pairs[OWN_NOTES + TRAIN_MOST_NOTES];
    char values[OWN_NOTES][384];
    int count;
} notes;

__attribute__((format(printf, 3, 4))) static void note(notes *n, const char *key, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(n->values[n->count], sizeof n->values[0], format, args);
    va_end(args);
    n->pairs[n->count] = (safetensors_pair){key, n->values[n->count]};
    n->count++;
}

// What made the weights, and how good they are.
static void make_notes(notes *n, const train_loop *l)
{
    const train_job *j = l->job;
    n->count = 0;
    note(n, "model", "%s", j->model);
    note(n, "dataset", "%s", j->dataset);
    note(n, "seed", "%" PRIu64, j->seed);
    note(n, "steps", "%ld", j->steps);
    note(n, "batch", "%d", j->batch);
    note(n, "workers", "%d", j->workers);
    note(n, "optimiser", "Adam, rate %g to %g, warmup %ld, means %g %g, decay %g, clip %g", j->rate,
         j->last_rate, j->warmup, j->adam.first, j->adam.second, j->adam.decay, j->clip);
    note(n, "start", "%s", j->start ? j->start : "the seed");
    note(n, "step", "%ld", l->step);
    note(n, "seconds", "%.17g", l->seconds);
    if (l->validation.count > 0) {
        note(n, "validation", "%lld %s", l->validation.count, l->validation.what);
        note(n, "validation_loss", "%.6f", l->validation.loss);
        note(n, "validation_accuracy", "%.6f", l->validation.accuracy);
    }
    if (l->figures.count > 0) {
        note(n, "evaluated", "%lld %s", l->figures.count, l->figures.what);
        note(n, "loss", "%.6f", l->figures.loss);
        note(n, "accuracy", "%.6f", l->figures.accuracy);
    }
    for (int i = 0; i < j->note_count; i++) n->pairs[n->count++] = j->notes[i];
}

tt_status state_export(const train_loop *l)
{
    if (!l->job->out) return TT_OK;
    notes n;
    make_notes(&n, l);
    return parameters_save(l->job->weights, l->job->out, n.pairs, n.count);
}

// Three arrays per parameter: NAME, NAME.first, NAME.second.
typedef struct {
    const char *ending;
    size_t place; // of the pointer in a parameter
} array_row;

static const array_row arrays[] = {{"", offsetof(parameter, value)},
                                   {".first", offsetof(parameter, first)},
                                   {".second", offsetof(parameter, second)}};
enum { ARRAYS = sizeof arrays / sizeof *arrays, ARRAY_NAME = PARAMETER_NAME + 8 };

static float *array_of(const parameter *p, int which)
{
    return *(float *const *)((const char *)p + arrays[which].place);
}

tt_status state_save(const train_loop *l)
{
    if (!l->job->out) return TT_OK;
    char path[PATH_MAX], (*names)[ARRAY_NAME];
    int count = l->job->weights->count * ARRAYS;
    safetensors_tensor *tensors = calloc((size_t)count, sizeof *tensors);
    names = calloc((size_t)count, sizeof *names);
    if (!tensors || !names)
        return free(tensors), free(names), tt_fail(TT_NO_MEMORY, "no memory for a checkpoint");
    for (int i = 0; i < count; i++) {
        const parameter *p = &l->job->weights->list[i / ARRAYS];
        snprintf(names[i], sizeof names[i], "%s%s", p->name, arrays[i % ARRAYS].ending);
        tensors[i] = (safetensors_tensor){.name = names[i],
                                          .type = SAFETENSORS_F32,
                                          .dims = p->dims,
                                          .data = array_of(p, i % ARRAYS),
                                          .bytes = p->count * sizeof(float)};
        for (int d = 0; d < p->dims; d++) tensors[i].shape[d] = p->shape[d];
    }
    notes n;
    make_notes(&n, l);
    checkpoint_path(path, l);
    tt_status status = safetensors_write(path, tensors, count, n.pairs, n.count);
    free(tensors);
    free(names);
    return status;
}

// A checkpoint goes on only with what it was made with: else the bits would differ and nobody would know.
static tt_status take_notes(train_loop *l, const safetensors *file, const char *path)
{
    notes n;
    make_notes(&n, l);
    for (int i = 0; i < FIXED_NOTES; i++) {
        const char *key = n.pairs[i].key, *found = safetensors_meta(file, key);
        if (!found || strcmp(found, n.pairs[i].value) != 0)
            return tt_fail(TT_BAD_FILE,
                           "%.200s: its %s is %.100s, this run's %.100s; use the same, or remove the file",
                           path, key, found ? found : "missing", n.pairs[i].value);
    }
    const char *step = safetensors_meta(file, "step"), *seconds = safetensors_meta(file, "seconds");
    char *end = NULL;
    long done = step ? strtol(step, &end, 10) : -1;
    if (done < 0 || done > l->job->steps || end == step || *end != 0 || !seconds)
        return tt_fail(TT_BAD_FILE, "%.200s: does not say how far it came; remove the file", path);
    l->step = done, l->seconds = atof(seconds);
    return TT_OK;
}

static tt_status take_arrays(const train_loop *l, const safetensors *file, const char *path)
{
    for (int i = 0; i < l->job->weights->count * ARRAYS; i++) {
        const parameter *p = &l->job->weights->list[i / ARRAYS];
        char name[ARRAY_NAME];
        snprintf(name, sizeof name, "%s%s", p->name, arrays[i % ARRAYS].ending);
        const safetensors_tensor *t = safetensors_find(file, name);
        if (!t || t->type != SAFETENSORS_F32 || t->bytes != p->count * sizeof(float))
            return tt_fail(TT_BAD_FILE, "%.200s: no %s of %zu floats; remove the file", path, name, p->count);
        memcpy(array_of(p, i % ARRAYS), t->data, t->bytes);
    }
    return TT_OK;
}

tt_status state_load(train_loop *l)
{
    char path[PATH_MAX];
    safetensors file = {0};
    if (!l->job->out) return TT_OK;
    checkpoint_path(path, l);
    if (access(path, F_OK) != 0) return TT_OK;
    tt_status status = safetensors_read(&file, path);
    if (status == TT_OK) status = take_notes(l, &file, path);
    if (status == TT_OK) status = take_arrays(l, &file, path);
    safetensors_finish(&file);
    return status;
}

void state_remove(const train_loop *l)
{
    char path[PATH_MAX];
    if (!l->job->out) return;
    checkpoint_path(path, l);
    unlink(path);
}
