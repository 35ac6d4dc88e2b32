// check_break.c: comparers with a mistake each, for the student's pairs of times. They answer with the ratio and with what
// they say: 1 for faster, -1 for slower, 0 if they cannot tell.
#include "checks.h"

#include <math.h>
#include <string.h>

#include "oracle.h"

enum { LEAST_PAIRS = 8, RATIO = 0, SAYS };
static const prof_bootstrap BOOTSTRAP = {0.95, 200, 1};

// The answer is empty where there are too few pairs or times that are none: no kernel is wrong then.
static size_t count(const int *size, int array)
{
    return array < 2 ? (size_t)size[0] : size[0] < LEAST_PAIRS ? 0 : 2;
}

static double says(prof_interval i) { return i.low > 1 ? 1 : i.high < 1 ? -1 : 0; }

typedef struct {
    int n;
    double before[PROF_BREAK_MOST], after[PROF_BREAK_MOST], ratio[PROF_BREAK_MOST];
} pairs;

static bool take(pairs *p, const int *size, const grade_break_array *in)
{
    p->n = size[0];
    bool valid = p->n >= LEAST_PAIRS;
    for (int i = 0; i < p->n; i++) {
        p->before[i] = (double)in[0][i], p->after[i] = (double)in[1][i],
        p->ratio[i] = p->before[i] / p->after[i];
        valid = valid && p->before[i] > 0 && p->after[i] > 0;
    }
    return valid;
}

static double median(const double *x, int n) { return profiling_oracle_quantile(x, n, 0.5); }

static void answer(float *out, double ratio, double verdict)
{
    out[RATIO] = (float)ratio, out[SAYS] = (float)verdict;
}

static double right_verdict(const pairs *p)
{
    return says(profiling_oracle_interval(p->ratio, p->n, BOOTSTRAP));
}

static void truth(double *out, double *allowed, const int *size, const grade_break_array *in)
{
    static pairs p;
    out[RATIO] = out[SAYS] = NAN; // what is not valid no kernel can answer
    if (!take(&p, size, in)) return;
    out[RATIO] = median(p.ratio, p.n), out[SAYS] = right_verdict(&p);
    allowed[RATIO] = 1e-5 * out[RATIO], allowed[SAYS] = 0;
}

#define KERNEL(name, ratio_of, verdict_of)                                                                   \
    static void planted_##name(float *out, const int *size, const grade_break_array *in)                     \
    {                                                                                                        \
        static pairs p;                                                                                      \
        if (take(&p, size, in)) answer(out, ratio_of, verdict_of);                                           \
    }

static double mean(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += x[i];
    return sum / n;
}

static double least(const double *x, int n)
{
    double smallest = INFINITY;
    for (int i = 0; i < n; i++) smallest = fmin(smallest, x[i]);
    return smallest;
}

static double upper_middle(const double *x, int n)
{
    return profiling_oracle_quantile(x, n, (double)(n / 2) / (n - 1));
}

// The verdict of an interval that takes before and after for two samples that have nothing to do with each other.
static double unpaired_verdict(const pairs *p)
{
    const prof_interval before = profiling_oracle_interval(p->before, p->n, BOOTSTRAP),
                        after = profiling_oracle_interval(p->after, p->n, BOOTSTRAP);
    return says((prof_interval){before.low / after.high, before.high / after.low});
}

static double hasty_verdict(double ratio) { return ratio > 1 ? 1 : ratio < 1 ? -1 : 0; }

KERNEL(no_mistake, median(p.ratio, p.n), right_verdict(&p))
KERNEL(medians, median(p.before, p.n) / median(p.after, p.n), right_verdict(&p))
KERNEL(mean, mean(p.ratio, p.n), right_verdict(&p))
KERNEL(means, mean(p.before, p.n) / mean(p.after, p.n), right_verdict(&p))
KERNEL(best, least(p.before, p.n) / least(p.after, p.n), right_verdict(&p))
KERNEL(upside_down, 1 / median(p.ratio, p.n), right_verdict(&p))
KERNEL(upper_middle, upper_middle(p.ratio, p.n), right_verdict(&p))
KERNEL(hasty, median(p.ratio, p.n), hasty_verdict(median(p.ratio, p.n)))
KERNEL(unpaired, median(p.ratio, p.n), unpaired_verdict(&p))

static const grade_planted planted_comparers[] = {
    {"the medians' ratio", planted_medians},
    {"the mean of the ratios", planted_mean},
    {"the means' ratio", planted_means},
    {"the best times' ratio", planted_best},
    {"after / before", planted_upside_down},
    {"no middle of an even number", planted_upper_middle},
    {"a verdict without an interval", planted_hasty},
    {"an unpaired interval", planted_unpaired},
};

static const grade_break breaking_comparers = {.inputs = PROF_BREAK_INPUTS,
                                               .most = PROF_BREAK_MOST,
                                               .size_names = {"pairs"},
                                               .arrays = 2,
                                               .array_names = {"before", "after"},
                                               .count = count,
                                               .truth = truth,
                                               .right = planted_no_mistake,
                                               .kernels = planted_comparers,
                                               .kernel_count = COUNT(planted_comparers)};

bool profiling_fill_break_pairs(grade_run *run) { return grade_break_fill(run, &breaking_comparers); }
void profiling_check_break_pairs(grade_run *run) { grade_break_check(run, &breaking_comparers); }
