// test_combinations.c: every sensible combination of every model gives what its parts promise, in any order of switching,
// in two threads at once, and leaves nothing behind.
#include "tests/check.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "17_compression/given/sparse_file.h"
#include "core/rng.h"
#include "data/fashion.h"
#include "nn/models.h"
#include "ops/backend.h"
#include "pictures.h"
#include "transformer.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { TOKENS = 24, PROMPT = 13, ALL = 1 << COURSE_PARTS, SWITCHES = 24, ROUNDS = 6 };

static const char prompt[] = "And God said, Let there be light: and there was light.";
static int text[sizeof prompt], vocab;

static bool is_sensible(const char *model, unsigned parts) { return course_check(model, parts) == TT_OK; }

// The prompt as ids of the trained model.
static void fill_text(void)
{
    unsigned char alphabet[256];
    assert_status(gpt_load_vocabulary(alphabet, &vocab, TT_WEIGHTS "/gpt.safetensors"), TT_OK);
    for (size_t t = 0; t + 1 < sizeof prompt; t++)
        for (int id = 0; id < vocab; id++)
            if (alphabet[id] == (unsigned char)prompt[t]) text[t] = id;
}

static course_gpt *make_gpt(void)
{
    course_gpt *g = course_gpt_create(COURSE_192);
    if (!g) fail_msg("no transformer: %s", tt_error());
    return g;
}

// A prompt, a token, and a block behind both. -> logits (TOKENS, vocab)
static tt_status forward(course_gpt *g, float *logits)
{
    tt_status status = course_gpt_forward(g, logits, text, 0, PROMPT);
    if (status == TT_OK) status = course_gpt_forward(g, logits + PROMPT * vocab, text, PROMPT, PROMPT + 1);
    return status == TT_OK ? course_gpt_forward(g, logits + (PROMPT + 1) * vocab, text, PROMPT + 1, TOKENS)
                           : status;
}

// How far two roads to the same logits may be apart. Floats: sums of up to 768 in another order move by about 8
// sqrt(768) 2^-24 of what is summed, and some thirty sums follow each other. Bytes: an activation that lies between two
// steps may be rounded to the other one, after which a few logits move by a thousandth of the largest; a wrong scale or
// zero point moves all of them by tenths. So the root of the mean square counts, not the largest.
static void assert_same(const float *got, const float *want, size_t count, unsigned parts)
{
    char name[COURSE_NAME];
    double off = 0, whole = 0;
    for (size_t i = 0; i < count; i++) {
        const double d = (double)got[i] - (double)want[i];
        off += d * d, whole += (double)want[i] * (double)want[i];
    }
    const double share = sqrt(off / whole), allowed = parts & COURSE_INT8 ? 5e-3 : 1e-5;
    if (!(share <= allowed))
        fail_msg("%s: differs by %.3g, allowed %.3g", course_name(name, parts), share, allowed);
}

static void use_and_check(course_gpt *g, unsigned parts, const float *right)
{
    float logits[TOKENS * 128];
    const tt_backend *before = backend;
    assert_status(course_gpt_use(g, parts), TT_OK);
    assert_int_equal(course_gpt_parts(g), course_present(parts));
    assert_status(forward(g, logits), TT_OK);
    assert_same(logits, right, (size_t)TOKENS * (size_t)vocab, course_gpt_parts(g));
    assert_ptr_equal(backend, before);
}

static float right[ALL][TOKENS * 128]; // by course_gpt_right, for each combination

TEST(transformer_in_any_order)
{
    course_gpt *g = make_gpt();
    for (unsigned parts = 0; parts < ALL; parts++) {
        if (!is_sensible("gpt", parts)) continue;
        assert_status(course_gpt_use(g, parts), TT_OK);
        assert_status(course_gpt_right(g, right[parts], text, 0, TOKENS), TT_OK);
    }
    // What is promised with bytes, and with zeros, is not what is promised without.
    const size_t floats = (size_t)TOKENS * (size_t)vocab * sizeof(float);
    assert_int_equal(!memcmp(right[0], right[COURSE_INT8], floats), !course_present(COURSE_INT8));
    assert_int_equal(!memcmp(right[0], right[COURSE_PRUNING], floats), !course_present(COURSE_PRUNING));
    assert_memory_equal(right[0], right[COURSE_ACCELERATION | COURSE_CACHE], floats);

    for (unsigned parts = 0; parts < ALL; parts++)
        if (is_sensible("gpt", parts)) use_and_check(g, parts, right[parts]);
    tt_rng rng = {16};
    for (int i = 0; i < SWITCHES; i++) {
        const unsigned parts =
            (unsigned)rng_below(&rng, ALL) | COURSE_ACCELERATION; // the textbook's loops take long
        if (is_sensible("gpt", parts)) use_and_check(g, parts, right[parts]);
    }
    course_gpt_finish(g);
}

TEST(refused_by_name_and_nothing_changes)
{
    float logits[TOKENS * 128];
    course_gpt *g = make_gpt();
    assert_status(course_gpt_use(g, COURSE_ACCELERATION | COURSE_CACHE), TT_OK);
    for (unsigned parts = 0; parts < 2 * ALL; parts++) {
        if (is_sensible("gpt", parts)) continue;
        assert_status(course_gpt_use(g, parts), TT_BAD_VALUE);
        assert_non_null(strstr(tt_error(), "gpt"));
    }
    assert_int_equal(course_gpt_parts(g), course_present(COURSE_ACCELERATION | COURSE_CACHE));
    assert_status(forward(g, logits), TT_OK);
    assert_same(logits, right[0], (size_t)TOKENS * (size_t)vocab, 0);
    course_gpt_finish(g);
    assert_status(course_gpt_use(NULL, 0), TT_BAD_VALUE);
    course_gpt_finish(NULL);
}

TEST(bad_calls_change_nothing)
{
    float logits[TOKENS * 128], before[TOKENS * 128];
    course_gpt *g = make_gpt();
    const int context = course_gpt_weights(g)->config.context;
    int *wrong = calloc((size_t)context + 1, sizeof *wrong);
    assert_non_null(wrong);
    wrong[3] = vocab;
    for (unsigned parts = COURSE_ACCELERATION; parts < ALL; parts += COURSE_CACHE) {
        assert_status(course_gpt_use(g, parts), TT_OK);
        memset(logits, 0x5a, sizeof logits), memcpy(before, logits, sizeof logits);
        assert_status(course_gpt_forward(g, logits, text, 5, 5), TT_BAD_SHAPE);
        assert_status(course_gpt_forward(g, logits, text, -1, 5), TT_BAD_SHAPE);
        assert_status(course_gpt_forward(g, logits, wrong, context, context + 1), TT_BAD_SHAPE);
        assert_status(course_gpt_forward(g, logits, NULL, 0, 5), TT_BAD_VALUE);
        assert_status(course_gpt_forward(g, logits, wrong, 0, 5), TT_BAD_VALUE);
        assert_memory_equal(logits, before, sizeof logits);
        assert_status(forward(g, logits), TT_OK); // a text of another beginning in the cache is forgotten
        assert_same(logits, right[0], (size_t)TOKENS * (size_t)vocab, 0);
    }
    free(wrong);
    course_gpt_finish(g);
}

TEST(every_token_written_is_the_likeliest)
{
    float logits[sizeof prompt * 128];
    course_gpt *g = make_gpt();
    for (unsigned parts = COURSE_ACCELERATION; parts < ALL; parts += 2) {
        int ids[sizeof prompt];
        if (!is_sensible("gpt", parts)) continue;
        memcpy(ids, text, sizeof ids);
        assert_status(course_gpt_use(g, parts), TT_OK);
        assert_status(course_gpt_write(g, ids, PROMPT, (int)sizeof prompt - 1 - PROMPT), TT_OK);
        assert_status(course_gpt_right(g, logits, ids, 0, (int)sizeof prompt - 1), TT_OK);
        for (int t = PROMPT; t < (int)sizeof prompt - 1; t++) {
            int best;
            const float *row = logits + (size_t)(t - 1) * (size_t)vocab;
            models_predict(&best, row, 1, vocab);
            assert_true(row[ids[t]] > row[best] - 0.1f); // a tie within a step of the bytes may go either way
        }
    }
    course_gpt_finish(g);
}

// --- The observer ---

typedef struct {
    int enters, exits, depth;
    long long macs;
} counted;

static void count_enter(void *state, const nn_event *e)
{
    counted *c = state;
    c->enters++, c->depth++, c->macs += e->macs;
}

static void count_exit(void *state, const nn_event *e, tt_status status)
{
    counted *c = state;
    (void)e;
    assert_int_equal(status, TT_OK);
    c->exits++, c->depth--;
}

TEST(the_observer_sees_every_combination_and_is_gone_afterwards)
{
    float logits[TOKENS * 128];
    course_gpt *g = make_gpt();
    const int layers = course_gpt_weights(g)->config.layers;
    for (unsigned parts = COURSE_ACCELERATION; parts < ALL; parts += 2) {
        counted c = {0};
        const nn_observer observer = {&c, count_enter, count_exit};
        if (!is_sensible("gpt", parts)) continue;
        course_gpt_observe(g, &observer);
        assert_status(course_gpt_use(g, parts), TT_OK);
        assert_status(course_gpt_forward(g, logits, text, 0, TOKENS), TT_OK);
        assert_true(c.enters > 9 * layers);
        assert_int_equal(c.enters, c.exits);
        assert_int_equal(c.depth, 0);
        assert_true(c.macs == gpt_macs(course_gpt_weights(g), TOKENS, 0));
        course_gpt_observe(g, NULL);
        assert_status(course_gpt_use(g, parts), TT_OK);
        assert_status(course_gpt_forward(g, logits, text, 0, TOKENS), TT_OK);
        assert_int_equal(c.enters, c.exits);
        assert_true(c.macs == gpt_macs(course_gpt_weights(g), TOKENS, 0));
    }
    course_gpt_finish(g);
}

// --- Two threads ---

typedef struct {
    unsigned parts;
    course_gpt *g;
    float *first; // (TOKENS, vocab)
    int rounds, different;
} thread_job;

static void *repeat(void *state)
{
    thread_job *job = state;
    float logits[TOKENS * 128];
    for (int i = 0; i < job->rounds; i++) {
        const bool good = course_gpt_use(job->g, job->parts) == TT_OK && forward(job->g, logits) == TT_OK;
        job->different +=
            !good || memcmp(logits, job->first, (size_t)TOKENS * (size_t)vocab * sizeof *logits) != 0;
    }
    return NULL;
}

TEST(two_threads_at_once)
{
    static float first[2][TOKENS * 128];
    course_gpt *g[2] = {make_gpt(), make_gpt()};
    for (unsigned parts = COURSE_ACCELERATION; parts < ALL; parts += 2) {
        thread_job jobs[2];
        pthread_t other;
        for (int i = 0; i < 2;
             i++) { // each combination beside each of its neighbours, which has another product
            const unsigned its = i == 0 ? parts : (parts ^ COURSE_CACHE);
            jobs[i] = (thread_job){.parts = its, .g = g[i], .first = first[i], .rounds = ROUNDS};
            if (!is_sensible("gpt", its)) break;
            assert_status(course_gpt_use(g[i], its), TT_OK);
            assert_status(forward(g[i], first[i]), TT_OK);
        }
        if (!is_sensible("gpt", parts)) continue;
        assert_int_equal(pthread_create(&other, NULL, repeat, &jobs[1]), 0);
        repeat(&jobs[0]);
        assert_int_equal(pthread_join(other, NULL), 0);
        assert_int_equal(jobs[0].different + jobs[1].different, 0);
    }
    course_gpt_finish(g[0]), course_gpt_finish(g[1]);
}

// --- MLP and CNN ---

enum { PICTURES = 200, CALIBRATED = 256, CLASSES = FASHION_CLASSES };

// What a network of pictures promises without a module's function: the floats, the zeros of the file or its filters.
static void right_floats(float *logits, const char *model, unsigned parts, const unsigned char *pixels)
{
    net m = {0};
    static float input[PICTURES * FASHION_PIXELS];
    const bool pruned = course_present(parts) & COURSE_PRUNING, cnn = strcmp(model, "cnn") == 0;
    const tt_backend *before = backend;
    assert_status(net_load(&m, model,
                           cnn && pruned ? TT_WEIGHTS "/compressed/cnn-half.safetensors"
                           : cnn         ? TT_WEIGHTS "/cnn.safetensors"
                                         : TT_WEIGHTS "/mlp.safetensors"),
                  TT_OK);
    if (pruned && !cnn)
        assert_status(comp_file_load(&m.weights, TT_WEIGHTS "/compressed/mlp-blocks-90.safetensors"), TT_OK);
    models_pixels(input, pixels, PICTURES * FASHION_PIXELS);
    backend_use(&backend_blas);
    assert_status(net_forward(&m, logits, input, PICTURES), TT_OK);
    backend_use(before);
    net_finish(&m);
}

TEST(networks_of_pictures_in_any_order)
{
    static float logits[PICTURES * CLASSES], floats[PICTURES * CLASSES];
    fashion_set train = {0}, test = {0};
    assert_status(fashion_load(&train, PART_TRAIN), TT_OK);
    assert_status(fashion_load(&test, PART_TEST), TT_OK);
    for (int i = 0; i < 2; i++) {
        const char *model = course_models[i].model;
        course_net *n = course_net_create(model, train.images, CALIBRATED);
        assert_non_null(n);
        tt_rng rng = {16};
        for (int turn = 0; turn < SWITCHES; turn++) {
            const unsigned parts =
                turn < 8 ? (unsigned)turn : (unsigned)rng_below(&rng, 8) | COURSE_ACCELERATION;
            const tt_backend *before = backend;
            const tt_status status = course_net_use(n, parts);
            assert_int_equal(status, is_sensible(model, parts) ? TT_OK : TT_BAD_VALUE);
            if (status != TT_OK) continue;
            assert_int_equal(course_net_parts(n), course_present(parts));
            right_floats(floats, model, parts, test.images);
            assert_status(course_net_forward(n, logits, test.images, PICTURES), TT_OK);
            assert_ptr_equal(backend, before);
            int same[2][PICTURES], agree = 0;
            models_predict(same[0], logits, PICTURES, CLASSES),
                models_predict(same[1], floats, PICTURES, CLASSES);
            for (int p = 0; p < PICTURES; p++) agree += same[0][p] == same[1][p];
            // Bytes decide near ties otherwise; floats only if they are closer than rounding.
            assert_in_range(agree, course_net_parts(n) & COURSE_INT8 ? 95 * PICTURES / 100 : PICTURES - 1,
                            PICTURES);
            if (!(course_net_parts(n) & COURSE_INT8))
                assert_same(logits, floats, PICTURES * CLASSES, course_net_parts(n));
        }
        assert_status(course_net_forward(n, NULL, test.images, 1), TT_BAD_VALUE);
        assert_status(course_net_forward(n, logits, test.images, -1), TT_BAD_VALUE);
        course_net_finish(n);
    }
    assert_null(course_net_create("gpt", train.images, CALIBRATED));
    assert_null(course_net_create("mlp", NULL, CALIBRATED));
    course_net_finish(NULL);
    fashion_finish(&train), fashion_finish(&test);
}

int main(void)
{
    if (course_open(COURSE_BOTH) != TT_OK) return 1;
    fill_text();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transformer_in_any_order),
        cmocka_unit_test(refused_by_name_and_nothing_changes),
        cmocka_unit_test(bad_calls_change_nothing),
        cmocka_unit_test(every_token_written_is_the_likeliest),
        cmocka_unit_test(the_observer_sees_every_combination_and_is_gone_afterwards),
        cmocka_unit_test(two_threads_at_once),
        cmocka_unit_test(networks_of_pictures_in_any_order),
    };
    return run_tests(tests);
}
