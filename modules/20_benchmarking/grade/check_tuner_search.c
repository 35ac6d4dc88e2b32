// check_tuner_search.c: the searches. The child logs of which configuration each sample was taken, the parent knows what it
// said: from these two follows all that a search must have found.
#include "checks_tuner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/rng.h"

// --- What a search must do ---

typedef struct {
    oly_found found;
    int tried[MOST_CONFIGS], calls[MOST_CALLS];
} expected;

// The median by counting: the mean of the two of which as many are below as above.
double oly_median(const double *x, int n)
{
    double low = NAN, high = NAN;
    for (int i = 0; i < n; i++) {
        int before = 0; // in sorted order, equals by their places
        for (int j = 0; j < n; j++) before += x[j] < x[i] || (x[j] == x[i] && j < i);
        if (before == (n - 1) / 2) low = x[i];
        if (before == n / 2) high = x[i];
    }
    return (low + high) / 2;
}

// Configurations in this order; early: those without hope are stopped.
static void simulate(expected *e, grade_run *run, const int *order, int count, bool early)
{
    const int *number = run->layout.number, table = number[TABLE], limits = number[LIMITS];
    const oly_search *s = grade_given(run, AT_SEARCH);
    memset(e, 0, sizeof *e);
    e->found.best = -1, e->found.cost = INFINITY;
    for (int i = 0; i < count; i++) {
        const int config = order[i];
        const double *costs = (const double *)grade_given(run, AT_COSTS) + config * table,
                     *seconds = (const double *)grade_given(run, AT_SECONDS) + config * table,
                     *excess = (const double *)grade_given(run, AT_EXCESS) +
                               (config * table + s->samples - 1) * limits;
        double smallest = INFINITY;
        int taken = 0;
        bool stopped = false;
        e->tried[e->found.begun++] = config;
        while (taken < s->samples && !stopped) {
            e->calls[e->found.samples++] = config, e->found.seconds += seconds[taken];
            smallest = fmin(smallest, costs[taken++]);
            stopped = early && taken >= s->least && taken < s->samples && smallest > e->found.cost + s->slack;
        }
        if (stopped) continue;
        e->found.ended++;
        bool kept = true;
        for (int l = 0; l < limits; l++) kept = kept && excess[l] <= 0;
        const double cost = oly_median(costs, s->samples);
        if (kept && cost < e->found.cost) e->found.best = config, e->found.cost = cost;
    }
}

static void require_count(grade_run *run, const char *name, int got, int want)
{
    if (got != want) grade_wrong(run, "got %s = %d, expected %d", name, got, want);
}

static void require_expected(grade_run *run, const expected *e)
{
    const oly_found *found = grade_result(run, AT_FOUND);
    const search_log *log = grade_result(run, AT_LOG);
    const int *tried = grade_result(run, AT_TRIED);
    for (int i = 0; i < log->calls && i < e->found.samples; i++)
        if (log->config[i] != e->calls[i])
            grade_wrong(run, "sample number %d was taken of configuration %d, expected %d", i + 1,
                        log->config[i], e->calls[i]);
    require_count(run, "calls of sample", log->calls, e->found.samples);
    require_count(run, "found->begun", found->begun, e->found.begun);
    require_count(run, "found->ended", found->ended, e->found.ended);
    require_count(run, "found->samples", found->samples, e->found.samples);
    require_count(run, "found->best", found->best, e->found.best);
    if (isinf(e->found.cost) ? found->cost != e->found.cost : !(fabs(found->cost - e->found.cost) <= 1e-12))
        grade_wrong(run, "got found->cost = %.12g, expected %.12g", found->cost, e->found.cost);
    oly_require_near(run, found->seconds, e->found.seconds, 1e-9, "found->seconds");
    for (int i = 0; i < e->found.begun && !(run->layout.number[NULLS] >> AT_TRIED & 1); i++)
        if (tried[i] != e->tried[i])
            grade_wrong(run, "got tried[%d] = %d, expected %d", i, tried[i], e->tried[i]);
}

void oly_require_search(grade_run *run, const int *order, int count)
{
    static expected e;
    simulate(&e, run, order, count, false);
    require_expected(run, &e);
}

static int begun_of(int budget, int configs) { return budget < configs ? budget : configs; }

void oly_check_search(grade_run *run)
{
    static expected e;
    int order[MOST_CONFIGS];
    const oly_search *search = grade_given(run, AT_SEARCH);
    const int configs = run->layout.number[CONFIGS];
    tt_rng rng = {search->seed};
    oly_require_status(run, TT_OK, "");
    rng_order(&rng, order, configs);
    for (int i = 0; i < configs && run->row->argument != RANDOM_ONES; i++) order[i] = i;
    simulate(&e, run, order, begun_of(search->budget, configs), run->row->argument == EARLY_STOP);
    require_expected(run, &e);
}

// --- Scripts ---

void oly_lay_script(grade_run *run, int configs, int limits, int d, oly_search search)
{
    int *number = run->layout.number;
    number[CONFIGS] = configs, number[LIMITS] = limits, number[DIMENSIONS] = d,
    number[TABLE] = search.samples, number[FAILS] = -1;
    const int samples = configs * search.samples;
    double *x = oly_doubles(run, (size_t)(configs * d)), *costs = oly_doubles(run, (size_t)samples),
           *excess = oly_doubles(run, (size_t)(samples * limits)),
           *seconds = oly_doubles(run, (size_t)samples);
    for (int i = 0; i < configs * d; i++) x[i] = oly_uniform(run, 0, 1);
    // Whole parts of 64, so that sums and medians are exact and some costs are equal. One limit in eight is broken.
    for (int i = 0; i < samples; i++) costs[i] = (grade_random_below(run, 24) - 12) / 64.0;
    for (int i = 0; i < samples; i++) seconds[i] = grade_random_below(run, 256) / 256.0;
    for (int i = 0; i < samples * limits; i++) excess[i] = (grade_random_below(run, 8) - 6) / 4.0;
    *(oly_search *)grade_input_bytes(run, sizeof search) = search;
    grade_output_bytes(run, sizeof(oly_found));
    grade_output_bytes(run, (size_t)begun_of(search.budget, configs) * sizeof(int));
    grade_output_bytes(run, sizeof(search_log));
}

static uint64_t some_seed(grade_run *run)
{
    return (uint64_t)grade_random_below(run, 1 << 30) << 33 | (uint64_t)grade_random_below(run, 1 << 30);
}

// Budgets below, at and above what there is, odd and even samples, none to three limits; what is of other searches is no number.
static const struct script_row {
    int configs, limits, samples, budget;
} script_rows[] = {{1, 0, 1, 1},   {5, 0, 3, 5}, {12, 1, 4, 7},   {40, 2, 5, 40},
                   {30, 3, 2, 99}, {8, 3, 6, 3}, {100, 1, 1, 60}, {64, 0, 7, 64}};

static bool lay_row(grade_run *run)
{
    if (run->step >= COUNT(script_rows)) return false;
    const struct script_row *r = &script_rows[run->step];
    oly_lay_script(run, r->configs, r->limits, 2,
                   (oly_search){.samples = r->samples,
                                .budget = r->budget,
                                .least = -1,
                                .slack = NAN,
                                .first = -1,
                                .noise = NAN,
                                .seed = some_seed(run)});
    if (run->step == 1) run->layout.number[NULLS] = 1 << AT_TRIED;
    return true;
}

bool oly_fill_all(grade_run *run)
{
    if (run->step == COUNT(script_rows)) { // nothing keeps its limit, but at first
        oly_lay_script(run, 6, 1, 1, (oly_search){.samples = 3, .budget = 6});
        double *excess = (double *)grade_result(run, AT_EXCESS);
        for (int i = 0; i < 18; i++) excess[i] = i % 3 == 2 ? 0.25 : -1;
        return true;
    }
    return lay_row(run);
}

bool oly_fill_random(grade_run *run) { return lay_row(run); }

// --- Early stopping ---

static void lay_costs(grade_run *run, int config, const double *costs)
{
    const int table = run->layout.number[TABLE];
    memcpy((double *)grade_result(run, AT_COSTS) + config * table, costs, (size_t)table * sizeof *costs);
}

// Most configurations cost clearly more than the best of those before them, some hardly more.
bool oly_fill_early(grade_run *run)
{
    static const struct {
        int configs, limits, samples, budget, least;
        double slack;
    } rows[] = {{10, 0, 5, 10, 2, 0},       {60, 0, 7, 60, 2, 0.0625}, {40, 1, 6, 30, 3, 0.03125},
                {50, 2, 9, 50, 4, 0},       {20, 0, 2, 20, 2, 0},      {30, 3, 5, 99, 5, 0},
                {30, 0, 4, 30, 2, INFINITY}};
    if (run->step >= COUNT(rows)) return false;
    const int configs = rows[run->step].configs, samples = rows[run->step].samples;
    oly_lay_script(run, configs, rows[run->step].limits, 1,
                   (oly_search){.samples = samples,
                                .budget = rows[run->step].budget,
                                .least = rows[run->step].least,
                                .slack = rows[run->step].slack,
                                .first = -1,
                                .noise = NAN});
    double *costs = (double *)grade_result(run, AT_COSTS);
    for (int c = 0; c < configs; c++)
        for (int s = 0, level = grade_random_below(run, 64); s < samples; s++)
            costs[c * samples + s] += level / 64.0;
    return true;
}

// By hand: which of two configurations of five samples is stopped, and when. Least is 2, the slack 1/8.
bool oly_fill_lucky(grade_run *run)
{
    static const struct {
        double first[5], second[5];
        double excess; // of the first
    } rows[] = {
        {{1, 1, 1, 1, 1}, {9, 9, 0.5, 0.5, 0.5}, -1},     // two bad samples: stopped, for that is the rule
        {{1, 1, 1, 1, 1}, {9, 1.125, 0.5, 0.5, 0.5}, -1}, // exactly at the slack: goes on, and is the best
        {{1, 1, 1, 1, 1}, {9, 0.5, 9, 9, 9}, -1},         // one lucky sample: goes on, and is not the best
        {{1, 1, 9, 9, 1}, {1.125, 0.75, 0.75, 9, 9}, -1}, // the first one's worst, and its last, say nothing
        {{0.5, 1, 3, 3, 3}, {2, 2, 2, 2, 2}, -1},         // nor does its smallest: its median is 3
        {{1, 1, 1, 1, 1}, {2, 2, 2, 2, 2}, 1},            // it breaks its limit, so there is no best
        {{4, 1, 1, 1, 1}, {0.9375, 3, 3, 3, 3}, -1},      // a smallest sample that was the first
        {{3, 3, 3, 3, 3}, {3, 3, 3, 3, 3}, -1},           // equal: not stopped, and the first one is the best
        {{1, 1, 1, 1, 1},
         {1.25, 1.25, 1.25, 1.25, 1},
         -1} // stopped after the second sample, not after the fourth
    };
    if (run->step >= COUNT(rows)) return false;
    oly_lay_script(run, 2, 1, 1, (oly_search){.samples = 5, .budget = 2, .least = 2, .slack = 0.125});
    lay_costs(run, 0, rows[run->step].first), lay_costs(run, 1, rows[run->step].second);
    double *excess = (double *)grade_result(run, AT_EXCESS);
    for (int i = 0; i < 10; i++) excess[i] = i < 5 ? rows[run->step].excess : 0;
    return true;
}
