// oracle_tuner.c: see oracle_tuner.h.
#include "oracle_tuner.h"

#include <math.h>
#include <string.h>

// Gauss and Jordan: what is done to K until it is I makes the inverse of I. Column j, when its turn has come, is column j of
// the Cholesky factor times the root of its pivot.
long double oly_oracle_invert(long double inverse[ORACLE_MOST][ORACLE_MOST],
                              long double lower[ORACLE_MOST][ORACLE_MOST], const double *k, int n,
                              double jitter)
{
    static long double a[ORACLE_MOST][2 * ORACLE_MOST];
    long double log_determinant = 0;
    memset(lower, 0, sizeof *lower * ORACLE_MOST);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            a[i][j] =
                (long double)k[(j <= i ? i : j) * n + (j <= i ? j : i)] + (i == j ? (long double)jitter : 0);
            a[i][n + j] = i == j;
        }
    for (int j = 0; j < n; j++) {
        const long double pivot = a[j][j];
        if (!(pivot > 0)) return (long double)NAN;
        log_determinant += logl(pivot);
        for (int i = j; i < n; i++) lower[i][j] = a[i][j] / sqrtl(pivot);
        for (int p = 0; p < 2 * n; p++) a[j][p] /= pivot;
        for (int i = 0; i < n; i++) {
            const long double times = a[i][j];
            for (int p = 0; p < 2 * n && i != j; p++) a[i][p] -= times * a[j][p];
        }
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) inverse[i][j] = a[i][n + j];
    return log_determinant;
}

double oly_oracle_kernel(const double *x, const double *z, int d, double length)
{
    long double squares = 0;
    for (int c = 0; c < d; c++) squares += ((long double)x[c] - z[c]) * ((long double)x[c] - z[c]);
    return (double)expl(-squares / (2 * (long double)length * length));
}

static bool all_equal(const double *y, int n)
{
    for (int i = 1; i < n; i++)
        if (y[i] != y[0]) return false;
    return true;
}

// The process at one length -> inverse, lower, alpha; its likelihood.
static double fit_length(oracle_process *o, const double *seen, double length)
{
    static double k[ORACLE_MOST * ORACLE_MOST];
    const int n = o->n;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            k[i * n + j] = oly_oracle_kernel(o->x + i * o->d, o->x + j * o->d, o->d, length);
    long double sum = oly_oracle_invert(o->inverse, o->lower, k, n, o->noise + 1e-10);
    for (int i = 0; i < n; i++) {
        o->alpha[i] = 0;
        for (int j = 0; j < n; j++) o->alpha[i] += o->inverse[i][j] * seen[j];
        sum += o->alpha[i] * seen[i];
    }
    return (double)(-(sum + n * logl(2 * acosl(-1))) / 2);
}

void oly_oracle_fit(oracle_process *o, const double *x, const double *y, int n, int d, double noise,
                    const double *lengths, int count)
{
    double seen[ORACLE_MOST];
    long double sum = 0, squares = 0;
    for (int i = 0; i < n; i++) sum += y[i];
    for (int i = 0; i < n; i++) squares += (y[i] - sum / n) * (y[i] - sum / n);
    o->n = n, o->d = d, o->x = x, o->noise = noise, o->best = 0, o->clear = true;
    o->mean = all_equal(y, n) ? y[0] : (double)(sum / n);
    o->deviation = all_equal(y, n) ? 1 : (double)sqrtl(squares / n);
    for (int i = 0; i < n; i++) seen[i] = (y[i] - o->mean) / o->deviation;
    for (int i = 0; i < count; i++) {
        o->likelihood[i] = fit_length(o, seen, lengths[i]);
        if (o->likelihood[i] > o->likelihood[o->best]) o->best = i;
    }
    for (int i = 0; i < count; i++)
        if (i != o->best && o->likelihood[i] > o->likelihood[o->best] - 1e-7) o->clear = false;
    o->length = lengths[o->best];
    fit_length(o, seen, o->length);
}

void oly_oracle_predict(double *mean, double *deviation, const oracle_process *o, const double *z)
{
    long double k[ORACLE_MOST], sum = 0, known = 0;
    for (int i = 0; i < o->n; i++) k[i] = oly_oracle_kernel(o->x + i * o->d, z, o->d, o->length);
    for (int i = 0; i < o->n; i++) {
        sum += k[i] * o->alpha[i];
        for (int j = 0; j < o->n; j++) known += k[i] * o->inverse[i][j] * k[j];
    }
    *mean = (double)(o->mean + o->deviation * sum);
    *deviation = (double)(o->deviation * sqrtl(fmaxl(0, 1 - known)));
}

// The integral over s >= 0 of s^power phi(t - s), by Boole's rule: of power 0 Phi(t), of power 1 the improvement in
// deviations. phi(t) stands before the integral where t is below 0, so that its digits are kept far away.
static double tail(double t, int power)
{
    enum { STEPS = 1600 };
    static const double weights[4] = {14, 32, 12, 32};
    const double end = t > 0 ? t + 12 : t + sqrt(t * t + 100), h = end / STEPS;
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
        const double s = i * h, weight = i == 0 || i == STEPS ? 7 : weights[i % 4];
        sum += weight * (power ? s : 1) * exp(t > 0 ? -0.5 * (t - s) * (t - s) : t * s - 0.5 * s * s);
    }
    return sum * 2 * h / 45 * (t > 0 ? 1 : exp(-0.5 * t * t)) / sqrt(2 * M_PI);
}

double oly_oracle_improvement(double mean, double deviation, double best)
{
    return deviation > 0 ? deviation * tail((best - mean) / deviation, 1) : fmax(0, best - mean);
}

double oly_oracle_chance(double mean, double deviation, double limit)
{
    return deviation > 0 ? tail((limit - mean) / deviation, 0) : mean <= limit;
}
