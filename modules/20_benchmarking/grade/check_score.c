// check_score.c: ratios of pairs and where their median may be; scores of events, behind their gates; counts.
#include "checks.h"

#include <math.h>
#include <stdio.h>

#include "oracle.h"

enum { BEFORE, AFTER };

// --- Pairs ---

// A machine that is up to ten times slower for some pairs, mostly for both halves of one.
static void lay_pairs(grade_run *run, int pairs)
{
    run->layout.number[A] = pairs;
    double *before = oly_doubles(run, (size_t)pairs), *after = oly_doubles(run, (size_t)pairs);
    const double gain = oly_uniform(run, 0.7, 3);
    for (int i = 0; i < pairs; i++) {
        const double speed = oly_once_in(run, 2) ? 1 : oly_uniform(run, 2, 10);
        before[i] = 1e-3 * speed * gain * oly_uniform(run, 0.9, 1.1);
        after[i] = 1e-3 * speed * oly_uniform(run, 0.9, 1.1) * (oly_once_in(run, 10) ? 5 : 1);
    }
}

static const double *ratios(grade_run *run)
{
    static double ratio[2000];
    const double *before = grade_given(run, BEFORE), *after = grade_given(run, AFTER);
    for (int i = 0; i < run->layout.number[A]; i++) ratio[i] = before[i] / after[i];
    return ratio;
}

bool oly_fill_ratio(grade_run *run)
{
    static const int pairs[] = {1, 2, 3, 4, 7, 8, 30, 31, 100, 101, 1001, 1500};
    if (run->step >= COUNT(pairs)) return false;
    lay_pairs(run, pairs[run->step]);
    ROOM(double);
    return true;
}

void oly_check_ratio(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    oly_compare_number(run, "ratio", *(const double *)grade_result(run, 2),
                       oly_oracle_quantile(ratios(run), run->layout.number[A], 0.5));
}

bool oly_fill_interval(grade_run *run)
{
    static const int pairs[] = {6, 7, 8, 9, 11, 12, 20, 25, 100, 101, 500, 999, 1000};
    enum { RANDOM = 12 };
    if (run->step >= COUNT(pairs) + RANDOM) return false;
    lay_pairs(run, run->step < COUNT(pairs) ? pairs[run->step] : 6 + grade_random_below(run, 300));
    ROOM(double), ROOM(double);
    return true;
}

// The chances of 0, 1, 2 .. heads as exp of logarithms of factorials.
static int order_statistic(int pairs)
{
    long double sum = 0;
    for (int k = 0;; k++) {
        sum += expl(lgammal(pairs + 1) - lgammal(k + 1) - lgammal(pairs - k + 1) - pairs * logl(2));
        if (2 * sum > 0.05L) return k - 1;
    }
}

void oly_check_interval(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    const int pairs = run->layout.number[A], k = order_statistic(pairs);
    const double *ratio = ratios(run), last = pairs - 1;
    oly_compare_number(run, "low", *(const double *)grade_result(run, 2),
                       oly_oracle_quantile(ratio, pairs, k / last));
    oly_compare_number(run, "high", *(const double *)grade_result(run, 3),
                       oly_oracle_quantile(ratio, pairs, (last - k) / last));
}

// --- Events ---

static void lay_event(grade_run *run, oly_gate gate, int count)
{
    run->layout.number[A] = count;
    *(oly_gate *)grade_input_bytes(run, sizeof gate) = gate;
    oly_metric *metrics = grade_input_bytes(run, (size_t)count * sizeof *metrics);
    double sum = 0;
    for (int i = 0; i < count; i++) {
        metrics[i].ratio = exp(oly_uniform(run, -3, 3));
        metrics[i].weight = oly_once_in(run, 4) ? 0 : oly_uniform(run, 0.1, 1);
        if (i == count - 1 && sum == 0) metrics[i].weight = 1;
        sum += metrics[i].weight;
    }
    for (int i = 0; i < count; i++) metrics[i].weight /= sum;
    ROOM(oly_score);
}

bool oly_fill_event(grade_run *run)
{
    if (run->step >= 10) return false;
    lay_event(run, (oly_gate){run->step % 2 ? OLY_NATS : OLY_ACCURACY, 0.75, 0.75, 0.25}, 1 + run->step % 6);
    return true;
}

// Exactly at the gate in numbers that binary fractions do not hold, a bit on its other side, better, and what is no quality.
static const struct {
    oly_gate gate;
    bool passes;
} gates[] = {
    {{OLY_ACCURACY, 0.8, 0.7, 0.1}, true},
    {{OLY_ACCURACY, 0.8, 0.7 - 1e-6, 0.1}, false},
    {{OLY_ACCURACY, 0.9, 0.9, 0}, true},
    {{OLY_ACCURACY, 0.9, 0.9 - 1e-6, 0}, false},
    {{OLY_ACCURACY, 0.8, 1, 0.01}, true},
    {{OLY_ACCURACY, 0.9, 0.1, 0.01}, false},
    {{OLY_NATS, 1.4, 1.5, 0.1}, true},
    {{OLY_NATS, 1.4, 1.5 + 1e-6, 0.1}, false},
    {{OLY_NATS, 1.4, 0.9, 0.02}, true},
    {{OLY_NATS, 1.4, 1.9, 0.02}, false},
    {{OLY_ACCURACY, 0.9, (double)NAN, 0.01}, false},
    {{OLY_NATS, 1.4, (double)NAN, 0.02}, false},
    {{OLY_NATS, (double)NAN, 1.4, 0.02}, false},
    {{OLY_NATS, 1.4, (double)INFINITY, 0.02}, false},
};

bool oly_fill_gate(grade_run *run)
{
    if (run->step >= COUNT(gates)) return false;
    lay_event(run, gates[run->step].gate, 4);
    return true;
}

static void compare_score(grade_run *run, int array, oly_score want, const char *when)
{
    const oly_score *got = grade_result(run, array);
    const unsigned char scored =
        *(const unsigned char *)&got->scored; // as a byte: it may never have been written
    if (scored != want.scored)
        grade_wrong(run, "%s: got scored = %s, expected %s", when,
                    scored > 1 ? "nothing"
                    : scored   ? "true"
                               : "false",
                    want.scored ? "true" : "false");
    if (!want.scored && got->score != 0) grade_wrong(run, "%s: got score = %g, expected 0", when, got->score);
    if (want.scored) oly_compare_number(run, "score", got->score, want.score);
}

void oly_check_event(grade_run *run)
{
    const oly_gate *g = grade_given(run, 0);
    const oly_metric *metrics = grade_given(run, 1);
    const bool passes = run->row->fill != oly_fill_gate || gates[run->step].passes;
    char when[120];
    snprintf(when, sizeof when, "%s of the baseline %.7g, of the entry %.7g, allowed %.7g",
             g->kind == OLY_NATS ? "nats" : "accuracy", g->baseline, g->entry, g->allowed);
    oly_require_status(run, TT_OK, when);
    double product = 1;
    for (int i = 0; i < run->layout.number[A]; i++) product *= pow(metrics[i].ratio, metrics[i].weight);
    compare_score(run, 2, passes ? (oly_score){true, product} : (oly_score){false, 0}, when);
}

// 1 to 300 events; in some steps one or all are not scored.
bool oly_fill_total(grade_run *run)
{
    static const int counts[] = {1, 2, 3, 3, 3, 1, 300, 10};
    if (run->step >= COUNT(counts)) return false;
    const int count = run->layout.number[A] = counts[run->step];
    oly_score *events = grade_input_bytes(run, (size_t)count * sizeof *events);
    for (int i = 0; i < count; i++) events[i] = (oly_score){true, exp(oly_uniform(run, -7, 7))};
    const int shut = grade_random_below(run, count);
    if (run->step == 3 || run->step == 5 || run->step == 7) events[shut] = (oly_score){false, 0};
    ROOM(oly_score);
    return true;
}

void oly_check_total(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    const oly_score *events = grade_given(run, 0);
    const int count = run->layout.number[A];
    double product = 1;
    int shut = 0;
    for (int i = 0; i < count; i++) {
        shut += !events[i].scored;
        if (events[i].scored) product *= pow(events[i].score, 1.0 / count);
    }
    char when[60];
    snprintf(when, sizeof when, "%d events, %d of them not scored", count, shut);
    compare_score(run, 1, shut ? (oly_score){false, 0} : (oly_score){true, product}, when);
}

// --- Counts ---

// Up to 10^18, whose products no 64 bits hold.
bool oly_fill_counts(grade_run *run)
{
    if (run->step >= 8) return false;
    for (int which = 0; which < 2; which++) {
        long long count[3];
        for (int i = 0; i < 3; i++)
            count[i] = 1 + (long long)exp(oly_uniform(run, 0, run->step < 4 ? 10 : log(1e18)));
        LAY(oly_counts, count[0], count[1], count[2]);
    }
    ROOM(double);
    return true;
}

void oly_check_counts(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    const oly_counts *old = grade_given(run, 0), *new = grade_given(run, 1);
    const double logs = log((double)old->macs) + log((double)old->bytes) + log((double)old->misses) -
                        log((double)new->macs) - log((double)new->bytes) - log((double)new->misses);
    oly_compare_number(run, "score", *(const double *)grade_result(run, 2), exp(logs / 3));
}
