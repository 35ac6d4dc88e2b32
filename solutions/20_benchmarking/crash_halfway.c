// crash_halfway.c: a student's file in the middle of the work: the score of the counts is there, but for its door, a
// quantile reads far outside its array, the rest is as shipped. Lesson, benchmark and grader must go on round it.
#include "benchmarking.h"

#include <math.h>

#include "tuning.h"

// --- 1. Harness ---

tt_status oly_quantile(double *value, const double *samples, int n, double quantile)
{
    if (!value || !samples || !(quantile >= 0 && quantile <= 1)) return TT_BAD_VALUE;
    if (n < 1) return TT_BAD_SHAPE;
    for (long far = -(1L << 42); far < 0; far += n) *value += samples[far];
    return TT_OK;
}

tt_status oly_accuracy(double *share, const float *logits, const int *labels, int count, int classes)
{
    (void)share, (void)logits, (void)labels, (void)count, (void)classes;
    return TT_TODO;
}

tt_status oly_nats(double *nats, const float *logits, const int *targets, int count, int classes)
{
    (void)nats, (void)logits, (void)targets, (void)count, (void)classes;
    return TT_TODO;
}

tt_status oly_measure(oly_metrics *metrics, float *logits, const oly_subject *subject, const oly_plan *plan,
                      oly_clock clock)
{
    (void)metrics, (void)logits, (void)subject, (void)plan, (void)clock;
    return TT_TODO;
}

// --- 2. Score ---

tt_status oly_paired_ratio(double *ratio, const double *before, const double *after, int pairs)
{
    (void)ratio, (void)before, (void)after, (void)pairs;
    return TT_TODO;
}

tt_status oly_paired_interval(double *low, double *high, const double *before, const double *after, int pairs)
{
    (void)low, (void)high, (void)before, (void)after, (void)pairs;
    return TT_TODO;
}

tt_status oly_event_score(oly_score *score, const oly_gate *gate, const oly_metric *metrics, int count)
{
    (void)score, (void)gate, (void)metrics, (void)count;
    return TT_TODO;
}

tt_status oly_total_score(oly_score *total, const oly_score *events, int count)
{
    (void)total, (void)events, (void)count;
    return TT_TODO;
}

tt_status oly_count_score(double *score, const oly_counts *baseline, const oly_counts *entry)
{
    if (!score || !baseline || !entry) return TT_BAD_VALUE;
    *score = cbrt((double)baseline->macs / (double)entry->macs * (double)baseline->bytes /
                  (double)entry->bytes * (double)baseline->misses / (double)entry->misses);
    return TT_OK;
}

// --- 3. Entry ---

tt_status oly_config_check(const oly_rule **broken, const oly_space *space, const oly_config *config)
{
    (void)broken, (void)space, (void)config;
    return TT_TODO;
}

tt_status oly_config_list(oly_config *configs, int *count, int room, const oly_space *space)
{
    (void)configs, (void)count, (void)room, (void)space;
    return TT_TODO;
}

tt_status oly_config_write(char *text, size_t room, const oly_space *space, const oly_config *config)
{
    (void)text, (void)room, (void)space, (void)config;
    return TT_TODO;
}

tt_status oly_config_read(oly_config *config, const char *text, const oly_space *space)
{
    (void)config, (void)text, (void)space;
    return TT_TODO;
}

// --- 4. Tuner ---

tt_status oly_cholesky(double *l, const double *k, int n, double jitter)
{
    (void)l, (void)k, (void)n, (void)jitter;
    return TT_TODO;
}

tt_status oly_kernel(double *k, const double *x, const double *z, int n, int m, int d, double length)
{
    (void)k, (void)x, (void)z, (void)n, (void)m, (void)d, (void)length;
    return TT_TODO;
}

tt_status oly_fit(oly_process *p, const double *x, const double *y, int n, int d, double noise,
                  const double *lengths, int count)
{
    (void)p, (void)x, (void)y, (void)n, (void)d, (void)noise, (void)lengths, (void)count;
    return TT_TODO;
}

tt_status oly_predict(double *mean, double *deviation, const oly_process *p, const double *z, int m)
{
    (void)mean, (void)deviation, (void)p, (void)z, (void)m;
    return TT_TODO;
}

tt_status oly_expected_improvement(double *improvement, double mean, double deviation, double best)
{
    (void)improvement, (void)mean, (void)deviation, (void)best;
    return TT_TODO;
}

tt_status oly_chance(double *chance, double mean, double deviation, double limit)
{
    (void)chance, (void)mean, (void)deviation, (void)limit;
    return TT_TODO;
}

tt_status oly_profile_cost(double *cost, double *excess, const oly_metrics *metrics, const oly_metrics *base,
                           oly_quality kind, const oly_profile *profile)
{
    (void)cost, (void)excess, (void)metrics, (void)base, (void)kind, (void)profile;
    return TT_TODO;
}

tt_status oly_search_all(oly_found *found, int *tried, const oly_problem *problem, const oly_search *search)
{
    (void)found, (void)tried, (void)problem, (void)search;
    return TT_TODO;
}

tt_status oly_search_early(oly_found *found, int *tried, const oly_problem *problem, const oly_search *search)
{
    (void)found, (void)tried, (void)problem, (void)search;
    return TT_TODO;
}

tt_status oly_search_random(oly_found *found, int *tried, const oly_problem *problem,
                            const oly_search *search)
{
    (void)found, (void)tried, (void)problem, (void)search;
    return TT_TODO;
}

tt_status oly_search_process(oly_found *found, int *tried, const oly_problem *problem,
                             const oly_search *search)
{
    (void)found, (void)tried, (void)problem, (void)search;
    return TT_TODO;
}

// --- 5. Submission ---

tt_status oly_manifest_write(char *text, size_t room, const char *event, const char *team,
                             const oly_file *files, int count, oly_hash *hash)
{
    (void)text, (void)room, (void)event, (void)team, (void)files, (void)count, (void)hash;
    return TT_TODO;
}

tt_status oly_manifest_check(oly_checked *checked, const char *text, const oly_file *files, int count,
                             oly_hash *hash)
{
    (void)checked, (void)text, (void)files, (void)count, (void)hash;
    return TT_TODO;
}

// --- 6. Break it ---

tt_status oly_break_ratio(int input, int *pairs, float *before, float *after)
{
    (void)input, (void)pairs, (void)before, (void)after;
    return TT_TODO;
}
