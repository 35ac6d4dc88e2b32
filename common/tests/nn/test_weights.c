// test_weights.c: the shipped weights give, on the real test sets, the results noted in their files.
#include "tests/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ops/backend.h"
#include "nn/evaluate.h"
#include "data/safetensors.h"
#include "data/text.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

// datasets/weights, from where this file is; WEIGHTS if that is set.
static const char *shipped(const char *name)
{
    static char path[1024];
    const char *own = getenv("WEIGHTS"), *slash = strrchr(__FILE__, '/');
    if (own && *own) snprintf(path, sizeof path, "%s/%s", own, name);
    else
        snprintf(path, sizeof path, "%.*s/../../../datasets/weights/%s", slash ? (int)(slash - __FILE__) : 1,
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
// Rounding differs between builds: one picture in a thousand may be classified differently.
// What a network was trained on it knows by heart, some points better than what is new. On validation pictures it must
// not be so much better than on the test's: three standard errors of the difference are 1.4 points.
static void check_shipped_net(const char *model, const char *name, double least)
{
    const char *path = shipped(name);
    net m;
    evaluation e = {0};
    assert_int_equal(unsetenv("DATA_DIR"), 0);
    assert_status(net_load(&m, model, path), TT_OK);
    assert_status(evaluate_images(&e, &m, PART_TEST), TT_OK);
    print_message("%s: accuracy %.4f, loss %.4f\n", model, e.accuracy, e.loss);
    assert_true(e.accuracy >= least);
    assert_true(fabs(e.accuracy - noted(path, "accuracy")) <= 0.001);
    assert_true(fabs(e.loss - noted(path, "loss")) <= 0.001);
    evaluation chosen_by = {0};
    assert_status(evaluate_images(&chosen_by, &m, PART_VALIDATION), TT_OK);
    print_message("%s: accuracy on validation pictures %.4f\n", model, chosen_by.accuracy);
    assert_true(fabs(chosen_by.accuracy - noted(path, "validation_accuracy")) <= 0.001);
    assert_true(chosen_by.accuracy - e.accuracy < 0.015);
    net_finish(&m);
}

TEST(shipped_mlp) { check_shipped_net("mlp", "mlp.safetensors", 0.89); }
TEST(shipped_cnn_at_length) { check_shipped_net("cnn", "cnn.safetensors", 0.92); }

// A sixteenth of the test part, whose loss cannot be far from that of all of it. Training computed that one
// in its last minute.
TEST(shipped_gpt_at_length)
{
    const char *path = shipped("gpt.safetensors");
    gpt m;
    evaluation e = {0};
    assert_int_equal(unsetenv("TEXT"), 0);
    assert_status(gpt_load(&m, path), TT_OK);
    assert_status(evaluate_text(&e, &m, (unsigned long long)noted(path, "seed"), 16), TT_OK);
    print_message("gpt: %.4f nats per character\n", e.loss);
    assert_true(e.count > 0 && e.loss <= 1.35);
    assert_true(fabs(e.loss - noted(path, "loss")) <= 0.05);
    gpt_finish(&m);
}

// The file's alphabet is that of the text on this machine.
TEST(shipped_gpt_reads_this_text)
{
    unsigned char bytes[256];
    int count;
    text_corpus text;
    assert_status(text_load(&text), TT_OK);
    assert_status(gpt_load_vocabulary(bytes, &count, shipped("gpt.safetensors")), TT_OK);
    assert_int_equal(count, text.vocab);
    assert_memory_equal(bytes, text.alphabet, (size_t)count);
    text_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shipped_mlp), cmocka_unit_test(shipped_cnn_at_length),
                                       cmocka_unit_test(shipped_gpt_at_length),
                                       cmocka_unit_test(shipped_gpt_reads_this_text)};
    backend_use(&backend_blas);
    return run_tests(tests);
}
