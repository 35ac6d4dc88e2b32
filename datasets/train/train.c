// train.c: trains one of the three models, from the first weights to a file that the modules load.
//
//     train mlp|cnn|gpt [--out FILE] [--steps N] [--epochs N] [--batch N] [--seed S] [--workers N]
//                       [--data fashion|cifar] [--every SECONDS] [--resume] [--evaluate] [--curve]
//
// Beside FILE it keeps FILE.checkpoint, from which --resume goes on and which is removed at the end, and
// FILE.jsonl, the curve. FILE itself is there from the first evaluation on, as good as the training then is.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/backend.h"
#include "measure/measure.h"
#include "train.h"

// How the models are trained where the command line says nothing else; the metadata of a shipped file has its
// command. 600 steps are an epoch of Fashion-MNIST.
const task train_tasks[] = {
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
const int train_task_count = sizeof train_tasks / sizeof *train_tasks;

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

static int usage(void)
{
    fprintf(stderr,
            "usage: train mlp|cnn|gpt [--out FILE] [--steps N] [--epochs N] [--batch N] [--seed S] "
            "[--workers N] [--data fashion|cifar] [--every SECONDS] [--resume] [--evaluate] [--curve]\n");
    return 2;
}

static bool whole(const char *text, long low, long high, long *value)
{
    char *end;
    errno = 0;
    *value = strtol(text, &end, 10);
    return errno == 0 && end != text && *end == 0 && *value >= low && *value <= high;
}

static bool parse(run *r, int argc, char **argv)
{
    long epochs = 0, seed = 1, workers = 1, batch = 0, every = 60, steps = 0;
    const struct {
        const char *name;
        long *value, low, high;
    } numbers[] = {{"--steps", &steps, 1, 100000000},
                   {"--epochs", &epochs, 1, 10000},
                   {"--seed", &seed, 0, 1L << 53},
                   {"--batch", &batch, 1, 4096},
                   {"--workers", &workers, 1, TRAIN_MOST_WORKERS},
                   {"--every", &every, 0, 86400}};
    enum { NUMBERS = sizeof numbers / sizeof *numbers };
    r->data = "fashion";
    for (int i = 2; i < argc; i++) {
        int n = 0;
        while (n < NUMBERS && strcmp(argv[i], numbers[n].name) != 0) n++;
        if (strcmp(argv[i], "--resume") == 0) r->resume = true;
        else if (strcmp(argv[i], "--evaluate") == 0) r->evaluate_only = true;
        else if (strcmp(argv[i], "--curve") == 0) r->curve_only = true;
        else if (i + 1 == argc) return false;
        else if (strcmp(argv[i], "--out") == 0) r->out = argv[++i];
        else if (strcmp(argv[i], "--data") == 0) r->data = argv[++i];
        else if (n == NUMBERS || !whole(argv[++i], numbers[n].low, numbers[n].high, numbers[n].value))
            return false;
    }
    r->batch = batch ? (int)batch : r->task->batch;
    r->steps = steps ? steps : epochs ? epochs * (60000 / r->batch) : r->task->steps;
    r->seed = (uint64_t)seed;
    r->workers = (int)workers;
    r->share = r->batch / r->workers;
    if (r->batch % r->workers != 0) return false;
    r->save_every = (double)every;
    return strcmp(r->data, "fashion") == 0 || strcmp(r->data, "cifar") == 0;
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
    for (int i = 0; argc > 1 && i < train_task_count; i++)
        if (strcmp(argv[1], train_tasks[i].name) == 0) r.task = &train_tasks[i];
    if (!r.task || !parse(&r, argc, argv)) return usage();
    snprintf(out, sizeof out, "%s.safetensors", r.task->name);
    if (!r.out) r.out = out;
    if (strlen(r.out) > 2000) return usage();
    keep_command(&r, argc, argv);
    backend_use(&backend_blas);
    tt_status status = r.curve_only ? train_draw_curve(&r) : work(&r);
    if (status == TT_OK && !r.curve_only && !r.evaluate_only && train_draw_curve(&r) != TT_OK)
        fprintf(stderr, "train: %s; the weights are written\n", tt_error()); // no chart is no failed training
    if (status != TT_OK) fprintf(stderr, "train: %s\n", tt_error()[0] ? tt_error() : tt_status_text(status));
    train_finish(&r);
    return status != TT_OK;
}
