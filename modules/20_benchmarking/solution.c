// solution.c: the reference of module 20: a harness whose quality is that of the timed calls, scores from pairs,
// configurations and manifests as text, and a tuner. Clarity before speed: all of it is little beside what it measures.
#include "benchmarking.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "tuning.h"

// --- 1. Harness ---

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

tt_status oly_quantile(double *value, const double *samples, int n, double quantile)
{
    if (n < 1) return TT_BAD_SHAPE;
    if (!value || !samples || !(quantile >= 0 && quantile <= 1)) return TT_BAD_VALUE;
    for (int i = 0; i < n; i++)
        if (!isfinite(samples[i])) return TT_BAD_VALUE;
    double *sorted = malloc((size_t)n * sizeof *sorted);
    if (!sorted) return TT_NO_MEMORY;
    memcpy(sorted, samples, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, ascending);
    const double place = (n - 1) * quantile;
    const int below = (int)place, above = below + 1 < n ? below + 1 : below;
    *value = sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    free(sorted);
    return TT_OK;
}

// The place of the largest of n, the first of equals; -1 if one is NaN.
static int largest(const float *x, int n)
{
    int best = 0;
    for (int j = 0; j < n; j++) {
        if (isnan(x[j])) return -1;
        if (x[j] > x[best]) best = j;
    }
    return best;
}

// The door of accuracy and nats.
static tt_status check_answers(const void *out, const float *logits, const int *answers, int count,
                               int classes)
{
    if (count < 1 || classes < 1) return TT_BAD_SHAPE;
    if (!out || !logits || !answers) return TT_BAD_VALUE;
    for (int i = 0; i < count; i++)
        if (answers[i] < 0 || answers[i] >= classes) return TT_BAD_VALUE;
    return TT_OK;
}

tt_status oly_accuracy(double *share, const float *logits, const int *labels, int count, int classes)
{
    const tt_status status = check_answers(share, logits, labels, count, classes);
    if (status != TT_OK) return status;
    int right = 0;
    for (int i = 0; i < count; i++)
        right += largest(logits + (size_t)i * (size_t)classes, classes) == labels[i];
    *share = (double)right / count;
    return TT_OK;
}

tt_status oly_nats(double *nats, const float *logits, const int *targets, int count, int classes)
{
    const tt_status status = check_answers(nats, logits, targets, count, classes);
    if (status != TT_OK) return status;
    double total = 0;
    for (int i = 0; i < count; i++) {
        const float *row = logits + (size_t)i * (size_t)classes;
        for (int j = 0; j < classes; j++)
            if (!isfinite(row[j])) return TT_BAD_VALUE;
        const double most = (double)row[largest(row, classes)];
        double sum = 0;
        for (int j = 0; j < classes; j++) sum += exp((double)row[j] - most);
        total += log(sum) - ((double)row[targets[i]] - most);
    }
    *nats = total / count;
    return TT_OK;
}

// Between two readings of the clock.
static tt_status seconds_between(double *seconds, double begin, double end)
{
    if (!isfinite(begin) || !isfinite(end) || !(end > begin)) return TT_BAD_VALUE;
    *seconds = end - begin;
    return TT_OK;
}

// One batch, timed. What lies in its rows from before is no answer: they are NaN until the call has written them. That this
// touches them before the clock is read is as it should be, too.
static tt_status time_run(double *seconds, float *rows, const oly_subject *subject, const oly_plan *plan,
                          int first, oly_clock clock)
{
    for (size_t i = 0; i < (size_t)plan->batch * (size_t)plan->classes; i++) rows[i] = NAN;
    const double begin = clock.now(clock.state);
    const tt_status status = subject->run(subject->state, rows, first, plan->batch);
    const double end = clock.now(clock.state);
    return status == TT_OK ? seconds_between(seconds, begin, end) : status;
}

static tt_status time_train(double *seconds, const oly_subject *subject, oly_clock clock)
{
    const double begin = clock.now(clock.state);
    const tt_status status = subject->train(subject->state);
    const double end = clock.now(clock.state);
    return status == TT_OK ? seconds_between(seconds, begin, end) : status;
}

static tt_status check_measure(const void *metrics, const void *logits, const oly_subject *s,
                               const oly_plan *p, oly_clock clock)
{
    if (!metrics || !logits || !s || !p || !clock.now) return TT_BAD_VALUE;
    if (!s->run || !s->model_bytes || !s->peak_bytes || !p->answers) return TT_BAD_VALUE;
    if (p->quality != OLY_ACCURACY && p->quality != OLY_NATS) return TT_BAD_VALUE;
    if (p->inputs < 1 || p->batch < 1 || p->inputs % p->batch != 0 || p->classes < 1) return TT_BAD_SHAPE;
    return p->warm_up < 0 || p->passes < 1 || p->train_steps < 0 ? TT_BAD_SHAPE : TT_OK;
}

// All calls, in order. seconds has room for each timed call; steps for each step of training.
static tt_status run_plan(double *seconds, double *steps, float *logits, const oly_subject *subject,
                          const oly_plan *plan, oly_clock clock)
{
    const int batches = plan->inputs / plan->batch;
    const size_t classes = (size_t)plan->classes;
    tt_status status = TT_OK;
    for (int i = 0; i < plan->warm_up && status == TT_OK; i++) {
        const int first = i % batches * plan->batch;
        status = subject->run(subject->state, logits + (size_t)first * classes, first, plan->batch);
    }
    for (int pass = 0; pass < plan->passes; pass++)
        for (int first = 0; first < plan->inputs && status == TT_OK; first += plan->batch)
            status = time_run(seconds++, logits + (size_t)first * classes, subject, plan, first, clock);
    for (int i = 0; subject->train && i < plan->train_steps && status == TT_OK; i++)
        status = time_train(&steps[i], subject, clock);
    return status;
}

tt_status oly_measure(oly_metrics *metrics, float *logits, const oly_subject *subject, const oly_plan *plan,
                      oly_clock clock)
{
    tt_status status = check_measure(metrics, logits, subject, plan, clock);
    if (status != TT_OK) return status;
    const size_t calls = (size_t)(plan->inputs / plan->batch) * (size_t)plan->passes;
    if (calls > INT_MAX) return TT_NO_MEMORY;
    const int trained = subject->train ? plan->train_steps : 0;
    double *seconds = malloc((calls + (size_t)trained) * sizeof *seconds);
    if (!seconds) return TT_NO_MEMORY;
    status = run_plan(seconds, seconds + calls, logits, subject, plan, clock);

    oly_metrics made = {0};
    double sum = 0;
    for (size_t i = 0; i < calls && status == TT_OK; i++) sum += seconds[i];
    if (status == TT_OK) status = oly_quantile(&made.p50, seconds, (int)calls, 0.5);
    if (status == TT_OK) status = oly_quantile(&made.p95, seconds, (int)calls, 0.95);
    if (status == TT_OK && trained > 0)
        status = oly_quantile(&made.train_step, seconds + calls, trained, 0.5);
    free(seconds);
    if (status != TT_OK) return status;
    status = (plan->quality == OLY_NATS ? oly_nats : oly_accuracy)(&made.quality, logits, plan->answers,
                                                                   plan->inputs, plan->classes);
    if (status != TT_OK) return status;
    made.throughput = (double)plan->inputs * plan->passes / sum;
    made.model_bytes = subject->model_bytes(subject->state);
    made.peak_bytes = subject->peak_bytes(subject->state);
    *metrics = made;
    return TT_OK;
}

// --- 2. Score ---

// The ratio of each pair, or TT_BAD_VALUE for what is no time.
static tt_status ratios_of(double *ratio, const double *before, const double *after, int pairs)
{
    for (int i = 0; i < pairs; i++) {
        if (!isfinite(before[i]) || !isfinite(after[i]) || before[i] <= 0 || after[i] <= 0)
            return TT_BAD_VALUE;
        ratio[i] = before[i] / after[i];
    }
    return TT_OK;
}

tt_status oly_paired_ratio(double *ratio, const double *before, const double *after, int pairs)
{
    if (pairs < 1) return TT_BAD_SHAPE;
    if (!ratio || !before || !after) return TT_BAD_VALUE;
    double *each = malloc((size_t)pairs * sizeof *each);
    if (!each) return TT_NO_MEMORY;
    tt_status status = ratios_of(each, before, after, pairs);
    if (status == TT_OK) status = oly_quantile(ratio, each, pairs, 0.5);
    free(each);
    return status;
}

enum { LEAST_PAIRS = 6, MOST_PAIRS = 1000 };

// The largest k with 2 P(B <= k) <= 0.05. For 1000 pairs the smallest chance is 1e-301: a double still holds it.
static int order_statistic(int pairs)
{
    double chance = ldexp(1, -pairs), sum = chance; // of 0 heads
    int k = 0;
    while (true) {
        chance *= (double)(pairs - k) / (k + 1);
        sum += chance;
        if (2 * sum > 0.05) return k;
        k++;
    }
}

tt_status oly_paired_interval(double *low, double *high, const double *before, const double *after, int pairs)
{
    if (pairs < LEAST_PAIRS || pairs > MOST_PAIRS) return TT_BAD_SHAPE;
    if (!low || !high || !before || !after) return TT_BAD_VALUE;
    double each[MOST_PAIRS];
    const tt_status status = ratios_of(each, before, after, pairs);
    if (status != TT_OK) return status;
    qsort(each, (size_t)pairs, sizeof *each, ascending);
    const int k = order_statistic(pairs);
    *low = each[k], *high = each[pairs - 1 - k];
    return TT_OK;
}

static bool is_ratio(double x) { return isfinite(x) && x > 0; }

// Room for the rounding of a quality and of a sum of weights.
static const double ROUNDING = 1e-9;

// Written so that a NaN does not pass.
static bool passes_gate(const oly_gate *g)
{
    const double worse = g->kind == OLY_ACCURACY ? g->baseline - g->entry : g->entry - g->baseline;
    return worse <= g->allowed + ROUNDING;
}

tt_status oly_event_score(oly_score *score, const oly_gate *gate, const oly_metric *metrics, int count)
{
    if (count < 1) return TT_BAD_SHAPE;
    if (!score || !gate || !metrics) return TT_BAD_VALUE;
    if ((gate->kind != OLY_ACCURACY && gate->kind != OLY_NATS) || !isfinite(gate->allowed) ||
        gate->allowed < 0)
        return TT_BAD_VALUE;
    double weights = 0, sum = 0;
    for (int i = 0; i < count; i++) {
        const double weight = metrics[i].weight;
        if (!(weight >= 0 && weight <= 1) || !is_ratio(metrics[i].ratio)) return TT_BAD_VALUE;
        weights += weight, sum += weight * log(metrics[i].ratio);
    }
    if (fabs(weights - 1) > ROUNDING) return TT_BAD_VALUE;
    *score = passes_gate(gate) ? (oly_score){true, exp(sum)} : (oly_score){false, 0};
    return TT_OK;
}

tt_status oly_total_score(oly_score *total, const oly_score *events, int count)
{
    if (count < 1) return TT_BAD_SHAPE;
    if (!total || !events) return TT_BAD_VALUE;
    double sum = 0;
    bool all = true;
    for (int i = 0; i < count; i++) {
        if (events[i].scored && !is_ratio(events[i].score)) return TT_BAD_VALUE;
        if (events[i].scored) sum += log(events[i].score);
        else all = false;
    }
    *total = all ? (oly_score){true, exp(sum / count)} : (oly_score){false, 0};
    return TT_OK;
}

tt_status oly_count_score(double *score, const oly_counts *baseline, const oly_counts *entry)
{
    if (!score || !baseline || !entry) return TT_BAD_VALUE;
    const long long old[] = {baseline->macs, baseline->bytes, baseline->misses},
                    new[] = {entry->macs, entry->bytes, entry->misses};
    double product = 1;
    for (int i = 0; i < 3; i++) {
        if (old[i] < 1 || new[i] < 1) return TT_BAD_VALUE;
        product *= (double)old[i] / (double)new[i];
    }
    *score = cbrt(product);
    return TT_OK;
}

// --- 3. Entry ---

tt_status oly_config_check(const oly_rule **broken, const oly_space *space, const oly_config *config)
{
    if (!broken || !space || !config) return TT_BAD_VALUE;
    for (int i = 0; i < space->fields; i++)
        if (config->choice[i] >= space->field[i].choices) return TT_BAD_VALUE;
    *broken = NULL;
    for (int i = 0; i < space->rules && !*broken; i++) {
        const oly_rule *r = &space->rule[i];
        if (r->choices >> config->choice[r->field] & r->others >> config->choice[r->other] & 1) *broken = r;
    }
    return TT_OK;
}

// The next configuration of the odometer; false behind the last.
static bool turn(oly_config *config, const oly_space *space)
{
    for (int i = space->fields - 1; i >= 0; i--) {
        if (++config->choice[i] < space->field[i].choices) return true;
        config->choice[i] = 0;
    }
    return false;
}

// Those that break no rule, written if configs is not NULL.
static int walk(oly_config *configs, const oly_space *space)
{
    int count = 0;
    oly_config config = {{0}};
    do {
        const oly_rule *broken;
        oly_config_check(&broken, space, &config);
        if (broken) continue;
        if (configs) configs[count] = config;
        count++;
    } while (turn(&config, space));
    return count;
}

tt_status oly_config_list(oly_config *configs, int *count, int room, const oly_space *space)
{
    if (!count || !space) return TT_BAD_VALUE;
    const int found = walk(NULL, space);
    if (configs && found > room) return TT_BAD_SHAPE;
    if (configs) walk(configs, space);
    *count = found;
    return TT_OK;
}

tt_status oly_config_write(char *text, size_t room, const oly_space *space, const oly_config *config)
{
    if (!text || !space || !config) return TT_BAD_VALUE;
    size_t length = 0;
    for (int i = 0; i < space->fields; i++) {
        if (config->choice[i] >= space->field[i].choices) return TT_BAD_VALUE;
        const oly_field *f = &space->field[i];
        length += strlen(f->name) + strlen(" = \n") + strlen(f->choice[config->choice[i]]);
    }
    if (length >= room) return TT_BAD_SHAPE;
    for (int i = 0; i < space->fields; i++) {
        const oly_field *f = &space->field[i];
        text += sprintf(text, "%s = %s\n", f->name, f->choice[config->choice[i]]);
    }
    return TT_OK;
}

// A piece of a text that somebody else holds.
typedef struct {
    const char *at;
    size_t length;
} piece;

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static piece without_blanks(piece p)
{
    while (p.length > 0 && is_blank(p.at[0])) p.at++, p.length--;
    while (p.length > 0 && is_blank(p.at[p.length - 1])) p.length--;
    return p;
}

// What stands before the first `mark`, all of it if there is none.
static piece before_mark(piece p, char mark)
{
    const char *found = memchr(p.at, mark, p.length);
    return (piece){p.at, found ? (size_t)(found - p.at) : p.length};
}

static bool equals(piece p, const char *word)
{
    return strlen(word) == p.length && memcmp(p.at, word, p.length) == 0;
}

enum { SHOWN = 40 }; // characters of a word in a message
#define WORD(p) (int)((p).length < SHOWN ? (p).length : SHOWN), (p).at

// One line, without its newline: nothing, or a field's choice, which is noted in config and in seen.
static tt_status read_line(oly_config *config, bool *seen, piece line, int number, const oly_space *space)
{
    line = before_mark(line, '#');
    if (without_blanks(line).length == 0) return TT_OK;
    const piece left = before_mark(line, '='), name = without_blanks(left);
    if (left.length == line.length || name.length == 0)
        return tt_fail(TT_BAD_VALUE, "line %d: not of the form name = choice: \"%.*s\"", number, WORD(line));
    const piece word = without_blanks((piece){left.at + left.length + 1, line.length - left.length - 1});

    int field = 0, choice = 0;
    while (field < space->fields && !equals(name, space->field[field].name)) field++;
    if (field == space->fields)
        return tt_fail(TT_BAD_VALUE, "line %d: %s has no field \"%.*s\"", number, space->event, WORD(name));
    const oly_field *f = &space->field[field];
    if (seen[field]) return tt_fail(TT_BAD_VALUE, "line %d: %s came before", number, f->name);
    while (choice < f->choices && !equals(word, f->choice[choice])) choice++;
    if (choice == f->choices)
        return tt_fail(TT_BAD_VALUE, "line %d: %s cannot be \"%.*s\"", number, f->name, WORD(word));
    config->choice[field] = (unsigned char)choice, seen[field] = true;
    return TT_OK;
}

tt_status oly_config_read(oly_config *config, const char *text, const oly_space *space)
{
    if (!config || !text || !space) return TT_BAD_VALUE;
    oly_config read = {{0}};
    bool seen[OLY_FIELDS] = {false};
    for (int number = 1; *text; number++) {
        const piece line = {text, strcspn(text, "\n")};
        const tt_status status = read_line(&read, seen, line, number, space);
        if (status != TT_OK) return status;
        text += line.length + (text[line.length] == '\n');
    }
    for (int i = 0; i < space->fields; i++)
        if (!seen[i]) return tt_fail(TT_BAD_VALUE, "%s is missing", space->field[i].name);
    const oly_rule *broken;
    oly_config_check(&broken, space, &read);
    if (broken) return tt_fail(TT_BAD_VALUE, "%s", broken->why);
    *config = read;
    return TT_OK;
}

// --- 4. Tuner: a Gaussian process ---

static bool is_variance(double x) { return x >= 0 && isfinite(x); }

tt_status oly_cholesky(double *l, const double *k, int n, double jitter)
{
    if (n < 1) return TT_BAD_SHAPE;
    if (!l || !k || !is_variance(jitter)) return TT_BAD_VALUE;
    double *made =
        calloc((size_t)n * (size_t)n, sizeof *made); // so that l stays untouched if this fails halfway
    if (!made) return TT_NO_MEMORY;
    tt_status status = TT_OK;
    for (int i = 0; i < n && status == TT_OK; i++)
        for (int j = 0; j <= i; j++) {
            double sum = k[i * n + j] + (i == j ? jitter : 0);
            for (int p = 0; p < j; p++) sum -= made[i * n + p] * made[j * n + p];
            if (i == j && !(sum > 0 && isfinite(sum))) status = TT_BAD_VALUE; // also if it is NaN
            made[i * n + j] = i == j ? sqrt(sum) : sum / made[j * n + j];
        }
    if (status == TT_OK) memcpy(l, made, (size_t)n * (size_t)n * sizeof *l);
    free(made);
    return status;
}

tt_status oly_kernel(double *k, const double *x, const double *z, int n, int m, int d, double length)
{
    if (n < 1 || m < 1 || d < 1) return TT_BAD_SHAPE;
    if (!k || !x || !z || !(length > 0 && isfinite(length))) return TT_BAD_VALUE;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++) {
            double squares = 0;
            for (int c = 0; c < d; c++) {
                const double away = x[i * d + c] - z[j * d + c];
                squares += away * away;
            }
            k[i * m + j] = exp(-squares / (2 * length * length));
        }
    return TT_OK;
}

// b becomes L^-1 b: from the first row down, each one needs the ones above.
static void solve_lower(const double *l, double *b, int n)
{
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) b[i] -= l[i * n + j] * b[j];
        b[i] /= l[i * n + i];
    }
}

// b becomes L^-T b: from the last row up.
static void solve_upper(const double *l, double *b, int n)
{
    for (int i = n - 1; i >= 0; i--) {
        for (int j = i + 1; j < n; j++) b[i] -= l[j * n + i] * b[j];
        b[i] /= l[i * n + i];
    }
}

// l, alpha and likelihood of a process of which all else is known. y: the values that it sees.
static tt_status fit_length(oly_process *p, const double *y, double *k)
{
    const int n = p->n;
    tt_status status = oly_kernel(k, p->x, p->x, n, n, p->d, p->length);
    if (status == TT_OK) status = oly_cholesky(p->l, k, n, p->noise + pow(10, -OLY_JITTER_PLACES));
    if (status != TT_OK) return status;
    memcpy(p->alpha, y, (size_t)n * sizeof *y);
    solve_lower(p->l, p->alpha, n);
    solve_upper(p->l, p->alpha, n);
    p->likelihood = -0.5 * n * log(2 * M_PI);
    for (int i = 0; i < n; i++) p->likelihood -= 0.5 * y[i] * p->alpha[i] + log(p->l[i * n + i]);
    return TT_OK;
}

// (y - mean) / deviation -> seen; the process keeps both.
static tt_status standardise(double *seen, oly_process *p, const double *y)
{
    double sum = 0, squares = 0;
    bool equal = true;
    for (int i = 0; i < p->n; i++) {
        if (!isfinite(y[i])) return TT_BAD_VALUE;
        sum += y[i], equal = equal && y[i] == y[0];
    }
    p->mean = equal ? y[0] : sum / p->n;
    for (int i = 0; i < p->n; i++) squares += (y[i] - p->mean) * (y[i] - p->mean);
    p->deviation = equal ? 1 : sqrt(squares / p->n);
    for (int i = 0; i < p->n; i++) seen[i] = (y[i] - p->mean) / p->deviation;
    return TT_OK;
}

tt_status oly_fit(oly_process *p, const double *x, const double *y, int n, int d, double noise,
                  const double *lengths, int count)
{
    if (n < 1 || d < 1 || count < 1) return TT_BAD_SHAPE;
    if (!p || !p->l || !p->alpha || !x || !y || !lengths || !is_variance(noise)) return TT_BAD_VALUE;
    const size_t square = (size_t)n * (size_t)n;
    double *room = malloc((2 * square + 2 * (size_t)n) * sizeof *room);
    if (!room) return TT_NO_MEMORY;
    double *k = room, *l = k + square, *alpha = l + square, *seen = alpha + n;
    oly_process made = {.n = n, .d = d, .x = x, .noise = noise, .l = l, .alpha = alpha}, best = made;
    tt_status status = standardise(seen, &made, y);
    for (int i = 0; i < count && status == TT_OK; i++) {
        made.length = lengths[i];
        status = fit_length(&made, seen, k);
        if (i == 0 || made.likelihood > best.likelihood) best = made;
    }
    if (status == TT_OK) { // once more, and now into the caller's arrays
        best.l = p->l, best.alpha = p->alpha;
        status = fit_length(&best, seen, k);
        *p = best;
    }
    free(room);
    return status;
}

tt_status oly_predict(double *mean, double *deviation, const oly_process *p, const double *z, int m)
{
    if (m < 1 || (p && (p->n < 1 || p->d < 1))) return TT_BAD_SHAPE;
    if (!mean || !deviation || !p || !p->x || !p->l || !p->alpha || !z) return TT_BAD_VALUE;
    double *k = malloc((size_t)m * (size_t)p->n * sizeof *k);
    if (!k) return TT_NO_MEMORY;
    tt_status status = oly_kernel(k, z, p->x, m, p->n, p->d, p->length);
    for (int i = 0; i < m && status == TT_OK; i++) {
        double *v = k + (size_t)i * (size_t)p->n, sum = 0, known = 0;
        for (int j = 0; j < p->n; j++) sum += v[j] * p->alpha[j];
        solve_lower(p->l, v, p->n);
        for (int j = 0; j < p->n; j++) known += v[j] * v[j];
        mean[i] = p->mean + p->deviation * sum;
        deviation[i] = p->deviation * sqrt(fmax(0, 1 - known));
    }
    free(k);
    return status;
}

// The chance that a standard normal number is at most t. With erfc it keeps its digits where it is tiny.
static double normal_below(double t) { return 0.5 * erfc(-t / sqrt(2)); }

static bool is_gauss(double mean, double deviation, double bound)
{
    return isfinite(mean) && isfinite(bound) && deviation >= 0 && isfinite(deviation);
}

tt_status oly_expected_improvement(double *improvement, double mean, double deviation, double best)
{
    if (!improvement || !is_gauss(mean, deviation, best)) return TT_BAD_VALUE;
    const double t = (best - mean) / deviation;
    *improvement = fmax(0, best - mean);
    if (deviation > 0)
        *improvement =
            fmax(0, (best - mean) * normal_below(t) + deviation * exp(-0.5 * t * t) / sqrt(2 * M_PI));
    return TT_OK;
}

tt_status oly_chance(double *chance, double mean, double deviation, double limit)
{
    if (!chance || !is_gauss(mean, deviation, limit)) return TT_BAD_VALUE;
    *chance = deviation > 0 ? normal_below((limit - mean) / deviation) : mean <= limit;
    return TT_OK;
}

// --- 4. Tuner: what is wanted ---

static bool is_share(double x) { return x >= 0 && x <= 1; }

static bool is_measured(const oly_metrics *m)
{
    return m->p50 > 0 && isfinite(m->p50) && m->peak_bytes > 0 && m->model_bytes > 0;
}

tt_status oly_profile_cost(double *cost, double *excess, const oly_metrics *metrics, const oly_metrics *base,
                           oly_quality kind, const oly_profile *profile)
{
    if (!cost || !excess || !metrics || !base || !profile || !is_measured(metrics) || !is_measured(base) ||
        !isfinite(metrics->quality))
        return TT_BAD_VALUE;
    const double latency = profile->latency, memory = profile->memory, bytes = profile->bytes;
    if (!is_share(latency) || !is_share(memory) || !is_share(bytes) ||
        !(fabs(latency + memory + bytes - 1) <= ROUNDING))
        return TT_BAD_VALUE;
    if (isnan(profile->most_latency) || isnan(profile->most_memory) || isnan(profile->worst_quality))
        return TT_BAD_VALUE;
    *cost = latency * log(metrics->p50 / base->p50) +
            memory * log((double)metrics->peak_bytes / (double)base->peak_bytes) +
            bytes * log((double)metrics->model_bytes / (double)base->model_bytes);
    excess[0] = metrics->p50 - profile->most_latency;
    excess[1] = (double)metrics->peak_bytes - profile->most_memory;
    excess[2] = kind == OLY_ACCURACY ? profile->worst_quality - metrics->quality
                                     : metrics->quality - profile->worst_quality;
    return TT_OK;
}

// --- 4. Tuner: the search ---

// A search on its way: what is known of the configurations that had all their samples, in the order in which they were begun.
typedef struct {
    const oly_problem *problem;
    const oly_search *search;
    int budget;
    oly_found found;
    int *order, *tried;              // (configs) as drawn, (budget)
    double *samples;                 // (search->samples) of the configuration that is tried
    double *cost, *excess;           // (ended), (OLY_LIMITS, budget)
    double *squeezed;                // (ended): of the limit that is looked at
    double *mean, *deviation, *gain; // (configs)
    double *x, *l, *alpha;           // (ended, d), (budget, budget), (budget): of a process
} hunt;

// What a sample says can be used: only an excess may be -INFINITY.
static bool is_sound(double cost, const double *excess, int limits, double seconds)
{
    if (!isfinite(cost) || !(seconds >= 0 && isfinite(seconds))) return false;
    for (int l = 0; l < limits; l++)
        if (!(excess[l] < INFINITY)) return false; // also if it is NaN
    return true;
}

// Take the samples of one configuration. It is stopped if the smallest so far is above `most`.
static tt_status hunt_try(hunt *h, int config, double most)
{
    const oly_problem *p = h->problem;
    const int samples = h->search->samples;
    double excess[OLY_LIMITS], smallest = INFINITY, seconds;
    h->tried[h->found.begun++] = config;
    for (int i = 0; i < samples; i++) {
        tt_status status = p->sample(p->state, &h->samples[i], excess, &seconds, config);
        if (status != TT_OK) return status;
        if (!is_sound(h->samples[i], excess, p->limits, seconds)) return TT_BAD_VALUE;
        h->found.samples++, h->found.seconds += seconds;
        smallest = fmin(smallest, h->samples[i]);
        if (i + 1 >= h->search->least && i + 1 < samples && smallest > most) return TT_OK;
    }
    const int n = h->found.ended++;
    bool kept = true;
    for (int l = 0; l < p->limits; l++) {
        h->excess[l * h->budget + n] = excess[l];
        kept = kept && excess[l] <= 0;
    }
    tt_status status = oly_quantile(&h->cost[n], h->samples, samples, 0.5);
    if (status == TT_OK && kept && h->cost[n] < h->found.cost)
        h->found.best = config, h->found.cost = h->cost[n];
    return status;
}

// What a process that knows y of the configurations tried so far expects of all -> mean, deviation.
static tt_status hunt_predict(hunt *h, const double *y)
{
    static const double lengths[] = {0.1, 0.2, 0.4, 0.8, 1.6};
    const oly_problem *p = h->problem;
    const int n = h->found.ended; // all that were begun
    for (int i = 0; i < n; i++)
        memcpy(h->x + i * p->d, p->x + h->tried[i] * p->d, (size_t)p->d * sizeof *h->x);
    oly_process process = {.l = h->l, .alpha = h->alpha};
    tt_status status = oly_fit(&process, h->x, y, n, p->d, h->search->noise, lengths,
                               (int)(sizeof lengths / sizeof *lengths));
    return status == TT_OK ? oly_predict(h->mean, h->deviation, &process, p->x, p->configs) : status;
}

static bool is_limited(const double *excess, int n)
{
    for (int i = 0; i < n; i++)
        if (excess[i] == -INFINITY) return false;
    return true;
}

// Between -1 and 1, so that what is broken by far does not hide what lies at the limit.
static void squeeze(double *squeezed, const double *excess, int n)
{
    double size = 0;
    for (int i = 0; i < n; i++) size += fabs(excess[i]) / n;
    for (int i = 0; i < n; i++) squeezed[i] = excess[i] / ((size > 0 ? size : 1) + fabs(excess[i]));
}

static bool was_tried(const hunt *h, int config)
{
    for (int i = 0; i < h->found.begun; i++)
        if (h->tried[i] == config) return true;
    return false;
}

// What promises most: the expected improvement, once there is something to improve on, times the chance of each limit.
static tt_status hunt_choose(hunt *h, int *chosen)
{
    const int configs = h->problem->configs;
    const bool improves = h->found.best >= 0;
    tt_status status = improves ? hunt_predict(h, h->cost) : TT_OK;
    for (int c = 0; c < configs; c++) h->gain[c] = 1;
    for (int c = 0; c < configs && improves && status == TT_OK; c++)
        status = oly_expected_improvement(&h->gain[c], h->mean[c], h->deviation[c], h->found.cost);
    for (int l = 0; l < h->problem->limits && status == TT_OK; l++) {
        const double *excess = h->excess + l * h->budget;
        if (!is_limited(excess, h->found.ended)) continue;
        squeeze(h->squeezed, excess, h->found.ended);
        status = hunt_predict(h, h->squeezed);
        for (int c = 0; c < configs && status == TT_OK; c++) {
            double chance = 0;
            status = oly_chance(&chance, h->mean[c], h->deviation[c], 0);
            h->gain[c] *= chance;
        }
    }
    *chosen = -1;
    for (int c = 0; c < configs; c++)
        if (!was_tried(h, c) && (*chosen < 0 || h->gain[c] > h->gain[*chosen])) *chosen = c;
    return status;
}

typedef enum { IN_ORDER, EARLY, RANDOM, PROCESS } hunt_kind;

static tt_status hunt_check(const oly_found *found, const oly_problem *p, const oly_search *s, hunt_kind kind)
{
    if (!found || !p || !s || !p->sample || (kind == PROCESS && !p->x)) return TT_BAD_VALUE;
    if (p->configs < 1 || p->limits < 0 || p->limits > OLY_LIMITS || s->samples < 1 || s->budget < 1)
        return TT_BAD_SHAPE;
    if (kind == EARLY && (s->least < 2 || s->least > s->samples)) return TT_BAD_SHAPE;
    if (kind == EARLY && !(s->slack >= 0)) return TT_BAD_VALUE;
    if (kind == PROCESS && (p->d < 1 || s->first < 1)) return TT_BAD_SHAPE;
    if (kind == PROCESS && !is_variance(s->noise)) return TT_BAD_VALUE;
    return TT_OK;
}

// Room for a search in one piece of memory, which begins at h->mean.
static tt_status hunt_begin(hunt *h, const oly_problem *p, const oly_search *s, hunt_kind kind)
{
    const int budget = s->budget < p->configs ? s->budget : p->configs;
    *h = (hunt){.problem = p, .search = s, .budget = budget, .found = {.best = -1, .cost = INFINITY}};
    const size_t n = (size_t)budget, configs = (size_t)p->configs, d = kind == PROCESS ? (size_t)p->d : 0;
    h->order = malloc((configs + n) * sizeof *h->order);
    h->mean = malloc((3 * configs + (size_t)s->samples + n * (OLY_LIMITS + 3 + d + n)) * sizeof *h->mean);
    if (!h->order || !h->mean) return TT_NO_MEMORY;
    h->tried = h->order + configs;
    h->deviation = h->mean + configs, h->gain = h->deviation + configs, h->samples = h->gain + configs;
    h->cost = h->samples + s->samples, h->excess = h->cost + n, h->squeezed = h->excess + OLY_LIMITS * n;
    h->alpha = h->squeezed + n, h->x = h->alpha + n, h->l = h->x + d * n;
    for (int i = 0; i < p->configs; i++) h->order[i] = i;
    tt_rng rng = {s->seed};
    if (kind == RANDOM || kind == PROCESS) rng_order(&rng, h->order, p->configs);
    return TT_OK;
}

static tt_status hunt_all(oly_found *found, int *tried, const oly_problem *p, const oly_search *s,
                          hunt_kind kind)
{
    hunt h;
    tt_status status = hunt_check(found, p, s, kind);
    if (status != TT_OK) return status;
    status = hunt_begin(&h, p, s, kind);
    for (int i = 0; status == TT_OK && i < h.budget; i++) {
        int config = h.order[i];
        if (kind == PROCESS && i >= s->first) status = hunt_choose(&h, &config);
        if (status == TT_OK)
            status = hunt_try(&h, config, kind == EARLY ? h.found.cost + s->slack : INFINITY);
    }
    if (status == TT_OK) {
        *found = h.found;
        if (tried) memcpy(tried, h.tried, (size_t)h.budget * sizeof *tried);
    }
    free(h.order), free(h.mean);
    return status;
}

tt_status oly_search_all(oly_found *found, int *tried, const oly_problem *problem, const oly_search *search)
{
    return hunt_all(found, tried, problem, search, IN_ORDER);
}

tt_status oly_search_early(oly_found *found, int *tried, const oly_problem *problem, const oly_search *search)
{
    return hunt_all(found, tried, problem, search, EARLY);
}

tt_status oly_search_random(oly_found *found, int *tried, const oly_problem *problem,
                            const oly_search *search)
{
    return hunt_all(found, tried, problem, search, RANDOM);
}

tt_status oly_search_process(oly_found *found, int *tried, const oly_problem *problem,
                             const oly_search *search)
{
    return hunt_all(found, tried, problem, search, PROCESS);
}

// --- 5. Submission ---

static bool may_name(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c && strchr("_-.", c));
}

// A name that can do no harm: no path, no hidden file, no option of a program.
static bool is_name(piece p)
{
    if (p.length < 1 || p.length >= OLY_NAME || p.at[0] == '-' || p.at[0] == '.') return false;
    for (size_t i = 0; i < p.length; i++)
        if (!may_name(p.at[i])) return false;
    return true;
}

static bool is_name_text(const char *text) { return text && is_name((piece){text, strlen(text)}); }

static bool are_files(const oly_file *files, int count)
{
    for (int i = 0; i < count; i++) {
        if (!files[i].name || (!files[i].bytes && files[i].count > 0)) return false;
        for (int j = 0; j < i; j++)
            if (strcmp(files[i].name, files[j].name) == 0) return false;
    }
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const oly_file *const *)a)->name, (*(const oly_file *const *)b)->name);
}

tt_status oly_manifest_write(char *text, size_t room, const char *event, const char *team,
                             const oly_file *files, int count, oly_hash *hash)
{
    if (count < 1 || count > OLY_FILES) return TT_BAD_SHAPE;
    if (!text || !files || !hash || !is_name_text(event) || !is_name_text(team) || !are_files(files, count))
        return TT_BAD_VALUE;
    const oly_file *sorted[OLY_FILES];
    for (int i = 0; i < count; i++) {
        if (!is_name_text(files[i].name)) return TT_BAD_VALUE;
        sorted[i] = &files[i];
    }
    qsort(sorted, (size_t)count, sizeof *sorted, by_name);

    char made[(3 + OLY_FILES) * (OLY_HASH + OLY_NAME + 8)];
    size_t length = (size_t)sprintf(made, "olympics 1\nevent %s\nteam %s\n", event, team);
    for (int i = 0; i < count; i++) {
        char hex[OLY_HASH + 1];
        hash(hex, sorted[i]->bytes, sorted[i]->count);
        length += (size_t)sprintf(made + length, "%s  %s\n", hex, sorted[i]->name);
    }
    if (length >= room) return TT_BAD_SHAPE;
    memcpy(text, made, length + 1);
    return TT_OK;
}

typedef struct {
    int count;
    char hash[OLY_FILES][OLY_HASH + 1], name[OLY_FILES][OLY_NAME];
} listing;

static bool is_hash(const char *at)
{
    for (int i = 0; i < OLY_HASH; i++)
        if (!((at[i] >= '0' && at[i] <= '9') || (at[i] >= 'a' && at[i] <= 'f'))) return false;
    return true;
}

static bool is_named(piece line, const char *word)
{
    const size_t length = strlen(word);
    return line.length > length && memcmp(line.at, word, length) == 0 &&
           is_name((piece){line.at + length, line.length - length});
}

// A line of a file; where its names are in order, none comes twice.
static bool take_file(listing *list, piece line)
{
    enum { BEFORE_NAME = OLY_HASH + 2 };
    if (list->count == OLY_FILES || line.length <= BEFORE_NAME || !is_hash(line.at)) return false;
    const piece name = {line.at + BEFORE_NAME, line.length - BEFORE_NAME};
    if (line.at[OLY_HASH] != ' ' || line.at[OLY_HASH + 1] != ' ' || !is_name(name)) return false;
    const int i = list->count;
    snprintf(list->hash[i], sizeof list->hash[i], "%.*s", OLY_HASH, line.at);
    snprintf(list->name[i], sizeof list->name[i], "%.*s", (int)name.length, name.at);
    if (i > 0 && strcmp(list->name[i - 1], list->name[i]) >= 0) return false;
    list->count++;
    return true;
}

// The number of the first line that cannot be read; 0: all were.
static int read_manifest(listing *list, const char *text)
{
    for (int number = 1;; number++) {
        if (!*text && list->count > 0) return 0;
        const piece line = {text, strcspn(text, "\n")};
        if (text[line.length] != '\n') return number;
        const bool good = number == 1   ? equals(line, "olympics 1")
                          : number == 2 ? is_named(line, "event ")
                          : number == 3 ? is_named(line, "team ")
                                        : take_file(list, line);
        if (!good) return number;
        text += line.length + 1;
    }
}

static const oly_file *find_file(const oly_file *files, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(files[i].name, name) == 0) return &files[i];
    return NULL;
}

static bool is_listed(const listing *list, const char *name)
{
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->name[i], name) == 0) return true;
    return false;
}

static bool has_hash(const oly_file *file, const char *want, oly_hash *hash)
{
    char hex[OLY_HASH + 1];
    hash(hex, file->bytes, file->count);
    return strcmp(hex, want) == 0;
}

static oly_checked found(oly_fault fault, const char *name)
{
    oly_checked c = {.fault = fault};
    snprintf(c.name, sizeof c.name, "%s", name);
    return c;
}

// The first fault of files beside a manifest that could be read.
static oly_checked compare_files(const listing *list, const oly_file *files, int count, oly_hash *hash)
{
    for (int i = 0; i < list->count; i++)
        if (!find_file(files, count, list->name[i])) return found(OLY_MISSING, list->name[i]);
    for (int i = 0; i < count; i++)
        if (!is_listed(list, files[i].name)) return found(OLY_UNLISTED, files[i].name);
    for (int i = 0; i < list->count; i++)
        if (!has_hash(find_file(files, count, list->name[i]), list->hash[i], hash))
            return found(OLY_CHANGED, list->name[i]);
    return found(OLY_WHOLE, "");
}

tt_status oly_manifest_check(oly_checked *checked, const char *text, const oly_file *files, int count,
                             oly_hash *hash)
{
    if (count < 0) return TT_BAD_SHAPE;
    if (!checked || !text || (!files && count > 0) || !hash || !are_files(files, count)) return TT_BAD_VALUE;
    listing list = {0};
    const int line = read_manifest(&list, text);
    *checked = line > 0 ? (oly_checked){.fault = OLY_UNREADABLE, .line = line}
                        : compare_files(&list, files, count, hash);
    return TT_OK;
}

// --- 6. Break it ---

tt_status oly_break_ratio(int input, int *pairs, float *before, float *after)
{
    static const struct {
        int pairs;
        float before[8], after[8];
    } inputs[OLY_BREAK_INPUTS] = {
        // Ratios 1 9 2: nothing is in the middle by its place, and one is far away.
        {3, {1, 9, 2}, {1, 1, 1}},
        // The machine is ten times slower for half of the pairs, and not always for both halves of one.
        {5, {1, 10, 1, 10, 10}, {0.5F, 8, 0.4F, 1, 9}},
        // Two are in the middle, far from each other: ratios 1 2 8 9.
        {4, {9, 1, 8, 2}, {1, 1, 1, 1}},
        // Both ends decide: without the first or the last pair the middle is another one. Ratios 4 5 1 2 3 is 3.
        {5, {9, 5, 1, 2, 3}, {1, 1, 1, 1, 1}},
    };
    if (input < 0 || input >= OLY_BREAK_INPUTS || !pairs || !before || !after) return TT_BAD_VALUE;
    *pairs = inputs[input].pairs;
    for (int i = 0; i < *pairs; i++) before[i] = inputs[input].before[i], after[i] = inputs[input].after[i];
    return TT_OK;
}
