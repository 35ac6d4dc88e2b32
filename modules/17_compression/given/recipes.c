// recipes.c: prunes a trained model, more with every few steps, and trains on what is left.
#include "recipes.h"

#include <stdio.h>
#include <string.h>

#include "core/count.h"
#include "distill.h"
#include "masks.h"
#include "nn/optim.h"
#include "smaller.h"
#include "sparse_file.h"
#include "train/batches.h"

enum {
    EVERY = 25,
    BATCH = 100,
    SEQUENCES = 4
}; // steps between two masks; pictures, and windows of text, in a step

// An epoch of pictures is 550 steps.
const comp_recipe comp_recipes[] = {
    {"mlp-70", "mlp", COMP_UNSTRUCTURED, 0.7, 1, {0}, 1100, 5500, 5e-4f, 1e-6f, true},
    {"mlp-90", "mlp", COMP_UNSTRUCTURED, 0.9, 1, {0}, 2200, 8800, 5e-4f, 1e-6f, true},
    {"mlp-blocks-90", "mlp", COMP_BLOCKS, 0.9, 4, {0}, 8800, 26400, 2e-3f, 1e-6f, true},
    {"cnn-70", "cnn", COMP_UNSTRUCTURED, 0.7, 1, {0}, 1100, 5500, 1e-3f, 1e-6f, true},
    {"cnn-90", "cnn", COMP_UNSTRUCTURED, 0.9, 1, {0}, 3300, 11000, 2e-3f, 1e-6f, true},
    {"cnn-half", "cnn", COMP_FILTERS, 0, 0, {8, 32, 32}, 0, 5500, 1e-3f, 1e-6f, false},
    {"student", "mlp", COMP_DISTILLED, 0, 0, {32}, 0, 11000, 2e-3f, 1e-6f, true},
    {"gpt-50", "gpt", COMP_BLOCKS, 0.5, 4, {0}, 300, 1200, 8e-4f, 1e-5f, false},
    {"gpt-80", "gpt", COMP_BLOCKS, 0.8, 4, {0}, 600, 1600, 8e-4f, 1e-5f, false},
};
const int comp_recipe_count = COUNT(comp_recipes);

const comp_recipe *comp_recipe_find(const char *name)
{
    for (int i = 0; i < comp_recipe_count; i++)
        if (strcmp(comp_recipes[i].name, name) == 0) return &comp_recipes[i];
    char names[200] = "";
    for (int i = 0; i < comp_recipe_count; i++) {
        strcat(names, i ? ", " : "");
        strcat(names, comp_recipes[i].name);
    }
    tt_fail(TT_BAD_VALUE, "no recipe is called \"%.40s\"; there are %s", name, names);
    return NULL;
}

typedef struct {
    const comp_recipe *recipe;
    const comp_making *how;
    train_job job;
    net base, net, teacher; // base: the trained one that a smaller one is cut from
    gpt gpt;
    train_images images;
    train_text text;
    comp_distill distill;
    comp_masks masks;
    safetensors_pair notes[TRAIN_MOST_NOTES];
    char input[32], vocabulary[513], dataset[128], begins[160];
} making;

static void note(making *m, const char *key, const char *value)
{
    m->notes[m->job.note_count++] = (safetensors_pair){key, value};
}

// --- What is trained, and on what ---

static tt_status model_of_pictures(making *m)
{
    const comp_recipe *r = m->recipe;
    char path[512];
    int keep[COMP_MOST_LAYERS], at[COMP_MOST_LAYERS];
    snprintf(path, sizeof path, "%s/%s.safetensors", TT_WEIGHTS, r->model);
    if (r->method == COMP_DISTILLED) {
        snprintf(path, sizeof path, "%s/cnn.safetensors", TT_WEIGHTS);
        tt_status status = net_load(&m->teacher, "cnn", path);
        if (status == TT_OK)
            status = net_create_model(&m->net, r->model, m->images.side, m->images.side, m->images.channels,
                                      r->widths, 1, TRAIN_CLASSES, m->job.seed);
        if (status == TT_OK) status = comp_distill_create(&m->distill, &m->teacher, BATCH);
        m->images.loss = comp_distill_loss, m->images.loss_state = &m->distill;
        return status;
    }
    if (r->taught) {
        tt_status status = net_load(&m->teacher, r->model, path);
        if (status == TT_OK) status = comp_distill_create(&m->distill, &m->teacher, BATCH);
        if (status != TT_OK) return status;
        m->images.loss = comp_distill_loss, m->images.loss_state = &m->distill;
    }
    if (r->method != COMP_FILTERS) return net_load(&m->net, r->model, path);
    tt_status status = net_load(&m->base, r->model, path);
    if (status != TT_OK) return status;
    const int layers = comp_weighted(&m->base, at);
    for (int l = 0; l < layers; l++) keep[l] = l < layers - 1 ? r->widths[l] : m->base.classes;
    return comp_smaller(&m->net, &m->base, keep);
}

static tt_status open_pictures(making *m)
{
    train_images *d = &m->images;
    tt_status status = train_images_open(d, "fashion", BATCH);
    if (status == TT_OK) status = model_of_pictures(m);
    if (status != TT_OK) return status;
    d->net = &m->net, d->flip = true, d->shift = strcmp(m->recipe->model, "cnn") == 0;
    m->job.weights = &m->net.weights, m->job.batch = BATCH;
    m->job.step = train_images_step, m->job.evaluate = train_images_evaluate, m->job.data = d;
    snprintf(m->dataset, sizeof m->dataset, "%s, %d training images", d->set, d->train.count);
    snprintf(m->input, sizeof m->input, "%d %d %d", d->side, d->side, d->channels);
    note(m, "input", m->input);
    return TT_OK;
}

static tt_status open_text(making *m)
{
    train_text *d = &m->text;
    tt_status status = train_text_open(d, SEQUENCES, m->job.seed);
    if (status == TT_OK) status = gpt_load(&m->gpt, TT_WEIGHTS "/gpt.safetensors");
    if (status == TT_OK && m->gpt.config.vocab != d->text.vocab)
        status = tt_fail(TT_BAD_FILE,
                         "the text has %d characters and the model %d; take the text that it was trained on",
                         d->text.vocab, m->gpt.config.vocab);
    if (status != TT_OK) return status;
    d->gpt = &m->gpt, d->whole_windows = true;
    m->job.weights = &m->gpt.weights, m->job.batch = SEQUENCES;
    m->job.step = train_text_step, m->job.evaluate = train_text_evaluate, m->job.data = d;
    snprintf(m->dataset, sizeof m->dataset, "%.90s, %zu bytes", d->text.source, d->text.count);
    text_alphabet_hex(m->vocabulary, &d->text);
    note(m, "vocabulary", m->vocabulary);
    return TT_OK;
}

// --- The masks ---

// The masks that belong to a step, from the weights as they are; and what is masked becomes 0.
static tt_status prune_at(making *m, long step)
{
    const comp_recipe *r = m->recipe;
    double sparsity;
    tt_status status = prune_schedule(&sparsity, 0, r->sparsity, 0, m->how->one_shot ? 0 : r->ramp, step);
    if (status == TT_OK)
        status = r->method == COMP_BLOCKS ? comp_masks_blocks(&m->masks, r->height, sparsity)
                                          : comp_masks_magnitude(&m->masks, sparsity);
    if (status == TT_OK) comp_masks_apply(&m->masks);
    return status;
}

// Masks change every EVERY steps until the ramp's end, and once at the end itself.
static tt_status after_step(void *caller, parameters *weights, long step)
{
    (void)weights;
    making *m = caller;
    const long ramp = m->how->one_shot ? 0 : m->recipe->ramp;
    return step <= ramp && (step % EVERY == 0 || step == ramp) ? prune_at(m, step) : TT_OK;
}

// Before the first step: the masks of step 0, or, in a run that goes on, those that its weights show.
static void report(void *caller, const train_progress *p)
{
    making *m = caller;
    if (m->masks.of && p->step == p->first && !p->figures) {
        if (p->first > 0) comp_masks_zeros(&m->masks);
        else prune_at(m, 0);
    }
    if (m->how->report) m->how->report(m->how->caller, p);
}

// --- All of it ---

// What the loop wrote, without its zeros.
static tt_status without_zeros(const making *m)
{
    safetensors file = {0};
    tt_status status = safetensors_read(&file, m->how->out);
    if (status == TT_OK)
        status = comp_file_save(m->how->out, m->job.weights, m->recipe->height, file.pairs, file.pair_count);
    safetensors_finish(&file);
    return status;
}

static void set_job(making *m)
{
    const comp_recipe *r = m->recipe;
    const bool text = strcmp(r->model, "gpt") == 0;
    m->job =
        (train_job){.model = r->model,
                    .start = m->begins,
                    .seed = m->how->seed,
                    .steps = m->how->steps ? m->how->steps : r->steps,
                    .workers = m->how->workers ? m->how->workers : 1,
                    .rate = r->rate,
                    .last_rate = r->last_rate,
                    .warmup = 50,
                    .adam = {.first = 0.9f, .second = text ? 0.98f : 0.999f, .eps = 1e-8f, .decay = 0.05f},
                    .clip = text ? 1 : 5,
                    .evaluate_every = text ? 100 : 550,
                    .report = report,
                    .caller = m,
                    .out = m->how->out,
                    .notes = m->notes,
                    .save_every = m->how->save_every,
                    .resume = m->how->resume};
    snprintf(m->begins, sizeof m->begins, "%s, %s", r->method == COMP_DISTILLED ? "the seed" : r->model,
             r->name);
}

static tt_status run(making *m, train_figures *figures)
{
    const comp_recipe *r = m->recipe;
    set_job(m);
    tt_status status = strcmp(r->model, "gpt") == 0 ? open_text(m) : open_pictures(m);
    if (status == TT_OK && r->sparsity > 0) {
        m->job.after_step = after_step;
        status = comp_masks_create(&m->masks, m->job.weights);
    }
    if (status != TT_OK) return status;
    m->job.dataset = m->dataset;
    note(m, "recipe", r->name);
    if (m->how->command) note(m, "command", m->how->command);
    status = train_run(&m->job, figures);
    return status == TT_OK && m->how->out && r->sparsity > 0 ? without_zeros(m) : status;
}

tt_status comp_make(const comp_recipe *r, const comp_making *how, train_figures *figures)
{
    if (!r || !how) return TT_BAD_VALUE;
    making m = {.recipe = r, .how = how};
    tt_status status = run(&m, figures);
    comp_masks_finish(&m.masks);
    comp_distill_finish(&m.distill);
    net_finish(&m.base), net_finish(&m.net), net_finish(&m.teacher), gpt_finish(&m.gpt);
    train_images_finish(&m.images), train_text_finish(&m.text);
    return status;
}
