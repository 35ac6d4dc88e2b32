// fuzz_sparse.c: sparse networks read from damaged files, and run where one is read.
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "core/count.h"
#include "core/rng.h"
#include "sparse_mlp.h"

enum { IN = 12, MIDDLE = 9, OUT = 5 };

static tt_status make(const char *path, int height, const char *format)
{
    static float w[2][IN * MIDDLE], bias[MIDDLE];
    static const int ins[] = {IN, MIDDLE}, outs[] = {MIDDLE, OUT};
    static const char *const names[] = {"linear0.weight", "linear1.weight"}, *const biases[] = {
                                                                                 "linear0.bias",
                                                                                 "linear1.bias"};
    safetensors_tensor tensors[2 * (COMP_MATRIX_TENSORS + 1)];
    char of[2][COMP_MATRIX_TENSORS][COMP_MATRIX_NAME];
    comp_matrix m[2] = {{0}, {0}};
    tt_rng rng = {1};
    tt_status status = TT_OK;
    int count = 0;
    for (int l = 0; l < 2 && status == TT_OK; l++) {
        for (int i = 0; i < ins[l] * outs[l]; i++) w[l][i] = rng_below(&rng, 3) ? 0 : rng_uniform(&rng);
        status = comp_matrix_build(&m[l], w[l], NULL, ins[l], outs[l], height);
        if (status != TT_OK) break;
        comp_matrix_put(tensors + count, of[l], &m[l], names[l]);
        count += COMP_MATRIX_TENSORS;
        tensors[count++] = (safetensors_tensor){
            biases[l], SAFETENSORS_F32, 1, {outs[l]}, bias, (size_t)outs[l] * sizeof(float)};
    }
    const safetensors_pair pairs[] = {{"model", "mlp"}, {"input", "4 3 1"}, {"sparse", format}};
    if (status == TT_OK) status = safetensors_write(path, tensors, count, pairs, COUNT(pairs));
    comp_matrix_finish(&m[0]), comp_matrix_finish(&m[1]);
    return status;
}

static tt_status make_csr(const char *path) { return make(path, 1, "csr"); }
static tt_status make_blocks(const char *path) { return make(path, 4, "blocks 4"); }

static tt_status read_and_run(const char *path)
{
    comp_mlp m = {0};
    tt_status status = comp_mlp_load(&m, path);
    if (status != TT_OK) return status;
    if (m.widest < 1 << 16) {
        float *x = calloc((size_t)m.inputs * 3, sizeof *x),
              *logits = malloc((size_t)m.classes * 3 * sizeof *logits);
        if (x && logits) status = comp_mlp_run(&m, logits, x, 3);
        free(x), free(logits);
    }
    comp_mlp_finish(&m);
    return status == TT_OK ? status
                           : tt_fail(status, "what was loaded does not run: %s", tt_status_text(status));
}

int main(int argc, char **argv)
{
    static const fuzz_reader readers[] = {
        {"csr", "a.safetensors", make_csr, read_and_run, NULL, NULL},
        {"blocks", "b.safetensors", make_blocks, read_and_run, NULL, NULL},
    };
    return fuzz_main(argc, argv, readers, COUNT(readers));
}
