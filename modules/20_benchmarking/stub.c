// Module 20: benchmarking. Measure a model, score it, describe an entry, look for a good one, hand it in. Begin where you
// like; 1.4 uses 1.1 to 1.3, 2.1 and 2.2 may use 1.1, 3.2 and 3.4 use 3.1, and the searches use the process.
//
// The contract of every function is in benchmarking.h or in tuning.h. Refuse before you write: outputs of a call that fails
// are untouched. Given: rng_order (core/rng.h), tt_fail and tt_error (core/status.h), isfinite, and qsort for sorting.
//
// `return TT_TODO;` says that an exercise is not written yet. Delete it where you begin.
#include "benchmarking.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "tuning.h"

// --- 1. Harness ---

// 1.1 A quantile
//
// Approach: sort a copy. The place (n - 1) * quantile is a whole part and a rest: from the sample at the whole part go the
// rest of the way to the next one.
// Example: 4 samples 10 40 20 30, quantile 0.5: place 1.5 of 10 20 30 40, so 25. Quantile 0.95: place 2.85, so 38.5.
tt_status oly_quantile(double *value, const double *samples, int n, double quantile)
{
    // TODO
    (void)value, (void)samples, (void)n, (void)quantile;
    return TT_TODO;
}

// 1.2 Accuracy
//
// Approach: for each row the place of the largest logit. A comparison with NaN is false: look for it by itself.
// Example: logits (1 5 5) and label 1: right, the first of equals. Label 2: wrong. (1 NaN 5) is wrong whatever the label.
tt_status oly_accuracy(double *share, const float *logits, const int *labels, int count, int classes)
{
    // TODO
    (void)share, (void)logits, (void)labels, (void)count, (void)classes;
    return TT_TODO;
}

// 1.3 Nats
//
// Approach: -log softmax(x)[t] = log(sum of exp(x_j - m)) - (x_t - m) with m the largest logit of the row: no exp
// overflows, and the sum is 1 at least.
// Example: logits (0 0), any target: log 2 = 0.693 nats. Logits (1e30 0), target 1: 1e30 nats, and not infinity.
tt_status oly_nats(double *nats, const float *logits, const int *targets, int count, int classes)
{
    // TODO
    (void)nats, (void)logits, (void)targets, (void)count, (void)classes;
    return TT_TODO;
}

// 1.4 The harness
//
// Approach: a helper that reads the clock, calls, reads again. Warm up without it. Then every batch of every pass with it,
// its rows of logits set to NaN before: what a call does not write it has not answered. Then the steps of training. Then
// the bytes, the quality of what lies in logits, and 1.1 for the times.
// Example: 6 inputs in batches of 2, warm_up 4, passes 2: run is called for 0 2 4 0, untimed, then for 0 2 4 0 2 4, each
// timed. 6 calls of 1 1 1 1 1 3 ms: p50 1 ms, p95 2.5 ms, throughput 12 inputs / 8 ms = 1500 per second.
tt_status oly_measure(oly_metrics *metrics, float *logits, const oly_subject *subject, const oly_plan *plan,
                      oly_clock clock)
{
    // TODO
    (void)metrics, (void)logits, (void)subject, (void)plan, (void)clock;
    return TT_TODO;
}

// --- 2. Score ---

// 2.1 Faster by pairs
//
// Approach: one ratio for each pair, then 1.1. A neighbour that slows both halves of a pair is not in their ratio.
// Example: before 2 20 2, after 1 10 4: ratios 2 2 0.5, so 2. The medians' ratio would be 2 / 4 = 0.5.
tt_status oly_paired_ratio(double *ratio, const double *before, const double *after, int pairs)
{
    // TODO
    (void)ratio, (void)before, (void)after, (void)pairs;
    return TT_TODO;
}

// 2.2 How sure that is
//
// Approach: the true median is above k of the sorted ratios or fewer only if at most k of `pairs` coins show heads. Add up
// the chances of 0, 1, 2 .. heads while twice their sum stays within 0.05. Each is the one before times (pairs - k) / (k +
// 1); the first, 2^-pairs, a double holds up to 1000 pairs.
// Example: 6 pairs: 0 heads has 1/64, twice that is 0.031; with 1 head it is 0.22. k = 0: from the least to the greatest
// ratio. 20 pairs: k = 5, so the sixth from each end.
tt_status oly_paired_interval(double *low, double *high, const double *before, const double *after, int pairs)
{
    // TODO
    (void)low, (void)high, (void)before, (void)after, (void)pairs;
    return TT_TODO;
}

// 2.3 An event
//
// Approach: refuse what cannot be, the weights' sum among it. Then the gate: whoever does not pass has 0, however fast. Then
// exp of the sum of weight * log(ratio).
// Example: ratios 4 and 1 with weights 0.5 and 0.5: 2. Accuracy 0.88 against 0.90 with 0.01 allowed: not scored, 0.
tt_status oly_event_score(oly_score *score, const oly_gate *gate, const oly_metric *metrics, int count)
{
    // TODO
    (void)score, (void)gate, (void)metrics, (void)count;
    return TT_TODO;
}

// 2.4 All events
//
// Approach: the mean of the logarithms. One event that is not scored is enough for none.
// Example: scores 2 and 0.5: 1, as good as the baseline, and not 1.25.
tt_status oly_total_score(oly_score *total, const oly_score *events, int count)
{
    // TODO
    (void)total, (void)events, (void)count;
    return TT_TODO;
}

// 2.5 The score that no machine changes
//
// Approach: three ratios as doubles, the product's cube root.
// Example: a quarter of the multiply-adds, half of the bytes, as many misses: cbrt(4 * 2 * 1) = 2.
tt_status oly_count_score(double *score, const oly_counts *baseline, const oly_counts *entry)
{
    // TODO
    (void)score, (void)baseline, (void)entry;
    return TT_TODO;
}

// --- 3. Entry ---

// 3.1 Rules
//
// Approach: first that every choice exists. Then rule by rule: shift its two masks by the two choices.
// Example: field 0 is bits (32, 8), field 1 format (dense, csr); a rule {0, 1, 1 << 1, 1 << 1}: 8 bits and csr do not go
// together.
tt_status oly_config_check(const oly_rule **broken, const oly_space *space, const oly_config *config)
{
    // TODO
    (void)broken, (void)space, (void)config;
    return TT_TODO;
}

// 3.2 All of them
//
// Approach: an odometer: add 1 to the last field; where it was the last choice, it becomes 0 and the field before turns.
// Once round to count; if there is room for so many, once more to write.
// Example: fields of 2 and 3 choices, no rules: 00 01 02 10 11 12.
tt_status oly_config_list(oly_config *configs, int *count, int room, const oly_space *space)
{
    // TODO
    (void)configs, (void)count, (void)room, (void)space;
    return TT_TODO;
}

// 3.3 As text
//
// Approach: how long it will be first: snprintf(NULL, 0, ..) says so. Then write.
// Example: "bits = 8\nformat = dense\n".
tt_status oly_config_write(char *text, size_t room, const oly_space *space, const oly_config *config)
{
    // TODO
    (void)text, (void)room, (void)space, (void)config;
    return TT_TODO;
}

// 3.4 From text
//
// Approach: go along the text with pointers and lengths, and copy nothing: a line may be as long as it likes. For each
// line: its end, the # in it, the = in what is left, and both sides without blanks. Remember which fields came. Fill a
// configuration of your own, and give it away when all is checked.
// Example: "# mine\n format=csr\r\nbits = 8 # small\n" is bits 8, format csr; with 3.1's rule it is refused with that
// rule's why.
tt_status oly_config_read(oly_config *config, const char *text, const oly_space *space)
{
    // TODO
    (void)config, (void)text, (void)space;
    return TT_TODO;
}

// --- 4. Tuner ---

// 4.1 Cholesky
//
// Approach: row by row, and in a row from left to right, since L_ij needs what is left of it and above. With s = k_ij - sum
// over p < j of L_ip L_jp (and + jitter where i = j): L_ij = s / L_jj, and L_ii = sqrt(s), if s is above 0. Fill an array
// of your own.
// Example: k = (4 2; 2 5), jitter 0: L = (2 0; 1 2). For (1 2; 2 1) the last root would be that of 1 - 4: TT_BAD_VALUE.
tt_status oly_cholesky(double *l, const double *k, int n, double jitter)
{
    // TODO
    (void)l, (void)k, (void)n, (void)jitter;
    return TT_TODO;
}

// 4.2 The kernel
//
// Approach: three loops, over rows of x, rows of z, and the d numbers of which the squares of the differences are summed.
// Example: x = 0.1, z = 0.4, length 0.3: exp(-0.09 / 0.18) = 0.607. Of equal rows it is 1, of rows far apart nearly 0.
tt_status oly_kernel(double *k, const double *x, const double *z, int n, int m, int d, double length)
{
    // TODO
    (void)k, (void)x, (void)z, (void)n, (void)m, (void)d, (void)length;
    return TT_TODO;
}

// 4.3 Fit
//
// Approach: y without its mean and its deviation is s. For each length: K = kernel + (noise + jitter) I and its Cholesky L.
// Then alpha = K^-1 s in two triangles: first b with L b = s, from the top, then alpha with L^T alpha = b, from the bottom.
// The likelihood is -1/2 s^T alpha - sum log L_ii - n/2 log(2 pi). Keep all that belongs to the length with the greatest
// one.
// Example: y = (1 3): mean 2, deviation 1, s = (-1 1). Far apart, noise 0: K = I, likelihood -1 - 0 - log(2 pi) = -2.838.
tt_status oly_fit(oly_process *p, const double *x, const double *y, int n, int d, double noise,
                  const double *lengths, int count)
{
    // TODO
    (void)p, (void)x, (void)y, (void)n, (void)d, (void)noise, (void)lengths, (void)count;
    return TT_TODO;
}

// 4.4 Predict
//
// Approach: the kernel of z and x gives a row k for each z. The mean is k^T alpha, the variance 1 - v^T v with L v = k:
// what the values nearby have left open. Both back into the unit of y: the mean as y was, the deviation times its
// deviation.
// Example: 4.3's process at a z far from both: k = 0, mean 2, deviation 1: it knows nothing there. At x_0: mean 1,
// deviation 0.
tt_status oly_predict(double *mean, double *deviation, const oly_process *p, const double *z, int m)
{
    // TODO
    (void)mean, (void)deviation, (void)p, (void)z, (void)m;
    return TT_TODO;
}

// 4.5 Expected improvement
//
// Approach: less is better, so it is best - mean, not mean - best. deviation 0 has no t: treat it first.
// Example: mean 1, best 3, deviation 0: 2. Mean and best 3, deviation 1: 0.399: what is not sure may be better.
tt_status oly_expected_improvement(double *improvement, double mean, double deviation, double best)
{
    // TODO
    (void)improvement, (void)mean, (void)deviation, (void)best;
    return TT_TODO;
}

// 4.6 A chance
//
// Approach: one line with erfc; deviation 0 first.
// Example: mean 2, limit 2: 0.5 with any deviation above 0, and 1 with 0. Mean 2, limit 1, deviation 1: 0.159.
tt_status oly_chance(double *chance, double mean, double deviation, double limit)
{
    // TODO
    (void)chance, (void)mean, (void)deviation, (void)limit;
    return TT_TODO;
}

// 4.7 What a profile wants
//
// Approach: check everything, then four lines. A limit that is INFINITY gives an excess of -INFINITY by itself.
// Example: weights 0.5 0.5 0, half the base's p50, the same peak: 0.5 log 0.5 = -0.347. At most 2 ms, p50 3 ms: excess[0]
// is 0.001.
tt_status oly_profile_cost(double *cost, double *excess, const oly_metrics *metrics, const oly_metrics *base,
                           oly_quality kind, const oly_profile *profile)
{
    // TODO
    (void)cost, (void)excess, (void)metrics, (void)base, (void)kind, (void)profile;
    return TT_TODO;
}

// 4.8 All
//
// Approach: a helper tries one configuration: it takes its samples, adds to *found, and makes it the best if it is. The other
// three searches need the same, so let it know how many samples there are, and hand it what 4.9 adds. 1.1 gives the median.
// Work on an oly_found and a `tried` of your own, which you give away once nothing can fail any more.
// Example: medians 5 3 3, all limits kept: best is 1, cost 3. If 1 breaks one, best is 2.
tt_status oly_search_all(oly_found *found, int *tried, const oly_problem *problem, const oly_search *search)
{
    // TODO
    (void)found, (void)tried, (void)problem, (void)search;
    return TT_TODO;
}

// 4.9 All, stopped early
//
// Approach: 4.8's helper, told above which cost there is no hope. Noise makes a run slower and hardly ever faster: so the
// smallest sample is the one that says that even a lucky run is too slow.
// Example: best 1, slack 0.05, least 2, samples 1.03 1.5 1.4 ..: goes on. Samples 1.5 1.2 ..: stopped after two, begun and
// not ended.
tt_status oly_search_early(oly_found *found, int *tried, const oly_problem *problem, const oly_search *search)
{
    // TODO
    (void)found, (void)tried, (void)problem, (void)search;
    return TT_TODO;
}

// 4.10 Random
//
// Approach: rng_order shuffles 0 .. configs - 1, so that none comes twice. Then 4.8's loop.
// Example: 5 configurations, order 3 0 4 1 2, budget 2: 3 and 0.
tt_status oly_search_random(oly_found *found, int *tried, const oly_problem *problem,
                            const oly_search *search)
{
    // TODO
    (void)found, (void)tried, (void)problem, (void)search;
    return TT_TODO;
}

// 4.11 By the process
//
// Approach: 4.10 for the first ones. Then a helper chooses the next: gain[c] = 1 for all; with a best, fit the costs,
// predict all configurations, and times the expected improvement; for each limit fit its squeezed excesses, predict, and
// times the chance of at most 0. The largest gain of those that were not begun is next. Fit rows of x in the order in which
// they were tried.
// Example: 4 tried, none keeps the limits: the next is where all limits are likeliest to be kept, whatever it costs.
tt_status oly_search_process(oly_found *found, int *tried, const oly_problem *problem,
                             const oly_search *search)
{
    // TODO
    (void)found, (void)tried, (void)problem, (void)search;
    return TT_TODO;
}

// --- 5. Submission ---

// 5.1 A manifest
//
// Approach: names are checked by a helper that 5.2 needs, too. Sort an array of places, since files are const. Write into a
// buffer of your own: a line is at most OLY_HASH + 2 + OLY_NAME characters long, and there are 3 + OLY_FILES at most. What
// fits is copied.
// Example: "olympics 1\nevent cnn\nteam blue\n" and "e3b0..b855  empty.txt\n".
tt_status oly_manifest_write(char *text, size_t room, const char *event, const char *team,
                             const oly_file *files, int count, oly_hash *hash)
{
    // TODO
    (void)text, (void)room, (void)event, (void)team, (void)files, (void)count, (void)hash;
    return TT_TODO;
}

// 5.2 Whether a package is whole
//
// Approach: read the text into hashes and names, line by line; the first line that is not as it has to be ends it. Then
// three loops: listed and not there, there and not listed, there with another hash.
// Example: lists a.c and b.c, there are b.c (changed) and x.c: OLY_MISSING a.c, for that comes first.
tt_status oly_manifest_check(oly_checked *checked, const char *text, const oly_file *files, int count,
                             oly_hash *hash)
{
    // TODO
    (void)checked, (void)text, (void)files, (void)count, (void)hash;
    return TT_TODO;
}

// --- 6. Break it ---

// 6.1 Pairs that expose a wrong ratio
//
// Approach: what can a paired ratio do wrong? Mean for median, the medians' ratio for the ratios' median, after / before,
// the upper one of two in the middle, no sorting, a pair left out.
// Example: a machine that is 10 times slower for half of the pairs.
tt_status oly_break_ratio(int input, int *pairs, float *before, float *after)
{
    // TODO
    (void)input, (void)pairs, (void)before, (void)after;
    return TT_TODO;
}
