// test_train.c: the training loop on a model of eight weights: its callbacks, its checkpoints, its workers.
#include "tests/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nn/layers.h"
#include "train/batches.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { WEIGHTS = 8, BATCH = 4, STEPS = 60 };

// Each example is a noisy picture of `target`; the loss is the squared distance from it. An after-step may
// pin every other weight to zero, and may stop the run.
typedef struct {
    parameters weights;
    bool pins, masked;
    long stops_at, calls, last_step, evaluations, reports, figures_seen;
} tiny;

static const float target[WEIGHTS] = {1, -2, 3, 0.5f, -0.25f, 4, 2, -1};

static tt_status tiny_step(void *data, train_place at, double *loss, double *accuracy)
{
    const tiny *t = data;
    const parameter *w = &t->weights.list[0];
    tt_rng rng = train_rng(at.seed, TRAIN_PICTURES, at.worker, at.step);
    memset(w->grad, 0, sizeof target);
    for (int i = 0; i < at.share; i++)
        for (int p = 0; p < WEIGHTS; p++) {
            float noise, apart;
            rng_fill(&rng, &noise, 1, -0.1f, 0.1f);
            apart = w->value[p] - target[p] - noise;
            w->grad[p] += 2 * apart / (float)at.share;
            *loss += (double)(apart * apart) / at.share;
        }
    *accuracy = 0.5;
    bool zero = t->masked || (t->pins && at.step > 0);
    for (int p = 0; p < WEIGHTS && zero; p += 2) // what the workers see is zero, too
        if (w->value[p] != 0) return tt_fail(TT_BAD_VALUE, "weight %d is not zero", p);
    return TT_OK;
}

static tt_status tiny_after_step(void *caller, parameters *weights, long step)
{
    tiny *t = caller;
    t->calls++;
    if (step != t->last_step + 1) return tt_fail(TT_BAD_VALUE, "step %ld behind %ld", step, t->last_step);
    t->last_step = step;
    for (int p = 0; p < WEIGHTS && t->pins; p += 2) weights->list[0].value[p] = 0;
    return step == t->stops_at ? tt_fail(TT_BAD_VALUE, "stopped") : TT_OK;
}

static tt_status tiny_evaluate(void *data, bool last, train_figures *figures)
{
    tiny *t = data;
    t->evaluations++;
    *figures = (train_figures){0.25, 0.75, last ? 100 : 10, last ? "at last" : "on the way"};
    return TT_OK;
}

static void tiny_report(void *caller, const train_progress *p)
{
    tiny *t = caller;
    t->reports++;
    t->figures_seen += p->figures != NULL;
}

static void make_tiny(tiny *t)
{
    const int shape[] = {2, WEIGHTS / 2};
    *t = (tiny){0};
    assert_status(parameters_add(&t->weights, "w", 2, shape, true), TT_OK);
    assert_status(parameters_allocate(&t->weights), TT_OK);
}

static train_job job_of(tiny *t, int workers, const char *out)
{
    return (train_job){.model = "tiny",
                       .dataset = "noise",
                       .weights = &t->weights,
                       .seed = 3,
                       .steps = STEPS,
                       .batch = BATCH,
                       .workers = workers,
                       .rate = 0.2f,
                       .last_rate = 0.01f,
                       .warmup = 5,
                       .adam = {.first = 0.9f, .second = 0.99f, .eps = 1e-8f, .decay = 0.01f},
                       .clip = 100,
                       .step = tiny_step,
                       .evaluate = tiny_evaluate,
                       .data = t,
                       .evaluate_every = 25,
                       .after_step = tiny_after_step,
                       .report = tiny_report,
                       .caller = t,
                       .out = out};
}

// A file's name in a folder of this test's own.
static char folder[] = "/tmp/test_train_XXXXXX";
static const char *in_folder(const char *name)
{
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

TEST(after_step_pins_weights)
{
    for (int workers = 1; workers <= 3; workers += 2) {
        tiny t;
        make_tiny(&t);
        t.pins = true;
        const float *own = t.weights.list[0].value;
        train_job j = job_of(&t, workers, NULL);
        train_figures figures = {0};
        j.batch = 6;
        assert_status(train_run(&j, &figures), TT_OK);
        assert_int_equal(t.calls, STEPS);
        assert_int_equal(t.evaluations, 4); // steps 25, 50, and at the end to choose by and to report
        assert_int_equal(t.figures_seen, 4);
        assert_int_equal(t.reports, 1 + STEPS + 4);
        assert_int_equal(figures.count, 100);
        assert_ptr_equal(t.weights.list[0].value, own); // workers share other memory: it is given back
        for (int p = 0; p < WEIGHTS; p++)
            if (p % 2 == 0) assert_true(own[p] == 0);
            else assert_true(fabsf(own[p] - target[p]) < 0.2f);
        parameters_finish(&t.weights);
    }
}

// A mask holds from before the first step on, in every worker (tiny_step looks), and the rest is trained.
TEST(mask_holds_in_every_worker)
{
    static const float mask[WEIGHTS] = {0, 1, 0, 1, 0, 1, 0, 1};
    for (int workers = 1; workers <= 2; workers++) {
        tiny t;
        make_tiny(&t);
        parameter *w = &t.weights.list[0];
        for (int p = 0; p < WEIGHTS; p++) w->value[p] = 1;
        w->mask = mask;
        train_job j = job_of(&t, workers, NULL);
        t.masked = true;
        assert_status(train_run(&j, NULL), TT_OK);
        for (int p = 0; p < WEIGHTS; p++)
            if (p % 2 == 0) assert_true(w->value[p] == 0 && !signbit(w->value[p]));
            else assert_true(fabsf(w->value[p] - target[p]) < 0.2f);
        parameters_finish(&t.weights);
    }
}

// Shares are added in their order: runs with as many workers are equal to the bit, others nearly.
TEST(workers_repeat)
{
    float got[3][WEIGHTS];
    for (int run = 0; run < 3; run++) {
        tiny t;
        make_tiny(&t);
        train_job j = job_of(&t, run == 0 ? 1 : 2, NULL);
        assert_status(train_run(&j, NULL), TT_OK);
        memcpy(got[run], t.weights.list[0].value, sizeof target);
        parameters_finish(&t.weights);
    }
    assert_memory_equal(got[1], got[2], sizeof target);
    assert_close(got[1], got[0], WEIGHTS, 0.1);
}

// Runs up to `stops_at` and then fails, with a checkpoint behind every step before.
static void stop_at(long stops_at, int workers, const char *out)
{
    tiny t;
    make_tiny(&t);
    t.stops_at = stops_at;
    train_job j = job_of(&t, workers, out);
    assert_status(train_run(&j, NULL), TT_BAD_VALUE);
    assert_string_equal(tt_error(), "stopped");
    parameters_finish(&t.weights);
}

static const char *resume_start; // what the resumed run says that it began as

static tt_status resume(tiny *t, int workers, const char *out, long from, float rate)
{
    make_tiny(t);
    t->last_step = from;
    train_job j = job_of(t, workers, out);
    j.resume = true;
    j.rate = rate;
    j.start = resume_start;
    return train_run(&j, NULL);
}

TEST(resumed_run_has_the_same_bits)
{
    for (int workers = 1; workers <= 2; workers++) {
        tiny whole, pieces;
        char *out = strdup(in_folder("pieces"));
        make_tiny(&whole);
        train_job j = job_of(&whole, workers, in_folder("whole"));
        const safetensors_pair colour = {"colour", "blue"};
        j.notes = &colour, j.note_count = 1;
        assert_status(train_run(&j, NULL), TT_OK);
        stop_at(23, workers, out);
        assert_int_equal(access(in_folder("pieces.checkpoint"), R_OK), 0);
        assert_status(resume(&pieces, workers, out, 22, 0.2f), TT_OK);
        assert_int_equal(pieces.calls, STEPS - 22);
        assert_memory_equal(whole.weights.list[0].value, pieces.weights.list[0].value, sizeof target);
        assert_int_not_equal(access(in_folder("pieces.checkpoint"), F_OK), 0);
        safetensors file = {0};
        assert_status(safetensors_read(&file, in_folder("whole")), TT_OK);
        assert_memory_equal(file.tensors[0].data, whole.weights.list[0].value, sizeof target);
        assert_string_equal(safetensors_meta(&file, "colour"), "blue");
        assert_string_equal(safetensors_meta(&file, "evaluated"), "100 at last");
        assert_string_equal(safetensors_meta(&file, "validation"), "10 on the way");
        assert_string_equal(safetensors_meta(&file, "validation_accuracy"), "0.750000");
        assert_string_equal(safetensors_meta(&file, "start"), "the seed");
        assert_string_equal(safetensors_meta(&file, "step"), "60");
        safetensors_finish(&file);
        parameters_finish(&whole.weights);
        parameters_finish(&pieces.weights);
        free(out);
    }
}

static void refused(const char *out, float rate, const char *words)
{
    tiny t;
    assert_status(resume(&t, 1, out, 22, rate), TT_BAD_FILE);
    if (!strstr(tt_error(), words) || !strstr(tt_error(), "hurt.checkpoint"))
        fail_msg("\"%s\" does not speak of %s", tt_error(), words);
    assert_int_equal(t.calls, 0);
    parameters_finish(&t.weights);
}

TEST(damaged_checkpoint_is_refused)
{
    char *out = strdup(in_folder("hurt")), *path = strdup(in_folder("hurt.checkpoint"));
    stop_at(23, 1, out);
    refused(out, 0.3f, "its optimiser is Adam, rate 0.2");
    resume_start = "another file";
    refused(out, 0.2f, "its start is the seed, this run's another file");
    resume_start = NULL;

    safetensors file = {0};
    assert_status(safetensors_read(&file, path), TT_OK);
    for (int i = 0; i < file.pair_count; i++)
        if (strcmp(file.pairs[i].key, "step") == 0) file.pairs[i].value = "61";
    assert_status(safetensors_write(path, file.tensors, file.count, file.pairs, file.pair_count), TT_OK);
    refused(out, 0.2f, "does not say how far it came");
    for (int i = 0; i < file.pair_count; i++)
        if (strcmp(file.pairs[i].key, "step") == 0) file.pairs[i].value = "22";
    assert_status(safetensors_write(path, file.tensors, 2, file.pairs, file.pair_count), TT_OK);
    refused(out, 0.2f, "no w.second of 8 floats");
    safetensors_finish(&file);

    assert_int_equal(truncate(path, 200), 0);
    refused(out, 0.2f, path);
    free(out), free(path);
}

TEST(bad_jobs_are_refused)
{
    tiny t;
    make_tiny(&t);
    train_job good = job_of(&t, 1, NULL), j = good;
    j.workers = 3;
    assert_status(train_run(&j, NULL), TT_BAD_VALUE);
    assert_non_null(strstr(tt_error(), "a batch of 4 among 3 workers"));
    j = good, j.workers = TRAIN_MOST_WORKERS + 1, j.batch = j.workers;
    assert_status(train_run(&j, NULL), TT_BAD_VALUE);
    j = good, j.steps = 0;
    assert_status(train_run(&j, NULL), TT_BAD_VALUE);
    j = good, j.step = NULL;
    assert_status(train_run(&j, NULL), TT_BAD_VALUE);
    j = good, j.rate = NAN;
    assert_status(train_run(&j, NULL), TT_BAD_VALUE);
    j = good, j.out = "/no/such/folder/out";
    assert_status(train_run(&j, NULL), TT_BAD_FILE);
    assert_int_equal(t.calls, 0);
    parameters_finish(&t.weights);
}

// --- Pictures, with a loss of somebody else's ---

enum { SIDE = 4, PICTURES = 8 };

// Cross-entropy, if the batch is one of the pictures whose every pixel is the label's; else TT_BAD_VALUE.
static tt_status picky_loss(void *state, double *loss, int *right, float *dlogits, const train_batch *b)
{
    ++*(int *)state;
    for (int i = 0; i < b->rows * SIDE * SIDE; i++)
        if (lroundf(b->x[i] * 255) != b->labels[i / (SIDE * SIDE)])
            return tt_fail(TT_BAD_VALUE, "pixel %d is %g", i, b->x[i]);
    return nn_cross_entropy(loss, right, dlogits, b->logits, b->labels, b->rows, b->classes);
}

// Nets of one layer on eight pictures, in memory of the caller's.
typedef struct {
    unsigned char pixels[PICTURES * SIDE * SIDE], labels[PICTURES];
    float x[BATCH * SIDE * SIDE], logits[BATCH * TRAIN_CLASSES], dlogits[BATCH * TRAIN_CLASSES];
    int of_batch[BATCH], order[PICTURES];
    net net;
    train_images d;
} gallery;

static const net_row one_layer[] = {{.kind = NET_LINEAR, .out = TRAIN_CLASSES}};

// Trains from the first weights of seed 7, into g->net.
static void train_gallery(gallery *g, int workers, train_loss *loss, void *state)
{
    tiny unused = {0};
    for (int i = 0; i < PICTURES; i++)
        g->labels[i] = (unsigned char)i, memset(g->pixels + i * SIDE * SIDE, i, SIDE * SIDE);
    assert_status(net_create(&g->net, SIDE, SIDE, 1, one_layer, 1, 7), TT_OK);
    g->d = (train_images){.net = &g->net,
                          .flip = true,
                          .loss = loss,
                          .loss_state = state,
                          .side = SIDE,
                          .channels = 1,
                          .train = {g->pixels, g->labels, PICTURES},
                          .x = g->x,
                          .logits = g->logits,
                          .dlogits = g->dlogits,
                          .labels = g->of_batch,
                          .order = g->order,
                          .order_epoch = -1};
    train_job j = job_of(&unused, workers, NULL);
    j.weights = &g->net.weights, j.step = train_images_step, j.data = &g->d;
    j.evaluate = NULL, j.after_step = NULL, j.report = NULL;
    assert_status(train_run(&j, NULL), TT_OK);
}

TEST(loss_is_a_callback)
{
    gallery g[2];
    int calls = 0;
    for (int run = 0; run < 2; run++) train_gallery(&g[run], 1, run ? picky_loss : NULL, &calls);
    assert_int_equal(calls, STEPS);
    assert_memory_equal(g[0].net.weights.list[0].value, g[1].net.weights.list[0].value, 160 * sizeof(float));
    net_finish(&g[0].net), net_finish(&g[1].net);
}

// What distillation needs: another network's answers to the same pictures, in every worker.
static tt_status like_teacher(void *teacher, double *loss, int *right, float *dlogits, const train_batch *b)
{
    float wanted[BATCH * TRAIN_CLASSES];
    tt_status status = net_forward(teacher, wanted, b->x, b->rows);
    *loss = 0, *right = 0;
    for (int i = 0; i < b->rows * b->classes; i++) {
        dlogits[i] = (b->logits[i] - wanted[i]) / (float)b->rows;
        *loss += 0.5 * (double)(dlogits[i] * dlogits[i]) * b->rows;
    }
    return status;
}

TEST(loss_asks_a_teacher)
{
    gallery g[2];
    net teacher;
    double loss[2], accuracy;
    assert_status(net_create(&teacher, SIDE, SIDE, 1, one_layer, 1, 8), TT_OK);
    for (int run = 0; run < 2; run++) train_gallery(&g[run], 2, like_teacher, &teacher);
    assert_memory_equal(g[0].net.weights.list[0].value, g[1].net.weights.list[0].value, 160 * sizeof(float));
    const train_place at = {.batch = BATCH, .share = BATCH};
    assert_status(train_images_step(&g[1].d, at, &loss[0], &accuracy), TT_OK);
    net_finish(&g[1].net);
    assert_status(net_create(&g[1].net, SIDE, SIDE, 1, one_layer, 1, 7), TT_OK);
    assert_status(train_images_step(&g[1].d, at, &loss[1], &accuracy), TT_OK);
    assert_true(loss[0] < loss[1] / 4); // than that of the first weights
    net_finish(&g[0].net), net_finish(&g[1].net), net_finish(&teacher);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_step_pins_weights),
        cmocka_unit_test(workers_repeat),
        cmocka_unit_test(mask_holds_in_every_worker),
        cmocka_unit_test(resumed_run_has_the_same_bits),
        cmocka_unit_test(damaged_checkpoint_is_refused),
        cmocka_unit_test(bad_jobs_are_refused),
        cmocka_unit_test(loss_is_a_callback),
        cmocka_unit_test(loss_asks_a_teacher),
    };
    if (!mkdtemp(folder)) return 1;
    int failed = run_tests(tests);
    static const char *const left[] = {"whole", "whole.jsonl", "pieces",         "pieces.jsonl",
                                       "hurt",  "hurt.jsonl",  "hurt.checkpoint"};
    for (int i = 0; i < COUNT(left); i++) unlink(in_folder(left[i]));
    rmdir(folder);
    return failed;
}
