// rounds.c: checks each variant of a case, then times them in turns while its budget of seconds lasts.
#include "rounds.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

// How much is measured. All variants of a case share one budget, and the rounds end when it is used up,
// or earlier, when the quartiles of every ratio are close. A variant is slow if one call takes more than
// an eighth of the budget: that call is its first sample, its seconds are not taken from the budget, and
// it leaves after a few rounds.
typedef struct {
    double seconds;              // of a case; slow variants do not count
    int most, least, least_slow; // numbers of rounds; least_slow: for slow variants
    int settled;                 // from this round on the quartiles are looked at
    double close;                // how close they must be, as a part of the median
    // Seconds. A shorter first call is made again: part of it was set-up, or a cold cache.
    double doubt;
} effort;

static const effort efforts[RESULTS_LENGTHS] = {
    [RESULTS_FULL] = {6, 41, 5, 3, 41, 0, 1}, // 41: enough for a 95th percentile
    [RESULTS_PLOT] = {0.6, 21, 3, 1, 7, 0.03, 1},
    [RESULTS_QUICK] = {0.3, 11, 3, 1, 5, 0.05, 1},
};
// For tests, which need every number but not a steady one.
static const effort hurried = {0.02, 11, 1, 1, 1, 1, 0.01};

// An estimate: with few variants the quartiles are soon close; among many, some are slow.
double bench_case_seconds(int variants, results_length length)
{
    return variants * efforts[length].seconds / 4;
}

// Seconds for `calls` calls. The pointer is volatile so that the compiler cannot see through the call.
static double time_calls(const bench_suite *s, const bench_case *c, const bench_variant *v, void *job,
                         int calls)
{
    if (v->seconds) return v->seconds(v, c, calls);
    tt_status (*volatile run)(void *, const bench_variant *) = s->run;
    double start = measure_now();
    for (int i = 0; i < calls; i++) run(job, v);
    return measure_now() - start;
}

// Run once and check the output. Sets passed and why; returns the seconds of that first call.
static double check_variant(const bench_suite *s, const bench_case *c, const bench_variant *v, void *job,
                            results_row *row)
{
    row->passed = false;
    if (v->seconds) {
        tt_fail(TT_OK, "not available here"); // unless the variant gives a reason
        double t = v->seconds(v, c, 1);
        row->passed = t >= 0;
        snprintf(row->why, sizeof row->why, "%s", t >= 0 ? "" : tt_error());
        return t;
    }
    tt_status status = s->ready ? s->ready(job, v) : TT_OK;
    double start = measure_now();
    if (status == TT_OK) status = s->run(job, v);
    double t = measure_now() - start;
    if (status != TT_OK) snprintf(row->why, sizeof row->why, "%s", tt_status_text(status));
    else row->passed = v->kind == RESULTS_YARDSTICK || s->check(job, row->why, sizeof row->why);
    return t;
}

static double spread(measure_stats s) { return (s.high - s.low) / s.median; }

// Whether more rounds would hardly change a median: each variant still in turn against the first of them.
static bool settled(const bench_rounds *b, const bool *leaves, int rounds, const effort *e)
{
    const results_row *first = NULL;
    int count = 0, here = 0;
    for (int i = 0; i < b->suite->variant_count; i++) here += !leaves[i];
    if (here == 0 || rounds < e->settled) return here == 0;
    for (int i = 0; i < b->suite->variant_count; i++) {
        if (leaves[i]) continue;
        const results_row *row = &b->rows[i];
        if (!first) first = row;
        else if (!(spread(results_ratio(row, first)) <= e->close)) return false;
        count++;
    }
    return count > 1 || (first && spread(measure_describe(first->seconds, first->n)) <= e->close);
}

void bench_run_rounds(void *rounds)
{
    bench_rounds *b = rounds;
    const bench_suite *s = b->suite;
    const effort *e = getenv("HURRY") ? &hurried : &efforts[b->length];
    void *job = s->prepare(b->kase);
    if (!job) _exit(2);
    const int count = s->variant_count;
    const double share = e->seconds / 8;
    int calls[BENCH_MOST_VARIANTS];
    double used[BENCH_MOST_VARIANTS] = {0}, all = 0; // seconds: of each, of all that are not slow
    bool slow[BENCH_MOST_VARIANTS] = {false}, leaves[BENCH_MOST_VARIANTS] = {false};
    for (int i = 0; i < count; i++) {
        if ((leaves[i] = b->skip[i])) continue;
        b->running = i, b->apart.beats++;
        results_row *row = &b->rows[i];
        double first = check_variant(s, b->kase, &s->variants[i], job, row);
        if ((leaves[i] = !row->passed)) continue;
        if (first < e->doubt) first = time_calls(s, b->kase, &s->variants[i], job, 1);
        if ((slow[i] = first > share)) row->seconds[row->n++] = used[i] = first;
        calls[i] = measure_batch(first);
    }
    for (int r = 0; r < e->most && !settled(b, leaves, r, e); r++)
        for (int turn = 0; turn < count; turn++) {
            int i = r % 2 ? count - 1 - turn : turn;
            results_row *row = &b->rows[i];
            bool enough = r >= (slow[i] ? e->least_slow : e->least);
            if (enough && (slow[i] ? used[i] > 2 * share : all > e->seconds)) leaves[i] = true;
            if (leaves[i] || row->n > r) continue; // its checked call may have been this round's sample
            b->running = i, b->apart.beats++;
            double t = time_calls(s, b->kase, &s->variants[i], job, calls[i]);
            row->seconds[row->n++] = t / calls[i];
            used[i] += t;
            if (!slow[i]) all += t;
        }
    s->finish(job);
}
