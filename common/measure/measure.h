// measure.h: the clock, and the statistics of many readings.
//
// Times are seconds as double. A ratio of A to B is taken round by round, from runs that followed each other,
// so that a machine that becomes slower for a while slows both.
#pragma once

// Seconds on CLOCK_MONOTONIC, from an arbitrary start.
double measure_now(void);

// The smallest step seen between two readings of the clock, in seconds (20 to 50 ns is usual). Measured once.
double measure_clock_step(void);

// How many calls a sample needs to be accurate: it takes at least 1,000 clock steps and at least 200 us.
// seconds_per_call is a first estimate; returns >= 1.
int measure_batch(double seconds_per_call);

typedef struct {
    int n;                         // samples; the rest is NaN where n is 0
    double min, low, median, high; // low and high are the quartiles
    double p95;                    // NaN below 40 samples, which are too few for it
} measure_stats;

// Describe samples (n), which stay in their order.
measure_stats measure_describe(const double *samples, int n);

// Quantile q in 0..1 of sorted (n >= 1), linear between neighbours (Hyndman and Fan 1996, type 7).
double measure_quantile(const double *sorted, int n, double q);

// a[i] / b[i] for i < n, described. A speedup is this: seconds of the old over seconds of the new.
measure_stats measure_ratio(const double *a, const double *b, int n);

// Tell the compiler that a value is used, so that it does not remove the work that computes it.
static inline void measure_keep(float value) { __asm__ volatile("" : : "m"(value)); }

// Hide from the compiler what is in vector v, but keep v in its register, so that a product of it is
// computed every time. A test build's vectors of another width fit no register, so they go through
// memory; no benchmark times them.
#if defined TT_VEC_FLOATS || defined TT_EMULATE_BYTES
#define MEASURE_HIDE(v) __asm__ volatile("" : "+m"(v))
#elif defined __x86_64__
#define MEASURE_HIDE(v) __asm__ volatile("" : "+x"(v))
#elif defined __aarch64__
#define MEASURE_HIDE(v) __asm__ volatile("" : "+w"(v))
#else
#define MEASURE_HIDE(v) __asm__ volatile("" : "+m"(v))
#endif
