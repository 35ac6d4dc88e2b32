// test_weights.c: the weights that ship, on the real test sets, against what their files say of themselves.
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../backend.h"
#include "../fashion.h"
#include "../nn/layers.h"
#include "../nn/models.h"
#include "../text.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

// datasets/weights, from where this file is; WEIGHTS if that is set.
static const char *shipped(const char *name)
{
    static char path[1024];
    const char *own = getenv("WEIGHTS"), *slash = strrchr(__FILE__, '/');
    if (own && *own) snprintf(path, sizeof path, "%s/%s", own, name);
    else
        snprintf(path, sizeof path, "%.*s/../../datasets/weights/%s", slash ? (int)(slash - __FILE__) : 1,
                 slash ? __FILE__ : ".", name);
    if (access(path, R_OK) != 0) fail_msg("%s is not there", path);
    return path;
}

static double noted(const char *path, const char *key)
{
    safetensors file;
    assert_status(safetensors_read(&file, path), TT_OK);
    const char *value = safetensors_meta(&file, key);
    double number = value ? atof(value) : NAN;
    safetensors_finish(&file);
    return number;
}

// Loss and accuracy on the whole real test set, as the file says, and at least what the course asks for.
// Rounding differs between builds: one picture in a thousand may change sides.
static void check_shipped_net(const char *model, const char *name, double least)
{
    enum { BATCH = 250 };
    const char *path = shipped(name);
    net m;
    fashion_set set;
    double sum = 0;
    int all = 0, labels[BATCH];
    float *x = tensor_alloc(BATCH * FASHION_PIXELS), logits[BATCH * 10];
    assert_status(net_load(&m, model, path), TT_OK);
    assert_int_equal(unsetenv("DATA_DIR"), 0);
    assert_status(fashion_load(&set, false), TT_OK);
    for (int first = 0; first < set.count; first += BATCH) {
        double loss;
        int right;
        models_pixels(x, set.images + (size_t)first * FASHION_PIXELS, BATCH * FASHION_PIXELS);
        for (int i = 0; i < BATCH; i++) labels[i] = set.labels[first + i];
        assert_status(net_forward(&m, logits, x, BATCH), TT_OK);
        assert_status(nn_cross_entropy(&loss, &right, NULL, logits, labels, BATCH, 10), TT_OK);
        sum += loss * BATCH, all += right;
    }
    double accuracy = all / 10000.0, loss = sum / 10000;
    print_message("%s: accuracy %.4f, loss %.4f\n", model, accuracy, loss);
    assert_true(accuracy >= least);
    assert_true(fabs(accuracy - noted(path, "accuracy")) <= 0.001);
    assert_true(fabs(loss - noted(path, "loss")) <= 0.001);
    fashion_finish(&set);
    net_finish(&m);
    free(x);
}

TEST(shipped_mlp) { check_shipped_net("mlp", "mlp.safetensors", 0.89); }
TEST(shipped_cnn) { check_shipped_net("cnn", "cnn.safetensors", 0.92); }

// A quarter of the test part; it cannot be far from all of it, which took training's last minute.
TEST(shipped_gpt)
{
    const char *path = shipped("gpt.safetensors");
    enum { WINDOW = MODELS_CONTEXT + 1 };
    gpt m;
    text_corpus text;
    text_split split;
    unsigned char bytes[256];
    int count, ids[WINDOW];
    double sum = 0;
    assert_int_equal(unsetenv("TEXT"), 0);
    if (text_load(&text) != TT_OK) {
        print_message("%s: not tested\n", tt_error());
        skip();
    }
    assert_status(gpt_load(&m, path), TT_OK);
    assert_status(gpt_load_vocabulary(bytes, &count, path), TT_OK);
    assert_int_equal(count, text.vocab);
    assert_memory_equal(bytes, text.alphabet, (size_t)count);
    assert_status(text_split_make(&split, text.count, (unsigned long long)noted(path, "seed")), TT_OK);
    float *logits = tensor_alloc((size_t)MODELS_CONTEXT * text.vocab);
    size_t windows = text_window_count(&split, TEXT_TEST, WINDOW), used = 0;
    for (size_t i = 0; i < windows; i += 16, used++) {
        size_t start;
        double loss;
        assert_status(text_window(&start, &split, TEXT_TEST, WINDOW, i), TT_OK);
        assert_status(text_ids(ids, &text, text.bytes + start, WINDOW), TT_OK);
        assert_status(gpt_forward(&m, logits, ids, MODELS_CONTEXT, NULL), TT_OK);
        assert_status(nn_cross_entropy(&loss, NULL, NULL, logits, ids + 1, MODELS_CONTEXT, text.vocab),
                      TT_OK);
        sum += loss;
    }
    double loss = sum / (double)used;
    print_message("gpt: %.4f nats per character over %zu windows\n", loss, used);
    assert_true(loss <= 1.35);
    assert_true(fabs(loss - noted(path, "loss")) <= 0.05);
    free(logits);
    text_finish(&text);
    gpt_finish(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shipped_mlp), cmocka_unit_test(shipped_cnn),
                                       cmocka_unit_test(shipped_gpt)};
    backend_use(&backend_blas);
    return run_tests(tests);
}
