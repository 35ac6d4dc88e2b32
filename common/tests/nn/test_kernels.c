// test_kernels.c: a transformer whose layers are computed by other functions, in every place where it asks for one.
#include "slopes.h"

#include <stdio.h>
#include <string.h>

#include "nn/models.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { TOKENS = 12, VOCAB = 7, WIDTH = 8, BLOCKS = 2 };
static const gpt_config tiny = {
    .vocab = VOCAB, .context = TOKENS, .layers = BLOCKS, .heads = 2, .width = WIDTH};
static const int ids[] = {3, 1, 4, 1, 5, 2, 6, 5, 3, 0, 2, 6};

// ---- What the model asks for ----

TEST(linear_layers)
{
    static const char *const names[] = {"qkv", "project", "widen", "narrow"};
    static const char *const parameters_of[] = {"attention.qkv", "attention.project", "widen", "narrow"};
    gpt m;
    assert_status(gpt_create(&m, tiny, 3), TT_OK);
    assert_int_equal(gpt_linear_count(&m), BLOCKS * 4 + 1);
    for (int i = 0; i <= BLOCKS * 4; i++) {
        const gpt_linear l = gpt_linear_at(&m, i);
        char weight[PARAMETER_NAME], bias[PARAMETER_NAME];
        const bool head = i == BLOCKS * 4;
        snprintf(weight, sizeof weight, "blocks.%d.%s.weight", i / 4, parameters_of[i % 4]);
        snprintf(bias, sizeof bias, "blocks.%d.%s.bias", i / 4, parameters_of[i % 4]);
        const parameter *w = parameters_find(&m.weights, head ? "head.weight" : weight),
                        *b = parameters_find(&m.weights, head ? "head.bias" : bias);
        assert_non_null(w);
        assert_non_null(b);
        assert_ptr_equal(l.w, w->value);
        assert_ptr_equal(l.bias, b->value);
        assert_true(l.index == i && l.in == w->shape[0] && l.out == w->shape[1]);
        assert_int_equal(l.block, head ? -1 : i / 4);
        assert_string_equal(l.name, head ? "logits" : names[i % 4]);
    }
    gpt_finish(&m);
}

typedef struct {
    const gpt *m;
    int linears, attentions; // calls so far
    int fail_at;             // the linear call that fails, -1 for none
} calls;

static tt_status linear(void *state, float *y, const float *x, const gpt_linear *l, int rows)
{
    calls *c = state;
    const gpt_linear want = gpt_linear_at(c->m, c->linears % gpt_linear_count(c->m));
    assert_true(l->index == want.index && l->w == want.w);
    if (c->linears++ == c->fail_at) return TT_TODO;
    return nn_linear(y, x, l->w, l->bias, rows, l->in, l->out);
}

static tt_status attention(void *state, float *out, const float *q, const float *k, const float *v,
                           nn_attention_shape s)
{
    calls *c = state;
    c->attentions++;
    assert_true(s.n == 1 && s.heads == 2 && s.head == WIDTH / 2);
    return nn_attention(out, NULL, q, k, v, s);
}

// ---- A cache for both ----

typedef struct {
    float k[BLOCKS][TOKENS * WIDTH], v[BLOCKS][TOKENS * WIDTH];
    int held[BLOCKS];
} cache;

static tt_status cache_append(void *state, int layer, const float *k, const float *v, int tokens)
{
    cache *c = state;
    memcpy(c->k[layer] + c->held[layer] * WIDTH, k, (size_t)tokens * WIDTH * sizeof *k);
    memcpy(c->v[layer] + c->held[layer] * WIDTH, v, (size_t)tokens * WIDTH * sizeof *v);
    c->held[layer] += tokens;
    return TT_OK;
}

static tt_status cache_view(void *state, int layer, const float **k, const float **v, int *tokens)
{
    cache *c = state;
    *k = c->k[layer], *v = c->v[layer], *tokens = c->held[layer];
    return TT_OK;
}

// The text in two chunks through a cache, or whole.
static tt_status run(gpt *m, float *logits, bool cached)
{
    cache c = {0};
    struct past_kv past = {&c, cache_append, cache_view};
    if (!cached) return gpt_forward(m, logits, ids, TOKENS, NULL);
    tt_status status = gpt_forward(m, logits, ids, 9, &past);
    return status == TT_OK ? gpt_forward(m, logits + 9 * VOCAB, ids + 9, TOKENS - 9, &past) : status;
}

// ---- The table ----

// Functions that do the same give the same bits, each alone and all together; and what is NULL is as it was.
TEST(same_bits_through_the_table)
{
    gpt m;
    float plain[TOKENS * VOCAB], got[TOKENS * VOCAB];
    assert_status(gpt_create(&m, tiny, 3), TT_OK);
    for (int cached = 0; cached < 2; cached++)
        for (int mask = 0; mask < 4; mask++) {
            calls c = {.m = &m, .fail_at = -1};
            const gpt_kernels table = {.name = "same",
                                       .state = &c,
                                       .linear = mask & 1 ? linear : NULL,
                                       .attention = mask & 2 ? attention : NULL};
            m.kernels = NULL;
            assert_status(run(&m, plain, cached), TT_OK);
            m.kernels = &table;
            assert_status(run(&m, got, cached), TT_OK);
            assert_memory_equal(got, plain, sizeof plain);
            const int passes = cached ? 2 : 1;
            assert_int_equal(c.linears, mask & 1 ? passes * gpt_linear_count(&m) : 0);
            assert_int_equal(c.attentions, mask & 2 ? passes * BLOCKS : 0);
        }
    gpt_finish(&m);
}

TEST(failures_and_training)
{
    gpt m;
    float got[TOKENS * VOCAB], plain[TOKENS * VOCAB];
    calls c = {.m = &m};
    const gpt_kernels table = {.name = "failing", .state = &c, .linear = linear};
    assert_status(gpt_create(&m, tiny, 3), TT_OK);
    m.kernels = &table;
    for (int at = 0; at <= gpt_linear_count(&m); at++) {
        c.linears = 0, c.fail_at = at;
        assert_status(run(&m, got, false), at < gpt_linear_count(&m) ? TT_TODO : TT_OK);
    }
    c.linears = 0, c.fail_at = 0;
    assert_status(gpt_train_forward(&m, got, ids, 1, TOKENS), TT_OK); // training needs the floats
    assert_int_equal(c.linears, 0);
    m.kernels = NULL;
    assert_status(gpt_train_forward(&m, plain, ids, 1, TOKENS), TT_OK);
    assert_memory_equal(got, plain, sizeof plain);
    gpt_finish(&m);
}

// The textbook's exponentials and sums: the same up to rounding, and not the same functions.
TEST(textbook)
{
    gpt m;
    float fast[TOKENS * VOCAB], textbook[TOKENS * VOCAB], again[TOKENS * VOCAB];
    assert_status(gpt_create(&m, tiny, 3), TT_OK);
    for (int cached = 0; cached < 2; cached++) {
        m.kernels = NULL;
        assert_status(run(&m, fast, cached), TT_OK);
        m.kernels = &gpt_textbook;
        assert_status(run(&m, textbook, cached), TT_OK);
        assert_close(textbook, fast, TOKENS * VOCAB, 1e-5);
        assert_memory_not_equal(textbook, fast, sizeof fast);
        m.kernels = NULL;
        assert_status(run(&m, again, cached), TT_OK);
        assert_memory_equal(again, fast, sizeof fast);
    }
    assert_ptr_equal(gpt_textbook.gelu, ops_gelu);
    assert_ptr_equal(gpt_textbook.layer_norm, ops_layer_norm);
    gpt_finish(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_layers),
        cmocka_unit_test(same_bits_through_the_table),
        cmocka_unit_test(failures_and_training),
        cmocka_unit_test(textbook),
    };
    return run_tests(tests);
}
