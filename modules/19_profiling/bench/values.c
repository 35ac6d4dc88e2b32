// values.c: what module 19 measures beside the rows of its suites: profiling_measure and profiling_prove of ways.h.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/rng.h"
#include "given/experiment.h"
#include "given/operations.h"
#include "given/real.h"
#include "ways.h"

static void add_row(results *r, const char *suite, const char *kase, double x, const char *variant,
                    results_kind kind, double work, const char *unit, double seconds)
{
    results_row row = {
        .kind = kind, .x = x, .threads = 1, .passed = true, .work = work, .n = 1, .seconds = {seconds}};
    results_row_name(&row, suite, kase, variant, unit);
    results_add(r, &row);
}

// --- The roofline: slopes and roof at intensities from 1/32 to 128, and the operations at theirs ---

static tt_status measure_roofline(results *r, bool quick)
{
    machine_info info;
    machine_describe(&info), machine_measure(&info);
    const prof_roofs roofs = profiling_roofs(&info, quick);
    profiling_operation o[PROFILING_OPERATIONS];
    tt_status status = profiling_operations_create(o, &info, quick);
    if (status != TT_OK) return status;
    status = profiling_operations_time(o);
    for (double x = 1.0 / 32; x <= 128 && status == TT_OK; x *= 2)
        for (int l = 0; l < MACHINE_LEVELS && status == TT_OK; l++) {
            double rate = 0;
            char kase[16];
            snprintf(kase, sizeof kase, "%g", x);
            status = prof_roofline(&rate, x, (prof_bound)(PROF_L1 + l), &roofs);
            if (status == TT_OK)
                add_row(r, "roofline", kase, x, machine_level_names[l], RESULTS_YARDSTICK, rate, "flop/s", 1);
        }
    for (int i = 0; i < PROFILING_OPERATIONS && status == TT_OK; i++) {
        const prof_operation *c = &o[i].counts;
        add_row(r, "roofline", o[i].name, c->flops / c->bytes[0], o[i].name, RESULTS_GIVEN, c->flops,
                "flop/s", c->seconds);
    }
    profiling_operations_finish(o);
    return status;
}

// --- Experiments ---

// Each gain alone, their product, and what was measured, as bars.
static tt_status add_gains(results *r, const char *suite, const profiling_experiment *e)
{
    const prof_experiment given = {e->factors, e->rounds, e->seconds};
    prof_combination c;
    const tt_status status = prof_combine(&c, &given, (prof_bootstrap){0.95, 1000, 19});
    if (status != TT_OK) return status;
    add_row(r, suite, "gains", 0, "none", RESULTS_GIVEN, 1, "x", 1);
    for (int f = 0; f < e->factors; f++)
        add_row(r, suite, "gains", 0, e->names[f], RESULTS_GIVEN, c.single[f], "x", 1);
    add_row(r, suite, "gains", 0, "predicted", RESULTS_YARDSTICK, c.product, "x", 1);
    add_row(r, suite, "gains", 0, "measured", RESULTS_GIVEN, c.all, "x", 1);
    return TT_OK;
}

static tt_status measure_experiments(results *r, bool quick)
{
    static profiling_experiment e;
    tt_status status = profiling_experiment_common(&e, quick ? 8 : 15, quick ? 8 : 64);
    if (status == TT_OK) status = add_gains(r, "experiment", &e);
    for (int zeros = 0; zeros < 2 && status == TT_OK; zeros++) {
        const tt_status ran = profiling_experiment_course(&e, zeros, quick ? 8 : 15, quick ? 16 : 128);
        if (ran != TT_OK)
            return printf("%s\n", tt_error()), TT_OK; // without the modules there are no such rows
        status = add_gains(r, zeros ? "zeros" : "bytes", &e);
    }
    return status;
}

tt_status profiling_measure(results *r, bool quick)
{
    tt_status status = measure_roofline(r, quick);
    if (status == TT_OK) status = measure_experiments(r, quick);
    const tt_status misses = profiling_measure_misses(r, quick); // whether the others are written or not
    if (status == TT_OK) status = misses;
    return status == TT_TODO ? TT_OK : status; // what is not written yet is no failure of the benchmark
}

// --- Claims ---

// The largest difference, in percent, between the median of 50 timed spins and that of what the spins say themselves.
static tt_status prove_spins(results *r, double step, bool quick)
{
    enum { SAMPLES = 50 };
    static const double lengths[] = {0.3e-3, 1e-3, 3e-3};
    double worst = 0, samples[SAMPLES];
    tt_status status = TT_OK;
    for (int i = 0; i < (quick ? 1 : COUNT(lengths)) && status == TT_OK; i++) {
        profiling_spin spin = {.seconds = lengths[i]};
        prof_timer timer = profiling_timer(step, SAMPLES, 19);
        timer.steady = 1;
        prof_timing t;
        status = prof_time(&t, samples, profiling_spin_work(&spin), profiling_clock(), &timer);
        if (status != TT_OK) break;
        double own[SAMPLES], truth;
        for (int s = 0; s < SAMPLES; s++) own[s] = spin.lasted[(spin.calls - SAMPLES + s) % PROFILING_SPINS];
        status = prof_percentile(&truth, own, SAMPLES, 0.5);
        if (status == TT_OK) worst = fmax(worst, 100 * fabs(t.p50 / truth - 1));
    }
    if (status == TT_OK) results_set(r, "spin_error", worst, "%");
    return status;
}

// Of 20 tries on two chains, one longer by 3 %, and on the same chain twice: what the comparer said.
static tt_status prove_difference(results *r, bool quick)
{
    enum { TRIES = 20, PAIRS = 101 };
    const int tries = quick ? 3 : TRIES;
    int faster = 0, wrong = 0;
    tt_status status = TT_OK;
    for (int t = 0; t < 2 * tries && status == TT_OK; t++) {
        const bool differ = t % 2 == 0;
        profiling_chain old = {.steps = differ ? 103000 : 100000}, new = {.steps = 100000};
        double before[PAIRS], after[PAIRS];
        prof_comparison c;
        status = prof_time_pairs(before, after, PAIRS, profiling_chain_work(&old), profiling_chain_work(&new),
                                 1, profiling_clock());
        if (status == TT_OK)
            status = prof_compare(&c, before, after, PAIRS, (prof_bootstrap){0.95, 1000, (uint64_t)t});
        if (status != TT_OK) break;
        if (differ) faster += c.change == PROF_FASTER;
        else wrong += c.change == PROF_FASTER;
    }
    if (status != TT_OK) return status;
    results_set(r, "said_faster", 20.0 * faster / tries, "of 20");
    results_set(r, "wrongly_faster", 20.0 * wrong / tries, "of 20");
    return TT_OK;
}

// 1,000 simulated experiments in which nothing changed.
static tt_status prove_luck(results *r)
{
    enum { EXPERIMENTS = 1000, PAIRS = 31 };
    tt_rng rng = {19};
    int faster = 0;
    for (int i = 0; i < EXPERIMENTS; i++) {
        double before[PAIRS], after[PAIRS];
        for (int p = 0; p < PAIRS; p++) {
            const double machine = exp(0.2 * (double)rng_normal(&rng));
            before[p] = machine * exp(0.02 * (double)rng_normal(&rng));
            after[p] = machine * exp(0.02 * (double)rng_normal(&rng));
        }
        prof_comparison c;
        const tt_status status =
            prof_compare(&c, before, after, PAIRS, (prof_bootstrap){0.95, 400, (uint64_t)i});
        if (status != TT_OK) return status;
        faster += c.change == PROF_FASTER;
    }
    results_set(r, "false_alarms", 100.0 * faster / EXPERIMENTS, "%");
    return TT_OK;
}

tt_status profiling_prove(results *r, bool quick)
{
    double step;
    tt_status status = prof_clock_step(&step, profiling_clock());
    if (status == TT_OK) status = prove_spins(r, step, quick);
    if (status == TT_OK) status = prove_difference(r, quick);
    if (status == TT_OK) status = prove_luck(r);
    const tt_status watched = profiling_prove_watched(r, quick); // whether the others are written or not
    if (status == TT_OK) status = watched;
    return status == TT_TODO ? TT_OK : status;
}
