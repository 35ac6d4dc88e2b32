// fuzz_qmodel.c: the network of bytes read from damaged files, and run where one is read.
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "core/count.h"
#include "data/safetensors.h"
#include "qmodel.h"

enum { SIDE = 4, CHANNELS = 3, CLASSES = 5, FLAT = SIDE / 2 * (SIDE / 2) * CHANNELS };

// A convolution with a relu, a pool and a linear layer, with any numbers.
static tt_status make_model(const char *path)
{
    static const float scales[8] = {0.01f, 0.02f, 0.03f, 0.04f, 0.05f};
    static const int biases[8] = {1, -20, 300, -4000, 50000};
    static const unsigned char zeros[] = {0, 3};
    signed char weights[FLAT * CLASSES];
    for (int i = 0; i < FLAT * CLASSES; i++) weights[i] = (signed char)(37 * i % 255 - 127);
    const safetensors_tensor tensors[] = {
        {"conv0.weight", SAFETENSORS_I8, 4, {3, 3, 1, CHANNELS}, weights, 9 * CHANNELS},
        {"conv0.scale", SAFETENSORS_F32, 1, {CHANNELS}, scales, CHANNELS * sizeof *scales},
        {"conv0.bias", SAFETENSORS_I32, 1, {CHANNELS}, biases, CHANNELS * sizeof *biases},
        {"linear1.weight", SAFETENSORS_I8, 2, {FLAT, CLASSES}, weights, FLAT * CLASSES},
        {"linear1.scale", SAFETENSORS_F32, 1, {CLASSES}, scales, CLASSES * sizeof *scales},
        {"linear1.bias", SAFETENSORS_I32, 1, {CLASSES}, biases, CLASSES * sizeof *biases},
        {"activations.scale", SAFETENSORS_F32, 1, {2}, scales, 2 * sizeof *scales},
        {"activations.zero_point", SAFETENSORS_U8, 1, {2}, zeros, 2},
    };
    const safetensors_pair pairs[] = {
        {"model", "cnn int8"}, {"input", "4 4 1"}, {"top", "255"}, {"layers", "conv relu pool linear"}};
    return safetensors_write(path, tensors, COUNT(tensors), pairs, COUNT(pairs));
}

// The header's length is set to what it has become, the data being taken for as long as it was.
static void mend_model(unsigned char *bytes, size_t count)
{
    const size_t data = 9 * CHANNELS + FLAT * CLASSES + 8 * (CHANNELS + CLASSES) + 2 * 4 + 2;
    for (int i = 0; i < 8 && count >= 8 + data; i++) bytes[i] = (unsigned char)((count - 8 - data) >> 8 * i);
}

static tt_status read_model(const char *path)
{
    qmodel q = {0};
    tt_status status = qmodel_load(&q, path);
    if (status != TT_OK) return status;
    const size_t picture = (size_t)q.h * q.w * q.c;
    size_t sum = picture; // bytes between layers: a damaged model may be large, and then this takes a while
    for (int i = 0; i < q.count; i++) sum += (size_t)q.layers[i].h * q.layers[i].w * q.layers[i].out;
    if (sum < 1 << 16) {
        uint8_t *pixels = malloc(2 * picture);
        float *logits = malloc(2 * (size_t)q.classes * sizeof *logits);
        if (pixels && logits) memset(pixels, 200, 2 * picture), status = qmodel_run(&q, logits, pixels, 2);
        free(pixels), free(logits);
    }
    qmodel_finish(&q);
    return status == TT_OK ? status
                           : tt_fail(status, "what was loaded does not run: %s", tt_status_text(status));
}

int main(int argc, char **argv)
{
    static const fuzz_reader readers[] = {
        {"qmodel", "a.safetensors", make_model, read_model, mend_model, NULL},
    };
    return fuzz_main(argc, argv, readers, COUNT(readers));
}
