// check_tuner_fit.c: what a Gaussian process takes from values, and what it says.
#include "checks_tuner.h"

#include <math.h>

#include "oracle_tuner.h"

// --- Fit ---

enum { X, Y, LENGTHS, NOISE, PROCESS, L, ALPHA, PLACES };

// A smooth function of x with some noise, around a mean and as large as its unit says.
void oly_lay_fit(grade_run *run, int n, int d, double mean, double unit, double noise, const double *lengths,
                 int count)
{
    oly_lay_sizes(run, n, count, d);
    const double *x = oly_lay_uniform(run, n * d, 0, 1);
    double *y = oly_lay_uniform(run, n, -0.1, 0.1);
    for (int i = 0; i < n; i++) {
        for (int c = 0; c < d; c++) y[i] += sin(4 * x[i * d + c] + c);
        y[i] = mean + unit * y[i];
    }
    double *given = oly_doubles(run, (size_t)count);
    for (int i = 0; i < count; i++) given[i] = lengths[i];
    *oly_doubles(run, 1) = noise;
    grade_output_bytes(run, sizeof(oly_process));
    oly_room(run, n * n), oly_room(run, n);
    grade_output_bytes(run, sizeof(fit_places));
}

bool oly_fill_fit(grade_run *run)
{
    static const struct {
        int n, d;
        double mean, unit, noise, length;
    } rows[] = {{2, 1, 0, 1, 0.1, 0.3},    {5, 2, 100, 3, 0.01, 0.5},    {9, 1, -4, 1e-3, 1e-3, 0.1},
                {20, 3, 1e3, 50, 0.05, 1}, {33, 4, 0.5, 0.1, 1e-2, 0.4}, {12, 6, 0, 1e6, 1, 2}};
    if (run->step >= COUNT(rows)) return false;
    oly_lay_fit(run, rows[run->step].n, rows[run->step].d, rows[run->step].mean, rows[run->step].unit,
                rows[run->step].noise, &rows[run->step].length, 1);
    return true;
}

// Of many lengths one is likeliest: not the first, not the last, not always the same.
bool oly_fill_length(grade_run *run)
{
    static const double lengths[] = {1.6, 0.03, 0.4, 0.1, 0.8, 0.2, 5, 0.05};
    static const struct {
        int n, d, count;
    } rows[] = {{8, 1, 5}, {15, 1, 8}, {20, 2, 8}, {30, 3, 7}, {4, 2, 3}, {3, 1, 2}, {25, 1, 8}, {40, 2, 8}};
    if (run->step >= COUNT(rows)) return false;
    oly_lay_fit(run, rows[run->step].n, rows[run->step].d, 3, 2, run->step % 2 ? 1e-3 : 0.03, lengths,
                rows[run->step].count);
    return true;
}

// Values that are all equal, of which no rounding may make a deviation; one value; equal configurations without noise.
bool oly_fill_fit_edges(grade_run *run)
{
    static const double lengths[] = {0.4, 0.2, 0.8};
    static const int sizes[] = {3, 7, 1, 1, 4, 6};
    if (run->step >= COUNT(sizes)) return false;
    const bool equal_values = run->step<2, equal_configs = run->step> 3;
    const int n = sizes[run->step];
    oly_lay_fit(run, n, 1, 1, 1, equal_configs ? 0 : 1e-2, lengths, COUNT(lengths));
    double *x = (double *)grade_result(run, X), *y = (double *)grade_result(run, Y);
    for (int i = 1; i < n && equal_configs; i += 2) x[i] = x[i - 1];
    for (int i = 0; i < n && equal_values; i++) y[i] = run->step ? 1e-3 : 0.1;
    return true;
}

// The process's own length, whose likelihood must be the greatest, or as great as that as far as can be told.
static void require_length(grade_run *run, const oracle_process *o, const oly_process *p, double allowed)
{
    const double *lengths = grade_given(run, LENGTHS);
    for (int i = 0; i < run->layout.number[B]; i++) {
        if (p->length != lengths[i]) continue;
        if (o->likelihood[i] < o->likelihood[o->best] - allowed || (o->n == 1 && i != 0))
            grade_wrong(run, "got length = %g, whose likelihood is %.9g; expected %g: %.9g%s", p->length,
                        o->likelihood[i], o->length, o->likelihood[o->best],
                        o->n == 1 ? ", the first of equals" : "");
        oly_require_near(run, p->likelihood, o->likelihood[i], allowed, "likelihood at length %g", p->length);
        return;
    }
    grade_wrong(run, "got length = %g, which is none of those that were given", p->length);
}

void oly_check_fit(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    static oracle_process o;
    static double k[ORACLE_MOST * ORACLE_MOST];
    const int n = run->layout.number[A], d = run->layout.number[C];
    const double *x = grade_given(run, X), *y = grade_given(run, Y),
                 noise = *(const double *)grade_given(run, NOISE);
    const oly_process *p = grade_result(run, PROCESS);
    const fit_places *places = grade_result(run, PLACES);
    oly_oracle_fit(&o, x, y, n, d, noise, grade_given(run, LENGTHS), run->layout.number[B]);
    if (p->n != n || p->d != d)
        grade_wrong(run, "got p->n = %d, p->d = %d, expected %d and %d", p->n, p->d, n, d);
    if (places->x || places->l || places->alpha)
        grade_wrong(run, "p->x must be x, and p->l and p->alpha the arrays that they were");
    oly_require_near(run, p->noise, noise, 0, "p->noise");
    oly_require_near(run, p->mean, o.mean, 1e-12 * (fabs(o.mean) + o.deviation), "p->mean");
    oly_require_near(run, p->deviation, o.deviation, 1e-9 * o.deviation, "p->deviation");

    // Rounding is as much larger as K is near to being singular: its values are at most n, the smallest is noise and jitter.
    const double ill = n / (noise + 1e-10), allowed = 1e-9 + 1e-15 * ill * (fabs(o.likelihood[o.best]) + n);
    require_length(run, &o, p, allowed);
    for (int i = 0; i < n * n; i++) k[i] = oly_oracle_kernel(x + i / n * d, x + i % n * d, d, p->length);
    oly_require_factor(run, "p->l", grade_result(run, L), k, n, noise + 1e-10);
    const double *alpha = grade_result(run, ALPHA);
    double largest = 0;
    for (int i = 0; i < n; i++) largest = fmax(largest, fabs(alpha[i]));
    for (int i = 0; i < n; i++) {
        long double sum = (long double)alpha[i] * (noise + 1e-10);
        for (int j = 0; j < n; j++) sum += (long double)k[i * n + j] * alpha[j];
        oly_require_near(run, (double)sum, (y[i] - o.mean) / o.deviation, 1e-9 + 1e-14 * n * largest,
                         "(K alpha)[%d]", i);
    }
}

// --- Predict ---

enum { Z = 1, AT_PROCESS, AT_L, AT_ALPHA, MEAN, DEVIATION };
static oracle_process seen_process; // what the last job's process is

void oly_lay_predict(grade_run *run, int n, int m, int d, double noise, double length)
{
    double y[ORACLE_MOST];
    oly_lay_sizes(run, n, m, d);
    const double *x = oly_lay_uniform(run, n * d, 0, 1);
    double *z = oly_lay_uniform(run, m * d, -0.5, 1.5);
    for (int i = 0; i < n; i++) y[i] = 40 + 7 * sin(5 * x[i * d]) + oly_uniform(run, -1, 1);
    for (int c = 0; c < d && m > 1; c++) z[c] = x[c]; // one that it knows
    oly_oracle_fit(&seen_process, x, y, n, d, noise, &length, 1);
    oly_process *p = grade_input_bytes(run, sizeof *p);
    *p = (oly_process){.n = n,
                       .d = d,
                       .length = length,
                       .noise = noise,
                       .mean = seen_process.mean,
                       .deviation = seen_process.deviation,
                       .likelihood = seen_process.likelihood[0]};
    double *l = oly_doubles(run, (size_t)(n * n)), *alpha = oly_doubles(run, (size_t)n);
    for (int i = 0; i < n * n; i++) l[i] = (double)seen_process.lower[i / n][i % n];
    for (int i = 0; i < n; i++) alpha[i] = (double)seen_process.alpha[i];
    oly_room(run, m), oly_room(run, m);
}

bool oly_fill_predict(grade_run *run)
{
    static const int sizes[][3] = {{1, 1, 1}, {2, 5, 1}, {6, 9, 2}, {17, 40, 3}, {36, 7, 5}};
    static const double lengths[] = {0.3, 0.2, 0.8, 0.4, 1.6};
    if (run->step >= COUNT(sizes)) return false;
    oly_lay_predict(run, sizes[run->step][0], sizes[run->step][1], sizes[run->step][2],
                    run->step % 2 ? 0.1 : 1e-3, lengths[run->step]);
    return true;
}

// A root of less than nothing, by a factor that was rounded; what lies so far away that the process knows nothing.
bool oly_fill_predict_edges(grade_run *run)
{
    if (run->step >= 2) return false;
    oly_lay_predict(run, 1, 3, 1, 0, 0.1);
    double *z = (double *)grade_result(run, Z);
    if (run->step == 0) *(double *)grade_result(run, AT_L) = 1 - 1e-6, z[1] = z[2] = z[0];
    else z[0] = z[2] = 1e3, z[1] = -50;
    return true;
}

void oly_check_predict(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    const double *z = grade_given(run, Z), *mean = grade_result(run, MEAN),
                 *deviation = grade_result(run, DEVIATION);
    const double unit = seen_process.deviation;
    seen_process.x = grade_given(run, 0);
    for (int i = 0; i < run->layout.number[B]; i++) {
        double want_mean, want;
        oly_oracle_predict(&want_mean, &want, &seen_process, z + i * seen_process.d);
        oly_require_near(run, mean[i], want_mean, 1e-8 * (fabs(want_mean) + unit), "mean[%d]", i);
        if (!(deviation[i] >= 0))
            grade_wrong(run, "got deviation[%d] = %g, expected it not below 0", i, deviation[i]);
        // The squares, whose rounding does not grow where they are nearly 0.
        oly_require_near(run, deviation[i] / unit * (deviation[i] / unit), want / unit * (want / unit), 1e-9,
                         "(deviation[%d] / p->deviation)^2", i);
    }
}
