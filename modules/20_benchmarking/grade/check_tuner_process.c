// check_tuner_process.c: the search by the process. From what was tried before follows how much each configuration promises;
// the one that was chosen must promise as much as any.
#include "checks_tuner.h"

#include <math.h>

#include "core/rng.h"
#include "oracle_tuner.h"

// Costs are a bowl with a slope, in each field another one; a sample is that and noise. A limit is broken on one side of a plane.
static void lay_bowl(grade_run *run, int configs, int limits, int d, double broken, oly_search search)
{
    search.least = -1, search.slack = NAN;
    search.seed = (uint64_t)grade_random_below(run, 1 << 30);
    oly_lay_script(run, configs, limits, d, search);
    const double *x = grade_result(run, AT_X);
    double *costs = (double *)grade_result(run, AT_COSTS), *excess = (double *)grade_result(run, AT_EXCESS),
           middle[OLY_FIELDS];
    for (int k = 0; k < d; k++) middle[k] = oly_uniform(run, 0.1, 0.9);
    for (int c = 0; c < configs; c++)
        for (int s = 0; s < search.samples; s++) {
            const int at = c * search.samples + s;
            costs[at] = 7 + oly_uniform(run, -0.02, 0.02);
            for (int k = 0; k < d; k++) {
                const double away = x[c * d + k] - middle[k];
                costs[at] += 3 * away * away - 0.3 * k * away;
            }
            for (int l = 0; l < limits; l++) {
                const double side = x[c * d + l % d];
                double *e = &excess[at * limits + l];
                *e = (l + 1) * 10 * (broken - (l % 2 ? side : 1 - side)) + oly_uniform(run, -0.1, 0.1);
                if (*e > l + 1) *e *= 100; // broken by far
            }
        }
}

bool oly_fill_process(grade_run *run)
{
    static const struct {
        int configs, d, samples, budget, first;
        double noise;
    } rows[] = {{30, 1, 3, 12, 4, 1e-2}, {60, 2, 1, 22, 6, 1e-3}, {40, 3, 4, 24, 8, 0.1},
                {9, 1, 2, 20, 3, 1e-2},  {20, 2, 1, 5, 9, 1e-2},  {50, 4, 1, 16, 1, 0.05}};
    if (run->step >= COUNT(rows)) return false;
    lay_bowl(run, rows[run->step].configs, 0, rows[run->step].d, 0,
             (oly_search){.samples = rows[run->step].samples,
                          .budget = rows[run->step].budget,
                          .first = rows[run->step].first,
                          .noise = rows[run->step].noise});
    if (run->step == 1) run->layout.number[NULLS] = 1 << AT_TRIED;
    return true;
}

// One to three limits, about half of the configurations within each; then one that is none: -INFINITY somewhere.
bool oly_fill_limits(grade_run *run)
{
    if (run->step >= 4) return false;
    const int limits = run->step < 3 ? run->step + 1 : 2;
    lay_bowl(run, 40, limits, 2, limits == 3 ? 0.3 : 0.45,
             (oly_search){.samples = 2, .budget = 16, .first = 6, .noise = 0.01});
    double *excess = (double *)grade_result(run, AT_EXCESS);
    for (int i = 0; i < 40 * 2 && run->step == 3; i++)
        excess[i * 2 + 1] = i / 2 % 3 ? -INFINITY : excess[i * 2 + 1];
    return true;
}

// Hardly any configuration keeps its limits: at first there is nothing to improve on.
bool oly_fill_no_best(grade_run *run)
{
    if (run->step >= 3) return false;
    lay_bowl(run, 40, run->step ? 1 : 2, 2, run->step == 2 ? 2 : 0.85,
             (oly_search){.samples = 1, .budget = 16, .first = 3, .noise = 0.01});
    return true;
}

// --- What a choice promises ---

static const double lengths[] = {0.1, 0.2, 0.4, 0.8, 1.6};

typedef struct {
    int n;
    double x[ORACLE_MOST * OLY_FIELDS], cost[ORACLE_MOST], excess[OLY_LIMITS][ORACLE_MOST],
        best; // INFINITY: none
    bool limited[OLY_LIMITS];
} history;

static void add_tried(history *h, grade_run *run, int config)
{
    const int *number = run->layout.number, samples = number[TABLE], limits = number[LIMITS],
              d = number[DIMENSIONS];
    const double *excess =
        (const double *)grade_given(run, AT_EXCESS) + (config * samples + samples - 1) * limits;
    bool kept = true;
    for (int k = 0; k < d; k++) h->x[h->n * d + k] = ((const double *)grade_given(run, AT_X))[config * d + k];
    for (int l = 0; l < limits; l++) {
        h->excess[l][h->n] = excess[l];
        h->limited[l] = h->limited[l] && excess[l] > -INFINITY;
        kept = kept && excess[l] <= 0;
    }
    h->cost[h->n] = oly_median((const double *)grade_given(run, AT_COSTS) + config * samples, samples);
    if (kept) h->best = fmin(h->best, h->cost[h->n]);
    h->n++;
}

// One process for y: its factor for each configuration. False if two lengths are so near to each other in likelihood that
// rounding may take either.
static bool times_factor(double *promise, const history *h, grade_run *run, const double *y, bool improves)
{
    static oracle_process o;
    const int d = run->layout.number[DIMENSIONS];
    oly_oracle_fit(&o, h->x, y, h->n, d, ((const oly_search *)grade_given(run, AT_SEARCH))->noise, lengths,
                   COUNT(lengths));
    for (int c = 0; c < run->layout.number[CONFIGS]; c++) {
        double mean, deviation;
        oly_oracle_predict(&mean, &deviation, &o, (const double *)grade_given(run, AT_X) + c * d);
        promise[c] *= improves ? oly_oracle_improvement(mean, deviation, h->best)
                               : oly_oracle_chance(mean, deviation, 0);
    }
    return o.clear;
}

static bool promises(double *promise, const history *h, grade_run *run)
{
    bool clear = true;
    for (int c = 0; c < run->layout.number[CONFIGS]; c++) promise[c] = 1;
    if (h->best < INFINITY) clear = times_factor(promise, h, run, h->cost, true);
    for (int l = 0; l < run->layout.number[LIMITS]; l++)
        if (h->limited[l]) {
            double squeezed[ORACLE_MOST], size = 0;
            for (int i = 0; i < h->n; i++) size += fabs(h->excess[l][i]);
            for (int i = 0; i < h->n; i++)
                squeezed[i] = h->excess[l][i] / ((size > 0 ? size / h->n : 1) + fabs(h->excess[l][i]));
            clear = times_factor(promise, h, run, squeezed, false) && clear;
        }
    return clear;
}

static void require_choice(grade_run *run, const history *h, const bool *tried, int chosen)
{
    double promise[MOST_CONFIGS] = {0};
    if (!promises(promise, h, run)) return;
    int best = chosen;
    for (int c = 0; c < run->layout.number[CONFIGS]; c++)
        if (!tried[c] && promise[c] > promise[best]) best = c;
    if (promise[chosen] < promise[best] * (1 - 1e-6))
        grade_wrong(
            run,
            "choice %d, with %s: got configuration %d, which promises %.6g; configuration %d promises %.6g",
            h->n + 1, h->best < INFINITY ? "a best so far" : "no best so far", chosen, promise[chosen], best,
            promise[best]);
}

void oly_check_process(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    const oly_search *s = grade_given(run, AT_SEARCH);
    const int configs = run->layout.number[CONFIGS], budget = s->budget < configs ? s->budget : configs;
    const search_log *log = grade_result(run, AT_LOG);
    bool tried[MOST_CONFIGS] = {false};
    int order[MOST_CONFIGS], drawn[MOST_CONFIGS];
    history h = {.best = INFINITY, .limited = {true, true, true}};
    tt_rng rng = {s->seed};
    rng_order(&rng, drawn, configs);
    for (int i = 0; i < budget; i++) {
        if (log->calls <= i * s->samples)
            grade_wrong(run, "only %d configurations were begun, expected %d", i, budget);
        const int config = order[i] = log->config[i * s->samples];
        if (config < 0 || config >= configs)
            grade_wrong(run, "choice %d: there is no configuration %d", i + 1, config);
        if (tried[config]) grade_wrong(run, "choice %d: configuration %d was begun before", i + 1, config);
        if (i < s->first && config != drawn[i])
            grade_wrong(run, "choice %d, at random: got configuration %d, expected %d", i + 1, config,
                        drawn[i]);
        if (i >= s->first) require_choice(run, &h, tried, config);
        tried[config] = true;
        add_tried(&h, run, config);
    }
    oly_require_search(run, order, budget);
}
