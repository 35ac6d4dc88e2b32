// lesson.c: the notebook of module 19. `make 19` runs it from top to bottom; see common/lesson/lesson.h for its format.
#include "lesson/lesson.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/rng.h"
#include "measure/measure.h"
#include "profiling.h"
#include "tools.h"

LESSON_TEXT;

// %% [markdown]
// # 19. Profiling
//
// Modules 15 to 18 made models faster, and each time somebody had to say: it is faster. In this lesson you build what says
// so. A clock, a timer that knows when it is being fooled, counters, a map of where the time goes, and a judge that can say
// "I cannot tell". Each instrument is tried first on something whose truth you know: a spin of known length, a leak
// that was put there, a sum that can be done by hand. An instrument that has not been proven is an opinion.
//
// You write `modules/19_profiling/profiling.c`. Each section says which function it is about; a function that you have not
// written yet says so, and the lesson goes on. `make grade-19` gives you points.
//
// ## 1. The question
//
// Where does a transformer's time go, and what would help?
//
// Here is one way to answer, and it is the usual one: change something, run it before and after, and look. The next cell
// does that with a change that changes nothing. The same work is timed once, "optimised", and timed once again, for
// twenty optimisations. Which of them was the best?

// %% The best of twenty optimisations
CELL(goal)
{
    predict("luck", "gain of the best, of 20 that change nothing?", "%");
    enum { CHANGES = 20 };
    profiling_chain chain = {.steps = 50000};
    const prof_work work = profiling_chain_work(&chain);
    double best = 0;
    static plot_chart chart = {.name = "19_profiling-luck",
                               .title =
                                   "20 optimisations that change nothing",
                               .xlabel = "optimisation",
                               .ylabel = "gain, %"};
    plot_series *series = plot_add_series(&chart, "one run before, one after",
                                          PLOT_MARKS_ONLY, 1);
    work.call(work.state);
    for (int i = 0; i < CHANGES; i++) {
        double seconds[2];
        for (int side = 0; side < 2; side++) {
            const double start = measure_now();
            work.call(work.state);
            seconds[side] = measure_now() - start;
        }
        const double gain = 100 * (seconds[0] / seconds[1] - 1);
        if (gain > best) best = gain;
        plot_add_point(series, i + 1, gain);
    }
    show_plot(&chart);
    record("luck", best, "%");
}

// %% [markdown]
// You guessed {predicted:luck}; the best of the twenty "gained" {luck}. Nothing had changed. Whoever reports the best one
// has measured the machine's mood, and with enough tries there is always a good day among them.
//
// Section 9 tells such a gain from a real one. Until then there is much to build, from the bottom up.
//
// ## 2. The clock: `prof_clock_step`
//
// A clock does not flow, it steps, and reading it takes time, too. What matters is the smallest difference that it can
// show. Two clocks of the operating system, by your function:

// %% Two clocks
CELL(steps)
{
    predict("step", "the smallest step of the usual clock?", "ns");
    const double fine = step_of(profiling_clock());
    const double coarse = step_of(profiling_coarse_clock());
    printf("%-28s %12.1f ns\n", "CLOCK_MONOTONIC", 1e9 * fine);
    printf("%-28s %12.1f ns\n", "CLOCK_MONOTONIC_COARSE", 1e9 * coarse);
    record("step", 1e9 * fine, "ns");
    record("coarse", 1e3 * coarse, "ms");
    record("sample_least", 1e6 * 1000 * fine, "us");
}

// %% [markdown]
// You guessed {predicted:step}; the usual clock steps by {step}, the coarse one by {coarse}. The first number is hardly the
// clock's own: it is what two readings in a row take. Shorter than that nothing can be seen.
//
// So a timer never times one short call. It times a *batch*, long enough that a step more or less does not matter: a
// thousand steps, here {sample_least}, and an error of a step is a thousandth.
//
// ## 3. Samples: `prof_percentile`, `prof_median_interval`, `prof_outliers`
//
// A machine does other things besides. Most samples are nearly alike, a few are far out, and all of them to one side: a
// disturbance only ever adds. So times are no bell, and mean and standard deviation, which belong to bells, say little.
//
// The *median* is the sample in the middle: half of the others may go mad and it stays. A *percentile* says what the slow
// calls take, and for a user who waits the slow call is the one that counts. But of ten samples none can say what happens
// once in a hundred calls, so the function refuses. The cell asks for p50, p95 and p99 of 10, 50 and 250 spins, some of
// which are slow on purpose.

// %% What so many samples can say
CELL(percentiles)
{
    static const double quantiles[] = {0.5, 0.95, 0.99};
    profiling_spin spin = {.seconds = 20e-6, .slow = 4, .every = 40};
    const prof_work work = profiling_spin_work(&spin);
    for (int i = 0; i < 250; i++) work.call(work.state);
    printf("%8s %14s %14s %14s\n", "samples", "p50", "p95", "p99");
    for (int n = 10; n <= 250; n *= 5) {
        printf("%8d", n);
        for (int q = 0; q < COUNT(quantiles); q++) {
            double x;
            const tt_status status =
                prof_percentile(&x, spin.lasted, n, quantiles[q]);
            if (status == TT_BAD_SHAPE) printf("%15s", "refused");
            else if (status == TT_OK) printf("%12.2f us", 1e6 * x);
            else if (!worked("prof_percentile", status)) return;
            if (n == 250 && status == TT_OK && q != 1)
                record(q ? "p99" : "p50", 1e6 * x, "us");
        }
        printf("\n");
    }
}

// %% [markdown]
// The median of the spins is {p50}, the 99th percentile {p99}: every fortieth spin was made four times as long.
//
// How sure is a median? You cannot measure the whole morning again a thousand times. But you can draw from what you have:
// as many samples as there are, each from all of them, and take the median of these; and again, a thousand times. How far
// these medians scatter is about how far yours would have. This is the *bootstrap* (Efron, 1979); it needs no bell and no
// formula.
//
// To see that it is right, it must be tried where the truth is known. The cell draws samples from a distribution whose
// median is exactly 1, asks your function for an interval of 95 %, and counts how often 1 lies in it.

// %% How often does the interval hold the truth?
CELL(coverage)
{
    predict("coverage", "of 95 % intervals, how many hold the truth?", "%");
    enum { N = 31 };
    const int experiments = lesson_quick() ? 200 : 1000;
    tt_rng rng = {19};
    int held = 0, by_mean = 0;
    for (int e = 0; e < experiments; e++) {
        double x[N], mean = 0, squares = 0;
        for (int i = 0; i < N; i++) {
            x[i] = exp((double)rng_normal(&rng)); // its median is 1
            mean += x[i] / N, squares += x[i] * x[i] / N;
        }
        prof_interval found;
        const prof_bootstrap b = {0.95, 400, (uint64_t)e};
        tt_status status = prof_median_interval(&found, x, N, b);
        if (!worked("prof_median_interval", status)) return;
        held += found.low <= 1 && 1 <= found.high;
        const double error = 2 * sqrt((squares - mean * mean) / N);
        by_mean += fabs(mean - 1) <= error;
    }
    record("coverage", 100.0 * held / experiments, "%");
    record("coverage_mean", 100.0 * by_mean / experiments, "%");
    printf("the bootstrap's interval     %5.1f %%\n",
           100.0 * held / experiments);
    printf("mean and two errors          %5.1f %%\n",
           100.0 * by_mean / experiments);
}

// %% [markdown]
// You guessed {predicted:coverage}; {coverage} of the intervals hold it. Mean and two standard errors, the way of bells,
// hold the middle {coverage_mean} of the time: a long tail drags the mean away, and its interval goes along.
//
// ## 4. The timer: `prof_time`
//
// Now the pieces become a timer. It warms up, by time and not by count; it finds how many calls make a batch; it takes
// samples and says what they say. Or it says why not: too short to time, not steady, a clock that goes backwards. A
// verdict in the place of a number is the most useful thing that a timer can give.
//
// First the proof. Spins measure themselves: each notes how long it really took. The timer sees them from outside.

// %% Spins whose length is known
CELL(spins)
{
    predict("spin_error", "how far is the timer off, at most?", "%");
    static const double lengths[] = {20e-6, 300e-6, 2e-3};
    const double step = step_of(profiling_clock());
    double worst = 0;
    for (int i = 0; i < COUNT(lengths); i++) {
        profiling_spin spin = {.seconds = lengths[i]};
        prof_timer timer = profiling_timer(step, 50, 19);
        prof_timing t;
        char what[32];
        snprintf(what, sizeof what, "a spin of %.0f us", 1e6 * lengths[i]);
        timer.steady = 100; // a number is wanted, busy or not
        const double p50 =
            time_and_print(what, profiling_spin_work(&spin), timer, &t);
        double own;
        const int last =
            spin.calls < PROFILING_SPINS ? spin.calls : PROFILING_SPINS;
        if (isnan(p50) || prof_percentile(&own, spin.lasted, last, 0.5))
            return;
        worst = fmax(worst, 100 * fabs(p50 / own - 1));
    }
    record("spin_error", worst, "%");
}

// %% [markdown]
// You guessed {predicted:spin_error}; it is {spin_error} at most.
// [if spin_error <= 2]
// What remains is the call and the reading of the clock, which the spin does not count as its own.
// [else]
// That is much: a neighbour on this machine disturbed the samples, or your warm-up is counted. Run the cell again.
// [end]
//
// Then the verdicts. A call that does nothing, a spin that grows with every call as if the processor became slower and
// slower, and one that is only now and then slow.

// %% When there is no number to give
CELL(verdicts)
{
    const double step = step_of(profiling_clock());
    prof_timer timer = profiling_timer(step, 50, 19);
    profiling_chain nothing = {.steps = 0};
    profiling_spin growing = {.seconds = 300e-6, .grow = 0.02};
    profiling_spin now_and_then = {
        .seconds = 300e-6, .slow = 20, .every = 15};
    const struct {
        const char *what;
        prof_work work;
    } works[] = {
        {"a call of nothing", profiling_chain_work(&nothing)},
        {"a spin that grows", profiling_spin_work(&growing)},
        {"one slow call in 15", profiling_spin_work(&now_and_then)},
    };
    prof_timing t[COUNT(works)] = {0};
    for (int i = 0; i < COUNT(works); i++) {
        // of a call of a nanosecond or two most is the loop round it
        timer.most_calls = i == 0 ? 1 << 12 : 1 << 15;
        time_and_print(works[i].what, works[i].work, timer, &t[i]);
    }
    if (isnan(step)) return;
    record("short_verdict", t[0].verdict, "");
    record("grow_verdict", t[1].verdict, "");
    record("slow_verdict", t[2].verdict, "");
    record("slow_outliers", t[2].outliers, "samples");
}

// %% [markdown]
// [if short_verdict = 1]
// The call of nothing is too short: what a batch of it would measure is the loop round it.
// [else]
// The call of nothing got a number, which is the time of the loop round it.
// [end]
// [if grow_verdict = 2]
// The one that grows is not steady: the median of its first half and that of its last half disagree. Any number would depend
// on when you began to look.
// [else]
// The one that grows was taken for steady: is the median of the first half compared with that of the last?
// [end]
// [if slow_verdict = 0]
// The third is steady, and {slow_outliers} are named as outliers. They are not removed: they are part of what the call
// does.
// [else]
// The third did not pass for steady on this machine now; with a few slow calls among many the median should not move.
// [end]
//
// Now four timers that lie. Each is somebody's habit.

// %% Timers that lie
CELL(liars)
{
    static const lesson_exhibit liars[] = {
        {.name = "cold",
         .title = "No warm-up",
         .claim = "I ran it once, and that is what it takes.",
         .what = "time of one pass over 4 MiB",
         .unit = "us",
         .lie = cold_way,
         .truth = warm_way,
         .amount = 1,
         .test = test_twice,
         .finds = "twice the passes take",
         .found_unit = "x",
         .least = 1.7,
         .most = 2.3,
         .how =
             "The first pass makes the system find a page for every 4 KiB. "
             "Twice the work is not twice the time, for that part comes "
             "once."},
        {.name = "coarse",
         .title = "The clock's step",
         .claim = "The clock was read before and behind the call.",
         .what = "time of a spin of 1.4 steps",
         .unit = "us",
         .lie = coarse_once_way,
         .truth = coarse_batch_way,
         .amount = 1000,
         .test = test_repeats,
         .finds = "longest of 5 / shortest of 5",
         .found_unit = "x",
         .least = 1,
         .most = 1.25,
         .how =
             "A clock that steps shows one step or two and nothing between. "
             "A "
             "batch lasts many steps, of which one more or less is little."},
        {.name = "mean",
         .title = "The mean",
         .claim = "20 samples, averaged: so it must be exact.",
         .what = "time of a call",
         .unit = "us",
         .lie = mean_way,
         .truth = median_way,
         .amount = 10,
         .test = test_without_spikes,
         .finds = "with / without rare slow calls",
         .found_unit = "x",
         .least = 0.9,
         .most = 1.1,
         .how = "Every tenth call was made 30 times as long. The mean is "
                "then the "
                "time of no call at all; the median is that of most."},
        {.name = "dead",
         .title = "Dead code",
         .claim = "A million additions, and they take next to nothing.",
         .what = "time of the loop",
         .unit = "us",
         .lie = dead_way,
         .truth = kept_way,
         .amount = 1000,
         .test = test_twice,
         .finds = "twice the additions take",
         .found_unit = "x",
         .least = 1.7,
         .most = 2.3,
         .how =
             "Nobody used the sum, so the compiler removed the loop. What is "
             "left does not become longer with more work."},
    };
    for (int i = 0; i < COUNT(liars); i++) exhibit(&liars[i]);
}

// %% [markdown]
// "Twice the work takes twice the time" is the test for two of the four, and costs nothing. Ask it of every timing that surprises
// you, and first of those that please you.
//
// ## 5. Where the bytes go: a memory profiler
//
// ## 6. What is computed: counters
//
// ## 7. Where the time goes: sections
//
// ## 8. What would help: `prof_roofline`, `prof_find_bottleneck`
//
// You know now where the time goes. It does not follow that it could be less there. An operation can be slow because there
// is much to do, and the machine is already doing it as fast as it can.
//
// What a machine can do at most are its *roofs*: so many multiply-adds per second, so many bytes per second from each level
// of memory, and what a call costs. They are measured, by loops that do nothing else. How high an operation may rise depends
// on its *intensity*, the flops for each byte that must come: below some intensity memory limits, above it arithmetic.

// %% This machine's roofs
CELL(roofs)
{
    machine_info info;
    const prof_roofs roofs = roofs_here(&info);
    printf("%-22s %8.1f GFLOP/s\n", "multiply-adds", roofs.flops / 1e9);
    printf("%-6s %15s %22s\n", "", "bandwidth", "arithmetic limits from");
    for (int l = 0; l < MACHINE_LEVELS; l++)
        printf("%-6s %10.1f GB/s %10.2f flops per byte\n",
               machine_level_names[l], roofs.bandwidth[l] / 1e9,
               roofs.flops / roofs.bandwidth[l]);
    printf("%-22s %8.2f ns\n", "a call", 1e9 * roofs.overhead);
    record("ridge", roofs.flops / roofs.bandwidth[3], "flop/B");
    double rate;
    const tt_status status = prof_roofline(&rate, 0.5, PROF_DRAM, &roofs);
    if (!worked("prof_roofline", status)) return;
    record("half", rate / 1e9, "GFLOP/s");
    record("half_part", 100 * rate / roofs.flops, "%");
}

// %% [markdown]
// One token of a transformer reads each weight once: 4 bytes, one multiply-add, half a flop per byte. From memory that
// allows {half}, which is {half_part} of what this core could compute. To need all of its arithmetic, a byte from memory must
// be good for a multiple of that: {ridge}.
//
// A token's weights cannot be used more than once, unless there are more tokens. So no better kernel will help there, and
// what makes it faster is fewer bytes: module 16, module 17, or a batch.
//
// Six operations, made so that each waits for something else. Before you run the cell, write down for each what bounds it:
// one row added to another in the first cache; numbers of the first cache added up one after the other; one row times
// a large matrix; a product by the textbook's loops; a product by BLAS; a thousand calls of a function that adds one number.

// %% Six operations and what bounds them
CELL(bottlenecks)
{
    predict("chain_gain", "the chain: gain if L1 were infinitely fast?", "x");
    machine_info info;
    const prof_roofs roofs = roofs_here(&info);
    profiling_operation o[PROFILING_OPERATIONS];
    double bounds[PROFILING_OPERATIONS], models[PROFILING_OPERATIONS];
    if (!worked("the arrays",
                profiling_operations_create(o, &info, lesson_quick())))
        return;
    if (!worked("prof_time", profiling_operations_time(o))) return;
    printf("%-10s %10s %9s %9s  %-11s %s\n", "", "time", "GFLOP/s", "model",
           "bound by", "lifted, it gains");
    for (int i = 0; i < PROFILING_OPERATIONS; i++) {
        const prof_operation *c = &o[i].counts;
        prof_bottleneck b;
        tt_status status = prof_find_bottleneck(&b, c, &roofs);
        if (!worked("prof_find_bottleneck", status)) return;
        int most = 0; // the roof that would bring most
        for (int r = 0; r < PROF_ROOFS; r++)
            if (b.gain[r] > b.gain[most]) most = r;
        printf("%-10s %7.1f us %9.2f %7.1f %%  %-11s %-10s %.2f x\n",
               o[i].name, 1e6 * c->seconds, c->flops / c->seconds / 1e9,
               100 * b.model / c->seconds, bound_name(b.bound),
               bound_name((prof_bound)most), b.gain[most]);
        bounds[i] = b.bound, models[i] = 100 * b.model / c->seconds;
        if (i == PROFILING_CHAIN) record("chain_gain", b.gain[PROF_L1], "x");
    }
    profiling_operations_finish(o);
    record("chain_bound", bounds[PROFILING_CHAIN], "");
    record("chain_model", models[PROFILING_CHAIN], "%");
    record("one_row_bound", bounds[PROFILING_ONE_ROW], "");
    record("textbook_bound", bounds[PROFILING_TEXTBOOK], "");
    record("blas_bound", bounds[PROFILING_BLAS], "");
    record("blas_model", models[PROFILING_BLAS], "%");
}

// %% [markdown]
// *Model* is the part of the measured time that the roofs explain.
// [if blas_bound = 0]
// BLAS is bound by arithmetic, as it should be: {blas_model} of its time is what this many multiply-adds must take.
// [else if blas_bound = 6]
// BLAS stays far below the roof of arithmetic here; the roofs explain only {blas_model} of its time.
// [else]
// BLAS is bound by something else than arithmetic here.
// [end]
// [if one_row_bound >= 2 and one_row_bound <= 4]
// One row is bound by the level that holds its matrix: it reads every weight once.
// [else if one_row_bound = 7]
// One row came out faster than memory allows. That cannot be: its matrix, or much of it, stayed in a cache from one call to the
// next, and the bytes were counted at the wrong level.
// [else]
// One row is slower than its bytes alone would make it.
// [end]
// [if chain_bound = 6]
// The chain is *unexplained*: no roof asks for more than {chain_model} of its time. You guessed {predicted:chain_gain}; an
// infinitely fast first cache would gain it {chain_gain}. Each addition waits for the one before. That is latency, and it
// is in no roofline; "unexplained" is the verdict that sends you to look for it.
// [else]
// The chain found a bound here; where additions are fast and caches slow that can be. You guessed {predicted:chain_gain};
// without the first cache's limit it would gain {chain_gain}.
// [end]
// [if textbook_bound = 6]
// The textbook's product is unexplained as well, and for the same reason: its inner loop is such a chain.
// [else]
// The textbook's product has a bound: its loads alone take most of its time.
// [end]
//
// The last column is Amdahl's law with a twist. A roof that is lifted asks for nothing, but the next one is there
// already, and what is saved is only the distance to it. So half of the time spent waiting for memory does not mean that twice the
// speed is to be had from faster memory.
//
// ## 9. Faster, slower, cannot tell: `prof_compare` and two more
//
// Back to the twenty optimisations. Two things were wrong with them. Before and after were compared by one sample each; and
// then the best of twenty was taken.
//
// Against the first there are *pairs*. Old and new take turns, old new, new old, and each pair gives one ratio. If the machine
// becomes slower for a while, it does so for both, and the ratio stays. Of these ratios you take the median, and its
// interval by the bootstrap. If the interval lies above 1, it is faster. If it holds 1, you cannot tell, and saying so is
// no weakness.
//
// Two chains of additions, of which one is longer by 3 %, and the same chain twice:

// %% Three percent, and nothing
CELL(three_percent)
{
    predict("said", "of 20 tries, how often is 3 % seen?", "times");
    enum { TRIES = 20, PAIRS = 61 };
    profiling_chain longer = {.steps = 51500}, shorter = {.steps = 50000},
                    same = {.steps = 50000};
    int seen = 0, wrong = 0;
    for (int t = 0; t < TRIES; t++) {
        prof_comparison c = {0};
        tt_status status = compare_and_print(
            t == 0 ? "3 % less to do" : NULL, &c,
            profiling_chain_work(&longer), profiling_chain_work(&shorter),
            PAIRS, 1, (uint64_t)t);
        if (!worked("prof_compare", status)) return;
        seen += c.change == PROF_FASTER;
        status = compare_and_print(
            t == 0 ? "the same to do" : NULL, &c, profiling_chain_work(&same),
            profiling_chain_work(&shorter), PAIRS, 1, (uint64_t)t);
        if (!worked("prof_compare", status)) return;
        wrong += c.change == PROF_FASTER;
        if (t == 0) record("needed", c.pairs_needed, "pairs");
    }
    printf("%d tries: 3 %% seen %d times, a gain where none is %d times\n",
           TRIES, seen, wrong);
    record("said", seen, "times");
    record("wrongly", wrong, "times");
}

// %% [markdown]
// You guessed {predicted:said}; the 3 % are seen {said} of 20, and a gain where nothing changed {wrongly}. An interval of 95 %
// misses now and then on one side or the other: once in forty tries it is expected to say "faster" of nothing.
//
// *Cannot tell* comes with a number: how many pairs would be needed if the median stayed what it is. An interval shrinks with the
// square root of the number, so half the difference needs four times the pairs. Try it on a simulated machine, where you
// know the truth: gains from small to smaller, with the same noise.

// %% What a smaller difference costs
CELL(pairs_needed)
{
    predict("pairs_1", "2 % noise: pairs to see a gain of 0.5 %?", "pairs");
    static plot_chart chart = {.name = "19_profiling-pairs",
                               .title = "Pairs until a gain is seen",
                               .xlabel = "gain, %",
                               .ylabel = "pairs",
                               .log_x = true,
                               .log_y = true};
    plot_series *series =
        plot_add_series(&chart, "noise of 2 %", PLOT_LINE_AND_MARKS, 0);
    const int tries = lesson_quick() ? 10 : 40;
    for (double gain = 8; gain >= 0.5; gain /= 2) {
        int pairs = 8, told = 0;
        for (; pairs <= 1024; pairs += pairs / 4) {
            told = 0;
            for (int t = 0; t < tries; t++) {
                static double before[1280], after[1280];
                tt_rng rng = {(uint64_t)(pairs * 1000 + t)};
                for (int i = 0; i < pairs; i++) {
                    before[i] = (1 + gain / 100) *
                                exp(0.02 * (double)rng_normal(&rng));
                    after[i] = exp(0.02 * (double)rng_normal(&rng));
                }
                prof_comparison c;
                const tt_status status =
                    prof_compare(&c, before, after, pairs,
                                 (prof_bootstrap){0.95, 100, 19});
                if (!worked("prof_compare", status)) return;
                told += c.change == PROF_FASTER;
            }
            if (told >= 0.9 * tries) break;
        }
        printf("%5.1f %%   %5d pairs\n", gain, pairs);
        plot_add_point(series, gain, pairs);
        if (gain < 0.6) record("pairs_1", pairs, "pairs");
    }
    show_plot(&chart);
}

// %% [markdown]
// You guessed {predicted:pairs_1}; with that noise a gain of half a percent needs {pairs_1} before it is seen nine times of
// ten. Each halving of the gain costs about four times the pairs. This is why small gains are so often believed and so seldom
// shown.
//
// Against taking the best of many helps only honesty about how many there were. If each of twenty comparisons may be wrong once
// in twenty, one will be. So each gets its share of the error: `prof_compare_many` asks for a confidence that, over all
// of them, is the one that you wanted. The same twenty optimisations as in section 1, judged:

// %% The twenty again
CELL(twenty)
{
    enum { CHANGES = 20, PAIRS = 41 };
    profiling_chain chain = {.steps = 20000}, real = {.steps = 19000};
    static double baseline[PAIRS], after[CHANGES][PAIRS];
    const double *variants[CHANGES];
    prof_comparison c[CHANGES];
    for (int p = 0; p < PAIRS; p++) { // all take turns
        for (int v = -1; v < CHANGES; v++) {
            const int which = p % 2 ? CHANGES - 2 - v : v; // forth and back
            prof_work work =
                profiling_chain_work(which == CHANGES - 1 ? &real : &chain);
            const double start = measure_now();
            work.call(work.state);
            (which < 0 ? baseline : after[which])[p] = measure_now() - start;
        }
    }
    for (int v = 0; v < CHANGES; v++) variants[v] = after[v];
    const tt_status status =
        prof_compare_many(c, baseline, variants, CHANGES, PAIRS,
                          (prof_bootstrap){0.95, 2000, 19});
    if (!worked("prof_compare_many", status)) return;
    int believed = 0, alone = 0;
    for (int v = 0; v < CHANGES; v++) {
        const bool is_real = v == CHANGES - 1;
        prof_comparison single;
        prof_compare(&single, baseline, variants[v], PAIRS,
                     (prof_bootstrap){0.95, 2000, 19});
        believed += !is_real && c[v].change == PROF_FASTER;
        alone += !is_real && single.change == PROF_FASTER;
        if (v < 3 || is_real)
            printf("change %2d  %8.4f x  (%.4f to %.4f)  %s%s\n", v + 1,
                   c[v].ratio, c[v].interval.low, c[v].interval.high,
                   change_name(c[v].change), v == 2 ? "\n  ..." : "");
        if (is_real) record("real_change", c[v].change, "");
    }
    record("believed", believed, "");
    record("alone", alone, "");
    printf("of 19 that change nothing: %d called faster, %d without the "
           "correction\n",
           believed, alone);
}

// %% [markdown]
// The last of them had 5 % less to do.
// [if real_change = 1 and believed = 0]
// It is found, and none of the others is believed.
// [else if real_change = 1]
// It is found, and so is something that is not there: {believed} of the others. With a whole table of intervals that should
// happen once in twenty runs.
// [else]
// It was not found on this machine now: the noise was larger than the gain. More pairs would show it.
// [end]
// Each judged for itself, {alone} of the nineteen would have been called faster.
//
// ## 10. Gains do not multiply: `prof_effects`, `prof_combine`
//
// Module 15 made products faster. Suppose that another module makes the layers between them faster. Both together?
// The product of both gains is what everybody writes down. The transformer is there, and can be asked: with both, with each
// alone and with neither, in turns.

// %% Two gains, and both together
CELL(combine)
{
    predict("all_gain", "both together: how many times as fast?", "x");
    static profiling_experiment e;
    const bool quick = lesson_quick();
    const tt_status ran =
        profiling_experiment_common(&e, quick ? 8 : 15, quick ? 8 : 64);
    if (!worked("the transformer", ran)) return;
    prof_combination c;
    if (!worked("prof_combine", combine_and_print(&c, &e))) return;
    record("layers_gain", c.single[PROFILING_LAYERS], "x");
    record("products_gain", c.single[PROFILING_PRODUCTS], "x");
    record("product_gain", c.product, "x");
    record("all_gain", c.all, "x");
    record("kept_low", c.interval.low, "x");
    record("kept_high", c.interval.high, "x");
}

// %% [markdown]
// You guessed {predicted:all_gain}; it is {all_gain}, where the product of {products_gain} and {layers_gain} promises
// {product_gain}.
// [if kept_low > 1]
// Together they bring more than the product. That looks like magic and is Amdahl's law: while the products were slow, the
// layers between them were a small part of the time, and making them faster gained {layers_gain}. With fast products
// they are a large part of what is left, and the same change gains more. An optimisation is worth what the others have
// left for it.
// [else if kept_high < 1]
// Together they bring less than the product: both save some of the same time, and it can be saved once.
// [else]
// Here the product holds, within what can be seen: {kept_low} to {kept_high}.
// [end]
//
// And the modules? One more token of a text, by 15 (products), 16 (weights in bytes) and 18 (the cache), each of them on or off,
// by whoever wrote it: your functions where they are there, else the reference's. Three factors make eight combinations. The
// cache alone gains much, and so does 15 alone.

// %% Modules 15, 16 and 18
CELL(modules)
{
    predict("modules_kept", "measured gain of all / product of the three?",
            "");
    static profiling_experiment e;
    const bool quick = lesson_quick();
    const tt_status ran = profiling_experiment_course(
        &e, false, quick ? 8 : 15, quick ? 16 : 128);
    if (ran != TT_OK) {
        printf("%s\n", tt_error());
        return;
    }
    prof_combination c;
    if (!worked("prof_combine", combine_and_print(&c, &e))) return;
    record("modules_kept", c.kept, "");
    record("modules_low", c.interval.low, "");
    record("modules_high", c.interval.high, "");
    record("modules_all", c.all, "x");
    record("modules_product", c.product, "x");

    static prof_effect effects[1 << PROF_MOST_FACTORS];
    const prof_experiment given = {e.factors, e.rounds, e.seconds};
    const tt_status status =
        prof_effects(effects, &given, (prof_bootstrap){0.95, 1000, 19});
    if (!worked("prof_effects", status)) return;
    printf("\n%-32s %12s\n", "", "on log(time)");
    for (int s = 1; s < 1 << e.factors; s++) {
        char name[80];
        set_name(name, sizeof name, &e, s);
        printf("%-32s %12.3f   (%.3f to %.3f)\n", name, effects[s].effect,
               effects[s].interval.low, effects[s].interval.high);
    }
}

// %% [markdown]
// [if modules_high < 1]
// You guessed {predicted:modules_kept}; of the product {modules_kept} is kept: {modules_all} where {modules_product} was
// promised. The cache has taken away the very work that 15 makes fast. What is left is one row times each matrix, which is
// reading, and there arithmetic gains little.
// [else if modules_low > 1]
// You guessed {predicted:modules_kept}; all three bring {modules_all}, more than the product, {modules_product}: one of them
// cleared the way for another.
// [else]
// You guessed {predicted:modules_kept}; the product, {modules_product}, and what was measured, {modules_all}, cannot be told
// apart here.
// [not measured]
// The modules' functions were not all there: `make who` says which are nobody's. With them, this cell shows what their gains
// are together.
// [end]
//
// The second table is the same on logarithms. A main effect is what a factor does on average over the others; an interaction is
// 0 where gains multiply, above 0 where together they bring less than each alone promises, and below 0 where they bring more.
// No list of single gains can replace the experiment.
//
// ## 11. Misses that are the same on every machine: a cache simulator
//
// ## 12. What production systems do
//
// - **Statistics.** Google Benchmark and Criterion batch by time, warm up and report medians; Criterion makes bootstrap
//   intervals and names outliers. Rust's and Go's own tools compare by pairs of runs (`benchstat` corrects for many).
//   Kalibera and Jones (2013) show how many repetitions are needed, and at which level: of a call, of a process, of a build.
// - **Placement.** The same code can be faster or slower by where the linker puts it (Mytkowicz and others, 2009).
//   Stabilizer (Curtsinger and Berger, 2013) shuffles it while it runs, and Coz (2015) asks section 8's question without a
//   model: it slows everything else down, and so measures what a lifted roof would bring.
// - **Roofs.** Intel Advisor and NVIDIA Nsight Compute draw the roofline with counters of the hardware.
//
// ## 13. Questions
//
// 1. Why does a timer warm up by time and not by a number of calls?
// 2. The best time is often reported, since a disturbance only adds. When is it the right number, and when does it mislead?
// 3. An operation takes 10 ms; arithmetic asks for 6 and memory for 5. What does doubling the bandwidth gain, by the model?
// 4. Before and after are timed in two processes, an hour apart, with 1,000 samples each. The intervals do not overlap. What
//    can still be wrong?
// 5. With three factors, how many runs does a full experiment need, and how many if each factor is tried alone? What does
//    the second not tell you?
//
// {answers} Now `make grade-19`, and `make plot-19` for your own dots.

int main(int argc, char **argv)
{
    return lesson_main(argc, argv, lesson_text);
}
