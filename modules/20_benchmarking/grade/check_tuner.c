// check_tuner.c: the parts round the Gaussian process: Cholesky, kernel, expected improvement, chance, a profile's cost, beside
// the oracle's or by what they have to multiply to.
#include "checks_tuner.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "oracle_tuner.h"

void oly_require_near(grade_run *run, double got, double want, double allowed, const char *format, ...)
{
    if (fabs(got - want) <= allowed) return; // false for NaN
    char name[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    grade_wrong(run, "got %s = %.12g, expected %.12g within %.1g", name, got, want, allowed);
}

double *oly_lay_uniform(grade_run *run, int count, double low, double high)
{
    double *x = oly_doubles(run, (size_t)count);
    for (int i = 0; i < count; i++) x[i] = oly_uniform(run, low, high);
    return x;
}

void oly_lay_sizes(grade_run *run, int a, int b, int c)
{
    run->layout.number[A] = a, run->layout.number[B] = b, run->layout.number[C] = c;
}

double *oly_room(grade_run *run, int count)
{
    return grade_output_bytes(run, (size_t)count * sizeof(double));
}

// --- Cholesky ---

// k = G G^T of random G (n, n), and a bit on the diagonal. Above the diagonal stands what nobody may read.
bool oly_fill_cholesky(grade_run *run)
{
    static const int sizes[] = {1, 2, 3, 5, 8, 17, 40};
    static const double jitters[] = {0, 0.5, 1e-3};
    if (run->step >= COUNT(sizes)) return false;
    const int n = sizes[run->step];
    double g[ORACLE_MOST][ORACLE_MOST];
    oly_lay_sizes(run, n, 0, 0);
    double *k = oly_doubles(run, (size_t)(n * n));
    for (int i = 0; i < n * n; i++) g[i / n][i % n] = oly_uniform(run, -1, 1);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            k[i * n + j] = j > i ? (run->step % 2 ? (double)NAN : 1e6) : i == j ? 0.1 : 0;
            for (int p = 0; p < n && j <= i; p++) k[i * n + j] += g[i][p] * g[j][p];
        }
    *oly_lay_uniform(run, 1, 0, 1) = jitters[run->step % COUNT(jitters)];
    oly_room(run, n * n);
    return true;
}

// Kernels of configurations of which some are equal, so that rows are: only the jitter keeps them apart.
bool oly_fill_singular(grade_run *run)
{
    static const int sizes[] = {2, 4, 12, 30};
    if (run->step >= COUNT(sizes)) return false;
    const int n = sizes[run->step];
    double x[ORACLE_MOST];
    oly_lay_sizes(run, n, 0, 0);
    double *k = oly_doubles(run, (size_t)(n * n));
    for (int i = 0; i < n; i++) x[i] = i % 2 ? x[i - 1] : oly_uniform(run, 0, 1);
    for (int i = 0; i < n * n; i++) k[i] = oly_oracle_kernel(&x[i / n], &x[i % n], 1, 0.2);
    *oly_lay_uniform(run, 1, 0, 1) = 1e-10;
    oly_room(run, n * n);
    return true;
}

// L L^T is what was given, up to the rounding of n products of numbers that are at most as large as the diagonal.
void oly_require_factor(grade_run *run, const char *name, const double *l, const double *k, int n,
                        double jitter)
{
    double largest = 0;
    for (int i = 0; i < n; i++) largest = fmax(largest, k[i * n + i] + jitter);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            if (j > i) {
                oly_require_near(run, l[i * n + j], 0, 0, "%s[%d][%d]", name, i, j);
                continue;
            }
            long double sum = 0;
            for (int p = 0; p <= j; p++) sum += (long double)l[i * n + p] * l[j * n + p];
            oly_require_near(run, (double)(sum - k[i * n + j]), i == j ? jitter : 0,
                             (n + 4) * 0x1p-52 * largest, "(%s %s^T - k)[%d][%d]", name, name, i, j);
            if (i == j && !(l[i * n + i] > 0))
                grade_wrong(run, "got %s[%d][%d] = %g, expected it above 0", name, i, i, l[i * n + i]);
        }
}

void oly_check_cholesky(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    oly_require_factor(run, "l", grade_result(run, 2), grade_given(run, 0), run->layout.number[A],
                       *(const double *)grade_given(run, 1));
}

// --- Kernel ---

bool oly_fill_kernel(grade_run *run)
{
    static const int sizes[][3] = {{1, 1, 1}, {2, 3, 1}, {5, 2, 3}, {7, 7, 12}, {16, 33, 4}, {1, 9, 2}};
    static const double lengths[] = {0.3, 0.1, 1.6, 0.5, 0.05, 30};
    if (run->step >= COUNT(sizes)) return false;
    const int n = sizes[run->step][0], m = sizes[run->step][1], d = sizes[run->step][2];
    oly_lay_sizes(run, n, m, d);
    oly_lay_uniform(run, n * d, 0, 1), oly_lay_uniform(run, m * d, 0, 1);
    *oly_lay_uniform(run, 1, 0, 1) = lengths[run->step];
    oly_room(run, n * m);
    return true;
}

void oly_check_kernel(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    const int *number = run->layout.number, n = number[A], m = number[B], d = number[C];
    const double *x = grade_given(run, 0), *z = grade_given(run, 1), *k = grade_result(run, 3);
    for (int i = 0; i < n * m; i++) {
        const double want =
            oly_oracle_kernel(x + i / m * d, z + i % m * d, d, *(const double *)grade_given(run, 2));
        oly_require_near(run, k[i], want, 1e-12 * want + 1e-300, "k[%d][%d]", i / m, i % m);
    }
}

// --- Expected improvement and chance ---

// Mean, deviation, and a bound that lies t deviations above the mean.
static void lay_tail(grade_run *run, double mean, double deviation, double t)
{
    double *given = oly_doubles(run, 3);
    given[0] = mean, given[1] = deviation, given[2] = mean + t * deviation;
    oly_room(run, 1);
}

bool oly_fill_improvement(grade_run *run)
{
    static const double places[] = {0, 0.5, -0.5, 1, -1, 2, -2, 3, -3};
    if (run->step >= COUNT(places)) return false;
    lay_tail(run, oly_uniform(run, -3, 3), oly_uniform(run, 0.1, 4), places[run->step]);
    return true;
}

// No deviation, and bounds that are far away: tiny and right, or all that is between.
bool oly_fill_tails(grade_run *run)
{
    static const double places[] = {-6, -9, -15, -25, 8, 20, 60};
    if (run->step < COUNT(places))
        return lay_tail(run, oly_uniform(run, -1, 1), 0.5, places[run->step]), true;
    if (run->step >= COUNT(places) + 3) return false;
    lay_tail(run, 1.5, 0, 0);
    ((double *)grade_result(run, 0))[2] = 0.5 + (run->step - COUNT(places)); // below, at, above the mean
    return true;
}

bool oly_fill_chance(grade_run *run)
{
    static const double places[] = {0, 1, -1, 2.5, -2.5, 0.1, -8};
    if (run->step < COUNT(places))
        return lay_tail(run, oly_uniform(run, -2, 2), oly_uniform(run, 0.2, 3), places[run->step]), true;
    if (run->step >= COUNT(places) + 3) return false;
    lay_tail(run, -1.5, 0, 0);
    ((double *)grade_result(run, 0))[2] = -2.5 + (run->step - COUNT(places));
    return true;
}

void oly_check_tail(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    const double *given = grade_given(run, 0);
    const bool chance = run->row->argument == CHANCE;
    const double want = (chance ? oly_oracle_chance : oly_oracle_improvement)(given[0], given[1], given[2]);
    // What the bound is rounded by moves t, and the far tail changes by t times that.
    const double t = given[1] > 0 ? (given[2] - given[0]) / given[1] : 0;
    oly_require_near(run, *(const double *)grade_result(run, 1), want, (1e-9 + 1e-13 * t * t) * fabs(want),
                     "%s(mean %.9g, deviation %.9g, %s %.9g)", chance ? "chance" : "improvement", given[0],
                     given[1], chance ? "limit" : "best", given[2]);
}

// --- A profile's cost ---

static oly_metrics some_metrics(grade_run *run)
{
    return (oly_metrics){.p50 = oly_uniform(run, 1e-3, 5e-3),
                         .p95 = 1,
                         .throughput = 100,
                         .train_step = 0,
                         .quality = oly_uniform(run, 0.5, 0.9),
                         .model_bytes = (size_t)(1000 + grade_random_below(run, 9000)),
                         .peak_bytes = (size_t)(50000 + grade_random_below(run, 90000))};
}

static const oly_profile profiles[] = {
    {"phone", 0.25, 0.25, 0.5, 2e-3, 70000, 0.8}, {"server", 1, 0, 0, INFINITY, INFINITY, 0},
    {"edge", 0, 0.5, 0.5, 1e-3, INFINITY, 0.6},   {"bytes", 0, 0, 1, INFINITY, 100000, INFINITY},
    {"all", 0.2, 0.3, 0.5, 4e-3, 120000, 0.75},
};

static void lay_cost(grade_run *run, oly_profile profile, oly_quality kind)
{
    run->layout.number[A] = (int)kind;
    *(oly_metrics *)grade_input_bytes(run, sizeof(oly_metrics)) = some_metrics(run);
    *(oly_metrics *)grade_input_bytes(run, sizeof(oly_metrics)) = some_metrics(run);
    if (kind == OLY_ACCURACY && isinf(profile.worst_quality)) profile.worst_quality = 0;
    profile.name = NULL;
    *(oly_profile *)grade_input_bytes(run, sizeof(oly_profile)) = profile;
    oly_room(run, 1), oly_room(run, OLY_LIMITS);
}

bool oly_fill_cost(grade_run *run)
{
    if (run->step >= 2 * COUNT(profiles)) return false;
    return lay_cost(run, profiles[run->step / 2], run->step % 2 ? OLY_NATS : OLY_ACCURACY), true;
}

void oly_check_cost(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    const oly_metrics *m = grade_given(run, 0), *base = grade_given(run, 1);
    const oly_profile *p = grade_given(run, 2);
    const double *cost = grade_result(run, 3), *excess = grade_result(run, 4);
    const double worse = p->worst_quality - m->quality;
    const double want[OLY_LIMITS] = {m->p50 - p->most_latency, (double)m->peak_bytes - p->most_memory,
                                     run->layout.number[A] == OLY_NATS ? -worse : worse};
    const double product = pow(m->p50 / base->p50, p->latency) *
                           pow((double)m->peak_bytes / (double)base->peak_bytes, p->memory) *
                           pow((double)m->model_bytes / (double)base->model_bytes, p->bytes);
    oly_require_near(run, *cost, log(product), 1e-12, "cost");
    for (int l = 0; l < OLY_LIMITS; l++)
        if (excess[l] != want[l])
            oly_require_near(run, excess[l], want[l], 1e-12 * fabs(want[l]), "excess[%d]", l);
}

// --- Small jobs that must work ---

void oly_lay_tuner(grade_run *run, int call)
{
    static const double lengths[] = {0.2, 0.5};
    switch (call) {
    case CHOLESKY: {
        oly_lay_sizes(run, 3, 0, 0);
        double *k = oly_lay_uniform(run, 9, 0.1, 0.2);
        for (int i = 0; i < 3; i++) k[4 * i] = 1;
        *oly_doubles(run, 1) = 0;
        oly_room(run, 9);
        break;
    }
    case KERNEL:
        oly_lay_sizes(run, 2, 3, 2);
        oly_lay_uniform(run, 4, 0, 1), oly_lay_uniform(run, 6, 0, 1), *oly_doubles(run, 1) = 0.3;
        oly_room(run, 6);
        break;
    case FIT:
        oly_lay_fit(run, 4, 2, 1, 1, 0.01, lengths, COUNT(lengths));
        break;
    case PREDICT:
        oly_lay_predict(run, 3, 2, 2, 0.01, 0.4);
        break;
    case COST:
        lay_cost(run, profiles[0], OLY_ACCURACY);
        break;
    default:
        lay_tail(run, 1, 2, 0.5);
    }
}
