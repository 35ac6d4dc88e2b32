// train_images.c: Fashion-MNIST or CIFAR-10 for the mlp and the cnn.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/cifar.h"
#include "data/fashion.h"
#include "nn/layers.h"
#include "train.h"

enum { CLASSES = 10, TEST_BATCH = 250 };

static tt_status load_fashion(run *r)
{
    fashion_set train = {0}, test = {0};
    tt_status status = fashion_load(&train, true);
    if (status == TT_OK) status = fashion_load(&test, false);
    if (status != TT_OK) {
        fashion_finish(&train);
        return status;
    }
    r->train.pixels = train.images, r->train.labels = train.labels, r->train.count = train.count;
    r->test.pixels = test.images, r->test.labels = test.labels, r->test.count = test.count;
    r->h = r->w = FASHION_SIDE, r->c = 1;
    snprintf(r->dataset, sizeof r->dataset, "Fashion-MNIST, %d training images", train.count);
    return TT_OK;
}

static tt_status load_cifar(run *r)
{
    cifar_set train = {0}, test = {0};
    tt_status status = cifar_load(&train, true);
    if (status == TT_OK) status = cifar_load(&test, false);
    if (status != TT_OK) {
        cifar_finish(&train);
        return status;
    }
    r->train.pixels = train.images, r->train.labels = train.labels, r->train.count = train.count;
    r->test.pixels = test.images, r->test.labels = test.labels, r->test.count = test.count;
    r->h = r->w = CIFAR_SIDE, r->c = CIFAR_CHANNELS;
    snprintf(r->dataset, sizeof r->dataset, "CIFAR-10, %d training images", train.count);
    return TT_OK;
}

typedef tt_status creator(net *m, int h, int w, int c, int classes, uint64_t seed);

static tt_status open_images(run *r, creator *create)
{
    tt_status status = strcmp(r->data, "cifar") == 0 ? load_cifar(r) : load_fashion(r);
    if (status == TT_OK) status = create(&r->net, r->h, r->w, r->c, CLASSES, r->seed);
    if (status != TT_OK) return status;
    if (r->batch > r->train.count)
        return tt_fail(TT_BAD_VALUE, "%d training images are less than a batch of %d; use --batch",
                       r->train.count, r->batch);
    int most = r->share > TEST_BATCH ? r->share : TEST_BATCH;
    r->weights = &r->net.weights;
    r->items = r->batch;
    r->order_epoch = -1;
    r->x = tensor_alloc((size_t)most * r->h * r->w * r->c);
    r->logits = tensor_alloc((size_t)most * CLASSES);
    r->dlogits = tensor_alloc((size_t)most * CLASSES);
    r->labels = calloc((size_t)most, sizeof *r->labels);
    r->order = calloc((size_t)r->train.count, sizeof *r->order);
    if (!r->x || !r->logits || !r->dlogits || !r->labels || !r->order)
        return tt_fail(TT_NO_MEMORY, "no memory for a batch of %d", most);
    snprintf(r->input, sizeof r->input, "%d %d %d", r->h, r->w, r->c);
    return TT_OK;
}

tt_status images_open_mlp(run *r) { return open_images(r, mlp_create); }
tt_status images_open_cnn(run *r) { return open_images(r, cnn_create); }

// One picture as floats, mirrored if flip, moved by (down, right); what comes in from outside is black.
static void draw(float *out, const unsigned char *pixels, const run *r, bool flip, int down, int right)
{
    for (int y = 0; y < r->h; y++)
        for (int x = 0; x < r->w; x++, out += r->c) {
            int from_y = y - down, from_x = (flip ? r->w - 1 - x : x) - right;
            bool inside = from_y >= 0 && from_y < r->h && from_x >= 0 && from_x < r->w;
            for (int c = 0; c < r->c; c++)
                out[c] = inside ? (float)pixels[(from_y * r->w + from_x) * r->c + c] / 255 : 0;
        }
}

// An epoch deals all pictures in whole batches; what is left of a shuffle is not seen in that epoch.
static void make_batch(run *r)
{
    long batches = r->train.count / r->batch, epoch = r->step / batches;
    long at = r->step % batches * r->batch + r->worker * r->share;
    if (epoch != r->order_epoch) {
        tt_rng seed = train_rng(r, TRAIN_ORDER, 0, epoch); // the same in every worker
        optim_shuffle(r->order, r->train.count, rng_next(&seed));
        r->order_epoch = epoch;
    }
    tt_rng rng = train_rng(r, TRAIN_PICTURES, r->worker, r->step);
    uint64_t moves = 2 * (uint64_t)r->task->shift + 1;
    size_t floats = (size_t)r->h * r->w * r->c;
    for (int i = 0; i < r->share; i++) {
        int picture = r->order[at + i];
        bool flip = rng_below(&rng, 2) && r->task->flip;
        int down = (int)rng_below(&rng, moves) - r->task->shift,
            right = (int)rng_below(&rng, moves) - r->task->shift;
        draw(r->x + (size_t)i * floats, r->train.pixels + (size_t)picture * floats, r, flip, down, right);
        r->labels[i] = r->train.labels[picture];
    }
}

tt_status images_step(run *r, double *loss, double *correct)
{
    int right = 0;
    make_batch(r);
    tt_status status = net_train_forward(&r->net, r->logits, r->x, r->share);
    if (status == TT_OK)
        status = nn_cross_entropy(loss, &right, r->dlogits, r->logits, r->labels, r->share, CLASSES);
    *correct = (double)right / r->share;
    return status == TT_OK ? net_backward(&r->net, r->dlogits) : status;
}

// The test set is only looked at, never chosen by: the weights that ship are those of the last step.
tt_status images_evaluate(run *r, bool test)
{
    (void)test; // there is no second set to look at on the way
    size_t floats = (size_t)r->h * r->w * r->c;
    double sum = 0;
    long long all_right = 0;
    for (int first = 0; first < r->test.count; first += TEST_BATCH) {
        int n = r->test.count - first < TEST_BATCH ? r->test.count - first : TEST_BATCH, right = 0;
        double loss = 0;
        models_pixels(r->x, r->test.pixels + (size_t)first * floats, (size_t)n * floats);
        for (int i = 0; i < n; i++) r->labels[i] = r->test.labels[first + i];
        tt_status status = net_forward(&r->net, r->logits, r->x, n);
        if (status == TT_OK) status = nn_cross_entropy(&loss, &right, NULL, r->logits, r->labels, n, CLASSES);
        if (status != TT_OK) return status;
        sum += loss * n;
        all_right += right;
    }
    r->figures = (figures){.loss = sum / r->test.count,
                           .accuracy = (double)all_right / r->test.count,
                           .count = r->test.count,
                           .what = "test images"};
    return TT_OK;
}
