// regret.c: twenty searches of each kind, and a test that compares them pair by pair.
#include "given/regret.h"

#include <math.h>
#include <string.h>

// --- The test ---

enum { MOST_PAIRS = 30, MOST_SUM = MOST_PAIRS * (MOST_PAIRS + 1) };

// Twice the rank of |d[i]|, so that shared ranks are whole numbers.
static int twice_rank(const double *d, int n, int i)
{
    int below = 0, equal = 0;
    for (int j = 0; j < n; j++) below += fabs(d[j]) < fabs(d[i]), equal += fabs(d[j]) == fabs(d[i]);
    return 2 * below + equal + 1;
}

double regret_wilcoxon(const double *a, const double *b, int n)
{
    double d[MOST_PAIRS],
        ways[MOST_SUM + 1] = {1}; // ways[s]: in how many of the choices of signs the ranks sum to s
    int count = 0, sum = 0;
    for (int i = 0; i < n && i < MOST_PAIRS; i++)
        if (a[i] != b[i]) d[count++] = b[i] - a[i];
    for (int i = 0; i < count; i++) {
        const int rank = twice_rank(d, count, i);
        if (d[i] > 0) sum += rank;
        for (int s = MOST_SUM; s >= rank; s--) ways[s] += ways[s - rank];
    }
    double as_large = 0;
    for (int s = sum; s <= MOST_SUM; s++) as_large += ways[s];
    return as_large / pow(2, count);
}

// --- Searches ---

static double regret_of(const oly_record *r, const oly_profile *profile, double least, int config)
{
    double cost = INFINITY;
    if (config < 0 || record_cost(&cost, r, profile, config) != TT_OK) return 1;
    return fmin(1, exp(cost - least) - 1);
}

typedef tt_status searcher(oly_found *found, int *tried, const oly_problem *problem,
                           const oly_search *search);

static tt_status run(oly_found *found, searcher *how, const oly_record *r, const oly_profile *profile,
                     int budget, int seed)
{
    static record_replay replay;
    oly_problem problem;
    oly_search search = oly_search_usual(r->configs, r->samples, (uint64_t)seed);
    search.budget = budget;
    record_problem(&problem, &replay, r, profile);
    return how(found, NULL, &problem, &search);
}

static tt_status least_cost(double *least, const oly_record *r, const oly_profile *profile)
{
    tt_status status = TT_OK;
    *least = INFINITY;
    for (int i = 0; i < r->configs && status == TT_OK; i++) {
        double cost = INFINITY;
        status = record_cost(&cost, r, profile, i);
        *least = fmin(*least, cost);
    }
    return status;
}

// Every step-th configuration, beginning at each of the first `step`: a single grid may be lucky.
static double grid_regret(const oly_record *r, const oly_profile *profile, double least, int step)
{
    double sum = 0;
    for (int first = 0; first < step; first++) {
        double best = 1;
        for (int i = first; i < r->configs; i += step) best = fmin(best, regret_of(r, profile, least, i));
        sum += best;
    }
    return sum / step;
}

tt_status regret_study(regrets *s, const oly_record *r, const oly_profile *profile)
{
    const int budget = oly_search_usual(r->configs, r->samples, 0).budget;
    double least;
    oly_found found, all;
    tt_status status = least_cost(&least, r, profile);
    for (int i = 0; i < REGRET_SEEDS && status == TT_OK; i++) {
        status = run(&found, oly_search_process, r, profile, budget, REGRET_FIRST_SEED + i);
        s->process[i] = regret_of(r, profile, least, found.best);
        if (status == TT_OK)
            status = run(&found, oly_search_random, r, profile, budget, REGRET_FIRST_SEED + i);
        s->random[i] = regret_of(r, profile, least, found.best);
    }
    s->grid = grid_regret(r, profile, least, (r->configs + budget - 1) / budget);
    if (status == TT_OK) status = run(&all, oly_search_all, r, profile, r->configs, 0);
    if (status == TT_OK) status = run(&found, oly_search_early, r, profile, r->configs, 0);
    if (status != TT_OK) return status;
    s->p = regret_wilcoxon(s->process, s->random, REGRET_SEEDS);
    s->early_saved = 1 - found.seconds / all.seconds;
    s->early_lost = regret_of(r, profile, least, found.best);
    return TT_OK;
}
