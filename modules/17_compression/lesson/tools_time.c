// tools_time.c: what the lesson measures beside the benchmark's rows, trains, and reads back.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/foreign.h"
#include "core/rng.h"
#include "core/tensor.h"
#include "given/school.h"
#include "given/masks.h"
#include "given/sparse_file.h"
#include "measure/measure.h"
#include "ops/backend.h"

double best_of(const char *suite, const char *kase, const char *variant)
{
    static const char *const dense[] = {"dense", "dense-across", "haswell"};
    double least = NAN;
    for (int i = 0; i < 3; i++)
        least = fmin(least, speedup(suite, kase, variant, dense[i]));
    return least;
}

double wins_from(const results *r, const char *variant)
{
    double at = r ? comp_break_even(r, "batch-64", variant, BEST_DENSE) : NAN;
    bool measured = !isnan(best_of("batch-64", "90", variant));
    return isnan(at) && measured ? 100 : at;
}

// --- Zeros ---

enum {
    ROWS = 196,
    IN = 576,
    OUT = 64
}; // the CNN's third convolution, four pictures

// Seconds of the best of several products, with that many percent of zeros in the weights.
static double product_seconds(float *out, const float *x, float *w,
                              int percent)
{
    static unsigned long long seed;
    tt_rng rng = {++seed};
    double best = INFINITY;
    for (int i = 0; i < IN * OUT; i++)
        w[i] = rng_below(&rng, 100) < (unsigned)percent
                   ? 0
                   : rng_uniform(&rng) - 0.5f;
    for (int round = 0; round < 9; round++) {
        double start = measure_now();
        for (int i = 0; i < 4; i++) matmul_cblas(out, x, w, ROWS, OUT, IN);
        best = fmin(best, measure_now() - start);
    }
    return best;
}

double dense_with_zeros(int percent)
{
    float *out = floats(ROWS * OUT), *x = floats(ROWS * IN),
          *w = floats(IN * OUT);
    if (!out || !x || !w) return NAN;
    tt_rng rng = {5};
    rng_fill(&rng, x, ROWS * IN, -1, 1);
    double whole = INFINITY, zeros = INFINITY;
    for (int i = 0; i < 5; i++) {
        whole = fmin(whole, product_seconds(out, x, w, 0));
        zeros = fmin(zeros, product_seconds(out, x, w, percent));
    }
    free(out), free(x), free(w);
    return whole / zeros;
}

// --- Files ---

double written_ratio(int percent)
{
    char path[] = "/tmp/tt_lesson_XXXXXX";
    const int fd = mkstemp(path);
    if (fd < 0) return NAN;
    close(fd);
    net m = {0}, back = {0};
    comp_masks masks = {0};
    struct stat s = {0};
    double same[COMP_MOST_PRUNED];
    for (int i = 0; i < COMP_MOST_PRUNED; i++) same[i] = percent / 100.0;
    tt_status status = comp_model_dense(&m, "mlp");
    if (status == TT_OK) status = comp_model_dense(&back, "mlp");
    if (status == TT_OK) status = comp_masks_create(&masks, &m.weights);
    if (status == TT_OK) status = comp_masks_layers(&masks, same);
    if (status == TT_OK)
        comp_masks_apply(&masks),
            status = comp_file_save(path, &m.weights, 1, NULL, 0);
    if (status == TT_OK) status = comp_file_load(&back.weights, path);
    const bool whole = status == TT_OK && stat(path, &s) == 0 &&
                       memcmp(m.weights.values, back.weights.values,
                              m.weights.floats * sizeof(float)) == 0;
    comp_masks_finish(&masks);
    net_finish(&m), net_finish(&back);
    remove(path);
    if (status != TT_OK)
        worked("prune_mask, sparse_csr_build or sparse_csr_check", status);
    return whole ? file_bytes("mlp") / (double)s.st_size : NAN;
}

// --- Layers ---

void show_layers(const char *name, int pictures)
{
    net m = {0};
    fashion_set test;
    if (!open_net(&m, name) || !open_pictures(&test, PART_TEST, pictures))
        return;
    size_t most = FASHION_PIXELS;
    for (int i = 0; i < m.count; i++)
        if (m.layers[i].out > most) most = m.layers[i].out;
    float *x = floats(most * (size_t)pictures),
          *y = floats(most * (size_t)pictures);
    if (!x || !y) return;
    models_pixels(x, test.images, (size_t)pictures * FASHION_PIXELS);
    double sum = 0;
    printf("%-9s %-14s %14s %12s %12s\n", name, "", "multiply-adds", "us",
           "GFLOP/s");
    for (int i = 0; i < m.count; i++) {
        double best = INFINITY;
        for (int round = 0; round < 7; round++) {
            double start = measure_now();
            tt_status status = net_layer_forward(&m, i, y, x, pictures);
            best = fmin(best, measure_now() - start);
            if (status != TT_OK) return;
        }
        const double macs = (double)net_macs(&m, i) * pictures;
        printf("%-9s %-14s %14.0f %12.1f", "", m.layers[i].name, macs,
               1e6 * best);
        if (macs > 0) printf(" %12.1f", 2e-9 * macs / best);
        printf("\n");
        sum += best;
        float *out = y;
        y = x, x = out;
    }
    printf("%-9s %-14s %14s %12.1f\n\n", "", "together", "", 1e6 * sum);
}

// --- Training ---

static void report(void *caller, const train_progress *p)
{
    if (!p->figures) show_progress(caller, p->step, p->steps);
}

bool train_for(const comp_recipe *r, int steps, double *right)
{
    backend_use(&backend_blas);
    train_figures figures;
    const comp_making how = {.steps = steps,
                             .workers = 2,
                             .seed = 1,
                             .one_shot = true,
                             .report = report,
                             .caller = (void *)"training"};
    if (!worked("prune_schedule and prune_masks",
                comp_make(r, &how, &figures)))
        return false;
    *right = 100 * figures.accuracy;
    printf("%d steps, then %lld %s: %.2f %% right\n", steps, figures.count,
           figures.what, *right);
    return true;
}

bool teach(int seeds, int epochs, comp_gain *gain)
{
    backend_use(&backend_blas);
    comp_school *s = comp_school_open();
    tt_status status = s ? comp_teach(gain, s, seeds, epochs) : TT_NO_MEMORY;
    comp_school_close(s);
    if (!worked("distill_targets and distill_loss", status)) return false;
    printf("%d students, epochs: %d, a teacher's points: %.2f, interval %.2f "
           ".. %.2f\n",
           seeds, epochs, gain->mean, gain->low, gain->high);
    return true;
}

// --- A recorded curve ---

void show_curve(const char *recipe)
{
    enum { WIDTH = 40 };
    char path[512], line[512];
    comp_model_path(path, sizeof path, recipe);
    strcat(path, ".jsonl");
    FILE *f = fopen(path, "r");
    if (!f) {
        printf("No curve: %s is not there\n", path);
        return;
    }
    printf("%s, recorded: validation pictures right\n", recipe);
    while (fgets(line, sizeof line, f)) {
        json_t *entry = json_loads(line, 0, NULL);
        long long step;
        double accuracy;
        const char *what =
            json_string_value(json_object_get(entry, "evaluated"));
        if (what && strstr(what, "validation") &&
            foreign_take_whole(&step, json_object_get(entry, "step"), 0,
                               1 << 30) &&
            foreign_take_real(&accuracy,
                              json_object_get(entry, "accuracy"))) {
            printf("step %6lld  %6.2f %%  ", step, 100 * accuracy);
            for (int i = 0; i < (int)(WIDTH * (accuracy - 0.5) * 2); i++)
                putchar('#');
            printf("\n");
        }
        json_decref(entry);
    }
    fclose(f);
}
