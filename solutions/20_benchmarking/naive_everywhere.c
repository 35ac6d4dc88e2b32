// naive_everywhere.c: a competition as it is often published, behind every name: one run without a warm-up, the quality of
// the first batch, the ratio of means, arithmetic means of scores and no gate, a tuner that takes one sample of each and
// asks for no limit, names that are hashed for files, and nothing refused.
#include "benchmarking.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tuning.h"

// --- 1. Harness ---

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

tt_status oly_quantile(double *value, const double *samples, int n, double quantile)
{
    double *sorted = malloc((size_t)n * sizeof *sorted);
    memcpy(sorted, samples, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, ascending);
    const int place = (int)(n * quantile);
    *value = sorted[place < n ? place : n - 1];
    free(sorted);
    return TT_OK;
}

tt_status oly_accuracy(double *share, const float *logits, const int *labels, int count, int classes)
{
    int right = 0;
    for (int i = 0; i < count; i++) {
        int best = 0;
        for (int j = 0; j < classes; j++)
            if (logits[i * classes + j] > logits[i * classes + best]) best = j;
        right += best == labels[i];
    }
    *share = (double)right / count;
    return TT_OK;
}

tt_status oly_nats(double *nats, const float *logits, const int *targets, int count, int classes)
{
    float total = 0;
    for (int i = 0; i < count; i++) {
        float sum = 0;
        for (int j = 0; j < classes; j++) sum += expf(logits[i * classes + j]);
        total -= logf(expf(logits[i * classes + targets[i]]) / sum);
    }
    *nats = (double)total / count;
    return TT_OK;
}

tt_status oly_measure(oly_metrics *metrics, float *logits, const oly_subject *subject, const oly_plan *plan,
                      oly_clock clock)
{
    const int batches = plan->inputs / plan->batch;
    const double begin = clock.now(clock.state);
    for (int i = 0; i < batches; i++)
        subject->run(subject->state, logits + i * plan->batch * plan->classes, i * plan->batch, plan->batch);
    const double seconds = clock.now(clock.state) - begin;
    metrics->p50 = metrics->p95 = seconds / batches;
    metrics->throughput = plan->inputs / seconds;
    metrics->train_step = 0;
    oly_accuracy(&metrics->quality, logits, plan->answers, plan->batch, plan->classes);
    metrics->model_bytes = subject->model_bytes(subject->state);
    metrics->peak_bytes = subject->peak_bytes(subject->state);
    return TT_OK;
}

// --- 2. Score ---

static double mean(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += x[i];
    return sum / n;
}

tt_status oly_paired_ratio(double *ratio, const double *before, const double *after, int pairs)
{
    *ratio = mean(before, pairs) / mean(after, pairs);
    return TT_OK;
}

tt_status oly_paired_interval(double *low, double *high, const double *before, const double *after, int pairs)
{
    const double middle = mean(before, pairs) / mean(after, pairs);
    *low = 0.95 * middle, *high = 1.05 * middle;
    return TT_OK;
}

tt_status oly_event_score(oly_score *score, const oly_gate *gate, const oly_metric *metrics, int count)
{
    (void)gate;
    *score = (oly_score){true, 0};
    for (int i = 0; i < count; i++) score->score += metrics[i].weight * metrics[i].ratio;
    return TT_OK;
}

tt_status oly_total_score(oly_score *total, const oly_score *events, int count)
{
    *total = (oly_score){true, 0};
    for (int i = 0; i < count; i++) total->score += events[i].score / count;
    return TT_OK;
}

tt_status oly_count_score(double *score, const oly_counts *baseline, const oly_counts *entry)
{
    *score = (double)baseline->macs / (double)entry->macs;
    return TT_OK;
}

// --- 3. Entry ---

tt_status oly_config_check(const oly_rule **broken, const oly_space *space, const oly_config *config)
{
    *broken = NULL;
    for (int i = 0; i < space->rules; i++)
        if (space->rule[i].choices >> config->choice[space->rule[i].field] & 1 &&
            space->rule[i].others >> config->choice[space->rule[i].other] & 1)
            *broken = &space->rule[i];
    return TT_OK;
}

tt_status oly_config_list(oly_config *configs, int *count, int room, const oly_space *space)
{
    oly_config c = {{0}};
    *count = 0;
    while (*count < room) {
        configs[(*count)++] = c;
        int i = 0;
        while (i < space->fields && ++c.choice[i] == space->field[i].choices) c.choice[i++] = 0;
        if (i == space->fields) break;
    }
    return TT_OK;
}

tt_status oly_config_write(char *text, size_t room, const oly_space *space, const oly_config *config)
{
    (void)room;
    for (int i = 0; i < space->fields; i++)
        text += sprintf(text, "%s=%s\n", space->field[i].name, space->field[i].choice[config->choice[i]]);
    return TT_OK;
}

tt_status oly_config_read(oly_config *config, const char *text, const oly_space *space)
{
    char name[64], word[64];
    memset(config, 0, sizeof *config);
    while (sscanf(text, "%63[^= ] = %63s", name, word) == 2) {
        for (int i = 0; i < space->fields; i++)
            for (int j = 0; j < space->field[i].choices; j++)
                if (!strcmp(space->field[i].name, name) && !strcmp(space->field[i].choice[j], word))
                    config->choice[i] = (unsigned char)j;
        text = strchr(text, '\n');
        if (!text) break;
        text++;
    }
    return TT_OK;
}

// --- 4. Tuner ---

tt_status oly_cholesky(double *l, const double *k, int n, double jitter)
{
    (void)jitter;
    memset(l, 0, (size_t)n * (size_t)n * sizeof *l);
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double sum = k[i * n + j];
            for (int p = 0; p < j; p++) sum -= l[i * n + p] * l[j * n + p];
            l[i * n + j] = i == j ? sqrt(sum) : sum / l[j * n + j];
        }
    return TT_OK;
}

tt_status oly_kernel(double *k, const double *x, const double *z, int n, int m, int d, double length)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++) {
            double distance = 0;
            for (int p = 0; p < d; p++) distance += fabs(x[i * d + p] - z[j * d + p]);
            k[i * m + j] = exp(-distance / length);
        }
    return TT_OK;
}

tt_status oly_fit(oly_process *p, const double *x, const double *y, int n, int d, double noise,
                  const double *lengths, int count)
{
    (void)count;
    p->n = n, p->d = d, p->x = x, p->noise = noise, p->length = lengths[0];
    p->mean = mean(y, n), p->deviation = 1, p->likelihood = 0;
    return TT_OK;
}

tt_status oly_predict(double *mean, double *deviation, const oly_process *p, const double *z, int m)
{
    (void)z;
    for (int i = 0; i < m; i++) mean[i] = p->mean, deviation[i] = p->deviation;
    return TT_OK;
}

tt_status oly_expected_improvement(double *improvement, double mean, double deviation, double best)
{
    (void)deviation;
    *improvement = mean < best ? best - mean : 0;
    return TT_OK;
}

tt_status oly_chance(double *chance, double mean, double deviation, double limit)
{
    (void)deviation;
    *chance = mean <= limit;
    return TT_OK;
}

tt_status oly_profile_cost(double *cost, double *excess, const oly_metrics *metrics, const oly_metrics *base,
                           oly_quality kind, const oly_profile *profile)
{
    (void)kind, (void)profile;
    *cost = metrics->p50 / base->p50;
    for (int i = 0; i < OLY_LIMITS; i++) excess[i] = 0;
    return TT_OK;
}

// One sample of each, and the least of all, whatever its limits.
tt_status oly_search_all(oly_found *found, int *tried, const oly_problem *problem, const oly_search *search)
{
    double excess[OLY_LIMITS];
    *found = (oly_found){.best = -1, .cost = INFINITY};
    for (int c = 0; c < problem->configs && c < search->budget; c++) {
        double cost, seconds;
        problem->sample(problem->state, &cost, excess, &seconds, c);
        if (cost < found->cost) found->cost = cost, found->best = c;
        if (tried) tried[c] = c;
        found->begun++, found->ended++, found->samples++, found->seconds += seconds;
    }
    return TT_OK;
}

tt_status oly_search_early(oly_found *found, int *tried, const oly_problem *problem, const oly_search *search)
{
    return oly_search_all(found, tried, problem, search);
}

tt_status oly_search_random(oly_found *found, int *tried, const oly_problem *problem,
                            const oly_search *search)
{
    return oly_search_all(found, tried, problem, search);
}

tt_status oly_search_process(oly_found *found, int *tried, const oly_problem *problem,
                             const oly_search *search)
{
    return oly_search_all(found, tried, problem, search);
}

// --- 5. Submission ---

tt_status oly_manifest_write(char *text, size_t room, const char *event, const char *team,
                             const oly_file *files, int count, oly_hash *hash)
{
    int used = snprintf(text, room, "olympics 1\nevent %s\nteam %s\n", event, team);
    for (int i = 0; i < count; i++) {
        char hex[OLY_HASH + 1];
        hash(hex, files[i].name, strlen(files[i].name));
        used += snprintf(text + used, room - (size_t)used, "%s  %s\n", hex, files[i].name);
    }
    return TT_OK;
}

tt_status oly_manifest_check(oly_checked *checked, const char *text, const oly_file *files, int count,
                             oly_hash *hash)
{
    (void)hash;
    *checked = (oly_checked){.fault = OLY_WHOLE};
    for (int i = 0; i < count; i++)
        if (!strstr(text, files[i].name)) checked->fault = OLY_UNLISTED;
    return TT_OK;
}

// --- 6. Break it ---

tt_status oly_break_ratio(int input, int *pairs, float *before, float *after)
{
    *pairs = 3;
    for (int i = 0; i < 3; i++) before[i] = 2, after[i] = (float)(1 + input);
    return TT_OK;
}
