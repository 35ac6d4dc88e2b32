// tools_space.c: a space of which everything is known, searched as if it were not.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/rng.h"
#include "given/spaces.h"

// --- The record ---

static void make_up(oly_metrics *m, const oly_space *space,
                    const oly_config *c)
{
    static const double product[] = {1, 0.95, 1.2, 2.2, 9},
                        batch[] = {1, 1.3, 3}, format[] = {1, 4, 2, 1.7, 1.5};
    const unsigned char *o = c->choice;
    const double kept = 1 - 0.01 * oly_choice_number(space, c, MLP_SPARSITY);
    double time = 1e-5, bytes = 2.1e6, right = 0.89;
    if (o[MLP_BITS])
        time *= o[MLP_STEPS] ? 0.3 : 0.35, bytes /= 4,
            right -= 0.001 + 0.001 * o[MLP_SCALES] + 0.001 * o[MLP_STEPS];
    else if (o[MLP_FORMAT])
        time *= format[o[MLP_FORMAT]] * kept + 0.05,
            bytes *= kept * (o[MLP_FORMAT] == 1 ? 2 : 1.2),
            right -= 0.03 * pow(1 - kept, 12) * (1 - 0.3 * o[MLP_SCOPE]);
    else time *= product[o[MLP_KERNEL]];
    if (o[MLP_THREADS]) time *= o[MLP_BATCH] ? 0.95 : 0.6;
    m->p50 = time * batch[o[MLP_BATCH]], m->quality = right;
    m->model_bytes = (size_t)bytes;
    m->peak_bytes = (size_t)(bytes + 1e5 * (2 - o[MLP_BATCH]));
}

bool recorded_open(recorded *r)
{
    tt_rng rng = {20};
    r->space = &oly_spaces[OLY_MLP], r->samples = 9;
    const tt_status status =
        oly_config_list(r->config, &r->configs, MOST_CONFIGS, r->space);
    if (!worked("oly_config_list", status)) return false;
    for (int i = 0; i < r->configs; i++) {
        make_up(&r->metrics[i], r->space, &r->config[i]);
        for (int s = 0; s < r->samples; s++)
            r->seconds[i][s] = r->metrics[i].p50 *
                               exp(0.03 * fabs((double)rng_normal(&rng)));
    }
    make_up(&r->base, r->space, &(oly_config){{0}});
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
