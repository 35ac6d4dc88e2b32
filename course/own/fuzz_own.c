// fuzz_own.c: models of one's own read from damaged files, and run where one is read.
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "core/count.h"
#include "own.h"

static const own_hints hints = {8, 8, 1, NULL};

static tt_status make(const char *path)
{
    static float numbers[256];
    static const safetensors_tensor arrays[] = {
        {"0.weight", SAFETENSORS_F32, 4, {2, 1, 3, 3}, numbers, 18 * sizeof(float)},
        {"0.bias", SAFETENSORS_F32, 1, {2}, numbers, 2 * sizeof(float)},
        {"4.weight", SAFETENSORS_F32, 2, {3, 32}, numbers, 96 * sizeof(float)},
        {"4.bias", SAFETENSORS_F32, 1, {3}, numbers, 3 * sizeof(float)},
    };
    return safetensors_write(path, arrays, COUNT(arrays), NULL, 0);
}

static tt_status read_and_run(const char *path)
{
    net m;
    char told[OWN_TOLD];
    tt_status status = own_load(&m, told, path, &hints);
    if (status != TT_OK) return status;
    float x[8 * 8] = {0}, *logits = malloc((size_t)m.classes * sizeof *logits);
    status = logits && m.layers[0].in == COUNT(x) ? net_forward(&m, logits, x, 1) : TT_OK;
    free(logits), net_finish(&m);
    return status == TT_OK ? status
                           : tt_fail(status, "what was loaded does not run: %s", tt_status_text(status));
}

int main(int argc, char **argv)
{
    static const fuzz_reader readers[] = {{"own", "a.safetensors", make, read_and_run, NULL, NULL}};
    return fuzz_main(argc, argv, readers, COUNT(readers));
}
