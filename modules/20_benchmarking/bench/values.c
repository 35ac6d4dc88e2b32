// values.c: the tuner on the record of the MLP Sprint's whole space: what it misses, and what stopping early saves.
#include <math.h>
#include <stdio.h>

#include "given/profiles.h"
#include "given/spaces.h"
#include "given/regret.h"
#include "ways.h"

static double mean(const double *x)
{
    double sum = 0;
    for (int i = 0; i < REGRET_SEEDS; i++) sum += x[i];
    return sum / REGRET_SEEDS;
}

static void set(results *r, const char *profile, const char *what, double value, const char *unit)
{
    char name[48];
    snprintf(name, sizeof name, "%s_%s", profile, what);
    results_set(r, name, value, unit);
}

// Each claim is of the profile that comes out worst.
tt_status oly_prove(results *r, bool quick)
{
    static oly_record record;
    double p = 0, over_grid = -INFINITY, saved = INFINITY, lost = 0;
    tt_status status = record_read(&record, &oly_spaces[OLY_MLP], record_mlp);
    for (int i = 0; i < (quick ? 1 : PROFILES) && status == TT_OK; i++) {
        const oly_profile *profile = &profiles[i];
        regrets s;
        status = regret_study(&s, &record, profile);
        if (status != TT_OK) break;
        set(r, profile->name, "process", 100 * mean(s.process), "%");
        set(r, profile->name, "random", 100 * mean(s.random), "%");
        set(r, profile->name, "grid", 100 * s.grid, "%");
        p = fmax(p, s.p), over_grid = fmax(over_grid, 100 * (mean(s.process) - s.grid));
        set(r, profile->name, "early_saved", 100 * s.early_saved, "%");
        if (profile->latency >= 0.5) saved = fmin(saved, 100 * s.early_saved);
        lost = fmax(lost, 100 * s.early_lost);
    }
    if (status == TT_TODO) return TT_OK; // what is not written yet is no failure of the benchmark
    if (status != TT_OK) return status;
    results_set(r, "tuner_p", p, "");
    results_set(r, "over_grid", over_grid, "%");
    results_set(r, "early_saved", saved, "%");
    results_set(r, "early_lost", lost, "%");
    return TT_OK;
}
