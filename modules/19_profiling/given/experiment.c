// experiment.c: runs the transformer in all combinations of its factors, which take turns.
#include "given/experiment.h"

#include <stdlib.h>

#include "measure/measure.h"
#include "nn/models.h"
#include "ops/backend.h"
#include "ops/ops.h"

const char *const profiling_factor_names[PROFILING_FACTORS] = {"products by BLAS", "vectorised layers"};

static const gpt_kernels one_by_one = {.name = "one by one", .gelu = ops_gelu, .layer_norm = ops_layer_norm};
static const gpt_kernels vectorised = {.name = "vectorised", .gelu = nn_gelu};

static void switch_on(gpt *m, int set)
{
    backend_use(set >> PROFILING_PRODUCTS & 1 ? &backend_blas : &backend_naive);
    m->kernels = set >> PROFILING_LAYERS & 1 ? &vectorised : &one_by_one;
}

tt_status profiling_experiment(double *seconds, int rounds, int tokens)
{
    enum { VOCAB = 64, SETS = 1 << PROFILING_FACTORS };
    const tt_backend *before = backend;
    gpt m = {0};
    int *ids = calloc((size_t)tokens, sizeof *ids);
    float *logits = malloc((size_t)tokens * VOCAB * sizeof *logits);
    tt_status status = ids && logits ? gpt_create_default(&m, VOCAB, 19) : TT_NO_MEMORY;
    for (int i = 0; i < tokens && status == TT_OK; i++) ids[i] = i * 7 % VOCAB;
    for (int r = -1; r < rounds && status == TT_OK; r++) // round -1 is the warm-up
        for (int i = 0; i < SETS && status == TT_OK; i++) {
            const int set = r % 2 ? SETS - 1 - i : i;
            switch_on(&m, set);
            const double start = measure_now();
            status = gpt_forward(&m, logits, ids, tokens, NULL);
            if (r >= 0) seconds[r * SETS + set] = measure_now() - start;
        }
    backend_use(before);
    gpt_finish(&m);
    free(ids), free(logits);
    return status;
}
