// tools_search.c: a record of a whole space, searched as if nobody knew it, and what a search missed.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/rng.h"

void config_line(char *text, size_t room, const oly_space *space,
                 const oly_config *config)
{
    *text = 0;
    for (int f = 0; f < space->fields; f++) {
        const size_t used = strlen(text);
        snprintf(text + used, room - used, "%s%s", used ? " " : "",
                 space->field[f].choice[config->choice[f]]);
    }
}

// Cost and excess of a configuration whose p50 is `seconds`.
static tt_status cost_of(double *cost, double *excess, recorded_job job,
                         int config, double seconds)
{
    oly_metrics m = job.r->metrics[config];
    m.p50 = seconds;
    return oly_profile_cost(cost, excess, &m, &job.r->base, OLY_ACCURACY,
                            job.profile);
}

static bool keeps(const double *excess)
{
    for (int i = 0; i < OLY_LIMITS; i++)
        if (!(excess[i] <= 0)) return false;
    return true;
}

// The cost by the median; INFINITY if a limit is not kept, NaN if oly_profile_cost is not written.
static double true_cost(recorded_job job, int config)
{
    double cost = NAN, excess[OLY_LIMITS] = {0};
    if (cost_of(&cost, excess, job, config, job.r->metrics[config].p50))
        return NAN;
    return keeps(excess) ? cost : INFINITY;
}

// Where the configurations lie: as the space says, or with the places of each field shuffled.
static void place_all(double *x, recorded_job job)
{
    const oly_space *s = job.r->space;
    tt_rng rng = {5};
    for (int f = 0; f < s->fields; f++) {
        int order[OLY_CHOICES];
        rng_order(&rng, order, s->field[f].choices);
        for (int i = 0; i < job.r->configs; i++) {
            const int choice = job.r->config[i].choice[f];
            x[i * s->fields + f] =
                s->field[f].place[job.shuffled ? order[choice] : choice];
        }
    }
}

typedef struct {
    recorded_job job;
    int next[MOST_CONFIGS]; // sample of each
} replay;

static tt_status sample(void *state, double *cost, double *excess,
                        double *seconds, int config)
{
    replay *p = state;
    const int s = p->next[config]++ % p->job.r->samples;
    *seconds = p->job.r->seconds[config][s];
    return cost_of(cost, excess, p->job, config, *seconds);
}

tt_status recorded_search(oly_found *found, int *tried, recorded_job job,
                          oly_searcher *searcher, const oly_search *search)
{
    static double x[MOST_CONFIGS * OLY_FIELDS];
    static replay p;
    p = (replay){.job = job};
    place_all(x, job);
    const oly_problem problem = {
        &p, sample, job.r->configs, OLY_LIMITS, job.r->space->fields, x};
    return searcher(found, tried, &problem, search);
}

double recorded_best(int *best, recorded_job job)
{
    double least = INFINITY;
    for (int i = 0; i < job.r->configs; i++) {
        const double cost = true_cost(job, i);
        if (isnan(cost)) return NAN;
        if (cost < least) least = cost, *best = i;
    }
    return least;
}

tt_status mean_regret(double *mean, recorded_job job, oly_searcher *searcher,
                      int budget, int seeds)
{
    static int tried[MOST_CONFIGS];
    int best;
    const double least = recorded_best(&best, job);
    for (int i = 0; i < budget; i++) mean[i] = 0;
    for (int seed = 1; seed <= seeds; seed++) {
        oly_search search =
            oly_search_usual(job.r->configs, job.r->samples, (uint64_t)seed);
        search.budget = budget;
        oly_found found;
        const tt_status status =
            recorded_search(&found, tried, job, searcher, &search);
        if (status != TT_OK) return status;
        double so_far = INFINITY;
        for (int i = 0; i < budget; i++) {
            so_far = fmin(so_far, true_cost(job, tried[i]));
            mean[i] += fmin(100, 100 * (exp(so_far - least) - 1)) / seeds;
        }
    }
    return TT_OK;
}

bool is_dominated(const recorded *r, int config)
{
    const oly_metrics *m = &r->metrics[config];
    for (int i = 0; i < r->configs; i++) {
        const oly_metrics *o = &r->metrics[i];
        if (o->p50 <= m->p50 && o->model_bytes <= m->model_bytes &&
            o->quality >= m->quality &&
            (o->p50 < m->p50 || o->model_bytes < m->model_bytes))
            return true;
    }
    return false;
}
