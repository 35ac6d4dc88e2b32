// test_attention.c: attention against its formula in double, its backward against finite differences.
#include "slopes.h"

#include <stdlib.h>

#include "nn/layers.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static float saved[MOST]; // what attention keeps for its backward

// Attention by its formula, in double, one query at a time.
static void attention_by_hand(float *out, const float *q, const float *k, const float *v,
                              nn_attention_shape s)
{
    int width = s.heads * s.head;
    for (int i = 0; i < s.n; i++)
        for (int t = 0; t < s.queries; t++)
            for (int h = 0; h < s.heads; h++) {
                double scores[256], sum = 0;
                int seen = s.keys - s.queries + t + 1;
                const float *query = q + (size_t)(i * s.queries + t) * s.q_row + h * s.head;
                for (int j = 0; j < seen; j++) {
                    const float *key = k + (size_t)(i * s.keys + j) * s.kv_row + h * s.head;
                    scores[j] = 0;
                    for (int p = 0; p < s.head; p++) scores[j] += (double)query[p] * key[p];
                    sum += scores[j] = exp(scores[j] / sqrt(s.head));
                }
                for (int p = 0; p < s.head; p++) {
                    double value = 0;
                    for (int j = 0; j < seen; j++)
                        value += scores[j] / sum * v[(size_t)(i * s.keys + j) * s.kv_row + h * s.head + p];
                    out[(size_t)(i * s.queries + t) * width + h * s.head + p] = (float)value;
                }
            }
}

// q is in x, k in w, v in b.
static double attention_loss(void *context)
{
    const nn_attention_shape *s = context;
    assert_status(nn_attention(y, NULL, x, w, b, *s), TT_OK);
    return pulled((size_t)s->n * s->queries * s->heads * s->head);
}

TEST(attention)
{
    nn_attention_shape cases[] = {{1, 1, 1, 1, 1, 1, 1},  {1, 5, 5, 2, 3, 6, 6}, {2, 4, 4, 1, 4, 4, 4},
                                  {1, 3, 8, 2, 2, 4, 4},  {1, 1, 9, 3, 2, 6, 6}, {2, 2, 5, 2, 3, 8, 7},
                                  {3, 6, 6, 2, 2, 12, 12}};
    for (int i = 0; i < COUNT(cases); i++) {
        nn_attention_shape s = cases[i];
        int width = s.heads * s.head;
        size_t q_floats = (size_t)s.n * s.queries * s.q_row, kv_floats = (size_t)s.n * s.keys * s.kv_row;
        float want[MOST];
        fill((uint64_t)i);
        memset(y, 0xff, sizeof y);
        assert_true(nn_attention_saved(s) <= MOST);
        assert_status(nn_attention(y, saved, x, w, b, s), TT_OK);
        attention_by_hand(want, x, w, b, s);
        assert_close(y, want, (size_t)s.n * s.queries * width, 1e-6);
        check_untouched(y, (size_t)s.n * s.queries * width);
        // Nothing is written between the rows, where the slope is 0.
        for (size_t j = 0; j < q_floats; j++) dx[j] = 0;
        for (size_t j = 0; j < kv_floats; j++) dw[j] = db[j] = 0;
        assert_status(nn_attention_backward(dx, dw, db, pull, saved, x, w, b, s), TT_OK);
        check_slopes("dq", dx, x, q_floats, attention_loss, &s, 2e-4);
        check_slopes("dk", dw, w, kv_floats, attention_loss, &s, 2e-4);
        check_slopes("dv", db, b, kv_floats, attention_loss, &s, 2e-4);
        check_untouched(dx, q_floats);
        check_untouched(dw, kv_floats);
    }
}

// More queries than a block holds, with and without earlier keys; the backward is compared at a few places.
TEST(attention_in_blocks)
{
    nn_attention_shape cases[] = {
        {1, 150, 150, 2, 3, 6, 6}, {1, 130, 200, 1, 4, 4, 4}, {1, 129, 129, 1, 2, 2, 2}};
    for (int i = 0; i < COUNT(cases); i++) {
        nn_attention_shape s = cases[i];
        size_t out = (size_t)s.queries * s.heads * s.head, kv_floats = (size_t)s.keys * s.kv_row;
        float want[MOST], *kept = tensor_alloc(nn_attention_saved(s));
        fill((uint64_t)i);
        assert_status(nn_attention(y, kept, x, w, b, s), TT_OK);
        attention_by_hand(want, x, w, b, s);
        assert_close(y, want, out, 2e-6);
        assert_status(nn_attention_backward(dx, dw, db, pull, kept, x, w, b, s), TT_OK);
        for (size_t j = 0; j < kv_floats; j += 37) {
            check_slopes("dk", dw + j, w + j, 1, attention_loss, &s, 3e-4);
            check_slopes("dv", db + j, b + j, 1, attention_loss, &s, 3e-4);
            if (j < out) check_slopes("dq", dx + j, x + j, 1, attention_loss, &s, 3e-4);
        }
        free(kept);
    }
    nn_attention_shape bad[] = {{1, 3, 2, 1, 4, 4, 4}, {1, 0, 2, 1, 4, 4, 4},  {1, 2, 2, 2, 4, 7, 8},
                                {1, 2, 2, 2, 4, 8, 7}, {-1, 2, 2, 1, 4, 4, 4}, {1, 2, 2, 0, 4, 4, 4}};
    for (int i = 0; i < COUNT(bad); i++) {
        assert_status(nn_attention(y, NULL, x, w, b, bad[i]), TT_BAD_SHAPE);
        assert_status(nn_attention_backward(dx, dw, db, pull, saved, x, w, b, bad[i]), TT_BAD_SHAPE);
        assert_int_equal(nn_attention_saved(bad[i]), 0);
    }
    assert_status(nn_attention(y, NULL, x, NULL, b, cases[0]), TT_BAD_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(attention), cmocka_unit_test(attention_in_blocks)};
    return run_tests(tests);
}
