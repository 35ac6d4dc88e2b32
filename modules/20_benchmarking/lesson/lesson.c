// lesson.c: the notebook of module 20. `make 20` runs it from top to bottom; see common/lesson/lesson.h for its format.
#include "lesson/lesson.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "benchmarking.h"
#include "core/rng.h"
#include "measure/plot.h"
#include "tools.h"
#include "tuning.h"

LESSON_TEXT;

// %% [markdown]
// # 20. Benchmarking
//
// Modules 15 to 18 made models faster and smaller, module 19 found out where the time goes. Now somebody has to say who won: by
// how much, for whom, and whether it can be believed. In this lesson you build a competition: what measures an entry, what
// scores it, what looks for a good one among hundreds, and what seals it into a package. Each piece is first tried on an
// entry that cheats, or on a truth that was put there.
//
// You write `modules/20_benchmarking/benchmarking.c`. Each section says which function it is about; a function that you have
// not written yet says so, and the lesson goes on. `make grade-20` gives you points.
//
// ## 1. The goal
//
// There are three events: the MLP Sprint, the CNN Marathon and the Transformer Decathlon. The baseline is the shipped model in
// floats, on the library's products. Two teams have handed in, Blue and Red. Each ran each event once. Who is ahead?
//
// Many published leaderboards never run anything: they print constants, or rank whoever wrote the largest number. This one runs
// the code. That is not enough, as you will see at once.

// %% Blue and Red
CELL(goal)
{
    predict("goal", "how far ahead is the first of two teams?", "%");
    event_row rows[EVENTS];
    double logarithm = 0;
    static plot_chart chart = {.name = "20_benchmarking-goal",
                               .title = "Blue and Red, one run of each event",
                               .xlabel = "milliseconds",
                               .unit = "ms",
                               .bars = true};
    if (!events_run(rows)) return;
    printf("%-22s %-12s %10s %10s %12s\n", "event", "a call", "Blue, ms",
           "Red, ms", "weights, kB");
    for (int e = 0; e < EVENTS; e++) {
        const double *ms = rows[e].ms;
        printf("%-22s %-12s %10.3f %10.3f %12.0f\n", event_title(e),
               rows[e].what, ms[0], ms[1], 1e-3 * rows[e].bytes);
        logarithm += log(ms[0] / ms[1]) / EVENTS;
        for (int t = 0; t < TEAMS; t++) {
            char bar[64];
            snprintf(bar, sizeof bar, "%.3s, %s", event_title(e),
                     t ? "Red" : "Blue");
            plot_add_bar(&chart, bar, t ? 6 : 1, ms[t], ms[t], ms[t]);
        }
    }
    show_plot(&chart);
    printf("ahead over all events: %s\n", logarithm > 0 ? "Red" : "Blue");
    record("goal", 100 * (exp(fabs(logarithm)) - 1), "%");
}

// %% [markdown]
// You guessed {predicted:goal}; the first is ahead by {goal}. And both teams handed in the same file: the baseline, unchanged.
// Each ran once, one after the other. Whoever ran first found memory that nobody had touched, and whatever else this machine did
// meanwhile fell on one of the two.
//
// A ranking is a claim about the entries. This one says something about the order in which they were started. What is missing:
// enough calls (section 2), calls in turns and an interval (3), one number for several events (4), a condition that an entry must
// meet at all (5), a description of what runs (6), inputs that nobody has seen (8). In between, in 7, a machine looks for an entry.
//
// ## 2. The harness: `oly_quantile`, `oly_accuracy`, `oly_nats`, `oly_measure`
//
// A call takes another time each time. The *median*, p50, is what half of the calls stay below; p95 is what all but one in twenty
// stay below, and that slow one is what a user complains of. Both are quantiles of the sorted samples; where a place lies between
// two samples, the value does, too.

// %% A quantile by hand
CELL(by_hand)
{
    predict("median", "the median of 1 10 3 2?", "");
    const double few[] = {1, 10, 3, 2};
    double calls[40], median, p50, p95, mean = 0;
    for (int i = 0; i < COUNT(calls); i++) // every tenth is slow
        calls[i] = i % 10 == 9 ? 8 : 1 + 0.01 * (i % 7),
        mean += calls[i] / 40;
    if (!worked("oly_quantile", oly_quantile(&median, few, 4, 0.5)) ||
        !worked("oly_quantile", oly_quantile(&p50, calls, 40, 0.5)) ||
        !worked("oly_quantile", oly_quantile(&p95, calls, 40, 0.95)))
        return;
    printf("the median of 1 10 3 2 is %g\n", median);
    printf("40 calls, every tenth slow: p50 %.2f, mean %.2f, p95 %.2f ms\n",
           p50, mean, p95);
    record("median", median, "");
    record("calls_p50", p50, "ms");
    record("calls_mean", mean, "ms");
    record("calls_p95", p95, "ms");
}

// %% [markdown]
// You guessed {predicted:median}; it is {median}, in the middle between the two middle ones. Of the forty calls the median is
// {calls_p50} and the mean {calls_mean}, which is the time of no call at all. p95 is {calls_p95}: the slow ones, which are one in ten
// here.
//
// Then quality. For pictures: the share of rows in which the largest logit is the label's. For text: nats, the mean of
// -log(probability of the right letter). Your functions get these right at the edges, where entries fail: a NaN is no answer,
// and a logit of 1e30 must not overflow. What does an entry have that knows nothing?

// %% An entry that knows nothing
CELL(qualities)
{
    predict("nothing", "nats of an entry that knows nothing, 10 classes?",
            "nats");
    static const float even[CLASSES], huge[] = {1e30f, 0},
                                      nan[] = {1, NAN, 5};
    const int label = 0, last = 2;
    double nothing, overflow, share;
    if (!worked("oly_nats", oly_nats(&nothing, even, &label, 1, CLASSES)) ||
        !worked("oly_nats", oly_nats(&overflow, huge, &label, 1, 2)) ||
        !worked("oly_accuracy", oly_accuracy(&share, nan, &last, 1, 3)))
        return;
    printf("ten equal logits: %.4f nats\n", nothing);
    printf("logits 1e30 and 0, the first is right: %g nats\n", overflow);
    printf("logits 1 NaN 5, the last is right: %g right\n", share);
    record("nothing", nothing, "nats");
}

// %% [markdown]
// You guessed {predicted:nothing}; it is {nothing}, the logarithm of ten. An entry above that does worse than one that
// says "all the same to me".
//
// Now the harness itself. It warms up, times every call alone, and reports latency and throughput. These are two different wishes.
// A call may take one picture or 256. How many more pictures per second do the large calls give, and what does the one
// picture pay that waits for 255 others?

// %% Latency against throughput
CELL(latency)
{
    predict("throughput", "calls of 256 against calls of 1: pictures per s?",
            "x");
    runner c;
    double first_wait = NAN, first_rate = NAN;
    if (runner_open(&c, "mlp", lesson_quick() ? 256 : 1024)) {
        printf("%8s %12s %12s %14s %10s\n", "pictures", "p50, us", "p95, us",
               "pictures/s", "right, %");
        for (int batch = 1; batch <= 256; batch *= 4) {
            oly_metrics m;
            const int passes = batch < 16 ? 1 : batch < 256 ? 4 : 16;
            if (!worked("oly_measure", runner_measure(&m, &c, batch, passes)))
                break;
            printf("%8d %12.1f %12.1f %14.0f %10.2f\n", batch, 1e6 * m.p50,
                   1e6 * m.p95, m.throughput, 100 * m.quality);
            if (batch == 1) first_wait = m.p50, first_rate = m.throughput;
            if (batch == 256) {
                record("throughput", m.throughput / first_rate, "x");
                record("wait", m.p50 / first_wait, "x");
            }
        }
    }
    runner_close(&c);
}

// %% [markdown]
// You guessed {predicted:throughput}; calls of 256 pictures give {throughput} the pictures per second of calls of one, and each
// picture waits {wait} as long for its answer.
// [if throughput > 1.2]
// A large call reads the weights once for all of its pictures.
// [else]
// Here a large call brings hardly more: the weights come fast enough for one picture at a time.
// [end]
// An event has to say which of the two it rewards, and an entry must not choose its own batch for each.
//
// Why does `oly_measure` take the quality from the calls that it timed, in the last pass, with the logits set to NaN before each?
// Here is an entry that needs that. It computes the first batch, and from then on it writes "class 0". In the contest below, every
// call is timed; the answers that are looked at are those of the first call, which served as a check that all is well.

// %% Right where somebody looks
CELL(warm)
{
    static const lesson_exhibit row = {
        .name = "warm",
        .title = "The batch that was looked at",
        .claim = "All batches were timed, and the answers were checked.",
        .what = "accuracy",
        .unit = "%",
        .lie = first_batch_way,
        .truth = timed_batches_way,
        .amount = 1,
        .test = test_planted,
        .finds = "one that stops / one that works",
        .found_unit = "x",
        .least = 0,
        .most = 0.6,
        .how =
            "A harness is proven by an entry that is known to be wrong. The "
            "first one cannot tell it from the honest one."};
    exhibit(&row);
}

// %% [markdown]
// [if warm_lie > 2 * warm_true]
// The contest reports {warm_lie}; on the calls that were timed, it is {warm_true}. The path that is timed must be the path
// that is scored, call by call. What happens outside it, in a warm-up, in another thread, in a constructor, counts for nothing.
// [else]
// The two agree here: {warm_lie} and {warm_true}. They should not; the entry answers one batch of ten.
// [not measured]
// With `oly_accuracy` and `oly_measure` written, this shows what the contest reports and what was true.
// [end]
//
// The test needs no idea of how the entry cheats. It plants one that must not pass, and looks whether it passes. The grader does
// the same with your harness.
//
// ## 3. Pairs: `oly_paired_ratio`, `oly_paired_interval`
//
// The baseline is run 31 times, then the entry 31 times, and the medians are divided. Meanwhile the machine gets warmer, and its
// clock slower: half a percent with each call. This machine is made up, so the truth is known: the entry has a twentieth less to
// do. Beside it the same calls in turns, A B, B A, with one ratio for each pair, and the median of these.

// %% A machine that drifts
CELL(drift)
{
    predict("drift_lie", "an entry 1.05 times as fast: what is reported?",
            "x");
    static const lesson_exhibit row = {
        .name = "drift",
        .title = "First the baseline, then the entry",
        .claim = "31 calls of each, and medians: so it must be solid.",
        .what = "the entry is as fast",
        .unit = "x",
        .lie = one_after_the_other_way,
        .truth = by_pairs_way,
        .amount = 1,
        .test = test_against_itself,
        .finds = "the baseline against itself",
        .found_unit = "x",
        .least = 0.98,
        .most = 1.02,
        .how =
            "A thing is as fast as itself. What has slowed both halves of a "
            "pair is not in their ratio."};
    exhibit(&row);
}

// %% [markdown]
// [if drift_true > 1 and drift_lie < 1]
// You guessed {predicted:drift_lie}; one after the other reports {drift_lie}, by pairs it is {drift_true}. The number is
// not only off, it names another winner.
// [else]
// One after the other reports {drift_lie}, by pairs it is {drift_true}.
// [not measured]
// With `oly_quantile` and `oly_paired_ratio` written, this shows what both ways report.
// [end]
//
// How sure is a median of ratios? Module 19 drew samples again and again. Here is a way with no drawing at all. Each
// ratio lies above the true median or below it, like a coin. If the true median were below the least of six ratios,
// six coins would have shown heads: one chance in 64, and one more for the other end. So from the least to the greatest of six
// is an interval that misses it twice in 64 times, whatever the distribution, if pairs know nothing of each other. With more pairs, count further in from both ends, as
// long as twice the sum of the chances stays within one in twenty.
//
// Does it hold? The cell makes pairs whose true ratio is known, with noise that has a long tail, and counts.

// %% How often does the interval hold the truth?
CELL(interval)
{
    predict("coverage", "of intervals from 6 pairs, how many hold it?", "%");
    static const int pairs[] = {6, 10, 20, 41};
    const int experiments = lesson_quick() ? 400 : 4000;
    tt_rng rng = {20};
    printf("%6s %12s %18s\n", "pairs", "hold it, %", "median width, %");
    for (int k = 0; k < COUNT(pairs); k++) {
        static double width[4000];
        int held = 0;
        for (int e = 0; e < experiments; e++) {
            double before[41], after[41], low, high;
            for (int i = 0; i < pairs[k]; i++) {
                const double busy = exp((double)rng_normal(&rng)); // for both
                before[i] = busy * exp(0.05 * (double)rng_normal(&rng));
                after[i] = busy * exp(0.05 * (double)rng_normal(&rng));
            }
            if (!worked("oly_paired_interval",
                        oly_paired_interval(&low, &high, before, after,
                                            pairs[k])))
                return;
            held += low <= 1 && 1 <= high;
            width[e] = 100 * (high - low);
        }
        double middle;
        if (!worked("oly_quantile",
                    oly_quantile(&middle, width, experiments, 0.5)))
            return;
        const double share = 100.0 * held / experiments;
        printf("%6d %12.1f %18.2f\n", pairs[k], share, middle);
        if (k == 0) record("coverage", share, "%");
        if (k == 0) record("width_6", middle, "%");
        if (pairs[k] == 41) record("width_41", middle, "%");
    }
}

// %% [markdown]
// You guessed {predicted:coverage}; of those from six pairs {coverage} hold the truth; by the coins it is 62 of 64. The others
// hold it about as often or a little less, and never much less than 19 of 20: the count steps, and the function takes the step
// that is safe. What more pairs buy is width: {width_6} with six, {width_41} with 41.
//
// So a ranking has *ties*: two entries share a rank while 1 lies in the interval of their ratio. Blue and Red once more,
// the same file, twenty times; and beside it an entry that has a tenth less to do. How many of the twenty will tell Blue from Red?

// %% Ties
CELL(ties)
{
    predict("false_wins", "of 20, how often is the same file told apart?",
            "");
    enum { TIMES = 20, PAIRS = 31, BATCH = 40 };
    static const int less[] = {BATCH, BATCH - BATCH / 10};
    runner c;
    int apart[2] = {0};
    const bool open = runner_open(&c, "mlp", BATCH);
    for (int which = 0; which < 2 && open; which++)
        for (int t = 0; t < TIMES; t++) {
            double before[PAIRS], after[PAIRS], low, high;
            runner_pairs(before, after, PAIRS, &c, BATCH, less[which]);
            if (!worked(
                    "oly_paired_interval",
                    oly_paired_interval(&low, &high, before, after, PAIRS))) {
                runner_close(&c);
                return;
            }
            apart[which] += low > 1 || high < 1;
        }
    runner_close(&c);
    if (!open) return;
    printf("the same file, told apart:  %2d of %d\n", apart[0], TIMES);
    printf("a tenth less, told apart:   %2d of %d\n", apart[1], TIMES);
    record("false_wins", apart[0], "");
    record("true_wins", apart[1], "");
}

// %% [markdown]
// You guessed {predicted:false_wins}; it is {false_wins} of the twenty, where one or none is to be expected, and the entry with less to
// do is told apart {true_wins} times.
// [if true_wins <= 15]
// It was hard to see here. A busy machine needs more pairs for that, and the honest answer until then is a tie.
// [end]
// Whoever hands in the same file twenty times and keeps the best time has a better time, and no better file. So a competition
// measures the best one anew, beside its neighbours.
//
// Where does a paired ratio go wrong? `oly_break_ratio` asks you for pairs that expose twelve that do: the grader has them. Your
// inputs, as some of them would see each:

// %% Your pairs, judged by four
CELL(break_ratio)
{
    printf("%5s %6s %12s %12s %12s %12s\n", "", "", "median of", "median /",
           "mean of", "after /");
    printf("%5s %6s %12s %12s %12s %12s\n", "input", "pairs", "ratios",
           "median", "ratios", "before");
    for (int input = 0; input < OLY_BREAK_INPUTS; input++) {
        float before[OLY_BREAK_MOST], after[OLY_BREAK_MOST];
        double old[OLY_BREAK_MOST], new[OLY_BREAK_MOST];
        double ratio, middle[2], inverse, mean = 0;
        int pairs = 0;
        if (!worked("oly_break_ratio",
                    oly_break_ratio(input, &pairs, before, after)))
            return;
        if (pairs < 1 || pairs > OLY_BREAK_MOST) return;
        for (int i = 0; i < pairs; i++) {
            old[i] = (double)before[i], new[i] = (double)after[i];
            mean += old[i] / new[i] / pairs;
        }
        if (!worked("oly_paired_ratio",
                    oly_paired_ratio(&ratio, old, new, pairs)) ||
            !worked("oly_paired_ratio",
                    oly_paired_ratio(&inverse, new, old, pairs)) ||
            !worked("oly_quantile",
                    oly_quantile(&middle[0], old, pairs, 0.5)) ||
            !worked("oly_quantile",
                    oly_quantile(&middle[1], new, pairs, 0.5)))
            return;
        printf("%5d %6d %12.4f %12.4f %12.4f %12.4f\n", input, pairs, ratio,
               middle[0] / middle[1], mean, inverse);
    }
}

// %% [markdown]
// Where a column agrees with the first in every row, its mistake is not exposed yet.
//
// ## 4. One number for several events: `oly_total_score`
//
// Two entries, two events. A takes 1 s and 1000 s. B takes 10 s and 100 s. To have one number, somebody takes the mean of the
// ratios, with A as the baseline. Somebody else does the same with B as the baseline.

// %% Two means
CELL(means)
{
    predict("mean_a", "A / B, mean of both ratios: how much faster is B?",
            "x");
    const double a[] = {1, 1000}, b[] = {10, 100};
    double mean[2] = {0}, geometric[2];
    for (int side = 0; side < 2; side++) {
        const double *base = side ? b : a, *entry = side ? a : b;
        oly_score total, scores[2];
        for (int e = 0; e < 2; e++) {
            const double ratio = base[e] / entry[e];
            mean[side] += ratio / 2;
            scores[e] = (oly_score){true, ratio};
        }
        if (!worked("oly_total_score", oly_total_score(&total, scores, 2)))
            return;
        geometric[side] = total.score;
    }
    printf("%-28s %14s %14s\n", "", "mean of ratios", "geometric");
    printf("%-28s %14.3f %14.3f\n", "A is the baseline, B scores", mean[0],
           geometric[0]);
    printf("%-28s %14.3f %14.3f\n", "B is the baseline, A scores", mean[1],
           geometric[1]);
    record("mean_a", mean[0], "x");
    record("mean_b", mean[1], "x");
    record("geometric", geometric[0], "x");
}

// %% [markdown]
// You guessed {predicted:mean_a}. By the mean of ratios B is {mean_a} as fast as A, and A is {mean_b} as fast as B. Each of them wins, by
// the same amount, if the other one is the baseline. By the geometric mean they are equal, {geometric}, from both sides: the mean of
// logarithms changes its sign when the ratios are turned round, and nothing else. Whoever ranks by the mean of
// ratios has chosen the winner by choosing the baseline (Fleming and Wallace, 1986).
//
// What the geometric mean does not say: how long anybody waits. Whoever runs both events once waits 1001 s for A and 110 s for B.
// It answers "how much better, an event being as important as another", and no question about seconds. Section 10 comes back to it.
//
// ## 5. The gate: `oly_event_score`, `oly_count_score`
//
// The fastest classifier of all is `return 0`. It is right one time in ten, and it needs one byte. The score of an event is the
// weighted geometric mean of latency and bytes, a half each. How large is it?

// %% Return 0
CELL(gate)
{
    predict("constant_score", "no gate: the score of `return 0`?", "x");
    static const runner_kind kinds[] = {HONEST, WARM_ONLY, CONSTANT};
    runner c;
    oly_metrics m[COUNT(kinds)];
    if (!runner_open(&c, "mlp", 500)) return;
    printf("%-22s %10s %10s %10s %12s %8s\n", "entry", "p50, us", "bytes",
           "right, %", "no gate", "score");
    for (int i = 0; i < COUNT(kinds); i++) {
        c.kind = kinds[i];
        if (!worked("oly_measure", runner_measure(&m[i], &c, 50, 5))) break;
        const oly_metric gains[] = {
            {m[0].p50 / m[i].p50, 0.5},
            {(double)m[0].model_bytes / (double)m[i].model_bytes, 0.5}};
        oly_gate gate = {OLY_ACCURACY, m[0].quality, m[i].quality, 1};
        oly_score open, shut;
        if (!worked("oly_event_score",
                    oly_event_score(&open, &gate, gains, 2)))
            break;
        gate.allowed = 0.01;
        if (!worked("oly_event_score",
                    oly_event_score(&shut, &gate, gains, 2)))
            break;
        printf("%-22s %10.1f %10zu %10.1f %12.1f %8.3f\n",
               runner_name(kinds[i]), 1e6 * m[i].p50, m[i].model_bytes,
               100 * m[i].quality, open.score, shut.score);
        if (kinds[i] == CONSTANT) {
            record("constant_score", open.score, "x");
            record("constant_gated", shut.score, "");
            record("constant_right", 100 * m[i].quality, "%");
        }
    }
    runner_close(&c);
}

// %% [markdown]
// You guessed {predicted:constant_score}; without a gate `return 0` scores {constant_score}, with {constant_right} right.
// [if constant_gated = 0]
// Behind the gate it has no score at all.
// [else]
// And behind the gate it should have none: does your gate compare the entry's quality with the baseline's?
// [end]
// No weight for accuracy would have helped: being right one time in ten costs little more than a digit, and being fast has no
// bound. So quality is a condition and not a part of the sum: an entry that is worse than the baseline by more than the event
// allows is not compared. And it comes *before* the score, so that no later step, no mean, no rank, ever sees its number.
//
// Seconds differ from machine to machine. Counts do not: multiply-adds that are executed, bytes of weights that are read, misses
// of a simulated cache (module 19). `oly_count_score` takes the three ratios and their geometric mean. The MLP with its weights in
// bytes: as many multiply-adds, a quarter of the bytes, a quarter of the misses. Its score?

// %% The score that no machine changes
CELL(counts)
{
    predict("bytes_score", "weights in bytes: the score by counts?", "x");
    enum { WEIGHTS = 784 * 512 + 512 * 256 + 256 * 10, LINE = 64 };
    static const struct {
        const char *name;
        double kept, bytes; // of the products; of one weight that is kept
    } entries[] = {{"floats", 1, 4},
                   {"bytes", 1, 1},
                   {"half the weights, csr", 0.5, 8},
                   {"a tenth, csr", 0.1, 8},
                   {"half the filters, bytes", 0.5, 1}};
    oly_counts base = {0};
    printf("%-26s %12s %12s %10s %8s\n", "entry", "multiply-adds", "bytes",
           "misses", "score");
    for (int i = 0; i < COUNT(entries); i++) {
        const double kept = entries[i].kept * WEIGHTS;
        const double bytes = kept * entries[i].bytes;
        const oly_counts counts = {(long long)kept, (long long)bytes,
                                   (long long)(bytes / LINE)};
        if (i == 0) base = counts;
        double score;
        if (!worked("oly_count_score",
                    oly_count_score(&score, &base, &counts)))
            return;
        printf("%-26s %12lld %12lld %10lld %8.3f\n", entries[i].name,
               counts.macs, counts.bytes, counts.misses, score);
        if (i == 1) record("bytes_score", score, "x");
        if (i == 2) record("csr_score", score, "x");
    }
}

// %% [markdown]
// You guessed {predicted:bytes_score}; it is {bytes_score}, the cube root of 16. Half of the weights in CSR, with an index of four bytes
// beside each weight, has {csr_score}: only the multiply-adds are fewer.
//
// This score is the same on every machine and cannot be disturbed, which makes it good for a class with many machines. And it can be
// wrong about seconds: a multiply-add in a loop that waits for memory costs nothing, one behind an index costs a lot. A competition
// shows both.
//
// ## 6. An entry: `oly_config_check` and three more
//
// What is it that competes? A *configuration*: one choice for each field of the event. Which fields there are is a table, and so is
// what does not go together, since some choices exclude each other. `oly_config_check` finds the rule that is broken,
// `oly_config_list` turns all fields like an odometer and keeps what breaks none. For the MLP Sprint the cell prints both. How many
// configurations break no rule?

// %% The space of the MLP Sprint
CELL(space)
{
    predict("configs", "how many configurations break no rule?", "");
    const oly_space *space = &oly_spaces[OLY_MLP];
    double product = 1;
    for (int f = 0; f < space->fields; f++) {
        const oly_field *field = &space->field[f];
        printf("%-12s", field->name);
        for (int i = 0; i < field->choices; i++)
            printf(" %s", field->choice[i]);
        printf("\n");
        product *= field->choices;
    }
    printf("\n");
    for (int i = 0; i < space->rules; i++)
        printf("rule: %s\n", space->rule[i].why);
    int configs;
    if (!worked("oly_config_list", oly_config_list(NULL, &configs, 0, space)))
        return;
    printf("\n%.0f combinations, %d break no rule\n", product, configs);
    record("product", product, "");
    record("configs", configs, "");
}

// %% [markdown]
// You guessed {predicted:configs}; of {product} combinations {configs} are left. A rule is a pair of masks, so a new one is a row in
// a table and no new `if`. Counting is not for its own sake: to know how large the space is, is to know whether it can be tried as a
// whole, and what a share of it costs.
//
// An entry is handed in as text: `oly_config_write` makes it, `oly_config_read` reads it, and it may be anybody's. So the reader says
// which line is wrong, or which rule is broken.

// %% Texts that are refused, and one that is not
CELL(reads)
{
    const oly_space *space = &oly_spaces[OLY_MLP];
    char text[512], twice[1100], cut[512], broken[600];
    oly_config config = {.choice = {[MLP_BITS] = 1}};
    if (!worked("oly_config_write",
                oly_config_write(text, sizeof text, space, &config)))
        return;
    printf("%s\n", text);
    snprintf(twice, sizeof twice, "# mine\n%s%s", text, text);
    snprintf(cut, sizeof cut, "%s", text);
    *strchr(cut, '\n') = 0;
    config.choice[MLP_SPARSITY] = 4;
    if (!worked("oly_config_write",
                oly_config_write(broken, sizeof broken, space, &config)))
        return;
    const struct {
        const char *what, *text;
    } texts[] = {{"as written", text},
                 {"twice the same lines", twice},
                 {"one line only", cut},
                 {"no such field", "speed = high\n"},
                 {"no equals sign", "very fast\n"},
                 {"a rule broken", broken}};
    int refused = 0;
    for (int i = 0; i < COUNT(texts); i++) {
        const tt_status status =
            oly_config_read(&config, texts[i].text, space);
        if (status != TT_OK && status != TT_BAD_VALUE) {
            worked("oly_config_read", status);
            return;
        }
        refused += status == TT_BAD_VALUE;
        printf("%-22s %.56s\n", texts[i].what,
               status == TT_OK ? "taken" : tt_error());
    }
    record("refused", refused, "");
}

// %% [markdown]
// [if refused = 5]
// All but the first are refused, each with a sentence by which its author can mend it.
// [else]
// {refused} of the six were refused; all but the first should be.
// [not measured]
// With `oly_config_write` and `oly_config_read` written, six texts are tried here.
// [end]
//
// Now one entry in all three events: bytes for pictures, and for text bytes and the cache of module 18. A program of the course measures
// each beside the baseline, in turns, by your functions or whoever's are there (`make who`). Latency and bytes count a half each; the
// gates allow one point of accuracy, and a fiftieth of a nat.

// %% An entry in three events
CELL(entry)
{
    predict("entry_score", "bytes, and a cache: the score of all events?",
            "x");
    static const char *const configs[EVENTS] = {"bits = 8", "bits = 8",
                                                "bits = 8, cache = yes"};
    oly_score scores[EVENTS], total;
    printf("%-21s %6s %15s %6s %7s %7s %6s\n", "event", "faster", "interval",
           "bytes", "quality", "before", "score");
    for (int e = 0; e < EVENTS; e++) {
        event_seen s;
        if (!event_measure(&s, e, configs[e])) return;
        const oly_gate gate = {e == OLY_GPT ? OLY_NATS : OLY_ACCURACY,
                               s.baseline.quality, s.entry.quality,
                               e == OLY_GPT ? 0.02 : 0.01};
        const oly_metric gains[] = {{s.ratio, 0.5},
                                    {s.baseline.bytes / s.entry.bytes, 0.5}};
        if (!worked("oly_event_score",
                    oly_event_score(&scores[e], &gate, gains, 2)))
            return;
        printf("%-21s %6.2f %6.2f to %5.2f %6.2f %7.4f %7.4f %6.3f\n",
               event_title(e), s.ratio, s.low, s.high, gains[1].ratio,
               s.entry.quality, s.baseline.quality, scores[e].score);
    }
    if (!worked("oly_total_score", oly_total_score(&total, scores, EVENTS)))
        return;
    printf("%-21s %52.3f\n", "all events", total.score);
    record("entry_score", total.score, "x");
}

// %% [markdown]
// [if entry_score > 0]
// You guessed {predicted:entry_score}; over all events this entry scores {entry_score}. The accuracy stands beside the baseline's on the
// same new pictures, and each ratio has its interval.
// [else]
// One of the gates is shut, so there is no score: an entry that loses too much in one event is out of all.
// [not measured]
// The program `events` did not measure it, or a function is not written yet: then there is no score.
// [end]
// The report of a competition also says whose code ran: a configuration that names one thing and runs another has no rank.
//
// ## 7. The tuner: looking without trying all
//
// Which configuration is the best? One can try all of them. Each try costs a measurement, which for a large model is minutes. So
// there is a trade: say from those that were tried what the others will be like, and how sure that is; then try what is most worth
// trying. That takes four small pieces of mathematics.
//
// ### 7.1 A root of a matrix: `oly_cholesky`
//
// What was measured at one place says something about its neighbours. How much, is a matrix K: 1 where two configurations are the
// same, nearly 0 where they have nothing to do with each other. All questions about K are systems of equations, and they become easy if
// K = L Lᵀ with a triangle L: from the top, each line has one unknown. Finding L is no harder. Go row by
// row, each from left to right. From Kᵢⱼ take the products of what rows i and j of L hold so far, pair by pair; divide what is left by
// Lⱼⱼ, or on the diagonal take its root. By hand, for 3 x 3:

// %% Three by three
CELL(cholesky)
{
    predict("corner", "the last number of L?", "");
    const double k[] = {4, 2, 2, 2, 5, 3, 2, 3, 6};
    const double twins[] = {1, 1, 1, 1};
    double l[9], t[4];
    if (!worked("oly_cholesky", oly_cholesky(l, k, 3, 0))) return;
    static figure f;
    figure_begin(&f, "K = L Lᵀ",
                 "The first column: root of 4, then 2 / 2 twice. Then 5 - 1 "
                 "has the root 2, and (3 - 1) / 2 is 1.");
    figure_grid(&f, "K", 3, 3);
    for (int i = 0; i < 9; i++)
        figure_box(&f, i / 3, i % 3, FIGURE_PLAIN, " %g ", k[i]);
    figure_grid(&f, "L", 3, 3);
    for (int i = 0; i < 9; i++)
        figure_box(&f, i / 3, i % 3,
                   i % 3 > i / 3 ? FIGURE_PLAIN : FIGURE_BLUE, " %g ", l[i]);
    show_figure(&f);
    const tt_status bare = oly_cholesky(t, twins, 2, 0);
    const tt_status jittered = oly_cholesky(t, twins, 2, 1e-10);
    printf("two that are the same: %s; with a jitter of 1e-10: %s\n",
           bare == TT_BAD_VALUE ? "refused" : "taken",
           jittered == TT_OK ? "taken" : "refused");
    record("corner", l[8], "");
}

// %% [markdown]
// You guessed {predicted:corner}; it is {corner}. Two configurations that look the same make two equal rows, a root of 0, and a
// division by it. Hence the *jitter*: a tiny number on the diagonal. And *noise* is a larger one: what was measured twice at the same
// place differs, so equal places must not force equal values.
//
// ### 7.2 A guess with a width: `oly_kernel`, `oly_fit`, `oly_predict`
//
// The kernel exp(-distance² / (2 length²)) says how alike two places are. A Gaussian process makes from that, and from what was
// measured, a mean for every other place, and a deviation. Here are four measurements, at 0.05, 0.35, 0.5 and 0.95, of a curve
// that you do not know:

// %% A process that has seen four values
CELL(process)
{
    predict("widest", "at which x, 0 to 1, is it least sure?", "");
    enum { SEEN = 4 };
    static const double x[SEEN] = {0.05, 0.35, 0.5, 0.95};
    static const double lengths[] = {0.1, 0.2, 0.4};
    double y[SEEN], l[SEEN * SEEN], alpha[SEEN], best = INFINITY;
    oly_process p = {.l = l, .alpha = alpha};
    for (int i = 0; i < SEEN; i++) {
        y[i] = hidden_cost(x[i]);
        best = fmin(best, y[i]);
    }
    if (!worked("oly_fit",
                oly_fit(&p, x, y, SEEN, 1, 1e-4, lengths, COUNT(lengths))))
        return;
    double widest, next;
    if (!show_process(&p, y, best, &widest, &next)) return;
    record("widest", widest, "");
    record("next", next, "");
    record("length", p.length, "");
}

// %% [markdown]
// You guessed {predicted:widest}; it is least sure at {widest}, far from everything that was measured. At a measured place the band
// closes; in between it opens. The length is not chosen by hand: of three, {length} makes the measured values likeliest
// (the marginal likelihood, which rewards a fit and punishes a matrix that could explain anything).
//
// ### 7.3 Where next: `oly_expected_improvement`, `oly_chance`
//
// The second picture is what decides. At each place: by how much less than the best so far will it be, on average, if a worse one
// counts as nothing? It is large where the mean is low, and also where the deviation is large. Its top is at {next}: that is
// measured next. Then fit again. Step by step:

// %% One step at a time
CELL(steps)
{
    predict("steps", "after how many steps is it within 1 % of the least?",
            "");
    enum { FIRST = 3, STEPS = 9, MOST = FIRST + STEPS };
    static const double lengths[] = {0.1, 0.2, 0.4};
    double x[MOST] = {0.05, 0.5, 0.95}, y[MOST], l[MOST * MOST], alpha[MOST];
    double least = INFINITY, best = INFINITY, needed = STEPS + 1;
    for (int i = 0; i < PLACES; i++)
        least = fmin(least, hidden_cost(i / (PLACES - 1.0)));
    for (int i = 0; i < FIRST; i++) {
        y[i] = hidden_cost(x[i]);
        best = fmin(best, y[i]);
    }
    printf("%5s %8s %14s %10s %10s\n", "step", "x", "hoped for", "measured",
           "best");
    for (int n = FIRST; n < MOST; n++) {
        oly_process p = {.l = l, .alpha = alpha};
        double hoped;
        if (!worked("oly_fit",
                    oly_fit(&p, x, y, n, 1, 1e-4, lengths, COUNT(lengths))) ||
            !next_place(&p, best, &x[n], &hoped))
            return;
        y[n] = hidden_cost(x[n]);
        best = fmin(best, y[n]);
        if (best <= 1.01 * least) needed = fmin(needed, n - FIRST + 1);
        printf("%5d %8.3f %14.5f %10.4f %10.4f\n", n - FIRST + 1, x[n], hoped,
               y[n], best);
    }
    record("steps", needed, "");
    record("grid", PLACES, "");
}

// %% [markdown]
// [if steps <= 9]
// You guessed {predicted:steps}; it took {steps} steps behind the three to begin with, where there were {grid} places to try. Look at the
// second column: it leaps to where it knows little, then stays where it is low. What is hoped for shrinks until nothing is worth a
// measurement; that is a reason to stop, too.
// [else]
// You guessed {predicted:steps}; the nine steps were not enough here. Is the sign of the improvement right: best - mean?
// [end]
//
// Constraints come in as chances. If memory has a limit, a process of its own is fitted to how far each entry is above it, and
// `oly_chance` says how likely a place is to keep it. The product of improvement and chances decides (Gardner and others, 2014).
//
// ### 7.4 A real space: `oly_search_random`, `oly_search_process`
//
// Now the MLP's space, with the profile of a server: nothing counts but latency, as long as the accuracy is kept. The whole space was
// measured once and recorded. So the best one is known, and *regret* can be computed: how much better its score is than that of the
// best which a search has found so far. The picture
// cuts it off where that is half of the best there is, or where nothing was found yet that keeps the limit. As a rule, 15 of 100 may be tried, a third of these
// at random before the process chooses. First in the order of the list, then at random, then by the process; the last two over many seeds.

// %% Regret
CELL(regret)
{
    predict("regret_random",
            "a part tried at random: how far is its best off?", "%");
    const oly_record *r = record_open();
    if (!r) return;
    const recorded_job job = {r, &profiles[PROFILE_SERVER], false};
    const int budget = oly_search_usual(r->configs, r->samples, 1).budget;
    static const struct {
        oly_searcher *search;
        const char *function, *name, *record;
    } rows[] = {
        {oly_search_all, "oly_search_all", "in the list's order",
         "regret_order"},
        {oly_search_random, "oly_search_random", "random", "regret_random"},
        {oly_search_process, "oly_search_process", "process",
         "regret_process"},
    };
    static plot_chart chart = {.name = "20_benchmarking-regret",
                               .title = "Regret by what was tried, mean of "
                                        "all seeds",
                               .xlabel = "configurations tried",
                               .ylabel = "regret, %"};
    for (int s = 0; s < COUNT(rows); s++) {
        static double mean[RECORD_CONFIGS];
        if (!worked(rows[s].function,
                    mean_regret(mean, job, rows[s].search, budget, SEEDS)))
            return;
        plot_series *series =
            plot_add_series(&chart, rows[s].name, PLOT_LINE_AND_MARKS, s + 1);
        for (int i = 0; i < budget; i += 1 + budget / 40)
            plot_add_point(series, i + 1, mean[i]);
        printf("%-20s after %d of %d: %6.2f %%\n", rows[s].name, budget,
               r->configs, mean[budget - 1]);
        record(rows[s].record, mean[budget - 1], "%");
    }
    show_plot(&chart);
    regrets all;
    if (!worked("a search", regret_study(&all, r, job.profile))) return;
    printf("every 7th or so, as many: %6.2f %%\n", 100 * all.grid);
    printf(
        "chance that %d seeds favour the process so, if nothing does: %.2g\n",
        REGRET_SEEDS, all.p);
    record("regret_grid", 100 * all.grid, "%");
    record("p", all.p, "");
}

// %% [markdown]
// You guessed {predicted:regret_random}; at random the best one that was found is {regret_random} from the best there is, by the process
// {regret_process}, in the list's order {regret_order}, and by a grid, which takes as many at equal steps of the list, {regret_grid}.
// [if p < 0.01]
// That the process misses less than random search is no luck of the seeds: by Wilcoxon's test of pairs of equal seeds (1945), so much would
// come by chance with a probability of {p}.
// [else]
// By Wilcoxon's test of pairs of equal seeds (1945) so much may come by chance, with a probability of {p}: in a space where many
// configurations are nearly as good as the best, chance finds one of those soon.
// [end]
// Random search is the rival to beat, and much that was published did not try it (Bergstra and Bengio, 2012).
//
// ### 7.5 Stop what cannot win: `oly_search_early`
//
// If all are tried, most of the time goes to those that lose. Noise makes a run slower and hardly ever faster. So if even the fastest
// of the first two samples is worse than the best median by more than a slack, the rest of the samples need not be taken. How
// much of the time does that save?

// %% All, and all stopped early
CELL(early)
{
    predict("saved", "stopping early: how much time is saved?", "%");
    const oly_record *r = record_open();
    if (!r) return;
    const recorded_job job = {r, &profiles[PROFILE_SERVER], false};
    oly_search search = oly_search_usual(r->configs, r->samples, 1);
    search.budget = r->configs;
    oly_found all, early;
    if (!worked("oly_search_all",
                search_record(&all, NULL, job, oly_search_all, &search)) ||
        !worked("oly_search_early",
                search_record(&early, NULL, job, oly_search_early, &search)))
        return;
    printf("%-16s %8s %8s %9s %12s %10s\n", "", "begun", "ended", "samples",
           "seconds", "cost");
    printf("%-16s %8d %8d %9d %12.4g %10.4f\n", "all", all.begun, all.ended,
           all.samples, all.seconds, all.cost);
    printf("%-16s %8d %8d %9d %12.4g %10.4f\n", "stopped early", early.begun,
           early.ended, early.samples, early.seconds, early.cost);
    record("saved", 100 * (1 - early.seconds / all.seconds), "%");
    record("lost", 100 * (exp(early.cost - all.cost) - 1), "%");
}

// %% [markdown]
// You guessed {predicted:saved}; stopping early saves {saved} of the time, and what it finds is {lost} from what all samples find.
// [if saved < 50]
// That is little, for a good one came late in the list: until then nothing could be stopped.
// [end]
// Hyperband (Li and others, 2018) is this idea with a schedule: many are begun, few are ended.
//
// ### 7.6 Where the process loses
//
// It is no magic. With few measurements it has chosen nothing yet: its first ones are random. And it believes in places: that
// half of the weights gone is between none and most of them. If the choices of a field have their places at random, it believes what is
// not so. The same searches with small budgets, and with shuffled places:

// %% Small budgets, and places that say nothing
CELL(loses)
{
    predict("small_gain", "15 tried: regret at random / by the process?",
            "x");
    const oly_record *r = record_open();
    if (!r) return;
    static const int budgets[] = {15, 30, 60};
    enum { MOST = 60, WAYS = 3 };
    double regret[WAYS][MOST];
    for (int way = 0; way < WAYS; way++) {
        const recorded_job job = {r, &profiles[PROFILE_SERVER], way == 2};
        const tt_status status = mean_regret(
            regret[way], job, way ? oly_search_process : oly_search_random,
            MOST, SEEDS);
        if (!worked(way ? "oly_search_process" : "oly_search_random", status))
            return;
    }
    printf("%8s %12s %12s %20s\n", "tried", "random, %", "process, %",
           "shuffled places, %");
    for (int b = 0; b < COUNT(budgets); b++)
        printf("%8d %12.2f %12.2f %20.2f\n", budgets[b],
               regret[0][budgets[b] - 1], regret[1][budgets[b] - 1],
               regret[2][budgets[b] - 1]);
    record("small_gain", regret[0][14] / regret[1][14], "x");
    record("first", oly_search_usual(r->configs, r->samples, 1).first, "");
    record("placed", regret[1][29], "%");
    record("shuffled", regret[2][29], "%");
}

// %% [markdown]
// You guessed {predicted:small_gain}; after 15 the random search has {small_gain} the regret of the process, of whose tries the first {first}
// were the same.
// [if small_gain < 0.95]
// What the process chose brought less than chance: from so few values it has concluded too much.
// [end]
// [if shuffled > 1.2 * placed]
// After 30 the process has {placed} where the places say something, and {shuffled} where they are shuffled. What a tuner knows about
// the space, somebody has put into it.
// [else]
// After 30 it has {placed} with the true places and {shuffled} with shuffled ones: no great difference here. A field of two choices has
// no order to lose, and most of the gain comes from few fields.
// [end]
//
// ### 7.7 For whom? `oly_profile_cost`
//
// "The best" has an owner. A phone has little memory, a server wants nothing but speed, a device at the edge has little of everything.
// A profile is weights and limits; `oly_profile_cost` turns what was measured into one number to be made small, and says how
// far each limit is broken. In how many different entries do the three profiles end?

// %% Three profiles
CELL(profiles)
{
    predict("winners", "three profiles: how many different winners?", "");
    const oly_record *r = record_open();
    if (!r) return;
    static plot_chart chart = {
        .name = "20_benchmarking-profiles",
        .title = "What no other entry beats in both, and the winners",
        .xlabel = "model, kB",
        .ylabel = "p50, us"};
    plot_series *front =
        plot_add_series(&chart, "beaten by none", PLOT_MARKS_ONLY, 0);
    for (int i = 0; i < r->configs; i++)
        if (!is_dominated(r, i))
            plot_add_point(front, 1e-3 * (double)r->metrics[i].model_bytes,
                           1e6 * r->metrics[i].p50);
    int winner[PROFILES], different = 0;
    for (int p = 0; p < PROFILES; p++) {
        const oly_profile *profile = &profiles[p];
        double cost;
        if (!worked("oly_profile_cost",
                    best_of_record(&winner[p], &cost,
                                   (recorded_job){r, profile, false})))
            return;
        if (winner[p] < 0) continue;
        bool is_new = true;
        for (int q = 0; q < p; q++) is_new &= winner[q] != winner[p];
        different += is_new;
        const oly_metrics *m = &r->metrics[winner[p]];
        char line[128];
        config_line(line, sizeof line, r->space, &r->config[winner[p]]);
        printf("%-8s score %6.2f  p50 %8.1f us  %7.0f kB  right %5.2f %%\n"
               "         %s\n",
               profile->name, exp(-cost), 1e6 * m->p50,
               1e-3 * (double)m->model_bytes, 100 * m->quality, line);
        plot_series *series =
            plot_add_series(&chart, profile->name, PLOT_MARKS_ONLY, p + 1);
        plot_add_point(series, 1e-3 * (double)m->model_bytes, 1e6 * m->p50);
    }
    show_plot(&chart);
    record("winners", different, "");
}

// %% [markdown]
// [if winners >= 3]
// You guessed {predicted:winners}; each profile has a winner of its own.
// [else if winners = 2]
// You guessed {predicted:winners}; two of the three agree, and the third wants something else.
// [else]
// You guessed {predicted:winners}; all three end at the same entry here: it is the best in everything that they ask for.
// [end]
// The dots that no other entry beats in both are the Pareto front. A winner is one of its points, and the weights say which, as far as
// time and bytes go.
//
// ## 8. Inputs that nobody has seen
//
// The test pictures are public, and so are their labels. Here is an entry that knows the hash of each and needs no model. Beside the
// pictures as they are, pictures made from them by a key that the organiser keeps until the round is over: each a little
// larger or smaller, moved by up to two pixels, with a little noise (`data/unseen.h`). They are the same for all entries.

// %% A model that remembers
CELL(remembers)
{
    predict("remembers_true", "what does it get right of pictures made anew?",
            "%");
    static const lesson_exhibit row = {
        .name = "remembers",
        .title = "All test pictures right",
        .claim = "Nobody has ever been better on this test set.",
        .what = "accuracy",
        .unit = "%",
        .lie = known_inputs_way,
        .truth = unseen_inputs_way,
        .amount = 1,
        .test = test_planted,
        .finds = "one that remembers / the MLP",
        .found_unit = "x",
        .least = 0,
        .most = 0.6,
        .how = "A table of hashes is planted. Inputs that were public cannot "
               "tell it from a model; inputs that nobody has seen can."};
    exhibit(&row);
}

// %% [markdown]
// [if remembers_lie > 2 * remembers_true]
// You guessed {predicted:remembers_true}; of {remembers_lie} there is {remembers_true} left, what "class 0" gets by chance.
// [else]
// It has {remembers_lie} on the public pictures and {remembers_true} on the new ones, where only chance should be left.
// [not measured]
// With `oly_accuracy` and `oly_measure` written, this shows what is left of it.
// [end]
//
// The MLP gets fewer of the new pictures right, too: it was trained on pictures that all have the same size and place. So the gate compares with the baseline on
// the same inputs, and not with a number from elsewhere.
//
// One can also remember without wanting to. Take the MLP, disturb its last layer a little, and hand it in, again and again, a hundred times.
// Keep the one with the best public score. By how much is it better than the MLP, on the public half of the pictures and on the
// other half?

// %% The best of a hundred, in public
CELL(goodhart)
{
    predict("private_gain", "the public winner's gain on the other half?",
            "points");
    enum { HALF = 500 };
    const int tries = lesson_quick() ? 30 : 100;
    double base[2], best[2] = {-1, -1};
    runner c;
    bool ok = runner_open(&c, "mlp", 2 * HALF);
    for (int t = 0; t <= tries && ok; t++) { // 0 is the MLP itself
        double right[2] = {0};
        ok = disturbed_accuracy(right, &c, t);
        if (t == 0) memcpy(base, right, sizeof base);
        else if (right[0] > best[0]) memcpy(best, right, sizeof best);
    }
    runner_close(&c);
    if (!ok) return;
    printf("%-24s %12s %12s\n", "", "public, %", "private, %");
    printf("%-24s %12.2f %12.2f\n", "the MLP", base[0], base[1]);
    printf("the best of %-12d %12.2f %12.2f\n", tries, best[0], best[1]);
    record("public_gain", best[0] - base[0], "points");
    record("private_gain", best[1] - base[1], "points");
}

// %% [markdown]
// You guessed {predicted:private_gain}; the winner gains {public_gain} in public and {private_gain} in private.
// [if private_gain < 0.5 * public_gain]
// What was chosen for its score has a score that is too good. Nobody cheated.
// [else]
// This time most of the gain is there on the other half, too. With another half it may not be: what was chosen for its score
// has, on average, a score that is too good.
// [end]
// "When a measure becomes a target, it ceases to be a good measure" is how Strathern (1997) put Goodhart's law. What helps: inputs
// that are made anew for each round, few looks at the score, and a last measurement on what nobody has scored yet.
//
// ## 9. Handing in: `oly_manifest_write`, `oly_manifest_check`
//
// A submission is a package: the configuration, the files, a report, and a manifest with the SHA-256 of each. The manifest is text
// that `sha256sum -c` reads, so that everybody can check it without this course. The cell makes one, then changes one letter of one
// file. How many of the 64 digits of its hash change?

// %% A package, and a changed byte
CELL(package)
{
    predict("digits", "one letter changed: how many of 64 digits differ?",
            "");
    static const char config[] = "bits = 8\n", report[] = "Tried: 8 bits.\n";
    char code[] = "int answer(void) { return 42; }\n";
    const oly_file files[] = {
        {"entry.txt", config, strlen(config)},
        {"acceleration.c", code, strlen(code)},
        {"report.md", report, strlen(report)},
    };
    char text[2048], before[OLY_HASH + 1], after[OLY_HASH + 1];
    oly_checked whole, changed, missing;
    hash_by_program(before, code, strlen(code));
    if (strlen(before) != OLY_HASH) {
        printf("The program sha256sum gave no hash.\n");
        return;
    }
    if (!worked("oly_manifest_write",
                oly_manifest_write(text, sizeof text, "mlp", "blue", files, 3,
                                   hash_by_program)) ||
        !worked("oly_manifest_check",
                oly_manifest_check(&whole, text, files, 3, hash_by_program)))
        return;
    printf("%s\n", text);
    code[strlen("int answer(void) { return ")] = '3';
    hash_by_program(after, code, strlen(code));
    int digits = 0;
    for (int i = 0; i < OLY_HASH; i++) digits += before[i] != after[i];
    oly_manifest_check(&changed, text, files, 3, hash_by_program);
    oly_manifest_check(&missing, text, files, 2, hash_by_program);
    static const char *const faults[] = {"whole", "unreadable", "missing",
                                         "unlisted", "changed"};
    printf("as packed:             %s %s\n", faults[whole.fault], whole.name);
    printf("one letter changed:    %s %s\n", faults[changed.fault],
           changed.name);
    printf("without the last file: %s %s\n", faults[missing.fault],
           missing.name);
    record("digits", digits, "");
    record("changed", changed.fault, "");
}

// %% [markdown]
// You guessed {predicted:digits}; {digits} of the 64 digits differ: each is as good as drawn anew, and one in sixteen comes out as it was.
// [if changed = 4]
// The check names the file.
// [else]
// The check should have named the file that was changed: does it compare the hash of the bytes?
// [end]
// A hash of a *name* would say nothing: the name is still there.
//
// The report is for people. It asks what was tried, what failed, and what the evidence is: which ratio, by how many pairs, which interval. "What
// failed" is the part from which others learn most, and no number of the leaderboard shows it. `make submit` makes the package.
//
// ## 10. What production systems do
//
// - **MLPerf Inference** (Reddi and others, 2020) has four scenarios: one query at a time is scored by its 90th percentile, a server by the
//   queries per second that keep a bound of latency, an offline batch by throughput. Its gate is a share of the reference's accuracy, and its
//   load generator, which entries must not change, makes the queries and holds the clock. Results are audited, by accuracy scripts
//   and by tests that look for caching.
// - **Programming Parallel Computers** of Aalto University runs what students hand in on machines of its own, and shows time, instructions,
//   cycles and the clock's rate beside each other, so that a fast run can be understood.
// - **Kaggle** shows a public score on a part of the test set, and ranks by the other part, once, at the end. The Ladder (Blum and Hardt, 2015) tells a
//   new score only if it is better by a margin, which bounds how much can be learnt from asking often.
// - **SPEC CPU** has been a geometric mean of ratios to a reference machine since 1989. Smith (1988) argued against it: a mean of rates should
//   be proportional to time, and the geometric one predicts the time of no workload. Both are right. A total of seconds needs a workload,
//   with how often each program runs; where nobody has one, a geometric mean at least does not depend on the reference.
// - **Tuners.** Google's Vizier serves Gaussian processes to others; Optuna mostly uses trees of Parzen estimators, and prunes what looks bad
//   in the middle; Nevergrad collects evolution and many more behind one interface. TVM and AutoTVM look for kernels so, with a model
//   learnt from thousands of measurements in the place of a kernel of one's own.
// - **Packages.** Reproducible builds and Sigstore hash and sign what is shipped. A hash says that the bytes are the same; who made them, a
//   signature says.
//
// ## 11. Questions
//
// 1. Two entries have p50 of 2.00 and 1.98 ms, each from 1,000 calls in its own process. Which is ahead?
// 2. An event rewards throughput alone. What will entries look like, and which column do you add?
// 3. From how many pairs can an interval of this kind be made with a confidence of 99 in 100? What is it then?
// 4. By which single change of the baseline can the mean of ratios make any of two entries win, if each is ahead in one event?
// 5. A gate allows one point of accuracy. On 1,000 inputs, how far is the accuracy of an honest copy of the baseline off by chance, if it is run
//    on another 1,000? Why is the gate still fair?
// 6. Why is the expected improvement not 0 at a place whose mean is worse than the best?
// 7. The process is fitted to log(time) and not to time. What does that change for the regret, and for the length of the kernel?
// 8. The manifest's hashes are right, and the team changed the code after the deadline. How, and what would show it?
//
// {answers} Now `make grade-20`, and `make plot-20` for your own dots.

int main(int argc, char **argv)
{
    return lesson_main(argc, argv, lesson_text);
}
