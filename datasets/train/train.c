// train.c: trains one of the three models, from random weights or those of a file to a file that the modules load.
//
// Three rows of data, model and hyper-parameters for the loop in common/train, whose header says which files
// stand beside FILE. How the pictures are divided into those to train on, to choose by and to report on, data/parts.h
// says.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chart.h"
#include "start.h"
#include "ops/backend.h"
#include "core/count.h"
#include "core/options.h"
#include "data/parts.h"
#include "measure/blas_peer.h"
#include "measure/machine.h"
#include "measure/measure.h"
#include "train/batches.h"

typedef struct run run;

typedef struct {
    const char *unit;          // of throughput: "images", "tokens"
    tt_status (*open)(run *r); // data and model
    // pictures: the model as the course has it
    tt_status (*create)(net *m, int h, int w, int c, int classes, uint64_t seed);
    bool flip;     // pictures: mirror half of them
    int shift;     // pictures: move by up to so many pixels
    int epochs;    // pictures: times through those to train on, instead of job.steps
    train_job job; // its numbers, unless the command line says otherwise
} model_row;

struct run {
    const model_row *row;
    train_job job;
    const char *set; // of pictures: "fashion" or "cifar"
    long epochs;     // of pictures, if the job has no steps
    bool evaluate_only, curve_only;
    const char *from, *mask_from;                // files, or NULL
    float *mask;                                 // (weights)
    int widths[MODELS_MOST_WIDTHS], width_count; // of pictures' models; none: the course's
    net net;
    gpt gpt;
    train_images images;
    train_text text;
    double items; // pictures or tokens of a step
    double shown; // when progress was last seen
    safetensors_pair notes[TRAIN_MOST_NOTES];
    machine_info machine;
    char out[64], command[256], dataset[128], input[32], vocabulary[513], built[512], start[START_ROOM];
};

static void note(run *r, const char *key, const char *value)
{
    r->notes[r->job.note_count++] = (safetensors_pair){key, value};
}

static tt_status create_net(run *r)
{
    const train_images *d = &r->images;
    const char *model = r->job.model;
    if (r->from) return net_load(&r->net, model, r->from);
    if (r->width_count)
        return net_create_model(&r->net, model, d->side, d->side, d->channels, r->widths, r->width_count,
                                TRAIN_CLASSES, r->job.seed);
    return r->row->create(&r->net, d->side, d->side, d->channels, TRAIN_CLASSES, r->job.seed);
}

static tt_status open_images(run *r)
{
    train_images *d = &r->images;
    train_job *job = &r->job;
    tt_status status = train_images_open(d, r->set, r->job.batch);
    if (status == TT_OK) status = create_net(r);
    if (status != TT_OK) return status;
    if (r->net.layers[0].in != (size_t)d->side * d->side * d->channels || r->net.classes != TRAIN_CLASSES)
        return tt_fail(TT_BAD_SHAPE, "%.200s: does not fit the pictures of %s; take another file", r->from,
                       d->set);
    d->net = &r->net, d->flip = r->row->flip, d->shift = r->row->shift;
    const long epoch = d->train.count / job->batch;
    if (!job->steps) job->steps = r->epochs * epoch;
    job->evaluate_every = epoch;
    job->weights = &r->net.weights;
    job->step = train_images_step, job->evaluate = train_images_evaluate, job->data = d;
    r->items = job->batch;
    snprintf(r->dataset, sizeof r->dataset, "%s, %d training images, %d for validation by seed %d", d->set,
             d->train.count, d->validation.count, PARTS_SEED);
    snprintf(r->input, sizeof r->input, "%d %d %d", d->side, d->side, d->channels);
    note(r, "input", r->input);
    return TT_OK;
}

// The seed divides the text: with another one, weights would be tested on what they were trained on.
static tt_status load_gpt(run *r)
{
    safetensors file = {0};
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, r->job.seed);
    tt_status status = safetensors_read(&file, r->from);
    const char *its = safetensors_meta(&file, "seed");
    if (status == TT_OK && (!its || strcmp(its, seed) != 0))
        status = tt_fail(TT_BAD_VALUE, "%.200s: its text was divided by seed %.20s; give that by --seed",
                         r->from, its ? its : "unknown");
    safetensors_finish(&file);
    if (status == TT_OK) status = gpt_load(&r->gpt, r->from);
    if (status == TT_OK && r->gpt.config.vocab != r->text.text.vocab)
        status = tt_fail(TT_BAD_SHAPE, "%.200s: knows %d characters, the text has %d; take its own text",
                         r->from, r->gpt.config.vocab, r->text.text.vocab);
    return status;
}

static tt_status open_gpt(run *r)
{
    train_text *d = &r->text;
    tt_status status = train_text_open(d, r->job.batch, r->job.seed);
    if (status == TT_OK)
        status = r->from ? load_gpt(r) : gpt_create_default(&r->gpt, d->text.vocab, r->job.seed);
    if (status != TT_OK) return status;
    d->gpt = &r->gpt;
    d->whole_windows = r->from != NULL;
    r->job.weights = &r->gpt.weights;
    r->job.step = train_text_step, r->job.evaluate = train_text_evaluate, r->job.data = d;
    r->items = (double)r->job.batch * MODELS_CONTEXT;
    snprintf(r->dataset, sizeof r->dataset, "%.90s, %zu bytes", d->text.source, d->text.count);
    text_alphabet_hex(r->vocabulary, &d->text);
    note(r, "vocabulary", r->vocabulary);
    return TT_OK;
}

// How the models are trained where the command line says nothing else; the metadata of a shipped file has its
// command. 550 steps are an epoch of Fashion-MNIST.
static const model_row model_rows[] = {
    {.unit = "images",
     .open = open_images,
     .create = mlp_create,
     .flip = true,
     .epochs = 20,
     .job = {.model = "mlp",
             .batch = 100,
             .rate = 1e-3f,
             .last_rate = 1e-6f,
             .warmup = 200,
             .adam = {.first = 0.9f, .second = 0.999f, .eps = 1e-8f, .decay = 0.05f},
             .clip = 5}},
    {.unit = "images",
     .open = open_images,
     .create = cnn_create,
     .flip = true,
     .shift = 1,
     .epochs = 15,
     .job = {.model = "cnn",
             .batch = 100,
             .rate = 2e-3f,
             .last_rate = 1e-6f,
             .warmup = 200,
             .adam = {.first = 0.9f, .second = 0.999f, .eps = 1e-8f, .decay = 0.05f},
             .clip = 5}},
    {.unit = "tokens",
     .open = open_gpt,
     .job = {.model = "gpt",
             .batch = 4,
             .steps = 2600,
             .rate = 2e-3f,
             .last_rate = 5e-5f,
             .warmup = 200,
             .adam = {.first = 0.9f, .second = 0.98f, .eps = 1e-8f, .decay = 0.1f},
             .clip = 1,
             .evaluate_every = 250}},
};

// ---- what a person sees ----

static void show_progress(const run *r, const train_progress *p, bool terminal)
{
    enum { WIDTH = 24 };
    char bar[WIDTH + 1];
    double part = (double)p->step / (double)p->steps;
    long left = (long)(p->per_step * (double)(p->steps - p->step));
    for (int i = 0; i < WIDTH; i++) bar[i] = i < (int)(part * WIDTH) ? '=' : ' ';
    bar[WIDTH] = 0;
    printf("%s%s [%s] %3.0f %%  step %ld/%ld  loss %.4f  accuracy %.1f %%  %.0f %s/s  %ld:%02ld:%02ld left%s",
           terminal ? "\r" : "", r->job.model, bar, 100 * part, p->step, p->steps, p->loss, 100 * p->accuracy,
           p->per_step > 0 ? r->items / p->per_step : 0, r->row->unit, left / 3600, left / 60 % 60, left % 60,
           terminal ? "   " : "\n");
}

static void show_figures(const run *r, const train_figures *f)
{
    printf("%s: %lld %s, loss %.4f, accuracy %.2f %%\n", r->job.model, f->count, f->what, f->loss,
           100 * f->accuracy);
}

static void report(void *caller, const train_progress *p)
{
    run *r = caller;
    bool terminal = isatty(1), begins = p->step == p->first && !p->figures;
    double now = measure_now();
    if (begins)
        printf("%s: %zu weights; %s; steps %ld to %ld, batch %d, seed %llu, %d worker%s\n", r->job.model,
               r->job.weights->floats, r->dataset, p->step, p->steps, r->job.batch,
               (unsigned long long)r->job.seed, r->job.workers, r->job.workers > 1 ? "s" : "");
    else if (p->figures) {
        printf("%sstep %ld, ", terminal ? "\n" : "", p->step);
        show_figures(r, p->figures);
    } else if (p->step == p->steps || now - r->shown > (terminal ? 0.5 : 30)) show_progress(r, p, terminal);
    else return;
    r->shown = now;
    fflush(stdout);
}

// ---- what it does ----

// The weights of FILE are loaded.
static tt_status evaluate_file(run *r)
{
    train_figures figures;
    tt_status status = TT_OK;
    for (int last = 0; last < 2 && status == TT_OK; last++) {
        status = r->job.evaluate(r->job.data, last, &figures);
        if (status == TT_OK) show_figures(r, &figures);
    }
    return status;
}

static tt_status work(run *r)
{
    char caption[200];
    if (r->curve_only)
        return chart_draw(r->job.out, r->job.model, ""); // the command line need not be the run's
    tt_status status = r->row->open(r);
    if (status == TT_OK && r->evaluate_only) return evaluate_file(r);
    if (status == TT_OK) status = start_make(r->start, &r->mask, r->job.weights, r->from, r->mask_from);
    r->job.start = r->start;
    machine_describe(&r->machine);
    snprintf(r->built, sizeof r->built, "%s; %s", r->machine.cpu, r->machine.compiler);
    note(r, "command", r->command);
    note(r, "flags", r->machine.flags);
    note(r, "machine", r->built);
    r->job.dataset = r->dataset, r->job.notes = r->notes;
    r->job.report = report, r->job.caller = r;
    if (status == TT_OK) status = train_run(&r->job, NULL);
    if (status != TT_OK) return status;
    snprintf(caption, sizeof caption, "seed %llu, %s", (unsigned long long)r->job.seed, r->dataset);
    if (chart_draw(r->job.out, r->job.model, caption) != TT_OK) // no chart is no failed training
        fprintf(stderr, "train: %s; the weights are written\n", tt_error());
    return TT_OK;
}

// ---- the command line ----

static const option_choice models[] = {{"mlp", "the multilayer perceptron, on pictures"},
                                       {"cnn", "the convolutional network, on pictures"},
                                       {"gpt", "the transformer, on text"},
                                       {0}};
_Static_assert(COUNT(models) == COUNT(model_rows) + 1, "each row has its choice");
static const option_choice sets[] = {{"fashion", NULL}, {"cifar", NULL}, {0}};

// "8,32,32"
static tt_status take_widths(run *r, const char *word)
{
    char *end;
    for (r->width_count = 0; r->width_count < MODELS_MOST_WIDTHS; word = end + 1) {
        long width = strtol(word, &end, 10);
        if (end == word || width < 1 || width > 4096 || (*end && *end != ',')) break;
        r->widths[r->width_count++] = (int)width;
        if (!*end) return TT_OK;
    }
    return tt_fail(TT_BAD_VALUE, "--widths: not 1 to %d numbers from 1 to 4096 with commas between",
                   MODELS_MOST_WIDTHS);
}

// What no row alone can see.
static tt_status check_options(run *r, const char *widths)
{
    const train_job *job = &r->job;
    const bool pictures = r->row->create != NULL;
    if (strlen(job->out) > 2000)
        return tt_fail(TT_BAD_VALUE, "--out: a path of more than 2000 bytes; give a shorter one");
    if (job->batch % job->workers != 0)
        return tt_fail(TT_BAD_VALUE, "--workers %d does not divide a batch of %d; give a divisor of it",
                       job->workers, job->batch);
    if (!pictures && (widths || r->epochs))
        return tt_fail(TT_BAD_VALUE, "--epochs and --widths are for pictures; give --steps");
    if (widths && r->from)
        return tt_fail(TT_BAD_VALUE, "--widths: those of --from are its own; leave one of them out");
    return widths ? take_widths(r, widths) : TT_OK;
}

// -1 to go on, else the exit code.
static int take_options(run *r, int argc, char **argv)
{
    long seed = 1, workers = 1, batch = 0, every = 60, steps = 0;
    double rate = 0;
    const char *widths = NULL;
    int model = 0, set = 0;
    bool resume = false;
    const char *out = NULL;
    const option_row rows[] = {
        {"MODEL", NULL, "what to train:", OPTION_CHOICE(&model, models)},
        {"--out", "FILE", "the weights (default: MODEL.safetensors)", OPTION_WORD(&out)},
        {"--data", NULL, "the pictures (default: fashion)", OPTION_CHOICE(&set, sets)},
        {"--steps", "N", "how long", OPTION_WHOLE(&steps, 1, 100000000)},
        {"--epochs", "N", "the same, in times through the training pictures",
         OPTION_WHOLE(&r->epochs, 1, 10000)},
        {"--from", "FILE", "begin with these weights, however wide, instead of random ones",
         OPTION_WORD(&r->from)},
        {"--mask-from", "FILE", "what is 0 in these weights stays 0; it may be the same FILE",
         OPTION_WORD(&r->mask_from)},
        {"--widths", "N,N", "layers of other widths: 32 of the mlp, 8,32,32 of the cnn",
         OPTION_WORD(&widths)},
        {"--rate", "X", "the learning rate at its peak", OPTION_REAL(&rate, 1e-9, 10)},
        {"--batch", "N", "pictures or sequences of one step", OPTION_WHOLE(&batch, 1, 4096)},
        {"--seed", "S", "of the first weights and of all that is drawn (default: 1)",
         OPTION_WHOLE(&seed, 0, 1L << 53)},
        {"--workers", "N", "processes that share a batch, which they must divide (default: 1)",
         OPTION_WHOLE(&workers, 1, TRAIN_MOST_WORKERS)},
        {"--every", "SECONDS", "from one checkpoint to the next (default: 60)",
         OPTION_WHOLE(&every, 0, 86400)},
        {"--resume", NULL, "go on from FILE.checkpoint, if it is there", OPTION_SWITCH(&resume)},
        {"--evaluate", NULL, "only say how good FILE is", OPTION_SWITCH(&r->evaluate_only)},
        {"--curve", NULL, "only draw FILE.jsonl", OPTION_SWITCH(&r->curve_only)},
        {0}};
    int code =
        options_take(argv[0], "Trains a model, from the first weights to a file that the modules load.", rows,
                     argc - 1, argv + 1);
    if (code >= 0) return code;
    train_job *job = &r->job;
    r->row = &model_rows[model], *job = r->row->job;
    r->set = sets[set].name;
    snprintf(r->out, sizeof r->out, "%s.safetensors", job->model);
    job->out = out ? out : r->out;
    if (r->evaluate_only) r->from = job->out;
    if (batch) job->batch = (int)batch;
    if (steps) job->steps = steps;
    else if (!r->epochs) r->epochs = r->row->epochs;
    if (rate > 0) job->rate = (float)rate;
    if (job->last_rate > job->rate) job->last_rate = job->rate;
    job->seed = (uint64_t)seed;
    job->workers = (int)workers;
    job->save_every = (double)every;
    job->resume = resume;
    return check_options(r, widths) == TT_OK ? -1 : options_refuse(argv[0], rows);
}

// The command without folders: it is written into the weights, where nobody's home belongs.
static void keep_command(run *r, int argc, char **argv)
{
    int used = snprintf(r->command, sizeof r->command, "train");
    for (int i = 1; i < argc && used < (int)sizeof r->command - 1; i++) {
        if (strcmp(argv[i], "--resume") == 0) continue; // the weights are the same without
        used +=
            snprintf(r->command + used, sizeof r->command - (size_t)used, " %s", start_file_name(argv[i]));
    }
}

int main(int argc, char **argv)
{
    blas_peer_match_build(argv);
    static run r;
    int code = take_options(&r, argc, argv);
    if (code >= 0) return code;
    keep_command(&r, argc, argv);
    backend_use(&backend_blas);
    tt_status status = work(&r);
    if (status != TT_OK) fprintf(stderr, "train: %s\n", tt_error()[0] ? tt_error() : tt_status_text(status));
    net_finish(&r.net);
    gpt_finish(&r.gpt);
    train_images_finish(&r.images);
    train_text_finish(&r.text);
    free(r.mask);
    return status == TT_OK ? 0 : 1;
}
