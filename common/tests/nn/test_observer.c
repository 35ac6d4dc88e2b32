// test_observer.c: what an observer is told: which layers, in which order, how much work, and how it went.
#include "slopes.h"

#include <stdio.h>
#include <string.h>

#include "nn/models.h"
#include "ops/backend.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { DEEPEST = 8, TEXT = 4000 };

typedef struct {
    char text[TEXT]; // "(gpt(embedding)(attention0(norm0)..."
    const nn_event *open[DEEPEST];
    int depth, enters, exits;
    tt_status last; // of the last exit
    long long macs, bytes;
} record_of;

static void put(record_of *r, const char *word)
{
    assert_true(strlen(r->text) + strlen(word) < sizeof r->text);
    strcat(r->text, word);
}

static void on_enter(void *state, const nn_event *e)
{
    record_of *r = state;
    char word[64];
    snprintf(word, sizeof word, e->number < 0 ? "(%s" : "(%s%d", e->name, e->number);
    put(r, word);
    assert_true(r->depth < DEEPEST);
    r->open[r->depth++] = e;
    r->enters++;
    r->macs += e->macs, r->bytes += e->bytes;
    assert_true(e->rows >= 0 && e->macs >= 0 && e->bytes >= 0);
}

static void on_exit_of(void *state, const nn_event *e, tt_status status)
{
    record_of *r = state;
    assert_true(r->depth > 0);
    assert_ptr_equal(r->open[--r->depth], e); // the innermost one that is open
    put(r, ")");
    r->exits++;
    r->last = status;
}

#define OBSERVER(r) (&(nn_observer){&(r), on_enter, on_exit_of})

// ---- A transformer ----

static const gpt_config tiny = {.vocab = 7, .context = 12, .layers = 2, .heads = 2, .width = 8};
static const int ids[] = {3, 1, 4, 1, 5, 2, 6, 5, 3, 0, 2, 6};
static const char *const gpt_order =
    "(gpt(embedding)"
    "(attention0(norm0)(qkv0)(dot_product0)(project0))(feed_forward0(norm0)(widen0)(gelu0)(narrow0))"
    "(attention1(norm1)(qkv1)(dot_product1)(project1))(feed_forward1(norm1)(widen1)(gelu1)(narrow1))"
    "(head(norm)(logits)))";

static size_t floats_from(const parameters *p, int first)
{
    size_t sum = 0;
    for (int i = first; i < p->count; i++) sum += p->list[i].count;
    return sum;
}

TEST(events_of_a_gpt)
{
    gpt m;
    float plain[12 * 7], seen[12 * 7], kept[12 * 7];
    assert_status(gpt_create(&m, tiny, 3), TT_OK);
    assert_status(gpt_forward(&m, plain, ids, 12, NULL), TT_OK);
    long long bytes[13] = {0};
    for (int tokens = 1; tokens <= 12; tokens++) {
        record_of r = {0};
        m.observer = OBSERVER(r);
        assert_status(gpt_forward(&m, seen, ids, tokens, NULL), TT_OK);
        assert_string_equal(r.text, gpt_order);
        assert_int_equal(r.macs, gpt_macs(&m, tokens, 0));
        bytes[tokens] = r.bytes;
    }
    assert_memory_equal(plain, seen, sizeof plain); // all 12 tokens: the same bits
    // Bytes grow evenly with the tokens; without any, they are the weights, but for the tables, of which
    // only the tokens' rows are read.
    const long long more = bytes[2] - bytes[1];
    for (int tokens = 2; tokens <= 12; tokens++) assert_int_equal(bytes[tokens] - bytes[tokens - 1], more);
    assert_int_equal(bytes[1] - more, 4 * floats_from(&m.weights, 2));

    record_of r = {0};
    m.observer = OBSERVER(r);
    assert_status(gpt_train_forward(&m, kept, ids, 3, 4), TT_OK);
    assert_string_equal(r.text, gpt_order);
    assert_int_equal(r.macs, 3 * gpt_macs(&m, 4, 0));
    m.observer = NULL;
    assert_status(gpt_train_forward(&m, seen, ids, 3, 4), TT_OK);
    assert_memory_equal(kept, seen, sizeof kept);
    assert_status(gpt_forward(&m, seen, ids, 13, NULL), TT_BAD_SHAPE); // and nobody is told
    gpt_finish(&m);
}

// The simplest cache: room for the tiny model's context.
typedef struct {
    float k[2][12 * 8], v[2][12 * 8];
    int held[2], refuse; // the layer whose append fails, -1 for none
} cache;

static tt_status cache_append(void *state, int layer, const float *k, const float *v, int tokens)
{
    cache *c = state;
    if (layer == c->refuse) return TT_NO_MEMORY;
    memcpy(c->k[layer] + c->held[layer] * 8, k, (size_t)tokens * 8 * sizeof *k);
    memcpy(c->v[layer] + c->held[layer] * 8, v, (size_t)tokens * 8 * sizeof *v);
    c->held[layer] += tokens;
    return TT_OK;
}

static tt_status cache_view(void *state, int layer, const float **k, const float **v, int *tokens)
{
    cache *c = state;
    *k = c->k[layer], *v = c->v[layer], *tokens = c->held[layer];
    return TT_OK;
}

static int keys_seen;

static void look_at_keys(void *state, const nn_event *e)
{
    on_enter(state, e);
    if (strcmp(e->name, "dot_product") == 0) keys_seen = e->keys;
}

TEST(work_with_a_cache)
{
    gpt m;
    cache c = {.refuse = -1};
    struct past_kv past = {&c, cache_append, cache_view};
    float logits[12 * 7];
    const int chunks[] = {5, 1, 1, 3, 2};
    assert_status(gpt_create(&m, tiny, 3), TT_OK);
    for (int i = 0, at = 0; i < COUNT(chunks); at += chunks[i++]) {
        record_of r = {0};
        m.observer = &(nn_observer){&r, look_at_keys, on_exit_of};
        assert_status(gpt_forward(&m, logits, ids + at, chunks[i], &past), TT_OK);
        assert_int_equal(r.macs, gpt_macs(&m, chunks[i], at));
        assert_int_equal(keys_seen, at + chunks[i]);
        assert_string_equal(r.text, gpt_order);
    }
    for (int layer = 0; layer < 2; layer++) {
        record_of r = {0};
        c = (cache){.refuse = layer};
        m.observer = OBSERVER(r);
        assert_status(gpt_forward(&m, logits, ids, 4, &past), TT_NO_MEMORY);
        assert_int_equal(r.depth, 0);
        assert_int_equal(r.last, TT_NO_MEMORY);
    }
    gpt_finish(&m);
}

// ---- Failures ----

static int left; // products until one fails

static tt_status matmul_failing(float *out, const float *a, const float *b, int m, int n, int k)
{
    return left-- == 0 ? TT_TODO : matmul_naive(out, a, b, m, n, k);
}

static const tt_backend failing = {"failing", matmul_failing};

// Whatever product fails: each event that was entered is left, and the outermost one says how it went.
TEST(balanced_where_a_product_fails)
{
    const tt_backend *before = backend;
    gpt g;
    net n;
    float logits[12 * 7], x[2 * 8 * 8] = {0}, classes[20];
    const int products_of_a_gpt = 2 * (4 + 2 * 2) + 1, products_of_a_net = 4;
    assert_status(gpt_create(&g, tiny, 3), TT_OK);
    assert_status(cnn_create(&n, 8, 8, 1, 10, 1), TT_OK);
    assert_status(backend_use(&failing), TT_OK);
    for (int fails = 0; fails <= products_of_a_gpt; fails++) {
        record_of r = {0};
        g.observer = OBSERVER(r);
        left = fails;
        const tt_status want = fails < products_of_a_gpt ? TT_TODO : TT_OK;
        assert_status(gpt_forward(&g, logits, ids, 12, NULL), want);
        assert_true(r.depth == 0 && r.enters == r.exits && r.last == want);
        r = (record_of){0};
        left = fails;
        assert_status(gpt_train_forward(&g, logits, ids, 1, 12), want);
        assert_true(r.depth == 0 && r.enters == r.exits && r.last == want);
    }
    for (int fails = 0; fails <= products_of_a_net; fails++) {
        record_of r = {0};
        n.observer = OBSERVER(r);
        left = fails;
        const tt_status want = fails < products_of_a_net ? TT_TODO : TT_OK;
        assert_status(net_forward(&n, classes, x, 2), want);
        assert_true(r.depth == 0 && r.enters == r.exits && r.last == want);
        r = (record_of){0};
        left = fails;
        assert_status(net_train_forward(&n, classes, x, 2), want);
        assert_true(r.depth == 0 && r.enters == r.exits && r.last == want);
    }
    const int none[] = {7};
    record_of r = {0};
    g.observer = OBSERVER(r);
    assert_status(gpt_forward(&g, logits, none, 1, NULL), TT_BAD_VALUE);
    assert_string_equal(r.text, "(gpt(embedding))");
    assert_int_equal(r.last, TT_BAD_VALUE);
    net_finish(&n);
    gpt_finish(&g);
    assert_status(backend_use(before), TT_OK);
}

// ---- A network ----

TEST(events_of_a_net)
{
    net m;
    float x[3 * 8 * 8], plain[30], seen[30];
    long long bytes[4] = {0};
    assert_status(cnn_create(&m, 8, 8, 1, 10, 1), TT_OK);
    for (int i = 0; i < COUNT(x); i++) x[i] = (float)(i % 7) - 3;
    assert_status(net_forward(&m, plain, x, 3), TT_OK);
    for (int n = 1; n <= 3; n++) {
        record_of r = {0};
        long long macs = 0;
        m.observer = OBSERVER(r);
        assert_status(net_forward(&m, seen, x, n), TT_OK);
        assert_string_equal(r.text,
                            "(net(conv00)(relu1)(pool2)(conv13)(relu4)(pool5)(conv26)(relu7)(linear38))");
        for (int i = 0; i < m.count; i++) macs += n * net_macs(&m, i);
        assert_int_equal(r.macs, macs);
        bytes[n] = r.bytes;
    }
    assert_memory_equal(plain, seen, sizeof plain);
    assert_int_equal(bytes[3] - bytes[2], bytes[2] - bytes[1]);
    assert_int_equal(2 * bytes[1] - bytes[2], 4 * floats_from(&m.weights, 0));
    record_of r = {0};
    m.observer = OBSERVER(r);
    float inner[8 * 8 * 16] = {0};
    assert_status(net_layer_forward(&m, 1, inner, inner, 1), TT_OK); // a layer by itself
    assert_string_equal(r.text, "(relu1)");
    assert_status(net_forward(&m, seen, NULL, 1), TT_BAD_VALUE); // refused: no event
    assert_status(net_layer_forward(&m, 99, inner, inner, 1), TT_BAD_VALUE);
    assert_int_equal(r.enters, 1);
    net_finish(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_of_a_gpt),
        cmocka_unit_test(work_with_a_cache),
        cmocka_unit_test(balanced_where_a_product_fails),
        cmocka_unit_test(events_of_a_net),
    };
    return run_tests(tests);
}
