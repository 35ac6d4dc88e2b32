// test_compressed.c: sparse networks against dense ones with the same zeros, through files; smaller networks;
// recipes.
#include "tests/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/rng.h"
#include "masks.h"
#include "nn/models.h"
#include "ops/backend.h"
#include "recipes.h"
#include "smaller.h"
#include "sparse_file.h"
#include "sparse_mlp.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { SIDE = 12, PICTURES = 21, CLASSES = 10, PIXELS = SIDE * SIDE };
static const int heights[] = {1, 4, 8, 16};

static float pictures[PICTURES * PIXELS];

static const char *file(const char *end)
{
    static char path[2][80];
    static int which;
    which = !which;
    snprintf(path[which], sizeof path[0], "/tmp/test_compressed_%d%s", (int)getpid(), end);
    return path[which];
}

static void make_net(net *m, const char *model)
{
    static const int widths[] = {37, 22};
    tt_rng rng = {7};
    backend_use(&backend_blas);
    rng_fill(&rng, pictures, PICTURES * PIXELS, 0, 1);
    assert_status(net_create_model(m, model, SIDE, SIDE, 1, widths, 2, CLASSES, 3), TT_OK);
}

// A network with this sparsity, in blocks of the height; its masks stay on.
static void make_sparse(net *m, comp_masks *masks, const char *model, int height, double sparsity)
{
    make_net(m, model);
    assert_status(comp_masks_create(masks, &m->weights), TT_OK);
    assert_status(height == 1 ? comp_masks_magnitude(masks, sparsity)
                              : comp_masks_blocks(masks, height, sparsity),
                  TT_OK);
    comp_masks_apply(masks);
}

// --- Files ---

TEST(what_is_loaded_has_the_same_weights)
{
    static const char *const models[] = {"mlp", "cnn"};
    for (int i = 0; i < COUNT(heights) * 2; i++) {
        net m, back;
        comp_masks masks;
        make_sparse(&m, &masks, models[i % 2], heights[i / 2], 0.8);
        make_net(&back, models[i % 2]);
        assert_status(comp_file_save(file(".safetensors"), &m.weights, heights[i / 2], NULL, 0), TT_OK);
        assert_status(comp_file_load(&back.weights, file(".safetensors")), TT_OK);
        assert_memory_equal(back.weights.values, m.weights.values, m.weights.floats * sizeof(float));
        comp_masks_finish(&masks);
        net_finish(&m), net_finish(&back);
    }
    remove(file(".safetensors"));
}

TEST(what_does_not_fit_is_refused_and_changes_nothing)
{
    net m, other;
    comp_masks masks;
    make_sparse(&m, &masks, "mlp", 1, 0.9);
    make_net(&other, "cnn");
    float *before = malloc(other.weights.floats * sizeof *before);
    assert_non_null(before);
    memcpy(before, other.weights.values, other.weights.floats * sizeof *before);
    assert_status(comp_file_save(file(".safetensors"), &m.weights, 1, NULL, 0), TT_OK);
    assert_status(comp_file_load(&other.weights, file(".safetensors")), TT_BAD_FILE);
    assert_status(comp_file_load(&other.weights, file(".nothing")), TT_BAD_FILE);
    assert_memory_equal(before, other.weights.values, other.weights.floats * sizeof *before);
    assert_status(comp_file_save(file(".safetensors"), &m.weights, 5, NULL, 0), TT_BAD_VALUE);
    comp_masks_finish(&masks);
    net_finish(&m), net_finish(&other);
    free(before);
    remove(file(".safetensors"));
}

// --- The sparse MLP ---

TEST(sparse_gives_the_dense_networks_logits)
{
    static float right[PICTURES * CLASSES], got[PICTURES * CLASSES];
    for (int i = 0; i < COUNT(heights); i++) {
        net m;
        comp_masks masks;
        comp_mlp built, loaded;
        const safetensors_pair pairs[] = {{"model", "mlp"}, {"input", "12 12 1"}};
        make_sparse(&m, &masks, "mlp", heights[i], 0.7);
        assert_status(net_forward(&m, right, pictures, PICTURES), TT_OK);
        assert_status(comp_mlp_build(&built, &m, heights[i]), TT_OK);
        assert_status(comp_file_save(file(".safetensors"), &m.weights, heights[i], pairs, 2), TT_OK);
        assert_status(comp_mlp_load(&loaded, file(".safetensors")), TT_OK);
        for (int n = 1; n <= PICTURES; n += 4) {
            assert_status(comp_mlp_run(&built, got, pictures, n), TT_OK);
            assert_close(got, right, (size_t)n * CLASSES, 1e-4);
            assert_status(comp_mlp_run(&loaded, got, pictures, n), TT_OK);
            assert_close(got, right, (size_t)n * CLASSES, 1e-4);
        }
        assert_true(comp_mlp_bytes(&built) == comp_mlp_bytes(&loaded));
        assert_true(comp_mlp_bytes(&built) < m.weights.floats * sizeof(float));
        comp_mlp_finish(&built), comp_mlp_finish(&loaded);
        comp_masks_finish(&masks);
        net_finish(&m);
    }
    remove(file(".safetensors"));
}

// --- Smaller networks ---

// A filter whose weights and bias are zero gives zeros, so a network without it gives the same logits.
TEST(a_network_without_its_dead_filters_is_the_same_network)
{
    static float right[PICTURES * CLASSES], got[PICTURES * CLASSES];
    static const int keep[] = {20, 22, CLASSES};
    net m, smaller;
    make_net(&m, "cnn");
    parameter *w = &m.weights.list[m.layers[0].weight];
    const int out = w->shape[w->dims - 1], dead = out - keep[0];
    for (int j = 0; j < dead; j++) {
        const int gone = 3 + 2 * j; // neither the first nor the last ones
        for (size_t p = 0; p < w->count / (size_t)out; p++)
            w->value[p * (size_t)out + (size_t)gone % (size_t)out] = 0;
        w[1].value[gone % out] = 0;
    }
    assert_status(net_forward(&m, right, pictures, PICTURES), TT_OK);
    assert_status(comp_smaller(&smaller, &m, keep), TT_OK);
    assert_int_equal(smaller.layers[0].co, keep[0]);
    assert_true(smaller.weights.floats < m.weights.floats);
    assert_status(net_forward(&smaller, got, pictures, PICTURES), TT_OK);
    assert_close(got, right, PICTURES * CLASSES, 1e-4);
    net_finish(&m), net_finish(&smaller);
}

// --- Recipes ---

// Stops a run in the middle, as a kill would.
static void stop(void *caller, const train_progress *p)
{
    if (caller && p->step == *(const long *)caller) _exit(0);
}

static void make(const char *out, long steps, const long *stop_at, bool resume)
{
    comp_recipe short_one = *comp_recipe_find("mlp-90");
    short_one.ramp = 60; // masks change at 25, 50 and 60
    const comp_making how = {.out = out,
                             .steps = steps,
                             .seed = 5,
                             .save_every = 0,
                             .resume = resume,
                             .report = stop,
                             .caller = (void *)stop_at};
    backend_use(&backend_blas);
    assert_status(comp_make(&short_one, &how, NULL), TT_OK);
}

static void in_a_process(const char *out, long steps, long stop_at)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) make(out, steps, &stop_at, false), _exit(1);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(killed_and_resumed_ends_with_the_same_bits)
{
    enum { STEPS = 64 };
    net once, again;
    safetensors f = {0};
    make(file(".once"), STEPS, NULL, false);
    in_a_process(file(".again"), STEPS, 40); // between two masks
    make(file(".again"), STEPS, NULL, true);
    assert_status(net_load(&once, "mlp", TT_WEIGHTS "/mlp.safetensors"), TT_OK);
    assert_status(net_load(&again, "mlp", TT_WEIGHTS "/mlp.safetensors"), TT_OK);
    assert_status(comp_file_load(&once.weights, file(".once")), TT_OK);
    assert_status(comp_file_load(&again.weights, file(".again")), TT_OK);
    assert_memory_equal(once.weights.values, again.weights.values, once.weights.floats * sizeof(float));

    size_t gone = 0, all = 0;
    for (int i = 0; i < once.weights.count; i++) {
        const parameter *p = &once.weights.list[i];
        if (!p->decays) continue;
        all += p->count;
        for (size_t j = 0; j < p->count; j++) gone += p->value[j] == 0;
    }
    assert_int_equal(gone, prune_gone(all, 0.9)); // exactly, after steps with momentum and decay
    assert_status(safetensors_read(&f, file(".again")), TT_OK);
    assert_string_equal(safetensors_meta(&f, "recipe"), "mlp-90");
    safetensors_finish(&f);
    net_finish(&once), net_finish(&again);
    remove(file(".once")), remove(file(".again")), remove(file(".once.jsonl")), remove(file(".again.jsonl"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_loaded_has_the_same_weights),
        cmocka_unit_test(what_does_not_fit_is_refused_and_changes_nothing),
        cmocka_unit_test(sparse_gives_the_dense_networks_logits),
        cmocka_unit_test(a_network_without_its_dead_filters_is_the_same_network),
        cmocka_unit_test(killed_and_resumed_ends_with_the_same_bits),
    };
    return run_tests(tests);
}
