// lesson.c: the notebook of module 19. `make 19` runs it from top to bottom; see common/lesson/lesson.h for its format.
#include "lesson/lesson.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/rng.h"
#include "given/leaky.h"
#include "measure/measure.h"
#include "ops/backend.h"
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
    if (isnan(fine)) return;
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
        for (int q = 0; q < COUNT(quantiles); q++) {
            double x;
            const tt_status status =
                prof_percentile(&x, spin.lasted, n, quantiles[q]);
            if (status != TT_BAD_SHAPE && !worked("prof_percentile", status))
                return;
            if (q == 0) printf("%8d", n);
            if (status == TT_BAD_SHAPE) printf("%15s", "refused");
            else printf("%12.2f us", 1e6 * x);
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
        double own;
        if (!time_and_print(what, profiling_spin_work(&spin), timer, &t))
            return;
        const int last =
            spin.calls < PROFILING_SPINS ? spin.calls : PROFILING_SPINS;
        if (isnan(t.p50) || prof_percentile(&own, spin.lasted, last, 0.5))
            return;
        worst = fmax(worst, 100 * fabs(t.p50 / own - 1));
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
        if (!time_and_print(works[i].what, works[i].work, timer, &t[i]))
            return;
    }
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
// ## 5. Where the bytes go: `prof_memory_table` and two more
//
// The next instrument looks at memory. It stands between a program and the allocator: a table of functions that do what
// `malloc` and its siblings do, and keep books. Bytes that are live, the most that ever were, and for each block whose call
// took it.
//
// How do you get a whole program to call your table? This lesson was linked with `--wrap=malloc`: the linker has turned each
// call of `malloc` in its objects into one of `__wrap_malloc`, which goes through the table that is set (`given/route.c`).
// No line of the program was changed.
//
// The program of the next cell answers requests: it copies a picture, classifies it, and sends back what is too dark. It has
// run for weeks, and grows. Your profiler watches 1,000 requests.

// %% What is still there
CELL(leak)
{
    predict("leaked", "how much is live after 1,000 requests?", "KiB");
    enum { ROOM = 1 << 14 };
    static prof_block slots[ROOM];
    static prof_memory memory;
    prof_allocator table;
    memory =
        (prof_memory){.under = profiling_libc, .blocks = {slots, ROOM, 0}};
    tt_status status = prof_memory_table(&table, &memory);
    if (!worked("prof_memory_table", status)) return;
    if (!fine("profiling_route", profiling_route(&table))) return;
    const int answered = profiling_leaky_serve(1000);
    profiling_route(NULL);
    printf(
        "%d of 1000 answered; %lld blocks came, %lld went, peak %.1f KiB\n",
        answered, memory.made, memory.gone, (double)memory.peak / 1024);
    if (!worked("prof_memory_leaks", print_leaks(&memory))) return;
    record("leaked", (double)memory.live / 1024, "KiB");
    record("sent_back", 1000 - answered, "requests");
    record("left", (double)(memory.made - memory.gone), "blocks");
}

// %% [markdown]
// You guessed {predicted:leaked}; {leaked} are live, {left}, and {sent_back} were sent back.
// [if left > 0]
// The place is a line of `copy_picture`, or of the function that it calls: there the blocks were taken. That is not where the mistake is. It is where
// somebody should have given them back: find the way out of `answer` in `given/leaky.c` that frees one thing of two. A
// profiler says what is missing; who forgot it is for you to find.
// [else]
// Nothing is left: does `free` take a block off that was never given back?
// [end]
//
// A leak is what stays; a *peak* is what a machine must have. Which layer of the transformer sets it? Each section has
// its own peak: the most that was live, of the whole program, while the program was in it. Two passes over 256 characters
// are watched, from a model that has not run yet.

// %% Peaks by layer
CELL(peaks)
{
    predict("second_blocks", "blocks that a second pass takes?", "blocks");
    static profiling_instruments w;
    const int tokens = lesson_quick() ? 64 : 256;
    profiling_job *job = profiling_job_create(PROFILING_GPT, tokens);
    if (!job) {
        printf("%s\n", tt_error());
        return;
    }
    tt_status status =
        profiling_instruments_begin(&w, PROFILING_BYTES, profiling_clock());
    if (status == TT_OK) status = profiling_job_run(job, &w.observer);
    const long long first = w.memory.made;
    if (status == TT_OK) status = profiling_job_run(job, &w.observer);
    profiling_instruments_end(&w);
    profiling_job_finish(job);
    if (!worked("prof_memory_table", status == TT_OK ? w.status : status))
        return;
    double least = INFINITY;
    for (int i = 1; i < PROF_MEMORY_SECTIONS; i++) {
        const double most = (double)w.memory.section_peak[i] / 1024;
        if (!(most > 0)) continue;
        printf("%-14s %10.1f KiB\n", w.memory_names[i], most);
        least = fmin(least, most);
    }
    printf("blocks of the first pass %lld, of the second %lld\n", first,
           w.memory.made - first);
    record("first_blocks", (double)first, "blocks");
    record("second_blocks", (double)(w.memory.made - first), "blocks");
    record("peak", (double)w.memory.peak / 1024, "KiB");
    record("least_peak", least, "KiB");
}

// %% [markdown]
// [if least_peak >= peak]
// No layer sets the peak: it is {peak} in every section, because the workspace of the whole pass is taken before the first
// layer begins, and stays.
// [else]
// The most that was live is {peak}. A layer with a smaller number was not running then.
// [end]
// You guessed {predicted:second_blocks}; the first pass took {first_blocks}, the second {second_blocks}.
// [if second_blocks < 1]
// The workspace grows once and is kept: a second pass asks for nothing. What is to be fast should not ask the allocator
// while it runs.
// [else]
// So every pass allocates. Whether that costs time, section 7 will say.
// [end]
//
// ## 6. What is computed: `prof_count_observer`, `prof_count_backend`
//
// How many multiply-adds does a pass take? There is a formula for that, and formulas are written by people. So count. Two
// places see everything: the *observer* at the layers, which is told what a layer has to do, and the *backend*, the table
// through which every product goes. The first is the useful work, the second the executed work. They should be the same.

// %% Useful and executed
CELL(counts)
{
    predict("useful", "attention: how much of its work is useful?", "%");
    const int tokens = lesson_quick() ? 64 : 256;
    backend_use(&backend_blas);
    profiling_instruments *w = watch_model(
        PROFILING_GPT, tokens, 1, PROFILING_WORK, "prof_count_backend");
    if (!w) return;
    record("useful", 100 * print_counts(&w->counters, "dot_product"), "%");
    record("flops", 1e-6 * (double)w->counters.total.flops, "Mflop");
    profiling_job *job = profiling_job_create(PROFILING_GPT, tokens);
    if (!job) return;
    record("macs_off",
           (double)(w->counters.total.macs - profiling_job_executed(job)),
           "macs");
    profiling_job_finish(job);
}

// %% [markdown]
// You guessed {predicted:useful}; {useful} of what attention multiplies is seen by anybody. The mask is why: a character may look
// only back, but products are done in blocks, and half of a block on the diagonal is thrown away. A pass executes {flops}, two
// for each multiply-add, and the count differs from the formula by {macs_off}.
// [if useful < 90]
//
// Both numbers are right, and they answer different questions. "How fast is the machine kept busy?" asks for what is
// executed. "How fast is the answer there?" asks for what is useful. A kernel that skips the masked half may get slower by the
// first measure and faster by the second. Whoever quotes flops per second should say which.
// [end]
//
// ## 7. Where the time goes: `prof_enter`, `prof_exit` and what they are printed as
//
// Now the question of the beginning. A *section* is a stretch of time with a name; sections lie in one another, and each
// way in which one was reached is a node of a tree. Its *total* is the time from enter to exit, its *self* what was in no inner
// section. All selves add up to the whole, so nothing can hide.
//
// The observer enters and leaves the layers for you. First the transformer as modules 1 to 14 left it, then with products by
// the library.

// %% The transformer, before and after fast products
CELL(shares)
{
    predict("attention_share", "attention's share, with fast products?", "%");
    static const tt_backend *const backends[] = {&backend_naive,
                                                 &backend_blas};
    static const char *const parts[] = {"embedding", "attention",
                                        "feed_forward", "head"};
    double share[2][4], whole[2];
    const int tokens = lesson_quick() ? 16 : 128;
    for (int side = 0; side < 2; side++) {
        backend_use(backends[side]);
        profiling_instruments *w =
            watch_model(PROFILING_GPT, tokens, side ? 20 : 2, PROFILING_TIME,
                        "prof_enter");
        if (!w) return;
        printf("\nproducts by %s\n", backends[side]->name);
        if (!worked("prof_report", print_report(&w->sections, 7))) return;
        whole[side] = w->nodes[0].inner / (side ? 20 : 2);
        for (int i = 0; i < 4; i++)
            share[side][i] = 100 * share_of(&w->sections, parts[i]);
    }
    printf("\n%-14s %12s %12s\n", "share", "naive", "blas");
    for (int i = 0; i < 4; i++)
        printf("%-14s %10.1f %% %10.1f %%\n", parts[i], share[0][i],
               share[1][i]);
    record("attention_share", share[1][1], "%");
    record("attention_before", share[0][1], "%");
    record("forward_share", share[1][2], "%");
    record("gain", whole[0] / whole[1], "x");
}

// %% [markdown]
// You guessed {predicted:attention_share}; with fast products attention is {attention_share} of the whole, and was {attention_before} of a whole
// that took {gain} as long. The feed-forward layers have {forward_share}. A profile is a picture of what is left: after each optimisation it is
// another one, and the old one is worth nothing.
//
// The other two models, in one line each.

// %% All three models
CELL(models)
{
    static const int counts[PROFILING_MODELS] = {64, 1, 128};
    static const char *const layers[PROFILING_MODELS] = {"linear0", "conv1",
                                                         "dot_product"};
    double share[PROFILING_MODELS];
    backend_use(&backend_blas);
    for (int m = 0; m < PROFILING_MODELS; m++) {
        profiling_instruments *w = watch_model(
            (profiling_model)m, counts[m], 20, PROFILING_TIME, "prof_enter");
        if (!w) return;
        printf("\n%s, %d inputs\n", profiling_model_names[m], counts[m]);
        if (!worked("prof_report", print_report(&w->sections, 4))) return;
        share[m] = 100 * share_of(&w->sections, layers[m]);
    }
    record("share_mlp", share[PROFILING_MLP], "%");
    record("share_cnn", share[PROFILING_CNN], "%");
    record("share_gpt", share[PROFILING_GPT], "%");
}

// %% [markdown]
// `linear0` is {share_mlp} of the MLP, `conv1` {share_cnn} of the CNN, and the dot products of attention {share_gpt} of the
// transformer.
//
// A table is read from the top; a picture shows what lies in what. In a *flame graph* (Gregg, 2011) each frame is a node, as wide
// as its share, on top of the one that called it. Your function draws it.

// %% The flame graph
CELL(flame)
{
    backend_use(&backend_blas);
    profiling_instruments *w =
        watch_model(PROFILING_GPT, lesson_quick() ? 16 : 128, 20,
                    PROFILING_TIME, "prof_enter");
    if (!w) return;
    worked("prof_flame",
           show_flame(&w->sections, "A transformer's pass: where time goes"));
    write_trace(&w->sections);
    record("events", w->sections.event_count, "events");
}

// %% [markdown]
// Opened by itself, the picture says a frame's numbers where the pointer rests. The {events} behind it are in the trace,
// which `prof_trace` has written: open the file in ui.perfetto.dev or in Chrome's about:tracing. There time goes from left to right, and each call is where it
// was.
//
// What does all this cost? Two readings of the clock for each section, and a search among a few names. If an instrument takes
// a tenth of the time, then what you see is the instrument. The cell runs the CNN on one picture, the shortest pass of the
// three, watched by all instruments at once and not watched, in turns.

// %% What watching costs
CELL(cost)
{
    predict("cost", "what do all instruments add to the CNN?", "%");
    enum { PAIRS = 61, CALLS = 8 };
    static profiling_instruments w;
    static double plain[PAIRS], watched[PAIRS];
    backend_use(&backend_blas);
    profiling_job *job = profiling_job_create(PROFILING_CNN, 1);
    tt_status status = job ? TT_OK : TT_BAD_FILE;
    for (int i = 0; i < 2 * PAIRS && status == TT_OK; i++) {
        const bool is_watched = (i + i / 2) % 2;
        if (is_watched)
            status = profiling_instruments_begin(&w, PROFILING_ALL,
                                                 profiling_clock());
        double start = 0; // pass -1 brings the model back into the cache
        for (int c = -1; c < CALLS && status == TT_OK; c++) {
            if (c == 0) start = measure_now();
            status = profiling_job_run(job, is_watched ? &w.observer : NULL);
        }
        (is_watched ? watched : plain)[i / 2] = measure_now() - start;
        if (is_watched) profiling_instruments_end(&w);
        if (status == TT_OK && is_watched) status = w.status;
    }
    profiling_job_finish(job);
    if (!worked("prof_enter", status)) return;
    const measure_stats ratio = measure_ratio(watched, plain, PAIRS);
    const double best = measure_describe(watched, PAIRS).min /
                        measure_describe(plain, PAIRS).min;
    printf("watched / not watched: %.4f (%.4f to %.4f, %d pairs)\n",
           ratio.median, ratio.low, ratio.high, ratio.n);
    printf("the best of each: %.4f\n", best);
    record("cost", 100 * (best - 1), "%");
}

// %% [markdown]
// You guessed {predicted:cost}; it is {cost}.
// [if cost < 3]
// That is little enough to leave them on.
// [else]
// That is much for so short a pass. If the quartiles of the pairs lie far apart, a neighbour on this machine was in it: run the
// cell again. If not: is a name searched for in a long list, or printed?
// [end]
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
    predict("half_part", "half a flop for a byte of DRAM: part of the peak?",
            "%");
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
// One token of a transformer reads each weight once: 4 bytes, one multiply-add, half a flop per byte.
// You guessed {predicted:half_part}; from memory that allows {half}, which is {half_part} of what this core could
// compute. To need all of its arithmetic, a byte from memory must be good for a multiple of that: {ridge}.
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
// *Model* is the part of the measured time that the roofs explain. A little above 100 %, a roof was measured a little
// too low.
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
// So, what would help the transformer? The observer of `common/nn` says of each layer what it multiplies and which bytes it must
// touch; a clock says how long it took. That makes each layer an operation, and the forward pass a program of them. First one
// token, as when text is written; then 64 at once, as when it is read.

// %% One token, and 64
CELL(token)
{
    predict("lift_memory", "one token: gain if memory were infinitely fast?",
            "x");
    machine_info info;
    prof_roofs roofs = roofs_here(&info);
    for (int tokens = 1; tokens <= 64; tokens += 63) {
        static profiling_watch w;
        double gain[PROF_ROOFS];
        if (!watch_and_print(&w, &info, &roofs, tokens)) return;
        const tt_status status =
            prof_lift_roofs(gain, w.layers, w.count, &roofs);
        if (!worked("prof_lift_roofs", status)) return;
        double memory = 1;
        for (int l = PROF_L1; l <= PROF_DRAM; l++)
            memory = fmax(memory, gain[l]);
        printf("lifted: arithmetic %.2f x, memory %.2f x, overhead %.2f x\n",
               gain[PROF_ARITHMETIC], memory, gain[PROF_OVERHEAD]);
        if (tokens > 1) {
            record("lift_memory_64", memory, "x");
            record("lift_arithmetic_64", gain[PROF_ARITHMETIC], "x");
        } else {
            record("lift_memory", memory, "x");
            record("lift_arithmetic", gain[PROF_ARITHMETIC], "x");
        }
    }
}

// %% [markdown]
// You guessed {predicted:lift_memory}. Were reading free, one token would be {lift_memory} as fast; were arithmetic free,
// {lift_arithmetic}.
// [if lift_memory > lift_arithmetic]
// So a token waits for its weights, and what helps is fewer bytes.
// [else]
// So a token does not wait for its weights here: they lie in a cache that is fast enough, or the products reach less than they could.
// [end]
// [if lift_arithmetic_64 > lift_memory_64]
// With 64 tokens each weight is used 64 times, and it is arithmetic that limits: {lift_arithmetic_64} against
// {lift_memory_64}. The same weights, the same code, another answer.
// [else]
// With 64 tokens memory still brings more than arithmetic, {lift_memory_64} against {lift_arithmetic_64}; the layers between the
// products read and write much and compute little.
// [end]
// What neither explains is overhead, latency, and code that could be better: the rows that say "unexplained" are where to look.
//
// ## 9. Faster, or not: `prof_time_pairs`, `prof_compare`, `prof_compare_many`
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
    enum { TRIES = 20, PAIRS = 101 };
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
// ten. Once more than 8 pairs are needed, the least that the function takes, each halving of the gain costs about four times as
// many. This is why small gains are so often believed and so seldom shown.
//
// Against taking the best of many helps only honesty about how many there were. If each of twenty comparisons may be wrong once
// in twenty, one of them is, on average. So each gets its share of the error: `prof_compare_many` asks for a confidence that,
// over all of them, is the one that you wanted. The same twenty optimisations as in section 1, judged:

// %% The twenty again
CELL(twenty)
{
    predict("alone", "of 19 that change nothing, called faster one by one?",
            "");
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
// [if alone > 0]
// You guessed {predicted:alone}; each judged for itself, {alone} of the nineteen would have been called faster.
// [else]
// You guessed {predicted:alone}; each judged for itself, none of the nineteen would have been called faster this time, and in another run one may be.
// [end]
//
// Now turn round: `prof_break_pairs` asks you for pairs of times that expose comparers which are wrong. The grader has eight, each
// with one mistake: the ratio of the medians, the mean of the ratios, the best of each, no interval, an interval that knows
// nothing of pairs. Your four inputs, as some of them would see each:

// %% Your pairs, judged by four
CELL(break_pairs)
{
    printf("%5s %6s %12s %12s %12s %12s\n", "", "pairs", "median of",
           "median /", "mean of", "best /");
    printf("%5s %6s %12s %12s %12s %12s\n", "input", "", "ratios", "median",
           "ratios", "best");
    for (int input = 0; input < PROF_BREAK_INPUTS; input++) {
        float before[PROF_BREAK_MOST], after[PROF_BREAK_MOST];
        double old[PROF_BREAK_MOST], new[PROF_BREAK_MOST];
        double ratio[PROF_BREAK_MOST], median[3];
        double mean = 0, best[2] = {INFINITY, INFINITY};
        int pairs = 0;
        tt_status status = prof_break_pairs(input, &pairs, before, after);
        if (!worked("prof_break_pairs", status)) return;
        if (pairs < 8 || pairs > PROF_BREAK_MOST) return;
        for (int i = 0; i < pairs; i++) {
            old[i] = (double)before[i], new[i] = (double)after[i];
            ratio[i] = old[i] / new[i], mean += ratio[i] / pairs;
            best[0] = fmin(best[0], old[i]), best[1] = fmin(best[1], new[i]);
        }
        const double *samples[] = {ratio, old, new};
        for (int i = 0; i < 3; i++) {
            status = prof_percentile(&median[i], samples[i], pairs, 0.5);
            if (!worked("prof_percentile", status)) return;
        }
        printf("%5d %6d %12.4f %12.4f %12.4f %12.4f\n", input, pairs,
               median[0], median[1] / median[2], mean, best[0] / best[1]);
    }
}

// %% [markdown]
// Where a column agrees with the first in every row, its mistake is not exposed yet.
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
// by whoever wrote it: `make who` says whose functions these are. Three factors make eight combinations, each factor alone among
// them. How much of the product of the three gains is there when all are on?

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
// [if modules_kept > 0]
// The second table is the same on logarithms. A main effect is what a factor does on average over the others; an interaction is
// 0 where gains multiply, above 0 where together they bring less than each alone promises, and below 0 where they bring more.
// [not measured]
// A second table is the same on logarithms: what a factor does on average, and what two or three of them do to each other.
// [end]
// No list of single gains can replace the experiment.
//
// The same rounds answer a plainer question, too: with fast products as the baseline, what do bytes, zeros and the cache still
// bring? Three variants each, in a table that is corrected for their number.

// %% On top of fast products
CELL(on_top)
{
    predict("cache_on_top", "on top of fast products: gain by the cache?",
            "x");
    enum { BYTES = 1 | 2, CACHE = 1 | 4, ALL = 1 | 2 | 4 };
    static prof_comparison c[1 << PROF_MOST_FACTORS];
    int untold = 0;
    static profiling_experiment e;
    const bool quick = lesson_quick();
    for (int zeros = 0; zeros < 2; zeros++) {
        const tt_status ran = profiling_experiment_course(
            &e, zeros, quick ? 8 : 15, quick ? 16 : 128);
        if (ran != TT_OK) {
            printf("%s\n", tt_error());
            return;
        }
        if (!worked("prof_compare_many", print_on_top(c, &e, 0))) return;
        for (int set = BYTES; set <= ALL; set += 2) // with fast products
            untold += c[set].change == PROF_CANNOT_TELL;
        const double behind_cache = c[ALL].ratio / c[CACHE].ratio;
        record(zeros ? "zeros_behind_cache" : "bytes_behind_cache",
               behind_cache, "x");
        if (zeros) continue;
        record("bytes_on_top", c[BYTES].ratio, "x");
        record("cache_on_top", c[CACHE].ratio, "x");
    }
    record("untold", untold, "");
}

// %% [markdown]
// [if untold > 0]
// You guessed {predicted:cache_on_top}; on top of fast products the cache brings {cache_on_top}, bytes {bytes_on_top}. Of
// the six rows {untold} cannot be told from the baseline. That is not "no gain": it is less than so few rounds can show
// on this machine now.
// [else]
// You guessed {predicted:cache_on_top}; on top of fast products the cache brings {cache_on_top}, bytes {bytes_on_top}. All
// six rows are told from the baseline.
// [not measured]
// With the functions of modules 15 to 18 this says what each of them still brings.
// [end]
// [if zeros_behind_cache < 0.95 and bytes_behind_cache > 1.05]
// Behind the cache bytes gain another {bytes_behind_cache}, and zeros lose: they leave {zeros_behind_cache} of the cache's
// own speed. One row at a time shares an index with nobody (module 17, section 8), and matrices of this width come from a
// cache, where reading all of them costs little.
// [else if bytes_behind_cache > 0]
// Behind the cache bytes come to {bytes_behind_cache} of the cache's own speed, zeros to {zeros_behind_cache}.
// [end]
// Read the last column first, then the interval, and the ratio last.
//
// ## 11. Misses that are the same everywhere: `prof_cache_access`
//
// Section 8 said what an operation waits for. For memory that has a reason, and the reason is a count: how often was something
// not in the cache? Hardware counts it, where you may ask (`perf stat -e cache-misses`); a virtual machine mostly does not
// let you. But a cache is a simple thing: a few sets, in each a few lines, and the one that was used longest ago goes. A page of C
// does the same, for your CPU's caches, for another's, and for one that nobody has built.
//
// Take the textbook's loop of module 15, which walks down the columns of `b`, at sizes round 512. The simulator is told each
// of its reads and writes; beside it stands what the clock says.

// %% The hole at 512
CELL(hole)
{
    predict("hole_misses", "misses at 512, if 500 has 1?", "x");
    enum { LAST = 544, ROWS = 4 };
    static float a[LAST * LAST] __attribute__((aligned(4096))),
        b[LAST * LAST] __attribute__((aligned(4096))),
        out[LAST * LAST] __attribute__((aligned(4096)));
    static plot_chart chart = {.name = "19_profiling-hole",
                               .title =
                                   "Down the columns: misses of L1 and time",
                               .xlabel = "n",
                               .ylabel = "per multiply-add"};
    plot_series *misses =
        plot_add_series(&chart, "misses", PLOT_LINE_AND_MARKS, 1);
    plot_series *time = plot_add_series(&chart, "ns", PLOT_LINE_AND_MARKS, 2);
    profiling_caches caches[PROFILING_CACHES];
    profiling_caches_list(caches);
    const prof_cache_shape s = caches[0].shapes[0];
    printf("L1 of %s: %ld bytes, lines of %d, %d ways\n", caches[0].name,
           s.bytes, s.line, s.ways);
    double at_500[2] = {NAN, NAN}, at_512[2] = {NAN, NAN};
    for (int n = 484; n <= 540; n += lesson_quick() ? 14 : 2) {
        const profiling_loop l = {
            PROFILING_COLUMNS, n, n, ROWS, 0, out, a, b};
        const double m = misses_of(&l, &caches[0], 0) / 100;
        if (isnan(m)) return;
        plot_add_point(misses, n, m);
        plot_add_point(time, n, time_of(&l));
    }
    for (int i = 0; i < 2; i++) {
        const int n = i ? 512 : 500;
        const profiling_loop l = {
            PROFILING_COLUMNS, n, n, ROWS, 0, out, a, b};
        double *at = i ? at_512 : at_500;
        at[0] = misses_of(&l, &caches[0], 0), at[1] = time_of(&l);
        for (int c = 0; c < PROFILING_CACHES; c++)
            printf("n %d, %-30s L1 %6.2f, L2 %6.2f per 100\n", n,
                   caches[c].name, misses_of(&l, &caches[c], 0),
                   misses_of(&l, &caches[c], 1));
    }
    show_plot(&chart);
    record("hole_misses", at_512[0] / at_500[0], "x");
    record("hole_time", at_512[1] / at_500[1], "x");
}

// %% [markdown]
// You guessed {predicted:hole_misses}; at 512 there are {hole_misses} the misses of 500, and {hole_time} the time.
//
// The picture shows a needle: one size, and its neighbours hardly feel it. A row of 512 floats is 2,048 bytes, 32 lines. So the next element
// of a column lies exactly 32 sets further, and with 64 sets that is every other time the same set: the whole column
// has to live in 2 sets, and the first of its lines is gone before the last has come. At 500 the lines fall on all sets,
// and the next column finds them there, if there is room: a cache of 32 KiB holds 512 lines, of which a column needs 500,
// and what else the loop reads puts some of them out.
// [if hole_time < 1.2]
//
// And the clock hardly notices. In this loop each addition waits for the one before it, and while it waits a line has time
// to come from L2. A count of misses is evidence and no verdict; the clock has the last word.
// [else]
//
// The clock notices, too, though not as much: what misses L1 is found in L2, and the processor has other work meanwhile.
// [end]
//
// Blocks were module 15's answer. They help if a block stays until it is used again. Which one does not? The cell walks blocks of `b`
// at 512, and once with rows that are 16 floats longer, which costs three per cent of memory.

// %% The block that evicts itself
CELL(blocks)
{
    predict("best_block", "which block has the fewest misses at 512?",
            "rows");
    enum { N = 512, PADDED = N + 16 };
    static float a[N * PADDED] __attribute__((aligned(4096))),
        b[N * PADDED] __attribute__((aligned(4096))),
        out[N * PADDED] __attribute__((aligned(4096)));
    profiling_caches caches[PROFILING_CACHES];
    profiling_caches_list(caches);
    double best = INFINITY, large[2] = {NAN, NAN};
    int best_block = 0;
    printf("%8s %26s %26s\n", "", "rows of 512", "rows of 528");
    printf("%8s %12s %13s %12s %13s\n", "block", "misses/100", "ns",
           "misses/100", "ns");
    for (int size = 8; size <= 128; size *= 2) {
        printf("%8d", size);
        for (int padded = 0; padded < 2; padded++) {
            const int rows = lesson_quick() ? size : 128;
            const int row = padded ? PADDED : N;
            const profiling_loop l = {
                PROFILING_BLOCKS, N, row, rows, size, out, a, b};
            const double m = misses_of(&l, &caches[0], 0);
            if (isnan(m)) return;
            printf(" %12.2f %13.3f", m, time_of(&l));
            if (size == 64) large[padded] = m;
            if (!padded && m < best) best = m, best_block = size;
        }
        printf("\n");
    }
    record("best_block", best_block, "rows");
    record("padding", large[0] / large[1], "x");
}

// %% [markdown]
// You guessed {predicted:best_block}; it is the block of {best_block}. A block of 64 by 64 has 16 KiB and would fit, if its rows did not all fall on the same few
// sets: it puts itself out before it is used again. With longer rows it has its misses divided by {padding}. Libraries pack blocks
// into dense memory for the same reason.
//
// The simulator knows nothing of prefetching, of other programs, of pages. What it counts is the same on every machine, and valgrind's cachegrind,
// which simulates the instructions of a real program, counts the same on these loops; a test says so.
//
// How would you notice that a simulator is wrong? Nine of them wait for your traces in `make grade-19`: write `prof_break_cache`.
//
// ## 12. What production systems do
//
// - **Statistics.** Google Benchmark and Criterion batch by time and warm up; Criterion makes bootstrap intervals and names
//   outliers. Go's `benchstat` compares medians by ranks (the U test of Mann and Whitney) and warns of too few samples.
//   Kalibera and Jones (2013) show how many repetitions are needed, and at which level: of a call, of a process, of a build.
// - **Placement.** The same code can be faster or slower by where the linker puts it (Mytkowicz and others, 2009).
//   Stabilizer (Curtsinger and Berger, 2013) shuffles it while it runs, and Coz (2015) asks section 8's question without a
//   model: it slows everything else down, and so measures what a lifted roof would bring.
// - **Memory.** valgrind's massif and heaptrack stand where your table stands. AddressSanitizer's leak check asks at the end which blocks
//   nobody points to any more.
// - **Time.** `perf record` interrupts the program a thousand times a second and notes where it is: no section has to be written, and what is
//   short and rare is not seen. gprof counts calls and samples; `perf stat` reads the hardware's counters, where the machine has them. Chrome's and Android's Perfetto
//   record events as you do.
// - **Caches.** cachegrind simulates what you simulate, for every instruction of a whole program, which then takes many times as long.
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
// 6. Your memory profiler holds its lock while the real `free` runs. What can go wrong if it does not?
// 7. Added up over the nodes of a function that calls itself, total can be more than the whole. Why can self never be?
// 8. The simulator says that 99 of 100 accesses hit. Why may the loop still wait for memory for most of its time?
//
// {answers} Now `make grade-19`, and `make plot-19` for your own dots.

int main(int argc, char **argv)
{
    return lesson_main(argc, argv, lesson_text);
}
