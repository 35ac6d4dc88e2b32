// functions_20_tuner.c: the functions of module 20 that measure contenders and search for one.
#include "20_benchmarking/tuning.h"

#include "seam.h"

static const double halves[] = {4, 4, 4, 4, 4, 4}, ones[] = {2, 2, 2, 2, 2, 2};
static const oly_field field = {"bits", 2, {"32", "8"}, {0, 1}};
static const oly_space space = {"cnn", 1, 0, &field, NULL};
static const oly_config second = {{1}};

COURSE_FUNCTION(20, oly_quantile, (double *value, const double *samples, int n, double quantile),
                (value, samples, n, quantile), NULL, {
                    double made;
                    return f(&made, ones, 3, 0.5);
                })

// A model of one class that takes a second for each call, and a model of no bytes.
static double tick(void *seconds) { return (*(double *)seconds)++; }
static size_t one_byte(void *state) { return (void)state, 1; }

static tt_status answer(void *state, float *logits, int first, int count)
{
    (void)state, (void)first;
    for (int i = 0; i < count; i++) logits[i] = 0;
    return TT_OK;
}

COURSE_FUNCTION(20, oly_measure,
                (oly_metrics * metrics, float *logits, const oly_subject *subject, const oly_plan *plan,
                 oly_clock clock),
                (metrics, logits, subject, plan, clock), NULL, {
                    double now = 0;
                    float logits[2];
                    const int answers[] = {0, 0};
                    oly_metrics made;
                    const oly_subject subject = {NULL, answer, NULL, one_byte, one_byte};
                    const oly_plan plan = {2, 1, 0, 1, 0, OLY_ACCURACY, answers, 1};
                    return f(&made, logits, &subject, &plan, (oly_clock){tick, &now});
                })

COURSE_FUNCTION(20, oly_paired_ratio, (double *ratio, const double *before, const double *after, int pairs),
                (ratio, before, after, pairs), NULL, {
                    double made;
                    return f(&made, halves, ones, 6);
                })

COURSE_FUNCTION(20, oly_paired_interval,
                (double *low, double *high, const double *before, const double *after, int pairs),
                (low, high, before, after, pairs), NULL, {
                    double low, high;
                    return f(&low, &high, halves, ones, 6);
                })

COURSE_FUNCTION(20, oly_config_list, (oly_config * configs, int *count, int room, const oly_space *space),
                (configs, count, room, space), NULL, {
                    oly_config made[2];
                    int count;
                    return f(made, &count, 2, &space);
                })

COURSE_FUNCTION(20, oly_config_write,
                (char *text, size_t room, const oly_space *space, const oly_config *config),
                (text, room, space, config), NULL, {
                    char text[40];
                    return f(text, sizeof text, &space, &second);
                })

// --- The tuner ---

static const oly_profile fast = {"fast", 1, 0, 0, 1, 1, 0};
static const oly_metrics measured = {1, 1, 1, 0, 1, 1, 1};

COURSE_FUNCTION(20, oly_profile_cost,
                (double *cost, double *excess, const oly_metrics *metrics, const oly_metrics *base,
                 oly_quality kind, const oly_profile *profile),
                (cost, excess, metrics, base, kind, profile), NULL, {
                    double cost, excess[OLY_LIMITS];
                    return f(&cost, excess, &measured, &measured, OLY_ACCURACY, &fast);
                })

static tt_status its_number(void *state, double *cost, double *excess, double *seconds, int config)
{
    (void)state, (void)excess;
    *cost = config, *seconds = 1;
    return TT_OK;
}

static const double places[] = {0, 0.5, 1};
static const oly_problem three = {.sample = its_number, .configs = 3, .d = 1, .x = places};
static const oly_search twice = {.samples = 2, .budget = 3, .least = 2, .first = 1, .noise = 0.01};

#define SEARCH(function)                                                                                     \
    COURSE_FUNCTION(20, function,                                                                            \
                    (oly_found * found, int *tried, const oly_problem *problem, const oly_search *search),   \
                    (found, tried, problem, search), NULL, {                                                 \
                        oly_found found;                                                                     \
                        int tried[3];                                                                        \
                        return f(&found, tried, &three, &twice);                                             \
                    })

SEARCH(oly_search_all)
SEARCH(oly_search_early)
SEARCH(oly_search_random)
SEARCH(oly_search_process)
