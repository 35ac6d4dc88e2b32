// tools_record.c: the record of a whole space, searched as if nobody had it, and what a search missed.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/rng.h"

const oly_record *record_open(void)
{
    static oly_record r;
    const tt_status status =
        record_read(&r, &oly_spaces[OLY_MLP], record_mlp);
    if (status != TT_OK) printf("%s\n", tt_error());
    return status == TT_OK ? &r : NULL;
}

void config_line(char *text, size_t room, const oly_space *space,
                 const oly_config *config)
{
    size_t used = (size_t)snprintf(text, room, "baseline");
    for (int f = 0, named = 0; f < space->fields; f++)
        if (config->choice[f]) {
            if (!named++) used = 0;
            used += (size_t)snprintf(text + used, room - used, "%s%s %s",
                                     used ? ", " : "", space->field[f].name,
                                     oly_choice(space, config, f));
        }
}

// Give the choices of each field its places in another order.
static void shuffle_places(double *x, const oly_record *r)
{
    const oly_space *s = r->space;
    tt_rng rng = {5};
    for (int f = 0; f < s->fields; f++) {
        int order[OLY_CHOICES];
        rng_order(&rng, order, s->field[f].choices);
        for (int i = 0; i < r->configs; i++)
            x[i * s->fields + f] =
                s->field[f].place[order[r->config[i].choice[f]]];
    }
}

tt_status search_record(oly_found *found, int *tried, recorded_job job,
                        oly_searcher *searcher, const oly_search *search)
{
    static record_replay replay;
    oly_problem problem;
    record_problem(&problem, &replay, job.record, job.profile);
    if (job.shuffled) shuffle_places(replay.x, job.record);
    return searcher(found, tried, &problem, search);
}

tt_status best_of_record(int *best, double *cost, recorded_job job)
{
    *best = -1, *cost = INFINITY;
    for (int i = 0; i < job.record->configs; i++) {
        double one;
        const tt_status status =
            record_cost(&one, job.record, job.profile, i);
        if (status != TT_OK) return status;
        if (one < *cost) *cost = one, *best = i;
    }
    return TT_OK;
}

tt_status mean_regret(double *mean, recorded_job job, oly_searcher *searcher,
                      int budget, int seeds)
{
    static int tried[RECORD_CONFIGS];
    int best;
    double least, cost;
    tt_status status = best_of_record(&best, &least, job);
    for (int i = 0; i < budget; i++) mean[i] = 0;
    for (int seed = 1; seed <= seeds && status == TT_OK; seed++) {
        oly_search search = oly_search_usual(
            job.record->configs, job.record->samples, (uint64_t)seed);
        search.budget = budget;
        oly_found found;
        double so_far = INFINITY;
        status = search_record(&found, tried, job, searcher, &search);
        for (int i = 0; i < budget && status == TT_OK; i++) {
            status = record_cost(&cost, job.record, job.profile, tried[i]);
            so_far = fmin(so_far, cost);
            mean[i] += fmin(100, 100 * (exp(so_far - least) - 1)) / seeds;
        }
    }
    return status;
}

bool is_dominated(const oly_record *r, int config)
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
