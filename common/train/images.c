// images.c: batches of Fashion-MNIST or CIFAR-10: dealt in epochs, mirrored and moved.
#include "batches.h"

#include <stdlib.h>
#include <string.h>

#include "core/count.h"
#include "data/cifar.h"
#include "data/fashion.h"
#include "nn/evaluate.h"
#include "nn/layers.h"

static tt_status load_fashion(train_pictures *out, data_part part)
{
    fashion_set set = {0};
    tt_status status = fashion_load(&set, part);
    *out = (train_pictures){set.images, set.labels, set.count};
    return status;
}

static tt_status load_cifar(train_pictures *out, data_part part)
{
    cifar_set set = {0};
    tt_status status = cifar_load(&set, part);
    *out = (train_pictures){set.images, set.labels, set.count};
    return status;
}

static const struct {
    const char *word, *name;
    int side, channels;
    tt_status (*load)(train_pictures *out, data_part part);
} sets[] = {{"fashion", "Fashion-MNIST", FASHION_SIDE, 1, load_fashion},
            {"cifar", "CIFAR-10", CIFAR_SIDE, CIFAR_CHANNELS, load_cifar}};

static size_t floats_of(const train_images *d) { return (size_t)d->side * d->side * d->channels; }

tt_status train_images_open(train_images *d, const char *set, int batch)
{
    int s = 0;
    size_t most = (size_t)batch;
    while (s < COUNT(sets) && strcmp(sets[s].word, set) != 0) s++;
    if (s == COUNT(sets)) return tt_fail(TT_BAD_VALUE, "no set of pictures \"%.40s\"", set);
    d->set = sets[s].name, d->side = sets[s].side, d->channels = sets[s].channels;
    d->order_epoch = -1;
    tt_status status = sets[s].load(&d->train, PART_TRAIN);
    if (status == TT_OK) status = sets[s].load(&d->validation, PART_VALIDATION);
    if (status == TT_OK) status = sets[s].load(&d->test, PART_TEST);
    if (status != TT_OK) return status;
    if (batch < 1 || batch > d->train.count)
        return tt_fail(TT_BAD_VALUE, "%d training images are less than a batch of %d; take a smaller batch",
                       d->train.count, batch);
    d->x = tensor_alloc(most * floats_of(d));
    d->logits = tensor_alloc(most * TRAIN_CLASSES);
    d->dlogits = tensor_alloc(most * TRAIN_CLASSES);
    d->labels = calloc(most, sizeof *d->labels);
    d->order = calloc((size_t)d->train.count, sizeof *d->order);
    if (!d->x || !d->logits || !d->dlogits || !d->labels || !d->order)
        return tt_fail(TT_NO_MEMORY, "no memory for a batch of %zu", most);
    return TT_OK;
}

void train_images_finish(train_images *d)
{
    train_pictures *const parts[] = {&d->train, &d->validation, &d->test};
    for (int i = 0; i < COUNT(parts); i++) free(parts[i]->pixels), free(parts[i]->labels);
    free(d->x), free(d->logits), free(d->dlogits), free(d->labels), free(d->order);
    *d = (train_images){0};
}

// One picture as floats, mirrored if flip, moved by (down, right); what comes in from outside is black.
static void draw(float *out, const train_images *d, const unsigned char *pixels, bool flip, int down,
                 int right)
{
    for (int y = 0; y < d->side; y++)
        for (int x = 0; x < d->side; x++, out += d->channels) {
            int from_y = y - down, from_x = (flip ? d->side - 1 - x : x) - right;
            bool inside = from_y >= 0 && from_y < d->side && from_x >= 0 && from_x < d->side;
            for (int c = 0; c < d->channels; c++)
                out[c] = inside ? (float)pixels[(from_y * d->side + from_x) * d->channels + c] / 255 : 0;
        }
}

// An epoch deals all pictures in whole batches; what is left of a shuffle is not seen in that epoch.
static void make_batch(train_images *d, train_place at)
{
    long batches = d->train.count / at.batch, epoch = at.step / batches;
    long first = at.step % batches * at.batch + (long)at.worker * at.share;
    if (epoch != d->order_epoch) {
        tt_rng seed = train_rng(at.seed, TRAIN_ORDER, 0, epoch); // the same in every worker
        rng_order(&(tt_rng){rng_next(&seed)}, d->order, d->train.count);
        d->order_epoch = epoch;
    }
    tt_rng rng = train_rng(at.seed, TRAIN_PICTURES, at.worker, at.step);
    uint64_t moves = 2 * (uint64_t)d->shift + 1;
    size_t floats = floats_of(d);
    for (int i = 0; i < at.share; i++) {
        int picture = d->order[first + i];
        bool flip = rng_below(&rng, 2) && d->flip;
        int down = (int)rng_below(&rng, moves) - d->shift, right = (int)rng_below(&rng, moves) - d->shift;
        draw(d->x + (size_t)i * floats, d, d->train.pixels + (size_t)picture * floats, flip, down, right);
        d->labels[i] = d->train.labels[picture];
    }
}

tt_status train_images_step(void *data, train_place at, double *loss, double *accuracy)
{
    train_images *d = data;
    const train_batch b = {d->x, d->logits, d->labels, at.share, TRAIN_CLASSES};
    int right = 0;
    make_batch(d, at);
    tt_status status = net_train_forward(d->net, d->logits, d->x, at.share);
    if (status == TT_OK)
        status = d->loss ? d->loss(d->loss_state, loss, &right, d->dlogits, &b)
                         : nn_cross_entropy(loss, &right, d->dlogits, b.logits, b.labels, b.rows, b.classes);
    *accuracy = (double)right / at.share;
    return status == TT_OK ? net_backward(d->net, d->dlogits) : status;
}

tt_status train_images_evaluate(void *data, bool last, train_figures *figures)
{
    train_images *d = data;
    const train_pictures *p = last ? &d->test : &d->validation;
    const char *what = last ? "test images" : "validation images";
    evaluation e;
    tt_status status = evaluate_pictures(&e, NULL, d->net, p->pixels, p->labels, p->count);
    if (status == TT_OK) *figures = (train_figures){e.loss, e.accuracy, e.count, what};
    return status;
}
