// tools.c: runners that are honest and others, a machine that drifts, and the hash of a file.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "core/tensor.h"
#include "data/unseen.h"
#include "measure/measure.h"
#include "nn/models.h"
#include "ops/backend.h"

const char *runner_name(runner_kind kind)
{
    static const char *const names[RUNNERS] = {
        "the baseline", "stops after a batch", "returns class 0",
        "remembers"};
    return names[kind];
}

// --- Runners ---

static uint64_t hash_of(const float *picture)
{
    uint64_t hash = 0xcbf29ce484222325; // FNV-1a
    for (int i = 0; i < FASHION_PIXELS; i++)
        hash = (hash ^ (uint64_t)(255 * picture[i])) * 0x100000001b3;
    return hash;
}

// What it remembers: the hash of each picture as it was handed out, and its label.
struct runner_memory {
    uint64_t hash;
    int label;
};

static bool remember(runner *c)
{
    c->memory = malloc((size_t)c->count * sizeof *c->memory);
    for (int i = 0; i < c->count && c->memory; i++)
        c->memory[i] = (struct runner_memory){
            hash_of(c->pixels + (size_t)i * FASHION_PIXELS), c->labels[i]};
    return c->memory;
}

bool runner_open(runner *c, const char *model, int count)
{
    char path[sizeof TT_WEIGHTS + 32];
    fashion_set test = {0};
    *c = (runner){0};
    backend_use(&backend_blas);
    snprintf(path, sizeof path, TT_WEIGHTS "/%s.safetensors", model);
    tt_status status = fashion_load(&test, PART_TEST);
    if (status == TT_OK) status = net_load(&c->model, model, path);
    if (status != TT_OK) {
        printf("%s\n", tt_error());
        fashion_finish(&test);
        return false;
    }
    c->count = count < test.count ? count : test.count;
    const size_t n = (size_t)c->count;
    c->pixels = tensor_alloc(n * FASHION_PIXELS);
    c->logits = tensor_alloc(n * CLASSES);
    c->labels = malloc(n * sizeof *c->labels);
    bool ok = c->pixels && c->logits && c->labels;
    if (ok) {
        models_pixels(c->pixels, test.images, n * FASHION_PIXELS);
        for (int i = 0; i < c->count; i++) c->labels[i] = test.labels[i];
        ok = remember(c);
    }
    fashion_finish(&test);
    if (!ok) printf("No memory for %d pictures\n", count);
    return ok;
}

void runner_close(runner *c)
{
    net_finish(&c->model);
    free(c->pixels), free(c->logits), free(c->labels), free(c->memory);
    *c = (runner){0};
}

bool runner_unseen(runner *c, uint64_t key)
{
    const size_t pixels = (size_t)c->count * FASHION_PIXELS;
    fashion_set test = {0};
    unsigned char *bytes = malloc(pixels);
    tt_status status = bytes ? fashion_load(&test, PART_TEST) : TT_NO_MEMORY;
    if (status == TT_OK)
        status = unseen_pictures(bytes, c->labels, c->count, &test, key);
    if (status == TT_OK) models_pixels(c->pixels, bytes, pixels);
    fashion_finish(&test);
    free(bytes);
    return worked("unseen_pictures", status);
}

static void answer(float *logits, int label)
{
    for (int j = 0; j < CLASSES; j++) logits[j] = j == label ? 1 : 0;
}

static int recall(const runner *c, const float *picture)
{
    const uint64_t hash = hash_of(picture);
    for (int i = 0; i < c->count; i++)
        if (c->memory[i].hash == hash) return c->memory[i].label;
    return 0;
}

static tt_status run(void *state, float *logits, int first, int count)
{
    runner *c = state;
    const float *x = c->pixels + (size_t)first * FASHION_PIXELS;
    if (c->kind == HONEST || (c->kind == WARM_ONLY && first == 0))
        return net_forward(&c->model, logits, x, count);
    for (int i = 0; i < count; i++) {
        const float *picture = x + (size_t)i * FASHION_PIXELS;
        answer(logits + (size_t)i * CLASSES,
               c->kind == REMEMBERS ? recall(c, picture) : 0);
    }
    return TT_OK;
}

static size_t bytes_of(void *state)
{
    const runner *c = state;
    return c->kind == CONSTANT ? 1 : c->model.weights.floats * sizeof(float);
}

static double now(void *state)
{
    (void)state;
    return measure_now();
}

tt_status runner_measure(oly_metrics *m, runner *c, int batch, int passes)
{
    const oly_subject subject = {c, run, NULL, bytes_of, bytes_of};
    const oly_plan plan = {.inputs = c->count / batch * batch,
                           .batch = batch,
                           .warm_up = 3,
                           .passes = passes,
                           .quality = OLY_ACCURACY,
                           .answers = c->labels,
                           .classes = CLASSES};
    return oly_measure(m, c->logits, &subject, &plan, (oly_clock){now, NULL});
}

double runner_time(runner *c, int batch)
{
    const double start = measure_now();
    if (!worked("net_forward", run(c, c->logits, 0, batch))) return NAN;
    return 1e3 * (measure_now() - start);
}

void runner_pairs(double *before, double *after, int pairs, runner *c,
                  int batch_before, int batch_after)
{
    for (int i = 0; i < pairs; i++)
        for (int turn = 0; turn < 2; turn++) {
            const bool second = (i + turn) % 2; // A B, B A
            const double ms =
                runner_time(c, second ? batch_after : batch_before);
            (second ? after : before)[i] = 1e-3 * ms;
        }
}

bool disturbed_accuracy(double *right, runner *c, int seed)
{
    const int half = c->count / 2;
    const parameters *all = &c->model.weights;
    const parameter *last = &all->list[all->count - 2];
    float *kept = tensor_alloc(last->count);
    if (!kept) return worked("tensor_alloc", TT_NO_MEMORY);
    memcpy(kept, last->value, last->count * sizeof *kept);
    tt_rng rng = {(uint64_t)seed};
    for (size_t i = 0; i < last->count && seed > 0; i++)
        last->value[i] *= 1 + 0.2f * rng_normal(&rng);
    tt_status status = net_forward(&c->model, c->logits, c->pixels, 2 * half);
    memcpy(last->value, kept, last->count * sizeof *kept);
    free(kept);
    for (int h = 0; h < 2 && status == TT_OK; h++) {
        status =
            oly_accuracy(&right[h], c->logits + (size_t)(h * half) * CLASSES,
                         c->labels + h * half, half, CLASSES);
        right[h] *= 100;
    }
    return worked("oly_accuracy", status);
}

// --- Exhibits ---

// A contest's habit: all batches are timed, and the answers looked at are those of the first.
double first_batch_way(int amount)
{
    enum { BATCH = 100 };
    runner c;
    double share = NAN;
    if (runner_open(&c, "mlp", 1000)) {
        c.kind = amount ? WARM_ONLY : HONEST;
        for (int first = 0; first < c.count; first += BATCH)
            run(&c, c.logits + first * CLASSES, first, BATCH);
        worked("oly_accuracy",
               oly_accuracy(&share, c.logits, c.labels, BATCH, CLASSES));
    }
    runner_close(&c);
    return 100 * share;
}

static double accuracy_of(runner_kind kind, bool unseen)
{
    runner c;
    oly_metrics m = {.quality = NAN};
    if (runner_open(&c, "mlp", 1000) && (!unseen || runner_unseen(&c, 20))) {
        c.kind = kind;
        worked("oly_measure", runner_measure(&m, &c, 100, 1));
    }
    runner_close(&c);
    return 100 * m.quality;
}

double timed_batches_way(int amount)
{
    return accuracy_of(amount ? WARM_ONLY : HONEST, false);
}

double known_inputs_way(int amount)
{
    return accuracy_of(amount ? REMEMBERS : HONEST, false);
}

double unseen_inputs_way(int amount)
{
    return accuracy_of(amount ? REMEMBERS : HONEST, true);
}

// A machine that becomes slower by half a percent with every call, and noise: what a call of `work` seconds takes.
typedef struct {
    tt_rng rng;
    double slower;
} drifting;

static double take(drifting *m, double work)
{
    m->slower *= 1.005;
    return work * m->slower * (1 + 0.01 * (double)rng_normal(&m->rng));
}

enum { PAIRS = 31 };
static const double BASELINE = 0.010, ENTRY = 0.0095;

double one_after_the_other_way(int amount)
{
    drifting m = {{20}, 1};
    double before[PAIRS], after[PAIRS], middle[2];
    for (int i = 0; i < PAIRS; i++) before[i] = take(&m, BASELINE);
    for (int i = 0; i < PAIRS; i++)
        after[i] = take(&m, amount ? ENTRY : BASELINE);
    for (int i = 0; i < 2; i++)
        if (!worked("oly_quantile",
                    oly_quantile(&middle[i], i ? after : before, PAIRS, 0.5)))
            return NAN;
    return middle[0] / middle[1];
}

double by_pairs_way(int amount)
{
    drifting m = {{20}, 1};
    double before[PAIRS], after[PAIRS], ratio = NAN;
    const double entry = amount ? ENTRY : BASELINE;
    for (int i = 0; i < PAIRS; i++) {
        if (i % 2) after[i] = take(&m, entry), before[i] = take(&m, BASELINE);
        else before[i] = take(&m, BASELINE), after[i] = take(&m, entry);
    }
    worked("oly_paired_ratio",
           oly_paired_ratio(&ratio, before, after, PAIRS));
    return ratio;
}

double test_planted(lesson_way *way, int amount)
{
    return way(amount) / way(0);
}

double test_against_itself(lesson_way *way, int amount)
{
    (void)amount;
    return way(0);
}

// --- Submission ---

void hash_by_program(char hex[OLY_HASH + 1], const void *bytes, size_t count)
{
    char command[64];
    *hex = 0;
    FILE *file = tmpfile();
    if (!file) return;
    const bool written = fwrite(bytes, 1, count, file) == count;
    snprintf(command, sizeof command, "sha256sum </dev/fd/%d", fileno(file));
    FILE *from = fflush(file) == 0 && written ? popen(command, "r") : NULL;
    if (from && fscanf(from, "%64s", hex) != 1) *hex = 0;
    if (from) pclose(from);
    fclose(file);
}
