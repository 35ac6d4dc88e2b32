// train_state.c: the checkpoint, the weights, the log.
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure/machine.h"
#include "train.h"

static void path_beside(char *path, const run *r, const char *ending)
{
    snprintf(path, PATH_MAX, "%s%s", r->out, ending);
}

typedef struct {
    safetensors_pair pairs[24];
    char values[24][384];
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
static void make_notes(notes *n, const run *r)
{
    const task *t = r->task;
    machine_info machine;
    machine_describe(&machine);
    n->count = 0;
    note(n, "model", "%s", t->name);
    if (r->input[0]) note(n, "input", "%s", r->input);
    note(n, "dataset", "%s", r->dataset);
    note(n, "command", "%s", r->command);
    note(n, "seed", "%" PRIu64, r->seed);
    note(n, "step", "%ld", r->step);
    note(n, "steps", "%ld", r->steps);
    note(n, "batch", "%d", r->batch);
    note(n, "optimiser", "Adam, rate %g to %g, warmup %ld, means %g %g, decay %g, clip %g", t->rate,
         t->last_rate, t->warmup, t->adam.first, t->adam.second, t->adam.decay, t->clip);
    note(n, "seconds", "%.17g", r->seconds);
    note(n, "workers", "%d", r->workers);
    note(n, "flags", "%s", machine.flags);
    note(n, "machine", "%s; %s", machine.cpu, machine.compiler);
    if (r->figures.count == 0) return;
    note(n, "evaluated", "%lld %s", r->figures.count, r->figures.what);
    note(n, "loss", "%.6f", r->figures.loss);
    note(n, "accuracy", "%.6f", r->figures.accuracy);
}

tt_status state_export(const run *r)
{
    notes n;
    make_notes(&n, r);
    if (r->vocabulary[0]) n.pairs[n.count++] = (safetensors_pair){"vocabulary", r->vocabulary};
    return parameters_save(r->weights, r->out, n.pairs, n.count);
}

// Three arrays per parameter: NAME, NAME.first, NAME.second.
typedef struct {
    const char *ending;
    size_t place; // of the pointer in a parameter
} array_row;

static const array_row arrays[] = {{"", offsetof(parameter, value)},
                                   {".first", offsetof(parameter, first)},
                                   {".second", offsetof(parameter, second)}};
enum { ARRAYS = sizeof arrays / sizeof *arrays };

static float *array_of(const parameter *p, int which)
{
    return *(float *const *)((const char *)p + arrays[which].place);
}

tt_status state_save(const run *r)
{
    char path[PATH_MAX], (*names)[PARAMETER_NAME + 8];
    int count = r->weights->count * ARRAYS;
    safetensors_tensor *tensors = calloc((size_t)count, sizeof *tensors);
    names = calloc((size_t)count, sizeof *names);
    if (!tensors || !names)
        return free(tensors), free(names), tt_fail(TT_NO_MEMORY, "no memory for a checkpoint");
    for (int i = 0; i < count; i++) {
        const parameter *p = &r->weights->list[i / ARRAYS];
        snprintf(names[i], sizeof names[i], "%s%s", p->name, arrays[i % ARRAYS].ending);
        tensors[i] = (safetensors_tensor){.name = names[i],
                                          .type = SAFETENSORS_F32,
                                          .dims = p->dims,
                                          .data = array_of(p, i % ARRAYS),
                                          .bytes = p->count * sizeof(float)};
        for (int d = 0; d < p->dims; d++) tensors[i].shape[d] = p->shape[d];
    }
    notes n;
    make_notes(&n, r);
    path_beside(path, r, ".checkpoint");
    tt_status status = safetensors_write(path, tensors, count, n.pairs, n.count);
    free(tensors);
    free(names);
    return status;
}

// A checkpoint goes on only with what it was made with: else the bits would differ and nobody would know.
static tt_status check_notes(const run *r, const safetensors *file, const char *path)
{
    char seed[24], steps[24], batch[24], workers[24];
    snprintf(seed, sizeof seed, "%" PRIu64, r->seed);
    snprintf(steps, sizeof steps, "%ld", r->steps);
    snprintf(batch, sizeof batch, "%d", r->batch);
    snprintf(workers, sizeof workers, "%d", r->workers);
    const char *const wanted[][2] = {{"model", r->task->name}, {"seed", seed},       {"steps", steps},
                                     {"batch", batch},         {"workers", workers}, {"dataset", r->dataset}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const char *found = safetensors_meta(file, wanted[i][0]);
        if (!found || strcmp(found, wanted[i][1]) != 0)
            return tt_fail(TT_BAD_FILE,
                           "%.200s: its %s is %.60s, this run's %.60s; use the same, or remove the file",
                           path, wanted[i][0], found ? found : "missing", wanted[i][1]);
    }
    return TT_OK;
}

static tt_status take_arrays(run *r, const safetensors *file, const char *path)
{
    for (int i = 0; i < r->weights->count * ARRAYS; i++) {
        const parameter *p = &r->weights->list[i / ARRAYS];
        char name[PARAMETER_NAME + 8];
        snprintf(name, sizeof name, "%s%s", p->name, arrays[i % ARRAYS].ending);
        const safetensors_tensor *t = safetensors_find(file, name);
        if (!t || t->type != SAFETENSORS_F32 || t->bytes != p->count * sizeof(float))
            return tt_fail(TT_BAD_FILE, "%.200s: no %s of %zu floats; remove the file", path, name, p->count);
        memcpy(array_of(p, i % ARRAYS), t->data, t->bytes);
    }
    return TT_OK;
}

tt_status state_load(run *r)
{
    char path[PATH_MAX];
    safetensors file = {0};
    path_beside(path, r, ".checkpoint");
    if (access(path, F_OK) != 0) return TT_OK;
    tt_status status = safetensors_read(&file, path);
    if (status == TT_OK) status = check_notes(r, &file, path);
    if (status == TT_OK) status = take_arrays(r, &file, path);
    const char *step = safetensors_meta(&file, "step"), *seconds = safetensors_meta(&file, "seconds");
    if (status == TT_OK && step && seconds) r->step = atol(step), r->seconds = atof(seconds);
    safetensors_finish(&file);
    return status;
}

void state_remove(const run *r)
{
    char path[PATH_MAX];
    path_beside(path, r, ".checkpoint");
    unlink(path);
}

// ---- the log: one JSON object a line ----

// Where the log's lines up to r->step end. A line that is cut or comes later belongs to a run that was
// killed.
static long good_end(FILE *f, long last_step)
{
    char line[512];
    long end = 0;
    while (fgets(line, sizeof line, f)) {
        json_t *object = strchr(line, '\n') ? json_loads(line, 0, NULL) : NULL;
        json_int_t step = json_integer_value(json_object_get(object, "step"));
        bool good = object && step <= last_step;
        json_decref(object);
        if (!good) break;
        end = ftell(f);
    }
    return end;
}

tt_status state_log_open(const run *r)
{
    char path[PATH_MAX];
    path_beside(path, r, ".jsonl");
    FILE *f = fopen(path, "a+b");
    if (!f)
        return tt_fail(TT_BAD_FILE, "%.240s: cannot be opened: %s; check the folder", path, strerror(errno));
    rewind(f);
    long end = r->step > 0 ? good_end(f, r->step) : 0;
    int failed = ftruncate(fileno(f), end);
    fclose(f);
    return failed ? tt_fail(TT_BAD_FILE, "%.240s: cannot be cut: %s; remove it", path, strerror(errno))
                  : TT_OK;
}

void state_log(const run *r, const char *format, ...)
{
    char path[PATH_MAX];
    path_beside(path, r, ".jsonl");
    FILE *f = fopen(path, "ab");
    if (!f) return; // the curve is a comfort; training goes on without it
    va_list args;
    va_start(args, format);
    vfprintf(f, format, args);
    va_end(args);
    fputc('\n', f);
    fclose(f);
}
