// run_tuner.c: the child's side of the tuner: numbers and arrays to calls, and the sample function of a search.
#include <string.h>

#include "calls_tuner.h"
#include "runs.h"

#define ONE(i) (*(const double *)job_array(memory, i))

static tt_status run_fit(void *memory, const int *number)
{
    const double *x = ARRAY(0);
    double *l = ARRAY(5), *alpha = ARRAY(6);
    oly_process *p = ARRAY(4);
    if (p) p->l = l, p->alpha = alpha;
    tt_status status = oly_fit(p, x, ARRAY(1), number[A], number[C], ONE(3), ARRAY(2), number[B]);
    if (!p) return status;
    if (status == TT_OK)
        *(fit_places *)job_array(memory, 7) = (fit_places){p->x - x, p->l - l, p->alpha - alpha};
    memset(&p->l, 0xff, sizeof p->l), memset(&p->alpha, 0xff, sizeof p->alpha); // as they were laid out
    return status;
}

tt_status oly_run_tuner(void *memory, int call)
{
    const int *number = ((job_layout *)memory)->number, n = number[A], m = number[B], d = number[C];
    switch (call) {
    case CHOLESKY:
        return oly_cholesky(ARRAY(2), ARRAY(0), n, ONE(1));
    case KERNEL:
        return oly_kernel(ARRAY(3), ARRAY(0), ARRAY(1), n, m, d, ONE(2));
    case FIT:
        return run_fit(memory, number);
    case PREDICT: {
        oly_process p = *(oly_process *)job_array(memory, 2);
        p.x = ARRAY(0), p.l = ARRAY(3), p.alpha = ARRAY(4);
        return oly_predict(ARRAY(5), ARRAY(6), ARRAY(2) ? &p : NULL, ARRAY(1), m);
    }
    case COST:
        return oly_profile_cost(ARRAY(3), ARRAY(4), ARRAY(0), ARRAY(1), (oly_quality)n, ARRAY(2));
    default: {
        const double *given = job_array(memory, 0);
        return (call == CHANCE ? oly_chance : oly_expected_improvement)(ARRAY(1), given[0], given[1],
                                                                        given[2]);
    }
    }
}

// --- Searches ---

static struct {
    const int *number;
    const double *costs, *excess, *seconds;
    int seen[MOST_CONFIGS]; // samples of each
    search_log *log;
} script;

static tt_status next_sample(void *state, double *cost, double *excess, double *seconds, int config)
{
    (void)state;
    const int *number = script.number, limits = number[LIMITS], call = script.log->calls;
    if (call < MOST_CALLS) script.log->config[call] = config;
    script.log->calls++;
    const bool fails = number[FAILS] >= 0 && call >= number[FAILS];
    if (fails || call >= MOST_CALLS || config < 0 || config >= number[CONFIGS]) return TT_BAD_FILE;
    const int s = script.seen[config] < number[TABLE] ? script.seen[config]++ : number[TABLE] - 1,
              at = config * number[TABLE] + s;
    *cost = script.costs[at], *seconds = script.seconds[at];
    for (int l = 0; l < limits; l++) excess[l] = script.excess[at * limits + l];
    return TT_OK;
}

tt_status oly_run_search(void *memory, int which)
{
    typedef tt_status search(oly_found *, int *, const oly_problem *, const oly_search *);
    static search *const searches[] = {oly_search_all, oly_search_early, oly_search_random,
                                       oly_search_process};
    const int *number = ((job_layout *)memory)->number;
    memset(&script, 0, sizeof script);
    script.number = number, script.log = job_array(memory, AT_LOG), script.log->calls = 0;
    script.costs = job_array(memory, AT_COSTS), script.excess = job_array(memory, AT_EXCESS);
    script.seconds = job_array(memory, AT_SECONDS);
    const oly_problem problem = {NULL,
                                 number[NULLS] & NO_SAMPLE ? NULL : next_sample,
                                 number[CONFIGS],
                                 number[LIMITS],
                                 number[DIMENSIONS],
                                 ARRAY(AT_X)};
    // A bit of an input that run needs itself means that the problem is NULL.
    return searches[which - ALL](ARRAY(AT_FOUND), ARRAY(AT_TRIED),
                                 number[NULLS] >> AT_COSTS & 1 ? NULL : &problem, ARRAY(AT_SEARCH));
}
