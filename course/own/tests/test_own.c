// test_own.c: a file as PyTorch writes it answers as computed elsewhere; what is not understood is refused by its name.
#include "tests/check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "data/safetensors.h"
#include "own.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static const char *small, *answers; // the shipped file, and what write_small.py says of three pictures

TEST(the_shipped_file_answers_as_plain_loops_elsewhere)
{
    net m;
    char told[OWN_TOLD];
    float x[28 * 28], logits[10], want[10];
    assert_status(own_load(&m, told, small, &(own_hints){0}), TT_OK);
    assert_string_equal(told, "28 x 28 x 1, 0 3 x 3 (4), pool, 3 3 x 3 (8), pool, 7 (10)");
    FILE *f = fopen(answers, "r");
    assert_non_null(f);
    for (int picture = 0; picture < 3; picture++) {
        for (int i = 0; i < 28 * 28; i++) x[i] = (float)(i * (picture + 3) % 256) / 255;
        for (int i = 0; i < 10; i++) assert_int_equal(fscanf(f, "%f", &want[i]), 1);
        assert_status(net_forward(&m, logits, x, 1), TT_OK);
        assert_close(logits, want, 10, 1e-4);
    }
    fclose(f);
    net_finish(&m);
}

TEST(the_courses_own_files_are_read_too)
{
    net m;
    char told[OWN_TOLD];
    assert_status(own_load(&m, told, TT_WEIGHTS "/cnn.safetensors", &(own_hints){0}), TT_OK);
    assert_int_equal(m.classes, 10);
    net_finish(&m);
}

// --- Files that are made here ---

typedef struct {
    const char *name;
    int dims;
    long long shape[4];
} array;

static const char *path_of_test(void)
{
    static char path[200];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/test_own.%d.safetensors", folder ? folder : "/tmp", (int)getpid());
    return path;
}

static tt_status load(const array *arrays, int count, own_hints hints, char *told)
{
    static float zeros[1 << 16];
    safetensors_tensor tensors[8];
    for (int i = 0; i < count; i++) {
        size_t numbers = 1;
        tensors[i] = (safetensors_tensor){.name = arrays[i].name, .dims = arrays[i].dims, .data = zeros};
        for (int d = 0; d < arrays[i].dims; d++)
            numbers *= (size_t)(tensors[i].shape[d] = arrays[i].shape[d]);
        assert_true(numbers <= COUNT(zeros));
        tensors[i].bytes = numbers * sizeof(float);
    }
    assert_status(safetensors_write(path_of_test(), tensors, count, NULL, 0), TT_OK);
    net m;
    const tt_status status = own_load(&m, told, path_of_test(), &hints);
    unlink(path_of_test());
    if (status != TT_OK) assert_int_equal(m.count, 0);
    net_finish(&m);
    return status;
}

#define CONV(name, out, in, k)                                                                               \
    {                                                                                                        \
        name ".weight", 4, { out, in, k, k }                                                                 \
    }
#define LINEAR(name, out, in)                                                                                \
    {                                                                                                        \
        name ".weight", 2, { out, in }                                                                       \
    }

TEST(names_and_shapes_tell_the_layers)
{
    static const struct {
        array arrays[4];
        int count;
        own_hints hints;
        const char *told;
    } rows[] = {
        {{LINEAR("fc1", 8, 784), LINEAR("fc2", 10, 8)}, 2, {0}, "28 x 28 x 1, fc1 (8), fc2 (10)"},
        {{LINEAR("10", 3, 8), LINEAR("9", 8, 12)}, 2, {2, 2, 3, NULL}, "2 x 2 x 3, 9 (8), 10 (3)"},
        {{CONV("c1", 4, 1, 5), CONV("c2", 2, 4, 5), LINEAR("out", 10, 2 * 4 * 4)},
         3,
         {0},
         "28 x 28 x 1, c1 5 x 5 (4), pool, c2 5 x 5 (2), pool, out (10)"}, // LeNet's: no padding
        {{CONV("features.0", 4, 3, 3), CONV("features.3", 4, 4, 3), LINEAR("classifier.0", 10, 4 * 8 * 8)},
         3,
         {0},
         "32 x 32 x 3, features.0 3 x 3 (4), pool, features.3 3 x 3 (4), pool, classifier.0 (10)"},
        {{CONV("a", 2, 1, 3), CONV("b", 2, 2, 3), LINEAR("c", 5, 2 * 14 * 14)},
         3,
         {.pools = "01"},
         "28 x 28 x 1, a 3 x 3 (2), b 3 x 3 (2), pool, c (5)"},
        {{CONV("a", 2, 1, 1), LINEAR("c", 5, 2 * 28 * 28)}, 2, {0}, "28 x 28 x 1, a 1 x 1 (2), c (5)"},
    };
    char told[OWN_TOLD];
    for (int i = 0; i < COUNT(rows); i++) {
        assert_status(load(rows[i].arrays, rows[i].count, rows[i].hints, told), TT_OK);
        assert_string_equal(told, rows[i].told);
    }
}

TEST(what_is_not_understood_is_refused_by_its_name)
{
    static const struct {
        array arrays[4];
        int count;
        own_hints hints;
        const char *says;
    } rows[] = {
        {{LINEAR("a", 8, 784), {"bn.running_mean", 1, {8}}}, 2, {0}, "bn.running_mean"},
        {{LINEAR("a", 8, 784), {"b.bias", 1, {8}}}, 2, {0}, ".bias has no .weight"},
        {{LINEAR("a", 8, 784), {"a.bias", 1, {7}}}, 2, {0}, "a.bias is not a row of 8"},
        {{LINEAR("a", 8, 784), {"e.weight", 3, {2, 2, 2}}}, 2, {0}, "e.weight is no matrix"},
        {{LINEAR("a", 8, 784), LINEAR("b", 4, 9)}, 2, {0}, "b has 9 inputs, but a before it 8 outputs"},
        {{LINEAR("a", 8, 100)}, 1, {0}, "say --input"},
        {{CONV("a", 2, 1, 3)}, 1, {0}, "a linear layer must follow"},
        {{CONV("a", 2, 1, 4), LINEAR("b", 2, 8)}, 2, {0}, "a.weight has a window of 4 x 4"},
        {{CONV("a", 2, 1, 3), LINEAR("b", 2, 2 * 5 * 5)}, 2, {0}, "b has 50 inputs"},
        {{CONV("a", 2, 1, 3), CONV("b", 2, 2, 3), LINEAR("c", 5, 2 * 14 * 14)},
         3,
         {0},
         "2 ways to set pools"},
        {{CONV("a", 2, 1, 3), LINEAR("b", 2, 2 * 14 * 14)}, 2, {.pools = "10"}, "--pools 10"},
        {{LINEAR("a\033[2J", 8, 784)}, 1, {0}, "not of ASCII"},
        {{{"a.weight", 2, {0, 784}}}, 1, {0}, "a.weight has a size of 0"},
    };
    char told[OWN_TOLD];
    for (int i = 0; i < COUNT(rows); i++) {
        assert_status(load(rows[i].arrays, rows[i].count, rows[i].hints, told), TT_BAD_FILE);
        if (!strstr(tt_error(), rows[i].says))
            fail_msg("row %d: \"%s\" lacks \"%s\"", i, tt_error(), rows[i].says);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    small = argv[1], answers = argv[2];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_file_answers_as_plain_loops_elsewhere),
        cmocka_unit_test(the_courses_own_files_are_read_too),
        cmocka_unit_test(names_and_shapes_tell_the_layers),
        cmocka_unit_test(what_is_not_understood_is_refused_by_its_name),
    };
    return run_tests(tests);
}
