// train.c: trains one of the three models, from the first weights to a file that the modules load.
//
// Beside FILE it keeps FILE.checkpoint, from which --resume goes on and which is removed at the end, and
// FILE.jsonl, the curve. FILE itself is there from the first evaluation on, as good as the training then is.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/backend.h"
#include "core/count.h"
#include "core/options.h"
#include "measure/measure.h"
#include "train.h"

// How the models are trained where the command line says nothing else; the metadata of a shipped file has its
// command. 600 steps are an epoch of Fashion-MNIST.
static const task tasks[] = {
    {.name = "mlp",
     .batch = 100,
     .steps = 12000,
     .rate = 1e-3f,
     .last_rate = 1e-6f,
     .warmup = 200,
     .adam = {.first = 0.9f, .second = 0.999f, .eps = 1e-8f, .decay = 0.05f},
     .clip = 5,
     .flip = true,
     .evaluate = 600,
     .unit = "images",
     .open = images_open_mlp,
     .step = images_step,
     .evaluate_part = images_evaluate},
    {.name = "cnn",
     .batch = 100,
     .steps = 9000,
     .rate = 2e-3f,
     .last_rate = 1e-6f,
     .warmup = 200,
     .adam = {.first = 0.9f, .second = 0.999f, .eps = 1e-8f, .decay = 0.05f},
     .clip = 5,
     .flip = true,
     .shift = 1,
     .evaluate = 600,
     .unit = "images",
     .open = images_open_cnn,
     .step = images_step,
     .evaluate_part = images_evaluate},
    {.name = "gpt",
     .batch = 4,
     .steps = 2600,
     .rate = 2e-3f,
     .last_rate = 5e-5f,
     .warmup = 200,
     .adam = {.first = 0.9f, .second = 0.98f, .eps = 1e-8f, .decay = 0.1f},
     .clip = 1,
     .evaluate = 250,
     .unit = "tokens",
     .open = text_open,
     .step = text_step,
     .evaluate_part = text_evaluate},
};

tt_rng train_rng(const run *r, train_purpose purpose, int worker, long step)
{
    tt_rng rng = {r->seed};
    rng.state = rng_next(&rng) ^ (uint64_t)purpose << 56 ^ (uint64_t)worker << 48 ^ (uint64_t)step;
    return (tt_rng){rng_next(&rng)}; // neighbours in number, but nowhere near each other
}

void train_finish(run *r)
{
    net_finish(&r->net);
    gpt_finish(&r->gpt);
    text_finish(&r->text);
    free(r->train.pixels), free(r->train.labels), free(r->test.pixels), free(r->test.labels);
    free(r->x), free(r->logits), free(r->dlogits), free(r->labels), free(r->order);
}

// ---- the loop ----

typedef struct {
    double loss, correct; // running means
    double started;       // on the clock, less what was done before
    double saved, shown;
    long first_step;
    double first_seconds;
} progress;

static void show(const run *r, const progress *p, bool terminal)
{
    enum { WIDTH = 24 };
    char bar[WIDTH + 1];
    double part = (double)r->step / (double)r->steps, spent = r->seconds - p->first_seconds;
    double per_step = r->step > p->first_step ? spent / (double)(r->step - p->first_step) : 0;
    long left = (long)(per_step * (double)(r->steps - r->step));
    for (int i = 0; i < WIDTH; i++) bar[i] = i < (int)(part * WIDTH) ? '=' : ' ';
    bar[WIDTH] = 0;
    printf("%s%s [%s] %3.0f %%  step %ld/%ld  loss %.4f  accuracy %.1f %%  %.0f %s/s  %ld:%02ld:%02ld left%s",
           terminal ? "\r" : "", r->task->name, bar, 100 * part, r->step, r->steps, p->loss, 100 * p->correct,
           per_step > 0 ? r->items / per_step : 0, r->task->unit, left / 3600, left / 60 % 60, left % 60,
           terminal ? "   " : "\n");
    fflush(stdout);
}

static tt_status evaluate(run *r, bool test)
{
    tt_status status = r->task->evaluate_part(r, test);
    if (status != TT_OK) return status;
    if (!r->evaluate_only)
        state_log(
            r,
            "{\"step\": %ld, \"evaluated\": \"%s\", \"count\": %lld, \"loss\": %.6f, \"accuracy\": %.6f, "
            "\"seconds\": %.1f}",
            r->step, r->figures.what, r->figures.count, r->figures.loss, r->figures.accuracy, r->seconds);
    printf("%s%s, step %ld: %lld %s, loss %.4f, accuracy %.2f %%\n", isatty(1) ? "\n" : "", r->task->name,
           r->step, r->figures.count, r->figures.what, r->figures.loss, 100 * r->figures.accuracy);
    fflush(stdout);
    return TT_OK;
}

static tt_status one_step(run *r, progress *p)
{
    const task *t = r->task;
    double loss = 0, correct = 0, norm = 0;
    tt_status status = workers_step(r, &loss, &correct);
    if (status == TT_OK) status = optim_clip(r->weights, t->clip, &norm);
    if (status != TT_OK) return status;
    if (!(loss < 1e4))
        return tt_fail(TT_BAD_VALUE, "the loss is %g at step %ld: it diverged; lower the rate", loss,
                       r->step);
    optim_adam_options adam = t->adam;
    adam.rate = optim_rate(t->rate, t->last_rate, t->warmup, r->steps, r->step);
    status = optim_adam(r->weights, adam, r->step + 1);
    r->step++;
    double keep = r->step - p->first_step == 1 ? 0 : 0.98;
    p->loss = keep * p->loss + (1 - keep) * loss;
    p->correct = keep * p->correct + (1 - keep) * correct;
    if (r->step % 20 == 0)
        state_log(r,
                  "{\"step\": %ld, \"loss\": %.6f, \"accuracy\": %.4f, \"norm\": %.4f, \"rate\": %.3g, "
                  "\"seconds\": %.1f}",
                  r->step, loss, correct, norm, adam.rate, r->seconds);
    return status;
}

// Where a loop through the parameters' gradient, loss and step is told: the same for all three models.
static tt_status train(run *r)
{
    bool terminal = isatty(1);
    progress p = {.started = measure_now() - r->seconds, .first_step = r->step, .first_seconds = r->seconds};
    p.saved = p.shown = measure_now();
    while (r->step < r->steps) {
        tt_status status = one_step(r, &p);
        if (status != TT_OK) return status;
        double now = measure_now();
        r->seconds = now - p.started;
        if (now - p.shown > (terminal ? 0.5 : 30)) show(r, &p, terminal), p.shown = now;
        if (r->step % r->task->evaluate == 0 && r->step < r->steps) {
            if ((status = evaluate(r, false)) != TT_OK || (status = state_export(r)) != TT_OK) return status;
            p.started += measure_now() - now; // the clock of training stands still
        }
        if (now - p.saved < r->save_every) continue;
        if ((status = state_save(r)) != TT_OK) return status;
        p.saved = measure_now();
    }
    show(r, &p, terminal);
    return state_save(r);
}

static tt_status work(run *r)
{
    tt_status status = r->task->open(r);
    if (status == TT_OK) status = parameters_train(r->weights);
    if (status == TT_OK && r->evaluate_only) {
        safetensors file = {0};
        status = safetensors_read(&file, r->out);
        if (status == TT_OK) status = parameters_copy(r->weights, &file);
        const char *step = safetensors_meta(&file, "step");
        r->step = step ? atol(step) : 0;
        safetensors_finish(&file);
        return status == TT_OK ? evaluate(r, true) : status;
    }
    if (status == TT_OK && r->resume) status = state_load(r);
    if (status == TT_OK) status = state_log_open(r);
    if (status != TT_OK) return status;
    printf("%s: %zu weights; %s; steps %ld to %ld, batch %d, seed %llu, %d worker%s\n", r->task->name,
           r->weights->floats, r->dataset, r->step, r->steps, r->batch, (unsigned long long)r->seed,
           r->workers, r->workers > 1 ? "s" : "");
    fflush(stdout);
    status = workers_start(r);
    if (status == TT_OK) status = train(r);
    if (status == TT_OK) status = evaluate(r, true);
    if (status == TT_OK) status = state_export(r);
    if (status == TT_OK) state_remove(r);
    workers_stop(r); // and with them the weights
    return status;
}

// ---- the command line ----

static const option_choice models[] = {{"mlp", "the multilayer perceptron, on pictures"},
                                       {"cnn", "the convolutional network, on pictures"},
                                       {"gpt", "the transformer, on text"},
                                       {0}};
_Static_assert(COUNT(models) == COUNT(tasks) + 1, "each task has its choice");
static const option_choice data_sets[] = {{"fashion", NULL}, {"cifar", NULL}, {0}};

// -1 to go on, else the exit code.
static int take_options(run *r, int argc, char **argv)
{
    long epochs = 0, seed = 1, workers = 1, batch = 0, every = 60, steps = 0;
    int model = 0, data = 0;
    const option_row rows[] = {
        {"MODEL", NULL, "what to train:", OPTION_CHOICE(&model, models)},
        {"--out", "FILE", "the weights (default: MODEL.safetensors)", OPTION_WORD(&r->out)},
        {"--data", NULL, "the pictures (default: fashion)", OPTION_CHOICE(&data, data_sets)},
        {"--steps", "N", "how long", OPTION_WHOLE(&steps, 1, 100000000)},
        {"--epochs", "N", "the same, in times through 60,000 pictures", OPTION_WHOLE(&epochs, 1, 10000)},
        {"--batch", "N", "pictures or sequences of one step", OPTION_WHOLE(&batch, 1, 4096)},
        {"--seed", "S", "of the first weights and of all that is drawn (default: 1)",
         OPTION_WHOLE(&seed, 0, 1L << 53)},
        {"--workers", "N", "processes that share a batch, which they must divide (default: 1)",
         OPTION_WHOLE(&workers, 1, TRAIN_MOST_WORKERS)},
        {"--every", "SECONDS", "from one checkpoint to the next (default: 60)",
         OPTION_WHOLE(&every, 0, 86400)},
        {"--resume", NULL, "go on from FILE.checkpoint, if it is there", OPTION_SWITCH(&r->resume)},
        {"--evaluate", NULL, "only say how good FILE is", OPTION_SWITCH(&r->evaluate_only)},
        {"--curve", NULL, "only draw FILE.jsonl", OPTION_SWITCH(&r->curve_only)},
        {0}};
    int code =
        options_take(argv[0], "Trains a model, from the first weights to a file that the modules load.", rows,
                     argc - 1, argv + 1);
    if (code >= 0) return code;
    r->task = &tasks[model];
    r->data = data_sets[data].name;
    r->batch = batch ? (int)batch : r->task->batch;
    r->steps = steps ? steps : epochs ? epochs * (60000 / r->batch) : r->task->steps;
    r->seed = (uint64_t)seed;
    r->workers = (int)workers;
    r->share = r->batch / r->workers;
    r->save_every = (double)every;
    if (r->batch % r->workers == 0 && (!r->out || strlen(r->out) <= 2000)) return -1;
    if (r->batch % r->workers == 0)
        tt_fail(TT_BAD_VALUE, "--out: a path of more than 2000 bytes; give a shorter one");
    else
        tt_fail(TT_BAD_VALUE, "--workers %d does not divide a batch of %d; give a divisor of it", r->workers,
                r->batch);
    return options_refuse(argv[0], rows);
}

// The command without folders: it is written into the weights, where nobody's home belongs.
static void keep_command(run *r, int argc, char **argv)
{
    int used = snprintf(r->command, sizeof r->command, "train");
    for (int i = 1; i < argc && used < (int)sizeof r->command - 1; i++) {
        if (strcmp(argv[i], "--resume") == 0) continue; // the weights are the same without
        const char *slash = strrchr(argv[i], '/');
        used +=
            snprintf(r->command + used, sizeof r->command - (size_t)used, " %s", slash ? slash + 1 : argv[i]);
    }
}

int main(int argc, char **argv)
{
    static run r;
    char out[64];
    int code = take_options(&r, argc, argv);
    if (code >= 0) return code;
    snprintf(out, sizeof out, "%s.safetensors", r.task->name);
    if (!r.out) r.out = out;
    keep_command(&r, argc, argv);
    backend_use(&backend_blas);
    tt_status status = r.curve_only ? train_draw_curve(&r) : work(&r);
    if (status == TT_OK && !r.curve_only && !r.evaluate_only && train_draw_curve(&r) != TT_OK)
        fprintf(stderr, "train: %s; the weights are written\n", tt_error()); // no chart is no failed training
    if (status != TT_OK) fprintf(stderr, "train: %s\n", tt_error()[0] ? tt_error() : tt_status_text(status));
    train_finish(&r);
    return status != TT_OK;
}
