// tools_space.c: a space of which everything is known, searched as if it were not.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/rng.h"

// --- The record ---

static const oly_field fields[] = {
    {"products", 3, {"textbook", "blocks", "library"}, {0, 0.5, 1}},
    {"bits", 2, {"32", "8"}, {0, 1}},
    {"activations", 3, {"floats", "8", "7"}, {0, 0.8, 1}},
    {"sparsity", 4, {"0", "50", "70", "90"}, {0, 0.5, 0.75, 1}},
    {"format", 3, {"dense", "csr", "blocks"}, {0, 0.5, 1}},
    {"batch", 4, {"1", "8", "32", "128"}, {0, 0.4, 0.7, 1}},
    {"threads", 2, {"1", "2"}, {0, 1}},
};
enum { PRODUCTS, BITS, ACTIVATIONS, SPARSITY, FORMAT, BATCH, THREADS };

static const oly_rule rules[] = {
    {BITS, ACTIVATIONS, 1 << 0, 6, "floats take activations as floats"},
    {BITS, ACTIVATIONS, 1 << 1, 1, "bytes take activations as bytes"},
    {BITS, FORMAT, 1 << 1, 6, "bytes have no sparse kernel"},
    {SPARSITY, FORMAT, 1 << 0, 6, "a sparse format needs zeros"},
    {SPARSITY, FORMAT, 14, 1 << 0, "zeros in a dense format are multiplied"},
    {BATCH, THREADS, 1 << 0, 1 << 1, "one picture has nothing to share"},
};

static const oly_space space = {"mlp", COUNT(fields), COUNT(rules), fields,
                                rules};

static void make_up(oly_metrics *m, const oly_config *c)
{
    static const double product[] = {9, 1.6, 1}, batch[] = {2.2, 1.2, 1, 1.1};
    static const double kept[] = {1, 0.5, 0.3, 0.1};
    const unsigned char *o = c->choice;
    double time = 1e-3 * batch[o[BATCH]], bytes = 2.1e6, right = 0.89;
    if (o[FORMAT] == 0) time *= o[BITS] ? 0.4 : product[o[PRODUCTS]];
    else time *= (o[FORMAT] == 1 ? 4 : 1.5) * kept[o[SPARSITY]] + 0.05;
    if (o[ACTIVATIONS] == 2) time *= 0.8, right -= 0.002;
    if (o[THREADS]) time *= o[BATCH] > 1 ? 0.6 : 0.95;
    if (o[BITS]) bytes /= 4, right -= 0.001;
    bytes *= (o[FORMAT] == 1   ? 2 * kept[o[SPARSITY]]
              : o[FORMAT] == 2 ? 1.1 * kept[o[SPARSITY]]
                               : 1);
    right -= 0.01 * (o[SPARSITY] == 3);
    m->p50 = time, m->quality = right;
    m->model_bytes = (size_t)bytes;
    m->peak_bytes = (size_t)(bytes + 1e5 * o[BATCH] * o[BATCH]);
}

bool recorded_open(recorded *r)
{
    tt_rng rng = {20};
    r->space = &space, r->samples = 9;
    const tt_status status =
        oly_config_list(r->config, &r->configs, MOST_CONFIGS, &space);
    if (!worked("oly_config_list", status)) return false;
    for (int i = 0; i < r->configs; i++) {
        make_up(&r->metrics[i], &r->config[i]);
        for (int s = 0; s < r->samples; s++)
            r->seconds[i][s] = r->metrics[i].p50 *
                               exp(0.03 * fabs((double)rng_normal(&rng)));
    }
    make_up(&r->base, &(oly_config){{2}});
    return true;
}

const oly_profile *profile_at(int i)
{
    static const oly_profile profiles[PROFILES] = {
        {"phone", 0.4, 0.3, 0.3, INFINITY, 1e6, 0.885},
        {"server", 1, 0, 0, INFINITY, INFINITY, 0.885},
        {"edge", 0.1, 0.3, 0.6, 0.002, 4e5, 0.87},
    };
    return &profiles[i];
}
