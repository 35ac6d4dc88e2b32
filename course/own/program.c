// program.c: a model of your own goes through the course: how good, how large and how fast it is by each module, and where its
// time goes.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "combine.h"
#include "core/options.h"
#include "core/rng.h"
#include "data/fashion.h"
#include "measure/measure.h"
#include "nn/evaluate.h"
#include "own.h"
#include "profiling.h"
#include "seam.h"
#include "ways.h"

enum { BATCH = 64, ROUNDS = 9, MOST_WAYS = 8, CALIBRATION = 500, MOST_NODES = 64, MOST_CLASSES = 1 << 12 };

typedef struct {
    net m;
    fashion_set train, test; // counts of 0: the model is for other pictures
    unsigned char *noise;    // (CALIBRATION, picture) in their place
    void *made[MOST_WAYS];
    double seconds[MOST_WAYS][ROUNDS];
    int *want; // (BATCH) predictions of the floats
} subject;

// --- Pictures ---

static bool is_fashion(const net *m)
{
    return m->layers[0].h == FASHION_SIDE && m->layers[0].w == FASHION_SIDE && m->layers[0].c == 1 &&
           m->classes == FASHION_CLASSES;
}

static tt_status take_pictures(subject *s)
{
    const size_t bytes = CALIBRATION * (size_t)s->m.layers[0].in;
    if (is_fashion(&s->m)) {
        const tt_status status = fashion_load(&s->train, PART_TRAIN);
        return status == TT_OK ? fashion_load(&s->test, PART_TEST) : status;
    }
    printf("It is not for 28 x 28 x 1 pictures of 10 classes, so it gets noise: no accuracy.\n");
    tt_rng rng = {19};
    s->noise = malloc(bytes);
    if (!s->noise) return tt_fail(TT_NO_MEMORY, "no memory for %d pictures", CALIBRATION);
    for (size_t i = 0; i < bytes; i++) s->noise[i] = (unsigned char)rng_below(&rng, 256);
    return TT_OK;
}

static const unsigned char *pictures(const subject *s) { return s->noise ? s->noise : s->test.images; }

// --- By each module ---

typedef struct {
    const subject *s;
    const own_way *way;
    void *made;
} running;

static tt_status run_items(void *of, float *logits, int first, int count)
{
    const running *r = of;
    return r->way->run(r->made, logits, r->s->test.images + (size_t)first * FASHION_PIXELS, count);
}

// Percent right of the test pictures, NAN without them; percent as the floats of a batch.
static tt_status judge(double *right, double *same, const subject *s, const own_way *way, void *made)
{
    float *logits = malloc((size_t)BATCH * s->m.classes * sizeof *logits);
    int got[BATCH], equal = 0;
    running r = {s, way, made};
    evaluation e = {.accuracy = NAN};
    tt_status status = logits ? way->run(made, logits, pictures(s), BATCH) : TT_NO_MEMORY;
    if (status == TT_OK) models_predict(got, logits, BATCH, s->m.classes);
    for (int i = 0; i < BATCH && status == TT_OK; i++) equal += got[i] == s->want[i];
    if (status == TT_OK && s->test.count >= 1 && way != &own_ways[0])
        status = evaluate_items(&e, NULL, run_items, &r, s->m.classes, s->test.labels, s->test.count);
    free(logits);
    *right = 100 * e.accuracy, *same = 100.0 * equal / BATCH;
    return status;
}

// All in turns, so that a machine that becomes slower for a while slows all of them.
static tt_status time_all(subject *s)
{
    float *logits = malloc((size_t)BATCH * s->m.classes * sizeof *logits);
    tt_status status = logits ? TT_OK : TT_NO_MEMORY;
    for (int r = -1; r < ROUNDS && status == TT_OK; r++) // round -1 is the warm-up
        for (int i = 0; i < own_way_count && status == TT_OK; i++) {
            if (!s->made[i]) continue;
            const double start = measure_now();
            status = own_ways[i].run(s->made[i], logits, pictures(s), BATCH);
            if (r >= 0) s->seconds[i][r] = measure_now() - start;
        }
    free(logits);
    return status;
}

static tt_status table(subject *s)
{
    char why[MOST_WAYS][200];
    const own_source source = {&s->m, s->noise ? s->noise : s->train.images, CALIBRATION};
    for (int i = 0; i < own_way_count; i++) {
        s->made[i] = own_ways[i].make(&source);
        if (!s->made[i]) snprintf(why[i], sizeof why[i], "%s", tt_error());
    }
    if (!s->made[0]) return TT_NO_MEMORY;
    float *logits = malloc((size_t)BATCH * s->m.classes * sizeof *logits);
    tt_status status = logits ? own_ways[0].run(s->made[0], logits, pictures(s), BATCH) : TT_NO_MEMORY;
    if (status == TT_OK) models_predict(s->want, logits, BATCH, s->m.classes);
    free(logits);
    if (status == TT_OK) status = time_all(s);
    printf("\n%-26s %9s %8s %9s %9s %9s\n", "", "KiB", "right", "as floats", "ms of 64", "faster");
    for (int i = 0; i < own_way_count && status == TT_OK; i++) {
        double right, same;
        printf("%-26s ", own_ways[i].name);
        if (!s->made[i]) {
            printf("no: %.49s\n", why[i]);
            continue;
        }
        status = judge(&right, &same, s, &own_ways[i], s->made[i]);
        const double ms = 1e3 * measure_describe(s->seconds[i], ROUNDS).median;
        printf("%9.1f ", (double)own_ways[i].bytes(s->made[i]) / 1024);
        if (isnan(right)) printf("%8s ", "-");
        else printf("%6.2f %% ", right);
        printf("%7.0f %% %9.3f %8.2fx\n", same, ms,
               measure_ratio(s->seconds[0], s->seconds[i], ROUNDS).median);
    }
    return status;
}

// --- Where its time goes: the instruments of module 19 ---

static double clock_of(void *state)
{
    (void)state;
    return measure_now();
}

static struct {
    prof_sections sections;
    prof_node nodes[MOST_NODES];
    tt_status status;
} profile;

static void enter(void *state, const nn_event *e)
{
    (void)state;
    if (profile.status == TT_OK) profile.status = prof_enter(&profile.sections, e->name);
}

static void leave(void *state, const nn_event *e, tt_status status)
{
    (void)state, (void)status;
    if (profile.status == TT_OK) profile.status = prof_exit(&profile.sections, e->name);
}

static tt_status print_profile(const net *m)
{
    static prof_line lines[MOST_NODES];
    int count = 0;
    const tt_status status = prof_report(lines, &count, &profile.sections);
    printf("\nWhere the time of the floats goes, by the sections of module 19:\n");
    for (int i = 0; i < count && i < 8 && status == TT_OK; i++) {
        long long macs = 0;
        for (int l = 0; l < m->count; l++)
            if (strcmp(m->layers[l].name, lines[i].name) == 0) macs += net_macs(m, l);
        printf("  %-12s %5.1f %%", lines[i].name, 100 * lines[i].share);
        if (macs > 0)
            printf("  %7.1f million multiply-adds, %6.1f GFLOP/s", (double)macs * BATCH / 1e6,
                   2 * (double)macs * BATCH * (double)lines[i].calls / lines[i].self / 1e9);
        printf("\n");
    }
    return status;
}

static tt_status watch(subject *s)
{
    enum { PASSES = 5 };
    const nn_observer observer = {NULL, enter, leave};
    float *x = malloc((size_t)BATCH * s->m.layers[0].in * sizeof *x),
          *logits = malloc((size_t)BATCH * s->m.classes * sizeof *logits);
    const tt_backend *before = backend;
    tt_status status = x && logits ? TT_OK : TT_NO_MEMORY;
    profile.sections =
        (prof_sections){.clock = {clock_of, NULL}, .nodes = profile.nodes, .node_room = MOST_NODES};
    backend_use(&course_accelerated);
    if (status == TT_OK) models_pixels(x, pictures(s), (size_t)BATCH * s->m.layers[0].in);
    for (int i = 0; i <= PASSES && status == TT_OK; i++) { // the first is the warm-up
        s->m.observer = i ? &observer : NULL;
        status = net_forward(&s->m, logits, x, BATCH);
    }
    s->m.observer = NULL;
    backend_use(before);
    free(x), free(logits);
    if (status == TT_OK) status = profile.status;
    if (status == TT_OK) status = print_profile(&s->m);
    if (status != TT_TODO) return status;
    printf("\nWhere its time goes would be told by prof_enter, prof_exit and prof_report of\n"
           "module 19: not written yet.\n");
    return TT_OK;
}

// --- The program ---

static tt_status go(subject *s, const char *path, const own_hints *hints)
{
    char told[OWN_TOLD];
    tt_status status = own_load(&s->m, told, path, hints);
    if (status == TT_OK && s->m.classes > MOST_CLASSES)
        status = tt_fail(TT_BAD_FILE, "%.200s: more than %d classes", path, MOST_CLASSES);
    if (status != TT_OK) return status;
    printf("%s\n\nWith a relu behind each layer but the last.\n", told);
    status = take_pictures(s);
    if (status == TT_OK) status = table(s);
    return status == TT_OK ? watch(s) : status;
}

int main(int argc, char **argv)
{
    const char *path = NULL, *input = NULL;
    own_hints hints = {0};
    int want[BATCH];
    subject s = {.want = want};
    const option_row rows[] = {
        {"FILE", NULL, "a .safetensors file", OPTION_NEEDED(&path)},
        {"--input", "HxWxC", "the size of a picture: 28x28x1", OPTION_WORD(&input)},
        {"--pools", "110", "behind which convolutions a pool follows", OPTION_WORD(&hints.pools)},
        {0}};
    const int code =
        options_take(argv[0], "Takes a model of yours through the course.", rows, argc - 1, argv + 1);
    if (code >= 0) return code;
    if (input && sscanf(input, "%5dx%5dx%5d", &hints.h, &hints.w, &hints.c) != 3)
        return tt_fail(TT_BAD_VALUE, "--input %.20s: it is said as 28x28x1", input),
               options_refuse(argv[0], rows);
    tt_status status = course_open(COURSE_BOTH);
    if (status == TT_OK) status = go(&s, path, &hints);
    for (int i = 0; i < own_way_count; i++) own_ways[i].finish(s.made[i]);
    fashion_finish(&s.train), fashion_finish(&s.test), net_finish(&s.m), free(s.noise);
    if (status != TT_OK) fprintf(stderr, "own: %s: %s\n", tt_status_text(status), tt_error());
    return status != TT_OK;
}
