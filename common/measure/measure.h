// measure.h: the clock, and what may be said after reading it many times.
//
// Times are seconds as double. A ratio of A to B is taken round by round, from runs that stood next to each
// other, so that a machine that slows down for a while slows both.
#pragma once

// Seconds on CLOCK_MONOTONIC, from an arbitrary start.
double measure_now(void);

// The smallest step seen between two readings of the clock, in seconds (20 to 50 ns is usual). Measured once.
double measure_clock_step(void);

// How many calls make one sample long enough to be believed: at least 1,000 clock steps and at least 200 us.
// seconds_per_call is a first estimate; returns >= 1.
int measure_batch(double seconds_per_call);

typedef struct {
    int n;                         // samples; the rest is NaN where n is 0
    double min, low, median, high; // low and high are the quartiles
    double p95;                    // NaN below 40 samples: there is nothing to read it from
} measure_stats;

// Sorts a copy of samples (n).
measure_stats measure_describe(const double *samples, int n);

// Quantile q in 0..1 of sorted (n >= 1), linear between neighbours (Hyndman and Fan 1996, type 7).
double measure_quantile(const double *sorted, int n, double q);

// a[i] / b[i] for i < n, described. What a speedup is: seconds of the old over seconds of the new.
measure_stats measure_ratio(const double *a, const double *b, int n);

// Keep a value alive, so that the work that made it is not optimised away.
static inline void measure_keep(float value) { __asm__ volatile("" : : "m"(value)); }

// Keep vector v in its register and hide from the compiler what is in it, so that no product of it is computed
// only once. The split vectors of a test build have no register of their own, and nobody times them.
#if defined TT_VEC_FLOATS || defined TT_EMULATE_BYTES
#define MEASURE_HIDE(v) __asm__ volatile("" : "+m"(v))
#elif defined __x86_64__
#define MEASURE_HIDE(v) __asm__ volatile("" : "+x"(v))
#elif defined __aarch64__
#define MEASURE_HIDE(v) __asm__ volatile("" : "+w"(v))
#else
#define MEASURE_HIDE(v) __asm__ volatile("" : "+m"(v))
#endif
