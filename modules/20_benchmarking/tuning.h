// tuning.h: the tuner of benchmarking.h: looks for a good configuration without trying all of them.
//
// Errors   as in benchmarking.h: an int out of its range is TT_BAD_SHAPE, a double TT_BAD_VALUE. Variances, means, deviations
//          and limits of a probability are finite.
// Shapes   x (n, d): n configurations, of each d numbers between 0 and 1 (oly_field's place). Matrices are dense, by rows.
// Numbers  Everything is double, each sum as it is written here. What is compared, is compared exactly.
// Sources  Rasmussen, Williams, "Gaussian Processes for Machine Learning", 2006, algorithm 2.1 and 5.4. Jones, Schonlau,
//          Welch, "Efficient Global Optimization of Expensive Black-Box Functions", 1998 (expected improvement). Gardner
//          et al., "Bayesian Optimization with Inequality Constraints", 2014. Bergstra, Bengio, "Random Search for
//          Hyper-Parameter Optimization", 2012.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "benchmarking.h"

// --- 4. Tuner: a Gaussian process ---

// L with L L^T = k + jitter I, the lower triangle; above it 0. n >= 1, jitter >= 0. TT_BAD_VALUE if that is not positive
// definite: what a root is taken of is not above 0, or not finite. k (n, n), of which only the lower triangle is read
// -> l (n, n)
tt_status oly_cholesky(double *l, const double *k, int n, double jitter);

// k[i][j] = exp(-|x_i - z_j|^2 / (2 length^2)). n, m, d >= 1, length > 0. x (n, d), z (m, d) -> k (n, m)
tt_status oly_kernel(double *k, const double *x, const double *z, int n, int m, int d, double length);

enum { OLY_JITTER_PLACES = 10 }; // the jitter is 10^-OLY_JITTER_PLACES, added to noise

// A process that has seen n values. Arrays are the caller's.
typedef struct {
    int n, d;
    const double *x;        // (n, d)
    double length;          // of the kernel
    double noise;           // variance of a value, where the values' own is 1
    double mean, deviation; // of the values: the process sees (y - mean) / deviation
    double likelihood;      // log p of the values it sees: -1/2 y^T K^-1 y - sum log L_ii - n/2 log 2 pi
    double *l;              // (n, n) Cholesky of K = kernel of x and x + (noise + jitter) I
    double *alpha;          // (n) K^-1 times the values it sees
} oly_process;

// Fit to y. Its mean and its deviation (the root of the mean square, by n) are taken out; of values that are all equal the
// mean is that value and the deviation 1. Of `lengths`, all > 0, the one with the greatest likelihood; of equals the first.
// n, d, count >= 1, noise >= 0. TT_BAD_VALUE if a value is not finite. p->l and p->alpha are room, what p->x holds does not
// count; all of *p is output. x (n, d), y (n), lengths (count) -> *p, p->l, p->alpha
tt_status oly_fit(oly_process *p, const double *x, const double *y, int n, int d, double noise,
                  const double *lengths, int count);

// What the process expects at z, in the unit of y, and how sure it is: mean + deviation k^T alpha, and deviation
// sqrt(1 - v^T v), v = L^-1 k, k being the kernel of x and that z; 0 under the root if it is negative. m >= 1.
// z (m, d) -> mean, deviation (m)
tt_status oly_predict(double *mean, double *deviation, const oly_process *p, const double *z, int m);

// By how much less than `best` a value will be, on average, what is more counting as nothing: (best - mean) Phi(t) +
// deviation phi(t), t = (best - mean) / deviation, phi(t) = exp(-t^2 / 2) / sqrt(2 pi), Phi(t) = erfc(-t / sqrt 2) / 2,
// which has all its digits where it is tiny; never below 0. With deviation 0 it is max(0, best - mean). deviation >= 0.
// -> *improvement
tt_status oly_expected_improvement(double *improvement, double mean, double deviation, double best);

// The chance that a value is at most `limit`: Phi((limit - mean) / deviation); with deviation 0 it is 1 or 0. deviation >= 0.
// -> *chance
tt_status oly_chance(double *chance, double mean, double deviation, double limit);

// --- 4. Tuner: what is wanted ---

enum { OLY_LIMITS = 3 };

// Whom an entry is for. The cost is what a tuner makes small.
typedef struct {
    const char *name;              // "phone"
    double latency, memory, bytes; // weights: 0 .. 1, their sum is 1 within 1e-9
    double most_latency;           // seconds (p50); INFINITY: any
    double most_memory;            // bytes of memory at its peak; INFINITY: any
    double worst_quality;          // accuracy: the least (0: any); nats: the most (INFINITY: any)
} oly_profile;

// cost = latency log(p50 / base p50) + memory log(peak / base peak) + bytes log(model / base model): minus the log of a score.
// excess[0 .. 2]: how far each limit is broken, in its own unit: p50 - most_latency, peak - most_memory, and for accuracy
// worst_quality - quality, for nats quality - worst_quality. A limit is kept at 0 and below; -INFINITY says that there is none.
// TT_BAD_VALUE if p50, peak or model bytes of either are not above 0 and finite, the quality of metrics is not finite, a
// weight or their sum is out of its range, a limit is NaN. -> *cost, excess (OLY_LIMITS)
tt_status oly_profile_cost(double *cost, double *excess, const oly_metrics *metrics, const oly_metrics *base,
                           oly_quality kind, const oly_profile *profile);

// --- 4. Tuner: the search ---

// What is searched. sample measures a configuration once more: each call gives another sample of its cost, the excess of
// each limit, and the seconds that the call took.
typedef struct {
    void *state;
    tt_status (*sample)(void *state, double *cost, double *excess, double *seconds, int config);
    int configs;     // >= 1: they are 0 .. configs - 1
    int limits;      // 0 .. OLY_LIMITS
    int d;           // >= 1. Process alone
    const double *x; // (configs, d). Process alone
} oly_problem;

typedef struct {
    int samples; // >= 1: of a configuration that is tried to its end; its cost is their median, as oly_quantile's
    int budget;    // >= 1: configurations that may be begun; more than there are is all of them
    int least;     // 2 .. samples: from that sample on a configuration may be stopped. Early alone
    double slack;  // >= 0: see there. Early alone
    int first;     // >= 1: configurations at random, before the process chooses. Process alone
    double noise;  // >= 0: of the process. Process alone
    uint64_t seed; // of random and process
} oly_search;

// What to begin with: a budget of 15 % of the configurations, a sixth of it at random. The slack is of a logarithm: 5 %. The noise
// is less for what samples scatter, of which a median has little, than for what a process with one length for all fields
// cannot follow.
static inline oly_search oly_search_usual(int configs, int samples, uint64_t seed)
{
    const int budget = (configs * 15 + 99) / 100;
    return (oly_search){.samples = samples,
                        .budget = budget,
                        .least = 2,
                        .slack = 0.05,
                        .first = (budget + 5) / 6,
                        .noise = 0.2,
                        .seed = seed};
}

typedef struct {
    int best;         // configuration; -1: none kept all limits
    double cost;      // its median; INFINITY if there is none
    int begun, ended; // configurations that were begun, and those that had all their samples
    int samples;      // in all
    double seconds;   // sum of what sample said
} oly_found;

// All searches: a configuration has all its samples, one after the other, before the next one is begun, and none is begun
// twice. Its excess is that of its last sample, and only one that had all its samples and keeps all limits (excess <= 0)
// can be the best; of equal costs the one begun first. If sample fails, the search ends at once with its status; and with
// TT_BAD_VALUE if a cost is not finite, an excess is NaN or INFINITY, or seconds are not finite and >= 0. What is said to
// be of one search alone is not looked at by the others. tried may be NULL. -> *found, tried (budget; the first
// found->begun, in the order in which they were begun)

// Every configuration 0, 1, .. while the budget lasts, each with all its samples.
tt_status oly_search_all(oly_found *found, int *tried, const oly_problem *problem, const oly_search *search);

// The same order, but a configuration is stopped after a sample, from sample number `least` (counted from 1) to the last but
// one, if its smallest cost so far is above the median of the best so far by more than slack: smallest > best + slack.
// While there is no best, none is stopped.
tt_status oly_search_early(oly_found *found, int *tried, const oly_problem *problem,
                           const oly_search *search);

// The first `budget` configurations of rng_order (core/rng.h) over all of them, with a tt_rng that begins as {seed}.
tt_status oly_search_random(oly_found *found, int *tried, const oly_problem *problem,
                            const oly_search *search);

// The first `first` of those of oly_search_random, as far as the budget goes; then again and again the configuration that
// was not begun yet and has the greatest product of: its expected improvement on the best cost so far; and for each limit
// the chance that the excess is at most 0. Each factor comes from a process of its own, fitted to the costs, or to the
// excesses of that limit, of all configurations begun so far, with oly_search's noise and the lengths 0.1, 0.2, 0.4, 0.8,
// 1.6. An excess e is seen as e / (s + |e|), s being the mean of |e| over those begun so far (1 if that is 0): what is broken
// by far would else be all that such a process sees. While there is no best, the chances alone count. A limit of which an
// excess so far is -INFINITY is left out. Of equals the first; a product that falls short of the greatest by one part in a
// million counts as equal to it for a grader.
tt_status oly_search_process(oly_found *found, int *tried, const oly_problem *problem,
                             const oly_search *search);
