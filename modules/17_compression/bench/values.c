// values.c: what the shipped files lose on the test images, what they weigh, and where sparse products break
// even.
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "data/fashion.h"
#include "given/masks.h"
#include "given/recipes.h"
#include "given/school.h"
#include "given/sparse_file.h"
#include "nn/evaluate.h"
#include "ops/backend.h"
#include "ways.h"

enum { QUICK_IMAGES = 1000, TEXT_SEED = 1 };

// A row that nobody timed: what it holds is its rate.
static void add_row(results *r, const char *kase, double x, const char *variant, results_kind kind,
                    double value)
{
    results_row row = {
        .kind = kind, .x = x, .threads = 1, .passed = true, .work = value, .n = 1, .seconds = {1}};
    results_row_name(&row, "accuracy", kase, variant, "%");
    results_add(r, &row);
}

// NAME_what, with '_' for '-'.
static void set(results *r, const char *name, const char *what, double value, const char *unit)
{
    char full[32];
    snprintf(full, sizeof full, "%s_%s", name, what);
    for (char *c = full; *c; c++)
        if (*c == '-') *c = '_';
    results_set(r, full, value, unit);
}

static double file_bytes(const char *name)
{
    char path[512];
    struct stat s;
    comp_model_path(path, sizeof path, name);
    return stat(path, &s) == 0 ? (double)s.st_size : NAN;
}

// --- Pictures ---

// % of the test images that are right.
static tt_status score(double *accuracy, net *m, const fashion_set *test)
{
    evaluation e;
    tt_status status = evaluate_pictures(&e, NULL, m, test->images, test->labels, test->count);
    if (status == TT_OK) *accuracy = 100 * e.accuracy;
    return status;
}

// The trained network pruned all at once, and not trained on.
static tt_status measure_one_shot(results *r, const char *name, const fashion_set *test)
{
    static const int sparsities[] = {50, 60, 70, 80, 90, 95, 98};
    tt_status status = TT_OK;
    for (int i = 0; i < COUNT(sparsities) && status == TT_OK; i++) {
        net m = {0};
        comp_masks masks = {0};
        char kase[16];
        double accuracy;
        status = comp_model_dense(&m, name);
        if (status == TT_OK) status = comp_masks_create(&masks, &m.weights);
        if (status == TT_OK) status = comp_masks_magnitude(&masks, sparsities[i] / 100.0);
        if (status == TT_OK) comp_masks_apply(&masks), status = score(&accuracy, &m, test);
        comp_masks_finish(&masks);
        net_finish(&m);
        snprintf(kase, sizeof kase, "%s@%d", name, sparsities[i]);
        if (status == TT_OK) add_row(r, kase, sparsities[i], "cnn-one-shot", RESULTS_RUNG, accuracy);
    }
    return status;
}

static tt_status measure_trained(results *r, const char *name, const fashion_set *test, double *accuracy)
{
    net m = {0};
    tt_status status = comp_model_dense(&m, name);
    if (status == TT_OK) status = score(accuracy, &m, test);
    net_finish(&m);
    if (status == TT_OK) set(r, name, "accuracy", *accuracy, "%");
    return status;
}

static tt_status measure_recipe(results *r, const comp_recipe *recipe, const fashion_set *test, double dense)
{
    static const char *const methods[] = {"tuned", "blocks", "filters", "distilled"};
    net m = {0};
    double accuracy;
    char variant[32];
    tt_status status = comp_model_dense(&m, recipe->name);
    if (status == TT_OK) status = score(&accuracy, &m, test);
    if (status == TT_OK) {
        net whole = {0};
        status = comp_model_dense(&whole, recipe->model);
        const double gone = 100 * (1 - (double)m.weights.floats / (double)whole.weights.floats);
        net_finish(&whole);
        snprintf(variant, sizeof variant, "%s-%s", recipe->model, methods[recipe->method]);
        set(r, recipe->name, "lost", dense - accuracy, "points");
        set(r, recipe->name, "file", file_bytes(recipe->name) / file_bytes(recipe->model), "x");
        add_row(r, recipe->name, recipe->sparsity > 0 ? 100 * recipe->sparsity : gone, variant, RESULTS_RUNG,
                accuracy);
    }
    net_finish(&m);
    return status;
}

static tt_status measure_pictures(results *r, bool quick)
{
    fashion_set test = {0};
    tt_status status = fashion_load(&test, PART_TEST);
    if (status != TT_OK) return status;
    if (quick && test.count > QUICK_IMAGES) test.count = QUICK_IMAGES;
    static const char *const models[] = {"mlp", "cnn"};
    for (int i = 0; i < COUNT(models) && status == TT_OK; i++) {
        double dense;
        status = measure_trained(r, models[i], &test, &dense);
        if (i == 1 && status == TT_OK)
            results_set(r, "standard_error", sqrt(dense * (100 - dense) / test.count), "points");
        for (int j = 0; j < comp_recipe_count && status == TT_OK; j++)
            if (!strcmp(comp_recipes[j].model, models[i]))
                status = measure_recipe(r, &comp_recipes[j], &test, dense);
    }
    if (status == TT_OK) status = measure_one_shot(r, "cnn", &test);
    fashion_finish(&test);
    return status;
}

// --- Text ---

static tt_status nats(double *loss, const char *name)
{
    gpt m = {0};
    evaluation e;
    char path[512];
    tt_status status = gpt_load(&m, TT_WEIGHTS "/gpt.safetensors");
    comp_model_path(path, sizeof path, name);
    if (status == TT_OK && strchr(name, '-')) status = comp_file_load(&m.weights, path);
    if (status == TT_OK) status = evaluate_text(&e, &m, TEXT_SEED, 4);
    if (status == TT_OK) *loss = e.loss;
    gpt_finish(&m);
    return status;
}

static tt_status measure_text(results *r)
{
    double dense, pruned;
    tt_status status = nats(&dense, "gpt");
    if (status == TT_OK) results_set(r, "gpt_nats", dense, "nats");
    for (int j = 0; j < comp_recipe_count && status == TT_OK; j++) {
        const comp_recipe *recipe = &comp_recipes[j];
        if (strcmp(recipe->model, "gpt") != 0) continue;
        status = nats(&pruned, recipe->name);
        if (status != TT_OK) break;
        set(r, recipe->name, "lost", pruned - dense, "nats");
        set(r, recipe->name, "file", file_bytes(recipe->name) / file_bytes("gpt"), "x");
    }
    return status;
}

// --- A teacher ---

static tt_status measure_distilled(results *r)
{
    comp_gain gain;
    comp_school *s = comp_school_open();
    tt_status status = s ? comp_teach(&gain, s, 8, 8) : TT_NO_MEMORY;
    comp_school_close(s);
    if (status != TT_OK) return status;
    results_set(r, "distill_gain", gain.mean, "points");
    results_set(r, "distill_low", gain.low, "points");
    results_set(r, "distill_high", gain.high, "points");
    return TT_OK;
}

// --- Break-even ---

// How many times as fast as the fastest of `those` the variant is at one case; NaN if it was not timed.
static double against_best(const results *r, const char *suite, const char *kase, const char *variant,
                           const char *those)
{
    const results_row *row = results_find(r, suite, kase, variant);
    double least = NAN;
    char name[32];
    while (row && bench_next_name(&those, name, sizeof name)) {
        const results_row *base = results_find(r, suite, kase, name);
        if (base && base->n) least = fmin(least, results_best_ratio(row, base)); // fmin ignores NaN
    }
    return least;
}

double comp_break_even(const results *r, const char *suite, const char *variant, const char *those)
{
    static const int sparsities[] = {50, 60, 70, 80, 90, 95, 98};
    double before = NAN, at = NAN;
    for (int i = 0; i < COUNT(sparsities); i++) {
        char kase[8];
        snprintf(kase, sizeof kase, "%d", sparsities[i]);
        const double ratio = against_best(r, suite, kase, variant, those);
        if (ratio >= 1) // between the two, the logarithm of the ratio is taken as a straight line
            return i == 0 || isnan(before)
                       ? sparsities[i]
                       : at + (sparsities[i] - at) * log(1 / before) / log(ratio / before);
        if (!isnan(ratio)) before = ratio, at = sparsities[i];
    }
    return NAN;
}

static void set_break_evens(results *r)
{
    static const struct {
        const char *name, *suite, *variant;
    } rows[] = {{"break_even_64", "batch-64", "csr"},
                {"break_even_8", "batch-8", "csr"},
                {"break_even_1", "batch-1", "csr"},
                {"break_even_blocks_64", "batch-64", "blocks-4"},
                {"break_even_textbook_64", "batch-64", "textbook"}};
    for (int i = 0; i < COUNT(rows); i++) {
        double percent = comp_break_even(r, rows[i].suite, rows[i].variant, "dense|dense-across|haswell");
        if (!isnan(percent)) results_set(r, rows[i].name, percent, "%");
    }
}

// --- All of it ---

tt_status comp_measure(results *r, bool quick)
{
    backend_use(&backend_blas);
    tt_status status = measure_pictures(r, quick);
    return status == TT_TODO ? TT_OK : status; // what is not written yet is no failure of the benchmark
}

tt_status comp_prove(results *r, bool quick)
{
    set_break_evens(r);
    if (quick) return TT_OK;
    backend_use(&backend_blas);
    tt_status status = measure_text(r);
    if (status == TT_OK) status = measure_distilled(r);
    return status == TT_TODO ? TT_OK : status;
}
