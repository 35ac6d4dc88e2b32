// solution.c: the reference of module 19.
#include "profiling.h"

#include <stdlib.h>
#include <string.h>

#include "core/rng.h"

// --- 1. Timer ---

tt_status prof_clock_step(double *step, prof_clock clock)
{
    enum { CHANGES = 100, MOST_SAME = 10000000 };
    if (!step || !clock.now) return TT_BAD_VALUE;
    double smallest = INFINITY, last = clock.now(clock.state);
    for (int changes = 0, same = 0; changes < CHANGES;) {
        const double now = clock.now(clock.state);
        if (!(now >= last) || (now == last && ++same == MOST_SAME)) return TT_BAD_VALUE;
        if (now == last) continue;
        smallest = fmin(smallest, now - last);
        last = now, same = 0, changes++;
    }
    *step = smallest;
    return TT_OK;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Definition 7, of sorted samples and for any n >= 1.
static double quantile_of(const double *sorted, int n, double quantile)
{
    const double place = (n - 1) * quantile;
    const int below = (int)place;
    if (below + 1 >= n) return sorted[n - 1];
    return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
}

static bool all_finite(const double *x, int n)
{
    for (int i = 0; i < n; i++)
        if (!isfinite(x[i])) return false;
    return true;
}

tt_status prof_percentile(double *value, const double *samples, int n, double quantile)
{
    if (!value || !samples || !(quantile > 0 && quantile < 1)) return TT_BAD_VALUE;
    if (n < prof_samples_needed(quantile)) return TT_BAD_SHAPE;
    if (!all_finite(samples, n)) return TT_BAD_VALUE;
    double *sorted = malloc((size_t)n * sizeof *sorted);
    if (!sorted) return TT_NO_MEMORY;
    memcpy(sorted, samples, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, ascending);
    *value = quantile_of(sorted, n, quantile);
    free(sorted);
    return TT_OK;
}

static tt_status check_bootstrap(prof_bootstrap b)
{
    if (!(b.confidence >= 0.5 && b.confidence <= 0.9999)) return TT_BAD_VALUE;
    return b.resamples < prof_samples_needed((1 - b.confidence) / 2) ? TT_BAD_SHAPE : TT_OK;
}

tt_status prof_median_interval(prof_interval *interval, const double *samples, int n, prof_bootstrap b)
{
    tt_status status = check_bootstrap(b);
    if (!interval || !samples) return TT_BAD_VALUE;
    if (status != TT_OK) return status;
    if (n < prof_samples_needed(0.5)) return TT_BAD_SHAPE;
    if (!all_finite(samples, n)) return TT_BAD_VALUE;
    double *medians = malloc((size_t)b.resamples * sizeof *medians),
           *drawn = malloc((size_t)n * sizeof *drawn);
    if (!medians || !drawn) status = TT_NO_MEMORY;
    tt_rng rng = {b.seed};
    for (int r = 0; r < b.resamples && status == TT_OK; r++) {
        for (int i = 0; i < n; i++) drawn[i] = samples[rng_below(&rng, (uint64_t)n)];
        qsort(drawn, (size_t)n, sizeof *drawn, ascending);
        medians[r] = quantile_of(drawn, n, 0.5);
    }
    if (status == TT_OK) {
        qsort(medians, (size_t)b.resamples, sizeof *medians, ascending);
        interval->low = quantile_of(medians, b.resamples, (1 - b.confidence) / 2);
        interval->high = quantile_of(medians, b.resamples, (1 + b.confidence) / 2);
    }
    free(medians), free(drawn);
    return status;
}

tt_status prof_outliers(int *which, int *count, const double *samples, int n)
{
    double low, high;
    if (!which || !count) return TT_BAD_VALUE;
    tt_status status = prof_percentile(&low, samples, n, 0.25);
    if (status == TT_OK) status = prof_percentile(&high, samples, n, 0.75);
    if (status != TT_OK) return status;
    const double far = 3 * (high - low);
    *count = 0;
    for (int i = 0; i < n; i++)
        if (samples[i] < low - far || samples[i] > high + far) which[(*count)++] = i;
    return TT_OK;
}

// Seconds that a batch lasts; NaN if the clock went backwards. Nothing but the calls is between the readings.
static double time_batch(prof_work work, int calls, prof_clock clock)
{
    const double begin = clock.now(clock.state);
    for (int i = 0; i < calls; i++) work.call(work.state);
    const double end = clock.now(clock.state);
    return end >= begin ? end - begin : NAN;
}

static tt_status check_timer(const prof_timer *o)
{
    if (o->samples < prof_samples_needed(0.25) || o->most_calls < 1) return TT_BAD_SHAPE;
    const bool times = isfinite(o->step) && o->step > 0 && isfinite(o->warm_up) && o->warm_up >= 0 &&
                       isfinite(o->sample) && o->sample >= 0;
    if (!times || !(o->steady > 0)) return TT_BAD_VALUE;
    return check_bootstrap(o->interval);
}

// Warm up, and find how many calls make a sample. A cold call may last as long as a sample of many warm ones, so only
// a batch behind the warm-up says how many calls are enough.
static prof_verdict find_calls(int *calls, prof_work work, prof_clock clock, const prof_timer *o)
{
    const double least = fmax(o->sample, 1000 * o->step);
    double warmed = 0;
    for (*calls = 1;;) {
        const double lasted = time_batch(work, *calls, clock);
        if (isnan(lasted)) return PROF_BAD_CLOCK;
        if (lasted < least && *calls == o->most_calls) return PROF_TOO_SHORT;
        if (lasted >= least && warmed >= o->warm_up) return PROF_TIMED;
        if (lasted < least) *calls = *calls > o->most_calls / 2 ? o->most_calls : *calls * 2;
        warmed += lasted;
    }
}

static const prof_timing NO_NUMBERS = {.p50 = NAN, .p95 = NAN, .p99 = NAN, .median = {NAN, NAN}};

// What the samples say, among it whether they were steady.
static tt_status describe(prof_timing *t, const double *samples, const prof_timer *o)
{
    const int n = o->samples, half = n / 2;
    double first, last;
    int *which = malloc((size_t)n * sizeof *which);
    if (!which) return TT_NO_MEMORY;
    tt_status status = prof_outliers(which, &t->outliers, samples, n);
    free(which);
    if (status == TT_OK) status = prof_percentile(&t->p50, samples, n, 0.5);
    if (status == TT_OK) status = prof_percentile(&first, samples, half, 0.5);
    if (status == TT_OK) status = prof_percentile(&last, samples + n - half, half, 0.5);
    if (status == TT_OK) status = prof_median_interval(&t->median, samples, n, o->interval);
    if (status != TT_OK) return status;
    prof_percentile(&t->p95, samples, n, 0.95); // these stay NaN if the samples are too few
    prof_percentile(&t->p99, samples, n, 0.99);
    const double most = o->steady * t->p50;
    if (t->median.high - t->median.low > most || fabs(last - first) > most) {
        *t = NO_NUMBERS;
        t->verdict = PROF_NOT_STEADY;
    }
    return TT_OK;
}

tt_status prof_time(prof_timing *t, double *samples, prof_work work, prof_clock clock, const prof_timer *o)
{
    if (!t || !samples || !work.call || !clock.now || !o) return TT_BAD_VALUE;
    tt_status status = check_timer(o);
    if (status != TT_OK) return status;
    prof_timing made = NO_NUMBERS;
    int calls;
    made.verdict = find_calls(&calls, work, clock, o);
    for (int i = 0; i < o->samples && made.verdict == PROF_TIMED; i++) {
        samples[i] = time_batch(work, calls, clock) / calls;
        if (isnan(samples[i])) made.verdict = PROF_BAD_CLOCK;
    }
    if (made.verdict == PROF_TIMED) {
        status = describe(&made, samples, o);
        made.calls = calls;
    }
    if (status == TT_OK) *t = made;
    return status;
}

// --- 2. Memory profiler ---

// --- 3. Counters ---

// --- 4. Sections ---

// --- 5. BottleneckAnalyzer ---

static bool above_zero(double x) { return isfinite(x) && x > 0; }
static bool not_negative(double x) { return isfinite(x) && x >= 0; }

static bool roofs_are_valid(const prof_roofs *r)
{
    bool valid = above_zero(r->flops) && not_negative(r->overhead);
    for (int l = 0; l < 4; l++) valid = valid && above_zero(r->bandwidth[l]);
    return valid;
}

static bool operation_is_valid(const prof_operation *o)
{
    bool valid = not_negative(o->flops) && not_negative(o->calls) && above_zero(o->seconds);
    for (int l = 0; l < 4; l++) valid = valid && not_negative(o->bytes[l]);
    return valid;
}

tt_status prof_roofline(double *rate, double intensity, prof_bound level, const prof_roofs *roofs)
{
    if (!rate || !roofs || !roofs_are_valid(roofs) || !above_zero(intensity)) return TT_BAD_VALUE;
    if (level < PROF_L1 || level > PROF_DRAM) return TT_BAD_VALUE;
    *rate = fmin(roofs->flops, roofs->bandwidth[level - PROF_L1] * intensity);
    return TT_OK;
}

// Arithmetic and the levels of memory work at the same time; what a call costs comes on top. The roof that is lifted
// asks for nothing.
static double model_seconds(const double asked[PROF_ROOFS], int lifted)
{
    double longest = 0;
    for (int r = PROF_ARITHMETIC; r <= PROF_DRAM; r++)
        if (r != lifted) longest = fmax(longest, asked[r]);
    return longest + (lifted == PROF_OVERHEAD ? 0 : asked[PROF_OVERHEAD]);
}

// The seconds that each roof asks for, and what would be left of the seconds measured if it were lifted.
static void lift(double asked[PROF_ROOFS], double left[PROF_ROOFS], const prof_operation *o,
                 const prof_roofs *roofs)
{
    asked[PROF_ARITHMETIC] = o->flops / roofs->flops;
    for (int l = 0; l < 4; l++) asked[PROF_L1 + l] = o->bytes[l] / roofs->bandwidth[l];
    asked[PROF_OVERHEAD] = o->calls * roofs->overhead;
    const double model = model_seconds(asked, PROF_ROOFS);
    for (int r = 0; r < PROF_ROOFS; r++) left[r] = fmax(0, o->seconds - (model - model_seconds(asked, r)));
}

tt_status prof_find_bottleneck(prof_bottleneck *b, const prof_operation *o, const prof_roofs *roofs)
{
    if (!b || !o || !roofs || !operation_is_valid(o) || !roofs_are_valid(roofs)) return TT_BAD_VALUE;
    double asked[PROF_ROOFS], left[PROF_ROOFS];
    lift(asked, left, o, roofs);
    prof_bottleneck found = {.model = model_seconds(asked, PROF_ROOFS)};
    for (int r = 0; r < PROF_ROOFS; r++) {
        found.part[r] = asked[r] / o->seconds;
        found.gain[r] = o->seconds / left[r];
        if (asked[r] > asked[found.bound]) found.bound = (prof_bound)r;
    }
    if (found.model < 0.5 * o->seconds) found.bound = PROF_UNEXPLAINED;
    if (o->seconds < 0.9 * found.model) found.bound = PROF_IMPOSSIBLE;
    *b = found;
    return TT_OK;
}

tt_status prof_amdahl(double *gain, double part, double factor)
{
    if (!gain || !(part >= 0 && part <= 1) || !(factor > 0)) return TT_BAD_VALUE;
    *gain = 1 / (1 - part + part / factor);
    return TT_OK;
}

tt_status prof_lift_roofs(double *gain, const prof_operation *o, int count, const prof_roofs *roofs)
{
    if (count < 1) return TT_BAD_SHAPE;
    if (!gain || !o || !roofs || !roofs_are_valid(roofs)) return TT_BAD_VALUE;
    double whole = 0, left[PROF_ROOFS] = {0};
    for (int i = 0; i < count; i++) {
        if (!operation_is_valid(&o[i])) return TT_BAD_VALUE;
        double asked[PROF_ROOFS], left_here[PROF_ROOFS];
        lift(asked, left_here, &o[i], roofs);
        whole += o[i].seconds;
        for (int r = 0; r < PROF_ROOFS; r++) left[r] += left_here[r];
    }
    for (int r = 0; r < PROF_ROOFS; r++) gain[r] = whole / left[r];
    return TT_OK;
}

// --- 6. OptimizationComparer ---

tt_status prof_time_pairs(double *before, double *after, int pairs, prof_work old, prof_work new, int calls,
                          prof_clock clock)
{
    if (pairs < 1 || calls < 1) return TT_BAD_SHAPE;
    if (!before || !after || !old.call || !new.call || !clock.now) return TT_BAD_VALUE;
    for (int i = 0; i < pairs; i++) {
        const bool old_first = i % 2 == 0;
        const double first = time_batch(old_first ? old : new, calls, clock),
                     second = time_batch(old_first ? new : old, calls, clock);
        if (isnan(first) || isnan(second)) return TT_BAD_VALUE;
        before[i] = (old_first ? first : second) / calls;
        after[i] = (old_first ? second : first) / calls;
    }
    return TT_OK;
}

static bool all_times(const double *x, int n)
{
    for (int i = 0; i < n; i++)
        if (!above_zero(x[i])) return false;
    return true;
}

static tt_status median_and_interval(double *median, prof_interval *interval, const double *x, int n,
                                     prof_bootstrap b)
{
    const tt_status status = prof_percentile(median, x, n, 0.5);
    return status == TT_OK ? prof_median_interval(interval, x, n, b) : status;
}

enum { LEAST_PAIRS = 8 };

tt_status prof_compare(prof_comparison *c, const double *before, const double *after, int pairs,
                       prof_bootstrap b)
{
    if (pairs < LEAST_PAIRS) return TT_BAD_SHAPE;
    if (!c || !before || !after || !all_times(before, pairs) || !all_times(after, pairs)) return TT_BAD_VALUE;
    double *ratio = malloc((size_t)pairs * sizeof *ratio);
    if (!ratio) return TT_NO_MEMORY;
    for (int i = 0; i < pairs; i++) ratio[i] = before[i] / after[i];
    prof_comparison made = {.change = PROF_CANNOT_TELL};
    const tt_status status = median_and_interval(&made.ratio, &made.interval, ratio, pairs, b);
    free(ratio);
    if (status != TT_OK) return status;
    if (made.interval.low > 1) made.change = PROF_FASTER;
    if (made.interval.high < 1) made.change = PROF_SLOWER;
    const double distance = fabs(made.ratio - 1),
                 half = made.ratio > 1 ? made.ratio - made.interval.low : made.interval.high - made.ratio;
    made.pairs_needed = distance > 0 ? ceil(pairs * (half / distance) * (half / distance)) : INFINITY;
    *c = made;
    return TT_OK;
}

tt_status prof_compare_many(prof_comparison *c, const double *baseline, const double *const *variants,
                            int count, int pairs, prof_bootstrap b)
{
    if (count < 1) return TT_BAD_SHAPE;
    if (!c || !variants) return TT_BAD_VALUE;
    prof_comparison *made = malloc((size_t)count * sizeof *made);
    if (!made) return TT_NO_MEMORY;
    b.confidence = 1 - (1 - b.confidence) / count;
    tt_status status = TT_OK;
    for (int v = 0; v < count && status == TT_OK; v++)
        status = prof_compare(&made[v], baseline, variants[v], pairs, b);
    if (status == TT_OK) memcpy(c, made, (size_t)count * sizeof *made);
    free(made);
    return status;
}

// Four experiments: a machine that is slower for every second pair; a third of the pairs far out; as many losses as gains
// but for one; an even number, with nothing in the middle.
tt_status prof_break_pairs(int input, int *pairs, float *before, float *after)
{
    if (!pairs || !before || !after || input < 0 || input >= PROF_BREAK_INPUTS) return TT_BAD_VALUE;
    tt_rng rng = {(uint64_t)input};
    *pairs = input == 3 ? 8 : 31;
    for (int i = 0; i < *pairs; i++) {
        const float noise = rng_normal(&rng);
        before[i] = 1, after[i] = 1;
        if (input == 0) after[i] = i % 2 ? 10 : 1, before[i] = after[i] * (1.03f + 0.001f * noise);
        if (input == 1) before[i] = i % 3 ? 1.1f + 0.01f * noise : 40;
        if (input == 2) before[i] = i % 2 ? 0.9f : 1.1f;
        if (input == 3) before[i] = i % 2 ? 1.5f : 3, after[i] = 1 + 0.1f * (float)i;
    }
    return TT_OK;
}

// --- 7. InteractionAnalyzer ---

static tt_status check_experiment(const prof_experiment *e)
{
    if (e->factors < 1 || e->factors > PROF_MOST_FACTORS || e->rounds < LEAST_PAIRS) return TT_BAD_SHAPE;
    return e->seconds && all_times(e->seconds, e->rounds << e->factors) ? TT_OK : TT_BAD_VALUE;
}

// What set s of factors does to the logarithm of time in one round.
static double effect_of(const double *seconds, int factors, int s)
{
    const int count = 1 << factors;
    double sum = 0;
    for (int i = 0; i < count; i++) {
        const bool even = __builtin_popcount((unsigned)(s & ~i)) % 2 == 0;
        sum += even ? log(seconds[i]) : -log(seconds[i]);
    }
    return sum / (s == 0 ? count : count / 2);
}

tt_status prof_effects(prof_effect *effects, const prof_experiment *e, prof_bootstrap b)
{
    if (!effects || !e) return TT_BAD_VALUE;
    tt_status status = check_experiment(e);
    if (status != TT_OK) return status;
    double *by_round = malloc((size_t)e->rounds * sizeof *by_round);
    if (!by_round) return TT_NO_MEMORY;
    prof_effect made[1 << PROF_MOST_FACTORS];
    const int count = 1 << e->factors;
    for (int s = 0; s < count && status == TT_OK; s++) {
        for (int r = 0; r < e->rounds; r++) by_round[r] = effect_of(e->seconds + r * count, e->factors, s);
        status = median_and_interval(&made[s].effect, &made[s].interval, by_round, e->rounds, b);
    }
    if (status == TT_OK) memcpy(effects, made, (size_t)count * sizeof *made);
    free(by_round);
    return status;
}

tt_status prof_combine(prof_combination *c, const prof_experiment *e, prof_bootstrap b)
{
    if (!c || !e) return TT_BAD_VALUE;
    tt_status status = check_experiment(e);
    if (status != TT_OK) return status;
    const int rounds = e->rounds, all = (1 << e->factors) - 1;
    double *gain = malloc((size_t)rounds * sizeof *gain), *kept = malloc((size_t)rounds * sizeof *kept);
    if (!gain || !kept) status = TT_NO_MEMORY;
    prof_combination made = {.product = 1};
    for (int r = 0; r < rounds && status == TT_OK; r++) {
        const double *seconds = e->seconds + r * (all + 1);
        gain[r] = kept[r] = seconds[0] / seconds[all];
        for (int f = 0; f < e->factors; f++) kept[r] /= seconds[0] / seconds[1 << f];
    }
    if (status == TT_OK) status = prof_percentile(&made.all, gain, rounds, 0.5);
    if (status == TT_OK) status = median_and_interval(&made.kept, &made.interval, kept, rounds, b);
    for (int f = 0; f < e->factors && status == TT_OK; f++) {
        for (int r = 0; r < rounds; r++)
            gain[r] = e->seconds[r * (all + 1)] / e->seconds[r * (all + 1) + (1 << f)];
        status = prof_percentile(&made.single[f], gain, rounds, 0.5);
        made.product *= made.single[f];
    }
    if (status == TT_OK) *c = made;
    free(gain), free(kept);
    return status;
}

// --- 8. Cache simulator ---

tt_status scale_add(float *restrict out, float scale, const float *restrict x, int n)
{
    if (n < 0) return TT_BAD_SHAPE;
    if (n > 0 && (!out || !x)) return TT_BAD_VALUE;
    for (int i = 0; i < n; i++) out[i] += scale * x[i];
    return TT_OK;
}

// Outputs that get all their weights before the next ones: 2 KiB, and as much of x, stay in the L1 cache.
enum { STRIP = 512 };

tt_status moving_sum(float *out, const float *x, const float *w, int n, int k)
{
    if (n < 0 || k < 1) return TT_BAD_SHAPE;
    if (n > 0 && (!out || !x || !w)) return TT_BAD_VALUE;
    for (int first = 0; first < n; first += STRIP) {
        int count = n - first < STRIP ? n - first : STRIP;
        memset(out + first, 0, (size_t)count * sizeof *out);
        for (int j = 0; j < k; j++) scale_add(out + first, w[j], x + first + j, count);
    }
    return TT_OK;
}
