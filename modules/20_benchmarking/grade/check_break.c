// check_break.c: paired ratios with a mistake each, for the student's pairs of times.
#include "checks.h"

#include <math.h>
#include <stdlib.h>

#include "oracle.h"

// The answer is empty where the times are none: no kernel is wrong then.
static size_t count(const int *size, int array) { return array < 2 ? (size_t)size[0] : size[0] > 0; }

typedef struct {
    int n;
    double before[OLY_BREAK_MOST], after[OLY_BREAK_MOST], ratio[OLY_BREAK_MOST];
} pairs;

static pairs take(const int *size, const grade_break_array *in)
{
    pairs p = {.n = size[0]};
    for (int i = 0; i < p.n; i++) {
        p.before[i] = (double)in[0][i], p.after[i] = (double)in[1][i];
        p.ratio[i] = p.before[i] / p.after[i];
    }
    return p;
}

static double median(const double *x, int n) { return n > 0 ? oly_oracle_quantile(x, n, 0.5) : (double)NAN; }

// The right kernel, too, refuses a time that is out of range.
static bool is_valid(const pairs *p)
{
    for (int i = 0; i < p->n; i++)
        if (!(fmin(p->before[i], p->after[i]) >= 0.0009) || !(fmax(p->before[i], p->after[i]) <= 1001))
            return false;
    return true;
}

static void truth(double *out, double *allowed, const int *size, const grade_break_array *in)
{
    const pairs p = take(size, in);
    out[0] = is_valid(&p) ? median(p.ratio, p.n) : (double)NAN; // what is not valid no kernel can answer
    allowed[0] = 1e-5 * out[0];
}

#define KERNEL(name, ratio_of)                                                                               \
    static void planted_##name(float *out, const int *size, const grade_break_array *in)                     \
    {                                                                                                        \
        const pairs p = take(size, in);                                                                      \
        if (p.n > 0) out[0] = (float)(ratio_of);                                                             \
    }

static double mean(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += x[i];
    return sum / n;
}

static double geometric(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += log(x[i]);
    return exp(sum / n);
}

static double least(const double *x, int n)
{
    double smallest = INFINITY;
    for (int i = 0; i < n; i++) smallest = fmin(smallest, x[i]);
    return smallest;
}

static double middle(const double *x, int n, int place)
{
    return n == 1 ? x[0] : oly_oracle_quantile(x, n, (double)place / (n - 1));
}

KERNEL(no_mistake, median(p.ratio, p.n))
KERNEL(medians, median(p.before, p.n) / median(p.after, p.n))
KERNEL(means, mean(p.before, p.n) / mean(p.after, p.n))
KERNEL(best, least(p.before, p.n) / least(p.after, p.n))
KERNEL(mean, mean(p.ratio, p.n))
KERNEL(geometric, geometric(p.ratio, p.n))
KERNEL(least, least(p.ratio, p.n))
KERNEL(upside_down, 1 / median(p.ratio, p.n))
KERNEL(upper, middle(p.ratio, p.n, p.n / 2))
KERNEL(lower, middle(p.ratio, p.n, (p.n - 1) / 2))
KERNEL(unsorted, (p.ratio[(p.n - 1) / 2] + p.ratio[p.n / 2]) / 2)
KERNEL(first_dropped, median(p.ratio + 1, p.n - 1))
KERNEL(last_dropped, median(p.ratio, p.n - 1))

static const grade_planted planted_ratios[] = {
    {"the medians' ratio", planted_medians},           {"the means' ratio", planted_means},
    {"the best times' ratio", planted_best},           {"the mean of the ratios", planted_mean},
    {"their geometric mean", planted_geometric},       {"the least ratio", planted_least},
    {"after / before", planted_upside_down},           {"the upper of two in the middle", planted_upper},
    {"the lower of two in the middle", planted_lower}, {"not sorted", planted_unsorted},
    {"without the first pair", planted_first_dropped}, {"without the last pair", planted_last_dropped},
};

static const grade_break breaking_ratios = {.inputs = OLY_BREAK_INPUTS,
                                            .most = OLY_BREAK_MOST,
                                            .size_names = {"pairs"},
                                            .arrays = 2,
                                            .array_names = {"before", "after"},
                                            .count = count,
                                            .truth = truth,
                                            .right = planted_no_mistake,
                                            .kernels = planted_ratios,
                                            .kernel_count = COUNT(planted_ratios)};

bool oly_fill_break(grade_run *run) { return grade_break_fill(run, &breaking_ratios); }
void oly_check_break(grade_run *run) { grade_break_check(run, &breaking_ratios); }
