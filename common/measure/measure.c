// measure.c: reads the clock, and describes samples by their quantiles.
#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double measure_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double measure_clock_step(void)
{
    static double step;
    if (step > 0) return step;
    double smallest = 1;
    for (int i = 0; i < 1000; i++) {
        double start = measure_now(), now;
        do now = measure_now();
        while (now == start);
        if (now - start < smallest) smallest = now - start;
    }
    return step = smallest;
}

int measure_batch(double seconds_per_call)
{
    double sample = fmax(1000 * measure_clock_step(), 200e-6);
    if (!(seconds_per_call > 1e-9)) seconds_per_call = 1e-9;
    return (int)fmax(1, ceil(sample / seconds_per_call));
}

double measure_quantile(const double *sorted, int n, double q)
{
    double at = q * (n - 1);
    int i = (int)at;
    return i + 1 < n ? sorted[i] + (at - i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

measure_stats measure_describe(const double *samples, int n)
{
    measure_stats s = {.min = NAN, .low = NAN, .median = NAN, .high = NAN, .p95 = NAN};
    double *sorted = n > 0 ? malloc((size_t)n * sizeof *sorted) : NULL;
    if (!sorted) return s;
    memcpy(sorted, samples, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, compare_doubles);
    s.n = n;
    s.min = sorted[0];
    s.low = measure_quantile(sorted, n, 0.25);
    s.median = measure_quantile(sorted, n, 0.5);
    s.high = measure_quantile(sorted, n, 0.75);
    if (n >= 40) s.p95 = measure_quantile(sorted, n, 0.95);
    free(sorted);
    return s;
}

measure_stats measure_ratio(const double *a, const double *b, int n)
{
    double *ratio = n > 0 ? malloc((size_t)n * sizeof *ratio) : NULL;
    if (!ratio) return measure_describe(NULL, 0);
    for (int i = 0; i < n; i++) ratio[i] = a[i] / b[i];
    measure_stats s = measure_describe(ratio, n);
    free(ratio);
    return s;
}
