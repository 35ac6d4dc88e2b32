// test_write.c: networks that the course does not ship, exported, compiled and asked: layers without a relu, whose zero points
// are not 0, pools of odd sizes, few steps; and networks that are refused.
#include "tests/check.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/rng.h"
#include "nn/models.h"
#include "ops/backend.h"
#include "seam.h"
#include "write.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { SIDE = 28, PICTURES = 12, CLASSES = 10 };

static const net_row conv5 = {.kind = NET_CONV, .out = 5, .window = 3, .stride = 1, .pad = 1},
                     conv3 = {.kind = NET_CONV, .out = 3, .window = 3, .stride = 1, .pad = 1},
                     relu = {.kind = NET_RELU}, pool = {.kind = NET_POOL, .window = 2, .stride = 2},
                     linear = {.kind = NET_LINEAR, .out = CLASSES};
static const export_about about = {"A network", "a test", "nobody's"};
static uint8_t pixels[PICTURES * SIDE * SIDE];

// 28 to 14 to 7 to 3; the first convolution has no relu.
static void make_net(net *m)
{
    const net_row rows[] = {conv5, pool, conv3, relu, pool, pool, linear};
    tt_rng rng = {7};
    backend_use(&backend_blas);
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)rng_below(&rng, 256);
    assert_status(net_create(m, SIDE, SIDE, 1, rows, COUNT(rows), 3), TT_OK);
}

// The file's answers: it is written, compiled and loaded. -> logits (PICTURES, CLASSES)
static void ask(float *logits, const qmodel *q, const net *m)
{
    char folder[] = "/tmp/test_write_XXXXXX", path[64], command[200];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/net.c", folder);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_status(q ? export_bytes(out, q, &about) : export_floats(out, m, &about), TT_OK);
    assert_int_equal(fclose(out), 0);
    snprintf(command, sizeof command,
             "cd %s && cc -std=c11 -O1 -Wall -Wextra -Werror -fPIC -shared net.c -o net.so", folder);
    assert_int_equal(system(command), 0);
    snprintf(path, sizeof path, "%s/net.so", folder);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(library);
    void (*call)(float *, const unsigned char *) =
        (void (*)(float *, const unsigned char *))dlsym(library, "logits");
    assert_non_null(call);
    for (int i = 0; i < PICTURES; i++) call(logits + i * CLASSES, pixels + i * SIDE * SIDE);
    dlclose(library);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

TEST(bytes_with_zero_points_give_the_same_logits)
{
    for (int i = 0; i < 4; i++) {
        const int top = i & 1 ? 127 : 255;
        net m;
        qmodel q = {0};
        qmodel_ranges r;
        float logits[2][PICTURES * CLASSES];
        make_net(&m);
        assert_status(qmodel_calibrate(&r, &m, pixels, PICTURES, CALIBRATE_MINMAX, 1, top), TT_OK);
        assert_status(qmodel_create(&q, "cnn", &m, &r, top, i & 2), TT_OK);
        assert_int_not_equal(q.layers[1].in.zero_point, 0); // else this tests nothing
        assert_status(qmodel_run(&q, logits[0], pixels, PICTURES), TT_OK);
        ask(logits[1], &q, NULL);
        assert_memory_equal(logits[0], logits[1], sizeof logits[0]);
        qmodel_finish(&q), net_finish(&m);
    }
}

TEST(floats_give_nearly_the_same_logits)
{
    net m;
    float logits[2][PICTURES * CLASSES], x[sizeof pixels];
    make_net(&m);
    models_pixels(x, pixels, sizeof pixels);
    assert_status(net_forward(&m, logits[0], x, PICTURES), TT_OK);
    ask(logits[1], NULL, &m);
    assert_close(logits[1], logits[0], PICTURES * CLASSES,
                 1e-4); // sums of at most 45 floats, in three layers
    net_finish(&m);
}

static void refused(int h, int c, const net_row *rows, int count, const char *why)
{
    char *text;
    size_t length;
    net m;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_status(net_create(&m, h, h, c, rows, count, 3), TT_OK);
    assert_status(export_floats(out, &m, &about), TT_BAD_SHAPE);
    assert_non_null(strstr(tt_error(), why));
    assert_int_equal(fclose(out), 0);
    assert_int_equal(length, 0);
    net_finish(&m), free(text);
}

TEST(what_the_loops_cannot_do_is_refused)
{
    net_row wide = conv5, far = pool;
    wide.window = 5, wide.pad = 2, far.window = 3;
    refused(32, 3, (net_row[]){conv5, relu, linear}, 3, "32 x 32 x 3");
    refused(SIDE, 1, (net_row[]){wide, relu, linear}, 3, "conv0");
    refused(SIDE, 1, (net_row[]){conv5, far, linear}, 3, "pool");
    refused(SIDE, 1, (net_row[]){relu, linear}, 2, "relu");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bytes_with_zero_points_give_the_same_logits),
                                       cmocka_unit_test(floats_give_nearly_the_same_logits),
                                       cmocka_unit_test(what_the_loops_cannot_do_is_refused)};
    return course_open(COURSE_BOTH) == TT_OK ? run_tests(tests) : 1;
}
