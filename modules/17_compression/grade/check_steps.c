// check_steps.c: the schedule, and one step of either optimiser against the contract's formulas in double
// precision.
#include "checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    double first, last;
    int begin, end, step;
} schedules[] = {
    {0, 0.8, 0, 100, 0},      {0, 0.8, 0, 100, 50},   {0, 0.8, 0, 100, 99},   {0, 0.8, 0, 100, 100},
    {0, 0.8, 0, 100, 5000},   {0.2, 0.9, 10, 40, 9},  {0.2, 0.9, 10, 40, 10}, {0.2, 0.9, 10, 40, 11},
    {0.2, 0.9, 10, 40, 25},   {0.9, 0.2, 10, 40, 25}, {0.5, 0.5, 3, 17, 10},  {0, 1, -50, 50, 0},
    {0.1, 0.7, 10, 10, 9},    {0.1, 0.7, 10, 10, 10}, {0.1, 0.7, 10, 10, 11}, {1, 0, 0, 1, 0},
    {0, 1, 0, 1000000, 1234}, {0.3, 0.6, 0, 7, -2},
};

bool comp_fill_schedule(grade_run *run)
{
    if (run->step >= COUNT(schedules)) return false;
    int *n = run->layout.number;
    n[A] = schedules[run->step].begin, n[B] = schedules[run->step].end, n[C] = schedules[run->step].step;
    comp_lay(run);
    double *ends = comp_array(run, 0);
    ends[0] = schedules[run->step].first, ends[1] = schedules[run->step].last;
    return true;
}

void comp_check_schedule(grade_run *run)
{
    comp_require_ok(run);
    const int *n = run->layout.number;
    const double *ends = grade_given(run, 0), got = *(const double *)grade_result(run, 1);
    const double part = n[B] > n[A] ? (double)(n[C] - n[A]) / (n[B] - n[A]) : 1;
    double want = ends[0] + (ends[1] - ends[0]) * part * (3 - 3 * part + part * part); // 1 - (1 - part)^3
    if (n[C] < n[A]) want = ends[0];
    if (n[C] >= n[B]) want = ends[1];
    if (!(fabs(got - want) <= 1e-12))
        grade_wrong(run, "from %g to %g, %s: got %.12g, expected %.12g", ends[0], ends[1], comp_call(run),
                    got, want);
}

static void set_options(grade_run *run)
{
    float *o = comp_array(run, run->row->argument == SGD ? 4 : 5);
    const int adam = run->row->argument == ADAM;
    o[0] = (float[]){0.1f, 0.5f, 1e-3f}[grade_random_below(run, 3)];
    o[1] = run->step % 4 ? 0.9f : 0;
    o[2] = adam ? (run->step % 5 ? 0.99f : 0) : run->step % 3 ? 0.05f : 0;
    if (adam) o[3] = run->step % 2 ? 1e-3f : 0.1f, o[4] = run->step % 3 ? 0.05f : 0;
}

static void lay_step(grade_run *run, int count)
{
    run->layout.number[A] = count;
    run->layout.number[B] = run->step % 3 == 0 ? 1 : 1 + grade_random_below(run, 2000);
    comp_lay(run);
    set_options(run);
    if (run->row->argument == ADAM) { // an average of squares
        float *square = comp_array(run, 2);
        for (int i = 0; i < count; i++) square[i] = fabsf(square[i]);
    }
}

bool comp_fill_step(grade_run *run)
{
    static const int counts[] = {0, 1, 7, 64, 65, 333};
    if (run->step >= 18) return false;
    lay_step(run, counts[run->step % COUNT(counts)]);
    if (run->step % 2) run->layout.number[NULLS] = 1 << (run->row->argument == SGD ? 3 : 4); // the mask
    return true;
}

// Weights and averages that are not 0 though they are masked; gradients, and then everything, NaN or infinite
// there.
bool comp_fill_masked_step(grade_run *run)
{
    static const float wild[] = {NAN, INFINITY, -INFINITY, 3e38f};
    const bool adam = run->row->argument == ADAM;
    if (run->step >= 15) return false;
    lay_step(run, 100 + run->step);
    float *mask = comp_array(run, adam ? 4 : 3);
    for (int i = 0; i < run->layout.number[A]; i++) {
        mask[i] = run->step == 14 ? 0 : (float)grade_random_below(run, 2);
        if (mask[i] != 0 || run->step < 6) continue;
        ((float *)comp_array(run, adam ? 3 : 2))[i] = wild[grade_random_below(run, COUNT(wild))];
        for (int a = 0; a < (adam ? 3 : 2) && run->step >= 10; a++)
            ((float *)comp_array(run, a))[i] = wild[grade_random_below(run, COUNT(wild))];
    }
    return true;
}

// What is compared: value and averages. `want` and how far a float may be from it, which is some roundings of
// the largest term.
typedef struct {
    double want[3], allowed[3];
} stepped;

static double rounding(double a, double b) { return 8 * 0x1p-24 * (fabs(a) + fabs(b)) + 1e-30; }

static stepped step_sgd(grade_run *run, int i)
{
    const float *o = grade_given(run, 4);
    const double value = (double)((const float *)grade_given(run, 0))[i];
    const double kept = (double)o[1] * (double)((const float *)grade_given(run, 1))[i];
    const double grad = (double)((const float *)grade_given(run, 2))[i], velocity = kept + grad;
    const double moved = (double)o[0] * (velocity + (double)o[2] * value);
    return (stepped){{value - moved, velocity},
                     {rounding(value, (double)o[0] * (fabs(kept) + fabs(grad))), rounding(kept, grad)}};
}

static stepped step_adam(grade_run *run, int i)
{
    const float *o = grade_given(run, 5);
    const double value = (double)((const float *)grade_given(run, 0))[i], rate = (double)o[0];
    const double old_mean = (double)((const float *)grade_given(run, 1))[i];
    const double old_square = (double)((const float *)grade_given(run, 2))[i];
    const double grad = (double)((const float *)grade_given(run, 3))[i], first = (double)o[1],
                 second = (double)o[2];
    const double mean = first * old_mean + (1 - first) * grad,
                 square = second * old_square + (1 - second) * grad * grad;
    const int step = run->layout.number[B];
    const double for_mean = -expm1(step * log(first)), for_square = -expm1(step * log(second));
    const double root = sqrt(square / for_square) + (double)o[3], direction = mean / for_mean / root;
    // A correction that is computed in float is off by some roundings of 1, which is more where it is small.
    const double slack = 1 + 1 / for_mean + 1 / for_square;
    return (stepped){{value - rate * (direction + (double)o[4] * value), mean, square},
                     {rounding(value, rate * slack * (fabs(old_mean) + fabs(grad)) / for_mean / root),
                      rounding(old_mean, grad), rounding(old_square, grad * grad)}};
}

void comp_check_step(grade_run *run)
{
    comp_require_ok(run);
    const bool adam = run->row->argument == ADAM;
    static const char *const names[2][3] = {{"value", "velocity"}, {"value", "mean", "square"}};
    const float *mask = run->layout.number[NULLS] ? NULL : grade_given(run, adam ? 4 : 3);
    for (int i = 0; i < run->layout.number[A]; i++) {
        const bool gone = mask && mask[i] == 0;
        const stepped right = gone ? (stepped){{0}, {0}} : adam ? step_adam(run, i) : step_sgd(run, i);
        for (int a = 0; a < (adam ? 3 : 2); a++) {
            const double got = (double)((const float *)grade_result(run, (adam ? 6 : 5) + a))[i];
            if (fabs(got - right.want[a]) <= right.allowed[a]) continue; // false for NaN
            grade_wrong(run, "%s, mask %s: got %s[%d] = %.8g, expected %.8g within %.2g", comp_call(run),
                        gone ? "0 here" : "1 here", names[adam][a], i, got, right.want[a], right.allowed[a]);
        }
    }
}
