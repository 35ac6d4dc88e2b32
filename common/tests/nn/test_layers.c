// test_layers.c: every forward against plain loops, every backward against finite differences.
#include "slopes.h"

#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "nn/layers.h"
#include "nn/optim.h"
#include "core/rng.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static float saved[MOST]; // what attention keeps for its backward

TEST(transpose)
{
    const int sizes[] = {1, 2, 15, 16, 17, 33, 64};
    fill(1);
    for (int a = 0; a < COUNT(sizes); a++)
        for (int c = 0; c < COUNT(sizes); c++) {
            int rows = sizes[a], cols = sizes[c];
            assert_status(nn_transpose(y, x, rows, cols), TT_OK);
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < cols; j++) assert_true(y[j * rows + i] == x[i * cols + j]);
        }
    assert_status(nn_transpose(NULL, NULL, 0, 5), TT_OK);
    assert_status(nn_transpose(y, x, -1, 5), TT_BAD_SHAPE);
    assert_status(nn_transpose(NULL, x, 1, 5), TT_BAD_VALUE);
}

// ---- linear ----

typedef struct {
    int rows, in, out;
} linear_case;

static double linear_loss(void *context)
{
    const linear_case *c = context;
    assert_status(nn_linear(y, x, w, b, c->rows, c->in, c->out), TT_OK);
    return pulled((size_t)c->rows * c->out);
}

TEST(linear)
{
    linear_case cases[] = {{1, 1, 1}, {3, 5, 4}, {7, 2, 9}, {1, 8, 3}, {5, 1, 1}};
    for (int i = 0; i < COUNT(cases); i++) {
        linear_case *c = &cases[i];
        fill((uint64_t)i);
        linear_loss(c);
        float want[MOST];
        matmul_naive(want, x, w, c->rows, c->out, c->in);
        ops_add_bias(want, want, b, c->rows, c->out);
        assert_close(y, want, (size_t)c->rows * c->out, 1e-5);
        assert_status(nn_linear_backward(dx, dw, db, pull, x, w, c->rows, c->in, c->out), TT_OK);
        check_slopes("dx", dx, x, (size_t)c->rows * c->in, linear_loss, c, 2e-4);
        check_slopes("dw", dw, w, (size_t)c->in * c->out, linear_loss, c, 2e-4);
        check_slopes("db", db, b, (size_t)c->out, linear_loss, c, 2e-4);
        check_untouched(dx, (size_t)c->rows * c->in);
        check_untouched(dw, (size_t)c->in * c->out);
        check_untouched(db, (size_t)c->out);
    }
    // dx and dbias are optional.
    assert_status(nn_linear_backward(NULL, dw, NULL, pull, x, w, 2, 3, 4), TT_OK);
    assert_status(nn_linear_backward(dx, NULL, db, pull, x, w, 2, 3, 4), TT_BAD_VALUE);
    assert_status(nn_linear_backward(dx, dw, db, pull, NULL, w, 2, 3, 4), TT_BAD_VALUE);
    assert_status(nn_linear_backward(dx, dw, db, pull, x, w, 2, -3, 4), TT_BAD_SHAPE);
    assert_status(nn_linear(y, x, NULL, b, 2, 3, 4), TT_BAD_VALUE);
    assert_status(nn_linear(y, x, w, NULL, 2, 3, 4), TT_OK);
}

// ---- convolution ----

static double conv_loss(void *context)
{
    const ops_conv2d_shape *s = context;
    assert_status(nn_conv2d(y, x, w, b, *s), TT_OK);
    return pulled((size_t)s->n * ops_out_size(s->h, s->kh, s->stride, s->pad) *
                  ops_out_size(s->w, s->kw, s->stride, s->pad) * s->cout);
}

TEST(conv2d)
{
    ops_conv2d_shape cases[] = {
        {1, 1, 1, 1, 1, 1, 1, 1, 0}, {2, 4, 5, 3, 3, 3, 4, 1, 1}, {1, 5, 5, 2, 3, 3, 3, 2, 1},
        {3, 4, 4, 2, 1, 1, 3, 1, 0}, {1, 6, 4, 1, 2, 3, 2, 1, 0}, {1, 3, 3, 2, 5, 5, 2, 1, 2},
        {2, 5, 3, 1, 3, 1, 2, 3, 1}, {1, 2, 2, 2, 2, 2, 2, 2, 3}, {1, 1, 7, 1, 1, 3, 1, 1, 2},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        ops_conv2d_shape s = cases[i];
        size_t weights = (size_t)s.kh * s.kw * s.cin * s.cout;
        fill((uint64_t)i);
        conv_loss(&s);
        float want[MOST];
        assert_status(ops_conv2d(want, x, w, b, s), TT_OK);
        size_t out = (size_t)s.n * ops_out_size(s.h, s.kh, s.stride, s.pad) *
                     ops_out_size(s.w, s.kw, s.stride, s.pad) * s.cout;
        assert_close(y, want, out, 1e-5);
        assert_status(nn_conv2d_backward(dx, dw, db, pull, x, w, s), TT_OK);
        check_slopes("dx", dx, x, (size_t)s.n * s.h * s.w * s.cin, conv_loss, &s, 2e-4);
        check_slopes("dw", dw, w, weights, conv_loss, &s, 2e-4);
        check_slopes("db", db, b, (size_t)s.cout, conv_loss, &s, 2e-4);
        check_untouched(dx, (size_t)s.n * s.h * s.w * s.cin);
        check_untouched(dw, weights);
        check_untouched(db, (size_t)s.cout);
    }
    ops_conv2d_shape bad = {1, 2, 2, 1, 3, 3, 1, 1, 0};
    assert_status(nn_conv2d(y, x, w, b, bad), TT_BAD_SHAPE);
    assert_status(nn_conv2d_backward(dx, dw, db, pull, x, w, bad), TT_BAD_SHAPE);
    assert_status(nn_im2col(y, x, 1, bad), TT_BAD_SHAPE);
    assert_status(nn_conv2d(y, NULL, w, b, cases[1]), TT_BAD_VALUE);
    assert_status(nn_conv2d_backward(dx, NULL, db, pull, x, w, cases[1]), TT_BAD_VALUE);
}

// More images than one chunk of rows holds: forward as ops_conv2d, and dw the same as image by image.
TEST(conv2d_in_chunks)
{
    ops_conv2d_shape s = {70, 14, 14, 4, 3, 3, 5, 1, 1};
    size_t in = (size_t)14 * 14 * 4, out = (size_t)14 * 14 * 5, weights = 9 * 4 * 5;
    float *many = tensor_alloc(70 * in), *got = tensor_alloc(70 * out), *want = tensor_alloc(70 * out);
    float *back = tensor_alloc(70 * in), *alone = tensor_alloc(in);
    float sum[9 * 4 * 5] = {0}, part[9 * 4 * 5];
    tt_rng rng = {5};
    fill(5);
    rng_fill(&rng, many, 70 * in, -1, 1);
    assert_status(nn_conv2d(got, many, w, b, s), TT_OK);
    assert_status(ops_conv2d(want, many, w, b, s), TT_OK);
    assert_close(got, want, 70 * out, 1e-4);
    rng_fill(&rng, want, 70 * out, -1, 1); // now dy
    assert_status(nn_conv2d_backward(back, dw, db, want, many, w, s), TT_OK);
    s.n = 1;
    for (size_t i = 0; i < 70; i++) {
        assert_status(nn_conv2d_backward(alone, part, NULL, want + i * out, many + i * in, w, s), TT_OK);
        assert_close(back + i * in, alone, in, 1e-4);
        for (size_t j = 0; j < weights; j++) sum[j] += part[j];
    }
    assert_close(dw, sum, weights, 2e-2); // sums of 13,720 products, two thousandths of their spread
    free(many), free(got), free(want), free(back), free(alone);
}

// ---- layers without weights ----

typedef struct {
    int n, h, w, c, window, stride;
} pool_case;

static double pool_loss(void *context)
{
    const pool_case *p = context;
    assert_status(ops_maxpool(y, x, p->n, p->h, p->w, p->c, p->window, p->stride), TT_OK);
    return pulled((size_t)p->n * ops_out_size(p->h, p->window, p->stride, 0) *
                  ops_out_size(p->w, p->window, p->stride, 0) * p->c);
}

// Values a quarter apart, shuffled, so that no step of the differences changes which one is the largest.
TEST(maxpool)
{
    pool_case cases[] = {{1, 2, 2, 1, 2, 2}, {2, 4, 6, 3, 2, 2}, {1, 5, 5, 2, 2, 2},
                         {1, 5, 4, 2, 3, 1}, {1, 7, 7, 1, 2, 3}, {3, 1, 1, 4, 1, 1}};
    for (int i = 0; i < COUNT(cases); i++) {
        pool_case *p = &cases[i];
        int count = p->n * p->h * p->w * p->c, order[MOST];
        fill((uint64_t)i);
        rng_order(&(tt_rng){7}, order, count);
        for (int j = 0; j < count; j++) x[j] = 0.25f * (float)(order[j] - count / 2);
        assert_status(nn_maxpool_backward(dx, pull, x, p->n, p->h, p->w, p->c, p->window, p->stride), TT_OK);
        check_slopes("dx", dx, x, (size_t)count, pool_loss, p, 1e-3 * (count > 64 ? 2 : 1));
        check_untouched(dx, (size_t)count);
    }
    for (int i = 0; i < 4; i++) x[i] = 3;
    pull[0] = 2;
    assert_status(nn_maxpool_backward(dx, pull, x, 1, 2, 2, 1, 2, 2), TT_OK);
    assert_true(dx[0] == 2 && dx[1] == 0 && dx[2] == 0 && dx[3] == 0); // the first of equals
    assert_status(nn_maxpool_backward(dx, pull, x, 1, 2, 2, 1, 3, 1), TT_BAD_SHAPE);
    assert_status(nn_maxpool_backward(dx, NULL, x, 1, 2, 2, 1, 2, 1), TT_BAD_VALUE);
}

static double relu_loss(void *context)
{
    size_t count = *(size_t *)context;
    assert_status(ops_relu(y, x, count), TT_OK);
    return pulled(count);
}

static double gelu_loss(void *context)
{
    size_t count = *(size_t *)context;
    assert_status(nn_gelu(y, x, count), TT_OK);
    return pulled(count);
}

TEST(relu_and_gelu)
{
    size_t count = 101;
    fill(3);
    for (size_t i = 0; i < count; i++)
        if (fabsf(x[i]) < 0.1f) x[i] = 0.5f; // a step must not cross relu's corner
    relu_loss(&count);
    assert_status(nn_relu_backward(dx, pull, y, count), TT_OK);
    check_slopes("relu dx", dx, x, count, relu_loss, &count, 1e-4);
    for (size_t i = 0; i < count; i++) x[i] = ((float)i - 50) / 10;
    assert_status(nn_gelu_backward(dx, pull, x, count), TT_OK);
    check_slopes("gelu dx", dx, x, count, gelu_loss, &count, 2e-4);
    check_untouched(dx, count);
    const float far[] = {-100, 100, -1e30f, 1e30f}, ones[] = {1, 1, 1, 1}, ends[] = {0, 1, 0, 1};
    float slopes[4];
    assert_status(nn_gelu_backward(slopes, ones, far, 2), TT_OK);
    assert_close(slopes, ends, 2, 1e-5);
    assert_status(nn_gelu_backward(dx, NULL, x, 1), TT_BAD_VALUE);
    assert_status(nn_relu_backward(dx, pull, NULL, 1), TT_BAD_VALUE);
    assert_status(nn_relu_backward(NULL, NULL, NULL, 0), TT_OK);
}

// ---- layer norm, embedding, loss ----

typedef struct {
    int rows, cols;
} norm_case;

static double norm_loss(void *context)
{
    const norm_case *c = context;
    assert_status(nn_layer_norm(y, x, w, b, 1e-5f, c->rows, c->cols), TT_OK);
    return pulled((size_t)c->rows * c->cols);
}

TEST(layer_norm)
{
    norm_case cases[] = {{1, 7}, {3, 16}, {5, 33}, {2, 64}};
    for (int i = 0; i < COUNT(cases); i++) {
        norm_case *c = &cases[i];
        size_t count = (size_t)c->rows * c->cols;
        fill((uint64_t)i);
        for (size_t j = 0; j < count; j++) x[j] = 2 * x[j] + 1;
        assert_status(nn_layer_norm_backward(dx, dw, db, pull, x, w, 1e-5f, c->rows, c->cols), TT_OK);
        check_slopes("dx", dx, x, count, norm_loss, c, 5e-4);
        check_slopes("dgain", dw, w, (size_t)c->cols, norm_loss, c, 5e-4);
        check_slopes("dbias", db, b, (size_t)c->cols, norm_loss, c, 5e-4);
        check_untouched(dx, count);
        memcpy(y, pull, sizeof y); // in place
        assert_status(nn_layer_norm_backward(y, dw, db, y, x, w, 1e-5f, c->rows, c->cols), TT_OK);
        assert_close(y, dx, count, 0);
    }
    assert_status(nn_layer_norm_backward(dx, dw, db, pull, x, w, 0, 1, 2), TT_BAD_VALUE);
    assert_status(nn_layer_norm_backward(dx, dw, db, pull, x, w, 1e-5f, -1, 2), TT_BAD_SHAPE);
    assert_status(nn_layer_norm_backward(dx, NULL, db, pull, x, w, 1e-5f, 1, 2), TT_BAD_VALUE);
}

static const int some_ids[] = {3, 0, 3, 5, 1, 3};

static double embedding_loss(void *context __attribute__((unused)))
{
    assert_status(ops_embedding(y, w, some_ids, COUNT(some_ids), 7, 4), TT_OK);
    return pulled((size_t)COUNT(some_ids) * 4);
}

TEST(embedding)
{
    const int bad[] = {0, 7}, negative[] = {-1};
    fill(4);
    assert_status(nn_embedding_backward(dw, pull, some_ids, COUNT(some_ids), 7, 4), TT_OK);
    check_slopes("dtable", dw, w, 28, embedding_loss, NULL, 1e-4);
    check_untouched(dw, 28);
    memset(dw, 0xff, sizeof dw);
    assert_status(nn_embedding_backward(dw, pull, bad, 2, 7, 4), TT_BAD_VALUE);
    assert_status(nn_embedding_backward(dw, pull, negative, 1, 7, 4), TT_BAD_VALUE);
    assert_status(nn_embedding_backward(dw, NULL, some_ids, 1, 7, 4), TT_BAD_VALUE);
    check_untouched(dw, 0);
}

static const int some_labels[] = {2, 0, 5, 5};

static double entropy_loss(void *context __attribute__((unused)))
{
    double loss;
    assert_status(nn_cross_entropy(&loss, NULL, NULL, x, some_labels, 4, 6), TT_OK);
    return loss;
}

TEST(cross_entropy)
{
    double loss = -1;
    int right = -1;
    fill(6);
    assert_status(nn_cross_entropy(&loss, &right, dx, x, some_labels, 4, 6), TT_OK);
    check_slopes("dlogits", dx, x, 24, entropy_loss, NULL, 1e-5); // the loss is computed in double
    check_untouched(dx, 24);
    const float flat[] = {0, 0, 0, 0}, sure[] = {1000, 0, -1000, 0}; // no exp may overflow
    const int first = 0, second = 1;
    assert_status(nn_cross_entropy(&loss, &right, NULL, flat, &first, 1, 4), TT_OK);
    assert_true(fabs(loss - log(4)) < 1e-12 && right == 1);
    assert_status(nn_cross_entropy(&loss, &right, dx, sure, &second, 1, 4), TT_OK);
    assert_true(fabs(loss - 1000) < 1e-9 && right == 0 && dx[0] == 1 && dx[1] == -1);
    const int bad = 6;
    loss = -1;
    assert_status(nn_cross_entropy(&loss, NULL, NULL, x, &bad, 1, 6), TT_BAD_VALUE);
    assert_status(nn_cross_entropy(&loss, NULL, NULL, x, some_labels, 0, 6), TT_BAD_SHAPE);
    assert_true(loss == -1);
}

// If a product returns TT_TODO, since it is not written yet, so does every layer.
static tt_status matmul_todo(float *out __attribute__((unused)), const float *a __attribute__((unused)),
                             const float *c __attribute__((unused)), int m __attribute__((unused)),
                             int n __attribute__((unused)), int k __attribute__((unused)))
{
    return TT_TODO;
}

TEST(products_go_through_the_table)
{
    const tt_backend todo = {"todo", matmul_todo}, *before = backend;
    ops_conv2d_shape conv = {1, 4, 4, 2, 3, 3, 2, 1, 1};
    nn_attention_shape attend = {1, 3, 3, 1, 4, 4, 4};
    fill(1);
    assert_status(backend_use(&todo), TT_OK);
    assert_status(nn_linear(y, x, w, b, 2, 3, 4), TT_TODO);
    assert_status(nn_linear_backward(dx, dw, db, pull, x, w, 2, 3, 4), TT_TODO);
    assert_status(nn_conv2d(y, x, w, b, conv), TT_TODO);
    assert_status(nn_conv2d_backward(dx, dw, db, pull, x, w, conv), TT_TODO);
    assert_status(nn_attention(y, NULL, x, w, b, attend), TT_TODO);
    assert_status(nn_attention_backward(dx, dw, db, pull, saved, x, w, b, attend), TT_TODO);
    assert_status(backend_use(before), TT_OK);
    check_untouched(dx, 0);
    check_untouched(dw, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transpose),     cmocka_unit_test(linear),
        cmocka_unit_test(conv2d),        cmocka_unit_test(conv2d_in_chunks),
        cmocka_unit_test(maxpool),       cmocka_unit_test(relu_and_gelu),
        cmocka_unit_test(layer_norm),    cmocka_unit_test(embedding),
        cmocka_unit_test(cross_entropy), cmocka_unit_test(products_go_through_the_table),
    };
    return run_tests(tests);
}
