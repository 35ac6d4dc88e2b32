// test_net.c: networks for pictures: every weight's derivative, what is refused, where the cnn's work is.
#include "slopes.h"

#include <stdlib.h>

#include "ops/backend.h"
#include "nn/evaluate.h"
#include "nn/layers.h"
#include "nn/models.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { PICTURES = 3 };

typedef struct {
    net m;
    float *x, logits[PICTURES * 16];
    int labels[PICTURES];
} net_case;

static double net_loss(void *context)
{
    net_case *c = context;
    double loss;
    assert_status(net_forward(&c->m, c->logits, c->x, PICTURES), TT_OK);
    assert_status(nn_cross_entropy(&loss, NULL, NULL, c->logits, c->labels, PICTURES, c->m.classes), TT_OK);
    return loss;
}

static void check_net(int h, int w, int c, const net_row *rows, int count)
{
    net_case k = {.labels = {0, 2, 1}};
    tt_rng rng = {11};
    float dlogits[PICTURES * 16], kept[PICTURES * 16];
    double loss;
    assert_status(net_create(&k.m, h, w, c, rows, count, 5), TT_OK);
    k.x = tensor_alloc((size_t)PICTURES * h * w * c);
    rng_fill(&rng, k.x, (size_t)PICTURES * h * w * c, -1, 1);
    assert_null(k.m.weights.training);
    net_loss(&k);
    assert_null(k.m.weights.training); // inference takes no memory for training
    assert_status(net_backward(&k.m, dlogits), TT_BAD_VALUE);
    assert_status(net_train_forward(&k.m, kept, k.x, PICTURES), TT_OK);
    assert_close(kept, k.logits, (size_t)PICTURES * k.m.classes, 0);
    assert_status(nn_cross_entropy(&loss, NULL, dlogits, kept, k.labels, PICTURES, k.m.classes), TT_OK);
    assert_status(net_backward(&k.m, dlogits), TT_OK);
    slope_step = 1.0f / 4096; // the loss is double: only the logits are rounded
    for (int i = 0; i < k.m.weights.count; i++) {
        parameter *p = &k.m.weights.list[i];
        check_slopes(p->name, p->grad, p->value, p->count, net_loss, &k, 2e-3);
    }
    free(k.x);
    net_finish(&k.m);
    net_finish(&k.m);
    net_finish(NULL);
}

TEST(net_slopes)
{
    const net_row small_mlp[] = {
        {.kind = NET_LINEAR, .out = 7}, {.kind = NET_RELU}, {.kind = NET_LINEAR, .out = 4}};
    const net_row small_cnn[] = {{.kind = NET_CONV, .out = 3, .window = 3, .stride = 1, .pad = 1},
                                 {.kind = NET_RELU},
                                 {.kind = NET_POOL, .window = 2, .stride = 2},
                                 {.kind = NET_CONV, .out = 4, .window = 3, .stride = 2, .pad = 1},
                                 {.kind = NET_RELU},
                                 {.kind = NET_LINEAR, .out = 3}};
    check_net(3, 2, 1, small_mlp, COUNT(small_mlp));
    check_net(6, 7, 2, small_cnn, COUNT(small_cnn));
}

TEST(net_refusals)
{
    const net_row too_large[] = {{.kind = NET_POOL, .window = 5, .stride = 1}},
                  none[] = {{.kind = NET_LINEAR}};
    net m;
    memset(&m, 0xab, sizeof m);
    assert_status(net_create(&m, 4, 4, 1, too_large, 1, 1), TT_BAD_SHAPE);
    assert_true(m.count == 0 && m.layers == NULL);
    assert_status(net_create(&m, 4, 4, 1, none, 1, 1), TT_BAD_SHAPE);
    assert_status(net_create(&m, 0, 4, 1, none, 1, 1), TT_BAD_SHAPE);
    assert_status(net_create(&m, 4, 4, 1, none, 0, 1), TT_BAD_SHAPE);
    assert_status(net_create(&m, 4, 4, 1, NULL, 1, 1), TT_BAD_VALUE);
    assert_status(net_forward(&m, NULL, NULL, 0), TT_BAD_VALUE);
}

// At least nine tenths of the cnn's multiply-adds are in layers with 16 or more input channels, for both
// kinds of picture.
TEST(cnn_share)
{
    const int inputs[][3] = {{28, 28, 1}, {32, 32, 3}};
    for (int i = 0; i < COUNT(inputs); i++) {
        net m;
        long long all = 0, wide = 0;
        assert_status(cnn_create(&m, inputs[i][0], inputs[i][1], inputs[i][2], 10, 1), TT_OK);
        for (int j = 0; j < m.count; j++) {
            all += net_macs(&m, j);
            if (m.layers[j].c >= 16) wide += net_macs(&m, j);
        }
        assert_true(10 * wide >= 9 * all);
        if (i == 0) assert_int_equal(all, 784LL * 9 * 16 + 196LL * 144 * 64 + 49LL * 576 * 64 + 3136 * 10);
        net_finish(&m);
    }
}

// --- Evaluation ---

enum { ITEMS = 2 * EVALUATE_BATCH + 7, KINDS = 3, SURE = 1000 }; // item i is of kind i % KINDS

// Sure of the right kind, but for every fifth item, where it is sure of the next.
static tt_status wrong_at_every_fifth(void *calls, float *logits, int first, int count)
{
    memset(logits, 0, (size_t)count * KINDS * sizeof *logits);
    for (int i = 0; i < count; i++) logits[i * KINDS + (first + i + ((first + i) % 5 == 0)) % KINDS] = SURE;
    ++*(int *)calls;
    return TT_OK;
}

static tt_status not_written(void *of, float *logits, int first, int count)
{
    return (void)of, (void)logits, (void)first, (void)count, TT_TODO;
}

TEST(every_item_is_evaluated_once)
{
    unsigned char labels[ITEMS];
    int predictions[ITEMS], calls = 0;
    const int wrong = (ITEMS + 4) / 5;
    evaluation e = {0};
    for (int i = 0; i < ITEMS; i++) labels[i] = i % KINDS;
    assert_status(evaluate_items(&e, predictions, wrong_at_every_fifth, &calls, KINDS, labels, ITEMS), TT_OK);
    assert_int_equal(calls, 3);
    assert_int_equal(e.count, ITEMS);
    assert_true(e.accuracy == (double)(ITEMS - wrong) / ITEMS);
    assert_true(fabs(e.loss - (double)SURE * wrong / ITEMS) < 1e-9 * SURE);
    for (int i = 0; i < ITEMS; i++) assert_int_equal(predictions[i], (i + (i % 5 == 0)) % KINDS);
    assert_status(evaluate_items(&e, NULL, not_written, NULL, KINDS, labels, ITEMS), TT_TODO);
    assert_status(evaluate_items(&e, NULL, wrong_at_every_fifth, &calls, KINDS, labels, 0), TT_BAD_SHAPE);
    assert_int_equal(e.count, ITEMS); // as it was
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_item_is_evaluated_once),
                                       cmocka_unit_test(net_slopes), cmocka_unit_test(net_refusals),
                                       cmocka_unit_test(cnn_share)};
    backend_use(&backend_blas);
    return run_tests(tests);
}
