// test_qmodel.c: the reference's network of bytes: saved, damaged, and compared with the float one.
#include "tests/check.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ops/backend.h"
#include "nn/evaluate.h"
#include "core/rng.h"
#include "study.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { SIDE = 12, PICTURES = 20, CLASSES = 10 };

// --- A small network with random weights, and its bytes ---

static uint8_t pixels[PICTURES * SIDE * SIDE];

static const char *file(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/test_qmodel_%d.safetensors", (int)getpid());
    return path;
}

static void make_net(net *m, const char *model)
{
    tt_rng rng = {7};
    backend_use(&backend_blas);
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)rng_below(&rng, 256);
    assert_status(!strcmp(model, "cnn") ? cnn_create(m, SIDE, SIDE, 1, CLASSES, 3)
                                        : mlp_create(m, SIDE, SIDE, 1, CLASSES, 3),
                  TT_OK);
}

static void make_bytes(qmodel *q, const char *model, int top, bool per_channel)
{
    net m;
    qmodel_ranges r;
    make_net(&m, model);
    assert_status(qmodel_calibrate(&r, &m, pixels, PICTURES, CALIBRATE_MINMAX, 1, top), TT_OK);
    assert_status(qmodel_create(q, model, &m, &r, top, per_channel), TT_OK);
    net_finish(&m);
}

// --- Save and load ---

TEST(what_is_loaded_gives_the_same_logits)
{
    static const char *const models[] = {"cnn", "mlp"};
    for (int i = 0; i < 8; i++) {
        qmodel q, loaded;
        float logits[2][PICTURES * CLASSES];
        make_bytes(&q, models[i % 2], i & 2 ? 127 : 255, i & 4);
        assert_status(qmodel_save(&q, file()), TT_OK);
        assert_status(qmodel_load(&loaded, file()), TT_OK);
        assert_status(qmodel_run(&q, logits[0], pixels, PICTURES), TT_OK);
        for (int path = 0; path < QUANT_PATHS; path++) {
            if (!quant_path_here((quant_path)path) || (path == QUANT_7BIT && q.top > 127)) continue;
            loaded.path = (quant_path)path;
            assert_status(qmodel_run(&loaded, logits[1], pixels, PICTURES), TT_OK);
            assert_memory_equal(logits[0], logits[1], sizeof logits[0]);
        }
        assert_int_equal(qmodel_bytes(&q), qmodel_bytes(&loaded));
        qmodel_finish(&q), qmodel_finish(&loaded);
    }
    remove(file());
}

// --- Damage ---

static char *read_all(size_t *bytes)
{
    FILE *f = fopen(file(), "rb");
    assert_non_null(f);
    char *all = malloc(1 << 20);
    assert_non_null(all);
    *bytes = fread(all, 1, 1 << 20, f);
    fclose(f);
    assert_true(*bytes > 1000 && *bytes < 1 << 20);
    return all;
}

static void write_all(const char *all, size_t bytes)
{
    FILE *f = fopen(file(), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(all, 1, bytes, f), bytes);
    fclose(f);
}

// Refused with a message, and the model unchanged.
static void assert_refused(const char *what)
{
    qmodel q, before;
    memset(&q, 0x5a, sizeof q), memset(&before, 0x5a, sizeof before);
    tt_fail(TT_OK, "no sentence");
    const tt_status status = qmodel_load(&q, file());
    if (status != TT_BAD_FILE || !strcmp(tt_error(), "no sentence"))
        fail_msg("%s: %s, %s", what, tt_status_text(status), tt_error());
    assert_memory_equal(&q, &before, sizeof q);
}

TEST(truncated_files_are_refused)
{
    qmodel q;
    size_t bytes;
    char what[64];
    make_bytes(&q, "cnn", 255, true);
    assert_status(qmodel_save(&q, file()), TT_OK);
    char *all = read_all(&bytes);
    for (size_t keep = 0; keep < bytes; keep += keep < 2048 ? 7 : bytes / 50) {
        write_all(all, keep);
        snprintf(what, sizeof what, "%zu of %zu bytes", keep, bytes);
        assert_refused(what);
    }
    qmodel_finish(&q), free(all), remove(file());
}

// A byte of the header changed: it is refused, or gives a model that runs.
TEST(damaged_headers_do_no_harm)
{
    qmodel q;
    size_t bytes;
    uint64_t header;
    int refused = 0;
    make_bytes(&q, "cnn", 255, true);
    assert_status(qmodel_save(&q, file()), TT_OK);
    qmodel_finish(&q);
    char *all = read_all(&bytes);
    memcpy(&header, all, sizeof header);
    for (size_t at = 0; at < header + 8; at += 3) {
        static const char others[] = "09 \"a";
        const char was = all[at];
        all[at] = others[at % 5];
        write_all(all, bytes);
        all[at] = was;
        const tt_status status = qmodel_load(&q, file());
        refused += status != TT_OK;
        if (status != TT_OK) continue;
        float *logits = malloc(sizeof(float) * (size_t)q.classes);
        uint8_t *picture = calloc(1, quant_layer_in(&q.layers[0]));
        assert_true(logits && picture);
        assert_status(qmodel_run(&q, logits, picture, 1), TT_OK);
        free(logits), free(picture), qmodel_finish(&q);
    }
    assert_true(refused > 100);
    free(all), remove(file());
}

// One thing wrong in an otherwise valid file: in its metadata, or in an array.
static const struct {
    const char *what, *key, *value; // key, value: an entry of the metadata with a wrong value, or NULL
    const char *array;              // or the name of a wrong array,
    int number;                     // and its wrong first number,
    bool missing;                   // or true if the array is left out
} wrongs[] = {
    {"a float model", "model", "cnn", NULL, 0, false},
    {"no model", "model", "", NULL, 0, false},
    {"no sizes", "input", "twelve", NULL, 0, false},
    {"pictures of another size", "input", "16 16 1", NULL, 0, false},
    {"pictures of nothing", "input", "0 12 1", NULL, 0, false},
    {"pictures too large", "input", "99999 99999 1", NULL, 0, false},
    {"a top of 100", "top", "100", NULL, 0, false},
    {"no layers", "layers", "", NULL, 0, false},
    {"an unknown layer", "layers", "conv relu pool conv relu pool attention relu linear", NULL, 0, false},
    {"a relu before all", "layers", "relu conv relu pool conv relu pool conv relu linear", NULL, 0, false},
    {"a relu at the end", "layers", "conv relu pool conv relu pool conv relu linear relu", NULL, 0, false},
    {"a layer less", "layers", "conv relu pool conv relu pool linear", NULL, 0, false},
    {"pools without end", "layers", "conv relu pool conv relu pool conv relu pool pool pool pool linear",
     NULL, 0, false},
    {"too many layers", "layers",
     "pool pool pool pool pool pool pool pool pool pool pool pool pool pool pool pool pool", NULL, 0, false},
    {"no weights", NULL, NULL, "conv1.weight", 0, true},
    {"no scales", NULL, NULL, "conv1.scale", 0, true},
    {"no bias", NULL, NULL, "linear3.bias", 0, true},
    {"no zero points", NULL, NULL, "activations.zero_point", 0, true},
    {"a scale of 0", NULL, NULL, "conv1.scale", 0, false},
    {"a negative scale", NULL, NULL, "conv1.scale", (int)0xbf800000, false},
    {"a scale of NaN", NULL, NULL, "conv0.scale", 0x7fc00000, false},
    {"an infinite scale of activations", NULL, NULL, "activations.scale", 0x7f800000, false},
    {"scales too far apart", NULL, NULL, "activations.scale", 0x7f7fffff, false},
    {"a bias past 2^30", NULL, NULL, "conv2.bias", INT32_MIN, false},
};

static void write_wrong(const safetensors *st, int row)
{
    safetensors_tensor tensors[32];
    safetensors_pair pairs[8];
    char changed[4096];
    int count = 0;
    for (int i = 0; i < st->count; i++) {
        tensors[count] = st->tensors[i];
        if (wrongs[row].array && !strcmp(tensors[count].name, wrongs[row].array)) {
            if (wrongs[row].missing) continue;
            assert_true(tensors[count].bytes <= sizeof changed);
            memcpy(changed, tensors[count].data, tensors[count].bytes);
            memcpy(changed, &wrongs[row].number, sizeof(int));
            tensors[count].data = changed;
        }
        count++;
    }
    for (int i = 0; i < st->pair_count; i++) {
        pairs[i] = st->pairs[i];
        if (wrongs[row].key && !strcmp(pairs[i].key, wrongs[row].key)) pairs[i].value = wrongs[row].value;
    }
    assert_status(safetensors_write(file(), tensors, count, pairs, st->pair_count), TT_OK);
}

TEST(false_files_are_refused)
{
    qmodel q;
    make_bytes(&q, "cnn", 255, true);
    for (int row = 0; row < COUNT(wrongs); row++) {
        safetensors st = {0};
        assert_status(qmodel_save(&q, file()), TT_OK);
        assert_status(safetensors_read(&st, file()), TT_OK);
        write_wrong(&st, row);
        assert_refused(wrongs[row].what);
        safetensors_finish(&st);
    }
    qmodel_finish(&q), remove(file());
}

// The pool would be given the activations behind the last ones: past the file's end, which a sanitizer sees.
TEST(a_pool_at_the_end_is_refused)
{
    const int8_t weights[9] = {1};
    const float scale = 0.5f;
    const int32_t bias = 0;
    const uint8_t zero = 0;
    const safetensors_tensor tensors[] = {
        {"conv0.weight", SAFETENSORS_I8, 4, {3, 3, 1, 1}, weights, sizeof weights},
        {"conv0.scale", SAFETENSORS_F32, 1, {1}, &scale, sizeof scale},
        {"conv0.bias", SAFETENSORS_I32, 1, {1}, &bias, sizeof bias},
        {"activations.scale", SAFETENSORS_F32, 1, {1}, &scale, sizeof scale},
        {"activations.zero_point", SAFETENSORS_U8, 1, {1}, &zero, sizeof zero},
    };
    const safetensors_pair pairs[] = {
        {"model", "cnn int8"}, {"input", "4 4 1"}, {"top", "255"}, {"layers", "conv pool"}};
    assert_status(safetensors_write(file(), tensors, COUNT(tensors), pairs, COUNT(pairs)), TT_OK);
    assert_refused("a pool at the end");
    assert_non_null(strstr(tt_error(), "its last layer is not linear"));
    remove(file());
}

TEST(what_cannot_be_done_is_said)
{
    const net_row odd[] = {{.kind = NET_CONV, .out = 4, .window = 5, .stride = 1, .pad = 2},
                           {.kind = NET_LINEAR, .out = 3}};
    const net_row open[] = {{.kind = NET_CONV, .out = 4, .window = 3, .stride = 1, .pad = 1}};
    net m;
    qmodel q;
    qmodel_ranges r;
    make_net(&m, "mlp");
    assert_status(qmodel_calibrate(&r, &m, pixels, 0, CALIBRATE_MINMAX, 1, 255), TT_BAD_VALUE);
    assert_status(qmodel_calibrate(&r, &m, pixels, 2, CALIBRATE_PERCENTILE, 0.2, 255), TT_BAD_VALUE);
    assert_status(qmodel_calibrate(&r, &m, pixels, 2, CALIBRATE_MINMAX, 1, 200), TT_BAD_VALUE);
    net_finish(&m);
    for (int i = 0; i < 2; i++) {
        assert_status(net_create(&m, SIDE, SIDE, 1, i ? open : odd, i ? 1 : 2, 1), TT_OK);
        assert_status(qmodel_calibrate(&r, &m, pixels, 2, CALIBRATE_MINMAX, 1, 255), TT_OK);
        assert_status(qmodel_create(&q, "cnn", &m, &r, 255, true), TT_BAD_SHAPE);
        net_finish(&m);
    }
    make_bytes(&q, "mlp", 255, true);
    assert_status(qmodel_save(&q, "/nowhere/at/all.safetensors"), TT_BAD_FILE);
    assert_status(qmodel_load(&q, "/nowhere/at/all.safetensors"), TT_BAD_FILE);
    qmodel_finish(&q);
    qmodel_finish(&q), qmodel_finish(NULL);
}

// --- Calibration ---

TEST(least_error_gives_up_a_lone_outlier)
{
    uint64_t bins[1000] = {0};
    quant_histogram h = {0, 10, COUNT(bins), bins};
    for (int b = 0; b < COUNT(bins); b++) bins[b] = 100;
    assert_true(qmodel_least_error(&h, 255) > 9.9f);
    for (int b = 0; b < COUNT(bins); b++) bins[b] = b < 100 ? 1000000 : b == 999;
    assert_true(qmodel_least_error(&h, 255) < 5);
}

TEST(ranges_of_a_method_lie_within_those_of_minmax)
{
    net m;
    qmodel_ranges r[CALIBRATE_METHODS];
    make_net(&m, "cnn");
    for (int i = 0; i < CALIBRATE_METHODS; i++)
        assert_status(qmodel_calibrate(&r[i], &m, pixels, PICTURES, (calibrate_method)i, 0.99, 255), TT_OK);
    bool narrower = false;
    for (int i = 1; i < CALIBRATE_METHODS; i++)
        for (int l = 0; l < m.count; l++) {
            assert_true(r[i].low[l] >= r[0].low[l] && r[i].high[l] <= r[0].high[l] * 1.00001f);
            narrower |= r[i].high[l] < 0.95f * r[0].high[l];
        }
    assert_true(narrower);
    net_finish(&m);
}

// --- The course's models on the whole real test set ---

static void check_trained(const char *model)
{
    study s;
    qmodel q;
    double accuracy = 0, agreement = 0;
    char path[512];
    assert_status(quant_study_create(&s, model, PART_TEST, INT_MAX), TT_OK);
    snprintf(path, sizeof path, "%s/%s.safetensors", TT_WEIGHTS, model);
    for (int top = 127; top <= 255; top += 128) {
        assert_status(quant_study_quantize(&s, &q, 256, CALIBRATE_PERCENTILE, 0.9999, top, true), TT_OK);
        assert_status(quant_study_score_bytes(&s, &q, &accuracy, &agreement), TT_OK);
        print_message("%s, bytes to %d: %.2f %% right, %.2f %% in floats; %.2f %% the same\n", model, top,
                      accuracy, s.accuracy, agreement);
        assert_true(accuracy >= s.accuracy - 0.5 && agreement >= 98);
        assert_true((double)qmodel_bytes(&q) <= 0.27 * (double)qmodel_float_bytes(&s.net));
        assert_status(qmodel_save(&q, file()), TT_OK);
        assert_true(quant_study_file_bytes(file()) <= 0.27 * quant_study_file_bytes(path));
        qmodel_finish(&q);
    }
    quant_study_finish(&s), remove(file());
}

TEST(trained_mlp) { check_trained("mlp"); }
TEST(trained_cnn_at_length) { check_trained("cnn"); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_loaded_gives_the_same_logits),
        cmocka_unit_test(truncated_files_are_refused),
        cmocka_unit_test(damaged_headers_do_no_harm),
        cmocka_unit_test(false_files_are_refused),
        cmocka_unit_test(a_pool_at_the_end_is_refused),
        cmocka_unit_test(what_cannot_be_done_is_said),
        cmocka_unit_test(least_error_gives_up_a_lone_outlier),
        cmocka_unit_test(ranges_of_a_method_lie_within_those_of_minmax),
        cmocka_unit_test(trained_mlp),
        cmocka_unit_test(trained_cnn_at_length),
    };
    return run_tests(tests);
}
