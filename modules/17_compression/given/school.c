// school.c: the teacher's answers once, and a plain training loop over pictures by their numbers.
#include "school.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "core/tensor.h"
#include "data/fashion.h"
#include "nn/evaluate.h"
#include "nn/layers.h"
#include "nn/optim.h"

enum { BATCH = 100, WIDTH = 32 };

struct comp_school {
    fashion_set train, test;
    float *x;       // (train, pixels)
    float *answers; // (train, classes): the teacher's logits
};

void comp_school_close(comp_school *s)
{
    if (!s) return;
    fashion_finish(&s->train), fashion_finish(&s->test);
    free(s->x), free(s->answers), free(s);
}

static tt_status answer(comp_school *s)
{
    net teacher = {0};
    tt_status status = net_load(&teacher, "cnn", TT_WEIGHTS "/cnn.safetensors");
    for (int i = 0; i < s->train.count && status == TT_OK; i += BATCH) {
        const int rows = s->train.count - i < BATCH ? s->train.count - i : BATCH;
        status = net_forward(&teacher, s->answers + (size_t)i * FASHION_CLASSES,
                             s->x + (size_t)i * FASHION_PIXELS, rows);
    }
    net_finish(&teacher);
    return status;
}

comp_school *comp_school_open(void)
{
    comp_school *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    tt_status status = fashion_load(&s->train, PART_TRAIN);
    if (status == TT_OK) status = fashion_load(&s->test, PART_TEST);
    if (status == TT_OK) {
        s->x = tensor_alloc((size_t)s->train.count * FASHION_PIXELS);
        s->answers = tensor_alloc((size_t)s->train.count * FASHION_CLASSES);
        if (!s->x || !s->answers) status = tt_fail(TT_NO_MEMORY, "no memory for %d pictures", s->train.count);
    }
    if (status == TT_OK) models_pixels(s->x, s->train.images, (size_t)s->train.count * FASHION_PIXELS);
    if (status == TT_OK) status = answer(s);
    if (status == TT_OK) return s;
    return comp_school_close(s), NULL;
}

// The gradient of the mean loss over a batch of pictures by their numbers. order (BATCH)
static tt_status step(net *m, const comp_school *s, const int *order, bool taught)
{
    static float x[BATCH * FASHION_PIXELS], targets[BATCH * FASHION_CLASSES], logits[BATCH * FASHION_CLASSES],
        dlogits[BATCH * FASHION_CLASSES];
    int labels[BATCH];
    double loss;
    for (int i = 0; i < BATCH; i++) {
        const size_t at = (size_t)order[i];
        memcpy(x + i * FASHION_PIXELS, s->x + at * FASHION_PIXELS, FASHION_PIXELS * sizeof *x);
        memcpy(targets + i * FASHION_CLASSES, s->answers + at * FASHION_CLASSES, FASHION_CLASSES * sizeof *x);
        labels[i] = s->train.labels[at];
    }
    tt_status status = net_train_forward(m, logits, x, BATCH);
    if (status == TT_OK && taught)
        status = distill_targets(targets, targets, SCHOOL_TEMPERATURE, BATCH, FASHION_CLASSES);
    if (status == TT_OK)
        status = taught ? distill_loss(&loss, dlogits, logits, targets, labels, SCHOOL_TEMPERATURE,
                                       SCHOOL_SOFT, BATCH, FASHION_CLASSES)
                        : nn_cross_entropy(&loss, NULL, dlogits, logits, labels, BATCH, FASHION_CLASSES);
    return status == TT_OK ? net_backward(m, dlogits) : status;
}

static tt_status train(net *m, const comp_school *s, uint64_t seed, bool taught, int epochs, int *order)
{
    const long per_epoch = s->train.count / BATCH, steps = epochs * per_epoch;
    tt_status status = parameters_train(&m->weights);
    for (long i = 0; i < steps && status == TT_OK; i++) {
        if (i % per_epoch == 0) {
            tt_rng rng = {seed * 1000 + (uint64_t)(i / per_epoch)};
            rng_order(&rng, order, s->train.count);
        }
        const optim_adam_options adam = {.rate = optim_rate(2e-3f, 1e-5f, 100, steps, i),
                                         .first = 0.9f,
                                         .second = 0.999f,
                                         .eps = 1e-8f,
                                         .decay = 0.01f};
        status = step(m, s, order + i % per_epoch * BATCH, taught);
        if (status == TT_OK) status = optim_adam(&m->weights, adam, i + 1);
    }
    return status;
}

tt_status comp_student(double *accuracy, const comp_school *s, uint64_t seed, bool taught, int epochs)
{
    static const int widths[] = {WIDTH};
    net m = {0};
    evaluation e;
    int *order = malloc((size_t)s->train.count * sizeof *order);
    tt_status status =
        order ? net_create_model(&m, "mlp", FASHION_SIDE, FASHION_SIDE, 1, widths, 1, FASHION_CLASSES, seed)
              : TT_NO_MEMORY;
    if (status == TT_OK) status = train(&m, s, seed, taught, epochs, order);
    if (status == TT_OK)
        status = evaluate_pictures(&e, NULL, &m, s->test.images, s->test.labels, s->test.count);
    if (status == TT_OK) *accuracy = 100 * e.accuracy;
    net_finish(&m);
    free(order);
    return status;
}

tt_status comp_teach(comp_gain *gain, const comp_school *s, int seeds, int epochs)
{
    static const double t_95[] = {12.706, 4.303, 3.182, 2.776,
                                  2.571,  2.447, 2.365}; // two-sided, 1 .. 7 degrees of freedom
    double sum = 0, squares = 0;
    tt_status status = s && seeds >= 2 && seeds <= 8 ? TT_OK : TT_BAD_VALUE;
    for (int seed = 1; seed <= seeds && status == TT_OK; seed++) {
        double alone, taught;
        status = comp_student(&alone, s, (uint64_t)seed, false, epochs);
        if (status == TT_OK) status = comp_student(&taught, s, (uint64_t)seed, true, epochs);
        if (status == TT_OK) sum += taught - alone, squares += (taught - alone) * (taught - alone);
    }
    if (status != TT_OK) return status;
    const double mean = sum / seeds, variance = fmax(squares - seeds * mean * mean, 0) / (seeds - 1),
                 half = t_95[seeds - 2] * sqrt(variance / seeds);
    *gain = (comp_gain){mean, mean - half, mean + half};
    return TT_OK;
}
