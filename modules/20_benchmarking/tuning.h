// tuning.h: the tuner of benchmarking.h: looks for a good configuration without trying all of them.
//
// Errors   as in benchmarking.h.
// Shapes   x (n, d): n configurations, of each d numbers between 0 and 1 (oly_field's place). Matrices are dense, by rows.
// Sources  Rasmussen, Williams, "Gaussian Processes for Machine Learning", 2006, algorithm 2.1 and 5.4. Jones, Schonlau,
//          Welch, "Efficient Global Optimization of Expensive Black-Box Functions", 1998 (expected improvement). Gardner
//          et al., "Bayesian Optimization with Inequality Constraints", 2014. Bergstra, Bengio, "Random Search for
//          Hyper-Parameter Optimization", 2012.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "benchmarking.h"

// --- 4. Tuner: a Gaussian process ---

// L with L L^T = k + jitter I, the lower triangle; above it 0. n >= 1, jitter >= 0. TT_BAD_VALUE if that is not
// positive definite. k (n, n), of which only the lower triangle is read -> l (n, n)
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
    double *l;              // (n, n) Cholesky of kernel + (noise + jitter) I
    double *alpha;          // (n) its inverse times the values it sees
} oly_process;

// Fit to y, whose mean and deviation (by n, 1 if it is 0) are taken out. Of `lengths` the one with the greatest likelihood; of equals the first. n >= 1,
// noise >= 0, count >= 1. p->l and p->alpha are room; the rest of *p is output. TT_BAD_VALUE if a value is not finite.
// x (n, d), y (n), lengths (count) -> *p
tt_status oly_fit(oly_process *p, const double *x, const double *y, int n, int d, double noise,
                  const double *lengths, int count);

// What the process expects at z, in the unit of y, and how sure it is: mean + deviation k^T alpha, and deviation
// sqrt(1 - v^T v), v = L^-1 k; 0 under the root if it is negative. z (m, d) -> mean, deviation (m)
tt_status oly_predict(double *mean, double *deviation, const oly_process *p, const double *z, int m);

// By how much less than `best` a value will be, on average, what is more counting as nothing: (best - mean) Phi(t) +
// deviation phi(t), t = (best - mean) / deviation; with deviation 0 max(0, best - mean). deviation >= 0. -> *improvement
tt_status oly_expected_improvement(double *improvement, double mean, double deviation, double best);

// The chance that a value is at most `limit`: Phi((limit - mean) / deviation); with deviation 0 it is 1 or 0. -> *chance
tt_status oly_chance(double *chance, double mean, double deviation, double limit);

// --- 4. Tuner: what is wanted ---

enum { OLY_LIMITS = 3 };

// Whom an entry is for. The cost is what a tuner makes small.
typedef struct {
    const char *name;              // "phone"
    double latency, memory, bytes; // weights: 0 .. 1, their sum is 1
    double most_latency;           // seconds (p50); INFINITY: any
    double most_memory;            // bytes of memory at its peak
    double least_quality;          // accuracy, or 0; nats: the most, with the same gate as an event's
} oly_profile;

// cost = latency log(p50 / base p50) + memory log(peak / base peak) + bytes log(model / base model): log of one by the score.
// excess[0 .. 2]: how far each limit is broken, in its own unit: p50 - most_latency, peak - most_memory, and for accuracy
// least_quality - quality, for nats quality - least_quality; at most 0 is kept, -INFINITY where there is no limit.
// -> *cost, excess (OLY_LIMITS)
tt_status oly_profile_cost(double *cost, double *excess, const oly_metrics *metrics, const oly_metrics *base,
                           oly_quality kind, const oly_profile *profile);

// --- 4. Tuner: the search ---

// What is searched. sample measures a configuration once more: each call gives another sample of its cost, the excess of
// its limits, and the seconds that the call took. It may fail; the search then fails.
typedef struct {
    void *state;
    tt_status (*sample)(void *state, double *cost, double *excess, double *seconds, int config);
    int configs; // 0 .. configs - 1
    int limits;  // 0 .. OLY_LIMITS
    int d;
    const double *x; // (configs, d)
} oly_problem;

typedef struct {
    int samples;   // >= 1: of a configuration that is tried to its end; its cost is their median
    int budget;    // >= 1: configurations that may be begun; more than there are is all of them
    int least;     // 2 .. samples: from that sample on a configuration may be stopped. Grid alone
    double slack;  // >= 0: see there
    int first;     // >= 1: configurations at random, before the process chooses. Process alone
    double noise;  // of the process
    uint64_t seed; // random and process
} oly_search;

typedef struct {
    int best;         // configuration; -1: none kept all limits
    double cost;      // its median
    int begun, ended; // configurations that were begun, and those that had all their samples
    int samples;      // in all
    double seconds;   // sum of what sample said
} oly_found;

// All searches: a configuration's excess is that of its last sample, and only one that keeps all limits (excess <= 0) can be
// the best; of equal costs the one begun first. tried may be NULL. -> *found, tried (budget) in the order in which they were begun

// Every configuration 0, 1, .. while the budget lasts, each with all its samples.
tt_status oly_search_all(oly_found *found, int *tried, const oly_problem *problem, const oly_search *search);

// The same order, but a configuration is stopped after `least` or more samples as soon as its smallest cost so far is above the
// median of the best so far by more than slack. While there is no best, none is stopped.
tt_status oly_search_early(oly_found *found, int *tried, const oly_problem *problem,
                           const oly_search *search);

// `budget` different configurations, drawn by rng_order over all of them with one tt_rng that begins as {seed}.
tt_status oly_search_random(oly_found *found, int *tried, const oly_problem *problem,
                            const oly_search *search);

// The first `first` of those of oly_search_random; then again and again the one that was not begun yet and has the greatest expected
// improvement on the best cost so far, times the chance that each limit is kept (excess <= 0), all by processes fitted
// to what is known (lengths 0.1, 0.2, 0.4, 0.8, 1.6; oly_search's noise). While there is no best the chance alone counts. Of equals the
// first. A limit whose excess is -INFINITY anywhere is left out of the product.
tt_status oly_search_process(oly_found *found, int *tried, const oly_problem *problem,
                             const oly_search *search);
