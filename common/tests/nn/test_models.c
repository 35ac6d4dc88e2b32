// test_models.c: the transformer's derivatives and its cache, and all three models in files.
#include "slopes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ops/backend.h"
#include "nn/layers.h"
#include "nn/models.h"
#include "core/rng.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static char folder[256];

static const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

// ---- text ----

static const gpt_config tiny = {.vocab = 7, .context = 12, .layers = 2, .heads = 2, .width = 8};
static const int tiny_ids[] = {3, 1, 4, 1, 5, 2, 6, 5, 3, 0, 2, 6};

static void fill_evenly(parameters *p, uint64_t seed)
{
    tt_rng rng = {seed};
    for (int i = 0; i < p->count; i++) rng_fill(&rng, p->list[i].value, p->list[i].count, -0.6f, 0.6f);
}

typedef struct {
    gpt m;
    int n, tokens;
    float logits[7 * 12];
    int next[12];
} gpt_case;

// The loss by the forward for inference, one sequence at a time: the backward is checked against it.
static double gpt_loss(void *context)
{
    gpt_case *c = context;
    double loss;
    for (int i = 0; i < c->n; i++)
        assert_status(
            gpt_forward(&c->m, c->logits + i * c->tokens * 7, tiny_ids + i * c->tokens, c->tokens, NULL),
            TT_OK);
    assert_status(nn_cross_entropy(&loss, NULL, NULL, c->logits, c->next, c->n * c->tokens, 7), TT_OK);
    return loss;
}

TEST(gpt_slopes)
{
    const int cases[][2] = {{1, 12}, {2, 5}, {3, 1}};
    for (int i = 0; i < COUNT(cases); i++) {
        gpt_case c = {.n = cases[i][0], .tokens = cases[i][1], .next = {1, 4, 1, 5, 2, 6, 5, 3, 0, 2, 6, 4}};
        int rows = c.n * c.tokens;
        float kept[7 * 12], dlogits[7 * 12];
        double loss;
        assert_status(gpt_create(&c.m, tiny, 3), TT_OK);
        fill_evenly(&c.m.weights, 8);
        gpt_loss(&c);
        assert_null(c.m.weights.training);
        assert_status(gpt_backward(&c.m, dlogits), TT_BAD_VALUE);
        assert_status(gpt_train_forward(&c.m, kept, tiny_ids, c.n, c.tokens), TT_OK);
        assert_close(kept, c.logits, (size_t)rows * 7, 1e-5); // another gelu, see nn_gelu
        assert_status(nn_cross_entropy(&loss, NULL, dlogits, kept, c.next, rows, 7), TT_OK);
        assert_status(gpt_backward(&c.m, dlogits), TT_OK);
        slope_step = 1.0f / 64;
        for (int j = 0; j < c.m.weights.count; j++) {
            parameter *p = &c.m.weights.list[j];
            check_slopes(p->name, p->grad, p->value, p->count, gpt_loss, &c, 5e-4);
        }
        gpt_finish(&c.m);
        gpt_finish(&c.m);
    }
}

// ---- the simplest cache that implements struct past_kv ----

enum { CACHE_LAYERS = 4, CACHE_TOKENS = 512, CACHE_WIDTH = 192 };

typedef struct {
    int width, tokens[CACHE_LAYERS];
    float *k[CACHE_LAYERS], *v[CACHE_LAYERS];
} growing;

static tt_status growing_append(void *state, int layer, const float *k, const float *v, int tokens)
{
    growing *g = state;
    size_t old = (size_t)g->tokens[layer] * g->width, new = (size_t)tokens * g->width;
    g->k[layer] = realloc(g->k[layer], (old + new) * sizeof(float));
    g->v[layer] = realloc(g->v[layer], (old + new) * sizeof(float));
    assert_true(g->k[layer] && g->v[layer]);
    memcpy(g->k[layer] + old, k, new * sizeof(float));
    memcpy(g->v[layer] + old, v, new * sizeof(float));
    g->tokens[layer] += tokens;
    return TT_OK;
}

static tt_status growing_view(void *state, int layer, const float **k, const float **v, int *tokens)
{
    const growing *g = state;
    *k = g->k[layer], *v = g->v[layer], *tokens = g->tokens[layer];
    return TT_OK;
}

static void growing_reset(growing *g)
{
    for (int i = 0; i < CACHE_LAYERS; i++) {
        free(g->k[i]), free(g->v[i]);
        g->k[i] = g->v[i] = NULL, g->tokens[i] = 0;
    }
}

// Chunks of tokens through the cache against the whole sequence at once. Both compute the same sums in
// another order: activations are below 10 and a sum has at most 768 terms, so 1e-4 is about ten roundings.
static void check_cached(gpt *m, const int *ids, int count, const int *chunks)
{
    growing g = {.width = m->config.width};
    struct past_kv past = {&g, growing_append, growing_view};
    int V = m->config.vocab;
    float *whole = tensor_alloc((size_t)count * V), *part = tensor_alloc((size_t)count * V);
    assert_status(gpt_forward(m, whole, ids, count, NULL), TT_OK);
    for (int at = 0, i = 0; at < count; i++) {
        int tokens = chunks[i] < count - at ? chunks[i] : count - at;
        assert_status(gpt_forward(m, part + (size_t)at * V, ids + at, tokens, &past), TT_OK);
        at += tokens;
        for (int layer = 0; layer < m->config.layers; layer++) assert_int_equal(g.tokens[layer], at);
    }
    assert_close(part, whole, (size_t)count * V, 1e-4);
    growing_reset(&g);
    free(whole), free(part);
}

static const int ones[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

TEST(cached_is_uncached)
{
    const int mixed[] = {5, 1, 1, 3, 2}, all[] = {12};
    gpt m;
    assert_status(gpt_create(&m, tiny, 3), TT_OK);
    fill_evenly(&m.weights, 8);
    check_cached(&m, tiny_ids, 12, ones);
    check_cached(&m, tiny_ids, 12, mixed);
    check_cached(&m, tiny_ids, 12, all);
    check_cached(&m, tiny_ids, 1, ones);
    gpt_finish(&m);

    int *ids = calloc(CACHE_TOKENS, sizeof *ids), *singles = calloc(CACHE_TOKENS, sizeof *singles);
    const int prompts[] = {200, 130, 1, 7, 174};
    tt_rng rng = {2};
    assert_status(gpt_create_default(&m, 72, 1), TT_OK);
    assert_true(m.weights.floats * sizeof(float) <= 8 << 20); // the most that the file may have
    assert_int_equal(m.config.width, CACHE_WIDTH);
    for (int i = 0; i < CACHE_TOKENS; i++) ids[i] = (int)rng_below(&rng, 72), singles[i] = 1;
    singles[0] = 480; // a prompt, then token by token to the end of the context
    check_cached(&m, ids, CACHE_TOKENS, singles);
    check_cached(&m, ids, CACHE_TOKENS, prompts);
    free(ids), free(singles);
    gpt_finish(&m);
}

// No token affects earlier logits: after the last token is changed, those before it are the same bit for bit.
TEST(causal)
{
    gpt m;
    float before[7 * 12], after[7 * 12];
    int changed[12];
    assert_status(gpt_create(&m, tiny, 3), TT_OK);
    fill_evenly(&m.weights, 8);
    memcpy(changed, tiny_ids, sizeof changed);
    changed[11] = 0;
    assert_status(gpt_forward(&m, before, tiny_ids, 12, NULL), TT_OK);
    assert_status(gpt_forward(&m, after, changed, 12, NULL), TT_OK);
    assert_memory_equal(before, after, 11 * 7 * sizeof(float));
    assert_memory_not_equal(before + 11 * 7, after + 11 * 7, 7 * sizeof(float));
    gpt_finish(&m);
}

static tt_status lying_view(void *state, int layer, const float **k, const float **v, int *tokens)
{
    tt_status status = growing_view(state, layer, k, v, tokens);
    if (layer == 1) *tokens = 0;
    return status;
}

TEST(gpt_refusals)
{
    gpt m;
    growing g = {.width = 8};
    struct past_kv past = {&g, growing_append, growing_view}, liar = {&g, growing_append, lying_view},
                   empty = {0};
    float logits[7 * 12];
    int ids[13] = {0};
    gpt_config bad[] = {
        {0, 12, 2, 2, 8}, {7, 0, 2, 2, 8}, {7, 12, 0, 2, 8}, {7, 12, 2, 3, 8}, {7, 12, 2, 0, 8}};
    for (int i = 0; i < COUNT(bad); i++) assert_status(gpt_create(&m, bad[i], 1), TT_BAD_SHAPE);
    assert_status(gpt_forward(&m, logits, ids, 1, NULL), TT_BAD_VALUE);
    assert_status(gpt_create(&m, tiny, 1), TT_OK);
    assert_status(gpt_forward(&m, logits, ids, 13, NULL), TT_BAD_SHAPE);
    assert_status(gpt_forward(&m, logits, ids, 8, &past), TT_OK);
    assert_status(gpt_forward(&m, logits, ids, 5, &past), TT_BAD_SHAPE); // more than the context holds
    assert_int_equal(g.tokens[0], 8);
    ids[2] = 7;
    assert_status(gpt_forward(&m, logits, ids, 4, &past), TT_BAD_VALUE); // before anything is appended
    assert_int_equal(g.tokens[0], 8);
    assert_status(gpt_forward(&m, logits, ids, 1, &empty), TT_BAD_VALUE);
    assert_status(gpt_forward(&m, logits, ids, 1, &liar), TT_BAD_VALUE);
    assert_status(gpt_train_forward(&m, logits, ids, 1, 13), TT_BAD_SHAPE);
    assert_status(gpt_train_forward(&m, logits, ids, 1, 4), TT_BAD_VALUE);
    assert_status(gpt_backward(&m, logits), TT_BAD_VALUE);
    growing_reset(&g);
    gpt_finish(&m);
}

// The formula against a count of what the products computed; attention's blocks compute some masked keys too.
static long long counted;

static tt_status matmul_counted(float *out, const float *a, const float *b, int m, int n, int k)
{
    counted += (long long)m * n * k;
    return matmul_cblas(out, a, b, m, n, k);
}

TEST(macs)
{
    const tt_backend counting = {"counting", matmul_counted}, *before = backend;
    net m;
    gpt g;
    float *x = tensor_alloc((size_t)2 * 32 * 32 * 3), logits[7 * 12], ten[20];
    long long formula = 0;
    assert_status(backend_use(&counting), TT_OK);
    assert_status(cnn_create(&m, 32, 32, 3, 10, 1), TT_OK);
    counted = 0;
    assert_status(net_forward(&m, ten, x, 2), TT_OK);
    for (int i = 0; i < m.count; i++) formula += 2 * net_macs(&m, i);
    assert_int_equal(counted, formula);
    net_finish(&m);
    assert_status(gpt_create(&g, tiny, 1), TT_OK);
    counted = 0;
    assert_status(gpt_forward(&g, logits, tiny_ids, 12, NULL), TT_OK);
    assert_int_equal(counted, gpt_macs(&g, 12, 0) + 2LL * 2 * 8 * (12 * 12 - 12 * 13 / 2));
    assert_true(gpt_macs(&g, 12, 0) == gpt_macs(&g, 5, 0) + gpt_macs(&g, 7, 5));
    gpt_finish(&g);
    assert_status(backend_use(before), TT_OK);
    free(x);
}

// ---- files ----

// Models with other widths say these by their arrays, which must fit each other before memory is taken.
TEST(widths_in_a_file)
{
    static const struct {
        const char *model;
        int widths[3], count;
        const char *hurt; // a weight whose number of outputs is changed
    } cases[] = {{"mlp", {32}, 1, "linear0.weight"},
                 {"mlp", {7, 5, 3}, 3, "linear1.weight"},
                 {"cnn", {8, 32, 32}, 3, "conv1.weight"},
                 {"cnn", {3, 4}, 2, "conv1.weight"},
                 {"cnn", {16, 64, 64}, 3, "linear3.weight"}};
    net m, other;
    for (int i = 0; i < COUNT(cases); i++) {
        const safetensors_pair notes[] = {{"model", cases[i].model}, {"input", "28 28 1"}};
        assert_status(net_create_model(&m, cases[i].model, 28, 28, 1, cases[i].widths, cases[i].count, 10, 4),
                      TT_OK);
        assert_status(parameters_save(&m.weights, path_of("m"), notes, 2), TT_OK);
        assert_status(net_load(&other, cases[i].model, path_of("m")), TT_OK);
        assert_int_equal(other.count, m.count);
        for (int l = 0; l < m.count; l++)
            assert_memory_equal(&m.layers[l], &other.layers[l], sizeof m.layers[l]);
        for (int w = 0; w < m.weights.count; w++)
            assert_memory_equal(m.weights.list[w].value, other.weights.list[w].value,
                                m.weights.list[w].count * sizeof(float));
        net_finish(&other);
        parameter *hurt = parameters_find(&m.weights, cases[i].hurt);
        hurt->shape[hurt->dims - 1]--, hurt->count -= hurt->count / (size_t)(hurt->shape[hurt->dims - 1] + 1);
        assert_status(parameters_save(&m.weights, path_of("m"), notes, 2), TT_OK);
        assert_status(net_load(&other, cases[i].model, path_of("m")), TT_BAD_FILE);
        net_finish(&m);
    }
    assert_status(net_create_model(&m, "gpt", 28, 28, 1, cases[0].widths, 1, 10, 4), TT_BAD_VALUE);
    assert_status(net_create_model(&m, "mlp", 28, 28, 1, cases[0].widths, 0, 10, 4), TT_BAD_VALUE);
    assert_status(net_create_model(&m, "mlp", 28, 28, 1, cases[0].widths, MODELS_MOST_WIDTHS + 1, 10, 4),
                  TT_BAD_VALUE);
    assert_status(net_create_model(&m, "cnn", 3, 3, 1, cases[2].widths, 3, 10, 4),
                  TT_BAD_SHAPE); // pooled away
    unlink(path_of("m"));
}

// What is 0 in a file is masked, and nothing is touched by a file of another model.
TEST(mask_of_a_file)
{
    net m;
    safetensors file = {0};
    const int widths[] = {4}, others[] = {5};
    size_t zeros = 99;
    assert_status(net_create_model(&m, "mlp", 2, 2, 1, widths, 1, 3, 4), TT_OK);
    float *mask = tensor_alloc(m.weights.floats);
    for (size_t i = 0; i < m.weights.floats; i++) mask[i] = 7;
    parameter *first = &m.weights.list[0], *bias = &m.weights.list[3];
    first->value[3] = 0, first->value[15] = -0.0f, bias->value[0] = bias->value[1] = bias->value[2] = 1;
    assert_status(parameters_save(&m.weights, path_of("m"), NULL, 0), TT_OK);
    assert_status(safetensors_read(&file, path_of("m")), TT_OK);
    first->value[3] = 5; // the file counts, not what is here
    assert_status(parameters_mask_zeros(&m.weights, mask, &zeros, &file), TT_OK);
    assert_int_equal(zeros, 2 + 4); // and the bias of the first layer
    for (int i = 0; i < 16; i++) assert_true(first->mask[i] == (i != 3 && i != 15));
    for (int i = 0; i < 3; i++) assert_true(bias->mask[i] == 1);
    assert_ptr_equal(first->mask, mask);
    net_finish(&m);
    assert_status(net_create_model(&m, "mlp", 2, 2, 1, others, 1, 3, 4), TT_OK);
    mask[0] = 7;
    assert_status(parameters_mask_zeros(&m.weights, mask, &zeros, &file), TT_BAD_FILE);
    assert_true(mask[0] == 7 && zeros == 6 && m.weights.list[0].mask == NULL);
    safetensors_finish(&file);
    net_finish(&m);
    free(mask);
    unlink(path_of("m"));
}

TEST(weights_in_a_file)
{
    net m, other;
    const safetensors_pair notes[] = {{"model", "cnn"}, {"input", "28 28 1"}}, wrong[] = {{"model", "gpt"}};
    assert_status(cnn_create(&m, 28, 28, 1, 10, 4), TT_OK);
    assert_status(parameters_save(&m.weights, path_of("m"), notes, 2), TT_OK);
    assert_status(net_load(&other, "cnn", path_of("m")), TT_OK);
    for (int i = 0; i < m.weights.count; i++)
        assert_memory_equal(m.weights.list[i].value, other.weights.list[i].value,
                            m.weights.list[i].count * sizeof(float));
    net_finish(&other);
    assert_status(net_load(&other, "mlp", path_of("m")), TT_BAD_FILE);
    assert_status(parameters_save(&m.weights, path_of("m"), notes, 1), TT_OK);
    assert_status(net_load(&other, "cnn", path_of("m")), TT_BAD_FILE); // no sizes
    const char *const sizes[] = {"28 28", "32 32 1", "28 28 3", "99999 99999 1", "-28 -28 1", "0 0 0", "a"};
    for (int i = 0; i < COUNT(sizes); i++) {
        const safetensors_pair pairs[] = {{"model", "cnn"}, {"input", sizes[i]}};
        assert_status(parameters_save(&m.weights, path_of("m"), pairs, 2), TT_OK);
        assert_status(net_load(&other, "cnn", path_of("m")), TT_BAD_FILE);
    }
    assert_status(parameters_save(&m.weights, path_of("m"), wrong, 1), TT_OK);
    gpt g;
    assert_status(gpt_load(&g, path_of("m")), TT_BAD_FILE); // no vocabulary
    m.weights.count--;
    assert_status(parameters_save(&m.weights, path_of("m"), notes, 2), TT_OK);
    assert_status(net_load(&other, "cnn", path_of("m")), TT_BAD_FILE); // one tensor is missing
    m.weights.count++;
    net_finish(&m);

    const safetensors_pair text[] = {{"model", "gpt"}, {"vocabulary", "0a2041"}};
    unsigned char bytes[256];
    int count;
    gpt back;
    assert_status(gpt_create_default(&g, 3, 1), TT_OK);
    assert_status(parameters_save(&g.weights, path_of("m"), text, 2), TT_OK);
    assert_status(gpt_load(&back, path_of("m")), TT_OK);
    assert_int_equal(back.config.vocab, 3);
    gpt_finish(&back);
    assert_status(gpt_load_vocabulary(bytes, &count, path_of("m")), TT_OK);
    assert_int_equal(count, 3);
    assert_memory_equal(bytes, "\n A", 3);
    const char *const bad[] = {"", "0", "zz", "0a0a", "200a", "0a 2"};
    for (int i = 0; i < COUNT(bad); i++) {
        const safetensors_pair pairs[] = {{"model", "gpt"}, {"vocabulary", bad[i]}};
        assert_status(parameters_save(&g.weights, path_of("m"), pairs, 2), TT_OK);
        assert_status(gpt_load(&back, path_of("m")), TT_BAD_FILE);
    }
    gpt_finish(&g);
    unlink(path_of("m"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gpt_slopes),     cmocka_unit_test(cached_is_uncached),
        cmocka_unit_test(causal),         cmocka_unit_test(gpt_refusals),
        cmocka_unit_test(macs),           cmocka_unit_test(widths_in_a_file),
        cmocka_unit_test(mask_of_a_file), cmocka_unit_test(weights_in_a_file),
    };
    const char *temporary = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/test_models.XXXXXX", temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(folder)) return perror(folder), 1;
    backend_use(&backend_blas);
    int failed = run_tests(tests);
    if (rmdir(folder) != 0) return perror(folder), 1;
    return failed;
}
